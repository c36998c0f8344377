"""Queries that are written once and run often.

SQLAlchemy Core costs 60 to 120 microseconds of processor time for a statement (building it, its cache key, its result
object); SQLite needs 5 for the same. A journey from start page to receipt runs some forty statements, so that
difference is a tenth of what the whole journey may cost. A `Prepared` query is compiled once for each engine (and,
for INSERT and UPDATE, each set of columns), and then goes straight to the driver: the SQL text, the values through
the same column types, the rows as named tuples. Roughly 10 microseconds, and the SQL is the very same.

Use it at module level, with `bindparam` for what changes:

    _BY_TOKEN = Prepared(select(drafts).where(drafts.c.token_digest == bindparam("token")))
    row = tx.row(_BY_TOKEN, token=digest)

Not for queries put together from optional parts, nor for `in_` with a list that changes: those go through
`Transaction.execute`.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Delete, Executable, Insert, Update
from sqlalchemy.engine import Dialect

_Processor = Callable[[Any], Any]


class Prepared:
    """A query, and what it became for each engine it was run on."""

    __slots__ = ("_ready", "query")

    def __init__(self, query: Executable):
        self.query = query
        self._ready: dict[tuple[str, tuple[str, ...] | None], ReadyQuery] = {}

    def ready(self, dialect: Dialect, values: Mapping[str, Any]) -> "ReadyQuery":
        """The query as `dialect` runs it; an INSERT or UPDATE touches the columns that `values` names."""
        names = tuple(values) if isinstance(self.query, Insert | Update) else None
        found = self._ready.get((dialect.name, names))
        if found is None:
            found = ReadyQuery(self.query, dialect, names)
            self._ready[dialect.name, names] = found
        return found


class ReadyQuery:
    """SQL text, how values go in and how rows come out."""

    __slots__ = ("_by_position", "_defaults", "_into", "_names", "_out", "_row", "sql")

    def __init__(self, query: Executable, dialect: Dialect, names: tuple[str, ...] | None):
        compiled: Any = query
        compiled = compiled.compile(dialect=dialect, column_keys=list(names) if names is not None else None)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError("a prepared query cannot hold a list of changing length; use Transaction.execute")
        if unknown := set(names or ()) - set(compiled.binds):
            raise TypeError(f"not a column or a value of this query: {', '.join(sorted(unknown))}")
        self.sql = str(compiled)
        self._by_position = compiled.positiontup is not None
        self._names = list(compiled.positiontup) if compiled.positiontup is not None else list(compiled.binds)
        self._defaults = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        self._into: list[tuple[str, _Processor | None]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in self._names
        ]
        columns = _columns_of(query)
        # Any: the names are known only now, and mypy wants a named tuple's fields written out.
        self._row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
        out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._out: list[_Processor | None] | None = out if any(out) else None

    def values(self, given: Mapping[str, Any]) -> Any:
        """`given` as the driver wants it. A name that is missing is a KeyError, not a NULL."""
        if self._defaults:
            given = {**self._defaults, **given}
        values = [given[name] if process is None else process(given[name]) for name, process in self._into]
        return values if self._by_position else dict(zip(self._names, values, strict=True))

    def row(self, found: Any) -> Any:
        """One row of the driver as a named tuple of values in our own types."""
        if self._out is None:
            return self._row._make(found)
        return self._row._make(
            [
                value if process is None or value is None else process(value)
                for process, value in zip(self._out, found, strict=True)
            ]
        )


def _columns_of(query: Executable) -> list[Any]:
    if isinstance(query, Insert | Update | Delete) and not query.exported_columns:
        return []
    return list(query.exported_columns)  # type: ignore[attr-defined]
