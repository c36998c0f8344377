"""Which questions stand on a page, and which open under another's answer."""

from collections.abc import Callable
from typing import Any

from eservices.definitions.conditions import All, AnyOf, Compare, Condition, Not, may_hold
from eservices.web.forms.arranging import Placed, arrange
from tests.build.service import a_question

BOAT = a_question("boat", "radio", options=("motor", "sail", "row"))
MOTOR = Compare("boat", "is", "motor")


def earlier(**answers: Any) -> Callable[[str], Any]:
    return answers.get


def placed(condition: Condition, **answers: Any) -> Placed | None:
    question = a_question("engine", when=condition)
    return next((p for p in arrange([BOAT, question], earlier(**answers)) if p.question is question), None)


def test_a_question_opens_under_the_one_choice_that_asks_it():
    found = placed(MOTOR)

    assert found is not None
    assert found.opened_by == ("boat", "motor")


def test_a_question_for_several_choices_stands_open_and_says_whom_it_is_for():
    found = placed(Compare("boat", "one_of", ("motor", "sail")))

    assert found is not None
    assert found.opened_by is None
    assert found.only_for == ("boat", ("motor", "sail"))


def test_what_was_answered_on_earlier_pages_decides_whether_it_is_there():
    condition = All((Compare("owner", "is", "yes"), MOTOR))

    assert placed(condition, owner="no") is None
    found = placed(condition, owner="yes")
    assert found is not None
    assert found.opened_by == ("boat", "motor")


def test_a_condition_on_earlier_pages_alone_shows_or_hides():
    condition = Compare("owner", "is", "yes")

    assert placed(condition, owner="yes") == Placed(a_question("engine", when=condition))
    assert placed(condition, owner="no") is None
    assert placed(Not(condition)) is not None


def test_what_this_page_cannot_change_is_known_beforehand():
    owner = Compare("owner", "is", "yes")
    own = {"boat": BOAT}

    assert may_hold(AnyOf((owner, MOTOR)), earlier(owner="yes"), own) is True
    assert may_hold(AnyOf((owner, MOTOR)), earlier(owner="no"), own) is None
    assert may_hold(All((owner, MOTOR)), earlier(owner="no"), own) is False
    assert may_hold(Not(MOTOR), earlier(), own) is None
