"""What a resident sees of a case with its number and the code of a party: the same words by every channel."""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from eservices import deliveries, journal
from eservices.calendars import day_of
from eservices.cases import consents, enquiries, store
from eservices.cases.consents import Consent
from eservices.cases.enquiries import Enquiry
from eservices.cases.model import (
    MAY_BE_WITHDRAWN,
    WAITING_FOR_RESIDENT,
    CaseId,
    ClockKind,
    Decision,
    Direction,
    Message,
    Party,
    Public,
    Status,
    standing,
)
from eservices.cases.protecting import OWN_SIDE
from eservices.cases.signing import COSIGNER
from eservices.cases.tables import cases, parties
from eservices.definitions.model import Service
from eservices.journal import Entry
from eservices.journey.answers import Place
from eservices.journey.cosigning import what_others_see
from eservices.journey.path import walk
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.submissions import pinned
from eservices.submissions.model import Submission, SubmissionKind

#: Who only signs has a page of their own, and a child is told through its guardian.
_FOLLOWS_NOTHING = frozenset({"child", COSIGNER})

_BY_CODE = Prepared(
    select(parties.c.id, parties.c.case_id)
    .join(cases, cases.c.id == parties.c.case_id)
    .where(
        parties.c.code_digest == bindparam("digest"),
        cases.c.number == bindparam("number"),
        *(parties.c.role != role for role in sorted(_FOLLOWS_NOTHING)),
    )
)


@dataclass(frozen=True, slots=True)
class Following:
    """A case as one of its parties may see it."""

    case_id: CaseId
    party: Party
    number: str
    title: str
    service: str
    version: str
    unit: str
    regime: str
    public_status: Public
    open: bool
    received_at: dt.datetime
    received_on: dt.date
    due_on: dt.date | None  #: None once nothing is to be waited for
    next_actor: str  #: us, you, nobody
    missing: tuple[Place, ...]
    submissions: tuple[Submission, ...]
    messages: tuple[Message, ...]
    decisions: tuple[Decision, ...]
    events: tuple[Entry, ...]
    asked: tuple[Enquiry, ...] = ()  #: what this party has been asked and not answered yet
    forecast_on: dt.date | None = None  #: when we believe it will be decided, where that is later than promised
    may_withdraw: bool = False
    consents: tuple[Consent, ...] = ()  #: what was agreed to, and who was let speak
    #: The answers this party may see; None for those on the applicant's own side, who see them all.
    sees: frozenset[Place] | None = None

    @property
    def counterpart(self) -> bool:
        """Whether it is somebody else's case: they hear and are heard, and do nothing in the applicant's place."""
        return self.sees is not None


def code_opens(tx: Transaction, number: str, code: str) -> tuple[CaseId, str] | None:
    """The case and the party that number and code name together, as `codes` reads them; None for any mismatch.

    The caller limits tries, and says the same whatever is wrong.
    """
    row = tx.row(_BY_CODE, digest=store.follow_digest(tx.keys, number, code), number=number)
    return None if row is None else (row.case_id, row.id)


def follow(tx: Transaction, number: str, code: str) -> Following | None:
    """The case as the party with this code sees it; None for any mismatch."""
    found = code_opens(tx, number, code)
    return None if found is None else followed(tx, *found)


def followed(tx: Transaction, case_id: CaseId, party_id: str) -> Following | None:
    """The case as this party sees it, for somebody who has shown the code before."""
    case = store.by_id(tx, case_id)
    if case is None:
        return None
    parties = store.parties_of(tx, case)
    party = next((party for party in parties if party.id == party_id), None)
    if party is None or party.role in _FOLLOWS_NOTHING:
        return None
    case_file = store.file_of(tx, case)
    # Whoever stands on one side knows what was decided of a step that somebody on it took.
    beside = {one.id for one in parties if {one.role, party.role} <= OWN_SIDE}
    promised = next(clock for clock in case_file.clocks if clock.kind is ClockKind.PROMISED)
    waits_for_us = case.open and case.status not in {Status.DECIDED, Status.WITHDRAWN}
    asked = [one for one in enquiries.of_case(tx, case) if one.is_open and one.party_id == party_id]
    late = case.forecast_on is not None and case.forecast_on > day_of(promised.due_at)
    service = pinned.service(tx, case.version)
    handed_in = [one for one in case_file.submissions if one.kind is not SubmissionKind.SIGNATURE]
    events = journal.of_case(tx, case.id, case.key, shared_only=True)
    seen = Following(
        case_id=case.id,
        party=party,
        number=case.number,
        title=case.title,
        service=case.service,
        version=case.version,
        unit=case.unit,
        regime=case.regime,
        public_status=case.public_status,
        open=case.open,
        received_at=case.received_at,
        received_on=case.received_on,
        due_on=day_of(promised.due_at) if waits_for_us and case.status != Status.APPEALED else None,
        next_actor="you" if asked else _next_actor(case.status, waits_for_us=waits_for_us),
        missing=case_file.missing if case.missing else (),
        submissions=tuple(handed_in),
        messages=tuple(message for message in case_file.messages if message.party_id == party_id),
        decisions=tuple(one for one in case_file.decisions if one.party_id in {None, party_id, *beside}),
        events=tuple(events),
        asked=tuple(asked),
        forecast_on=case.forecast_on if late and waits_for_us else None,
        may_withdraw=standing(case.status, service.own_states) in MAY_BE_WITHDRAWN,
        consents=tuple(consents.given_in(handed_in, events)),
    )
    return seen if party.role in OWN_SIDE else _for_a_counterpart(seen, service, protected=case.protected)


def _for_a_counterpart(seen: Following, service: Service, *, protected: bool) -> Following:
    """What the author has said is for others, their own part of what happened, and no word that says where a protected
    person is: reasons may, so of a protected person's decision only the outcome is told here."""
    first = seen.submissions[:1]
    sees = what_others_see(walk(service, first[0].answers), protected=protected) if first else frozenset()
    return replace(
        seen,
        missing=(),
        submissions=first,
        decisions=tuple(_outcome_of(decision) for decision in seen.decisions) if protected else seen.decisions,
        events=tuple(entry for entry in seen.events if _concerns(entry, seen.party.id)),
        may_withdraw=False,
        consents=(),
        sees=sees,
    )


def _outcome_of(decision: Decision) -> Decision:
    return replace(decision, reasons="", text="", plain=(), parts=(), conditions="", took_part="", waiver="")


#: What happens to a case that any party may know.
_FOR_ALL = frozenset(
    {
        "registered",
        "claimed",
        "assigned",
        "status_changed",
        "decided",
        "announced",
        "became_final",
        "closed",
        "reopened",
    }
)


def _concerns(entry: Entry, party_id: str) -> bool:
    return entry.kind in _FOR_ALL or entry.content.get("party") == party_id


def note_read(tx: Transaction, case_id: CaseId, party_id: str, now: dt.datetime) -> None:
    """The resident has seen what we have written: that is evidence that the news has arrived."""
    store.note_messages_read(tx, case_id, Direction.OUT, now)
    deliveries.opened(tx, case_id, party_id, now)


def has_unread(tx: Transaction, seen: Following) -> bool:
    """Whether there is anything that this party sees for the first time."""
    written = any(message.read_at is None and message.direction is Direction.OUT for message in seen.messages)
    return written or any(
        one.party_id == seen.party.id and not one.is_settled for one in deliveries.of_case(tx, seen.case_id)
    )


def _next_actor(status: str, *, waits_for_us: bool) -> str:
    if status in WAITING_FOR_RESIDENT:
        return "you"
    return "us" if waits_for_us else "nobody"
