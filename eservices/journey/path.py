"""Definition + answers -> what is visible, in which order, and what is still open. Pure, and run on every request.

Hidden means gone: an answer whose condition no longer holds is invisible to conditions, totals and submission. It
stays in the answers, and comes back if the condition holds again. Nothing is remembered about steps: a step is open
when it has a visible question without an answer, so a changed answer reopens exactly what it touches.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from eservices.definitions.conditions import APPLICANT_KIND, TODAY, Lookup, holds, references
from eservices.definitions.model import Group, Option, Question, Required, Service, Step, Stop, Text
from eservices.journey.answers import Answer, Answers, AnswerState, Place
from eservices.language import SOURCE, words
from eservices.values import Channel

_STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Spot:
    """A page of the journey: a step, a group's list (item None), or one item of a group."""

    step: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of a repeated group with the questions visible in it."""

    number: int
    questions: tuple[Question, ...]
    lookup: Lookup


@dataclass(frozen=True, slots=True)
class VisibleStep:
    step: Step
    questions: tuple[Question, ...]
    items: tuple[ItemView, ...]
    lookup: Lookup


@dataclass(frozen=True, slots=True)
class Walk:
    """The journey as these answers make it. `values` is what conditions see, by id."""

    service: Service
    answers: Answers
    steps: tuple[VisibleStep, ...]
    stop: Stop | None
    first_open: Spot | None
    lookup: Lookup
    values: Mapping[str, Any] = field(default_factory=dict)

    def step(self, step_id: str) -> VisibleStep | None:
        return next((visible for visible in self.steps if visible.step.id == step_id), None)

    def places(self) -> Iterator[tuple[Place, Question, Lookup]]:
        """Every visible question that asks something, in reading order, with the lookup its conditions use."""
        for visible in self.steps:
            for question in visible.questions:
                yield (question.id, None), question, visible.lookup
            for item in visible.items:
                for question in item.questions:
                    yield (question.id, item.number), question, item.lookup

    @property
    def dropped(self) -> tuple[Place, ...]:
        """What was answered but no longer applies, in the order it was answered."""
        visible = {place for place, _, _ in self.places()}
        return tuple(
            place
            for place, answer in self.answers.given.items()
            if answer.state is AnswerState.ANSWERED
            and place not in visible
            and place[0] in self.service.questions
            and (place[1] is None or place[1] in self._items_of(place[0]))
        )

    def reachable(self, spot: Spot) -> bool:
        """Whether this page may be shown: it is on the path, and nothing before it is open."""
        order = {visible.step.id: index for index, visible in enumerate(self.steps)}
        if spot.step not in order:
            return False
        if self.first_open is None or spot.step == self.first_open.step:
            return True
        return order[spot.step] < order[self.first_open.step]

    def _items_of(self, question: str) -> tuple[int, ...]:
        group = self.service.group_of.get(question)
        return self.answers.items.get(group.id, ()) if group else ()


def walk(service: Service, answers: Answers) -> Walk:
    """Walk the definition with these answers."""
    values: dict[str, Any] = {}
    if service.assumed_kind is not None:
        values[APPLICANT_KIND] = service.assumed_kind
    lookup = values.get
    steps: list[VisibleStep] = []
    first_open: Spot | None = None
    for step in service.steps:
        if step.when is not None and not holds(step.when, lookup):
            continue
        if step.group is not None:
            visible, open_spot = _walk_group(service, step, step.group, answers, values)
        else:
            questions, is_open = _visible(service, step.questions, answers, None, values)
            if not is_open and step.id in service.adding:
                is_open = any(True for _ in sums_off(service, step, (values,), values.get))
            visible = VisibleStep(step, questions, (), lookup)
            open_spot = Spot(step.id) if is_open else None
        steps.append(visible)
        first_open = first_open or open_spot
    stop = next((stop for stop in service.stops if holds(stop.when, lookup)), None)
    return Walk(service, answers, tuple(steps), stop, first_open, lookup, values)


def degree(question: Question, lookup: Lookup) -> Required:
    """How much the question is required, with these answers."""
    if question.required_when is None:
        return question.required
    if not holds(question.required_when, lookup):
        return Required.FALSE
    return Required.EXPECTED if question.type.default_required == "expected" else Required.TRUE


def options(question: Question, lookup: Lookup) -> tuple[Option, ...]:
    """The options that may be chosen, with these answers."""
    if question.items is not None:
        return tuple(
            Option(key, Text(f"{question.id}.item.{key}", name, said=True))
            for key, name in lookup(question.items.key) or ()
        )
    return tuple(option for option in question.options if option.when is None or holds(option.when, lookup))


def next_spot(here: Walk, spot: Spot) -> Spot | None:
    """The page after this one; None when the check page is next."""
    ids = [visible.step.id for visible in here.steps]
    later = here.steps[ids.index(spot.step) + 1 :] if spot.step in ids else ()
    return entrance(here, later[0]) if later else None


def previous_spot(here: Walk, spot: Spot) -> Spot | None:
    """The page before this one; None when the start page is."""
    if spot.item is not None and here.answers.items.get(spot.step):
        return Spot(spot.step)
    ids = [visible.step.id for visible in here.steps]
    index = ids.index(spot.step) if spot.step in ids else len(ids)
    return Spot(ids[index - 1]) if index > 0 else None


def entrance(here: Walk, visible: VisibleStep) -> Spot:
    """Where one comes in to a step: a group that must have an item and has none opens its first item at once."""
    group = visible.step.group
    if group is not None and not visible.items and group.minimum > 0:
        return Spot(visible.step.id, here.answers.last_item.get(group.id, 0) + 1)
    return Spot(visible.step.id)


def spot_of(service: Service, place: Place) -> Spot:
    """The page that asks a question."""
    return Spot(service.step_of[place[0]].id, place[1])


def stop_spot(here: Walk) -> Spot | None:
    """The page whose answer led to the stop, where it can be changed."""
    if here.stop is None:
        return None
    asked = references(here.stop.when)
    for visible in here.steps:
        if visible.step.id in asked or any(question.id in asked for question in visible.step.asked):
            return Spot(visible.step.id)  # a group is counted under its own name
    return None


def items_wanted(group: Group, count: int) -> str | None:
    """`too_few_items` or `too_many_items` where the number of items breaks the group's limits."""
    if count < group.minimum:
        return "too_few_items"
    return "too_many_items" if count > group.maximum else None


