"""Files on a page: known by content, kept with the page, removable, never in the way, and nobody else's."""

import io
import re
import struct
import zlib
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.bench.robot import filled
from tests.journeys.person import Person

HOME = "/sv/services/felanmalan"
PLACE = f"{HOME}/place"
FAULT = {"object": "lighting", "danger": "no", "description": "Lampan blinkar"}


def picture(side: int = 4) -> bytes:
    """A small PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x10\x50\x60" * side for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client).go(HOME).press().press(FAULT)


def upload(person: Person, *files: tuple[str, bytes], **answers: str) -> Person:
    """Send the page as a browser sends it when files were chosen."""
    fields: dict[str, object] = dict(filled(person.form, {"location": "Vid kyrkan", **answers}))
    fields["photo"] = [(io.BytesIO(content), name) for name, content in files] or (io.BytesIO(b""), "")
    response = person.client.post(person.path, data=fields, content_type="multipart/form-data")
    return person._follow(response, person.path)


def names(person: Person) -> Sequence[str]:
    return [node.text(strip=True) for node in person.page.css("fieldset dl.answers dt")]


def test_a_picture_is_kept_shown_and_counted_on_the_check_page(person: Person):
    upload(person, ("lampa.png", picture()))

    assert person.path == f"{HOME}/reply"
    assert names(person.go(PLACE)) == ["lampa.png"]
    person.press().press({"want_reply": "no"})
    assert "1 fil: lampa.png" in re.sub("[\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}]", "", person.text)


def test_several_files_at_once_and_the_same_again_is_no_double(person: Person):
    upload(person, ("a.png", picture(4)), ("b.png", picture(5)))
    person.go(PLACE)
    upload(person, ("a.png", picture(4)))

    assert names(person.go(PLACE)) == ["a.png", "b.png"]


def test_the_page_can_be_sent_either_way_and_without_a_file(person: Person):
    upload(person)
    assert person.path == f"{HOME}/reply"

    person.go(PLACE).press({"location": "Vid torget"})
    assert person.path == f"{HOME}/reply"


def test_a_wrong_kind_under_a_right_name_is_told_and_the_rest_is_kept(person: Person):
    upload(person, ("lampa.png", b"MZ\x90\x00 this is no picture"), ("b.png", picture()))

    assert person.status == 422
    assert person.page.css_first("[role=alert] a").attributes["href"] == "#photo"
    assert person.page.css_first("#photo").attributes["aria-invalid"] == "true"
    assert "lampa.png" in person.page.css_first("[role=alert]").text(), "of several files, which was refused is told"
    assert "lampa.png" in person.page.css_first(".error").text()
    assert "b.png" not in person.page.css_first("[role=alert]").text()
    assert person.value("location") == "Vid kyrkan"
    assert names(person) == ["b.png"]


def test_a_file_can_be_removed_after_a_question(person: Person):
    upload(person, ("a.png", picture(4)), ("b.png", picture(5)))
    removal = person.go(PLACE).page.css_first("dd.chg a").attributes["href"] or ""

    person.go(removal)
    assert "a.png" in person.text
    person.press_secondary()

    assert person.path == PLACE
    assert names(person) == ["b.png"]
    assert person.go(removal).status == 404


def test_another_visitor_can_neither_see_nor_remove_a_file(app: Flask, person: Person):
    upload(person, ("a.png", picture()))
    removal = person.go(PLACE).page.css_first("dd.chg a").attributes["href"] or ""
    other = Person(app.test_client()).go(HOME).press().press(FAULT)

    assert other.go(removal).status == 404
    other.go(PLACE).send({"csrf_token": other.token}, removal)

    assert names(person.go(PLACE)) == ["a.png"]


def test_promising_a_file_for_later_is_an_answer(client: FlaskClient):
    person = Person(client).go(HOME).press().press(FAULT)
    upload(person, **{"photo-later": "yes"})
    person.press({"want_reply": "no"})

    assert "Skickas senare" in person.text


def test_a_file_without_the_token_is_not_kept(person: Person):
    fields = {"location": "Här", "photo": (io.BytesIO(picture()), "a.png")}

    response = person.client.post(PLACE, data=fields, content_type="multipart/form-data")

    assert response.status_code == 400
    assert names(person.go(PLACE)) == []


def test_what_was_sent_can_be_fetched_by_its_owner_as_a_download(client: FlaskClient, person: Person):
    upload(person, ("lampa åäö.png", picture()))
    person.press({"want_reply": "no"}).press()
    number, code = person.read("reference"), person.read("case-code")
    person.go("/sv/case").press({"number": number, "code": code})
    link = person.page.css_first("main ul a[href*='/files/']")
    if link is None:  # the worker has yet to clean it
        assert "kontrolleras" in person.text
        return

    response = client.get(link.attributes["href"] or "")

    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.data == picture()


def test_documents_can_be_added_to_a_case(client: FlaskClient, person: Person):
    person.press({"location": "Här"}).press({"want_reply": "no"}).press()
    number, code = person.read("reference"), person.read("case-code")
    person.go("/sv/case").press({"number": number, "code": code})
    fields = {"csrf_token": person.token, "document": (io.BytesIO(picture()), "nytt.png")}

    response = client.post(f"/sv/case/{number}/document", data=fields, content_type="multipart/form-data")
    assert response.status_code == 303

    assert "nytt.png" in person.go(f"/sv/case/{number}").text
    wrong = {"csrf_token": person.token, "document": (io.BytesIO(b"MZ"), "nytt.png")}
    response = client.post(f"/sv/case/{number}/document", data=wrong, content_type="multipart/form-data")
    assert response.status_code == 422
    assert LexborHTMLParser(response.data).css_first("#document-error") is not None
