"""Papers keyed in by keyboard alone, with an eye on each page: from the mark of the form to the receipt."""

import json
from pathlib import Path

import pytest

from tests.browser.conftest import everything
from tests.browser.inspecting import Inspector
from tests.browser.person import Answers, KeyboardPerson, Person
from tests.servers import ROOT, Server

ANSWERS = Path(__file__).resolve().parent / "answers"
SERVICES = sorted(path.stem for path in ANSWERS.glob("*.json"))
#: In the suite three, all by `make access`.
KEYED_IN = SERVICES if everything() else ["felanmalan", "sophamtning"]

CAME = {"received_on-day": "20", "received_on-month": "11", "received_on-year": "2026", "arrived_how": "post"}


@pytest.mark.parametrize("service", KEYED_IN)
def test_a_paper_is_keyed_in_by_keyboard_alone(person: Person, server: Server, service: str):
    answers: Answers = {**json.loads((ANSWERS / f"{service}.json").read_text("utf-8")), **CAME}
    agent = KeyboardPerson(person.driver, server.url)
    agent.go_to("/staff/login")
    agent.through_the_page({"username": "agent", "password": "demo"})
    inspector = Inspector(agent, "sv")

    agent.go_to("/contact-centre/paper")
    inspector.look()
    agent.through_the_page({"mark": _mark_of(service)})
    for _ in range(25):
        if agent.path.endswith("/receipt"):
            break
        inspector.look()
        agent.through_the_page(answers)

    inspector.look()
    assert agent.text_of("reference")
    inspector.verdict()


def _mark_of(service: str) -> str:
    from eservices.definitions.library import Library
    from eservices.journey.form_mark import form_mark

    found = Library((ROOT / "forms",)).service(service)
    assert found is not None
    return str(form_mark(service, found.version, "sv"))


def test_the_pages_around_a_paper_shut_nobody_out(person: Person, server: Server):
    """A mark that nobody knows, a late document without a day, and the call sheet in two languages."""
    person.journey("/sv/services/batplats", json.loads((ANSWERS / "batplats.json").read_text("utf-8")))
    number = person.text_of("reference")
    person.driver.delete_all_cookies()
    person.go_to("/staff/login")
    person.fill_in({"username": "agent", "password": "demo"})
    person.press()
    inspector = Inspector(person, "sv")

    person.go_to("/contact-centre/paper")
    person.fill_in({"mark": "klotter"})
    person.press()
    inspector.look()
    person.fill_in({"mark": number})
    person.press()
    inspector.look()
    person.press()
    inspector.look()
    for language in ("ar", "sv-x-lattlast"):
        person.go_to(f"/contact-centre/services/batplats/call-sheet?language={language}")
        inspector.look()

    inspector.verdict()
