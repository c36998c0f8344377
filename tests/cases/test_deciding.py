"""Who decides, after whom has been heard; what was signed stays; and an appeal is judged by its day and its route."""

import datetime as dt
from dataclasses import replace

import pytest

from eservices import deliveries, journal
from eservices.calendars import OFFICE_HOURS, FixedClock, day_of
from eservices.cases import acts, appealing, asking, deciding, proposals, queue, store, ticking
from eservices.cases.appealing import AppealState
from eservices.cases.asking import Said
from eservices.cases.deciding import Grounds, NotComplete, NotHeard
from eservices.cases.model import (
    NO_LONGER_DUE,
    Case,
    ClockKind,
    DecisionKind,
    MadeBy,
    NotAllowed,
    Outcome,
    Part,
    Status,
)
from eservices.cases.proposals import Proposed
from eservices.cases.queue import Filters
from eservices.deliveries import Evidence
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from tests.build.drafts import STREET, a_case, a_member_of_staff, acting
from tests.build.service import a_service

WAIVED = Grounds(waiver="Inga uppgifter från någon annan.")


@pytest.fixture
def officer(tx: Transaction, clock: FixedClock) -> Actor:
    return acting(a_member_of_staff(tx, clock))


def decided(
    tx: Transaction, clock: FixedClock, case: Case, officer: Actor, outcome: Outcome = Outcome.REFUSED, **more: object
) -> Case:
    more.setdefault("grounds", WAIVED)
    return deciding.decide(
        tx, case.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(), outcome=outcome,
        reasons="Planket skymmer sikten.", law="", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def reached(tx: Transaction, case: Case, at: dt.datetime) -> None:
    for one in deliveries.of_case(tx, case.id):
        if one.kind == "decision":
            deliveries.reached(tx, one.id, Evidence.CONFIRMED, at)


def party(tx: Transaction, case: Case) -> str:
    return store.parties_of(tx, case)[0].id


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.PARTLY_GRANTED, Outcome.DISMISSED])
def test_a_decision_against_somebody_waits_until_they_are_heard_or_it_is_said_why_not(
    tx: Transaction, clock: FixedClock, officer: Actor, outcome: Outcome
):
    case = a_case(tx, clock)
    with pytest.raises(NotHeard):
        decided(tx, clock, case, officer, outcome, grounds=Grounds())

    hearing = asking.ask_for_opinion(
        tx, case.id, actor=officer, expected=1, now=clock.now(), hours=OFFICE_HOURS,
        last_day=clock.today() + dt.timedelta(days=14), said=Said("Läs", ("Grannen säger nej.",)),
    )  # fmt: skip
    with pytest.raises(NotHeard):
        decided(tx, clock, case, officer, outcome, grounds=Grounds())
    acts.answer_hearing(tx, case.id, party(tx, case), actor=Actor.resident(), now=clock.now(), body="Jo.")

    assert decided(tx, clock, case, officer, outcome, grounds=Grounds()).status == Status.DECIDED
    assert hearing.is_open, "as it was when it was asked"


def test_a_yes_and_a_service_outside_the_law_wait_for_nobody(tx: Transaction, clock: FixedClock, officer: Actor):
    assert decided(tx, clock, a_case(tx, clock), officer, Outcome.GRANTED, grounds=Grounds()).decided_at
    other = a_case(tx, clock, a_service("kajplats", regime="private_law", appeal="none"))
    assert decided(tx, clock, other, officer, grounds=Grounds()).decided_at


@pytest.mark.parametrize("made_by", [MadeBy.BOARD, MadeBy.COMMITTEE])
def test_a_board_decides_on_a_day_and_in_a_paragraph(
    tx: Transaction, clock: FixedClock, officer: Actor, made_by: MadeBy
):
    case = a_case(tx, clock)
    with pytest.raises(NotComplete):
        decided(tx, clock, case, officer, grounds=replace(WAIVED, made_by=made_by, meeting_on=clock.today()))

    grounds = replace(WAIVED, made_by=made_by, meeting_on=dt.date(2026, 11, 20), paragraph="112")
    decided(tx, clock, case, officer, grounds=grounds)

    (decision,) = store.decisions_of(tx, case)
    assert (decision.made_by, decision.meeting_on, decision.paragraph) == (made_by, dt.date(2026, 11, 20), "112")


