"""One piece of news to one party, by the way they asked for, with the same deadline whichever it is.

E-mail and SMS are the worker's to send; a phone call and a letter are work for the contact centre. A delivery knows
nothing of cases but an id and a number: it takes a recipient, a piece of news, a deadline. It is done when it has the
evidence that its kind of news needs; until then a machine is at it, or a person has it to do, or it waits for the
evidence until a day that is looked after (`look_after`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)

from eservices import outbox
from eservices.storage.columns import Id, UtcTime, partial_index
from eservices.storage.database import Transaction, metadata
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.values import ContactMethod, Json, new_id

#: News that has neither arrived nor been taken back.
_ON_ITS_WAY = "reached_at IS NULL AND cancelled_at IS NULL"

#: Work that waits for a person; the partial index below holds nothing else.
_OPEN_WORK = f"needs_person AND {_ON_ITS_WAY}"

#: What is on its way, and must show that it has arrived; looked at when its time comes, and never walked through.
_WAITS_FOR_EVIDENCE = f"check_at IS NOT NULL AND NOT needs_person AND {_ON_ITS_WAY}"

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("party_id", Id, ForeignKey("parties.id")),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("kind", String(40), nullable=False, comment="receipt, message, supplement_order, decision, …"),
    Column("method", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    Column("needed_evidence", String(20), nullable=False),
    Column("evidence", String(20), comment="sent, handed_over, opened, confirmed, served"),
    Column("needs_person", Boolean, nullable=False, comment="open work for the contact centre"),
    Column("reason", String(40), comment="why a person is needed: by_choice, undeliverable, unopened"),
    Column("queue", String(80), nullable=False),
    Column("agent_id", Id, ForeignKey("staff.id")),
    Column(
        "attempts", Integer, nullable=False, server_default="0", comment="tries by a person; each is in the journal"
    ),
    Column("made_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("reached_at", UtcTime),
    Column("cancelled_at", UtcTime),
    Column("check_at", UtcTime, comment="without the evidence it needs by then, a person has it to do"),
    CheckConstraint("evidence IN ('sent','handed_over','opened','confirmed','served')", name="evidence_known"),
    partial_index("ix_deliveries_work", "due_at", "id", where=_OPEN_WORK),
    partial_index("ix_deliveries_taken", "agent_id", "due_at", "id", where=f"agent_id IS NOT NULL AND {_OPEN_WORK}"),
    partial_index("ix_deliveries_on_its_way", "case_id", "method", where=_ON_ITS_WAY),
    partial_index("ix_deliveries_check_at", "check_at", where=_WAITS_FOR_EVIDENCE),
)

_INSERT = Prepared(insert(deliveries))
_BY_ID = Prepared(select(deliveries).where(deliveries.c.id == bindparam("id")))
_LOCK = Prepared(select(deliveries).where(deliveries.c.id == bindparam("id")).with_for_update())
_OF_CASE = Prepared(
    select(deliveries)
    .where(deliveries.c.case_id == bindparam("case_id"))
    .order_by(deliveries.c.made_at, deliveries.c.id)
)
_UPDATE = Prepared(update(deliveries).where(deliveries.c.id == bindparam("b_id")))


class Evidence(StrEnum):
    """What shows that news has arrived, from the weakest; a stronger one does where a weaker is needed."""

    SENT = "sent"
    HANDED_OVER = "handed_over"
    OPENED = "opened"
    CONFIRMED = "confirmed"
    SERVED = "served"


_STRENGTH = {evidence: strength for strength, evidence in enumerate(Evidence)}

#: What each kind of news needs; an ordinary letter or mail is done when sent and not returned.
NEEDED: Mapping[str, Evidence] = {
    "receipt": Evidence.SENT,
    "message": Evidence.SENT,
    "decision": Evidence.OPENED,
    "supplement_order": Evidence.OPENED,
    "hearing": Evidence.OPENED,
}

_BY_PERSON = frozenset({ContactMethod.PHONE, ContactMethod.LETTER})

#: The ways out of the machines, and what of a recipient each needs.
_BY_MACHINE = {ContactMethod.EMAIL: outbox.EMAIL, ContactMethod.SMS: outbox.SMS}

#: Where nobody has said how long the person has: half of it is how long we wait for them to open what was sent.
_TIME_TO_OPEN = dt.timedelta(days=14)

#: A letter is on its way for some days before anybody asks whether it has come.
_TIME_FOR_A_LETTER = dt.timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the news is for, and the way they asked for."""

    party_id: str | None
    method: ContactMethod
    language: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says; it is printed for the recipient by the worker, for the agent who posts it."""

    date: dt.date
    subject: str
    body: Sequence[str]
    unit: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell, and by when. `payload` goes into the mail as it is; mails say as little as they can.

    `answer_by` is the person's own last day, where there is one: what nobody has opened at half of that time becomes
    work for a person.
    """

    kind: str
    case_id: str
    number: str
    queue: str
    due_at: dt.datetime
    payload: Mapping[str, Json] = field(default_factory=dict)
    message_id: str | None = None
    letter: Letter | None = None
    answer_by: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    id: str
    case_id: str
    party_id: str | None
    message_id: str | None
    kind: str
    method: ContactMethod
    language: str
    needed_evidence: Evidence
    evidence: Evidence | None
    needs_person: bool
    reason: str | None
    queue: str
    agent_id: str | None
    attempts: int
    made_at: dt.datetime
    due_at: dt.datetime
    check_at: dt.datetime | None
    reached_at: dt.datetime | None
    cancelled_at: dt.datetime | None

    @property
    def is_settled(self) -> bool:
        """Nobody has anything more to do about it: it has arrived, or need not be told any more."""
        return self.reached_at is not None or self.cancelled_at is not None

    @property
    def is_work(self) -> bool:
        """A person has this to do."""
        return self.needs_person and not self.is_settled


