"""A journey as an agent sees it: to be read aloud, with what has been answered, by whom, and what is left."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from eservices import attachments
from eservices.attachments import Attachment
from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.definitions.model import Question, Required, Service
from eservices.definitions.texts import ServiceTexts
from eservices.identity import accounts
from eservices.intake.submit import SCAN
from eservices.journey.answers import Answers, AnswerState, Origin, Place
from eservices.journey.check import missing_of, problems_of
from eservices.journey.form_mark import form_mark
from eservices.journey.on_paper import as_printed
from eservices.journey.path import Spot, Walk, degree, walk
from eservices.journey.people import applicant_of
from eservices.journey.script import numbering
from eservices.journey.summary import Line, quotes, summary
from eservices.language import N_
from eservices.naming import BY_CHANNEL
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions.model import Draft, SubmissionKind
from eservices.values import Channel
from eservices.web.contact_centre.in_hand import Caller, base_of, caller_of
from eservices.web.frames import Frame, Typed
from eservices.web.house import house
from eservices.web.i18n import is_swedish, plain, words
from eservices.web.staff.arrivals import arrival_told
from eservices.web.staff.page import Bar, framed
from eservices.web.staff.telling import Tell, line_told
from eservices.web.uploads import Files

_OPEN = frozenset({"unanswered", "later", "unknown"})

_PUT_OFF = {"later": N_("fråga senare"), "unknown": N_("visste inte")}


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
        self.beside = call.language if self.spoken and not is_swedish(call.language) else ""
        around = framed("contact_centre")
        self.bar, self.tell = around["bar"], around["tell"]
        self.answers: tuple[AnswerShown, ...] = ()
        self.left: tuple[Left, ...] = ()
        self.problems: tuple[Left, ...] = ()
        self.remains = ""  #: how many questions are left, and about how long they take
        self.running: tuple[str, ...] = ()  #: numbers of cases to which it may be added instead
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
        return f"{base_of(self.call)}/{'closing' if asks_how_to_close(self.draft) else 'check'}"

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
        """What the agent put off."""
        return {
            question.id: AnswerState(typed[f"{question.id}-state"])
            for question in self._step
            if typed.get(f"{question.id}-state") in {"later", "unknown"} and not _is_written(question, typed)
        }


class PaperFrame(AgentFrame):
    """A paper as it is keyed in: in its own order and under its own numbers. What is blank stays blank."""

    templates: ClassVar[Mapping[str, str]] = {
        "step": "contact_centre/keying_step.html",
        "group": "contact_centre/keying_group.html",
        "check": "contact_centre/keying_check.html",
        "stop": "contact_centre/stop.html",
    }
    spoken = False
    may_put_off = False
    numbered = True

    def __init__(self, call: Call, draft: Draft, caller: Caller, step: tuple[Question, ...] = ()):
        super().__init__(call, draft, caller, step)
        self.scans: tuple[Attachment, ...] = ()
        self.mark = ""
        self.numbers: Mapping[str, str] = {}  #: of the questions, as they stand on the paper
        self.came = ""
        self.counts = ""
        self.blank: tuple[str, ...] = ()  #: what the case will lack, and somebody asks for
        self.uncounted: tuple[str, ...] = ()  #: written, but it does not apply as far as anybody knows
        self.stopped = ""  #: what a person would have been told instead

    @property
    def extra_fields(self) -> frozenset[str]:
        return frozenset(f"{question.id}{_IN_SCAN}" for question in self._step if question.type.takes_files)

    def reads(self, service: Service, answers: Answers) -> Service:
        return as_printed(service, answers)

    def start_address(self) -> str:
        return f"{base_of(self.call)}/paper"

    def check_address(self) -> str:
        return f"{base_of(self.call)}/check"

    def put_off(self, typed: Typed) -> Mapping[str, AnswerState]:
        """What nobody has written there."""
        return {
            question.id: AnswerState.BLANK
            for question in self._step
            if question.type.asks and not question.type.takes_files and not _is_written(question, typed)
        }

    def in_scan(self, place: Place) -> bool | None:
        if not self.scans:
            return None
        value = self.draft.answers.value(*place)
        ids = value.get("ids") if isinstance(value, dict) else None
        return isinstance(ids, list) and any(scan.id in ids for scan in self.scans)

    def with_scans(self, files: Files, typed: Typed) -> Files:
        """The files of a page, with the scanned paper where what is asked for lies in that."""
        scanned = tuple(scan.id for scan in self.scans)
        ids = {
            question: [*given, *scanned] if typed.get(f"{question}{_IN_SCAN}") else given
            for question, given in files.ids.items()
        }
        return replace(files, ids=ids)


_IN_SCAN = "-in_scan"


def _is_written(question: Question, typed: Typed) -> bool:
    return any(value.strip() for part in question.type.parts for value in typed.getlist(question.id + part))


def asks_how_to_close(draft: Draft) -> bool:
    """Whether it is still to be asked how the person wants the receipt; a supplement goes to a case that has one."""
    return draft.kind is not SubmissionKind.SUPPLEMENT and not (draft.assisted and draft.assisted.receipt_by)


def frame_of(tx: Transaction, call: Call, draft: Draft, step_id: str = "") -> AgentFrame:
    """The agent's frame, with what is left and what has been answered, and by whom."""
    service = pinned.service(tx, draft.version)
    step = service.step(step_id) if step_id else None
    kind = PaperFrame if call.channel is Channel.PAPER else AgentFrame
    frame = kind(call, draft, caller_of(tx, call), step.asked if step else ())
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
    frame.remains = _remains(lines, None if draft.kind is SubmissionKind.SUPPLEMENT else service.before.minutes)
    frame.problems = tuple(_still_wrong(frame, service, here, texts))
    if isinstance(frame, PaperFrame):
        _tell_paper(tx, frame, here, texts)
    if service.one_case:
        rows = calls.running_cases(tx, call, service, applicant_of(here).personal_number)
        frame.running = tuple(row.number for row in rows)
    return frame


