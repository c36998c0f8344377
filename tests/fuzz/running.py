"""One target, tried until a time or a number is over: what breaks, hangs or eats memory is told with what was thrown."""

import faulthandler
import os
import re
import resource
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

#: Seconds of work after which one thing that was thrown counts as hanging. Work and not time: others use the machine.
MOST_SECONDS = 10
_BATCH = 200
_LONGEST_SHOWN = 1500


@dataclass(frozen=True)
class Target:
    """Something that reads. `check` tries one thing, raises what is wrong, and says in a word what came of it."""

    name: str
    thrown: st.SearchStrategy[Any]
    check: Callable[[Any], str]
    #: whether what is found can be made smaller by trying again; not where each try leaves traces
    repeatable: bool = True


@dataclass
class Found:
    """What came of throwing at one target."""

    tried: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def __str__(self) -> str:
        often = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common(8))
        return f"{self.tried} thrown, slowest {self.slowest * 1000:.0f} ms of work: {often}"


class TooSlow(Exception):
    """It worked for so long that it may as well hang."""


def throw(target: Target, *, seed: int, seconds: float = 0.0, examples: int = 0) -> Found:
    """Throw until so many seconds of work or so many examples are over; ends at the first fault.

    The same seed throws the same things in the same order. Where others use the machine, as long again as they do, up
    to four times.
    """
    found, batch = Found(), 0
    worked, began = _work(), time.monotonic()

    def over() -> bool:
        return bool(seconds) and (_work() - worked >= seconds or time.monotonic() - began >= 4 * seconds)

    while not found.faults and not over() and (not examples or found.tried < examples):
        _batch(target, found, seed * 1_000_003 + batch, over, min(_BATCH, (examples or _BATCH) - found.tried % _BATCH))
        batch += 1
    return found


def _batch(target: Target, found: Found, seed: int, over: Callable[[], bool], examples: int) -> None:
    def one(thrown: Any) -> None:
        if over():
            return
        began = time.process_time()
        try:
            outcome = target.check(thrown)
        except Exception as error:
            found.faults = [_told(error, thrown)]  # the smallest is the last
            raise
        found.tried += 1
        found.outcomes[outcome] += 1
        found.slowest = max(found.slowest, time.process_time() - began)

    phases = [Phase.generate, *([Phase.shrink] if target.repeatable else [])]
    quiet = hypothesis.settings(
        max_examples=examples, database=None, deadline=None, derandomize=False, phases=phases, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck), verbosity=hypothesis.Verbosity.quiet,
    )  # fmt: skip
    try:
        quiet(hypothesis.seed(seed)(hypothesis.given(target.thrown)(one)))()
    except BaseException as error:
        if not found.faults:
            raise
        if isinstance(error, KeyboardInterrupt):
            raise


def _work() -> float:
    """Seconds that this process and its children have worked."""
    return sum(os.times()[:4])


def _told(error: Exception, thrown: Any) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{where.filename}:{where.lineno}: {where.line}"
    return f"{type(error).__name__}: {error}\n  at {place}\n  thrown: {_shown(thrown)}"


def _shown(thrown: Any) -> str:
    text = re.sub(
        r"(.{1,40}?)\1{9,}", lambda same: f"{same[1]}…×{len(same[0]) // len(same[1])}", repr(thrown)[:400_000]
    )
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text)} signs)"


@contextmanager
def bounds(most_bytes: int) -> Iterator[None]:
    """While this lasts, no try works longer than it may, and the process gets no more memory than so much on top.

    What hangs where Python cannot interrupt it ends the process with a trace of where it was.
    """

    def give_up(_signal: int, _frame: object) -> None:
        raise TooSlow(f"more than {MOST_SECONDS} seconds of work")

    before = signal.signal(signal.SIGPROF, give_up)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_held() + most_bytes, hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def watched(target: Target) -> Target:
    """The same target with the bounds set anew for every try."""

    def check(thrown: Any) -> str:
        faulthandler.dump_traceback_later(MOST_SECONDS * 20, exit=True)
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            return target.check(thrown)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            faulthandler.cancel_dump_traceback_later()

    return Target(target.name, target.thrown, check, target.repeatable)


def _held() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
