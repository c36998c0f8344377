"""Stored tests: what an author writes of answers that no longer apply."""

from eservices.definitions.conditions import Compare
from eservices.journey.trial import StoredTest, run
from tests.build.service import a_question, a_service, a_step
from tests.conftest import MORNING


def test_what_was_answered_in_a_step_that_hides_is_dropped():
    more = a_step("more", a_question("name"), when=Compare("wants", "is", "yes"))
    service = a_service(steps=(a_step("first", a_question("wants", "yes_no")), more))
    answers = {"wants": "no", "name": "Åsa"}

    dropped, kept = run(
        service,
        [StoredTest("dropped", answers, dropped=["name"]), StoredTest("kept", answers, dropped=[])],
        MORNING,
    )

    assert dropped.passed
    assert kept.differences == (("dropped", "-", "name"),)
