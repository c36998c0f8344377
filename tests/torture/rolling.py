"""`make rolling`: a newer version comes while people hand in, and nobody notices.

An earlier state of the code, from the history, runs as two web nodes and two workers on one PostgreSQL behind nginx by
the example. While residents hand in through it, the newer one is brought in as docs/upgrade.md says for several nodes:
tables first, then the workers, then one web node after the other (left out of nginx, stopped, started anew, taken in). No
request may fail, and afterwards everything is looked at as in `make torture`; a draft that was begun before goes on.

Controls: a migration that would hold the tables for too long must be given up with nothing done and no request failed;
and where it is forced through (`--alone`) while people hand in, the requests that fail must be seen.

BACK is how many migrations the earlier state lacks at least, FROM names its commit instead. Takes some minutes. Without
history, nginx or openssl it says that it did not run, and ends with 2.
"""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from eservices.schema.upgrade import MIGRATIONS, newest_revision
from eservices.settings import Settings
from tests import proxy
from tests.bench import robot
from tests.servers import ROOT, free_port, settings_of, wait_for
from tests.torture import judging, trials
from tests.torture.house import commands, database, environment_of
from tests.torture.people import Resident, Seen
from tests.torture.sinks import sinks
from tests.torture.staff import Acts

BACK = int(os.environ.get("BACK", "8"))
FROM = os.environ.get("FROM", "")
RESIDENTS = 4
_HOLDS = 12  #: seconds that the planted migration holds the tables


@dataclass
class Failed:
    """Requests that were not answered as they should be, and how many there were at all."""

    asked: int = 0
    told: list[str] = field(default_factory=list)


