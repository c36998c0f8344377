"""Sessions of staff: a row for each browser that is signed in, so that whoever ends one ends it everywhere at once.

The secret in the cookie is kept nowhere; the row is found by its keyed digest. Of where somebody signed in only the
kind of device is kept, for their own list, and a digest of the network, for the limits.
"""

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from eservices.identity.people import Role, Staff
from eservices.identity.tables import staff, staff_roles, staff_sessions
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared

#: A session ends after so much rest, and after so much time in any case. Settings can say otherwise.
IDLE = dt.timedelta(minutes=60)
ABSOLUTE = dt.timedelta(hours=12)

#: Rows stay so long after their end: the network of a recent session is known as its owner's.
KEPT = dt.timedelta(days=30)

#: How often the time of the last sign of life is written.
_STALE = dt.timedelta(minutes=1)

#: As many signs of the digest name a session to its owner and to whoever administers accounts.
_ID_SIGNS = 32


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `stale`: its last sign of life should be written, with `touch`, where one can write."""

    staff: Staff
    started_at: dt.datetime
    seen_at: dt.datetime
    confirmed_at: dt.datetime | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An open session as a list tells of it. `id` names it and opens nothing; `device` is browser/system."""

    id: str
    device: str
    started_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


_person, _session = staff.c, staff_sessions.c

#: The columns of a person, for queries whose rows `person_of` reads.
PERSON = (_person.id, _person.username, _person.name, _person.language)

_BY_SESSION = Prepared(
    select(
        *PERSON, _session.started_at, _session.seen_at, _session.confirmed_at, staff_roles.c.role, staff_roles.c.unit
    )
    .select_from(staff_sessions)
    .join(staff, _person.id == _session.staff_id)
    .outerjoin(staff_roles, staff_roles.c.staff_id == _person.id)
    .where(
        _session.token_digest == bindparam("token_digest"),
        _session.revoked_at.is_(None),
        _session.expires_at > bindparam("now"),
        _session.seen_at > bindparam("seen_after"),
        _person.disabled_at.is_(None),
    )
)
_ADD = Prepared(insert(staff_sessions))
_CHANGE = Prepared(
    update(staff_sessions).where(_session.token_digest == bindparam("b_digest"), _session.revoked_at.is_(None))
)
_END_ALL = Prepared(
    update(staff_sessions).where(_session.staff_id == bindparam("b_staff_id"), _session.revoked_at.is_(None))
)
_END_OTHERS = Prepared(
    update(staff_sessions).where(
        _session.staff_id == bindparam("b_staff_id"),
        _session.token_digest != bindparam("b_digest"),
        _session.revoked_at.is_(None),
    )
)
_OPEN = Prepared(
    select(_session.token_digest, _session.device, _session.started_at, _session.seen_at)
    .where(
        _session.staff_id == bindparam("staff_id"),
        _session.revoked_at.is_(None),
        _session.expires_at > bindparam("now"),
        _session.seen_at > bindparam("seen_after"),
    )
    .order_by(_session.seen_at.desc(), _session.started_at.desc())
)
_HOW_MANY = Prepared(
    select(_session.staff_id, func.count().label("many"))
    .where(
        _session.revoked_at.is_(None),
        _session.expires_at > bindparam("now"),
        _session.seen_at > bindparam("seen_after"),
    )
    .group_by(_session.staff_id)
)
_FORGET = Prepared(delete(staff_sessions).where(_session.expires_at <= bindparam("before")))


def begin(
    tx: Transaction, staff_id: str, *, network: str, device: str, now: dt.datetime, lasts: dt.timedelta = ABSOLUTE
) -> str:
    """Open a session and give the secret for its cookie. `network` comes as a digest."""
    token = secrets.token_urlsafe(32)
    row = {
        "token_digest": _digest(tx, token), "staff_id": staff_id, "started_at": now, "seen_at": now,
        "expires_at": now + lasts, "network": network, "device": device,
    }  # fmt: skip
    tx.run(_ADD, row)
    return token


