"""The accessibility statement: the six items of the regulation (MDFFS 2019:2, 6 §), the form it must have, and that it
says of the pages what was found by trying them, and nothing else."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

import eservices
from eservices.calendars import FixedClock
from eservices.cli import main
from eservices.definitions.library import Library
from eservices.language import LANGUAGES
from eservices.settings import Settings
from eservices.web import create_app
from eservices.web.resident.statement import CHECKS, FILE, FLAWS, SITUATIONS, NotWorthTelling, summed_up
from tests.conftest import ROOT
from tests.journeys.person import Person

_ADDRESS = "/sv/accessibility"
_TESTED: Mapping[str, object] = {
    "check": "axe",
    "language": "sv",
    "outcome": "passed",
    "looks": 6,
    "seconds": 1.0,
    "day": "2026-11-25",
    "said": [],
}
_CONTROL = {**_TESTED, "check": "control", "looks": 0}


def found(**tests: Mapping[str, object]) -> dict[str, object]:
    """What `make access` writes down of these tests, and of one more of axe that was wanted."""
    wanted = {name: test["check"] for name, test in tests.items()} | {"another": "axe"}
    return {"release": "1.2", "commit": "abc", "engines": {"axe": "4"}, "wanted": wanted, "tests": tests}


@pytest.fixture
def reads(settings: Settings, clock: FixedClock, tmp_path: Path) -> Callable[[object], Person]:
    """The statement of an installation with these results, before somebody's eyes."""

    def opened(results: object) -> Person:
        (tmp_path / FILE).write_text(json.dumps(results))
        app = create_app(replace(settings, forms_dirs=(tmp_path, *settings.forms_dirs)), clock)
        return Person(app.test_client()).go(_ADDRESS)

    return opened


def test_the_statement_says_each_of_the_six_things(client: FlaskClient) -> None:
    text = Person(client).go(_ADDRESS).text

    assert "Tjörns kommun står bakom" in text
    assert len(re.findall(r"\b(?:helt|delvis|inte) förenliga\b", text)) == 1
    assert len(SITUATIONS) == 10
    for said in (*FLAWS, *CHECKS.values(), *(one.who for one in SITUATIONS), "Inte testat av användare än."):
        assert said in text
    assert "Redogörelsen gicks igenom 25 november 2026." in text
    assert "https://www.digg.se/tdosanmalan" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_read_in_every_language_and_reports_to_a_service_in_it(client: FlaskClient, language: str) -> None:
    page = Person(client).go(f"/{language}/accessibility").page

    assert not page.css("main :is(h2, li, dt)[lang=sv], main :is(h2, li, dt) > span[lang=sv]")
    button = page.css_first("main a.btn")
    assert button is not None
    assert button.attributes["href"] == f"/{language}/services/tillganglighet"


def test_who_is_shut_out_reports_it_without_saying_who_they_are(client: FlaskClient, library: Library) -> None:
    button = Person(client).go(_ADDRESS).page.css_first("main a.btn")
    assert button is not None
    address = str(button.attributes["href"])

    assert client.get(address).status_code == 200
    assert library.services[address.rpartition("/")[2]].anonymous


def test_it_can_be_reached_from_every_page_and_without_signing_in(client: FlaskClient) -> None:
    """From those of residents, from those that say something is wrong, and from the way in for staff."""
    pages = ("/sv/", "/sv/case", "/sv/continue", "/sv/privacy", _ADDRESS, "/sv/services/batplats", "/sv/nothing-here")
    for path in (*pages, "/staff/login"):
        assert f'href="{_ADDRESS}"' in client.get(path).get_data(as_text=True), path
    step = Person(client).go("/sv/services/batplats").press()
    assert f'href="{_ADDRESS}"' in (step.page.html or "")
    assert f'href="{_ADDRESS}"' in (step.press().page.html or "")


