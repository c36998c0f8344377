"""Appealing: an appeal is a matter of its own inside the case, and follows the route of the decision.

Where the municipality receives it (FL 43-46 §§) it looks first whether the decision should be changed, then whether the
appeal came in time, and sends it on; only one that came late is not tried, by a decision of its own that may itself be
appealed. Where the court receives it (KL 13 kap.) nothing is judged here: who writes to us is told where to write.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from eservices import deliveries
from eservices.calendars import OFFICE_HOURS, OpeningHours, day_of, end_of_day, statutory_last_day
from eservices.cases import clocks, deciding, proposals, store
from eservices.cases.appeals import APPEAL_ROUTES, AppealRoute
from eservices.cases.changing import change, locked, meet_about, moved, note_entry, party_of, write_message
from eservices.cases.deciding import Grounds
from eservices.cases.model import (
    NO_LONGER_DUE,
    OF_THE_MATTER,
    Case,
    CaseClock,
    CaseId,
    ClockKind,
    Decision,
    DecisionKind,
    Direction,
    NotAllowed,
    Outcome,
    Status,
    of_the_matter,
)
from eservices.cases.proposals import Proposed
from eservices.cases.tables import appeals
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import Json, new_id

AppealId = str


class AppealState(StrEnum):
    RECEIVED = "received"
    FORWARDED = "forwarded"  #: in time, and sent on with the papers of the case (FL 46 §)
    LATE = "late"  #: not tried, by a decision of its own (FL 45 §)
    NOT_OURS = "not_ours"  #: the court receives it; the person has been told
    RECONSIDERED = "reconsidered"  #: the decision was changed as the appellant wished (FL 38 §)


#: An appeal that somebody has in hand, here or at the court.
_GOES_ON = frozenset({AppealState.RECEIVED, AppealState.FORWARDED})

#: What becomes of an appeal by an officer's word alone; that it is not tried takes a decision.
_BY_WORD = frozenset({AppealState.FORWARDED, AppealState.RECONSIDERED})


class Hinders(StrEnum):
    """Why a case is not closed as a matter of course."""

    WAITS = "waits"  #: an appeal has not been judged: it cannot be closed
    ELSEWHERE = "elsewhere"  #: a court has it: closed only for a reason
    TIME_RUNS = "time_runs"  #: somebody can still appeal: closed only for a reason


@dataclass(frozen=True, slots=True)
class Appeal:
    """What was appealed, when it came in, until when it could, and what became of it."""

    id: AppealId
    decision_id: str
    party_id: str | None
    received_on: dt.date
    last_day: dt.date | None
    state: AppealState
    settled_at: dt.datetime | None
    body: str
    why: str = ""

    @property
    def in_time(self) -> bool | None:
        """Whether it came in time; None while nobody knows when the appellant got the decision: then it is taken as if
        it had."""
        return None if self.last_day is None else self.received_on <= self.last_day


_INSERT = Prepared(insert(appeals))
_OF_CASE = Prepared(
    select(appeals).where(appeals.c.case_id == bindparam("case_id")).order_by(appeals.c.received_on, appeals.c.id)
)
_UPDATE = Prepared(update(appeals).where(appeals.c.id == bindparam("b_id")))


def route_of(decision: Decision) -> AppealRoute:
    return APPEAL_ROUTES[decision.appeal_route]


def delivered_on(tx: Transaction, case: Case, decision: Decision, party_id: str | None = None) -> dt.date | None:
    """The day the party got the decision (or the last of them, where none is named); None while one has not."""
    made = store.decisions_of(tx, case)
    told = [
        one
        for one in deliveries.of_case(tx, case.id)
        if one.cancelled_at is None
        and party_id in {None, one.party_id}
        and (of := deciding.told_by(made, one)) is not None
        and of.id == decision.id
    ]
    if not told or any(one.reached_at is None for one in told):
        return None
    return max(day_of(one.reached_at) for one in told if one.reached_at is not None)


def last_day(tx: Transaction, case: Case, decision: Decision, party_id: str | None = None) -> dt.date | None:
    """The last day to appeal; None where nobody can, or while nobody knows when the decision got there (or, for a
    legality review, when the notice board told of it: KL 13:5)."""
    route = route_of(decision)
    if route.weeks is None:
        return None
    start = decision.announced_on if route.announced else delivered_on(tx, case, decision, party_id)
    return None if start is None else statutory_last_day(start, route.weeks, "weeks")


def waits_to_be_announced(case: Case, decisions: Sequence[Decision]) -> bool:
    """Whether the time to have the newest decision tried begins with the notice board, and may still be written in."""
    made = of_the_matter(decisions)
    return case.status == Status.DECIDED and bool(made) and route_of(made[-1]).announced


def announce(
    tx: Transaction,
    case_id: CaseId,
    *,
    on: dt.date,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    hours: OpeningHours,
) -> Case:
    """Write in the day on which the notice board told that the minutes were approved; the three weeks count from there.

    A day that was written in wrong is written in anew. Raises `NotAllowed` where no notice board counts, or where the
    day is before the decision or has not come.
    """
    case = locked(tx, case_id, expected)
    decisions = of_the_matter(store.decisions_of(tx, case))
    if not waits_to_be_announced(case, decisions) or not day_of(decisions[-1].decided_at) <= on <= day_of(now):
        raise NotAllowed("announce", case.status)
    decision = decisions[-1]
    store.note_announced(tx, decision.id, on)
    after = change(tx, case, due_at=NO_LONGER_DUE)
    for clock in store.clocks_of(tx, case):
        if clock.kind is ClockKind.APPEAL and clock.about == decision.id and clock.met_at is None:
            find_start(tx, after, clock, hours)
    content: dict[str, Json] = {"decision": decision.id, "on": on.isoformat()}
    note_entry(tx, after, actor, "announced", now, shared=True, content=content)
    proposals.settle(tx, after, [Proposed.ANNOUNCE], now=now, staff_id=actor.staff_id)
    return after


def appealable(decisions: Sequence[Decision], party_id: str | None = None) -> Sequence[Decision]:
    """What a party can appeal, in time or not (that is judged afterwards), the newest first: the decision in the matter
    as it stands, and those on a step of that party's own. Of every party's, where none is named."""
    standing = of_the_matter(decisions)[-1:]
    steps = [one for one in decisions if one.kind not in OF_THE_MATTER and party_id in {None, one.party_id}]
    found = [one for one in (*standing, *steps) if route_of(one).weeks is not None]
    return sorted(found, key=lambda one: one.revision, reverse=True)


def left_to_appeal(tx: Transaction, case: Case, decisions: Sequence[Decision], party_id: str) -> Sequence[Decision]:
    """What a party is offered to appeal: what it can, without that of which its appeal waits or has been sent on."""
    goes_on = {one.decision_id for one in of_case(tx, case) if one.party_id == party_id and one.state in _GOES_ON}
    return [one for one in appealable(decisions, party_id) if one.id not in goes_on]


def receive(
    tx: Transaction,
    case_id: CaseId,
    *,
    party_id: str,
    body: str,
    on: dt.date,
    actor: Actor,
    now: dt.datetime,
    decision_id: str = "",
    hours: OpeningHours = OFFICE_HOURS,
) -> Appeal:
    """An appeal has come in, in writing, on the day that counts by law. Late or not, it is taken in and judged by a
    person: whoever does not say which decision means the newest they were told of.

    Raises `NotAllowed` where nothing can be appealed.
    """
    case = store.lock(tx, case_id)
    party = party_of(tx, case, party_id)
    may_be = appealable(store.decisions_of(tx, case), party.id)
    decision = next((one for one in may_be if decision_id in {"", one.id}), None)
    if decision is None:
        raise NotAllowed("appeal", case.status)
    ours = route_of(decision).checked_by_us
    appeal = Appeal(
        id=new_id(),
        decision_id=decision.id,
        party_id=party.id,
        received_on=on,
        last_day=last_day(tx, case, decision, party.id) if ours else None,
        state=AppealState.RECEIVED if ours else AppealState.NOT_OURS,
        settled_at=None if ours else now,
        body=body,
    )
    _add(tx, case, appeal)
    write_message(tx, case, party, actor, now, kind="appeal", subject="", body=body, direction=Direction.IN)
    content: dict[str, Json] = {"appeal": appeal.id, "party": party.id, "on": on.isoformat(), "ours": ours}
    judged_by = clocks.begin(ClockKind.JUDGE_APPEAL, case.regime, at=now, on=on, hours=hours, about=appeal.id)
    if ours and judged_by is not None:
        store.add_clocks(tx, case.id, [judged_by])
        after = change(tx, case, due_at=min(case.due_at, judged_by.due_at))
    else:
        after = change(tx, case)
    note_entry(tx, after, actor, "appeal_received", now, shared=True, content=content)
    if ours:
        if after.status == Status.DECIDED:
            after = moved(tx, after, Status.APPEALED.value, actor, now)
        proposals.settle(tx, after, [Proposed.CLOSE], now=now, staff_id=None, taken=False)
        proposals.propose(tx, after, Proposed.JUDGE_APPEAL, now=now, content={"appeal": appeal.id})
    return appeal


def judge(
    tx: Transaction,
    case_id: CaseId,
    appeal_id: AppealId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    state: AppealState,
    why: str,
) -> Case:
    """What becomes of an appeal that is tried: sent on, or the decision in the matter is to be changed.

    One that came late is sent on only where it is said why (FL 45 §: we had told wrongly how to appeal, or it came to
    the court in time). Raises `NotAllowed`.
    """
    case = locked(tx, case_id, expected)
    appeal = _waiting(tx, case, appeal_id)
    if state not in _BY_WORD or (state is AppealState.RECONSIDERED and not may_be_reconsidered(tx, case, appeal)):
        raise NotAllowed("judge an appeal", case.status)
    if state is AppealState.FORWARDED and appeal.in_time is False and not why.strip():
        raise NotAllowed("send on what came late", case.status)
    after = _settled(tx, case, appeal, state, actor=actor, now=now, why=why)
    if after.status == Status.APPEALED and state is AppealState.RECONSIDERED:
        return moved(tx, after, Status.UNDER_REVIEW.value, actor, now)
    return after


def may_be_reconsidered(tx: Transaction, case: Case, appeal: Appeal) -> bool:
    """Whether what is appealed is the matter itself, which may be decided anew (FL 37-38 §§)."""
    return any(one.id == appeal.decision_id for one in of_the_matter(store.decisions_of(tx, case)))


def dismiss(
    tx: Transaction,
    case_id: CaseId,
    appeal_id: AppealId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    reasons: str,
    law: str,
    grounds: Grounds,
    text: str = "",
    plain: Sequence[str] = (),
    subject: str = "",
    letter: Sequence[str] = (),
    hours: OpeningHours = OFFICE_HOURS,
) -> Case:
    """Decide that an appeal came too late and is not tried (FL 45 §). The appellant is told, and may appeal that.

    What was appealed stays as it was decided. An appeal that came in time, or of which nobody can say that it did not,
    is never dismissed. Raises `NotAllowed`, `NotComplete`.
    """
    case = locked(tx, case_id, expected)
    appeal = _waiting(tx, case, appeal_id)
    if appeal.in_time is not False:
        raise NotAllowed("dismiss what came in time", case.status)
    decision = deciding.rule(
        tx, case, party_of(tx, case, appeal.party_id), kind=DecisionKind.DISMISSED_APPEAL, outcome=Outcome.DISMISSED,
        about=appeal.id, actor=actor, now=now, reasons=reasons, law=law, grounds=grounds, text=text, plain=plain,
        subject=subject, letter=letter, hours=hours,
    )  # fmt: skip
    after = _settled(tx, case, appeal, AppealState.LATE, actor=actor, now=now, decision=decision)
    if after.status != Status.APPEALED or any(one.state in _GOES_ON for one in of_case(tx, after)):
        return after
    return moved(tx, after, Status.DECIDED.value, actor, now)


def _waiting(tx: Transaction, case: Case, appeal_id: AppealId) -> Appeal:
    appeal = next((one for one in of_case(tx, case) if one.id == appeal_id), None)
    if appeal is None or appeal.state is not AppealState.RECEIVED:
        raise NotAllowed("judge an appeal", case.status)
    return appeal


def _settled(
    tx: Transaction,
    case: Case,
    appeal: Appeal,
    state: AppealState,
    *,
    actor: Actor,
    now: dt.datetime,
    why: str = "",
    decision: Decision | None = None,
) -> Case:
    """The case once it is known what becomes of the appeal; the next that waits is laid ready."""
    sealed = case.key.seal({"body": appeal.body, "why": why}, place=_place(appeal.id))
    values: dict[str, Any] = {"state": state.value, "settled_at": now, "settled_by": actor.staff_id, "sealed": sealed}
    tx.run(_UPDATE, {"b_id": appeal.id, **values})
    content: dict[str, Json] = {"appeal": appeal.id, "party": appeal.party_id, "became": state.value}
    if decision is not None:
        content |= {"decision": decision.id, "revision": decision.revision, "digest": decision.digest}
    meet_about(tx, case, appeal.id, now)
    after = change(tx, case, due_at=_due_after(tx, case, state))
    note_entry(tx, after, actor, "appeal_judged", now, shared=True, why=why, content=content)
    proposals.settle(tx, after, [Proposed.JUDGE_APPEAL], now=now, staff_id=actor.staff_id)
    waits = next((one for one in of_case(tx, after) if one.state is AppealState.RECEIVED), None)
    if waits is not None:
        proposals.propose(tx, after, Proposed.JUDGE_APPEAL, now=now, content={"appeal": waits.id})
    return after


def _due_after(tx: Transaction, case: Case, state: AppealState) -> dt.datetime:
    """What the case is due by once an appeal of it has been judged: the next appeal that waits, or nothing more. What
    is to be decided anew keeps its day."""
    if case.status not in {Status.DECIDED, Status.APPEALED}:
        return case.due_at
    waiting = [
        one.due_at for one in store.clocks_of(tx, case) if one.kind is ClockKind.JUDGE_APPEAL and one.met_at is None
    ]
    return min(waiting, default=case.due_at if state is AppealState.RECONSIDERED else NO_LONGER_DUE)


def hinders_closing(tx: Transaction, case: Case) -> Hinders | None:
    """What stands in the way of closing a case; None where nobody can appeal, or has appealed, any more."""
    states = {one.state for one in of_case(tx, case)}
    if AppealState.RECEIVED in states:
        return Hinders.WAITS
    if case.status == Status.APPEALED:
        return Hinders.ELSEWHERE
    runs = any(one.kind is ClockKind.APPEAL and one.met_at is None for one in store.clocks_of(tx, case))
    return Hinders.TIME_RUNS if runs else None


def find_start(tx: Transaction, case: Case, clock: CaseClock, hours: OpeningHours) -> CaseClock | None:
    """The clock as it runs once everybody has got the decision, or the notice board has told of it; None before."""
    decision = next((one for one in store.decisions_of(tx, case) if one.id == clock.about), None)
    if decision is None:
        return clock
    ends = last_day(tx, case, decision)
    if ends is None:
        return None
    found = replace(clock, due_at=end_of_day(ends))
    store.change_clock(tx, clock.id, {"due_at": found.due_at, "next_act_at": clocks.next_act(found, hours)})
    return found


def of_case(tx: Transaction, case: Case) -> list[Appeal]:
    """The appeals of a case, the oldest first."""
    return [_appeal(case, row) for row in tx.rows(_OF_CASE, case_id=case.id)]


def _add(tx: Transaction, case: Case, appeal: Appeal) -> None:
    tx.run(
        _INSERT,
        {
            "id": appeal.id,
            "case_id": case.id,
            "decision_id": appeal.decision_id,
            "party_id": appeal.party_id,
            "received_on": appeal.received_on,
            "last_day": appeal.last_day,
            "state": appeal.state.value,
            "settled_at": appeal.settled_at,
            "sealed": case.key.seal({"body": appeal.body, "why": appeal.why}, place=_place(appeal.id)),
        },
    )


def _appeal(case: Case, row: Any) -> Appeal:
    content = case.key.unseal(row.sealed, place=_place(row.id))
    return Appeal(
        id=row.id,
        decision_id=row.decision_id,
        party_id=row.party_id,
        received_on=row.received_on,
        last_day=row.last_day,
        state=AppealState(row.state),
        settled_at=row.settled_at,
        body=content["body"],
        why=content["why"],
    )


def _place(appeal_id: AppealId) -> str:
    return f"appeals.sealed:{appeal_id}"
