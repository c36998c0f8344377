"""After sending: the receipt, and following the case with its number and code."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.attachments import Attachment, Limits
from eservices.calendars import day_of
from eservices.cases import acts, appealing, delays, following, renewing, store
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.corrections import flag_of
from eservices.cases.deciding import DECISION_DOCUMENT, is_document
from eservices.cases.enquiries import Consequence, Enquiry, EnquiryKind
from eservices.cases.following import Following
from eservices.cases.model import OF_THE_MATTER, Case, Decision, Direction, Outcome, Public, of_the_matter
from eservices.cases.receipt import Receipt, receipt_of
from eservices.documents.decision import KINDS, PARTS, TRIED
from eservices.identity.people import Actor
from eservices.intake import supplements
from eservices.journey.path import walk
from eservices.journey.summary import Section, summary_of
from eservices.language import N_, Words
from eservices.questions import faults
from eservices.questions.base import Fault
from eservices.questions.files import File
from eservices.questions.text import TextArea
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.values import ContactMethod
from eservices.web import files, i18n, security, uploads
from eservices.web.asked_about import asked_about
from eservices.web.bodies import sent_files
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other
from eservices.web.resident import passes
from eservices.web.resident.blueprint import blueprint, of_service
from eservices.web.resident.consents import Agreed, agreed
from eservices.web.resident.frame import ResidentFrame
from eservices.web.resident.visiting import current_draft
from eservices.web.uploads import Durable

#: What is counted when somebody is wrong.
_CODES = "case code"
#: How long one may go on looking at a case before number and code are asked again.
_OPEN_FOR = dt.timedelta(hours=2)
#: The question under which the worker lays the printed receipt.
_RECEIPT = "receipt"

_NO_SUCH_CASE = N_("Numret och koden hör inte ihop. Se efter en gång till, eller ring oss.")
_MESSAGE_MISSING = N_("Skriv ditt meddelande")
_MESSAGE = TextArea(max_length=10_000)
_FILE_MISSING = N_("Välj en fil att skicka")
_CHOOSE_AGAIN = N_("Välj filerna igen")

#: Public status -> what it is called, and what it means for the resident.
STATUSES = {
    Public.SUBMITTED: (N_("Inskickat"), N_("Vi har tagit emot det och ser nu till att det kommer till rätt person.")),
    Public.REGISTERED: (N_("Registrerat"), N_("Ärendet är registrerat. Snart börjar någon handlägga det.")),
    Public.IN_PROGRESS: (N_("Handläggs"), N_("Någon handlägger ditt ärende. Du behöver inte göra något.")),
    Public.SUPPLEMENT_NEEDED: (N_("Komplettering behövs"), N_("Vi behöver något mer från dig för att gå vidare.")),
    Public.AWAITING_SIGNATURE: (N_("Väntar på underskrift"), N_("Någon behöver skriva under innan vi kan gå vidare.")),
    Public.AWAITING_PAYMENT: (N_("Väntar på betalning"), N_("Vi går vidare när avgiften är betald.")),
    Public.DECIDED: (N_("Beslut finns"), N_("Det finns ett beslut i ditt ärende.")),
    Public.APPEALED: (N_("Överklagat"), N_("Beslutet är överklagat.")),
    Public.CLOSED: (N_("Avslutat"), N_("Ärendet är avslutat.")),
    Public.WITHDRAWN: (N_("Återtaget"), N_("Du har tagit tillbaka ärendet.")),
    Public.TRANSFERRED: (N_("Överlämnat"), N_("En annan myndighet har tagit över ärendet.")),
}

#: The kinds of journal entry that a resident reads, in the words of one.
EVENTS = {
    "submitted": N_("Du lämnade in ärendet"),
    "registered": N_("Vi registrerade ärendet"),
    "claimed": N_("Ärendet fick en handläggare"),
    "assigned": N_("Ärendet fick en handläggare"),
    "status_changed": N_("Ärendet gick vidare"),
    "signature_asked": N_("Vi bad en till om underskrift"),
    "signature_reminded": N_("Vi påminde om underskrift"),
    "signature_given": N_("Någon som ska skriva under har svarat"),
    "message_sent": N_("Vi skrev till dig"),
    "message_received": N_("Du skrev till oss"),
    "documents_added": N_("Du lade till dokument"),
    "decided": N_("Vi fattade beslut"),
    "closed": N_("Vi avslutade ärendet"),
    "reopened": N_("Vi tog upp ärendet igen"),
    "withdrawn": N_("Du tog tillbaka ärendet"),
    "supplement_requested": N_("Vi bad om mer från dig"),
    "supplement_received": N_("Vi fick det vi bad om"),
    "hearing_held": N_("Vi bad dig läsa innan vi beslutar"),
    "opinion_received": N_("Du sa vad du tycker"),
    "enquiry_reminded": N_("Vi påminde dig"),
    "enquiry_timed_out": N_("Tiden att svara tog slut"),
    "enquiry_taken_back": N_("Vi behöver inte svaret längre"),
    "longer_given": N_("Du fick mer tid att svara"),
    "delay_told": N_("Vi berättade att det tar längre tid"),
    "may_ask_for_decision": N_("Sex månader har gått. Du får begära att vi avgör ärendet"),
    "decision_asked_for": N_("Du begärde att vi avgör ärendet"),
    "appeal_received": N_("Du överklagade"),
    "appeal_judged": N_("Vi prövade överklagandet"),
    "contact_changed": N_("Du ändrade hur du får besked"),
    "needs_noted": N_("Du berättade vad du behöver för att läsa och prata med oss"),
    "consent_withdrawn": N_("Du tog tillbaka ett samtycke eller en fullmakt"),
    "announced": N_("Kommunens anslagstavla berättade om beslutet"),
    "became_final": N_("Tiden att överklaga är slut"),
    "renews": N_("Du förnyade det du hade"),
    "renewed": N_("Du ansökte om att förnya"),
    "renewal_near": N_("Det är snart dags att förnya"),
    "validity_over": N_("Det du fick gäller inte längre"),
}

#: What has just been done -> what the page says of it.
DONE = {
    "supplement": N_("Tack. Vi har fått det du skickade."),
    "saved": N_("Svaren är sparade. Kom tillbaka hit när du vill gå vidare."),
    "written": N_("Tack. Vi har fått ditt meddelande."),
    "opinion": N_("Tack. Vi läser det innan vi beslutar."),
    "contact": N_("Nu får du besked på det nya sättet."),
    "withdrawn": N_("Du har tagit tillbaka ditt ärende."),
    "consent_withdrawn": N_("Nu har du tagit tillbaka det. De som arbetar med ärendet ser det direkt."),
    "decision_asked_for": N_(
        "Vi har fått din begäran. Inom fyra veckor avgör vi ärendet eller säger nej till begäran."
    ),
    "appealed": N_("Vi har fått ditt överklagande."),
}

#: What follows when a supplement does not come.
CONSEQUENCES = {
    Consequence.DISMISS: N_("Om vi inte får det kan vi inte pröva din ansökan. Då avvisar vi den."),
    Consequence.DECIDE_ANYWAY: N_("Om vi inte får det avgör vi ärendet med de uppgifter vi har."),
}

OUTCOMES = {
    Outcome.GRANTED: N_("Du får det du har ansökt om."),
    Outcome.PARTLY_GRANTED: N_("Du får en del av det du har ansökt om."),
    Outcome.REFUSED: N_("Du får inte det du har ansökt om."),
    Outcome.DISMISSED: N_("Vi kan inte pröva din ansökan."),
    Outcome.WRITTEN_OFF: N_("Vi avslutar ärendet utan att pröva det."),
}

ANSWERS = {
    ContactMethod.EMAIL: N_("Vi mejlar dig när det finns ett besked."),
    ContactMethod.SMS: N_("Vi skickar ett sms till dig när det finns ett besked."),
    ContactMethod.PHONE: N_("Vi ringer dig när det finns ett besked."),
    ContactMethod.LETTER: N_("Vi skickar ett brev till dig när det finns ett besked."),
    ContactMethod.OWN_PAGES: N_("Beskedet finns på webben när det är klart. Du kan också ringa och fråga."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage(Page):
    """What was handed in, when, what happens now, and how to follow it."""

    template: ClassVar[str] = "resident/receipt.html"
    caption: str
    number: str
    case_code: str
    received_at: dt.datetime
    due: str
    by: str
    unsure: str
    unit: str
    missing: Sequence[tuple[str, str]]
    next: Sequence[str]
    document: str
    leaving: str
    word: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Page):
    """The printed receipt is being made."""

    template: ClassVar[str] = "resident/receipt_waiting.html"
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Page):
    """Asks for number and code."""

    template: ClassVar[str] = "resident/case_ask.html"
    number: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that lies with the case."""

    name: str
    size: str
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Written:
    """A message, as the one who wrote or got it reads it."""

    ours: bool
    at: dt.datetime
    subject: str
    body: str
    files: Sequence[Sent] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: what, when, why, by which rule, and what one can do who does not agree."""

    heading: str
    outcome: str
    day: str
    plain: Sequence[str]
    text: str
    parts: Sequence[tuple[str, str]]
    conditions: str
    valid_until: str
    reasons: str
    law: str
    appeal: str
    last: str  #: until when one may appeal, where that is known
    tried: str  #: what is tried when it is appealed, where that is not the matter itself
    holds: bool  #: no later version has taken its place
    may_appeal: bool  #: the link to appeal stands here


@dataclass(frozen=True, slots=True)
class Asked:
    """What we have asked of this person, until when, and what follows; `kind` says where it is answered.

    Where it is about one answer, `was` is that answer as it stands and `wonders` what the officer asks of it.
    """

    kind: str
    items: Sequence[str]
    body: str
    last: str
    follows: str
    was: str = ""
    wonders: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that has happened in the case."""

    at: dt.datetime
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage(Page):
    """A case as its party sees it: who does what next, what has happened, what was sent."""

    template: ClassVar[str] = "resident/case.html"
    number: str
    title: str
    status: str
    meaning: str
    tone: str
    turn: str
    due: str
    unit: str
    missing: Sequence[str]
    events: Sequence[Happened]
    messages: Sequence[Written]
    decisions: Sequence[Decided]
    sections: Sequence[Section]
    sent_files: Sequence[Sent]
    asked: Sequence[Asked]
    agreed: Sequence[Agreed]
    forecast: str
    done: str
    may_withdraw: bool
    may_ask_for_decision: bool
    may_renew: bool
    renew_by: str  #: the last day of what was given, once it is time to renew
    open: bool
    limits: str
    accept: str
    address: str
    body: str = ""
    errors: Sequence[tuple[str, str]] = ()

    def error(self, control: str) -> str:
        """What is wrong with one of the two small forms."""
        return next((sentence for id_, sentence in self.errors if id_ == control), "")


