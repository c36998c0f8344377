"""Showing and taking one step of a draft. Knows no surface: residents and agents use it in different frames.

What may be asked, what is right and where one goes next is decided below the web, for every channel alike. Here a page
is put together, and what was sent for it is handed down and kept.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypedDict

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.calendars import day_of
from eservices.definitions.conditions import Lookup
from eservices.definitions.model import Question, Required, Service, Step, Text
from eservices.journey.answers import Answer, Answers, AnswerState, Place
from eservices.journey.check import missing_of
from eservices.journey.path import (
    Spot,
    VisibleStep,
    Walk,
    degree,
    entrance,
    items_wanted,
    next_spot,
    previous_spot,
    stop_spot,
    walk,
)
from eservices.journey.summary import Line, Section, quotes, quotes_of, summary
from eservices.journey.taking import take_step
from eservices.language import N_, Words
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Draft
from eservices.values import Problem
from eservices.web import i18n, pages
from eservices.web.forms.arranging import Placed, arrange, choices_wanted, may_hold
from eservices.web.forms.asking import Offered, Told, told
from eservices.web.forms.classes import StepForm
from eservices.web.forms.fields import QuestionField
from eservices.web.frames import Frame, Typed
from eservices.web.pages import Page
from eservices.web.security import TOKEN
from eservices.web.uploads import Files

#: The button that was pressed.
GO = "go"
#: Sent with an item that was not there yet when its page was shown.
NEW = "new"

Errors: TypeAlias = Sequence[tuple[str, str]]  # (address of the control, sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPage(Page):
    """What every page of a journey shows: where one is, the way back, the code to say on the phone."""

    kind: str
    frame: Frame
    service: str
    caption: str
    title: str
    code: str
    back: str | None = None
    progress: tuple[int, int] | None = None
    offered: tuple[str, ...] = ()
    errors: Errors = ()
    kept_days: int = drafts.KEPT_FOR.days

    @property
    def template(self) -> str:  # type: ignore[override]
        return self.frame.templates[self.kind]

    @property
    def leave(self) -> str:
        return self.frame.leave_address()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage(JourneyPage):
    """The questions of a step, or of one item of a group."""

    kind: str = "step"
    intro: str | None = None
    fields: Sequence[QuestionField] = ()
    takes_files: bool = False
    new: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a group as its list shows it."""

    number: int
    position: int
    title: str
    lines: tuple[Line, ...]
    address: str
    removal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage(JourneyPage):
    """The list of a repeated group, and whether there is more."""

    kind: str = "group"
    group: str
    intro: str | None = None
    items: Sequence[Item] = ()
    maximum: int = 0

    @property
    def full(self) -> bool:
        return len(self.items) >= self.maximum


