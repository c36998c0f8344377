"""A call or a visit in hand: what is asked before the first step, the code, and what came of it.

The agent's own questions each have a page: how the person reached us (never chosen beforehand), how we know who it
is, what it is about, and for a paper the day it came.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import abort, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.cases.queue import QueueRow
from eservices.contact_centre import calls
from eservices.contact_centre.calls import RESOLUTIONS, Call
from eservices.definitions.model import Question
from eservices.identity import accounts, limits
from eservices.identity.people import Act
from eservices.intake.assisted import Arrived, legal_day
from eservices.journey.answers import Answers
from eservices.journey.path import walk
from eservices.journey.taking import raw_of
from eservices.language import LANGUAGES, N_, own_name
from eservices.questions import cleaning
from eservices.questions.kinds import make
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts, pinned
from eservices.submissions.model import Assisted, Draft
from eservices.values import Channel, IdentityBasis, Json
from eservices.web.contact_centre.desk import BY_HAND, RESOLVED, services_offered
from eservices.web.contact_centre.room import blueprint
from eservices.web.forms.asking import told
from eservices.web.forms.classes import StepForm
from eservices.web.forms.fields import QuestionField
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.naming import CHANNELS, IDENTITIES
from eservices.web.staff.page import Bar, StaffPage, bar, framed
from eservices.web.staff.telling import Tell, phone_written, service_title, tell

#: The ways in which an agent can know who somebody is; an e-ID is never the agent's to vouch for.
BASES = (IdentityBasis.STATED, IdentityBasis.KNOWN_BY_CALLBACK, IdentityBasis.SHOWN_ID, IdentityBasis.ANONYMOUS)

_HEADINGS = {
    Channel.PHONE: N_("Samtal"),
    Channel.COUNTER: N_("Besök"),
    Channel.PAPER: N_("Blankett på papper"),
    Channel.EMAIL: N_("E-post"),
    Channel.CHAT: N_("Chatt"),
    Channel.SOCIAL_MEDIA: N_("Sociala medier"),
}

ARRIVALS = {
    Arrived.HANDED_IN: (N_("Lämnades till oss"), N_("Räknas från den dagen.")),
    Arrived.POST: (N_("Kom med posten"), N_("Räknas från arbetsdagen före.")),
    Arrived.BOX: (N_("Låg i lådan vid dagens första tömning"), N_("Räknas från arbetsdagen före.")),
}

_AN_HOUR = dt.timedelta(hours=1)

#: A code can be wrong this often for one agent in an hour.
CODE_TRIES = 30


@dataclass(frozen=True, slots=True)
class Caller:
    """Who it is, as far as we may know: the number shows nothing of anyone before the identity basis is recorded."""

    call: str
    heading: str
    number: str
    known: bool
    basis: str
    who: str
    channel: str
    started_at: dt.datetime
    cases: tuple[QueueRow, ...]
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage(StaffPage):
    """A page of a call: who it is on the left, one thing to do in the middle."""

    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage(CallPage):
    """One of the agent's own questions."""

    template: ClassVar[str] = "contact_centre/ask.html"
    heading: str
    address: str
    button: str
    fields: tuple[Field, ...]
    say: str = ""
    errors: Errors = ()
    day: tuple[str, str, str] | None = None
    day_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPage(CallPage):
    """A call that has not begun an application: choose what it is about, take a code, or end it."""

    template: ClassVar[str] = "contact_centre/call.html"
    services: tuple[tuple[str, str, str], ...]
    resolutions: tuple[tuple[str, str, str], ...]
    chosen: str = ""
    code: str = ""
    errors: Errors = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage(CallPage):
    """The question that only the resident can answer, asked together with the code."""

    template: ClassVar[str] = "contact_centre/proof.html"
    code: str
    field: QuestionField
    errors: Errors = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBackPage(CallPage):
    template: ClassVar[str] = "contact_centre/handed_back.html"
    code: str
    spoken: str
    expires_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftPage(StaffPage):
    template: ClassVar[str] = "contact_centre/left.html"
    draft: str
    title: str
    who: str
    touched_at: dt.datetime


def the_call(tx: Transaction, call_id: str) -> Call:
    """The agent's own call, while it goes on. Nobody else's is there, and one that has ended leads to the desk."""
    call = calls.get(tx, call_id, access.current_staff().id)
    if call is None:
        raise NotFound
    if call.ended_at is not None:
        abort(see_other("/contact-centre/"))
    return call


