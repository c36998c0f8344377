"""Residents may practise on any service: page by page as it is, and nothing is handed in, counted or left behind."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from eservices import outbox
from eservices.cases.tables import cases
from eservices.contact_centre.tables import contact_items
from eservices.identity.people import Role
from eservices.journal import journal_entries
from eservices.submissions.tables import drafts, submissions
from eservices.web.house import House
from tests.bench.robot import primary_form
from tests.build.handed_in import SERVICES, answers_without_browser
from tests.staff.conftest import BERTH, Person

COUNTED = (cases, contact_items, submissions, outbox.outbox, journal_entries)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_can_be_practised_to_its_end_and_nothing_comes_of_it(
    service: str, a_browser: Callable[[], Person], house: House
) -> None:
    person = _begin(a_browser(), service)
    while primary_form(person.page) is not None:
        assert "Det här är en övning" in person.text("#practice"), person.address
        person.send(answers_without_browser(service))
        assert person.status == 200, f"{person.address}: {person.text('main .summary')}"

    assert person.address.endswith("/practice-receipt")
    assert "Ingenting är skickat" in person.text("#practice")
    with house.database.read() as tx:
        assert [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in COUNTED] == [0] * 5
        assert tx.execute(select(drafts.c.sealed, drafts.c.token_digest)).all() == [(None, None)]


def test_what_is_wrong_is_told_as_it_is_for_real(a_browser: Callable[[], Person]) -> None:
    person = _begin(a_browser(), "batplats").send({})

    assert person.status == 422
    assert person.page.css_first("main [role=alert]") is not None


def test_from_practising_one_begins_for_real_in_one_press(
    a_browser: Callable[[], Person], signed_in: Callable[..., Person]
) -> None:
    person = _begin(a_browser(), "batplats").send(BERTH)
    assert person.go("/sv/services/batplats").text().count("övning som inte är klar") == 1

    person.send().journey(BERTH)

    assert "Tack, vi har tagit emot det" in person.text("h1")
    number = person.text("#reference")
    assert number in signed_in(Role.CONTACT_AGENT).go(f"/contact-centre/?q={number}").text("table")


def test_somebody_who_has_begun_for_real_loses_nothing_to_practising(a_browser: Callable[[], Person]) -> None:
    person = a_browser().go("/sv/services/batplats").send().send(BERTH)

    assert not person.go("/sv/services/batplats").page.css("button[value=practice]")


def _begin(person: Person, service: str) -> Person:
    """Press the button that says so on the start page."""
    person.go(f"/sv/services/{service}")
    token = person.page.css_first("input[name=csrf_token]").attributes["value"]
    assert person.page.css_first("form[data-secondary] button[name=go][value=practice]") is not None
    answer = person.client.post(person.address, data={"csrf_token": token, "go": "practice"})
    assert answer.status_code == 303
    return person.go(answer.headers["Location"])
