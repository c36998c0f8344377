"""What may be done once: whoever takes its key first does it, and whoever comes after finds it taken.

The key is taken in the transaction of the act itself, before the act: a second one at the same moment waits for the
first, and neither is done when the first is rolled back.
"""

import datetime as dt

from sqlalchemy import Column, Index, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_unless_there  # compiles for SQLite too

from eservices.storage.columns import Digest, UtcTime
from eservices.storage.database import Transaction, metadata
from eservices.storage.prepared import Prepared

taken_once = Table(
    "taken_once",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index("ix_taken_once_at", "at"),
)

#: Nobody sends a page anew that was opened so long ago.
KEPT = dt.timedelta(days=7)

_TAKE = Prepared(insert_unless_there(taken_once).on_conflict_do_nothing(index_elements=[taken_once.c.digest]))
_IS_TAKEN = Prepared(select(taken_once.c.digest).where(taken_once.c.digest == bindparam("digest")))
_GIVE_BACK = Prepared(delete(taken_once).where(taken_once.c.digest == bindparam("b_digest")))
_FORGET = Prepared(delete(taken_once).where(taken_once.c.at <= bindparam("before")))


def take(tx: Transaction, digest: str, now: dt.datetime) -> bool:
    """Take a key; False when it is taken already."""
    return tx.run(_TAKE, {"digest": digest, "at": now}) == 1


def is_taken(tx: Transaction, digest: str) -> bool:
    """Whether somebody has taken the key, and is done with it."""
    return tx.row(_IS_TAKEN, digest=digest) is not None


def give_back(tx: Transaction, digest: str) -> None:
    """Nothing was done after all: the key can be taken again."""
    tx.run(_GIVE_BACK, {"b_digest": digest})


def forget(tx: Transaction, now: dt.datetime) -> int:
    """Remove the keys of what was done long ago; how many there were."""
    return tx.run(_FORGET, {"before": now - KEPT})