@dataclass(frozen=True, slots=True)
class Checked:
    """A section of answers with where to change each."""

    title: str
    lines: tuple[tuple[Line, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage(JourneyPage):
    """Everything answered, what no longer applies, what is missing and what follows, and the declarations."""

    kind: str = "check"
    sections: Sequence[Checked] = ()
    dropped: Sequence[str] = ()
    missing: Sequence[tuple[str, str]] = ()
    requirements: Sequence[str] = ()
    declarations: Sequence[tuple[str, str]] = ()
    declared: frozenset[str] = frozenset()
    submit: str = ""
    seen: int = 0
    changed: bool = False

    def undeclared(self, declaration: str) -> str:
        """What is said beside a declaration that was not confirmed."""
        return next((sentence for address, sentence in self.errors if address == f"#{declaration}"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage(JourneyPage):
    """Why it ends here, and what to do instead."""

    kind: str = "stop"
    paragraphs: Sequence[str] = ()
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Go on to another page."""

    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Show this page."""

    page: JourneyPage
    status: int = 200


Outcome: TypeAlias = Moved | Shown


_NO_FILES = Files()


def answer(outcome: Outcome) -> Response:
    """The outcome as an answer to the browser: 303, or a page."""
    if isinstance(outcome, Moved):
        return pages.see_other(outcome.address)
    return pages.render(outcome.page, outcome.status, offered=outcome.page.offered)


def show(
    tx: Transaction, draft: Draft, spot: Spot, frame: Frame, *, changing: bool = False, files: Files = _NO_FILES
) -> Outcome:
    """The page at `spot` as the draft is now; elsewhere where it cannot be shown yet, or no longer."""
    visit = _visit(tx, draft, frame)
    gate = _gate(visit, spot)
    if gate is not None:
        return gate
    visible = visit.here.step(spot.step)
    if visible is None:
        raise NotFound
    if visible.step.group is not None and spot.item is None:
        return _group_page(visit, visible)
    return Shown(_step_page(visit, visible, spot, files=files, changing=changing))


def gate(tx: Transaction, draft: Draft, spot: Spot, frame: Frame) -> Moved | None:
    """Where one is sent instead of the page at `spot`, if it cannot be shown or sent yet, or no longer."""
    return _gate(_visit(tx, draft, frame), spot)


def take(
    tx: Transaction,
    draft: Draft,
    spot: Spot,
    typed: Typed,
    frame: Frame,
    *,
    now: dt.datetime,
    changing: bool = False,
    files: Files = _NO_FILES,
) -> Outcome:
    """Keep what was sent for the page at `spot`, and say where to go. The draft is locked by this transaction.

    What is right is kept even when something else on the page is wrong. A stop whose condition now holds comes before
    the errors. Raises `BadRequest` for controls that the page does not have.
    """
    visit = _visit(tx, draft, frame)
    gate = _gate(visit, spot)
    if gate is not None:
        return gate
    visible = visit.here.step(spot.step)
    if visible is None:
        raise NotFound
    group = visible.step.group
    _refuse_unknown(visible.step, spot, typed, frame)
    if group is not None and spot.item is None:
        return _take_list(tx, visit, visible, typed, now)
    answers, spot, is_new = _room_for(visit, spot, typed)
    taken = take_step(
        visit.service,
        answers,
        spot,
        typed.to_dict(flat=False),
        origin=frame.origin(now),
        today=day_of(now),
        files=files.ids,
        states=frame.put_off(typed),
    )
    after = visit.after(taken.answers)
    problems = [*files.problems, *taken.problems]
    pressed = typed.get(GO, "")
    if after.here.stop is not None and _stops_at(after.here, spot):
        drafts.keep(tx, draft, taken.answers, now=now, language=frame.keeps_language)
        return Moved(frame.stop_address(after.here.stop.id))
    if pressed == "save" or pressed.startswith("language:"):
        kept = taken.answers if not (is_new and problems) else draft.answers
        drafts.keep(tx, draft, kept, now=now, language=frame.keeps_language)
        language = pressed.partition(":")[2]
        return Moved(frame.in_language(language, spot) if language else frame.saved_address())
    if problems:
        if not is_new and taken.changed:
            drafts.keep(tx, draft, taken.answers, now=now, language=frame.keeps_language)
        page = _step_page(visit, visible, spot, typed=typed, problems=problems, files=files, changing=changing)
        return Shown(page, 422)
    to = _following(after, spot, changing=changing)
    passed, shown = spot.step, to.step if to else None
    drafts.keep(tx, draft, taken.answers, now=now, passed=passed, shown=shown, language=frame.keeps_language)
    return Moved(_address(frame, to, changing=changing))


def remove_item(tx: Transaction, draft: Draft, spot: Spot, frame: Frame, *, now: dt.datetime) -> Moved:
    """Take an item out of its group; doing it again changes nothing. The draft is locked by this transaction."""
    service = pinned.service(tx, draft.version)
    step = service.step(spot.step)
    if step is None or step.group is None or spot.item is None:
        raise NotFound
    if spot.item in draft.answers.items.get(step.group.id, ()):
        answers = draft.answers.without_item(step.group.id, spot.item)
        drafts.keep(tx, draft, answers, now=now, language=frame.keeps_language)
    return Moved(frame.address(Spot(step.id)))


def remove_file(tx: Transaction, draft: Draft, spot: Spot, file: str, frame: Frame, *, now: dt.datetime) -> str | None:
    """Take a file off a page; gives the name of its bytes, to be erased after the commit. The draft is locked."""
    stored_as = attachments.remove(tx, file, draft_id=draft.id)
    changes: dict[Place, Answer] = {}
    for place, given in draft.answers.given.items():
        value = given.value
        if (
            place[1] == spot.item
            and isinstance(value, dict)
            and isinstance(ids := value.get("ids"), list)
            and file in ids
        ):
            rest = {**value, "ids": [one for one in ids if one != file]}
            answered = bool(rest["ids"] or rest.get("later"))
            state = AnswerState.ANSWERED if answered else AnswerState.BLANK
            changes[place] = Answer(rest if answered else None, state, frame.origin(now))
    if changes:
        drafts.keep(tx, draft, draft.answers.with_answers(changes), now=now, language=frame.keeps_language)
    return stored_as


def show_stop(tx: Transaction, draft: Draft, stop_id: str, frame: Frame) -> Outcome:
    """The stop page while its condition holds; otherwise on with the journey."""
    visit = _visit(tx, draft, frame)
    stop = visit.here.stop
    if stop is None or stop.id != stop_id:
        return Moved(_address(frame, visit.here.first_open) if stop is None else frame.stop_address(stop.id))
    spot = stop_spot(visit.here)
    return Shown(
        StopPage(
            **visit.common(),
            title=visit.say(stop.title),
            paragraphs=[
                part.strip()
                for part in str(visit.told.plain(stop.text, quotes_of(visit.here, stop.text))).split("\n\n")
            ],
            emergency=stop.emergency,
            back=frame.address(spot) if spot else frame.start_address(),
        )
    )


def is_stop(tx: Transaction, draft: Draft, spot: Spot) -> bool:
    """Whether this place of the journey is a stop page."""
    stops = pinned.service(tx, draft.version).stops
    return spot.item is None and any(stop.id == spot.step for stop in stops)


def show_check(
    tx: Transaction,
    draft: Draft,
    frame: Frame,
    *,
    problems: Sequence[Problem] = (),
    declared: frozenset[str] = frozenset(),
    changed: bool = False,
) -> Outcome:
    """Everything before it is sent; the first page that is still open where there is one.

    `changed` tells that the answers are no longer those that somebody wanted to send.
    """
    visit = _visit(tx, draft, frame)
    here = visit.here
    if here.stop is not None:
        return Moved(frame.stop_address(here.stop.id))
    if here.first_open is not None:
        return Moved(_address(frame, here.first_open))
    if not here.steps:
        raise NotFound
    page = _check_page(visit, problems, declared, changed=changed)
    return Shown(page, 422 if problems or changed else 200)


def declared(tx: Transaction, draft: Draft, typed: Typed) -> tuple[str, ...]:
    """Which declarations of the service were confirmed on the check page."""
    service = pinned.service(tx, draft.version)
    return tuple(declaration.id for declaration in service.declarations if declaration.id in typed)


def file_questions(tx: Transaction, draft: Draft, spot: Spot) -> dict[str, Question]:
    """The questions of this page that take files."""
    step = pinned.service(tx, draft.version).step(spot.step)
    return {question.id: question for question in (step.asked if step else ()) if question.type.name == "file"}


class _Common(TypedDict):
    """What every page of a journey is given."""

    frame: Frame
    service: str
    caption: str
    code: str
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Visit:
    """One look at a draft: its service, its words, and the walk as its answers make it."""

    draft: Draft
    service: Service
    told: Told
    here: Walk
    frame: Frame

    def say(self, text: Text) -> str:
        """A text of the service, with the answers it quotes."""
        facts = quotes_of(self.here, text)
        return self.told.say_with(text, facts) if facts else self.told.say(text)

    def after(self, answers: Answers) -> "_Visit":
        return _Visit(self.draft, self.service, self.told, walk(self.service, answers), self.frame)

    def common(self) -> _Common:
        return {
            "frame": self.frame,
            "service": self.service.id,
            "caption": self.told.say(self.service.title),
            "code": self.draft.code,
            "offered": self.service.languages,
        }


def _visit(tx: Transaction, draft: Draft, frame: Frame) -> _Visit:
    service = pinned.service(tx, draft.version)
    texts = pinned.texts(tx, draft.version, frame.language)
    return _Visit(draft, service, told(service, texts, frame.words), walk(service, draft.answers), frame)


def _gate(visit: _Visit, spot: Spot) -> Moved | None:
    """Where one is sent instead: what has been sent is sent, and nothing is reached before what comes before it."""
    here, frame = visit.here, visit.frame
    step = visit.service.step(spot.step)
    if step is None or (spot.item is not None and step.group is None):
        raise NotFound
    if here.stop is not None and not _stops_at(here, spot) and not _before_stop(here, spot):
        return Moved(frame.stop_address(here.stop.id))
    if not here.reachable(spot):
        return Moved(_address(frame, here.first_open))
    if step.group is None:
        return None
    visible = here.step(spot.step)
    if spot.item is None:
        first = entrance(here, visible) if visible else spot
        return Moved(frame.address(first)) if first.item is not None else None
    numbers = here.answers.items.get(step.group.id, ())
    if spot.item in numbers:
        return None
    # An item that was shown as new, sent twice, or removed meanwhile: its page may still be sent.
    is_next = spot.item == here.answers.last_item.get(step.group.id, 0) + 1 and len(numbers) < step.group.maximum
    return None if is_next else Moved(frame.address(Spot(step.id)))


def _stops_at(here: Walk, spot: Spot) -> bool:
    stopped = stop_spot(here)
    return stopped is not None and stopped.step == spot.step


def _before_stop(here: Walk, spot: Spot) -> bool:
    ids = [visible.step.id for visible in here.steps]
    stopped = stop_spot(here)
    return stopped is not None and spot.step in ids and ids.index(spot.step) < ids.index(stopped.step)


def _address(frame: Frame, spot: Spot | None, *, changing: bool = False) -> str:
    if spot is None:
        return frame.check_address()
    return frame.address(spot) + ("?change" if changing else "")


def _following(after: _Visit, spot: Spot, *, changing: bool) -> Spot | None:
    """The page after this one. Whoever came from the check page is asked only what the change has opened."""
    here = after.here
    if spot.item is not None and not (changing and spot.step in _closed(here)):
        return Spot(spot.step)
    if changing:
        return here.first_open
    following = next_spot(here, spot)
    return following if following is not None and here.reachable(following) else here.first_open


def _closed(here: Walk) -> frozenset[str]:
    return frozenset(
        visible.step.id
        for visible in here.steps
        if visible.step.group and visible.step.group.id in here.answers.closed_groups
    )


def _refuse_unknown(step: Step, spot: Spot, typed: Typed, frame: Frame) -> None:
    known = {TOKEN, GO, NEW, *frame.extra_fields}
    if step.group is not None and spot.item is None:
        known.add(f"{step.group.id}-more")
    else:
        known.update(question.id + part for question in step.asked for part in question.type.parts)
        if frame.may_put_off:
            known.update(f"{question.id}-state" for question in step.asked)
    unknown = set(typed) - known
    if unknown:
        raise BadRequest(f"unknown controls: {len(unknown)}")


def _room_for(visit: _Visit, spot: Spot, typed: Typed) -> tuple[Answers, Spot, bool]:
    """The answers to write a page into, and the item it becomes.

    An item that two tabs have added under one number at once becomes two, unless it is the same item sent twice.
    """
    answers = visit.draft.answers
    step = visit.service.step(spot.step)
    if step is None or step.group is None or spot.item is None:
        return answers, spot, False
    numbers = answers.items.get(step.group.id, ())
    if spot.item not in numbers:
        answers, number = answers.with_new_item(step.group.id)
        return answers, Spot(spot.step, number), True
    if typed.get(NEW) and not _same_item(visit, spot, typed) and len(numbers) < step.group.maximum:
        answers, number = answers.with_new_item(step.group.id)
        return answers, Spot(spot.step, number), True
    return answers, spot, False


def _same_item(visit: _Visit, spot: Spot, typed: Typed) -> bool:
    step = visit.service.step(spot.step)
    again = take_step(
        visit.service,
        visit.draft.answers,
        spot,
        typed.to_dict(flat=False),
        origin=visit.frame.origin(visit.draft.touched_at),
        today=day_of(visit.draft.touched_at),
    )
    return step is not None and not again.changed


def _take_list(tx: Transaction, visit: _Visit, visible: VisibleStep, typed: Typed, now: dt.datetime) -> Outcome:
    group = visible.step.group
    if group is None:
        raise NotFound
    draft, frame = visit.draft, visit.frame
    pressed = typed.get(GO, "")
    if pressed.startswith("language:"):
        return Moved(frame.in_language(pressed.partition(":")[2], Spot(visible.step.id)))
    if pressed == "save":
        return Moved(frame.saved_address())
    more = typed.get(f"{group.id}-more", "")
    if more not in {"yes", "no"}:
        return _group_page(visit, visible, [Problem("required", group.id, part="-more")])
    count = len(visible.items)
    if more == "yes" and count < group.maximum:
        number = draft.answers.last_item.get(group.id, 0) + 1
        return Moved(frame.address(Spot(visible.step.id, number)))
    wrong = "too_many_items" if more == "yes" else items_wanted(group, count)
    if wrong:
        facts = {"minimum": group.minimum, "maximum": group.maximum}
        return _group_page(visit, visible, [Problem(wrong, group.id, part="-more", facts=facts)])
    answers = draft.answers.with_group_closed(group.id)
    after = visit.after(answers)
    was_complete = visit.here.first_open is None or group.id in draft.answers.closed_groups
    to = next_spot(after.here, Spot(visible.step.id))
    to = to if to is not None and after.here.reachable(to) and not was_complete else after.here.first_open
    drafts.keep(
        tx,
        draft,
        answers,
        now=now,
        passed=visible.step.id,
        shown=to.step if to else None,
        language=frame.keeps_language,
    )
    return Moved(_address(frame, to))


def _step_page(
    visit: _Visit,
    visible: VisibleStep,
    spot: Spot,
    *,
    typed: Typed | None = None,
    problems: Sequence[Problem] = (),
    files: Files = _NO_FILES,
    changing: bool = False,
) -> StepPage:
    step, frame, here = visible.step, visit.frame, visit.here
    lookup = next((item.lookup for item in visible.items if item.number == spot.item), visible.lookup)
    form = _form(visit, step, spot, typed)
    fields = list(_fields(visit, spot, form, lookup, files))
    alone = len(fields) == 1 and fields[0].question.type.asks and step.group is None and not frame.spoken
    fields[0].alone = alone
    titles = {question.id: form.field(question.id).asked.title for question in step.asked if _has_words(form, question)}
    errors = [(f"#{control}", said) for control, said in form.tell(problems, frame.words, titles)]
    previous = previous_spot(here, spot)
    back = frame.check_address() if changing else frame.address(previous) if previous else frame.start_address()
    is_new = spot.item is not None and spot.item not in here.answers.items.get(step.id, ())
    return StepPage(
        **visit.common(),
        title=_item_title(visit, step, spot) if spot.item is not None else visit.say(step.title),
        intro=visit.say(step.intro) if step.intro else None,
        progress=_progress(visit, step.id),
        back=back,
        errors=errors,
        fields=fields,
        takes_files=any(question.type.name == "file" for question in step.asked),
        new=is_new,
        alone=alone,
    )


def _form(visit: _Visit, step: Step, spot: Spot, typed: Typed | None) -> StepForm:
    if typed is not None:
        return StepForm(visit.service, step.id, typed=typed)
    given = visit.draft.answers
    values = {
        question.id: answer.value
        for question in step.asked
        if (answer := given.get(question.id, spot.item)) is not None and answer.state is AnswerState.ANSWERED
    }
    form = StepForm(visit.service, step.id, values=values)
    for question in step.asked:
        answer = given.get(question.id, spot.item)
        if answer is not None:
            state = answer.state
            form.field(question.id).put_off = state.value if state in _PUT_OFF else None
            if state is not AnswerState.ANSWERED:
                form.field(question.id).typed = {}
    return form


_PUT_OFF = frozenset({AnswerState.LATER, AnswerState.UNKNOWN})


def _has_words(form: StepForm, question: Question) -> bool:
    return hasattr(form.field(question.id), "asked")


def _fields(visit: _Visit, spot: Spot, form: StepForm, lookup: Lookup, files: Files) -> Iterator[QuestionField]:
    """The fields of the page in order; those that a choice opens lie under it."""
    step = visit.service.step(spot.step)
    asked = step.asked if step else ()
    own = {question.id: question for question in asked}
    for placed in arrange(asked, lookup):
        question = placed.question
        bound = form.field(question.id)
        bound.asked = visit.told.asked(question, quotes(visit.here, question, lookup, spot.item))
        if bound.asked.swedish_left:
            i18n.note_swedish()
        bound.offered = _offered(question, bound, lookup, own)
        bound.spoken, bound.may_put_off = visit.frame.spoken, visit.frame.may_put_off and question.type.asks
        if question.type.name == "file":
            bound.files = files.kept.get(question.id, ())
            bound.limits = _limits(question, visit.frame.words)
        elif not question.type.asks:
            bound.shown = _computed(visit, question, lookup)
        _say_when(visit, bound, placed, lookup, own)
        if placed.opened_by is None:
            yield bound
        else:
            form.field(placed.opened_by[0]).opens(placed.opened_by[1], bound)


def _offered(
    question: Question, bound: QuestionField, lookup: Lookup, own: Mapping[str, Question]
) -> tuple[Offered, ...]:
    """The choices of the page: those that cannot be chosen with what was answered before are left out."""
    if not bound.asked.some_choices:
        return bound.asked.options
    possible = {o.key for o in question.options if o.when is None or may_hold(o.when, lookup, own) is not False}
    return tuple(offered for offered in bound.asked.options if offered.key in possible)


def _say_when(visit: _Visit, bound: QuestionField, placed: Placed, lookup: Lookup, own: dict[str, Question]) -> None:
    """Mark what is optional, and say when a question that depends on this page is to be answered."""
    question = bound.question
    wanted_when = question.required_when
    if placed.depends and placed.opened_by is None:
        bound.when = _only_for(visit, placed.only_for, own, N_("Svara bara om du har valt {choices}."))
        bound.optional = not bound.when
    elif wanted_when is not None and may_hold(wanted_when, lookup, own) is None:
        wanted = choices_wanted(wanted_when, lookup, own)
        bound.when = _only_for(visit, wanted, own, N_("Behövs om du har valt {choices}."))
        bound.optional = not bound.when
    else:
        bound.optional = question.type.asks and degree(question, lookup) is Required.FALSE


def _only_for(
    visit: _Visit, wanted: tuple[str, tuple[str, ...]] | None, own: dict[str, Question], sentence: str
) -> str:
    if wanted is None or not own[wanted[0]].options:
        return ""
    labels = {option.key: visit.told.plain(option.label) for option in own[wanted[0]].options}
    words = visit.frame.words
    return words(sentence, choices=words.listing([labels[key] for key in wanted[1] if key in labels], end="or"))


def _limits(question: Question, words: Words) -> str:
    """What files may be sent, in words."""
    kind = question.type
    names = words.listing([str(name).upper() for name in getattr(kind, "accept", ())], end="or")
    size = words("{number} MB", number=getattr(kind, "max_size", 0) // 1_000_000)
    most = getattr(kind, "max_files", 1)
    if most == 1:
        return words("{names}, högst {size}.", names=names, size=size)
    return words("{names}. Högst {most} filer, högst {size} var.", names=names, size=size, most=most)


def _computed(visit: _Visit, question: Question, lookup: Lookup) -> str:
    if question.type.asks or question.type.name != "computed":
        return ""
    value = lookup(question.id)
    return "" if value is None else question.type.show(value, visit.frame.words)


def _progress(visit: _Visit, step_id: str) -> tuple[int, int] | None:
    """Which page of how many, where that can be known: not while a condition may still add or take away a step."""
    here = visit.here
    if here.first_open is not None and any(step.when is not None for step in visit.service.steps):
        return None
    ids = [visible.step.id for visible in here.steps]
    return ids.index(step_id) + 1, len(ids) + 1


def _item_title(visit: _Visit, step: Step, spot: Spot) -> str:
    group = step.group
    if group is None:
        raise NotFound
    numbers = visit.here.answers.items.get(group.id, ())
    position = numbers.index(spot.item) + 1 if spot.item in numbers else len(numbers) + 1
    return visit.told.plain(group.item, {"n": position})


def _group_page(visit: _Visit, visible: VisibleStep, problems: Sequence[Problem] = ()) -> Shown:
    step, frame = visible.step, visit.frame
    group = step.group
    if group is None:
        raise NotFound
    sections = {
        section.item: section
        for section in summary(visit.here, visit.told.texts, frame.words)
        if section.step == step.id and section.item is not None
    }
    items = [
        Item(
            item.number,
            position,
            visit.told.plain(group.item, {"n": position}),
            _telling(sections[item.number]) if item.number in sections else (),
            frame.address(Spot(step.id, item.number)),
            frame.removal_address(Spot(step.id, item.number)),
        )
        for position, item in enumerate(visible.items, start=1)
    ]
    form = StepForm(visit.service, step.id)
    told_errors = form.tell(problems, frame.words, {group.id: visit.told.plain(step.title)})
    previous = previous_spot(visit.here, Spot(step.id))
    page = GroupPage(
        **visit.common(),
        title=visit.say(step.title),
        intro=visit.say(step.intro) if step.intro else None,
        progress=_progress(visit, step.id),
        back=frame.address(previous) if previous else frame.start_address(),
        errors=[(f"#{control}", said) for control, said in told_errors],
        group=group.id,
        items=items,
        maximum=group.maximum,
    )
    return Shown(page, 422 if problems else 200)


def _telling(section: Section) -> tuple[Line, ...]:
    """The answers by which one knows an item again: the first two that are more than a yes or a no."""
    lines = [line for line in section.lines if line.value and line.question.type.name != "yes_no"]
    return tuple(lines[:2])


def _paragraphs(visit: _Visit, text: Text) -> list[str]:
    said = visit.told.plain(text, quotes_of(visit.here, text))
    marked = visit.say(text) if not visit.told.is_translated(text) else said
    return [marked] if marked is not said else [part.strip() for part in said.split("\n\n")]


def _check_page(visit: _Visit, problems: Sequence[Problem], declared: frozenset[str], *, changed: bool) -> CheckPage:
    here, frame, service = visit.here, visit.frame, visit.service
    sections = summary(here, visit.told.texts, frame.words, spoken=frame.spoken)
    words = frame.words
    errors = [
        (f"#{problem.question}", words("Kryssa i rutan: {label}", label=visit.told.plain(declaration.label)))
        for problem in problems
        for declaration in service.declarations
        if problem.code == "not_declared" and declaration.id == problem.question
    ]
    return CheckPage(
        **visit.common(),
        title=words("Läs igenom innan du skickar"),
        progress=(len(here.steps) + 1, len(here.steps) + 1),
        back=frame.address(Spot(here.steps[-1].step.id)),
        errors=errors,
        sections=[_checked(section, frame) for section in sections],
        dropped=[visit.told.plain(service.questions[place[0]].label) for place in here.dropped],
        missing=[_left_out(visit, place) for place in missing_of(here)],
        requirements=[
            visit.say(requirement.text)
            for requirement in service.requirements
            if requirement.when is None or may_hold(requirement.when, here.lookup, ())
        ],
        declarations=[(declaration.id, visit.told.say(declaration.label)) for declaration in service.declarations],
        declared=declared,
        submit=visit.told.say(service.submit) if service.submit else words("Skicka"),
        seen=visit.draft.row_version,
        changed=changed,
    )


def _left_out(visit: _Visit, place: Place) -> tuple[str, str]:
    """Something expected that is not there, and what follows."""
    question = visit.service.questions[place[0]]
    return visit.told.plain(question.label), visit.say(question.missing) if question.missing else ""


def _checked(section: Section, frame: Frame) -> Checked:
    lines = []
    for line in section.lines:
        question, item = line.place
        parts = line.question.type.parts
        change = f"{frame.address(Spot(section.step, item))}?change#{question}{parts[0]}" if parts else ""
        lines.append((line, change))
    return Checked(section.title, tuple(lines))
