"""The journey cannot be cheated, loses nothing, and asks again only what a change has touched."""

import json
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.journeys.person import ANSWERS, Person

BATPLATS = json.loads((ANSWERS / "batplats.json").read_text())
SOPHAMTNING = json.loads((ANSWERS / "sophamtning.json").read_text())
FELANMALAN = json.loads((ANSWERS / "felanmalan.json").read_text())
HOME = "/sv/services/batplats"


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client)


def test_a_step_reached_too_early_leads_to_the_first_unanswered_one(person: Person):
    person.go(HOME).press()

    for step in ("boat", "berth", "check"):
        assert person.go(f"{HOME}/{step}").path == f"{HOME}/applicant"


def test_a_step_sent_too_early_is_not_taken(person: Person):
    person.go(HOME).press()

    person.send([("csrf_token", person.token), ("boat_type", "sail"), ("length", "6"), ("width", "2")], f"{HOME}/boat")

    assert person.path == f"{HOME}/applicant"
    person.press(BATPLATS)
    assert person.chosen("boat_type") == []


def test_an_address_outside_the_journey_is_not_found(person: Person):
    person.go(HOME).press()

    for nowhere in ("elsewhere", "boat/1", "check/1", "applicant/2"):
        assert person.go(f"{HOME}/{nowhere}").status == 404


def test_without_a_draft_every_page_leads_to_the_start(client: FlaskClient):
    for page in ("applicant", "boat", "check", "receipt", "save-later", "clear-and-leave"):
        assert Person(client).go(f"{HOME}/{page}").path == HOME


def test_what_was_typed_stays_when_something_is_wrong_and_what_was_right_is_kept(person: Person):
    person.until("/boat", "batplats", BATPLATS)

    person.press({**BATPLATS, "length": "ca sex", "registration": ""})

    assert person.status == 422
    assert person.value("length") == "ca sex"
    assert person.value("width") == "2.3"
    assert person.page.css_first("title").text().startswith("Fel:")
    assert [link.attributes["href"] for link in person.page.css("[role=alert] a")] == ["#registration", "#length"]
    assert person.go(f"{HOME}/boat").value("width") == "2,3"


def test_an_error_names_the_very_part_that_is_wrong(person: Person):
    person.until("/berth", "batplats", BATPLATS)

    person.press({**BATPLATS, "from_date-month": "14"})

    assert person.page.css_first("[role=alert] a").attributes["href"] == "#from_date-month"
    assert person.page.css_first("#from_date-month").attributes["aria-invalid"] == "true"
    assert person.value("from_date-month") == "14"


def test_errors_are_told_in_the_language_of_the_page(client: FlaskClient):
    person = Person(client).until("/boat", "batplats", BATPLATS, "en")

    person.press({**BATPLATS, "length": "about six"})

    assert person.page.css_first("title").text().startswith("Error:")
    assert not any("ska vara" in error for error in person.errors)


def test_reopened_steps_show_what_was_answered(person: Person):
    person.until("/check", "batplats", BATPLATS)

    boat = person.go(f"{HOME}/boat")
    assert boat.chosen("boat_type") == ["motor"]
    assert boat.value("length") == "6,5"
    assert boat.value("registration") == "SFC-1234"
    berth = person.go(f"{HOME}/berth")
    assert berth.chosen("harbours") == ["skarhamn", "ronnang"]
    assert (berth.value("from_date-day"), berth.value("from_date-month")) == ("1", "5")


def test_a_change_from_the_check_page_returns_to_it(person: Person):
    person.until("/check", "batplats", BATPLATS)
    link = next(a for a in person.page.css("dd.chg a") if "#length" in (a.attributes["href"] or ""))

    person.go((link.attributes["href"] or "").partition("#")[0]).press({"length": "7"})

    assert person.path == f"{HOME}/check"
    assert "7 meter" in person.text


def test_what_no_longer_applies_is_dropped_and_the_check_page_says_so(person: Person):
    person.until("/check", "batplats", BATPLATS)

    person.go(f"{HOME}/boat?change").press({"boat_type": "sail", "registration": "SFC-1234"})

    assert person.path == f"{HOME}/check"
    assert "Det här skickas inte" in person.text
    person.go(f"{HOME}/boat?change").press({"boat_type": "motor"})
    assert "SFC-1234" in person.text


def test_a_change_reopens_exactly_what_it_touches(client: FlaskClient):
    person = Person(client).until("/check", "sophamtning", SOPHAMTNING)

    person.go("/sv/services/sophamtning/errand?change").press({"action": "compost"})

    assert person.path == "/sv/services/sophamtning/compost?change"
    assert person.go("/sv/services/sophamtning/property").value("property_address") == "Bergsvägen 4"


