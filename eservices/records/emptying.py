"""Takes everything that a case ever said out of the database, whichever table it lies in.

The tables are not listed: what belongs to a case is found by following foreign keys from its row, so a table that
somebody adds tomorrow is emptied too. Three stay, and say nothing of anybody: the case's own row, as a line in the
register; the rows of its journal, which may never be changed and whose words lie under the destroyed key; the row of
the draft that it began as, with how long each step took.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, delete, or_, select, update

from eservices.attachments.tables import attachments
from eservices.cases.model import NO_LONGER_DUE
from eservices.cases.store import place_of
from eservices.cases.tables import cases, enquiries
from eservices.journal import journal_days, journal_entries
from eservices.outbox import outbox
from eservices.records.tables import disposals, disposed_cases
from eservices.storage.database import Transaction, metadata
from eservices.storage.keys import data_keys, destroy_key, make_key
from eservices.submissions.model import SubmissionKind
from eservices.submissions.tables import definition_texts, definitions, drafts, submissions

#: Nothing is deleted from these, whatever they point at.
_STAY = (cases, drafts, journal_entries, journal_days, disposals, disposed_cases, data_keys, definitions)

#: SQLite takes no more values in one statement than some thousands.
_MOST = 400


@dataclass(slots=True)
class Emptied:
    """What is to be erased outside the database once this is committed, and which keys were destroyed."""

    files: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  #: ids of what had left through the outbox
    keys: list[str] = field(default_factory=list)


class StillNeeded(Exception):
    """A key that is to be destroyed also seals something of another case: nothing was done."""


def empty(tx: Transaction, case_id: str, now: dt.datetime) -> Emptied:
    """Take out what this case said, destroy its keys, and leave the line of the register. The case is locked."""
    rows = _belonging(tx, case_id)
    emptied = Emptied(
        files=_values(tx, attachments.c.stored_as, rows),
        sent=sorted(rows.get(outbox, ())),
        keys=_keys(tx, case_id, rows),
    )
    asked = set(_values(tx, enquiries.c.version, rows))
    _blank_drafts(tx, rows.get(drafts, set()), now)
    for table in reversed(metadata.sorted_tables):
        if table in rows and table not in _STAY:
            _delete(tx, table, rows)
    _delete_supplements(tx, rows.get(drafts, set()))
    _leave_a_line(tx, case_id, now)
    _delete_definitions(tx, asked)
    for key_id in emptied.keys:
        if _is_needed(tx, key_id):
            raise StillNeeded(key_id)
        destroy_key(tx, key_id, now)
    return emptied


def _belonging(tx: Transaction, case_id: str) -> dict[Table, set[str]]:
    """Table -> ids of the rows that belong to the case, by whatever way they point at it."""
    found: dict[Table, set[str]] = {cases: {case_id}}
    new = dict(found)
    begun = select(submissions.c.draft_id).where(submissions.c.case_id == case_id, submissions.c.draft_id.is_not(None))
    its_drafts = set(tx.execute(begun).scalars())
    if its_drafts:
        found[drafts] = new[drafts] = its_drafts
    while new:
        before, new = new, {}
        for table, column, parent in _pointers():
            if parent not in before or "id" not in table.c:
                continue
            for some in _portions(before[parent]):
                ids = set(tx.execute(select(table.c.id).where(column.in_(some))).scalars()) - found.get(table, set())
                if ids:
                    found.setdefault(table, set()).update(ids)
                    new.setdefault(table, set()).update(ids)
    for table, _column, parent in _pointers():  # those without an id of their own, which nothing points at
        if parent in found and "id" not in table.c:
            found.setdefault(table, set())
    return found


def _pointers() -> Iterator[tuple[Table, Column[Any], Table]]:
    """Every foreign key by which a row can belong to a case: table, column, where it points."""
    for table in metadata.sorted_tables:
        if table in _STAY and table is not drafts:
            continue
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            yield table, key.parent, key.column.table


def _delete(tx: Transaction, table: Table, rows: dict[Table, set[str]]) -> None:
    if "id" in table.c:
        for some in _portions(rows[table]):
            tx.execute(delete(table).where(table.c.id.in_(some)))
        return
    for other, column, parent in _pointers():
        if other is table:
            for some in _portions(rows.get(parent, ())):
                tx.execute(delete(table).where(column.in_(some)))


def _blank_drafts(tx: Transaction, ids: Collection[str], now: dt.datetime) -> None:
    """Only the times of the steps stay, and nobody can tell whose they were."""
    for some in _portions(ids):
        tx.execute(
            update(drafts)
            .where(drafts.c.id.in_(some))
            .values(
                sealed=None,
                token_digest=None,
                code_digest=None,
                assisted_by=None,
                case_id=None,
                submission_id=None,
                touched_at=now,
            )
        )


def _delete_supplements(tx: Transaction, ids: Collection[str]) -> None:
    """What was filled in for an order followed a definition written for that order: no part of any figure."""
    for some in _portions(ids):
        later = drafts.c.kind != SubmissionKind.INITIAL.value
        tx.execute(delete(drafts).where(drafts.c.id.in_(some), later))


def _delete_definitions(tx: Transaction, versions: Collection[str]) -> None:
    """Orders for a supplement are definitions in an officer's own words: they go when nothing else follows them."""
    users = [
        key.parent
        for table in metadata.sorted_tables
        if table is not definition_texts
        for key in table.foreign_keys
        if key.column is definitions.c.version
    ]
    for version in sorted(versions):
        if not any(tx.execute(select(column).where(column == version).limit(1)).first() for column in users):
            tx.execute(delete(definition_texts).where(definition_texts.c.version == version))
            tx.execute(delete(definitions).where(definitions.c.version == version))


