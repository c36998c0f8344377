"""The handing-in: a draft becomes a submission, a case and a contact item, or nothing happens at all."""

import datetime as dt
from collections.abc import Sequence

from eservices import attachments, deliveries, journal, outbox
from eservices.calendars import Clock, OpeningHours, day_of
from eservices.cases import asking, queue, renewing
from eservices.cases import store as cases
from eservices.cases.control_word import word_of
from eservices.cases.index_keys import IndexKey, digits_of
from eservices.cases.opening import Opened, open_case
from eservices.cases.passing_on import Happened, pass_on
from eservices.cases.receipt import Receipt
from eservices.contact_centre import items
from eservices.definitions.model import Service
from eservices.deliveries import News, Recipient
from eservices.identity.people import Actor, ActorKind
from eservices.intake import cosigning, offering
from eservices.intake.hours import OFFICE_HOURS
from eservices.journey.answers import Answers, Place
from eservices.journey.check import missing_of, problems_of
from eservices.journey.cosigning import cosigners_of
from eservices.journey.path import Walk, walk
from eservices.journey.routing import route_of
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned, store
from eservices.submissions.model import Draft, DraftId, HandedIn, ReceiptBy, Submission, SubmissionKind
from eservices.values import Channel, ContactMethod, Json, Problem, new_id


class NotReady(Exception):
    """The draft still has something to answer; whoever fills it in, in any channel, is told what."""

    def __init__(self, remaining: Sequence[Problem]):
        super().__init__(f"{len(remaining)} problems remain")
        self.remaining = tuple(remaining)


class PracticeOnly(Exception):
    """This draft is for practising: nothing of it is ever handed in."""


def submit(
    tx: Transaction,
    draft_id: DraftId,
    handed_in: HandedIn,
    clock: Clock,
    *,
    hours: OpeningHours = OFFICE_HOURS,
    offered: Service | None = None,
) -> Submission:
    """Hand in a draft and route it both to case handling and to the contact centre.

    All of it is written in `tx`. The caller commits, and only then answers the resident.

    Handing in the same draft again returns the first submission and writes nothing, so a second press of the button,
    a retried request and a second tab are harmless.

    `handed_in` says who gave it to us, how and when. For phone and paper that moment lies in the past, and the clocks
    of the case start from it. `hours` are the contact centre's, for promises in working hours and the end of a period.
    `offered` is the service as it is offered today, whose opening period counts: it may have been prolonged.

    Raises `NotReady` with everything that remains, `offering.NotOpen`, `PracticeOnly`, and `drafts.Gone`.
    """
    draft = drafts.lock(tx, draft_id)  # a second sender waits here until the first has committed
    return hand_in(tx, draft, handed_in, clock, hours=hours, offered=offered)


def hand_in(
    tx: Transaction,
    draft: Draft,
    handed_in: HandedIn,
    clock: Clock,
    *,
    hours: OpeningHours = OFFICE_HOURS,
    offered: Service | None = None,
) -> Submission:
    """`submit`, for a draft that this transaction has locked already."""
    if draft.submission_id is not None:
        return store.get(tx, draft.submission_id)
    if draft.practice:
        raise PracticeOnly(draft.id)
    if draft.kind is SubmissionKind.SUPPLEMENT:
        return _complete(tx, draft, handed_in, clock)

    service = pinned.service(tx, draft.version)
    # A paper that has come is registered; whether it came in time is for the unit to say.
    closed = None if handed_in.on_paper else offering.why_not_open((offered or service).opening, handed_in.at, hours)
    if closed is not None:
        raise closed
    here = walk(service, draft.answers)
    if remaining := remaining_of(here, handed_in, clock.today()):
        raise NotReady(remaining)

    now = clock.now()
    # What a letter says in its own words has been read by nobody yet: nothing of it is called missing.
    missing = [] if handed_in.letter is not None else missing_of(here, paper=handed_in.on_paper)
    destination = route_of(here)
    others_sign = _others_sign(here)
    opened = open_case(
        tx,
        here,
        destination,
        handed_in,
        key=draft.key,
        missing=len(missing),
        hours=hours,
        now=now,
        awaiting=others_sign and any(one.method is not None for one in cosigners_of(here)),
    )
    submission = _submission(draft, here, opened.case.id, handed_in, missing=missing, now=now)
    store.add(tx, submission, draft.key)
    _hand_in_files(tx, draft, submission, scans=_scans(tx, draft) if handed_in.on_paper else ())
    _tell_contact_centre(tx, here, opened, submission, now)
    _give_receipt(tx, opened, submission, handed_in, now)
    pass_on(tx, opened.case, Happened.SUBMITTED, now)
    _write_journal(tx, opened, submission, now)
    if draft.renews:
        renewing.note_renewal(tx, opened.case, draft.renews, actor=_actor_of(submission), now=now)
    if service.one_case:
        _note_running(tx, opened, now)
    if others_sign:
        cosigning.ask(tx, here, opened.case, language=submission.language, now=now)
    if draft.assisted_by is not None:
        items.settle_draft(tx, draft.id, resolution="became_case", now=now)
    drafts.close(tx, draft, submission.id, now)
    return submission


