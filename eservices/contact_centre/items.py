"""Items: the contact centre's own work. Exactly one for each submission, others for whatever needs a person.

An item is quiet until something needs a person: it can be seen and searched for, and is nobody's task.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, text, update

from eservices import journal
from eservices.cases.tables import cases
from eservices.contact_centre.tables import contact_items
from eservices.identity.people import Actor, ActorKind
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys, destroy_key, make_key
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.values import Channel, Json, new_id


class ItemKind(StrEnum):
    SUBMITTED = "submitted"
    CALLBACK = "callback"
    HELP = "help"
    QUESTION = "question"
    LEFT_DRAFT = "left_draft"  #: a draft that an agent took down and nobody finished
    QUICK = "quick"  #: answered at once, so that this work is counted too


class Need(StrEnum):
    """What a person must do."""

    ASK_MISSING = "ask_missing"
    CALL_BACK = "call_back"
    ANSWER = "answer"
    HELP = "help"
    FINISH_DRAFT = "finish_draft"
    SEND_CODE = "send_code"  #: a code to go on alone with has not arrived


class ItemState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    kind: ItemKind
    case_id: str | None
    submission_id: str | None
    draft_id: str | None
    service: str | None
    queue: str
    channel: Channel
    quiet: bool
    state: ItemState
    need: Need | None
    due_at: dt.datetime | None
    parked_until: dt.datetime | None
    agent_id: str | None
    resolution: str | None
    content: Mapping[str, Any]
    created_at: dt.datetime
    done_at: dt.datetime | None
    row_version: int


#: What is somebody's task: the words of the partial index.
IS_WORK = (~contact_items.c.quiet, contact_items.c.state != ItemState.DONE.value)


class Changed(Exception):
    """Somebody else has taken or finished it meanwhile."""

    def __init__(self, item: Item):
        super().__init__(item.id)
        self.item = item


class UnknownItem(Exception):
    """There is no item with this id."""


_INSERT = Prepared(insert(contact_items))
_UPDATE = Prepared(update(contact_items).where(contact_items.c.id == bindparam("b_id")))
_OF_LEFT_DRAFT = (contact_items.c.draft_id == bindparam("b_draft_id"), contact_items.c.state != ItemState.DONE.value)
_SETTLE_DRAFT = Prepared(update(contact_items).where(*_OF_LEFT_DRAFT))
_LEFT = Prepared(
    select(contact_items.c.id)
    .where(contact_items.c.draft_id == bindparam("draft_id"), contact_items.c.state != ItemState.DONE.value)
    .limit(1)
)
_FOUND = select(contact_items, *stored_keys.WRAPPED).join(
    data_keys, data_keys.c.id == contact_items.c.key_id, isouter=True
)
_BY_ID = Prepared(_FOUND.where(contact_items.c.id == bindparam("id")))
#: What was settled at once and still says what it was about: the words of the partial index.
_NOTED = "kind = 'quick' AND sealed IS NOT NULL"
_LOCK = Prepared(_FOUND.where(contact_items.c.id == bindparam("id")).with_for_update(of=contact_items))


def add_submitted(
    tx: Transaction,
    *,
    case_id: str,
    submission_id: str,
    service: str,
    queue: str,
    channel: Channel,
    now: dt.datetime,
    need: Need | None = None,
    due_at: dt.datetime | None = None,
) -> str:
    """The one item of a submission: quiet, unless `need` says what a person must do and `due_at` by when."""
    item_id = new_id()
    tx.run(
        _INSERT,
        {
            "id": item_id,
            "kind": ItemKind.SUBMITTED.value,
            "case_id": case_id,
            "submission_id": submission_id,
            "service": service,
            "queue": queue,
            "channel": channel.value,
            "quiet": need is None,
            "state": ItemState.OPEN.value,
            "need": need.value if need else None,
            "due_at": due_at,
            "created_at": now,
        },
    )
    return item_id


def add_task(
    tx: Transaction,
    *,
    kind: ItemKind,
    need: Need,
    queue: str,
    channel: Channel,
    due_at: dt.datetime,
    now: dt.datetime,
    content: Mapping[str, Json],
    service: str | None = None,
    case_id: str | None = None,
    draft_id: str | None = None,
    key: DataKey | None = None,
    agent_id: str | None = None,
    parked_until: dt.datetime | None = None,
) -> str:
    """Something a person must do. `key` is the case's; without a case the item has a key of its own."""
    item_id = new_id()
    key = key or make_key(tx, now)
    tx.run(
        _INSERT,
        {
            "id": item_id,
            "kind": kind.value,
            "case_id": case_id,
            "draft_id": draft_id,
            "service": service,
            "queue": queue,
            "channel": channel.value,
            "quiet": False,
            "state": ItemState.OPEN.value,
            "need": need.value,
            "due_at": due_at,
            "parked_until": parked_until,
            "agent_id": agent_id,
            "key_id": key.id,
            "sealed": key.seal(dict(content), place=_place(item_id)),
            "created_at": now,
        },
    )
    return item_id


