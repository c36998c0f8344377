"""Asking somebody outside the unit, and what comes of it: supplements (FL 20 §), opinions before a decision (FL 25 §),
referrals (FL 26 §).

What is asked is fixed when it is asked: the words of the letter, those of the reminder, the last day, what follows if
nothing comes. A reminder in the night is sent in the words that the officer has seen. Whatever the resident says brings
the case back to the unit; only a complete answer, the officer or the clock settles the enquiry.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eservices.calendars import OpeningHours, day_of, end_of_day
from eservices.cases import clocks, enquiries, proposals, store
from eservices.cases.changing import (
    change,
    is_known,
    is_not_brought,
    locked,
    meet,
    meet_about,
    moved,
    note_entry,
    party_of,
    tell,
    write_message,
)
from eservices.cases.corrections import Flag, as_corrected, flag_of
from eservices.cases.enquiries import Consequence, Enquiry, EnquiryKind, EnquiryState
from eservices.cases.model import MAY_BE_ASKED, Case, CaseId, ClockKind, NotAllowed, Status, standing
from eservices.cases.proposals import Proposed
from eservices.definitions.model import Question, Service
from eservices.identity.people import Actor
from eservices.journey.answers import Answers
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Assisted, Draft, Submission, SubmissionKind
from eservices.values import Channel, Json, new_id


@dataclass(frozen=True, slots=True)
class Said:
    """What is written to somebody, in their language, and how they are reminded of it."""

    subject: str
    paragraphs: tuple[str, ...]
    reminder: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)


#: Enquiry -> the clock that runs for it, the state the case is in meanwhile, the news it is, how the journal calls it.
_CLOCKS = {
    EnquiryKind.SUPPLEMENT: ClockKind.SUPPLEMENT,
    EnquiryKind.HEARING: ClockKind.HEARING,
    EnquiryKind.REFERRAL: ClockKind.REFERRAL,
}
_STATES = {
    EnquiryKind.SUPPLEMENT: Status.AWAITING_SUPPLEMENT,
    EnquiryKind.HEARING: Status.HEARING,
    EnquiryKind.REFERRAL: Status.REFERRED,
}
_NEWS = {EnquiryKind.SUPPLEMENT: "supplement_order", EnquiryKind.HEARING: "hearing"}
_ASKED = {
    EnquiryKind.SUPPLEMENT: "supplement_requested",
    EnquiryKind.HEARING: "hearing_held",
    EnquiryKind.REFERRAL: "referred",
}
_ANSWERED = {
    EnquiryKind.SUPPLEMENT: "supplement_received",
    EnquiryKind.HEARING: "opinion_received",
    EnquiryKind.REFERRAL: "referral_answered",
}


def ask_for_supplement(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    hours: OpeningHours,
    asked: Service,
    items: Sequence[str],
    consequence: Consequence,
    last_day: dt.date,
    said: Said,
    party_id: str | None = None,
    flag: Flag | None = None,
) -> Enquiry:
    """Ask a party (the applicant unless named) for named things, in writing, with a last day and what follows.

    `asked` is the small definition that the answer is given to; `items` are its questions in Swedish words. `flag` is
    the one answer that is asked about, where it is about one. Several orders may be open for a party, each with its
    own last day and what follows. Raises `NotAllowed`.
    """
    case = _asking(tx, case_id, expected, EnquiryKind.SUPPLEMENT, party_id)
    party = party_of(tx, case, party_id)
    pinned.keep(tx, asked, party.language, now)
    content: dict[str, Json] = {
        "items": list(items), "subject": said.subject, "body": said.body, "reminder": list(said.reminder),
    }  # fmt: skip
    if flag is not None:
        content["flag"] = flag.to_json()
    enquiry = _enquiry(case, EnquiryKind.SUPPLEMENT, actor, now, last_day, party_id=party.id, content=content)
    return _ask(
        tx,
        case,
        replace(enquiry, version=asked.version, consequence=consequence),
        actor=actor,
        now=now,
        hours=hours,
        said=said,
    )


def ask_for_opinion(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    hours: OpeningHours,
    last_day: dt.date,
    said: Said,
    party_id: str | None = None,
) -> Enquiry:
    """Let a party see what the decision will rest on and say what they think, before it is made (FL 25 §)."""
    case = _asking(tx, case_id, expected, EnquiryKind.HEARING, party_id)
    party = party_of(tx, case, party_id)
    content: dict[str, Json] = {"subject": said.subject, "body": said.body, "reminder": list(said.reminder)}
    enquiry = _enquiry(case, EnquiryKind.HEARING, actor, now, last_day, party_id=party.id, content=content)
    return _ask(tx, case, enquiry, actor=actor, now=now, hours=hours, said=said)


def refer(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    hours: OpeningHours,
    last_day: dt.date,
    to: str,
    question: str,
    unit: str | None = None,
    shows: Sequence[str] = (),
) -> Enquiry:
    """Ask another unit (`unit`), or somebody outside the house whom the officer writes to by hand, for a statement.

    They see the question and, of the case, no more than `shows`: parts of the answers and files.
    """
    case = _asking(tx, case_id, expected, EnquiryKind.REFERRAL, None)
    content: dict[str, Json] = {"to": to, "body": question, "shows": list(shows)}
    enquiry = _enquiry(case, EnquiryKind.REFERRAL, actor, now, last_day, unit=unit, content=content)
    return _ask(tx, case, enquiry, actor=actor, now=now, hours=hours, said=None)


def answered(
    tx: Transaction,
    case: Case,
    enquiry: Enquiry,
    *,
    actor: Actor,
    now: dt.datetime,
    answer: str = "",
    submission_id: str | None = None,
) -> Case:
    """The answer has come, by whatever channel: the case is the unit's again. The case is locked."""
    if not enquiry.is_open:
        raise NotAllowed("answer", enquiry.state)
    values = {"state": EnquiryState.ANSWERED.value, "settled_at": now, "submission_id": submission_id}
    enquiries.change(tx, case, enquiry, values, **({"answer": answer} if answer else {}))
    after = change(tx, case, missing=len(store.file_of(tx, case).missing))
    content: dict[str, Json] = {"enquiry": enquiry.id}
    if submission_id:
        content["submission"] = submission_id
    note_entry(tx, after, actor, _ANSWERED[enquiry.kind], now, shared=_is_shared(enquiry), content=content)
    meet_about(tx, after, enquiry.id, now)
    is_known(tx, enquiry, actor, now)
    return _back(tx, after, enquiry.kind, actor, now)


