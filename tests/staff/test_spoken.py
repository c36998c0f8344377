"""An appeal by telephone: taken down in the call, sent in writing, and an appeal once it is confirmed by code or on paper."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from eservices import deliveries
from eservices.calendars import FixedClock
from eservices.cases import appealing, spoken, store
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.values import ContactMethod
from eservices.web.house import House
from eservices.worker.loop import Worker
from tests.build.papers import said_on
from tests.staff.conftest import PASSWORD, WASTE, Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]
Browser = Callable[[], Person]

CALLER = {"phone": "070-174 06 05", "contact_preference": "email", "email": "maj@example.se"}
BY_LETTER = {"street": "Strandvägen 3", "postal_code": "471 99", "city": "Exempelby"}
WORDS = "Jag vill överklaga. Kärlet är för litet."


@pytest.fixture
def refused(handed_in: HandedIn, signed_in: SignedIn, a_browser: Browser) -> tuple[str, str]:
    number, code = handed_in("sophamtning", {**WASTE, **CALLER})
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    officer.send({"outcome": "refused", "reasons": "Vägen är för smal.", "waiver": "Inget nytt."})
    officer.send({"password": PASSWORD})
    a_browser().go("/sv/case").send({"number": number, "code": code})  # it is read, so the time begins
    return number, code


def _call(signed_in: SignedIn, house: House, number: str, channel: str) -> Person:
    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        phone = store.parties_of(tx, case)[0].phone
    agent = signed_in(Role.CONTACT_AGENT, name=channel).go(f"/contact-centre/new?channel={channel}&caller={phone}")
    return agent.send({"identity_basis": "known_by_callback"})


def test_an_appeal_by_telephone_goes_out_in_writing_and_is_confirmed_with_number_and_code(
    signed_in: SignedIn, house: House, clock: FixedClock, a_browser: Browser, refused: tuple[str, str]
) -> None:
    number, code = refused
    agent = _call(signed_in, house, number, "phone")
    assert "Säg att det räknas först när det är bekräftat skriftligt, senast 15 december 2026" in agent.text()
    assert agent.page.css_first("button[value=counter]") is None, "nobody signs over the telephone"
    agent.send({"words": WORDS}, form="/write-down", button="how=send")
    assert "Överklagande väntar på att personen bekräftar skriftligt" in agent.text()

    officer = signed_in(Role.CASE_OFFICER, name="annan").go(f"/cases/{number}")
    assert "Sagt, och väntar på skriftlig bekräftelse" in officer.text()
    assert "Överklaganden" not in officer.text(), "it is none yet"

    clock.move(dt.timedelta(days=2))
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert WORDS in resident.text()
    resident.send(form="/confirm")
    assert "Tack. Det är bekräftat och har kommit in i dag." in resident.text()
    assert resident.form("/confirm") is None

    officer = signed_in(Role.CASE_OFFICER, name="tredje").go(f"/cases/{number}")
    assert "Sagt 24 november 2026, bekräftat skriftligt på webben 26 november 2026" in officer.text()


def test_the_letter_bears_the_words_the_last_day_and_a_line_to_sign_on_and_counts_the_day_it_comes_back(
    signed_in: SignedIn, house: House, clock: FixedClock, refused: tuple[str, str], case_of: CaseOf
) -> None:
    number, _ = refused
    with house.database.transaction() as tx:
        case = case_of(number)
        party = store.parties_of(tx, case)[0]
        store.change_party(tx, case, replace(party, method=ContactMethod.LETTER, address=BY_LETTER))
    _call(signed_in, house, number, "phone").send({"words": WORDS}, form="/write-down", button="how=send")
    Worker(house.settings, house.database, house.library, clock).run_once()
    said = _letter_said(signed_in, house, case_of(number))
    for sentence in (WORDS, "Bekräfta senast tisdag 15 december 2026", "Datum och namn:"):
        assert sentence in said

    clock.move(dt.timedelta(days=23))
    officer = signed_in(Role.CASE_OFFICER, name="annan").go(f"/cases/{number}")
    officer.go(
        next(a for a in officer.page.css("main a") if "/spoken/" in (a.attributes["href"] or "")).attributes["href"]
    )
    assert officer.send({"on": "2026-11-01"}).status == 422
    officer.send({"on": "2026-12-14", "how": "paper"})

    with house.database.read() as tx:
        (appeal,) = appealing.of_case(tx, case_of(number))
    assert (appeal.received_on, appeal.in_time) == (dt.date(2026, 12, 14), True)


def test_whoever_stands_at_the_counter_signs_at_once(
    signed_in: SignedIn, house: House, refused: tuple[str, str], case_of: CaseOf
) -> None:
    number, _ = refused
    agent = _call(signed_in, house, number, "counter")

    page = agent.page
    agent.send({"words": WORDS}, form="/write-down", button="how=counter")
    agent.page = page
    agent.send({"words": WORDS}, form="/write-down", button="how=counter")  # the connection was lost

    assert case_of(number).status == "appealed"
    with house.database.read() as tx:
        assert len(appealing.of_case(tx, case_of(number))) == 1


def test_an_empty_box_is_answered_at_the_box_and_nothing_is_sent(
    signed_in: SignedIn, house: House, refused: tuple[str, str], case_of: CaseOf
) -> None:
    number, _ = refused
    agent = _call(signed_in, house, number, "phone")

    agent.send({"words": " \n"}, form="/write-down", button="how=send")

    box = agent.page.css_first(f"textarea#appeal-{number}")
    assert (agent.status, box.attributes["aria-invalid"]) == (422, "true")
    assert agent.page.css_first(f"details[open] #appeal-{number}-error").text() == "Fel: Skriv vad personen säger."
    assert agent.page.css_first(f".summary a[href='#appeal-{number}']") is not None
    with house.database.read() as tx:
        assert not spoken.of_case(tx, case_of(number))
    agent.send({"words": WORDS}, form="/write-down", button="how=send")
    assert "Överklagande väntar på att personen bekräftar skriftligt" in agent.text()


def _letter_said(signed_in: SignedIn, house: House, case: Case) -> str:
    with house.database.read() as tx:
        (one,) = [one for one in deliveries.of_case(tx, case.id) if one.kind == "to_confirm"]
    agent = signed_in(Role.CONTACT_AGENT, name="brev")
    return said_on(agent.client.get(f"/contact-centre/deliveries/{one.id}/letter.pdf").get_data())