def _complete(tx: Transaction, draft: Draft, handed_in: HandedIn, clock: Clock) -> Submission:
    """What was asked for goes to the case that waits for it, under the case's key; what was handed in first stays.

    It may come when the time is over, or in part: what has come is kept and read all the same.
    """
    if draft.case_id is None:
        raise drafts.Gone(draft.id)
    case, now = cases.lock(tx, draft.case_id), clock.now()
    here = walk(pinned.service(tx, draft.version), draft.answers)
    if remaining := remaining_of(here, handed_in, clock.today()):
        raise NotReady(remaining)
    missing = missing_of(here, paper=handed_in.on_paper)
    submission = _submission(draft, here, case.id, handed_in, missing=missing, now=now)
    store.add(tx, submission, case.key)
    _hand_in_files(tx, draft, submission, scans=_scans(tx, draft) if handed_in.on_paper else ())
    items.add_submitted(
        tx,
        case_id=case.id,
        submission_id=submission.id,
        service=submission.service,
        queue=case.contact_queue,
        channel=submission.channel,
        now=now,
    )
    pass_on(tx, case, Happened.SUPPLEMENTED, now)
    asking.supplement_came(tx, case, submission, actor=_actor_of(submission), now=now)
    if draft.assisted_by is not None:
        items.settle_draft(tx, draft.id, resolution="became_case", now=now)
    drafts.close(tx, draft, submission.id, now)
    return submission


def remaining_of(here: Walk, handed_in: HandedIn, today: dt.date) -> list[Problem]:
    """What the answers lack, and declarations nobody has confirmed.

    A paper that has come is registered whatever it says: neither a stop nor a declaration keeps it out.
    """
    remaining = problems_of(here, today, paper=handed_in.on_paper)
    if handed_in.on_paper:
        return [problem for problem in remaining if problem.code != "stopped"]
    undeclared = [one.id for one in here.service.declarations if one.id not in handed_in.declared]
    return [*remaining, *(Problem("not_declared", declaration) for declaration in undeclared)]


def _others_sign(here: Walk) -> bool:
    """Whether the service knows co-signers at all: most do not, and pay nothing for those that do."""
    return any(step.cosigners is not None for step in here.service.steps)


def _submission(
    draft: Draft,
    here: Walk,
    case_id: str,
    handed_in: HandedIn,
    *,
    missing: Sequence[Place],
    now: dt.datetime,
) -> Submission:
    return Submission(
        id=new_id(),
        draft_id=draft.id,
        case_id=case_id,
        service=draft.service,
        version=draft.version,
        kind=draft.kind,
        channel=handed_in.channel,
        language=handed_in.language,
        entered_by=handed_in.entered_by,
        identity_basis=handed_in.identity,
        received_at=handed_in.at,
        received_on=handed_in.on,
        recorded_at=now,
        first_tried_at=min(draft.started_at, handed_in.at),
        answers=visible_answers(here),
        dropped=here.dropped,
        missing=tuple(missing),
        declared=tuple(one.id for one in here.service.declarations if one.id in handed_in.declared),
        consent=handed_in.consent,
        helper=handed_in.helper,
        arrived_on=handed_in.arrived_on,
        arrived_how=handed_in.arrived_how,
        consent_until=handed_in.consent_until,
        speaks_as=handed_in.speaks_as,
        mandate=handed_in.mandate,
        about=handed_in.letter.about if handed_in.letter is not None else "",
        body=handed_in.letter.body if handed_in.letter is not None else "",
    )


