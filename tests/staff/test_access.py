"""Who may come in where: a matrix made from the URL map, so that a new route without a rule fails."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from eservices.identity.people import Act, Role, Staff, may
from eservices.web.staff import access
from tests.staff.conftest import Person

#: Something for each kind of converter: of the right form, and nobody's.
_PLACES = {
    "number": "2026-22222",
    "item": "1",
    "step": "start",
    "stop": "stop",
    "service": "nobody_s",
    "how": "settle",
    "question": "name",
    "kind": "close",
}
_NOBODY_S = "0" * 32


def _staff_rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if access.is_staff_address(rule.rule):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule, method


def _address(rule: Rule) -> str:
    values = {name: _PLACES.get(name, _NOBODY_S) for name in rule.arguments}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
    built = rule.build({name: int(value) if name == "item" else value for name, value in values.items()})
    assert built is not None
    return built[1]


def test_every_staff_address_states_its_rule(app: Flask) -> None:
    without = [rule.rule for rule, _ in _staff_rules(app) if access_rule(app, rule) is None]
    assert not without


def test_every_route_outside_the_residents_part_is_a_staff_address_or_known_to_be_open(app: Flask) -> None:
    open_rooms = ("resident.", "operations.", "open_figures.")
    strange = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not access.is_staff_address(rule.rule) and not rule.endpoint.startswith(open_rooms)
    ]
    assert not strange


def access_rule(app: Flask, rule: Rule) -> tuple[Act, ...] | None:
    return getattr(app.view_functions[rule.endpoint], "access_rule", None)


def test_nobody_comes_in_without_signing_in(app: Flask, a_browser: Callable[[], Person]) -> None:
    client = a_browser().client
    for rule, method in _staff_rules(app):
        if access_rule(app, rule) == ():
            continue
        answer = client.open(_address(rule), method=method)
        if method == "GET":
            assert answer.status_code == 303, rule.rule
            assert answer.headers["Location"].startswith("/staff/login"), rule.rule
        else:
            assert answer.status_code in {303, 400, 401}, rule.rule


@pytest.mark.parametrize("role", list(Role))
def test_each_role_comes_in_where_its_acts_allow_and_nowhere_else(
    role: Role, app: Flask, signed_in: Callable[..., Person]
) -> None:
    person = signed_in(role)
    token = person.go("/staff/account").page.css_first("input[name=csrf_token]").attributes["value"]
    somebody = Staff("x", "x", "X", {role: frozenset({"*"})})
    for rule, method in _staff_rules(app):
        stated = access_rule(app, rule)
        assert stated is not None
        if rule.endpoint.startswith("sign_in."):
            continue
        allowed = any(may(somebody, act) for act in stated)
        data = {"csrf_token": token} if method == "POST" else None
        answer = person.client.open(_address(rule), method=method, data=data)
        assert (answer.status_code != 403) == allowed, f"{role} {method} {rule.rule}: {answer.status_code}"


def test_an_officer_sees_the_cases_of_their_own_units_only(
    signed_in: Callable[..., Person], handed_in: Callable[..., tuple[str, str]]
) -> None:
    number, _ = handed_in()
    own, other = signed_in(Role.CASE_OFFICER, "hamn", name="harbour"), signed_in(Role.CASE_OFFICER, "va", name="water")

    assert number in own.go("/cases/").text("table")
    assert own.go(f"/cases/{number}").status == 200
    assert other.go("/cases/").text("table") == ""
    assert number not in other.go(f"/cases/?q={number}").text("table")
    assert other.go(f"/cases/{number}").status == 404
    assert other.go(f"/cases/{number}/decision").status == 404


def test_whoever_opens_a_case_outside_their_own_work_says_why_first(
    signed_in: Callable[..., Person], handed_in: Callable[..., tuple[str, str]]
) -> None:
    number, _ = handed_in()
    manager = signed_in(Role.MANAGER)
    manager.go(f"/cases/{number}")
    assert "Maj Sjögren" not in manager.text()

    assert manager.send({"why": "x"}).status == 422
    manager.send({"why": "Klagomål från den sökande"})

    assert "Maj Sjögren" in manager.text()
    assert manager.text("section > .stack") == "", "a manager does not handle the case"


@pytest.mark.parametrize(("language", "said"), [("sv", "Sidan finns inte"), ("en", "There is no such page")])
def test_a_page_that_is_not_there_is_told_in_the_language_of_the_account(
    signed_in: Callable[..., Person], language: str, said: str
) -> None:
    officer = signed_in(Role.CASE_OFFICER, name=f"officer-{language}", language=language)
    other = {"sv": "en", "en": "sv"}[language]

    answer = officer.client.get("/cases/no/such/page", headers={"Accept-Language": other})

    assert answer.status_code == 404
    assert said in answer.text
    assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("address", ["/cases/no/such/page", "/contact-centre/nowhere", "/insight/nowhere", "/insight/"])
def test_a_page_that_is_not_there_or_not_theirs_leads_staff_to_their_own_first_page(
    signed_in: Callable[..., Person], address: str
) -> None:
    officer = signed_in(Role.CASE_OFFICER)

    answer = officer.client.get(address)

    assert answer.status_code in {403, 404}
    assert 'href="/staff/">Till startsidan' in answer.text