def _remains(lines: Sequence[tuple[str, Line]], whole: int | None) -> str:
    """How many questions are left on the path as it is now, and their share of the `whole` minutes."""
    asked = [line for _, line in lines if line.question.type.asks]
    left = sum(line.state in _OPEN for line in asked)
    if not left:
        return plain("Alla frågor har fått svar")
    told = words().plural("{n} fråga kvar", "{n} frågor kvar", left)
    if whole is None:
        return told
    minutes = max(1, round(whole * left / len(asked)))
    about = words().plural("ungefär {n} minut", "ungefär {n} minuter", minutes)
    return f"{told}, {about}"


def _tell_paper(tx: Transaction, frame: PaperFrame, here: Walk, texts: ServiceTexts) -> None:
    """What stands around a paper: which it is, when it came, and what it leaves open."""
    draft, service = frame.draft, here.service
    files = attachments.of_draft(tx, draft.id, draft.key)
    frame.scans = tuple(file for file in files if file.question == SCAN)
    frame.numbers = numbering(service)
    frame.mark = str(form_mark(service.id, service.version, draft.language))
    frame.came, frame.counts = arrival_told(draft.assisted, service, frame.words)
    frame.blank = tuple(_label(here, texts, place) for place in missing_of(here, paper=True))
    frame.uncounted = tuple(_label(here, texts, place) for place in here.dropped)
    frame.stopped = texts.get(here.stop.title) if here.stop is not None else ""


def _label(here: Walk, texts: ServiceTexts, place: Place) -> str:
    question = here.service.questions[place[0]]
    return texts.get(question.label, **quotes(here, question, here.lookup, place[1]))


def _answer(line: Line, draft: Draft, names: Mapping[str, str]) -> AnswerShown:
    origin = ""
    if line.origin is not None:
        who = names.get(line.origin.staff_id, "") if line.origin.staff_id else plain("Personen själv")
        how = plain(BY_CHANNEL[line.origin.channel])
        origin = f"{who}, {how}"
    return AnswerShown(line.label, line_told(line, draft.answers), origin)


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
