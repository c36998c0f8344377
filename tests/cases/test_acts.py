"""What officers do to a case: allowed or refused by where it stands, never lost, always in the journal."""

import datetime as dt

import pytest
from sqlalchemy import select

from eservices import deliveries, journal
from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, enquiries, store
from eservices.cases.changing import ChangedMeanwhile
from eservices.cases.deciding import Grounds
from eservices.cases.model import (
    MOVES,
    PUBLIC,
    Case,
    ClockKind,
    Direction,
    NotAllowed,
    Outcome,
    Public,
    Status,
    moves_from,
    public_of,
)
from eservices.identity.people import Actor
from eservices.outbox import outbox
from eservices.storage.database import IntegrityError, Transaction
from eservices.values import Channel
from tests.build.drafts import STREET, a_case, a_member_of_staff, a_supplement_order, acting
from tests.build.service import a_service


@pytest.fixture
def officer(tx: Transaction, clock: FixedClock) -> Actor:
    return acting(a_member_of_staff(tx, clock))


def kinds(tx: Transaction, case: Case) -> list[str]:
    return [entry.kind for entry in journal.of_case(tx, case.id, case.key)]


def test_claiming_a_new_case_registers_it(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)

    after = acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())

    assert after == store.by_id(tx, case.id)
    assert (after.officer_id, after.status, after.public_status) == (officer.staff_id, "registered", Public.REGISTERED)
    assert kinds(tx, case) == ["submitted", "claimed", "registered"]
    register = next(clock for clock in store.clocks_of(tx, case) if clock.kind is ClockKind.REGISTER)
    assert register.met_at == clock.now()


def test_an_act_from_a_page_that_is_no_longer_true_is_refused(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    other = acting(a_member_of_staff(tx, clock, "Eva Annan"))
    acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())

    with pytest.raises(ChangedMeanwhile) as refused:
        acts.claim(tx, case.id, actor=other, expected=case.row_version, now=clock.now())

    assert refused.value.case.officer_id == officer.staff_id
    assert store.by_id(tx, case.id) == refused.value.case


def test_releasing_gives_the_case_back_to_everybody(tx: Transaction, clock: FixedClock, officer: Actor):
    case = acts.claim(tx, a_case(tx, clock).id, actor=officer, expected=1, now=clock.now())

    after = acts.release(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())

    assert after.officer_id is None


@pytest.mark.parametrize("status", list(Status))
def test_every_state_has_a_public_kind_and_its_moves(status: Status):
    assert PUBLIC[status] in Public
    assert status not in MOVES[status]


def test_own_states_are_worked_in_and_shown_as_their_public_kind():
    own = {"inspected": "in_progress"}

    assert public_of("inspected", own) is Public.IN_PROGRESS
    assert "inspected" in moves_from("under_review", own)
    assert "under_review" in moves_from("inspected", own)
    assert "inspected" not in moves_from("closed", own)
    with pytest.raises(ValueError, match="unknown"):
        public_of("unknown", own)


def test_a_move_that_the_table_does_not_have_cannot_be_made(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)

    for impossible in ("appealed", "closed", "decided", "received", "awaiting_supplement", "hearing", "nonsense"):
        with pytest.raises((NotAllowed, ValueError)):
            acts.change_status(tx, case.id, actor=officer, expected=1, now=clock.now(), to=impossible)

    assert store.by_id(tx, case.id) == case


def test_the_promise_stands_still_while_the_resident_completes_and_the_law_does_not(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock)
    a_supplement_order(tx, clock, case, officer)
    waits = store.lock(tx, case.id)
    clock.move(dt.timedelta(days=7))

    acts.receive_message(tx, case.id, actor=Actor.resident(), now=clock.now(), body="Här är ritningen.")
    after = store.by_id(tx, case.id)

    assert after is not None
    assert (waits.public_status, after.status) == (Public.SUPPLEMENT_NEEDED, "supplement_received")
    assert after.due_at == case.due_at + dt.timedelta(days=7)
    clocks = {running.kind: running for running in store.clocks_of(tx, case)}
    assert clocks[ClockKind.PROMISED].due_at == after.due_at
    assert len(clocks[ClockKind.PROMISED].pauses) == 1
    assert clocks[ClockKind.SIX_MONTHS].pauses == ()


@pytest.mark.parametrize(
    ("way", "leaves_by"),
    [("email", [("message", "email")]), ("phone", []), ("letter", [("letter", "document")])],
)
def test_a_message_goes_out_by_the_way_the_resident_asked_for_with_the_same_deadline(
    tx: Transaction, clock: FixedClock, officer: Actor, way: str, leaves_by: list[tuple[str, str]]
):
    case = a_case(tx, clock, changes={"contact": way, "address": STREET})

    after = acts.message(
        tx, case.id, actor=officer, expected=1, now=clock.now(), subject="Ritningen", body="Vi saknar en ritning."
    )

    (message,) = store.messages_of(tx, after)
    (delivery,) = [found for found in deliveries.of_case(tx, case.id) if found.kind == "message"]
    rows = tx.execute(select(outbox.c.kind, outbox.c.target).where(outbox.c.delivery_id == delivery.id)).all()
    assert (message.direction, message.body) == (Direction.OUT, "Vi saknar en ritning.")
    assert (delivery.is_work, delivery.method.value) == (way != "email", way)
    assert delivery.due_at.date() == dt.date(2026, 11, 25)
    assert [tuple(row) for row in rows] == leaves_by