def draft_for(
    tx: Transaction,
    case: Case,
    order: Enquiry,
    *,
    language: str,
    channel: Channel,
    now: dt.datetime,
    assisted_by: str | None = None,
    assisted: Assisted | None = None,
) -> Draft:
    """The draft in which the answer to an open order is written: one for all, whoever begins it and wherever.

    It lies under the case's key. The case is locked. Raises `NotAllowed` when there is nothing to answer.
    """
    if not order.is_open or order.version is None:
        raise NotAllowed("answer", order.state)
    begun = drafts.by_id(tx, order.draft_id) if order.draft_id else None
    if begun is not None and begun.is_open:
        return begun
    asked = pinned.service(tx, order.version)
    draft = drafts.start(
        tx,
        asked,
        language=language,
        channel=channel,
        now=now,
        assisted_by=assisted_by,
        assisted=assisted,
        first_step=asked.steps[0].id,
        supplements=(case.id, case.key),
        answers=_as_it_stands(tx, case, order, asked),
    )
    enquiries.change(tx, case, order, {"draft_id": draft.id})
    return draft


def wondered(tx: Transaction, draft: Draft) -> Flag | None:
    """The one answer that a supplement in hand is about, where it is about one."""
    case = store.by_id(tx, draft.case_id) if draft.case_id and draft.kind is SubmissionKind.SUPPLEMENT else None
    if case is None:
        return None
    order = next((one for one in enquiries.of_case(tx, case) if one.draft_id == draft.id), None)
    return flag_of(order) if order is not None else None


def _as_it_stands(tx: Transaction, case: Case, order: Enquiry, asked: Service) -> Answers | None:
    """The answer that is asked about, as it stands: who says that it holds only sends it. A file is sent anew."""
    flag = flag_of(order)
    if flag is None or asked.questions[flag.asked_as].type.takes_files or flag.asked_as != flag.place[0]:
        return None
    stands = as_corrected(store.file_of(tx, case).submissions, enquiries.of_case(tx, case)).get(*flag.place)
    return Answers({(flag.asked_as, None): stands}) if stands is not None else None


def supplement_came(tx: Transaction, case: Case, submission: Submission, *, actor: Actor, now: dt.datetime) -> Case:
    """A supplement has been handed in. All that was asked for settles the order; a part of it brings the case back and
    leaves the order open, for the officer to say. The case is locked."""
    order = next((one for one in enquiries.of_case(tx, case) if one.draft_id == submission.draft_id), None)
    file = store.file_of(tx, case)
    if order is not None and order.is_open and not still_asked(tx, order, file.submissions):
        return answered(tx, case, order, actor=actor, now=now, submission_id=submission.id)
    after = change(tx, case, missing=len(file.missing))
    content: dict[str, Json] = {"submission": submission.id, "missing": len(submission.missing)}
    note_entry(tx, after, actor, "supplement_received", now, shared=True, content=content)
    if after.status != Status.AWAITING_SUPPLEMENT:
        return after
    return moved(tx, after, Status.SUPPLEMENT_RECEIVED.value, actor, now)


