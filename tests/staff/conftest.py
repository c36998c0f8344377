"""Staff who have signed in, and residents' cases for them to work on."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from eservices.calendars import FixedClock
from eservices.cases import store
from eservices.cases.model import Case
from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Role
from eservices.web.house import House
from tests.bench.robot import Answers, filled, primary_form
from tests.pages import InspectingClient

PASSWORD = "ett riktigt långt lösenord"


class Person:
    """Somebody at a browser: goes to pages, fills in the form that goes on, presses buttons."""

    def __init__(self, client: InspectingClient):
        self.client = client
        self.address = ""
        self.page = LexborHTMLParser("<html></html>")
        self.status = 0

    def go(self, address: str) -> "Person":
        return self._shown(self.client.get(address, follow_redirects=True))

    def send(self, answers: Answers | None = None, *, form: str = "", button: str = "") -> "Person":
        """Fill in the form that goes on (or the one whose action ends with `form`) and press its button."""
        node = self.form(form) if form else primary_form(self.page)
        assert node is not None, f"no form to send on {self.address}"
        body = filled(node, answers or {})
        if button:
            name, _, value = button.partition("=")
            body = [(key, given) for key, given in body if key != name] + [(name, value)]
        action = node.attributes.get("action") or self.address
        return self._shown(self.client.post(action, data=_as_dict(body), follow_redirects=True))

    def journey(self, answers: Answers, *, most: int = 40) -> "Person":
        """Fill in page after page until nothing is left to send."""
        for _ in range(most):
            if primary_form(self.page) is None:
                return self
            self.send(answers)
            assert self.status == 200, f"{self.status} at {self.address}: {self.text('main .summary')}"
        raise AssertionError(f"no end, last {self.address}")

    def form(self, ending: str):
        return next((f for f in self.page.css("form") if (f.attributes.get("action") or "").endswith(ending)), None)

    def text(self, selector: str = "main") -> str:
        node = self.page.css_first(selector)
        return " ".join(node.text(separator=" ").split()) if node is not None else ""

    def texts(self, selector: str) -> list[str]:
        return [" ".join(node.text(separator=" ").split()) for node in self.page.css(selector)]

    def _shown(self, response: TestResponse) -> "Person":
        self.status = response.status_code
        self.address = response.request.path
        self.page = LexborHTMLParser(response.get_data(as_text=True))
        return self


def _as_dict(body: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in body:
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["eservices"]
    return found


@pytest.fixture
def a_browser(app: Flask, house: House) -> Callable[[], Person]:
    def make() -> Person:
        client = app.test_client()
        assert isinstance(client, InspectingClient)
        client.phone = house.library.municipality.contact_centre.phone
        return Person(client)

    return make


@pytest.fixture
def signed_in(
    a_browser: Callable[[], Person],
    house: House,
    clock: FixedClock,
    quick_hashing: None,
) -> Callable[..., Person]:
    """Somebody with this role (for these units) who has just signed in."""

    def sign_in(role: Role, *units: str, name: str = "", language: str = "sv") -> Person:
        username = name or f"{role.value}{len(units)}"
        with house.database.transaction() as tx:
            if username not in {account.staff.username for account in accounts.list_staff(tx)}:
                accounts.add_staff(
                    tx,
                    username=username,
                    name=f"Kim {username.title()}",
                    password=PASSWORD,
                    roles={role: units or (ALL_UNITS,)},
                    language=language,
                    now=clock.now(),
                )
        person = a_browser()
        person.go("/staff/login").send({"username": username, "password": PASSWORD})
        assert person.status == 200
        assert person.address != "/staff/login", person.text()
        return person

    return sign_in


BERTH: Answers = {
    "name": "Maj Sjögren",
    "personal_number": "19850709-9805",
    "contact_preference": "phone",
    "phone": "0304-60 10 00",
    "boat_type": "motor",
    "registration": "SFC-1234",
    "length": "6,5",
    "width": "2,3",
    "harbours": ["skarhamn", "ronnang"],
    "from_date-day": "1",
    "from_date-month": "5",
    "from_date-year": "2099",
    "message": "Gärna nära rampen.",
    "truthful": "yes",
}


FAULT: Answers = {
    "object": "lighting",
    "danger": "no",
    "description": "Lampan vid busshållplatsen är släckt.",
    "location": "Hållplatsen vid Myggenäs korsväg",
    "want_reply": "no",
}

WASTE: Answers = {
    "applicant_kind": "person",
    "action": "shared_bin",
    "holiday_home": "no",
    "address": "Bergsvägen 4",
    "property_address": "Bergsvägen 4",
    "designation": "EXEMPEL STRAND 1:23",
    "owner": "yes",
    "customer_number": "",
    "neighbour_name": "Inger Hansson",
    "neighbour_address": "Bergsvägen 6",
    "neighbour_agrees": "yes",
    "bin_location": "Vid infarten, bredvid brevlådorna",
    "sketch-later": "yes",
    "from_date-day": "1",
    "from_date-month": "juni",
    "from_date-year": "2099",
    "name": "Maj Sjögren",
    "contact_preference": "letter",
    "address-street": "Bergsvägen 4",
    "address-postal_code": "471 99",
    "address-city": "Exempelby",
    "truthful": "yes",
}


@pytest.fixture
def handed_in(a_browser: Callable[[], Person]) -> Callable[..., tuple[str, str]]:
    """A resident hands in on the web; gives number and code of the case."""

    def hand_in(service: str = "batplats", answers: Answers = BERTH, **changes: str) -> tuple[str, str]:
        person = a_browser().go(f"/sv/services/{service}").journey({**answers, **changes})
        return person.text("#reference"), person.text("#case-code")

    return hand_in


@pytest.fixture
def case_of(house: House) -> Callable[[str], Case]:
    def find(number: str) -> Case:
        with house.database.read() as tx:
            case = store.by_number(tx, number)
        assert case is not None
        return case

    return find


LATER = dt.timedelta(minutes=31)
