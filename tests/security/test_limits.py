"""Guessing codes and passwords must not pay; and nobody's guessing may shut others out."""

import dataclasses
from collections.abc import Callable

from flask import Flask

from eservices.calendars import FixedClock
from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Role
from eservices.settings import Settings
from eservices.submissions import codes
from eservices.web import create_app
from tests.security.conftest import ATTACKER, NEIGHBOUR, RESIDENT, Caller, token_of
from tests.staff.conftest import BERTH, PASSWORD, Person

Call = Callable[[str], Caller]
HandedIn = Callable[..., tuple[str, str]]
WRONG = "AAAA-AAAA"


def _any_number() -> str:
    return codes.new_case_number(2026, signs=4)


def test_one_address_that_guesses_is_stopped(caller: Call):
    attacker = caller(ATTACKER)
    answers = [attacker.open_case(_any_number(), WRONG).status_code for _ in range(25)]
    assert answers[:20] == [422] * 20
    assert set(answers[20:]) == {429}


def test_whoever_has_been_stopped_fills_no_count_that_others_share(
    settings: Settings, clock: FixedClock, handed_in: HandedIn
):
    """Else one address could try until the count of all networks together is full, and shut everybody out."""
    number, code = handed_in()
    house = create_app(dataclasses.replace(settings, demo=False, code_tries_everywhere=40), clock)
    attacker, resident = (Caller(house.test_client()) for _ in range(2))
    attacker.client.environ_base["REMOTE_ADDR"] = ATTACKER
    resident.client.environ_base["REMOTE_ADDR"] = RESIDENT
    for _ in range(60):
        attacker.open_case(_any_number(), WRONG)
        attacker.post("/sv/continue", code=codes.new_continue_code())
    assert resident.open_case(number, "2222-2222").status_code == 422
    assert resident.open_case(number, code).status_code == 303


def test_wrong_codes_for_a_number_do_not_lock_its_owner_out(caller: Call, handed_in: HandedIn):
    number, code = handed_in()
    attacker = caller(ATTACKER)
    for _ in range(30):
        attacker.open_case(number, WRONG)
    assert caller(RESIDENT).open_case(number, code).status_code == 303


def test_typing_errors_of_one_network_cost_another_nothing(caller: Call):
    somebody = caller(ATTACKER)
    for _ in range(30):
        somebody.post("/sv/continue", code="ett fel")
        somebody.open_case("ett fel", "ett annat")
    assert caller(RESIDENT).post("/sv/continue", code="ett slarvfel").status_code == 422
    assert caller(NEIGHBOUR).open_case("ett slarvfel", "ett till").status_code == 422


def test_codes_that_are_right_are_no_tries(caller: Call, handed_in: HandedIn):
    """A whole library, or everybody on one mobile network, has one address."""
    number, code = handed_in()
    library = caller(RESIDENT)
    assert {library.open_case(number, code).status_code for _ in range(25)} == {303}


def test_one_password_tried_on_every_name_is_slowed_down(production: Flask):
    with production.extensions["eservices"].database.transaction() as tx:
        accounts.add_staff(
            tx,
            username="kim",
            name="Kim",
            password=PASSWORD,
            roles={Role.MANAGER: (ALL_UNITS,)},
            now=production.extensions["eservices"].clock.now(),
        )
    client = production.test_client()
    client.environ_base["REMOTE_ADDR"] = ATTACKER
    sent = {"csrf_token": token_of(client, "/staff/login"), "password": "Sommaren2026!"}
    answers = [client.post("/staff/login", data={**sent, "username": f"namn{n}"}).status_code for n in range(150)]
    assert 429 in answers
    # Whoever works here, at another place, comes in all the same.
    colleague = production.test_client()
    colleague.environ_base["REMOTE_ADDR"] = RESIDENT
    sent = {"csrf_token": token_of(colleague, "/staff/login"), "username": "kim", "password": PASSWORD}
    assert colleague.post("/staff/login", data=sent).status_code == 303


def test_an_overheard_code_is_not_worth_many_guesses_from_many_networks(a_browser: Callable[[], Person], caller: Call):
    person = a_browser().go("/sv/services/batplats")
    while not person.address.endswith("/check"):
        person.send(BERTH)
    code = person.text("#continue-code")
    for network in range(6):
        thief = caller(f"203.0.{network}.5")
        for guess in range(10):
            thief.post("/sv/continue", code=code, personal_number=f"19850709-98{guess}{network}")
    owner = caller("198.51.100.77").post("/sv/continue", code=code, personal_number="19850709-9805")
    assert owner.status_code in {422, 429}, "after so many wrong answers the code is dead, or waits"