def still_asked(tx: Transaction, order: Enquiry, submissions: Sequence[Submission]) -> Sequence[Question]:
    """What of an order has not come with any of these, which are the case's: all of it before anything has."""
    asked = [question for step in pinned.service(tx, order.version or "").steps for question in step.asked]
    sent = [one for one in submissions if one.version == order.version and one.recorded_at >= order.asked_at]
    if not sent:
        return asked
    brought = store.brought_by(sent)
    lacking = {place[0] for place in sent[-1].missing if place not in brought}
    return [question for question in asked if question.id in lacking]


def settle(
    tx: Transaction,
    case_id: CaseId,
    enquiry_id: str,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    answer: str = "",
) -> Case:
    """The officer says that it is answered: by a message, by post, in a meeting. `answer` is what was said."""
    case = locked(tx, case_id, expected)
    return answered(tx, case, enquiries.get(tx, case, enquiry_id), actor=actor, now=now, answer=answer)


def take_back(
    tx: Transaction, case_id: CaseId, enquiry_id: str, *, actor: Actor, expected: int, now: dt.datetime, why: str
) -> Case:
    """It is not needed after all. What was answered meanwhile stays."""
    case = locked(tx, case_id, expected)
    enquiry = enquiries.get(tx, case, enquiry_id)
    if not enquiry.is_open:
        raise NotAllowed("take back", enquiry.state)
    enquiries.change(tx, case, enquiry, {"state": EnquiryState.TAKEN_BACK.value, "settled_at": now})
    after = change(tx, case)
    content: dict[str, Json] = {"enquiry": enquiry.id}
    note_entry(tx, after, actor, "enquiry_taken_back", now, shared=_is_shared(enquiry), why=why, content=content)
    meet_about(tx, after, enquiry.id, now)
    is_not_brought(tx, enquiry, now)
    return _back(tx, after, enquiry.kind, actor, now)


def give_longer(
    tx: Transaction,
    case_id: CaseId,
    enquiry_id: str,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    last_day: dt.date,
    hours: OpeningHours,
) -> Case:
    """More time, because somebody asked for it. A last day is never brought forward."""
    case = locked(tx, case_id, expected)
    enquiry = enquiries.get(tx, case, enquiry_id)
    if not enquiry.is_open or last_day <= enquiry.last_day:
        raise NotAllowed("give longer", enquiry.state)
    enquiries.change(tx, case, enquiry, {"last_day": last_day})
    for clock in store.clocks_of(tx, case):
        if clock.about == enquiry.id and clock.met_at is None:
            longer = replace(clock, due_at=end_of_day(last_day))
            values = {"due_at": longer.due_at, "next_act_at": clocks.next_act(longer, hours)}
            store.change_clock(tx, clock.id, values)
    after = change(tx, case)
    content: dict[str, Json] = {"enquiry": enquiry.id, "last_day": last_day.isoformat()}
    note_entry(tx, after, actor, "longer_given", now, shared=_is_shared(enquiry), content=content)
    return after


def remind(tx: Transaction, case: Case, enquiry: Enquiry, now: dt.datetime) -> bool:
    """Remind of what has been asked, in the words that were laid ready. The case is locked."""
    reminder = enquiry.content.get("reminder")
    if not enquiry.is_open or enquiry.party_id is None or not isinstance(reminder, list) or not reminder:
        return False
    party = party_of(tx, case, enquiry.party_id)
    paragraphs = [str(paragraph) for paragraph in reminder]
    system = Actor.system()
    sent = write_message(
        tx,
        case,
        party,
        system,
        now,
        kind="reminder",
        subject=enquiry.said("subject"),
        body="\n\n".join(paragraphs),
    )
    enquiries.note_message(tx, case, enquiry, sent.id)
    kind = "supplement_reminder" if enquiry.kind is EnquiryKind.SUPPLEMENT else "hearing_reminder"
    subject = enquiry.said("subject")
    tell(tx, case, party, kind, now, message_id=sent.id, subject=subject, paragraphs=paragraphs)
    note_entry(tx, case, system, "enquiry_reminded", now, shared=True, content={"enquiry": enquiry.id})
    return True


