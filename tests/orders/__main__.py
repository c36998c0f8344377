"""`make test-orders`: the suite passes in random and in reverse order, with every outside address dead, and leaves nothing.

Folder by folder, in an order of its own each time. Where the machine lets us, without any network but the machine's
own; besides, a test that tries to reach anybody fails. Each run has its own folder for what is temporary and its own
home, in which nothing may be left but pytest's; and what git sees of the repository must be as before.

ORDER is `random`, `reverse` or both (the default); SEED sets what is random; FOLDERS names those to run, with spaces
between. First the control: tests that do all of what none may do (`careless.py`), and each must be told.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORDERS = os.environ.get("ORDER", "random reverse").split()
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 100_000)
FOLDERS = os.environ.get("FOLDERS", "").split()

_CONTROL = "tests/orders/careless.py"
#: What pytest and the browsers that tests start leave by themselves, and say so: kept for whoever looks at a failure.
_THEIRS = ("pytest-of-",)


@dataclass(frozen=True)
class Ran:
    """One folder in one order: pytest's last lines, whether all passed, and what lay there afterwards."""

    passed: bool
    said: str
    left: tuple[str, ...]
    seconds: float


def main() -> int:
    alone = _alone()
    print(
        f"seed {SEED}; " + ("no network but this machine's own" if alone else "NOT RUN: without a network (no right)")
    )
    wrong = _control(alone)
    for order in ORDERS:
        for folder in FOLDERS or _folders():
            ran = _run(folder, order, alone)
            told = ran.said.strip().splitlines()[-1:] or ["nothing"]
            print(f"{order} {folder}: {told[0]} ({ran.seconds:.0f} s)", flush=True)
            if not ran.passed:
                wrong.append(f"{order} {folder} (SEED={SEED}):\n{ran.said[-4000:]}")
            wrong += [f"{order} {folder} left {path}" for path in ran.left]
    for one in wrong:
        print(f"FAULT {one}")
    return 1 if wrong else 0


def _control(alone: list[str]) -> list[str]:
    """What a careless test can do unseen: nothing."""
    straight, backwards = _run(_CONTROL, "straight", alone), _run(_CONTROL, "reverse", alone)
    (ROOT / "careless-left.txt").unlink(missing_ok=True)
    seen = {
        "a test that needs another before it": "test_second_believes" in backwards.said and "test_second_believes" not in straight.said,
        "a file left where files are made": any("careless-" in path for path in straight.left),
        "a file left at home": any("careless-kept.txt" in path for path in straight.left),
        "a file left in the repository": any("careless-left.txt" in path for path in straight.left),
        "an address outside": "outside addresses: ['192.0.2.1']" in straight.said,
    }  # fmt: skip
    print(f"control: {sum(seen.values())} of {len(seen)} careless tests were told")
    return [f"the control was not told: {what}" for what, told in seen.items() if not told]


def _folders() -> Iterator[str]:
    for path in sorted((ROOT / "tests").iterdir()):
        if (path.is_dir() and any(path.rglob("test_*.py"))) or path.name.startswith("test_"):
            yield str(path.relative_to(ROOT))


def _run(folder: str, order: str, alone: list[str]) -> Ran:
    began = time.monotonic()
    words = [
        sys.executable,
        "-m",
        "pytest",
        folder,
        "--tb=short",
        "-p",
        "no:cacheprovider",
        "--no-header",
        "-rfE",
    ]
    words += [f"--randomly-seed={SEED}"] if order == "random" else ["-p", "no:randomly"]
    with tempfile.TemporaryDirectory(prefix="eservices-orders-") as temporary:
        place, home = Path(temporary) / "tmp", Path(temporary) / "home"
        place.mkdir()
        home.mkdir()
        place.chmod(0o1777)
        Path(temporary).chmod(0o755)
        before = _as_git_sees_it()
        environment = {**os.environ, "ORDER": order, "TMPDIR": str(place), "HOME": str(home)}
        ran = subprocess.run([*alone, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        left = [f"{path.name} in its temporary folder" for path in place.iterdir() if not path.name.startswith(_THEIRS)]
        left += [f"{path.relative_to(home)} at home" for path in home.rglob("*") if path.is_file()]
        left += [f"{line} in the repository" for line in sorted(_as_git_sees_it() - before)]
    return Ran(ran.returncode == 0, ran.stdout + ran.stderr, tuple(left), time.monotonic() - began)


def _as_git_sees_it() -> frozenset[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return frozenset()
    seen = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(seen.stdout.splitlines())


def _alone() -> list[str]:
    """The words before a command by which it sees no network but the machine's own; none where that is not allowed."""
    words = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return []
    return words if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0 else []


if __name__ == "__main__":
    sys.exit(main())
