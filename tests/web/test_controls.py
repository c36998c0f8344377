"""Every question type has a control with a name, a description and an error that a listener is told."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser, LexborNode

from eservices.questions import kinds
from eservices.settings import Settings
from eservices.web import create_app
from tests.conftest import ROOT
from tests.journeys.person import Person
from tests.pages import InspectingClient

OPTIONS = "\n        options:\n          a: Ett\n          b: Två\n          c: Tre"

#: Type -> what an author writes beside the label; and what somebody types that is wrong.
WRITTEN = {
    "text": ("max_length: 10", {"": "for mycket text"}),
    "textarea": ("max_length: 10", {"": "for mycket text"}),
    "email": ("", {"": "inte en adress"}),
    "phone": ("", {"": "inte ett nummer"}),
    "integer": ("max: 5", {"": "sex"}),
    "decimal": ("measure: meter", {"": "ca sex"}),
    "money": ("", {"": "mycket"}),
    "date": ("", {"-day": "31", "-month": "14", "-year": "2099"}),
    "date_range": ("", {"-from-day": "31", "-from-month": "14", "-from-year": "2099"}),
    "time": ("", {"": "kvart över"}),
    "yes_no": ("", {}),
    "radio": (OPTIONS, {}),
    "checkboxes": (OPTIONS, {}),
    "select": (OPTIONS, {}),
    "ranked": (OPTIONS, {}),
    "personal_number": ("", {"": "19850709-9806"}),
    "organisation_number": ("", {"": "123"}),
    "property_designation": ("", {"": "?"}),
    "postal_address": ("", {"-street": "Gatan 1"}),
    "bank_account": ("", {"-kind": "bankgiro", "-number": "1"}),
    "location": ("max_length: 5", {"": "alldeles för långt"}),
    "file": ("", None),
    "signature": ("", None),
    "computed": ("value:\n          count: group_of_things", None),
    "info": ("text: Det här är bra att veta.", None),
}
ASKED = [name for name, (_, wrong) in WRITTEN.items() if wrong is not None]


def test_every_type_is_tried_here_and_has_a_control():
    assert set(WRITTEN) == set(kinds.names())
    for name in kinds.names():
        assert (ROOT / "templates" / "controls" / f"{name}.html").is_file(), f"no control draws {name}"


@pytest.fixture
def person(settings: Settings, clock, tmp_path: Path) -> Person:
    """Somebody at a service that asks one question of each type, each on a page of its own."""
    header, _, rest = (ROOT / "forms" / "batplats.yaml").read_text().partition("\nsteps:\n")
    steps = ["\nsteps:"]
    for name in [*ASKED, "file", "signature", "info"]:
        lines = "\n        ".join(line for line in WRITTEN[name][0].split("\n        ") if line)
        extra = WRITTEN[name][0] if WRITTEN[name][0].startswith("\n") else f"\n        {lines}" if lines else ""
        because = "\n        why: Därför." if name != "info" else ""
        asked = f"""
  - step: s_{name}
    title: Sidan {name}
    questions:
      q_{name}:
        label: Frågan {name}
        type: {name}{extra}{because}"""
        companion = """
      q2_{name}:
        label: En till
        type: text
        required: false""".replace("{name}", name)
        if name != "info":
            asked += "\n        hint: Så här gör du."
        steps.append(asked + companion)
    text = header.replace("service: batplats", "service: kontroller")
    declaration = rest[rest.index("\ndeclaration:") :] if "\ndeclaration:" in rest else ""
    personal = "\n".join(line for line in text.splitlines() if "samples" not in line)
    (tmp_path / "kontroller.yaml").write_text(personal + "\n".join(steps) + "\n" + declaration)
    app = create_app(replace(settings, forms_dirs=(tmp_path, *settings.forms_dirs)), clock)
    assert "kontroller" in app.extensions["eservices"].library.services, [
        complaint.sentence("sv") for complaint in app.extensions["eservices"].library.complaints
    ]
    app.test_client_class = InspectingClient
    return Person(app.test_client())


GOOD = {
    "q_text": "kort", "q_textarea": "kort", "q_email": "a@example.se", "q_phone": "0304-60 10 00", "q_integer": "3",
    "q_decimal": "6,5", "q_money": "100", "q_date-day": "1", "q_date-month": "5", "q_date-year": "2099",
    "q_date_range-from-day": "1", "q_date_range-from-month": "5", "q_date_range-from-year": "2099",
    "q_date_range-to-day": "2", "q_date_range-to-month": "5", "q_date_range-to-year": "2099", "q_time": "10.30",
    "q_yes_no": "yes", "q_radio": "a", "q_checkboxes": ["a", "b"], "q_select": "b", "q_ranked-1": "c",
    "q_personal_number": "19850709-9805", "q_organisation_number": "212000-1306",
    "q_property_designation": "TJÖRN HÖVIKSNÄS 1:23", "q_postal_address-street": "Gatan 1",
    "q_postal_address-postal_code": "471 94", "q_postal_address-city": "Kållekärr", "q_bank_account-kind": "bankgiro",
    "q_bank_account-number": "5050-1055", "q_location": "Här", "truthful": "yes", "q_signature": "confirm",
}  # fmt: skip


def test_each_control_has_a_name_a_description_and_an_error(person: Person):
    person.go("/sv/services/kontroller").press()
    for name in ASKED:
        assert person.path.endswith(f"/s_{name}"), person.path
        _assert_named_and_described(person.page, name)

        person.press({f"q_{name}{part}": text for part, text in (WRITTEN[name][1] or {}).items()})

        assert person.status == 422, name
        _assert_error_is_told(person, name)
        person.press(GOOD)
        assert person.status == 200, f"{name}: {person.errors}"
    for name in ("file", "signature", "info"):
        assert person.path.endswith(f"/s_{name}")
        _assert_named_and_described(person.page, name)
        person.press(GOOD)

    assert person.path.endswith("/check")


def test_coordinates_lie_folded_beside_the_words_and_open_with_what_is_wrong(person: Person):
    person.go("/sv/services/kontroller").press()
    while not person.path.endswith("/s_location"):
        person.press(GOOD)
    folded = person.page.css_first("#q_location-coordinates")
    assert "open" not in _details_around(folded).attributes

    person.press({"q_location": "Här", "q_location-coordinates": "48.8566, 2.3522"})

    wrong = person.page.css_first("#q_location-coordinates")
    assert person.errors == ["Koordinaterna ligger utanför Sverige. Se efter att siffrorna stämmer."]
    assert "open" in _details_around(wrong).attributes
    assert "q_location-error" in (wrong.attributes["aria-describedby"] or "")
    person.press({"q_location": "Här", "q_location-coordinates": "6432123, 301456"})
    assert not person.path.endswith("/s_location")
    assert "geolocation=(self)" in person.client.get(person.path).headers["Permissions-Policy"]


def _details_around(node: LexborNode) -> LexborNode:
    while node.tag != "details":
        assert node.parent is not None
        node = node.parent
    return node


def _group_or_control(page: LexborHTMLParser, name: str) -> LexborNode:
    control = page.css_first(f"main [name^='q_{name}']")
    node: LexborNode | None = control
    while node is not None and node.tag != "fieldset":
        node = node.parent
    return node if node is not None else control


def _assert_named_and_described(page: LexborHTMLParser, name: str) -> None:
    if name == "info":
        assert "bra att veta" in page.css_first("main").text()
        return
    node = _group_or_control(page, name)
    if node.tag == "fieldset":
        said = node.css_first("legend").text()
    else:
        label = page.css_first(f"label[for='{node.attributes['id']}']") or node.parent
        said = label.text()
    assert f"Frågan {name}" in said
    described = (node.attributes.get("aria-describedby") or "").split()
    assert any("Så här gör du." in page.css_first(f"#{id_}").text() for id_ in described), name


def _assert_error_is_told(person: Person, name: str) -> None:
    page = person.page
    link = page.css_first("main [role=alert] a").attributes["href"] or ""
    assert link.startswith(f"#q_{name}")
    wrong = page.css_first(link)
    assert wrong is not None, f"{name}: the summary points at nothing"
    assert wrong.attributes.get("aria-invalid") == "true", f"{name}: {link} is not marked"
    described = (_group_or_control(page, name).attributes.get("aria-describedby") or "").split()
    assert f"q_{name}-error" in described
    assert page.css_first(f"#q_{name}-error .sr").text(strip=True) == "Fel:"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_optional_question_says_so_in_words(app: Flask, language: str):
    page = Person(app.test_client()).go(f"/{language}/services/felanmalan").press()
    page.press({"object": "lighting", "danger": "no", "description": "x"})

    label = page.page.css_first("label[for=lamp_number]").text()
    assert ("frivilligt" in label) if language == "sv" else ("optional" in label)
