"""What is done to a case: each act locks it, checks that the page it came from was still true, and writes the journal.

An act changes nothing halfway: its entry, its message and its delivery stand in the same transaction. Who may do it
in which unit is decided at the door; what the case's state allows is decided here.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eservices import deliveries, journal
from eservices.calendars import add_working_days, day_of, end_of_day, statutory_last_day
from eservices.cases import clocks, phases, store
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import (
    MAY_BE_CLOSED,
    MAY_BE_DECIDED,
    MAY_BE_WITHDRAWN,
    NO_LONGER_DUE,
    WAITING_FOR_RESIDENT,
    Case,
    CaseClock,
    CaseId,
    ClockKind,
    Decision,
    Direction,
    Message,
    NotAllowed,
    Outcome,
    Party,
    Public,
    Status,
    is_open,
    may_move,
    moves_from,
    public_of,
    standing,
)
from eservices.cases.signing import COSIGNER
from eservices.deliveries import Letter, News, Recipient
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.sealing import fingerprint
from eservices.submissions import pinned
from eservices.values import Json, new_id


class ChangedMeanwhile(Exception):
    """The case is not as it was on the page this came from. Nothing was done; `case` is how it stands now."""

    def __init__(self, case: Case):
        super().__init__(f"row version {case.row_version}")
        self.case = case


def claim(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime) -> Case:
    """Whoever acts is the case's officer from now on; a case that had only been received is registered with it."""
    if actor.staff_id is None:
        raise NotAllowed("claim", "")
    return assign(tx, case_id, actor=actor, expected=expected, now=now, officer_id=actor.staff_id)


def release(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime) -> Case:
    """Back to the unit's queue, for whoever comes first."""
    case = _locked(tx, case_id, expected)
    after = _change(tx, case, officer_id=None)
    _note(tx, after, actor, "released", now)
    return after


def assign(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, officer_id: str) -> Case:
    """Give the case an officer."""
    case = _locked(tx, case_id, expected)
    if not case.open:
        raise NotAllowed("assign", case.status)
    after = _change(tx, case, officer_id=officer_id)
    kind = "claimed" if officer_id == actor.staff_id else "assigned"
    _note(tx, after, actor, kind, now, content={"officer": officer_id})
    if after.status == Status.RECEIVED:
        after = _registered(tx, after, actor, now)
    elif after.status == Status.AWAITING_SIGNATURES:
        _meet(tx, after, {ClockKind.REGISTER}, now)
    return after


def register(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    registry_number: str | None = None,
) -> Case:
    """It stands in the register. A board's own number is added to the case's, never put in its place."""
    case = _locked(tx, case_id, expected)
    if registry_number is not None:
        case = _change(tx, case, registry_number=registry_number)
        _note(tx, case, actor, "registry_number_given", now, content={"registry_number": registry_number})
    if case.status == Status.AWAITING_SIGNATURES:  # it stands in the register, and waits all the same
        _note(tx, case, actor, "registered", now, shared=True)
        _meet(tx, case, {ClockKind.REGISTER}, now)
    return _registered(tx, case, actor, now) if case.status == Status.RECEIVED else case


def change_status(
    tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, to: str, why: str = ""
) -> Case:
    """Move the case to another state, if the table of states allows it. Raises `NotAllowed`.

    Clocks that may stand still do so while the resident has something to do, and go on afterwards.
    """
    case = _locked(tx, case_id, expected)
    own = pinned.service(tx, case.version).own_states
    if to not in moves_from(case.status, own) or not may_move(actor.kind, standing(to, own)):
        raise NotAllowed(f"change to {to}", case.status)
    return _moved(tx, case, to, actor, now, why=why, own_states=own)


def go_on_after_signatures(tx: Transaction, case: Case, *, now: dt.datetime) -> Case:
    """Nobody is waited for any more: back to where it would have been, and the clocks that stood still go on.

    A case that an officer has moved meanwhile stays where it is.
    """
    if case.status != Status.AWAITING_SIGNATURES:
        return case
    to = Status.UNDER_REVIEW if case.officer_id is not None else Status.RECEIVED
    return _moved(tx, case, to.value, Actor.system(), now)


