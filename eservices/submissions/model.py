"""Drafts and submissions as values: answers on their way in, and the record of what was handed in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from eservices.calendars import day_of
from eservices.journey.answers import Answers, Place
from eservices.storage.sealing import DataKey
from eservices.values import Channel, ContactMethod, IdentityBasis

DraftId = str
SubmissionId = str


class DraftState(StrEnum):
    OPEN = "open"
    HANDED_IN = "handed_in"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class SubmissionKind(StrEnum):
    INITIAL = "initial"
    SUPPLEMENT = "supplement"
    SIGNATURE = "signature"
    DELAY_REQUEST = "delay_request"
    WITHDRAWAL = "withdrawal"
    APPEAL = "appeal"


class ReceiptBy(StrEnum):
    """How somebody who did not use the web wants the receipt. The number is always read out or handed over too."""

    IN_HAND = "in_hand"
    LETTER = "letter"
    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a person needs to be able to communicate with us; kept with the party, seen first by whoever calls."""

    interpreter: str = ""  #: language to interpret to
    interpreter_name: str = ""  #: who interprets, so that what was said can be traced
    sign_language: bool = False
    large_print: bool = False
    braille: bool = False
    slow_pace: bool = False
    best_hours: str = ""
    other: str = ""

    def to_json(self) -> dict[str, Any]:
        """Only what is needed, so that an ordinary party says nothing."""
        told = {
            "interpreter": self.interpreter,
            "interpreter_name": self.interpreter_name,
            "sign_language": self.sign_language,
            "large_print": self.large_print,
            "braille": self.braille,
            "slow_pace": self.slow_pace,
            "best_hours": self.best_hours,
            "other": self.other,
        }
        return {name: value for name, value in told.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Needs":
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Assisted:
    """What an agent records beside the answers when writing for somebody else."""

    identity: IdentityBasis = IdentityBasis.STATED
    arrived_on: dt.date | None = None  #: the day it reached any office, or was told; None: today
    arrived_how: str = ""  #: paper: how it came, one of `intake.assisted.Arrived`
    receipt_by: ReceiptBy | None = None
    consent: str = ""  #: what was read out and agreed to
    helper: str = ""  #: who calls, when it is not the applicant: a relative, a trustee
    needs: Needs = field(default_factory=Needs)
    receipt_to: str = ""  #: a number or an address for the receipt alone, where the answers hold none
    consent_until: dt.date | None = None  #: the last day it holds; None: for this case, until it is withdrawn
    speaks_as: str = ""  #: what the helper is to the applicant
    mandate: str = ""  #: how we know that the helper may

    def to_json(self) -> dict[str, Any]:
        return {
            "identity": self.identity.value,
            "arrived_on": self.arrived_on.isoformat() if self.arrived_on else None,
            "arrived_how": self.arrived_how,
            "receipt_by": self.receipt_by.value if self.receipt_by else None,
            "receipt_to": self.receipt_to,
            "consent": self.consent,
            "consent_until": self.consent_until.isoformat() if self.consent_until else None,
            "helper": self.helper,
            "speaks_as": self.speaks_as,
            "mandate": self.mandate,
            "needs": self.needs.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Assisted":
        until = data.get("consent_until")
        return cls(
            identity=IdentityBasis(data["identity"]),
            arrived_on=dt.date.fromisoformat(data["arrived_on"]) if data["arrived_on"] else None,
            arrived_how=data["arrived_how"],
            receipt_by=ReceiptBy(data["receipt_by"]) if data["receipt_by"] else None,
            receipt_to=data.get("receipt_to", ""),
            consent=data["consent"],
            consent_until=dt.date.fromisoformat(until) if until else None,
            helper=data["helper"],
            speaks_as=data.get("speaks_as", ""),
            mandate=data.get("mandate", ""),
            needs=Needs.from_json(data["needs"]),
        )


#: Step -> seconds after the draft was started when it was first shown and first passed (None: not yet).
StepTimes = Mapping[str, tuple[int | None, int | None]]


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers so far. It stays on the definition version it was started with.

    After sending, `submission_id` leads to the receipt, and nothing in the draft can be changed any more.
    """

    id: DraftId
    service: str
    version: str
    kind: SubmissionKind
    state: DraftState
    language: str
    channel: Channel
    practice: bool
    key: DataKey = field(compare=False, repr=False)
    answers: Answers
    code: str  #: the continue code; "" once it is dead
    assisted: Assisted | None
    assisted_by: str | None
    case_id: str | None
    submission_id: SubmissionId | None
    row_version: int
    started_at: dt.datetime
    touched_at: dt.datetime
    expires_at: dt.datetime
    steps: StepTimes
    renews: str = ""  #: number of the case that it renews

    @property
    def is_open(self) -> bool:
        return self.state is DraftState.OPEN


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter or an e-mail that nobody's form asked for says of itself, in the few words that are keyed in."""

    about: str  #: what it is about, without names: it stands in the register
    body: str = ""  #: what it says, where it is not there as a file
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    method: ContactMethod = ContactMethod.OWN_PAGES
    protected: bool = False  #: whoever wrote has a protected identity
    secret: bool = False  #: what it says may be so: the contact centre sees no more than that there is a case
    names_case: bool = False  #: what it is about is what the case is called, since its service says nothing of that


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Who gave it to us, how, and when: `at` the moment, `on` the day that counts by law (FL 22 §).

    For phone and paper both may lie in the past; the clocks of the case start from them.
    """

    channel: Channel
    language: str
    at: dt.datetime
    on: dt.date
    identity: IdentityBasis
    entered_by: str | None = None
    declared: tuple[str, ...] = ()  #: ids of the declarations that were confirmed
    receipt_by: ReceiptBy | None = None
    consent: str = ""
    helper: str = ""
    needs: Needs = field(default_factory=Needs)
    arrived_on: dt.date | None = None  #: paper only: the day it was in our hands
    arrived_how: str = ""  #: paper only: how it came
    receipt_to: str = ""  #: where the receipt goes, if not where all news goes
    consent_until: dt.date | None = None  #: the last day on which consent and mandate hold
    speaks_as: str = ""  #: what the helper is to the applicant
    mandate: str = ""  #: how we know that the helper may
    letter: Letter | None = None  #: it came without a form

    @classmethod
    def on_the_web(
        cls,
        *,
        at: dt.datetime,
        language: str = "sv",
        declared: tuple[str, ...] = (),
        identity: IdentityBasis = IdentityBasis.STATED,
    ) -> "HandedIn":
        """Received when send was pressed, also in the evening and at the weekend."""
        return cls(Channel.WEB, language, at, day_of(at), identity, declared=declared)

    @classmethod
    def assisted(
        cls,
        assisted: Assisted,
        *,
        channel: Channel,
        language: str,
        at: dt.datetime,
        on: dt.date,
        entered_by: str,
        declared: tuple[str, ...] = (),
    ) -> "HandedIn":
        """Written down by a member of staff, who is never taken for the applicant. `intake.assisted` knows the days."""
        return cls(
            channel,
            language,
            at,
            on,
            assisted.identity,
            entered_by,
            declared,
            assisted.receipt_by,
            assisted.consent,
            assisted.helper,
            assisted.needs,
            arrived_on=(assisted.arrived_on or day_of(at)) if channel is Channel.PAPER else None,
            arrived_how=assisted.arrived_how if channel is Channel.PAPER else "",
            receipt_to=assisted.receipt_to,
            consent_until=assisted.consent_until,
            speaks_as=assisted.speaks_as,
            mandate=assisted.mandate,
        )

    @property
    def on_paper(self) -> bool:
        """A paper that has been received is registered even with blanks, and so is an e-mail that nothing asked for."""
        return self.channel is Channel.PAPER or self.letter is not None


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in, never changed: a correction is an entry in the journal, an addition another submission."""

    id: SubmissionId
    draft_id: DraftId | None
    case_id: str
    service: str
    version: str
    kind: SubmissionKind
    channel: Channel
    language: str
    entered_by: str | None
    identity_basis: IdentityBasis
    received_at: dt.datetime
    received_on: dt.date
    recorded_at: dt.datetime
    first_tried_at: dt.datetime
    answers: Answers  #: only what was visible when it was handed in
    dropped: tuple[Place, ...] = ()  #: answered, but no longer applying: told on the check page, not kept
    missing: tuple[Place, ...] = ()
    declared: tuple[str, ...] = ()
    consent: str = ""
    helper: str = ""
    arrived_on: dt.date | None = None  #: paper: the day it was in our hands; `received_on` is the day that counts
    arrived_how: str = ""
    consent_until: dt.date | None = None  #: the last day on which consent and mandate hold; None: until taken back
    speaks_as: str = ""  #: what the helper is to the applicant
    mandate: str = ""  #: how we know that the helper may
    about: str = ""  #: a letter without a form: what it is about, and what it says where that is no file
    body: str = ""
