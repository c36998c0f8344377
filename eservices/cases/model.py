"""A case as values and rules: its states and who may move it, its parties, clocks, messages and decisions.

The states and their public kinds are one table, so that what an officer works with and what a resident is told can
never drift apart. Words for them belong to the pages.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from eservices.identity.people import ActorKind
from eservices.storage.sealing import DataKey
from eservices.submissions.model import Needs
from eservices.values import Channel, ContactMethod, IdentityBasis

CaseId = str

_NO_STATES: Mapping[str, str] = MappingProxyType({})


class Status(StrEnum):
    """Where a case stands, for those who work on it."""

    RECEIVED = "received"
    REGISTERED = "registered"
    UNDER_REVIEW = "under_review"
    INVESTIGATING = "investigating"
    REFERRED = "referred"
    HEARING = "hearing"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    SUPPLEMENT_RECEIVED = "supplement_received"
    AWAITING_SIGNATURES = "awaiting_signatures"
    AWAITING_PAYMENT = "awaiting_payment"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


class Public(StrEnum):
    """Where a case stands, in the few words that residents are told, the same by every channel."""

    SUBMITTED = "submitted"
    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    SUPPLEMENT_NEEDED = "supplement_needed"
    AWAITING_SIGNATURE = "awaiting_signature"
    AWAITING_PAYMENT = "awaiting_payment"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


#: Each internal state's public kind: the only place that says it.
PUBLIC: Mapping[Status, Public] = {
    Status.RECEIVED: Public.SUBMITTED,
    Status.REGISTERED: Public.REGISTERED,
    Status.UNDER_REVIEW: Public.IN_PROGRESS,
    Status.INVESTIGATING: Public.IN_PROGRESS,
    Status.REFERRED: Public.IN_PROGRESS,
    Status.HEARING: Public.IN_PROGRESS,
    Status.AWAITING_SUPPLEMENT: Public.SUPPLEMENT_NEEDED,
    Status.SUPPLEMENT_RECEIVED: Public.IN_PROGRESS,
    Status.AWAITING_SIGNATURES: Public.AWAITING_SIGNATURE,
    Status.AWAITING_PAYMENT: Public.AWAITING_PAYMENT,
    Status.SUSPENDED: Public.IN_PROGRESS,
    Status.DECIDED: Public.DECIDED,
    Status.APPEALED: Public.APPEALED,
    Status.CLOSED: Public.CLOSED,
    Status.WITHDRAWN: Public.WITHDRAWN,
    Status.TRANSFERRED: Public.TRANSFERRED,
}

#: States in which somebody works on the case and may move it freely among them.
_WORKING = frozenset(
    {
        Status.REGISTERED,
        Status.UNDER_REVIEW,
        Status.INVESTIGATING,
        Status.REFERRED,
        Status.HEARING,
        Status.AWAITING_SUPPLEMENT,
        Status.SUPPLEMENT_RECEIVED,
        Status.AWAITING_SIGNATURES,
        Status.AWAITING_PAYMENT,
        Status.SUSPENDED,
    }
)

_NOT_BEGUN_OR_WORKING = _WORKING | {Status.RECEIVED}

#: States that come about by asking somebody, and so never by hand alone.
_BY_ASKING = frozenset({Status.AWAITING_SUPPLEMENT, Status.HEARING, Status.REFERRED})

#: From these somebody may be asked for something.
MAY_BE_ASKED = frozenset(
    {
        Status.RECEIVED, Status.REGISTERED, Status.UNDER_REVIEW, Status.INVESTIGATING, Status.REFERRED, Status.HEARING,
        Status.AWAITING_SUPPLEMENT, Status.SUPPLEMENT_RECEIVED, Status.SUSPENDED,
    }
)  # fmt: skip


class Who(StrEnum):
    """Who can bring a move about. Role and unit are checked at the door; here, whether anybody of the kind ever can."""

    OFFICER = "officer"
    AGENT = "agent"  #: on a resident's word
    RESIDENT = "resident"
    CLOCK = "clock"


_OFFICER = frozenset({Who.OFFICER})
_ON_THEIR_WORD = frozenset({Who.RESIDENT, Who.AGENT})
_ANYBODY = frozenset(Who)


@dataclass(frozen=True, slots=True)
class Transition:
    """One kind of move: what is done, from where, to where, by whom."""

    act: str
    of: frozenset[Status]
    to: frozenset[Status]
    by: frozenset[Who]


#: Every move there is. What stands in no row cannot be done, by whatever page, address or message.
TRANSITIONS = (
    Transition("register", frozenset({Status.RECEIVED}), frozenset({Status.REGISTERED}), _OFFICER | {Who.CLOCK}),
    Transition(
        "change",
        _NOT_BEGUN_OR_WORKING,
        (_WORKING - _BY_ASKING - {Status.REGISTERED, Status.SUPPLEMENT_RECEIVED})
        | {Status.TRANSFERRED, Status.WITHDRAWN},
        _OFFICER,
    ),
    Transition("change", frozenset({Status.RECEIVED}), frozenset({Status.REGISTERED}), _OFFICER),
    Transition("change", frozenset({Status.DECIDED}), frozenset({Status.APPEALED}), _OFFICER),
    Transition("change", frozenset({Status.APPEALED}), frozenset({Status.DECIDED, Status.UNDER_REVIEW}), _OFFICER),
    Transition("change", frozenset({Status.WITHDRAWN, Status.TRANSFERRED}), frozenset({Status.UNDER_REVIEW}), _OFFICER),
    Transition("ask", MAY_BE_ASKED, _BY_ASKING, _OFFICER),
    Transition(
        "complete",
        frozenset({Status.AWAITING_SUPPLEMENT}),
        frozenset({Status.SUPPLEMENT_RECEIVED}),
        _OFFICER | _ON_THEIR_WORD,
    ),
    Transition("come_back", _BY_ASKING, frozenset({Status.UNDER_REVIEW}), _ANYBODY),
    Transition(
        "sign",
        frozenset({Status.AWAITING_SIGNATURES}),
        frozenset({Status.RECEIVED, Status.UNDER_REVIEW}),
        _ANYBODY,
    ),
    Transition("decide", _NOT_BEGUN_OR_WORKING | {Status.DECIDED}, frozenset({Status.DECIDED}), _OFFICER),
    Transition("appeal", frozenset({Status.DECIDED}), frozenset({Status.APPEALED}), _OFFICER | _ON_THEIR_WORD),
    Transition("withdraw", _NOT_BEGUN_OR_WORKING, frozenset({Status.WITHDRAWN}), _ON_THEIR_WORD),
    Transition(
        "close",
        _NOT_BEGUN_OR_WORKING | {Status.DECIDED, Status.APPEALED, Status.WITHDRAWN, Status.TRANSFERRED},
        frozenset({Status.CLOSED}),
        _OFFICER,
    ),
    Transition("reopen", frozenset({Status.CLOSED, Status.TRANSFERRED}), frozenset({Status.UNDER_REVIEW}), _OFFICER),
)


def _of(act: str) -> frozenset[Status]:
    return frozenset().union(*(row.of for row in TRANSITIONS if row.act == act))


#: From each state, the states it may be changed to by hand. All else is an act of its own.
MOVES: Mapping[Status, frozenset[Status]] = {
    status: frozenset().union(*(row.to for row in TRANSITIONS if row.act == "change" and status in row.of)) - {status}
    for status in Status
}

#: From which states a decision can be made, a case closed, and taken back by the resident.
MAY_BE_DECIDED = _of("decide")
MAY_BE_CLOSED = _of("close")
MAY_BE_WITHDRAWN = _of("withdraw")

#: Actor -> who of the table that may be; whether a member of staff is an officer or an agent is asked at the door.
_KINDS = {
    ActorKind.RESIDENT: frozenset({Who.RESIDENT}),
    ActorKind.STAFF: frozenset({Who.OFFICER, Who.AGENT}),
    ActorKind.SYSTEM: frozenset({Who.CLOCK}),
}


def may_go(actor: ActorKind, of: Status, to: Status) -> bool:
    """Whether some act of this kind of actor brings a case from one state to another."""
    return any(of in row.of and to in row.to and row.by & _KINDS[actor] for row in TRANSITIONS)


#: States that nobody but the resident can end: the clocks that may stand still do so.
WAITING_FOR_RESIDENT = frozenset({Status.AWAITING_SUPPLEMENT, Status.AWAITING_SIGNATURES, Status.AWAITING_PAYMENT})

#: States after which the case needs no more work of the unit.
_AT_REST = frozenset({Status.CLOSED, Status.TRANSFERRED})

#: Where a closed case stands in a list sorted by due date: after everything that is still to be done.
NO_LONGER_DUE = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


class NotAllowed(Exception):
    """This cannot be done to a case that stands where it does."""

    def __init__(self, act: str, status: str):
        super().__init__(f"{act} from {status}")
        self.act = act
        self.status = status


class Outcome(StrEnum):
    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    DISMISSED = "dismissed"  #: avvisas: not examined
    WRITTEN_OFF = "written_off"  #: avskrivs: closed without being examined further


def standing(status: str, own_states: Mapping[str, str]) -> Status:
    """The state that governs what may be done: a service's own state counts as being under review."""
    try:
        return Status(status)
    except ValueError:
        if status in own_states:
            return Status.UNDER_REVIEW
        raise


