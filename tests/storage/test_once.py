"""A key is taken by the first, on both engines, and by nobody when the first is rolled back."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from eservices.calendars import FixedClock
from eservices.storage import once
from eservices.storage.database import Database

KEY = "0f" * 32


def test_of_many_at_once_one_takes_the_key(database: Database, clock: FixedClock) -> None:
    together = threading.Barrier(8)

    def take(_: int) -> bool:
        together.wait()
        with database.transaction() as tx:
            return once.take(tx, KEY, clock.now())

    with ThreadPoolExecutor(8) as people:
        assert sorted(people.map(take, range(8))) == [False] * 7 + [True]


def test_who_waited_for_one_that_was_rolled_back_takes_it(database: Database, clock: FixedClock) -> None:
    taken, waits = threading.Event(), threading.Event()

    def second() -> bool:
        taken.wait()
        waits.set()
        with database.transaction() as tx:
            return once.take(tx, KEY, clock.now())

    with ThreadPoolExecutor(1) as people:
        answer = people.submit(second)
        with suppress(LookupError), database.transaction() as tx:
            assert once.take(tx, KEY, clock.now())
            taken.set()
            waits.wait()
            raise LookupError
        assert answer.result()


def test_a_key_that_was_given_back_or_is_old_can_be_taken_again(database: Database, clock: FixedClock) -> None:
    with database.transaction() as tx:
        assert once.take(tx, KEY, clock.now())
        once.give_back(tx, KEY)
        assert once.take(tx, KEY, clock.now())
    with database.transaction() as tx:
        assert once.forget(tx, clock.now()) == 0
        assert once.forget(tx, clock.now() + once.KEPT) == 1
        assert once.take(tx, KEY, clock.now())
