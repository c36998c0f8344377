"""Whether a condition can ever hold, given what its questions can be answered with and when they are asked.

Careful in one direction: where it is not certain that something is impossible, it is possible.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any, TypeAlias

from eservices.definitions.conditions import APPLICANT_KIND, TODAY, All, AnyOf, Compare, Condition, Not
from eservices.definitions.model import Question, Service

#: Beyond so many cases nothing is claimed any more.
_MOST_CASES = 400

_LESS = frozenset({"at_most", "less_than", "on_or_before", "before"})
_STRICT = frozenset({"less_than", "before", "more_than", "after"})


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is supposed of one answer: whether it is there, and what it may be if it is."""

    there: bool | None = None
    among: frozenset[Any] | None = None
    but: frozenset[Any] = frozenset()
    least: Any = None
    most: Any = None
    above: Any = None
    below: Any = None
    has: frozenset[str] = frozenset()
    has_not: frozenset[str] = frozenset()


#: Question -> what is supposed of it: one case of a condition.
Case: TypeAlias = Mapping[str, _Fact]


class Possibilities:
    """What can happen in one service."""

    def __init__(self, service: Service):
        self._service = service
        self._shown: dict[str, list[Case] | None] = {}

    def can_hold(self, *conditions: Condition) -> bool:
        """Whether all of the conditions can hold at once; True where that is not known."""
        cases = self._cases(All(conditions))
        return cases is None or any(self._happens(case) for case in cases)

    def can_be_shown(self, question_id: str) -> bool:
        """Whether anybody can ever meet the question."""
        when = visibility(self._service, question_id)
        return when is None or self.can_hold(when)

    # ---- cases

    def _cases(self, condition: Condition) -> list[Case] | None:
        """The cases in which it holds; None for too many to tell."""
        found = _expand(condition, holds=True)
        if found is None:
            return None
        merged = (_merge(facts) for facts in found)
        return [case for case in merged if case is not None]

    def _happens(self, case: Case) -> bool:
        """Whether the answers of a case can be given, and their questions be asked."""
        if not all(self._fits(name, fact) for name, fact in case.items()):
            return False
        asked = [name for name, fact in case.items() if fact.there]
        whens = [when for name in asked if (when := visibility(self._service, name)) is not None]
        if not whens:
            return True
        around = self._cases(All(tuple(whens)))
        if around is None:
            return True
        # One step back is taken here, and that step's own conditions are looked at in turn.
        joined = (both for other in around if (both := _join(case, other)) is not None)
        return any(both == case or self._happens(both) for both in joined)

    def _fits(self, name: str, fact: _Fact) -> bool:
        """Whether the answer can be what is supposed of it."""
        if not fact.there:
            return True
        domain = self._domain(name)
        if domain is not None:
            among = domain if fact.among is None else fact.among & domain
            if among <= fact.but:
                return False
        return _in_limits(fact, self._limits(name))

    def _domain(self, name: str) -> frozenset[Any] | None:
        if name == APPLICANT_KIND and name not in self._service.questions:
            return frozenset(self._service.applicants)
        question = self._service.questions.get(name)
        options = getattr(question.type, "options", None) if question is not None else None
        return None if options is None or question is None or _several(question) else frozenset(options)

    def _limits(self, name: str) -> tuple[Any, Any]:
        step = self._service.step(name)
        if step is not None and step.group is not None:
            return Decimal(step.group.minimum), Decimal(step.group.maximum)
        question = self._service.questions.get(name)
        if question is None or not question.type.is_number:
            return None, None
        return getattr(question.type, "min", None), getattr(question.type, "max", None)


def visibility(service: Service, question_id: str) -> Condition | None:
    """When a question (or a group) is asked: its own condition and its step's. None for always."""
    step = service.step_of.get(question_id) or service.step(question_id)
    question = service.questions.get(question_id)
    whens = [part.when for part in (step, question) if part is not None and part.when is not None]
    return None if not whens else whens[0] if len(whens) == 1 else All(tuple(whens))


def _several(question: Question) -> bool:
    return "contains" in question.type.operators


