"""Turning on the code from an app, signing in with it, and what a role that must have it cannot do without."""

import base64
import dataclasses
from collections.abc import Callable

from flask import Flask

from eservices.identity import second_factor
from eservices.identity.people import Role
from eservices.settings import _STAFF_ROLES
from eservices.web.house import House
from tests.staff.conftest import PASSWORD, Person

SignedIn = Callable[..., Person]


def turned_on(person: Person, house: House) -> list[str]:
    person.go("/staff/second-factor").send({"password": PASSWORD})
    typed = person.text("main code").replace(" ", "")
    secret = base64.b32decode(typed)
    assert f"secret={typed}" in (person.page.css_first('a[href^="otpauth:"]').attributes["href"] or "")
    person.send({"code": second_factor.code_at(secret, int(house.clock.now().timestamp()) // 30)})
    return person.texts("main code")


def test_whoever_turns_it_on_needs_it_and_can_use_a_recovery_code(
    signed_in: SignedIn, a_browser: Callable[[], Person], house: House
) -> None:
    person = signed_in(Role.CASE_OFFICER, name="officer")
    codes = turned_on(person, house)
    assert len(codes) == 10
    assert not person.go("/staff/second-factor").page.css("main code")

    other = a_browser().go("/staff/login").send({"username": "officer", "password": PASSWORD})
    wrong = a_browser().go("/staff/login").send({"username": "officer", "password": "fel"})
    assert other.status == wrong.status == 422
    assert other.text(".summary") == wrong.text(".summary")

    assert other.send({"username": "officer", "password": PASSWORD, "code": codes[0]}).address == "/cases/"


def test_a_browser_left_open_is_not_enough_to_turn_it_on(signed_in: SignedIn) -> None:
    person = signed_in(Role.CASE_OFFICER).go("/staff/second-factor").send({"password": "fel"})

    assert person.status == 422
    assert not person.page.css("main code")


def test_a_role_that_must_have_it_sees_nothing_before_it_is_on(signed_in: SignedIn, app: Flask, house: House) -> None:
    asking = dataclasses.replace(house.settings, second_factor_roles=frozenset({"case_officer"}))
    app.extensions["eservices"] = dataclasses.replace(house, settings=asking)
    person, agent = signed_in(Role.CASE_OFFICER), signed_in(Role.CONTACT_AGENT)

    assert person.go("/cases/").address == "/staff/second-factor"
    turned_on(person, house)
    assert person.go("/cases/").address == "/cases/"
    assert agent.go("/contact-centre/").address == "/contact-centre/"


def test_every_role_can_be_asked_for_it() -> None:
    assert {role.value for role in Role} == _STAFF_ROLES
