"""Carried over by hand: asked for once, done by a person with day and number, and never silently gone."""

import datetime as dt

import pytest

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases import store, transferring
from eservices.cases.changing import ChangedMeanwhile
from eservices.cases.model import Case, NotAllowed
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting


def by(tx: Transaction, case: Case, clock: FixedClock, officer: Actor) -> dict[str, object]:
    return {"actor": officer, "expected": store.lock(tx, case.id).row_version, "now": clock.now()}


def test_what_waits_is_listed_until_a_person_says_when_it_was_done_and_what_it_is_called_there(
    tx: Transaction, clock: FixedClock
) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    transferring.ask(tx, case.id, **by(tx, case, clock, officer), system="Ecos")
    transferring.ask(tx, case.id, **by(tx, case, clock, officer), system="ecos")
    transferring.needed(tx, case.id, "ECOS", clock.now())
    (waiting,) = transferring.waiting(tx, units=(case.unit,))
    assert (waiting.case.number, waiting.system) == (case.number, "Ecos")

    transferring.mark_done(
        tx, case.id, **by(tx, case, clock, officer), system="Ecos", on=clock.today(), their_number="ECOS-77",
        transfer_id=waiting.transfer_id,
    )  # fmt: skip

    assert transferring.waiting(tx, units=None) == []
    (done,) = transferring.of_case(tx, case.id)
    assert (done.transferred_on, done.their_number, done.settled_by) == (clock.today(), "ECOS-77", officer.staff_id)
    kinds = [entry.kind for entry in journal.of_case(tx, case.id, case.key)]
    assert kinds[-2:] == ["transfer_asked", "transferred"]


def test_what_comes_later_puts_the_case_into_the_list_once_more(tx: Transaction, clock: FixedClock) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    transferring.mark_done(
        tx, case.id, **by(tx, case, clock, officer), system="Ecos", on=clock.today(), their_number=""
    )

    transferring.needed(tx, case.id, "Ecos", clock.now())

    assert sorted(one.waits for one in transferring.of_case(tx, case.id)) == [False, True]


def test_nobody_marks_for_a_day_to_come_or_twice_or_on_a_case_that_has_changed(
    tx: Transaction, clock: FixedClock
) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    transferring.ask(tx, case.id, **by(tx, case, clock, officer), system="Ecos")
    (waiting,) = transferring.of_case(tx, case.id)
    done = {"system": "Ecos", "on": clock.today(), "their_number": "", "transfer_id": waiting.id}

    tomorrow = clock.today() + dt.timedelta(days=1)
    with pytest.raises(NotAllowed):
        transferring.mark_done(tx, case.id, **by(tx, case, clock, officer), **{**done, "on": tomorrow})
    with pytest.raises(ChangedMeanwhile):
        transferring.mark_done(tx, case.id, **{**by(tx, case, clock, officer), "expected": 1}, **done)
    transferring.lay_aside(tx, case.id, waiting.id, **by(tx, case, clock, officer), why="Finns redan där")
    with pytest.raises(NotAllowed):
        transferring.mark_done(tx, case.id, **by(tx, case, clock, officer), **done)
    assert transferring.waiting(tx, units=None) == []