class UnknownDelivery(Exception):
    """There is no delivery with this id."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery as it will be written, with what must leave the house for it."""

    id: str
    values: Mapping[str, Any]
    puts: tuple[outbox.Put, ...]


def deliver(tx: Transaction, news: News, to: Recipient, *, key: DataKey, now: dt.datetime) -> str:
    """See to it that the news gets there: a mail in the outbox, or open work for a person with the same deadline.

    Somebody who asked for nothing but their own pages is reached there. Gives the delivery's id.
    """
    planned = plan(news, to, key=key, now=now)
    write(tx, planned)
    outbox.put_many(tx, planned.puts)
    return planned.id


def plan(
    news: News,
    to: Recipient,
    *,
    key: DataKey,
    now: dt.datetime,
    handed_over: bool = False,
) -> Planned:
    """What `deliver` would write, for callers that write several things at once.

    `handed_over`: the recipient already has it in hand, or on the screen in front of them.
    """
    delivery_id = new_id()
    method = _possible(to)
    needed = NEEDED.get(news.kind, Evidence.SENT)
    in_hand = handed_over or method is ContactMethod.OWN_PAGES
    at_once = in_hand and _enough(Evidence.HANDED_OVER, needed)
    by_person = method in _BY_PERSON and not in_hand
    values = {
        "id": delivery_id,
        "case_id": news.case_id,
        "party_id": to.party_id,
        "message_id": news.message_id,
        "kind": news.kind,
        "method": method.value,
        "language": to.language,
        "needed_evidence": needed.value,
        "evidence": Evidence.HANDED_OVER.value if in_hand else None,
        "needs_person": by_person,
        "reason": "by_choice" if by_person else None,
        "queue": news.queue,
        "made_at": now,
        "due_at": news.due_at,
        "check_at": None if at_once else _look_after_at(news, needed, now),
        "reached_at": now if at_once else None,
    }
    puts: list[outbox.Put] = []
    if method in _BY_MACHINE and not in_hand:
        payload: dict[str, Json] = {**news.payload, "language": to.language, "number": news.number}
        payload["to"] = to.email if method is ContactMethod.EMAIL else to.phone
        puts.append(outbox.Put(news.kind, _BY_MACHINE[method], payload, key, now, delivery_id, news.case_id))
    if method is ContactMethod.LETTER and not in_hand:
        # Printed by the worker, so that the agent finds it ready to post.
        puts.append(_print(news, to, delivery_id, key, now))
    return Planned(delivery_id, values, tuple(puts))


def write(tx: Transaction, planned: Planned) -> None:
    """Write a planned delivery; the caller puts its `puts` into the outbox."""
    tx.run(_INSERT, planned.values)


def get(tx: Transaction, delivery_id: str) -> Delivery | None:
    row = tx.row(_BY_ID, id=delivery_id)
    return None if row is None else _delivery(row)


