"""Keyboard shortcuts of case handling: off until somebody turns them on, and off again; each leads somewhere."""

from collections.abc import Callable

from eservices.identity.people import Role
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]


def test_an_officer_turns_them_on_goes_to_the_next_case_and_to_what_can_be_done_with_it(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go("/cases/")
    assert not officer.page.css("[accesskey]")

    officer.go("/cases/shortcuts").send(form="/shortcuts", button="shortcuts=on")
    keys = {a.attributes["accesskey"]: a.attributes["href"] or "" for a in officer.page.css("[accesskey]")}
    assert sorted(keys) == ["k", "s", "u"]
    assert officer.go(keys["u"]).address == f"/cases/{number}", "nobody has it yet"
    here = {a.attributes["accesskey"]: a.attributes["href"] or "" for a in officer.page.css("[accesskey]")}
    assert sorted(here) == ["g", "k", "s", "t", "u"]
    assert all(officer.page.css_first(address) for address in here.values() if address.startswith("#"))

    officer.go("/cases/shortcuts").send(form="/shortcuts", button="shortcuts=off")
    assert not officer.go(f"/cases/{number}").page.css("[accesskey]")
