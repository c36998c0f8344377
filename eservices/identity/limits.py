"""Rate limits that all workers and nodes share: counters in the database, one statement for each count.

A counter is found by a keyed digest of what it counts, so that the table names nobody and holds no address. Limits
are settings; this room only counts.
"""

import datetime as dt
import ipaddress
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from eservices.identity.tables import rate_counters
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared


def _count_up(dialect_insert: type[sqlite.Insert] | type[postgresql.Insert]) -> Prepared:
    query = dialect_insert(rate_counters)
    return Prepared(
        query.on_conflict_do_update(
            index_elements=["bucket", "window_starts_at"], set_={"count": rate_counters.c.count + 1}
        ).returning(rate_counters.c.count)
    )


_COUNT_UP = {"sqlite": _count_up(sqlite.Insert), "postgresql": _count_up(postgresql.Insert)}
_COUNTED = Prepared(
    select(rate_counters.c.count).where(
        rate_counters.c.bucket == bindparam("bucket"), rate_counters.c.window_starts_at == bindparam("start")
    )
)
_FORGET = Prepared(delete(rate_counters).where(rate_counters.c.forget_at <= bindparam("now")))

_IPV4_NETWORK, _IPV6_NETWORK = 24, 48


def hit(tx: Transaction, parts: Sequence[str], limit: int, window: dt.timedelta, now: dt.datetime) -> bool:
    """Count one more of what `parts` name in the current window; False when that is more than `limit`.

    `parts` are put together into one bucket: ("start", "203.0.113.0/24"). Windows begin at whole multiples of their
    length, so at worst twice the limit passes across a border. The count stands only if the caller commits, also
    when the answer is no.
    """
    start = _start(window, now)
    bucket = _bucket(tx, parts)
    count: int = tx.value(
        _COUNT_UP[tx.dialect], bucket=bucket, window_starts_at=start, count=1, forget_at=start + window
    )
    return count <= limit


def is_full(tx: Transaction, parts: Sequence[str], limit: int, window: dt.timedelta, now: dt.datetime) -> bool:
    """Whether as many as `limit` have been counted in the current window; counts nothing.

    For what is counted only when it fails: ask first, `hit` after the failure. Many at once can all ask before the
    first of them fails, so as many as there are threads get through beside the limit.
    """
    counted = tx.value(_COUNTED, bucket=_bucket(tx, parts), start=_start(window, now))
    return counted is not None and counted >= limit


def network(address: str) -> str:
    """The network an address belongs to, as limits and logs see it: /24, or /48. Something unreadable is itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    width = _IPV4_NETWORK if isinstance(parsed, ipaddress.IPv4Address) else _IPV6_NETWORK
    return str(ipaddress.ip_network(f"{parsed}/{width}", strict=False))


def forget(tx: Transaction, now: dt.datetime) -> int:
    """Remove the counters whose window is over; how many there were."""
    return tx.run(_FORGET, {"now": now})


def _start(window: dt.timedelta, now: dt.datetime) -> dt.datetime:
    seconds = int(window.total_seconds())
    return dt.datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, dt.UTC)


def _bucket(tx: Transaction, parts: Sequence[str]) -> str:
    return tx.keys.digest("limit", "\x00".join(parts))
