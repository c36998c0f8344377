"""What stands on the page of a case, for the party who follows it: its words, and which files are theirs."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request

from eservices import attachments
from eservices.attachments import Attachment
from eservices.calendars import day_of
from eservices.cases import appealing, delays, renewing, spoken, store
from eservices.cases.asking import still_asked
from eservices.cases.corrections import flag_of
from eservices.cases.deciding import DECISION_DOCUMENT, is_document
from eservices.cases.enquiries import Consequence, Enquiry, EnquiryKind
from eservices.cases.following import Following
from eservices.cases.model import OF_THE_MATTER, Case, Decision, Public, of_the_matter
from eservices.documents.appeal import how_to_appeal
from eservices.documents.decision import KINDS, PARTS
from eservices.journey.path import walk
from eservices.journey.summary import Section, summary_of
from eservices.language import N_, Words
from eservices.naming import SPOKEN, decided
from eservices.questions.files import File
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web import files, i18n
from eservices.web.asked_about import asked_about
from eservices.web.house import house
from eservices.web.pages import Page
from eservices.web.resident.consents import Agreed, agreed
from eservices.web.resident.receipts import RECEIPT

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
    "request_refused": N_("Vi avslog din begäran att avgöra ärendet nu"),
    "taken_down": N_("Vi skrev ner vad du sa. Det ska bekräftas skriftligt"),
    "confirmed_in_writing": N_("Du bekräftade skriftligt"),
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
    "confirmed": N_("Tack. Det är bekräftat och har kommit in i dag."),
    "appealed": N_("Vi har fått ditt överklagande."),
}

#: What follows when a supplement does not come.
CONSEQUENCES = {
    Consequence.DISMISS: N_("Om vi inte får det kan vi inte pröva din ansökan. Då avvisar vi den."),
    Consequence.DECIDE_ANYWAY: N_("Om vi inte får det avgör vi ärendet med de uppgifter vi har."),
}


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
class ToConfirm:
    """What was taken down on the telephone, for the person to confirm in writing."""

    id: str
    what: str
    body: str
    said: str
    last: str


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
    holds: bool  #: no later version has taken its place
    may_appeal: bool  #: the link to appeal stands here


@dataclass(frozen=True, slots=True)
class Asked:
    """What we have asked of this person, until when, and what follows; `kind` says where it is answered.

    Where it is about one answer, `was` is that answer as it stands and `wonders` what the officer asks of it.
    """

    id: str
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
    missing: str
    events: Sequence[Happened]
    messages: Sequence[Written]
    decisions: Sequence[Decided]
    to_confirm: Sequence[ToConfirm]
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


def case_page(
    tx: Transaction, seen: Following, language: str, *, body: str = "", errors: Sequence[tuple[str, str]] = ()
) -> CasePage:
    words = i18n.words()
    name, meaning = STATUSES[seen.public_status]
    service = pinned.service(tx, seen.version)
    texts = pinned.texts(tx, seen.version, language)
    case = store.by_id(tx, seen.case_id)
    lying = attachments.of_case(tx, seen.case_id, case.key) if case is not None else []
    offered: Sequence[Decision] = ()
    if case is not None and seen.decisions:
        offered = appealing.left_to_appeal(tx, case, seen.decisions, seen.party.id)[:1]
    return CasePage(
        number=seen.number,
        title=texts.get(service.title),
        status=words(name),
        meaning=words(meaning),
        tone="warn" if seen.next_actor == "you" else "ok" if seen.public_status is Public.DECIDED else "",
        turn=seen.next_actor,
        due=words.day(seen.due_on, weekday=True) if seen.due_on else "",
        unit=house().municipality.unit(seen.unit).name,
        missing=words.enumerated(
            texts.get(service.questions[place[0]].label) for place in seen.missing if place[0] in service.questions
        ),
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
        to_confirm=[
            ToConfirm(
                id=one.id,
                what=words(SPOKEN[one.kind]),
                body=one.body,
                said=words.day(day_of(one.said_at)),
                last=words.day(one.last_day, weekday=True),
            )
            for one in (spoken.waiting_for(tx, case, seen.party.id) if case is not None else ())
        ],
        decisions=[
            _decided(tx, case, decision, seen, words, may_appeal=decision in offered)
            for decision in reversed(seen.decisions)
            if case is not None
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
        asked=[_asked(tx, case, one, seen, words) for one in sorted(seen.asked, key=lambda one: one.last_day)],
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


def _decided(
    tx: Transaction, case: Case, decision: Decision, seen: Following, words: Words, *, may_appeal: bool
) -> Decided:
    """A decision as its party reads it: short lines first, and until when it can be appealed."""
    last = appealing.last_day(tx, case, decision, seen.party.id)
    return Decided(
        heading=words(KINDS[decision.kind]),
        outcome=words(decided(decision.kind, decision.outcome)),
        day=words.day(day_of(decision.decided_at)),
        plain=decision.plain,
        text=decision.text,
        parts=[(part.what, words(PARTS[part.outcome])) for part in decision.parts],
        conditions=decision.conditions,
        valid_until=words.day(decision.valid_until) if decision.valid_until else "",
        reasons=decision.reasons,
        law=decision.law,
        appeal=" ".join(how_to_appeal(decision.appeal_route, house().municipality, words, decision.kind)),
        last=words.day(last, weekday=True) if last else "",
        holds=decision.kind not in OF_THE_MATTER or decision is of_the_matter(seen.decisions)[-1],
        may_appeal=may_appeal,
    )


def _asked(tx: Transaction, case: Case | None, enquiry: Enquiry, seen: Following, words: Words) -> Asked:
    """An open enquiry in the reader's language: what is left of what was asked for, or what the decision will rest
    on."""
    items: list[str] = []
    last, flag = words.day(enquiry.last_day, weekday=True), flag_of(enquiry)
    if flag is not None and case is not None and (about := asked_about(tx, case, flag, words.language)) is not None:
        otherwise = words(N_("Hör vi inget utgår vi från att ditt svar stämmer."))
        was = about.value or words(N_("Inget svar"))
        return Asked(enquiry.id, "flag", [about.label], "", last, otherwise, was, flag.words)
    if enquiry.version is not None:
        texts = pinned.texts(tx, enquiry.version, words.language)
        items = [texts.get(question.label) for question in still_asked(tx, enquiry, seen.submissions)]
    follows = words(CONSEQUENCES[enquiry.consequence]) if enquiry.consequence else ""
    body = enquiry.said("body") if enquiry.kind is EnquiryKind.HEARING else ""
    return Asked(enquiry.id, enquiry.kind.value, items, body, last, follows)


def _renew_by(seen: Following, words: Words) -> str:
    newest = next(iter(reversed(of_the_matter(seen.decisions))), None)
    if newest is None or newest.valid_until is None:
        return ""
    told = any(entry.kind == "renewal_near" and entry.at >= newest.decided_at for entry in seen.events)
    return words.day(newest.valid_until, weekday=True) if told else ""


def _happened(seen: Following, words: Words) -> Iterator[Happened]:
    for entry in reversed(seen.events):
        if entry.kind == "supplement_received" and entry.content.get("missing"):
            yield Happened(entry.at, words(N_("Vi fick en del av det vi bad om")))
        elif entry.kind in EVENTS:
            yield Happened(entry.at, words(EVENTS[entry.kind]))


def is_theirs(attachment: Attachment, seen: Following) -> bool:
    """What the resident sent, or was given; not what staff keep with the case, nor what is another party's."""
    kept_for_them = _is_of_the_case(attachment) or attachment.message_id is not None
    return kept_for_them and _is_for(attachment, seen) and attachment.may_be_opened


