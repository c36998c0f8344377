"""Counters that all workers share: no more than the limit passes, whoever counts."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from eservices.identity import limits
from eservices.identity.tables import rate_counters
from eservices.storage.database import Database, Transaction
from tests.storage.rows import NOW

_HOUR = dt.timedelta(hours=1)


def test_a_crowd_at_once_gets_exactly_as_many_through_as_the_limit_says(database: Database) -> None:
    def once(_: int) -> bool:
        with database.transaction() as tx:
            return limits.hit(tx, ["start", "192.0.2.0/24"], 20, _HOUR, NOW)

    with ThreadPoolExecutor(10) as pool:
        passed = list(pool.map(once, range(60)))

    assert passed.count(True) == 20


def test_each_bucket_has_its_own_count(tx: Transaction) -> None:
    assert limits.hit(tx, ["start", "a"], 1, _HOUR, NOW)
    assert not limits.hit(tx, ["start", "a"], 1, _HOUR, NOW)

    assert limits.hit(tx, ["start", "b"], 1, _HOUR, NOW)
    assert limits.hit(tx, ["code", "a"], 1, _HOUR, NOW)


def test_whether_a_count_is_full_can_be_asked_without_counting(tx: Transaction) -> None:
    parts = ["code", "a"]

    assert not limits.is_full(tx, parts, 2, _HOUR, NOW)
    limits.hit(tx, parts, 2, _HOUR, NOW)
    assert not limits.is_full(tx, parts, 2, _HOUR, NOW)
    limits.hit(tx, parts, 2, _HOUR, NOW)

    assert limits.is_full(tx, parts, 2, _HOUR, NOW)
    assert limits.is_full(tx, parts, 2, _HOUR, NOW)
    assert not limits.is_full(tx, parts, 2, _HOUR, NOW + _HOUR)


def test_a_new_window_begins_anew_and_the_old_one_is_forgotten(tx: Transaction) -> None:
    limits.hit(tx, ["a"], 1, _HOUR, NOW)

    assert not limits.hit(tx, ["a"], 1, _HOUR, NOW + _HOUR / 2)
    assert limits.hit(tx, ["a"], 1, _HOUR, NOW + _HOUR)
    assert limits.forget(tx, NOW + _HOUR) == 1
    assert limits.forget(tx, NOW + _HOUR) == 0


def test_the_table_holds_no_address(tx: Transaction) -> None:
    limits.hit(tx, ["start", "192.0.2.0/24"], 1, _HOUR, NOW)

    assert "192.0.2" not in str(list(tx.execute(select(rate_counters))))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("unix socket", "unix socket"),
    ],
)
def test_neighbours_count_as_one(address: str, network: str) -> None:
    assert limits.network(address) == network
