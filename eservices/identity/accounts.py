"""Staff accounts: made by the command line, signed in with a password, remembered by a session that can be revoked.

**Guessing is slowed down, nobody is locked out.** Five wrong passwords for one account from one network (/24, /48)
are free; then each one doubles the wait, up to a quarter of an hour. The whole contact centre shares a network, so
that a colleague's typing error counts against her account there and nobody else's. An attacker elsewhere has a count
of his own. So that many networks cannot share the work, an account also counts what fails from everywhere, and
above fifty makes networks wait from which it has not been signed in lately; the owner's own network never waits for
those. Every try is counted before the password is looked at, so that a hundred at once are a hundred.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eservices.identity import second_factor, sessions
from eservices.identity.limits import network
from eservices.identity.passwords import LONGEST, SHORTEST, WeakPassword, hashed, judge, matches, outdated
from eservices.identity.people import Role, Staff
from eservices.identity.sessions import PERSON, person_of
from eservices.identity.tables import sign_in_failures, staff, staff_roles, staff_sessions
from eservices.storage.database import Database, IntegrityError, Transaction
from eservices.storage.prepared import Prepared
from eservices.values import new_id

__all__ = ["Account", "NameTaken", "Refused", "SignedIn", "Throttled", "WeakPassword"]

_FREE_FAILURES = 5
_FREE_FAILURES_EVERYWHERE = 50
_FREE_FAILURES_OF_NETWORK = 60
_FIRST_WAIT = dt.timedelta(seconds=15)
_LONGEST_WAIT = dt.timedelta(minutes=15)
#: After so much quiet a count begins anew.
_FORGIVEN_AFTER = dt.timedelta(hours=1)


class Refused(Exception):
    """The name, the password or the code is wrong, or the account is closed; whoever tries is not told which."""


class Throttled(Exception):
    """Too many wrong passwords: try again after `wait`."""

    def __init__(self, wait: dt.timedelta):
        super().__init__(f"wait {int(wait.total_seconds())} s")
        self.wait = wait


class NameTaken(Exception):
    """There is an account of this name already, closed ones counted."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the secret for the cookie, which is kept nowhere else, and who it is."""

    token: str
    staff: Staff


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the administrator sees it."""

    staff: Staff
    made_at: dt.datetime
    disabled_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Whether one can sign in with it."""
        return self.disabled_at is None


_person = staff.c
_session = staff_sessions.c

_ADD = Prepared(insert(staff))
_ADD_ROLES = Prepared(insert(staff_roles))
_CHANGE = Prepared(update(staff).where(_person.id == bindparam("b_id")))
_DISABLE = Prepared(update(staff).where(_person.username == bindparam("b_username"), _person.disabled_at.is_(None)))
_NAMED = select(_person.id, _person.name, _person.password_hash, _person.disabled_at).where(
    _person.username == bindparam("username")
)
_BY_NAME = Prepared(_NAMED)
_BY_NAME_LOCKED = Prepared(_NAMED.with_for_update())
_ALL = Prepared(
    select(*PERSON, _person.made_at, _person.disabled_at, staff_roles.c.role, staff_roles.c.unit)
    .outerjoin(staff_roles, staff_roles.c.staff_id == _person.id)
    .order_by(_person.username)
)
_BY_ID = Prepared(
    select(*PERSON, staff_roles.c.role, staff_roles.c.unit)
    .outerjoin(staff_roles, staff_roles.c.staff_id == _person.id)
    .where(_person.id == bindparam("staff_id"))
)
_OWN = Prepared(
    select(_session.token_digest)
    .where(
        _session.staff_id == bindparam("staff_id"),
        _session.network == bindparam("network"),
        _session.started_at > bindparam("since"),
    )
    .limit(1)
)
_FAILURES = Prepared(select(sign_in_failures).where(sign_in_failures.c.bucket == bindparam("bucket")).with_for_update())
_FORGIVE = Prepared(delete(sign_in_failures).where(sign_in_failures.c.bucket == bindparam("bucket")))
_FORGET_FAILURES = Prepared(delete(sign_in_failures).where(sign_in_failures.c.failed_at <= bindparam("before")))


_KEEP_FAILURES = Prepared(update(sign_in_failures).where(sign_in_failures.c.bucket == bindparam("b_bucket")))
_ONE_LESS = Prepared(
    update(sign_in_failures)
    .where(sign_in_failures.c.bucket == bindparam("b_bucket"), sign_in_failures.c.failures > 0)
    .values(failures=sign_in_failures.c.failures - 1)
)


