"""The receipt, as facts: the same for everybody who hands in the same, whatever the channel and the language.

Page, mail and PDF make their own sentences from it; nothing here is a sentence. It says nothing of the answers: who
shows them takes them from the submission.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from eservices.calendars import day_of
from eservices.cases import store
from eservices.cases.control_word import word_of
from eservices.cases.model import ClockKind
from eservices.cases.tables import cases, clocks, parties
from eservices.journey.answers import Place
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.submissions import store as submissions_store
from eservices.submissions.model import SubmissionId
from eservices.submissions.tables import submissions
from eservices.values import Channel, ContactMethod


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody who has handed something in is told: the number, what happens next and by when.

    `code` follows the case together with `number`. `missing` is what is still expected, never a reproach. What
    happens next, in the words of the service, is in its definition (`version`), which names no dates of its own.
    """

    submission_id: SubmissionId
    case_id: str
    party_id: str
    number: str
    code: str
    service: str
    version: str
    channel: Channel
    language: str
    name: str
    method: ContactMethod
    received_at: dt.datetime
    received_on: dt.date
    first_contact_by: dt.datetime
    due_on: dt.date
    unit: str
    queue: str
    regime: str
    missing: tuple[Place, ...] = ()
    word: str = ""  #: what we say when we ring
    about: str = ""  #: whose case it is, where somebody else gets the news: a child, or who is represented

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for the outbox; `from_json` gives the same receipt back and takes no notice of further keys."""
        return {
            "submission_id": self.submission_id,
            "case_id": self.case_id,
            "party_id": self.party_id,
            "number": self.number,
            "code": self.code,
            "service": self.service,
            "version": self.version,
            "channel": self.channel.value,
            "language": self.language,
            "name": self.name,
            "method": self.method.value,
            "received_at": self.received_at.isoformat(),
            "received_on": self.received_on.isoformat(),
            "first_contact_by": self.first_contact_by.isoformat(),
            "due_on": self.due_on.isoformat(),
            "unit": self.unit,
            "queue": self.queue,
            "regime": self.regime,
            "missing": [list(place) for place in self.missing],
            "word": self.word,
            "about": self.about,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Receipt":
        return cls(
            submission_id=data["submission_id"],
            case_id=data["case_id"],
            party_id=data["party_id"],
            number=data["number"],
            code=data["code"],
            service=data["service"],
            version=data["version"],
            channel=Channel(data["channel"]),
            language=data["language"],
            name=data["name"],
            method=ContactMethod(data["method"]),
            received_at=dt.datetime.fromisoformat(data["received_at"]),
            received_on=dt.date.fromisoformat(data["received_on"]),
            first_contact_by=dt.datetime.fromisoformat(data["first_contact_by"]),
            due_on=dt.date.fromisoformat(data["due_on"]),
            unit=data["unit"],
            queue=data["queue"],
            regime=data["regime"],
            missing=submissions_store.places_of(data["missing"]),
            word=data.get("word", ""),
            about=data.get("about", ""),
        )


_promised = clocks.alias("promised")
_first_contact = clocks.alias("first_contact")

_told = parties.alias("told")

#: The party that gets the news; the roles happen to stand in order of the alphabet.
_who_is_told = (
    select(_told.c.id)
    .where(
        _told.c.case_id == cases.c.id,
        or_(*(_told.c.role == role for role in ("applicant", "guardian", "representative"))),
    )
    .order_by(_told.c.role.desc())
    .limit(1)
    .correlate(cases)
    .scalar_subquery()
)

# The promise as it was given, not as it has moved since: a receipt seen again says what it said the first time.
_FOUND = Prepared(
    select(
        submissions.c.id,
        submissions.c.case_id,
        submissions.c.service,
        submissions.c.version,
        submissions.c.channel,
        submissions.c.language,
        submissions.c.received_at,
        submissions.c.received_on,
        submissions.c.sealed,
        cases.c.number,
        cases.c.unit,
        cases.c.contact_queue,
        cases.c.regime,
        cases.c.key_id,
        cases.c.sealed.label("case_sealed"),
        parties.c.id.label("party_id"),
        parties.c.role,
        parties.c.kind,
        parties.c.language.label("party_language"),
        parties.c.contact_method,
        parties.c.sealed.label("party_sealed"),
        _promised.c.due_at.label("promised_by"),
        _first_contact.c.due_at.label("first_contact_by"),
        *stored_keys.WRAPPED,
    )
    .join(cases, cases.c.id == submissions.c.case_id)
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .join(parties, parties.c.id == _who_is_told)
    .join(_promised, and_(_promised.c.case_id == cases.c.id, _promised.c.kind == ClockKind.PROMISED.value))
    .join(
        _first_contact,
        and_(_first_contact.c.case_id == cases.c.id, _first_contact.c.kind == ClockKind.FIRST_CONTACT.value),
    )
    .where(submissions.c.id == bindparam("id"))
)


def receipt_of(tx: Transaction, submission_id: SubmissionId) -> Receipt:
    """The receipt of a submission, as often as somebody wants to see it. One statement. Raises `UnknownSubmission`."""
    row = tx.row(_FOUND, id=submission_id)
    if row is None:
        raise submissions_store.UnknownSubmission(submission_id)
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    person = store.opened_party(key, row.party_id, row.party_sealed)
    return Receipt(
        submission_id=row.id,
        case_id=row.case_id,
        party_id=row.party_id,
        number=row.number,
        code=person["code"],
        service=row.service,
        version=row.version,
        channel=Channel(row.channel),
        language=row.language,
        name=person["name"],
        method=ContactMethod(row.contact_method),
        received_at=row.received_at,
        received_on=row.received_on,
        first_contact_by=row.first_contact_by,
        due_on=day_of(row.promised_by),
        unit=row.unit,
        queue=row.contact_queue,
        regime=row.regime,
        missing=submissions_store.places_of(submissions_store.unsealed(key, row.id, row.sealed)["missing"]),
        word=word_of(tx.keys, row.party_id),
        about=_about(key, row, person["name"]),
    )


def _about(key: DataKey, row: Any, name: str) -> str:
    """Whose case it is, where that is not the one who gets the news."""
    if row.role == "applicant":
        return ""
    whose: str = key.unseal(row.case_sealed, place=store.place_of(row.case_id))["name"]
    return whose if whose != name else ""
