"""What an officer does with a case. Each act has a page of its own, and says what will happen next."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypedDict

from flask import request
from werkzeug.exceptions import BadRequest, Conflict
from werkzeug.wrappers import Response

from eservices import journal
from eservices.cases import acts, model, store
from eservices.cases.acts import ChangedMeanwhile
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Case, NotAllowed, Outcome, Party
from eservices.identity import accounts
from eservices.identity.people import Act, Actor
from eservices.language import N_
from eservices.language import words as words_of
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web.case_handling.room import blueprint
from eservices.web.case_handling.telling import entry_shown
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.naming import DECIDED, METHODS, OUTCOMES
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import tell


@dataclass(frozen=True, slots=True)
class Box:
    """Something to know beside the form."""

    heading: str
    lines: tuple[str, ...]
    small: str = ""
    warn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage(StaffPage):
    template: ClassVar[str] = "case_handling/act.html"
    case: Case
    heading: str
    button: str
    address: str
    fields: tuple[Field, ...]
    row_version: int
    boxes: tuple[Box, ...] = ()
    after: str = ""
    errors: Errors = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage(StaffPage):
    """A decision as it will stand, before it is made."""

    template: ClassVar[str] = "case_handling/review.html"
    case: Case
    fields: tuple[Field, ...]
    row_version: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """One thing that happened while somebody was typing."""

    name: str
    at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictPage(StaffPage):
    """Two people changed the same case: how it is now, and what was typed, to be sent again."""

    template: ClassVar[str] = "staff/conflict.html"
    case: Case
    officer: str
    since: tuple[Since, ...]
    fields: tuple[Field, ...]
    address: str
    back: str
    button: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One act as a form: its words, its controls, and what must be there."""

    name: str
    act: Act
    heading: str
    button: str
    after: str = ""


NOTE = Asked("note", Act.WORK_ON_CASE, N_("Anteckna i journalen"), N_("Spara anteckningen"))
MESSAGE = Asked(
    "message",
    Act.WORK_ON_CASE,
    N_("Skriv till den sökande"),
    N_("Skicka meddelandet"),
    N_("Meddelandet går på det sätt som personen har valt, med samma sista dag hur det än går."),
)
STATUS = Asked("status", Act.WORK_ON_CASE, N_("Ändra läge"), N_("Ändra läget"))
DECISION = Asked(
    "decision",
    Act.DECIDE,
    N_("Skriv beslut"),
    N_("Granska beslutet"),
    N_("Inget skickas än. På nästa sida ser du beslutet innan du fattar det."),
)
REOPEN = Asked("reopen", Act.WORK_ON_CASE, N_("Öppna ärendet igen"), N_("Öppna ärendet igen"))
CLOSE = Asked("close", Act.WORK_ON_CASE, N_("Avsluta ärendet"), N_("Avsluta ärendet"))

_DECIDING = N_("Fatta beslutet")


@blueprint.post("/<casenumber:number>/claim")
@access.requires(Act.WORK_ON_CASE)
def claim(number: str) -> Response:
    """Take the case."""
    return _act(number, Act.WORK_ON_CASE, acts.claim, "claimed", N_("Ta ärendet"))


@blueprint.post("/<casenumber:number>/release")
@access.requires(Act.WORK_ON_CASE)
def release(number: str) -> Response:
    """Leave the case to whoever takes it next."""
    return _act(number, Act.WORK_ON_CASE, acts.release, "released", N_("Lämna ifrån mig ärendet"))


@blueprint.get("/<casenumber:number>/note")
@access.requires(Act.WORK_ON_CASE)
def ask_for_note(number: str) -> Response:
    return _ask(number, NOTE)


@blueprint.post("/<casenumber:number>/note")
@access.requires(Act.WORK_ON_CASE)
def note(number: str) -> Response:
    """An internal note. It changes nothing that another has seen, so nobody can come in between."""
    now = house().clock.now()
    return _take(
        number,
        NOTE,
        lambda tx, case, form: acts.note(tx, case.id, actor=access.actor(), now=now, body=form["body"]),
        "noted",
    )


@blueprint.get("/<casenumber:number>/message")
@access.requires(Act.WORK_ON_CASE)
def ask_for_message(number: str) -> Response:
    return _ask(number, MESSAGE)


@blueprint.post("/<casenumber:number>/message")
@access.requires(Act.WORK_ON_CASE)
def message(number: str) -> Response:
    """Write to the applicant, by the way they asked for."""
    return _take(
        number,
        MESSAGE,
        lambda tx, case, form: acts.message(
            tx, case.id, subject=form["subject"], body=form["body"], party_id=form.get("party") or None, **_by_form()
        ),
        "written",
    )


