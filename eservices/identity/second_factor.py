"""The second factor of staff: a code that an app reckons from a shared secret and the time (TOTP, RFC 6238).

A code is good for its own half minute and the ones beside it, and only once. Whoever has lost the app has ten
recovery codes, each good once, kept only as keyed digests.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

from sqlalchemy import bindparam, delete, insert, select, update

from eservices.identity.tables import recovery_codes, second_factors
from eservices.storage.database import Transaction
from eservices.storage.keys import make_key, open_key
from eservices.storage.prepared import Prepared

_STEP = 30
_DIGITS = 6
_SECRET_BYTES = 20
_RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_PLACE = "second_factors.secret"

_factor, _code = second_factors.c, recovery_codes.c
_ADD = Prepared(insert(second_factors))
_GET = Prepared(select(second_factors).where(_factor.staff_id == bindparam("staff_id")).with_for_update())
_IS_ON = Prepared(
    select(_factor.staff_id).where(_factor.staff_id == bindparam("staff_id"), _factor.confirmed_at.is_not(None))
)
_CHANGE = Prepared(update(second_factors).where(_factor.staff_id == bindparam("b_staff_id")))
_REMOVE = Prepared(delete(second_factors).where(_factor.staff_id == bindparam("b_staff_id")))
_ADD_CODES = Prepared(insert(recovery_codes))
_USE_CODE = Prepared(delete(recovery_codes).where(_code.digest == bindparam("b_digest")))
_REMOVE_CODES = Prepared(delete(recovery_codes).where(_code.staff_id == bindparam("b_staff_id")))


def code_at(secret: bytes, step: int, digits: int = _DIGITS) -> str:
    """The code of one half minute since 1970, by RFC 4226 and 6238 with SHA-1, as the apps reckon it."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def written(secret: bytes) -> str:
    """The secret as it is typed into an app."""
    return base64.b32encode(secret).decode()


def link(secret: bytes, *, username: str, issuer: str) -> str:
    """The address that an app on the same device opens."""
    query = urlencode({"secret": written(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(username, safe='')}?{query}"


def is_on(tx: Transaction, staff_id: str) -> bool:
    """Whether the account asks for a code at sign-in."""
    return tx.row(_IS_ON, staff_id=staff_id) is not None


def begin(tx: Transaction, staff_id: str, now: dt.datetime) -> bytes | None:
    """The secret to put into the app, the same one until it is confirmed; None where the factor is on already."""
    row = tx.row(_GET, staff_id=staff_id)
    if row is not None:
        return None if row.confirmed_at is not None else _secret(tx, row.key_id, row.secret)
    secret, key = secrets.token_bytes(_SECRET_BYTES), make_key(tx, now)
    sealed = key.seal_bytes(secret, place=_PLACE)
    tx.run(_ADD, {"staff_id": staff_id, "key_id": key.id, "secret": sealed, "made_at": now})
    return secret


def confirm(tx: Transaction, staff_id: str, code: str, now: dt.datetime) -> tuple[str, ...]:
    """Turn it on, if the app shows the right code; the recovery codes, told this once, or none if it was wrong."""
    row = tx.row(_GET, staff_id=staff_id)
    if row is None or row.confirmed_at is not None:
        return ()
    step = _step_of(_secret(tx, row.key_id, row.secret), code, -1, now)
    if step is None:
        return ()
    tx.run(_CHANGE, {"b_staff_id": staff_id, "confirmed_at": now, "last_step": step})
    codes = tuple(_new_recovery_code() for _ in range(_RECOVERY_CODES))
    tx.run(_ADD_CODES, [{"digest": _digest(tx, staff_id, each), "staff_id": staff_id} for each in codes])
    return codes


def passes(tx: Transaction, staff_id: str, code: str, now: dt.datetime) -> bool:
    """Whether this account may come in with this code; it is used up thereby. Without a factor any code will do."""
    row = tx.row(_GET, staff_id=staff_id)  # locked: two tries with one code stand in a row here
    if row is None or row.confirmed_at is None:
        return True
    step = _step_of(_secret(tx, row.key_id, row.secret), code, row.last_step, now)
    if step is not None:
        tx.run(_CHANGE, {"b_staff_id": staff_id, "last_step": step})
        return True
    return bool(tx.run(_USE_CODE, {"b_digest": _digest(tx, staff_id, code)}))


def remove(tx: Transaction, staff_id: str) -> bool:
    """Take the factor away from somebody who has lost both app and codes; False when there was none."""
    tx.run(_REMOVE_CODES, {"b_staff_id": staff_id})
    return bool(tx.run(_REMOVE, {"b_staff_id": staff_id}))


def _step_of(secret: bytes, code: str, last: int, now: dt.datetime) -> int | None:
    """The half minute that the code belongs to, if it is one now and later than the last one used."""
    given = "".join(code.split()).encode()
    current = int(now.timestamp()) // _STEP
    fits = [
        step
        for step in (current - 1, current, current + 1)
        if hmac.compare_digest(given, code_at(secret, step).encode())
    ]
    return next((step for step in fits if step > last), None)


def _secret(tx: Transaction, key_id: str, sealed: bytes) -> bytes:
    return open_key(tx, key_id).unseal_bytes(sealed, place=_PLACE)


def _new_recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(tx: Transaction, staff_id: str, code: str) -> str:
    normal = "".join(sign for sign in code.casefold() if sign.isalnum())
    return tx.keys.digest("recovery code", f"{staff_id}\x00{normal}")
