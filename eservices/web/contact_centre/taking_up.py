"""Going on with what was begun: by the code that the person says, or where a colleague left it."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.definitions.model import Question
from eservices.identity import accounts, limits
from eservices.identity.people import Act
from eservices.journey.taking import raw_of
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts, pinned
from eservices.submissions.model import Assisted, Draft
from eservices.values import Channel
from eservices.web.contact_centre.call import hub
from eservices.web.contact_centre.in_hand import CallPage, base_of, caller_of, next_question, the_call
from eservices.web.contact_centre.room import blueprint
from eservices.web.forms.asking import told
from eservices.web.forms.classes import StepForm
from eservices.web.forms.fields import QuestionField
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import service_title

_AN_HOUR = dt.timedelta(hours=1)

#: A code can be wrong this often for one agent in an hour.
CODE_TRIES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage(CallPage):
    """The question that only the resident can answer, asked together with the code."""

    template: ClassVar[str] = "contact_centre/proof.html"
    code: str
    field: QuestionField
    errors: Errors = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftPage(StaffPage):
    template: ClassVar[str] = "contact_centre/left.html"
    draft: str
    title: str
    who: str
    touched_at: dt.datetime


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
        if code is None or found is None or found.practice:
            limits.hit(tx, tries, CODE_TRIES, _AN_HOUR, now)
            return render(hub(tx, call, code=typed, errors=(("code", _no_such_code(allowed)),)), 422)
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
        calls.link_draft(tx, call, draft, now=now)
        access.journal_look(tx, "draft", draft=draft_id, call=call.id)
    return see_other(base_of(call))


def _left_draft(tx: Transaction, draft_id: str) -> Draft:
    draft = drafts.by_id(tx, draft_id)
    if draft is None or not draft.is_open or draft.assisted_by is None:
        raise NotFound
    return draft


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
