"""A call or a visit from its first page to its end: what it is about, what goes back to the person, what came of it."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of, end_of_day, start_of_day
from eservices.cases import store as cases
from eservices.cases.queue import QueueRow
from eservices.contact_centre import calls, handing_back, queue
from eservices.contact_centre.calls import RESOLUTIONS, Call
from eservices.identity.people import Act
from eservices.journey.answers import Answers
from eservices.journey.path import walk
from eservices.language import N_
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts
from eservices.submissions.model import Draft
from eservices.web import once
from eservices.web.contact_centre.desk import RESOLVED
from eservices.web.contact_centre.in_hand import CallPage, base_of, caller_of, next_question, the_call
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, day_in
from eservices.web.staff.offered import services_offered
from eservices.web.staff.page import framed

#: So many cases a search in a call shows.
_FOUND = 10

_SENT = {
    "sms": N_("Koden går också med sms."),
    "email": N_("Koden går också med e-post."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPage(CallPage):
    """A call that has not begun an application: choose what it is about, take a code, or end it."""

    template: ClassVar[str] = "contact_centre/call.html"
    services: tuple[tuple[str, str], ...]
    resolutions: tuple[tuple[str, str, str], ...]
    identified: bool
    phone: str = ""
    chosen: str = ""
    code: str = ""
    wanted: str = ""  #: what the person says it is about, in their own words
    fitting: tuple[tuple[str, str], ...] = ()
    sought: str = ""
    found: tuple[QueueRow, ...] = ()
    errors: Errors = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBackPage(CallPage):
    template: ClassVar[str] = "contact_centre/handed_back.html"
    code: str
    spoken: str
    expires_on: dt.date
    sent: str


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
            begin(tx, call, call.service)
            return see_other(f"{base_of(call)}/go-on")
        page = hub(tx, call)
    return render(page)


@blueprint.get("/calls/<id:call_id>/choose")
@access.requires(Act.TAKE_DOWN)
def show_choices(call_id: str) -> Response:
    """What the call is about: begin something, take up something begun, look for a case, or end it."""
    sought = request.args.get("look-for", "").strip()[:200]
    wanted = request.args.get("words", "").strip()[:200]
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if asked := next_question(call):
            return see_other(asked)
        page = hub(tx, call)
        if sought and call.is_identified and not call.practice:
            access.journal_look(tx, "search", q=sought, call=call.id)
            page = replace(page, sought=sought, found=tuple(queue.find(tx, sought, limit=_FOUND)))
    return render(replace(page, wanted=wanted, fitting=_fitting(wanted)) if wanted else page)


def _fitting(words: str) -> tuple[tuple[str, str], ...]:
    """The services that a person's own words lead to, the likeliest first."""
    found, offered = house().library.search(words), dict(services_offered())
    return tuple((service, offered[service]) for service in (*found.fitting, *found.near) if service in offered)


@blueprint.post("/calls/<id:call_id>/about")
@access.requires(Act.TAKE_DOWN)
def say_what_about(call_id: str) -> Response:
    """The call is about this case: from now on the call is the reason in the journal for looking at it."""
    number = codes.read_case_number(request.form.get("number", ""))
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if asked := next_question(call):
            return see_other(asked)
        case = cases.by_number(tx, number) if number else None
        if case is None or not call.is_identified or call.practice:
            raise NotFound
        access.journal_look(tx, "case", case, ground=access.Ground(call=call.id))
        calls.note_case(tx, call, case.id)
    return see_other(f"{base_of(call)}/choose#case-{case.number}")


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
            return render(hub(tx, call, errors=(("service", plain("Välj vad det gäller.")),)), 422)
        begin(tx, call, chosen)
    return see_other(f"/contact-centre/calls/{call_id}/go-on")


