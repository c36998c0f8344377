"""What is sealed opens in its own place with its own key, and not once the key is destroyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from eservices.storage.database import Database, Transaction
from eservices.storage.keys import WrongRing, data_keys, destroy_key, fits_ring, know_ring, make_key, open_key, rewrap
from eservices.storage.sealing import KeyRing, Unreadable
from tests.storage.rows import NOW

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(content=_JSON, place=st.text(), other=st.text())
def test_content_opens_where_it_was_sealed_and_nowhere_else(
    keys: KeyRing, content: object, place: str, other: str
) -> None:
    key, _ = keys.make_key("k")
    place, other = place.encode("utf-8", "replace").decode(), other.encode("utf-8", "replace").decode()

    sealed = key.seal(content, place=place)

    assert key.unseal(sealed, place=place) == content
    if other != place:
        with pytest.raises(Unreadable):
            key.unseal(sealed, place=other)


def test_the_same_words_never_look_the_same_twice(keys: KeyRing) -> None:
    key, _ = keys.make_key("k")

    assert key.seal("Åsa", place="x") != key.seal("Åsa", place="x")


def test_a_stored_key_opens_what_it_sealed_until_it_is_destroyed(database: Database) -> None:
    with database.transaction() as tx:
        key = make_key(tx, NOW)
        sealed = key.seal({"name": "Åsa Öberg"}, place="t.c:1")
    with database.read() as tx:
        assert open_key(tx, key.id).unseal(sealed, place="t.c:1") == {"name": "Åsa Öberg"}

    with database.transaction() as tx:
        destroy_key(tx, key.id, NOW)

    with database.read() as tx, pytest.raises(Unreadable):
        open_key(tx, key.id)


def test_a_key_that_never_was_is_unreadable(tx: Transaction) -> None:
    with pytest.raises(Unreadable):
        open_key(tx, "0" * 32)


def test_keys_move_under_a_new_master_while_the_house_is_open(sqlite_database: Database) -> None:
    both = KeyRing({"test": b"\x07" * 32, "newer": b"\x08" * 32}, b"\x0b" * 32)
    only_new = KeyRing({"newer": b"\x08" * 32}, b"\x0b" * 32)
    with sqlite_database.transaction() as tx:
        old = [make_key(tx, NOW) for _ in range(5)]
        sealed = old[0].seal("hemligt", place="x")
    rotating = Database(str(sqlite_database.url), both)
    later = Database(str(sqlite_database.url), only_new)

    moved = []
    while True:
        with rotating.transaction() as tx:
            moved.append(rewrap(tx, limit=2))
        if not moved[-1]:
            break

    assert moved == [2, 2, 1, 0]
    with later.read() as tx:
        assert open_key(tx, old[0].id).unseal(sealed, place="x") == "hemligt"
        assert {row.ring_id for row in tx.execute(select(data_keys))} == {"newer"}
    with sqlite_database.read() as tx, pytest.raises(Unreadable):
        open_key(tx, old[0].id)
    for each in (rotating, later):
        each.dispose()


def test_an_index_digest_needs_the_secret_and_keeps_kinds_apart(keys: KeyRing) -> None:
    other = KeyRing({"test": b"\x07" * 32}, b"\x0c" * 32)

    assert keys.digest("name", "öberg") == keys.digest("name", "öberg")
    assert keys.digest("name", "öberg") != keys.digest("place", "öberg")
    assert keys.digest("name", "öberg") != other.digest("name", "öberg")


@pytest.mark.parametrize("written", ["", "a", "a:12", ":" + "0" * 64, "a:" + "0" * 63, "a:" + "g" * 64])
def test_a_key_ring_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        KeyRing.from_setting(written)


def test_adding_a_key_to_the_ring_keeps_the_indexes() -> None:
    one = KeyRing.from_setting("a:" + "1" * 64)
    two = KeyRing.from_setting("a:" + "1" * 64 + ", b:" + "2" * 64)

    assert two.current_ring_id == "b"
    assert one.digest("name", "x") == two.digest("name", "x")


def test_with_a_key_named_index_every_master_key_can_be_retired() -> None:
    index = "index:" + "9" * 64
    before = KeyRing.from_setting(f"{index},a:{'1' * 64}")
    after = KeyRing.from_setting(f"{index},b:{'2' * 64}")

    assert after.current_ring_id == "b"
    assert before.digest("name", "x") == after.digest("name", "x")
    assert before.digest("name", "x") != KeyRing.from_setting(f"a:{'1' * 64}").digest("name", "x")


def test_a_database_knows_its_key_ring_and_refuses_another(database: Database, keys: KeyRing) -> None:
    other = KeyRing({"test": b"\x07" * 32}, b"\x0c" * 32)
    with database.transaction() as tx:
        assert fits_ring(tx)
        know_ring(tx)
        know_ring(tx)
    stranger = Database(database.url.render_as_string(hide_password=False), other)

    with stranger.read() as tx:
        assert not fits_ring(tx)
    with pytest.raises(WrongRing), stranger.transaction() as tx:
        know_ring(tx)

    with database.read() as tx:
        assert fits_ring(tx)
    stranger.dispose()