def _leave_a_line(tx: Transaction, case_id: str, now: dt.datetime) -> None:
    """The row that a register needs: number, service, unit, days. It lies under a key of its own and names nobody."""
    key = make_key(tx, now)
    tx.execute(
        update(cases)
        .where(cases.c.id == case_id)
        .values(
            key_id=key.id,
            sealed=key.seal({"name": ""}, place=place_of(case_id)),
            officer_id=None,
            protected=False,
            missing=0,
            forecast_on=None,
            due_at=NO_LONGER_DUE,
            disposed_at=now,
            row_version=cases.c.row_version + 1,
        )
    )


def _keys(tx: Transaction, case_id: str, rows: dict[Table, set[str]]) -> list[str]:
    """The keys that sealed any of this."""
    found = set(tx.execute(select(cases.c.key_id).where(cases.c.id == case_id)).scalars())
    found |= set(tx.execute(select(journal_entries.c.key_id).where(journal_entries.c.case_id == case_id)).scalars())
    for table in rows:
        if table is not cases and "id" in table.c and "key_id" in table.c:
            found |= set(_values(tx, table.c.key_id, rows))
    return sorted(found)


def _is_needed(tx: Transaction, key_id: str) -> bool:
    """Whether something else still lies under this key."""
    for table in metadata.sorted_tables:
        if "key_id" in table.c and table is not journal_entries:
            still = table.c.key_id == key_id
            if table is drafts:
                still &= drafts.c.sealed.is_not(None)
            if tx.execute(select(table.c.key_id).where(still).limit(1)).first() is not None:
                return True
    here = journal_entries.c
    others = or_(here.case_id.is_(None), ~select(cases.c.id).where(
        cases.c.id == here.case_id, cases.c.disposed_at.is_not(None)
    ).exists())  # fmt: skip
    return tx.execute(select(here.id).where(here.key_id == key_id, others).limit(1)).first() is not None


def _values(tx: Transaction, column: Column[Any], rows: dict[Table, set[str]]) -> list[Any]:
    table = column.table
    found: list[Any] = []
    for some in _portions(rows.get(table, ())):
        query = select(column).where(table.c.id.in_(some), column.is_not(None))
        found += list(tx.execute(query).scalars())
    return found


def _portions(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _MOST):
        yield ordered[start : start + _MOST]
