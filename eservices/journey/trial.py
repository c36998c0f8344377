"""Runs the tests stored beside a definition: what the owner of the service promises, as examples.

Answers are written as a person would write them and go through the same reading and judging as any channel's.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eservices.definitions.model import Question, Service, Step
from eservices.journey.answers import Answers, Origin
from eservices.journey.check import problems_of
from eservices.journey.path import Spot, walk
from eservices.journey.routing import route_of
from eservices.journey.taking import Form, take_step
from eservices.values import Channel, Problem

#: The suffixes under which a written object gives its parts: {street: …} is the control `<id>-street`.
_SEPARATOR = "-"


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one stored test: the differences, each as (what, expected, found)."""

    test: StoredTest
    differences: tuple[tuple[str, str, str], ...]
    #: ids whose `when` has been seen to hold, for coverage
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
            raise ValueError(f"{name}: expect")
        tests.append(
            StoredTest(
                name,
                entry.get("answers") or {},
                expect.get("steps"),
                expect.get("errors") or {},
                expect.get("dropped"),
                expect.get("unit"),
                expect.get("stop"),
            )
        )
    return tests


def run(service: Service, tests: Sequence[StoredTest], now: dt.datetime) -> list[Verdict]:
    """Try every stored test. `now` is the moment of answering: limits such as `min: today` count from it."""
    return [_try(service, test, now) for test in tests]


def answers_of(service: Service, written: Mapping[str, Any], now: dt.datetime) -> tuple[Answers, list[Problem]]:
    """Take written answers through the journey, page by page; gives the answers and the problems met on the way."""
    origin = Origin(Channel.WEB, now.isoformat(timespec="seconds"))
    answers = Answers()
    problems: list[Problem] = []
    for step in service.steps:
        for answers_before, spot, page in _pages(step, written, answers):
            if not any(visible.step.id == step.id for visible in walk(service, answers_before).steps):
                answers = answers_before
                break
            mentioned = _mentioned(step, page)
            if not mentioned:
                answers = answers_before
                continue
            form, files = _form(step, page)
            taken = take_step(service, answers_before, spot, form, origin=origin, today=now.date(), files=files)
            answers = taken.answers
            problems.extend(problem for problem in taken.problems if problem.question in mentioned)
        if step.group is not None and isinstance(written.get(step.group.id), list):
            answers = answers.with_group_closed(step.group.id)
    return answers, problems


def _try(service: Service, test: StoredTest, now: dt.datetime) -> Verdict:
    answers, met = answers_of(service, test.answers, now)
    here = walk(service, answers)
    found = {problem.question: problem.code for problem in [*problems_of(here, now.date()), *met]}
    differences: list[tuple[str, str, str]] = []
    steps = [visible.step.id for visible in here.steps]
    if here.stop is None:
        steps.append("check")
    if test.steps is not None and list(test.steps) != steps:
        differences.append(("steps", ", ".join(test.steps), ", ".join(steps)))
    differences.extend(
        ("errors", f"{question}: {code}", f"{question}: {found.get(question, '-')}")
        for question, code in test.errors.items()
        if found.get(question) != code
    )
    dropped = sorted({place[0] for place in here.dropped})
    if test.dropped is not None and sorted(test.dropped) != dropped:
        differences.append(("dropped", ", ".join(sorted(test.dropped)), ", ".join(dropped)))
    unit = route_of(here).unit
    if test.unit is not None and test.unit != unit:
        differences.append(("unit", test.unit, unit))
    stop = here.stop.id if here.stop else None
    if test.stop is not None and test.stop != stop:
        differences.append(("stop", test.stop, stop or "-"))
    reached = (
        frozenset(place[0] for place, _, _ in here.places()) | frozenset(steps) | frozenset({stop} if stop else ())
    )
    return Verdict(test, tuple(differences), reached)


def _pages(
    step: Step, written: Mapping[str, Any], answers: Answers
) -> Iterator[tuple[Answers, Spot, Mapping[str, Any]]]:
    """The pages of a step with what is written for each. Items of a group are made as they come."""
    if step.group is None:
        yield answers, Spot(step.id), written
        return
    for entry in written.get(step.group.id) or []:
        answers, number = answers.with_new_item(step.group.id)
        yield answers, Spot(step.id, number), entry


def _mentioned(step: Step, written: Mapping[str, Any]) -> set[str]:
    return {question.id for question in step.asked if question.id in written}


def _form(step: Step, written: Mapping[str, Any]) -> tuple[Form, dict[str, list[str]]]:
    form: dict[str, list[str]] = {}
    files: dict[str, list[str]] = {}
    for question in step.asked:
        if question.id in written:
            if question.type.name == "file":
                files[question.id] = _files(written[question.id], form, question)
            else:
                form.update(_controls(question, written[question.id]))
    return form, files


def _controls(question: Question, written: Any) -> dict[str, list[str]]:
    """What a page would have sent for this answer."""
    if isinstance(written, Mapping):
        return {f"{question.id}{_SEPARATOR}{part}": [_plain(value)] for part, value in written.items()}
    if isinstance(written, list):
        return {question.id: [_plain(value) for value in written]}
    if question.type.parts != ("",) and "" not in question.type.parts:
        controls = question.type.controls(written)
        return {question.id + suffix: [_plain(text)] for suffix, text in controls.items()}
    return {question.id: [_plain(written)]}


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
