"""Other cases about the same place or property, and those that may be the same matter twice. Shown, never merged.

Found through the keyed indexes. Nobody learns here of a case that they could not see in a list: none that is
protected or restricted, or that they keep away from, and of other units only what their officers may know of.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from eservices.cases import belonging
from eservices.cases.index_keys import words_of
from eservices.cases.marks import IS_MARKED
from eservices.cases.model import Case
from eservices.cases.queue import QueueRow, base_query, newest_by_key, rows_of
from eservices.cases.tables import case_keys, cases
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared

#: Two cases of one service from the same person within so many days may be one matter.
SAME_MATTER_WITHIN = dt.timedelta(days=30)

#: How much of a case of another unit is known outside it: the rest do not even exist there.
_KNOWN_OUTSIDE = ("full", "summary")

_PLACES = ("place", "property")
_PERSON = ("personal_number", "phone", "email")
_LOOKED_FOR = frozenset({*_PLACES, *_PERSON})

#: So many of the newest are looked at for each key, and shown in all.
_PER_KEY = 40
_SHOWN = 10

_KEYS = Prepared(select(case_keys.c.digest, case_keys.c.kind).where(case_keys.c.case_id == bindparam("case_id")))


@dataclass(frozen=True, slots=True)
class Related:
    """The newest first: at the same place or property, and perhaps the same matter once more."""

    same_place: tuple[QueueRow, ...] = ()
    perhaps_the_same: tuple[QueueRow, ...] = ()


def related_to(tx: Transaction, case: Case, *, staff_id: str, own_units: Sequence[str] | None) -> Related:
    """What else there is, for this account; `own_units` are those whose cases it may open (None: all)."""
    if case.protected:
        return Related()
    kinds = {row.digest: row.kind for row in tx.rows(_KEYS, case_id=case.id) if row.kind in _LOOKED_FOR}
    if not kinds:
        return Related()
    found: dict[str, set[str]] = {}
    for row in tx.execute(newest_by_key(sorted(kinds), _PER_KEY, case_keys.c.case_id != case.id)):
        found.setdefault(row.case_id, set()).add(kinds[row.digest])
    if not found:
        return Related()
    rows = _listed(tx, sorted(found, reverse=True), staff_id, own_units)
    same_place = [row for row in rows if found[row.id] & {*_PLACES}]
    twice = [row for row in rows if _may_be_the_same(case, row, found[row.id])]
    return Related(tuple(same_place[:_SHOWN]), tuple(twice[:_SHOWN]))


def _listed(tx: Transaction, ids: Sequence[str], staff_id: str, own_units: Sequence[str] | None) -> Sequence[QueueRow]:
    query = (
        base_query()
        .where(cases.c.id.in_(ids), ~cases.c.protected, ~cases.c.restricted, belonging.may_be_listed_for(staff_id))
        .order_by(cases.c.id.desc())
    )
    if own_units is not None:
        known = cases.c.contact_view.in_(_KNOWN_OUTSIDE) & ~IS_MARKED
        query = query.where(or_(cases.c.unit.in_(list(own_units)), known))
    return rows_of(tx, query)


def _may_be_the_same(case: Case, row: QueueRow, shared: set[str]) -> bool:
    """One person's own number leads to both; or the same name by the same telephone, mail or place: a household shares
    those."""
    if row.service != case.service or abs(row.received_at - case.received_at) > SAME_MATTER_WITHIN:
        return False
    same_name = bool(case.name) and set(words_of(row.name)) == set(words_of(case.name))
    return "personal_number" in shared or (same_name and bool(shared))