def draft_in_hand(tx: Transaction, call: Call) -> Draft | None:
    """The application of this call, while this agent has it: not what went back, was sent, or a colleague took."""
    draft = drafts.by_id(tx, call.draft_id) if call.draft_id else None
    return draft if draft is not None and draft.is_open and draft.assisted_by == call.agent_id else None


def caller_of(tx: Transaction, call: Call) -> Caller:
    """What may be shown of the person so far."""
    return Caller(
        call=call.id,
        heading=plain(_HEADINGS[call.channel]) if call.channel in _HEADINGS else plain("Nytt"),
        number=phone_written(call.caller),
        known=calls.known_number(tx, call),
        basis=plain(IDENTITIES[call.identity_basis]) if call.identity_basis else "",
        who=call.who,
        channel=plain(CHANNELS[call.channel]) if call.channel else "",
        started_at=call.started_at,
        cases=tuple(calls.cases_of_caller(tx, call)) if call.is_identified else (),
        ended=call.ended_at is not None,
    )


def base_of(call: Call) -> str:
    return f"/contact-centre/calls/{call.id}"


def next_question(call: Call) -> str:
    """The page that asks what must be known before anything else, or "" when all is known."""
    if call.channel is None:
        return f"{base_of(call)}/channel"
    if call.identity_basis is None:
        return f"{base_of(call)}/identity"
    return ""


@blueprint.get("/calls/<id:call_id>")
@access.requires(Act.TAKE_DOWN)
def show_call(call_id: str) -> Response:
    """Where the call stands: the first thing that is not known yet, the application in hand, or what it is about."""
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if asked := next_question(call):
            return see_other(asked)
        if call.draft_id is not None:
            return see_other(f"{base_of(call)}/go-on")
        if call.service is not None and call.service in house().library.services:
            _begin(tx, call, call.service)
            return see_other(f"{base_of(call)}/go-on")
        page = _hub(tx, call)
    return render(page)


@blueprint.get("/calls/<id:call_id>/choose")
@access.requires(Act.TAKE_DOWN)
def show_choices(call_id: str) -> Response:
    """What the call is about: begin something, take up something begun, look at a case, or end it."""
    with house().database.read() as tx:
        call = the_call(tx, call_id)
        if asked := next_question(call):
            return see_other(asked)
        page = _hub(tx, call)
    return render(page)


@blueprint.get("/calls/<id:call_id>/channel")
@access.requires(Act.TAKE_DOWN)
def ask_channel(call_id: str) -> Response:
    with house().database.read() as tx:
        page = _channel_page(tx, the_call(tx, call_id))
    return render(page)


@blueprint.post("/calls/<id:call_id>/channel")
@access.requires(Act.TAKE_DOWN)
def set_channel(call_id: str) -> Response:
    """How the person reached us. Nothing is chosen beforehand."""
    chosen = request.form.get("channel", "")
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if chosen not in {way.value for way in BY_HAND}:
            errors = (("channel", plain("Välj hur personen hör av sig.")),)
            return render(_channel_page(tx, call, errors), 422)
        calls.set_channel(tx, call, Channel(chosen))
    return see_other(f"/contact-centre/calls/{call_id}")


@blueprint.get("/calls/<id:call_id>/identity")
@access.requires(Act.TAKE_DOWN)
def ask_identity(call_id: str) -> Response:
    with house().database.read() as tx:
        call = the_call(tx, call_id)
        page = _identity_page(tx, call, call.identity_basis or "", who=call.who, language=call.language)
    return render(page)


@blueprint.post("/calls/<id:call_id>/identity")
@access.requires(Act.TAKE_DOWN)
def set_identity(call_id: str) -> Response:
    """How we know who it is, who speaks for whom, and the language of receipt and news."""
    form = request.form
    basis, who = form.get("identity_basis", ""), cleaning.line(form.get("helper-name", ""))[:200]
    language = form.get("news-language", "sv")
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if basis not in set(BASES):
            errors = (("identity_basis", plain("Välj hur du vet vem det är.")),)
            return render(_identity_page(tx, call, "", who=who, language=language, errors=errors), 422)
        call = calls.identify(tx, call, IdentityBasis(basis), who=who)
        _journal_cases(tx, call)
        if language in LANGUAGES and language != call.language:
            call = calls.set_language(tx, call, language)
        _tell_draft(tx, call)
    return see_other(f"/contact-centre/calls/{call_id}")


