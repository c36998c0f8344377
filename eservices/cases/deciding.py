"""Deciding: by whom, on what ground, after whom has been heard; frozen, told by the evidence it needs, and corrected or
changed only by a new version.

No clock and no rule decides: a person does, and signs. What the law makes follow (the time to appeal, how long a permit
lasts, the document) starts here.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eservices import outbox
from eservices.calendars import (
    OFFICE_HOURS,
    OpeningHours,
    add_working_days,
    day_of,
    end_of_day,
    plain_last_day,
)
from eservices.cases import clocks, enquiries, proposals, store
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.changing import change, locked, meet, meet_about, note_entry, nothing_more_is_asked, tell
from eservices.cases.enquiries import EnquiryKind
from eservices.cases.model import (
    AGAINST,
    MAY_BE_DECIDED,
    NO_LONGER_DUE,
    OF_THE_MATTER,
    Case,
    CaseId,
    ClockKind,
    Decision,
    DecisionKind,
    MadeBy,
    NotAllowed,
    Outcome,
    Part,
    Party,
    Status,
    of_the_matter,
    public_of,
    standing,
)
from eservices.cases.proposals import Proposed
from eservices.cases.signing import COSIGNER
from eservices.definitions.model import Service, Span
from eservices.deliveries import Delivery
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.sealing import fingerprint
from eservices.submissions import pinned
from eservices.values import Json, new_id

#: Roles that get no decision by themselves: a child is told through its guardian; a co-signer is told what was decided
#: about somebody else by the officer who finds that they may know it.
_NOT_TOLD = frozenset({"child", COSIGNER})

#: Clocks that have come to their end, and proposals that are no longer any, once there is a decision.
_MET_BY_DECIDING = set(ClockKind) - {
    ClockKind.ACKNOWLEDGE, ClockKind.APPEAL, ClockKind.JUDGE_APPEAL, ClockKind.VALIDITY,
}  # fmt: skip
_SETTLED_BY_DECIDING = tuple(set(Proposed) - {Proposed.ANNOUNCE, Proposed.JUDGE_APPEAL, Proposed.CLOSE})

#: Minutes are approved within 14 days of the meeting (KL 5:69), and that is announced the second day after (KL 8:12).
_ANNOUNCED_WITHIN = dt.timedelta(days=14 + 2)

#: The document that the worker makes of a decision; also the question under which it lies among the files.
DECISION_DOCUMENT = "decision"

#: The kind of news that a decision is, of whichever kind.
DECISION_NEWS = "decision"


def document_of(revision: int) -> str:
    """The question under which the document of a version lies: each has its own, and none takes another's place."""
    return DECISION_DOCUMENT if revision == 1 else f"{DECISION_DOCUMENT}-{revision}"


def is_document(question: str) -> bool:
    """Whether a file of the case is the document of a decision, of whichever version."""
    return question == DECISION_DOCUMENT or question.startswith(f"{DECISION_DOCUMENT}-")


class NotHeard(Exception):
    """A decision that goes against somebody waits until they have been heard, or until it is said why not (FL 25 §)."""