def visible_answers(here: Walk) -> Answers:
    """Hidden means gone: only what can be seen is handed in, in reading order, whatever the order of answering."""
    given = here.answers.given
    visible = {place: given[place] for place, question, _ in here.places() if question.type.asks and place in given}
    groups = {seen.step.group.id for seen in here.steps if seen.step.group is not None}
    return Answers(
        visible,
        {group: numbers for group, numbers in here.answers.items.items() if group in groups},
        {group: number for group, number in here.answers.last_item.items() if group in groups},
        frozenset(here.answers.closed_groups & groups),
    )


#: What the scanned paper is called among the files of a case; no question can be called so.
SCAN = "paper-scan"


def _scans(tx: Transaction, draft: Draft) -> list[str]:
    """The scanned paper itself: all that it says, also where it could not be keyed in."""
    return [file.id for file in attachments.of_draft(tx, draft.id, draft.key) if file.question == SCAN]


def _hand_in_files(tx: Transaction, draft: Draft, submission: Submission, *, scans: Sequence[str]) -> None:
    """The files of visible answers go with the submission; those of hidden ones are removed."""
    handed_in = list(dict.fromkeys([*_files(submission.answers), *scans]))
    attachments.attach_to_submission(
        tx, draft.id, submission_id=submission.id, case_id=submission.case_id, ids=handed_in
    )
    if set(_files(draft.answers)) - set(handed_in):
        attachments.remove_all(tx, draft.id)


def _files(answers: Answers) -> list[str]:
    """The files that the answers name."""
    values = [answer.value for answer in answers.given.values()]
    return [
        file_id
        for value in values
        if isinstance(value, dict) and isinstance(ids := value.get("ids"), list)
        for file_id in ids
        if isinstance(file_id, str)
    ]


def _tell_contact_centre(tx: Transaction, here: Walk, opened: Opened, submission: Submission, now: dt.datetime) -> None:
    """The one item of the submission. Quiet, unless something is missing that only a person can ask for: by a call or
    a letter, or because a paper leaves out what is needed and does not say how to reach whoever wrote it."""
    method = opened.applicant.method
    must_ask = _left_out(here, submission.missing) and method in _REACHED_BY_A_PERSON
    if method is ContactMethod.OWN_PAGES:
        must_ask = bool(set(submission.missing) - set(missing_of(here)))
    items.add_submitted(
        tx,
        case_id=opened.case.id,
        submission_id=submission.id,
        service=submission.service,
        queue=opened.case.contact_queue,
        channel=submission.channel,
        now=now,
        need=items.Need.ASK_MISSING if must_ask else None,
        due_at=opened.first_contact_by if must_ask else None,
    )


_REACHED_BY_A_PERSON = frozenset({ContactMethod.PHONE, ContactMethod.LETTER, ContactMethod.SMS})


def _left_out(here: Walk, missing: Sequence[Place]) -> bool:
    """Whether something is missing that nobody has promised to send later."""
    given = here.answers.given
    return any(place not in given or not isinstance(given[place].value, dict) for place in missing)


