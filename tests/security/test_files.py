"""Files that mean harm, over HTTP: kept shut until scanned, never shown in a page, and the people concerned are told."""

import dataclasses
import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask

from eservices import attachments
from eservices.attachments import Attachment, State
from eservices.calendars import FixedClock
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from eservices.worker.loop import Worker
from tests.attachments import files
from tests.security.conftest import token_of
from tests.staff.conftest import FAULT, Person
from tests.worker.test_scanning import EICAR, clamd

__all__ = ["clamd"]

Browser = Callable[[], Person]

_SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
_PNG = files.a_picture("PNG")
_PNG_WITH_VIRUS = _PNG + EICAR
_HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def scanned_house(app: Flask, house: House, clamd: str) -> House:
    """The same house with a scanner."""
    made = dataclasses.replace(house, settings=dataclasses.replace(house.settings, clamd=clamd))
    app.extensions["eservices"] = made
    return made


def _at_the_file(browser: Browser) -> Person:
    person = browser().go("/sv/services/felanmalan")
    while person.page.css_first("main input[type=file]") is None:
        person.send(FAULT)
    return person


def _send(person: Person, content: bytes, name: str, *, go: str = "next") -> int:
    token = token_of(person.client, person.address)
    sent = {"csrf_token": token, "location": FAULT["location"], "photo": [(io.BytesIO(content), name)], "go": go}
    return person.client.post(person.address, data=sent).status_code


def _files(house: House, case: Case) -> list[Attachment]:
    with house.database.read() as tx:
        return [file for file in attachments.of_case(tx, case.id, case.key) if file.question == "photo"]


def test_a_file_is_shut_until_it_is_clean_and_an_infected_one_is_told_of_and_asked_for_again(
    a_browser: Browser, signed_in, scanned_house: House, clock: FixedClock, case_of: Callable[[str], Case]
):
    numbers = []
    for content in (_PNG, _PNG_WITH_VIRUS):
        person = _at_the_file(a_browser)
        assert _send(person, content, "bild.png") == 303
        assert "kontrolleras" in person.go(person.address).text()
        numbers.append(person.journey({**FAULT, "want_reply": "yes", **_REPLY}).text("#reference"))
    clean, infected = map(case_of, numbers)
    officer = signed_in(Role.CASE_OFFICER)
    for case in (clean, infected):
        (file,) = _files(scanned_house, case)
        assert file.state is State.QUARANTINED
        assert officer.client.get(f"/cases/{case.number}/files/{file.id}").status_code == 404

    Worker(scanned_house.settings, scanned_house.database, scanned_house.library, clock).run_once()

    (file,) = _files(scanned_house, clean)
    answer = officer.client.get(f"/cases/{clean.number}/files/{file.id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    (file,) = _files(scanned_house, infected)
    assert file.state is State.REFUSED
    assert officer.client.get(f"/cases/{infected.number}/files/{file.id}").status_code == 404
    told = officer.go(f"/cases/{infected.number}").text()
    assert "En av dina filer går inte att öppna" in told
    assert "En av dina filer" not in officer.go(f"/cases/{clean.number}").text()
    desk = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")
    assert "Fråga efter det som saknas" in desk.text()
    assert infected.number in desk.text()


_REPLY = {"contact_preference": "email", "email": "maj.sjogren@example.se", "name": "Maj Sjögren"}


def test_an_infected_file_of_a_draft_says_so_where_it_was_chosen(
    a_browser: Browser, scanned_house: House, clock: FixedClock
):
    person = _at_the_file(a_browser)
    _send(person, _PNG_WITH_VIRUS, "bild.png", go="save")

    Worker(scanned_house.settings, scanned_house.database, scanned_house.library, clock).run_once()

    assert "Går inte att öppna. Ta bort den och välj en annan fil." in person.go(person.address).text()


def test_the_page_says_what_files_it_takes_how_many_and_how_large(a_browser: Browser):
    told = _at_the_file(a_browser).text("main")

    for said in ("JPG", "PNG", "HEIC", "MB", "filer"):
        assert said in told, said


def _bomb() -> bytes:
    """A letter of some kilobytes that unpacks to half a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "wordprocessingml.document.main+xml")
        archive.writestr("word/document.xml", bytes(60_000_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bild.svg", _SVG),
        ("bild.png", _SVG),
        ("sida.html", _HTML),
        ("bild.jpg", _HTML),
        ("bild.png", b"MZ\x90\x00" + bytes(60)),
        ("bild.png", b"GIF89a/*" + _HTML + b"*/"),
        ("bild.pdf", _bomb()),
        ("bild.png", b"PK\x03\x04" + bytes(60)),
        ("bild.png", b""),
    ],
    ids=["svg", "svg-as-png", "html", "html-as-jpg", "program", "gif-that-is-a-page", "bomb", "archive", "empty"],
)
def test_what_no_question_asks_for_is_refused_with_a_sentence(
    a_browser: Browser, house: House, name: str, content: bytes
):
    person = _at_the_file(a_browser)

    assert _send(person, content, name) in {303, 422}

    assert not [path for path in house.settings.files_dir.rglob("*") if path.is_file()]


def test_what_hides_behind_a_picture_is_gone_before_anybody_opens_it(
    a_browser: Browser, signed_in, house: House, clock: FixedClock, case_of: Callable[[str], Case]
):
    """A picture that is a page or an archive as well is written anew, as the picture alone."""
    person = _at_the_file(a_browser)
    assert _send(person, _PNG + _HTML + b"PK\x05\x06" + bytes(18), "bild.png") == 303
    case = case_of(person.journey(FAULT).text("#reference"))

    Worker(house.settings, house.database, house.library, clock).run_once()

    (file,) = _files(house, case)
    given = signed_in(Role.CASE_OFFICER).client.get(f"/cases/{case.number}/files/{file.id}")
    assert given.status_code == 200
    assert b"<script" not in given.get_data()
    assert b"PK\x05\x06" not in given.get_data()
