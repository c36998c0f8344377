"""`make fuzz`: nothing that anybody writes or sends breaks, hangs or fills what reads it.

Broken definitions, odd answers, codes, files, photos and headers are thrown at what reads them, and whole requests at
the real house by WSGI: every page of every service's journey, every address, every act of staff. A fault is a trace, a
5xx, an answer of another page that is gone, a complaint without a line, more than some seconds of work for one thing,
or more memory than a process may have. What is found is told as small as it can be made, with the seed.

SECONDS (120) is how long in all, SEED which things are thrown; TARGET throws at those alone whose names begin so. Each
planted fault (`planted.py`) must be found within its part of the time, or the run fails.
"""

import faulthandler
import os
import resource
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pytest

from tests.fuzz import definitions, planted, reading, sending
from tests.fuzz.running import Target, bounds, throw, watched

SECONDS = float(os.environ.get("SECONDS", "120"))
SEED = int(os.environ.get("SEED", "1"))
TARGET = os.environ.get("TARGET", "")

#: What one process may take on top of what it holds when it begins.
_MEMORY = 1 << 30

#: A planted fault gets this part of the time that its target gets, and some seconds more on a slow machine.
_CONTROL, _AT_LEAST = 0.5, 20.0

#: Where a request costs more, there is more to find.
_SHARES = {"pages of journeys": 5, "addresses": 3, "acts of staff": 5, "definitions": 3, "photos": 2}


def main() -> int:
    faulthandler.enable()
    warnings.simplefilter("ignore")  # of long things that hypothesis would rather not show
    with tempfile.TemporaryDirectory(prefix="eservices-fuzz-") as folder, bounds(_MEMORY):
        targets = [watched(target) for target in _targets(Path(folder)) if target.name.startswith(TARGET)]
        whole = sum(_SHARES.get(target.name, 1) for target in targets)
        wrong = [fault for target in targets for fault in _try(target, SECONDS * _SHARES.get(target.name, 1) / whole)]
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB of memory, seed {SEED}")
    for fault in wrong:
        print(f"FAULT {fault}")
    return 1 if wrong or not targets else 0


def _targets(folder: Path) -> list[Target]:
    found = [*definitions.targets(folder / "forms"), *reading.targets()]
    if not TARGET or not any(target.name.startswith(TARGET) for target in found):
        found += sending.targets(sending.Sending(folder / "house"))
    return found


def _try(target: Target, seconds: float) -> list[str]:
    """What is wrong with a target, or with what would find it."""
    found = throw(target, seed=SEED, seconds=seconds)
    print(f"{target.name}: {found}", flush=True)
    wrong = [f"{target.name} (SEED={SEED}): {fault}" for fault in found.faults]
    if not wrong and len(found.outcomes) < 2:
        wrong.append(f"{target.name}: all {found.tried} came to the same, which shows nothing")
    for one in planted.of_target().get(target.name, []):
        began = time.monotonic()
        with pytest.MonkeyPatch.context() as patched:
            one.put_in(patched)
            control = throw(target, seed=SEED, seconds=max(seconds * _CONTROL, _AT_LEAST))
        if one.is_among(control.faults):
            print(f"  control: {one.told}: found after {control.tried} in {time.monotonic() - began:.1f} s", flush=True)
        else:
            wrong.append(f"{target.name}: the control was not found: {one.told} ({control}, {control.faults})")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
