"""Services from other corners of a municipality: written from the reference alone, served without any change."""

import datetime as dt
from pathlib import Path

import pytest

from eservices.definitions.load import definition_files, service_from_content
from eservices.definitions.texts import ServiceTexts
from eservices.journey.check import problems
from eservices.journey.checking import check
from eservices.journey.path import walk
from eservices.journey.script import script
from eservices.journey.summary import summary
from eservices.language import words
from eservices.values import Channel
from tests.build.walker import Walker, origins

UNSEEN = Path(__file__).parent / "unseen"
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
NAMES = [path.stem for path in definition_files(UNSEEN)]
MOST_LINES = 200

SERVICES = {service.id: service for service in check([UNSEEN], NOW).services}


def test_they_pass_with_every_condition_and_option_reached() -> None:
    report = check([UNSEEN], NOW, publish=True)

    assert [c.printed() for c in report.complaints if c.severity == "error"] == []
    assert [c.printed() for c in check([UNSEEN], NOW).complaints] == []
    assert len(report.services) == len(NAMES) == 7
    assert report.tests >= 35


@pytest.mark.parametrize("name", NAMES)
def test_they_are_short(name: str) -> None:
    assert len((UNSEEN / f"{name}.yaml").read_text(encoding="utf-8").splitlines()) < MOST_LINES


@pytest.mark.parametrize("name", NAMES)
def test_anybody_gets_through_and_reads_their_answers_back(name: str) -> None:
    service = SERVICES[name]
    for seed in range(8):
        answers = Walker(service, seed, NOW.date()).fill(origins(Channel.WEB, NOW))

        assert problems(service, answers, NOW.date()) == []
        told = summary(walk(service, answers), ServiceTexts("sv", {}), words("sv"))
        assert not [line for section in told for line in section.lines if "{" in line.label + line.value]


@pytest.mark.parametrize("name", NAMES)
def test_a_version_is_read_again_from_its_content_alone(name: str) -> None:
    service = SERVICES[name]

    again = service_from_content(service.content)

    assert again.version == service.version
    assert again.steps == service.steps
    assert script(again, ServiceTexts("sv", {}), words("sv")) == script(service, ServiceTexts("sv", {}), words("sv"))
