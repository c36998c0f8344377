"""Which questions stand on a page, and which of them open under another's answer.

A question whose condition looks at earlier pages is there or not. One that looks at an answer of the same page is
always there: under the choice that opens it where one single choice does, else with a line that says when to answer.
A total of earlier pages is an answer of theirs; one that counts this page's own answers changes with them.
What is sent for a question that does not apply is dropped below the web, so a page without CSS works as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from eservices.definitions.conditions import All, AnyOf, Compare, Condition, Lookup, Not, holds, may_hold, references
from eservices.definitions.model import Question


@dataclass(frozen=True, slots=True)
class Placed:
    """A question on a page: opened by a choice (question, key), or only for those who chose one of `only_for`."""

    question: Question
    opened_by: tuple[str, str] | None = None
    only_for: tuple[str, tuple[str, ...]] | None = None
    rest: Condition | None = None  #: what this page decides of its condition, where no choice opens it


def arrange(questions: Iterable[Question], lookup: Lookup) -> list[Placed]:
    """The questions of a page in order. `lookup` gives what was answered on other pages."""
    all_of_them = tuple(questions)
    own = decided_here(all_of_them)
    return [placed for question in all_of_them if (placed := _place(question, own, lookup)) is not None]


def decided_here(questions: Iterable[Question]) -> dict[str, Question]:
    """What is not known before this page is sent: its questions, and what is computed of their answers."""
    own: dict[str, Question] = {}
    for question in questions:
        if question.type.asks or not own.keys().isdisjoint(question.type.refers_to):
            own[question.id] = question
    return own


def what_is_left(condition: Condition, lookup: Lookup, own: Iterable[str]) -> Condition:
    """The condition without what was decided before this page. It must hang on the page (`may_hold` gives None)."""
    match condition:
        case Compare():
            return condition
        case Not(part):
            return Not(what_is_left(part, lookup, own))
        case All(parts) | AnyOf(parts):
            left = [what_is_left(part, lookup, own) for part in parts if may_hold(part, lookup, own) is None]
            return left[0] if len(left) == 1 else type(condition)(tuple(left))


def choices_wanted(
    condition: Condition, lookup: Lookup, own: dict[str, Question]
) -> tuple[str, tuple[str, ...]] | None:
    """The question of this page and its choices that a condition comes down to; None where it is more than that."""
    if isinstance(condition, All):
        open_parts = [part for part in condition.parts if may_hold(part, lookup, own) is None]
        return choices_wanted(open_parts[0], lookup, own) if len(open_parts) == 1 else None
    if not isinstance(condition, Compare) or condition.question not in own:
        return None
    if condition.operator in {"is", "contains"} and isinstance(condition.operand, str):
        return condition.question, (condition.operand,)
    if condition.operator == "one_of":
        return condition.question, tuple(str(key) for key in condition.operand)
    return None


def _place(question: Question, own: dict[str, Question], lookup: Lookup) -> Placed | None:
    if question.when is None:
        return Placed(question)
    if references(question.when).isdisjoint(own):
        return Placed(question) if holds(question.when, lookup) else None
    holding = may_hold(question.when, lookup, own)
    if holding is not None:
        return Placed(question) if holding else None
    wanted = choices_wanted(question.when, lookup, own)
    if wanted and len(wanted[1]) == 1 and own[wanted[0]].type.opens:
        return Placed(question, opened_by=(wanted[0], wanted[1][0]))
    return Placed(question, only_for=wanted, rest=what_is_left(question.when, lookup, own))
