"""The registrar's day: what came and went, a line that is put right, a letter put with its case, decisions listed."""

import csv
import io
from collections.abc import Callable

import pytest

from eservices.cases.model import Case
from eservices.identity.people import Role
from tests.security.conftest import token_of
from tests.staff.conftest import PASSWORD, Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_a_letter_is_put_with_its_case_in_two_clicks_and_its_officer_is_told(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    registrar = signed_in(Role.REGISTRAR)
    found = registrar.go("/cases/mail?q=Maj Sjögren")
    link = found.page.css_first("td a[href$='/mail']").attributes["href"] or ""
    registrar.go(link)
    sent = {
        "csrf_token": token_of(registrar.client, link),
        "row_version": registrar.page.css_first("input[name=row_version]").attributes["value"],
        "sender": "-",
        "name": "Gun Granne",
        "about": "Synpunkter från en granne",
        "arrived_on": "2026-11-24",
        "how": "post",
        "files": (io.BytesIO(PDF), "brev.pdf"),
    }

    answer = registrar.client.post(link, data=sent, content_type="multipart/form-data")

    assert answer.headers["Location"].endswith(f"/cases/mail?done={number}")
    day = registrar.go("/cases/register?day=2026-11-23")  # post counts from the working day before
    assert "Gun Granne" in day.text("tbody")
    assert "Ansök om båtplats. Synpunkter från en granne Brev" in day.text("tbody")
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    assert number in officer.go("/cases/?view=ready").text("tbody")
    case = officer.go(f"/cases/{number}")
    assert "Läs posten och svara" in case.text()
    assert "Gun Granne · Brev, räknas från 23 nov" in case.text()
    assert "brev.pdf" in case.text()
    officer.go(f"/cases/{number}/message").send({"subject": "Tack", "body": "Vi har läst brevet."})
    assert "Läs posten och svara" not in officer.go(f"/cases/{number}").text()


def test_what_somebody_else_wrote_is_on_no_partys_own_page_and_what_they_wrote_is(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Callable[[], Person]
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    officer.go(f"/cases/{number}/mail").send(
        {"sender": "-", "name": "Gun Granne", "about": "Om rampen", "body": "Den är farlig.", "how": "email"}
    )
    officer.go(f"/cases/{number}/mail").send({"about": "Mitt tillägg", "body": "Båten är röd.", "how": "email"})

    resident = a_browser().go("/sv/case")
    resident.send({"number": number, "code": code})

    shown = resident.text()
    assert "Båten är röd." in shown
    assert "farlig" not in shown
    assert "Gun" not in shown


def test_mail_without_anything_in_it_or_from_nobody_is_not_filed(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    registrar = signed_in(Role.REGISTRAR).go(f"/cases/{number}/mail")

    registrar.send({"sender": "-", "about": "", "arrived_on": "2026-11-25", "how": "email"})

    assert registrar.status == 422
    for told in (
        "Skriv vem det är från.",
        "Skriv vad det gäller",
        "Skriv dagen då det kom.",
        "Lägg till det inskannade",
    ):
        assert told in registrar.text(".summary")


def test_a_line_that_is_wrong_is_put_right_and_what_it_said_stays(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    registrar = signed_in(Role.REGISTRAR).go("/cases/register")
    registrar.go(registrar.page.css_first("td a[href*='/register/']").attributes["href"] or "")
    registrar.send({"why": "Felskrivet"})
    assert registrar.status == 422
    registrar.send({"who": "Maj Sjöberg", "why": "Felskrivet"})

    assert registrar.address == "/cases/register"
    row = registrar.page.css_first("tbody tr")
    assert (row.css_first("del").text(), row.css_first("ins").text()) == ("Maj Sjögren", "Maj Sjöberg")
    assert "Rättat 24 november 2026 av Kim Registrar0: Felskrivet" in registrar.text("tbody")
    assert signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/register/case:x").status == 403
    assert registrar.go(f"/cases/{number}/register/case:{'0' * 32}").status == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REGISTRAR])
def test_delegated_decisions_come_as_a_list_for_the_board_and_one_for_everybody(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, role: Role
) -> None:
    number, _ = handed_in()
    decide(signed_in, number)
    board = case_of(number).board
    reader = signed_in(role, "hamn")

    full = reader.go(f"/cases/delegated?board={board}").text("tbody")
    published = reader.go(f"/cases/delegated?board={board}&version=published").text("tbody")
    sheet = reader.client.get(f"/cases/delegated.csv?board={board}&version=published")
    rows = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig")), delimiter=";"))

    for told in (number, "Bifall", "Maj Sjögren", "=1+1"):
        assert told in full
    assert "Maj Sjögren" not in published
    assert number in published
    assert rows[0][:3] == ["Dag", "Ärende", "Diarienummer"]
    assert rows[1][1] == number
    assert rows[1][6] == "'=1+1", "a spreadsheet must not take a text for a formula"
    assert reader.go(f"/cases/delegated.csv?board={board}&since=nonsense").status == 200
    assert signed_in(role, "annan", name="far").go(f"/cases/delegated?board={board}").texts("tbody tr") == []


def decide(signed_in: SignedIn, number: str) -> None:
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/decision")
    officer.send({"outcome": "granted", "reasons": "Plats finns.", "law": "=1+1"})
    officer.send({"password": PASSWORD}, button="go=decide")
    assert officer.status == 200, officer.text(".summary")
