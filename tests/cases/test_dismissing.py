"""FL 45 §: an appeal that came too late is not tried, by a decision of its own; what was decided of the matter stays."""

import datetime as dt
from dataclasses import replace

import pytest

from eservices import deliveries
from eservices.calendars import FixedClock
from eservices.cases import acts, appealing, deciding, proposals, registry, store
from eservices.cases.appealing import Appeal, AppealState
from eservices.cases.deciding import Grounds, NotComplete
from eservices.cases.following import follow
from eservices.cases.model import Case, ClockKind, DecisionKind, MadeBy, NotAllowed, Outcome, Status
from eservices.cases.proposals import Proposed
from eservices.deliveries import Evidence
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting
from tests.build.service import a_service
from tests.cases.test_deciding import appealed, decided, judged, kinds, party, reached, work

LAST = dt.date(2026, 12, 15)  # three weeks from the decision, which is read the same day


@pytest.fixture
def officer(tx: Transaction, clock: FixedClock) -> Actor:
    return acting(a_member_of_staff(tx, clock))


@pytest.fixture
def late(tx: Transaction, clock: FixedClock, officer: Actor) -> tuple[Case, Appeal]:
    """A refusal that its party got at once, and appeals after more than three weeks."""
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    reached(tx, case, clock.now())
    clock.set(dt.datetime(2026, 12, 18, 9, 0, tzinfo=dt.UTC))
    return store.lock(tx, case.id), appealed(tx, clock, case, "2026-12-17")


def dismissed(
    tx: Transaction, clock: FixedClock, case: Case, appeal: Appeal, officer: Actor, *, on: Grounds | None = None
) -> Case:
    return appealing.dismiss(
        tx, case.id, appeal.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(),
        reasons="Sista dag var 15 december.", law="45 § förvaltningslagen", grounds=on or Grounds(),
    )  # fmt: skip