@blueprint.get("/<lang:language>/services/<slug:service>/receipt")
def receipt(service: str) -> Response:
    """The receipt, as often as somebody wants to see it."""
    language = i18n.language()
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None or draft.submission_id is None:
            return see_other(frame.start_address() if draft is None else frame.check_address())
        told = receipt_of(tx, draft.submission_id)
        page = _receipt_page(tx, told, language, frame)
    return render(page)


@blueprint.get("/<lang:language>/services/<slug:service>/receipt.pdf")
def receipt_document(service: str) -> Response:
    """The receipt as a document. It is made outside the web, usually within a second of the sending."""
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None or draft.submission_id is None:
            return see_other(frame.start_address())
        found = [
            attachment
            for attachment in attachments.of_submission(tx, draft.submission_id, draft.key)
            if attachment.question == _RECEIPT and attachment.may_be_opened
        ]
        if found:
            return files.download(found[0], draft.key)
    response = render(Waiting(back=frame.receipt_address()))
    response.headers["Refresh"] = "2"
    return response


@blueprint.get("/<lang:language>/case")
def ask_for_case() -> Response:
    """Where number and code are typed."""
    return render(Ask())


@blueprint.post("/<lang:language>/case")
def open_case() -> Response:
    """Open the case that number and code name together; one answer for whatever is wrong."""
    opened = passes.typed(_CODES, following.code_opens)
    if opened is None:
        return render(Ask(number=request.form.get("number", "")[:20], error=i18n.plain(_NO_SUCH_CASE)), 422)
    response = see_other(f"/{i18n.language()}/case/{opened[0]}")
    security.set_cookie(response, security.CASE, passes.write(security.CASE, *opened, open_for=_OPEN_FOR))
    return response


