"""Who is what to one case beyond the unit: who watches it, who alone may open it, who must keep away from it.

A restricted case is open to those who are named for it and to nobody else, whatever unit they work in. Whoever has a
conflict of interest (FL 16-18 §§) says so, and is then kept from the case. Both hold for lists, searches and pages.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_unless_there  # compiles for SQLite too

from eservices.cases.changing import change, locked, note_entry
from eservices.cases.model import Case, CaseId, NotAllowed
from eservices.cases.tables import case_staff, cases
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.submissions import pinned
from eservices.values import Json


class Relation(StrEnum):
    WATCHES = "watches"
    NAMED = "named"  #: may open a restricted case
    RECUSED = "recused"  #: has a conflict of interest, and keeps away


_ADD = Prepared(insert_unless_there(case_staff).on_conflict_do_nothing())
_REMOVE = Prepared(
    delete(case_staff).where(
        case_staff.c.case_id == bindparam("case_id"),
        case_staff.c.staff_id == bindparam("staff_id"),
        case_staff.c.relation == bindparam("relation"),
    )
)
_OF_CASE = Prepared(
    select(case_staff.c.staff_id, case_staff.c.relation)
    .where(case_staff.c.case_id == bindparam("case_id"))
    .order_by(case_staff.c.at, case_staff.c.staff_id)
)


def relations_of(tx: Transaction, case_id: CaseId) -> Sequence[tuple[str, Relation]]:
    """Account and relation, of everybody who is something to the case."""
    return [(row.staff_id, Relation(row.relation)) for row in tx.rows(_OF_CASE, case_id=case_id)]


def is_kept_from(tx: Transaction, case: Case, staff_id: str) -> bool:
    """Whether this account may not open the case, whatever its role and unit allow."""
    held = {relation for person, relation in relations_of(tx, case.id) if person == staff_id}
    return Relation.RECUSED in held or (case.restricted and Relation.NAMED not in held)


def may_be_listed_for(staff_id: str) -> ColumnElement[bool]:
    """The condition of a list: no case that this account is kept from."""
    held = select(case_staff.c.case_id).where(case_staff.c.case_id == cases.c.id, case_staff.c.staff_id == staff_id)
    recused = held.where(case_staff.c.relation == Relation.RECUSED.value).exists()
    named = held.where(case_staff.c.relation == Relation.NAMED.value).exists()
    return and_(~recused, or_(~cases.c.restricted, named))


def kept_from(tx: Transaction, staff_id: str, found: Mapping[CaseId, bool]) -> frozenset[CaseId]:
    """Of these cases (each with whether it is restricted) those that this account may not even see in a list."""
    if not found:
        return frozenset()
    query = select(case_staff.c.case_id, case_staff.c.relation).where(
        case_staff.c.staff_id == staff_id, case_staff.c.case_id.in_(sorted(found))
    )
    held = {(row.case_id, row.relation) for row in tx.execute(query)}
    return frozenset(
        case_id
        for case_id, restricted in found.items()
        if (case_id, Relation.RECUSED) in held or (restricted and (case_id, Relation.NAMED) not in held)
    )


def is_watched_by(staff_id: str) -> ColumnElement[bool]:
    """The condition of a list: what this account watches."""
    watched = select(case_staff.c.case_id).where(
        case_staff.c.staff_id == staff_id, case_staff.c.relation == Relation.WATCHES.value
    )
    return cases.c.id.in_(watched)


def watch(tx: Transaction, case: Case, *, actor: Actor, now: dt.datetime, watches: bool) -> None:
    """Follow a case without being its officer, or stop. It is nobody else's business: the journal does not tell."""
    if actor.staff_id is None:
        raise NotAllowed("watch", case.status)
    if watches:
        _add(tx, case.id, actor.staff_id, Relation.WATCHES, now)
    else:
        _remove(tx, case.id, actor.staff_id, Relation.WATCHES)


def recuse(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, why: str) -> Case:
    """Say that one has a conflict of interest: the case goes back to the unit, and is closed to whoever said it."""
    case = locked(tx, case_id, expected)
    if actor.staff_id is None:
        raise NotAllowed("recuse", case.status)
    _add(tx, case.id, actor.staff_id, Relation.RECUSED, now)
    _remove(tx, case.id, actor.staff_id, Relation.WATCHES)
    mine = case.officer_id == actor.staff_id
    after = change(tx, case, officer_id=None) if mine else change(tx, case)
    note_entry(tx, after, actor, "recused", now, why=why, content={"officer": actor.staff_id})
    return after


def restrict(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    named: Sequence[str],
    why: str,
) -> Case:
    """Only these may open the case from now on; whoever does it is among them. Nobody named lifts the restriction."""
    case = locked(tx, case_id, expected)
    if actor.staff_id is None:
        raise NotAllowed("restrict", case.status)
    wanted = {*named, actor.staff_id} if named else set()
    for person, relation in relations_of(tx, case.id):
        if relation is Relation.NAMED and person not in wanted:
            _remove(tx, case.id, person, Relation.NAMED)
    for person in sorted(wanted):
        _add(tx, case.id, person, Relation.NAMED, now)
    keeps = case.officer_id if not wanted or case.officer_id in wanted else None
    # The contact centre learns no more than that there is a case, and that somebody else answers for it.
    view = "existence_only" if wanted else pinned.service(tx, case.version).routing.view
    after = change(tx, case, restricted=bool(wanted), officer_id=keeps, contact_view=view)
    kind = "restricted" if wanted else "restriction_lifted"
    told: list[Json] = [*sorted(wanted)]
    note_entry(tx, after, actor, kind, now, why=why, content={"named": told})
    return after


def _add(tx: Transaction, case_id: CaseId, staff_id: str, relation: Relation, now: dt.datetime) -> None:
    tx.run(_ADD, {"case_id": case_id, "staff_id": staff_id, "relation": relation.value, "at": now})


def _remove(tx: Transaction, case_id: CaseId, staff_id: str, relation: Relation) -> None:
    tx.run(_REMOVE, {"case_id": case_id, "staff_id": staff_id, "relation": relation.value})
