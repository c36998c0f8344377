"""Something more for a case that is open: documents that were promised, or that nobody had asked for.

What was handed in first stays as it was; what comes later stands beside it, with its own day and channel.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from eservices import journal
from eservices.cases import store
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.values import Json


@dataclass(frozen=True, slots=True)
class Paper:
    """How documents came on paper: the day they were in our hands, and the day that counts (FL 22 §)."""

    arrived_on: dt.date
    arrived_how: str
    received_on: dt.date
    about: str = ""  #: what it is, where it could not be scanned

    def to_json(self) -> dict[str, Json]:
        told: dict[str, Json] = {
            "arrived_on": self.arrived_on.isoformat(),
            "arrived_how": self.arrived_how,
            "received_on": self.received_on.isoformat(),
        }
        return told | {"about": self.about} if self.about else told


def note_documents(
    tx: Transaction,
    case_id: str,
    *,
    attachment_ids: Sequence[str],
    actor: Actor,
    now: dt.datetime,
    paper: Paper | None = None,
) -> None:
    """Documents have been added to the case; the officer's page is no longer true, and the journal says what came.

    Their bytes and rows are written by `attachments` before this, in the same transaction. With `paper` they came by
    post or by hand, and the journal says which day counts.
    """
    case = store.lock(tx, case_id)
    store.change(tx, case, {})
    ids: list[Json] = list(attachment_ids)
    journal.write(
        tx,
        actor=actor,
        kind="documents_added",
        at=now,
        key=case.key,
        case_id=case.id,
        shared=True,
        content={"attachments": ids} | (paper.to_json() if paper else {}),
    )