def _begin_count(dialect_insert: type[sqlite.Insert] | type[postgresql.Insert]) -> Prepared:
    """A row, made where there is none, and locked where there is: whoever is right removes it at any moment."""
    query = dialect_insert(sign_in_failures)
    same = {"failures": sign_in_failures.c.failures}
    return Prepared(query.on_conflict_do_update(index_elements=["bucket"], set_=same))


_BEGIN_COUNT = {"sqlite": _begin_count(sqlite.Insert), "postgresql": _begin_count(postgresql.Insert)}


def add_staff(
    tx: Transaction,
    *,
    username: str,
    name: str,
    password: str,
    roles: Mapping[Role, Iterable[str]],
    now: dt.datetime,
    language: str = "sv",
    any_password: bool = False,
) -> Staff:
    """Make an account. `roles` maps each role to its units, or to `ALL_UNITS`.

    `any_password` takes a password that everybody knows; only a demonstration asks for it. Raises `NameTaken`,
    `WeakPassword`.
    """
    username = _normal(username)
    if not any_password:
        judge(password, username=username, name=name)
    held = {role: frozenset(units) for role, units in roles.items()}
    person = Staff(new_id(), username, name, held, language)
    row = {
        "id": person.id, "username": username, "name": name, "password_hash": hashed(password), "language": language,
        "made_at": now,
    }  # fmt: skip
    try:
        with tx.savepoint():
            tx.run(_ADD, row)
    except IntegrityError:
        raise NameTaken(username) from None
    tx.run(
        _ADD_ROLES,
        [{"staff_id": person.id, "role": role.value, "unit": unit} for role, units in held.items() for unit in units],
    )
    return person


def change_password(tx: Transaction, person: Staff, password: str, now: dt.datetime) -> None:
    """Set a new password and end every open session. Raises `WeakPassword`."""
    judge(password, username=person.username, name=person.name)
    tx.run(_CHANGE, {"b_id": person.id, "password_hash": hashed(password)})
    sessions.end_all(tx, person.id, now)


def set_language(tx: Transaction, staff_id: str, language: str) -> None:
    """The language in which this person works."""
    tx.run(_CHANGE, {"b_id": staff_id, "language": language})


def disable_staff(tx: Transaction, username: str, now: dt.datetime) -> bool:
    """Close an account and its sessions at once; False when there is no open one. What it did keeps its name."""
    username = _normal(username)
    if not tx.run(_DISABLE, {"b_username": username, "disabled_at": now}):
        return False
    sessions.end_all(tx, tx.row(_BY_NAME, username=username).id, now)
    return True


