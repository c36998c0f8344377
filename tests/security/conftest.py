"""Those who try the doors: the same browsers, staff and cases as in the tests of the staff side, and callers from far."""

import dataclasses
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eservices.calendars import FixedClock
from eservices.settings import Settings
from eservices.web import create_app
from tests.pages import InspectingClient
from tests.staff.conftest import a_browser, case_of, handed_in, house, signed_in

__all__ = ["a_browser", "case_of", "handed_in", "house", "signed_in"]

#: Callers of three networks, none of them ours.
ATTACKER, RESIDENT, NEIGHBOUR = "203.0.113.5", "198.51.100.77", "198.51.100.78"


class Caller:
    """Somebody who speaks HTTP from an address of their own, with the token that a page gave them."""

    def __init__(self, client: FlaskClient):
        self.client = client
        self.token = ""

    def post(self, path: str, **fields: object):
        """Send a form with the token of this browser."""
        self.token = self.token or token_of(self.client, "/sv/case")
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def open_case(self, number: str, code: str):
        return self.post("/sv/case", number=number, code=code)


@pytest.fixture
def production(settings: Settings, clock: FixedClock) -> Flask:
    """The same house without the favours of a demonstration: limits spare nobody."""
    made = create_app(dataclasses.replace(settings, demo=False), clock)
    made.test_client_class = InspectingClient
    return made


@pytest.fixture
def caller(production: Flask) -> Callable[[str], Caller]:
    def make(address: str) -> Caller:
        client = production.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Caller(client)

    return make


def token_of(client: FlaskClient, path: str) -> str:
    """The token in the first form of a page."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', client.get(path).get_data(as_text=True))
    assert found is not None, f"{path} has no form"
    return found.group(1)
