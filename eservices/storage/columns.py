"""Column types that mean the same on SQLite and PostgreSQL: UTC time, JSON, ids, sealed bytes; indexes of some rows."""

import datetime as dt
from typing import Any

from sqlalchemy import CHAR, JSON, DateTime, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[dt.datetime]):
    """A moment, always aware and always UTC on the way in and on the way out.

    SQLite has no time zones, so naive moments are refused before they can be stored.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


#: 32 hexadecimal digits from `values.new_id`, or a digest of 64: fixed width, so that indexes stay dense.
Id = CHAR(32)
Digest = CHAR(64)

#: JSON that is never searched inside: text on SQLite, jsonb on PostgreSQL.
JsonValue = JSON().with_variant(JSONB(), "postgresql")

#: Encrypted content (`storage.sealing`), bound to its row and column.
Sealed = LargeBinary


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows of which `where` is true: SQL that both engines read alike."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
