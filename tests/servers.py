"""Real servers for tests and measurements: gunicorn with a database of its own, on a free port of this machine."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and its master process."""

    url: str
    pid: int
    log: Path


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def settings_of(folder: Path, port: int, *, forms: Path = ROOT / "forms") -> dict[str, str]:
    """The environment of a demo installation with all its data in `folder`."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ESERVICES_")},
        "ESERVICES_DEMO": "1",
        "ESERVICES_DATA_DIR": str(folder),
        "ESERVICES_DATABASE_URL": f"sqlite:///{folder / 'eservices.db'}",
        "ESERVICES_FORMS_DIR": str(forms),
        "ESERVICES_BASE_URL": f"http://127.0.0.1:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def command(environment: Mapping[str, str], *words: str) -> None:
    """Run `eservices …` to its end."""
    subprocess.run([sys.executable, "-m", "eservices", *words], env=environment, cwd=ROOT, check=True)


def prepare(folder: Path, port: int, *, forms: Path = ROOT / "forms") -> dict[str, str]:
    """A migrated database with the demo's accounts; gives the environment to start servers with."""
    from eservices.demo.accounts import make_accounts
    from eservices.schema.upgrade import bring_up_to_date
    from eservices.settings import Settings

    folder.mkdir(parents=True, exist_ok=True)
    environment = settings_of(folder, port, forms=forms)
    settings = Settings.from_environment(environment)
    bring_up_to_date(settings.database_url)
    make_accounts(settings)
    return environment


@contextmanager
def gunicorn(
    environment: Mapping[str, str], port: int, log: Path, *, workers: int = 1, app: str = "wsgi:app", cwd: Path = ROOT,
    config: str = "python:eservices.web.gunicorn_conf", ready: str = "/readyz",
) -> Iterator[Server]:  # fmt: skip
    """Start gunicorn, wait until it answers 200 at `ready`, and end it afterwards."""
    words = [sys.executable, "-m", "gunicorn", "-w", str(workers), "-b", f"127.0.0.1:{port}"]
    words += [*(("-c", config) if config else ("--no-control-socket",)), app]
    with (
        log.open("wb") as out,
        subprocess.Popen(words, env=dict(environment), cwd=cwd, stdout=out, stderr=out) as process,
    ):
        try:
            wait_for(port, ready, process, log)
            yield Server(f"http://127.0.0.1:{port}", process.pid, log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(port: int, path: str, process: "subprocess.Popen[bytes]", log: Path, *, seconds: float = 120) -> None:
    """Ask until the server answers 200. Raises `RuntimeError` with the end of its log when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"no server at {path}:\n{log.read_text('utf-8', 'replace')[-3000:]}")