@blueprint.get("/<lang:language>/case/<casenumber:number>")
def show_case(number: str) -> Response:
    """The case, for whoever has shown its code."""
    language = i18n.language()
    party = passes.follower(number)
    now = house().clock.now()
    with house().database.transaction() as tx:
        seen = following.followed(tx, *party)
        if seen is None:
            raise NotFound
        page = _case_page(tx, seen, language)
        if following.has_unread(tx, seen):
            following.note_read(tx, *party, now)
    return render(page)


@blueprint.post("/<lang:language>/case/<casenumber:number>/message")
def write(number: str) -> Response:
    """Write to whoever handles the case, with files if there are any."""
    language = i18n.language()
    party = passes.follower(number)
    typed = request.form.get("message", "")
    parsed = _MESSAGE.parse({"": [typed]}, house().clock.today())
    body = str(parsed.value or "")
    sent = sent_files().get("files", [])
    with house().database.read() as tx:
        case = store.by_id(tx, party[0])
    if case is None:
        raise NotFound
    with (
        uploads.receive_for_case(case.id, case.key, "files", _limits(), sent) as durable,
        house().database.transaction() as tx,
    ):
        seen = following.followed(tx, *party)
        if seen is None:
            raise NotFound
        if errors := _message_wrong(body, parsed.faults, durable):
            return render(_case_page(tx, seen, language, body=typed, errors=errors), 422)
        lying = attachments.of_case(tx, case.id, case.key)
        if not _is_said_already(seen, body, [one.name for one in durable.all()], lying):
            uploads.refuse_too_much(tx, durable, lying)
            durable.named = True
            acts.receive_message(
                tx,
                seen.case_id,
                party_id=party[1],
                body=body,
                actor=Actor.resident(),
                now=house().clock.now(),
                files=durable.all(),
                scanning=bool(house().settings.clamd),
            )
    return see_other(f"/{language}/case/{number}?done=written")


