"""Filling in together: the same generated steps as on the web, in the agent's frame, from the first to the receipt."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, cast

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments, deliveries
from eservices.attachments import Attachment
from eservices.cases import receipt as receipts
from eservices.cases import store as cases
from eservices.cases.model import Case
from eservices.cases.receipt import Receipt
from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.definitions.model import Question, Required, Service
from eservices.definitions.texts import ServiceTexts
from eservices.identity import accounts
from eservices.identity.people import Act
from eservices.intake import assisted as assisting
from eservices.intake import submit
from eservices.journey.answers import AnswerState, Origin
from eservices.journey.check import problems_of
from eservices.journey.path import Spot, Walk, degree, walk
from eservices.journey.summary import Line, summary
from eservices.language import N_
from eservices.language import words as words_of
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts, pinned
from eservices.submissions.model import Assisted, Draft, Needs, ReceiptBy
from eservices.values import Channel, Problem
from eservices.web import stepping, uploads
from eservices.web.bodies import Request
from eservices.web.contact_centre.call import (
    AskPage,
    Caller,
    CallPage,
    bar_and_tell,
    base_of,
    caller_of,
    next_question,
    the_call,
)
from eservices.web.contact_centre.room import blueprint
from eservices.web.files import download
from eservices.web.frames import Frame, Typed
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Field
from eservices.web.staff.naming import BY_CHANNEL
from eservices.web.staff.page import Bar, framed
from eservices.web.staff.telling import Tell, news_told, tell
from eservices.web.uploads import Durable

RECEIPTS = {
    ReceiptBy.PHONE: (N_("Jag läser upp numret"), N_("Personen skriver upp det.")),
    ReceiptBy.EMAIL: (N_("Med e-post"), ""),
    ReceiptBy.LETTER: (N_("Med brev"), N_("Kundcenter postar det.")),
    ReceiptBy.IN_HAND: (N_("På papper i handen"), N_("Skriv ut kvittot när ansökan är skickad.")),
    ReceiptBy.NONE: (N_("Vill inte ha något"), N_("Ärendets nummer får personen ändå.")),
}

#: What is read out before something is sent for somebody else.
CONSENT = N_("Jag skickar in det här åt dig, i ditt namn. Är det rätt att jag gör det?")


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer so far, and who gave it."""

    label: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Left:
    """A question that is still to be asked, and where."""

    label: str
    address: str
    optional: bool
    put_off: str


class AgentFrame(Frame):
    """A journey as an agent sees it: to be read aloud, with who it is on one side and what is answered on the other."""

    templates: ClassVar[Mapping[str, str]] = {
        "step": "contact_centre/step.html",
        "group": "contact_centre/group.html",
        "check": "contact_centre/check.html",
        "stop": "contact_centre/stop.html",
    }
    spoken = True
    may_put_off = True

    def __init__(self, call: Call, draft: Draft, caller: Caller, step: tuple[Question, ...] = ()):
        super().__init__(words())
        self.keeps_language = None  # the draft speaks the person's language, not the agent's
        self.call, self.draft, self.caller = call, draft, caller
        self.bar, self.tell = bar_and_tell()
        self.answers: tuple[AnswerShown, ...] = ()
        self.left: tuple[Left, ...] = ()
        self.problems: tuple[Left, ...] = ()
        self._step = step

    bar: Bar
    tell: Tell

    def address(self, spot: Spot) -> str:
        base = f"{base_of(self.call)}/steps/{spot.step}"
        return base if spot.item is None else f"{base}/{spot.item}"

    def stop_address(self, stop: str) -> str:
        return f"{base_of(self.call)}/stops/{stop}"

    def start_address(self) -> str:
        return f"{base_of(self.call)}/identity"

    def check_address(self) -> str:
        said = self.draft.assisted
        return f"{base_of(self.call)}/{'check' if said and said.receipt_by else 'closing'}"

    def receipt_address(self) -> str:
        return f"{base_of(self.call)}/receipt"

    def saved_address(self) -> str:
        return base_of(self.call)

    def removal_address(self, spot: Spot, file: str = "") -> str:
        address = self.address(spot)
        return f"{address}/remove/{file}" if file else f"{address}/remove"

    def origin(self, now: dt.datetime) -> Origin:
        at = now.astimezone(dt.UTC).isoformat(timespec="seconds")
        return Origin(self.call.channel or Channel.PHONE, at, self.call.agent_id)

    def put_off(self, typed: Typed) -> Mapping[str, AnswerState]:
        """What the agent put off; on a paper, what nobody has written there."""
        states = {
            question.id: AnswerState(typed[f"{question.id}-state"])
            for question in self._step
            if typed.get(f"{question.id}-state") in {"later", "unknown"} and not _is_written(question, typed)
        }
        if self.call.channel is Channel.PAPER:
            for question in self._step:
                if question.type.asks and not _is_written(question, typed):
                    states.setdefault(question.id, AnswerState.BLANK)
        return states


