"""How much there is in each table, and making any statement of a transaction fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from eservices import schema
from eservices.storage.database import Database, Transaction


def rows_of_all_tables(database: Database) -> dict[str, int]:
    """Table -> number of rows."""
    with database.read() as tx:
        return {
            table.name: tx.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
            for table in schema.metadata.sorted_tables
        }


class Broken(Exception):
    """The statement that was made to fail."""


@contextmanager
def failing_at(statement: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let the statement with this number fail, from 1; gives the statements that were run."""
    ran: list[str] = []

    def counted(real: Any) -> Any:
        def run(self: Transaction, ready: Any, values: Any) -> Any:
            ran.append(ready.sql)
            if len(ran) == statement:
                raise Broken(ready.sql)
            return real(self, ready, values)

        return run

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "_run", counted(Transaction._run))
        patch.setattr(Transaction, "_run_many", counted(Transaction._run_many))
        yield ran