@blueprint.post("/calls/<id:call_id>/service")
@access.requires(Act.TAKE_DOWN)
def choose_service(call_id: str) -> Response:
    """Begin an application for the person."""
    chosen = request.form.get("service", "")
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if asked := next_question(call):
            return see_other(asked)
        if chosen not in house().library.services:
            return render(_hub(tx, call, errors=(("service", plain("Välj vad det gäller.")),)), 422)
        _begin(tx, call, chosen)
    return see_other(f"/contact-centre/calls/{call_id}/go-on")


@blueprint.post("/calls/<id:call_id>/code")
@access.requires(Act.OPEN_DRAFT_BY_CODE)
def open_by_code(call_id: str) -> Response:
    """Open what the person has begun, by the code they say; where it is needed together with one more answer."""
    home, typed = house(), request.form.get("code", "")
    now, staff = home.clock.now(), access.current_staff()
    with home.database.transaction() as tx:
        call = the_call(tx, call_id)
        if asked := next_question(call):
            return see_other(asked)
        tries = ("code by agent", staff.id)
        allowed = not limits.is_full(tx, tries, CODE_TRIES, _AN_HOUR, now)
        code = codes.read_continue_code(typed)
        found = drafts.by_code(tx, code) if code and allowed else None
        if code is None or found is None:
            limits.hit(tx, tries, CODE_TRIES, _AN_HOUR, now)
            return render(_hub(tx, call, code=typed, errors=(("code", _no_such_code(allowed)),)), 422)
        if page := _proof(tx, call, found, code):
            if page.errors:
                limits.hit(tx, tries, CODE_TRIES, _AN_HOUR, now)
            return render(page, 422 if page.errors else 200)
        calls.open_draft(tx, call, code, actor=access.actor(call.channel or Channel.PHONE), now=now)
    return see_other(f"/contact-centre/calls/{call_id}/go-on")


@blueprint.get("/drafts/<id:draft_id>")
@access.requires(Act.TAKE_DOWN)
def show_left(draft_id: str) -> Response:
    """Something that was taken down and not finished: who began it, and the way to go on."""
    with house().database.read() as tx:
        draft = _left_draft(tx, draft_id)
        names = accounts.names(tx, [draft.assisted_by] if draft.assisted_by else [])
    page = LeftPage(
        **framed("contact_centre"),
        draft=draft_id,
        title=service_title(draft.service),
        who=names.get(draft.assisted_by or "", ""),
        touched_at=draft.touched_at,
    )
    return render(page)


@blueprint.post("/drafts/<id:draft_id>")
@access.requires(Act.TAKE_DOWN)
def take_up(draft_id: str) -> Response:
    """Go on with it in a new call. How the person reaches us now, and who it is, is asked anew."""
    now, staff = house().clock.now(), access.current_staff()
    with house().database.transaction() as tx:
        draft = drafts.lock(tx, _left_draft(tx, draft_id).id)
        call = calls.start(tx, staff_id=staff.id, now=now, language=draft.language)
        drafts.take_over(tx, draft, staff.id, now, draft.assisted or Assisted())
        calls.link_draft(tx, call, draft)
        access.journal_look(tx, "draft", draft=draft_id, call=call.id)
    return see_other(base_of(call))


def _left_draft(tx: Transaction, draft_id: str) -> Draft:
    draft = drafts.by_id(tx, draft_id)
    if draft is None or not draft.is_open or draft.assisted_by is None:
        raise NotFound
    return draft


@blueprint.post("/calls/<id:call_id>/hand-back")
@access.requires(Act.TAKE_DOWN)
def hand_back(call_id: str) -> Response:
    """The person goes on alone, with a new code."""
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if draft_in_hand(tx, call) is None:
            return see_other(base_of(call))
        calls.hand_back(tx, call, now=house().clock.now())
    return see_other(f"/contact-centre/calls/{call_id}/handed-back")


@blueprint.get("/calls/<id:call_id>/handed-back")
@access.requires(Act.TAKE_DOWN)
def handed_back(call_id: str) -> Response:
    """The new code, in groups to read out."""
    with house().database.read() as tx:
        call = the_call(tx, call_id)
        draft = drafts.by_id(tx, call.draft_id) if call.draft_id else None
        if draft is None or not draft.is_open or draft.assisted_by is not None:
            return see_other(f"{base_of(call)}/choose")
        page = HandedBackPage(
            **framed("contact_centre"),
            caller=caller_of(tx, call),
            code=draft.code,
            spoken=codes.spoken(draft.code),
            expires_on=day_of(draft.expires_at),
        )
    return render(page)


