"""How the pages of a journey are put together: the draft, its definition and its words in, a page out.

Decides nothing: what is visible, open, wrong or missing comes from `eservices.journey`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypedDict

from werkzeug.exceptions import NotFound

from eservices.cases.asking import wondered
from eservices.definitions.conditions import Condition, Lookup, may_hold
from eservices.definitions.model import Lifecycle, Question, Required, Service, Step, Stop, Text
from eservices.journey.answers import Answer, Answers, AnswerState, Place
from eservices.journey.check import missing_of
from eservices.journey.path import (
    Spot,
    VisibleStep,
    Walk,
    degree,
    next_spot,
    options,
    previous_spot,
    spot_of,
    stop_spot,
    walk,
)
from eservices.journey.script import in_words, numbering
from eservices.journey.summary import Line, Section, labelled, quotes, quotes_of, summary
from eservices.language import N_, Marked, Words, html_lang, isolated, joined, words
from eservices.questions.faults import sentence
from eservices.questions.files import kinds_in_words
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions.model import Draft
from eservices.values import Problem
from eservices.web.forms.arranging import Placed, arrange, choices_wanted, decided_here, what_is_left
from eservices.web.forms.asking import Offered, Told, told
from eservices.web.forms.classes import StepForm
from eservices.web.forms.fields import Beside, QuestionField
from eservices.web.frames import Frame, Typed
from eservices.web.journey_pages import Checked, CheckPage, GroupPage, Item, StepPage, StopPage
from eservices.web.seeing import marks
from eservices.web.uploads import Files

NO_FILES = Files()


class _Common(TypedDict):
    """What every page of a journey is given."""

    frame: Frame
    service: str
    caption: str
    code: str
    offered: tuple[str, ...]
    trial: bool
    practice: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a draft: its service, its words, and the walk as its answers make it."""

    draft: Draft
    service: Service
    told: Told
    here: Walk
    frame: Frame
    beside: Told | None = None  #: the same words in the language of the person in the call
    wonders: str = ""  #: what the officer wonders about the one answer that is asked about

    def say(self, text: Text) -> str:
        """A text of the service, with the answers it quotes."""
        facts = quotes_of(self.here, text)
        return self.told.say_with(text, facts) if facts else self.told.say(text)

    def words_of(self, question: Question, lookup: Lookup | None = None) -> Words:
        """The words for speaking of a question; its choices are called by their labels."""
        return labelled(question, self.told.texts, self.frame.words, lookup or self.here.lookup)

    def after(self, answers: Answers) -> "Visit":
        service = self.frame.reads(self.told.service, answers)
        return Visit(self.draft, service, self.told, walk(service, answers), self.frame, self.beside, self.wonders)

    def common(self) -> _Common:
        return {
            "frame": self.frame,
            "service": self.service.id,
            "caption": self.told.say(self.service.title),
            "code": self.draft.code,
            "offered": self.service.languages,
            "trial": self.service.status == Lifecycle.PILOT,
            "practice": self.draft.practice,
        }


def visit_to(tx: Transaction, draft: Draft, frame: Frame) -> Visit:
    """Look at a draft as it is now, in the language of the frame."""
    service = pinned.service(tx, draft.version)
    texts = pinned.texts(tx, draft.version, frame.language)
    read = frame.reads(service, draft.answers)
    beside = None
    if frame.beside:
        theirs = pinned.texts(tx, draft.version, frame.beside)
        beside = told(service, theirs, words(frame.beside))
    flag = wondered(tx, draft)
    wonders = flag.words if flag is not None else ""
    return Visit(draft, read, told(service, texts, frame.words), walk(read, draft.answers), frame, beside, wonders)


def page_after(here: Walk, spot: Spot) -> Spot | None:
    """The page after this one that has something on it; None when the check page is next."""
    following = next_spot(here, spot)
    while following is not None and not _has_page(here, following):
        following = next_spot(here, following)
    return following


def page_before(here: Walk, spot: Spot) -> Spot | None:
    """The page before this one that has something on it; None when the start page is."""
    previous = previous_spot(here, spot)
    while previous is not None and not _has_page(here, previous):
        previous = previous_spot(here, previous)
    return previous


