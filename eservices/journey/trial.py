"""Runs the tests stored beside a definition: what the owner of the service promises, as examples.

Answers are written as a person would write them and go through the same reading and judging as any channel's.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eservices.calendars import OFFICE_HOURS, OpeningHours, day_of, start_of_day
from eservices.definitions.conditions import holds
from eservices.definitions.model import Question, Service, Step
from eservices.journey.answers import Answer, Answers, AnswerState, Origin, Place
from eservices.journey.check import missing_of, problems_of
from eservices.journey.path import Spot, Walk, walk
from eservices.journey.routing import Due, due_of, route_of
from eservices.journey.taking import Form, take_step
from eservices.values import Channel, Problem

#: The suffixes under which a written object gives its parts: {street: …} is the control `<id>-street`.
_SEPARATOR = "-"

#: A test that names its day is answered in the middle of it.
_NOON = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StoredTest:
    """One example: answers in, expectations out. `answers` holds plain YAML values; groups are lists of objects."""

    name: str
    answers: Mapping[str, Any]
    steps: Sequence[str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    dropped: Sequence[str] | None = None
    unit: str | None = None
    stop: str | None = None
    queue: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    missing: Sequence[str] | None = None
    answered: dt.date | None = None  #: the day of answering, where it is not the day of the run
    due: Due | None = None  #: `promised` alone counts where the law sets no time in `by_law`


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one stored test: the differences, each as (what, expected, found)."""

    test: StoredTest
    differences: tuple[tuple[str, str, str], ...]
    #: ids of what has been seen (questions, steps, stops), and `question.option` of what was chosen, for coverage
    reached: frozenset[str]

    @property
    def passed(self) -> bool:
        return not self.differences


def read_tests(content: Mapping[str, Any]) -> list[StoredTest]:
    """The stored tests of a `<service>.tests.yaml` that has been read into plain values.

    Raises `ValueError` with the name of the test that lacks something.
    """
    tests = []
    for number, entry in enumerate(content.get("tests") or [], start=1):
        name = str(entry.get("name") or f"test {number}")
        expect = entry.get("expect")
        if not isinstance(expect, Mapping):
            raise ValueError(f"{name}: expect")  # noqa: TRY004  the author's mistake, not the caller's
        wanted = {key: expect[key] for key in ("steps", "dropped", "unit", "stop", "queue", "missing") if key in expect}
        tests.append(
            StoredTest(
                name,
                entry.get("answers") or {},
                errors=expect.get("errors") or {},
                values=expect.get("values") or {},
                answered=_day(entry["answered"]) if "answered" in entry else None,
                due=_due(expect["due"]) if "due" in expect else None,
                **wanted,
            )
        )
    return tests


def _day(written: object) -> dt.date:
    return dt.date.fromisoformat(str(written))


def _due(written: object) -> Due:
    if not isinstance(written, Mapping):
        return Due(_day(written))
    return Due(_day(written["promised"]), tuple(_day(day) for day in written.get("by_law") or ()))


def run(
    service: Service, tests: Sequence[StoredTest], now: dt.datetime, hours: OpeningHours = OFFICE_HOURS
) -> list[Verdict]:
    """Try every stored test. A test that names no day is answered at `now`: limits such as `min: today` count from it.

    `hours` are those in which the contact centre works, by which a promise in working hours runs.
    """
    return [
        _try(service, test, now if test.answered is None else start_of_day(test.answered) + _NOON, hours)
        for test in tests
    ]


def answers_of(service: Service, written: Mapping[str, Any], now: dt.datetime) -> tuple[Answers, list[Problem]]:
    """Take written answers through the journey, page by page; gives the answers and the problems met on the way."""
    origin = Origin(Channel.WEB, now.isoformat(timespec="seconds"))
    answers = Answers()
    problems: list[Problem] = []
    for step in service.steps:
        if walk(service, answers).step(step.id) is None:
            if step.group is None:  # as if somebody had answered it and then changed an earlier answer
                answers = answers.with_answers(_set_aside(step, written, origin, day_of(now)))
            continue
        for page in _pages(step, written):
            number = None
            if step.group is not None:
                answers, number = answers.with_new_item(step.group.id)
            mentioned = _mentioned(step, page)
            if not mentioned:
                continue
            form, files = _form(step, page)
            spot = Spot(step.id, number)
            taken = take_step(service, answers, spot, form, origin=origin, today=day_of(now), files=files)
            answers = taken.answers
            problems.extend(problem for problem in taken.problems if problem.question in mentioned)
        if step.group is not None and isinstance(written.get(step.group.id), list):
            answers = answers.with_group_closed(step.group.id)
    return answers, problems


def _set_aside(step: Step, written: Mapping[str, Any], origin: Origin, today: dt.date) -> dict[Place, Answer]:
    """What is written for a step that does not apply, where it can be read."""
    form, _ = _form(step, written)
    read = {
        question.id: question.type.parse(
            {part: form.get(question.id + part, ()) for part in question.type.parts}, today
        )
        for question in step.asked
        if question.type.asks and question.id in written
    }
    return {
        (name, None): Answer(parsed.value, AnswerState.ANSWERED, origin)
        for name, parsed in read.items()
        if parsed.value is not None and not parsed.faults
    }