def add_quick(
    tx: Transaction,
    *,
    queue: str,
    channel: Channel,
    agent_id: str,
    service: str | None,
    about: str,
    resolution: str,
    now: dt.datetime,
) -> str:
    """What was answered at once, without a name: done from the start, and counted."""
    item_id = new_id()
    key = make_key(tx, now)
    tx.run(
        _INSERT,
        {
            "id": item_id,
            "kind": ItemKind.QUICK.value,
            "service": service,
            "queue": queue,
            "channel": channel.value,
            "quiet": True,
            "state": ItemState.DONE.value,
            "agent_id": agent_id,
            "resolution": resolution,
            "key_id": key.id,
            "sealed": key.seal({"about": about}, place=_place(item_id)),
            "created_at": now,
            "done_at": now,
        },
    )
    return item_id


def get(tx: Transaction, item_id: str) -> Item | None:
    row = tx.row(_BY_ID, id=item_id)
    return None if row is None else _item(tx, row)


def assign(tx: Transaction, item_id: str, *, staff_id: str) -> Item:
    """A colleague does it, whoever had it before. Raises `Changed` when it is done."""
    item = _locked(tx, item_id)
    if item.state is ItemState.DONE:
        raise Changed(item)
    return _change(tx, item, {"state": ItemState.TAKEN.value, "agent_id": staff_id})


def take(tx: Transaction, item_id: str, *, staff_id: str) -> Item:
    """This agent does it. Raises `Changed` when somebody else has it, or it is done."""
    item = _locked(tx, item_id)
    if item.state is ItemState.DONE or item.agent_id not in {None, staff_id}:
        raise Changed(item)
    return _change(tx, item, {"state": ItemState.TAKEN.value, "agent_id": staff_id})


def release(tx: Transaction, item_id: str) -> Item:
    """Back to the list, for whoever comes first."""
    item = _locked(tx, item_id)
    if item.state is ItemState.DONE:
        raise Changed(item)
    return _change(tx, item, {"state": ItemState.OPEN.value, "agent_id": None})


def park(tx: Transaction, item_id: str, *, until: dt.datetime) -> Item:
    """Out of sight until then; it comes back by itself, once."""
    item = _locked(tx, item_id)
    if item.state is ItemState.DONE:
        raise Changed(item)
    return _change(tx, item, {"parked_until": until})


def finish(tx: Transaction, item_id: str, *, staff_id: str, resolution: str, now: dt.datetime) -> Item:
    """Done. What came of it is counted."""
    item = _locked(tx, item_id)
    if item.state is ItemState.DONE:
        raise Changed(item)
    if item.case_id is None:  # what concerns a case is written in the case's journal by who finishes it there
        actor = Actor(ActorKind.STAFF, item.channel, staff_id)
        content: dict[str, Json] = {"item": item.id, "resolution": resolution}
        journal.write(tx, actor=actor, kind="item_finished", at=now, content=content)
    return _change(
        tx, item, {"state": ItemState.DONE.value, "agent_id": staff_id, "resolution": resolution, "done_at": now}
    )


def settle_draft(tx: Transaction, draft_id: str, *, resolution: str, now: dt.datetime) -> int:
    """The draft is no longer left: sent, given back or cancelled. Gives how many tasks that ended."""
    return tx.run(
        _SETTLE_DRAFT,
        {"b_draft_id": draft_id, "state": ItemState.DONE.value, "resolution": resolution, "done_at": now},
    )


