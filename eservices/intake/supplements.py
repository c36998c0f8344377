"""Something more for a case that is open: documents that were promised, or that nobody had asked for.

What was handed in first stays as it was; what comes later stands beside it, with its own day and channel.
"""

import datetime as dt
from collections.abc import Sequence

from eservices.cases import store
from eservices.cases.changing import change, note_entry
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.values import Json


def note_documents(
    tx: Transaction,
    case_id: str,
    *,
    attachment_ids: Sequence[str],
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Documents have been added to the case; the officer's page is no longer true, and the journal says what came.

    Their bytes and rows are written by `attachments` before this, in the same transaction.
    """
    ids: list[Json] = list(attachment_ids)
    case = change(tx, store.lock(tx, case_id))
    note_entry(tx, case, actor, "documents_added", now, shared=True, content={"attachments": ids})
