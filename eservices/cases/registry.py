"""The register as the law wants it (OSL 5:2), and the list of delegated decisions for a board (KL 6:40).

Four facts of each case and each document that came or went: the day, the number, from or to whom, and what it is about,
in few words. Who it is about is left out where that may be secret; such a row is still there.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from eservices.calendars import day_of, end_of_day, start_of_day
from eservices.cases import store
from eservices.cases.model import MadeBy, Outcome
from eservices.cases.tables import cases, decisions, messages
from eservices.identity.tables import staff
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.storage.prepared import Prepared

#: A page of the register holds no more than this.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Registered:
    """One line of the register. `who` is empty where it may be secret: whoever asks gets that judged."""

    at: dt.datetime
    number: str
    registry_number: str
    direction: str  #: in, out
    who: str
    what: str
    unit: str


@dataclass(frozen=True, slots=True)
class Delegated:
    """One decision that somebody made for the board. `who` is empty in the version that is published."""

    decided_on: dt.date
    number: str
    title: str
    outcome: Outcome
    delegate: str
    decided_by: str
    who: str


_SHOWN = (
    cases.c.id,
    cases.c.number,
    cases.c.registry_number,
    cases.c.title,
    cases.c.unit,
    cases.c.protected,
    cases.c.restricted,
    cases.c.contact_view,
    cases.c.key_id,
    cases.c.sealed,
    *stored_keys.WRAPPED,
)

_OPENED = Prepared(
    select(*_SHOWN, cases.c.received_at.label("at"))
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .where(cases.c.received_at >= bindparam("start"), cases.c.received_at <= bindparam("end"))
    .order_by(cases.c.received_at, cases.c.id)
    .limit(bindparam("most"))
)
_WRITTEN = Prepared(
    select(*_SHOWN, messages.c.sent_at.label("at"), messages.c.direction, messages.c.kind)
    .join(cases, cases.c.id == messages.c.case_id)
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .where(messages.c.sent_at >= bindparam("start"), messages.c.sent_at <= bindparam("end"))
    .order_by(messages.c.sent_at, messages.c.id)
    .limit(bindparam("most"))
)
_DECIDED = Prepared(
    select(
        *_SHOWN,
        decisions.c.decided_at.label("at"),
        decisions.c.outcome,
        decisions.c.delegate,
        staff.c.name.label("decided_by"),
    )
    .join(cases, cases.c.id == decisions.c.case_id)
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .join(staff, staff.c.id == decisions.c.decided_by)
    .where(
        cases.c.board == bindparam("board"),
        decisions.c.made_by == MadeBy.DELEGATE.value,
        decisions.c.decided_at >= bindparam("start"),
        decisions.c.decided_at <= bindparam("end"),
    )
    .order_by(decisions.c.decided_at, decisions.c.id)
    .limit(bindparam("most"))
)


def register_of(tx: Transaction, day: dt.date, *, units: Sequence[str] | None = None) -> list[Registered]:
    """What came and went on a day, in the order it did: cases, messages both ways, decisions among them."""
    when = {"start": start_of_day(day), "end": end_of_day(day), "most": _MOST}
    lines = [_line(tx, row, "in", row.title) for row in tx.rows(_OPENED, **when) if _is_of(units, row)]
    lines += [
        _line(tx, row, row.direction, f"{row.title}: {row.kind}")
        for row in tx.rows(_WRITTEN, **when)
        if _is_of(units, row)
    ]
    return sorted(lines, key=lambda line: (line.at, line.number))


def delegated(tx: Transaction, board: str, *, since: dt.date, until: dt.date, published: bool) -> list[Delegated]:
    """The decisions made for a board in a period, to be reported to it; without names where it is `published`."""
    rows = tx.rows(_DECIDED, board=board, start=start_of_day(since), end=end_of_day(until), most=_MOST)
    return [
        Delegated(
            decided_on=day_of(row.at),
            number=row.number,
            title=row.title,
            outcome=Outcome(row.outcome),
            delegate=row.delegate,
            decided_by=row.decided_by,
            who="" if published else _who(tx, row),
        )
        for row in rows
    ]


def _is_of(units: Sequence[str] | None, row: Any) -> bool:
    return units is None or row.unit in units


def _line(tx: Transaction, row: Any, direction: str, what: str) -> Registered:
    return Registered(row.at, row.number, row.registry_number or "", direction, _who(tx, row), what, row.unit)


def _who(tx: Transaction, row: Any) -> str:
    if row.protected or row.restricted or row.contact_view in {"existence_only", "by_reference_only"}:
        return ""
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    name: str = key.unseal(row.sealed, place=store.place_of(row.id))["name"]
    return name
