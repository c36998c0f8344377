"""Services that nobody thought of when the language was made: they need no Python, and they work."""

import datetime as dt
from pathlib import Path

import pytest

from eservices.definitions.load import definition_files
from eservices.journey.check import problems
from eservices.journey.checking import check, difference, new_definition
from eservices.values import Channel
from tests.build.definition import DEFINITION, service
from tests.build.walker import Walker, origins

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
    assert "crew: 24" in told["test_failed"].sentence("sv")
    assert "crew: 23" in told["test_failed"].sentence("en")
    assert "gurd" in text[told["test_unknown_answer"].line - 1]
    assert "`guard`" in told["test_unknown_answer"].sentence("sv")


def test_a_new_definition_passes_whatever_it_is_called(tmp_path: Path) -> None:
    for title in ("Ansök om lov", 'Ansök: "snabbt" & lätt #1', "  (x) - [y]\\  "):
        path = tmp_path / "nytt.yaml"
        path.write_text(new_definition("nytt", title), encoding="utf-8")

        report = check([path], NOW)

        assert report.lines() == []
        assert report.services[0].title.sv == " ".join(title.split())


def test_a_difference_is_told_in_words() -> None:
    old = service()
    new = service(
        DEFINITION.replace("label: Namn", "label: Vad heter du?").replace("decide_within: 10", "decide_within: 5")
        + "      shoe:\n        label: Skostorlek\n        type: integer\n"
    )

    told = difference(old, new, "sv")

    assert told == [
        "Ny fråga `shoe` i steget `person`: Skostorlek",
        "routing.case.decide_within: ”10 working days” blev ”5 working days”.",
        "name.label: ”Namn” blev ”Vad heter du?”.",
    ]
    assert difference(new, old, "en")[0].startswith("The question `shoe` is gone.")
    assert difference(old, old, "en") == ["Nothing has changed."]


def test_a_slip_in_a_test_is_told_even_if_the_test_is_about_something_else(tmp_path: Path) -> None:
    (tmp_path / "klotterplank.yaml").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "klotterplank.tests.yaml").write_text(
        "service: klotterplank\ntests:\n  - name: Bilen\n    answers:\n      paint: geen\n    expect:\n      errors: {}\n",
        encoding="utf-8",
    )

    [told] = check([tmp_path / "klotterplank.yaml"], NOW).lines()

    assert "paint: not_an_option" in told


def test_a_complaint_in_a_block_says_who_uses_it(tmp_path: Path) -> None:
    (tmp_path / "blocks").mkdir()
    block = "block: more\ntitle: Mer\nquestions:\n  colour_wanted:\n    label: Färg\n    type: text\n    when:\n      nothing: yes\n"
    (tmp_path / "blocks" / "more.yaml").write_text(block, encoding="utf-8")
    (tmp_path / "klotterplank.yaml").write_text(f"{DEFINITION}  - step: more_of_it\n    use: more\n", encoding="utf-8")

    told = check([tmp_path / "klotterplank.yaml"], NOW).lines()

    assert len(told) == 1
    assert told[0].startswith(str(tmp_path / "blocks" / "more.yaml"))
    assert f"(När {tmp_path / 'klotterplank.yaml'} använder blocket.)" in told[0]