@blueprint.get("/<casenumber:number>/status")
@access.requires(Act.WORK_ON_CASE)
def ask_for_status(number: str) -> Response:
    return _ask(number, STATUS)


@blueprint.post("/<casenumber:number>/status")
@access.requires(Act.WORK_ON_CASE)
def change_status(number: str) -> Response:
    """Move the case to a state that can be reached from where it stands."""
    return _take(
        number,
        STATUS,
        lambda tx, case, form: acts.change_status(tx, case.id, to=form["to"], why=form["why"], **_by_form()),
        "changed",
    )


@blueprint.get("/<casenumber:number>/decision")
@access.requires(Act.DECIDE)
def ask_for_decision(number: str) -> Response:
    return _ask(number, DECISION)


@blueprint.post("/<casenumber:number>/decision")
@access.requires(Act.DECIDE)
def decide(number: str) -> Response:
    """Show the decision as it will stand; when it comes back confirmed, make it."""
    go = request.form.get("go", "")
    if go == "change":
        return _ask(number, DECISION, request.form)
    if go != "decide":
        return _review(number)
    return _take(
        number,
        DECISION,
        _decide,
        "decided",
    )


def _decide(tx: Transaction, case: Case, form: Mapping[str, str]) -> Case:
    """Make the decision, with the letter for whoever gets it on paper or read out, in their language."""
    outcome, reasons = Outcome(form["outcome"]), form["reasons"]
    told = words_of(store.parties_of(tx, case)[0].language)
    route = APPEAL_ROUTES[pinned.service(tx, case.version).legal.appeal]
    paragraphs = [told(DECIDED[outcome]), *reasons.split("\n\n")]
    if form["law"]:
        paragraphs.append(told(N_("Regel som avgjorde: {law}"), law=form["law"]))
    return acts.decide(
        tx,
        case.id,
        outcome=outcome,
        reasons=reasons,
        law=form["law"],
        delegate=form["delegate"] or None,
        subject=told(N_("Beslut i ditt ärende")),
        letter=(*paragraphs, told(route.sentence)),
        **_by_form(),
    )


@blueprint.get("/<casenumber:number>/close")
@access.requires(Act.WORK_ON_CASE)
def ask_to_close(number: str) -> Response:
    return _ask(number, CLOSE)


@blueprint.post("/<casenumber:number>/close")
@access.requires(Act.WORK_ON_CASE)
def close(number: str) -> Response:
    """The unit is done with the case."""
    return _take(number, CLOSE, lambda tx, case, form: acts.close(tx, case.id, why=form["why"], **_by_form()), "closed")


@blueprint.get("/<casenumber:number>/reopen")
@access.requires(Act.WORK_ON_CASE)
def ask_to_reopen(number: str) -> Response:
    return _ask(number, REOPEN)


@blueprint.post("/<casenumber:number>/reopen")
@access.requires(Act.WORK_ON_CASE)
def reopen(number: str) -> Response:
    """There is more to do after all."""
    return _take(
        number, REOPEN, lambda tx, case, form: acts.reopen(tx, case.id, why=form["why"], **_by_form()), "reopened"
    )


class By(TypedDict):
    """Who acts, when, and from which state of the case."""

    actor: Actor
    expected: int
    now: dt.datetime


def _by_form() -> By:
    return {"actor": access.actor(), "expected": _row_version(), "now": house().clock.now()}


def _typed() -> dict[str, str]:
    """What was typed, without signs that nobody sees and that could mislead who reads it."""
    return {name: cleaning.lines(value) for name, value in request.form.items()}


def _row_version() -> int:
    try:
        return int(request.form.get("row_version", ""))
    except ValueError:
        raise BadRequest from None


def _ask(number: str, asked: Asked, typed: Mapping[str, str] | None = None, errors: Errors = ()) -> Response:
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, asked.act)
        page = _form(tx, case, asked, typed or {}, errors)
    return render(page, 422 if errors else 200)


def _form(tx: Transaction, case: Case, asked: Asked, typed: Mapping[str, str], errors: Errors = ()) -> ActPage:
    """The form of an act. It tells who the case is about, so that the look is written down."""
    access.journal_look(tx, "case", case)
    return ActPage(
        **framed("cases"),
        case=case,
        heading=plain(asked.heading),
        button=plain(asked.button),
        address=f"/cases/{case.number}/{asked.name}",
        fields=_fields(tx, case, asked, typed),
        row_version=_row_version() if "row_version" in typed else case.row_version,
        boxes=_boxes(tx, case, asked),
        after=plain(asked.after) if asked.after else "",
        errors=errors,
    )


