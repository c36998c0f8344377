"""Where somebody is signed in, and ending it there: one's own, and as administrator everybody's."""

import datetime as dt
from collections.abc import Callable

import pytest

from eservices import journal
from eservices.calendars import FixedClock, day_of
from eservices.identity import accounts
from eservices.identity.people import Role
from eservices.web.house import House
from tests.staff.conftest import PASSWORD, Person

SignedIn = Callable[..., Person]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_one_login_is_ended_from_another_and_the_rest_stay(
    signed_in: SignedIn, house: House, clock: FixedClock
) -> None:
    here = signed_in(Role.CASE_OFFICER, name="officer")
    here.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    clock.move(dt.timedelta(minutes=2))
    forgotten, third = signed_in(Role.CASE_OFFICER, name="officer"), signed_in(Role.CASE_OFFICER, name="officer")
    page = here.go("/staff/logins")
    assert len(page.page.css("main li")) == 3
    assert "den här webbläsaren" in page.text("main li:first-child h2")
    assert not page.page.css("main li:first-child form")

    ids = [button.attributes["value"] for button in page.page.css("main li button")]
    assert len(set(ids)) == 2
    here.client.post("/staff/logins", data={"csrf_token": _token(here), "session": ids[0]})

    assert sorted(person.go("/cases/").address for person in (forgotten, third)) == ["/cases/", "/staff/login"]
    assert here.go("/cases/").address == "/cases/"


def test_all_other_logins_are_ended_at_once_and_the_device_is_told(
    signed_in: SignedIn, a_browser: Callable[[], Person]
) -> None:
    first = signed_in(Role.CASE_OFFICER, name="officer")
    second = a_browser()
    second.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    second.go("/staff/login").send({"username": "officer", "password": PASSWORD})
    second.go("/staff/logins")
    assert "Firefox på Windows" in second.text("main")
    assert "Okänd enhet" in second.text("main")
    assert "140" not in second.text("main")

    second.client.post("/staff/logins", data={"csrf_token": _token(second), "session": "others"})

    assert first.go("/cases/").address == "/staff/login"
    assert second.go("/cases/").address == "/cases/"


def test_nobody_ends_a_login_of_somebody_else_from_their_own_page(signed_in: SignedIn) -> None:
    victim, other = signed_in(Role.CASE_OFFICER, name="victim"), signed_in(Role.CASE_OFFICER, name="other")
    admin = signed_in(Role.ADMIN)
    account = _account_of(admin, "victim")
    admin.go(account)
    named = admin.page.css_first("main li button").attributes["value"]

    other.client.post("/staff/logins", data={"csrf_token": _token(other), "session": named})
    assert other.client.post(account, data={"csrf_token": _token(other), "session": "others"}).status_code == 403

    assert victim.go("/cases/").address == "/cases/"


def test_an_administrator_ends_them_and_the_journal_says_who(signed_in: SignedIn, house: House) -> None:
    person, admin = signed_in(Role.CASE_OFFICER, name="person"), signed_in(Role.ADMIN)
    account = _account_of(admin, "person")

    answer = admin.client.post(account, data={"csrf_token": _token(admin), "session": "others"})

    assert answer.status_code == 303
    assert person.go("/cases/").address == "/staff/login"
    with house.database.read() as tx:
        ids = {each.staff.username: each.staff.id for each in accounts.list_staff(tx)}
        entries = journal.of_staff(tx, ids[admin_name(admin)], day_of(house.clock.now()))
    ended = next(entry for entry in entries if entry.kind == "sessions_ended")
    assert ended.content == {"account": ids["person"], "sessions": 1}
    assert admin.client.get("/staff/accounts/" + "0" * 32).status_code == 404


def admin_name(admin: Person) -> str:
    return admin.go("/staff/account").text("main dd bdi")


def _account_of(admin: Person, username: str) -> str:
    row = next(row for row in admin.go("/staff/accounts").page.css("main tbody tr") if username in row.text())
    return row.css_first("a").attributes["href"] or ""


def _token(person: Person) -> str:
    found = person.go("/staff/account").page.css_first("input[name=csrf_token]")
    return found.attributes["value"] or ""


def test_whoever_changes_their_password_shows_the_old_one_and_is_out_everywhere(signed_in: SignedIn) -> None:
    here, elsewhere = signed_in(Role.CASE_OFFICER, name="officer"), signed_in(Role.CASE_OFFICER, name="officer")
    new = "fyra segel i motvind"
    assert here.go("/staff/password").send({"password": "fel", "new": new}).status == 422
    assert here.send({"password": PASSWORD, "new": "kort"}).status == 422
    assert "Skriv minst 12 tecken." in here.text(".summary")
    assert elsewhere.go("/cases/").address == "/cases/"

    here.go("/staff/password").send({"password": PASSWORD, "new": new})

    assert here.address == "/staff/login"
    assert "Lösenordet är bytt" in here.text()
    assert elsewhere.go("/cases/").address == "/staff/login"
    assert here.send({"username": "officer", "password": PASSWORD}).status == 422
    assert here.send({"username": "officer", "password": new}).address == "/cases/"


def test_the_log_says_who_came_in_and_was_kept_out_and_nothing_that_was_typed(
    signed_in: SignedIn, a_browser: Callable[[], Person], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    person = signed_in(Role.CASE_OFFICER, name="officer")
    a_browser().go("/staff/login").send({"username": "hemligt lösenord här", "password": "fel"})
    person.go("/staff/accounts")

    said = [record.getMessage() for record in caplog.records if record.name.startswith("eservices.web.staff")]
    assert [line.split(",")[0].split(" ", 2)[-1] for line in said if line.startswith("account")] == [
        "signed in",
        "kept out of logins.everybody",
    ]
    assert "sign-in refused, from 127.0.0.0/24" in said
    assert not any(word in line for line in said for word in ("officer", "hemligt", PASSWORD))
