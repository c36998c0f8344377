"""`python -m tests.bench.serving`: how gunicorn should serve us, found by trying: workers, threads, garbage, preloading.

Each setting serves the same residents in turn, eight at once, round after round. What is compared is the ratio to the
setting in use, so what else the machine does weighs on all of them.
"""

import os
import tempfile
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench import robot
from tests.bench.__main__ import ANSWERS, SERVICE, memory
from tests.servers import Server, free_port, gunicorn, prepare

ROUNDS = int(os.environ.get("ROUNDS", "8"))
JOURNEYS = int(os.environ.get("JOURNEYS", "32"))

_NO_CARE = "def when_ready(_server):\n    pass\n"

#: What is said in the table -> how many workers, and what is written below the settings in use.
SETTINGS = {
    "2 workers, 4 threads (in use)": (2, ""),
    "1 worker, 4 threads": (1, ""),
    "1 worker, 1 thread": (1, "threads = 1"),
    "2 workers, 1 thread": (2, "threads = 1"),
    "2 workers, 2 threads": (2, "threads = 2"),
    "2 workers, 8 threads": (2, "threads = 8"),
    "3 workers, 1 thread": (3, "threads = 1"),
    "4 workers, 1 thread": (4, "threads = 1"),
    "3 workers, 2 threads": (3, "threads = 2"),
    "4 workers, 2 threads": (4, "threads = 2"),
    "2 workers, one connection each (sync)": (2, 'worker_class = "sync"'),
    "garbage collected as Python does": (2, _NO_CARE),
    "not loaded before the fork": (2, f"preload_app = False\n{_NO_CARE}"),
}


@dataclass
class Tried:
    """What a setting gave, round by round."""

    server: Server
    figures: list[robot.Figures] = field(default_factory=list)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="eservices-serving-") as temporary, ExitStack() as stack:
        tried = {
            name: Tried(stack.enter_context(_served(Path(temporary) / str(number), workers, more)))
            for number, (name, (workers, more)) in enumerate(SETTINGS.items())
        }
        for _ in range(ROUNDS):
            for each in tried.values():
                url = each.server.url + SERVICE
                each.figures.append(robot.run(url, ANSWERS, journeys=JOURNEYS, at_once=8, pid=each.server.pid, warm=4))
        used = next(iter(tried.values()))
        print(f"| {'':<44} | CPU | journeys a second | p99 | memory of all |\n|---|---|---|---|---|")
        for name, each in tried.items():
            failed = sum(len(figures.errors) for figures in each.figures)
            cpu, pace, slowest = (
                median(
                    getattr(one, what) / getattr(two, what) for one, two in zip(each.figures, used.figures, strict=True)
                )
                for what in ("cpu_ms_per_journey", "journeys_per_second", "p99_ms")
            )
            pss = sum(memory(each.server).values()) / 2**20
            said = f", {failed} FAILED" if failed else ""
            print(f"| {name + said:<44} | {cpu:.2f} | {pace:.2f} | {slowest:.2f} | {pss:.0f} MB |", flush=True)


def _served(folder: Path, workers: int, more: str) -> AbstractContextManager[Server]:
    port = free_port()
    environment = prepare(folder, port)
    config = folder / "served.py"
    config.write_text(f"from eservices.web.gunicorn_conf import *\n{more}\n", "utf-8")
    return gunicorn(environment, port, folder / "served.log", workers=workers, config=str(config))


if __name__ == "__main__":
    main()
