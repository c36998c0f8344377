"""Somebody says, to the officer or in a call, how they want to be reached from now on: journaled, and true at once."""

from collections.abc import Callable

from sqlalchemy import select, update

from eservices import journal
from eservices.cases import store
from eservices.cases.model import Case, Party
from eservices.cases.tables import cases
from eservices.identity.people import Role
from eservices.outbox import EMAIL, outbox
from eservices.values import ContactMethod
from eservices.web.house import House
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]

BY_LETTER = {"method": "letter", "street": "Exempelvägen 1", "postal_code": "47180", "city": "Skärhamn"}


def _party(house: House, case: Case) -> Party:
    with house.database.read() as tx:
        return store.parties_of(tx, case)[0]


def _changes(house: House, case: Case) -> list[object]:
    with house.database.read() as tx:
        return [
            (entry.actor_kind, entry.channel, entry.content["basis"])
            for entry in journal.of_case(tx, case.id, case.key)
            if entry.kind == "contact_changed"
        ]


def test_an_officer_changes_it_on_the_partys_word_and_says_how_they_know(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    case = case_of(number)
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")
    link = officer.page.css_first("a[href$='/contact']").attributes["href"] or ""

    officer.go(link).send({**BY_LETTER, "street": ""})
    assert officer.status == 422
    assert len(officer.texts(".summary li")) == 2, "nobody said how they know; no street"
    officer.send({**BY_LETTER, "language": "fi", "needs": ["large_print"], "basis": "known_by_callback"})

    party = _party(house, case)
    assert (party.method, party.language, party.address["city"]) == (ContactMethod.LETTER, "fi", "Skärhamn")
    assert party.needs.large_print
    assert party.phone, "what was left empty is as it was"
    assert _changes(house, case) == [("staff", "phone", "known_by_callback")]
    assert "Vi ringde upp ett nummer som vi redan hade" in officer.go(f"/cases/{number}").text(".timeline")


def test_news_cannot_be_sent_where_nobody_has_said_where(
    signed_in: SignedIn, handed_in: HandedIn, house: House, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    party = _party(house, case_of(number))
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/parties/{party.id}/contact")

    officer.send({"method": "email", "basis": "stated"})

    assert officer.status == 422
    assert "vart beskedet ska gå" in officer.text(".summary")


def test_in_a_call_the_agent_changes_it_with_what_the_call_knows_of_who_it_is(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    case = case_of(number)
    agent = signed_in(Role.CONTACT_AGENT)
    assert agent.go(f"/contact-centre/cases/{number}/contact").status == 404, "only in a call"
    agent.go("/contact-centre/new?channel=phone&caller=0304-601000").send({"identity_basis": "known_by_callback"})

    agent.go(f"/contact-centre/cases/{number}")
    link = agent.page.css_first("a[href$='/contact']").attributes["href"] or ""
    page = agent.go(link).page
    agent.send(BY_LETTER)
    agent.page, agent.address = page, link
    agent.send(BY_LETTER)  # the connection was lost

    assert "Det är ändrat" in agent.text("[role=status]")
    assert _party(house, case).method is ContactMethod.LETTER
    assert _changes(house, case) == [("staff", "phone", "known_by_callback")]


def test_where_a_protected_person_is_is_neither_asked_nor_written(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    case = case_of(number)
    with house.database.transaction() as tx:
        tx.execute(update(cases).where(cases.c.id == case.id).values(protected=True))
    agent = signed_in(Role.CONTACT_AGENT)
    agent.go("/contact-centre/new?channel=phone&caller=0304-601000").send({"identity_basis": "stated"})
    assert agent.go(f"/contact-centre/cases/{number}/contact").status == 404

    officer = signed_in(Role.CASE_OFFICER, "hamn")
    officer.go(f"/cases/{number}/parties/{_party(house, case).id}/contact")
    assert officer.page.css_first("#street") is None
    officer.send({**BY_LETTER, "method": "own_pages", "basis": "shown_id"})

    assert _party(house, case).method is ContactMethod.OWN_PAGES
    assert _party(house, case).address == {}


def test_whoever_only_said_who_they_were_changes_nothing_behind_the_partys_back(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House, a_browser: Callable[[], Person]
) -> None:
    number, code = handed_in(contact_preference="email", email="maj@example.se")
    case = case_of(number)
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    change = f"/cases/{number}/parties/{_party(house, case).id}/contact"

    officer.go(change).send({"method": "email", "email": "annan@example.se", "basis": "shown_id"})
    officer.go(change).send({"method": "email", "email": "maj@example.se", "basis": "shown_id"})
    assert _told(house, case) == ["maj@example.se"], "the receipt; who has shown an ID card is believed"

    officer.go(change).send({"method": "email", "email": "annan@example.se", "basis": "stated"})

    assert _party(house, case).email == "annan@example.se"
    assert _told(house, case) == ["maj@example.se", "maj@example.se"], "once more where it was told until now"
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Var det inte du? Ring oss genast." in resident.text()

    officer.go(change).send({"method": "email", "language": "sv", "basis": "stated"})
    assert len(_told(house, case)) == 2, "nothing goes elsewhere"


def _told(house: House, case: Case) -> list[object]:
    """The addresses that mails of this case go to, the oldest first."""
    mails = select(outbox).where(outbox.c.case_id == case.id, outbox.c.target == EMAIL).order_by(outbox.c.id)
    with house.database.read() as tx:
        return [case.key.unseal(bytes(row.sealed), place=f"outbox.sealed:{row.id}")["to"] for row in tx.execute(mails)]