def _act(number: str, act: Act, done: Callable[..., Case], code: str, button: str) -> Response:
    """An act without a form."""
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, act)
        try:
            done(tx, case.id, **_by_form())
        except (ChangedMeanwhile, NotAllowed):
            return _conflict(tx, number, (), plain(button))
    return see_other(f"/cases/{number}?done={code}")


def _take(
    number: str, asked: Asked, act: Callable[[Transaction, Case, Mapping[str, str]], object], code: str
) -> Response:
    """An act with a form: said what is missing, or done, or shown who came in between."""
    form = _typed()
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, asked.act)
        fields = _fields(tx, case, asked, form)
        if errors := _errors(fields):
            return render(_form(tx, case, asked, form, errors), 422)
        complete = {field.name: field.value for field in fields}
        try:
            act(tx, case, {**form, **complete})
        except (ChangedMeanwhile, NotAllowed):
            button = _DECIDING if asked is DECISION else asked.button
            extra = (Field("hidden", "go", "", "decide"),) if asked is DECISION else ()
            return _conflict(tx, number, (*fields, *extra), plain(button))
    return see_other(f"/cases/{number}?done={code}")


def _review(number: str) -> Response:
    form = _typed()
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.DECIDE)
        fields = _fields(tx, case, DECISION, form)
        if errors := _errors(fields):
            return render(_form(tx, case, DECISION, form, errors), 422)
        access.journal_look(tx, "case", case)
        page = ReviewPage(
            **framed("cases"), case=case, fields=fields, row_version=_row_version(), boxes=_boxes(tx, case, DECISION)
        )
    return render(page)


def _errors(fields: tuple[Field, ...]) -> Errors:
    missing = {
        "body": plain("Skriv något."),
        "subject": plain("Skriv vad meddelandet gäller."),
        "to": plain("Välj vilket läge ärendet ska ha."),
        "outcome": plain("Välj vad beslutet blir."),
        "why": plain("Skriv varför."),
        "reasons": plain("Skriv varför det blir så. Skälen är personens rätt att få veta."),
    }
    blank = [(f.name, missing[f.name]) for f in fields if not f.value and not f.optional and f.name in missing]
    strange = [
        (f.name, missing[f.name])
        for f in fields
        if f.kind == "radios" and f.value and f.value not in {value for value, _, _ in f.choices}
    ]
    return (*blank, *strange)


def _conflict(tx: Transaction, number: str, fields: tuple[Field, ...], button: str) -> Response:
    """409: nothing was changed, nothing typed is lost, and how the case is now."""
    case = store.by_number(tx, number)
    if case is None:
        raise Conflict
    telling = tell()
    access.journal_look(tx, "case", case)
    entries = [entry for entry in journal.of_case(tx, case.id, case.key) if entry.kind != "viewed"]
    since = tuple(
        Since(shown.name, shown.at, shown.who)
        for shown in (entry_shown(e, telling) for e in reversed(entries[-_acts_since(case) :]))
    )
    names = accounts.names(tx, [case.officer_id] if case.officer_id else [])
    page = ConflictPage(
        **framed("cases"),
        case=case,
        officer=names.get(case.officer_id or "", ""),
        since=since,
        fields=tuple(replace(f, hint="") for f in fields),
        address=request.path,
        back=f"/cases/{number}",
        button=button,
    )
    return render(page, 409)


def _acts_since(case: Case) -> int:
    """About how many entries the journal has got since the page was shown: an act a version, but no endless list."""
    return max(1, min(5, case.row_version - _row_version()))


