"""Many residents at once: how much one worker can take, and how long people wait when it is asked for a part of that.

Residents come when they come, each stops to think between two pages, and nobody waits for the one before. That is what
makes a queue: a bench that sends the next request when the last is answered never sees one.
"""

import random
import sys
import threading
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

from tests.bench.robot import Answers, Refused, Visit, run

#: How long residents think between two pages: short, so that few threads make many requests.
THINKING = 0.1
SHARE = 0.7


@dataclass(frozen=True)
class Waits:
    """What residents met while a part of what the worker can take was offered."""

    offered: float  #: journeys a second
    journeys: int
    p50_ms: float
    p99_ms: float
    errors: tuple[str, ...]

    @property
    def ratio(self) -> float:
        return self.p99_ms / self.p50_ms


class _Thinking(Visit):
    """A resident who stops to think."""

    chance: random.Random

    def ask(self, method: str, path: str, body: str | None) -> tuple[int, str, bytes]:
        if method == "POST":
            time.sleep(self.chance.expovariate(1 / THINKING))
        return super().ask(method, path, body)


def saturation(url: str, answers: Answers, pid: int, *, journeys: int) -> float:
    """Journeys a second when there is always somebody who waits: the median of three tries."""
    tries = [run(url, answers, journeys=journeys, at_once=6, pid=pid) for _ in range(3)]
    return median(tried.journeys_per_second for tried in tries)


def offer(url: str, answers: Answers, *, per_second: float, seconds: float, seed: int) -> Waits:
    """Let residents come by chance, so many a second on average; gives what all of them waited for each answer."""
    chance = random.Random(seed)
    path = urlsplit(url).path
    visits: list[Visit] = []
    errors: list[str] = []

    def resident(visit: Visit) -> None:
        try:
            visit.journey(path)
        except (Refused, OSError) as error:
            errors.append(repr(error)[:300])
        visit.close()

    switching = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # a resident who reads must not keep another from noting that an answer has come
    threads = []
    try:
        due, end = time.perf_counter(), time.perf_counter() + seconds
        while (due := due + chance.expovariate(per_second)) < end:
            time.sleep(max(0.0, due - time.perf_counter()))
            visit = _Thinking(url, answers)
            visit.chance = random.Random(chance.random())
            visits.append(visit)
            threads.append(threading.Thread(target=resident, args=(visit,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switching)
    times = sorted(one for visit in visits for one in visit.milliseconds)
    p50, p99 = (times[min(len(times) - 1, int(len(times) * share))] for share in (0.50, 0.99))
    return Waits(per_second, len(visits), p50, p99, tuple(errors))
