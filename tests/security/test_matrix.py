"""Who gets what where: every address of the map, every role, and a case of each kind.

The map is the application's own. What is expected is written down here a second time, room by room, so that neither a
new address nor a change of what a role may passes unseen.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from eservices.cases.model import Case
from eservices.identity.people import Act, Role, Staff, may
from eservices.web.staff import access
from tests.security.conftest import token_of
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]

AGENT, OFFICER, MANAGER, REGISTRAR, ADMIN = (
    Role.CONTACT_AGENT, Role.CASE_OFFICER, Role.MANAGER, Role.REGISTRAR, Role.ADMIN,
)  # fmt: skip

#: The most that any address of a room may be open to.
ROOMS: Mapping[str, frozenset[Role]] = {
    "/contact-centre/": frozenset({AGENT}),
    "/cases/": frozenset({OFFICER, MANAGER, REGISTRAR}),
    "/insight/": frozenset({MANAGER}),
    "/staff/": frozenset(Role),
}

#: Open to the whole world: they tell of no person, or ask for what opens the next page.
OPEN = {
    "/", "/<lang:language>/", "/<lang:language>/accessibility", "/<lang:language>/privacy", "/<lang:language>/case",
    "/<lang:language>/case/clear-and-leave", "/<lang:language>/continue", "/<lang:language>/sign", "/healthz",
    "/readyz", "/robots.txt", "/static/<name>", "/staff/login", "/staff/logout",
}  # fmt: skip

#: Open to whoever has their own key, which this test does not hold: another test tries it.
KEYED = {"/metrics", "/delivery-reports"}

#: The figures that everybody may see.
OPEN_FIGURES = "/<any('sv','en'):language>/equal-service"

#: A resident's own: by the code of the case, by the code of the signer, by the draft of this browser.
BY_CASE_CODE = "/<lang:language>/case/<casenumber:number>"
BY_SIGNER = "/<lang:language>/sign/<casenumber:number>"
BY_DRAFT = "/<lang:language>/services/<slug:service>"

#: A name, and something answered, that stand in no answer to anyone who is kept out.
SECRETS = {"plain": "Öppensson", "elsewhere": "Annorstedt", "restricted": "Slutenius", "protected": "Skyddman"}

#: Ends the session that tries it; tests/staff/test_sign_in.py does.
_LEAVING = "/staff/logout"

NOBODY_S = "0" * 32
NOBODYS_NUMBER = "2026-22222"


@dataclasses.dataclass(frozen=True)
class Someone:
    """A browser, and what its account holds; `staff` is None for whoever has none."""

    name: str
    client: FlaskClient
    staff: Staff | None
    token: str


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def _address(rule: Rule, number: str = NOBODYS_NUMBER) -> str:
    known: dict[str, object] = {
        "language": "sv", "number": number, "item": 1, "service": "batplats", "step": "boat", "how": "settle",
        "kind": "close", "stop": "stop", "name": "app.css", "question": "length",
    }  # fmt: skip
    values = {name: known.get(name, NOBODY_S) for name in rule.arguments}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule.rule
    return built[1]


def _rules_of_a_case(app: Flask, *, staff: bool) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        outside = not access.is_staff_address(rule.rule)
        if "number" in rule.arguments and (rule.rule.startswith("/cases/") if staff else outside):
            yield rule


def _acts(app: Flask, rule: Rule) -> tuple[Act, ...]:
    found: tuple[Act, ...] = app.view_functions[rule.endpoint].access_rule  # type: ignore[attr-defined]
    return found


def test_every_address_belongs_to_a_room_with_a_rule(app: Flask):
    strange = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule not in OPEN | KEYED
        and not rule.rule.startswith((*ROOMS, OPEN_FIGURES, BY_CASE_CODE, BY_SIGNER, BY_DRAFT))
    ]
    assert strange == [], "who may open these? Say it here, and let the matrix try it"


def test_no_address_of_a_room_is_open_to_another_role(app: Flask):
    for room, roles in ROOMS.items():
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith(room) and rule.rule not in OPEN:
                acts = _acts(app, rule)
                let_in = {role for role in Role if any(may(_staff(role), act) for act in acts)}
                assert acts, f"{rule.rule} asks for no account"
                assert let_in, f"{rule.rule} is open to nobody"
                assert let_in <= roles, rule.rule


def _staff(role: Role, *units: str) -> Staff:
    return Staff(id="s", username="s", name="S", roles={role: frozenset(units or ("*",))})


@pytest.fixture
def numbers(signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf) -> dict[str, str]:
    """A case of each kind: open, restricted to another officer, of a protected person, and one at another unit."""
    made = {kind: handed_in(name=f"Maj {secret}")[0] for kind, secret in SECRETS.items()}
    keeper = signed_in(OFFICER, name="keeper")
    keeper.go(f"/cases/{made['protected']}/protect")
    keeper.send({"protected": "yes", "why": "Beslut om skydd"})
    assert case_of(made["protected"]).protected
    keeper.go(f"/cases/{made['elsewhere']}/hand-over")
    unit = keeper.page.css_first("input[name=unit]").attributes["value"] or ""
    keeper.send({"unit": unit, "why": "Fel enhet"}).send(button="go=decide")
    assert case_of(made["elsewhere"]).unit == unit
    keeper.go(f"/cases/{made['restricted']}/restrict")
    mine = keeper.page.css_first("input[name=named]").attributes["value"] or ""
    keeper.send({"named": [mine], "why": "Känsligt"})
    assert case_of(made["restricted"]).restricted
    return made


@pytest.fixture
def everyone(app: Flask, signed_in: SignedIn, numbers: dict[str, str], case_of: CaseOf) -> list[Someone]:
    """Each role at the unit of the open case, an officer of another unit, and somebody without an account."""
    own = case_of(numbers["plain"]).unit
    wanted = [(role.value, role, (own,)) for role in Role] + [("stranger", OFFICER, ("some_other_unit",))]
    found = [Someone("anonymous", app.test_client(), None, "")]
    for name, role, units in wanted:
        client = signed_in(role, *units, name=f"m_{name}").client
        found.append(Someone(name, client, _staff(role, *units), token_of(client, "/staff/account")))
    for who in found[1:]:  # whoever may look has said why, so that what the pages say is there to be seen
        for room in ("cases", "contact-centre/cases"):
            for number in numbers.values():
                who.client.post(f"/{room}/{number}/look", data={"csrf_token": who.token, "why": "Provar dörren"})
    return found


def _ask(who: Someone, method: str, address: str):
    data = {"csrf_token": who.token, "row_version": "0"} if method == "POST" else None
    return who.client.open(address, method=method, data=data)


def _kept_out(who: Someone, acts: tuple[Act, ...], case: Case) -> int | None:
    """The status that tells this person no, or None for whoever may."""
    if who.staff is None or not any(may(who.staff, act) for act in acts):
        return 303 if who.staff is None else 403
    mine = any(may(who.staff, act, case.unit) for act in acts)
    unseen = case.protected and not may(who.staff, Act.SEE_PROTECTED, case.unit)
    return None if mine and not unseen and not case.restricted else 404


def test_a_case_answers_those_who_may_and_nobody_else(
    app: Flask, everyone: list[Someone], numbers: dict[str, str], case_of: CaseOf
):
    cases = {kind: case_of(number) for kind, number in numbers.items()}
    seen = set()
    for rule in _rules_of_a_case(app, staff=True):
        for method in _methods(rule):
            for who in everyone:
                for kind, case in cases.items():
                    told = f"{who.name} {method} {rule.rule} of the {kind} case"
                    answer = _ask(who, method, _address(rule, case.number))
                    no = _kept_out(who, _acts(app, rule), case)
                    if no is None:
                        part_of_it = NOBODY_S in _address(rule) or {"kind", "item"} & set(rule.arguments)
                        assert answer.status_code != 403, told
                        assert answer.status_code != 404 or part_of_it, told
                        if SECRETS[kind] in answer.get_data(as_text=True):
                            seen.add((who.name, kind))
                        continue
                    if who.staff is None and method == "POST":
                        assert answer.status_code in {303, 400, 401}, told
                    else:
                        assert answer.status_code == no, told
                    assert SECRETS[kind] not in answer.get_data(as_text=True), told
    assert seen >= {(OFFICER.value, "plain"), (MANAGER.value, "plain")}, "whoever may see the name has seen it"
    for kind, case in cases.items():
        assert case_of(case.number).row_version == case.row_version, f"the {kind} case was changed by somebody"


def test_desks_lists_and_searches_show_nothing_of_what_is_kept_from_the_reader(
    app: Flask, everyone: list[Someone], numbers: dict[str, str], case_of: CaseOf
):
    cases = {kind: case_of(number) for kind, number in numbers.items()}
    seen = set()
    for who, rule, address in _readings(app, everyone, numbers):
        acts = _acts(app, rule)
        for method in _methods(rule):
            answer = _ask(who, method, address)
            told = f"{who.name} {method} {address}"
            if who.staff is None:
                assert answer.status_code in {303, 400, 401}, told
            else:
                assert (answer.status_code == 403) is not any(may(who.staff, act) for act in acts), told
            text = answer.get_data(as_text=True)
            for kind, case in cases.items():
                if SECRETS[kind] in text:
                    seen.add((who.name, kind))
                    by_agent = who.name == AGENT.value and kind in {"plain", "elsewhere"}
                    assert by_agent or _kept_out(who, (Act.SEE_CASE,), case) is None, f"{told} tells of the {kind} case"
    assert {(AGENT.value, "plain"), (OFFICER.value, "plain")} <= seen, "whoever may see the name has seen it"


def _readings(app: Flask, everyone: list[Someone], numbers: dict[str, str]) -> Iterator[tuple[Someone, Rule, str]]:
    """Everybody at every staff address outside the unit's cases, and searches by the name all share and by number."""
    for rule in app.url_map.iter_rules():
        if not access.is_staff_address(rule.rule) or rule.rule in OPEN or rule.rule.startswith(_LEAVING):
            continue
        if "number" in rule.arguments and rule.rule.startswith("/cases/"):
            continue
        addresses = [_address(rule, number) for number in numbers.values()] if "number" in rule.arguments else []
        addresses = addresses or [_address(rule)]
        if rule.rule in {"/cases/", "/contact-centre/"}:
            addresses += [f"{rule.rule}?q={word}" for word in ("Maj", *numbers.values())]
        yield from ((who, rule, address) for who in everyone for address in addresses)


def test_a_resident_opens_their_own_case_and_no_other(app: Flask, handed_in: HandedIn, numbers: dict[str, str]):
    mine, code = handed_in(name="Bo Egen")
    client = app.test_client()
    token = token_of(client, "/sv/case")
    client.post("/sv/case", data={"csrf_token": token, "number": mine, "code": code})
    assert client.get(f"/sv/case/{mine}").status_code == 200
    me = Someone("a resident", client, None, token)
    for rule in _rules_of_a_case(app, staff=False):
        for method in _methods(rule):
            for kind, number in numbers.items():
                answer = _ask(me, method, _address(rule, number))
                told = f"{method} {rule.rule} of the {kind} case"
                assert answer.status_code in {303, 400, 404}, told
                assert SECRETS[kind] not in answer.get_data(as_text=True), told
                if answer.status_code == 303:
                    assert re.search(rf"/sv/(case|sign|case/{number})$", answer.headers["Location"]), told
