"""Filling in together: the same generated steps as on the web, in the agent's frame, from the first to the sending."""

from dataclasses import replace
from typing import cast

from flask import request
from werkzeug.wrappers import Response

from eservices.cases import enquiries
from eservices.cases import store as cases
from eservices.contact_centre import bringing, calls
from eservices.contact_centre.calls import Call
from eservices.identity.people import Act
from eservices.intake import assisted as assisting
from eservices.intake import submit
from eservices.intake.offering import NotOpen
from eservices.journey.path import Spot, walk
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions.model import Draft, SubmissionKind
from eservices.values import Channel, Problem
from eservices.web import stepping, uploads
from eservices.web.bodies import Request
from eservices.web.contact_centre.agent_frame import PaperFrame, asks_how_to_close, frame_of
from eservices.web.contact_centre.in_hand import application, base_of, next_question, to_fill_in
from eservices.web.contact_centre.late import too_late
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import see_other
from eservices.web.staff import access
from eservices.web.uploads import Durable


@blueprint.get("/calls/<id:call_id>/go-on")
@access.requires(Act.TAKE_DOWN)
def go_on(call_id: str) -> Response:
    """The first page of the application that still has something to ask."""
    with house().database.read() as tx:
        call, draft = application(tx, call_id)
        if draft is None:
            return see_other(next_question(call) or f"{base_of(call)}/choose")
        frame = frame_of(tx, call, draft)
        if call.channel is Channel.PAPER and not (draft.assisted and draft.assisted.arrived_on):
            return see_other(f"{base_of(call)}/paper")
        here = walk(frame.reads(pinned.service(tx, draft.version), draft.answers), draft.answers)
    if here.stop is not None:
        return see_other(frame.stop_address(here.stop.id))
    return see_other(frame.address(here.first_open) if here.first_open else frame.check_address())


@blueprint.get("/calls/<id:call_id>/steps/<slug:step>")
@blueprint.get("/calls/<id:call_id>/steps/<slug:step>/<item:item>")
@access.requires(Act.TAKE_DOWN)
def show_step(call_id: str, step: str, item: int | None = None) -> Response:
    """A step, with what to say and what is left."""
    with house().database.read() as tx:
        call, draft = to_fill_in(tx, call_id)
        frame, spot = frame_of(tx, call, draft, step), Spot(step, item)
        questions = stepping.file_questions(tx, draft, spot)
        files = uploads.files_of(tx, draft, questions, spot, frame)
        outcome = stepping.show(tx, draft, spot, frame, changing="change" in request.args, files=files)
    return stepping.answer(outcome)


@blueprint.post("/calls/<id:call_id>/steps/<slug:step>")
@blueprint.post("/calls/<id:call_id>/steps/<slug:step>/<item:item>")
@access.requires(Act.TAKE_DOWN)
def take_step(call_id: str, step: str, item: int | None = None) -> Response:
    """Keep what the person said, with who wrote it down and through which channel."""
    spot, now = Spot(step, item), house().clock.now()
    with _made_durable(call_id, spot) as durable, house().database.transaction() as tx:
        call, draft = to_fill_in(tx, call_id, lock=True)
        frame = frame_of(tx, call, draft, step)
        questions = stepping.file_questions(tx, draft, spot)
        # Nothing is kept for a page that cannot be sent.
        outcome: stepping.Outcome | None = stepping.gate(tx, draft, spot, frame) if questions else None
        if outcome is None:
            files = uploads.keep(tx, draft, questions, spot=spot, durable=durable, frame=frame, now=now)
            if isinstance(frame, PaperFrame):
                files = frame.with_scans(files, request.form)
            changing = "change" in request.args
            outcome = stepping.take(tx, draft, spot, request.form, frame, now=now, changing=changing, files=files)
    return stepping.answer(outcome)


def _made_durable(call_id: str, spot: Spot) -> Durable:
    """Files are made durable before the transaction that names them, under the key of the application in hand."""
    sent = cast("Request", request).uploads
    if not sent:
        return Durable()
    with house().database.read() as tx:
        _, draft = to_fill_in(tx, call_id)
        questions = stepping.file_questions(tx, draft, spot)
    return uploads.receive(draft, questions, spot, sent)


