"""The accessibility statement: the six items of the regulation (MDFFS 2019:2, 6 §), and the form it must have."""

import re

from flask.testing import FlaskClient

from eservices.definitions.library import Library
from eservices.web.resident.statement import ASSESSED, FLAWS, METHODS, SITUATIONS
from tests.journeys.person import Person

_ADDRESS = "/sv/accessibility"


def test_the_statement_says_each_of_the_six_things(client: FlaskClient) -> None:
    text = Person(client).go(_ADDRESS).text

    assert "Tjörns kommun står bakom" in text
    assert len(re.findall(r"\b(?:helt|delvis|inte) förenliga\b", text)) == 1
    for said in (*FLAWS, *METHODS, *(one.who for one in SITUATIONS)):
        assert said in text
    assert str(ASSESSED.year) in text
    assert "https://www.digg.se/tdosanmalan" in text


def test_who_is_shut_out_reports_it_without_saying_who_they_are(client: FlaskClient, library: Library) -> None:
    button = Person(client).go(_ADDRESS).page.css_first("main a.btn")
    assert button is not None
    address = str(button.attributes["href"])

    assert client.get(address).status_code == 200
    assert library.services[address.rpartition("/")[2]].anonymous


def test_it_can_be_reached_from_every_page_and_without_signing_in(client: FlaskClient) -> None:
    for path in ("/sv/", "/sv/case", "/sv/services/batplats", "/sv/nothing-here"):
        assert f'href="{_ADDRESS}"' in client.get(path).get_data(as_text=True), path
