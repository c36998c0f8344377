"""A translation never changes what is asked, what is wrong or who gets the case: shown for every service in every
language that we speak, promised or not."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from eservices.calendars import FixedClock
from eservices.cases import store
from eservices.definitions.library import Library
from eservices.language import LANGUAGES, SOURCE
from tests.build.walker import Walker
from tests.build.walking import Way
from tests.conftest import ROOT
from tests.journeys.person import Person

LIBRARY = Library((ROOT / "forms",))
OFFERED = sorted(service.id for service in LIBRARY.services.values() if service.status in {"pilot", "active"})


@pytest.mark.parametrize("name", OFFERED)
def test_the_same_person_meets_the_same_pages_faults_and_unit_in_every_language(
    app: Flask, clock: FixedClock, name: str
) -> None:
    seed = sum(map(ord, name))

    told = {language: _through(app, clock, name, language, seed) for language in LANGUAGES}

    assert len(told[SOURCE][0]) > 2
    for language in LANGUAGES:
        assert told[language] == told[SOURCE], language


def _through(app: Flask, clock: FixedClock, name: str, language: str, seed: int) -> tuple[list[str], object]:
    """Where somebody came, with what was wrong there, each page first sent blank; and who got the case, by when."""
    seen: list[str] = []

    def look(path: str, page: LexborHTMLParser) -> None:
        assert page.css_first("html").attributes["lang"] == language
        wrong = [link.attributes["href"] for link in page.css("main [role=alert] a")]
        controls = [node.attributes.get("name") for node in page.css("main form[method=post] [name]")]
        seen.append(f"{urlsplit(path).path.removeprefix(f'/{language}')} {wrong} {sorted(map(str, controls))}")

    service = app.extensions["eservices"].library.services[name]
    way = Way(Person(app.test_client()), service, Walker(service, seed, clock.today()), look, stumbling=True)
    number = way.go(f"/{language}/services/{name}").person.read("reference")
    with app.extensions["eservices"].database.read() as tx:
        case = store.by_number(tx, number)
    assert case is not None
    return seen, (case.unit, case.board, case.due_at, case.title)
