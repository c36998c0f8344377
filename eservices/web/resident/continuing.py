"""Stopping and going on: save for later, the continue code, and leaving no trace on a shared computer."""

import contextlib
import datetime as dt
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound, TooManyRequests
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.calendars import day_of
from eservices.definitions.model import Question
from eservices.journey.path import Spot
from eservices.journey.taking import raw_of
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts, pinned
from eservices.submissions.model import Draft
from eservices.web import guessing, i18n, security, stepping
from eservices.web.forms.asking import told
from eservices.web.forms.classes import StepForm
from eservices.web.forms.fields import QuestionField
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other
from eservices.web.resident.blueprint import blueprint, of_service
from eservices.web.resident.frame import ResidentFrame
from eservices.web.resident.services import where_to_go_on
from eservices.web.resident.visiting import current_draft, locked_draft, new_token, question_after_rest

#: What is counted when somebody is wrong.
_CODES = "continue code"
#: One sentence for a code that is wrong, has run out, or belongs to something that was sent.
_NO_SUCH_CODE = N_("Koden stämmer inte, eller så gäller den inte längre. Se efter en gång till, eller ring oss.")
_NO_CODE = N_("Skriv koden")
#: Whoever is asked knows that the code is right: it is kept, and only the answer is asked for again.
_NOT_THE_SAME = N_("Svaret är inte detsamma som förra gången. Försök igen, eller ring oss och säg koden.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue(Page):
    """Asks for a continue code."""

    template: ClassVar[str] = "resident/continue.html"
    code: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove(Page):
    """Asks the one answer that only the resident knows, before a draft with personal data is shown."""

    template: ClassVar[str] = "resident/continue_prove.html"
    back: str
    fields: tuple[QuestionField, ...]
    code: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Page):
    """Everything is kept: the code, and for how long."""

    template: ClassVar[str] = "resident/saved.html"
    caption: str
    code: str
    kept_until: dt.date
    asks: str  #: the question that will go with the code, if any
    go_on: str
    leave: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Page):
    """Asks whether to keep the answers for later or to throw them away, and then clears the browser."""

    template: ClassVar[str] = "resident/leave.html"
    caption: str
    code: str
    kept_until: dt.date
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Page):
    """The browser knows nothing any more."""

    template: ClassVar[str] = "resident/left.html"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFile(Page):
    """Asks before a file is removed: it cannot be had back."""

    template: ClassVar[str] = "resident/remove_file.html"
    name: str
    back: str


@blueprint.get("/<lang:language>/continue")
def ask_code() -> Response:
    """Where a continue code is typed."""
    return render(Continue())


@blueprint.post("/<lang:language>/continue")
def continue_draft() -> Response:
    """Go on with the draft that the code opens, in this browser.

    Where somebody has answered something personal, the code alone shows nothing: one answer is asked with it.
    """
    language = i18n.language()
    home, form = house(), request.form
    now = home.clock.now()
    typed = form.get("code", "")
    code = codes.read_continue_code(typed)
    with home.database.transaction() as tx:
        if not guessing.may_try(tx, _CODES):
            raise TooManyRequests
        draft = drafts.by_code(tx, code) if code else None
        question = _proof(tx, draft) if draft is not None else None
        if draft is not None and question is not None:
            page = Prove(code=typed, back=f"/{language}/continue", fields=(_asked(tx, draft, question, language),))
            if not _is_answered(question):
                return render(page)
            if not _proves(tx, question, draft):
                guessing.was_wrong(tx, _CODES)
                return render(replace(page, error=i18n.plain(_NOT_THE_SAME)), 422)
        if draft is not None:
            with contextlib.suppress(drafts.Gone):
                draft = drafts.adopt(tx, draft, new_token(tx, draft.service), now)
                frame = ResidentFrame(draft.service, i18n.words())
                return see_other(where_to_go_on(draft, frame, pinned.service(tx, draft.version)))
        if typed.strip():
            guessing.was_wrong(tx, _CODES)
    error = _NO_SUCH_CODE if typed.strip() else _NO_CODE
    return render(Continue(code=typed[:20], error=i18n.plain(error)), 422)


@blueprint.get("/<lang:language>/services/<slug:service>/still-you")
@blueprint.post("/<lang:language>/services/<slug:service>/still-you")
def prove(service: str) -> Response:
    """After a long rest: one answer that only the resident knows, and on where one was."""
    frame, error = ResidentFrame(service, i18n.words()), ""
    with house().database.transaction() as tx:
        draft = locked_draft(tx, service)
        question = question_after_rest(tx, draft) if draft is not None else None
        if draft is None or question is None:
            return see_other(frame.start_address() if draft is None else _on(tx, draft, frame))
        if request.method == "POST":
            if not guessing.may_try(tx, _CODES):
                raise TooManyRequests
            if _proves(tx, question, draft):
                drafts.keep(tx, draft, draft.answers, now=house().clock.now())
                return see_other(_on(tx, draft, frame))
            guessing.was_wrong(tx, _CODES)
            error = i18n.plain(_NOT_THE_SAME)
        field = _asked(tx, draft, question, i18n.language())
    page = Prove(back=frame.start_address(), fields=(field,), error=error)
    return render(page, 422 if error else 200)


