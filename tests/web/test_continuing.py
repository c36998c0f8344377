"""Stopping and going on: the code, the one answer asked with it, leaving a shared computer, following the case."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.journeys.person import ANSWERS, Person

BATPLATS = json.loads((ANSWERS / "batplats.json").read_text())
HOME = "/sv/services/batplats"


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client)


def test_saving_for_later_shows_the_code_and_how_long_it_is_kept(person: Person):
    person.until("/boat", "batplats", BATPLATS)

    person.press({"width": "2,3"}, button=("go", "save"))

    assert person.path == f"{HOME}/save-later"
    assert person.read("continue-code")
    assert "24 december 2026" in person.text
    assert person.go(f"{HOME}/boat").value("width") == "2,3"


@pytest.mark.parametrize("written", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_the_code_opens_a_draft_without_personal_data_as_people_write_it(app: Flask, person: Person, written):
    person.go("/sv/services/felanmalan").press().press({"object": "park", "danger": "no", "description": "Ett träd"})
    code = person.read("continue-code")
    other = Person(app.test_client())

    other.go("/sv/continue").press({"code": written(code)})

    assert other.path == "/sv/services/felanmalan/place"
    assert other.go("/sv/services/felanmalan/fault").value("description").strip() == "Ett träd"


def test_with_personal_data_the_code_alone_shows_nothing(app: Flask, person: Person):
    person.until("/boat", "batplats", BATPLATS)
    code = person.read("continue-code")
    other = Person(app.test_client()).go("/sv/continue").press({"code": code})

    assert (other.status, other.path) == (200, "/sv/continue")
    assert BATPLATS["name"] not in other.text
    control = other.page.css_first("main form input:not([type=hidden]):not([type=checkbox])").attributes["name"] or ""
    assert control == "personal_number"
    wrong = other.press({control: "19640823-3234"})
    assert wrong.status == 422
    other.press({"code": code}).press({control: "850709-9805"})

    assert other.path == f"{HOME}/boat"
    assert person.go(f"{HOME}/boat").path == HOME, "the draft has moved to the other browser"


def test_a_wrong_answer_is_asked_for_again_and_the_code_is_not(app: Flask, person: Person):
    person.until("/boat", "batplats", BATPLATS)
    code = person.read("continue-code")
    other = Person(app.test_client()).go("/sv/continue").press({"code": code})
    other.press({"personal_number": "19640823-3234"})

    assert other.status == 422
    assert other.errors == ["Svaret är inte detsamma som förra gången. Försök igen, eller ring oss och säg koden."]
    assert BATPLATS["name"] not in other.text
    assert other.press({"personal_number": "850709-9805"}).path == f"{HOME}/boat"


def test_no_code_at_all_is_asked_for_in_other_words_than_a_wrong_one(person: Person):
    assert person.go("/sv/continue").press({"code": " "}).errors == ["Skriv koden"]


def test_who_stops_is_told_what_will_be_asked_beside_the_code(person: Person):
    person.until("/boat", "batplats", BATPLATS)
    person.go("/sv/services/batplats/save-later")

    assert "Personnummer" in person.text
    assert "19850709-9805" not in person.text


def test_clearing_and_leaving_forgets_the_browser_and_keeps_the_answers(client: FlaskClient, person: Person):
    person.until("/boat", "batplats", BATPLATS)
    code = person.read("continue-code")
    person.go(f"{HOME}/clear-and-leave")

    response = client.post(f"{HOME}/clear-and-leave", data={"csrf_token": person.token, "keep": "yes"})

    assert "cookies" in response.headers["Clear-Site-Data"]
    assert code in response.get_data(as_text=True)
    assert person.go(f"{HOME}/boat").path == HOME
    assert person.go("/sv/continue").press({"code": code}).status == 200


def test_clearing_can_throw_the_answers_away(client: FlaskClient, person: Person):
    person.until("/boat", "batplats", BATPLATS)
    code = person.read("continue-code")
    person.go(f"{HOME}/clear-and-leave")

    client.post(f"{HOME}/clear-and-leave", data={"csrf_token": person.token, "keep": "no"})

    assert person.go("/sv/continue").press({"code": code}).status == 422


def test_starting_again_offers_to_go_on_first(person: Person):
    person.until("/boat", "batplats", BATPLATS)
    code = person.read("continue-code")

    person.go(HOME)
    assert code in person.text
    person.press()

    assert person.path == f"{HOME}/boat"


def test_two_services_at_once_are_both_kept_in_one_browser(person: Person):
    person.until("/boat", "batplats", BATPLATS)
    person.go("/sv/services/felanmalan").press()

    assert person.path == "/sv/services/felanmalan/fault"
    assert person.go(f"{HOME}/boat").path == f"{HOME}/boat"


def test_a_case_is_followed_with_number_and_code_and_written_to(app: Flask, person: Person):
    person.journey("batplats", BATPLATS)
    number, code = person.read("reference"), person.read("case-code")
    other = Person(app.test_client()).go("/sv/case").press({"number": number.lower(), "code": code.lower()})

    assert other.path == f"/sv/case/{number}"
    assert "Inskickat" in other.text
    assert BATPLATS["name"] in other.text
    form = next(f for f in other.page.css("form") if (f.attributes.get("action") or "").endswith("/message"))
    other.send([("csrf_token", other.token), ("message", "  ")], form.attributes["action"])
    assert other.status == 422
    assert other.page.css_first("#message").attributes["aria-invalid"] == "true"
    for _ in range(2):  # a double click
        other.send([("csrf_token", other.token), ("message", "Hej\nigen <b>")], form.attributes["action"])
    assert other.text.count("igen <b>") == 1


def test_a_wrong_pair_of_number_and_code_is_told_neutrally(person: Person):
    person.journey("batplats", BATPLATS)
    number = person.read("reference")

    unknown = person.go("/sv/case").press({"number": "2026-22222", "code": "2222-2222"})
    assert unknown.status == 422
    first = unknown.errors
    known = person.go("/sv/case").press({"number": number, "code": "2222-2222"})
    assert known.errors == first


def test_a_case_is_nobodys_without_its_code(app: Flask, person: Person):
    person.journey("batplats", BATPLATS)
    number = person.read("reference")
    other = app.test_client()

    for cookie in ("", "nonsense", "AAAA"):
        other.set_cookie("case", cookie)
        assert other.get(f"/sv/case/{number}").status_code == 303


def test_the_best_language_of_the_browser_is_met(client: FlaskClient):
    for header, language in (("fi-FI,fi;q=0.9,en;q=0.8", "fi"), ("de", "sv"), ("en-GB", "en"), ("", "sv")):
        location = client.get("/", headers={"Accept-Language": header}).headers["Location"]
        assert location == f"/{language}/"


def test_search_finds_services_and_says_when_it_does_not(person: Person):
    assert "Ansök om båtplats" in person.go("/sv/?q=brygga").text
    assert "Ingen e-tjänst passar" in person.go("/sv/?q=xyzzy").text
    assert "0304-60 10 10" in person.page.css_first("main").text().replace("\u00a0", " ")


def test_who_meets_swedish_on_a_page_is_told_so_first_and_offered_an_interpreter(client: FlaskClient):
    person = Person(client).go("/ar/services/bostadsanpassning")
    text = person.page.css_first("main").text()

    assert person.page.css("main [lang=sv]"), "the owner of the service promises Swedish and English"
    assert text.index("بالسويدية فقط") < text.index(person.heading)
    assert "0304-60 10 10" in text[: text.index(person.heading)]
    assert "بالسويدية فقط" not in Person(client).go("/ar/services/fardtjanst").text


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [("2026-12-01", None, "Den öppnar 1 december 2026"), (None, "2026-11-20", "Tiden gick ut 23 november 2026"), (None, "2026-11-23", "")],
)  # fmt: skip
def test_a_service_is_begun_only_while_it_is_open(app: Flask, opens: str | None, closes: str | None, said: str):
    import datetime as dt
    from dataclasses import replace

    from eservices.definitions.model import Opening

    library = app.extensions["eservices"].library
    day = dt.date.fromisoformat
    opening = Opening(day(opens) if opens else None, day(closes) if closes else None)
    service = replace(library.services["felanmalan"], opening=opening)
    library.service = lambda _id: service
    person = Person(app.test_client()).go("/sv/services/felanmalan")

    if said:
        assert said in person.text
        assert person.page.css("main form") == []
    else:
        assert person.press().path == "/sv/services/felanmalan/fault"


def test_after_a_long_rest_a_draft_with_personal_answers_asks_who_is_there(person: Person, clock):
    import datetime as dt

    person.until("/boat", "batplats", BATPLATS)
    code = person.read("continue-code")
    clock.move(dt.timedelta(hours=3))

    for page in ("applicant", "boat", "check", "save-later", "clear-and-leave"):
        assert person.go(f"{HOME}/{page}").path == f"{HOME}/still-you"
        assert BATPLATS["name"] not in person.text
    assert code not in person.go(HOME).text
    person.press()
    assert person.press({"personal_number": "19640823-3234"}).status == 422
    person.press({"personal_number": BATPLATS["personal_number"]})

    assert person.path == f"{HOME}/boat"
    assert person.go(f"{HOME}/applicant").value("name") == BATPLATS["name"]


def test_a_draft_without_personal_answers_rests_as_long_as_it_is_kept(client: FlaskClient, clock):
    import datetime as dt

    person = Person(client).go("/sv/services/felanmalan").press()
    person.press({"object": "park", "danger": "no", "description": "Ett träd"})
    clock.move(dt.timedelta(days=20))

    assert person.go("/sv/services/felanmalan/fault").value("description").strip() == "Ett träd"
