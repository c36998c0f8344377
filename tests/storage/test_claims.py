"""Work is taken by one worker only."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import update

from eservices.storage.claims import claim
from eservices.storage.database import Database, Transaction
from eservices.storage.keys import data_keys, make_key
from tests.storage.rows import NOW

#: The table of keys stands in for a table of work: made_at is when it is due, destroyed_at marks it taken.
_READY = data_keys.c.destroyed_at.is_(None)


def test_many_workers_take_every_row_once(database: Database) -> None:
    with database.transaction() as tx:
        made = {make_key(tx, NOW).id for _ in range(40)}

    with ThreadPoolExecutor(6) as pool:
        taken = [key_id for part in pool.map(lambda _: _take_all(database), range(6)) for key_id in part]

    assert sorted(taken) == sorted(made)


def test_the_oldest_is_taken_first_and_no_more_than_asked(database: Database) -> None:
    with database.transaction() as tx:
        ids = [make_key(tx, NOW).id for _ in range(3)]
        for number, key_id in enumerate(ids):
            moment = NOW - dt.timedelta(hours=number)
            tx.execute(update(data_keys).where(data_keys.c.id == key_id).values(made_at=moment))

        assert _take(tx, 2) == [ids[2], ids[1]]
        assert _take(tx, 2) == [ids[0]]
        assert _take(tx, 2) == []


def test_on_postgresql_nobody_waits_for_work_that_another_holds(postgres_database: Database) -> None:
    with postgres_database.transaction() as tx:
        for _ in range(2):
            make_key(tx, NOW)
    taken = threading.Event()
    finish = threading.Event()

    def hold() -> list[str]:
        with postgres_database.transaction() as tx:
            mine = _take(tx, 1)
            taken.set()
            finish.wait(timeout=10)
            return mine

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(hold)
        assert taken.wait(timeout=10)
        with postgres_database.transaction() as tx:
            quick = _take(tx, 5)
        finish.set()

    assert len(quick) == 1
    assert quick != slow.result()


def _take(tx: Transaction, limit: int) -> list[str]:
    rows = claim(tx, data_keys, ready=_READY, order=[data_keys.c.made_at], limit=limit, mark={"destroyed_at": NOW})
    return [row.id for row in rows]


def _take_all(database: Database) -> list[str]:
    taken = []
    while True:
        with database.transaction() as tx:
            part = _take(tx, 3)
        if not part:
            return taken
        taken += part
