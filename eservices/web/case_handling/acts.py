"""What an officer does with a case. Each act has a page of its own, and says what will happen next."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypedDict

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from eservices.cases import acts, store
from eservices.cases.changing import ChangedMeanwhile
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Case, NotAllowed, Outcome
from eservices.identity.people import Act, Actor
from eservices.language import N_
from eservices.language import words as words_of
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web.case_handling.asked import (
    CLOSE,
    DECISION,
    MESSAGE,
    NOTE,
    REOPEN,
    STATUS,
    Asked,
    Box,
    errors_of,
    fields_of,
)
from eservices.web.case_handling.conflict import conflict
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.naming import DECIDED
from eservices.web.staff.page import StaffPage, framed


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
        fields=fields_of(tx, case, asked, typed),
        row_version=_row_version() if "row_version" in typed else case.row_version,
        boxes=tuple(asked.boxes(tx, case)),
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
            return conflict(tx, number, (), plain(button), expected=_row_version())
    return see_other(f"/cases/{number}?done={code}")


def _take(
    number: str, asked: Asked, act: Callable[[Transaction, Case, Mapping[str, str]], object], code: str
) -> Response:
    """An act with a form: said what is missing, or done, or shown who came in between."""
    form = _typed()
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, asked.act)
        fields = fields_of(tx, case, asked, form)
        if errors := errors_of(fields):
            return render(_form(tx, case, asked, form, errors), 422)
        complete = {field.name: field.value for field in fields}
        try:
            act(tx, case, {**form, **complete})
        except (ChangedMeanwhile, NotAllowed):
            confirmed = (Field("hidden", "go", "", "decide"),) if asked.confirmed_by else ()
            button = plain(asked.confirmed_by or asked.button)
            return conflict(tx, number, (*fields, *confirmed), button, expected=_row_version())
    return see_other(f"/cases/{number}?done={code}")


def _review(number: str) -> Response:
    form = _typed()
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.DECIDE)
        fields = fields_of(tx, case, DECISION, form)
        if errors := errors_of(fields):
            return render(_form(tx, case, DECISION, form, errors), 422)
        access.journal_look(tx, "case", case)
        page = ReviewPage(
            **framed("cases"),
            case=case,
            fields=fields,
            row_version=_row_version(),
            boxes=tuple(DECISION.boxes(tx, case)),
        )
    return render(page)
