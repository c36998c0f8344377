"""Stories of single people: what each of them must be able to do, and what nobody else may learn of it."""

from flask import Flask

from eservices.cases import store
from eservices.demo.accounts import make_accounts
from eservices.settings import Settings
from tests.journeys.person import Person
from tests.journeys.test_whole_journeys import answers_to

#: What is wrong with somebody's health: only those who decide may read it.
CANARY = "Kanariefågelsjukan"


def test_a_restaurant_owner_registers_in_english_and_the_officer_reads_swedish(app: Flask, settings: Settings):
    make_accounts(settings)
    owner = Person(app.test_client()).journey("livsmedel", answers_to("livsmedel"), "en")
    assert "What happens now" in owner.text
    assert "Miljöenheten läser anmälan" not in owner.text

    officer = Person(app.test_client()).go("/staff/login").press({"username": "officer", "password": "demo"})
    officer.go(f"/cases/{owner.read('reference')}")

    assert officer.status == 200
    for told in ("Vad ska ni göra?", "Servera mat eller dryck", "Organisationsnummer", "Språk English"):
        assert told in officer.text
    assert "Strandens Kök AB" in officer.text  # as it was written


def test_a_landlord_is_asked_to_agree_and_never_learns_why(app: Flask):
    answers = {**answers_to("bostadsanpassning"), "disability": CANARY, "measure_reason": CANARY}
    applicant = Person(app.test_client()).journey("bostadsanpassning", answers)
    number = applicant.read("reference")
    with app.extensions["eservices"].database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        landlord_code = next(party.code for party in store.parties_of(tx, case) if party.role == "cosigner")

    landlord = Person(app.test_client()).go("/sv/sign").press({"number": number, "code": landlord_code})

    assert landlord.path == f"/sv/sign/{number}"
    assert "Ta bort tröskeln" in landlord.text
    assert "ska betala för att ändra tillbaka den" in landlord.text
    assert CANARY not in landlord.text
    assert answers["personal_number"] not in landlord.text
    landlord.press({"answer": "yes"})
    assert "Tack, du har godkänt" in landlord.text
    assert CANARY not in landlord.text
