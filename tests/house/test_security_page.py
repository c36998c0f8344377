"""The page on security claims nothing that no test shows."""

import ast
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_TEST = re.compile(r"`(tests/\S+?\.py)::(\w+)`")


def _missing(page: str) -> list[str]:
    """What the page names that is no test."""
    names: dict[str, set[str]] = {}
    missing = []
    for file, test in _TEST.findall(page):
        if file not in names:
            path = _ROOT / file
            tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
            names[file] = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if test not in names[file]:
            missing.append(f"{file}::{test}")
    return missing


def test_every_test_that_the_page_names_exists() -> None:
    page = (_ROOT / "docs/security.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "| Test |" not in line]

    assert _missing(page) == []
    assert [row for row in rows if not _TEST.search(row)] == []


@pytest.mark.parametrize("claim", ["tests/no/such.py::test_x", "tests/house/test_security_page.py::test_no_such"])
def test_a_claim_without_a_test_would_be_seen(claim: str) -> None:
    assert _missing(f"| x | `{claim}` |") == [claim]
