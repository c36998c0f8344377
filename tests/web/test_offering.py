"""What residents meet of a service's life: a trial, an end that is near, a closed door with a way round it."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from eservices.definitions.model import Life, Opening, Service
from tests.journeys.person import ANSWERS, Person

ANSWERS_TO_IT = json.loads((ANSWERS / "felanmalan.json").read_text())
HOME = "/sv/services/felanmalan"


@pytest.fixture
def change(app: Flask) -> Any:
    """Change the service as its owner would, without writing it."""
    library = app.extensions["eservices"].library
    found = library.service

    def changed(**fields: Any) -> Service:
        service: Service = replace(library.services["felanmalan"], **fields)
        library.service = lambda wanted: service if wanted == service.id else found(wanted)
        return service

    return changed


def test_a_draft_service_is_nowhere(app: Flask, change: Any):
    change(status="draft")

    assert Person(app.test_client()).go(HOME).status == 404


def test_a_trial_says_so_before_the_first_question(app: Flask, change: Any):
    change(status="pilot")

    person = Person(app.test_client()).go(HOME)

    assert "Tjänsten är på prov" in person.text
    assert person.page.css("main form")


def test_a_service_that_will_close_names_the_day_and_what_comes_instead(app: Flask, change: Any):
    change(status="sunset", life=Life(closed_from=dt.date(2027, 1, 1), replaced_by="batplats"))

    person = Person(app.test_client()).go(HOME)

    assert "till och med 31 december 2026" in person.text
    assert person.page.css_first("main .note a[href='/sv/services/batplats']") is not None
    assert person.page.css("main form")


def test_a_closed_service_shows_the_replacement_and_the_phone_and_no_form(app: Flask, change: Any):
    change(life=Life(closed_from=dt.date(2026, 11, 24), replaced_by="batplats"))

    person = Person(app.test_client()).go(HOME)

    assert "Tjänsten är stängd" in person.text
    assert "0304-60 10 10" in person.text
    assert person.page.css_first("main .note a[href='/sv/services/batplats']") is not None
    assert person.page.css("main form") == []


def test_one_case_at_a_time_is_said_before_the_effort_and_refuses_nobody(app: Flask, change: Any):
    change(one_case=True)

    person = Person(app.test_client()).go(HOME)

    assert person.page.css_first("main .note a[href='/sv/case']") is not None
    assert person.press().status == 200


def test_sending_too_late_keeps_the_answers_and_says_what_can_be_done(app: Flask, change: Any):
    library = app.extensions["eservices"].library
    person = Person(app.test_client()).until("/check", "felanmalan", ANSWERS_TO_IT)
    service = library.services["felanmalan"]
    change(opening=Opening(None, dt.date(2026, 11, 20)))

    late = person.press()

    assert late.status == 409
    assert "Dina svar finns kvar" in late.text
    assert "0304-60 10 10" in late.text
    change(opening=service.opening)
    assert person.go(f"{HOME}/check").press().path == f"{HOME}/receipt"