def of_case(tx: Transaction, case_id: str) -> list[Delivery]:
    """Every delivery of a case, the oldest first."""
    return [_delivery(row) for row in tx.rows(_OF_CASE, case_id=case_id)]


def reached(tx: Transaction, delivery_id: str, evidence: Evidence, at: dt.datetime) -> bool:
    """Note evidence. Gives whether the news has now arrived as its kind needs; weaker evidence leaves it open."""
    delivery = _locked(tx, delivery_id)
    if delivery.is_settled:
        return delivery.reached_at is not None
    enough = _enough(evidence, delivery.needed_evidence)
    if delivery.evidence is None or _enough(evidence, delivery.evidence):
        tx.run(_UPDATE, {"b_id": delivery_id, "evidence": evidence.value, "reached_at": at if enough else None})
    return enough


def on_its_way(tx: Transaction, delivery_id: str, at: dt.datetime) -> None:
    """A letter has been posted that must still show that it came: nobody's work until it has had its time."""
    delivery = _locked(tx, delivery_id)
    earliest = at + _TIME_FOR_A_LETTER
    check_at = earliest if delivery.check_at is None else max(earliest, delivery.check_at)
    tx.run(_UPDATE, {"b_id": delivery_id, "needs_person": False, "agent_id": None, "check_at": check_at})


def opened(tx: Transaction, case_id: str, party_id: str, at: dt.datetime) -> int:
    """The party has opened their pages, where all news of the case can be read. Gives how many that settled.

    Whoever asked for a call or a letter gets it all the same.
    """
    found = [one for one in of_case(tx, case_id) if one.party_id == party_id and not one.is_settled]
    return sum(reached(tx, one.id, Evidence.OPENED, at) for one in found if one.reason != "by_choice")


