"""A call or a visit from its first page to its end: what it is about, what goes back to the person, what came of it."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.contact_centre import calls
from eservices.contact_centre.calls import RESOLUTIONS, Call
from eservices.identity.people import Act
from eservices.journey.answers import Answers
from eservices.journey.path import walk
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts
from eservices.submissions.model import Draft
from eservices.web.contact_centre.desk import RESOLVED, services_offered
from eservices.web.contact_centre.in_hand import CallPage, base_of, caller_of, draft_in_hand, next_question, the_call
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors
from eservices.web.staff.page import framed


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
class HandedBackPage(CallPage):
    template: ClassVar[str] = "contact_centre/handed_back.html"
    code: str
    spoken: str
    expires_on: dt.date


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
    """What the call is about: begin something, take up something begun, look at a case, or end it."""
    with house().database.read() as tx:
        call = the_call(tx, call_id)
        if asked := next_question(call):
            return see_other(asked)
        page = hub(tx, call)
    return render(page)


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
            return render(hub(tx, call, errors=(("resolution", plain("Välj hur det gick.")),)), 422)
        if resolution == "cancelled" and draft_in_hand(tx, call) is not None:
            calls.cancel_draft(tx, call, now=house().clock.now())
        calls.end(tx, call, resolution=resolution, now=house().clock.now())
    return see_other(f"/contact-centre/?done={resolution}")


def begin(tx: Transaction, call: Call, service_id: str) -> Draft:
    """Begin an application in this call, at the first step of the service as it stands before anything is answered."""
    service = house().library.services[service_id]
    spot = walk(service, Answers()).first_open
    return calls.begin(tx, call, service, now=house().clock.now(), first_step=spot.step if spot else None)


def hub(tx: Transaction, call: Call, *, code: str = "", errors: Errors = ()) -> HubPage:
    return HubPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        services=tuple((service, title, "") for service, title in services_offered()),
        resolutions=tuple((name, plain(RESOLVED[name]), "") for name in RESOLUTIONS if name != "became_case"),
        code=code,
        errors=errors,
    )
