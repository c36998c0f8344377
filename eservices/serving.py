"""Runs the web and the worker side by side for one machine without systemd: the demo, a trial, a small installation.

They are siblings: neither waits for the other, and each is started again if it dies. A production installation lets
systemd do this (docs/running.md).
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from eservices.settings import Settings

#: A part that dies sooner than this after its start is not started again: it cannot work here.
_TOO_SOON_SECONDS = 5.0

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass
class _Part:
    """One of the siblings: how to start it, and the process while it runs."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = field(default=0.0)

    def start(self) -> None:
        self.started = monotonic()
        self.process = subprocess.Popen(self.command)  # noqa: S603 our own two commands

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self, seconds: float) -> None:
        """Ask it to finish what it has in hand; end it if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(settings: Settings, host: str, port: int) -> int:
    """Say where to look, and run on a prepared database until SIGINT or SIGTERM. Gives the exit code."""
    os.environ.update(HOST=host, PORT=str(port))
    parts = [
        _Part("web", (sys.executable, "-m", "gunicorn", "-c", "python:eservices.web.gunicorn_conf", "wsgi:app")),
        _Part("worker", (sys.executable, "-m", "eservices", "worker")),
    ]
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    for part in parts:
        part.start()
    _say(settings, host, port)
    code = 0
    while code == 0 and not stop.wait(0.5):
        code = _mend(parts)
    for part in parts:
        part.stop(20)
    return code


def _mend(parts: Sequence[_Part]) -> int:
    """Start again what has died; 1 when a part dies as soon as it is started."""
    for part in parts:
        if part.died():
            if monotonic() - part.started < _TOO_SOON_SECONDS:
                print(f"The {part.name} stops as soon as it starts: see above.", file=sys.stderr)
                return 1
            print(f"The {part.name} died and is started again.", file=sys.stderr)
            part.start()
    return 0


def _say(settings: Settings, host: str, port: int) -> None:
    lines = [
        "",
        f"  For residents:       http://{host}:{port}/",
        f"  For staff:           http://{host}:{port}/staff/login",
    ]
    if settings.demo:
        lines.append("  Demo accounts:       agent, officer, manager, registrar, admin (password: demo)")
        lines.append("  Made-up cases:       ESERVICES_DEMO=1 .venv/bin/eservices demo-data (in another window)")
        if settings.mail_dir is not None:
            lines.append(f"  Mail is written to:  {settings.mail_dir}")
        if host not in _LOOPBACK:
            lines.append(f"  WARNING: everybody who reaches {host} can sign in with the password above.")
    print("\n".join([*lines, "  Stop with Ctrl-C.", ""]), flush=True)
