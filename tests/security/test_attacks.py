"""Attacks that are tried on the whole map: forged forms, headers and paths in addresses, formulas, odd characters.

The addresses are the application's own, so that a new one is attacked without being named here. Each attack that finds
nothing is also run against a house that has the fault, and finds it there.
"""

import csv
import dataclasses
import io
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from eservices.calendars import FixedClock
from eservices.cases.model import Case
from eservices.definitions import searching
from eservices.identity import accounts, passwords
from eservices.identity.people import ALL_UNITS, Role
from eservices.settings import Settings
from eservices.submissions import codes
from eservices.web import create_app, security
from eservices.web.case_handling import registry
from eservices.web.house import House
from tests.pages import InspectingClient
from tests.security.conftest import ATTACKER, Caller, token_of
from tests.staff.conftest import PASSWORD, Person

HandedIn = Callable[..., tuple[str, str]]


@pytest.fixture
def everybody(app: Flask, house: House, clock: FixedClock) -> InspectingClient:
    """A browser of somebody who holds every role, so that no rule but the one that is tried says no."""
    with house.database.transaction() as tx:
        roles = dict.fromkeys(Role, (ALL_UNITS,))
        accounts.add_staff(tx, username="alla", name="Kim Alla", password=PASSWORD, roles=roles, now=clock.now())
    client = app.test_client()
    sent = {"csrf_token": token_of(client, "/staff/login"), "username": "alla", "password": PASSWORD}
    assert client.post("/staff/login", data=sent).status_code == 303
    assert isinstance(client, InspectingClient)
    return client


def _addresses(app: Flask, method: str, **known: str) -> Iterator[tuple[Rule, str]]:
    """Each address of the map that takes the method, with these values where it has such parts."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule, re.sub(r"<(?:(any)\(([^)]*)\):|\w+:)?(\w+)>", lambda part: _part(part, known), rule.rule)


def _part(part: re.Match[str], known: dict[str, str]) -> str:
    if part[1]:
        return part[2].split(",")[0].strip(" '\"")
    return known.get(part[3], known.get("rest", "x"))


def _taken_though_forged(app: Flask, client: InspectingClient, number: str) -> tuple[int, list[str]]:
    """How many addresses take forms, and those that took one without a token, with another's, or from elsewhere."""
    another, staffs, residents = (
        token_of(browser, page)
        for browser, page in ((app.test_client(), "/sv/case"), (client, "/staff/account"), (client, "/sv/case"))
    )
    tried, taken = 0, []
    known = {"language": "sv", "number": number, "service": "batplats", "item": "1", "rest": "0" * 32}
    for rule, address in _addresses(app, "POST", **known):
        if getattr(app.view_functions[rule.endpoint], "shows_token", False):
            continue
        own = staffs if address.startswith(security.STAFF_ADDRESSES) else residents
        tried += 1
        for fields, headers in (
            ({}, {}),
            ({"csrf_token": another}, {}),
            ({"csrf_token": own}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}),
        ):
            answer = client.post(address, data={**fields, "go": "next", "session": "x"}, headers=headers)
            if answer.status_code not in {400, 404, 405}:
                taken.append(f"{address} {fields} {answer.status_code}")
    return tried, taken


def test_no_address_takes_a_form_that_is_not_from_our_own_page_and_one_that_did_would_be_seen(
    app: Flask, everybody: InspectingClient, handed_in: HandedIn, monkeypatch: pytest.MonkeyPatch
):
    number, _ = handed_in()
    tried, taken = _taken_though_forged(app, everybody, number)

    assert tried > 90
    assert taken == []
    monkeypatch.setattr(security, "_is_our_token", lambda _sent: True)
    assert len(_taken_though_forged(app, everybody, number)[1]) > 50


#: A line of its own in the header, ways out of a folder, a NUL, bytes that are no text, another host.
_CROOKED = (
    "%0d%0aX-Evil:%201", "..%2f..%2f..%2f..%2fetc%2fpasswd", "..%5c..%5cwsgi.py", "a%00b", "%ff%fe", "%2f%2fevil.example",
    "{{7919*10007}}", "%e2%80%ae", "x" * 3000,
)  # fmt: skip


def _crooked_answers(app: Flask, client: InspectingClient) -> Iterator[tuple[str, TestResponse]]:
    for crooked in _CROOKED:
        for rule, address in _addresses(app, "GET", rest=crooked):
            if rule.arguments:
                yield address, client.get(address)
    query = "&".join(f"{name}=%0d%0aX-Evil:%201%2f%2fevil.example" for name in ("next", "done", "q", "after", "view"))
    for _, address in _addresses(app, "GET", language="sv", service="batplats", rest="0" * 32):
        yield address, client.get(f"{address}?{query}")


