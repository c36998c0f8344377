"""The one validation of all channels: what must be put right before the answers can be handed in."""

import datetime as dt

from eservices.definitions.conditions import Lookup
from eservices.definitions.model import Question, Required, Service
from eservices.journey.answers import Answer, Answers, AnswerState, Place
from eservices.journey.path import (
    VisibleStep,
    Walk,
    degree,
    items_wanted,
    options,
    sums_off,
    today_of,
    unconfirmed,
    walk,
)
from eservices.questions.base import Fault
from eservices.values import Json, Problem


def problems(service: Service, answers: Answers, today: dt.date, *, paper: bool = False) -> list[Problem]:
    """Everything that remains, in reading order; an empty list means that it can be handed in.

    A paper that has been received is registered even with blanks: with `paper` only what is written and wrong
    remains, and `missing` lists the blanks.
    """
    return problems_of(walk(service, answers), today, paper=paper)


def problems_of(here: Walk, today: dt.date, *, paper: bool = False) -> list[Problem]:
    """`problems`, for a walk already made."""
    found: list[Problem] = []
    if here.stop is not None:
        found.append(Problem("stopped", here.stop.id))
    for (question_id, item), question, lookup in here.places():
        if not question.type.asks:
            if not paper and unconfirmed(here.service, here.answers, (question_id, item), lookup):
                found.append(Problem("confirm_again", question_id, item))
            continue
        answer = here.answers.given.get((question_id, item))
        if paper and (answer is None or answer.state is not AnswerState.ANSWERED):
            continue
        wrong = _problems_of_answer(question, item, answer, lookup, today, paper=paper)
        if not wrong and not paper and unconfirmed(here.service, here.answers, (question_id, item), lookup):
            wrong = [Problem("confirm_again", question_id, item)]
        found.extend(wrong)
    for visible in here.steps:
        if not paper:
            found.extend(sums_wrong(here, visible))
        group = visible.step.group
        if group is None or paper:
            continue
        count = items_wanted(group, len(visible.items))
        if count:
            found.append(Problem(count, group.id, facts={"minimum": group.minimum, "maximum": group.maximum}))
        elif group.id not in here.answers.closed_groups:
            found.append(Problem("not_confirmed", group.id))
    return found


def sums_wrong(here: Walk, visible: VisibleStep) -> list[Problem]:
    """Amounts of a step that do not add up to what they should: said at the last of them, or at the group's list."""
    step = visible.step
    if step.id not in here.service.adding:
        return []
    own = {question.id for question in step.asked}
    around = [item.lookup for item in visible.items] if step.group else [visible.lookup]
    pages = [{name: value for name in own if (value := lookup(name)) is not None} for lookup in around]
    return [
        sum_problem(here.service.questions[parts[-1]], step.group.id if step.group else parts[-1], wanted, total)
        for parts, wanted, total in sums_off(here.service, step, pages, here.lookup)
    ]


def sum_problem(question: Question, where: str, wanted: object, total: object) -> Problem:
    """The problem of a sum; kronor are told as such."""
    return Problem(question.type.sum_fault, where, facts={"whole": wanted, "total": total})


def judge(question: Question, value: Json, lookup: Lookup, today: dt.date) -> tuple[Fault, ...]:
    """What is wrong with a well-formed value of this question, its options' conditions included."""
    faults = question.type.under(lookup).check(value, today)
    if not faults and question.dependent_options:
        offered = {option.key for option in options(question, lookup)}
        if not offered.issuperset(question.type.chosen(value)):
            return (Fault("not_an_option", question.type.parts[0]),)
    return faults


def missing(service: Service, answers: Answers, *, paper: bool = False) -> list[Place]:
    """The case's list of what is missing (FL 19-20 §§): expected things left out; on paper all blanks that count."""
    return missing_of(walk(service, answers), paper=paper)


def missing_of(here: Walk, *, paper: bool = False) -> list[Place]:
    """`missing`, for a walk already made."""
    wanted = {Required.EXPECTED, Required.TRUE} if paper else {Required.EXPECTED}
    return [
        place
        for place, question, lookup in here.places()
        if question.type.asks and not _is_there(here.answers.given.get(place)) and degree(question, lookup) in wanted
    ]


def _is_there(answer: Answer | None) -> bool:
    if answer is None or answer.state is not AnswerState.ANSWERED or answer.value is None:
        return False
    # A file question answered with "I will send it later" has an answer, and still lacks its files.
    return not (isinstance(answer.value, dict) and "ids" in answer.value and not answer.value["ids"])


def _problems_of_answer(
    question: Question, item: int | None, answer: Answer | None, lookup: Lookup, today: dt.date, *, paper: bool
) -> list[Problem]:
    if answer is None:
        return [Problem("unanswered", question.id, item)]
    if answer.state is AnswerState.ANSWERED:
        day = today_of(answer, today)
        # What is left blank on a paper neither limits an answer nor takes its options away: nobody is there to ask.
        faults = question.type.check(answer.value, day) if paper else judge(question, answer.value, lookup, day)
        return [Problem(fault.code, question.id, item, fault.part, fault.facts) for fault in faults]
    if degree(question, lookup) is Required.TRUE:
        code = "required" if answer.state is AnswerState.BLANK else "asked_later"
        return [Problem(code, question.id, item)]
    return []
