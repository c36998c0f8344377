"""The paper form on the web: what lies ready is handed out; what does not is on its way, and can be had by phone."""

import dataclasses

from flask import Flask

from eservices.definitions.library import Library
from eservices.documents.shelf import Paper, Shelf, paper_of
from tests.pages import InspectingClient

ADDRESS = "/sv/services/batplats/paper.pdf"


def test_a_form_that_lies_ready_is_handed_out(app: Flask, client: InspectingClient):
    shelf, paper = ready(app, "sv")
    shelf.put(paper, b"%PDF-1.7 form", "of this")

    answer = client.get(ADDRESS)

    assert answer.status_code == 200
    assert answer.data == b"%PDF-1.7 form"
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename=batplats-sv.pdf"
    assert answer.headers["Content-Language"] == "sv"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_form_that_is_not_ready_is_wished_for_and_can_be_had_by_phone(app: Flask, client: InspectingClient):
    shelf, paper = ready(app, "en", large=True)

    answer = client.get("/en/services/batplats/paper.pdf?size=large")

    assert answer.status_code == 202
    assert answer.headers["Refresh"] == answer.headers["Retry-After"] == "3"
    assert "0304-60 10 10" in answer.text
    assert shelf.wishes() == {paper.name}


def test_a_language_that_the_service_does_not_promise_gives_swedish(app: Flask, client: InspectingClient):
    library = app.extensions["eservices"].library
    service = dataclasses.replace(library.services["batplats"], languages=("sv",))

    assert paper_of(service, "fi").language == "sv"
    assert paper_of(service, "sv").language == "sv"


def test_there_is_no_form_of_a_service_that_there_is_not(client: InspectingClient):
    assert client.get("/sv/services/nothing/paper.pdf").status_code == 404


def test_the_start_page_leads_to_the_form_in_both_sizes(client: InspectingClient):
    page = client.get("/sv/services/batplats").text

    assert f'href="{ADDRESS}"' in page
    assert f'href="{ADDRESS}?size=large"' in page


def test_who_reads_arabic_is_told_that_the_form_is_in_swedish(client: InspectingClient, library: Library):
    assert (
        "الاستمارة" in client.get("/ar/services/batplats").text
        or "Blanketten är på svenska" in client.get("/ar/services/batplats").text
    )


def ready(app: Flask, language: str, *, large: bool = False) -> tuple[Shelf, Paper]:
    home = app.extensions["eservices"]
    return Shelf(home.settings.data_dir), paper_of(home.library.services["batplats"], language, large=large)
