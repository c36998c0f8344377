"""PostgreSQL is gone, or stands still, in the middle of everybody's work: they are told, soon, and lose nothing."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from eservices.identity.people import Role
from eservices.settings import Settings
from eservices.storage import patience
from eservices.storage.database import Database
from eservices.storage.sealing import KeyRing
from eservices.web.house import House
from tests.bench.robot import filled, primary_form
from tests.conftest import empty
from tests.staff.conftest import BERTH, Person
from tests.standing_still import backends, standing_still, whole_server

_Away = Callable[[Database], AbstractContextManager[None]]
_PATIENCE = 0.5


@contextmanager
def _gone(database: Database) -> Iterator[None]:
    """Every connection is ended, and no new one is let in."""
    url = database.url
    with psycopg.connect(host=str(url.query["host"]), user=url.username, dbname="postgres", autocommit=True) as apart:
        apart.execute(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false")
        apart.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])
        try:
            yield
        finally:
            apart.execute(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true")


def _standing_still(database: Database) -> AbstractContextManager[None]:
    return standing_still(whole_server(database))


def _holding_the_lines(database: Database) -> AbstractContextManager[None]:
    """Only those who speak with us stand still: whoever connects anew is answered."""
    return standing_still(backends(database))


@pytest.fixture
def settings(settings: Settings, postgres_url: str, keys: KeyRing, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(patience, "PATIENCE", _PATIENCE)
    database = Database(postgres_url, keys)
    empty(database)
    database.dispose()
    return dataclasses.replace(settings, database_url=postgres_url)


@pytest.mark.parametrize("away", [_gone, _standing_still])
def test_a_page_that_is_sent_while_the_database_is_away_is_told_so_and_no_answer_is_lost(
    house: House, a_browser: Callable[[], Person], away: _Away
) -> None:
    resident = a_browser().go("/sv/services/batplats")
    while not resident.address.endswith("/boat"):
        resident.send(BERTH)
    form = primary_form(resident.page)
    assert form is not None
    here, sent = resident.address, _as_form(filled(form, BERTH))

    with away(house.database):
        for address in (here, here.replace("/sv/", "/fi/")):
            _is_told(resident, lambda client, at=address: client.post(at, data=sent), language=address[1:3])
        _is_told(resident, lambda client: client.get(here))
        assert _ready(resident) == 503

    assert _ready(resident) == 200
    resident.go(here)
    assert resident.status == 200
    while not resident.address.endswith("/check"):
        resident.send(BERTH)
    assert "Maj Sjögren" in resident.text(), "what was said before it"
    assert "SFC-1234" in resident.text(), "and what was sent again after it"


@pytest.mark.parametrize("away", [_gone, _standing_still])
def test_what_is_handed_in_while_the_database_is_away_is_no_case_and_can_be_sent_again(
    house: House, a_browser: Callable[[], Person], away: _Away
) -> None:
    resident = a_browser().go("/sv/services/batplats")
    while not resident.address.endswith("/check"):
        resident.send(BERTH)
    form = primary_form(resident.page)
    assert form is not None
    here, sent = resident.address, _as_form(filled(form, BERTH))

    with away(house.database):
        _is_told(resident, lambda client: client.post(here, data=sent))

    resident.go(here).send(BERTH)
    assert resident.text("#reference")
    with house.database.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM cases")).scalar_one() == 1


@pytest.mark.parametrize("away", [_gone, _standing_still])
def test_staff_are_told_so_and_are_signed_in_afterwards(
    house: House, signed_in: Callable[..., Person], a_browser: Callable[[], Person], away: _Away
) -> None:
    a_browser().go("/sv/services/batplats").journey(BERTH)
    officer, agent = signed_in(Role.CASE_OFFICER), signed_in(Role.CONTACT_AGENT)
    agent.go("/contact-centre/new?channel=phone").send({"identity_basis": "stated"})
    form = primary_form(officer.go("/staff/account").page)
    sent = _as_form(filled(form, {})) if form is not None else {}

    with away(house.database):
        _is_told(officer, lambda client: client.get("/cases/?view=unassigned"))
        _is_told(officer, lambda client: client.post("/staff/account", data=sent))
        _is_told(agent, lambda client: client.get(agent.address))

    assert officer.go("/cases/?view=unassigned").status == 200
    assert officer.address == "/cases/", "and not the page where one signs in"
    assert agent.go(agent.address).status == 200


def test_where_only_the_lines_stand_still_the_next_page_is_there(house: House, a_browser: Callable[[], Person]) -> None:
    resident = a_browser().go("/sv/services/batplats").send({})
    here = resident.address

    with _holding_the_lines(house.database):
        _is_told(resident, lambda client: client.get(here))
        assert resident.go(here).status == 200


def _is_told(who: Person, ask: Callable[[object], TestResponse], *, language: str = "sv") -> None:
    """The page that says so, in their language, before they give up: a connection is tried for three seconds more."""
    began = time.monotonic()
    answer = ask(who.client)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert f'<html lang="{language}"' in answer.get_data(as_text=True)
    assert who.client.phone in answer.get_data(as_text=True)
    assert time.monotonic() - began < _PATIENCE + 3 + 3


def _ready(who: Person) -> int:
    return who.client.get("/readyz").status_code


def _as_form(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found
