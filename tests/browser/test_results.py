"""What `make access` writes down: every test that looks at something belongs to a check that the statement tells of."""

import ast
from pathlib import Path

from eservices.web.resident.statement import CHECKS as TOLD
from tests.browser.results import CHECKS, check_of

FOLDER = Path(__file__).resolve().parent
#: Tests of the tests themselves.
_NOTHING_LOOKED_AT = {"test_every_two_things_that_can_meet_are_looked_at_together", "test_a_form_page_has_one_way_on"}


def test_every_check_is_told_of_and_every_test_belongs_to_one() -> None:
    here = [
        f"{path.name}::{node.name}"
        for path in sorted(FOLDER.glob("test_*.py"))
        if path != Path(__file__)
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]

    assert {*CHECKS.values()} == {*TOLD, "control"}
    assert {node.partition("::")[2] for node in here if not check_of(node)} == _NOTHING_LOOKED_AT
    stale = [place for place in CHECKS if place.startswith("test_") and not any(place in node for node in here)]
    assert [place for place in stale if "test_tags.py" not in place] == []
