"""A paper keyed in by keyboard alone, with an eye on each page: from its mark to the next paper."""

from tests.browser.axe import violations
from tests.browser.person import KeyboardPerson, Person
from tests.servers import ROOT, Server

BERTH = {
    "received_on-day": "20", "received_on-month": "11", "received_on-year": "2026", "arrived_how": "post",
    "name": "Maj Sjögren", "personal_number": "19850709-9805", "contact_preference": "letter",
    "address-street": "Strandvägen 3", "address-postal_code": "471 99", "address-city": "Exempelby",
    "boat_type": "sail", "length": "8,2", "width": "2,7", "harbours": ["skarhamn"],
    "from_date-day": "1", "from_date-month": "5", "from_date-year": "2099", "truthful": "yes",
}  # fmt: skip


def test_a_paper_is_keyed_in_by_keyboard_alone(person: Person, server: Server):
    agent = KeyboardPerson(person.driver, server.url)
    agent.go_to("/staff/login")
    agent.through_the_page({"username": "agent", "password": "demo"})
    faults: list[str] = []

    agent.go_to("/contact-centre/paper")
    _look(agent, faults)
    agent.through_the_page({"mark": _mark_of("batplats")})
    for _ in range(15):
        if agent.path.endswith("/receipt"):
            break
        _look(agent, faults)
        agent.through_the_page(BERTH)

    _look(agent, faults)
    assert agent.text_of("reference")
    assert not faults, "\n".join(faults)


def _look(agent: Person, faults: list[str]) -> None:
    for theme, width in (("light", 1280), ("dark", 320)):
        agent.look_through(theme=theme, width=width)
        faults += [f"{agent.path} ({theme}, {width}): {line}" for line in violations(agent.driver)]
        wide = agent.driver.execute_script("return document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{agent.path}: the page is {wide} pixels wide on a screen of {width}")
    agent.look_through(theme="light", width=1280)


def _mark_of(service: str) -> str:
    from eservices.definitions.library import Library
    from eservices.journey.form_mark import form_mark

    found = Library((ROOT / "forms",)).service(service)
    assert found is not None
    return str(form_mark(service, found.version, "sv"))