def test_what_was_tried_is_told_with_how_much_and_when(reads: Callable[[object], Person]) -> None:
    axe = {"day": "2026-11-25", "ran": 96, "of": 96, "looks": 11340, "faults": 0}
    text = reads({"release": eservices.__version__, "checks": {"axe": axe}}).text

    assert "Inga fel på 11 340 visningar, 25 november 2026." in text.replace("\u00a0", " ")
    assert text.count("Inte kört.") >= len(CHECKS) - 1, "what has no result was not run"
    assert "inte prövad än" not in text


def test_what_was_run_in_part_or_has_faults_is_told_as_that(reads: Callable[[object], Person]) -> None:
    some = {"day": "2026-11-25", "ran": 4, "of": 9, "looks": 20, "faults": 2}
    person = reads({"release": "0.0.1", "checks": {"ibm": some}})

    assert "Kört till en del: 4 av 9 prov. 2 fel är inte rättade än" in person.text
    assert "Utgåvan du ser är nyare, och inte prövad än." in person.text
    flaws = next(node for node in person.page.css("main ul") if FLAWS[0] in node.text())
    assert "2 fel är inte rättade än" in flaws.text()


def test_without_results_nothing_is_said_to_have_been_tried(reads: Callable[[object], Person]) -> None:
    text = reads({"release": eservices.__version__, "checks": {}}).text

    assert "Inget är prövat automatiskt för den här utgåvan." in text
    assert "Inga fel" not in text


def test_a_release_carries_what_was_found_of_it(library: Library) -> None:
    carried = json.loads((ROOT / "forms" / FILE).read_text("utf-8"))

    assert carried["release"] == eservices.__version__
    assert set(carried["checks"]) <= set(CHECKS)


def test_results_are_summed_up_with_what_was_left_out() -> None:
    skipped = {**_TESTED, "check": "ibm", "outcome": "skipped"}
    wrong = {**_TESTED, "outcome": "failed", "language": "ar", "said": ["one", "two"]}

    said = summed_up(found(a=_TESTED, b=wrong, c=skipped, d=_CONTROL))

    assert said["checks"] == {
        "axe": {"day": "2026-11-25", "ran": 2, "of": 3, "looks": 12, "faults": 2, "languages": ["ar", "sv"]}
    }


@pytest.mark.parametrize("controls", [{}, {"d": {**_CONTROL, "outcome": "failed", "said": ["nothing found"]}}])
def test_results_whose_controls_found_nothing_are_not_told(controls: Mapping[str, Mapping[str, object]]) -> None:
    with pytest.raises(NotWorthTelling):
        summed_up(found(a=_TESTED, **controls))


def test_the_command_keeps_what_people_have_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESERVICES_FORMS_DIR", str(tmp_path))
    result = tmp_path / "access.json"
    result.write_text(json.dumps(found(a=_TESTED, d=_CONTROL)))

    first = CliRunner().invoke(main, ["statement", str(result)])
    aid = ["--tried", "NVDA, Firefox", "--people", "2", "--on", "2026-12-01"]
    assert CliRunner().invoke(main, ["statement", *aid]).exit_code == 0
    assert CliRunner().invoke(main, ["statement", str(result)]).exit_code == 0

    assert first.output == "axe: 1 of 2 run, 6 looked at, 0 faults\n"
    kept = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert kept["people"] == [{"aid": "NVDA, Firefox", "people": 2, "day": "2026-12-01"}]
    assert CliRunner().invoke(main, ["statement", str(tmp_path / "nothing.json")]).exit_code == 1
    result.write_text(json.dumps(found(a=_TESTED)))
    assert CliRunner().invoke(main, ["statement", str(result)]).output.endswith("proves nothing: not run\n")


def test_what_people_have_tried_is_told(reads: Callable[[object], Person]) -> None:
    people = [{"aid": "NVDA, Firefox", "people": 2, "day": "2026-12-01"}]
    text = reads({"release": eservices.__version__, "checks": {}, "people": people}).text

    assert re.search(r"NVDA, Firefox ?: 2 personer, 1 december 2026", text)
    assert "Inte testat av användare" not in text
