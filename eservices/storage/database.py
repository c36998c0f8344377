"""One database, two engines. The only place that begins, commits and rolls back.

What the cost rests on (measured, SQLite, processor time): a transaction of SQLAlchemy's own Connection costs 50
microseconds before anything is asked, this one 20; its pre-ping is one more round trip to PostgreSQL, so here the
BEGIN itself is what notices a lost connection, and is tried again on a fresh one; a statement through Core costs 60
to 120, a `storage.prepared.Prepared` one about 10. Several rows of one table go in with one `run` and a list.
"""

import logging
import os
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, MetaData, create_engine, event, text
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, MultipleResultsFound
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection

from eservices.settings import Settings
from eservices.storage.prepared import Prepared, ReadyQuery
from eservices.storage.sealing import KeyRing

__all__ = ["Database", "IntegrityError", "Transaction", "Unavailable", "metadata"]

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

#: How long one may wait for SQLite's single writer, in seconds.
_WRITER_WAIT = 15

_BEGIN_WRITING = "BEGIN IMMEDIATE"
_SQLITE_BUSY = 5

#: For how many seconds another process's lock is asked for often.
_OFTEN_FOR = 0.02

#: SQLite's primary result codes that mean "not now", as opposed to a mistake in a query: busy, locked, read-only,
#: input/output error, disk full, cannot open, lock protocol.
_SQLITE_AWAY = frozenset({5, 6, 8, 10, 13, 14, 15})

#: Classes of PostgreSQL's error codes that mean the same: connection, serialisation and deadlock, resources, object
#: in use (lock timeout), operator intervention, system error.
_POSTGRESQL_AWAY = frozenset({"08", "40", "53", "55", "57", "58"})

#: PostgreSQL's settings without which a power cut loses or tears what was acknowledged.
_MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")

#: libpq's PQTRANS_IDLE: no transaction is open.
_IDLE = 0
#: libpq's PQTRANS_INERROR: a query in it has failed, and nothing of it can be committed.
_FAILED = 3

#: `storage.patience.Silent`, by its name: an installation on SQLite never loads the other driver.
_SILENT = "Silent"

#: The server turned read-only: it has become a standby.
_READ_ONLY = "25006"


class Unavailable(Exception):
    """The database cannot be reached, or is locked for too long: nothing was acknowledged, try again soon."""


class Transaction:
    """What a door opens and everything below it receives: SQL that is committed or rolled back as one."""

    __slots__ = ("_connection", "_engine", "_pooled", "_raw", "keys", "writing")

    def __init__(self, engine: Engine, pooled: PoolProxiedConnection, keys: KeyRing, *, writing: bool):
        self._engine = engine
        self._pooled = pooled
        self._raw: Any = pooled.dbapi_connection
        self._connection: Connection | None = None
        self.keys = keys
        self.writing = writing

    def row(self, query: Prepared, **values: Any) -> Any:
        """The one row of a prepared query, or None. More than one is a mistake and raises."""
        ready = query.ready(self._engine.dialect, values)
        found = self._run(ready, ready.values(values)).fetchmany(2)
        if not found:
            return None
        if len(found) > 1:
            raise MultipleResultsFound("one row was expected")
        return ready.row(found[0])

    def rows(self, query: Prepared, **values: Any) -> list[Any]:
        """All rows of a prepared query."""
        ready = query.ready(self._engine.dialect, values)
        return [ready.row(found) for found in self._run(ready, ready.values(values)).fetchall()]

    def value(self, query: Prepared, **values: Any) -> Any:
        """The first column of the one row of a prepared query, or None."""
        found = self.row(query, **values)
        return None if found is None else found[0]

    def run(self, query: Prepared, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        """Run a prepared INSERT, UPDATE or DELETE once, or once for each of several; how many rows it touched."""
        if isinstance(values, Mapping):
            ready = query.ready(self._engine.dialect, values)
            touched: int = self._run(ready, ready.values(values)).rowcount
            return touched
        if not values:
            return 0
        ready = query.ready(self._engine.dialect, values[0])
        return self._run_many(ready, [ready.values(each) for each in values])

    def execute(
        self, query: Executable, values: Sequence[dict[str, Any]] | dict[str, Any] | None = None
    ) -> CursorResult[Any]:
        """Run any query of SQLAlchemy Core: for those that are put together anew each time."""
        result: CursorResult[Any] = self.connection.execute(query, values)
        return result

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's view of this transaction. It neither begins nor commits; only `Database` does."""
        if self._connection is None:
            self._connection = Connection(self._engine, self._pooled)
        return self._connection

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def patient(self) -> Iterator[None]:
        """What is asked in here may take as long as it takes: for commands, never where somebody waits."""
        if self.dialect != "postgresql":
            yield
            return
        self._raw.execute("SET LOCAL statement_timeout = 0")
        with self._raw.patient():
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Try something that a unique key may refuse, without losing what was done before it."""
        with self.connection.begin_nested():
            yield

    def _run(self, ready: ReadyQuery, values: Any) -> Any:
        try:
            return self._raw.execute(ready.sql, values)
        except Exception as error:
            raise self._told(error, ready.sql) from error

    def _run_many(self, ready: ReadyQuery, values: Sequence[Any]) -> int:
        try:
            cursor = self._raw.cursor()
            cursor.executemany(ready.sql, values)
        except Exception as error:
            raise self._told(error, ready.sql) from error
        touched: int = cursor.rowcount
        return touched

    def _told(self, error: Exception, sql: str) -> BaseException:
        """A driver's error under the name that SQLAlchemy would have given it, without the values."""
        dialect = self._engine.dialect
        if not isinstance(error, dialect.loaded_dbapi.Error):
            return error
        return DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect)


