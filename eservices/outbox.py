"""What must leave the house: written in the transaction that caused it, sent by the worker after the commit.

Work is found by what is not acknowledged and due, never by a remembered failure. A row is lent to one worker for a
short while; a worker that dies gives it back by the clock alone. The row's id is the Message-ID and the webhook id, and
the body is frozen when it is first made, so that a receiver who gets it twice sees that it is the same. A row is done
only after the receiver's yes. One that cannot be brought becomes work for a person and is never dropped.
"""

import datetime as dt
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from eservices.storage import claims
from eservices.storage.columns import Id, Sealed, UtcTime
from eservices.storage.database import Transaction, metadata
from eservices.storage.keys import open_key
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey, Unreadable
from eservices.values import Json, new_id

logger = logging.getLogger(__name__)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("target", String(80), nullable=False, comment="the way out: email, sms, document, webhook:<name>"),
    Column("delivery_id", Id, ForeignKey("deliveries.id"), index=True),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="the payload"),
    Column("frozen", Sealed, comment="the body as first rendered"),
    Column("put_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("claimed_by", String(80)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("acknowledged_at", UtcTime, comment="the receiver's yes"),
    Column("needs_person_at", UtcTime, comment="given up after a week, or refused for good"),
    Index("ix_outbox_due", "acknowledged_at", "needs_person_at", "due_at"),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", Id, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("detail", String(300), nullable=False, comment="the receiver's words, without personal data"),
)

#: The ways out.
EMAIL = "email"
SMS = "sms"
DOCUMENT = "document"

#: A system of somebody's that is told of cases is a way out of its own: `webhook:` and its name.
WEBHOOK = "webhook:"

#: How long a row is lent. Longer than any conversation may take, short enough that a dead worker delays nobody much.
LEASE = dt.timedelta(minutes=2)

#: One long pause once delayed mail by hours without any fault, so tries are flat and frequent while it matters most.
FIRST_TRIES = (dt.timedelta(minutes=1), dt.timedelta(minutes=5))
THE_FIRST_DAY = dt.timedelta(minutes=5)
AFTER_THE_FIRST_DAY = dt.timedelta(hours=1)
GIVE_UP_AFTER = dt.timedelta(days=7)

#: Tried more often than this, and still here: by the times above it should have gone ten minutes ago.
_IN_VAIN = 3

#: A row whose attempts end without any outcome, this often in a row, takes its workers down with it.
CUT_OFF = 12

_ADDRESS = re.compile(r"\S*@\S*")
_LONG_NUMBER = re.compile(r"\d[\d \-+]{4,}\d")
_NOT_A_WORD = re.compile(r"[\x00-\x1f\x7f\s]+")