def _has_page(here: Walk, spot: Spot) -> bool:
    """Whether a step has anything to show: earlier answers may have taken all its questions away."""
    visible = here.step(spot.step)
    if visible is None:
        return False
    return visible.step.group is not None or bool(arrange(visible.step.asked, visible.lookup))


def step_page(
    visit: Visit,
    visible: VisibleStep,
    spot: Spot,
    *,
    typed: Typed | None = None,
    problems: Sequence[Problem] = (),
    files: Files = NO_FILES,
    changing: bool = False,
) -> StepPage:
    """The page of a step or an item: as stored, or with what was `typed` and the `problems` with it."""
    step, frame, here = visible.step, visit.frame, visit.here
    lookup = next((item.lookup for item in visible.items if item.number == spot.item), visible.lookup)
    form = _form(visit, step, spot, typed)
    fields = list(_fields(visit, spot, form, lookup, files))
    alone = (
        len(fields) == 1
        and fields[0].question.type.asks
        and step.group is None
        and not (frame.spoken or frame.numbered)
    )
    if alone:
        fields[0].alone = True
    titles = {question.id: form.field(question.id).asked.title for question in step.asked if _has_words(form, question)}
    told_errors = form.tell(problems, frame.words, titles, partial(visit.words_of, lookup=lookup))
    errors = [(f"#{control}", said) for control, said in told_errors]
    previous = page_before(here, spot)
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
        takes_files=any(question.type.takes_files for question in step.asked),
        new=is_new,
        seen="" if is_new else marks(step.asked, visit.draft.answers, spot),
        shared=visit.draft.assisted_by is not None,
        alone=alone,
        one_case=visit.service.one_case and previous is not None and _says_who(visit.service, previous),
        wonders=visit.wonders,
    )


def _says_who(service: Service, spot: Spot) -> bool:
    """Whether the page asks for the applicant's personal number."""
    step = service.step(spot.step)
    return step is not None and any(question.type.fact == "personal_number" for question in step.questions)


def _form(visit: Visit, step: Step, spot: Spot, typed: Typed | None) -> StepForm:
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


def _fields(visit: Visit, spot: Spot, form: StepForm, lookup: Lookup, files: Files) -> Iterator[QuestionField]:
    """The fields of the page in order; those that a choice opens lie under it."""
    step = visit.service.step(spot.step)
    asked = step.asked if step else ()
    own = decided_here(asked)
    numbers = numbering(visit.told.service) if visit.frame.numbered else {}
    for placed in arrange(asked, lookup):
        question = placed.question
        bound = form.field(question.id)
        bound.number = numbers.get(question.id, "")
        if visit.beside is not None:
            bound.beside = _beside(visit.beside, question, quotes(visit.here, question, lookup, spot.item))
        bound.asked = visit.told.asked(question, quotes(visit.here, question, lookup, spot.item))
        bound.offered = _offered(visit, bound, lookup, own)
        bound.spoken, bound.may_put_off = visit.frame.spoken, visit.frame.may_put_off and question.type.asks
        if question.type.takes_files:
            bound.files = files.kept.get(question.id, ())
            bound.limits = _limits(question, visit.frame.words)
            bound.in_scan = visit.frame.in_scan((question.id, spot.item))
        elif not question.type.asks:
            bound.shown = _computed(visit, question, lookup)
        _say_when(visit, bound, placed, lookup, own)
        if placed.opened_by is None:
            yield bound
        else:
            form.field(placed.opened_by[0]).opens(placed.opened_by[1], bound)


def _beside(theirs: Told, question: Question, facts: Mapping[str, object]) -> Beside:
    """The question as the person in the call would hear it in their own language."""
    asked, speech = theirs.asked(question, facts), theirs.words
    options = {offered.key: offered.label for offered in asked.options}
    return Beside(html_lang(speech.language), speech.direction, asked.say, options)