def _message_wrong(body: str, faulty: Sequence[Fault], durable: Durable) -> list[tuple[str, str]]:
    """What is wrong with a message and its files. A file that could not be taken is chosen again, with all others."""
    errors = [] if body else [("message", i18n.plain(_MESSAGE_MISSING))]
    if wrong := [*faulty, *_MESSAGE.check(body, house().clock.today())]:
        errors = [("message", faults.sentence(wrong[0], "", i18n.words()))]
    errors += [("files", faults.sentence(problem, "", i18n.words())) for problem in durable.problems]
    if errors and durable.received:
        errors.append(("files", i18n.plain(_CHOOSE_AGAIN)))
    return errors


def _is_said_already(seen: Following, body: str, names: Sequence[str], lying: Sequence[Attachment]) -> bool:
    """A double click says the same thing once."""
    last = seen.messages[-1] if seen.messages else None
    if last is None or last.direction is not Direction.IN or last.body != body:
        return False
    return sorted(one.name for one in lying if one.message_id == last.id) == sorted(names)


@blueprint.post("/<lang:language>/case/<casenumber:number>/document")
def add_document(number: str) -> Response:
    """Add documents to the case."""
    language = i18n.language()
    party = passes.follower(number)
    sent = sent_files().get("document", [])
    with house().database.read() as tx:
        case = store.by_id(tx, party[0])
    if case is None:
        raise NotFound
    now = house().clock.now()
    with (
        uploads.receive_for_case(case.id, case.key, "document", _limits(), sent) as durable,
        house().database.transaction() as tx,
    ):
        seen = following.followed(tx, *party)
        if seen is None:
            raise NotFound
        errors = [("document", faults.sentence(problem, "", i18n.words())) for problem in durable.problems]
        if not sent:
            errors.append(("document", i18n.plain(_FILE_MISSING)))
        if durable.received:
            uploads.refuse_too_much(tx, durable, attachments.of_case(tx, case.id, case.key))
            durable.named = True
            kept = [
                attachments.keep_for_case(
                    tx, one, case_id=case.id, key=case.key, now=now,
                    scanning=bool(house().settings.clamd), question="document",
                )
                for one in durable.all()
            ]  # fmt: skip
            ids = [attachment.id for attachment in kept]
            supplements.note_documents(tx, case.id, attachment_ids=ids, actor=Actor.resident(), now=now)
        if errors:
            return render(_case_page(tx, seen, language, errors=errors), 422)
    return see_other(f"/{language}/case/{number}")


