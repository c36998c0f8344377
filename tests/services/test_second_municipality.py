"""Another municipality runs every service by replacing one file; nothing anywhere speaks of the first one."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from eservices import attachments
from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, store
from eservices.cases.model import Case, Outcome
from eservices.definitions.library import Library
from eservices.definitions.model import Service
from eservices.definitions.municipality import Municipality
from eservices.definitions.texts import speak_for
from eservices.documents import case_file, case_print
from eservices.documents.letterhead import letterhead
from eservices.documents.paper_form import html_of, set_in_type
from eservices.documents.rendering import Press
from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Role
from eservices.journey.answers import Origin
from eservices.journey.path import walk
from eservices.journey.people import applicant_of
from eservices.language import words
from eservices.settings import Settings
from eservices.submissions import codes
from eservices.values import Channel, ContactMethod
from eservices.web.house import House
from eservices.worker.loop import Worker
from tests.build.drafts import a_member_of_staff, acting
from tests.build.papers import said_on
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
    yield from (centre.address, centre.after_hours, centre.mandate, centre.email.partition("@")[2])
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
    found = re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in sorted(words, key=len, reverse=True)))
    assert found.findall("Tjörns kommun, 0304-60 10 10, Skärhamn")
    return found


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


@pytest.mark.parametrize("name", ["allman_handling", "eldstad", "skolskjuts"])
def test_from_the_first_page_to_the_decision_nothing_sent_or_printed_speaks_of_the_first_municipality(
    app: Flask, settings: Settings, clock: FixedClock, foreign: re.Pattern[str], name: str
) -> None:
    house, service = app.extensions["eservices"], SECOND.services[name]
    person = _browser(app)
    Way(person, service, _reached_by_mail(service, clock), _unseen).go(f"/sv/services/{name}")
    case = _decided(house, clock, codes.read_case_number(person.read("reference")) or "")
    Worker(settings, house.database, house.library, clock).run_once()

    sent = [*_mails(settings), *_papers(house, case)]
    assert len(sent) >= 5, "a receipt by mail and on paper, a message and a decision to read or to print"
    for where, text in sent:
        assert foreign.findall(text) == [], where
        assert SECOND.municipality.name in text or SECOND.municipality.phone in text, where
    officer = _an_officer(app, clock)
    for path in ("/cases/", f"/cases/{case.number}", f"/cases/{case.number}/message"):
        assert officer.go(path).status == 200
        assert foreign.findall(officer.page.html or "") == [], path


def _reached_by_mail(service: Service, clock: FixedClock) -> Walker:
    """Somebody who wants news by mail, of many who fill it in."""
    for seed in range(1, 100):
        walker = Walker(service, seed, clock.today())
        answers = walker.fill(lambda: Origin(Channel.WEB, clock.now().isoformat()))
        applicant = applicant_of(walk(service, answers))
        if applicant.email and applicant.method is ContactMethod.EMAIL:
            return Walker(service, seed, clock.today())
    raise AssertionError(service.id)


def _decided(house: House, clock: FixedClock, number: str) -> Case:
    """The officer writes and decides."""
    with house.database.transaction() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        officer = acting(a_member_of_staff(tx, clock))
        acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())
        acts.go_on_after_signatures(tx, store.lock(tx, case.id), now=clock.now())
        acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Vi har börjat", body="Vi läser.")
        return deciding.decide(
            tx, case.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(),
            outcome=Outcome.GRANTED, reasons="Allt stämmer.", law="", letter=("Du har fått ja.",),
        )  # fmt: skip


def _mails(settings: Settings) -> Iterator[tuple[str, str]]:
    assert settings.mail_dir is not None
    for path in sorted(settings.mail_dir.rglob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes())
        yield f"the mail {mail['subject']}", "\n".join([*map(str, mail.values()), *_parts(mail)])


def _papers(house: House, case: Case) -> Iterator[tuple[str, str]]:
    with house.database.read() as tx:
        files = attachments.of_case(tx, case.id, case.key)
        edition = case_file.gather(tx, case, case_file.Reader.PARTY, words("sv"))
    for file in files:
        if file.name.endswith(".pdf"):
            opened = b"".join(attachments.open_for_reading(house.settings.files_dir, file, case.key))
            yield f"the paper {file.question}", said_on(opened)
    head = letterhead(house.library.municipality, words("sv"))
    unit, board = (house.library.municipality.unit(case.unit).name, house.library.municipality.board(case.board).name)
    press = Press(ROOT / "templates")
    printed = case_print.case_pdf(press, head, edition, words("sv"), unit=unit, board=board, day="i dag")
    yield "the printed case", said_on(printed)


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


def _an_officer(app: Flask, clock: FixedClock) -> Person:
    password = "ett riktigt långt lösenord"
    with app.extensions["eservices"].database.transaction() as tx:
        accounts.add_staff(
            tx, username="officer", name="Siv Ek", password=password, roles={Role.CASE_OFFICER: (ALL_UNITS,)},
            language="sv", now=clock.now(),
        )  # fmt: skip
    return _browser(app).go("/staff/login").press({"username": "officer", "password": password})
