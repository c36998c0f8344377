"""What other systems are told of a case: that it is there, where it lies and how far it has come. Never what it says.

Which systems is the definition's word (`routing.case.targets`); where they are is a setting of the house. One row of
the outbox for each, so that one that does not answer neither holds up nor repeats another's.
"""

import datetime as dt
from enum import StrEnum

from eservices import outbox
from eservices.cases.model import Case
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.values import Json


class Happened(StrEnum):
    """What a system is told of; a delivery's kind never begins like this."""

    SUBMITTED = "case.submitted"
    SUPPLEMENTED = "case.supplemented"
    #: The case has come to another of the public stages.
    MOVED = "case.moved"


def pass_on(tx: Transaction, case: Case, happened: Happened, now: dt.datetime) -> None:
    """Leave word for every system that the definition names; for most services there is none.

    What is told is public in every register (OSL 5:2) and names nobody: whoever may know more opens the case.
    """
    targets = pinned.service(tx, case.version).routing.targets
    if not targets:
        return
    facts: Json = {
        "number": case.number,
        "service": case.service,
        "board": case.board,
        "unit": case.unit,
        "stage": case.public_status.value,
        "received_at": case.received_at.isoformat(),
        "at": now.isoformat(),
    }
    outbox.put_many(
        tx,
        [
            outbox.Put(happened.value, outbox.webhook(target), facts, case.key, now, case_id=case.id)
            for target in targets
        ],
    )