def test_no_clock_and_no_resident_decides(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    for nobody in (Actor.system(), Actor.resident()):
        with pytest.raises(NotAllowed):
            decided(tx, clock, case, nobody, Outcome.GRANTED)


def test_what_was_signed_shows_when_a_word_is_changed(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    parts = (Part("Planket", Outcome.GRANTED), Part("Belysningen", Outcome.REFUSED))
    decided(
        tx,
        clock,
        case,
        officer,
        Outcome.PARTLY_GRANTED,
        parts=parts,
        plain=("Du får planket.",),
        conditions="Till maj.",
    )

    (decision,) = store.decisions_of(tx, case)

    assert decision.parts == parts
    assert deciding.is_as_signed(decision, case.number)
    for changed in ({"conditions": "Till juni."}, {"plain": ()}, {"parts": parts[:1]}, {"delegate": "Annan"}):
        assert not deciding.is_as_signed(replace(decision, **changed), case.number)  # type: ignore[arg-type]


def test_a_correction_and_a_change_are_new_versions(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    decided(tx, clock, case, officer, kind=DecisionKind.CORRECTION)
    decided(tx, clock, case, officer, Outcome.GRANTED, kind=DecisionKind.CHANGE)

    kinds = [(one.revision, one.kind.value, one.outcome.value) for one in store.decisions_of(tx, case)]

    assert kinds == [(1, "decision", "refused"), (2, "correction", "refused"), (3, "change", "granted")]
    running = [one for one in store.clocks_of(tx, case) if one.kind is ClockKind.APPEAL and one.met_at is None]
    assert len(running) == 1, "the time to appeal is that of the last version"


def test_the_time_to_appeal_begins_when_the_decision_has_got_there_and_ends_by_itself(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock, changes={"contact": "letter", "address": STREET})
    decided(tx, clock, case, officer)
    (decision,) = store.decisions_of(tx, case)
    assert appealing.last_day(tx, case, decision) is None, "a letter is on its way"
    clock.move(dt.timedelta(days=40))
    work(tx, clock)
    assert "became_final" not in kinds(tx, case), "nobody's time ends before it has begun"

    reached(tx, case, clock.now())
    assert appealing.last_day(tx, case, decision) == dt.date(2027, 1, 25)
    clock.set(dt.datetime(2027, 1, 26, 14, 0, tzinfo=dt.UTC))
    work(tx, clock)
    assert "became_final" not in kinds(tx, case), "until the contact centre has closed"
    clock.set(dt.datetime(2027, 1, 27, 14, 0, tzinfo=dt.UTC))
    work(tx, clock)

    assert kinds(tx, case).count("became_final") == 1
    assert [one.kind for one in proposals.open_ones(tx, case)] == [Proposed.CLOSE]


@pytest.mark.parametrize(
    ("on", "in_time"),
    [("2026-11-24", True), ("2026-12-15", True), ("2026-12-16", False), ("2027-03-01", False)],
)
def test_an_appeal_is_in_time_until_its_last_day(
    tx: Transaction, clock: FixedClock, officer: Actor, on: str, in_time: bool
):
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    reached(tx, case, clock.now())

    appeal = appealed(tx, clock, case, on)

    assert (appeal.in_time, appeal.last_day) == (in_time, dt.date(2026, 12, 15))
    assert store.lock(tx, case.id).status == Status.APPEALED
    by = {"actor": officer, "expected": store.lock(tx, case.id).row_version, "now": clock.now()}
    if in_time:
        after = appealing.judge(tx, case.id, appeal.id, state=AppealState.FORWARDED, why="", **by)
    else:
        after = appealing.dismiss(tx, case.id, appeal.id, reasons="För sent.", law="45 § FL", grounds=Grounds(), **by)
    assert after.status == (Status.APPEALED if in_time else Status.DECIDED)


def test_a_decided_case_is_due_by_no_day_until_somebody_appeals_and_lacks_nothing(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    other = a_case(tx, clock)
    case = a_case(tx, clock)
    assert store.lock(tx, case.id).missing == 1

    after = decided(tx, clock, case, officer)

    assert (after.due_at, after.missing) == (NO_LONGER_DUE, 0)
    assert store.file_of(tx, after).missing == ()
    rows = queue.page(tx, Filters(), now=clock.now()).rows
    assert [row.id for row in rows] == [other.id, case.id], "below what is to be done"
    assert [row.is_due for row in rows] == [True, False]
    assert queue.page(tx, Filters(overdue=True), now=clock.now() + dt.timedelta(days=50)).rows[0].id == other.id

    reached(tx, case, clock.now())
    first, second = (appealed(tx, clock, case, "2026-12-02") for _ in range(2))
    assert day_of(store.lock(tx, case.id).due_at) == dt.date(2026, 12, 9), "a week to send it on (FL 46 §)"
    judged(tx, clock, case, first, by=officer, state=AppealState.FORWARDED)
    assert day_of(store.lock(tx, case.id).due_at) == dt.date(2026, 12, 9), "the other one waits"
    judged(tx, clock, case, second, by=officer, state=AppealState.FORWARDED)
    assert store.lock(tx, case.id).due_at == NO_LONGER_DUE, "it lies with the court"


def test_what_is_to_be_decided_anew_keeps_its_day(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    reached(tx, case, clock.now())
    appeal = appealed(tx, clock, case, "2026-12-02")

    after = judged(tx, clock, case, appeal, by=officer, state=AppealState.RECONSIDERED)

    assert (after.status, day_of(after.due_at)) == (Status.UNDER_REVIEW, dt.date(2026, 12, 9))


def judged(
    tx: Transaction,
    clock: FixedClock,
    case: Case,
    appeal: appealing.Appeal,
    *,
    by: Actor,
    state: AppealState,
    why: str = "",
) -> Case:
    return appealing.judge(
        tx, case.id, appeal.id, actor=by, expected=store.lock(tx, case.id).row_version, now=clock.now(),
        state=state, why=why,
    )  # fmt: skip


def test_nobody_is_turned_away_for_a_day_that_nobody_knows(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock, changes={"contact": "letter", "address": STREET})
    decided(tx, clock, case, officer)
    appeal = appealed(tx, clock, case, "2027-03-01")
    assert appeal.in_time is None

    with pytest.raises(NotAllowed):
        appealing.dismiss(
            tx, case.id, appeal.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(),
            reasons="Sent.", law="", grounds=Grounds(),
        )  # fmt: skip


def test_where_the_court_receives_it_nothing_is_judged_here(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock, a_service("bod", regime="kommunallag", appeal="laglighetsprovning"))
    decided(tx, clock, case, officer)

    appeal = appealed(tx, clock, case, "2027-03-01")

    assert appeal.state is AppealState.NOT_OURS
    assert store.lock(tx, case.id).status == Status.DECIDED
    assert [one.kind for one in proposals.open_ones(tx, case)] == [Proposed.ANNOUNCE], "nothing to judge"


def test_a_legality_review_counts_from_the_notice_board_and_has_no_last_day_before(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock, a_service("bod", regime="kommunallag", appeal="laglighetsprovning"))
    decided(tx, clock, case, officer)
    reached(tx, case, clock.now())
    clock.set(dt.datetime.fromisoformat("2027-03-01T12:00:00+00:00"))  # long after three weeks from the decision
    work(tx, clock)
    assert kinds(tx, case).count("became_final") == 0
    assert last_day_of(tx, case) is None
    assert [one.kind for one in proposals.open_ones(tx, case)] == [Proposed.ANNOUNCE]

    announced(tx, clock, case, officer, "2027-02-26")

    assert last_day_of(tx, case) == dt.date(2027, 3, 19), "KL 13:5: three weeks from the day on the notice board"
    assert proposals.open_ones(tx, case) == []
    clock.set(dt.datetime.fromisoformat("2027-03-19T20:00:00+00:00"))
    work(tx, clock)
    assert kinds(tx, case).count("became_final") == 0
    clock.set(dt.datetime.fromisoformat("2027-03-23T12:00:00+00:00"))
    work(tx, clock)
    assert kinds(tx, case).count("became_final") == 1
    assert [one.kind for one in proposals.open_ones(tx, case)] == [Proposed.CLOSE]


def test_a_day_on_the_notice_board_is_neither_before_the_decision_nor_to_come_and_may_be_mended(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock, a_service("bod", regime="kommunallag", appeal="laglighetsprovning"))
    decided(tx, clock, case, officer)
    for never in (clock.today() - dt.timedelta(days=1), clock.today() + dt.timedelta(days=1)):
        with pytest.raises(NotAllowed):
            announced(tx, clock, case, officer, never.isoformat())
    announced(tx, clock, case, officer, clock.today().isoformat())
    wrong = last_day_of(tx, case)
    clock.move(dt.timedelta(days=2))

    announced(tx, clock, case, officer, clock.today().isoformat())

    assert wrong
    assert last_day_of(tx, case) != wrong
    other = a_case(tx, clock)
    decided(tx, clock, other, officer)
    with pytest.raises(NotAllowed):
        announced(tx, clock, other, officer, clock.today().isoformat())


def last_day_of(tx: Transaction, case: Case) -> dt.date | None:
    return appealing.last_day(tx, case, store.decisions_of(tx, case)[-1])


def announced(tx: Transaction, clock: FixedClock, case: Case, officer: Actor, on: str) -> None:
    appealing.announce(
        tx, case.id, on=dt.date.fromisoformat(on), actor=officer, expected=store.lock(tx, case.id).row_version,
        now=clock.now(), hours=OFFICE_HOURS,
    )  # fmt: skip


def test_whoever_appeals_takes_the_proposal_to_close_off_the_desk(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    proposals.propose(tx, case, Proposed.CLOSE, now=clock.now())

    appealed(tx, clock, case, "2026-11-24")

    assert [one.kind for one in proposals.open_ones(tx, case)] == [Proposed.JUDGE_APPEAL]


def test_what_cannot_be_appealed_is_not(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock, a_service("kajplats", regime="private_law", appeal="none"))
    with pytest.raises(NotAllowed):
        appealed(tx, clock, case, "2026-11-24")
    decided(tx, clock, case, officer)
    with pytest.raises(NotAllowed):
        appealed(tx, clock, case, "2026-11-24")


def appealed(tx: Transaction, clock: FixedClock, case: Case, on: str) -> appealing.Appeal:
    return appealing.receive(
        tx, case.id, party_id=party(tx, case), body="Jag vill att beslutet ändras.", on=dt.date.fromisoformat(on),
        actor=Actor.resident(), now=clock.now(),
    )  # fmt: skip


def kinds(tx: Transaction, case: Case) -> list[str]:
    return [entry.kind for entry in journal.of_case(tx, case.id, case.key)]


def work(tx: Transaction, clock: FixedClock) -> None:
    for clock_id, case_id in ticking.due_clocks(tx, clock.now()):
        ticking.tick(tx, clock_id, case_id, now=clock.now(), hours=OFFICE_HOURS)