def look_after(tx: Transaction, now: dt.datetime, *, due_at: dt.datetime, limit: int = 200) -> list[Delivery]:
    """What should have arrived by now, and has not shown it, becomes work for a person by `due_at`. Gives what did.

    What was sent and not opened at half of the person's time; what no machine has got off by its last day.
    """
    query = (
        select(deliveries)
        .where(
            text(_WAITS_FOR_EVIDENCE),
            or_(deliveries.c.check_at <= now, and_(deliveries.c.evidence.is_(None), deliveries.c.due_at <= now)),
        )
        .order_by(deliveries.c.check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [_delivery(row) for row in tx.execute(query)]
    now_work = []
    for one in found:
        reason = "undeliverable" if one.evidence is None else "unopened"
        last_day = max(one.due_at, due_at)
        tx.run(_UPDATE, {"b_id": one.id, "needs_person": True, "reason": reason, "due_at": last_day})
        now_work.append(replace(one, needs_person=True, reason=reason, due_at=last_day))
    return now_work


def undeliverable(tx: Transaction, delivery_id: str) -> bool:
    """The way asked for does not work: at once open work for a person, with the deadline it always had.

    False where it has arrived already, or need not be told any more.
    """
    delivery = _locked(tx, delivery_id)
    if not delivery.is_settled:
        tx.run(_UPDATE, {"b_id": delivery_id, "needs_person": True, "reason": "undeliverable"})
    return not delivery.is_settled


def returned(tx: Transaction, delivery_id: str) -> bool:
    """What was thought to have arrived came back, as a letter, a bounced mail or a text that nobody received.

    A person must find another way. What somebody has opened or confirmed has arrived whatever comes back; False then.
    """
    delivery = _locked(tx, delivery_id)
    seen = delivery.evidence is not None and _enough(delivery.evidence, Evidence.OPENED)
    if seen or delivery.cancelled_at is not None:
        return False
    tx.run(
        _UPDATE,
        {
            "b_id": delivery_id,
            "evidence": None,
            "reached_at": None,
            "needs_person": True,
            "reason": "undeliverable",
            "agent_id": None,
        },
    )
    return True


def attempted(tx: Transaction, delivery_id: str) -> Delivery:
    """A person has tried and not got through. It stays open; the journal says when and how."""
    delivery = _locked(tx, delivery_id)
    tx.run(_UPDATE, {"b_id": delivery_id, "attempts": delivery.attempts + 1})
    return delivery


def by_letter(tx: Transaction, delivery_id: str, news: News, to: Recipient, *, key: DataKey, now: dt.datetime) -> None:
    """Open work goes by letter instead, because nothing else gets there: the same last day, and it is printed anew."""
    delivery = _locked(tx, delivery_id)
    if not delivery.is_work:
        raise ValueError(f"{delivery_id} is nobody's work")
    tx.run(_UPDATE, {"b_id": delivery_id, "method": ContactMethod.LETTER.value})
    outbox.put_many(tx, (_print(news, to, delivery_id, key, now),))


def assign(tx: Transaction, delivery_id: str, staff_id: str) -> Delivery:
    """A colleague does it, whoever had it before."""
    _locked(tx, delivery_id)
    tx.run(_UPDATE, {"b_id": delivery_id, "agent_id": staff_id})
    return _delivery(tx.row(_BY_ID, id=delivery_id))


def take(tx: Transaction, delivery_id: str, staff_id: str) -> Delivery:
    """This agent does it. Somebody who has it already keeps it: look at `agent_id` of what is given back."""
    delivery = _locked(tx, delivery_id)
    if delivery.agent_id is None:
        tx.run(_UPDATE, {"b_id": delivery_id, "agent_id": staff_id})
        return _delivery(tx.row(_BY_ID, id=delivery_id))
    return delivery


def release(tx: Transaction, delivery_id: str) -> None:
    """Back to the list, for whoever comes first."""
    _locked(tx, delivery_id)
    tx.run(_UPDATE, {"b_id": delivery_id, "agent_id": None})


def cancel(tx: Transaction, delivery_id: str, at: dt.datetime) -> None:
    """The news no longer needs to be told, because something newer says more."""
    _locked(tx, delivery_id)
    tx.run(_UPDATE, {"b_id": delivery_id, "cancelled_at": at})


def _enough(evidence: Evidence, needed: Evidence) -> bool:
    return _STRENGTH[evidence] >= _STRENGTH[needed]


def _look_after_at(news: News, needed: Evidence, now: dt.datetime) -> dt.datetime:
    """What need only be sent is looked after on its last day; what must be opened, at half of the person's time."""
    if needed is Evidence.SENT:
        return news.due_at
    return now + ((news.answer_by or now + _TIME_TO_OPEN) - now) / 2


def _possible(to: Recipient) -> ContactMethod:
    """The way asked for, where there is what it needs; else the next one that there is something for."""
    detail: Mapping[ContactMethod, object] = {
        ContactMethod.EMAIL: to.email,
        ContactMethod.PHONE: to.phone,
        ContactMethod.SMS: to.phone,
        ContactMethod.LETTER: to.address,
    }
    if to.method is ContactMethod.OWN_PAGES or detail[to.method]:
        return to.method
    ways = (ContactMethod.EMAIL, ContactMethod.PHONE, ContactMethod.LETTER)  # nobody gets a text who wanted none
    return next((way for way in ways if detail[way]), ContactMethod.OWN_PAGES)


def _print(news: News, to: Recipient, delivery_id: str, key: DataKey, now: dt.datetime) -> outbox.Put:
    kind = "letter" if news.letter is not None else news.kind
    return outbox.Put(kind, outbox.DOCUMENT, _letter(news, to), key, now, delivery_id, news.case_id)


def _letter(news: News, to: Recipient) -> Json:
    letter = news.letter
    if letter is None:
        return {**news.payload, "address": dict(to.address)}
    return {
        "number": news.number,
        "language": to.language,
        "name": to.name,
        "address": dict(to.address),
        "date": letter.date.isoformat(),
        "subject": letter.subject,
        "body": list(letter.body),
        "unit": letter.unit,
        "code": letter.code or None,
    }


def _locked(tx: Transaction, delivery_id: str) -> Delivery:
    row = tx.row(_LOCK, id=delivery_id)
    if row is None:
        raise UnknownDelivery(delivery_id)
    return _delivery(row)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        case_id=row.case_id,
        party_id=row.party_id,
        message_id=row.message_id,
        kind=row.kind,
        method=ContactMethod(row.method),
        language=row.language,
        needed_evidence=Evidence(row.needed_evidence),
        evidence=Evidence(row.evidence) if row.evidence else None,
        needs_person=row.needs_person,
        reason=row.reason,
        queue=row.queue,
        agent_id=row.agent_id,
        attempts=row.attempts,
        made_at=row.made_at,
        due_at=row.due_at,
        check_at=row.check_at,
        reached_at=row.reached_at,
        cancelled_at=row.cancelled_at,
    )
