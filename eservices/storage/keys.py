"""The stored data keys: made with a draft, a contact item or an account's journal, destroyed at disposal."""

import datetime as dt

from sqlalchemy import Column, String, Table, insert, select, update

from eservices.storage.columns import Id, Sealed, UtcTime
from eservices.storage.database import Transaction, metadata
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


def make_key(tx: Transaction, now: dt.datetime) -> DataKey:
    """A new key, stored wrapped in the same transaction as what it will seal."""
    key, wrapped = tx.keys.make_key(new_id())
    tx.execute(insert(data_keys).values(id=wrapped.id, ring_id=wrapped.ring_id, wrapped=wrapped.wrapped, made_at=now))
    return key


def open_key(tx: Transaction, key_id: str) -> DataKey:
    """The key under `key_id`. Raises `Unreadable` when it has been destroyed or its master key is missing."""
    row = tx.execute(select(data_keys.c.ring_id, data_keys.c.wrapped).where(data_keys.c.id == key_id)).one_or_none()
    if row is None or row.wrapped is None:
        raise Unreadable(key_id)
    return tx.keys.open(WrappedKey(key_id, row.ring_id, bytes(row.wrapped)))


def destroy_key(tx: Transaction, key_id: str, now: dt.datetime) -> None:
    """Make everything sealed with this key unreadable, for ever."""
    tx.execute(update(data_keys).where(data_keys.c.id == key_id).values(wrapped=None, destroyed_at=now))