def test_a_stop_page_explains_keeps_what_was_typed_and_lets_go_on(client: FlaskClient):
    person = Person(client).go("/sv/services/felanmalan").press()

    person.press({"object": "lighting", "danger": "yes", "description": ""})

    assert (person.status, person.path) == (200, "/sv/services/felanmalan/danger_now")
    assert person.page.css_first("#stop") is not None
    assert person.page.css("main form") == []
    assert "112" in person.text
    assert person.read("continue-code")
    assert person.go("/sv/services/felanmalan/place").path.endswith("/danger_now")
    fault = person.go("/sv/services/felanmalan/fault")
    assert fault.chosen("object") == ["lighting"]
    fault.press({"danger": "no", "description": "Lampan blinkar"})
    assert person.path == "/sv/services/felanmalan/place"
    assert person.go("/sv/services/felanmalan/danger_now").path == "/sv/services/felanmalan/place"


def test_unknown_controls_are_refused_and_nothing_is_kept(person: Person):
    person.go(HOME).press()
    page = person.path

    person.press({**BATPLATS}, button=("is_admin", "1"))

    assert person.status == 400
    assert person.go(page).value("name") == ""


def test_a_control_left_empty_that_only_a_newer_version_of_the_page_has_stops_nobody(person: Person):
    person.go(HOME).press()
    page = person.path

    person.press({**BATPLATS}, button=("asked_from_next_month_on", ""))

    assert person.status == 200
    assert person.path != page


@pytest.mark.parametrize("length", ["NaN", "sNaN", "Infinity", "1e999999", "-1", "6;5", "٦", "9" * 200])
def test_numbers_that_are_none_are_told_and_not_kept(person: Person, length: str):
    person.until("/boat", "batplats", BATPLATS)

    person.press({**BATPLATS, "length": length})

    if person.status != 422:  # digits of another script are digits
        assert person.go(f"{HOME}/boat").value("length") == "6"
    else:
        assert person.value("length") == length


def test_text_of_every_kind_comes_back_unharmed(person: Person):
    name = "O'Brien-Åström (född 李) محمد e\u0301 🙂 <b>&amp;"
    message = "Rad ett\r\nRad två\r\n\r\nRad fyra"
    person.until("/berth", "batplats", {**BATPLATS, "name": name})

    person.press({**BATPLATS, "message": message})

    assert name.replace("e\u0301", "é") in person.text
    assert person.go(f"{HOME}/berth").value("message").strip().replace("\r\n", "\n") == message.replace("\r\n", "\n")


def test_sending_without_the_declaration_is_told_beside_it(person: Person):
    person.until("/check", "batplats", BATPLATS)

    person.press({})

    assert person.status == 422
    assert person.page.css_first("#truthful").attributes["aria-invalid"] == "true"
    assert person.page.css_first("[role=alert] a").attributes["href"] == "#truthful"


def test_sending_again_from_anywhere_gives_the_same_receipt(person: Person):
    person.until("/check", "batplats", BATPLATS)
    check, token = person.path, person.token
    number = person.press(BATPLATS).read("reference")

    for page in ("check", "boat", "applicant"):
        again = person.send([("csrf_token", token), ("truthful", "yes")], f"{HOME}/{page}")
        assert (again.path, again.read("reference")) == (f"{HOME}/receipt", number)
        assert person.go(f"{HOME}/{page}").read("reference") == number
    assert check == f"{HOME}/check"


def test_what_is_sent_is_what_was_read(person: Person):
    """A check page that has grown stale in another tab is shown again before anything is sent."""
    person.until("/check", "batplats", BATPLATS)
    stale = dict.fromkeys(["truthful"], "yes") | {"csrf_token": person.token, "seen": person.value("seen")}
    person.go(f"{HOME}/boat?change").press({"length": "7"})

    person.send(stale, f"{HOME}/check")

    assert (person.status, person.path) == (422, f"{HOME}/check")
    assert "Svaren har ändrats" in person.text
    assert person.press(BATPLATS).path == f"{HOME}/receipt"


