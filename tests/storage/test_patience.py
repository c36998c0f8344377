"""A server that keeps the line and says nothing is given up; one that only takes its time is not."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from eservices.storage import patience
from eservices.storage.database import Database, Unavailable
from tests.standing_still import backends, standing_still


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.6)


def test_the_server_itself_ends_what_takes_too_long_before_it_is_given_up(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with postgres_database.read() as tx:
        limits = [tx.execute(text(f"SHOW {name}_timeout")).scalar_one() for name in ("statement", "lock")]

    assert limits == ["10s", "5s"]
    assert 10 + 2 < patience.PATIENCE < 25


@pytest.mark.parametrize("through_core", [False, True])
def test_a_server_that_stands_still_in_the_middle_is_given_up_and_nothing_is_written(
    postgres_database: Database, through_core: bool
) -> None:
    def ask() -> None:
        with postgres_database.transaction() as tx:
            tx.execute(text("CREATE TABLE nothing_of_it (id integer)"))
            with standing_still([tx.execute(text("SELECT pg_backend_pid()")).scalar_one()]):
                if through_core:
                    tx.execute(text("SELECT 1"))
                else:
                    tx._raw.execute("SELECT 1")

    began = time.monotonic()
    with pytest.raises(Unavailable):
        ask()

    assert 0.5 < time.monotonic() - began < 5
    with postgres_database.read() as tx:
        assert tx.execute(text("SELECT to_regclass('nothing_of_it')")).scalar_one() is None


def test_whoever_comes_next_does_not_wait_for_one_dead_connection_after_another(postgres_database: Database) -> None:
    _fill_the_pool(postgres_database, 4)
    with standing_still(backends(postgres_database)):
        began = time.monotonic()
        with pytest.raises(Unavailable), postgres_database.read():
            pass
        given_up = time.monotonic() - began

        with postgres_database.read() as tx:  # the server itself is there, and makes a new one
            assert tx.execute(text("SELECT 1")).scalar_one() == 1

    assert given_up < 2.4, "once, not for each of the four"


def test_a_query_that_takes_less_than_the_patience_is_waited_for(postgres_database: Database) -> None:
    with postgres_database.read() as tx:
        assert tx.execute(text("SELECT 1 FROM pg_sleep(0.3)")).scalar_one() == 1
        assert tx.execute(text("SELECT 1 FROM pg_sleep(0.3)")).scalar_one() == 1, "each query has it anew"


def test_a_command_may_take_as_long_as_it_takes_and_the_next_may_not(postgres_database: Database) -> None:
    with postgres_database.transaction() as tx, tx.patient():
        assert tx.execute(text("SELECT 1 FROM pg_sleep(1.2)")).scalar_one() == 1
        assert tx.execute(text("SHOW statement_timeout")).scalar_one() == "0"

    with postgres_database.read() as tx:
        assert tx.execute(text("SHOW statement_timeout")).scalar_one() == "10s"
    with pytest.raises(Unavailable), postgres_database.read() as tx:
        tx.execute(text("SELECT pg_sleep(1.2)"))


def test_an_answer_that_takes_long_and_never_stops_coming_is_taken(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.3)
    began = time.monotonic()
    with postgres_database.read() as tx:
        rows = tx.execute(text("SELECT repeat('x', 20000), pg_sleep(0.1) FROM generate_series(1, 8)")).all()

    assert len(rows) == 8
    assert time.monotonic() - began > 0.7


def _fill_the_pool(database: Database, number: int) -> None:
    barrier = threading.Barrier(number)

    def meet() -> None:
        with database.read() as tx:
            tx.execute(text("SELECT 1"))
            barrier.wait(10)

    with ThreadPoolExecutor(number) as pool:
        for met in [pool.submit(meet) for _ in range(number)]:
            met.result()
