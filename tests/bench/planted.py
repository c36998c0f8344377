"""What BENCH_CONTROL plants in the platform while it is measured, so that each row of the bench is seen to turn red.

    BENCH_CONTROL=slow python -m tests.bench

gunicorn is given `tests.bench.planted:app` in place of `wsgi:app`. The yardstick is measured as it is.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

#: Name -> what is planted. Each turns rows of its own red; `all` plants them together.
FAULTS = {
    "slow": "5 ms of CPU for each page",
    "heavy": "12 KB that cannot be packed in each page, and three scripts more",
    "large": "100 MB that each worker keeps",
    "late": "2.5 seconds at the start",
    "jam": "a tenth of a second for every twentieth page",
    "crowded": "2 ms of CPU for each page that others wait for as well",
    "counting": "0.05 ms of CPU for each definition, on each page",
    "asking": "0.1 ms of CPU for each question of the service, on each page",
}

Answer = Callable[..., Any]


class Planted:
    """The application with faults in it."""

    def __init__(self, app: Any, faults: Iterable[str]):
        self.app = app
        self.faults = frozenset(faults)
        self.library = app.extensions["eservices"].library
        self.lock = threading.Lock()
        self.answered = self.waiting = 0
        self.kept = b""

    def __call__(self, environ: dict[str, Any], start_response: Answer) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/planted/"):
            start_response("200 OK", [("Content-Type", "text/javascript")])
            return [_unpackable(4_000)]
        if path in {"/readyz", "/healthz"}:
            return self.app(environ, start_response)  # type: ignore[no-any-return]
        with self.lock:
            self.answered += 1
            self.waiting += 1
            number, waiting = self.answered, self.waiting
        try:
            self._hold_up(path, number, waiting)
            return (self._heavy if "heavy" in self.faults else self.app)(environ, start_response)
        finally:
            with self.lock:
                self.waiting -= 1

    def _hold_up(self, path: str, number: int, waiting: int) -> None:
        service = self.library.services.get(path.split("/")[3] if path.count("/") > 2 else "")
        if "large" in self.faults and not self.kept:
            self.kept = os.urandom(100 * 1024 * 1024)
        if "jam" in self.faults and number % 20 == 0:
            time.sleep(0.1)
        burnt = 5.0 * ("slow" in self.faults) + 2 * (waiting - 1) * ("crowded" in self.faults)
        burnt += 0.05 * len(self.library.services) * ("counting" in self.faults)
        burnt += 0.1 * (len(service.questions) if service else 0) * ("asking" in self.faults)
        until = time.thread_time() + burnt / 1_000
        while time.thread_time() < until:
            pass

    def _heavy(self, environ: dict[str, Any], start_response: Answer) -> list[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [pair for pair in headers if pair[0] != "Content-Length"], *more)

        html = b"".join(self.app(environ, begin))
        scripts = b"".join(b'<script src="/planted/%d.js"></script>' % number for number in range(3))
        return [html.replace(b"</head>", scripts + b"</head>"), b"<!-- ", _unpackable(12_000), b" -->"]


def _unpackable(size: int) -> bytes:
    return os.urandom(size).hex().encode()


def __getattr__(name: str) -> Any:
    """`app`, made when gunicorn asks for it."""
    if name != "app":
        raise AttributeError(name)
    chosen = os.environ["BENCH_CONTROL"]
    faults = set(FAULTS) if chosen == "all" else set(chosen.split(","))
    if unknown := faults - set(FAULTS):
        raise SystemExit(f"BENCH_CONTROL knows {', '.join(FAULTS)} and all, not {', '.join(sorted(unknown))}")
    if "late" in faults:
        time.sleep(2.5)
    planted = Planted(import_module("wsgi").app, faults)
    globals()["app"] = planted
    return planted
