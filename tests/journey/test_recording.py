"""A case becomes a stored test that passes and names nobody; a recalled version loses nothing that fits."""

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from eservices.definitions.conditions import Lookup
from eservices.definitions.load import definition_files, read_service
from eservices.definitions.model import Question, Service
from eservices.demo import inventing
from eservices.journey.answers import Origin
from eservices.journey.check import problems
from eservices.journey.checking import check
from eservices.journey.path import walk
from eservices.journey.recalling import carry_over
from eservices.journey.recording import as_yaml, is_personal, recorded
from eservices.journey.trial import read_tests, run
from eservices.values import Channel, Json
from tests.build.definition import DEFINITION, service
from tests.build.walker import Walker, origins

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
ROOT = Path(__file__).resolve().parent.parent
SERVICES: list[Service] = [
    *(found for path in definition_files(ROOT.parent / "forms") if (found := read_service(path).service) is not None),
    *check([ROOT / "definitions" / "unseen"], NOW).services,
]
BY_ID = {service.id: service for service in SERVICES}
#: Drawn by id: a whole definition is too long to be shown when something fails.
ANY_SERVICE = st.sampled_from(sorted(BY_ID))
ORIGIN = Origin(Channel.WEB, NOW.isoformat(timespec="seconds"))


def make_up(question: Question, lookup: Lookup) -> Json:
    chance = random.Random(question.id)
    for _ in range(50):
        made = inventing.invent(question, lookup, chance, origin=ORIGIN, today=TODAY, person=inventing.somebody(chance))
        if made.value is not None:
            return made.value
    return ""


@given(ANY_SERVICE, st.integers(0, 10_000))
def test_a_recorded_case_passes_as_a_test_and_names_nobody(drawn: str, seed: int) -> None:
    of = BY_ID[drawn]
    answers = Walker(of, seed, TODAY).fill(origins(Channel.WEB, NOW))

    written = as_yaml(recorded(of, answers, "Så gick det", make_up))
    [verdict] = run(of, read_tests(yaml.load(f"tests:\n{written}", yaml.BaseLoader)), NOW)

    assert verdict.differences == ()
    places = [
        (place, question, lookup) for place, question, lookup in walk(of, answers).places() if is_personal(question)
    ]
    # There are few published test numbers: an invented one may be the given one by chance.
    invented = {made for _, question, lookup in places if isinstance(made := make_up(question, lookup), str)}
    for place, question, _ in places:
        value = answers.value(*place)
        if not question.options and isinstance(value, str) and len(value) > 12 and value not in invented:
            assert value not in written


@given(ANY_SERVICE, st.integers(0, 10_000))
def test_a_version_that_only_says_it_better_takes_every_answer_over(drawn: str, seed: int) -> None:
    of = BY_ID[drawn]
    answers = Walker(of, seed, TODAY).fill(origins(Channel.WEB, NOW))

    carried = carry_over(of, replace(of, version="next"), answers, TODAY)

    assert carried.lost == ()
    assert not carried.look_again
    assert problems(of, carried.answers, TODAY) == []


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("type: integer", "type: text", {"shoe"}),
        ("max: 50", "max: 30", {"shoe"}),
        ("max: 50", "max: 49", set()),
        ("shoe:", "boot:", {"shoe"}),
    ],
)
def test_an_answer_that_no_longer_fits_is_lost_and_told(old: str, new: str, lost: set[str]) -> None:
    extended = DEFINITION + "      shoe:\n        label: Skostorlek\n        type: integer\n        max: 50\n"
    before = service(extended)
    changed = extended.replace(old, new)
    after = service(changed.replace("        max: 50\n", "") if new == "type: text" else changed)
    answers = Walker(before, 3, TODAY).fill(origins(Channel.WEB, NOW))
    given_now = replace(answers.given["shoe", None], value=42)
    answers = answers.with_answers({("shoe", None): given_now})

    carried = carry_over(before, after, answers, TODAY)

    assert {place[0] for place in carried.lost} == lost
    assert carried.look_again is bool(lost)
    assert all(carried.answers.given[place] == answers.given[place] for place in carried.answers.given)