@blueprint.get("/<lang:language>/case/<casenumber:number>/files/<id:file>")
def open_file(number: str, file: str) -> Response:
    """A file of the case, for whoever has shown the code of the party that may see it."""
    party = passes.read(security.CASE, number)
    if party is None:
        raise NotFound
    with house().database.read() as tx:
        case = store.by_id(tx, party[0])
        seen = following.followed(tx, *party)
        found = attachments.get(tx, file, case.key) if case is not None else None
        if case is None or seen is None or found is None or found.case_id != case.id or not _is_theirs(found, seen):
            raise NotFound
        return files.download(found, case.key)


def _is_theirs(attachment: Attachment, seen: Following) -> bool:
    """What the resident sent, or was given; not what staff keep with the case, nor what is another party's."""
    return (
        _is_for(attachment, seen)
        and attachment.may_be_opened
        and (
            attachment.submission_id is not None
            or attachment.question == "document"
            or is_document(attachment.question)
            or attachment.message_id is not None
        )
    )


def _receipt_page(tx: Transaction, told: Receipt, language: str, frame: ResidentFrame) -> ReceiptPage:
    words = frame.words
    service = pinned.service(tx, told.version)
    texts = pinned.texts(tx, told.version, language)
    missing = []
    for place in told.missing:
        question = service.questions.get(place[0])
        if question is not None:
            missing.append((texts.get(question.label), texts.get(question.missing) if question.missing else ""))
    return ReceiptPage(
        caption=texts.get(service.title),
        number=told.number,
        word=told.word,
        about=told.about,
        case_code=told.code,
        received_at=told.received_at,
        due=words.day(told.due_on, weekday=True),
        by=words(ANSWERS[told.method]),
        unsure=words("Tiden är ett exempel och inte kontrollerad.") if "decide_within" in service.samples else "",
        unit=house().municipality.unit(told.unit).name,
        missing=missing,
        next=[texts.get(text) for text in service.next],
        document=f"{frame.receipt_address()}.pdf",
        leaving=f"{of_service(language, told.service)}/clear-and-leave",
    )