@dataclass(frozen=True, slots=True)
class Put:
    """One thing to send: what it is (`kind`, as the delivery calls it) and the way out it takes (`target`)."""

    kind: str
    target: str
    payload: Json
    key: DataKey
    at: dt.datetime
    delivery_id: str | None = None
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is lent to one worker until `claimed_until`. `body` is what an earlier attempt has frozen."""

    id: str
    kind: str
    target: str
    payload: Any
    body: bytes | None
    delivery_id: str | None
    case_id: str | None
    key: DataKey
    put_at: dt.datetime
    attempts: int
    attempt_id: str
    claimed_until: dt.datetime
    cut_off: bool  #: the last `CUT_OFF` attempts all ended without an outcome


@dataclass(frozen=True, slots=True)
class Again:
    """The row will be tried again then."""

    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    at: dt.datetime
    outcome: str  #: begun (or cut off), sent, failed, refused; replayed: asked for once more
    detail: str


@dataclass(frozen=True, slots=True)
class Sending:
    """How it stands with one row, for staff. Neither address nor content."""

    id: str
    kind: str
    target: str
    put_at: dt.datetime
    due_at: dt.datetime
    attempts: int
    acknowledged_at: dt.datetime | None
    needs_person_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What no machine got off: since when, and the receiver's last words."""

    id: str
    kind: str
    target: str
    since: dt.datetime
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The outbox as a whole.

    `overdue` should have gone ten minutes ago: nobody has tried it, which points at a worker that stands still, or it
    has been tried in vain again and again, which points at a receiver that does not answer.
    """

    waiting: int
    overdue: int
    needs_person: int


_PUT = Prepared(insert(outbox))
_ATTEMPT = Prepared(insert(outbox_attempts))
_ENDED = Prepared(update(outbox_attempts).where(outbox_attempts.c.id == bindparam("b_id")))
_FROZEN = Prepared(select(outbox.c.frozen).where(outbox.c.id == bindparam("row_id")))
_HOLDER = Prepared(
    select(outbox.c.attempts, outbox.c.claimed_until, outbox.c.acknowledged_at).where(
        outbox.c.id == bindparam("row_id")
    )
)
_FREEZE = Prepared(update(outbox).where(outbox.c.id == bindparam("b_id"), outbox.c.frozen.is_(None)))
_IF_OPEN = Prepared(update(outbox).where(outbox.c.id == bindparam("b_id"), outbox.c.acknowledged_at.is_(None)))
_REOPEN = Prepared(update(outbox).where(outbox.c.id == bindparam("b_id")))
_SETTLE = Prepared(
    update(outbox).where(
        outbox.c.id == bindparam("b_id"),
        outbox.c.attempts == bindparam("b_attempts"),
        outbox.c.acknowledged_at.is_(None),
    )
)
_LAST_REPLAY = (
    select(func.max(outbox_attempts.c.id))
    .where(outbox_attempts.c.outbox_id == bindparam("row_id"), outbox_attempts.c.outcome == "replayed")
    .scalar_subquery()
)
_FIRST_TRY = Prepared(
    select(func.min(outbox_attempts.c.at)).where(
        outbox_attempts.c.outbox_id == bindparam("row_id"),
        outbox_attempts.c.id > func.coalesce(_LAST_REPLAY, ""),  # ids grow with time
    )
)
_ATTEMPTS = Prepared(
    select(outbox_attempts.c.at, outbox_attempts.c.outcome, outbox_attempts.c.detail)
    .where(outbox_attempts.c.outbox_id == bindparam("row_id"))
    .order_by(outbox_attempts.c.at, outbox_attempts.c.id)
)
_LAST_OUTCOMES = Prepared(
    select(outbox_attempts.c.outcome)
    .where(outbox_attempts.c.outbox_id == bindparam("row_id"))
    .order_by(outbox_attempts.c.id.desc())
    .limit(CUT_OFF)
)
_SENDING = (
    outbox.c.id,
    outbox.c.kind,
    outbox.c.target,
    outbox.c.put_at,
    outbox.c.due_at,
    outbox.c.attempts,
    outbox.c.acknowledged_at,
    outbox.c.needs_person_at,
)
_DELIVERY_OF = Prepared(select(outbox.c.delivery_id).where(outbox.c.id == bindparam("row_id")))
_OF_CASE = Prepared(select(*_SENDING).where(outbox.c.case_id == bindparam("case_id")).order_by(outbox.c.id))


def put(
    tx: Transaction,
    *,
    kind: str,
    target: str,
    payload: Json,
    key: DataKey,
    at: dt.datetime,
    delivery_id: str | None = None,
    case_id: str | None = None,
) -> str:
    """Leave one thing to be sent after the commit; its id is what every receiver will know it by."""
    return put_many(tx, [Put(kind, target, payload, key, at, delivery_id, case_id)])[0]


def put_many(tx: Transaction, things: Sequence[Put]) -> list[str]:
    """Leave several things to be sent, in one statement; ids in the same order."""
    ids = [new_id() for _ in things]
    rows = [
        {
            "id": row_id,
            "kind": thing.kind,
            "target": thing.target,
            "delivery_id": thing.delivery_id,
            "case_id": thing.case_id,
            "key_id": thing.key.id,
            "sealed": thing.key.seal(thing.payload, place=f"outbox.sealed:{row_id}"),
            "put_at": thing.at,
            "due_at": thing.at,
        }
        for row_id, thing in zip(ids, things, strict=True)
    ]
    tx.run(_PUT, rows[0] if len(rows) == 1 else rows)
    return ids


@dataclass(frozen=True, slots=True)
class Ways:
    """Some of the ways out: those named, or (`others`) all but those named."""

    names: tuple[str, ...] = ()
    others: bool = False

    def condition(self) -> ColumnElement[bool]:
        return outbox.c.target.not_in(self.names) if self.others else outbox.c.target.in_(self.names)


EVERY_WAY = Ways(others=True)


def is_due(tx: Transaction, now: dt.datetime, ways: Ways = EVERY_WAY) -> bool:
    """Whether there is anything to claim; only looks, so that an idle worker never holds the write lock."""
    return tx.execute(select(outbox.c.id).where(_ready(now, ways)).limit(1)).first() is not None


def _ready(now: dt.datetime, ways: Ways) -> ColumnElement[bool]:
    # What nobody has tried yet is due whatever the clock says; and no try or lease lies further ahead than these, so
    # one that does was noted by a clock that has jumped back since.
    due = or_(outbox.c.due_at <= now, outbox.c.attempts == 0, outbox.c.due_at > now + 2 * AFTER_THE_FIRST_DAY)
    lent = and_(outbox.c.claimed_until > now, outbox.c.claimed_until <= now + 2 * LEASE)
    return and_(
        outbox.c.acknowledged_at.is_(None),
        outbox.c.needs_person_at.is_(None),
        due,
        outbox.c.claimed_until.is_(None) | not_(lent),
        ways.condition(),
    )


def claim(tx: Transaction, now: dt.datetime, who: str, limit: int = 1, ways: Ways = EVERY_WAY) -> list[Row]:
    """Borrow what is due, longest due first, for `LEASE`. Two workers never hold the same row at the same time.

    The attempt is noted here, before anything is tried, so that a worker that dies leaves a trace of it. A row whose
    key is gone can be read by nobody: it is given to a person at once and not returned.
    """
    until = now + LEASE
    mark = {"claimed_until": until, "claimed_by": who[:80], "attempts": outbox.c.attempts + 1}
    order = (outbox.c.due_at, outbox.c.id)
    found = claims.claim(tx, outbox, ready=_ready(now, ways), order=order, limit=limit, mark=mark)
    return [row for row in (_opened(tx, row, now, until) for row in found) if row is not None]


def _opened(tx: Transaction, found: Any, now: dt.datetime, until: dt.datetime) -> Row | None:
    try:
        key = open_key(tx, found.key_id)
        payload = key.unseal(bytes(found.sealed), place=f"outbox.sealed:{found.id}")
        body = key.unseal_bytes(bytes(found.frozen), place=f"outbox.frozen:{found.id}") if found.frozen else None
    except Unreadable:
        logger.exception("outbox row %s cannot be read", found.id)
        _note(tx, found.id, now, "refused", "the key is gone")
        tx.run(_IF_OPEN, {"b_id": found.id, "needs_person_at": now, "claimed_until": None})
        return None
    cut_off = found.claimed_until is not None and _was_cut_off(tx, found.id)
    return Row(
        id=found.id,
        kind=found.kind,
        target=found.target,
        payload=payload,
        body=body,
        delivery_id=found.delivery_id,
        case_id=found.case_id,
        key=key,
        put_at=found.put_at,
        attempts=found.attempts + 1,
        attempt_id=_note(tx, found.id, now, "begun"),
        claimed_until=until,
        cut_off=cut_off,
    )


def _was_cut_off(tx: Transaction, row_id: str) -> bool:
    last = [row.outcome for row in tx.rows(_LAST_OUTCOMES, row_id=row_id)]
    return len(last) == CUT_OFF and set(last) == {"begun"}


def freeze(tx: Transaction, row: Row, body: bytes) -> bytes:
    """Fix what the receiver gets. The first body wins, whatever is rendered later; returns the one that holds."""
    sealed = row.key.seal_bytes(body, place=f"outbox.frozen:{row.id}")
    if tx.run(_FREEZE, {"b_id": row.id, "frozen": sealed}):
        return body
    return row.key.unseal_bytes(bytes(tx.value(_FROZEN, row_id=row.id)), place=f"outbox.frozen:{row.id}")


def is_held(tx: Transaction, row: Row, now: dt.datetime) -> bool:
    """Whether the row is still lent to whoever claimed it so: asked before something goes that cannot be called back.

    A worker that was frozen wakes up in the middle of its work, when another has done it long ago.
    """
    found = tx.row(_HOLDER, row_id=row.id)
    return (
        found is not None
        and found.acknowledged_at is None
        and found.attempts == row.attempts
        and found.claimed_until is not None
        and found.claimed_until > now
    )


def acknowledge(tx: Transaction, row: Row, at: dt.datetime, detail: str = "") -> bool:
    """The receiver has said yes: the row is done, even if its lease ran out meanwhile. False if it was done already."""
    _end(tx, row, "sent", detail)
    values = {"acknowledged_at": at, "needs_person_at": None, "claimed_until": None}
    return tx.run(_IF_OPEN, {"b_id": row.id, **values}) > 0


def fail(tx: Transaction, row: Row, at: dt.datetime, detail: str) -> Again | None:
    """It did not go this time. Returns when it is tried again, or None once a week of trying is over.

    With None the row needs a person: tell whoever owns the delivery, in the same transaction. A worker whose lease ran
    out has no say any more: its attempt is noted, and the row stays with whoever holds it now.
    """
    _end(tx, row, "failed", detail)
    due_at = next_try(row.attempts, first_at=tx.value(_FIRST_TRY, row_id=row.id), now=at)
    outcome = {"needs_person_at": at} if due_at is None else {"due_at": due_at}
    settled = tx.run(_SETTLE, {"b_id": row.id, "b_attempts": row.attempts, "claimed_until": None, **outcome})
    if due_at is None and settled:
        return None
    return Again(due_at or row.claimed_until)


def refuse(tx: Transaction, row: Row, at: dt.datetime, detail: str) -> bool:
    """The receiver will never take it, so trying again helps nobody: a person is needed now.

    False when the lease ran out and another worker holds the row: then there is nothing to tell anybody yet.
    """
    _end(tx, row, "refused", detail)
    values = {"needs_person_at": at, "claimed_until": None}
    return tx.run(_SETTLE, {"b_id": row.id, "b_attempts": row.attempts, **values}) > 0


def next_try(attempts: int, *, first_at: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """When to try again after this many attempts, with jitter so that a thousand rows do not knock together.

    None when a week has passed since the first attempt: a worker that stood still for a week does not count as trying.
    """
    age = now - first_at
    if age >= GIVE_UP_AFTER:
        return None
    if attempts <= len(FIRST_TRIES):
        pause = FIRST_TRIES[attempts - 1]
    else:
        pause = THE_FIRST_DAY if age < dt.timedelta(days=1) else AFTER_THE_FIRST_DAY
    return now + pause * SystemRandom().uniform(0.85, 1.15)


def try_again(tx: Transaction, row_id: str, now: dt.datetime) -> bool:
    """Staff's "try now": acts on anything not acknowledged, also on what was given up. False when it has arrived."""
    return tx.run(_IF_OPEN, {"b_id": row_id, "due_at": now, "needs_person_at": None}) > 0


