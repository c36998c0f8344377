"""What the contact centre has to do, what has come in, and finding a case.

Work is one list: the contact centre's own open items and the open deliveries that need a person, by due time whatever
the channel. What nobody needs to do anything about is not in it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_

from eservices.cases import queue as case_queue
from eservices.cases import store as case_store
from eservices.cases.index_keys import IndexKey, digits_of, phone_form
from eservices.cases.model import Public
from eservices.cases.queue import QueueRow, cursor, read_cursor
from eservices.cases.tables import cases, parties
from eservices.contact_centre.items import IS_WORK, Need
from eservices.contact_centre.tables import calls, contact_items
from eservices.deliveries import deliveries
from eservices.identity.tables import staff
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.submissions import codes
from eservices.values import Channel, ContactMethod


class WorkKind(StrEnum):
    ITEM = "item"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One thing that needs a person. `need` says what: an item's need, or the kind of news to bring.

    `name` is empty where the contact centre may not know whom it concerns.
    """

    kind: WorkKind
    id: str
    need: str
    reason: str | None
    method: str | None  #: how the news is to be brought, or the person of an item is reached; None where nobody knows
    attempts: int
    number: str | None
    case_id: str | None
    service: str | None
    title: str
    channel: Channel | None
    language: str
    name: str
    view: str | None
    due_at: dt.datetime
    agent_id: str | None
    agent_name: str | None