def _expand(condition: Condition, *, holds: bool) -> list[list[tuple[Compare, bool]]] | None:
    """Disjunctive normal form: each case a list of comparisons and whether they hold."""
    match condition:
        case Compare():
            return [[(condition, holds)]]
        case Not(part):
            return _expand(part, holds=not holds)
        case All(parts) | AnyOf(parts):
            inner = [_expand(part, holds=holds) for part in parts]
            known = [cases for cases in inner if cases is not None]
            together = isinstance(condition, All) is holds
            sizes = [len(cases) for cases in known]
            if len(known) < len(inner) or (prod(sizes) if together else sum(sizes)) > _MOST_CASES:
                return None
            if together:
                return [[each for chosen in choice for each in chosen] for choice in product(*known)]
            return [one for cases in known for one in cases]


def _merge(facts: Iterable[tuple[Compare, bool]]) -> Case | None:
    """One case as facts by question; None where they contradict each other."""
    case: dict[str, _Fact] = {}
    for compare, holds in facts:
        fact = _fact(compare, holds)
        before = case.get(compare.question)
        both = fact if before is None else _both(before, fact)
        if both is None:
            return None
        case[compare.question] = both
    return case


def _fact(compare: Compare, holds: bool) -> _Fact:
    operator, operand = compare.operator, compare.operand
    if operator == "answered":
        return _Fact(there=operand is holds)
    if operand == TODAY:  # any day may be today
        return _Fact(there=True if holds else None)
    return replace(_supposed(operator, operand), there=True) if holds else _not(operator, operand)


def _supposed(operator: str, operand: Any) -> _Fact:
    """What is supposed of an answer when a comparison holds."""
    match operator:
        case "is":
            return _Fact(among=frozenset({operand}))
        case "one_of":
            return _Fact(among=frozenset(operand))
        case "contains":
            return _Fact(has=frozenset({operand}))
        case _ if operator in _LESS:
            return _Fact(**{"below" if operator in _STRICT else "most": operand})
        case _:
            return _Fact(**{"above" if operator in _STRICT else "least": operand})


def _not(operator: str, operand: Any) -> _Fact:
    """What is supposed when a comparison does not hold: nothing of whether there is an answer."""
    match operator:
        case "is":
            return _Fact(but=frozenset({operand}))
        case "one_of":
            return _Fact(but=frozenset(operand))
        case "contains":
            return _Fact(has_not=frozenset({operand}))
        case _ if operator in _LESS:
            return _Fact(**{"least" if operator in _STRICT else "above": operand})
        case _:
            return _Fact(**{"most" if operator in _STRICT else "below": operand})


def _both(one: _Fact, other: _Fact) -> _Fact | None:
    if one.there is not None and other.there is not None and one.there is not other.there:
        return None
    among = one.among if other.among is None else other.among if one.among is None else one.among & other.among
    fact = _Fact(
        one.there if one.there is not None else other.there,
        among,
        one.but | other.but,
        _largest(one.least, other.least),
        _smallest(one.most, other.most),
        _largest(one.above, other.above),
        _smallest(one.below, other.below),
        one.has | other.has,
        one.has_not | other.has_not,
    )
    if fact.there and (
        (among is not None and among <= fact.but) or fact.has & fact.has_not or not _in_limits(fact, (None, None))
    ):
        return None
    return fact


def _join(one: Case, other: Case) -> Case | None:
    joined = dict(one)
    for name, fact in other.items():
        both = fact if name not in joined else _both(joined[name], fact)
        if both is None:
            return None
        joined[name] = both
    return joined


def _in_limits(fact: _Fact, limits: tuple[Any, Any]) -> bool:
    least, most = _largest(fact.least, limits[0]), _smallest(fact.most, limits[1])
    for low, high, strict in (
        (least, most, False),
        (fact.above, most, True),
        (least, fact.below, True),
        (fact.above, fact.below, True),
    ):
        if low is not None and high is not None and (low > high or (strict and low == high)):
            return False
    if fact.among is None or isinstance(next(iter(fact.among), None), str | None):
        return True
    return any(_between(value, replace(fact, least=least, most=most)) for value in fact.among)


def _between(value: Any, fact: _Fact) -> bool:
    return not (
        (fact.least is not None and value < fact.least)
        or (fact.most is not None and value > fact.most)
        or (fact.above is not None and value <= fact.above)
        or (fact.below is not None and value >= fact.below)
    )


def _largest(one: Any, other: Any) -> Any:
    return one if other is None else other if one is None else max(one, other)


def _smallest(one: Any, other: Any) -> Any:
    return one if other is None else other if one is None else min(one, other)