def _walk_group(
    service: Service, step: Step, group: Group, answers: Answers, values: dict[str, Any]
) -> tuple[VisibleStep, Spot | None]:
    if group.limits:
        group = _limited(group, values.get)
        step = replace(step, group=group)
    items: list[ItemView] = []
    inside: list[_Local] = []
    open_spot: Spot | None = None
    for number in answers.items.get(group.id, ()):
        local = _Local(values, service.asked_in[group.id])
        questions, is_open = _visible(service, group.questions, answers, number, local)
        items.append(ItemView(number, questions, local.get))
        inside.append(local)
        if is_open and open_spot is None:
            open_spot = Spot(step.id, number)
    complete = group.id in answers.closed_groups
    if open_spot is None and (not complete or items_wanted(group, len(items))):
        new = group.minimum > 0 and not items
        open_spot = Spot(step.id, answers.last_item.get(group.id, 0) + 1 if new else None)
    if complete:  # how many there are is not known before somebody has said that there are no more
        values[group.id] = len(items)
        for question in group.questions:
            if question.id in service.summed:
                values[question.id] = tuple(local[question.id] for local in inside if question.id in local)
        for called in service.chosen_among.get(group.id, ()):
            values[called.key] = tuple(_named(service.questions[called.name], items, answers))
        if open_spot is None and step.id in service.adding:
            wrong = any(True for _ in sums_off(service, step, inside, values.get))
            open_spot = Spot(step.id) if wrong else None
    return VisibleStep(step, (), tuple(items), values.get), open_spot


def _limited(group: Group, lookup: Lookup) -> Group:
    """The group with the limits that these answers set."""
    found = {key: reference.limit(lookup(reference.name)) for key, reference in group.limits}
    least, most = found.get("min"), found.get("max")
    return replace(
        group,
        minimum=group.minimum if least is None else max(0, int(least)),
        maximum=group.maximum if most is None else max(0, int(most)),
    )


def _named(question: Question, items: Iterable[ItemView], answers: Answers) -> Iterator[tuple[str, str]]:
    """The items of a group that have a name, by number."""
    for item in items:
        value = answers.value(question.id, item.number)
        if value is not None and question in item.questions:
            yield str(item.number), question.type.quote(value, words(SOURCE))


