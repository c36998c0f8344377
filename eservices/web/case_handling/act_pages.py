"""How an act on a case is asked for, looked at once more, and done: one code for all of them.

An act has a page with its form; some are shown as they will be read before they are done. What is wrong is said on the
same page, and when somebody else was first nothing typed is lost. Who may do it is asked again when the case is known.
Whoever lost the connection and sends the same again is shown what was done the first time.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypedDict

from flask import request
from werkzeug.exceptions import BadRequest, ServiceUnavailable
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.attachments import Received
from eservices.cases import store
from eservices.cases.changing import ChangedMeanwhile
from eservices.cases.enquiries import UnknownEnquiry
from eservices.cases.model import Case, NotAllowed
from eservices.documents.apart import printed_apart
from eservices.documents.rendering import Unprintable
from eservices.identity.people import Act, Actor
from eservices.questions import faults
from eservices.storage.database import Transaction
from eservices.web import once, uploads
from eservices.web.bodies import sent_files, typed
from eservices.web.case_handling.asked import Asked, Box, Letter, Sheet, errors_of, fields_of
from eservices.web.case_handling.conflict import conflict
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access, confirming
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.page import StaffPage, framed
from eservices.web.uploads import Durable

#: The buttons of a page where an act is looked at once more.
CHANGE, CONFIRM, PRINT = "change", "decide", "print"


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
    """An act as it will stand, with what will be read, before it is done."""

    template: ClassVar[str] = "case_handling/review.html"
    case: Case
    heading: str
    button: str
    address: str
    fields: tuple[Field, ...]
    row_version: int
    letters: tuple[Letter, ...] = ()
    boxes: tuple[Box, ...] = ()
    after: str = ""
    confirming: tuple[Field, ...] = ()
    paper: bool = False  #: whether it can be looked at as it will be printed
    errors: Errors = ()


class By(TypedDict):
    """Who acts, when, and from which state of the case."""

    actor: Actor
    expected: int
    now: dt.datetime


def by_form() -> By:
    return {"actor": access.actor(), "expected": row_version(), "now": house().clock.now()}


def row_version() -> int:
    try:
        return int(request.form.get("row_version", ""))
    except ValueError:
        raise BadRequest from None


def ask(number: str, asked: Asked, written: Mapping[str, str] | None = None) -> Response:
    """The page of an act, with what was typed on it before."""
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, asked.act)
        page = _form(tx, case, asked, written or {})
    return render(page)


def act_at_once(number: str, act: Act, done: Callable[..., Case], code: str, button: str) -> Response:
    """An act without a form."""
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, act)
        try:
            if once.is_new(tx):
                done(tx, case.id, **by_form())
        except (ChangedMeanwhile, NotAllowed, UnknownEnquiry):
            once.is_not_done(tx)
            return conflict(tx, number, (), plain(button), expected=row_version())
    return see_other(f"/cases/{number}?done={code}")


def take(
    number: str,
    asked: Asked,
    act: Callable[[Transaction, Case, Mapping[str, str]], object],
    code: str = "",
    *,
    go_on: Callable[[Case], str] | None = None,
    durable: Durable | None = None,
) -> Response:
    """What was sent for an act: told what is missing, shown once more, done, or shown who came in between.

    Then to the page of the case, which says `code`, or to where `go_on` says.
    """
    form, pressed = asked.taken(typed()), request.form.get("go", "")
    wrong = confirming.wrong() if pressed == CONFIRM and asked.signed else ()
    showing = confirming.fields() if asked.signed else ()
    files = durable.digests() if durable is not None else []
    with house().database.transaction() as tx:
        if once.is_done(tx, files=files) and (case_then := store.by_number(tx, number)) is not None:
            return see_other(_then(case_then, code, go_on))
        case = access.case_for(tx, number, asked.act)
        fields = fields_of(tx, case, asked, form)
        errors = _with_files(_one_each((*errors_of(fields), *asked.check(tx, case, form))), durable)
        if errors or pressed == CHANGE:
            return render(_form(tx, case, asked, form, errors), 422 if errors else 200)
        if asked.confirmed_by and pressed != CONFIRM:
            return render(_review(tx, case, asked, form, fields=fields, showing=showing))
        if wrong:
            return render(_review(tx, case, asked, form, fields=fields, showing=showing, errors=wrong), 422)
        complete = {field.name: field.value for field in fields}
        try:
            if once.is_new(tx, files=files):
                act(tx, case, {**form, **complete})
        except (ChangedMeanwhile, NotAllowed, UnknownEnquiry):
            once.is_not_done(tx)
            confirmed = (Field("hidden", "go", "", CONFIRM),) if asked.confirmed_by and not asked.signed else ()
            button = plain(asked.confirmed_by or asked.button)
            return conflict(tx, number, (*fields, *confirmed), button, expected=row_version())
    return see_other(_then(case, code, go_on))


def as_printed(number: str, asked: Asked, paper: Callable[[Transaction, Case, Mapping[str, str]], Sheet]) -> Response:
    """The document that an act will make, to be looked at in another window. It is printed when asked for, after the
    transaction, and kept nowhere. What is wrong with the form is told as always."""
    form = asked.taken(typed())
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, asked.act)
        fields = fields_of(tx, case, asked, form)
        if errors := (*errors_of(fields), *asked.check(tx, case, form)):
            return render(_form(tx, case, asked, form, errors), 422)
        access.journal_look(tx, "case", case)
        sheet = paper(tx, case, {**form, **{field.name: field.value for field in fields}})
    try:
        document = printed_apart(sheet.html, sheet.guide, articles=sheet.articles)
    except Unprintable as error:
        raise ServiceUnavailable from error
    answer = Response(document, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = "inline; filename=preview.pdf"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _then(case: Case, code: str, go_on: Callable[[Case], str] | None) -> str:
    """Where it goes on when the act is done."""
    return go_on(case) if go_on is not None else f"/cases/{case.number}?done={code}"


def take_with_files(
    number: str,
    asked: Asked,
    act: Callable[[Transaction, Case, Mapping[str, str], Sequence[Received]], object],
    code: str = "",
    *,
    go_on: Callable[[Case], str] | None = None,
) -> Response:
    """The same for an act that `files` come along with: it names them in its transaction, or they are gone."""
    with house().database.read() as tx:
        case = access.case_for(tx, number, asked.act)
    sent = sent_files().get("files", [])
    with uploads.receive_for_case(case.id, case.key, "files", uploads.limits_of_case(), sent) as durable:

        def name_them(tx: Transaction, case: Case, form: Mapping[str, str]) -> None:
            uploads.refuse_too_much(tx, durable, attachments.of_case(tx, case.id, case.key))
            act(tx, case, form, durable.all())
            durable.named = True

        return take(number, asked, name_them, code, go_on=go_on, durable=durable)


def _one_each(errors: Errors) -> Errors:
    """The first thing that is wrong with each control: a page tells one."""
    first: dict[str, str] = {}
    for name, told in errors:
        first.setdefault(name, told)
    return tuple(first.items())


def _with_files(errors: Errors, durable: Durable | None) -> Errors:
    """What is wrong, with the files that came, too; when anything is, all of them are chosen again."""
    if durable is None:
        return errors
    wrong = (*errors, *(("files", faults.sentence(problem, "", words())) for problem in durable.problems))
    return (*wrong, ("files", plain("Välj filerna igen."))) if wrong and durable.received else wrong


def _form(tx: Transaction, case: Case, asked: Asked, written: Mapping[str, str], errors: Errors = ()) -> ActPage:
    """The form of an act. It tells who the case is about, so that the look is written down."""
    access.journal_look(tx, "case", case)
    return ActPage(
        **framed("cases"),
        case=case,
        heading=plain(asked.heading),
        button=plain(asked.button),
        address=request.path,
        fields=fields_of(tx, case, asked, written),
        row_version=row_version() if "row_version" in written else case.row_version,
        boxes=tuple(asked.boxes(tx, case)),
        after=plain(asked.after) if asked.after else "",
        errors=errors,
    )


def _review(
    tx: Transaction,
    case: Case,
    asked: Asked,
    written: Mapping[str, str],
    *,
    fields: tuple[Field, ...],
    showing: tuple[Field, ...] = (),
    errors: Errors = (),
) -> ReviewPage:
    access.journal_look(tx, "case", case)
    return ReviewPage(
        **framed("cases"),
        case=case,
        heading=plain(asked.reviewed_as),
        button=plain(asked.confirmed_by),
        address=request.path,
        fields=fields,
        row_version=row_version(),
        letters=tuple(asked.letters(tx, case, written)),
        boxes=tuple(asked.boxes(tx, case)),
        after=plain(asked.when_confirmed) if asked.when_confirmed else "",
        confirming=showing,
        paper=asked.has_paper,
        errors=errors,
    )
