"""A page tells the truth about what it asks: of whom, in whose words, and what becomes of what was written."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from eservices.calendars import FixedClock
from eservices.settings import Settings
from eservices.web import create_app
from tests.conftest import ROOT
from tests.journeys.person import Person
from tests.pages import InspectingClient

STEPS = """
steps:
  - step: shifts
    title: När du kan
    group:
      min: 1
      max: 9
      item: Pass {n}
      questions:
        hours:
          label: Hur många timmar?
          type: integer
          max: 20
  - step: total
    title: Sammanlagt
    questions:
      shift_count:
        label: Antal pass i tysthet
        type: computed
        hidden: true
        value:
          count: shifts
      total_hours:
        label: Timmar tillsammans
        type: computed
        value:
          sum: [hours]
      long_week:
        label: Lång vecka
        type: info
        text: Du har erbjudit {total_hours}. Vi ger dig inte alla.
        when:
          shift_count:
            at_least: 2
      night:
        label: Vill du arbeta på natten?
        type: radio
        options: {gladly: Gärna, never: Aldrig}
      night_pay:
        label: Natten ger mer
        type: info
        text: Du får dubbelt betalt.
        when:
          not:
            night: never
  - step: skills
    title: Det du kan
    questions:
      housing:
        label: Hur bor du?
        type: radio
        options: {house: Villa, row: Radhus, flat: Lägenhet}
      times:
        label: Hur många gånger förut?
        type: integer
        max: 20
      chair:
        label: Kan du leda andra?
        type: radio
        options:
          perhaps: Kanske
          trained:
            label: Ja, jag har gått kursen
            when:
              times:
                at_least: 3
        when:
          all:
            - times:
                more_than: 1
            - night: gladly
      property:
        label: Vad heter fastigheten?
        type: text
        required: false
        when:
          not:
            housing: flat
  - step: tried
    title: Det du har gjort
    questions:
      done:
        label: Vad har du gjort?
        type: checkboxes
        exclusive: [nothing]
        other: s20
        options: {windows: Bytt fönster, s20: Något annat, nothing: Ingenting}
      places:
        label: Var vill du arbeta?
        type: ranked
        places: 2
        options: {skarhamn: Skärhamn, ronnang: Rönnäng}
"""


@pytest.fixture
def app(settings: Settings, clock: FixedClock, tmp_path: Path) -> Flask:
    """A service whose questions hang together in ways that no nesting shows."""
    header, _, rest = (ROOT / "forms" / "batplats.yaml").read_text().partition("\nsteps:\n")
    text = header.replace("service: batplats", "service: sammanhang").replace("samples: [", "samples: [unit, ")
    text = re.sub(r"languages: .*", "languages: [sv, en]", text)
    (tmp_path / "sammanhang.yaml").write_text(text + STEPS + rest[rest.index("\ndeclaration:") :])
    made = create_app(replace(settings, forms_dirs=(tmp_path, *settings.forms_dirs)), clock)
    library = made.extensions["eservices"].library
    assert "sammanhang" in library.services, [complaint.sentence("sv") for complaint in library.complaints]
    made.test_client_class = InspectingClient
    return made


@pytest.fixture
def person(app: Flask) -> Person:
    return Person(app.test_client())


GIVEN = {
    "hours": "6", "shifts-more": "no", "night": "gladly", "housing": "house", "times": "5", "chair": "trained",
    "property": "Berga", "done": ["windows"], "places-1": "skarhamn", "truthful": "yes",
}  # fmt: skip


def _said_of(person: Person, question: str) -> str:
    """What stands with the question, from its label to its box."""
    node = person.page.css_first(f"main [name='{question}']")
    while node.parent is not None and "field" not in (node.attributes.get("class") or "").split():
        node = node.parent
    return " ".join(node.text(separator=" ").split())


def test_an_error_calls_a_choice_by_what_it_is_called_on_the_page(person: Person) -> None:
    person.until("/tried", "sammanhang", GIVEN)

    person.press({"done": ["windows", "nothing"], "places-1": "skarhamn", "places-2": "skarhamn"})
    assert "Välj antingen ”Ingenting” eller något av de andra svaren, inte båda" in person.text
    assert any("”Skärhamn” två gånger" in error for error in person.errors)

    person.press({"done": ["s20"], "places-1": "skarhamn", "places-2": ""})
    assert any("Skriv vad du menar med ”Något annat”" in error for error in person.errors)
    assert not any(key in " ".join(person.errors) for key in ("s20", "skarhamn", "nothing"))


def test_a_question_under_several_conditions_says_when_it_is_to_be_answered(person: Person) -> None:
    person.until("/skills", "sammanhang", GIVEN)

    chair = _said_of(person, "chair")
    assert "Svara bara om svaret på frågan ”Hur många gånger förut?” är mer än 1." in chair
    assert "(frivilligt)" not in chair
    assert "natten" not in chair  # what is known already is not asked for again
    property_ = _said_of(person, "property")
    assert "Svara bara om du har svarat något annat än Lägenhet på frågan ”Hur bor du?”." in property_
    assert "(frivilligt)" in property_


def test_a_choice_that_hangs_on_the_same_page_says_when_it_may_be_chosen(person: Person) -> None:
    person.until("/skills", "sammanhang", GIVEN)

    assert "Bara om svaret på frågan ”Hur många gånger förut?” är minst 3." in _said_of(person, "chair")


def test_what_was_written_where_it_does_not_apply_is_told_before_sending(person: Person) -> None:
    person.until("/skills", "sammanhang", GIVEN)

    person.press({**GIVEN, "times": "1", "chair": "perhaps", "housing": "flat"})
    person.press(GIVEN)

    assert person.path.endswith("/check")
    told = person.page.css_first("main .note:has(h2)")
    assert told is not None
    assert "Det här skickas inte" in told.text()
    assert "Kan du leda andra?" in told.text()
    assert "Vad heter fastigheten?" in told.text()


def test_a_text_that_earlier_answers_rule_out_is_not_shown(person: Person) -> None:
    person.until("/total", "sammanhang", GIVEN)
    assert "Lång vecka" not in person.text

    person.go("/sv/services/sammanhang/shifts").press({"shifts-more": "yes"}).press(GIVEN)
    person.press(GIVEN)

    assert person.path.endswith("/total")

    assert "Du har erbjudit 12. Vi ger dig inte alla." in person.text


def test_a_text_that_hangs_on_the_same_page_says_for_whom_it_is(person: Person) -> None:
    person.until("/total", "sammanhang", GIVEN)

    assert "Bara om du har svarat något annat än Aldrig på frågan ”Vill du arbeta på natten?”." in person.text


def test_a_hidden_number_is_never_shown(person: Person) -> None:
    person.until("/total", "sammanhang", GIVEN)
    assert "Timmar tillsammans" in person.text
    assert "Antal pass i tysthet" not in person.text

    person.until("/check", "sammanhang", GIVEN)
    assert "Antal pass i tysthet" not in person.text
