"""Taking one page: what a person wrote -> new answers, and what is wrong with them. For every channel alike."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eservices.definitions.conditions import TODAY, holds
from eservices.definitions.model import Question, Required, Service, Step
from eservices.journey.answers import Answer, Answers, AnswerState, Origin, Place
from eservices.journey.check import judge, sum_problem
from eservices.journey.path import Spot, Walk, compute, degree, ground, sums_off, walk
from eservices.questions.base import Parsed, Raw
from eservices.values import Json, Problem

#: Control name -> the values sent under it.
Form = Mapping[str, Sequence[str]]

_NO_FILES: Mapping[str, Sequence[str]] = {}
_NO_STATES: Mapping[str, AnswerState] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """The answers with what was acceptable on the page taken in, and the problems with the rest.

    With problems the page is shown again with what was typed; `answers` may be kept all the same, so that nothing
    right is lost.
    """

    answers: Answers
    problems: tuple[Problem, ...]
    changed: frozenset[Place] = field(default_factory=frozenset)


def take_step(
    service: Service,
    answers: Answers,
    spot: Spot,
    form: Form,
    *,
    origin: Origin,
    today: dt.date,
    files: Mapping[str, Sequence[str]] = _NO_FILES,
    states: Mapping[str, AnswerState] = _NO_STATES,
    here: Walk | None = None,
) -> Taken:
    """Read one page (a step, or one item of a group) and judge it.

    `files` gives, per file question, the ids of the attachments it now has. `states` says which questions an agent
    put off (`later`, `unknown`): they are not judged. Questions that the typed answers hide are read if they can be,
    and never complained about: they stay in the draft in case their condition comes to hold again. `here` is the walk
    with these answers, from whoever has made it already.
    """
    step = service.step(spot.step)
    if step is None:
        raise KeyError(spot.step)
    changes: dict[Place, Answer] = {}
    grounds: dict[Place, str] = {}
    problems: list[Problem] = []
    values = _values_around(here or walk(service, answers), spot)
    for question in step.asked:
        visible = question.when is None or holds(question.when, values.get)
        if not question.type.asks:
            if visible and (computed := compute(question, values.get)) is not None:
                values[question.id] = computed
                if question.id in service.resting:
                    grounds[question.id, spot.item] = ground(service.resting[question.id], values.get)
            continue
        place = (question.id, spot.item)
        if question.id in states:
            changes[place] = Answer(None, states[question.id], origin)
            continue
        parsed = _read(question, form, files, today)
        if not visible:  # nobody is told of it, and what the page hides was not emptied by anybody
            changes.update(_set_aside(place, parsed, origin))
            continue
        found = _judge(question, parsed, values, today)
        problems.extend(Problem(p.code, p.question, spot.item, p.part, p.facts) for p in found)
        if found:
            continue
        if question.id in service.resting:
            grounds[place] = ground(service.resting[question.id], values.get)
        if parsed.value is None:
            changes[place] = Answer(None, AnswerState.BLANK, origin)
            continue
        changes[place] = Answer(parsed.value, AnswerState.ANSWERED, origin)
        values[question.id] = question.type.comparable(parsed.value)
        values[f"{TODAY}:{question.id}"] = today
    if spot.step in service.adding and not problems:
        problems.extend(_sums(service, step, values))
    after = answers.with_answers(changes).with_grounds(grounds)
    changed = frozenset(place for place in changes if after.given[place] is not answers.given.get(place))
    return Taken(after, tuple(problems), changed)


def as_it_stands(service: Service, taken: Taken, spot: Spot, form: Form, *, origin: Origin, today: dt.date) -> Taken:
    """A page of a paper that cannot be put right, because nobody is there to ask: nothing remains wrong.

    An answer that can be read is kept, even beyond a limit that another answer sets. The rest is a blank, with what
    stands there beside it.
    """
    changes: dict[Place, Answer] = {}
    for question_id in dict.fromkeys(problem.question for problem in taken.problems):
        question = service.questions.get(question_id)
        if question is None or not question.type.asks or question.type.takes_files:
            continue
        parsed = _read(question, form, _NO_FILES, today)
        readable = not parsed.faults and parsed.value is not None and not question.type.check(parsed.value, today)
        written = " ".join(text.strip() for part in question.type.parts for text in form.get(question_id + part, ()))
        changes[question_id, spot.item] = (
            Answer(parsed.value, AnswerState.ANSWERED, origin)
            if readable
            else Answer(None, AnswerState.BLANK, origin, written[:_LONGEST_WRITTEN])
        )
    return Taken(taken.answers.with_answers(changes), (), taken.changed | changes.keys())


#: How much of what cannot be read as an answer is kept beside the blank.
_LONGEST_WRITTEN = 500


def _set_aside(place: Place, parsed: Parsed, origin: Origin) -> dict[Place, Answer]:
    """What was typed for a question that does not apply is kept in case it comes to, where it can be read."""
    if parsed.value is None or parsed.faults:
        return {}
    return {place: Answer(parsed.value, AnswerState.ANSWERED, origin)}


def _sums(service: Service, step: Step, values: Mapping[str, Any]) -> list[Problem]:
    """Amounts of a page that do not add up. Those of a group are judged when its list is complete."""
    if step.group is not None:
        return []
    own = {question.id: values[question.id] for question in step.asked if question.id in values}
    off = sums_off(service, step, (own,), values.get)
    return [sum_problem(service.questions[parts[-1]], parts[-1], wanted, total) for parts, wanted, total in off]


def _read(question: Question, form: Form, files: Mapping[str, Sequence[str]], today: dt.date) -> Parsed:
    raw: dict[str, Sequence[str]] = {part: form.get(question.id + part, ()) for part in question.type.parts}
    parsed = question.type.parse(raw, today)
    ids = files.get(question.id)
    if ids is None or not isinstance(parsed.value, dict | None):
        return parsed
    value: Json = {"ids": list(ids), "later": bool(parsed.value and parsed.value.get("later"))}
    return Parsed(value if ids or (isinstance(value, dict) and value["later"]) else None, parsed.faults)


def _judge(question: Question, parsed: Parsed, values: dict[str, object], today: dt.date) -> tuple[Problem, ...]:
    faults = parsed.faults
    if not faults and parsed.value is not None:
        faults = judge(question, parsed.value, values.get, today)
    if not faults and parsed.value is None and degree(question, values.get) is Required.TRUE:
        return (Problem("required", question.id, part=question.type.parts[0]),)
    return tuple(Problem(fault.code, question.id, None, fault.part, fault.facts) for fault in faults)


def _values_around(here: Walk, spot: Spot) -> dict[str, object]:
    """What conditions on this page see: everything but the page's own questions, whose typed answers come as read."""
    step = here.service.step(spot.step)
    own = {question.id for question in step.asked} if step else set()
    return {name: value for name, value in here.values.items() if name not in own}


def raw_of(question: Question, form: Form) -> Raw:
    """What arrived for one question, by suffix."""
    return {part: form.get(question.id + part, ()) for part in question.type.parts}
