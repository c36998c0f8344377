"""Marks of confidentiality (OSL 5:5): provision, day and who made it. A warning, not a decision: whether something is
secret is judged anew each time somebody asks for it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, insert, select, update

from eservices.calendars import day_of
from eservices.cases.changing import change, locked, note_entry
from eservices.cases.model import Case, CaseId, NotAllowed
from eservices.cases.tables import cases, confidentiality_marks
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import new_id


@dataclass(frozen=True, slots=True)
class Mark:
    id: str
    provision: str
    marked_on: dt.date
    marked_by: str


#: Of a query over `cases`: whether something in the case is marked now.
IS_MARKED = exists().where(confidentiality_marks.c.case_id == cases.c.id, confidentiality_marks.c.removed_at.is_(None))

_INSERT = Prepared(insert(confidentiality_marks))
_OF_CASE = Prepared(
    select(confidentiality_marks)
    .where(confidentiality_marks.c.case_id == bindparam("case_id"), confidentiality_marks.c.removed_at.is_(None))
    .order_by(confidentiality_marks.c.marked_on, confidentiality_marks.c.id)
)
_REMOVE = Prepared(
    update(confidentiality_marks)
    .where(confidentiality_marks.c.id == bindparam("b_id"), confidentiality_marks.c.case_id == bindparam("b_case_id"))
    .values(removed_at=bindparam("at"))
)


def mark(
    tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, provision: str, why: str
) -> Case:
    """Warn that something in the case may be secret by this provision."""
    case = locked(tx, case_id, expected)
    if actor.staff_id is None:
        raise NotAllowed("mark", case.status)
    row = {
        "id": new_id(),
        "case_id": case.id,
        "provision": provision,
        "marked_on": day_of(now),
        "marked_by": actor.staff_id,
    }
    tx.run(_INSERT, row)
    after = change(tx, case)
    note_entry(tx, after, actor, "confidentiality_marked", now, why=why, content={"note": provision})
    return after


def remove(tx: Transaction, case_id: CaseId, mark_id: str, *, actor: Actor, expected: int, now: dt.datetime) -> Case:
    """The warning is taken away; the journal keeps that it was there."""
    case = locked(tx, case_id, expected)
    if not tx.run(_REMOVE, {"b_id": mark_id, "b_case_id": case.id, "at": now}):
        raise NotAllowed("remove mark", case.status)
    after = change(tx, case)
    note_entry(tx, after, actor, "confidentiality_mark_removed", now)
    return after


def of_case(tx: Transaction, case_id: CaseId) -> Sequence[Mark]:
    """The marks that stand, the oldest first."""
    return [Mark(row.id, row.provision, row.marked_on, row.marked_by) for row in tx.rows(_OF_CASE, case_id=case_id)]
