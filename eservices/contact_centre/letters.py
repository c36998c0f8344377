"""Letters to be posted: each has a mark that ties it to its delivery, also when it comes back unopened."""

import re

from eservices import deliveries
from eservices.cases import store as cases
from eservices.cases.model import Case
from eservices.deliveries import Delivery, Evidence
from eservices.storage.database import Transaction
from eservices.submissions import codes
from eservices.values import ContactMethod

_MARK = re.compile(r"\s*(?P<number>\S+?)\s*/\s*(?P<place>[1-9][0-9]{0,3})\s*")


def mark_of(tx: Transaction, delivery: Delivery, case: Case) -> str:
    """The case's number, and which piece of news of the case it is: `2026-7K4P3/2`. It never changes."""
    place = next(n for n, one in enumerate(deliveries.of_case(tx, case.id), start=1) if one.id == delivery.id)
    return f"{case.number}/{place}"


def by_mark(tx: Transaction, text: str) -> Delivery | None:
    """The letter that bears this mark."""
    found = _MARK.fullmatch(text)
    number = codes.read_case_number(found["number"]) if found else None
    case = cases.by_number(tx, number) if number else None
    if found is None or case is None:
        return None
    told = deliveries.of_case(tx, case.id)
    place = int(found["place"])
    one = told[place - 1] if place <= len(told) else None
    return one if one is not None and one.method is ContactMethod.LETTER else None


def letter_of(delivery_id: str) -> str:
    """Under this name a letter lies among the files of its case; no question can be called so."""
    return f"letter-{delivery_id}"


def braille_of(delivery_id: str) -> str:
    """And under this name its words for a Braille printer."""
    return f"braille-{delivery_id}"


def may_come_back(delivery: Delivery) -> bool:
    """Whether it has been posted, and nobody has said that they have got it."""
    posted = delivery.evidence is Evidence.SENT and delivery.cancelled_at is None
    return delivery.method is ContactMethod.LETTER and posted and not delivery.is_work