def get(tx: Transaction, token: str, now: dt.datetime, *, idle: dt.timedelta = IDLE) -> Session | None:
    """The open session behind a cookie: one query, reading only. None when it has ended in whatever way."""
    rows = tx.rows(_BY_SESSION, token_digest=_digest(tx, token), now=now, seen_after=now - idle)
    if not rows:
        return None
    first = rows[0]
    stale = now - first.seen_at >= _STALE
    return Session(person_of(rows), first.started_at, first.seen_at, first.confirmed_at, stale)


def touch(tx: Transaction, token: str, now: dt.datetime) -> None:
    """Write a sign of life, so that the session does not end by rest."""
    tx.run(_CHANGE, {"b_digest": _digest(tx, token), "seen_at": now})


def confirm(tx: Transaction, token: str, now: dt.datetime) -> None:
    """Write that whoever sits here has just shown once more who they are."""
    tx.run(_CHANGE, {"b_digest": _digest(tx, token), "confirmed_at": now})


def end(tx: Transaction, token: str, now: dt.datetime) -> None:
    """Sign out: the cookie opens nothing any more, wherever a copy of it may be."""
    tx.run(_CHANGE, {"b_digest": _digest(tx, token), "revoked_at": now})


def end_one(tx: Transaction, staff_id: str, session_id: str, now: dt.datetime) -> bool:
    """End the session of this account that a list named so; False when it has none such open."""
    rows = tx.rows(_OPEN, staff_id=staff_id, now=now, seen_after=now - ABSOLUTE)
    digest = next((row.token_digest for row in rows if hmac.compare_digest(_named(row), session_id)), None)
    return digest is not None and bool(tx.run(_CHANGE, {"b_digest": digest, "revoked_at": now}))


def end_others(tx: Transaction, staff_id: str, token: str, now: dt.datetime) -> int:
    """End all sessions of an account but the one with this cookie; how many there were."""
    return tx.run(_END_OTHERS, {"b_staff_id": staff_id, "b_digest": _digest(tx, token), "revoked_at": now})


def end_all(tx: Transaction, staff_id: str, now: dt.datetime) -> int:
    """End all sessions of an account; how many there were."""
    return tx.run(_END_ALL, {"b_staff_id": staff_id, "revoked_at": now})


def listed(
    tx: Transaction, staff_id: str, now: dt.datetime, *, token: str = "", idle: dt.timedelta = IDLE
) -> tuple[Listed, ...]:
    """The open sessions of an account, the liveliest first; `token` says which one is looking."""
    this = _digest(tx, token)
    return tuple(
        Listed(_named(row), row.device or "", row.started_at, row.seen_at, row.token_digest == this)
        for row in tx.rows(_OPEN, staff_id=staff_id, now=now, seen_after=now - idle)
    )


def how_many(tx: Transaction, now: dt.datetime, *, idle: dt.timedelta = IDLE) -> dict[str, int]:
    """How many open sessions each account has; accounts that have none are left out."""
    return {row.staff_id: row.many for row in tx.rows(_HOW_MANY, now=now, seen_after=now - idle)}


def forget(tx: Transaction, now: dt.datetime) -> int:
    """Remove sessions that ended more than a month ago; how many there were."""
    return tx.run(_FORGET, {"before": now - KEPT})


def person_of(rows: list[Any]) -> Staff:
    """The person of these rows, which are one for each of their roles."""
    held: dict[Role, set[str]] = {}
    for row in rows:
        if row.role is not None:
            held.setdefault(Role(row.role), set()).add(row.unit)
    first = rows[0]
    roles = {role: frozenset(units) for role, units in held.items()}
    return Staff(first.id, first.username, first.name, roles, first.language)


def _named(row: Any) -> str:
    digest: str = row.token_digest
    return digest[:_ID_SIGNS]


def _digest(tx: Transaction, token: str) -> str:
    return tx.keys.digest("staff session", token)