def sums_off(
    service: Service, step: Step, pages: Iterable[Mapping[str, Any]], lookup: Lookup
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The sums of a step that are not what they should add up to: (questions, should be, is). `pages` has the values
    of the step, or of each of its items. While a part is not answered nothing is said."""
    for whole, parts in service.adding.get(step.id, {}).items():
        wanted = lookup(whole)
        given = [page[part] for page in pages for part in parts if part in page]
        if isinstance(wanted, tuple):
            wanted = sum(wanted)
        if wanted is not None and given and sum(given) != wanted:
            yield parts, wanted, sum(given)


def ground(names: Iterable[str], lookup: Lookup) -> str:
    """What an answer rests on, in a few characters: they are others exactly when the answers are."""
    return blake2b(repr([_plainly(lookup(name)) for name in names]).encode(), digest_size=6).hexdigest()


def _plainly(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def unconfirmed(service: Service, answers: Answers, place: Place, lookup: Lookup) -> bool:
    """Whether what this answer (or total) rests on has changed since somebody last looked at it."""
    names = service.resting.get(place[0])
    known = answers.grounds.get(place) if names else None
    return names is not None and known is not None and known != ground(names, lookup)


class _Local(dict[str, Any]):
    """Values of one item, before those of the whole service."""

    def __init__(self, around: Mapping[str, Any], own: frozenset[str]):
        super().__init__()
        self._around = around
        self._own = own  #: what the item is asked itself: where it has no answer, those of all items are none of it

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key) if key in self or key in self._own else self._around.get(key, default)


def _visible(
    service: Service, questions: tuple[Question, ...], answers: Answers, item: int | None, values: dict[str, Any]
) -> tuple[tuple[Question, ...], bool]:
    """The visible ones, their values added to `values` on the way (later conditions see them), and whether any of
    them is open."""
    lookup: Lookup = values.get
    given = answers.given
    visible = []
    is_open = False
    for question in questions:
        if question.when is not None and not holds(question.when, lookup):
            continue
        if question.items is not None:
            question = replace(question, options=options(question, lookup))  # noqa: PLW2901  as these answers make it
        visible.append(question)
        kind = question.type
        if not kind.asks:
            computed = compute(question, lookup)
            if computed is not None:
                values[question.id] = computed
                is_open = is_open or unconfirmed(service, answers, (question.id, item), lookup)
            continue
        answer = given.get((question.id, item))
        if answer is None:
            is_open = True
            continue
        if answer.state is AnswerState.ANSWERED and answer.value is not None:
            values[question.id] = kind.comparable(answer.value)
            if question.id in service.days_matter:
                values[f"{TODAY}:{question.id}"] = _day_of(answer)
        if not is_open and (
            not settled(question, answer, lookup)
            or (question.id in service.resting and unconfirmed(service, answers, (question.id, item), lookup))
        ):
            is_open = True
    return tuple(visible), is_open


def compute(question: Question, lookup: Lookup) -> Any:
    """The value of a computed question, or None for what has none (information texts)."""
    evaluate = getattr(question.type, "evaluate", None)
    return None if evaluate is None else evaluate(lookup)


def settled(question: Question, answer: Answer | None, lookup: Lookup) -> bool:
    """Whether nobody needs to look at this question again before going on.

    A blank left where an answer has since become required is not settled, nor is a choice that is no longer offered,
    nor what another answer no longer allows.
    What an agent put off ("later", "unknown") is settled for going on, and a problem for handing in. A blank on a paper
    that was received stays blank: it becomes part of the case's list of what is missing.
    """
    if answer is None:
        return False
    if answer.state is AnswerState.BLANK:
        return answer.origin.channel is Channel.PAPER or degree(question, lookup) is not Required.TRUE
    if answer.state is not AnswerState.ANSWERED:
        return True
    if question.dependent_options:
        offered = {option.key for option in options(question, lookup)}
        if not offered.issuperset(question.type.chosen(answer.value)):
            return False
    if question.type.limits and answer.value is not None:
        day = _day_of(answer)
        return day is None or not question.type.under(lookup).check(answer.value, day)
    return True


def today_of(answer: Answer, today: dt.date) -> dt.date:
    """The day an answer was given: limits such as `min: today` count from it, and are not judged again at sending."""
    return _day_of(answer) or today


def _day_of(answer: Answer) -> dt.date | None:
    try:
        return dt.datetime.fromisoformat(answer.origin.at).astimezone(_STOCKHOLM).date()
    except ValueError:
        return None