@blueprint.post("/calls/<id:call_id>/hand-back")
@access.requires(Act.TAKE_DOWN)
def hand_back(call_id: str) -> Response:
    """The person goes on alone, with a new code: said, printed, or sent by text or mail."""
    by, now = request.form.get("give-by", "said"), house().clock.now()
    sent = ""
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if calls.draft_in_hand(tx, call) is None:
            return see_other(base_of(call))
        draft = calls.hand_back(tx, call, now=now)
        to = handing_back.reachable(by, request.form.get("give-to", ""), house().clock.today())
        if draft is not None and to:
            handing_back.send_code(tx, draft, by=by, to=to, now=now)
            sent = by
    return see_other(f"/contact-centre/calls/{call_id}/handed-back" + (f"?sent={sent}" if sent else ""))


@blueprint.post("/calls/<id:call_id>/call-back")
@access.requires(Act.TAKE_DOWN)
def promise_to_call_back(call_id: str) -> Response:
    """We ring the person: the same day, or not before one they name. What is taken down waits for whoever rings."""
    form, home = request.form, house()
    now, today = home.clock.now(), home.clock.today()
    phone = handing_back.reachable("sms", form.get("back-phone", ""), today)
    day, wrong = _not_before(form.get("back-on", ""), today)
    with home.database.transaction() as tx:
        call = the_call(tx, call_id)
        errors = [("back-phone", plain("Skriv numret som vi ska ringa till."))] if not phone else []
        errors += [("back-on", wrong)] if wrong else []
        if errors:
            return render(hub(tx, call, phone=form.get("back-phone", ""), errors=tuple(errors)), 422)
        if form.get("back-applied"):
            calls.apply_from(tx, call, today, now=now)
        if not once.is_new(tx):
            return see_other("/contact-centre/?done=will_call_back")
        calls.call_back(
            tx,
            call,
            about=cleaning.line(form.get("back-about", ""))[:500],
            phone=phone,
            due_at=end_of_day(day or today),
            not_before=start_of_day(day) if day else None,
            now=now,
        )
        calls.end(tx, call, resolution="will_call_back", now=now)
    return see_other("/contact-centre/?done=will_call_back")


def _not_before(typed: str, today: dt.date) -> tuple[dt.date | None, str]:
    """The first day to ring on; None for today."""
    if not typed.strip():
        return None, ""
    day = day_in(typed.strip())
    if day is None:
        return None, plain("Skriv dagen som 2026-12-31, eller lämna tomt.")
    if day < today:
        return None, plain("Den dagen har redan varit.")
    return (day if day > today else None), ""


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
            sent=plain(_SENT[by]) if (by := request.args.get("sent", "")) in _SENT else "",
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
            return render(hub(tx, call, errors=(("resolution", plain("Välj hur det gick.")),)), 422)
        if resolution == "cancelled" and calls.draft_in_hand(tx, call) is not None:
            calls.cancel_draft(tx, call, now=house().clock.now())
        about = cleaning.line(request.form.get("end-about", ""))[:500]
        calls.end(tx, call, resolution=resolution, about=about, now=house().clock.now())
    return see_other(f"/contact-centre/?done={resolution}")


def begin(tx: Transaction, call: Call, service_id: str) -> Draft:
    """Begin an application in this call, at the first step of the service as it stands before anything is answered."""
    service = house().library.services[service_id]
    spot = walk(service, Answers()).first_open
    return calls.begin(tx, call, service, now=house().clock.now(), first_step=spot.step if spot else None)


def hub(tx: Transaction, call: Call, *, code: str = "", phone: str = "", errors: Errors = ()) -> HubPage:
    """The page of a call with nothing in hand."""
    elsewhere = {"became_case", "will_call_back"}
    return HubPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        services=tuple(services_offered()),
        resolutions=tuple((name, plain(RESOLVED[name]), "") for name in RESOLUTIONS if name not in elsewhere),
        identified=call.is_identified,
        phone=phone or call.caller,
        code=code,
        errors=errors,
    )
