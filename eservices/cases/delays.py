"""When it takes longer: the forecast, telling of a delay (FL 11 §), and the request for a decision (FL 12 §).

The promise as it was given never moves because we are late; the forecast says what we believe now, and the resident is
told both.
"""

import datetime as dt
from collections.abc import Sequence
from statistics import median

from sqlalchemy import bindparam, select

from eservices.calendars import OpeningHours, day_of
from eservices.cases import clocks, deciding, proposals, store
from eservices.cases.changing import change, locked, meet, note_entry, party_of, tell, write_message
from eservices.cases.deciding import Grounds
from eservices.cases.model import (
    MAY_BE_WITHDRAWN,
    Case,
    CaseClock,
    CaseId,
    ClockKind,
    DecisionKind,
    Direction,
    NotAllowed,
    Outcome,
    Party,
    standing,
)
from eservices.cases.proposals import Proposed
from eservices.cases.tables import cases
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.submissions import pinned
from eservices.values import Json

#: From so many decided cases on, how long they took says something about the next.
_ENOUGH = 10
_LAST_DECIDED = 50

_DECIDED = Prepared(
    select(cases.c.received_at, cases.c.decided_at)
    .where(cases.c.service == bindparam("service"), cases.c.unit == bindparam("unit"), cases.c.decided_at.is_not(None))
    .order_by(cases.c.received_at.desc())
    .limit(_LAST_DECIDED)
)


def forecast(tx: Transaction, case: Case) -> dt.date | None:
    """When it will be decided: what the officer believes, else as long as the unit's last cases of this kind took.

    None where nobody has said it and too few have been decided to tell.
    """
    if case.forecast_on is not None:
        return case.forecast_on
    times = [row.decided_at - row.received_at for row in tx.rows(_DECIDED, service=case.service, unit=case.unit)]
    if len(times) < _ENOUGH:
        return None
    return day_of(case.received_at + median(times))


def set_forecast(
    tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, on: dt.date
) -> Case:
    """The officer says when it will be decided. Later than promised means that the resident is to be told."""
    case = locked(tx, case_id, expected)
    if not case.open:
        raise NotAllowed("set forecast", case.status)
    after = change(tx, case, forecast_on=on)
    note_entry(tx, after, actor, "forecast_set", now, content={"on": on.isoformat()})
    look_ahead(tx, after, now)
    return after


def look_ahead(tx: Transaction, case: Case, now: dt.datetime, *, passed: bool = False) -> bool:
    """Lay a delay notice ready when the forecast passes the promise, or when the promise has been `passed` already.

    Once told of, a delay is not proposed again before the new day has passed. Gives whether one was laid ready.
    """
    promised = promise_of(tx, case)
    if promised is None or promised.met_at is not None or case.decided_at is not None:
        return False
    due_on, expects = day_of(promised.due_at), forecast(tx, case)
    late = passed or (expects is not None and expects > due_on)
    if not late:
        return False
    content: dict[str, Json] = {"promised": due_on.isoformat(), "forecast": expects.isoformat() if expects else None}
    return proposals.propose(tx, case, Proposed.DELAY_NOTICE, now=now, content=content)


def tell_of_delay(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    subject: str,
    body: str,
    on: dt.date,
) -> Case:
    """Tell the parties that it takes longer, why, and until when we believe (FL 11 §)."""
    case = locked(tx, case_id, expected)
    if not case.open or case.decided_at is not None:
        raise NotAllowed("tell of delay", case.status)
    party = party_of(tx, case, None)
    sent = write_message(tx, case, party, actor, now, kind="delay_notice", subject=subject, body=body)
    paragraphs = body.split("\n\n")
    tell(tx, case, party, "delay_notice", now, message_id=sent.id, subject=subject, paragraphs=paragraphs)
    after = change(tx, case, forecast_on=on)
    note_entry(tx, after, actor, "delay_told", now, shared=True, content={"message": sent.id, "on": on.isoformat()})
    proposals.settle(tx, after, [Proposed.DELAY_NOTICE], now=now, staff_id=actor.staff_id)
    meet(tx, after, {ClockKind.FIRST_CONTACT}, now)
    return after


