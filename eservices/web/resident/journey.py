"""Filling in a service: its steps, its groups, the check page, sending, the receipt."""

from flask import request
from werkzeug.wrappers import Response

from eservices.intake import practising
from eservices.intake.offering import NotOpen
from eservices.intake.submit import NotReady, hand_in
from eservices.journey.path import Spot
from eservices.storage.database import Transaction
from eservices.submissions.model import Draft, HandedIn
from eservices.values import Problem
from eservices.web import i18n, stepping, uploads
from eservices.web.bodies import sent_files
from eservices.web.house import house
from eservices.web.pages import see_other
from eservices.web.resident.blueprint import blueprint
from eservices.web.resident.frame import ResidentFrame
from eservices.web.resident.offering import too_late
from eservices.web.resident.visiting import current_draft, locked_draft, question_after_rest
from eservices.web.stepping import GO, Moved, Outcome
from eservices.web.uploads import Durable

_SERVICE = "/<lang:language>/services/<slug:service>"


@blueprint.get(f"{_SERVICE}/<slug:step>")
@blueprint.get(f"{_SERVICE}/<slug:step>/<item:item>")
def show_step(service: str, step: str, item: int | None = None) -> Response:
    """A step, a group's list, one of its items, or a stop page."""
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None:
            return see_other(frame.start_address())
        return stepping.answer(_elsewhere(tx, draft, frame) or _shown(tx, draft, Spot(step, item), frame))


@blueprint.post(f"{_SERVICE}/<slug:step>")
@blueprint.post(f"{_SERVICE}/<slug:step>/<item:item>")
def take_step(service: str, step: str, item: int | None = None) -> Response:
    """Keep what was sent for a page, and go on; or show what is wrong with it."""
    frame, spot = ResidentFrame(service, i18n.words()), Spot(step, item)
    now = house().clock.now()
    with _received(service, spot) as durable, house().database.transaction() as tx:
        draft = locked_draft(tx, service)
        if draft is None:
            return see_other(frame.start_address())
        outcome: Outcome | None = _sent(draft, frame)
        questions = stepping.file_questions(tx, draft, spot) if outcome is None else {}
        if questions:  # nothing is kept for a page that cannot be sent
            outcome = stepping.gate(tx, draft, spot, frame)
        if outcome is None:
            files = uploads.keep(tx, draft, questions, spot=spot, durable=durable, frame=frame, now=now)
            outcome = stepping.take(tx, draft, spot, request.form, frame, now=now, changing=_is_changing(), files=files)
    return stepping.answer(outcome)


@blueprint.post(f"{_SERVICE}/<slug:step>/<item:item>/remove")
def remove_item(service: str, step: str, item: int) -> Response:
    """Take an item out of a group."""
    frame = ResidentFrame(service, i18n.words())
    with house().database.transaction() as tx:
        draft = locked_draft(tx, service)
        if draft is None:
            return see_other(frame.start_address())
        outcome = _sent(draft, frame) or stepping.remove_item(
            tx, draft, Spot(step, item), frame, now=house().clock.now()
        )
    return stepping.answer(outcome)


@blueprint.get(f"{_SERVICE}/check")
def check(service: str) -> Response:
    """All answers before they are sent."""
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None:
            return see_other(frame.start_address())
        return stepping.answer(_elsewhere(tx, draft, frame) or stepping.show_check(tx, draft, frame))


@blueprint.post(f"{_SERVICE}/check")
def send(service: str) -> Response:
    """Hand it in. Sending again, from wherever and however often, leads to the same receipt."""
    home, form = house(), request.form
    frame = ResidentFrame(service, i18n.words())
    with home.database.transaction() as tx:
        draft = locked_draft(tx, service)
        if draft is None:
            return see_other(frame.start_address())
        outcome: Outcome | None = _sent(draft, frame)
        if outcome is None:
            try:
                outcome = _hand_in(tx, draft, frame) if form.get(GO) != "save" else Moved(frame.saved_address())
            except NotOpen as why:
                return too_late(draft, frame, why)
    return stepping.answer(outcome)


def _hand_in(tx: Transaction, draft: Draft, frame: ResidentFrame) -> Outcome:
    form, clock = request.form, house().clock
    declared = stepping.declared(tx, draft, form)
    if form.get("seen", str(draft.row_version)) != str(draft.row_version):
        return stepping.show_check(tx, draft, frame, declared=frozenset(declared), changed=True)
    handed_in = HandedIn.on_the_web(at=clock.now(), language=frame.language, declared=declared)
    try:
        if draft.practice:
            practising.end(tx, draft, handed_in, clock)
            return Moved(frame.practised_address())
        offered = house().library.service(draft.service)
        hand_in(tx, draft, handed_in, clock, hours=house().municipality.contact_centre.hours, offered=offered)
    except NotReady as not_ready:
        return _not_ready(tx, draft, frame, not_ready.remaining, frozenset(declared))
    return Moved(frame.receipt_address())


def _not_ready(
    tx: Transaction, draft: Draft, frame: ResidentFrame, remaining: tuple[Problem, ...], declared: frozenset[str]
) -> Outcome:
    return stepping.show_check(tx, draft, frame, problems=remaining, declared=declared)


def _shown(tx: Transaction, draft: Draft, spot: Spot, frame: ResidentFrame) -> Outcome:
    if stepping.is_stop(tx, draft, spot):
        return stepping.show_stop(tx, draft, spot.step, frame)
    questions = stepping.file_questions(tx, draft, spot)
    files = uploads.files_of(tx, draft, questions, spot, frame)
    return stepping.show(tx, draft, spot, frame, changing=_is_changing(), files=files)


def _received(service: str, spot: Spot) -> Durable:
    """Files are made durable before the transaction that names them, under the key of the visitor's draft."""
    if not sent_files():
        return Durable()
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        questions = stepping.file_questions(tx, draft, spot) if draft is not None and draft.is_open else {}
    return uploads.receive(draft, questions, spot, sent_files()) if draft is not None else Durable()


def _elsewhere(tx: Transaction, draft: Draft, frame: ResidentFrame) -> Moved | None:
    """Where one is shown something else than the draft: the receipt, or a question after a long rest."""
    if question_after_rest(tx, draft) is not None:
        return Moved(frame.proving_address())
    return _sent(draft, frame)


def _sent(draft: Draft, frame: ResidentFrame) -> Moved | None:
    """What has been sent is sent: every page of it leads to the receipt."""
    return None if draft.is_open else Moved(frame.receipt_address())


def _is_changing() -> bool:
    """Whether one came from the check page, to go back there."""
    return "change" in request.args