class Database:
    """The engine behind `url`, with the settings that the promises rest on.

    SQLite: WAL, synchronous=FULL, foreign keys, secure_delete; a writing transaction takes the write lock first
    (BEGIN IMMEDIATE), so that nobody reads what another is about to change. PostgreSQL: synchronous_commit stays on, a
    query may take ten seconds and a lock five, and a server that says nothing for fifteen is away; reading sees one
    moment (REPEATABLE READ). Safe to make before a fork: a child drops the connections it inherited.
    """

    def __init__(self, url: str, keys: KeyRing, *, pool_size: int = 10):
        self.url = make_url(url)
        self.keys = keys
        self.engine = _engine(url, pool_size)
        self._most_connections = 2 * pool_size
        self._sqlite = self.engine.dialect.name == "sqlite"
        self._writer = _Writer()
        _of_this_process.add(self)

    @classmethod
    def of(cls, settings: Settings) -> "Database":
        """The database that the settings name. Raises `ValueError` for a key ring that cannot be read."""
        url = make_url(settings.database_url)
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(settings.database_url, KeyRing.from_setting(settings.keys), pool_size=settings.database_pool)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: committed when the block ends, rolled back when it raises. Answer only after the block.

        Raises `Unavailable` when the database is away, locked for too long, full or in a deadlock.
        """
        if self._sqlite:
            # The threads of one process stand in a queue here; processes meet in `_begin_writing`.
            with self._writer, self._begun(_BEGIN_WRITING, writing=True) as tx:
                yield tx
        else:
            with self._begun("BEGIN", writing=True) as tx:
                yield tx

    def read(self) -> AbstractContextManager[Transaction]:
        """Read one consistent state; nothing is committed."""
        begin = "BEGIN" if self._sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        return self._begun(begin, writing=False)

    def broken_promises(self) -> tuple[str, ...]:
        """What the server is set to do that could lose an answer after it was acknowledged; nothing when all is well.

        Production refuses to start on any of it. Raises `Unavailable` when the database is away.
        """
        if self._sqlite:
            return ()  # set on every connection
        with self.read() as tx:
            asked = [(name, tx.execute(text(f"SHOW {name}")).scalar_one()) for name in _MUST_BE_ON]
        return tuple(f"{name} is {found}, and must be on" for name, found in asked if found != "on")

    def dispose(self) -> None:
        """Close all pooled connections (before a fork, after a test)."""
        self.engine.dispose()

    @contextmanager
    def _begun(self, begin: str, *, writing: bool) -> Iterator[Transaction]:
        try:
            pooled = self._checked_out(begin)
        except Exception as error:
            if _is_away(error):
                raise _unavailable(error) from error
            raise
        raw: Any = pooled.dbapi_connection
        try:
            yield Transaction(self.engine, pooled, self.keys, writing=writing)
            if writing:
                self._refuse_failed(raw)
                raw.commit()
            else:
                raw.rollback()
        except BaseException as error:
            self._give_up(pooled, error)
            if _is_away(error) and not (_is_read_only(error) and not writing):
                raise _unavailable(error) from error
            raise
        finally:
            pooled.close()

    def _checked_out(self, begin: str) -> PoolProxiedConnection:
        """A connection on which `begin` has succeeded; lost ones are thrown away on the way."""
        dialect = self.engine.dialect
        for left in range(self._most_connections, -1, -1):
            pooled = self.engine.raw_connection()
            raw: Any = pooled.dbapi_connection
            try:
                if begin == _BEGIN_WRITING:
                    _begin_writing(raw)
                else:
                    raw.execute(begin)
            except dialect.loaded_dbapi.Error as error:
                if _has_fallen_silent(error):
                    self._throw_away(pooled, error)
                    raise
                # A pool of stale connections empties itself here; a new one that cannot be made raises above.
                if left and dialect.is_disconnect(error, pooled, None):
                    pooled.invalidate(error)
                    continue
                pooled.close()
                raise
            except Unavailable:
                pooled.close()
                raise
            return pooled
        raise AssertionError("the last round returns or raises")

    def _refuse_failed(self, raw: Any) -> None:
        """PostgreSQL answers COMMIT with a quiet rollback once a query has failed; nobody may take that for a yes."""
        if not self._sqlite and raw.pgconn.transaction_status == _FAILED:
            raise RuntimeError("a query failed and its error was passed over without a savepoint: nothing is committed")

    def _give_up(self, pooled: PoolProxiedConnection, error: BaseException) -> None:
        dialect = self.engine.dialect
        raw: Any = pooled.dbapi_connection
        if raw is None:  # SQLAlchemy has thrown it away already
            return
        try:
            raw.rollback()
        except dialect.loaded_dbapi.Error as lost:
            logger.warning("connection lost: %s", type(lost).__name__)
            self._throw_away(pooled, error if isinstance(error, Exception) and not _has_fallen_silent(lost) else lost)

    def _throw_away(self, pooled: PoolProxiedConnection, error: Exception) -> None:
        """A lost connection; where the server has fallen silent, the others that lie here as well: one after another
        would keep somebody waiting, and a new one is given up after three seconds."""
        pooled.invalidate(error)
        if _has_fallen_silent(error):
            self.engine.dispose()


class _Writer:
    """The queue of one process for SQLite's single writer."""

    __slots__ = ("_lock", "_owner")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None

    def __enter__(self) -> None:
        me = threading.get_ident()
        if self._owner == me:
            raise RuntimeError("this thread already has a transaction open")
        if not self._lock.acquire(timeout=_WRITER_WAIT):
            raise Unavailable("waited too long for the writer")
        self._owner = me

    def __exit__(self, *_: object) -> None:
        self._owner = None
        self._lock.release()