def webhook(name: str) -> str:
    """The way out to a system, by the name that definitions call it by."""
    return f"{WEBHOOK}{name}"


def replay(tx: Transaction, target: str, since: dt.datetime, now: dt.datetime) -> int:
    """Send once more all that one system has been told, or was to be told, from a moment on; how many things.

    Each goes with the id and the body it had, so that a receiver who still has it does nothing. What waits already
    is left in its place. Only for systems: nobody's mail is ever sent to them twice.
    """
    if not target.startswith(WEBHOOK):
        raise ValueError("only what systems are told is sent once more")
    over = or_(outbox.c.acknowledged_at.is_not(None), outbox.c.needs_person_at.is_not(None))
    rows = tx.execute(
        select(outbox.c.id).where(outbox.c.target == target, outbox.c.put_at >= since, over).order_by(outbox.c.id)
    )
    for (row_id,) in (found := rows.all()):
        _note(tx, row_id, now, "replayed")
        again = {"acknowledged_at": None, "needs_person_at": None, "claimed_until": None, "due_at": now}
        tx.run(_REOPEN, {"b_id": row_id, **again})
    return len(found)


def attempts_of(tx: Transaction, row_id: str) -> list[Attempt]:
    """Every attempt, the first one first."""
    return [Attempt(row.at, row.outcome, row.detail) for row in tx.rows(_ATTEMPTS, row_id=row_id)]


