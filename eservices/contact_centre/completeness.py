"""Both or neither, looked at from outside: submissions that lack their case, item, outbox row or journal entry.

The transaction that hands in makes such a thing impossible; the worker looks all the same, and raises the alarm.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, case, exists, literal, or_, select

from eservices.cases.tables import cases
from eservices.contact_centre.tables import contact_items
from eservices.journal import journal_entries
from eservices.outbox import outbox
from eservices.storage.database import Transaction
from eservices.submissions.tables import submissions


@dataclass(frozen=True, slots=True)
class Incomplete:
    submission_id: str
    missing: str  #: case, contact_item, outbox, journal


def incomplete(tx: Transaction, *, since: dt.datetime, until: dt.datetime, limit: int = 100) -> list[Incomplete]:
    """Submissions recorded in this time that lack something. It must never find one."""
    no_case = ~exists().where(cases.c.id == submissions.c.case_id)
    no_item = ~exists().where(
        and_(contact_items.c.submission_id == submissions.c.id, contact_items.c.kind == "submitted")
    )
    no_outbox = ~exists().where(outbox.c.case_id == submissions.c.case_id)
    no_journal = ~exists().where(journal_entries.c.case_id == submissions.c.case_id)
    lacking = case(
        (no_case, literal("case")),
        (no_item, literal("contact_item")),
        (no_outbox, literal("outbox")),
        else_=literal("journal"),
    )
    query = (
        select(submissions.c.id, lacking.label("missing"))
        .where(
            submissions.c.kind == "initial",
            submissions.c.recorded_at >= since,
            submissions.c.recorded_at < until,
            or_(no_case, no_item, no_outbox, no_journal),
        )
        .limit(limit)
    )
    return [Incomplete(row.id, row.missing) for row in tx.execute(query)]
