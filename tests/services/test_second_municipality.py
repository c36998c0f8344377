"""Another municipality runs every service by replacing one file; nothing anywhere speaks of the first one."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from eservices.calendars import FixedClock
from eservices.definitions.library import Library
from eservices.definitions.municipality import Municipality
from eservices.definitions.texts import speak_for
from eservices.documents.paper_form import html_of, set_in_type
from eservices.documents.rendering import Press
from eservices.settings import Settings
from eservices.worker.loop import Worker
from tests.build.walker import Walker
from tests.build.walking import BY_PHONE, Way
from tests.conftest import ROOT
from tests.journeys.person import Person
from tests.pages import InspectingClient
from tests.services.test_walked import an_agent

FOLDERS = (ROOT / "docs" / "examples" / "norrskoga", ROOT / "forms")
FIRST, SECOND = Library((ROOT / "forms",)), Library(FOLDERS)
OFFERED = [service.id for service in SECOND.services.values() if service.status in {"pilot", "active"}]


def local_words(house: Municipality) -> Iterator[str]:
    """What only this municipality is called: names, places, numbers, streets, towns, domains, boards and units."""
    yield from (house.name, house.short_name, house.phone, house.switchboard_phone, house.organisation_number)
    for address in (house.visiting_address, house.postal_address):
        yield from (address.place, address.street, address.postal_code, address.city)
    centre = house.contact_centre
    yield from (centre.address, centre.after_hours, centre.email.partition("@")[2])
    for unit in house.units.values():
        yield from (unit.name, unit.phone)
    yield from (board.name for board in house.boards.values())
    for entries in house.lists.values():
        yield from (label.split()[-1] for label in entries.values() if label.split()[-1][:1].isupper())
    yield house.phone[:4]


@pytest.fixture(scope="module")
def foreign() -> re.Pattern[str]:
    """Any word of the first municipality that is not the second one's too."""
    own = set(local_words(SECOND.municipality))
    words = {word for word in local_words(FIRST.municipality) if len(word) > 3} - own
    assert len(words) > 20
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in sorted(words, key=len, reverse=True)))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, forms_dirs=FOLDERS)


def test_the_one_file_is_all_it_takes() -> None:
    assert SECOND.complaints == ()
    assert set(SECOND.services) == set(FIRST.services)
    assert SECOND.municipality.name != FIRST.municipality.name
    assert SECOND.municipality.accent != FIRST.municipality.accent
    for service in SECOND.services.values():
        assert service.routing.unit in SECOND.municipality.units
        assert service.legal.board in SECOND.municipality.boards


@pytest.mark.parametrize("name", OFFERED)
def test_no_page_speaks_of_the_first_municipality(
    app: Flask, clock: FixedClock, foreign: re.Pattern[str], name: str
) -> None:
    service = SECOND.services[name]
    found: list[str] = []

    def look(path: str, page: LexborHTMLParser) -> None:
        found.extend(f"{path}: {word}" for word in foreign.findall(page.html or ""))

    person = _browser(app)
    for path in ("/sv/", "/sv/?by=life", "/sv/accessibility", "/sv/privacy", "/sv/case", "/sv/continue", "/sv/none"):
        person.go(path)
        look(path, person.page)
    Way(person, service, Walker(service, 5, clock.today()), look, stumbling=True).go(f"/sv/services/{name}")
    agent = an_agent(app, clock, "sv")
    start = f"/contact-centre/new?channel=phone&service={name}"
    Way(agent, service, Walker(service, 6, clock.today()), look, BY_PHONE).go(start)

    assert found == []


@pytest.mark.parametrize("name", OFFERED)
def test_no_paper_form_speaks_of_the_first_municipality(foreign: re.Pattern[str], name: str) -> None:
    service = SECOND.services[name]
    speak_for(SECOND.municipality)

    paper = html_of(
        Press(ROOT / "templates"), set_in_type(service, SECOND.texts(service, "sv"), SECOND.municipality, wanted="sv")
    )

    assert SECOND.municipality.name in paper
    assert foreign.findall(paper) == []


def test_no_mail_speaks_of_the_first_municipality(
    app: Flask, settings: Settings, clock: FixedClock, foreign: re.Pattern[str]
) -> None:
    house = app.extensions["eservices"]
    for seed in range(1, 5):
        service = SECOND.services[OFFERED[0]]
        Way(_browser(app), service, Walker(service, seed, clock.today()), _unseen).go(f"/sv/services/{OFFERED[0]}")
    Worker(settings, house.database, house.library, clock).run_once()

    assert settings.mail_dir is not None
    mails = [email.message_from_bytes(path.read_bytes()) for path in sorted(settings.mail_dir.rglob("*.eml"))]
    told = ["\n".join([*map(str, mail.values()), *_parts(mail)]) for mail in mails]
    assert told
    for text in told:
        assert SECOND.municipality.phone in text
        assert foreign.findall(text) == []


def _parts(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and part.get_content_maintype() == "text":
            yield content.decode("utf-8")


def _unseen(_path: str, _page: LexborHTMLParser) -> None:
    """The pages are looked at elsewhere."""


def _browser(app: Flask) -> Person:
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.phone = SECOND.municipality.phone
    return Person(client)
