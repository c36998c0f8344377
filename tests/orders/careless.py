"""What no test may do, for the control of `make test-orders`; its name keeps it out of the suite."""

import contextlib
import socket
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_said: list[str] = []


def test_first_says_something() -> None:
    _said.append("first")


def test_second_believes_that_the_first_has_run() -> None:
    assert _said == ["first"]


def test_leaves_a_file_where_files_are_made() -> None:
    Path(tempfile.mkstemp(prefix="careless-")[1]).write_text("left")


def test_leaves_a_file_in_the_repository() -> None:
    (ROOT / "careless-left.txt").write_text("left")


def test_leaves_a_file_at_home() -> None:
    (Path.home() / "careless-kept.txt").write_text("left")


def test_speaks_to_the_outside_and_hides_it() -> None:
    with socket.socket() as line, contextlib.suppress(AssertionError, OSError):
        line.connect(("192.0.2.1", 9))