def _offered(visit: Visit, bound: QuestionField, lookup: Lookup, own: Mapping[str, Question]) -> tuple[Offered, ...]:
    """The choices of the page: those that cannot be chosen with what was answered before are left out, and those that
    hang on this page say on what."""
    question = bound.question
    if question.items is not None:
        return tuple(Offered(each.key, each.label.sv, None) for each in options(question, lookup))
    if not bound.asked.some_choices:
        return bound.asked.options
    conditions = {option.key: option.when for option in question.options}
    found = []
    for offered in bound.asked.options:
        condition = conditions[offered.key]
        holding = True if condition is None else may_hold(condition, lookup, own)
        if holding is None and condition is not None:
            left = what_is_left(condition, lookup, own)
            found.append(replace(offered, only=_condition(visit, N_("Bara om {condition}."), left)))
        elif holding:
            found.append(offered)
    return tuple(found)


def _say_when(visit: Visit, bound: QuestionField, placed: Placed, lookup: Lookup, own: dict[str, Question]) -> None:
    """Mark what is optional, and say when a question that depends on this page is to be answered."""
    question = bound.question
    wanted_when = question.required_when
    if placed.rest is not None:
        asks = question.type.asks
        chosen = _only_for(visit, placed.only_for, own, N_("Svara bara om du har valt {choices}.")) if asks else ""
        only = N_("Svara bara om {condition}.") if asks else N_("Bara om {condition}.")
        bound.when = chosen or _condition(visit, only, placed.rest)
    if wanted_when is not None and may_hold(wanted_when, lookup, own) is None:
        wanted = choices_wanted(wanted_when, lookup, own)
        needed = _only_for(visit, wanted, own, N_("Behövs om du har valt {choices}."))
        needed = needed or _condition(visit, N_("Behövs om {condition}."), what_is_left(wanted_when, lookup, own))
        bound.when = f"{bound.when} {needed}" if bound.when else needed
    else:
        bound.optional = question.type.asks and degree(question, lookup) is Required.FALSE


def _condition(visit: Visit, sentence: str, condition: Condition) -> str:
    """A sentence about a condition on answers of the same page; made once for the service in this language."""
    pages, key = visit.told.pages, f"{sentence} {condition}"
    known = pages.get(key)
    if not isinstance(known, str):
        in_their_words = in_words(visit.service, condition, visit.told.texts, visit.frame.words)
        known = pages[key] = visit.frame.words(sentence, condition=in_their_words)
    return known


def _only_for(visit: Visit, wanted: tuple[str, tuple[str, ...]] | None, own: dict[str, Question], sentence: str) -> str:
    if wanted is None or not own[wanted[0]].options:
        return ""
    labels = {option.key: visit.told.plain(option.label) for option in own[wanted[0]].options}
    words = visit.frame.words
    return words(sentence, choices=words.listing([labels[key] for key in wanted[1] if key in labels], end="or"))