@blueprint.post("/calls/<id:call_id>/end")
@access.requires(Act.TAKE_DOWN)
def end(call_id: str) -> Response:
    """The agent is done; what came of it is counted. The call is nobody's reason to look any more."""
    resolution = request.form.get("resolution", "")
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if resolution not in RESOLUTIONS:
            return render(_hub(tx, call, errors=(("resolution", plain("Välj hur det gick.")),)), 422)
        if resolution == "cancelled" and draft_in_hand(tx, call) is not None:
            calls.cancel_draft(tx, call, now=house().clock.now())
        calls.end(tx, call, resolution=resolution, now=house().clock.now())
    return see_other(f"/contact-centre/?done={resolution}")


def _begin(tx: Transaction, call: Call, service_id: str) -> Draft:
    service = house().library.services[service_id]
    first = walk_first(service_id)
    return calls.begin(tx, call, service, now=house().clock.now(), first_step=first)


def walk_first(service_id: str) -> str | None:
    """The first step of a service as it stands before anything is answered."""
    spot = walk(house().library.services[service_id], Answers()).first_open
    return spot.step if spot else None


def _journal_cases(tx: Transaction, call: Call) -> None:
    """From here on the caller's cases stand on every page of the call: that is one look, written down before it."""
    if call.is_identified and (rows := calls.cases_of_caller(tx, call)):
        access.journal_look(tx, "caller", call=call.id, numbers=[row.number for row in rows])


def _tell_draft(tx: Transaction, call: Call) -> None:
    """What is said of the person goes with the application in hand, too."""
    found = draft_in_hand(tx, call)
    if found is not None and call.identity_basis is not None:
        draft = drafts.lock(tx, found.id)
        assisted = replace(draft.assisted or Assisted(), identity=call.identity_basis, helper=call.who)
        drafts.keep(tx, draft, draft.answers, now=house().clock.now(), assisted=assisted)


def _channel_page(tx: Transaction, call: Call, errors: Errors = ()) -> AskPage:
    choices = tuple((way.value, plain(CHANNELS[way]), "") for way in BY_HAND)
    field = Field("radios", "channel", plain("Hur hör personen av sig?"), call.channel or "", choices=choices)
    return AskPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        heading=plain("Hur hör personen av sig?"),
        address=f"{base_of(call)}/channel",
        button=plain("Fortsätt"),
        fields=(field,),
        errors=errors,
    )


def _identity_page(tx: Transaction, call: Call, basis: str, *, who: str, language: str, errors: Errors = ()) -> AskPage:
    choices = tuple((way.value, plain(IDENTITIES[way]), "") for way in BASES)
    languages = tuple((tag, own_name(tag), "") for tag in LANGUAGES)
    return AskPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        heading=plain("Hur vet du vem det är?"),
        address=f"{base_of(call)}/identity",
        button=plain("Fortsätt"),
        fields=(
            Field("radios", "identity_basis", plain("Hur vet du vem det är?"), basis, choices=choices),
            Field(
                "text",
                "helper-name",
                plain("Om någon hör av sig åt den sökande: vem?"),
                who,
                plain("Till exempel ”dottern Eva” eller ”god man”. Den sökandes namn frågar du efter sedan."),
                optional=True,
            ),
            Field("select", "news-language", plain("Språk för kvitto och besked"), language, choices=languages),
        ),
        say="" if call.channel is Channel.PAPER else plain("Vem är det jag pratar med?"),
        errors=errors,
    )


def _hub(tx: Transaction, call: Call, *, code: str = "", errors: Errors = ()) -> HubPage:
    return HubPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        services=tuple((service, title, "") for service, title in services_offered()),
        resolutions=tuple((name, plain(RESOLVED[name]), "") for name in RESOLUTIONS if name != "became_case"),
        code=code,
        errors=errors,
    )


def _no_such_code(allowed: bool) -> str:
    if not allowed:
        return plain("För många koder på en timme. Vänta en stund, eller börja om tillsammans.")
    return plain("Koden finns inte, eller har slutat gälla. Be personen läsa den en gång till.")


