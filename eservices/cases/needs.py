"""What a person needs to be able to read and talk with us, noted when they tell: letters and calls follow it then."""

import datetime as dt
from dataclasses import replace

from eservices.cases import store
from eservices.cases.changing import note_entry
from eservices.cases.model import CaseId
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.submissions.model import Needs


def note(tx: Transaction, case_id: CaseId, party_id: str, needs: Needs, *, actor: Actor, now: dt.datetime) -> None:
    """The party needs this from now on. That it was changed stands in the journal, and not what it is."""
    case = store.lock(tx, case_id)
    before = next(one for one in store.parties_of(tx, case) if one.id == party_id)
    if before.needs != needs:
        store.change_party(tx, case, replace(before, needs=needs))
        note_entry(tx, case, actor, "needs_noted", now, shared=True, content={"party": party_id})