def may_ask_for_decision(tx: Transaction, case: Case, now: dt.datetime) -> bool:
    """Whether the law lets a party ask us to decide now: after six months, undecided, and only once (FL 12 §)."""
    running = store.clocks_of(tx, case)
    own = pinned.service(tx, case.version).own_states
    return (
        standing(case.status, own) in MAY_BE_WITHDRAWN
        and any(c.kind is ClockKind.SIX_MONTHS and c.met_at is None and now > c.due_at for c in running)
        and not any(c.kind is ClockKind.DELAY_REQUEST for c in running)
    )


def ask_for_decision(
    tx: Transaction,
    case_id: CaseId,
    *,
    party_id: str,
    actor: Actor,
    now: dt.datetime,
    on: dt.date,
    body: str,
    hours: OpeningHours,
) -> Case:
    """A party asks in writing that we decide; `on` is the day it counts as received. Four weeks begin to run.

    Within them the unit decides, or refuses the request by a decision of its own that may be appealed. What is said by
    phone is written down and confirmed before it comes here. Raises `NotAllowed`.
    """
    case = store.lock(tx, case_id)
    if not may_ask_for_decision(tx, case, now):
        raise NotAllowed("ask for decision", case.status)
    party = party_of(tx, case, party_id)
    write_message(tx, case, party, actor, now, kind="delay_request", subject="", body=body, direction=Direction.IN)
    clock = clocks.begin(ClockKind.DELAY_REQUEST, case.regime, at=now, on=on, hours=hours)
    due_at = case.due_at
    if clock is not None:
        store.add_clocks(tx, case.id, [clock])
        due_at = min(due_at, clock.due_at)
    after = change(tx, case, due_at=due_at)
    content: dict[str, Json] = {"party": party.id, "on": on.isoformat()}
    note_entry(tx, after, actor, "decision_asked_for", now, shared=True, content=content)
    proposals.propose(tx, after, Proposed.ANSWER_REQUEST, now=now)
    return after


def asked_by(tx: Transaction, case: Case) -> Party | None:
    """Who has asked that we decide, and has had no answer; None where nobody has."""
    runs = any(one.kind is ClockKind.DELAY_REQUEST and one.met_at is None for one in store.clocks_of(tx, case))
    asked = [one for one in store.messages_of(tx, case) if one.kind == "delay_request"]
    return party_of(tx, case, asked[-1].party_id) if runs and asked else None


def refuse_request(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    reasons: str,
    law: str,
    grounds: Grounds,
    plain: Sequence[str] = (),
    subject: str = "",
    letter: Sequence[str] = (),
    hours: OpeningHours,
) -> Case:
    """Refuse to decide now, by a decision of its own that may be appealed (FL 12 §). The case goes on as before, and
    is due when it was once promised. Raises `NotAllowed`, `NotComplete`."""
    case = locked(tx, case_id, expected)
    party = asked_by(tx, case)
    if party is None or case.decided_at is not None:
        raise NotAllowed("refuse a request", case.status)
    decision = deciding.rule(
        tx, case, party, kind=DecisionKind.REFUSED_REQUEST, outcome=Outcome.REFUSED, about="delay_request", actor=actor,
        now=now, reasons=reasons, law=law, grounds=grounds, plain=plain, subject=subject, letter=letter, hours=hours,
    )  # fmt: skip
    promised = promise_of(tx, case)
    after = change(tx, case, due_at=promised.due_at if promised is not None else case.due_at)
    meet(tx, after, {ClockKind.DELAY_REQUEST}, now)
    content: dict[str, Json] = {
        "decision": decision.id,
        "party": party.id,
        "revision": decision.revision,
        "digest": decision.digest,
    }
    note_entry(tx, after, actor, "request_refused", now, shared=True, content=content)
    proposals.settle(tx, after, [Proposed.ANSWER_REQUEST], now=now, staff_id=actor.staff_id)
    return after


def promise_of(tx: Transaction, case: Case) -> CaseClock | None:
    """The clock of what was promised."""
    return next((clock for clock in store.clocks_of(tx, case) if clock.kind is ClockKind.PROMISED), None)
