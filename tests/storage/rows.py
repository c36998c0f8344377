"""Rows for tests that need a draft or a case to be there, and do not care what it says."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, Table, insert

from eservices import schema  # noqa: F401  all tables, so that every foreign key is known
from eservices.cases.tables import cases
from eservices.storage.columns import UtcTime
from eservices.storage.database import Transaction
from eservices.storage.keys import make_key
from eservices.storage.sealing import DataKey
from eservices.submissions.tables import definitions, drafts, submissions
from eservices.values import new_id

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)

_KNOWN_WORDS = {"state": "open", "contact_view": "full", "channel": "web", "language": "sv", "kind": "initial"}


def a_row(tx: Transaction, table: Table, **given: Any) -> str:
    """Insert a row, with something harmless in every column that must hold something and was not given."""
    values = {"id": new_id()} | given if "id" in table.c else dict(given)
    for column in table.c:
        if column.name not in values and not column.nullable and column.server_default is None:
            values[column.name] = _harmless(column)
    tx.execute(insert(table).values(values))
    return str(values.get("id", ""))


def a_draft(tx: Transaction, **given: Any) -> tuple[str, DataKey]:
    """A draft of its own service, and its key."""
    key = make_key(tx, NOW)
    return a_row(tx, drafts, version=a_definition(tx), key_id=key.id, **given), key


def a_case(tx: Transaction, **given: Any) -> tuple[str, DataKey]:
    """A case, and its key."""
    key = make_key(tx, NOW)
    return a_row(tx, cases, number=new_id()[-16:], version=a_definition(tx), key_id=key.id, **given), key


def a_submission(tx: Transaction, **given: Any) -> str:
    """What was handed in to a case."""
    return a_row(tx, submissions, version=a_definition(tx), **given)


def a_definition(tx: Transaction) -> str:
    version = new_id() * 2
    a_row(tx, definitions, version=version)
    return version


def _harmless(column: Any) -> Any:
    by_type: dict[type, Any] = {UtcTime: NOW, Date: NOW.date(), Boolean: False, Integer: 0, LargeBinary: b"-", JSON: {}}
    for kind, value in by_type.items():
        if isinstance(column.type, kind):
            return value
    return _KNOWN_WORDS.get(column.name, "-")