@blueprint.post("/calls/<id:call_id>/steps/<slug:step>/<item:item>/remove")
@access.requires(Act.TAKE_DOWN)
def remove_item(call_id: str, step: str, item: int) -> Response:
    """Take an item out of its group."""
    with house().database.transaction() as tx:
        call, draft = to_fill_in(tx, call_id, lock=True)
        frame = frame_of(tx, call, draft, step)
        moved = stepping.remove_item(tx, draft, Spot(step, item), frame, now=house().clock.now())
    return see_other(moved.address)


@blueprint.get("/calls/<id:call_id>/stops/<slug:stop>")
@access.requires(Act.TAKE_DOWN)
def show_stop(call_id: str, stop: str) -> Response:
    """Why it ends here, and what to say instead. What was said is kept."""
    with house().database.read() as tx:
        call, draft = to_fill_in(tx, call_id)
        outcome = stepping.show_stop(tx, draft, stop, frame_of(tx, call, draft))
    return stepping.answer(outcome)


@blueprint.get("/calls/<id:call_id>/check")
@access.requires(Act.TAKE_DOWN)
def show_check(call_id: str) -> Response:
    """Everything, to be read back before it is sent."""
    with house().database.read() as tx:
        call, draft = to_fill_in(tx, call_id)
        # A paper says itself how its writer wants to hear from us.
        if call.channel is not Channel.PAPER and asks_how_to_close(draft):
            return see_other(f"{base_of(call)}/closing")
        outcome = stepping.show_check(tx, draft, frame_of(tx, call, draft))
    return stepping.answer(outcome)


@blueprint.post("/calls/<id:call_id>/check")
@access.requires(Act.TAKE_DOWN)
def send(call_id: str) -> Response:
    """Hand it in for the person. Sending again leads to the same receipt."""
    home = house()
    now, staff = home.clock.now(), access.current_staff()
    with home.database.transaction() as tx:
        call, draft = to_fill_in(tx, call_id, lock=True)
        if draft.practice:  # nothing of it is ever handed in
            calls.end(tx, call, resolution="answered", now=now)
            return see_other("/contact-centre/?done=practised")
        if request.form.get("seen", str(draft.row_version)) != str(draft.row_version):
            return stepping.answer(stepping.show_check(tx, draft, frame_of(tx, call, draft), changed=True))
        declared = tuple(d.id for d in pinned.service(tx, draft.version).declarations if request.form.get(d.id))
        handed_in = assisting.handed_in(draft, staff, now=now, channel=call.channel, declared=declared)
        try:
            hours, offered = home.municipality.contact_centre.hours, home.library.service(draft.service)
            submission = submit.hand_in(tx, draft, handed_in, home.clock, hours=hours, offered=offered)
        except submit.NotReady as not_ready:
            return _not_ready(tx, call, draft, not_ready.remaining, frozenset(declared))
        except NotOpen as why:
            return too_late(call, draft.service, why)
        calls.note_submission(tx, call, case_id=submission.case_id, submission_id=submission.id)
        _told(tx, call, draft, submission.case_id)
    return see_other(f"/contact-centre/calls/{call_id}/receipt")


def _told(tx: Transaction, call: Call, draft: Draft, case_id: str) -> None:
    """Nobody rings to ask for what has just been answered."""
    case = cases.by_id(tx, case_id) if draft.kind is SubmissionKind.SUPPLEMENT else None
    order = next((one for one in enquiries.of_case(tx, case) if one.draft_id == draft.id), None) if case else None
    if order is not None:
        bringing.told_in_call(tx, order, actor=calls.actor_of(call), now=house().clock.now())


def _not_ready(
    tx: Transaction, call: Call, draft: Draft, remaining: tuple[Problem, ...], declared: frozenset[str]
) -> Response:
    """What still must be asked before it can be sent, each with the way there."""
    frame = frame_of(tx, call, draft)
    own = [problem for problem in remaining if problem.code == "not_declared"]
    outcome = stepping.show_check(tx, draft, frame, problems=own, declared=declared)
    if isinstance(outcome, stepping.Shown):
        left = [(item.address, plain("Fråga: {label}", label=item.label)) for item in frame.problems]
        page = replace(outcome.page, errors=[*left, *outcome.page.errors])
        outcome = stepping.Shown(page, 422)
    return stepping.answer(outcome)
