"""Showing once more who one is: password, and the code from the app where there is one, before something weighty.

Decisions, exports and what gives others rights ask for it, so that a browser left open is not enough. Once shown it
holds for a few minutes in this session and in no other (`ESERVICES_CONFIRMED_MINUTES`). Signing in does not count.

    fields = confirming.fields()     # what the form asks: nothing while it holds
    errors = confirming.wrong()      # before the act, outside any transaction: empty, and remembered, when right
"""

import datetime as dt

from flask import request

from eservices.identity import accounts, second_factor, sessions
from eservices.web import security
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field


def fields() -> tuple[Field, ...]:
    """What is asked: password and, of an account with a second factor, a code; nothing while the last time holds."""
    if _holds():
        return ()
    password = Field("password", "password", plain("Ditt lösenord"), hint=plain("Så vet vi att det är du."))
    if not has_factor():
        return (password,)
    return (password, Field("code", "code", plain("Kod från appen"), width="w8"))


def wrong() -> Errors:
    """What is wrong with what was typed; nothing when it is right, or still holds. Tries are counted as at sign-in.

    Call it outside any transaction: hashing takes its time, and a failed try must be counted.
    """
    if _holds():
        return ()
    now = house().clock.now()
    if not request.form.get("password", ""):
        return (("password", plain("Skriv ditt lösenord.")),)
    try:
        right = knows(code=request.form.get("code", ""))
    except accounts.Throttled:
        return (("password", plain("För många försök. Vänta en stund och försök igen.")),)
    if not right:
        return (("password", told_wrong()),)
    with house().database.transaction() as tx:
        sessions.confirm(tx, security.cookie(security.STAFF) or "", now)
    return ()


def knows(*, code: str = "") -> bool:
    """Whether the password that was typed, and `code`, are those of the account. Nothing of it is remembered.

    Raises `accounts.Throttled`. Call it outside any transaction, as `wrong`.
    """
    home = house()
    return accounts.confirms(
        home.database,
        access.current_staff(),
        request.form.get("password", ""),
        code=code,
        address=security.client_address(),
        now=home.clock.now(),
        any_password=home.settings.demo,
    )


def told_wrong() -> str:
    """What is said of a wrong password, or code, where the account has one."""
    return plain("Lösenordet eller koden stämmer inte.") if has_factor() else plain("Lösenordet stämmer inte.")


def has_factor() -> bool:
    """Whether the account asks for a code beside the password."""
    with house().database.read() as tx:
        return second_factor.is_on(tx, access.current_staff().id)


def _holds() -> bool:
    at = access.confirmed_at()
    return at is not None and house().clock.now() - at < dt.timedelta(minutes=house().settings.confirmed_minutes)