@blueprint.get("/<lang:language>/services/<slug:service>/save-later")
def saved(service: str) -> Response:
    """After "save and go on later"."""
    language = i18n.language()
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None or not draft.is_open:
            return see_other(frame.start_address() if draft is None else frame.receipt_address())
        if question_after_rest(tx, draft) is not None:
            return see_other(frame.proving_address())
        kept = pinned.service(tx, draft.version)
        caption = pinned.texts(tx, draft.version, language).get(kept.title)
        go_on = where_to_go_on(draft, frame, kept)
        question = _proof(tx, draft)
        asks = _asked(tx, draft, question, language).asked.title if question is not None else ""
    return render(
        Saved(
            caption=caption,
            code=draft.code,
            kept_until=day_of(draft.expires_at),
            asks=asks,
            go_on=go_on,
            leave=f"{of_service(language, service)}/clear-and-leave",
        )
    )


@blueprint.get("/<lang:language>/services/<slug:service>/clear-and-leave")
def ask_to_leave(service: str) -> Response:
    """Keep the answers or not, for whoever sits at a computer that others use."""
    language = i18n.language()
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None or not draft.is_open:
            return see_other(frame.start_address() if draft is None else frame.receipt_address())
        if question_after_rest(tx, draft) is not None:
            return see_other(frame.proving_address())
        kept = pinned.service(tx, draft.version)
        caption = pinned.texts(tx, draft.version, language).get(kept.title)
        back = where_to_go_on(draft, frame, kept)
    return render(Leave(caption=caption, code=draft.code, kept_until=day_of(draft.expires_at), back=back))


@blueprint.post("/<lang:language>/services/<slug:service>/clear-and-leave")
def leave(service: str) -> Response:
    """Clear the browser; throw the answers away too, if that was asked for. What has been sent stays sent."""
    code, thrown_away = "", []
    with house().database.transaction() as tx:
        draft = locked_draft(tx, service)
        if draft is not None and draft.is_open:
            if request.form.get("keep") == "no":
                thrown_away = attachments.remove_all(tx, draft.id)
                drafts.cancel(tx, draft, house().clock.now())
            else:
                code = draft.code
    for stored_as in thrown_away:
        attachments.erase(house().settings.files_dir, stored_as)
    return cleared(code)


@blueprint.post("/<lang:language>/case/clear-and-leave")
def leave_case() -> Response:
    """Clear the browser after looking at a case."""
    return cleared()


def cleared(code: str = "") -> Response:
    """The last page: this browser knows nothing any more, whether it obeys the header or not."""
    response = render(Left(code=code))
    for name in (security.VISITOR, security.CASE, security.SIGN):
        security.clear_cookie(response, name)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@blueprint.get("/<lang:language>/services/<slug:service>/<slug:step>/remove-file/<id:file>")
@blueprint.get("/<lang:language>/services/<slug:service>/<slug:step>/<item:item>/remove-file/<id:file>")
def ask_to_remove(service: str, step: str, file: str, item: int | None = None) -> Response:
    """Asks before a file is removed."""
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        found = attachments.get(tx, file, draft.key) if draft is not None and draft.is_open else None
        if draft is None or found is None or found.draft_id != draft.id:
            raise NotFound
    return render(RemoveFile(name=found.name, back=frame.address(Spot(step, item))))


@blueprint.post("/<lang:language>/services/<slug:service>/<slug:step>/remove-file/<id:file>")
@blueprint.post("/<lang:language>/services/<slug:service>/<slug:step>/<item:item>/remove-file/<id:file>")
def remove_file(service: str, step: str, file: str, item: int | None = None) -> Response:
    """Remove a file from a page; doing it again changes nothing."""
    frame, now = ResidentFrame(service, i18n.words()), house().clock.now()
    with house().database.transaction() as tx:
        draft = locked_draft(tx, service)
        if draft is None:
            raise NotFound
        if not draft.is_open:
            return see_other(frame.receipt_address())
        stored_as = stepping.remove_file(tx, draft, Spot(step, item), file, frame, now=now)
    if stored_as is not None:
        attachments.erase(house().settings.files_dir, stored_as)
    return see_other(frame.address(Spot(step, item)))


def _on(tx: Transaction, draft: Draft, frame: ResidentFrame) -> str:
    if not draft.is_open:
        return frame.receipt_address()
    return where_to_go_on(draft, frame, pinned.service(tx, draft.version))


def _proof(tx: Transaction, draft: Draft) -> Question | None:
    return drafts.proof_question(pinned.service(tx, draft.version), draft)


def _proves(tx: Transaction, question: Question, draft: Draft) -> bool:
    """Whether the answer fits; after too many that did not, nothing does for a while, and only the phone helps."""
    typed = request.form.to_dict(flat=False)
    parsed = question.type.parse(raw_of(question, typed), house().clock.today())
    fits = not parsed.faults and drafts.proves(question, draft, parsed.value)
    if not fits:
        guessing.was_no_proof(tx, draft.id)
    return fits and guessing.may_prove(tx, draft.id)


def _is_answered(question: Question) -> bool:
    return any(question.id + part in request.form for part in question.type.parts)


def _asked(tx: Transaction, draft: Draft, question: Question, language: str) -> QuestionField:
    """The question as a page asks it, without the answer that is being guarded."""
    service = pinned.service(tx, draft.version)
    step = service.step_of[question.id]
    field = StepForm(service, step.id).field(question.id)
    field.asked = told(service, pinned.texts(tx, draft.version, language), i18n.words()).asked(question)
    field.offered = field.asked.options
    field.spoken = False
    return field