def _is_written(question: Question, typed: Typed) -> bool:
    return any(value.strip() for part in question.type.parts for value in typed.getlist(question.id + part))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPage(AskPage):
    """How the person wants the receipt, consent, and what they need to be understood."""

    template: ClassVar[str] = "contact_centre/closing.html"
    consent: str = ""
    consented: bool = False
    needs: Needs = field(default_factory=Needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage(CallPage):
    template: ClassVar[str] = "contact_centre/receipt.html"
    receipt: Receipt
    number_spoken: str
    code_spoken: str
    how: str
    task: str
    printed: bool
    unit: str
    due: str
    next: tuple[str, ...]
    missing: tuple[str, ...]


@blueprint.get("/calls/<id:call_id>/go-on")
@access.requires(Act.TAKE_DOWN)
def go_on(call_id: str) -> Response:
    """The first page of the application that still has something to ask."""
    with house().database.read() as tx:
        call, draft = _in_hand(tx, call_id)
        if draft is None:
            return see_other(next_question(call) or f"{base_of(call)}/choose")
        frame = _frame(tx, call, draft)
        if call.channel is Channel.PAPER and not (draft.assisted and draft.assisted.arrived_on):
            return see_other(f"{base_of(call)}/received")
        here = walk(pinned.service(tx, draft.version), draft.answers)
    if here.stop is not None:
        return see_other(frame.stop_address(here.stop.id))
    return see_other(frame.address(here.first_open) if here.first_open else frame.check_address())


@blueprint.get("/calls/<id:call_id>/steps/<slug:step>")
@blueprint.get("/calls/<id:call_id>/steps/<slug:step>/<item:item>")
@access.requires(Act.TAKE_DOWN)
def show_step(call_id: str, step: str, item: int | None = None) -> Response:
    """A step, with what to say and what is left."""
    with house().database.read() as tx:
        call, draft = _in_hand(tx, call_id)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        frame, spot = _frame(tx, call, draft, step), Spot(step, item)
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
        call, draft = _in_hand(tx, call_id, lock=True)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        frame = _frame(tx, call, draft, step)
        questions = stepping.file_questions(tx, draft, spot)
        # Nothing is kept for a page that cannot be sent.
        outcome: stepping.Outcome | None = stepping.gate(tx, draft, spot, frame) if questions else None
        if outcome is None:
            files = uploads.keep(tx, draft, questions, spot=spot, durable=durable, frame=frame, now=now)
            changing = "change" in request.args
            outcome = stepping.take(tx, draft, spot, request.form, frame, now=now, changing=changing, files=files)
    return stepping.answer(outcome)


def _made_durable(call_id: str, spot: Spot) -> Durable:
    """Files are made durable before the transaction that names them, under the key of the application in hand."""
    sent = cast("Request", request).uploads
    if not sent:
        return Durable()
    with house().database.read() as tx:
        call, draft = _in_hand(tx, call_id)
        if draft is None or _elsewhere(call, draft):
            return Durable()
        questions = stepping.file_questions(tx, draft, spot)
    return uploads.receive(draft, questions, spot, sent)


@blueprint.post("/calls/<id:call_id>/steps/<slug:step>/<item:item>/remove")
@access.requires(Act.TAKE_DOWN)
def remove_item(call_id: str, step: str, item: int) -> Response:
    """Take an item out of its group."""
    with house().database.transaction() as tx:
        call, draft = _in_hand(tx, call_id, lock=True)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        frame = _frame(tx, call, draft, step)
        moved = stepping.remove_item(tx, draft, Spot(step, item), frame, now=house().clock.now())
    return see_other(moved.address)


@blueprint.get("/calls/<id:call_id>/stops/<slug:stop>")
@access.requires(Act.TAKE_DOWN)
def show_stop(call_id: str, stop: str) -> Response:
    """Why it ends here, and what to say instead. What was said is kept."""
    with house().database.read() as tx:
        call, draft = _in_hand(tx, call_id)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        outcome = stepping.show_stop(tx, draft, stop, _frame(tx, call, draft))
    return stepping.answer(outcome)


@blueprint.get("/calls/<id:call_id>/closing")
@access.requires(Act.TAKE_DOWN)
def ask_closing(call_id: str) -> Response:
    """The agent's own questions after the last step."""
    with house().database.read() as tx:
        call, draft = _in_hand(tx, call_id)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        said = draft.assisted or Assisted()
        page = _closing_page(tx, call, said.receipt_by or "", said)
    return render(page)


@blueprint.post("/calls/<id:call_id>/closing")
@access.requires(Act.TAKE_DOWN)
def set_closing(call_id: str) -> Response:
    """How the person wants the receipt, that they agreed, and what they need."""
    form = request.form
    chosen = form.get("receipt_by", "")
    with house().database.transaction() as tx:
        call, draft = _in_hand(tx, call_id, lock=True)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        said = replace(
            draft.assisted or Assisted(),
            consent=words()(CONSENT) if form.get("consent") else "",
            needs=_needs(form),
        )
        if chosen not in set(ReceiptBy):
            errors = (("receipt_by", plain("Välj hur personen vill ha kvittot.")),)
            return render(_closing_page(tx, call, "", said, errors), 422)
        said = replace(said, receipt_by=ReceiptBy(chosen))
        drafts.keep(tx, draft, draft.answers, now=house().clock.now(), assisted=said)
    return see_other(f"/contact-centre/calls/{call_id}/check")


@blueprint.get("/calls/<id:call_id>/check")
@access.requires(Act.TAKE_DOWN)
def show_check(call_id: str) -> Response:
    """Everything, to be read back before it is sent."""
    with house().database.read() as tx:
        call, draft = _in_hand(tx, call_id)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        if not (draft.assisted and draft.assisted.receipt_by):
            return see_other(f"{base_of(call)}/closing")
        outcome = stepping.show_check(tx, draft, _frame(tx, call, draft))
    return stepping.answer(outcome)


@blueprint.post("/calls/<id:call_id>/check")
@access.requires(Act.TAKE_DOWN)
def send(call_id: str) -> Response:
    """Hand it in for the person. Sending again leads to the same receipt."""
    home = house()
    now, staff = home.clock.now(), access.current_staff()
    with home.database.transaction() as tx:
        call, draft = _in_hand(tx, call_id, lock=True)
        if draft is None or _elsewhere(call, draft):
            return see_other(_elsewhere(call, draft))
        if request.form.get("seen", str(draft.row_version)) != str(draft.row_version):
            return stepping.answer(stepping.show_check(tx, draft, _frame(tx, call, draft), changed=True))
        declared = tuple(d.id for d in pinned.service(tx, draft.version).declarations if request.form.get(d.id))
        handed_in = assisting.handed_in(draft, staff, now=now, channel=call.channel, declared=declared)
        try:
            submission = submit.hand_in(tx, draft, handed_in, home.clock, hours=home.municipality.contact_centre.hours)
        except submit.NotReady as not_ready:
            return _not_ready(tx, call, draft, not_ready.remaining, frozenset(declared))
        calls.note_submission(tx, call, case_id=submission.case_id, submission_id=submission.id)
    return see_other(f"/contact-centre/calls/{call_id}/receipt")


@blueprint.get("/calls/<id:call_id>/receipt")
@access.requires(Act.TAKE_DOWN)
def show_receipt(call_id: str) -> Response:
    """The number, in groups to read out, and what happens next. The view closes with the call."""
    with house().database.transaction() as tx:
        call, draft = _in_hand(tx, call_id)
        if draft is None or draft.submission_id is None:
            return see_other(f"{base_of(call)}/go-on")
        receipt = receipts.receipt_of(tx, draft.submission_id)
        service = pinned.service(tx, receipt.version)
        texts = pinned.texts(tx, receipt.version, "sv")
        case = cases.by_id(tx, receipt.case_id)
        how, task = _receipt_on_its_way(tx, receipt)
        access.journal_look(tx, "receipt", case, ground=access.Ground(call=call.id))
        page = ReceiptPage(
            **framed("contact_centre"),
            caller=caller_of(tx, call),
            receipt=receipt,
            number_spoken=codes.spoken(receipt.number),
            code_spoken=codes.spoken(receipt.code),
            how=how,
            task=task,
            printed=case is not None and _printed_receipt(tx, case) is not None,
            unit=tell().unit(receipt.unit),
            due=words().day(receipt.due_on),
            next=tuple(texts.get(text) for text in service.next),
            missing=tuple(texts.get(service.questions[place[0]].label) for place in receipt.missing),
        )
    return render(page)


@blueprint.get("/calls/<id:call_id>/receipt.pdf")
@access.requires(Act.TAKE_DOWN)
def print_receipt(call_id: str) -> Response:
    """The receipt on paper, for whoever stands at the counter: of what was sent in this call, and of nothing else."""
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        sent = receipts.receipt_of(tx, call.submission_id) if call.submission_id else None
        case = cases.by_id(tx, sent.case_id) if sent is not None else None
        printed = _printed_receipt(tx, case) if case is not None else None
        if case is None or printed is None or case.protected:
            raise NotFound
        access.journal_look(tx, "receipt", case, ground=access.Ground(call=call.id))
    return download(printed, case.key)


def _printed_receipt(tx: Transaction, case: Case) -> Attachment | None:
    """The receipt as the worker has made it; a moment after the sending it is not there yet."""
    files = attachments.of_case(tx, case.id, case.key)
    return next((file for file in files if file.question == "receipt" and file.may_be_opened), None)


def _receipt_on_its_way(tx: Transaction, receipt: Receipt) -> tuple[str, str]:
    """How the receipt reaches the person, and the address of the task where somebody has to bring it."""
    delivery = next((d for d in deliveries.of_case(tx, receipt.case_id) if d.kind == "receipt"), None)
    if delivery is None or delivery.reached_at is not None:
        return plain("Läs upp numret nu, eller skriv ut kvittot."), ""
    if delivery.needs_person:
        return news_told(delivery.kind, delivery.method), f"/contact-centre/deliveries/{delivery.id}"
    return plain("Går med e-post."), ""


def _in_hand(tx: Transaction, call_id: str, *, lock: bool = False) -> tuple[Call, Draft | None]:
    """The call and the application in it, locked when something is to be written."""
    call = the_call(tx, call_id)
    if call.draft_id is None:
        return call, None
    try:
        return call, drafts.lock(tx, call.draft_id) if lock else drafts.by_id(tx, call.draft_id)
    except drafts.Gone:
        return call, None


def _elsewhere(call: Call, draft: Draft | None) -> str:
    """Where to go instead of the page that was asked for, or "" when it can be shown.

    What has been sent is sent; what the person has taken back is theirs; and who it is comes first.
    """
    if asked := next_question(call):
        return asked
    if draft is None:
        return f"{base_of(call)}/choose"
    if draft.submission_id is not None:
        return f"{base_of(call)}/receipt"
    if draft.is_open and draft.assisted_by == call.agent_id:
        return ""
    return f"{base_of(call)}/{'handed-back' if draft.assisted_by is None else 'choose'}"


def _frame(tx: Transaction, call: Call, draft: Draft, step_id: str = "") -> AgentFrame:
    """The agent's frame, with what is left and what has been answered, and by whom."""
    service = pinned.service(tx, draft.version)
    step = service.step(step_id) if step_id else None
    frame = AgentFrame(call, draft, caller_of(tx, call), step.asked if step else ())
    here = walk(service, draft.answers)
    texts = pinned.texts(tx, draft.version, frame.language)
    lines = [(section.step, line) for section in summary(here, texts, frame.words) for line in section.lines]
    given = {line.origin.staff_id for _, line in lines if line.origin and line.origin.staff_id}
    names = accounts.names(tx, given)
    frame.answers = tuple(_answer(line, draft, names) for _, line in lines if line.state == "answered")
    frame.left = tuple(
        _left(frame, here, at, line)
        for at, line in lines
        if line.state in _OPEN and (at != step_id or line.state in _PUT_OFF)
    )
    frame.problems = tuple(_still_wrong(frame, service, here, texts))
    return frame


_OPEN = frozenset({"unanswered", "later", "unknown"})
_PUT_OFF = {"later": N_("fråga senare"), "unknown": N_("visste inte")}


def _answer(line: Line, draft: Draft, names: Mapping[str, str]) -> AnswerShown:
    value = line.value
    question, item = line.place
    answer = draft.answers.get(question, item)
    if line.question.type.name == "personal_number" and answer is not None and isinstance(answer.value, str):
        value = line.question.type.mask(answer.value, words_of("sv"))
    origin = ""
    if line.origin is not None:
        who = names.get(line.origin.staff_id, "") if line.origin.staff_id else plain("Personen själv")
        how = plain(BY_CHANNEL[line.origin.channel])
        origin = f"{who}, {how}"
    return AnswerShown(line.label, value, origin)


def _left(frame: AgentFrame, here: Walk, step: str, line: Line) -> Left:
    spot = Spot(step, line.place[1])
    lookup = next((visible.lookup for visible in here.steps if visible.step.id == step), here.lookup)
    return Left(
        line.label,
        frame.address(spot) if here.reachable(spot) else "",
        degree(line.question, lookup) is Required.FALSE,
        plain(_PUT_OFF[line.state]) if line.state in _PUT_OFF else "",
    )


def _still_wrong(frame: AgentFrame, service: Service, here: Walk, texts: ServiceTexts) -> list[Left]:
    """What must be answered before it can be sent, with where."""
    paper = frame.call.channel is Channel.PAPER
    found = []
    for problem in problems_of(here, house().clock.today(), paper=paper):
        question = service.questions.get(problem.question)
        if question is None:
            continue
        step = service.step_of[problem.question].id
        label = texts.get(question.label)
        found.append(Left(label, f"{frame.address(Spot(step, problem.item))}?change", False, ""))
    return found


def _not_ready(
    tx: Transaction, call: Call, draft: Draft, remaining: tuple[Problem, ...], declared: frozenset[str]
) -> Response:
    """What still must be asked before it can be sent, each with the way there."""
    frame = _frame(tx, call, draft)
    own = [problem for problem in remaining if problem.code == "not_declared"]
    outcome = stepping.show_check(tx, draft, frame, problems=own, declared=declared)
    if isinstance(outcome, stepping.Shown):
        left = [(item.address, plain("Fråga: {label}", label=item.label)) for item in frame.problems]
        page = replace(outcome.page, errors=[*left, *outcome.page.errors])
        outcome = stepping.Shown(page, 422)
    return stepping.answer(outcome)


def _needs(form: Mapping[str, str]) -> Needs:
    return Needs(
        interpreter=cleaning.line(form.get("needs-interpreter", ""))[:80],
        sign_language=bool(form.get("needs-sign_language")),
        large_print=bool(form.get("needs-large_print")),
        slow_pace=bool(form.get("needs-slow_pace")),
        best_hours=cleaning.line(form.get("needs-best_hours", ""))[:80],
        other=cleaning.line(form.get("needs-other", ""))[:300],
    )


def _closing_page(
    tx: Transaction, call: Call, chosen: str, said: Assisted, errors: tuple[tuple[str, str], ...] = ()
) -> ClosingPage:
    choices = tuple((code.value, plain(label), plain(hint) if hint else "") for code, (label, hint) in RECEIPTS.items())
    return ClosingPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        heading=plain("Innan du läser upp och skickar"),
        address=f"{base_of(call)}/closing",
        button=plain("Läs upp svaren"),
        fields=(Field("radios", "receipt_by", plain("Hur vill personen ha kvittot?"), chosen, choices=choices),),
        errors=errors,
        consent="" if call.channel is Channel.PAPER else plain(CONSENT),
        consented=bool(said.consent),
        needs=said.needs,
    )