def note(tx: Transaction, case_id: CaseId, *, actor: Actor, now: dt.datetime, body: str) -> Case:
    """An internal note. It takes nothing from anybody's page, so no row version is asked for and none is changed."""
    case = store.lock(tx, case_id)
    _note(tx, case, actor, "noted", now, shared=False, content={"body": body})
    return case


def message(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    now: dt.datetime,
    subject: str,
    body: str,
    party_id: str | None = None,
    expected: int | None = None,
) -> Case:
    """Write to a party (the applicant unless named): kept with the case, and brought by the way the party asked for."""
    case = _locked(tx, case_id, expected)
    party = _party(tx, case, party_id)
    sent = _write_message(tx, case, party, actor, now, kind="message", subject=subject, body=body)
    _tell(tx, case, party, "message", now, message_id=sent.id, subject=subject, paragraphs=body.split("\n\n"))
    after = _change(tx, case)
    _note(tx, after, actor, "message_sent", now, shared=True, content={"message": sent.id, "subject": subject})
    _meet(tx, after, {ClockKind.FIRST_CONTACT}, now)
    return after


def receive_message(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    now: dt.datetime,
    body: str,
    subject: str = "",
    party_id: str | None = None,
) -> Message:
    """Something the resident says, by any channel. A case that waited for a supplement comes back to the unit."""
    case = store.lock(tx, case_id)
    party = _party(tx, case, party_id)
    received = _write_message(
        tx, case, party, actor, now, kind="message", subject=subject, body=body, direction=Direction.IN
    )
    after = _change(tx, case)
    _note(tx, after, actor, "message_received", now, shared=True, content={"message": received.id})
    if after.status == Status.AWAITING_SUPPLEMENT:
        _moved(tx, after, Status.SUPPLEMENT_RECEIVED.value, actor, now)
    return received


#: Roles that get no decision by themselves: a child is told through its guardian; a co-signer is told what was decided
#: about somebody else by the officer who finds that they may know it.
_NOT_TOLD = frozenset({"child", COSIGNER})


def decide(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    outcome: Outcome,
    reasons: str,
    law: str,
    delegate: str | None = None,
    valid_until: dt.date | None = None,
    subject: str = "",
    letter: tuple[str, ...] = (),
) -> Case:
    """Decide. What was decided before stays as it is, under its revision.

    Delegate and appeal route come from the definition the case was opened under, unless a delegate is given. `subject`
    and `letter` are the decision in the party's language, for those who get it on paper or read out.
    """
    case = _locked(tx, case_id, expected)
    service = pinned.service(tx, case.version)
    if standing(case.status, service.own_states) not in MAY_BE_DECIDED or actor.staff_id is None:
        raise NotAllowed("decide", case.status)
    earlier = store.decisions_of(tx, case)
    decision = _frozen(
        Decision(
            id=new_id(),
            revision=len(earlier) + 1,
            outcome=outcome,
            reasons=reasons,
            law=law,
            delegate=delegate or service.legal.delegate,
            appeal_route=service.legal.appeal,
            decided_by=actor.staff_id,
            decided_at=now,
            valid_until=valid_until,
            digest="",
        ),
        case.number,
    )
    store.add_decision(tx, case, decision)
    after = _change(
        tx,
        case,
        moved_at=now,
        status=Status.DECIDED.value,
        public_status=public_of(Status.DECIDED),
        decided_at=now,
        due_at=_when_final(decision),
    )
    content: dict[str, Json] = {
        "decision": decision.id,
        "revision": decision.revision,
        "outcome": outcome.value,
        "digest": decision.digest,
    }
    _note(tx, after, actor, "decided", now, shared=True, content=content)
    _meet(tx, after, {ClockKind.PROMISED, ClockKind.SIX_MONTHS, ClockKind.FIRST_CONTACT, ClockKind.REGISTER}, now)
    parties = store.parties_of(tx, after)
    represented = any(party.role == "representative" for party in parties)
    for party in parties:
        if party.role in _NOT_TOLD:
            continue
        if party.role == "applicant" and represented and not (party.email or party.phone or party.address):
            continue  # told through the representative; nothing says how to reach them
        _tell(tx, after, party, "decision", now, subject=subject, paragraphs=list(letter))
    return after