class NotComplete(Exception):
    """A committee or a board decides on a day and in a paragraph; a delegate by a point of the delegation order."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """By whom a decision is made, and what it rests on beside its reasons."""

    made_by: MadeBy = MadeBy.DELEGATE
    delegate: str = ""  #: the point of the delegation order; that of the service where none is given
    meeting_on: dt.date | None = None
    paragraph: str = ""
    took_part: str = ""
    waiver: str = ""  #: why nobody was heard first


def decide(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    outcome: Outcome,
    reasons: str,
    law: str,
    delegate: str | None = None,
    grounds: Grounds | None = None,
    text: str = "",
    plain: Sequence[str] = (),
    parts: Sequence[Part] = (),
    conditions: str = "",
    valid_until: dt.date | None = None,
    kind: DecisionKind = DecisionKind.DECISION,
    subject: str = "",
    letter: Sequence[str] = (),
    hours: OpeningHours = OFFICE_HOURS,
) -> Case:
    """Decide. What was decided before stays as it is, under its revision.

    `subject` and `letter` are the decision in the party's language, for those who get it on paper or read out. Raises
    `NotAllowed`, `NotHeard`, `NotComplete`.
    """
    case = locked(tx, case_id, expected)
    service = pinned.service(tx, case.version)
    if standing(case.status, service.own_states) not in MAY_BE_DECIDED or actor.staff_id is None:
        raise NotAllowed("decide", case.status)
    on = grounds or Grounds()
    on = replace(on, delegate=on.delegate or delegate or "")
    _may_be_made(tx, case, outcome, on)
    earlier = of_the_matter(store.decisions_of(tx, case))
    decision = frozen(
        composed(
            tx, case, by=actor.staff_id, now=now, outcome=outcome, reasons=reasons, law=law, grounds=on, text=text,
            plain=plain, parts=parts, conditions=conditions, valid_until=valid_until, kind=kind,
        ),
        case.number,
    )  # fmt: skip
    store.add_decision(tx, case, decision)
    after = change(
        tx,
        case,
        moved_at=now,
        status=Status.DECIDED.value,
        public_status=public_of(Status.DECIDED),
        decided_at=now,
        due_at=due_after(decision),
        missing=0,
    )
    content: dict[str, Json] = {
        "decision": decision.id,
        "revision": decision.revision,
        "kind": decision.kind.value,
        "outcome": outcome.value,
        "digest": decision.digest,
    }
    note_entry(tx, after, actor, "decided", now, shared=True, why=on.waiver, content=content)
    meet(tx, after, _MET_BY_DECIDING, now)
    nothing_more_is_asked(tx, after, now)
    proposals.settle(tx, after, _SETTLED_BY_DECIDING, now=now, staff_id=actor.staff_id)
    _end_clocks_of(tx, after, earlier, now)
    _start_clocks(tx, after, decision, now, hours)
    if APPEAL_ROUTES[decision.appeal_route].announced:
        proposals.propose(tx, after, Proposed.ANNOUNCE, now=now)
    outbox.put_many(tx, [_document(after, decision, after.language, now)])
    for party in told_of(store.parties_of(tx, after)):
        tell(tx, after, party, DECISION_NEWS, now, subject=subject, paragraphs=list(letter))
    return after


def composed(
    tx: Transaction,
    case: Case,
    *,
    by: str,
    now: dt.datetime,
    outcome: Outcome,
    reasons: str,
    law: str,
    grounds: Grounds,
    text: str = "",
    plain: Sequence[str] = (),
    parts: Sequence[Part] = (),
    conditions: str = "",
    valid_until: dt.date | None = None,
    kind: DecisionKind = DecisionKind.DECISION,
) -> Decision:
    """The decision as it would stand if it were signed now: without its hash, and written nowhere."""
    made = store.decisions_of(tx, case)
    further = bool(of_the_matter(made))
    legal = pinned.service(tx, case.version).legal
    if further and kind is DecisionKind.DECISION:
        kind = DecisionKind.CHANGE
    return Decision(
        id=new_id(),
        revision=len(made) + 1,
        outcome=outcome,
        reasons=reasons,
        law=law,
        delegate=grounds.delegate or legal.delegate,
        appeal_route=legal.appeal,
        decided_by=by,
        decided_at=now,
        valid_until=valid_until,
        digest="",
        kind=kind if further else DecisionKind.DECISION,
        made_by=grounds.made_by,
        meeting_on=grounds.meeting_on,
        paragraph=grounds.paragraph,
        text=text,
        plain=tuple(plain),
        parts=tuple(parts),
        conditions=conditions,
        took_part=grounds.took_part,
        waiver=grounds.waiver,
    )


def rule(
    tx: Transaction,
    case: Case,
    party: Party,
    *,
    kind: DecisionKind,
    outcome: Outcome,
    about: str,
    actor: Actor,
    now: dt.datetime,
    reasons: str,
    law: str,
    grounds: Grounds,
    text: str = "",
    plain: Sequence[str] = (),
    subject: str = "",
    letter: Sequence[str] = (),
    hours: OpeningHours = OFFICE_HOURS,
) -> Decision:
    """Decide a step that one party took: a decision of its own, told to that party, that may be appealed as the matter
    may. What was decided of the matter stays as it is, with its time to appeal. The case is locked.

    Raises `NotAllowed`, `NotComplete`.
    """
    if actor.staff_id is None or kind in OF_THE_MATTER:
        raise NotAllowed("rule", case.status)
    _is_complete(grounds)
    made = composed(
        tx, case, by=actor.staff_id, now=now, outcome=outcome, reasons=reasons, law=law,
        grounds=replace(grounds, waiver=""), text=text, plain=plain,
    )  # fmt: skip
    decision = frozen(replace(made, kind=kind, party_id=party.id, about=about), case.number)
    store.add_decision(tx, case, decision)
    _start_clocks(tx, case, decision, now, hours)
    outbox.put_many(tx, [_document(case, decision, party.language, now)])
    tell(tx, case, party, DECISION_NEWS, now, subject=subject, paragraphs=list(letter))
    return decision


def told_by(decisions: Sequence[Decision], delivery: Delivery) -> Decision | None:
    """The decision that this news tells of: the newest there was when it went out, of those that its party is told."""
    told = [
        one for one in decisions if one.decided_at <= delivery.made_at and one.party_id in {None, delivery.party_id}
    ]
    return told[-1] if told and delivery.kind == DECISION_NEWS else None


def told_of(parties: Sequence[Party]) -> list[Party]:
    """Who is told of a decision: every party, but one whom nothing tells how to reach and who has a representative."""
    represented = any(party.role == "representative" for party in parties)
    return [
        party
        for party in parties
        if party.role not in _NOT_TOLD
        and not (party.role == "applicant" and represented and not (party.email or party.phone or party.address))
    ]


def has_been_heard(tx: Transaction, case: Case) -> bool:
    """Whether somebody has been shown what the decision will rest on, and has answered or let the time pass."""
    return any(one.kind is EnquiryKind.HEARING and not one.is_open for one in enquiries.of_case(tx, case))


def must_be_heard(tx: Transaction, case: Case, outcome: Outcome) -> bool:
    """Whether this decision waits for a hearing. The law says so of exercise of authority; elsewhere we ask, and do not
    stop."""
    return outcome in AGAINST and case.regime == "forvaltningslag" and not has_been_heard(tx, case)


def frozen(decision: Decision, number: str) -> Decision:
    """The decision with the hash of everything it says, so that a later change of a word shows."""
    said = {
        "number": number,
        "revision": decision.revision,
        "kind": decision.kind.value,
        "outcome": decision.outcome.value,
        "text": decision.text,
        "plain": list(decision.plain),
        "parts": [[part.what, part.outcome.value] for part in decision.parts],
        "reasons": decision.reasons,
        "conditions": decision.conditions,
        "law": decision.law,
        "made_by": decision.made_by.value,
        "delegate": decision.delegate,
        "meeting_on": decision.meeting_on.isoformat() if decision.meeting_on else None,
        "paragraph": decision.paragraph,
        "took_part": decision.took_part,
        "waiver": decision.waiver,
        "appeal_route": decision.appeal_route,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at.astimezone(dt.UTC).isoformat(),
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
        **({"party": decision.party_id, "about": decision.about} if decision.about else {}),
    }
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return replace(decision, digest=fingerprint(written.encode("utf-8", "surrogatepass")))


def is_as_signed(decision: Decision, number: str) -> bool:
    """Whether the decision still says what was signed."""
    return frozen(decision, number).digest == decision.digest


def _may_be_made(tx: Transaction, case: Case, outcome: Outcome, on: Grounds) -> None:
    _is_complete(on)
    if not on.waiver and must_be_heard(tx, case, outcome):
        raise NotHeard(case.number)


def _is_complete(on: Grounds) -> None:
    if on.made_by is not MadeBy.DELEGATE and not (on.meeting_on and on.paragraph):
        raise NotComplete(on.made_by)


def _end_clocks_of(tx: Transaction, case: Case, earlier: Sequence[Decision], now: dt.datetime) -> None:
    """The times that ran for the versions before are over; those of a single party's step run on."""
    for decision in earlier:
        meet_about(tx, case, decision.id, now)


