"""A form as it lies filled in before whoever keys it in: in the order of the paper, and nothing stops or is asked back.

On paper nobody hides what does not apply. Where the answer that a condition looks at was left blank, nobody knows
whether it holds, and what hangs on it may have been written all the same: it can be keyed in. What counts in the end
is decided by the service itself, as for every channel; the rest is told, and lies in the scanned paper.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eservices.definitions.conditions import Condition, may_hold, references
from eservices.definitions.model import Group, Question, Service, Step
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.path import walk


def as_printed(service: Service, answers: Answers) -> Service:
    """The service as its paper asks it, with these answers: what certainly does not apply is left out, and what may
    apply is there. No stops, no fewest items of a group, no limits that other answers set, no sums to get right.
    """
    values = _values(service, answers)
    return replace(service, stops=(), steps=tuple(_step(step, values) for step in service.steps))


def rest_blank(service: Service, answers: Answers, origin: Origin) -> Answers:
    """The answers with a blank for everything that is not written: what the paper leaves out, or nobody can read."""
    while True:
        here = walk(as_printed(service, answers), answers)
        blank = {
            place: Answer(None, AnswerState.BLANK, origin)
            for place, question, _ in here.places()
            if question.type.asks and place not in answers.given
        }
        open_groups = [
            seen.step.group.id
            for seen in here.steps
            if seen.step.group is not None and seen.step.group.id not in answers.closed_groups
        ]
        if not blank and not open_groups:
            return answers
        answers = answers.with_answers(blank)
        for group in open_groups:
            answers = answers.with_group_closed(group)


def _values(service: Service, answers: Answers) -> Mapping[str, Any]:
    """What was written, whether it applies or not, and what follows from it."""
    written = {
        question_id: service.questions[question_id].type.comparable(answer.value)
        for (question_id, item), answer in answers.given.items()
        if item is None
        and question_id in service.questions
        and answer.state is AnswerState.ANSWERED
        and answer.value is not None
    }
    return {**written, **walk(service, answers).values}


def _step(step: Step, values: Mapping[str, Any]) -> Step:
    own = frozenset(question.id for question in step.asked)
    asked = tuple(_question(question, own, values) for question in step.asked)
    return replace(
        step,
        when=_left(step.when, values),
        questions=() if step.group else asked,
        group=_group(step.group, asked) if step.group else None,
    )


def _group(group: Group, asked: tuple[Question, ...]) -> Group:
    return replace(group, questions=asked, minimum=0, limits=())


def _question(question: Question, own: frozenset[str], values: Mapping[str, Any]) -> Question:
    when = question.when
    if when is not None and references(when).isdisjoint(own):  # what the page itself decides, the page says
        when = _left(when, values)
    kind = replace(question.type, limits=()) if question.type.limits else question.type
    return replace(question, when=when, type=kind, adds_up_to=None)


def _left(condition: Condition | None, values: Mapping[str, Any]) -> Condition | None:
    """The condition, unless nobody can know whether it holds."""
    if condition is None:
        return None
    unknown = references(condition) - values.keys()
    return None if may_hold(condition, values.get, unknown) is None else condition