def _give_receipt(
    tx: Transaction, opened: Opened, submission: Submission, handed_in: HandedIn, now: dt.datetime
) -> None:
    """The receipt, by the way it was asked for, and as a document that lies with the case for all channels."""
    case, party = opened.case, opened.applicant
    receipt = Receipt(
        submission_id=submission.id,
        case_id=case.id,
        party_id=party.id,
        number=case.number,
        code=party.code,
        service=case.service,
        version=case.version,
        channel=submission.channel,
        language=submission.language,
        name=party.name,
        method=party.method,
        received_at=submission.received_at,
        received_on=submission.received_on,
        first_contact_by=opened.first_contact_by,
        due_on=day_of(case.due_at),
        unit=case.unit,
        queue=case.contact_queue,
        regime=case.regime,
        missing=submission.missing,
        word=word_of(tx.keys, party.id),
        about=case.name if party.role != "applicant" and case.name != party.name else "",
    )
    facts = receipt.to_json()
    news = News("receipt", case.id, case.number, case.contact_queue, opened.first_contact_by, payload=facts)
    method, in_hand = _way_of_receipt(handed_in, party.method)
    to = handed_in.receipt_to
    email = to if to and method is ContactMethod.EMAIL else party.email
    phone = to if to and method is ContactMethod.SMS else party.phone
    recipient = Recipient(party.id, method, party.language, party.name, email, phone, party.address)
    planned = deliveries.plan(news, recipient, key=case.key, now=now, handed_over=in_hand)
    deliveries.write(tx, planned)
    document = outbox.Put("receipt", outbox.DOCUMENT, facts, case.key, now, case_id=case.id)
    outbox.put_many(tx, [*planned.puts, document])


def _way_of_receipt(handed_in: HandedIn, method: ContactMethod) -> tuple[ContactMethod, bool]:
    """The way the receipt takes, and whether the person already has it.

    On the web it stands on the page: only those who want news by e-mail get it once more. Everybody else is asked.
    """
    if handed_in.receipt_by is None:
        has_it = handed_in.channel is Channel.WEB and method is not ContactMethod.EMAIL
        return method, has_it
    way, in_hand = _RECEIPT_WAYS[handed_in.receipt_by]
    read_out = way is ContactMethod.PHONE and handed_in.channel in _IN_CONVERSATION
    return way, in_hand or read_out


#: Channels in which the agent can say the number before the person has gone.
_IN_CONVERSATION = frozenset({Channel.PHONE, Channel.COUNTER, Channel.CHAT})

_RECEIPT_WAYS = {
    ReceiptBy.IN_HAND: (ContactMethod.OWN_PAGES, True),
    ReceiptBy.NONE: (ContactMethod.OWN_PAGES, True),  # the number has been read out
    ReceiptBy.EMAIL: (ContactMethod.EMAIL, False),
    ReceiptBy.SMS: (ContactMethod.SMS, False),
    ReceiptBy.LETTER: (ContactMethod.LETTER, False),
    ReceiptBy.PHONE: (ContactMethod.PHONE, False),
}


def _note_running(tx: Transaction, opened: Opened, now: dt.datetime) -> None:
    """One case at a time would do: the officer is told of another that runs. Nobody is refused for it."""
    case, party = opened.case, opened.applicant
    if not party.personal_number:
        return
    key = IndexKey("personal_number", digits_of(party.personal_number))
    found = queue.found_by(tx, [key], limit=20)
    running: list[Json] = [row.number for row in found if row.open and row.service == case.service]
    if others := [number for number in running if number != case.number]:
        content: dict[str, Json] = {"numbers": others}
        journal.write(
            tx, actor=Actor.system(), kind="runs_beside", at=now, key=case.key, case_id=case.id, content=content
        )


def _write_journal(tx: Transaction, opened: Opened, submission: Submission, now: dt.datetime) -> None:
    actor = _actor_of(submission)
    content = {"number": opened.case.number, "identity_basis": submission.identity_basis.value}
    entry = journal.Note(actor=actor, kind="submitted", at=now, shared=True, content=content)
    journal.write_many(tx, [entry], case_id=opened.case.id, key=opened.case.key, first=True)


def _actor_of(submission: Submission) -> Actor:
    """Who handed it in: the resident, or the agent who wrote for them."""
    if submission.entered_by is None:
        return Actor.resident(submission.channel)
    return Actor(ActorKind.STAFF, submission.channel, submission.entered_by)