def of_case(tx: Transaction, case_id: str) -> list[Sending]:
    """What has left the house, or is to leave it, for one case."""
    return [Sending(*row) for row in tx.rows(_OF_CASE, case_id=case_id)]


def delivery_of(tx: Transaction, row_id: str) -> str | None:
    """The delivery that a row was sent for, by the id its receiver knows it by."""
    row = tx.row(_DELIVERY_OF, row_id=row_id)
    return None if row is None else row.delivery_id


def standing(tx: Transaction, now: dt.datetime) -> Standing:
    """How it stands with everything, for whoever watches the house."""
    open_rows = outbox.c.acknowledged_at.is_(None) & outbox.c.needs_person_at.is_(None)
    late = now - dt.timedelta(minutes=10)
    waiting = tx.execute(select(func.count()).where(open_rows)).scalar_one()
    # Each failure moves `due_at` on. What has no body yet was held back by us: so many go to one receiver in a day.
    offered = outbox.c.frozen.is_not(None) | (outbox.c.target == DOCUMENT)
    in_vain = and_(outbox.c.attempts > _IN_VAIN, outbox.c.put_at < late, offered)
    overdue = tx.execute(select(func.count()).where(open_rows, or_(outbox.c.due_at < late, in_vain))).scalar_one()
    given_up = outbox.c.acknowledged_at.is_(None) & outbox.c.needs_person_at.is_not(None)
    return Standing(waiting, overdue, tx.execute(select(func.count()).where(given_up)).scalar_one())