def test_a_late_appeal_ends_in_a_signed_decision_of_its_own_and_the_first_stands(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    (first,) = store.decisions_of(tx, case)

    after = dismissed(tx, clock, case, appeal, officer)

    before, ruling = store.decisions_of(tx, case)
    assert before == first
    assert (ruling.kind, ruling.outcome, ruling.about) == (
        DecisionKind.DISMISSED_APPEAL, Outcome.DISMISSED, appeal.id,
    )  # fmt: skip
    assert deciding.is_as_signed(ruling, case.number)
    assert not deciding.is_as_signed(replace(ruling, about="annat"), case.number)
    (settled,) = appealing.of_case(tx, case)
    assert (settled.state, settled.settled_at) == (AppealState.LATE, clock.now())
    assert after.status == Status.DECIDED
    assert after.decided_at == first.decided_at, "the matter was decided when it was decided"


def test_the_dismissal_goes_to_the_appellant_by_the_evidence_it_needs(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late

    dismissed(tx, clock, case, appeal, officer)

    told = [one for one in deliveries.of_case(tx, case.id) if one.made_at == clock.now() and one.kind == "decision"]
    assert [(one.party_id, one.needed_evidence) for one in told] == [(party(tx, case), Evidence.OPENED)]


def test_the_dismissal_has_its_own_three_weeks_from_the_day_it_was_got(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    dismissed(tx, clock, case, appeal, officer)
    first, ruling = store.decisions_of(tx, case)
    assert appealing.last_day(tx, case, ruling) is None, "nobody has got it yet"
    assert appealing.last_day(tx, case, first) == LAST, "and the first has been got since long"

    reached(tx, case, clock.now())
    assert appealing.last_day(tx, case, ruling) == dt.date(2027, 1, 8)
    assert appealing.last_day(tx, case, first) == LAST

    clock.set(dt.datetime(2027, 1, 12, 14, 0, tzinfo=dt.UTC))
    work(tx, clock)
    assert kinds(tx, case).count("became_final") == 2
    assert [one.kind for one in proposals.open_ones(tx, case)] == [Proposed.CLOSE]


def test_whoever_appeals_the_dismissal_is_judged_by_its_day_and_not_by_that_of_the_first(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    dismissed(tx, clock, case, appeal, officer)
    ruling = store.decisions_of(tx, case)[-1]
    reached(tx, case, clock.now())

    again = appealed(tx, clock, case, "2026-12-18")

    assert (again.decision_id, again.in_time) == (ruling.id, True)
    with pytest.raises(NotAllowed):
        dismissed(tx, clock, case, again, officer)
    with pytest.raises(NotAllowed):  # the matter is not what is appealed, so it is not decided anew
        judged(tx, clock, case, again, by=officer, state=AppealState.RECONSIDERED)
    assert judged(tx, clock, case, again, by=officer, state=AppealState.FORWARDED).status == Status.APPEALED


def test_another_party_can_still_appeal_the_matter_and_not_the_dismissal(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    dismissed(tx, clock, case, appeal, officer)
    first, ruling = store.decisions_of(tx, case)

    assert [one.id for one in appealing.appealable([first, ruling], party(tx, case))] == [ruling.id, first.id]
    assert [one.id for one in appealing.appealable([first, ruling], "a neighbour")] == [first.id]


def test_what_came_late_is_sent_on_only_where_it_is_said_why(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    with pytest.raises(NotAllowed):
        judged(tx, clock, case, appeal, by=officer, state=AppealState.FORWARDED)
    with pytest.raises(NotAllowed):  # it takes a decision
        judged(tx, clock, case, appeal, by=officer, state=AppealState.LATE, why="Sent.")

    after = judged(
        tx, clock, case, appeal, by=officer, state=AppealState.FORWARDED, why="Vi skrev fel sista dag i beslutet."
    )

    assert after.status == Status.APPEALED
    assert len(store.decisions_of(tx, case)) == 1


def test_a_dismissal_does_not_take_the_case_from_the_court_that_has_another_appeal(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    reached(tx, case, clock.now())
    in_time = appealed(tx, clock, case, "2026-12-10")
    judged(tx, clock, case, in_time, by=officer, state=AppealState.FORWARDED)
    late = appealed(tx, clock, case, "2026-12-30")

    assert dismissed(tx, clock, case, late, officer).status == Status.APPEALED


def test_a_correction_after_a_dismissal_corrects_the_matter_and_leaves_the_other_time_running(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    dismissed(tx, clock, case, appeal, officer)
    clock.move(dt.timedelta(hours=1))

    decided(tx, clock, case, officer, kind=DecisionKind.CORRECTION)

    made = store.decisions_of(tx, case)
    assert [(one.revision, one.kind.value) for one in made] == [
        (1, "decision"), (2, "dismissed_appeal"), (3, "correction"),
    ]  # fmt: skip
    running = [one.about for one in store.clocks_of(tx, case) if one.kind is ClockKind.APPEAL and one.met_at is None]
    assert sorted(running) == sorted([made[1].id, made[2].id])


def test_a_board_that_dismisses_has_a_day_and_a_paragraph_and_no_clock_does_it(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    with pytest.raises(NotComplete):
        dismissed(tx, clock, case, appeal, officer, on=Grounds(made_by=MadeBy.BOARD))
    with pytest.raises(NotAllowed):
        dismissed(tx, clock, case, appeal, Actor.system())


def test_the_dismissal_stands_in_the_register_and_among_the_delegated_decisions(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    dismissed(tx, clock, case, appeal, officer)

    lines = [one for one in registry.register_of(tx, clock.today()).lines if one.kind == "dismissed_appeal"]
    listed = registry.delegated(tx, case.board, since=clock.today(), until=clock.today(), published=False)

    assert [(one.number, one.direction) for one in lines] == [(case.number, "out")]
    assert [(one.number, one.outcome, one.kind) for one in listed] == [
        (case.number, Outcome.DISMISSED, DecisionKind.DISMISSED_APPEAL),
    ]  # fmt: skip


def test_its_party_reads_it_and_a_counterpart_does_not(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    dismissed(tx, clock, case, appeal, officer)

    seen = follow(tx, case.number, store.parties_of(tx, case)[0].code)

    assert seen is not None
    assert [one.kind for one in seen.decisions] == [DecisionKind.DECISION, DecisionKind.DISMISSED_APPEAL]


@pytest.mark.parametrize(
    ("came", "sent_on_by"),
    [
        ("2026-11-25", "2026-12-02"),
        ("2026-12-14", "2026-12-21"),
        ("2026-12-17", "2026-12-28"),  # Christmas Eve and the days after: the next weekday (lag 1930:173 2 §)
        ("2026-12-24", "2026-12-31"),
    ],
)
def test_an_appeal_is_to_be_judged_and_sent_on_within_a_week(
    tx: Transaction, clock: FixedClock, officer: Actor, came: str, sent_on_by: str
):
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    reached(tx, case, clock.now())
    appeal = appealed(tx, clock, case, came)

    (runs,) = [one for one in store.clocks_of(tx, case) if one.kind is ClockKind.JUDGE_APPEAL]

    assert (runs.source, runs.due_at.date().isoformat()) == ("FL 46 §", _next_if_eve(sent_on_by))
    if appeal.in_time:
        judged(tx, clock, case, appeal, by=officer, state=AppealState.FORWARDED)
        (met,) = [one for one in store.clocks_of(tx, case) if one.kind is ClockKind.JUDGE_APPEAL]
        assert met.met_at == clock.now()


def _next_if_eve(day: str) -> str:
    """New Year's Eve counts as a day off, so the period ends on the next weekday."""
    return "2027-01-04" if day == "2026-12-31" else day


def test_no_such_clock_where_the_court_receives_it(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock, a_service("bod", regime="kommunallag", appeal="laglighetsprovning"))
    decided(tx, clock, case, officer)

    appealed(tx, clock, case, "2026-12-01")

    assert ClockKind.JUDGE_APPEAL not in {one.kind for one in store.clocks_of(tx, case)}


def test_a_case_is_not_closed_while_an_appeal_waits_and_only_for_a_reason_while_somebody_can_appeal(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock)
    decided(tx, clock, case, officer)
    with pytest.raises(NotAllowed):
        closed(tx, clock, case, officer)
    reached(tx, case, clock.now())
    appeal = appealed(tx, clock, case, "2026-12-01")
    for why in ("", "Jag orkar inte."):
        with pytest.raises(NotAllowed):
            closed(tx, clock, case, officer, why)
    judged(tx, clock, case, appeal, by=officer, state=AppealState.FORWARDED)
    with pytest.raises(NotAllowed):
        closed(tx, clock, case, officer)

    assert closed(tx, clock, case, officer, "Domstolen har avslagit.").status == Status.CLOSED


def test_nothing_is_proposed_to_be_closed_while_the_time_of_another_decision_runs(
    tx: Transaction, clock: FixedClock, officer: Actor, late: tuple[Case, Appeal]
):
    case, appeal = late
    work(tx, clock)  # the first is final
    proposals.settle(tx, case, [Proposed.CLOSE], now=clock.now(), staff_id=None)
    dismissed(tx, clock, case, appeal, officer)

    work(tx, clock)

    assert proposals.open_ones(tx, case) == []


def closed(tx: Transaction, clock: FixedClock, case: Case, officer: Actor, why: str = "") -> Case:
    row_version = store.lock(tx, case.id).row_version
    return acts.close(tx, case.id, actor=officer, expected=row_version, now=clock.now(), why=why)
