"""Services that nobody thought of when the language was made: they need no Python, and they work."""

import datetime as dt
from pathlib import Path

import pytest

from eservices.definitions.load import definition_files
from eservices.journey.checking import check
from tests.build.walker import Walker, origins
from eservices.journey.check import problems
from eservices.values import Channel

ODD = Path(__file__).parent / "odd"
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def test_odd_services_pass_and_keep_their_promises() -> None:
    report = check([ODD], NOW)

    assert report.lines() == []
    assert report.tests == 3
    assert len(report.services) == len(definition_files(ODD)) == 3


@pytest.mark.parametrize("name", [path.stem for path in definition_files(ODD)])
@pytest.mark.parametrize("seed", range(5))
def test_anybody_gets_through_an_odd_service(name: str, seed: int) -> None:
    service = next(service for service in check([ODD], NOW).services if service.id == name)

    answers = Walker(service, seed, NOW.date()).fill(origins(Channel.WEB, NOW))

    assert problems(service, answers, NOW.date()) == []


def test_a_broken_promise_is_told_at_its_line(tmp_path: Path) -> None:
    for path in ODD.glob("filminspelning*"):
        (tmp_path / path.name).write_text(
            path.read_text(encoding="utf-8").replace("crew: 23", "crew: 24").replace("guard: Åsa", "gurd: Åsa"),
            encoding="utf-8",
        )

    report = check([tmp_path / "filminspelning.yaml"], NOW)

    text = (tmp_path / "filminspelning.tests.yaml").read_text(encoding="utf-8").split("\n")
    told = {complaint.code: complaint for complaint in reversed(report.complaints)}
    assert report.failed
    assert "values:" in text[told["test_failed"].line - 1]
    assert "crew: 24" in told["test_failed"].sentence("sv") and "crew: 23" in told["test_failed"].sentence("en")
    assert "gurd" in text[told["test_unknown_answer"].line - 1]
    assert "`guard`" in told["test_unknown_answer"].sentence("sv")
