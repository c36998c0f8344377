"""Giving a draft back: its new code by text or mail, where saying it is not enough.

It leaves the house like everything else, after the commit; a code that does not arrive becomes a call the same day.
"""

import datetime as dt

from eservices import outbox
from eservices.questions.kinds import make
from eservices.storage.database import Transaction
from eservices.submissions.model import Draft
from eservices.values import Json

#: What the outbox calls it.
CONTINUE_CODE = "continue_code"

_WAYS = {"sms": (outbox.SMS, "phone"), "email": (outbox.EMAIL, "email")}


def reachable(by: str, typed: str, today: dt.date) -> str:
    """The number or address in its normal form, or "" where this way needs none or nothing fits it."""
    if by not in _WAYS or not typed.strip():
        return ""
    parsed = make(_WAYS[by][1], {}).parse({"": [typed]}, today)
    return parsed.value if isinstance(parsed.value, str) and not parsed.faults else ""


def send_code(tx: Transaction, draft: Draft, *, by: str, to: str, now: dt.datetime) -> None:
    """Let the code go the way the person wants, to where `reachable` has read it."""
    target, _ = _WAYS[by]
    payload: dict[str, Json] = {"to": to, "language": draft.language, "code": draft.code, "service": draft.service}
    outbox.put(tx, kind=CONTINUE_CODE, target=target, payload=payload, key=draft.key, at=now)
