"""The registrar carries a case over by hand: the list, the sheet on paper, and what the case says afterwards."""

from collections.abc import Callable

from eservices.cases.model import Case
from eservices.identity.people import Role
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]


def test_a_case_is_put_into_the_list_printed_and_marked_with_what_it_is_called_there(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    officer.go(f"/cases/{number}/transfer").send({"system": "Ecos", "how": "ask"})
    assert "Ska föras över till Ecos." in officer.text()

    registrar = signed_in(Role.REGISTRAR)
    assert number in registrar.go("/cases/").go("/cases/transfers").text("tbody")
    sheet = registrar.go(f"/cases/{number}/transfer-sheet").text()
    for told in (number, "Maj Sjögren", "SFC-1234", "Ecos", "Ärendets nummer där"):
        assert told in sheet
    assert "9805" not in sheet, "a personal number on paper is one too many"
    registrar.go("/cases/transfers").go(registrar.page.css_first("td a[href*='transfer?of']").attributes["href"] or "")
    registrar.send({"how": "done", "on": "2026-11-25"})
    assert (registrar.status, registrar.text(".error")) == (
        422,
        "Fel: Skriv dagen då det fördes över. Den kan inte ligga framåt i tiden.",
    )
    registrar.send({"on": "2026-11-24", "their_number": "ECOS-2026-77"})

    shown = officer.go(f"/cases/{number}").text()
    assert "Fördes över till Ecos 24 november 2026." in shown
    assert "Där heter det ECOS-2026-77." in shown
    assert number not in registrar.go("/cases/transfers").text()


def test_a_case_has_a_number_in_a_boards_own_register_that_no_other_has(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    first, second = handed_in()[0], handed_in()[0]
    registrar = signed_in(Role.REGISTRAR)

    registrar.go(f"/cases/{first}/registry-number").send({"registry_number": "KS 2026/117"})
    registrar.go(f"/cases/{second}/registry-number").send({"registry_number": "KS 2026/117"})

    assert registrar.status == 422
    assert "Ett annat ärende har redan det numret." in registrar.text()
    assert case_of(first).registry_number == "KS 2026/117"
    assert registrar.go("/cases/?q=KS 2026/117").texts("tbody th") == [first]


def test_a_registrar_who_opens_the_sheet_of_a_case_that_does_not_wait_says_why(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    """To carry over what waits is a registrar's work; to read any other case is not."""
    number, _ = handed_in()
    registrar = signed_in(Role.REGISTRAR).go(f"/cases/{number}/transfer-sheet")
    assert "Maj Sjögren" not in registrar.text()

    registrar.send({"why": "Handläggaren bad mig skriva ut det"})
    assert "Maj Sjögren" in registrar.go(f"/cases/{number}/transfer-sheet").text()
    assert "Maj Sjögren" in signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/transfer-sheet").text()