def _harm(answer: TestResponse) -> str:
    led = answer.headers.get("Location", "/")
    text = answer.get_data(as_text=True)
    if text and answer.mimetype.startswith("text/") and answer.mimetype_params.get("charset") != "utf-8":
        return f"no character set: {answer.content_type}"
    if answer.status_code >= 500:
        return f"a fault of ours: {answer.status_code}"
    if "X-Evil" in answer.headers or not led.startswith("/") or led.startswith("//") or "\n" in led:
        return f"led astray: {led}"
    return "a file of the machine" if "root:x:" in text or "create_app" in text else "ran" * ("79245433" in text)


def test_nothing_in_an_address_becomes_a_header_a_file_or_a_fault(app: Flask, everybody: InspectingClient):
    tried = 0
    for address, answer in _crooked_answers(app, everybody):
        tried += 1
        assert not _harm(answer), f"{address[:120]}: {_harm(answer)}"
    assert tried > 500


def test_an_answer_that_does_harm_would_be_seen(app: Flask):
    app.view_functions["resident.root"] = app.view_functions["operations.alive"]
    with app.test_request_context():
        answer = app.test_client().get("/healthz")
    answer.headers["Location"] = "//evil.example"
    assert _harm(answer)
    del answer.headers["Location"]
    assert not _harm(answer)


#: What a spreadsheet would reckon or fetch.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def _formulas(app: Flask, client: InspectingClient, board: str) -> tuple[int, list[str]]:
    """How many cells the tables of the house have, and those that a spreadsheet takes for a formula."""
    cells, found, year = 0, [], "since=2026-01-01&until=2026-12-31"
    for _, address in _addresses(app, "GET", language="sv", service="batplats"):
        if not address.endswith(".csv"):
            continue
        answer = client.get(f"{address}?board={board}&{year}")
        assert answer.status_code == 200, address
        text = answer.get_data().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","):
            cells += len(row)
            found += [f"{address}: {cell}" for cell in row if cell.startswith(_FORMULAS) and not _is_number(cell)]
    return cells, found


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+([.,]\d+)?", cell) is not None


@pytest.fixture
def decided(everybody: InspectingClient, handed_in: HandedIn, case_of: Callable[[str], Case]) -> str:
    """The board of a decision whose person, law and delegation all begin as formulas."""
    number, _ = handed_in(name='=HYPERLINK("https://evil.example";"Klicka")')
    officer = Person(everybody)
    officer.go(f"/cases/{number}/decision")
    officer.send(
        {
            "outcome": "granted", "reasons": "+1+1", "law": "@SUM(1+1)", "delegate": "=1+1", "text": "-2+3",
            "waiver": "=1", "made_by": "delegate",
        }
    )  # fmt: skip
    officer.send({"password": PASSWORD})
    return case_of(number).board


def test_no_table_of_ours_holds_a_formula_and_one_that_did_would_be_seen(
    app: Flask, everybody: InspectingClient, decided: str, monkeypatch: pytest.MonkeyPatch
):
    cells, found = _formulas(app, everybody, decided)

    assert cells >= 18
    assert found == []
    monkeypatch.setattr(registry, "spreadsheet_cell", lambda cell: cell)
    assert len(_formulas(app, everybody, decided)[1]) >= 2


@pytest.mark.parametrize(
    ("act", "field", "sent"),
    [
        ("supplement", "items", {"consequence": "decide_anyway", "last_day": "2026-12-24"}),
        ("referral", "unit", {"question": "Hej", "last_day": "2026-12-24"}),
        ("hand-over", "unit", {"reason": "Hej"}),
    ],
)
def test_what_no_control_offers_is_told_and_not_taken(
    signed_in: Callable[..., Person], handed_in: HandedIn, act: str, field: str, sent: dict[str, str]
):
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/{act}")

    officer.send({**sent, field: "x"}, button=f"{field}=ingen_sådan")

    assert officer.status == 422
    assert officer.page.css_first(f".summary a[href^='#{field}']") is not None


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_beyond_all_calendars_is_no_day(
    everybody: InspectingClient, handed_in: HandedIn, case_of: Callable[[str], Case], day: str
):
    number, _ = handed_in()
    for asked in (
        f"/cases/register?day={day}",
        f"/cases/delegated?since={day}&until={day}",
        f"/cases/delegated.csv?since={day}",
    ):
        assert everybody.get(asked).status_code == 200, asked
    officer = Person(everybody)
    for act, fields in {
        "supplement": {"documents": "Ett intyg", "last_day": day, "consequence": "decide_anyway"},
        "referral": {"to": "Någon", "question": "Vad?", "last_day": day},
        "mail": {"about": "Ett brev", "body": "Hej", "arrived_on": day},
        "transfer": {"system": "Ett annat", "how": "done", "on": day},
    }.items():
        officer.go(f"/cases/{number}/{act}").send(fields)
        assert officer.status == 422, act