def _is_for(attachment: Attachment, seen: Following) -> bool:
    """Whether a file is for this party: what came with a message of theirs; to a counterpart else only an answer that
    they may see."""
    if attachment.message_id is not None:
        return attachment.message_id in {message.id for message in seen.messages}
    if seen.sees is None:
        return True
    return (attachment.question, attachment.item or None) in seen.sees


def _may_be_listed(attachment: Attachment, seen: Following) -> bool:
    return _is_of_the_case(attachment) and _is_for(attachment, seen)


def _is_of_the_case(attachment: Attachment) -> bool:
    """Whether it was handed in, came later, or is a decision."""
    given = attachment.question == "document" or is_document(attachment.question)
    return given or attachment.submission_id is not None


def _sent(attachment: Attachment, seen: Following, language: str, words: Words) -> Sent:
    address = f"/{language}/case/{seen.number}/files/{attachment.id}" if attachment.may_be_opened else ""
    name = words("Kvitto som pdf") if attachment.question == RECEIPT else attachment.name
    if is_document(attachment.question):
        name = words("Beslutet som pdf")
        if attachment.question != DECISION_DOCUMENT:  # a later version
            name = f"{name}, {words.day(day_of(attachment.uploaded_at))}"
    return Sent(name, files.size_in_words(attachment.size_bytes, words), attachment.state.value, address)