def time_out(tx: Transaction, case: Case, enquiry: Enquiry, now: dt.datetime) -> Case:
    """Nothing came in time: the case is the unit's again, with what the law proposes. Nobody is refused by a clock."""
    if not enquiry.is_open:
        return case
    enquiries.change(tx, case, enquiry, {"state": EnquiryState.TIMED_OUT.value, "settled_at": now})
    after = change(tx, case)
    content: dict[str, Json] = {"enquiry": enquiry.id, "news": enquiry.kind.value}
    note_entry(tx, after, Actor.system(), "enquiry_timed_out", now, shared=_is_shared(enquiry), content=content)
    proposals.propose(tx, after, _proposed(enquiry), now=now, content={"enquiry": enquiry.id})
    return _back(tx, after, enquiry.kind, Actor.system(), now)


def _is_shared(enquiry: Enquiry) -> bool:
    """What we ask a party is theirs to see; what we ask others is the unit's own work until it is answered."""
    return enquiry.kind is not EnquiryKind.REFERRAL


def _proposed(enquiry: Enquiry) -> Proposed:
    if enquiry.kind is EnquiryKind.HEARING:
        return Proposed.READ_OPINION
    if enquiry.kind is EnquiryKind.REFERRAL:
        return Proposed.GO_ON_WITHOUT_REFERRAL
    return Proposed.DISMISS if enquiry.consequence is Consequence.DISMISS else Proposed.DECIDE_ANYWAY


def _asking(tx: Transaction, case_id: CaseId, expected: int, kind: EnquiryKind, party_id: str | None) -> Case:
    case = locked(tx, case_id, expected)
    own = pinned.service(tx, case.version).own_states
    if standing(case.status, own) not in MAY_BE_ASKED:
        raise NotAllowed(f"ask for {kind}", case.status)
    if kind is EnquiryKind.HEARING:  # who is heard once more has more time, or reads the rest in a letter of its own
        party = party_of(tx, case, party_id)
        if enquiries.open_one(tx, case, kind, party.id) is not None:
            raise NotAllowed(f"ask for {kind} again", case.status)
    return case


def _enquiry(
    case: Case,
    kind: EnquiryKind,
    actor: Actor,
    now: dt.datetime,
    last_day: dt.date,
    *,
    content: dict[str, Json],
    party_id: str | None = None,
    unit: str | None = None,
) -> Enquiry:
    return Enquiry(
        id=new_id(),
        case_id=case.id,
        kind=kind,
        state=EnquiryState.OPEN,
        party_id=party_id,
        unit=unit,
        version=None,
        consequence=None,
        asked_by=actor.staff_id,
        asked_at=now,
        last_day=last_day,
        settled_at=None,
        draft_id=None,
        submission_id=None,
        content=content,
    )


def _ask(
    tx: Transaction,
    case: Case,
    enquiry: Enquiry,
    *,
    actor: Actor,
    now: dt.datetime,
    hours: OpeningHours,
    said: Said | None,
) -> Enquiry:
    enquiries.add(tx, case, enquiry)
    clock = clocks.begin(
        _CLOCKS[enquiry.kind],
        case.regime,
        at=now,
        on=day_of(now),
        hours=hours,
        last_day=enquiry.last_day,
        about=enquiry.id,
    )
    if clock is not None:
        store.add_clocks(tx, case.id, [clock])
    own = pinned.service(tx, case.version).own_states
    to = _STATES[enquiry.kind]
    after = change(tx, case) if case.status == to else moved(tx, case, to.value, actor, now, own_states=own)
    content: dict[str, Json] = {"enquiry": enquiry.id, "last_day": enquiry.last_day.isoformat()}
    if said is not None:
        party = party_of(tx, after, enquiry.party_id)
        kind = _NEWS[enquiry.kind]
        sent = write_message(tx, after, party, actor, now, kind=kind, subject=said.subject, body=said.body)
        content["message"] = sent.id
        enquiry = enquiries.note_message(tx, after, enquiry, sent.id)
        tell(
            tx,
            after,
            party,
            kind,
            now,
            message_id=sent.id,
            subject=said.subject,
            paragraphs=list(said.paragraphs),
            answer_by=end_of_day(enquiry.last_day),
        )
        meet(tx, after, {ClockKind.FIRST_CONTACT}, now)
    note_entry(tx, after, actor, _ASKED[enquiry.kind], now, shared=_is_shared(enquiry), content=content)
    return enquiry


def _back(tx: Transaction, case: Case, kind: EnquiryKind, actor: Actor, now: dt.datetime) -> Case:
    """The unit's again, unless the case stands elsewhere or waits for another answer of the same kind."""
    waits = any(one.kind is kind and one.is_open for one in enquiries.of_case(tx, case))
    if case.status != _STATES[kind] or waits:
        return case
    came = kind is EnquiryKind.SUPPLEMENT and actor.kind.value != "system"
    to = Status.SUPPLEMENT_RECEIVED if came else Status.UNDER_REVIEW
    return moved(tx, case, to.value, actor, now)