def test_guesses_are_counted_by_all_workers_together(settings: Settings, clock: FixedClock):
    real = dataclasses.replace(settings, demo=False)
    workers = [Caller(create_app(real, clock).test_client()) for _ in range(3)]
    for worker in workers:
        worker.client.environ_base["REMOTE_ADDR"] = ATTACKER
    answers = [
        workers[turn % 3].open_case(codes.new_case_number(2026, signs=4), "AAAA-AAAA").status_code for turn in range(24)
    ]

    assert answers == [422] * 20 + [429] * 4


def test_signing_in_costs_the_same_work_whoever_it_is(
    app: Flask, house: House, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    with house.database.transaction() as tx:
        for name in ("kim", "closed"):
            accounts.add_staff(tx, username=name, name="Kim", password=PASSWORD, roles={}, now=clock.now())
        accounts.disable_staff(tx, "closed", clock.now())
    passwords._nobodys()
    worked: list[str] = []
    real = passwords._HASHER

    class Counting:
        def verify(self, kept: str, given: str) -> bool:
            worked.append(given)
            return real.verify(kept, given)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    client = app.test_client()
    token = token_of(client, "/staff/login")

    for who in ("kim", "nobody", "closed"):
        for password in (PASSWORD + "x", "kort"):
            worked.clear()
            sent = {"csrf_token": token, "username": who, "password": password}
            assert client.post("/staff/login", data=sent).status_code == 422
            assert worked == [password], who


#: What people and machines send that is not what it looks like.
_ODD = {
    "nul": ("Maj\x00Sjögren", None),
    "turned": ("Maj \u202eneröjS", "Maj neröjS"),
    "isolates": ("\u2066Maj\u2069 \u200bSjögren", "Maj Sjögren"),
    "lookalikes": ("Маj Ѕjögren", "Маj Ѕjögren"),
    "controls": ("Maj\x1b[31m\x07 Sjögren", "Maj[31m Sjögren"),
    "noncharacter": ("Maj\ufffe Sjögren", "Maj Sjögren"),
    "astral": ("Maj 🛥️ Sjögren", "Maj 🛥️ Sjögren"),
}


@pytest.mark.parametrize(("typed", "kept"), _ODD.values(), ids=_ODD)
def test_odd_characters_are_taken_as_they_are_seen_or_refused(
    a_browser: Callable[[], Person], typed: str, kept: str | None
):
    person = a_browser().go("/sv/services/batplats").send({})
    person.send({"name": typed, "personal_number-none": "yes", "contact_preference": "phone", "phone": "0304-60 10 00"})

    if kept is None:
        assert person.status == 400
        return
    person.go("/sv/services/batplats/applicant")
    found = person.page.css_first("input[name=name]")
    assert found is not None
    assert found.attributes["value"] == kept


def test_a_letter_with_a_hundred_thousand_marks_costs_no_more_than_one_with_thirty(a_browser: Callable[[], Person]):
    """Composed as they come they would keep a worker busy for minutes, and this test with it."""
    person = a_browser().go("/sv/services/batplats").send({})
    marks = "\u0327\u0301" * 40_000
    sent = {"csrf_token": token_of(person.client, person.address), "name": f"a{marks}"}
    answer = person.client.post(person.address, data=sent, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count("\u0301") <= 30


def test_a_search_for_a_hundred_words_costs_no_more_than_one_for_twelve(app: Flask, monkeypatch: pytest.MonkeyPatch):
    compared: list[str] = []
    real = searching._resembles
    monkeypatch.setattr(searching, "_resembles", lambda one, other: compared.append(one.word) or real(one, other))

    costs = []
    for words in (12, 100):
        compared.clear()
        assert app.test_client().get(f"/sv/?q={'+'.join(['z'] * words)}").status_code == 200
        costs.append(len(compared))

    assert costs[0] == costs[1] > 0
