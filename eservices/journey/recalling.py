"""A faulty version is recalled: its drafts go on in the next version, with every answer that still fits.

Nothing that fits is lost, and nothing that does not is kept as if it did.
"""

import datetime as dt
from dataclasses import dataclass

from eservices.definitions.model import Question, Service
from eservices.journey.answers import Answer, Answers, AnswerState, Place
from eservices.journey.path import today_of, walk


@dataclass(frozen=True, slots=True)
class Carried:
    """Answers in the next version; `lost` are those that no longer fit, and `look_again` says that something is open
    that was not before."""

    answers: Answers
    lost: tuple[Place, ...]
    look_again: bool


def carry_over(old: Service, new: Service, answers: Answers, today: dt.date) -> Carried:
    """The answers given to `old`, as answers to `new`. An answer fits where the same question, in the same group,
    takes the same kind of answer and finds nothing wrong with it."""
    kept: dict[Place, Answer] = {}
    lost: list[Place] = []
    for place, answer in answers.given.items():
        if _fits(old, new, place[0], answer, today):
            kept[place] = answer
        elif answer.state is AnswerState.ANSWERED:
            lost.append(place)
    groups = {step.group.id for step in new.steps if step.group is not None}
    carried = Answers(
        kept,
        {group: numbers for group, numbers in answers.items.items() if group in groups},
        {group: number for group, number in answers.last_item.items() if group in groups},
        answers.closed_groups & groups,
        {place: ground for place, ground in answers.grounds.items() if _same(old, new, place[0])},
    )
    was_open, is_open = walk(old, answers).first_open, walk(new, carried).first_open
    return Carried(carried, tuple(lost), is_open is not None and is_open != was_open)


def _fits(old: Service, new: Service, name: str, answer: Answer, today: dt.date) -> bool:
    question = new.questions.get(name)
    if question is None or not _same(old, new, name):
        return False
    return answer.state is not AnswerState.ANSWERED or answer.value is None or _takes(question, answer, today)


def _same(old: Service, new: Service, name: str) -> bool:
    one, other = old.questions.get(name), new.questions.get(name)
    if one is None or other is None or type(one.type) is not type(other.type):
        return False
    return _group(old, name) == _group(new, name)


def _group(service: Service, name: str) -> str | None:
    group = service.group_of.get(name)
    return None if group is None else group.id


def _takes(question: Question, answer: Answer, today: dt.date) -> bool:
    try:
        return not question.type.check(answer.value, today_of(answer, today))
    except (ValueError, TypeError, KeyError, ArithmeticError):  # its settings make it another shape of value
        return False
