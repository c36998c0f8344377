"""Bring a database up to date, and say whether it is.

A migration is named by its number (`0001_first_tables.py` is revision `0001`), so that asking whether a database is up
to date needs nothing of Alembic: the web process does so for `/readyz`.
"""

import re
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.storage.keys import know_ring

MIGRATIONS = Path(__file__).resolve().parent / "migrations"

#: The key of PostgreSQL's advisory lock under which one process upgrades and the others wait.
_LOCK = 7_305_801_846

#: A migration takes all tables at one moment, or none. It waits so many milliseconds for those that somebody has in
#: hand, and everybody else waits behind it meanwhile; then it gives up what it has and comes again after a pause, so
#: that it stands in nobody's way for long and in no deadlock. It tries this often.
_WAIT_MS = 400
_PAUSE = 0.5
_TRIES = 300

#: While it has them everybody waits, and the programs wait for five seconds: no step of it may take longer than this.
MOST_SECONDS = 4.0
_CANCELLED = "57014"
_NOT_TAKEN = {_CANCELLED, "40P01"}  #: waited too long, or it was we who were in the way of each other


class TooLong(Exception):
    """A step of a migration takes longer than those who use the house would wait. Nothing was done."""


class _InHand(Exception):
    """Somebody had a table in hand."""

    def __init__(self, cause: OperationalError):
        super().__init__(str(cause))
        self.cause = cause


def bring_up_to_date(url: str, *, alone: bool = False) -> None:
    """Run every migration that the database at `url` has not had. Several processes may call it at once.

    All of it is one transaction: it is done, or nothing is. Whoever hands in meanwhile waits no longer than it takes;
    where it gets no turn for some minutes it gives up, with nothing done, and so it does on PostgreSQL where a step
    takes longer than anybody would wait (`TooLong`), unless nobody uses the house: `alone`. A new SQLite file is made
    readable by its owner alone.
    """
    _run(url, lambda config: _alembic().upgrade(config, "head"), alone=alone)


def prepare(settings: Settings, *, alone: bool = False) -> None:
    """Bring the database of `settings` up to date and see that the key ring is its own.

    Raises `WrongRing` and `TooLong`.
    """
    bring_up_to_date(settings.database_url, alone=alone)
    database = Database.of(settings)
    try:
        with database.transaction() as tx:
            know_ring(tx)
    finally:
        database.dispose()


def take_back(url: str, revision: str) -> None:
    """Undo every migration after `revision` (`base`: all of them). For tests and for the hour after a bad upgrade."""
    _run(url, lambda config: _alembic().downgrade(config, revision), alone=True)


def is_up_to_date(database: Database) -> bool:
    """Whether the database has had every migration that this version of the program brings.

    It may have had more: what ran before runs on the tables of what comes after, so that going back is going back with
    the code alone. Raises `Unavailable` when the database is away.
    """
    return (found_revision(database) or "") >= newest_revision()


def found_revision(database: Database) -> str | None:
    """The newest migration the database has had; None when it has had none."""
    with database.read() as tx:
        try:
            found: str | None = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        except (OperationalError, ProgrammingError) as error:
            if "alembic_version" in str(error.orig):  # the table is not there yet
                return None
            raise
    return found


@lru_cache(maxsize=1)
def newest_revision() -> str:
    """The newest migration that this version of the program brings."""
    names = [path.name for path in (MIGRATIONS / "versions").iterdir()]
    return max(match[1] for name in names if (match := re.match(r"(\d{4})_\w+\.py$", name)))


def _run(url: str, work: Callable[[Any], None], *, alone: bool) -> None:
    from alembic.config import Config

    sqlite = make_url(url).get_backend_name() == "sqlite"
    if sqlite:
        _make_file(url)
    # Its own engine: neither the web's ten seconds a query nor its pool suit a migration.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 60} if sqlite else {})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        for left in range(_TRIES, 0, -1):
            if _has_run(engine, config, work, alone=alone, last=left == 1):
                break
            time.sleep(_PAUSE)
    finally:
        engine.dispose()


def _has_run(engine: Engine, config: Any, work: Callable[[Any], None], *, alone: bool, last: bool) -> bool:
    """Whether all of it is done. False, and nothing is, when somebody had a table in hand; raises the `last` time."""
    try:
        with engine.connect() as connection:
            sqlite = engine.dialect.name == "sqlite"
            _begin_alone(connection, sqlite=sqlite)
            if not sqlite:
                most = 0 if alone else int(MOST_SECONDS * 1_000)
                connection.execute(text(f"SET LOCAL statement_timeout = {most}"))
            config.attributes["connection"] = connection
            work(config)
            connection.commit()
    except _InHand as error:
        if last:
            raise error.cause from None
        return False
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _CANCELLED and not alone:
            raise TooLong from error
        raise
    return True


def _begin_alone(connection: Connection, *, sqlite: bool) -> None:
    if not sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _take_all_tables(connection)
        return
    raw: Any = connection.connection.dbapi_connection
    raw.isolation_level = None  # the driver would commit before each CREATE TABLE
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA foreign_keys=OFF")  # a table that is made anew must not take its neighbours with it
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _take_all_tables(connection: Connection) -> None:
    there = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
    names = sorted(there.scalars())
    if "alembic_version" not in names:
        return  # the first time: nobody uses it yet
    if connection.execute(text("SELECT version_num FROM alembic_version")).scalar() != newest_revision():
        tables = ", ".join(f'"{name}"' for name in names)
        connection.execute(text(f"SET LOCAL statement_timeout = {_WAIT_MS}"))
        try:
            connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) in _NOT_TAKEN:
                raise _InHand(error) from error
            raise


def _make_file(url: str) -> None:
    database = make_url(url).database
    if database:
        path = Path(database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)


def _alembic() -> Any:
    from alembic import command

    return command
