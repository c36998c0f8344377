"""What the law wants in writing and somebody says: an appeal (FL 43 §), a request for a decision (FL 12 §).

Whoever hears it takes it down with the person, and it goes out to be confirmed in writing: on the web with the code, on
paper, or with a hand on the counter. Only the confirmation counts, and on the day it comes; what was said, when, and to
whom stands beside it. Nothing lapses by itself: one that is confirmed too late is judged as any that comes too late.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from eservices.calendars import OpeningHours, day_of, statutory_last_day
from eservices.cases import appealing, delays, store
from eservices.cases.asking import Said
from eservices.cases.changing import change, note_entry, party_of, tell
from eservices.cases.model import Case, CaseId, Decision, NotAllowed, Party
from eservices.cases.protecting import OWN_SIDE
from eservices.cases.tables import spoken_acts
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import ContactMethod, Json, new_id

#: The news by which somebody is asked to confirm.
TO_CONFIRM = "to_confirm"

#: How long somebody has to confirm where no law sets a last day.
_DAYS_TO_CONFIRM = 14


class SpokenKind(StrEnum):
    APPEAL = "appeal"
    DELAY_REQUEST = "delay_request"


class Confirmed(StrEnum):
    """How somebody said in writing that it is what they want."""

    CODE = "code"  #: on the web, with number and code
    PAPER = "paper"  #: signed and sent to us
    COUNTER = "counter"  #: signed in front of us


@dataclass(frozen=True, slots=True)
class SpokenAct:
    """What was taken down. Until `confirmed_on` it is nothing but an offer to help."""

    id: str
    kind: SpokenKind
    party_id: str
    decision_id: str | None
    said_at: dt.datetime
    taken_by: str
    last_day: dt.date
    body: str
    confirmed_on: dt.date | None = None
    confirmed_how: Confirmed | None = None
    appeal_id: str | None = None

    @property
    def waits(self) -> bool:
        return self.confirmed_on is None


_INSERT = Prepared(insert(spoken_acts))
_OF_CASE = Prepared(
    select(spoken_acts)
    .where(spoken_acts.c.case_id == bindparam("case_id"))
    .order_by(spoken_acts.c.said_at, spoken_acts.c.id)
)
_UPDATE = Prepared(update(spoken_acts).where(spoken_acts.c.id == bindparam("b_id")))


def may_be_said(tx: Transaction, case: Case, party: Party, now: dt.datetime) -> Iterator[SpokenKind]:
    """What this party may say to us now that takes writing, and has not been taken down already."""
    waiting = {one.kind for one in waiting_for(tx, case, party.id)}
    if SpokenKind.APPEAL not in waiting and _appealed(tx, case, party) is not None:
        yield SpokenKind.APPEAL
    own = party.role in OWN_SIDE
    if own and SpokenKind.DELAY_REQUEST not in waiting and delays.may_ask_for_decision(tx, case, now):
        yield SpokenKind.DELAY_REQUEST


def confirm_by(tx: Transaction, case: Case, party: Party, kind: SpokenKind, now: dt.datetime) -> dt.date:
    """The last day to confirm: of an appeal, the last day to appeal while it is to come; otherwise two weeks."""
    usual = statutory_last_day(day_of(now), _DAYS_TO_CONFIRM, "days")
    decision = _appealed(tx, case, party) if kind is SpokenKind.APPEAL else None
    last = appealing.last_day(tx, case, decision, party.id) if decision is not None else None
    return last if last is not None and last >= day_of(now) else usual


def take_down(
    tx: Transaction,
    case_id: CaseId,
    *,
    party_id: str,
    kind: SpokenKind,
    body: str,
    said: Said,
    actor: Actor,
    now: dt.datetime,
) -> SpokenAct:
    """Write down what a party says, and send it to them to confirm, always so that they can read it.

    `said` is the letter in their language. Raises `NotAllowed`.
    """
    case = store.lock(tx, case_id)
    party = party_of(tx, case, party_id)
    if actor.staff_id is None or kind not in may_be_said(tx, case, party, now) or not body.strip():
        raise NotAllowed("take down", case.status)
    decision = _appealed(tx, case, party) if kind is SpokenKind.APPEAL else None
    taken = SpokenAct(
        id=new_id(),
        kind=kind,
        party_id=party.id,
        decision_id=decision.id if decision is not None else None,
        said_at=now,
        taken_by=actor.staff_id,
        last_day=confirm_by(tx, case, party, kind, now),
        body=body,
    )
    tx.run(
        _INSERT,
        {
            "id": taken.id,
            "case_id": case.id,
            "party_id": taken.party_id,
            "kind": taken.kind.value,
            "decision_id": taken.decision_id,
            "said_at": taken.said_at,
            "taken_by": taken.taken_by,
            "last_day": taken.last_day,
            "sealed": case.key.seal({"body": taken.body}, place=_place(taken.id)),
        },
    )
    after = change(tx, case)
    content: dict[str, Json] = {"spoken": taken.id, "party": party.id, "what": kind.value}
    note_entry(tx, after, actor, "taken_down", now, shared=True, content=content)
    tell(tx, after, _to_be_read(party), TO_CONFIRM, now, subject=said.subject, paragraphs=list(said.paragraphs))
    return taken


def confirm(
    tx: Transaction,
    case_id: CaseId,
    spoken_id: str,
    *,
    how: Confirmed,
    on: dt.date,
    actor: Actor,
    now: dt.datetime,
    hours: OpeningHours,
) -> SpokenAct:
    """It is confirmed in writing, and is received `on` the day the confirmation was: what counts, begins here.

    Raises `NotAllowed` for what is confirmed already, for a day before it was said or to come, and for what cannot be
    asked any more.
    """
    case = store.lock(tx, case_id)
    act = next((one for one in of_case(tx, case) if one.id == spoken_id and one.waits), None)
    if act is None or not day_of(act.said_at) <= on <= day_of(now):
        raise NotAllowed("confirm", case.status)
    appeal_id = None
    if act.kind is SpokenKind.APPEAL:
        appeal_id = appealing.receive(
            tx, case.id, party_id=act.party_id, body=act.body, on=on, actor=actor, now=now,
            decision_id=act.decision_id or "", hours=hours,
        ).id  # fmt: skip
    else:
        delays.ask_for_decision(
            tx, case.id, party_id=act.party_id, body=act.body, on=on, actor=actor, now=now, hours=hours
        )
    values: dict[str, Any] = {"confirmed_on": on, "confirmed_how": how.value, "appeal_id": appeal_id}
    tx.run(_UPDATE, {"b_id": act.id, **values})
    content: dict[str, Json] = {"spoken": act.id, "party": act.party_id, "what": act.kind.value, "on": on.isoformat()}
    note_entry(tx, store.lock(tx, case.id), actor, "confirmed_in_writing", now, shared=True, content=content)
    return replace(act, confirmed_on=on, confirmed_how=how, appeal_id=appeal_id)


def of_case(tx: Transaction, case: Case) -> Sequence[SpokenAct]:
    """What has been taken down in a case, the oldest first."""
    return [_spoken(case, row) for row in tx.rows(_OF_CASE, case_id=case.id)]


def waiting_for(tx: Transaction, case: Case, party_id: str) -> Sequence[SpokenAct]:
    """What this party has said and not confirmed."""
    return [one for one in of_case(tx, case) if one.waits and one.party_id == party_id]


def _appealed(tx: Transaction, case: Case, party: Party) -> Decision | None:
    return next(iter(appealing.appealable(store.decisions_of(tx, case), party.id)), None)


def _to_be_read(party: Party) -> Party:
    """The same party, who gets this one so that it can be read: whoever has asked for calls, on paper."""
    if party.method is not ContactMethod.PHONE:
        return party
    if party.address:
        return replace(party, method=ContactMethod.LETTER)
    return replace(party, method=ContactMethod.EMAIL) if party.email else party


def _spoken(case: Case, row: Any) -> SpokenAct:
    return SpokenAct(
        id=row.id,
        kind=SpokenKind(row.kind),
        party_id=row.party_id,
        decision_id=row.decision_id,
        said_at=row.said_at,
        taken_by=row.taken_by,
        last_day=row.last_day,
        body=case.key.unseal(row.sealed, place=_place(row.id))["body"],
        confirmed_on=row.confirmed_on,
        confirmed_how=Confirmed(row.confirmed_how) if row.confirmed_how else None,
        appeal_id=row.appeal_id,
    )


def _place(spoken_id: str) -> str:
    return f"spoken_acts.sealed:{spoken_id}"
