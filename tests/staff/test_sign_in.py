"""Signing in: by password, to the page asked for, throttled, under a new id each time, and out again."""

import datetime as dt
from collections.abc import Callable

import pytest

from eservices.calendars import FixedClock
from eservices.identity.people import Role
from eservices.web.house import House
from tests.staff.conftest import PASSWORD, Person

SignedIn = Callable[..., Person]


def test_whoever_signs_in_comes_to_the_room_of_their_role(signed_in: SignedIn) -> None:
    assert signed_in(Role.CONTACT_AGENT).address == "/contact-centre/"
    assert signed_in(Role.CASE_OFFICER).address == "/cases/"
    assert signed_in(Role.ADMIN).address == "/staff/account"


def test_the_page_asked_for_is_shown_after_signing_in(signed_in: SignedIn, a_browser: Callable[[], Person]) -> None:
    signed_in(Role.CASE_OFFICER, name="officer")
    person = a_browser().go("/cases/?view=mine")
    assert person.address == "/staff/login"

    person.send({"username": "officer", "password": PASSWORD})

    assert person.address == "/cases/"
    assert person.text(".views [aria-current]").startswith("Mina")


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(elsewhere: str, signed_in: SignedIn, a_browser: Callable[[], Person]) -> None:
    signed_in(Role.CASE_OFFICER, name="officer")
    person = a_browser().go(f"/staff/login?next={elsewhere}")

    person.send({"username": "officer", "password": PASSWORD})

    assert person.address == "/cases/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    signed_in: SignedIn, a_browser: Callable[[], Person]
) -> None:
    signed_in(Role.CASE_OFFICER, name="officer")
    wrong = a_browser().go("/staff/login").send({"username": "officer", "password": "fel"})
    unknown = a_browser().go("/staff/login").send({"username": "nobody", "password": "fel"})

    assert wrong.status == unknown.status == 422
    assert wrong.text(".summary") == unknown.text(".summary")


def test_the_session_id_is_new_at_each_sign_in_and_dead_after_signing_out(signed_in: SignedIn) -> None:
    person = signed_in(Role.CASE_OFFICER, name="officer")
    first = person.client.get_cookie("staff")
    person.send(form="/staff/logout")
    assert person.address == "/staff/login"
    assert person.go("/cases/").address == "/staff/login"
    assert first is not None

    person.send({"username": "officer", "password": PASSWORD})
    second = person.client.get_cookie("staff")
    assert second is not None
    assert second.value != first.value

    person.client.set_cookie("staff", first.value)
    assert person.go("/cases/").address == "/staff/login"


def test_a_caller_s_number_never_comes_along_to_the_sign_in_page(a_browser: Callable[[], Person]) -> None:
    answer = a_browser().client.get("/contact-centre/new?channel=phone&caller=0701740605&service=batplats")

    assert answer.status_code == 303
    assert "0701740605" not in answer.headers["Location"]
    assert "service%3Dbatplats" in answer.headers["Location"]


def test_the_staff_side_speaks_english_to_those_who_ask_for_it(signed_in: SignedIn) -> None:
    person = signed_in(Role.CASE_OFFICER, name="officer")
    person.go("/staff/account").send(form="/staff/language", button="language=en")

    assert person.page.css_first("html").attributes["lang"] == "en"


@pytest.mark.parametrize("wanted", ["//[", "http://[", "/cases/\r\nX: y"])
def test_a_broken_address_to_go_to_is_no_error(wanted: str, a_browser: Callable[[], Person]) -> None:
    answer = a_browser().client.get("/staff/login", query_string={"next": wanted}, headers={"Referer": "http://["})

    assert answer.status_code == 200


def test_a_session_that_nobody_has_used_for_as_long_as_the_house_allows_is_over(
    signed_in: SignedIn, house: House, clock: FixedClock
) -> None:
    person = signed_in(Role.CASE_OFFICER)
    clock.move(dt.timedelta(minutes=house.settings.session_idle_minutes + 1))

    assert person.go("/cases/").address == "/staff/login"