def close(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, why: str = "") -> Case:
    """Nothing more is to be done. It can be reopened."""
    case = _locked(tx, case_id, expected)
    own = pinned.service(tx, case.version).own_states
    if standing(case.status, own) not in MAY_BE_CLOSED:
        raise NotAllowed("close", case.status)
    after = _change(
        tx,
        case,
        moved_at=now,
        status=Status.CLOSED.value,
        public_status=Public.CLOSED,
        open=False,
        closed_at=now,
        due_at=NO_LONGER_DUE,
    )
    _note(tx, after, actor, "closed", now, shared=True, why=why)
    _meet(tx, after, set(ClockKind), now)
    return after


def reopen(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, why: str) -> Case:
    """The case is worked on again, by the time once promised."""
    case = _locked(tx, case_id, expected)
    if case.open:
        raise NotAllowed("reopen", case.status)
    promised = next(clock for clock in store.clocks_of(tx, case) if clock.kind is ClockKind.PROMISED)
    after = _change(
        tx,
        case,
        moved_at=now,
        status=Status.UNDER_REVIEW.value,
        public_status=public_of(Status.UNDER_REVIEW),
        open=True,
        closed_at=None,
        due_at=promised.due_at,
    )
    _note(tx, after, actor, "reopened", now, shared=True, why=why)
    return after


def withdraw(tx: Transaction, case_id: CaseId, *, actor: Actor, now: dt.datetime, why: str = "") -> Case:
    """The resident takes it back, by any channel. An officer closes it."""
    case = store.lock(tx, case_id)
    own = pinned.service(tx, case.version).own_states
    if standing(case.status, own) not in MAY_BE_WITHDRAWN:
        raise NotAllowed("withdraw", case.status)
    return _moved(tx, case, Status.WITHDRAWN.value, actor, now, why=why)


def _locked(tx: Transaction, case_id: CaseId, expected: int | None) -> Case:
    case = store.lock(tx, case_id)
    if expected is not None and case.row_version != expected:
        raise ChangedMeanwhile(case)
    return case


#: Fields of a case that are not stored as they are.
_STORED = {"public_status": lambda value: value.value}


def _change(tx: Transaction, case: Case, *, moved_at: dt.datetime | None = None, **fields: Any) -> Case:
    """Write the fields that change; `moved_at` is given when the status is among them, and ends a phase."""
    if moved_at is not None:
        phases.end(tx, case, at=moved_at)
    values = {name: _STORED[name](value) if name in _STORED else value for name, value in fields.items()}
    store.change(tx, case, values)
    return replace(case, row_version=case.row_version + 1, **fields)


def _note(
    tx: Transaction,
    case: Case,
    actor: Actor,
    kind: str,
    now: dt.datetime,
    *,
    shared: bool = False,
    why: str = "",
    content: Mapping[str, Json] | None = None,
) -> None:
    journal.write(
        tx,
        actor=actor,
        kind=kind,
        at=now,
        key=case.key,
        case_id=case.id,
        shared=shared,
        why=why,
        content=content,
    )


def _registered(tx: Transaction, case: Case, actor: Actor, now: dt.datetime) -> Case:
    after = _change(tx, case, moved_at=now, status=Status.REGISTERED.value, public_status=public_of(Status.REGISTERED))
    _note(tx, after, actor, "registered", now, shared=True)
    _meet(tx, after, {ClockKind.REGISTER}, now)
    return after


def _moved(
    tx: Transaction,
    case: Case,
    to: str,
    actor: Actor,
    now: dt.datetime,
    *,
    why: str = "",
    own_states: Mapping[str, str] | None = None,
) -> Case:
    still = is_open(to)
    due_at = _stand_still_or_go_on(tx, case, to, now)
    after = _change(
        tx,
        case,
        moved_at=now,
        status=to,
        public_status=public_of(to, own_states or {}),
        open=still,
        due_at=due_at if still else NO_LONGER_DUE,
    )
    content: dict[str, Json] = {"from": case.status, "to": to}
    _note(
        tx,
        after,
        actor,
        "status_changed",
        now,
        shared=after.public_status != case.public_status,
        why=why,
        content=content,
    )
    if case.status == Status.RECEIVED:
        _meet(tx, after, {ClockKind.REGISTER}, now)
    return after