def _start_clocks(tx: Transaction, case: Case, decision: Decision, now: dt.datetime, hours: OpeningHours) -> None:
    """The time to appeal, provisional until everybody has got the decision or the notice board has told of it; and how
    long what was granted lasts."""
    weeks = APPEAL_ROUTES[decision.appeal_route].weeks
    begun = []
    if weeks:
        span = Span(weeks, "weeks")
        begun.append(
            clocks.begin(
                ClockKind.APPEAL, case.regime, at=now, on=day_of(now), hours=hours, span=span, about=decision.id
            )
        )
    if decision.valid_until is not None:
        begun.append(
            clocks.begin(
                ClockKind.VALIDITY,
                case.regime,
                at=now,
                on=day_of(now),
                hours=hours,
                last_day=decision.valid_until,
                about=decision.id,
                remind_on=_remind_on(pinned.service(tx, case.version), decision.valid_until, now),
            )
        )
    store.add_clocks(tx, case.id, [clock for clock in begun if clock is not None])


def _remind_on(service: Service, valid_until: dt.date, now: dt.datetime) -> dt.date | None:
    """The day the holder is told that it is soon time to renew, where the service knows of renewal."""
    before = service.validity.renew_before if service.validity is not None else None
    if before is None or before.unit not in {"days", "weeks", "months", "years"}:
        return None
    return max(plain_last_day(valid_until, -before.amount, before.unit), day_of(now))


def _document(case: Case, decision: Decision, language: str, now: dt.datetime) -> outbox.Put:
    """The decision as a document, to be made by the worker and laid among the files of the case."""
    facts: dict[str, Json] = {
        "decision": decision.id,
        "language": language,
        "number": case.number,
        "case": case.id,
    }
    return outbox.Put(DECISION_DOCUMENT, outbox.DOCUMENT, facts, case.key, now, case_id=case.id)


def due_after(decision: Decision) -> dt.datetime:
    """What a decided case is due by: to be told of on the notice board, or to be closed where nobody can appeal. While
    somebody can, there is nothing to be done by any day."""
    today = day_of(decision.decided_at)
    route = APPEAL_ROUTES[decision.appeal_route]
    if route.announced:
        return end_of_day(today + _ANNOUNCED_WITHIN)
    return NO_LONGER_DUE if route.weeks else end_of_day(add_working_days(today, 1))