def _proof(tx: Transaction, call: Call, draft: Draft, code: str) -> ProofPage | None:
    """The page that asks for more than the code, until it has been answered right."""
    service = pinned.service(tx, draft.version)
    question = drafts.proof_question(service, draft)
    if question is None:
        return None
    typed = request.form.to_dict(flat=False)
    answered = any(question.id + part in typed for part in question.type.parts)
    if answered and _proves(question, draft, typed):
        return None
    field = StepForm(service, service.step_of[question.id].id).field(question.id)
    field.asked = told(service, pinned.texts(tx, draft.version, words().language), words()).asked(question)
    field.offered = field.asked.options
    field.spoken = True
    sentence = plain("Svaret stämmer inte med det som är ifyllt. Fråga igen.")
    return ProofPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        code=code,
        field=field,
        errors=((question.id + question.type.parts[0], sentence),) if answered else (),
    )


def _proves(question: Question, draft: Draft, typed: dict[str, list[str]]) -> bool:
    parsed = question.type.parse(raw_of(question, typed), house().clock.today())
    return not parsed.faults and parsed.value is not None and drafts.proves(question, draft, parsed.value)


@blueprint.get("/calls/<id:call_id>/received")
@access.requires(Act.TAKE_DOWN)
def ask_received(call_id: str) -> Response:
    with house().database.read() as tx:
        call = the_call(tx, call_id)
        draft = draft_in_hand(tx, call)
        if draft is None:
            return see_other(base_of(call))
        said = draft.assisted or Assisted()
        on = said.arrived_on
        day = (str(on.day), str(on.month), str(on.year)) if on else ("", "", "")
        page = _received_page(tx, call, said.arrived_how or Arrived.HANDED_IN, day)
    return render(page)


@blueprint.post("/calls/<id:call_id>/received")
@access.requires(Act.TAKE_DOWN)
def set_received(call_id: str) -> Response:
    """The day a paper came, and how: from these follows the day that counts."""
    form = request.form
    how = form.get("arrived_how", Arrived.HANDED_IN)
    parts = {part: [form.get(f"received_on{part}", "")] for part in ("-day", "-month", "-year")}
    day = (parts["-day"][0], parts["-month"][0], parts["-year"][0])
    today = house().clock.today()
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        found = draft_in_hand(tx, call)
        if found is None:
            return see_other(base_of(call))
        value, sentence = _read_day(parts, today)
        if how not in set(Arrived):
            sentence = sentence or plain("Välj hur pappret kom.")
        if value is None or sentence:
            errors = (("received_on-day", sentence),)
            return render(_received_page(tx, call, how, day, errors), 422)
        draft = drafts.lock(tx, found.id)
        assisted = replace(draft.assisted or Assisted(), arrived_on=value, arrived_how=how)
        drafts.keep(tx, draft, draft.answers, now=house().clock.now(), assisted=assisted)
    return see_other(f"/contact-centre/calls/{call_id}/go-on")


def _read_day(parts: Mapping[str, list[str]], today: dt.date) -> tuple[dt.date | None, str]:
    """The day as typed, the way dates are read everywhere; or what is wrong with it."""
    kind = make("date", {})
    parsed = kind.parse(parts, today)
    value: Json = parsed.value
    if parsed.faults or not isinstance(value, str):
        return None, plain("Skriv dagen då pappret kom, till exempel 23 november 2026.")
    day = dt.date.fromisoformat(value)
    if day > today:
        return None, plain("Pappret kan inte ha kommit senare än i dag.")
    return day, ""


def _received_page(tx: Transaction, call: Call, how: str, day: tuple[str, str, str], errors: Errors = ()) -> AskPage:
    choices = tuple((code.value, plain(label), plain(hint)) for code, (label, hint) in ARRIVALS.items())
    today = house().clock.today()
    hint = plain(
        "Ett papper som kom i dag med posten räknas från {day}. 22 § förvaltningslagen.",
        day=legal_day(Arrived.POST, today),
    )
    return AskPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        heading=plain("När kom pappret?"),
        address=f"{base_of(call)}/received",
        button=plain("Fortsätt"),
        fields=(Field("radios", "arrived_how", plain("Hur kom det?"), how, hint, choices=choices),),
        errors=errors,
        day=day,
        day_label=plain("Dagen då pappret kom till kommunen"),
    )


def bar_and_tell() -> tuple[Bar, Tell]:
    """For pages that are put together elsewhere (`stepping`) and shown in the agent's frame."""
    return bar(access.current_staff(), "contact_centre"), tell()
