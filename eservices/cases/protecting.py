"""A case with a protected person in it: marked from its first moment by an answer, or later by an officer.

From then on nobody comes upon it by searching, its names stand in no list, and only those who may see the protected
open it. What a counterpart may still see of the answers says `journey.cosigning`.
"""

import datetime as dt

from sqlalchemy import bindparam, delete, update

from eservices.cases import store
from eservices.cases.changing import change, locked, note_entry
from eservices.cases.index_keys import keys_of_person
from eservices.cases.model import Case, CaseId
from eservices.cases.tables import case_keys, parties
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared

#: The roles of those on the applicant's own side; everybody else is a counterpart, and sees only what is for one.
OWN_SIDE = frozenset({"applicant", "guardian", "child", "representative"})

_FORGET_KEYS = Prepared(delete(case_keys).where(case_keys.c.case_id == bindparam("case_id")))


def protect(
    tx: Transaction, case_id: CaseId, *, actor: Actor, now: dt.datetime, why: str, expected: int | None = None
) -> Case:
    """Mark the case and those on the applicant's side. It is found by its number alone from now on.

    Once is enough: a case that is marked stays as it is. Raises `ChangedMeanwhile`.
    """
    case = locked(tx, case_id, expected)
    if case.protected:
        return case
    tx.run(_FORGET_KEYS, {"case_id": case.id})
    _mark(tx, case, protected=True)
    after = change(tx, case, protected=True)
    note_entry(tx, after, actor, "protected", now, why=why)
    return after


def lift(
    tx: Transaction, case_id: CaseId, *, actor: Actor, now: dt.datetime, why: str, expected: int | None = None
) -> Case:
    """The protection is over: the case is found by its people again, not by places. Raises `ChangedMeanwhile`."""
    case = locked(tx, case_id, expected)
    if not case.protected:
        return case
    _mark(tx, case, protected=False)
    after = change(tx, case, protected=False)
    for party in store.parties_of(tx, after):
        if party.role in OWN_SIDE:
            keys = keys_of_person(
                name=party.name, personal_number=party.personal_number, phone=party.phone, email=party.email
            )
            store.add_index_keys(tx, after.id, keys)
    note_entry(tx, after, actor, "protection_lifted", now, why=why)
    return after


def _mark(tx: Transaction, case: Case, *, protected: bool) -> None:
    own = parties.c.case_id == case.id, parties.c.role.in_(sorted(OWN_SIDE))
    tx.execute(update(parties).where(*own).values(protected=protected))
