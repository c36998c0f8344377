"""A resident follows the case with number and code, and sees what is theirs to see."""

import pytest

from eservices.calendars import FixedClock
from eservices.cases import acts, store
from eservices.cases.following import follow, note_read
from eservices.cases.model import Public
from eservices.cases.receipt import receipt_of
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from tests.build.drafts import a_member_of_staff, a_submission, a_supplement_order, acting


def test_number_and_code_open_the_case_and_nothing_else_does(tx: Transaction, clock: FixedClock):
    mine = receipt_of(tx, a_submission(tx, clock).id)
    other = receipt_of(tx, a_submission(tx, clock).id)

    assert follow(tx, mine.number, mine.code) is not None
    assert follow(tx, mine.number, other.code) is None
    assert follow(tx, other.number, mine.code) is None
    assert follow(tx, mine.number, "") is None
    assert follow(tx, "2026-AAAAA", mine.code) is None


def test_the_resident_sees_status_messages_and_events_but_no_internal_notes(tx: Transaction, clock: FixedClock):
    officer = acting(a_member_of_staff(tx, clock))
    receipt = receipt_of(tx, a_submission(tx, clock).id)
    acts.claim(tx, receipt.case_id, actor=officer, expected=1, now=clock.now())
    acts.note(tx, receipt.case_id, actor=officer, now=clock.now(), body="Intern anteckning")
    acts.message(tx, receipt.case_id, actor=officer, now=clock.now(), subject="Hej", body="Vi har börjat.")

    seen = follow(tx, receipt.number, receipt.code)

    assert seen is not None
    assert (seen.public_status, seen.next_actor, seen.due_on) == (Public.REGISTERED, "us", receipt.due_on)
    assert [message.body for message in seen.messages] == ["Vi har börjat."]
    assert [entry.kind for entry in seen.events] == ["submitted", "registered", "message_sent"]
    assert seen.missing == receipt.missing
    note_read(tx, receipt.case_id, receipt.party_id, clock.now())
    case = store.by_id(tx, receipt.case_id)
    assert case is not None
    assert store.messages_of(tx, case)[0].read_at == clock.now()


@pytest.mark.parametrize(("asked", "next_actor"), [(True, "you"), (False, "us")])
def test_it_is_said_who_does_what_next(tx: Transaction, clock: FixedClock, asked: bool, next_actor: str):
    officer = acting(a_member_of_staff(tx, clock))
    receipt = receipt_of(tx, a_submission(tx, clock).id)
    if asked:
        a_supplement_order(tx, clock, store.lock(tx, receipt.case_id), officer)

    seen = follow(tx, receipt.number, receipt.code)

    assert seen is not None
    assert seen.next_actor == next_actor


def test_when_all_is_done_nobody_waits(tx: Transaction, clock: FixedClock):
    officer = acting(a_member_of_staff(tx, clock))
    receipt = receipt_of(tx, a_submission(tx, clock).id)
    acts.close(tx, receipt.case_id, actor=officer, expected=1, now=clock.now())

    seen = follow(tx, receipt.number, receipt.code)

    assert seen is not None
    assert (seen.next_actor, seen.due_on, seen.public_status) == ("nobody", None, Public.CLOSED)


def test_what_a_resident_writes_comes_to_the_case(tx: Transaction, clock: FixedClock):
    receipt = receipt_of(tx, a_submission(tx, clock).id)

    acts.receive_message(
        tx, receipt.case_id, party_id=receipt.party_id, body="En sak till.", actor=Actor.resident(), now=clock.now()
    )

    seen = follow(tx, receipt.number, receipt.code)
    assert seen is not None
    assert [message.body for message in seen.messages] == ["En sak till."]
