"""Any offered service, filled in at random in each language it promises, on the web and read aloud by an agent, comes
to a receipt; nothing on the way is a key, an error or Swedish in disguise."""

import itertools
import os
from collections.abc import Iterator

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from eservices.calendars import FixedClock
from eservices.definitions.library import Library
from eservices.definitions.model import Service
from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Role
from eservices.language import EASY, SOURCE
from eservices.values import new_id
from tests.build.swedish import Sources
from tests.build.walker import Walker
from tests.build.walking import BY_PHONE, Way
from tests.conftest import ROOT
from tests.journeys.person import Person
from tests.pages import InspectingClient

LIBRARY = Library((ROOT / "forms",))
OFFERED = [service for service in LIBRARY.services.values() if service.status in {"pilot", "active"}]
PROMISED = [(service.id, tag) for service in OFFERED for tag in dict.fromkeys((*service.languages, EASY))]
#: How many people fill in each service in each language: `make access` asks for more.
PEOPLE = int(os.environ.get("WALKERS", "1"))


@pytest.mark.parametrize(("name", "language"), PROMISED)
def test_everybody_comes_to_a_receipt_on_the_web_in_their_language(
    app: Flask, clock: FixedClock, name: str, language: str
) -> None:
    service = _service(app, name)
    for seed in _seeds(name, language):
        faults: list[str] = []
        look = _Looking(app, service, language, faults)
        walker = Walker(service, seed, clock.today())

        Way(Person(_browser(app)), service, walker, look, stumbling=True).go(f"/{language}/services/{name}")

        assert not faults, f"seed {seed}:\n" + "\n".join(dict.fromkeys(faults))


@pytest.mark.parametrize(("name", "language"), PROMISED)
def test_everybody_comes_to_a_receipt_when_it_is_read_aloud(
    app: Flask, clock: FixedClock, name: str, language: str
) -> None:
    service = _service(app, name)
    for seed in _seeds(name, language):
        spoken_by_agent = "sv" if seed % 2 else "en"
        faults: list[str] = []
        look = _Looking(app, service, spoken_by_agent, faults)
        agent = an_agent(app, clock, spoken_by_agent)
        beside = {**BY_PHONE, "news-language": language}

        start = f"/contact-centre/new?channel=phone&caller=0701740605&service={name}"
        Way(agent, service, Walker(service, seed, clock.today()), look, beside).go(start)

        assert not faults, f"seed {seed}:\n" + "\n".join(dict.fromkeys(faults))


@pytest.mark.parametrize(
    ("planted", "language"),
    [
        ("<p>Vilken typ av båt har du?</p>", "en"),
        ("<input aria-label='Vilken typ av båt har du?'>", "en"),
        ("<p>boat.boat_type.label</p>", "en"),
        ("<p>{municipality.name}</p>", "sv"),
    ],
)
def test_swedish_in_disguise_and_keys_that_were_planted_are_found(app: Flask, planted: str, language: str) -> None:
    faults: list[str] = []
    look = _Looking(app, _service(app, "batplats"), language, faults)

    look("/planted", LexborHTMLParser(f"<html lang='{language}'><body>{planted}</body></html>"))

    assert len(set(faults)) == 1


class _Looking:
    """Looks at each page for what passes for a text and is none."""

    def __init__(self, app: Flask, service: Service, language: str, faults: list[str]):
        self._sources = Sources(app.extensions["eservices"].library, service, language)
        self._swedish = language in {SOURCE, EASY}
        self._faults = faults

    def __call__(self, path: str, page: LexborHTMLParser) -> None:
        found = self._sources.keys(page) if self._swedish else self._sources.faults(page)
        self._faults += [f"{path}: {fault}" for fault in found]


def _service(app: Flask, name: str) -> Service:
    service: Service = app.extensions["eservices"].library.services[name]
    return service


def _seeds(name: str, language: str) -> Iterator[int]:
    """Other people for each service and language, and the same ones each time."""
    first = sum(map(ord, name + language)) * 1000
    return itertools.islice(itertools.count(first), PEOPLE)


def _browser(app: Flask) -> InspectingClient:
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.phone = app.extensions["eservices"].library.municipality.phone
    return client


def an_agent(app: Flask, clock: FixedClock, language: str) -> Person:
    house, username = app.extensions["eservices"], f"agent-{new_id()[-8:]}"
    with house.database.transaction() as tx:
        accounts.add_staff(
            tx, username=username, name="Kim Agent", password="ett riktigt långt lösenord",
            roles={Role.CONTACT_AGENT: (ALL_UNITS,)}, language=language, now=clock.now(),
        )  # fmt: skip
    person = Person(_browser(app)).go("/staff/login")
    return person.press({"username": username, "password": "ett riktigt långt lösenord"})
