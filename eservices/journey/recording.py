"""A case becomes a stored test: the same way through the service, and nothing that was anybody's.

What says who somebody is, or is in anybody's own words, is replaced; choices, numbers and days are what the way
depends on, and stay.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from eservices.calendars import day_of
from eservices.definitions.conditions import Lookup
from eservices.definitions.model import Question, Sensitivity, Service
from eservices.journey.answers import Answer, Answers, AnswerState
from eservices.journey.check import missing_of
from eservices.journey.path import walk
from eservices.journey.routing import route_of
from eservices.values import Json

#: Makes up another answer to a question that fits as well.
MakeUp = Callable[[Question, Lookup], Json]


def recorded(service: Service, answers: Answers, name: str, make_up: MakeUp) -> dict[str, Any]:
    """One stored test: the answers with made-up personal data, the day they were given, and what became of them."""
    here = walk(service, answers)
    written: dict[str, Any] = {}
    for visible in here.steps:
        group = visible.step.group
        if group is None:
            for question in visible.questions:
                _write(written, answers.get(question.id), question, visible.lookup, make_up)
            continue
        items = []
        for item in visible.items:
            entry: dict[str, Any] = {}
            for question in item.questions:
                _write(entry, answers.get(question.id, item.number), question, item.lookup, make_up)
            items.append(entry)
        written[group.id] = items
    steps = [visible.step.id for visible in here.steps]
    expected: dict[str, Any] = {"steps": steps if here.stop else [*steps, "check"]}
    if here.stop is not None:
        expected["stop"] = here.stop.id
    missing = list(dict.fromkeys(place[0] for place in missing_of(here)))
    route = route_of(here)
    expected |= {"missing": missing, "unit": route.unit, "queue": route.queue}
    told = _renumbered(service, answers, written)
    return {"name": name, **_begun(answers), "answers": told, "expect": expected}


def _begun(answers: Answers) -> dict[str, str]:
    """The day on which the first answer was given: what may not lie in the past is judged from then."""
    moments = [dt.datetime.fromisoformat(answer.origin.at) for answer in answers.given.values() if answer.origin.at]
    return {"answered": day_of(min(moments)).isoformat()} if moments else {}


def as_yaml(test: Mapping[str, Any]) -> str:
    """The test as it goes into `<service>.tests.yaml`, below `tests:`."""
    text = yaml.safe_dump([dict(test)], allow_unicode=True, sort_keys=False, width=110, indent=2)
    return "".join(f"  {line}" for line in text.splitlines(keepends=True))


def is_personal(question: Question) -> bool:
    """Whether an answer may say who somebody is, or is in somebody's own words."""
    return (
        not question.type.impersonal or question.sensitivity is not Sensitivity.NORMAL or question.prefill is not None
    )


def _write(into: dict[str, Any], answer: Answer | None, question: Question, lookup: Lookup, make_up: MakeUp) -> None:
    if not question.type.asks or answer is None:
        return
    if answer.state is not AnswerState.ANSWERED or answer.value is None:
        into[question.id] = ""
        return
    value: Json = answer.value
    if isinstance(value, dict) and "ids" in value:
        ids = value["ids"]
        into[question.id] = (
            [f"fil-{n}.pdf" for n, _ in enumerate(ids, start=1)] if isinstance(ids, list) and ids else "later"
        )
        return
    if not question.type.impersonal or (is_personal(question) and not question.options):
        value = make_up(question, lookup)
    elif isinstance(value, dict) and "other" in value:
        value = {**value, "other": "Något annat"}
    controls = {part.removeprefix("-"): text for part, text in question.type.controls(value).items() if text}
    if question.type.written_whole:
        into[question.id] = value
    else:
        into[question.id] = controls[""] if list(controls) == [""] else controls


def _renumbered(service: Service, answers: Answers, written: dict[str, Any]) -> dict[str, Any]:
    """Choices among the items of a group by the numbers the items get when they are written down anew."""
    for question in service.questions.values():
        if question.items is None or question.id not in written:
            continue
        order = {str(number): str(n) for n, number in enumerate(answers.items.get(question.items.each, ()), start=1)}
        chosen = written[question.id]
        written[question.id] = (
            [order.get(key, key) for key in chosen] if isinstance(chosen, list) else order.get(chosen, chosen)
        )
    return written