def given_up(tx: Transaction, most: int = 1_000) -> list[GivenUp]:
    """What was given up and has not arrived, the oldest first."""
    last = (
        select(outbox_attempts.c.detail)
        .where(outbox_attempts.c.outbox_id == outbox.c.id)
        .order_by(outbox_attempts.c.at.desc(), outbox_attempts.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = tx.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.target, outbox.c.needs_person_at, last.label("why"))
        .where(outbox.c.acknowledged_at.is_(None), outbox.c.needs_person_at.is_not(None))
        .order_by(outbox.c.needs_person_at, outbox.c.id)
        .limit(most)
    )
    return [GivenUp(row.id, row.kind, row.target, row.needs_person_at, row.why or "") for row in rows]


def _note(tx: Transaction, row_id: str, at: dt.datetime, outcome: str, detail: str = "") -> str:
    attempt_id = new_id()
    tx.run(_ATTEMPT, {"id": attempt_id, "outbox_id": row_id, "at": at, "outcome": outcome, "detail": detail})
    return attempt_id


def _end(tx: Transaction, row: Row, outcome: str, detail: str) -> None:
    tx.run(_ENDED, {"b_id": row.attempt_id, "outcome": outcome, "detail": impersonal(detail)})


def impersonal(text: str) -> str:
    """A receiver's words on one line, without addresses and long numbers: attempts are kept in the clear."""
    text = _NOT_A_WORD.sub(" ", text)
    return _LONG_NUMBER.sub("…", _ADDRESS.sub("…", text)).strip()[:300]
