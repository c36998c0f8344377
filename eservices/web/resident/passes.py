"""What a browser keeps to show that number and code were right, so that nobody types them on every page.

Signed, for one case and one party, and good for a while; one kind for following a case, another for signing in it.
"""

import base64
import binascii
import datetime as dt
import hmac

from eservices.web import security
from eservices.web.house import house


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


def _signature(kind: str, text: bytes) -> bytes:
    return hmac.digest(house().settings.secret_key, kind.encode() + b" " + text, "sha256").hex().encode()