@dataclass(frozen=True, slots=True)
class WorkPage:
    rows: tuple[WorkRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What has come in, the newest first; most of it needs nobody."""

    rows: tuple[QueueRow, ...]
    next: str | None


_DELIVERY_IS_WORK = (
    deliveries.c.needs_person,
    deliveries.c.reached_at.is_(None),
    deliveries.c.cancelled_at.is_(None),
)
#: In place of an agent: whatever anybody has taken.
TAKEN = "*"

#: Whose existence a name must not give away.
_BY_REFERENCE = "by_reference_only"

_CASE_COLUMNS = (
    cases.c.number,
    cases.c.title,
    cases.c.contact_view,
    cases.c.protected,
    cases.c.id.label("the_case_id"),
    cases.c.sealed.label("case_sealed"),
    cases.c.key_id.label("case_key_id"),
    staff.c.name.label("agent_name"),
    *stored_keys.WRAPPED,
)
_ITEMS = (
    select(contact_items, cases.c.language.label("language"), *_CASE_COLUMNS)
    .select_from(contact_items)
    .join(cases, cases.c.id == contact_items.c.case_id, isouter=True)
    .join(data_keys, data_keys.c.id == cases.c.key_id, isouter=True)
    .join(staff, staff.c.id == contact_items.c.agent_id, isouter=True)
    .where(*IS_WORK)
)
_DELIVERIES = (
    select(deliveries, cases.c.service, cases.c.channel, parties.c.sealed.label("party_sealed"), *_CASE_COLUMNS)
    .select_from(deliveries)
    .join(cases, cases.c.id == deliveries.c.case_id)
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .join(parties, parties.c.id == deliveries.c.party_id, isouter=True)
    .join(staff, staff.c.id == deliveries.c.agent_id, isouter=True)
    .where(*_DELIVERY_IS_WORK)
)


def work(
    tx: Transaction,
    *,
    now: dt.datetime,
    queues: Sequence[str] | None = None,
    mine: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> WorkPage:
    """What needs a person now, by due time. Parked items come back in time.

    `mine`: only what this agent has taken; with `TAKEN`, what anybody has.
    """
    seen = read_cursor(after)
    rows = [
        *_work_items(tx, now=now, queues=queues, mine=mine, seen=seen, limit=limit + 1),
        *_work_deliveries(tx, queues=queues, mine=mine, seen=seen, limit=limit + 1),
    ]
    rows.sort(key=attrgetter("due_at", "id"))
    more = len(rows) > limit
    return WorkPage(tuple(rows[:limit]), cursor(rows[limit - 1].due_at, rows[limit - 1].id) if more else None)


def letters_to_post(tx: Transaction, *, limit: int = 50) -> list[WorkRow]:
    """The letters that somebody has to post, by due time; not a protected person's, which the unit sends itself."""
    return _delivery_rows(
        tx, _DELIVERIES.where(deliveries.c.method == ContactMethod.LETTER.value, cases.c.protected.is_(False)), limit
    )


def count_work(
    tx: Transaction, *, now: dt.datetime, queues: Sequence[str] | None = None, mine: str | None = None
) -> int:
    """How much there is to do, counted up to `case_queue.COUNTED`."""
    found = 0
    for query in (
        select(contact_items.c.id).where(*IS_WORK, *_items_wanted(now, queues, mine)),
        select(deliveries.c.id).where(*_DELIVERY_IS_WORK, *_deliveries_wanted(queues, mine)),
    ):
        found += tx.execute(select(func.count()).select_from(query.limit(case_queue.COUNTED).subquery())).scalar_one()
    return min(found, case_queue.COUNTED)


def settled_since(tx: Transaction, moment: dt.datetime) -> dict[str, int]:
    """How many calls, visits and things settled at once have ended since then, by what came of them."""
    counted: dict[str, int] = {}
    for table, ended, own in (
        (calls, calls.c.ended_at, calls.c.practice.is_(False)),
        (contact_items, contact_items.c.done_at, contact_items.c.kind == "quick"),
    ):
        query: Select[Any] = (
            select(table.c.resolution, func.count().label("times"))
            .where(ended >= moment, own)
            .group_by(table.c.resolution)
        )
        for row in tx.execute(query):
            counted[row.resolution] = counted.get(row.resolution, 0) + row.times
    return counted


def incoming(tx: Transaction, *, after: str | None = None, limit: int = 50) -> Incoming:
    """What has come in, the newest first."""
    arrived = contact_items.c.created_at.label("arrived_at")
    item = contact_items.c.id.label("item_id")
    query = (
        case_queue.base_query()
        .add_columns(arrived, item)
        .join(contact_items, contact_items.c.case_id == cases.c.id)
        .where(contact_items.c.kind == "submitted")
        .order_by(contact_items.c.created_at.desc(), contact_items.c.id.desc())
        .limit(limit + 1)
    )
    seen = read_cursor(after)
    if seen is not None:
        query = query.where(tuple_(contact_items.c.created_at, contact_items.c.id) < tuple_(*seen))
    found = tx.execute(query).all()
    rows = tuple(as_agents_see(case_queue.row_of(tx, row)) for row in found[:limit])
    more = len(found) > limit
    return Incoming(rows, cursor(found[limit - 1].arrived_at, found[limit - 1].item_id) if more else None)


def find(tx: Transaction, text: str, *, limit: int = 50) -> list[QueueRow]:
    """The cases that somebody may mean, of all units, as far as the contact centre may know of them.

    A case whose very existence is secret is found by its exact number only, under a neutral title.
    """
    number = codes.read_case_number(text)
    found = case_queue.find(tx, text, limit=limit)
    # By its own number only: a phone number may read as somebody's case number.
    return [as_agents_see(row) for row in found if row.number == number or _may_be_found(row)]


def cases_of_number(tx: Transaction, phone: str, *, limit: int = 20) -> list[QueueRow]:
    """The cases of whoever has this phone number. Only for callers whose identity basis has been recorded."""
    return _of_key(tx, IndexKey("phone", phone_form(phone)), limit)


def cases_of_person(tx: Transaction, personal_number: str, *, limit: int = 20) -> list[QueueRow]:
    """The cases of whoever has this personal number (twelve digits)."""
    return _of_key(tx, IndexKey("personal_number", digits_of(personal_number)), limit)


def as_agents_see(row: QueueRow) -> QueueRow:
    """The row without what the contact centre may not know: whom it concerns, and what about."""
    if row.contact_view == _BY_REFERENCE:
        return replace(row, title="", name="", service="", unit="", missing=0, public_status=Public.IN_PROGRESS)
    if row.contact_view == "existence_only" or row.protected:
        return replace(row, name="")
    return row


def _may_be_found(row: QueueRow) -> bool:
    return row.contact_view != _BY_REFERENCE and not row.protected


def _of_key(tx: Transaction, key: IndexKey, limit: int) -> list[QueueRow]:
    return [as_agents_see(row) for row in case_queue.found_by(tx, [key], limit=limit) if _may_be_found(row)]


def _items_wanted(now: dt.datetime, queues: Sequence[str] | None, mine: str | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        or_(contact_items.c.parked_until.is_(None), contact_items.c.parked_until <= now)
    ]
    if queues is not None:
        wanted.append(contact_items.c.queue.in_(queues))
    if mine is not None:
        wanted.append(contact_items.c.agent_id.is_not(None) if mine == TAKEN else contact_items.c.agent_id == mine)
    return wanted


def _deliveries_wanted(queues: Sequence[str] | None, mine: str | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if queues is not None:
        wanted.append(deliveries.c.queue.in_(queues))
    if mine is not None:
        wanted.append(deliveries.c.agent_id.is_not(None) if mine == TAKEN else deliveries.c.agent_id == mine)
    return wanted


def _work_items(
    tx: Transaction,
    *,
    now: dt.datetime,
    queues: Sequence[str] | None,
    mine: str | None,
    seen: tuple[dt.datetime, str] | None,
    limit: int,
) -> list[WorkRow]:
    query: Select[Any] = _ITEMS.where(*_items_wanted(now, queues, mine))
    if seen is not None:
        query = query.where(tuple_(contact_items.c.due_at, contact_items.c.id) > tuple_(*seen))
    found = tx.execute(query.order_by(contact_items.c.due_at, contact_items.c.id).limit(limit)).all()
    reached = case_store.methods_of(tx, {row.case_id for row in found if row.case_id})
    return [
        WorkRow(
            kind=WorkKind.ITEM,
            id=row.id,
            need=row.need,
            reason=row.kind,
            method=ContactMethod.PHONE if row.need == Need.CALL_BACK else reached.get(row.case_id),
            attempts=0,
            number=row.number,
            case_id=row.case_id,
            service=row.service,
            title=_title(row),
            channel=Channel(row.channel),
            language=row.language or "sv",
            name=_name(tx, row),
            view=row.contact_view,
            due_at=row.due_at,
            agent_id=row.agent_id,
            agent_name=row.agent_name,
        )
        for row in found
    ]


def _work_deliveries(
    tx: Transaction,
    *,
    queues: Sequence[str] | None,
    mine: str | None,
    seen: tuple[dt.datetime, str] | None,
    limit: int,
) -> list[WorkRow]:
    query: Select[Any] = _DELIVERIES.where(*_deliveries_wanted(queues, mine))
    if seen is not None:
        query = query.where(tuple_(deliveries.c.due_at, deliveries.c.id) > tuple_(*seen))
    return _delivery_rows(tx, query, limit)


def _delivery_rows(tx: Transaction, query: Select[Any], limit: int) -> list[WorkRow]:
    query = query.order_by(deliveries.c.due_at, deliveries.c.id).limit(limit)
    return [
        WorkRow(
            kind=WorkKind.DELIVERY,
            id=row.id,
            need=row.kind,
            reason=row.reason,
            method=row.method,
            attempts=row.attempts,
            number=row.number,
            case_id=row.case_id,
            service=row.service,
            title=_title(row),
            channel=Channel(row.channel),
            language=row.language,
            name=_to_whom(tx, row),
            view=row.contact_view,
            due_at=row.due_at,
            agent_id=row.agent_id,
            agent_name=row.agent_name,
        )
        for row in tx.execute(query)
    ]


def _title(row: Any) -> str:
    return "" if row.contact_view == _BY_REFERENCE else row.title or ""


def _to_whom(tx: Transaction, row: Any) -> str:
    """News must be brought to somebody: whoever brings it has to know whom, be it the one who applies or another. A
    protected person's is the unit's."""
    if row.protected:
        return ""
    key = stored_keys.opened(tx, row.case_key_id, row.ring_id, row.wrapped)
    if row.party_sealed is not None:
        party: str = case_store.opened_party(key, row.party_id, row.party_sealed)["name"]
        return party
    name: str = key.unseal(row.case_sealed, place=case_store.place_of(row.the_case_id))["name"]
    return name


def _name(tx: Transaction, row: Any) -> str:
    if row.the_case_id is None or row.protected or row.contact_view not in {"full", "summary"}:
        return ""
    key = stored_keys.opened(tx, row.case_key_id, row.ring_id, row.wrapped)
    name: str = key.unseal(row.case_sealed, place=case_store.place_of(row.the_case_id))["name"]
    return name