def list_staff(tx: Transaction) -> list[Account]:
    """All accounts by name, closed ones too."""
    rows = tx.rows(_ALL)
    by_id: dict[str, list[Any]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    return [Account(person_of(group), group[0].made_at, group[0].disabled_at) for group in by_id.values()]


def names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """The names behind account ids; ids that are unknown are left out."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in tx.execute(select(_person.id, _person.name).where(_person.id.in_(wanted)))}


def sign_in(
    database: Database,
    *,
    username: str,
    password: str,
    address: str,
    now: dt.datetime,
    code: str = "",
    device: str = "",
    lasts: dt.timedelta = sessions.ABSOLUTE,
    any_password: bool = False,
) -> SignedIn:
    """Open a session. Raises `Refused` for all that is wrong, in the same time; `Throttled` for too many tries.

    `code` is asked of accounts that have a second factor. `any_password` lets a demonstration's accounts in.

    It takes the database, not a transaction: hashing takes 30 ms and must not hold SQLite's one writer meanwhile,
    and a failed try must be counted although the caller is refused. Call it outside any transaction.
    """
    username = _normal(username)
    from_network = network(address)
    with database.transaction() as tx:
        found = tx.row(_BY_NAME, username=username)
        wait = _counted(tx, username, from_network, found.id if found else None, now)
    if wait is not None:
        raise Throttled(wait)
    usable = found is not None and found.disabled_at is None and (any_password or len(password) >= SHORTEST)
    right = len(password) <= LONGEST and matches(password, found.password_hash if usable else None)
    if not right or not usable:
        raise Refused
    with database.transaction() as tx:
        now_kept = tx.row(_BY_NAME_LOCKED, username=username)
        if now_kept.password_hash != found.password_hash or now_kept.disabled_at is not None:
            raise Refused  # changed or closed while we looked: its sessions have been ended, and this is one of them
        if not second_factor.passes(tx, found.id, code, now):
            raise Refused
        tx.run(_FORGIVE, {"bucket": _bucket(tx, username, from_network)})
        for bucket in (_bucket(tx, username, ""), _bucket(tx, "", from_network)):
            tx.run(_ONE_LESS, {"b_bucket": bucket})  # this try was none of an attacker's
        if outdated(found.password_hash):
            tx.run(_CHANGE, {"b_id": found.id, "password_hash": hashed(password)})
        token = sessions.begin(
            tx, found.id, network=_network_digest(tx, from_network), device=device, now=now, lasts=lasts
        )
        return SignedIn(token, person_of(tx.rows(_BY_ID, staff_id=found.id)))


def confirms(
    database: Database,
    person: Staff,
    password: str,
    *,
    address: str,
    now: dt.datetime,
    code: str = "",
    any_password: bool = False,
) -> bool:
    """Whether whoever sits there knows the password and, where the account has a second factor, the code.

    Tries are counted as those of a sign-in are. Raises `Throttled`. Call it outside any transaction, as `sign_in`.
    """
    from_network = network(address)
    with database.transaction() as tx:
        found = tx.row(_BY_NAME, username=person.username)
        wait = _counted(tx, person.username, from_network, found.id if found else None, now)
    if wait is not None:
        raise Throttled(wait)
    usable = found is not None and found.disabled_at is None and (any_password or len(password) >= SHORTEST)
    if not usable or len(password) > LONGEST or not matches(password, found.password_hash):
        return False
    with database.transaction() as tx:
        if not second_factor.passes(tx, person.id, code, now):
            return False
        tx.run(_FORGIVE, {"bucket": _bucket(tx, person.username, from_network)})
        for bucket in (_bucket(tx, person.username, ""), _bucket(tx, "", from_network)):
            tx.run(_ONE_LESS, {"b_bucket": bucket})
    return True


def forget_failures(tx: Transaction, now: dt.datetime) -> int:
    """Remove old counts of wrong passwords; how many there were."""
    return tx.run(_FORGET_FAILURES, {"before": now - _FORGIVEN_AFTER})


def _counted(
    tx: Transaction, username: str, from_network: str, staff_id: str | None, now: dt.datetime
) -> dt.timedelta | None:
    """Count this try as failed, until it succeeds; how long it must wait instead, if it must."""
    counted = [(_bucket(tx, username, from_network), _FREE_FAILURES)]
    if staff_id is None or not _is_own_network(tx, staff_id, from_network, now):
        counted.append((_bucket(tx, username, ""), _FREE_FAILURES_EVERYWHERE))
        counted.append((_bucket(tx, "", from_network), _FREE_FAILURES_OF_NETWORK))
    rows = []
    for bucket, free in counted:
        tx.run(_BEGIN_COUNT[tx.dialect], {"bucket": bucket, "failures": 0, "failed_at": now, "wait_until": now})
        rows.append((free, tx.row(_FAILURES, bucket=bucket)))  # locked: a hundred tries at once stand in a row here
    waits: list[dt.timedelta] = [row.wait_until - now for _free, row in rows if row.wait_until > now]
    if waits:
        return max(waits)
    for free, row in rows:
        failures = 1 if now - row.failed_at > _FORGIVEN_AFTER else row.failures + 1
        wait = _FIRST_WAIT * 2 ** min(failures - free - 1, 10) if failures > free else dt.timedelta()
        until = now + min(wait, _LONGEST_WAIT)
        tx.run(_KEEP_FAILURES, {"b_bucket": row.bucket, "failures": failures, "failed_at": now, "wait_until": until})
    return None


def _is_own_network(tx: Transaction, staff_id: str, from_network: str, now: dt.datetime) -> bool:
    """Whether the account was signed in from this network lately."""
    since = now - sessions.KEPT
    return tx.row(_OWN, staff_id=staff_id, network=_network_digest(tx, from_network), since=since) is not None


def _bucket(tx: Transaction, username: str, from_network: str) -> str:
    return tx.keys.digest("sign in", f"{username}\x00{from_network}")


def _network_digest(tx: Transaction, from_network: str) -> str:
    return tx.keys.digest("staff network", from_network)


def _normal(username: str) -> str:
    return username.strip().casefold()
