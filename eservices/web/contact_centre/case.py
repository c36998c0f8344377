"""A case as an agent may see it: as much as the service's board has allowed, in the words that residents are told."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import journal
from eservices.calendars import day_of
from eservices.cases import consents, needs, store
from eservices.cases.consents import Given
from eservices.cases.model import Case, Direction, NotAllowed
from eservices.contact_centre import calls, case_view
from eservices.contact_centre.case_view import AgentView, Outline, View
from eservices.definitions.conditions import Lookup
from eservices.definitions.texts import ServiceTexts
from eservices.deliveries import Delivery
from eservices.identity import accounts
from eservices.identity.people import Act
from eservices.journey.path import Walk, walk
from eservices.journey.summary import Line, quotes, quotes_of, shown
from eservices.language import N_, SOURCE
from eservices.language import words as words_of
from eservices.naming import METHODS, decided
from eservices.storage.database import Transaction
from eservices.submissions import codes, pinned
from eservices.submissions.model import Needs
from eservices.web.contact_centre.needed import needs_from
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.consents import ConsentShown, consents_shown
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.reason import Reason, reason_page
from eservices.web.staff.signers import Signer, signers_of
from eservices.web.staff.telling import line_told, needs_of, news_told, tell

#: Who does what next, in words to read out.
NEXT = {
    "submitted": N_("Vi läser det som kom in."),
    "registered": N_("Vi har tagit emot det och börjar snart."),
    "in_progress": N_("Vi arbetar med ärendet."),
    "supplement_needed": N_("Vi väntar på något från dig."),
    "awaiting_signature": N_("Vi väntar på en underskrift."),
    "awaiting_payment": N_("Vi väntar på betalning."),
    "decided": N_("Beslutet är fattat."),
    "appealed": N_("Beslutet är överklagat."),
    "closed": N_("Ärendet är avslutat."),
    "withdrawn": N_("Ansökan är återtagen."),
    "transferred": N_("Ärendet är överlämnat till någon annan."),
}

_LIMITS = {
    View.SUMMARY: N_("För den här tjänsten ser kundcenter en sammanfattning. Enheten kan svara på resten."),
    View.EXISTENCE_ONLY: N_("För den här tjänsten ser kundcenter bara att ärendet finns. Koppla till enheten."),
    View.BY_REFERENCE_ONLY: N_("Ärendet går att hitta bara med sitt nummer. Koppla till enheten."),
}


#: What is said where there is no answer to show: by how far it has come.
_NOT_SHOWN = {
    "answered": N_("Ifyllt. Bara enheten ser svaret."),
    "later": N_("Skickas senare"),
    "unknown": N_("Vet inte"),
    "blank": N_("Inget svar"),
    "unanswered": N_("Inte besvarat"),
}


@dataclass(frozen=True, slots=True)
class LineShown:
    """A question that was asked, with its answer, or with what is said instead."""

    label: str
    value: str
    instead: str
    free: bool


@dataclass(frozen=True, slots=True)
class SectionShown:
    title: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A message, as the person can be told it."""

    subject: str
    body: str
    day: str
    incoming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCasePage(StaffPage):
    template: ClassVar[str] = "contact_centre/case.html"
    view: AgentView
    case: Case
    title: str
    unit: str
    unit_phone: str
    next: str
    due: str
    received: str
    limits: str
    officer: str
    name: str
    method: str
    language: str
    needs: tuple[str, ...]
    to_note: Needs | None  #: what may be noted in the call in hand
    contact: str  #: where it is changed how they are reached, in the call in hand
    done: str
    sections: tuple[SectionShown, ...]
    missing: tuple[str, ...]
    messages: tuple[Said, ...]
    decision: tuple[str, ...]
    tasks: tuple[tuple[str, str], ...]
    signers: tuple[Signer, ...]
    consents: tuple[ConsentShown, ...]
    spoken: str


@blueprint.get("/cases/<casenumber:number>")
@access.requires(Act.USE_CONTACT_CENTRE)
def show_case(number: str) -> Response:
    """The case through the contact centre's window. Outside a call a reason is asked first."""
    with house().database.transaction() as tx:
        case = _case(tx, number)
        ground = access.ground_for(tx, case, own_work=False)
        if ground is None:
            return reason_page("contact_centre", case, f"/contact-centre/cases/{number}/look", "/contact-centre/")
        access.journal_look(tx, "case", case, ground=ground)
        page = _page(tx, case, in_call=bool(ground.call))
    return render(page)


