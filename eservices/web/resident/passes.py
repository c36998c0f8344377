"""What a browser keeps to show that number and code were right, so that nobody types them on every page.

Signed, for one case and one party, and good for a while; one kind for following a case, another for signing in it.
"""

import base64
import binascii
import datetime as dt
import hmac
from collections.abc import Callable
from typing import TypeAlias

from flask import abort, request
from werkzeug.exceptions import TooManyRequests

from eservices.storage.database import Transaction
from eservices.submissions import codes
from eservices.web import guessing, i18n, security
from eservices.web.house import house
from eservices.web.pages import see_other

#: What number and code open together: a case and one of its parties, or nothing.
Opens: TypeAlias = Callable[[Transaction, str, str], tuple[str, str] | None]


def typed(tries: str, opens: Opens) -> tuple[str, str, str] | None:
    """Number, case and party that the typed number and code open; None for whatever is wrong, which is counted.

    Raises `TooManyRequests` when too much has been guessed under `tries`.
    """
    number = codes.read_case_number(request.form.get("number", ""))
    code = codes.read_follow_code(request.form.get("code", ""))
    with house().database.transaction() as tx:
        if not guessing.may_try(tx, tries):
            raise TooManyRequests
        opened = opens(tx, number, code) if number and code else None
        if opened is None:
            guessing.was_wrong(tx, tries)
    return (number, *opened) if number is not None and opened is not None else None


def write(kind: str, number: str, case_id: str, party_id: str, *, open_for: dt.timedelta) -> str:
    """A pass of this kind (the name of its cookie), to be kept by the browser for `open_for`."""
    until = int((house().clock.now() + open_for).timestamp())
    text = f"{number} {case_id} {party_id} {until}".encode()
    return base64.urlsafe_b64encode(text + b" " + _signature(kind, text)).decode().rstrip("=")


def read(kind: str, number: str) -> tuple[str, str] | None:
    """The case and party that this browser has shown the code of, for this number; None for anything else."""
    brought = security.cookie(kind) or ""
    try:
        text, _, signature = base64.urlsafe_b64decode(brought + "=" * (-len(brought) % 4)).rpartition(b" ")
        if not hmac.compare_digest(_signature(kind, text), signature):
            return None
        signed_number, case_id, party_id, until = text.decode().split(" ")
    except (ValueError, binascii.Error):
        return None
    if signed_number != number or int(until) < house().clock.now().timestamp():
        return None
    return case_id, party_id


def follower(number: str) -> tuple[str, str]:
    """The case and party whose code this browser has shown; without one, number and code are asked for instead."""
    shown = read(security.CASE, number)
    if shown is None:
        abort(see_other(f"/{i18n.language()}/case"))
    return shown


def _signature(kind: str, text: bytes) -> bytes:
    return hmac.digest(house().settings.secret_key, kind.encode() + b" " + text, "sha256").hex().encode()