def is_left(tx: Transaction, draft_id: str) -> bool:
    """Whether the draft is somebody's task already."""
    return tx.row(_LEFT, draft_id=draft_id) is not None


def bring_back(tx: Transaction, now: dt.datetime, *, due_at: dt.datetime, limit: int = 200) -> int:
    """What was put off until now is somebody's work again, once, with a last day that lies ahead. Gives how many."""
    query = (
        _FOUND.where(contact_items.c.parked_until <= now, contact_items.c.state != ItemState.DONE.value)
        .order_by(contact_items.c.parked_until)
        .limit(limit)
        .with_for_update(of=contact_items, skip_locked=True)
    )
    found = [_item(tx, row) for row in tx.execute(query)]
    for item in found:
        last_day = due_at if item.due_at is None else max(item.due_at, due_at)
        _change(tx, item, {"parked_until": None, "due_at": last_day})
    return len(found)


def settle_needless(tx: Transaction, now: dt.datetime, *, limit: int = 200) -> int:
    """Nobody is rung for what has come meanwhile, or when it is decided without it. Gives how many tasks that ended."""
    needless = (
        select(contact_items.c.id)
        .join(cases, cases.c.id == contact_items.c.case_id)
        .where(
            *IS_WORK,
            contact_items.c.kind == ItemKind.SUBMITTED.value,
            contact_items.c.need == Need.ASK_MISSING.value,
            or_(cases.c.missing == 0, cases.c.decided_at.is_not(None), ~cases.c.open),
        )
        .order_by(contact_items.c.due_at, contact_items.c.id)
        .limit(limit)
        .with_for_update(of=contact_items, skip_locked=True)
    )
    found = tx.execute(needless).scalars().all()
    if found:
        done = {"state": ItemState.DONE.value, "resolution": "needless", "done_at": now}
        tx.execute(update(contact_items).where(contact_items.c.id.in_(found)).values(done))
    return len(found)


def forget_notes(tx: Transaction, before: dt.datetime, *, now: dt.datetime, limit: int = 200) -> int:
    """What was noted before then and is about no case is gone, and who noted it; it is still counted.

    What was settled at once, and what was to be done and is done: a promise to ring back, with name and number.
    """
    about_nothing = and_(contact_items.c.case_id.is_(None), contact_items.c.draft_id.is_(None))
    done = and_(contact_items.c.state == ItemState.DONE.value, contact_items.c.sealed.is_not(None), about_nothing)
    query = (
        select(contact_items.c.id, contact_items.c.key_id)
        .where(or_(text(_NOTED), done), contact_items.c.done_at < before)
        .order_by(contact_items.c.done_at)
        .limit(limit)
    )
    rows = tx.execute(query).all()
    for row in rows:
        tx.run(_UPDATE, {"b_id": row.id, "sealed": None, "agent_id": None})
        destroy_key(tx, row.key_id, now)
    return len(rows)


def _locked(tx: Transaction, item_id: str) -> Item:
    row = tx.row(_LOCK, id=item_id)
    if row is None:
        raise UnknownItem(item_id)
    return _item(tx, row)


def _change(tx: Transaction, item: Item, values: Mapping[str, Any]) -> Item:
    tx.run(_UPDATE, {"b_id": item.id, "row_version": item.row_version + 1, **values})
    return _item(tx, tx.row(_BY_ID, id=item.id))


def _place(item_id: str) -> str:
    return f"contact_items.sealed:{item_id}"


def _item(tx: Transaction, row: Any) -> Item:
    content: Mapping[str, Any] = {}
    if row.sealed is not None:
        key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
        content = key.unseal(row.sealed, place=_place(row.id))
    return Item(
        id=row.id,
        kind=ItemKind(row.kind),
        case_id=row.case_id,
        submission_id=row.submission_id,
        draft_id=row.draft_id,
        service=row.service,
        queue=row.queue,
        channel=Channel(row.channel),
        quiet=row.quiet,
        state=ItemState(row.state),
        need=Need(row.need) if row.need else None,
        due_at=row.due_at,
        parked_until=row.parked_until,
        agent_id=row.agent_id,
        resolution=row.resolution,
        content=content,
        created_at=row.created_at,
        done_at=row.done_at,
        row_version=row.row_version,
    )