def _begin_writing(raw: Any) -> None:
    """Take SQLite's write lock from other processes, for whom there is no queue.

    SQLite's own waiting sleeps longer and longer, up to 100 ms at a time, while the threads of the process that holds
    the lock hand it on among themselves: measured, one in a hundred waited two seconds. Asking every third of a
    millisecond, and every one after a while, brings that to a quarter, for a few percent of one processor meanwhile.
    """
    begun = time.monotonic()
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not _is_mine(raw):
            waited = time.monotonic() - begun
            if waited > _WRITER_WAIT:
                raise Unavailable("waited too long for another process")
            time.sleep(0.0003 if waited < _OFTEN_FOR else 0.001)
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(_WRITER_WAIT * 1_000)}")


def _is_mine(raw: Any) -> bool:
    try:
        raw.execute(_BEGIN_WRITING)
    except raw.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == _SQLITE_BUSY:
            return False
        raise
    return True


_of_this_process: "weakref.WeakSet[Database]" = weakref.WeakSet()


def _after_fork() -> None:
    """In a child: leave the parent's connections alone, neither use nor close them."""
    for database in list(_of_this_process):
        database.engine.dispose(close=False)
        database._writer = _Writer()  # noqa: SLF001 -- the lock may have been held by a thread that is not here


os.register_at_fork(after_in_child=_after_fork)


def _unavailable(error: BaseException) -> Unavailable:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    logger.warning("database unavailable: %s", type(cause).__name__)
    return Unavailable(type(cause).__name__)


def _is_away(error: BaseException) -> bool:
    """Whether the database itself is the trouble. A mistake in a query ("no such table") keeps its own name."""
    if isinstance(error, PoolTimeout):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in _SQLITE_AWAY
    state = getattr(cause, "sqlstate", "")
    if state is None:  # no answer from the server at all
        return type(cause).__name__ in {"OperationalError", "InterfaceError", "ConnectionTimeout", _SILENT}
    return isinstance(state, str) and (state[:2] in _POSTGRESQL_AWAY or state == _READ_ONLY)


def _has_fallen_silent(error: BaseException) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return type(cause).__name__ == _SILENT


def _is_read_only(error: BaseException) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) == _READ_ONLY


def _engine(url: str, pool_size: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 3,
            "options": "-c synchronous_commit=on -c lock_timeout=5000 -c statement_timeout=10000 -c timezone=UTC",
            # A server that is gone without a word is given up within half a minute, not within hours.
            "tcp_user_timeout": 20_000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
    )

    @event.listens_for(engine, "do_connect")
    def _watched(_dialect: Any, _record: Any, words: Any, named: Any) -> Any:
        from eservices.storage.patience import WatchedConnection

        return WatchedConnection.connect(*words, **named)

    @event.listens_for(engine, "connect")
    def _no_begin(connection: Any, _record: Any) -> None:
        connection.autocommit = True  # the driver must not begin on its own; see Database._begun

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        if raw.pgconn.transaction_status == _IDLE:  # a connection of SQLAlchemy's own: migrations, tests
            raw.execute("BEGIN")

    return engine


def _sqlite(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_WRITER_WAIT,
        connect_args={"timeout": _WRITER_WAIT, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own; see Database._begun
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        if not raw.in_transaction:  # a connection of SQLAlchemy's own: migrations, tests
            raw.execute("BEGIN IMMEDIATE")

    return engine
