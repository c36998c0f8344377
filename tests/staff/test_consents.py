"""What was agreed to on the telephone can be seen, and taken back, by the one who agreed: on the web and by telephone."""

from collections.abc import Callable

import pytest

from eservices import journal
from eservices.cases import consents, store
from eservices.cases.consents import Given
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from tests.staff.conftest import BERTH, Person

#: A daughter calls for her mother, who is with her; the consent holds to the end of the year.
CALL = {
    "identity_basis": "stated",
    "speaks_as": "relative",
    "helper-name": "dottern Eva",
    "mandate": "present",
    "receipt_by": "phone",
    "consent": "yes",
    "consent_until": "2099-12-31",
}
READ_OUT = "Jag skickar in det här åt dig, i ditt namn."


@pytest.fixture
def called(signed_in: Callable[..., Person]) -> tuple[str, str]:
    """Number and code of an application that an agent took down for the two."""
    agent = signed_in(Role.CONTACT_AGENT, name="agent")
    agent.go("/contact-centre/new?channel=phone&caller=0701740605&service=batplats").journey({**BERTH, **CALL})
    return agent.text("#reference"), agent.text("#case-code")


def test_the_resident_sees_what_was_agreed_and_takes_it_back_and_the_officer_sees_that(
    called: tuple[str, str], house: House, a_browser: Callable[[], Person], signed_in: Callable[..., Person]
) -> None:
    number, code = called
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})

    assert READ_OUT in resident.text()
    assert "dottern Eva" in resident.text()
    assert "Anhörig. Du var med och sa ja." in resident.text()
    assert "Det gäller till och med" in resident.text()

    for given in Given:
        link = next(a for a in resident.page.css("main .card a") if (a.attributes["href"] or "").endswith(given))
        resident.go(link.attributes["href"] or "").send()
        assert resident.text("[role=status]").startswith("Nu har du tagit tillbaka det")

    assert resident.text().count("Du tog tillbaka det ") == 2
    assert not resident.page.css("main .card a")
    officer = signed_in(Role.CASE_OFFICER, name="officer").go(f"/cases/{number}")
    if not officer.page.css("#consents"):
        officer.send({"why": "Läser det som kom in"})
    assert officer.text("section:has(#consents)").count("Återtaget") == 2
    assert _taken_back(house, number) == 2


def test_by_telephone_it_is_taken_back_in_a_call_that_is_about_the_case_and_once(
    called: tuple[str, str], house: House, signed_in: Callable[..., Person]
) -> None:
    number, _ = called
    case, (agreed, _) = _given(house, number)
    address = f"/contact-centre/cases/{number}/consents/{agreed.submission_id}/consent"
    agent = signed_in(Role.CONTACT_AGENT, name="another")
    token = agent.go("/staff/account").page.css_first("input[name=csrf_token]").attributes["value"]
    agent.client.post(address, data={"csrf_token": token})
    assert _taken_back(house, number) == 0, "not without a call"

    agent.go("/contact-centre/new?channel=phone&caller=0304601000").send({"identity_basis": "stated"})
    agent.go(f"/contact-centre/cases/{number}")
    assert READ_OUT in agent.text("section:has(#consents)")
    for _ in range(2):
        agent.client.post(address, data={"csrf_token": token})

    assert _taken_back(house, number) == 1
    assert "Återtaget" in agent.go(f"/contact-centre/cases/{number}").text("section:has(#consents)")
    with house.database.read() as tx:
        assert journal.verify_case(tx, case.id).whole


def test_nobody_takes_back_what_is_another_case_s(
    called: tuple[str, str], house: House, handed_in: Callable[..., tuple[str, str]], a_browser: Callable[[], Person]
) -> None:
    _, (agreed, _) = _given(house, called[0])
    number, code = handed_in()
    stranger = a_browser().go("/sv/case").send({"number": number, "code": code})

    assert "Samtycken och fullmakter" not in stranger.text(), "on the web nobody agrees for anybody"
    assert stranger.go(f"/sv/case/{number}/consents/{agreed.submission_id}/consent").status == 404
    assert stranger.go(f"/sv/case/{called[0]}/consents/{agreed.submission_id}/consent").address == "/sv/case"


def _given(house: House, number: str) -> tuple[Case, list[consents.Consent]]:
    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        return case, consents.of_case(tx, case)


def _taken_back(house: House, number: str) -> int:
    case, _ = _given(house, number)
    with house.database.read() as tx:
        return [entry.kind for entry in journal.of_case(tx, case.id, case.key)].count("consent_withdrawn")
