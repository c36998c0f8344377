"""What the migrations make is what the packages say, on both engines, and the triggers keep what they promise."""

import datetime as dt
import multiprocessing
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, delete, inspect, text, update
from sqlalchemy.exc import DBAPIError

from eservices import journal, schema
from eservices.cases.tables import cases
from eservices.identity.people import Actor
from eservices.schema import upgrade
from eservices.schema.upgrade import (
    TooLong,
    bring_up_to_date,
    found_revision,
    is_up_to_date,
    newest_revision,
    take_back,
)
from eservices.storage.database import Database, Transaction
from eservices.storage.sealing import KeyRing
from eservices.submissions.tables import submissions
from tests import postgres
from tests.storage.rows import NOW, a_case, a_submission


@pytest.fixture(params=["sqlite", "postgresql"])
def two_empty_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'one.db'}", f"sqlite:///{tmp_path / 'two.db'}"
        return
    socket_folder = request.getfixturevalue("postgres_socket")
    with postgres.databases(socket_folder, "migrated", "described") as (migrated, described):
        yield migrated, described


def test_the_migrations_make_the_tables_that_the_packages_describe(two_empty_databases: tuple[str, str]) -> None:
    migrated, described = two_empty_databases

    bring_up_to_date(migrated)
    engine = create_engine(described)
    _copy_of(schema.metadata).create_all(engine)
    engine.dispose()

    assert _picture(migrated) == _picture(described)


def test_an_upgrade_can_be_run_twice_taken_back_and_run_again(
    two_empty_databases: tuple[str, str], keys: KeyRing
) -> None:
    url = two_empty_databases[0]
    database = Database(url, keys)

    assert not is_up_to_date(database)
    bring_up_to_date(url)
    bring_up_to_date(url)
    assert is_up_to_date(database)
    whole = _picture(url)

    take_back(url, "base")
    assert found_revision(database) is None
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}

    bring_up_to_date(url)
    assert found_revision(database) == newest_revision()
    assert _picture(url) == whole
    database.dispose()


def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(two_empty_databases: tuple[str, str]) -> None:
    engine = create_engine(two_empty_databases[0])
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (id integer)"))

    with pytest.raises(DBAPIError, match="already exists"):
        bring_up_to_date(two_empty_databases[0])

    assert inspect(engine).get_table_names() == ["outbox"]
    engine.dispose()


def test_nodes_that_upgrade_at_once_wait_for_each_other(two_empty_databases: tuple[str, str], keys: KeyRing) -> None:
    url = two_empty_databases[0]

    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(bring_up_to_date, [url] * 3))

    database = Database(url, keys)
    assert is_up_to_date(database)
    database.dispose()


def test_alembic_sees_nothing_left_to_migrate(two_empty_databases: tuple[str, str]) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    bring_up_to_date(two_empty_databases[0])
    engine = create_engine(two_empty_databases[0])

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        left = compare_metadata(context, schema.metadata)
    engine.dispose()

    assert left == []


def test_a_migration_lets_everybody_go_on_while_somebody_has_a_table_in_hand(postgres_socket: str) -> None:
    with postgres.databases(postgres_socket, "busy") as (url,):
        bring_up_to_date(url)
        take_back(url, "0010")
        engine = create_engine(url)
        with engine.connect() as somebody, engine.connect() as another:
            somebody.execute(text("SELECT * FROM cases"))  # and goes on thinking
            upgrading = threading.Thread(target=bring_up_to_date, args=(url,))
            upgrading.start()
            upgrading.join(0.5)
            another.execute(text("SET lock_timeout = '1s'"))
            assert another.execute(text("SELECT count(*) FROM cases")).scalar_one() == 0
            assert upgrading.is_alive()
            somebody.rollback()
            another.rollback()
            upgrading.join(20)
        engine.dispose()
        database = Database(url, KeyRing({"test": b"\x07" * 32}, b"\x0b" * 32))
        assert is_up_to_date(database)
        database.dispose()