def test_the_mail_about_a_message_says_nothing_of_what_it_says(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    acts.message(tx, case.id, actor=officer, expected=1, now=clock.now(), subject="Ritningen", body="Hemligt.")

    row = tx.execute(select(outbox).where(outbox.c.kind == "message")).one()
    payload = case.key.unseal(row.sealed, place=f"outbox.sealed:{row.id}")

    assert set(payload) == {"to", "language", "number"}


def test_a_note_is_internal_and_spoils_nobodys_page(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)

    acts.note(tx, case.id, actor=officer, now=clock.now(), body="Ring på torsdag.")

    after = store.by_id(tx, case.id)
    assert after is not None
    assert after.row_version == case.row_version
    shared = [entry.kind for entry in journal.of_case(tx, case.id, case.key, shared_only=True)]
    assert "noted" not in shared
    assert kinds(tx, case)[-1] == "noted"


def test_a_decision_is_frozen_told_and_ends_the_clocks(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)

    after = deciding.decide(
        tx,
        case.id,
        actor=officer,
        expected=1,
        now=clock.now(),
        outcome=Outcome.GRANTED,
        reasons="Platsen är lämplig.",
        law="Lokala ordningsföreskrifter 3 §",
    )

    (decision,) = store.decisions_of(tx, after)
    assert (decision.outcome, decision.reasons, decision.delegate) == (
        Outcome.GRANTED,
        "Platsen är lämplig.",
        "Delegation 1",
    )
    assert decision.appeal_route == "forvaltningsbesvar"
    assert len(decision.digest) == 64
    assert (after.status, after.public_status, after.decided_at) == ("decided", Public.DECIDED, clock.now())
    assert "decision" in [found.kind for found in deliveries.of_case(tx, case.id)]
    unmet = [running.kind for running in store.clocks_of(tx, case) if running.met_at is None]
    assert unmet == [ClockKind.APPEAL], "the time to appeal runs"


def test_a_changed_decision_is_a_new_revision_and_the_old_one_stays(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    for expected, outcome in ((1, Outcome.REFUSED), (2, Outcome.GRANTED)):
        deciding.decide(
            tx, case.id, actor=officer, expected=expected, now=clock.now(), outcome=outcome, reasons="-", law="-",
            grounds=Grounds(waiver="inget nytt"),
        )  # fmt: skip

    decisions = store.decisions_of(tx, case)

    assert [(found.revision, found.outcome) for found in decisions] == [(1, Outcome.REFUSED), (2, Outcome.GRANTED)]


def test_a_closed_case_leaves_the_queue_and_can_be_reopened(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    closed = acts.close(tx, case.id, actor=officer, expected=1, now=clock.now(), why="klart")

    with pytest.raises(NotAllowed):
        acts.assign(
            tx, case.id, actor=officer, expected=closed.row_version, now=clock.now(), officer_id=officer.staff_id or ""
        )
    with pytest.raises(NotAllowed):
        acts.close(tx, case.id, actor=officer, expected=closed.row_version, now=clock.now())
    again = acts.reopen(tx, case.id, actor=officer, expected=closed.row_version, now=clock.now(), why="mer att göra")

    assert not closed.open
    assert (again.open, again.due_at, again.status) == (True, case.due_at, "under_review")


def test_only_the_resident_takes_a_case_back(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)

    after = acts.withdraw(tx, case.id, actor=Actor.resident(), now=clock.now())

    assert (after.public_status, after.open) == (Public.WITHDRAWN, True)
    with pytest.raises(NotAllowed):
        acts.change_status(
            tx, case.id, actor=Actor.resident(), expected=after.row_version, now=clock.now(), to="under_review"
        )


def test_the_registry_number_is_added_and_never_replaces_the_case_number(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock)

    after = acts.register(tx, case.id, actor=officer, expected=1, now=clock.now(), registry_number="SBN 2026/117")

    assert (after.number, after.registry_number, after.status) == (case.number, "SBN 2026/117", "registered")


def test_when_it_was_received_never_changes(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)

    with pytest.raises(IntegrityError), tx.savepoint():
        store.change(tx, case, {"received_at": clock.now() + dt.timedelta(days=1)})


def test_a_service_with_states_of_its_own(tx: Transaction, clock: FixedClock, officer: Actor):
    service = a_service(own_states={"inspected": "in_progress"})
    case = a_case(tx, clock, service)

    after = acts.change_status(tx, case.id, actor=officer, expected=1, now=clock.now(), to="inspected")
    closed = acts.close(tx, case.id, actor=officer, expected=after.row_version, now=clock.now())

    assert (after.status, after.public_status) == ("inspected", Public.IN_PROGRESS)
    assert closed.public_status is Public.CLOSED


def test_what_a_caller_says_is_received_by_phone(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock, "Ina Kundcenter")
    case = a_case(tx, clock)

    said = acts.receive_message(
        tx, case.id, actor=acting(agent, Channel.PHONE), now=clock.now(), body="Ritningen kommer i morgon."
    )

    assert (said.channel, said.direction, said.staff_id) == (Channel.PHONE, Direction.IN, agent.id)


def test_what_was_withdrawn_on_paper_asks_nobody_any_more(tx: Transaction, clock: FixedClock):
    case, officer = a_case(tx, clock), acting(a_member_of_staff(tx, clock))
    a_supplement_order(tx, clock, case, officer)
    now = store.by_id(tx, case.id)
    assert now is not None

    acts.change_status(
        tx, case.id, actor=officer, expected=now.row_version, now=clock.now(), to="withdrawn", why="Brev kom i dag"
    )

    assert not [one for one in enquiries.of_case(tx, case) if one.is_open]