@blueprint.post("/cases/<casenumber:number>/look")
@access.requires(Act.USE_CONTACT_CENTRE)
def give_reason(number: str) -> Response:
    """Say why, have it journalled, and then see the case."""
    given = Reason.of(request.form)
    with house().database.transaction() as tx:
        case = _case(tx, number)
        if given.missing:
            address = f"/contact-centre/cases/{number}/look"
            return reason_page("contact_centre", case, address, "/contact-centre/", given)
        access.journal_look(tx, "reason", case, ground=access.Ground(given.why))
        call = calls.open_call(tx, access.current_staff().id)
        if call is not None and call.is_identified and _knows_who(case):
            calls.note_case(tx, call, case.id)
    return see_other(f"/contact-centre/cases/{number}")


@blueprint.post("/cases/<casenumber:number>/consents/<id:submission>/<any('consent','mandate'):given>")
@access.requires(Act.TAKE_DOWN)
def take_back_consent(number: str, submission: str, given: str) -> Response:
    """On the person's word, in a call in which it is known who speaks: a consent or a mandate holds no longer."""
    address = f"/contact-centre/cases/{number}"
    with house().database.transaction() as tx:
        case = _case(tx, number)
        ground = access.ground_for(tx, case, own_work=False)
        call = calls.open_call(tx, access.current_staff().id)
        may_be_told = _knows_who(case)
        if ground is None or not ground.call or call is None or not may_be_told:
            return see_other(address)
        try:
            consents.take_back(
                tx, case.id, submission, Given(given),
                actor=calls.actor_of(call, access.current_staff().name), now=house().clock.now(),
            )  # fmt: skip
        except NotAllowed:
            raise NotFound from None
    return see_other(f"{address}#consents")


@blueprint.post("/cases/<casenumber:number>/needs")
@access.requires(Act.TAKE_DOWN)
def note_needs(number: str) -> Response:
    """What the person in the call needs of letters and of us."""
    address = f"/contact-centre/cases/{number}"
    with house().database.transaction() as tx:
        case = _case(tx, number)
        ground = access.ground_for(tx, case, own_work=False)
        call = calls.open_call(tx, access.current_staff().id)
        if ground is None or not ground.call or call is None or not _knows_who(case):
            return see_other(address)
        party, *_ = store.parties_of(tx, case)
        told = calls.actor_of(call, access.current_staff().name)
        needs.note(tx, case.id, party.id, needs_from(request.form), actor=told, now=house().clock.now())
    return see_other(f"{address}#needs")


def _knows_who(case: Case) -> bool:
    """Whether the contact centre may know whose case it is; what they have agreed to is told as widely as that."""
    return case_view.view_of(case) in {View.FULL, View.SUMMARY} and not case.protected


def _case(tx: Transaction, number: str) -> Case:
    case = store.by_number(tx, number)
    if case is None:
        raise NotFound
    return case


def _page(tx: Transaction, case: Case, *, in_call: bool) -> AgentCasePage:
    file = store.file_of(tx, case)
    service = pinned.service(tx, case.version)
    view = case_view.see(file, service)
    telling = tell()
    unit = house().library.municipality.units.get(case.unit)
    party = view.parties[0] if view.parties else None
    names = accounts.names(tx, [case.officer_id] if case.officer_id else [])
    shown = view.view is View.FULL
    told = shown and not case.protected
    return AgentCasePage(
        **framed("contact_centre"),
        view=view,
        case=case,
        title=view.title or plain("Ärende"),
        unit=(unit.name if unit else view.unit) if view.unit else "",
        unit_phone=unit.phone if unit and view.unit else "",
        next=plain(NEXT[view.public_status]) if view.view is not View.BY_REFERENCE_ONLY else "",
        due=telling.day_of(case.due_at) if is_waited_for(view) else "",
        received=words().day(case.received_on) if view.view is not View.BY_REFERENCE_ONLY else "",
        limits=plain(_LIMITS[view.view]) if view.view in _LIMITS else "",
        officer=names.get(case.officer_id or "", "") if shown else "",
        name=party.name if party else "",
        method=plain(METHODS[party.method]) if party else "",
        language=telling.language(party.language) if party else "",
        needs=tuple(needs_of(party.needs)) if party else (),
        to_note=party.needs if party and in_call else None,
        contact=f"/contact-centre/cases/{case.number}/contact" if in_call and case.open and _knows_who(case) else "",
        done=plain("Det är ändrat. Nya besked går på det sättet.") if request.args.get("done") == "contact" else "",
        sections=tuple(_sections(tx, view)),
        missing=missing_told(tx, view),
        messages=tuple(
            Said(m.subject, m.body, telling.moment(m.sent_at), m.direction is Direction.IN) for m in view.messages
        ),
        decision=_decision_told(view),
        tasks=tuple(news_to_bring(view.deliveries)),
        consents=consents_shown(file.submissions, journal.of_case(tx, case.id, case.key, shared_only=True))
        if _knows_who(case)
        else (),
        signers=signers_of(tx, case) if told else (),
        spoken=codes.spoken(case.number),
    )


