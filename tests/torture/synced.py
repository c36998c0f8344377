"""Whether each 303 follows its fsync: a trace of the system calls of the web process, and of PostgreSQL's.

SIGKILL cannot show this, as the kernel still writes what a dead process gave it; a power cut would. So the calls are
looked at: between the moment a POST is read and the moment its 303 is sent, the log of the database must have been
synced by who writes it. Needs `strace`, and says so where there is none.
"""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.servers import ROOT, free_port, wait_for
from tests.torture.people import Resident, Seen
from tests.torture.trials import ANSWERS, hand_in

_CALLS = "trace=fsync,fdatasync,recvfrom,sendto,read,write"
_LINE = re.compile(r"^(?P<task>\d+) +(?P<at>\d+\.\d+) (?:<\.\.\. )?(?P<call>\w+)(?P<rest>.*)$")
_COMMITTED = r"C\0\0\0\vCOMMIT"


@dataclass(frozen=True)
class _Call:
    task: str
    at: float
    name: str
    said: str


@dataclass(frozen=True)
class Synced:
    """How many 303 were sent after a POST, and those before which nothing was synced."""

    answers: int
    unsynced: tuple[str, ...]


def look(environment: Mapping[str, str], folder: Path, *, socket: str = "", app: str = "wsgi:app") -> Synced | None:
    """One journey to the receipt, traced. None where there is no `strace`, or it may not look."""
    if shutil.which("strace") is None:
        return None
    port, log = free_port(), folder / "traced.log"
    settings = {**environment, "PORT": str(port), "ESERVICES_BASE_URL": f"http://127.0.0.1:{port}"}
    web, engine = folder / "web.trace", folder / "engine.trace"
    gunicorn = [sys.executable, "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}"]
    command = [*_traced(web), *gunicorn, "-c", "python:eservices.web.gunicorn_conf", app]
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=settings, cwd=ROOT, stdout=out, stderr=out)
    try:
        with _attached(socket, engine):
            wait_for(port, "/readyz", process, log, seconds=300)
            visit = Resident(f"http://127.0.0.1:{port}", ANSWERS)
            hand_in(visit, Seen())
            visit.close()
    except RuntimeError:
        if "ptrace" in log.read_text("utf-8", "replace"):
            return None
        raise
    finally:
        for gunicorn_itself in psutil.Process(process.pid).children():  # strace takes no such signal
            gunicorn_itself.send_signal(signal.SIGTERM)
        process.wait(60)
    return _judged(list(_calls(web)), list(_calls(engine)) if socket else None)


def _judged(web: list[_Call], engine: list[_Call] | None) -> Synced:
    """`engine` are the calls of the database's own processes, where it has some."""
    syncs = _syncs_of_backends(engine) if engine is not None else [call for call in web if _is_sync(call)]
    answers, unsynced, read = 0, [], {}
    for call in web:
        if call.name in {"recvfrom", "read"} and '"POST /' in call.said:
            read[call.task] = call
        elif call.name in {"sendto", "write"} and '"HTTP/1.1 303' in call.said and call.task in read:
            asked = read.pop(call.task)
            answers += 1
            mine = (sync for sync in syncs if engine is not None or sync.task == call.task)
            if not any(asked.at <= sync.at <= call.at for sync in mine):
                unsynced.append(re.sub(r'.*"(POST \S+).*', r"\1", asked.said))
    return Synced(answers, tuple(unsynced))


def _syncs_of_backends(engine: list[_Call]) -> list[_Call]:
    """Those who tell a client that it is committed must have synced themselves: the background's syncs do not count."""
    backends = {call.task for call in engine if call.name in {"sendto", "write"} and _COMMITTED in call.said}
    return [call for call in engine if call.task in backends and _is_sync(call)]


def _is_sync(call: _Call) -> bool:
    return call.name in {"fsync", "fdatasync"} and call.said.rstrip().endswith("= 0")


def _calls(path: Path) -> Iterator[_Call]:
    for line in path.read_text("utf-8", "replace").splitlines():
        found = _LINE.match(line)
        if found is not None:
            yield _Call(found["task"], float(found["at"]), found["call"], found["rest"])


def _traced(out: Path) -> list[str]:
    return ["strace", "-f", "-ttt", "-s", "160", "-e", _CALLS, "-e", "signal=none", "-o", str(out)]


@contextmanager
def _attached(socket: str, out: Path) -> Iterator[None]:
    """Look at a cluster and all it starts meanwhile."""
    if not socket:
        yield
        return
    pid = (Path(socket) / "data" / "postmaster.pid").read_text().split()[0]
    process = subprocess.Popen([*_traced(out), "-p", pid], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