def _case_page(
    tx: Transaction, seen: Following, language: str, *, body: str = "", errors: Sequence[tuple[str, str]] = ()
) -> CasePage:
    words = i18n.words()
    name, meaning = STATUSES[seen.public_status]
    service = pinned.service(tx, seen.version)
    texts = pinned.texts(tx, seen.version, language)
    case = store.by_id(tx, seen.case_id)
    lying = attachments.of_case(tx, seen.case_id, case.key) if case is not None else []
    return CasePage(
        number=seen.number,
        title=texts.get(service.title),
        status=words(name),
        meaning=words(meaning),
        tone="warn" if seen.next_actor == "you" else "ok" if seen.public_status is Public.DECIDED else "",
        turn=seen.next_actor,
        due=words.day(seen.due_on, weekday=True) if seen.due_on else "",
        unit=house().municipality.unit(seen.unit).name,
        missing=[
            texts.get(service.questions[place[0]].label) for place in seen.missing if place[0] in service.questions
        ],
        events=list(_happened(seen, words)),
        messages=[
            Written(
                message.direction == "out",
                message.sent_at,
                message.subject,
                message.body,
                [_sent(one, seen, language, words) for one in lying if one.message_id == message.id],
            )
            for message in reversed(seen.messages)
        ],
        decisions=[
            _decided(tx, case, decision, seen, words) for decision in reversed(seen.decisions) if case is not None
        ],
        may_renew=renewing.may_be_renewed(service, seen.decisions),
        renew_by=_renew_by(seen, words) if service.validity is not None else "",
        sections=[
            section
            for submission in seen.submissions[:1]
            for section in summary_of(walk(service, submission.answers), seen.sees, texts, words)
        ],
        sent_files=[
            _sent(attachment, seen, language, words) for attachment in lying if _may_be_listed(attachment, seen)
        ],
        asked=[_asked(tx, case, one, words) for one in seen.asked],
        agreed=list(agreed(seen, words)),
        forecast=words.day(seen.forecast_on, weekday=True) if seen.forecast_on else "",
        done=words(DONE[code]) if (code := request.args.get("done", "")) in DONE else "",
        may_withdraw=seen.may_withdraw,
        may_ask_for_decision=case is not None and delays.may_ask_for_decision(tx, case, house().clock.now()),
        open=seen.open,
        limits=words("PDF, JPG, PNG eller HEIC, högst {size} MB.", size=File().max_size // 1_000_000),
        accept=".pdf,.jpg,.jpeg,.png,.heic",
        address=f"/{language}/case/{seen.number}",
        body=body,
        errors=errors,
    )


def _decided(tx: Transaction, case: Case, decision: Decision, seen: Following, words: Words) -> Decided:
    """A decision as its party reads it: short lines first, and until when it can be appealed."""
    last = appealing.last_day(tx, case, decision, seen.party.id)
    return Decided(
        heading=words(KINDS[decision.kind]),
        outcome=words(OUTCOMES[decision.outcome]),
        day=words.day(day_of(decision.decided_at)),
        plain=decision.plain,
        text=decision.text,
        parts=[(part.what, words(PARTS[part.outcome])) for part in decision.parts],
        conditions=decision.conditions,
        valid_until=words.day(decision.valid_until) if decision.valid_until else "",
        reasons=decision.reasons,
        law=decision.law,
        appeal=words(APPEAL_ROUTES[decision.appeal_route].sentence),
        last=words.day(last, weekday=True) if last else "",
        tried=words(TRIED[decision.kind]) if decision.kind in TRIED else "",
        holds=decision.kind not in OF_THE_MATTER or decision is of_the_matter(seen.decisions)[-1],
        may_appeal=decision in appealing.appealable(seen.decisions, seen.party.id)[:1],
    )


def _asked(tx: Transaction, case: Case | None, enquiry: Enquiry, words: Words) -> Asked:
    """An open enquiry in the reader's language: what was asked for, or what the decision will rest on."""
    items: list[str] = []
    last, flag = words.day(enquiry.last_day, weekday=True), flag_of(enquiry)
    if flag is not None and case is not None and (about := asked_about(tx, case, flag, words.language)) is not None:
        otherwise = words(N_("Hör vi inget utgår vi från att ditt svar stämmer."))
        return Asked("flag", [about.label], "", last, otherwise, about.value or words(N_("Inget svar")), flag.words)
    if enquiry.version is not None:
        small, texts = pinned.service(tx, enquiry.version), pinned.texts(tx, enquiry.version, words.language)
        items = [texts.get(question.label) for step in small.steps for question in step.asked]
    follows = words(CONSEQUENCES[enquiry.consequence]) if enquiry.consequence else ""
    body = enquiry.said("body") if enquiry.kind is EnquiryKind.HEARING else ""
    return Asked(enquiry.kind.value, items, body, last, follows)


def _renew_by(seen: Following, words: Words) -> str:
    newest = next(iter(reversed(of_the_matter(seen.decisions))), None)
    if newest is None or newest.valid_until is None:
        return ""
    told = any(entry.kind == "renewal_near" and entry.at >= newest.decided_at for entry in seen.events)
    return words.day(newest.valid_until, weekday=True) if told else ""


def _happened(seen: Following, words: Words) -> Iterator[Happened]:
    for entry in reversed(seen.events):
        if entry.kind in EVENTS:
            yield Happened(entry.at, words(EVENTS[entry.kind]))


def _is_for(attachment: Attachment, seen: Following) -> bool:
    """Whether a file is for this party: what came with a message of theirs; to a counterpart else only an answer that
    they may see."""
    if attachment.message_id is not None:
        return attachment.message_id in {message.id for message in seen.messages}
    if seen.sees is None:
        return True
    return (attachment.question, attachment.item or None) in seen.sees


def _may_be_listed(attachment: Attachment, seen: Following) -> bool:
    given = attachment.question == "document" or is_document(attachment.question)
    return _is_for(attachment, seen) and (attachment.submission_id is not None or given)


def _sent(attachment: Attachment, seen: Following, language: str, words: Words) -> Sent:
    address = f"/{language}/case/{seen.number}/files/{attachment.id}" if attachment.may_be_opened else ""
    name = words("Kvitto som pdf") if attachment.question == _RECEIPT else attachment.name
    if is_document(attachment.question):
        name = words("Beslutet som pdf")
        if attachment.question != DECISION_DOCUMENT:  # a later version
            name = f"{name}, {words.day(day_of(attachment.uploaded_at))}"
    return Sent(name, files.size_in_words(attachment.size_bytes, words), attachment.state.value, address)


def _limits() -> Limits:
    kind = File()
    largest = min(kind.max_size, house().settings.file_max_bytes)
    return Limits(kinds=frozenset(kind.accept), max_bytes=largest, max_files=kind.max_files)
