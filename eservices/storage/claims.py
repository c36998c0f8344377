"""Taking the next work, so that two workers never hold the same.

PostgreSQL: FOR UPDATE SKIP LOCKED, so that several workers take different rows at once. SQLite: the transaction
already holds the write lock, so reading and marking is enough.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, select, update

from eservices.storage.database import Transaction


def claim(
    tx: Transaction,
    table: Table,
    *,
    ready: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    limit: int,
    mark: Mapping[str, Any],
) -> list[Any]:
    """Take up to `limit` rows that are `ready`, in `order`, and set `mark` on them; the rows as they were before.

    The mark must make them no longer ready (a claim with an end), or the next worker takes them again. `table` has
    one primary key column, `id`.
    """
    query = select(table).where(ready).order_by(*order).limit(limit).with_for_update(skip_locked=True)
    rows = list(tx.execute(query))
    if rows and mark:
        tx.execute(update(table).where(table.c.id.in_([row.id for row in rows])).values(dict(mark)))
    return rows
