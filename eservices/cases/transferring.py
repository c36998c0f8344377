"""A case that somebody carries over to another system by hand, and that is marked when it is there.

Which cases wait is known two ways: the service's definition names a system that no setting says how to tell, or
somebody here asks for it. It is done when a person says so, with the day, the system and what the case is called there.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from eservices.calendars import day_of
from eservices.cases import queue
from eservices.cases.changing import change, locked, note_entry
from eservices.cases.model import Case, CaseId, NotAllowed
from eservices.cases.queue import QueueRow
from eservices.cases.tables import cases, transfers
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import Json, new_id


@dataclass(frozen=True, slots=True)
class Transfer:
    """One carrying over. `transferred_on` is empty while it waits, and for good when it was no longer needed."""

    id: str
    system: str
    asked_at: dt.datetime
    asked_by: str | None
    transferred_on: dt.date | None
    their_number: str
    settled_by: str | None
    settled_at: dt.datetime | None

    @property
    def waits(self) -> bool:
        return self.settled_at is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits to be carried over, for a list."""

    case: QueueRow
    system: str
    asked_at: dt.datetime
    transfer_id: str


_ADD = Prepared(insert(transfers))
_SETTLE = Prepared(
    update(transfers).where(
        transfers.c.id == bindparam("b_id"),
        transfers.c.case_id == bindparam("b_case_id"),
        transfers.c.settled_at.is_(None),
    )
)
_OF_CASE = Prepared(
    select(transfers).where(transfers.c.case_id == bindparam("case_id")).order_by(transfers.c.asked_at, transfers.c.id)
)
_WAITS_ALREADY = Prepared(
    select(transfers.c.id).where(
        transfers.c.case_id == bindparam("case_id"),
        func.lower(transfers.c.system) == bindparam("system"),
        transfers.c.settled_at.is_(None),
    )
)

#: A list shows no more than this; what comes after is shown when these are done.
MOST = 200


def ask(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, system: str) -> Case:
    """The case is to be carried over to a system. Asked for again while it waits it changes nothing."""
    case = locked(tx, case_id, expected)
    if actor.staff_id is None:
        raise NotAllowed("ask for a transfer", case.status)
    if _waits_already(tx, case.id, system):
        return case
    _add(tx, case.id, system, now, asked_by=actor.staff_id)
    after = change(tx, case)
    note_entry(tx, after, actor, "transfer_asked", now, content={"note": system})
    return after


def needed(tx: Transaction, case_id: CaseId, system: str, now: dt.datetime) -> None:
    """A definition names this system and no setting says how to tell it, so that a person carries the case over."""
    if not _waits_already(tx, case_id, system):
        _add(tx, case_id, system, now, asked_by=None)


def mark_done(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    system: str,
    on: dt.date,
    their_number: str,
    transfer_id: str | None = None,
) -> Case:
    """It is there, since that day, and is called so there. Also where nobody had asked for it.

    Raises `NotAllowed` for a day to come, and for one that somebody else has settled meanwhile.
    """
    case = locked(tx, case_id, expected)
    if actor.staff_id is None or on > day_of(now):
        raise NotAllowed("mark a transfer as done", case.status)
    if transfer_id is None:
        transfer_id = _waits_already(tx, case.id, system) or _add(tx, case.id, system, now, asked_by=actor.staff_id)
    values = {
        "system": system,
        "transferred_on": on,
        "their_number": their_number,
        "settled_by": actor.staff_id,
        "settled_at": now,
    }
    if not tx.run(_SETTLE, {"b_id": transfer_id, "b_case_id": case.id, **values}):
        raise NotAllowed("mark a transfer as done", case.status)
    after = change(tx, case)
    told: dict[str, Json] = {"note": f"{system}, {their_number}" if their_number else system, "on": on.isoformat()}
    note_entry(tx, after, actor, "transferred", now, content=told)
    return after


def lay_aside(
    tx: Transaction, case_id: CaseId, transfer_id: str, *, actor: Actor, expected: int, now: dt.datetime, why: str
) -> Case:
    """It need not be carried over after all; the journal says why."""
    case = locked(tx, case_id, expected)
    settled = {"settled_by": actor.staff_id, "settled_at": now}
    if actor.staff_id is None or not tx.run(_SETTLE, {"b_id": transfer_id, "b_case_id": case.id, **settled}):
        raise NotAllowed("lay a transfer aside", case.status)
    after = change(tx, case)
    note_entry(tx, after, actor, "transfer_laid_aside", now, why=why)
    return after


def of_case(tx: Transaction, case_id: CaseId) -> list[Transfer]:
    """What waits and what is done, the oldest first."""
    return [_transfer(row) for row in tx.rows(_OF_CASE, case_id=case_id)]


def waiting(tx: Transaction, *, units: Sequence[str] | None, most: int = MOST) -> list[Waiting]:
    """What waits to be carried over, in these units, the oldest first. Protected cases are left to who may see them."""
    query = (
        queue.base_query()
        .add_columns(
            transfers.c.id.label("transfer_id"),
            transfers.c.system.label("transfer_system"),
            transfers.c.asked_at.label("transfer_asked_at"),
        )
        .join(transfers, transfers.c.case_id == cases.c.id)
        .where(transfers.c.settled_at.is_(None))
        .order_by(transfers.c.asked_at, transfers.c.id)
        .limit(most)
    )
    if units is not None:
        query = query.where(cases.c.unit.in_(units))
    return [
        Waiting(queue.row_of(tx, row), row.transfer_system, row.transfer_asked_at, row.transfer_id)
        for row in tx.execute(query)
    ]


def _waits_already(tx: Transaction, case_id: CaseId, system: str) -> str | None:
    row = tx.row(_WAITS_ALREADY, case_id=case_id, system=system.lower())
    return None if row is None else row.id


def _add(tx: Transaction, case_id: CaseId, system: str, now: dt.datetime, *, asked_by: str | None) -> str:
    row_id = new_id()
    tx.run(_ADD, {"id": row_id, "case_id": case_id, "system": system, "asked_at": now, "asked_by": asked_by})
    return row_id


def _transfer(row: Any) -> Transfer:
    return Transfer(
        row.id,
        row.system,
        row.asked_at,
        row.asked_by,
        row.transferred_on,
        row.their_number or "",
        row.settled_by,
        row.settled_at,
    )
