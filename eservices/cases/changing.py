"""How a case is changed: locked, checked, written, noted in the journal, told. What every act on a case is made of.

Not for doors: an act has a name of its own and stands in `acts`, `asking`, `delays` or `appealing`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eservices import attachments, deliveries, journal
from eservices.attachments import Received
from eservices.calendars import add_working_days, day_of, end_of_day
from eservices.cases import clocks, enquiries, passing_on, phases, store
from eservices.cases.enquiries import ASKED_BY, Enquiry, EnquiryState
from eservices.cases.model import (
    NO_LONGER_DUE,
    WAITING_FOR_RESIDENT,
    Case,
    CaseClock,
    CaseId,
    ClockKind,
    Direction,
    Message,
    NotAllowed,
    Party,
    Status,
    is_open,
    may_go,
    public_of,
    standing,
)
from eservices.cases.passing_on import Happened
from eservices.deliveries import Delivery, Evidence, Letter, News, Recipient
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.values import Channel, Json, new_id


class ChangedMeanwhile(Exception):
    """The case is not as it was on the page this came from. Nothing was done; `case` is how it stands now."""

    def __init__(self, case: Case):
        super().__init__(f"row version {case.row_version}")
        self.case = case


def locked(tx: Transaction, case_id: CaseId, expected: int | None) -> Case:
    case = store.lock(tx, case_id)
    if expected is not None and case.row_version != expected:
        raise ChangedMeanwhile(case)
    return case


#: Fields of a case that are not stored as they are.
_STORED = {"public_status": lambda value: value.value}


def change(tx: Transaction, case: Case, *, moved_at: dt.datetime | None = None, **fields: Any) -> Case:
    """Write the fields that change; `moved_at` is given when the status is among them, and ends a phase."""
    if "status" in fields and moved_at is None:
        raise ValueError("a change of status ends a phase")
    if moved_at is not None:
        phases.end(tx, case, at=moved_at)
    values = {name: _STORED[name](value) if name in _STORED else value for name, value in fields.items()}
    store.change(tx, case, values)
    after = replace(case, row_version=case.row_version + 1, **fields)
    if moved_at is not None and after.public_status is not case.public_status:
        passing_on.pass_on(tx, after, Happened.MOVED, moved_at)
    return after


def may_be_moved(tx: Transaction, case: Case, to: str, actor: Actor) -> None:
    """Raises `NotAllowed` unless the table of moves has this one, for this kind of actor."""
    own = pinned.service(tx, case.version).own_states
    if not may_go(actor.kind, standing(case.status, own), standing(to, own)) and case.status != to:
        raise NotAllowed(f"move to {to}", case.status)


def note_entry(
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


def registered(tx: Transaction, case: Case, actor: Actor, now: dt.datetime) -> Case:
    after = change(tx, case, moved_at=now, status=Status.REGISTERED.value, public_status=public_of(Status.REGISTERED))
    note_entry(tx, after, actor, "registered", now, shared=True)
    meet(tx, after, {ClockKind.REGISTER}, now)
    return after


def moved(
    tx: Transaction,
    case: Case,
    to: str,
    actor: Actor,
    now: dt.datetime,
    *,
    why: str = "",
    own_states: Mapping[str, str] | None = None,
) -> Case:
    """Bring the case to another state, by a move that the table has. Clocks that may stand still do so, or go on."""
    may_be_moved(tx, case, to, actor)
    still = is_open(to)
    due_at = _stand_still_or_go_on(tx, case, to, now)
    after = change(
        tx,
        case,
        moved_at=now,
        status=to,
        public_status=public_of(to, own_states or {}),
        open=still,
        due_at=due_at if still else NO_LONGER_DUE,
    )
    content: dict[str, Json] = {"from": case.status, "to": to}
    note_entry(
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
        meet(tx, after, {ClockKind.REGISTER}, now)
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


def meet(tx: Transaction, case: Case, kinds: set[ClockKind], now: dt.datetime) -> None:
    for clock in store.clocks_of(tx, case):
        if clock.kind in kinds and clock.met_at is None:
            store.change_clock(tx, clock.id, {"met_at": now, "next_act_at": None})


def meet_about(tx: Transaction, case: Case, about: str, now: dt.datetime) -> None:
    """What an enquiry or a decision had running is over."""
    for clock in store.clocks_of(tx, case):
        if clock.about == about and clock.met_at is None:
            store.change_clock(tx, clock.id, {"met_at": now, "next_act_at": None})


def nothing_more_is_asked(tx: Transaction, case: Case, now: dt.datetime) -> None:
    """What is still open of what somebody has been asked is taken back: it is decided, or over."""
    for enquiry in enquiries.of_case(tx, case):
        if enquiry.is_open:
            meet_about(tx, case, enquiry.id, now)
            enquiries.change(tx, case, enquiry, {"state": EnquiryState.TAKEN_BACK.value, "settled_at": now})
            is_not_brought(tx, enquiry, now)


def is_known(tx: Transaction, enquiry: Enquiry, actor: Actor, now: dt.datetime) -> None:
    """Whoever has answered has got the question: nobody asks any more whether it came. What is answered in a call with
    the contact centre ends its own task there."""
    for one in news_of(tx, enquiry):
        if not (one.is_work and actor.staff_id is not None and actor.channel in {Channel.PHONE, Channel.COUNTER}):
            deliveries.reached(tx, one.id, Evidence.CONFIRMED, now)


def is_not_brought(tx: Transaction, enquiry: Enquiry, now: dt.datetime) -> None:
    """A question that is not asked any more is neither posted nor read out."""
    for one in news_of(tx, enquiry):
        deliveries.cancel(tx, one.id, now)


def news_of(tx: Transaction, enquiry: Enquiry) -> list[Delivery]:
    """The news by which its party is asked, that has neither arrived nor been taken back."""
    return [
        one
        for one in deliveries.of_case(tx, enquiry.case_id)
        if one.kind in ASKED_BY[enquiry.kind] and one.message_id in enquiry.messages and not one.is_settled
    ]


def party_of(tx: Transaction, case: Case, party_id: str | None) -> Party:
    found = store.parties_of(tx, case)
    return next((party for party in found if party.id == party_id), found[0])


def write_message(
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


def keep_with(
    tx: Transaction, case: Case, message: Message, files: Sequence[Received], *, now: dt.datetime, scanning: bool
) -> dict[str, Json]:
    """Name the files of a message in its transaction; gives what the journal says of them."""
    ids: list[Json] = [
        attachments.keep_for_case(
            tx, one, case_id=case.id, key=case.key, now=now, scanning=scanning, message_id=message.id
        ).id
        for one in files
    ]
    return {"attachments": ids} if ids else {}


def tell(
    tx: Transaction,
    case: Case,
    party: Party,
    kind: str,
    now: dt.datetime,
    *,
    message_id: str | None = None,
    subject: str = "",
    paragraphs: list[str],
    answer_by: dt.datetime | None = None,
) -> None:
    """Bring news to a party by the way they asked for, by the end of the next working day whichever it is."""
    today = day_of(now)
    recipient = Recipient(party.id, party.method, party.language, party.name, party.email, party.phone, party.address)
    letter = Letter(today, subject or case.title, paragraphs, case.unit, party.code)
    due_at = end_of_day(add_working_days(today, 1))
    news = News(
        kind,
        case.id,
        case.number,
        case.contact_queue,
        due_at,
        message_id=message_id,
        letter=letter,
        answer_by=answer_by,
    )
    deliveries.deliver(tx, news, recipient, key=case.key, now=now)