def _limits(question: Question, words: Words) -> str:
    """What files may be sent, in words."""
    kind = question.type
    names = kinds_in_words(getattr(kind, "accept", ()), words)
    size = words("{number} MB", number=getattr(kind, "max_size", 0) // 1_000_000)
    most = getattr(kind, "max_files", 1)
    if most == 1:
        return words("{names}, högst {size}.", names=names, size=size)
    return words("{names}. Högst {most} filer, högst {size} var.", names=names, size=size, most=most)


def _computed(visit: Visit, question: Question, lookup: Lookup) -> str:
    if not question.type.shows_total:
        return ""
    value = lookup(question.id)
    return "" if value is None else question.type.show(value, visit.frame.words)


def _progress(visit: Visit, step_id: str) -> tuple[int, int] | None:
    """Which page of how many, where that can be known: not while a condition may still add or take away a step."""
    here = visit.here
    if here.first_open is not None and any(step.when is not None for step in visit.service.steps):
        return None
    ids = [visible.step.id for visible in here.steps]
    return ids.index(step_id) + 1, len(ids) + 1


def _item_title(visit: Visit, step: Step, spot: Spot) -> str:
    group = step.group
    if group is None:
        raise NotFound
    numbers = visit.here.answers.items.get(group.id, ())
    position = numbers.index(spot.item) + 1 if spot.item in numbers else len(numbers) + 1
    return visit.told.plain(group.item, {"n": position})


def group_page(visit: Visit, visible: VisibleStep, problems: Sequence[Problem] = ()) -> GroupPage:
    """The list of a group, with what is wrong with it."""
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
    told_errors = form.tell(problems, frame.words, {group.id: visit.told.plain(step.title)}, visit.words_of)
    previous = page_before(visit.here, Spot(step.id))
    return GroupPage(
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


def _telling(section: Section) -> tuple[Line, ...]:
    """The answers by which one knows an item again: the first two that are more than a yes or a no."""
    lines = [line for line in section.lines if line.value and line.question.type.says_by_itself]
    return tuple(lines[:2])


def _paragraphs(visit: Visit, text: Text) -> list[str]:
    said = visit.say(text)
    parts = [part.strip() for part in said.split("\n\n")]
    return [Marked.swedish(part) for part in parts] if isinstance(said, Marked) else parts


def stop_page(visit: Visit, stop: Stop) -> StopPage:
    """Why it ends here; the way back leads to the answer that led here."""
    spot = stop_spot(visit.here)
    return StopPage(
        **visit.common(),
        title=visit.say(stop.title),
        paragraphs=_paragraphs(visit, stop.text),
        emergency=stop.emergency,
        back=visit.frame.address(spot) if spot else visit.frame.start_address(),
    )


def check_page(
    visit: Visit, problems: Sequence[Problem], declared: frozenset[str], *, changed: bool, names: Mapping[str, str]
) -> CheckPage:
    """Everything before it is sent. `problems` are what keeps it from being sent, each with where to put it right.

    `names` are those of the files, by their ids.
    """
    here, frame, service = visit.here, visit.frame, visit.service
    sections = summary(here, visit.told.texts, frame.words, spoken=frame.spoken)
    words = frame.words
    return CheckPage(
        **visit.common(),
        title=words("Läs igenom innan du skickar"),
        progress=(len(here.steps) + 1, len(here.steps) + 1),
        back=frame.address(Spot(here.steps[-1].step.id)),
        errors=[_remaining(visit, problem) for problem in problems],
        sections=[_checked(section, visit, names) for section in sections],
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


def _remaining(visit: Visit, problem: Problem) -> tuple[str, str]:
    """Where something that keeps the answers from being sent is put right, and what to do there."""
    words, service = visit.frame.words, visit.service
    for declaration in service.declarations:
        if problem.code == "not_declared" and declaration.id == problem.question:
            return f"#{declaration.id}", words("Kryssa i rutan: {label}", label=visit.told.plain(declaration.label))
    question = service.questions.get(problem.question)
    if question is None:  # a group
        step = service.step(problem.question)
        title = visit.told.plain(step.title) if step else ""
        return f"{visit.frame.address(Spot(problem.question))}?change", sentence(problem, title, words)
    address = visit.frame.address(spot_of(service, (problem.question, problem.item)))
    title = visit.told.plain(question.label, quotes_of(visit.here, question.label))
    said = sentence(problem, title, visit.words_of(question), question=question.type)
    return f"{address}?change#{problem.question}{problem.part}", said


def _left_out(visit: Visit, place: Place) -> tuple[str, str]:
    """Something expected that is not there, and what follows."""
    question = visit.service.questions[place[0]]
    return visit.told.plain(question.label), visit.say(question.missing) if question.missing else ""


def files_in(answers: Answers) -> set[str]:
    """The ids of all files that were sent as answers."""
    return {id_ for answer in answers.given.values() for id_ in _files(answer)}


def _files(answer: Answer | None) -> Sequence[str]:
    ids = answer.value.get("ids") if answer is not None and isinstance(answer.value, dict) else None
    return [str(id_) for id_ in ids] if isinstance(ids, list) else []


def _checked(section: Section, visit: Visit, names: Mapping[str, str]) -> Checked:
    lines, frame = [], visit.frame
    for line in section.lines:
        question, item = line.place
        parts = line.question.type.parts
        change = f"{frame.address(Spot(section.step, item))}?change#{question}{parts[0]}" if parts else ""
        lines.append((_with_names(line, visit, names), change))
    return Checked(section.title, tuple(lines))


def _with_names(line: Line, visit: Visit, names: Mapping[str, str]) -> Line:
    """The line of files with what they are called, so that a wrong one is seen before it is sent."""
    files = _files(visit.here.answers.get(*line.place))
    known = [isolated(names[id_]) for id_ in files if id_ in names]
    if not known:
        return line
    return replace(line, value=joined(": ", [line.value, visit.frame.words.enumerated(known)]))
