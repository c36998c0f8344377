"""Very many made-up cases, for measuring: copies of some that went through the ordinary doors.

A copy has its own number, its own key, its own days, and everything sealed is sealed anew for it; its journal is a
whole chain. So pages, searches and figures find in a copy what they would find in any case. What was told long ago has
arrived, as in any house that is kept: news on its way is of the last days. Left out is what only the first hand-in
needs (the draft, the outbox, the files). Rows go in by the thousand, past the doors: only here, and only
in a demo.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, LargeBinary, Table, insert, select, text
from sqlalchemy.types import JSON

from eservices import deliveries, journal
from eservices.attachments.tables import attachments
from eservices.cases import tables as case_tables
from eservices.cases.store import follow_digest
from eservices.contact_centre.tables import contact_items
from eservices.storage import keys as stored_keys
from eservices.storage.columns import UtcTime
from eservices.storage.database import Database, Transaction
from eservices.storage.sealing import DataKey, KeyRing
from eservices.submissions import codes
from eservices.submissions.tables import submissions
from eservices.values import new_id

#: What a case is made of, each table after those it points at.
_TABLES: tuple[Table, ...] = (
    case_tables.cases,
    submissions,
    case_tables.parties,
    case_tables.case_keys,
    case_tables.clocks,
    case_tables.case_phases,
    case_tables.decisions,
    journal.journal_entries,
    contact_items,
    deliveries.deliveries,
)

#: Copies written in one transaction.
_AT_ONCE = 2_000

#: News that has not arrived in the first tries and the letter after them has been told in person by then.
_TOLD_WITHIN_DAYS = 30

#: Enough signs for any number of copies.
_SIGNS = 5


@dataclass(frozen=True, slots=True)
class _Mould:
    """A case as it lies in the database, with everything sealed opened."""

    number: str
    rows: Mapping[str, Sequence[Mapping[str, Any]]]  #: table name -> rows, sealed columns in plain bytes


def multiply(database: Database, *, cases: int, seed: int, days: int) -> int:
    """Make `cases` more cases out of those that are there, spread over `days` back. Gives how many were made."""
    with database.read() as tx:
        moulds = list(_moulds(tx))
        taken = set(tx.execute(select(case_tables.cases.c.number)).scalars())
    if not moulds:
        raise ValueError("there is no case to copy")
    chance = random.Random(seed)  # noqa: S311 - made-up cases, nothing secret
    made = 0
    while made < cases:
        amount = min(_AT_ONCE, cases - made)
        with database.transaction() as tx:
            copies = [_copy(tx.keys, chance.choice(moulds), chance.randrange(days), taken) for _ in range(amount)]
            _write(tx, stored_keys.data_keys, [copy[stored_keys.data_keys.name][0] for copy in copies])
            for table in _TABLES:
                _write(tx, table, [row for copy in copies for row in copy[table.name]])
        made += amount
    with database.transaction() as tx, tx.patient():  # a million rows take longer than a page may
        tx.execute(text("ANALYZE"))
    return made


def _moulds(tx: Transaction) -> Iterator[_Mould]:
    """Cases without files: a file lies on the disk, and copies would share it."""
    cases = case_tables.cases
    with_files = select(submissions.c.case_id).join(attachments, attachments.c.submission_id == submissions.c.id)
    for case in tx.execute(select(cases).where(cases.c.id.not_in(with_files)).limit(_MOST_MOULDS)).mappings():
        key = stored_keys.open_key(tx, case["key_id"])
        rows: dict[str, Sequence[Mapping[str, Any]]] = {cases.name: [_opened(cases, dict(case), key)]}
        for table in _TABLES[1:]:
            query = select(table).where(table.c.case_id == case["id"])
            if table is journal.journal_entries:
                query = query.order_by(table.c.position)
            rows[table.name] = [_opened(table, dict(row), key) for row in tx.execute(query).mappings()]
        yield _Mould(case["number"], rows)


#: More would only fill the memory.
_MOST_MOULDS = 2_000


def _opened(table: Table, found: dict[str, Any], key: DataKey) -> dict[str, Any]:
    for column in table.columns:
        if isinstance(column.type, LargeBinary) and found[column.name] is not None:
            found[column.name] = key.unseal_bytes(found[column.name], place=f"{table.name}.{column.name}:{found['id']}")
    return found


_Copy = dict[str, list[dict[str, Any]]]


def _copy(keys: KeyRing, mould: _Mould, days_back: int, taken: set[str]) -> _Copy:
    """One copy, `days_back` earlier than its mould."""
    case = mould.rows[case_tables.cases.name][0]
    number = _free_number((case["opened_at"] - dt.timedelta(days=days_back)).year, taken)
    key, wrapped = keys.make_key(new_id())
    ids = {row["id"]: new_id() for rows in mould.rows.values() for row in rows if "id" in row}
    ids[case["key_id"]] = key.id
    changed = _Changes(ids, dt.timedelta(days=days_back), mould.number.encode(), number.encode(), key)
    copy: _Copy = {table.name: [changed.row(table, row) for row in mould.rows[table.name]] for table in _TABLES}
    copy[stored_keys.data_keys.name] = [
        {
            "id": wrapped.id,
            "ring_id": wrapped.ring_id,
            "wrapped": wrapped.wrapped,
            "made_at": case["opened_at"] - changed.earlier,
        }
    ]
    copy[case_tables.cases.name][0].update(number=number, registry_number=None)
    copy[submissions.name] = [{**row, "draft_id": None} for row in copy[submissions.name]]
    copy[contact_items.name] = [{**row, "draft_id": None} for row in copy[contact_items.name]]
    for row in copy[case_tables.parties.name]:
        if row["code_digest"] is not None:  # a new one that fits the number; what it is nobody needs
            row["code_digest"] = follow_digest(keys, number, row["id"])
    if days_back > _TOLD_WITHIN_DAYS:
        for row in copy[deliveries.deliveries.name]:
            if row["reached_at"] is None and row["cancelled_at"] is None:
                row.update(reached_at=row["due_at"], evidence=row["needed_evidence"])
    _chain(copy[journal.journal_entries.name], copy[case_tables.cases.name][0]["id"])
    return copy


@dataclass(frozen=True, slots=True)
class _Changes:
    """What differs between a mould and one copy of it."""

    ids: Mapping[str, str]
    earlier: dt.timedelta
    old_number: bytes
    new_number: bytes
    key: DataKey

    def row(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        made = {name: change(self, row[name]) for name, change in _changes_of(table)}
        for name in _sealed_of(table):
            if row[name] is not None:
                content = row[name].replace(self.old_number, self.new_number)
                made[name] = self.key.seal_bytes(content, place=f"{table.name}.{name}:{made['id']}")
        return made

    def moment(self, value: Any) -> Any:
        # The last moment there is stays the last one.
        return value if value is None or value.year > _FAR else value - self.earlier

    def id(self, value: Any) -> Any:
        return self.ids.get(value, value)

    def same(self, value: Any) -> Any:
        return value


_FAR = 9000
_CHANGES: dict[str, tuple[tuple[str, Callable[[_Changes, Any], Any]], ...]] = {}
_SEALED: dict[str, tuple[str, ...]] = {}


def _changes_of(table: Table) -> tuple[tuple[str, Callable[[_Changes, Any], Any]], ...]:
    if table.name not in _CHANGES:
        _CHANGES[table.name] = tuple(
            (
                column.name,
                _Changes.moment
                if isinstance(column.type, UtcTime | Date)
                else _Changes.id
                if column.name == "id" or column.name.endswith("_id")
                else _Changes.same,
            )
            for column in table.columns
        )
    return _CHANGES[table.name]


def _sealed_of(table: Table) -> tuple[str, ...]:
    if table.name not in _SEALED:
        _SEALED[table.name] = tuple(column.name for column in table.columns if isinstance(column.type, LargeBinary))
    return _SEALED[table.name]


def _chain(entries: Iterable[dict[str, Any]], case_id: str) -> None:
    previous = journal.BEGINNING
    for entry in entries:
        entry["chain"], entry["previous"] = f"case:{case_id}", previous
        entry["digest"] = previous = journal.digest_of(entry)


def _free_number(year: int, taken: set[str]) -> str:
    while (number := codes.new_case_number(year, signs=_SIGNS)) in taken:
        pass
    taken.add(number)
    return number


def _write(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    if tx.dialect != "postgresql":
        tx.execute(insert(table), list(rows))
        return
    from psycopg.types.json import Jsonb

    columns = [(column.name, isinstance(column.type, JSON)) for column in table.columns if column.name in rows[0]]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    raw = tx.connection.connection.cursor()
    with raw.copy(f"COPY {table.name} ({names}) FROM STDIN") as out:
        for row in rows:
            out.write_row(
                [Jsonb(row[name]) if is_json and row[name] is not None else row[name] for name, is_json in columns]
            )