def _fields(tx: Transaction, case: Case, asked: Asked, typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The controls of an act, with what was typed in them."""
    fields = {
        NOTE.name: _note_fields,
        MESSAGE.name: _message_fields,
        STATUS.name: _status_fields,
        DECISION.name: _decision_fields,
        CLOSE.name: _close_fields,
        REOPEN.name: _reopen_fields,
    }[asked.name](tx, case)
    return tuple(replace(field, value=typed.get(field.name, field.value).strip()) for field in fields)


def _note_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    hint = plain("Syns inte för den sökande på ärendets sida. Den som begär ut ärendet kan få läsa den.")
    return (Field("long", "body", plain("Anteckning"), hint=hint),)


def _message_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    hint = plain("Skriv du och vi, och vad som händer sedan.")
    return (
        Field("text", "subject", plain("Vad det gäller"), hint=plain("Det här syns först.")),
        Field("long", "body", plain("Meddelande"), hint=hint, rows=9),
    )


def _status_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    own_states, telling = pinned.service(tx, case.version).own_states, tell()
    choices = []
    for to in model.moves_from(case.status, own_states):
        public = model.public_of(to, own_states)
        choices.append((to, telling.status(to, public), _public_hint(telling.public(public))))
    return (Field("radios", "to", plain("Nytt läge"), choices=tuple(choices)), _why())


def _close_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (_why(),)


def _reopen_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (replace(_why(), optional=False),)


def _decision_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    hints = {
        Outcome.GRANTED: plain("Personen får det hen söker"),
        Outcome.PARTLY_GRANTED: plain("Personen får en del. Skriv i skälen vad hen inte får."),
        Outcome.REFUSED: plain("Personen får inte det hen söker"),
        Outcome.DISMISSED: plain("Vi kan inte pröva ansökan"),
        Outcome.WRITTEN_OFF: plain("Ansökan är återtagen, eller det finns inget kvar att avgöra"),
    }
    choices = tuple((outcome.value, plain(OUTCOMES[outcome]), hints[outcome]) for outcome in Outcome)
    reasons = plain(
        "Börja med vad som gäller. Skriv sedan vilka regler och vilka fakta som avgjorde. 32 § förvaltningslagen."
    )
    service = pinned.service(tx, case.version)
    sample = (
        plain("Ett exempel ur tjänstens beskrivning. Skriv vad som gäller.") if "delegate" in service.samples else ""
    )
    return (
        Field("radios", "outcome", plain("Vad blir beslutet?"), choices=choices),
        Field("long", "reasons", plain("Beslutet och skälen, så som personen läser dem"), hint=reasons, rows=9),
        Field("text", "law", plain("Regel som avgjorde"), optional=True),
        Field("text", "delegate", plain("Du beslutar med stöd av"), service.legal.delegate, hint=sample, optional=True),
    )


def _why() -> Field:
    return Field("text", "why", plain("Skäl"), hint=plain("Står i journalen."), optional=True)


def _public_hint(public: str) -> str:
    return plain("Den sökande ser: {status}", status=public)


def _boxes(tx: Transaction, case: Case, asked: Asked) -> tuple[Box, ...]:
    """What to know beside the form: how the news goes out, how to appeal, what is missing."""
    boxes = []
    if asked in {MESSAGE, DECISION}:
        boxes.append(_news(store.parties_of(tx, case)))
    if asked is DECISION:
        boxes.extend(_before_deciding(tx, case))
    if asked is CLOSE and case.decided_at is None:
        boxes.append(Box(plain("Innan du avslutar"), (plain("Det finns inget beslut i ärendet."),), warn=True))
    if asked is STATUS:
        telling = tell()
        now = telling.status(case.status, case.public_status)
        boxes.append(Box(plain("Nu"), (now,), _public_hint(telling.public(case.public_status))))
    if asked is NOTE and case.protected:
        careful = plain("Skriv inte adress, telefonnummer eller skola.")
        boxes.append(Box(plain("Skyddade uppgifter"), (careful,), warn=True))
    return tuple(boxes)


def _before_deciding(tx: Transaction, case: Case) -> list[Box]:
    route = pinned.service(tx, case.version).legal.appeal
    appeal = (plain(APPEAL_ROUTES[route].sentence), plain("Det läggs till av sig självt."))
    boxes = [Box(plain("Hur man överklagar"), appeal)]
    if case.missing:
        missing = words().plural(
            "{n} sak saknas. Du kan besluta ändå.", "{n} saker saknas. Du kan besluta ändå.", case.missing
        )
        others = plain("Har du uppgifter från någon annan? Då ska personen få se dem först. 25 § förvaltningslagen.")
        boxes.append(Box(plain("Innan du beslutar"), (missing, others), warn=True))
    return boxes


def _news(parties: list[Party]) -> Box:
    anonymous = plain("Anonym")
    ways = tuple(f"{party.name or anonymous}: {plain(METHODS[party.method])}" for party in parties)
    small = plain("Brev och samtal blir arbete för kundcenter, med samma sista dag som e-post.")
    return Box(plain("Så får personen veta"), ways or (plain("Ingen att skriva till."),), small)