def _stand_still_or_go_on(tx: Transaction, case: Case, to: str, now: dt.datetime) -> dt.datetime:
    """Stop the clocks that may stand still, or let them go on; gives the moment the case is due now."""
    waited, waits = case.status in WAITING_FOR_RESIDENT, to in WAITING_FOR_RESIDENT
    if waited == waits:
        return case.due_at
    due_at = case.due_at
    for clock in store.clocks_of(tx, case):
        if not clock.may_pause or clock.met_at is not None:
            continue
        if waits:
            store.change_clock(tx, clock.id, {"paused_at": now, "next_act_at": None})
        elif clock.paused_at is not None:
            due_at = _go_on(tx, clock, clock.paused_at, now, case.status)
    return due_at


def _go_on(tx: Transaction, clock: CaseClock, paused_at: dt.datetime, now: dt.datetime, reason: str) -> dt.datetime:
    """The time that stood still is added; a last day that is no working day moves to the next."""
    due_at = clocks.longer_by_pause(clock.due_at, paused_at, now)
    pauses = [*(list(pause) for pause in clock.pauses), [paused_at.isoformat(), now.isoformat(), reason]]
    store.change_clock(tx, clock.id, {"paused_at": None, "due_at": due_at, "pauses": pauses, "next_act_at": now})
    return due_at


def _meet(tx: Transaction, case: Case, kinds: set[ClockKind], now: dt.datetime) -> None:
    for clock in store.clocks_of(tx, case):
        if clock.kind in kinds and clock.met_at is None:
            store.change_clock(tx, clock.id, {"met_at": now, "next_act_at": None})


def _party(tx: Transaction, case: Case, party_id: str | None) -> Party:
    found = store.parties_of(tx, case)
    return next((party for party in found if party.id == party_id), found[0])


def _write_message(
    tx: Transaction,
    case: Case,
    party: Party,
    actor: Actor,
    now: dt.datetime,
    *,
    kind: str,
    subject: str,
    body: str,
    direction: Direction = Direction.OUT,
) -> Message:
    written = Message(new_id(), direction, kind, actor.channel, party.id, actor.staff_id, now, None, subject, body)
    store.add_message(tx, case, written)
    return written


def _tell(
    tx: Transaction,
    case: Case,
    party: Party,
    kind: str,
    now: dt.datetime,
    *,
    message_id: str | None = None,
    subject: str = "",
    paragraphs: list[str],
) -> None:
    """Bring news to a party by the way they asked for, by the end of the next working day whichever it is."""
    today = day_of(now)
    recipient = Recipient(party.id, party.method, party.language, party.name, party.email, party.phone, party.address)
    letter = Letter(today, subject or case.title, paragraphs, case.unit, party.code)
    due_at = end_of_day(add_working_days(today, 1))
    news = News(kind, case.id, case.number, case.contact_queue, due_at, message_id=message_id, letter=letter)
    deliveries.deliver(tx, news, recipient, key=case.key, now=now)


def _frozen(decision: Decision, number: str) -> Decision:
    """The decision with the hash of everything it says, so that a later change of a word shows."""
    said = {
        "number": number,
        "revision": decision.revision,
        "outcome": decision.outcome.value,
        "reasons": decision.reasons,
        "law": decision.law,
        "delegate": decision.delegate,
        "appeal_route": decision.appeal_route,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at.astimezone(dt.UTC).isoformat(),
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return replace(decision, digest=fingerprint(text.encode("utf-8", "surrogatepass")))


def _when_final(decision: Decision) -> dt.datetime:
    """When nobody can appeal any more and the case can be closed: what a decided case is due by."""
    today = day_of(decision.decided_at)
    weeks = APPEAL_ROUTES[decision.appeal_route].weeks
    last = statutory_last_day(today, weeks, "weeks") if weeks else add_working_days(today, 1)
    return end_of_day(last)