def public_of(status: str, own_states: Mapping[str, str] = _NO_STATES) -> Public:
    """What the resident is told."""
    if status in own_states:
        return Public(own_states[status])
    return PUBLIC[Status(status)]


def moves_from(status: str, own_states: Mapping[str, str] = _NO_STATES) -> tuple[str, ...]:
    """The states a case may be changed to by hand from here, in the order of the table; own states last."""
    here = standing(status, own_states)
    allowed = MOVES[here]
    moves: list[str] = [state.value for state in Status if state in allowed and state.value != status]
    if status in own_states:
        moves.insert(0, Status.UNDER_REVIEW.value)
    if here in _WORKING or here is Status.RECEIVED:
        moves.extend(own for own in own_states if own != status)
    return tuple(moves)


def is_open(status: str) -> bool:
    """Whether the unit still has something to do."""
    return status not in _AT_REST


@dataclass(frozen=True, slots=True)
class Case:
    """The matter at the responsible unit: the one record that both sides of the house see.

    `row_version` goes with every form on a page about the case; an act that brings an old one is refused.
    """

    id: CaseId
    number: str
    registry_number: str | None
    service: str
    version: str
    title: str
    board: str
    unit: str
    regime: str
    status: str
    public_status: Public
    open: bool
    contact_queue: str
    contact_view: str
    channel: Channel
    language: str
    officer_id: str | None
    restricted: bool
    protected: bool
    key: DataKey = field(compare=False, repr=False)
    name: str
    received_at: dt.datetime
    received_on: dt.date
    due_at: dt.datetime
    opened_at: dt.datetime
    decided_at: dt.datetime | None
    closed_at: dt.datetime | None
    missing: int
    row_version: int
    forecast_on: dt.date | None = None  #: when the officer believes it will be decided


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation in one case. There is no register of persons.

    `code` follows the case together with its number; each party has one of their own.
    """

    id: str
    role: str
    kind: str
    language: str
    method: ContactMethod
    identity_basis: IdentityBasis
    protected: bool
    name: str
    personal_number: str
    email: str
    phone: str
    address: Mapping[str, str]
    code: str
    needs: Needs = field(default_factory=Needs)
    helper: str = ""
    consent: str = ""

    @property
    def anonymous(self) -> bool:
        return not (self.name or self.personal_number or self.email or self.phone or self.address)


class ClockKind(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    REGISTER = "register"
    FIRST_CONTACT = "first_contact"
    PROMISED = "promised"
    BY_LAW = "by_law"  #: a time that the service's own law sets
    SIX_MONTHS = "six_months"  #: FL 12 §: then a decision may be asked for
    DELAY_REQUEST = "delay_request"  #: FL 12 §: somebody has asked
    SUPPLEMENT = "supplement"
    HEARING = "hearing"
    REFERRAL = "referral"
    APPEAL = "appeal"
    JUDGE_APPEAL = "judge_appeal"  #: FL 46 §: an appeal is sent on without delay
    VALIDITY = "validity"  #: how long what was granted lasts


@dataclass(frozen=True, slots=True)
class CaseClock:
    """A time that something must have happened by, where it comes from, and whether it may stand still.

    `rule` holds amount, unit and `may_pause`: statutory times never stand still while the resident completes.
    """

    id: str
    kind: ClockKind
    source: str
    rule: Mapping[str, Any]
    started_at: dt.datetime
    due_at: dt.datetime
    paused_at: dt.datetime | None = None
    pauses: tuple[tuple[str, str, str], ...] = ()
    met_at: dt.datetime | None = None
    acted: tuple[str, ...] = ()  #: what the worker has done for it, once each
    next_act_at: dt.datetime | None = None
    about: str | None = None  #: the enquiry or the decision it belongs to

    def planned(self, next_act_at: dt.datetime | None) -> "CaseClock":
        """The same clock, with when the worker looks at it next."""
        return replace(self, next_act_at=next_act_at)

    def with_acted(self, acted: tuple[str, ...]) -> "CaseClock":
        """The same clock, after more has been done for it."""
        return replace(self, acted=acted)

    @property
    def may_pause(self) -> bool:
        return bool(self.rule.get("may_pause"))


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    direction: Direction
    kind: str
    channel: Channel
    party_id: str | None
    staff_id: str | None
    sent_at: dt.datetime
    read_at: dt.datetime | None
    subject: str
    body: str


class DecisionKind(StrEnum):
    DECISION = "decision"
    CORRECTION = "correction"  #: FL 36 §: an obvious slip of the pen
    CHANGE = "change"  #: FL 37-38 §§: it was wrong, and is decided anew
    DISMISSED_APPEAL = "dismissed_appeal"  #: FL 45 §: what came too late is not tried; a decision of its own
    REFUSED_REQUEST = "refused_request"  #: FL 12 §: the request for a decision is refused; a decision of its own


#: Kinds that decide what was asked for; the others decide a step that one party took, and leave that as it is.
OF_THE_MATTER = frozenset({DecisionKind.DECISION, DecisionKind.CORRECTION, DecisionKind.CHANGE})


class MadeBy(StrEnum):
    """Who decides. All but a delegate need the day of the meeting and the paragraph of its minutes."""

    DELEGATE = "delegate"
    COMMITTEE = "committee"
    BOARD = "board"


#: Outcomes that wholly or in part go against the one who asked: they wait for a hearing (FL 25 §).
AGAINST = frozenset({Outcome.PARTLY_GRANTED, Outcome.REFUSED, Outcome.DISMISSED})


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was asked for, and what became of it."""

    what: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rule and why; frozen, with the hash of all it says. A change is a new revision.

    `text` is the decision as the person reads it, `plain` the same in a few lines that are easy to read and to say,
    approved with it. `waiver` says why nobody was heard first, where somebody should have been. One that decides a
    step of a single party's names that party and what it is `about`: the appeal that came too late, say.
    """

    id: str
    revision: int
    outcome: Outcome
    reasons: str
    law: str
    delegate: str
    appeal_route: str
    decided_by: str
    decided_at: dt.datetime
    valid_until: dt.date | None
    digest: str
    kind: DecisionKind = DecisionKind.DECISION
    made_by: MadeBy = MadeBy.DELEGATE
    meeting_on: dt.date | None = None
    paragraph: str = ""
    text: str = ""
    plain: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    conditions: str = ""
    took_part: str = ""
    waiver: str = ""
    party_id: str | None = None
    about: str = ""
    #: The day the notice board told of the decision, where the time to have it tried counts from there. Not signed.
    announced_on: dt.date | None = None


def of_the_matter(decisions: Sequence[Decision]) -> Sequence[Decision]:
    """What was decided of what was asked for, and its later versions; without decisions on a single party's step."""
    return [one for one in decisions if one.kind in OF_THE_MATTER]
