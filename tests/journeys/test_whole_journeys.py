"""Whole journeys, from the start page to the receipt and on to the case, for every service in every finished language."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.journeys.person import ANSWERS, Person

SERVICES = sorted(path.stem for path in ANSWERS.glob("*.json"))


def answers_to(service: str) -> dict[str, str]:
    read: dict[str, str] = json.loads((ANSWERS / f"{service}.json").read_text())
    return read


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("service", SERVICES)
def test_a_resident_gets_a_receipt_and_can_follow_the_case(client: FlaskClient, service: str, language: str):
    person = Person(client)

    person.journey(service, answers_to(service), language)

    number, code = person.read("reference"), person.read("case-code")
    assert person.path.endswith("/receipt")
    assert number.startswith("2026-")
    assert code

    person.go(f"/{language}/case").press({"number": number, "code": code})

    assert person.path == f"/{language}/case/{number}"
    assert person.read("reference") == number


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_answers_give_the_same_stored_answers_in_both_languages(app: Flask, service: str):
    stored = []
    for language in ("sv", "en"):
        Person(app.test_client()).journey(service, answers_to(service), language)

    with app.extensions["eservices"].database.read() as tx:
        from sqlalchemy import select

        from eservices.submissions import store
        from eservices.submissions.tables import submissions

        for row in tx.execute(select(submissions.c.id)).all():
            given = store.get(tx, row.id).answers
            stored.append({place: (answer.value, answer.state) for place, answer in given.given.items()})

    assert len(stored) == 2
    assert stored[0] == stored[1]


@pytest.mark.parametrize("service", SERVICES)
def test_every_page_is_served_in_every_language_of_the_address(client: FlaskClient, service: str):
    for language in ("sv", "en", "ar", "fi", "uk", "sv-x-lattlast"):
        person = Person(client).go(f"/{language}/services/{service}")
        person.press(button=("go", "anew"))

        assert person.status == 200
        html = person.page.css_first("html")
        assert html.attributes["dir"] == ("rtl" if language == "ar" else "ltr")
        assert html.attributes["lang"] == language
