"""Committed or not at all, one writer at a time, and an absent database is told apart from a mistake."""

import contextlib
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.exc import MultipleResultsFound, OperationalError, ProgrammingError

from eservices.storage import database as storage
from eservices.storage.database import Database, IntegrityError, Transaction, Unavailable
from eservices.storage.keys import data_keys
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import KeyRing
from eservices.values import new_id
from tests.storage.rows import NOW

_ADD = Prepared(insert(data_keys))
_ALL = Prepared(select(data_keys.c.id, data_keys.c.made_at, data_keys.c.destroyed_at).order_by(data_keys.c.id))
_ONE = Prepared(select(data_keys).where(data_keys.c.id == bindparam("key_id")))


def test_what_a_failing_block_wrote_is_not_there(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as tx:
            tx.run(_ADD, _a_row())
            tx.execute(insert(data_keys).values(_a_row()))
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert _how_many(database) == 0


def test_what_a_finished_block_wrote_is_there_for_everybody(database: Database) -> None:
    with database.transaction() as tx:
        tx.run(_ADD, _a_row())
        tx.execute(insert(data_keys).values(_a_row()))

    assert _how_many(database) == 2


def test_several_rows_go_in_with_one_call(database: Database) -> None:
    with database.transaction() as tx:
        assert tx.run(_ADD, [_a_row() for _ in range(5)]) == 5
        assert tx.run(_ADD, []) == 0

    assert _how_many(database) == 5


def test_a_prepared_row_comes_back_in_our_own_types(tx: Transaction) -> None:
    row = _a_row()
    tx.run(_ADD, row)

    found = tx.row(_ONE, key_id=row["id"])

    assert found.made_at == NOW
    assert found.made_at.tzinfo is not None
    assert bytes(found.wrapped) == b"wrapped"
    assert found.destroyed_at is None
    assert found == tuple(tx.execute(select(data_keys)).one())
    assert tx.row(_ONE, key_id="nobody") is None
    assert tx.value(_ONE, key_id=row["id"]) == row["id"]


def test_two_rows_where_one_is_promised_is_a_mistake(tx: Transaction) -> None:
    tx.run(_ADD, [_a_row(), _a_row()])

    with pytest.raises(MultipleResultsFound):
        tx.row(_ALL)


def test_a_name_that_was_forgotten_is_not_taken_for_nothing(tx: Transaction) -> None:
    with pytest.raises(KeyError):
        tx.row(_ONE)


def test_a_name_that_is_no_column_is_not_passed_over(tx: Transaction) -> None:
    with pytest.raises(TypeError, match="wraped"):
        tx.run(_ADD, _a_row() | {"wraped": b""})


def test_a_list_of_changing_length_cannot_be_prepared(tx: Transaction) -> None:
    with pytest.raises(TypeError, match="changing length"):
        tx.rows(Prepared(select(data_keys).where(data_keys.c.id.in_(["a", "b"]))))


def test_a_moment_without_its_time_zone_is_refused(tx: Transaction) -> None:
    with pytest.raises(ValueError, match="time zone"):
        tx.run(_ADD, _a_row() | {"made_at": NOW.replace(tzinfo=None)})


def test_a_unique_key_refuses_by_the_same_name_on_every_way(database: Database) -> None:
    row = _a_row()
    with database.transaction() as tx:
        tx.run(_ADD, row)

    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.run(_ADD, row)
    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.execute(insert(data_keys).values(row))
    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.run(_ADD, [row, _a_row()])


def test_a_savepoint_loses_only_what_came_after_it(database: Database) -> None:
    row = _a_row()
    with database.transaction() as tx:
        tx.run(_ADD, row)
        with pytest.raises(IntegrityError), tx.savepoint():
            tx.run(_ADD, [_a_row(), row])

    assert _how_many(database) == 1


def test_an_error_passed_over_without_a_savepoint_is_never_a_quiet_rollback(postgres_database: Database) -> None:
    row = _a_row()

    def pass_over() -> None:
        with postgres_database.transaction() as tx:
            tx.run(_ADD, row)
            with contextlib.suppress(IntegrityError):
                tx.run(_ADD, row)

    with pytest.raises(RuntimeError, match="nothing is committed"):
        pass_over()

    assert _how_many(postgres_database) == 0


def test_a_mistake_in_a_query_is_not_called_an_absent_database(database: Database) -> None:
    with pytest.raises((OperationalError, ProgrammingError)), database.read() as tx:
        tx.execute(text("SELECT * FROM no_such_table"))


def test_values_never_stand_in_an_error(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught, database.transaction() as tx:
        tx.execute(insert(data_keys).values(_a_row() | {"wrapped": b"very secret", "made_at": None}))

    assert "very secret" not in str(caught.value)


def test_an_absent_server_is_unavailable(keys: KeyRing) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", keys)

    with pytest.raises(Unavailable), database.transaction():
        pass


def test_a_folder_that_is_not_there_is_unavailable(keys: KeyRing) -> None:
    with pytest.raises(Unavailable), Database("sqlite:////no/such/folder/x.db", keys).read():
        pass


def test_a_full_disk_is_unavailable(sqlite_database: Database) -> None:
    def fill() -> None:
        with sqlite_database.transaction() as tx:
            pages = tx.execute(text("PRAGMA page_count")).scalar_one()
            tx.execute(text(f"PRAGMA max_page_count = {pages}"))
            tx.run(_ADD, [_a_row() | {"wrapped": b"x" * 50_000} for _ in range(50)])

    with pytest.raises(Unavailable):
        fill()

    assert _how_many(sqlite_database) == 0


def test_waiting_too_long_for_the_writer_is_unavailable(
    sqlite_database: Database, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_WRITER_WAIT", 0.05)
    another_process = Database(str(sqlite_database.url), keys)

    with sqlite_database.transaction():
        with pytest.raises(Unavailable), another_process.transaction():
            pass
        with ThreadPoolExecutor(1) as pool, pytest.raises(Unavailable):
            pool.submit(_add_one, sqlite_database).result()
    another_process.dispose()


def test_a_second_writing_transaction_in_one_thread_is_a_mistake_and_not_a_long_wait(sqlite_database: Database) -> None:
    with (
        sqlite_database.transaction(),
        pytest.raises(RuntimeError, match="already has a transaction"),
        sqlite_database.transaction(),
    ):
        pass


def test_a_lock_that_is_not_given_back_is_unavailable(postgres_database: Database) -> None:
    row = _a_row()
    with postgres_database.transaction() as tx:
        tx.run(_ADD, row)

    with postgres_database.transaction() as holder:
        holder.execute(select(data_keys).with_for_update())
        with postgres_database.engine.connect() as connection:
            connection.execute(text("SET lock_timeout = 50"))  # stays with the one connection that is free
            connection.commit()
        with pytest.raises(Unavailable), postgres_database.transaction() as tx:
            tx.execute(select(data_keys).with_for_update())


def test_lost_connections_are_noticed_before_anybody_relies_on_them(postgres_database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:  # fill the pool
        barrier = threading.Barrier(4)
        list(pool.map(lambda _: _meet(postgres_database, barrier), range(4)))
    with postgres_database.transaction() as tx:
        tx.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )

    for _ in range(6):
        _add_one(postgres_database)

    assert _how_many(postgres_database) == 6


def test_a_connection_lost_in_the_middle_writes_nothing_and_says_so(postgres_database: Database) -> None:
    def lose_it(last: Prepared | None) -> None:
        with postgres_database.transaction() as tx:
            tx.run(_ADD, _a_row())
            if last is None:
                tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            else:
                tx.rows(last)

    with pytest.raises(Unavailable):
        lose_it(None)
    with pytest.raises(Unavailable):
        lose_it(Prepared(select(func.pg_terminate_backend(func.pg_backend_pid()))))

    assert _how_many(postgres_database) == 0


def test_reading_sees_one_moment(database: Database) -> None:
    _add_one(database)
    with database.read() as tx:
        before = len(tx.rows(_ALL))
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_add_one, database).result()
        assert len(tx.rows(_ALL)) == before == 1

    assert _how_many(database) == 2


def test_a_read_never_leaves_anything_behind(postgres_database: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"), postgres_database.read() as tx:
        tx.run(_ADD, _a_row())


def test_every_writer_of_a_crowd_gets_through(database: Database) -> None:
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: _add_one(database), range(48)))

    assert _how_many(database) == 48


def test_the_promises_of_durability_are_set_on_every_connection(database: Database) -> None:
    with database.read() as tx:
        if tx.dialect == "sqlite":
            told = {
                name: tx.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
            assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        else:
            assert tx.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
            assert tx.execute(text("SHOW timezone")).scalar_one() == "UTC"


def test_a_server_that_may_forget_is_told_of(database: Database) -> None:
    told = database.broken_promises()

    if database.engine.dialect.name == "sqlite":
        assert told == ()
    else:  # the suite's own server is set to be quick
        assert told == ("fsync is off, and must be on", "full_page_writes is off, and must be on")


def test_a_child_process_never_uses_its_parents_connections(database: Database) -> None:
    _add_one(database)
    child = os.fork()
    if child == 0:  # pragma: no cover -- in the child
        try:
            _add_one(database)
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    _add_one(database)

    assert _how_many(database) == 3


def test_the_log_says_that_the_database_is_away_and_not_what_was_asked(
    keys: KeyRing, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(Unavailable),
        Database("postgresql+psycopg://nobody:hemligt@127.0.0.1:1/nothing", keys).read(),
    ):
        pass

    assert "database unavailable" in caplog.text
    assert "hemligt" not in caplog.text


def _a_row() -> dict[str, object]:
    return {"id": new_id(), "ring_id": "test", "wrapped": b"wrapped", "made_at": NOW}


def _add_one(database: Database) -> None:
    with database.transaction() as tx:
        tx.run(_ADD, _a_row())


def _meet(database: Database, barrier: threading.Barrier) -> None:
    with database.read() as tx:
        tx.rows(_ALL)
        barrier.wait(timeout=10)


def _how_many(database: Database) -> int:
    with database.read() as tx:
        return len(tx.rows(_ALL))
