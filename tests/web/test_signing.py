"""The page of somebody who must sign beside the applicant."""

import pytest
from flask import Flask

from eservices.calendars import FixedClock
from eservices.cases import store as cases
from eservices.cases.model import Case, Party, Status
from eservices.intake.submit import submit
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn
from tests.build.drafts import a_draft
from tests.build.signed import BO, CANARY, EVA, WHAT_YES_MEANS, a_shared_service, shared_answers
from tests.journeys.person import Person


@pytest.fixture
def asked(app: Flask, clock: FixedClock) -> tuple[Case, dict[str, Party]]:
    """Åsa has handed in, and Bo and Eva have been asked."""
    with app.extensions["eservices"].database.transaction() as tx:
        draft = a_draft(tx, clock, a_shared_service())
        kept = drafts.keep(tx, draft, shared_answers(clock.now(), BO, EVA), now=clock.now())
        submission = submit(tx, kept.id, HandedIn.on_the_web(at=clock.now()), clock)
        case = cases.by_id(tx, submission.case_id)
        assert case is not None
        return case, {party.name: party for party in cases.parties_of(tx, case)}


def opened(app: Flask, case: Case, party: Party) -> Person:
    return Person(app.test_client()).go("/sv/sign").press({"number": case.number, "code": party.code})


def test_a_cosigner_sees_what_is_for_them_and_nothing_else(app: Flask, asked: tuple[Case, dict[str, Party]]):
    case, parties = asked

    page = opened(app, case, parties["Bo Ek"])

    assert page.path == f"/sv/sign/{case.number}"
    assert "Åsa Öberg" in page.text
    assert "190 liter" in page.text
    assert WHAT_YES_MEANS in page.text
    for hidden in (CANARY, "asa.oberg@example.se", "0304-60 10 00", "Eva Ask", "Ett kärl", "Hamngatan"):
        assert hidden not in page.text.replace("Kommunhuset", "")


def test_saying_yes_and_saying_no_with_the_reason(app: Flask, asked: tuple[Case, dict[str, Party]]):
    case, parties = asked

    assert "Tack, du har godkänt" in opened(app, case, parties["Bo Ek"]).press({"answer": "yes"}).text
    page = opened(app, case, parties["Eva Ask"])
    assert page.press().status == 422
    assert page.press({"answer": "no"}).status == 422
    assert "Tack, du har sagt nej" in page.press({"answer": "no", "reason": "Det blir trångt."}).text

    assert "Tack, du har sagt nej" in opened(app, case, parties["Eva Ask"]).text
    with app.extensions["eservices"].database.read() as tx:
        after = cases.by_id(tx, case.id)
    assert after is not None
    assert after.status == Status.RECEIVED


def test_no_code_opens_what_it_is_not_for(app: Flask, asked: tuple[Case, dict[str, Party]]):
    case, parties = asked
    applicant, bo = parties["Åsa Öberg"], parties["Bo Ek"]
    person = Person(app.test_client())

    assert person.go("/sv/sign").press({"number": case.number, "code": applicant.code}).status == 422
    assert person.go("/sv/case").press({"number": case.number, "code": bo.code}).status == 422
    assert Person(app.test_client()).go(f"/sv/sign/{case.number}").path == "/sv/sign"
    signer = opened(app, case, bo)
    assert signer.go(f"/sv/case/{case.number}").path == "/sv/case"
