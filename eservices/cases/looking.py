"""Who has looked at cases in a way that somebody should ask about: their own name, protected people, much and no work.

Nothing here is proof of anything: each is a question for a manager to ask. Reads the journal alone.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from eservices.cases import store
from eservices.cases.tables import cases
from eservices.identity.tables import staff
from eservices.journal import journal_entries
from eservices.storage.database import Transaction

#: So many cases looked at, with nothing done in any of them, are many.
MANY = 10
#: As many lines as one reads.
MOST = 500

_entry = journal_entries.c


class Sign(StrEnum):
    """What is unusual about a look, or about all of somebody's."""

    OWN_NAME = "own_name"
    PROTECTED = "protected"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Unusual:
    """One thing to ask about. `number` is "" where it is about many cases; `looks` counts looks, or then cases."""

    sign: Sign
    staff_name: str
    number: str
    unit: str
    looks: int
    last_at: dt.datetime


def unusual(tx: Transaction, *, since: dt.datetime, units: Sequence[str] | None) -> list[Unusual]:
    """What stands in the journal since then about cases of these units, the newest first."""
    acted = (
        select(_entry.id)
        .where(_entry.kind != "viewed", _entry.at >= since)
        .where(_entry.case_id == cases.c.id, _entry.staff_id == staff.c.id)
        .correlate(cases, staff)
        .exists()
    )
    query = (
        select(
            cases.c.id, cases.c.number, cases.c.unit, cases.c.protected, staff.c.id.label("staff_id"), staff.c.name,
            func.count().label("looks"), func.max(_entry.at).label("last_at"), acted.label("acted"),
        )
        .select_from(journal_entries)
        .join(cases, cases.c.id == _entry.case_id)
        .join(staff, staff.c.id == _entry.staff_id)
        .where(_entry.kind == "viewed", _entry.at >= since)
        .group_by(cases.c.id, cases.c.number, cases.c.unit, cases.c.protected, staff.c.id, staff.c.name)
        .order_by(func.max(_entry.at).desc())
    )  # fmt: skip
    if units is not None:
        query = query.where(cases.c.unit.in_(units))
    found: list[Unusual] = []
    idle: dict[str, list[Unusual]] = {}
    for row in tx.execute(query):
        line = Unusual(Sign.PROTECTED, row.name, row.number, row.unit, row.looks, row.last_at)
        if row.protected:
            found.append(line)
        elif _has_name(tx, row.id, row.name):
            found.append(Unusual(Sign.OWN_NAME, row.name, row.number, row.unit, row.looks, row.last_at))
        if not row.acted:
            idle.setdefault(row.staff_id, []).append(line)
    many = [each for each in idle.values() if len(each) >= MANY]
    found += [Unusual(Sign.MANY, each[0].staff_name, "", "", len(each), each[0].last_at) for each in many]
    return sorted(found, key=lambda one: one.last_at, reverse=True)[:MOST]


def _has_name(tx: Transaction, case_id: str, staff_name: str) -> bool:
    """Whether somebody in the case has the surname of this member of staff."""
    case, own = store.by_id(tx, case_id), _surname(staff_name)
    return bool(own) and case is not None and own in {_surname(party.name) for party in store.parties_of(tx, case)}


def _surname(name: str) -> str:
    words = name.casefold().split()
    return words[-1] if words[1:] else ""
