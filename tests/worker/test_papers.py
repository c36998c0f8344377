"""Blank forms lie ready before anybody asks, and what somebody waits for is made first."""

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from eservices.documents.rendering import Unprintable
from eservices.documents.shelf import Paper, Shelf, paper_of
from eservices.submissions import pinned
from eservices.worker import papers
from eservices.worker.handlers import Desk
from tests.worker.office import Office


@pytest.fixture(autouse=True)
def printer(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A printer that notes what it prints and costs no time; real forms are printed in tests/documents."""
    done: list[str] = []

    def print_it(html: str, guide: object) -> bytes:
        done.append(html)
        return b"%PDF-1.7 " + html.encode()

    monkeypatch.setattr(papers, "printed", print_it)
    monkeypatch.setattr(papers, "_known", papers._Known())
    return done


def test_a_form_that_is_wished_for_is_made_at_once(office: Office, printer: list[str]) -> None:
    paper, shelf = form_of(office, "uk"), Shelf(office.settings.data_dir)
    shelf.wish(paper)

    office.worker.run_once()

    assert shelf.is_there(paper)
    assert shelf.wishes() == frozenset()
    assert len(printer) == 1


def test_a_printed_version_is_pinned_so_that_it_can_be_keyed_in(office: Office) -> None:
    paper = form_of(office, "en")
    Shelf(office.settings.data_dir).wish(paper)

    office.worker.run_once()

    with office.database.read() as tx:
        assert pinned.service(tx, paper.version).id == paper.service


def test_in_quiet_hours_all_forms_are_made_one_at_a_time(office: Office, printer: list[str]) -> None:
    desk, shelf = small(office), Shelf(office.settings.data_dir)
    every = list(papers.papers_of(desk))

    made = [papers.make_next(desk) for _ in every]

    assert made == [1] * len(every)
    assert all(shelf.is_there(paper) for paper in every)
    assert papers.make_next(desk) == 0
    assert len(printer) == len(every)
    assert [paper.large for paper in every] == sorted(paper.large for paper in every)


def test_a_worker_that_starts_again_makes_nothing_that_is_still_true(
    office: Office, printer: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = small(office)
    while papers.make_next(desk):
        pass
    before = len(printer)

    monkeypatch.setattr(papers, "_known", papers._Known())
    rounds = [papers.make_next(desk) for _ in range(before)]

    assert rounds == [0] * before
    assert len(printer) == before


def test_a_new_phone_number_of_the_municipality_comes_on_the_forms(office: Office, printer: list[str]) -> None:
    desk, shelf = small(office), Shelf(office.settings.data_dir)
    paper = form_of(office, "sv")
    shelf.wish(paper)
    papers.make_wished(desk)

    papers.make_next(small(office, phone="0304-60 99 99"))

    printed = shelf.path(paper).read_bytes().decode().replace("\N{NO-BREAK SPACE}", " ")  # it stays on one line
    assert "0304-60 99 99" in printed


def test_a_wish_that_cannot_be_granted_is_dropped(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(html: str, guide: object) -> bytes:
        raise Unprintable("a library is missing")

    monkeypatch.setattr(papers, "printed", broken)
    shelf = Shelf(office.settings.data_dir)
    shelf.wish(form_of(office, "sv"))
    shelf.wish(Paper("nothing", "0" * 64, "sv"))

    office.worker.run_once()

    assert shelf.wishes() == frozenset()
    assert "cannot be made" in caplog.text


def form_of(office: Office, language: str) -> Paper:
    return paper_of(office.library.services["batplats"], language)


def small(office: Office, *, phone: str = "") -> Desk:
    """The desk of a municipality with one service, and perhaps another phone number."""
    library = office.library
    municipality: Any = library.municipality
    if phone:
        centre = dataclasses.replace(municipality.contact_centre, phone=phone)
        municipality = dataclasses.replace(municipality, contact_centre=centre)
    services = {"batplats": library.services["batplats"]}
    fewer: Any = SimpleNamespace(municipality=municipality, services=services, texts=library.texts)
    return dataclasses.replace(office.worker.desk, library=fewer)
