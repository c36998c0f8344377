"""What somebody outside the unit has been asked for: a supplement, an opinion before a decision, a referral.

One shape for the three, because they live alike: asked, reminded of, answered or not by a last day, and then back to
the officer. What each of them is by law stands in `asking`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, literal_column, select, update

from eservices.cases.model import Case
from eservices.cases.tables import enquiries
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import Json

EnquiryId = str


class EnquiryKind(StrEnum):
    SUPPLEMENT = "supplement"  #: FL 20 §
    HEARING = "hearing"  #: FL 25 §
    REFERRAL = "referral"  #: FL 26 §


class EnquiryState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    TIMED_OUT = "timed_out"
    TAKEN_BACK = "taken_back"


class Consequence(StrEnum):
    """What follows when a supplement does not come; the letter says which."""

    DISMISS = "dismiss"  #: avvisas: only where the fault makes the application unfit to examine
    DECIDE_ANYWAY = "decide_anyway"  #: avgörs på befintligt underlag


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One thing asked. `content` holds what was written, what is asked in words, and what was answered."""

    id: EnquiryId
    case_id: str
    kind: EnquiryKind
    state: EnquiryState
    party_id: str | None
    unit: str | None
    version: str | None
    consequence: Consequence | None
    asked_by: str | None
    asked_at: dt.datetime
    last_day: dt.date
    settled_at: dt.datetime | None
    draft_id: str | None
    submission_id: str | None
    content: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state is EnquiryState.OPEN

    def said(self, name: str) -> str:
        """A text of its content, or ""."""
        value = self.content.get(name)
        return value if isinstance(value, str) else ""

    @property
    def messages(self) -> tuple[str, ...]:
        """The letters by which its party has been asked and reminded."""
        sent = self.content.get("messages")
        return tuple(str(one) for one in sent) if isinstance(sent, list) else ()


#: The news by which somebody is asked.
ASKED_BY = {
    EnquiryKind.SUPPLEMENT: frozenset({"supplement_order", "supplement_reminder"}),
    EnquiryKind.HEARING: frozenset({"hearing", "hearing_reminder"}),
    EnquiryKind.REFERRAL: frozenset[str](),
}


class UnknownEnquiry(Exception):
    """The case has no such enquiry."""


_INSERT = Prepared(insert(enquiries))
_OF_CASE = Prepared(
    select(enquiries).where(enquiries.c.case_id == bindparam("case_id")).order_by(enquiries.c.asked_at, enquiries.c.id)
)
_WHOSE = Prepared(select(enquiries.c.case_id).where(enquiries.c.id == bindparam("id")))
_UPDATE = Prepared(update(enquiries).where(enquiries.c.id == bindparam("b_id")))


def add(tx: Transaction, case: Case, enquiry: Enquiry) -> None:
    tx.run(
        _INSERT,
        {
            "id": enquiry.id,
            "case_id": case.id,
            "kind": enquiry.kind.value,
            "state": enquiry.state.value,
            "party_id": enquiry.party_id,
            "unit": enquiry.unit,
            "version": enquiry.version,
            "consequence": enquiry.consequence.value if enquiry.consequence else None,
            "asked_by": enquiry.asked_by,
            "asked_at": enquiry.asked_at,
            "last_day": enquiry.last_day,
            "sealed": case.key.seal(dict(enquiry.content), place=_place(enquiry.id)),
        },
    )


def change(tx: Transaction, case: Case, enquiry: Enquiry, values: Mapping[str, Any], **content: Json) -> None:
    """Write new values, and more of its content; the case is locked."""
    more: dict[str, Any] = {}
    if content:
        more["sealed"] = case.key.seal({**enquiry.content, **content}, place=_place(enquiry.id))
    tx.run(_UPDATE, {"b_id": enquiry.id, **values, **more})


def note_message(tx: Transaction, case: Case, enquiry: Enquiry, message_id: str) -> Enquiry:
    """A letter by which its party is asked, or reminded: the news of it is this one's, and no other's."""
    messages: list[Json] = [*enquiry.messages, message_id]
    change(tx, case, enquiry, {}, messages=messages)
    return replace(enquiry, content={**enquiry.content, "messages": messages})


def of_case(tx: Transaction, case: Case) -> Sequence[Enquiry]:
    """Every enquiry of a case, the oldest first."""
    return [_enquiry(case, row) for row in tx.rows(_OF_CASE, case_id=case.id)]


def get(tx: Transaction, case: Case, enquiry_id: EnquiryId) -> Enquiry:
    """Raises `UnknownEnquiry`."""
    found = next((one for one in of_case(tx, case) if one.id == enquiry_id), None)
    if found is None:
        raise UnknownEnquiry(enquiry_id)
    return found


def case_of(tx: Transaction, enquiry_id: EnquiryId) -> str | None:
    """Whose enquiry it is."""
    row = tx.row(_WHOSE, id=enquiry_id)
    return row.case_id if row is not None else None


def to_units(tx: Transaction, units: Sequence[str] | None, *, limit: int) -> Sequence[tuple[str, EnquiryId]]:
    """Case and enquiry of what these units (None: all) have been asked by another and not answered, by last day."""
    query = (
        select(enquiries.c.case_id, enquiries.c.id)
        .where(enquiries.c.unit.is_not(None), literal_column("enquiries.state = 'open'"))
        .order_by(enquiries.c.last_day, enquiries.c.id)
        .limit(limit)
    )
    if units is not None:
        query = query.where(enquiries.c.unit.in_(list(units)))
    return [(row.case_id, row.id) for row in tx.execute(query)]


def open_ones(tx: Transaction, case: Case, kind: EnquiryKind, party_id: str | None = None) -> list[Enquiry]:
    """What has been asked of a kind (of this party, where one is named) and not answered: the most urgent first."""
    found = [
        one
        for one in of_case(tx, case)
        if one.kind is kind and one.is_open and (party_id is None or one.party_id == party_id)
    ]
    return sorted(found, key=lambda one: one.last_day)


def open_one(tx: Transaction, case: Case, kind: EnquiryKind, party_id: str | None = None) -> Enquiry | None:
    """The one that is to be answered first."""
    return next(iter(open_ones(tx, case, kind, party_id)), None)


def _enquiry(case: Case, row: Any) -> Enquiry:
    return Enquiry(
        id=row.id,
        case_id=row.case_id,
        kind=EnquiryKind(row.kind),
        state=EnquiryState(row.state),
        party_id=row.party_id,
        unit=row.unit,
        version=row.version,
        consequence=Consequence(row.consequence) if row.consequence else None,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        last_day=row.last_day,
        settled_at=row.settled_at,
        draft_id=row.draft_id,
        submission_id=row.submission_id,
        content=case.key.unseal(row.sealed, place=_place(row.id)),
    )


def _place(enquiry_id: EnquiryId) -> str:
    return f"enquiries.sealed:{enquiry_id}"
