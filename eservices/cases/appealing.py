"""Appealing: an appeal is a matter of its own inside the case, and follows the route of the decision.

Where the municipality receives it (FL 43-46 §§) it looks first whether the decision should be changed, then whether the
appeal came in time, and sends it on; only one that came late is turned away. Where the court receives it (KL 13 kap.)
nothing is judged here: who writes to us is told where to write.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from eservices import deliveries
from eservices.calendars import OpeningHours, day_of, end_of_day, statutory_last_day
from eservices.cases import clocks, proposals, store
from eservices.cases.appeals import APPEAL_ROUTES, AppealRoute
from eservices.cases.changing import change, locked, moved, note_entry, party_of, write_message
from eservices.cases.model import Case, CaseClock, CaseId, ClockKind, Decision, Direction, NotAllowed, Status
from eservices.cases.proposals import Proposed
from eservices.cases.tables import appeals
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import Json, new_id

AppealId = str

#: The news that a decision is.
_NEWS = "decision"


class AppealState(StrEnum):
    RECEIVED = "received"
    FORWARDED = "forwarded"  #: in time, and sent on with the papers of the case (FL 46 §)
    LATE = "late"  #: turned away (FL 45 §)
    NOT_OURS = "not_ours"  #: the court receives it; the person has been told
    RECONSIDERED = "reconsidered"  #: the decision was changed as the appellant wished (FL 38 §)


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
    told = [
        one
        for one in deliveries.of_case(tx, case.id)
        if one.kind == _NEWS
        and one.made_at >= decision.decided_at
        and one.cancelled_at is None
        and party_id in {None, one.party_id}
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
    return case.status == Status.DECIDED and bool(decisions) and route_of(decisions[-1]).announced


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
    decisions = store.decisions_of(tx, case)
    if not waits_to_be_announced(case, decisions) or not day_of(decisions[-1].decided_at) <= on <= day_of(now):
        raise NotAllowed("announce", case.status)
    decision = decisions[-1]
    store.note_announced(tx, decision.id, on)
    final = end_of_day(statutory_last_day(on, route_of(decision).weeks or 0, "weeks"))
    after = change(tx, case, due_at=final)
    for clock in store.clocks_of(tx, case):
        if clock.kind is ClockKind.APPEAL and clock.about == decision.id and clock.met_at is None:
            find_start(tx, after, clock, hours)
    content: dict[str, Json] = {"decision": decision.id, "on": on.isoformat()}
    note_entry(tx, after, actor, "announced", now, shared=True, content=content)
    proposals.settle(tx, after, [Proposed.ANNOUNCE], now=now, staff_id=actor.staff_id)
    return after


def may_be_appealed(case: Case, decisions: Sequence[Decision]) -> bool:
    """Whether there is a decision that somebody can appeal, in time or not: that is judged afterwards."""
    return bool(decisions) and case.decided_at is not None and route_of(decisions[-1]).weeks is not None


def receive(
    tx: Transaction,
    case_id: CaseId,
    *,
    party_id: str,
    body: str,
    on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> Appeal:
    """An appeal has come in, in writing, on the day that counts by law. Late or not, it is taken in and judged by a
    person. Raises `NotAllowed` where nothing can be appealed."""
    case = store.lock(tx, case_id)
    decisions = store.decisions_of(tx, case)
    if not may_be_appealed(case, decisions):
        raise NotAllowed("appeal", case.status)
    decision, party = decisions[-1], party_of(tx, case, party_id)
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
    content: dict[str, Json] = {"appeal": appeal.id, "on": on.isoformat(), "ours": ours}
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
    """What becomes of an appeal: sent on, turned away because it came late, or the decision is to be changed.

    One that came in time, or of which nobody can say that it did not, is never turned away. Raises `NotAllowed`.
    """
    case = locked(tx, case_id, expected)
    appeal = next((one for one in of_case(tx, case) if one.id == appeal_id), None)
    settled = {AppealState.FORWARDED, AppealState.LATE, AppealState.RECONSIDERED}
    if appeal is None or appeal.state is not AppealState.RECEIVED or state not in settled:
        raise NotAllowed("judge an appeal", case.status)
    if state is AppealState.LATE and appeal.in_time is not False:
        raise NotAllowed("turn away what came in time", case.status)
    sealed = case.key.seal({"body": appeal.body, "why": why}, place=_place(appeal.id))
    values: dict[str, Any] = {"state": state.value, "settled_at": now, "settled_by": actor.staff_id, "sealed": sealed}
    tx.run(_UPDATE, {"b_id": appeal.id, **values})
    after = change(tx, case)
    content: dict[str, Json] = {"appeal": appeal.id, "became": state.value}
    note_entry(tx, after, actor, "appeal_judged", now, shared=True, why=why, content=content)
    proposals.settle(tx, after, [Proposed.JUDGE_APPEAL], now=now, staff_id=actor.staff_id)
    if after.status != Status.APPEALED:
        return after
    if state is AppealState.RECONSIDERED:
        return moved(tx, after, Status.UNDER_REVIEW.value, actor, now)
    waits = any(one.state is AppealState.RECEIVED for one in of_case(tx, after))
    if state is AppealState.LATE and not waits:
        return moved(tx, after, Status.DECIDED.value, actor, now)
    return after


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
