"""The catalogue and the start page say what is so: examples that exist, and which values are only examples."""

import json
import re

from flask.testing import FlaskClient

from eservices.definitions.library import Library
from tests.journeys.person import ANSWERS, Person


def test_what_the_search_suggests_finds_something(client: FlaskClient) -> None:
    for language in ("sv", "en"):
        person = Person(client).go(f"/{language}/")
        hint = person.read("q-hint").partition(" ")[2]
        for word in re.split(r", or | eller | or |, ", hint.removeprefix("exempel ").removeprefix("example ")):
            found = Person(client).go(f"/{language}/?q={word}")
            assert found.page.css("ul.svc li"), f"{word} finds nothing in {language}"


def test_a_start_page_says_which_values_are_examples_and_no_others(client: FlaskClient, library: Library) -> None:
    assert {"decide_within", "basis", "cost"} <= set(library.services["batplats"].samples)
    assert "minutes" not in library.services["batplats"].samples

    told = Person(client).go("/sv/services/batplats").text

    sentence = told.partition("Det här är exempel och inte kontrollerat: ")[2].partition(".")[0]
    assert "svarstiden" in sentence
    assert "kostnaden" in sentence
    assert "hur lång tid det tar" not in sentence


def test_the_receipt_marks_a_time_that_is_only_an_example(client: FlaskClient) -> None:
    person = Person(client).journey("batplats", json.loads((ANSWERS / "batplats.json").read_text()))

    assert "Tiden är ett exempel och inte kontrollerad." in person.text
