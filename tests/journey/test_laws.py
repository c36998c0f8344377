"""What holds for every service and all answers: hidden means gone, changes touch what depends on them, no dead ends."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.definitions.load import definition_files, read_service
from eservices.definitions.model import Service
from eservices.definitions.texts import ServiceTexts
from eservices.journey.answers import Answer, Answers, AnswerState
from eservices.journey.check import missing_of, problems, problems_of
from eservices.journey.checking import check
from eservices.journey.path import Spot, Walk, next_spot, previous_spot, walk
from eservices.journey.routing import route_of
from eservices.journey.summary import summary
from eservices.journey.taking import take_step
from eservices.language import words
from eservices.values import Channel
from tests.build.walker import Walker, origins

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
ROOT = Path(__file__).resolve().parent.parent
FORMS = [*definition_files(ROOT.parent / "forms"), *definition_files(ROOT / "definitions" / "odd")]
UNSEEN = ROOT / "definitions" / "unseen"

SERVICES: list[Service] = [
    *(service for path in FORMS if (service := read_service(path).service) is not None),
    *check([UNSEEN], NOW).services,
]

services = st.sampled_from(SERVICES)
seeds = st.integers(0, 10_000)


def filled(service: Service, seed: int) -> Answers:
    return Walker(service, seed, TODAY).fill(origins(Channel.WEB, NOW))


def with_other_answers(service: Service, answers: Answers, other: Answers, seed: int, share: float = 0.4) -> Answers:
    """Some answers of somebody else among these: a heap that no single walk would give."""
    random = Random(seed)
    changes = {place: answer for place, answer in other.given.items() if place[1] is None and random.random() < share}
    return answers.with_answers(changes)


def seen(here: Walk) -> object:
    """Everything that anybody can notice of a walk."""
    return (
        [place for place, _, _ in here.places()],
        here.stop,
        here.first_open,
        problems_of(here, TODAY),
        missing_of(here),
        route_of(here),
        [line.value for section in summary(here, ServiceTexts("sv", {}), words("sv")) for line in section.lines],
    )


def test_there_are_services_to_try() -> None:
    assert len(SERVICES) >= 6


@given(services, seeds)
def test_everybody_gets_to_the_check_page_and_can_send(service: Service, seed: int) -> None:
    assert problems(service, filled(service, seed), TODAY) == []


@given(services, seeds, seeds)
def test_hidden_answers_never_influence_anything(service: Service, seed: int, another: int) -> None:
    answers = with_other_answers(service, filled(service, seed), filled(service, another), seed)
    here = walk(service, answers)
    visible = {place for place, _, _ in here.places()}

    without = replace(answers, given={place: answer for place, answer in answers.given.items() if place in visible})

    assert seen(walk(service, without)) == seen(here)


@given(services, seeds, seeds)
def test_an_answer_taken_back_brings_everything_back(service: Service, seed: int, another: int) -> None:
    before = filled(service, seed)
    pages = {spot.step: form for spot, form in _pages(service, another) if spot.item is None}
    step = Random(seed).choice([step for step in service.steps if step.group is None])
    if step.id not in pages:
        return
    own = {question.id for question in step.asked}

    changed = _take(service, before, Spot(step.id), pages[step.id])
    back = changed.with_answers({place: answer for place, answer in before.given.items() if place[0] in own})

    kept = {place: answer for place, answer in before.given.items() if place[0] not in own}
    assert {place: changed.given[place] for place in kept} == kept, "a page changes nothing of other pages"
    blanks = {place for place in back.given if place not in before.given}
    kept = {p: a for p, a in back.given.items() if p not in blanks}
    again = replace(back, given=kept, grounds=before.grounds)
    assert seen(walk(service, again)) == seen(walk(service, before))


@given(services, seeds, seeds)
def test_a_change_opens_only_what_depends_on_it(service: Service, seed: int, another: int) -> None:
    before, other = filled(service, seed), filled(service, another)
    here = walk(service, before)
    places = [place for place, question, _ in here.places() if question.type.asks and place[1] is None]
    place = Random(another).choice(places)
    answer = other.given.get(place)
    if answer is None or answer.state is not AnswerState.ANSWERED:
        return

    after = walk(service, before.with_answers({place: answer}))

    allowed = service.dependents.get(place[0], frozenset()) | {place[0]}
    assert _open(after) <= allowed
    changed = {p[0] for p in {p for p, _, _ in after.places()} ^ {p for p, _, _ in here.places()}}
    assert changed <= allowed
    assert route_of(after) == route_of(here) or _routing_looks_at(service, allowed)


@given(services, seeds)
def test_the_summary_tells_what_is_visible_and_nothing_else(service: Service, seed: int) -> None:
    here = walk(service, filled(service, seed))

    told = [line.place for section in summary(here, ServiceTexts("sv", {}), words("sv")) for line in section.lines]

    asked = [place for place, question, _ in here.places() if question.type.asks]
    assert [place for place in told if service.questions[place[0]].type.asks] == asked
    assert len(told) == len(set(told))
    assert set(told) <= {place for place, _, _ in here.places()}


@given(services, seeds, seeds)
def test_answers_survive_being_stored(service: Service, seed: int, another: int) -> None:
    answers = with_other_answers(service, filled(service, seed), filled(service, another), seed)

    stored = json.loads(json.dumps(answers.to_json(), sort_keys=True))

    assert Answers.from_json(stored) == answers


@given(services, seeds)
def test_pages_form_one_way_forward_and_back(service: Service, seed: int) -> None:
    here = walk(service, filled(service, seed))
    forward = []
    spot: Spot | None = Spot(here.steps[0].step.id)
    while spot is not None:
        forward.append(spot)
        assert here.reachable(spot)
        spot = next_spot(here, spot)
    backward = [forward[-1]]
    while (spot := previous_spot(here, backward[-1])) is not None:
        backward.append(spot)

    assert [each.step for each in forward] == [visible.step.id for visible in here.steps]
    assert backward[::-1] == forward


@given(services, seeds, st.integers(0, 40))
def test_limits_count_from_the_day_of_answering(service: Service, seed: int, days: int) -> None:
    """What was right on Monday is not wrong on Friday, however long somebody thinks about it."""
    answers = filled(service, seed)

    assert problems(service, answers, TODAY + dt.timedelta(days=days)) == []


@given(services, seeds)
def test_paper_is_registered_whatever_is_left_blank(service: Service, seed: int) -> None:
    answers = filled(service, seed)
    random = Random(seed)
    origin = origins(Channel.PAPER, NOW)()
    blank = {
        place: Answer(None, AnswerState.BLANK, origin)
        for place in answers.given if random.random() < 0.5
    }  # fmt: skip
    here = walk(service, answers.with_answers(blank))

    assert problems_of(here, TODAY, paper=True) == [] or here.stop is not None
    # Only what the path itself now shows anew can be open.
    assert not set(_open_places(here)) & set(blank)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.id)
def test_a_step_reached_too_early_is_not_shown(service: Service) -> None:
    here = walk(service, Answers())

    assert here.first_open is not None
    assert here.first_open.step == here.steps[0].step.id
    assert not any(here.reachable(Spot(visible.step.id)) for visible in here.steps[1:])


def _pages(service: Service, seed: int) -> list[tuple[Spot, object]]:
    walker = Walker(service, seed, TODAY)
    walker.fill(origins(Channel.WEB, NOW))
    return list(walker.pages)


def _take(service: Service, answers: Answers, spot: Spot, form: object) -> Answers:
    origin = origins(Channel.WEB, NOW)()
    return take_step(service, answers, spot, form, origin=origin, today=TODAY).answers  # type: ignore[arg-type]


def _open_places(here: Walk) -> set[tuple[str, int | None]]:
    return {
        (problem.question, problem.item)
        for problem in problems_of(here, TODAY) if problem.code == "unanswered"
    }  # fmt: skip


def _open(here: Walk) -> set[str]:
    """What somebody must look at again."""
    return {problem.question for problem in problems_of(here, TODAY)}


def _routing_looks_at(service: Service, names: frozenset[str] | set[str]) -> bool:
    from eservices.definitions.conditions import references

    return any(references(rule.when) & names for rule in service.routing.rules)
