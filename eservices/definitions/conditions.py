"""A condition as data: it runs on the server, prints on paper and reads aloud, and is refused when it is read.

A comparison with a question that is not answered, or that is itself hidden, does not hold (and its `not` does).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

#: The id under which conditions find the applicant's kind.
APPLICANT_KIND = "applicant_kind"

#: The operand that means the day on which the compared question was answered. A lookup gives that day under
#: `TODAY + ":" + id of the question`.
TODAY = "today"

#: The operators, as an author writes them.
OPERATORS = (
    "is",
    "one_of",
    "contains",
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "before",
    "after",
    "on_or_before",
    "on_or_after",
    "answered",
)


@dataclass(frozen=True, slots=True)
class Compare:
    """`question` `operator` `operand`.

    Operators: is, one_of (list), contains (an option among several), at_least, at_most, more_than, less_than
    (numbers, counts), before, after, on_or_before, on_or_after (dates, or `TODAY`), answered (bool).
    The operand is already of the kind the question compares with (str, Decimal, date, bool, tuple of str).
    """

    question: str
    operator: str
    operand: Any


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition: TypeAlias = Compare | All | AnyOf | Not

#: Gives the comparable value of a visible, answered question, else None.
Lookup: TypeAlias = Callable[[str], Any]


def holds(condition: Condition, lookup: Lookup) -> bool:
    """Whether the condition holds for the answers that `lookup` gives."""
    match condition:
        case Compare(question, operator, operand):
            value = lookup(question)
            if operator == "answered":
                return (value is not None) is operand
            if operand == TODAY:
                operand = lookup(f"{TODAY}:{question}")
            return value is not None and operand is not None and _COMPARE[operator](value, operand)
        case All(parts):
            return all(holds(part, lookup) for part in parts)
        case AnyOf(parts):
            return any(holds(part, lookup) for part in parts)
        case Not(part):
            return not holds(part, lookup)


def may_hold(condition: Condition, lookup: Lookup, own: Iterable[str]) -> bool | None:
    """Whether it holds whatever is answered to the questions in `own`; None when that depends on them."""
    match condition:
        case Compare(question, _, _):
            return None if question in own else holds(condition, lookup)
        case All(parts):
            found = [may_hold(part, lookup, own) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [may_hold(part, lookup, own) for part in parts]
            return True if True in found else None if None in found else False
        case Not(part):
            inner = may_hold(part, lookup, own)
            return None if inner is None else not inner


def references(condition: Condition) -> frozenset[str]:
    """The ids of all questions the condition looks at."""
    return frozenset(compare.question for compare in comparisons(condition))


def comparisons(condition: Condition) -> Iterator[Compare]:
    """Every comparison in the condition, from left to right."""
    match condition:
        case Compare():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
        case Not(part):
            yield from comparisons(part)


def _amount(value: Any) -> Any:
    """How much: a number as it is, several choices by how many they are."""
    return len(value) if isinstance(value, tuple | list) else value


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, operand: bool(value == operand),
    "one_of": lambda value, operand: value in operand,
    "contains": lambda value, operand: operand in value,
    "at_least": lambda value, operand: bool(_amount(value) >= operand),
    "at_most": lambda value, operand: bool(_amount(value) <= operand),
    "more_than": lambda value, operand: bool(_amount(value) > operand),
    "less_than": lambda value, operand: bool(_amount(value) < operand),
    "before": lambda value, operand: bool(value < operand),
    "after": lambda value, operand: bool(value > operand),
    "on_or_before": lambda value, operand: bool(value <= operand),
    "on_or_after": lambda value, operand: bool(value >= operand),
}