def test_two_tabs_that_answer_different_steps_both_keep_their_answers(app: Flask):
    first = Person(app.test_client()).until("/check", "batplats", BATPLATS)
    cookie = first.client.get_cookie("visitor")
    second = Person(app.test_client())
    second.client.set_cookie("visitor", cookie.value)
    first.go(f"{HOME}/boat?change")
    second.go(f"{HOME}/berth?change")

    threads = [
        threading.Thread(target=first.press, args=({"length": "8"},)),
        threading.Thread(target=second.press, args=({"message": "Ny text"},)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    shown = first.go(f"{HOME}/check").text
    assert "8 meter" in shown
    assert "Ny text" in shown


def test_two_tabs_that_add_an_item_at_once_get_two(app: Flask):
    first = Person(app.test_client()).until("/neighbours/1", "sophamtning", SOPHAMTNING)
    second = Person(app.test_client())
    second.client.set_cookie("visitor", first.client.get_cookie("visitor").value)
    second.go(first.path)

    first.press({"neighbour_name": "Inger", "neighbour_address": "Berget 1", "neighbour_agrees": "yes"})
    second.press({"neighbour_name": "Bertil", "neighbour_address": "Berget 2", "neighbour_agrees": "yes"})

    assert "Inger" in second.text
    assert "Bertil" in second.text


def test_a_double_click_adds_one_item(person: Person):
    person.until("/neighbours/1", "sophamtning", SOPHAMTNING)
    item = {"neighbour_name": "Inger", "neighbour_address": "Berget 1", "neighbour_agrees": "yes"}
    path, fields = person.path, [("csrf_token", person.token), ("new", "1"), *item.items()]

    person.send(fields, path)
    person.send(fields, path)

    assert person.path == "/sv/services/sophamtning/neighbours"
    assert len(person.page.css("dl.answers > div")) == 1


def test_an_item_can_be_changed_and_removed_and_its_number_is_not_used_again(person: Person):
    person.until("/neighbours", "sophamtning", SOPHAMTNING)

    assert person.chosen("neighbours-more") == ["no"]
    person.press_secondary(0)
    assert person.path == "/sv/services/sophamtning/neighbours/2"
    person.press({"neighbour_name": "Bertil", "neighbour_address": "Berget 2", "neighbour_agrees": "no"})
    assert "Bertil" in person.text
    assert person.go("/sv/services/sophamtning/neighbours/1").path == "/sv/services/sophamtning/neighbours"


def test_another_visitor_finds_nothing(app: Flask):
    mine = Person(app.test_client()).until("/check", "batplats", BATPLATS)
    yours = Person(app.test_client())

    for page in ("applicant", "boat", "check", "receipt", "save-later"):
        assert yours.go(f"{HOME}/{page}").path == HOME
    assert BATPLATS["name"] in mine.go(f"{HOME}/check").text


def test_the_language_can_be_changed_half_way_and_keeps_what_was_typed(person: Person):
    person.until("/boat", "batplats", BATPLATS)

    person.press({"boat_type": "sail", "length": "6,5", "width": ""}, button=("go", "language:en"))

    assert person.path == "/en/services/batplats/boat"
    assert person.chosen("boat_type") == ["sail"]
    assert person.value("length") == "6,5"


def test_a_draft_stays_on_the_version_it_was_started_with(app: Flask, client: FlaskClient):
    person = Person(client).until("/boat", "batplats", BATPLATS)
    library = app.extensions["eservices"].library

    class Newer:
        def __getattr__(self, name: str) -> object:
            return getattr(library, name)

        def service(self, _id: str) -> None:
            return None

    app.extensions["eservices"].library = Newer()
    person.press(BATPLATS)

    assert person.path == f"{HOME}/berth"


def every_page(app: Flask, service: str, answers: dict[str, str]) -> Iterator[Person]:
    person = Person(app.test_client()).go(f"/sv/services/{service}")
    while person.page.css("main form[method=post]:not([data-secondary])"):
        yield person
        person.press(answers)


@pytest.mark.parametrize(
    ("service", "answers"), [("batplats", BATPLATS), ("felanmalan", FELANMALAN), ("sophamtning", SOPHAMTNING)]
)
def test_every_page_of_a_journey_shows_phone_hours_and_code(app: Flask, service: str, answers: dict[str, str]):
    for page in every_page(app, service, answers):
        assert "0304-60 10 10" in page.text
        assert "8–\u206016.30" in page.text
        if page.path != f"/sv/services/{service}":
            assert page.read("continue-code")


def test_a_step_whose_questions_have_all_gone_is_passed_over(settings, clock, tmp_path):
    from dataclasses import replace

    from eservices.web import create_app
    from tests.conftest import ROOT

    header = (ROOT / "forms" / "batplats.yaml").read_text().partition("\nsteps:\n")[0]
    steps = """
steps:
  - step: first
    title: Först
    questions:
      wants:
        label: Vill du?
        type: yes_no
      more:
        label: Mer
        type: text
  - step: second
    title: Sedan
    questions:
      detail:
        label: Vad?
        type: text
        when:
          wants: yes
  - step: third
    title: Sist
    questions:
      end:
        label: Slut
        type: text
      note:
        label: Något mer
        type: text
        required: false
"""
    header = header.replace("service: batplats", "service: hoppa")
    (tmp_path / "hoppa.yaml").write_text(header + steps)
    app = create_app(replace(settings, forms_dirs=(tmp_path, *settings.forms_dirs)), clock)
    person = Person(app.test_client()).go("/sv/services/hoppa").press()

    person.press({"wants": "no", "more": "x"})

    assert person.path == "/sv/services/hoppa/third"
    assert (person.page.css_first("a.back").attributes["href"] or "").endswith("/first")
    assert person.go("/sv/services/hoppa/second").path == "/sv/services/hoppa/third"
    person.go("/sv/services/hoppa/first").press({"wants": "yes"})
    assert person.path == "/sv/services/hoppa/second"
