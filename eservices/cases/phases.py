"""How long a case has stood in each of its states: where the time went, measured by itself.

A row is written when a state ends. The state a case stands in now has none: it began when the last one ended, or when
the case was opened.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import bindparam, func, insert, select

from eservices.cases.model import Case, CaseId
from eservices.cases.tables import case_phases
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import new_id


@dataclass(frozen=True, slots=True)
class Phase:
    """A state that a case has stood in, and left."""

    status: str
    began_at: dt.datetime
    ended_at: dt.datetime


_INSERT = Prepared(insert(case_phases))
_LAST_END = Prepared(
    select(func.max(case_phases.c.ended_at))
    .select_from(case_phases)
    .where(case_phases.c.case_id == bindparam("case_id"))
)

_OF_CASE = Prepared(
    select(case_phases).where(case_phases.c.case_id == bindparam("case_id")).order_by(case_phases.c.ended_at)
)


def end(tx: Transaction, case: Case, *, at: dt.datetime) -> None:
    """The state that `case` still shows ends at `at`. Called with the row locked, before the new state is written."""
    began_at = tx.value(_LAST_END, case_id=case.id) or case.opened_at
    phase = {
        "id": new_id(),
        "case_id": case.id,
        "status": case.status,
        "public_status": case.public_status.value,
        "began_at": began_at,
        "ended_at": at,
    }
    tx.run(_INSERT, phase)


def of_case(tx: Transaction, case_id: CaseId) -> list[Phase]:
    """The states a case has left, the oldest first."""
    return [Phase(row.status, row.began_at, row.ended_at) for row in tx.rows(_OF_CASE, case_id=case_id)]