@dataclass
class Proxied(Resident):
    """Comes through nginx, on a new line each time, and never asks again: what fails has failed."""

    failed: Failed = field(default_factory=Failed)

    def __post_init__(self) -> None:
        super().__post_init__()
        port = int(self.base.rpartition(":")[2])
        self._connection = http.client.HTTPSConnection("localhost", port, timeout=90, context=proxy.unverified())

    def ask(self, method: str, path: str, body: str | bytes | None) -> tuple[int, str, bytes]:
        self._connection.close()
        self.failed.asked += 1
        try:
            answer = self._ask_once(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            self.failed.told.append(f"{type(error).__name__} at {method} {path}")
            raise robot.Refused(f"no answer at {path}") from error
        if answer[0] not in {200, 303}:
            said = " ".join(LexborHTMLParser(answer[2]).text(separator=" ").split())[:200]
            self.failed.told.append(f"{answer[0]} at {method} {path}: {said}")
        return answer


class Nodes:
    """Two machines, each with a web and a worker of one tree or another."""

    def __init__(self, environments: Mapping[Path, dict[str, str]], log: Path):
        self._environments, self._log = environments, log
        self.ports = [free_port(), free_port()]
        self._running: dict[tuple[str, int], subprocess.Popen[bytes]] = {}

    def start(self, what: str, node: int, tree: Path) -> None:
        """Stop what runs there, letting it finish what it has in hand, and start that of `tree`."""
        self.stop(what, node)
        command = commands(self.ports[node])[what]
        environment = {**self._environments[tree], "PORT": str(self.ports[node])}
        with self._log.open("ab") as log:
            process = subprocess.Popen(command, env=environment, cwd=tree, stdout=log, stderr=log)
        self._running[what, node] = process
        if what == "master":
            wait_for(self.ports[node], "/readyz", process, self._log, seconds=300)

    def stop(self, what: str, node: int) -> None:
        process = self._running.pop((what, node), None)
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(120)

    def stop_all(self) -> None:
        for what, node in list(self._running):
            with suppress(subprocess.TimeoutExpired):
                self.stop(what, node)


def main() -> int:
    commits = [FROM] if FROM else _before(BACK)
    if not commits or not proxy.is_here():
        print(f"rolling upgrade: NOT RUN, {'nginx or openssl is missing' if commits else 'no history is here'}")
        return 2
    began, seen, failed = time.monotonic(), Seen(), Failed()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eservices-rolling-")))
        url, _ = stack.enter_context(database("postgresql", folder))
        arrived = stack.enter_context(sinks())
        old, slow = _unpacked(commits, folder / "old"), _with_a_slow_migration(folder / "slow")
        commit = (old / "COMMIT").read_text()
        environments = {tree: environment_of(folder, url, arrived, tree) for tree in (old, ROOT)}
        environments[slow] = environments[ROOT]
        nodes = Nodes(environments, folder / "house.log")
        stack.callback(nodes.stop_all)
        (folder / "nginx").mkdir()
        nginx = stack.enter_context(proxy.nginx(folder / "nginx", nodes.ports, a_second=10_000))
        for environment in environments.values():
            environment |= {
                "ESERVICES_BASE_URL": f"https://localhost:{nginx.port}",
                "ESERVICES_TRUSTED_PROXIES": "127.0.0.1",
            }
        _upgrade(environments, old)
        for node in (0, 1):
            nodes.start("master", node, old)
            nodes.start("outbox", node, old)
        steps = _bring_in(nodes, nginx, environments, seen, failed)
        settings = Settings.from_environment(environments[ROOT])
        found = _controls(environments, slow, nginx)
        found += judging.shown_again([f"http://127.0.0.1:{port}" for port in nodes.ports], seen)
        judging.empty_outbox(settings, seconds=240 + 2 * len(seen.receipts))
        nodes.stop_all()
        found += [*seen.errors, *failed.told, *judging.faults(settings, judging.Acknowledged.of(seen, Acts()), arrived)]
        missed = judging.control(settings, judging.Acknowledged.of(seen, Acts()), arrived)
    print(f"from {commit[:12]} to migration {newest_revision()}: {steps}")
    print(f"{failed.asked} requests, {len(failed.told)} failed; {len(seen.receipts)} receipts")
    print(f"lost, doubled, failed or broken: {len(found)} ({time.monotonic() - began:.0f} seconds)")
    for fault in found[:20]:
        print(f"  {fault}")
    print(f"control: {'all planted faults were found' if not missed else f'NOT FOUND: {missed}'}")
    return 0 if seen.receipts and not found and not missed else 1


def _bring_in(
    nodes: Nodes, nginx: proxy.Nginx, environments: Mapping[Path, dict[str, str]], seen: Seen, failed: Failed
) -> str:
    """The upgrade under load, step by step; gives how many receipts were seen during each."""
    early = Proxied(_address(nginx), trials.ANSWERS, failed=failed)
    early.go_on(*early.follow("GET", f"/sv/services/{trials.SERVICE}"), until="/place")
    begun, told = early.pages[-1][1], []

    def step(name: str) -> None:
        before = len(seen.receipts)
        trials.until_more(seen)
        told.append(f"{name} {len(seen.receipts) - before}")
        print(f"  {told[-1]}", flush=True)

    with _handing_in(nginx, seen, failed):
        step("before")
        _upgrade(environments, ROOT)
        step("with the new tables")
        for node in (0, 1):  # before the webs: what a new one writes, an old worker may not know how to send
            nodes.start("outbox", node, ROOT)
        step("with new workers")
        for node in (0, 1):
            nginx.leave_out(nodes.ports[node])
            nodes.start("master", node, ROOT)
            nginx.take_in(nodes.ports[node])
            step(f"with node {node + 1} anew")
        trials.hand_in(early, seen, begun)
        early.close()
    return ", ".join(told)


def _controls(environments: Mapping[Path, dict[str, str]], slow: Path, nginx: proxy.Nginx) -> list[str]:
    """What the planted migration did, and should not have; or should have, and did not."""
    seen, politely, by_force = Seen(), Failed(), Failed()
    with _handing_in(nginx, seen, politely):
        refused = _upgrade(environments, slow, check=False)
    with _handing_in(nginx, seen, by_force):
        forced = _upgrade(environments, slow, "--alone", check=False)
    print(f"  a migration that holds all tables for {_HOLDS} seconds: given up, {len(politely.told)} requests failed;")
    print(f"  and forced through while people hand in: {len(by_force.told)} of {by_force.asked} failed, and were seen")
    found = [f"control: {one}" for one in politely.told]
    found += [] if refused.returncode == 1 and "--alone" in refused.stderr else ["control: it was not given up"]
    return [*found, *([] if forced.returncode == 0 and by_force.told else ["control: no failed request was seen"])]


def _handing_in(nginx: proxy.Nginx, seen: Seen, failed: Failed) -> AbstractContextManager[None]:
    """Residents hand in one after the other as long as the block lasts."""

    def live() -> None:
        visit = Proxied(_address(nginx), trials.ANSWERS, failed=failed)
        with suppress(robot.Refused):  # it stands among what failed
            trials.hand_in(visit, seen)
        visit.close()

    return trials.meanwhile(live, RESIDENTS)


def _address(nginx: proxy.Nginx) -> str:
    return f"https://localhost:{nginx.port}"


def _upgrade(
    environments: Mapping[Path, dict[str, str]], tree: Path, *words: str, check: bool = True
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "eservices", "db", "upgrade", *words]
    ran = subprocess.run(command, env=environments[tree], cwd=tree, check=False, capture_output=True, text=True)
    if check and ran.returncode:
        raise RuntimeError(ran.stderr)
    return ran


def _before(back: int) -> list[str]:
    """The commits before so many of the newest migrations came, the newest first; none without history."""
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    path = (MIGRATIONS / "versions" / names[-back]).relative_to(ROOT)
    came = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(path))
    return _git("rev-list", "--first-parent", "--max-count=30", f"{came[0]}^") if came else []


def _git(*words: str) -> list[str]:
    told = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False)
    return told.stdout.split() if told.returncode == 0 else []


def _unpacked(commits: Sequence[str], tree: Path) -> Path:
    """The first of these commits that can be loaded: not every one in between is whole."""
    for commit in commits:
        shutil.rmtree(tree, ignore_errors=True)
        tree.mkdir()
        packed = subprocess.run(["git", "-C", str(ROOT), "archive", commit], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(tree)], input=packed, check=True)
        load = [sys.executable, "-c", "import wsgi, eservices.worker.loop"]
        environment = settings_of(tree.parent / "loaded", 1, forms=tree / "forms")
        if subprocess.run(load, env=environment, cwd=tree, capture_output=True, check=False).returncode == 0:
            (tree / "COMMIT").write_text(commit)
            return tree
    raise RuntimeError("none of the commits before can be loaded")


def _with_a_slow_migration(tree: Path) -> Path:
    """The present code with one more migration, which holds all tables for too long."""
    tree.mkdir()
    shutil.copytree(ROOT / "eservices", tree / "eservices")
    for name in ("forms", "templates", "translations", "pyproject.toml"):
        (tree / name).symlink_to(ROOT / name)
    (tree / "eservices" / "schema" / "migrations" / "versions" / "9999_slow.py").write_text(
        f"from alembic import op\nrevision, down_revision = '9999', '{newest_revision()}'\n"
        f"def upgrade():\n    op.execute('SELECT pg_sleep({_HOLDS})')\n"
    )
    return tree


if __name__ == "__main__":
    raise SystemExit(main())
