"""Stored tests: what an author writes of answers that no longer apply."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import OFFICE_HOURS, day_of
from eservices.cases import clocks
from eservices.cases.model import ClockKind
from eservices.definitions.conditions import Compare
from eservices.definitions.model import ByLaw, Span
from eservices.journey.answers import Answers
from eservices.journey.routing import Due, due_of, route
from eservices.journey.trial import StoredTest, read_tests, run
from tests.build.definition import DEFINITION, service
from tests.build.service import a_question, a_service, a_step
from tests.conftest import MORNING

SPANS = st.builds(
    Span, st.integers(1, 60), st.sampled_from(["working_hours", "working_days", "days", "weeks", "months", "years"])
)


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


@given(SPANS, SPANS, st.integers(0, 4 * 365 * 24))
def test_what_a_test_is_told_is_due_is_what_the_clocks_of_a_case_say(promise: Span, law: Span, later: int):
    at = MORNING + dt.timedelta(hours=later)
    quiet = a_service(steps=(a_step("first", a_question("wants", "yes_no")),))
    going = replace(route(quiet, Answers()), decide_within=promise, by_law=(ByLaw(law, "Lagen 1 §"),))

    found = due_of(going, at, OFFICE_HOURS)

    ends = [
        clocks.ends(kind, span, at=at, on=day_of(at), hours=OFFICE_HOURS)
        for kind, span in ((ClockKind.PROMISED, promise), (ClockKind.BY_LAW, law))
    ]
    assert Due(day_of(ends[0]), (day_of(ends[1]),)) == found


def test_a_test_says_on_which_day_it_is_answered_and_what_is_due_then():
    asked = service(DEFINITION + "      start:\n        label: Från när?\n        type: date\n        min: today\n")
    written = {
        "tests": [
            {
                "name": "svar inom tio arbetsdagar, utan påsken",
                "answered": "2027-03-22",
                "answers": {"start": day},
                "expect": {"due": due},
            }
            for day, due in (("2027-03-22", "2027-04-07"), ("2027-03-21", "2027-04-07"), ("2027-03-22", "2027-04-05"))
        ]
    }

    right, too_early, too_soon = run(asked, read_tests(written), MORNING)

    assert right.differences == ()
    assert too_early.differences == (("errors", "start: -", "start: too_early"),)
    assert too_soon.differences == (("due", "2027-04-05", "2027-04-07"),)