def _decision_told(view: AgentView) -> tuple[str, str] | tuple[()]:
    """What was decided last, and why."""
    if not view.decisions:
        return ()
    last = view.decisions[-1]
    return plain(decided(last.kind, last.outcome)), last.reasons


def is_waited_for(view: AgentView) -> bool:
    """Whether the person is still waiting for an answer that we have promised by a day."""
    over = view.public_status in {"decided", "appealed"}
    return view.case.open and not over and view.view in {View.FULL, View.SUMMARY}


def _sections(tx: Transaction, view: AgentView) -> Iterator[SectionShown]:
    """Everything the person was asked: the answers that may be read, and of the rest how far they have come."""
    if view.answers is None:
        return
    service = pinned.service(tx, view.case.version)
    texts = pinned.texts(tx, view.case.version, SOURCE)
    here = walk(service, view.answers)  # what agents may not read is quoted nowhere either
    for outline in view.outline:
        lines = tuple(_lines(view, outline, here, texts))
        step = service.step(outline.step)
        if step is None or not lines:
            continue
        if step.group is not None:
            title = texts.get(step.group.item, n=outline.position)
        else:
            title = texts.get(step.title, **quotes_of(here, step.title))
        yield SectionShown(title, lines)


def _lines(view: AgentView, outline: Outline, here: Walk, texts: ServiceTexts) -> Iterator[LineShown]:
    lookup, answers, words = _lookup(here, outline), here.answers, words_of(SOURCE)
    for place, state in outline.states:
        question = here.service.questions[place[0]]
        label = texts.get(question.label, **quotes(here, question, lookup, outline.item))
        if not question.type.asks:
            value = None if getattr(question.type, "hidden", False) else lookup(question.id)
            if value is not None:
                yield LineShown(label, question.type.show(value, words), "", False)
        elif place in view.masked or state != "answered":
            yield LineShown(label, "", plain(_NOT_SHOWN[state]), False)
        else:
            value = shown(question, answers.get(*place), texts, words)
            line = Line(place, question, label, value, state, False, None, question.type.free)
            yield LineShown(label, line_told(line, answers), "", line.free)


def _lookup(here: Walk, outline: Outline) -> Lookup:
    visible = here.step(outline.step)
    if visible is None:
        return here.lookup
    return next((item.lookup for item in visible.items if item.number == outline.item), visible.lookup)


def missing_told(tx: Transaction, view: AgentView, but: Container[str] = ()) -> tuple[str, ...]:
    """What is expected and not there yet, as the person was asked for it; without the questions in `but`."""
    questions = pinned.service(tx, view.case.version).questions
    texts = pinned.texts(tx, view.case.version, "sv")
    return tuple(
        texts.get(questions[question].label)
        for question, _ in view.missing
        if question in questions and question not in but
    )


def news_to_bring(deliveries: tuple[Delivery, ...]) -> Iterator[tuple[str, str]]:
    """News of this case that waits for a person: where, and by when."""
    for delivery in deliveries:
        if delivery.is_work:
            what = news_told(delivery.kind, delivery.method)
            day = tell().day(day_of(delivery.due_at))
            yield f"/contact-centre/deliveries/{delivery.id}", plain("{what}, senast {day}", what=what, day=day)
