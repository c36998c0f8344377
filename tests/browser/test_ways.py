"""Whole journeys by keyboard only, and without JavaScript: nothing may need a mouse or a script."""

import json
from pathlib import Path

import pytest

from tests.browser.conftest import everything
from tests.browser.person import KeyboardPerson, Person
from tests.servers import Server

ANSWERS = Path(__file__).resolve().parent / "answers"
#: The suite goes the ways of the services with the most kinds of question; `make access` of all.
SERVICES = (
    sorted(path.stem for path in ANSWERS.glob("*.json"))
    if everything()
    else ["bostadsanpassning", "fardtjanst", "felanmalan", "offentlig_plats", "sophamtning"]
)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_handed_in_by_keyboard_alone(person: Person, server: Server, service: str):
    somebody = KeyboardPerson(person.driver, server.url)

    somebody.journey(f"/sv/services/{service}", json.loads((ANSWERS / f"{service}.json").read_text("utf-8")))

    assert somebody.text_of("reference")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_handed_in_without_javascript(person_without_scripts: Person, service: str):
    somebody = person_without_scripts

    somebody.journey(f"/sv/services/{service}", json.loads((ANSWERS / f"{service}.json").read_text("utf-8")))

    assert somebody.text_of("reference")
