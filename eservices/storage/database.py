"""One database, two engines. The only place that begins, commits and rolls back."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Executable, MetaData, create_engine, event
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import InterfaceError, OperationalError

from eservices.storage.sealing import KeyRing

logger = logging.getLogger(__name__)

#: Names people can read in an error at night, equal on both engines.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Unavailable(Exception):
    """The database cannot be reached, or is locked for too long: nothing was written, try again soon."""


class Transaction:
    """What a door opens and everything below it receives: SQL that is committed or rolled back as one."""

    __slots__ = ("_connection", "keys", "writing")

    def __init__(self, connection: Connection, keys: KeyRing, *, writing: bool):
        self._connection = connection
        self.keys = keys
        self.writing = writing

    def execute(self, query: Executable, values: Sequence[dict[str, Any]] | dict[str, Any] | None = None) -> CursorResult[Any]:
        result: CursorResult[Any] = self._connection.execute(query, values)  # type: ignore[assignment]
        return result

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Try something that a unique key may refuse, without losing what was done before it."""
        with self._connection.begin_nested():
            yield


class Database:
    """The engine behind `url`, with the settings that the promises rest on.

    SQLite: WAL, synchronous=FULL, foreign keys, secure_delete; a writing transaction takes the write lock first
    (BEGIN IMMEDIATE), so that nobody reads what another is about to change. PostgreSQL: lost connections are noticed
    before use, synchronous_commit stays on, a query may take ten seconds and a lock five.
    """

    def __init__(self, url: str, keys: KeyRing, *, pool_size: int = 10):
        self.url = make_url(url)
        self.keys = keys
        self.engine = _engine(url, pool_size)
        self._immediate = self.engine.execution_options(eservices_begin="IMMEDIATE")

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: committed when the block ends, rolled back when it raises. Answer only after the block."""
        with _told_apart(), self._immediate.begin() as connection:
            yield Transaction(connection, self.keys, writing=True)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read a consistent state; nothing is committed."""
        with _told_apart(), self.engine.connect() as connection:
            yield Transaction(connection, self.keys, writing=False)

    def dispose(self) -> None:
        """Close all pooled connections (before a fork, after a test)."""
        self.engine.dispose()


@contextmanager
def _told_apart() -> Iterator[None]:
    """Turn "the database is away" into one error of our own; everything else keeps its name."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        logger.warning("database unavailable: %s", type(error.orig).__name__)
        raise Unavailable from error


def _engine(url: str, pool_size: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 3,
            "options": "-c synchronous_commit=on -c lock_timeout=5000 -c statement_timeout=10000 -c timezone=UTC",
        },
    )


def _sqlite(url: str, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, connect_args={"timeout": 15})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own; see _begin
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('eservices_begin', 'DEFERRED')}")

    return engine