def test_a_migration_that_would_keep_everybody_waiting_gives_up_with_nothing_done(
    postgres_socket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(upgrade.MIGRATIONS, tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "9999_slow.py").write_text(
        f"from alembic import op\nrevision, down_revision = '9999', '{newest_revision()}'\n"
        "def upgrade():\n    op.execute('CREATE TABLE half_done (id integer)')\n    op.execute('SELECT pg_sleep(0.3)')\n"
    )
    with postgres.databases(postgres_socket, "slow") as (url,):
        bring_up_to_date(url)
        monkeypatch.setattr(upgrade, "MIGRATIONS", tmp_path / "migrations")
        monkeypatch.setattr(upgrade, "MOST_SECONDS", 0.2)
        engine = create_engine(url)
        with pytest.raises(TooLong):
            bring_up_to_date(url)
        assert "half_done" not in inspect(engine).get_table_names()

        bring_up_to_date(url, alone=True)

        assert "half_done" in inspect(engine).get_table_names()
        engine.dispose()


def test_a_new_sqlite_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    bring_up_to_date(f"sqlite:///{tmp_path / 'data' / 'new.db'}")

    assert (tmp_path / "data" / "new.db").stat().st_mode & 0o077 == 0


def test_nobody_changes_or_removes_a_journal_entry(database: Database) -> None:
    with database.transaction() as tx:
        case_id, key = a_case(tx)
        journal.write(tx, actor=Actor.system(), kind="opened", at=NOW, key=key, case_id=case_id)
        journal.digest_of_day(tx, NOW.date(), NOW)

    entries, days = journal.journal_entries, journal.journal_days
    for attempt in (
        update(entries).values(kind="nothing"),
        delete(entries),
        update(days).values(heads=0),
        delete(days),
    ):
        with pytest.raises(DBAPIError, match="only grows"), database.transaction() as tx:
            tx.execute(attempt)

    with database.read() as tx:
        assert [entry.kind for entry in journal.of_case(tx, case_id, key)] == ["opened"]


def test_postgresql_refuses_to_empty_the_journal_at_once(postgres_database: Database) -> None:
    with pytest.raises(DBAPIError, match="only grows"), postgres_database.transaction() as tx:
        tx.execute(text("TRUNCATE journal_entries"))


def test_what_was_handed_in_and_when_never_changes(database: Database) -> None:
    with database.transaction() as tx:
        case_id, _ = a_case(tx)
        a_submission(tx, case_id=case_id, received_at=NOW)

    later = NOW + dt.timedelta(days=1)
    for attempt in (
        update(submissions).values(received_at=later),
        update(submissions).values(sealed=b"other"),
        update(cases).values(received_at=later),
        update(cases).values(received_on=later.date()),
    ):
        with pytest.raises(DBAPIError, match="never change"), database.transaction() as tx:
            tx.execute(attempt)

    with database.transaction() as tx:
        tx.execute(update(cases).values(status="opened", received_at=NOW))  # the rest of a case may change
        assert _received(tx) == {NOW}


def _copy_of(metadata: MetaData) -> MetaData:
    """SQLAlchemy remembers in a table which of its keys another engine was given afterwards."""
    fresh = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(fresh)
    return fresh


def _received(tx: Transaction) -> set[dt.datetime]:
    return {row.received_at for table in (submissions, cases) for row in tx.execute(table.select())}


def _picture(url: str) -> dict[str, Any]:
    """Everything a database says of its tables, without the order it says it in."""
    engine = create_engine(url)
    seen = inspect(engine)
    picture: dict[str, Any] = {}
    for table in sorted(set(seen.get_table_names()) - {"alembic_version"}):
        columns = {
            column["name"]: (str(column["type"]), column["nullable"], str(column["default"]), column.get("comment"))
            for column in seen.get_columns(table)
        }
        picture[table] = {
            "columns": columns,
            "order": [column["name"] for column in seen.get_columns(table)],
            "primary key": seen.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (str(key["name"]), key["constrained_columns"], key["referred_table"])
                for key in seen.get_foreign_keys(table)
            ),
            "unique": sorted(str(each) for each in seen.get_unique_constraints(table)),
            "checks": sorted((str(each["name"]), each["sqltext"]) for each in seen.get_check_constraints(table)),
            "indexes": sorted(_index(each) for each in seen.get_indexes(table)),
        }
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            made = connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"))
            picture["without rowid"] = sorted(made.scalars())
    engine.dispose()
    return picture


def _index(index: Any) -> tuple[str, list[str], bool, str]:
    options = index["dialect_options"]
    where = options.get("sqlite_where", options.get("postgresql_where", ""))
    return str(index["name"]), index["column_names"], bool(index["unique"]), str(where)
