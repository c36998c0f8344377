"""Whose a case is: given on, handed over, kept to a few, kept from oneself; and several done at once."""

from collections.abc import Callable

import pytest

from eservices.cases import enquiries
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]


def test_a_restricted_case_is_nowhere_for_those_who_are_not_named(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    named = signed_in(Role.CASE_OFFICER, "hamn", name="named")
    other = signed_in(Role.CASE_OFFICER, "hamn", name="other")
    agent = signed_in(Role.CONTACT_AGENT)
    named.go(f"/cases/{number}/restrict")
    mine = named.page.css_first("input[name=named]").attributes["value"] or ""
    named.send({"named": [mine], "why": "Känsligt"})
    assert case_of(number).restricted

    assert "Begränsat ärende." in named.go(f"/cases/{number}").text()
    assert number in named.go("/cases/").text("table")
    for page in (f"/cases/{number}", f"/cases/{number}/note", f"/cases/{number}/decision", f"/cases/{number}/reveal"):
        assert other.go(page).status == 404, page
    assert number not in other.go("/cases/").text()
    assert other.go(f"/cases/?q={number}").texts("tbody tr") == []
    assert other.go("/cases/?q=Maj Sjögren").texts("tbody tr") == []
    agent.go(f"/contact-centre/cases/{number}").send({"why": "Ringde"})
    assert "SFC-1234" not in agent.text()
    assert "Maj" not in agent.text("main")


def test_whoever_has_a_conflict_of_interest_leaves_the_case_and_does_not_come_back(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")
    officer.send(form="/claim")

    officer.go(f"/cases/{number}/recuse").send({"why": "Min syster söker"})

    assert officer.address == "/cases/"
    assert case_of(number).officer_id is None
    assert officer.go(f"/cases/{number}").status == 404
    assert number not in officer.go("/cases/").text()


def test_where_nobody_else_works_the_page_says_so(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    alone = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}").send(form="claim")
    alone.go(f"/cases/{number}/give")

    assert "Lämna över ärendet till en annan enhet i stället." in alone.text("main")


def test_a_case_goes_to_a_colleague_and_to_another_unit_with_all_that_belongs_to_it(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: object
) -> None:
    number, _ = handed_in()
    colleague = signed_in(Role.CASE_OFFICER, "hamn", name="kollega")
    officer = signed_in(Role.CASE_OFFICER, "hamn", name="forsta").go(f"/cases/{number}/give")
    officer.go(f"/cases/{number}/give")
    who = next(i for i in officer.page.css("input[name=officer]") if "Kollega" in (i.parent.text() if i.parent else ""))
    officer.send({"officer": who.attributes["value"] or "", "why": ""})
    assert number in colleague.go("/cases/?view=mine").text("table")

    due = case_of(number).due_at
    officer.go(f"/cases/{number}/hand-over")
    assert "Klockorna, med den tid som har gått" in officer.text()
    unit = officer.page.css_first("input[name=unit]").attributes["value"] or ""
    officer.send({"unit": unit, "why": "Fel enhet"})
    assert case_of(number).unit == "hamn", "first it is shown what happens"
    assert "Det här försvinner" in officer.text()
    officer.send(button="go=decide")

    after = case_of(number)
    assert (after.unit, after.officer_id, after.due_at) == (unit, None, due)
    assert officer.address == "/cases/", "whoever may not see the other unit's cases is back in the queue"
    assert officer.go(f"/cases/{number}").status == 404


def test_a_case_is_handed_over_again_for_a_good_reason_with_its_board_and_what_is_lost_told_first(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER)
    officer.go(f"/cases/{number}/referral")
    officer.send({"unit": "social", "to": "", "question": "Känner ni till bryggan?", "last_day": "2026-12-15"})

    officer.go(f"/cases/{number}/hand-over").send({"unit": "social", "why": "Gäller ett särskilt boende"})
    told = officer.text()
    assert "Nämnden. Socialnämnden svarar för ärendet" in told
    assert "Remissen till" in told
    assert "tas tillbaka" in told
    assert "Ingen tar emot" not in told
    officer.send(button="go=decide")
    case = case_of(number)
    assert (case.unit, case.board, case.status) == ("social", "socialnamnden", "under_review")
    with house.database.read() as tx:
        assert not enquiries.of_case(tx, case)[0].is_open

    officer.go(f"/cases/{number}/hand-over")
    assert "från Hamnenheten till" in officer.text(".note.warn")
    assert "Gäller ett särskilt boende" in officer.text(".note.warn")
    officer.send({"unit": "hamn", "why": "Fel"})
    assert officer.status == 422
    assert "Skriv skälet så att den nya enheten förstår." in officer.text(".summary")
    officer.send({"unit": "hamn", "why": "Bryggan hör till hamnen, inte till boendet."}).send(button="go=decide")
    assert (case_of(number).unit, case_of(number).board) == ("hamn", "samhallsbyggnadsnamnden")


def test_the_cases_of_a_colleague_who_is_away_go_to_others_at_once_each_told(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    first, second = handed_in()[0], handed_in()[0]
    away = signed_in(Role.CASE_OFFICER, "hamn", name="borta")
    for number in (first, second):
        away.go(f"/cases/{number}").send(form="/claim")
    officer, colleague = (signed_in(Role.CASE_OFFICER, "hamn", name=name) for name in ("forsta", "andra"))
    officer.go("/cases/")
    theirs = next(o for o in officer.page.css("select[name=officer] option") if "Borta" in o.text())
    officer.go(f"/cases/?officer={theirs.attributes['value']}")
    chosen = [box.attributes["value"] for box in officer.page.css("tbody input")]

    officer.send({"case": chosen}, form="/batch", button="act=give")
    assert "Inget är gjort än" in officer.text()
    officer.send(button="go=do")
    assert officer.status == 422, "somebody must be chosen"
    assert case_of(first).officer_id == theirs.attributes["value"]
    colleague.go(f"/cases/{second}/forecast").send({"last_day": "2026-12-20"})
    who = next(i for i in officer.page.css("input[name=officer]") if "Andra" in (i.parent.text() if i.parent else ""))
    officer.send({"officer": who.attributes["value"] or ""}, button="go=do")

    assert "1 ärende är klart." in officer.text()
    assert "Någon annan hann före" in officer.text(f"tr:has(a[href$='{second}'])")
    assert case_of(first).officer_id == who.attributes["value"]


def test_several_are_given_to_somebody_else_and_where_nobody_else_works_the_page_says_so(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    alone = signed_in(Role.CASE_OFFICER, "hamn", name="ensam").go("/cases/")
    alone.send({"case": [f"{number}:1"]}, form="/batch", button="act=give")
    assert alone.texts("main input[name=officer]") == []
    assert "Ingen annan arbetar på enheten." in alone.text()
    assert not [button for button in alone.page.css("main button") if button.attributes.get("value") == "do"]

    signed_in(Role.CASE_OFFICER, "hamn", name="kollega")
    alone.go("/cases/").send({"case": [f"{number}:1"]}, form="/batch", button="act=give")
    assert alone.texts("main label:has(input[name=officer])") == ["Kim Kollega"]


def test_who_keeps_a_case_to_themselves_is_named_as_such_and_others_by_name(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    signed_in(Role.CASE_OFFICER, "hamn", name="annan")
    officer = signed_in(Role.CASE_OFFICER, "hamn", name="forsta").go(f"/cases/{number}/restrict")
    assert officer.texts("main label:has(input[name=named])") == ["Du själv", "Kim Annan"]

    mine = officer.page.css_first("input[name=named]").attributes["value"] or ""
    officer.send({"named": [mine], "why": "Känsligt"})

    assert case_of(number).restricted
    assert signed_in(Role.CASE_OFFICER, "hamn", name="annan").go(f"/cases/{number}").status == 404


def test_a_watched_case_stands_in_its_own_list(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")

    officer.send(form="/watch")
    assert number in officer.go("/cases/?view=watched").text("table")
    officer.go(f"/cases/{number}").send(form="/watch")
    assert number not in officer.go("/cases/?view=watched").text()


@pytest.mark.parametrize("view", ["ready", "waiting", "watched", "calls", "undelivered", "late", "week"])
def test_every_view_opens(signed_in: SignedIn, handed_in: HandedIn, view: str) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/message")
    officer.send({"subject": "Hej", "body": "Vi ringer och berättar."})

    officer.go(f"/cases/?view={view}&period=7&language=sv")

    assert officer.status == 200
    assert (number in officer.text("main")) is (view in {"calls", "undelivered"}), "a call has been promised"


def test_several_are_done_at_once_after_a_look_each_told_and_one_that_fails_stops_none(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    first, _ = handed_in()
    second, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn", name="en").go("/cases/")
    chosen = [f"{first}:1", f"{second}:1"]
    officer.send({"case": chosen}, form="/batch", button="act=claim")
    assert officer.texts("tbody td:last-child") == ["Blir ditt", "Blir ditt"]
    assert case_of(first).officer_id is None, "nothing is done yet"

    signed_in(Role.CASE_OFFICER, "hamn", name="annan").go(f"/cases/{second}").send(form="/claim")
    officer.send(button="go=do")

    assert officer.texts("tbody td:last-child") == ["Ditt nu", "Någon annan hann före. Öppna ärendet och se efter."]
    assert case_of(first).officer_id != case_of(second).officer_id


def test_a_protected_person_has_no_name_in_a_list(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/protect")
    officer.send({"protected": "yes", "why": "Visade beslut"})

    shown = officer.go("/cases/").text("table")
    assert number in shown
    assert "Maj" not in shown
    assert officer.go("/cases/?q=Maj Sjögren").texts("tbody tr") == []


def test_a_registrar_sees_the_register_and_the_delegated_decisions_and_an_officer_does_not(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    registrar = signed_in(Role.REGISTRAR)

    assert number in registrar.go("/cases/register").text("table")
    assert registrar.go("/cases/register?day=2020-01-01").status == 200
    assert registrar.go("/cases/delegated?version=published").status == 200
    assert signed_in(Role.CASE_OFFICER, "hamn").go("/cases/register").status == 403
