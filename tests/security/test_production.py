"""What a demonstration may, a municipality may not; and what was set is what holds."""

import dataclasses
import datetime as dt

import pytest
from flask import Flask

from eservices.calendars import FixedClock
from eservices.demo.accounts import make_accounts
from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Role
from eservices.identity.tables import staff_roles
from eservices.settings import Settings, SettingsError
from eservices.storage.database import Database
from eservices.web import create_app
from tests.security.conftest import token_of
from tests.staff.conftest import FAULT, PASSWORD, Person


@pytest.mark.parametrize("username", ["agent", "officer", "manager", "registrar", "admin"])
def test_the_accounts_of_a_demonstration_open_nothing_once_it_is_none(
    settings: Settings, clock: FixedClock, username: str
):
    make_accounts(settings)
    real = create_app(dataclasses.replace(settings, demo=False), clock).test_client()
    sent = {"csrf_token": token_of(real, "/staff/login"), "username": username, "password": "demo"}
    answer = real.post("/staff/login", data=sent)
    assert answer.status_code in {422, 429}
    assert not any(cookie.startswith("staff=") for cookie in answer.headers.getlist("Set-Cookie"))


def _signed_in(app: Flask, clock: FixedClock):
    with app.extensions["eservices"].database.transaction() as tx:
        accounts.add_staff(
            tx, username="kim", name="Kim", password=PASSWORD, roles={Role.MANAGER: (ALL_UNITS,)}, now=clock.now()
        )
    client = app.test_client()
    sent = {"csrf_token": token_of(client, "/staff/login"), "username": "kim", "password": PASSWORD}
    assert client.post("/staff/login", data=sent).status_code == 303
    return client


def test_a_session_ends_after_the_rest_that_was_set(settings: Settings, clock: FixedClock):
    client = _signed_in(create_app(dataclasses.replace(settings, session_idle_minutes=10), clock), clock)
    clock.move(dt.timedelta(minutes=9))
    assert client.get("/cases/").status_code == 200
    clock.move(dt.timedelta(minutes=11))
    assert client.get("/cases/").status_code == 303


def test_a_session_ends_after_the_hours_that_were_set_however_busy(settings: Settings, clock: FixedClock):
    client = _signed_in(create_app(dataclasses.replace(settings, session_hours=2), clock), clock)
    for _ in range(3):
        clock.move(dt.timedelta(minutes=38))
        assert client.get("/cases/").status_code == 200
    clock.move(dt.timedelta(minutes=10))
    assert client.get("/cases/").status_code == 303


def test_https_without_a_named_proxy_is_refused():
    """Somebody must end TLS; unless we know who, every resident seems to sit on this machine."""
    env = {
        "ESERVICES_SECRET_KEY": "a secret for the tests alone, nowhere else",
        "ESERVICES_KEYS": "test:" + "07" * 32,
        "ESERVICES_BASE_URL": "https://e-tjanster.example.se",
    }
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        Settings.from_environment(env)
    assert Settings.from_environment({**env, "ESERVICES_TRUSTED_PROXIES": "127.0.0.1"}).secure


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/staff/login?next=//[", {}),
        ("/staff/login?next=http://[::1", {}),
        ("/cases/?after=%ff", {}),
        ("/cases/", {"Cookie": 'staff="\\377\\200"'}),
        ("/sv/case/2026-7K4P3", {"Cookie": "case=%%%"}),
    ],
)
def test_crooked_addresses_are_no_faults_of_ours(app: Flask, path: str, headers: dict[str, str]):
    assert app.test_client().get(path, headers=headers).status_code < 500


@pytest.mark.parametrize("headers", [{"Origin": "http://["}, {"Origin": "null"}, {"Referer": "http://["}])
def test_crooked_headers_are_no_faults_of_ours(app: Flask, headers: dict[str, str]):
    client = app.test_client()
    token = token_of(client, "/sv/case")
    for path in ("/sv/case", "/cases/2026-7K4P3/claim"):
        assert client.post(path, data={"csrf_token": token}, headers=headers).status_code < 500


def test_no_address_of_ours_comes_from_what_a_caller_calls_us(app: Flask):
    for path in ("/staff", "/cases", "/sv", "/contact-centre"):
        answer = app.test_client().get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.headers.get("Location", "") + answer.get_data(as_text=True), path


@pytest.mark.parametrize("query", ["q=%00", "status=%00", "officer=a%00b", "after=20260101T000000000000-%00"])
def test_a_nul_in_an_address_is_no_fault_of_ours(
    settings: Settings, postgres_url: str, postgres_database: Database, clock: FixedClock, query: str
):
    app = create_app(dataclasses.replace(settings, database_url=postgres_url), clock)
    with app.extensions["eservices"].database.transaction() as tx:
        accounts.add_staff(
            tx, username="kim", name="Kim", password=PASSWORD, roles={Role.CASE_OFFICER: (ALL_UNITS,)}, now=clock.now()
        )
    client = app.test_client()
    client.post(
        "/staff/login", data={"csrf_token": token_of(client, "/staff/login"), "username": "kim", "password": PASSWORD}
    )
    assert client.get(f"/cases/?{query}").status_code < 500


def test_bytes_in_an_address_that_are_no_text_are_no_fault_of_ours(app: Flask):
    """A server hands them on as they came; a browser writes none."""
    answers = [
        app.test_client().get("/sv/", environ_overrides={"QUERY_STRING": query}) for query in ("q=\xff", "q=b\xc3\xa5t")
    ]

    assert [answer.status_code for answer in answers] == [400, 200]
    assert "båt" in answers[1].get_data(as_text=True)


def test_every_cookie_that_we_set_is_the_hosts_own_and_out_of_reach(settings: Settings, clock: FixedClock):
    """A visitor's, a member of staff's, and that of somebody who has shown number and code."""
    app = create_app(dataclasses.replace(settings, base_url="https://e-tjanster.example.se"), clock)
    client = app.test_client()
    set_by = []
    real = client.open

    def noting(*asked: object, **more: object):
        answer = real(*asked, **{"base_url": "https://e-tjanster.example.se", **more})
        for each in (*answer.history, answer):
            set_by.extend(each.headers.getlist("Set-Cookie"))
        return answer

    client.open = noting
    person = Person(client).go("/sv/services/felanmalan").journey(FAULT)
    Person(client).go("/sv/case").send({"number": person.text("#reference"), "code": person.text("#case-code")})
    with app.extensions["eservices"].database.transaction() as tx:
        accounts.add_staff(tx, username="kim", name="Kim", password=PASSWORD, roles={}, now=clock.now())
    Person(client).go("/staff/login").send({"username": "kim", "password": PASSWORD})

    assert {cookie.partition("=")[0] for cookie in set_by} == {"__Host-visitor", "__Host-case", "__Host-staff"}
    for cookie in set_by:
        told = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= told, cookie
        assert not any(part.startswith("Domain") for part in told), cookie


def test_a_right_that_is_taken_away_is_gone_with_the_next_request(app: Flask, clock: FixedClock):
    client = _signed_in(app, clock)
    assert client.get("/insight/").status_code == 200

    with app.extensions["eservices"].database.transaction() as tx:
        tx.execute(staff_roles.delete())

    assert client.get("/insight/").status_code == 403
