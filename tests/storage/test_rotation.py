"""A new master key comes into use while old and new processes run side by side, and no key comes back from the dead."""

import threading
from itertools import pairwise

import pytest
from sqlalchemy import select

from eservices.storage.database import Database
from eservices.storage.keys import data_keys, destroy_key, make_key, open_key, rewrap, under
from eservices.storage.sealing import KeyRing, Unreadable
from tests.storage.rows import NOW

INDEX, OLD, NEW = f"index:{'9' * 64}", f"2026:{'1' * 64}", f"2027:{'2' * 64}"

#: The rings of the order that the guide gives; processes of two neighbours run at the same time.
STEPS = (f"{INDEX},{OLD}", f"{INDEX},{NEW},{OLD}", f"{INDEX},{OLD},{NEW}", f"{INDEX},{NEW}")


def ringed(database: Database, setting: str) -> Database:
    return Database(database.url.render_as_string(hide_password=False), KeyRing.from_setting(setting))


def test_in_the_order_of_the_guide_everybody_can_open_what_anybody_seals(database: Database) -> None:
    houses = [ringed(database, setting) for setting in STEPS]
    sealed: dict[str, bytes] = {}
    for before, after in pairwise(houses):
        for house in (before, after):
            with house.transaction() as tx:
                key = make_key(tx, NOW)
                sealed[key.id] = key.seal("hemligt", place="x")
        if after is houses[-1]:  # before the old key leaves, while the ring with both still serves
            while _moved(before):
                pass
        for house in (before, after):
            with house.read() as tx:
                for key_id, content in sealed.items():
                    assert open_key(tx, key_id).unseal(content, place="x") == "hemligt"
    with houses[-1].read() as tx:
        assert set(under(tx)) == {"2027"}
    for house in houses:
        house.dispose()


def test_a_new_key_that_is_put_last_at_once_cannot_be_opened_by_who_was_not_restarted(
    sqlite_database: Database,
) -> None:
    old, new = ringed(sqlite_database, STEPS[0]), ringed(sqlite_database, STEPS[2])
    with new.transaction() as tx:
        key = make_key(tx, NOW)

    with old.read() as tx, pytest.raises(Unreadable):
        open_key(tx, key.id)
    for house in (old, new):
        house.dispose()


def test_a_key_destroyed_while_the_ring_is_rotated_stays_destroyed(postgres_database: Database) -> None:
    old, new = ringed(postgres_database, STEPS[0]), ringed(postgres_database, STEPS[2])
    with old.transaction() as tx:
        key = make_key(tx, NOW)
    moved: list[int] = []
    with old.transaction() as tx:
        destroy_key(tx, key.id, NOW)
        rotation = threading.Thread(target=lambda: moved.append(_moved(new)))
        rotation.start()
        rotation.join(0.5)
        assert rotation.is_alive(), "it waits for whoever has the key in hand"
    rotation.join(10)

    assert moved == [0]
    with new.read() as tx:
        assert [row.wrapped for row in tx.execute(select(data_keys))] == [None]
    for house in (old, new):
        house.dispose()


def _moved(house: Database) -> int:
    with house.transaction() as tx:
        return rewrap(tx, limit=3)