def _try(service: Service, test: StoredTest, now: dt.datetime, hours: OpeningHours) -> Verdict:
    answers, met = answers_of(service, test.answers, now)
    here = walk(service, answers)
    found = {problem.question: problem.code for problem in [*problems_of(here, day_of(now)), *met]}
    steps = [visible.step.id for visible in here.steps]
    if here.stop is None:
        steps.append("check")
    stop = here.stop.id if here.stop else None
    destination = route_of(here)
    differences = [
        *_in_order("steps", test.steps, steps),
        *(
            ("errors", f"{question}: {code}", f"{question}: {found.get(question, '-')}")
            for question, code in test.errors.items()
            if found.get(question) != code
        ),
        # An answer that was written and is wrong is a slip of the pen, unless the test is about it.
        *(
            ("errors", f"{problem.question}: -", f"{problem.question}: {problem.code}")
            for problem in met
            if problem.question not in test.errors
        ),
        *_alike("dropped", test.dropped, {place[0] for place in here.dropped}),
        *_alike("missing", test.missing, {place[0] for place in missing_of(here)}),
        *_same("unit", test.unit, destination.unit),
        *_same("queue", test.queue, destination.queue),
        *_same("stop", test.stop, stop),
        *_in_time(test.due, due_of(destination, now, hours)),
        *(
            difference
            for question, value in test.values.items()
            for difference in _same("values", f"{question}: {value}", f"{question}: {here.lookup(question)}")
        ),
    ]
    return Verdict(test, tuple(differences), frozenset(_reached(here, steps, stop)))


def _reached(here: Walk, steps: Sequence[str], stop: str | None) -> Iterator[str]:
    yield from steps
    if stop is not None:
        yield stop
    service = here.service
    yield from (f"rule:{n}" for n, rule in enumerate(service.routing.rules, start=1) if holds(rule.when, here.lookup))
    yield from (
        f"requirement:{each.id}" for each in service.requirements if each.when and holds(each.when, here.lookup)
    )
    for visible in here.steps:
        signing = visible.step.cosigners
        around = [item.lookup for item in visible.items] or [visible.lookup]
        if signing is not None and signing.when is not None and any(holds(signing.when, one) for one in around):
            yield f"cosigners:{visible.step.id}"
    for place, question, lookup in here.places():
        yield question.id
        if question.required_when is not None and holds(question.required_when, lookup):
            yield f"required:{question.id}"
        answer = here.answers.given.get(place)
        if answer is not None and answer.state is AnswerState.ANSWERED:
            yield from (f"{question.id}.{key}" for key in question.type.chosen(answer.value))


def _same(what: str, expected: str | None, found: str | None) -> Iterator[tuple[str, str, str]]:
    if expected is not None and expected != found:
        yield what, expected, found or "-"


def _in_time(expected: Due | None, found: Due) -> Iterator[tuple[str, str, str]]:
    if expected is not None:
        yield from _same("due", str(expected.promised), str(found.promised))
        yield from _alike("due", [str(day) for day in expected.by_law], {str(day) for day in found.by_law})


def _alike(what: str, expected: Sequence[str] | None, found: set[str]) -> Iterator[tuple[str, str, str]]:
    if expected is not None and sorted(expected) != sorted(found):
        yield what, ", ".join(sorted(expected)) or "-", ", ".join(sorted(found)) or "-"


def _in_order(what: str, expected: Sequence[str] | None, found: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    if expected is not None and list(expected) != list(found):
        yield what, ", ".join(expected), ", ".join(found)


def _pages(step: Step, written: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What is written for each page of a step: one, or one for each item of its group."""
    if step.group is None:
        return (written,)
    entries = written.get(step.group.id)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else ()


def _mentioned(step: Step, written: Mapping[str, Any]) -> set[str]:
    return {question.id for question in step.asked if question.id in written}


def _form(step: Step, written: Mapping[str, Any]) -> tuple[Form, dict[str, list[str]]]:
    form: dict[str, list[str]] = {}
    files: dict[str, list[str]] = {}
    for question in step.asked:
        if question.id in written:
            if question.type.takes_files:
                files[question.id] = _files(written[question.id], form, question)
            else:
                form.update(_controls(question, written[question.id]))
    return form, files


def _controls(question: Question, written: Any) -> dict[str, list[str]]:
    """What a page would have sent for this answer."""
    kind = question.type
    if isinstance(written, Mapping):
        if all(_suffix(part) in kind.parts for part in written):
            return {question.id + _suffix(part): _sent(value) for part, value in written.items()}
        return _from_value(question, dict(written))
    if isinstance(written, list) and "" not in kind.parts:
        return _from_value(question, written)
    if "" not in kind.parts and written not in {None, ""}:
        return _from_value(question, written)
    return {question.id + ("" if "" in kind.parts else kind.parts[0]): _sent(written)}


def _from_value(question: Question, value: Any) -> dict[str, list[str]]:
    """A value in its normal form, spread over the controls as a page would show it."""
    try:
        controls = question.type.controls(value)
    except (ValueError, TypeError, KeyError, AttributeError):  # the author wrote something else; it is judged as typed
        return {question.id + question.type.parts[0]: _sent(str(value))}
    return {question.id + suffix: _sent(text) for suffix, text in controls.items()}


def _suffix(part: str) -> str:
    return _SEPARATOR + part if part else ""


def _sent(value: Any) -> list[str]:
    return [_plain(item) for item in value] if isinstance(value, list) else [_plain(value)]


def _files(written: Any, form: dict[str, list[str]], question: Question) -> list[str]:
    """`later`, or the names of files: stand-ins for attachments that were uploaded."""
    if written == "later":
        form[f"{question.id}-later"] = ["yes"]
        return []
    return [str(name) for name in (written if isinstance(written, list) else [written]) if name]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
