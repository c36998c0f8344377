"""The stored data keys: made with a draft, a contact item or an account's journal, destroyed at disposal."""

import datetime as dt

from sqlalchemy import Column, Integer, String, Table, bindparam, func, insert, select, update

from eservices.storage.columns import Digest, Id, Sealed, UtcTime
from eservices.storage.database import Transaction, metadata
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey, Unreadable, WrappedKey
from eservices.values import new_id

data_keys = Table(
    "data_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ring_id", String(20), nullable=False, index=True),
    Column("wrapped", Sealed, comment="null once destroyed: what it sealed can never be read again"),
    Column("made_at", UtcTime, nullable=False),
    Column("destroyed_at", UtcTime),
)

#: One row: a digest of nothing in particular, by which the database knows the ring it was written with.
ring_checks = Table(
    "ring_checks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("digest", Digest, nullable=False),
)

#: For a query that reads something together with the key it is sealed with: select these too, then `opened`.
WRAPPED = (data_keys.c.ring_id, data_keys.c.wrapped)

_CHECK = Prepared(select(ring_checks.c.digest))
_ADD_CHECK = Prepared(insert(ring_checks))
_ADD = Prepared(insert(data_keys))
_GET = Prepared(select(*WRAPPED).where(data_keys.c.id == bindparam("key_id")))
_CHANGE = Prepared(update(data_keys).where(data_keys.c.id == bindparam("b_id")))
_TO_REWRAP = Prepared(
    select(data_keys.c.id, *WRAPPED)
    .where(data_keys.c.ring_id != bindparam("current"), data_keys.c.wrapped.is_not(None))
    .order_by(data_keys.c.id)
    .limit(bindparam("most"))
    .with_for_update()  # a key that is destroyed meanwhile must not be written back
)
_UNDER = Prepared(
    select(data_keys.c.ring_id, func.count().label("many"))
    .where(data_keys.c.wrapped.is_not(None))
    .group_by(data_keys.c.ring_id)
    .order_by(data_keys.c.ring_id)
)


class WrongRing(Exception):
    """The key ring is not the one this database was written with: codes, sessions and names would not be found."""

    def __init__(self) -> None:
        super().__init__("ESERVICES_KEYS is not the key ring that this database was written with")


def know_ring(tx: Transaction) -> None:
    """Remember the ring the first time; raise `WrongRing` ever after for one that finds other things."""
    if tx.value(_CHECK) is None:
        tx.run(_ADD_CHECK, {"id": 1, "digest": tx.keys.digest("ring", "check")})
    elif not fits_ring(tx):
        raise WrongRing


def fits_ring(tx: Transaction) -> bool:
    """Whether the ring is the one that this database knows, or it knows none yet. Reads only."""
    return tx.value(_CHECK) in {None, tx.keys.digest("ring", "check")}


def make_key(tx: Transaction, now: dt.datetime) -> DataKey:
    """A new key, stored wrapped in the same transaction as what it will seal."""
    key, wrapped = tx.keys.make_key(new_id())
    keep_key(tx, wrapped, now)
    return key


def keep_key(tx: Transaction, wrapped: WrappedKey, now: dt.datetime) -> None:
    """Store a key that has been made before, so that files could be made durable under it first."""
    tx.run(_ADD, {"id": wrapped.id, "ring_id": wrapped.ring_id, "wrapped": wrapped.wrapped, "made_at": now})


def open_key(tx: Transaction, key_id: str) -> DataKey:
    """The key under `key_id`. Raises `Unreadable` when it has been destroyed or its master key is missing."""
    row = tx.row(_GET, key_id=key_id)
    if row is None:
        raise Unreadable(key_id)
    return opened(tx, key_id, row.ring_id, row.wrapped)


def opened(tx: Transaction, key_id: str, ring_id: str, wrapped: bytes | None) -> DataKey:
    """The key whose `WRAPPED` columns another query has read already. Raises `Unreadable` as `open_key` does."""
    if wrapped is None:
        raise Unreadable(key_id)
    return tx.keys.open(WrappedKey(key_id, ring_id, bytes(wrapped)))


def destroy_key(tx: Transaction, key_id: str, now: dt.datetime) -> None:
    """Make everything sealed with this key unreadable, for ever."""
    tx.run(_CHANGE, {"b_id": key_id, "wrapped": None, "destroyed_at": now})
    tx.keys.forget()


def rewrap(tx: Transaction, *, limit: int) -> int:
    """One part of a rotation: put up to `limit` keys under the newest master key; how many there were.

    Run it until it answers 0; then the old master key may leave the ring, once no backup needs it, unless it is the
    key behind the indexes: see `KeyRing.from_setting`.
    """
    old = tx.rows(_TO_REWRAP, current=tx.keys.current_ring_id, most=limit)
    for row in old:
        fresh = tx.keys.rewrap(WrappedKey(row.id, row.ring_id, bytes(row.wrapped)))
        tx.run(_CHANGE, {"b_id": row.id, "ring_id": fresh.ring_id, "wrapped": fresh.wrapped})
    return len(old)


def under(tx: Transaction) -> dict[str, int]:
    """Master key -> how many keys it wraps. One that wraps none may leave the ring, once no backup needs it."""
    return {row.ring_id: row.many for row in tx.rows(_UNDER)}
