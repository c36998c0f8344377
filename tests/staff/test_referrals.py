"""A referral to another unit: it is asked, read and answered there, and shows no more of the case than was chosen."""

import io
from collections.abc import Callable

from eservices.calendars import FixedClock
from eservices.cases import enquiries, protecting
from eservices.cases.enquiries import EnquiryState
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from eservices.worker.loop import Worker
from tests.attachments.files import a_picture
from tests.build.drafts import a_member_of_staff, acting
from tests.security.conftest import token_of
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]

QUESTION = {"unit": "miljo", "to": "", "question": "Finns det ålgräs vid bryggan?", "last_day": "2026-12-15"}


def _referred(officer: Person, number: str, **more: object) -> Person:
    officer.go(f"/cases/{number}/referral").send({**QUESTION, **more})
    assert "Ärendet är på remiss" in officer.text(), officer.text()
    return officer


def _page_of(house: House, case: Case) -> str:
    with house.database.read() as tx:
        return f"/cases/referrals/{enquiries.of_case(tx, case)[-1].id}"


def test_the_asked_unit_reads_what_was_chosen_answers_and_the_case_comes_back(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = _referred(signed_in(Role.CASE_OFFICER, "hamn"), number, shows=["boat"])
    asked = signed_in(Role.CASE_OFFICER, "miljo", name="asked").go("/cases/")
    assert "Remisser till oss 1" in asked.text()

    asked.go("/cases/referrals")
    assert number in asked.text("table")
    asked.go(asked.page.css_first("table a.ref").attributes["href"])
    assert "Finns det ålgräs vid bryggan?" in asked.text()
    assert "SFC-1234" in asked.text()
    for kept in ("Maj Sjögren", "0304-60 10 00", "Gärna nära rampen"):
        assert kept not in asked.text(), "only what was chosen"
    assert asked.go(f"/cases/{number}").status == 404, "the case itself stays closed"

    address = _page_of(house, case_of(number))
    asked.go(address).send({"answer": "  "})
    assert asked.status == 422
    asked.go(address).send({"answer": "Nej, botten är sand."})
    assert "Svaret är skickat" in asked.text()

    assert case_of(number).status == "under_review"
    assert "Nej, botten är sand." in officer.go(f"/cases/{number}").text()
    assert "Ingen annan enhet väntar" in asked.go("/cases/referrals").text()


def test_nobody_else_finds_it_and_a_question_that_was_taken_back_takes_no_answer(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = _referred(signed_in(Role.CASE_OFFICER, "hamn"), number)
    address = _page_of(house, case_of(number))
    asked = signed_in(Role.CASE_OFFICER, "miljo", name="asked").go(address)
    assert asked.status == 200
    assert "Maj Sjögren" not in asked.text()
    assert signed_in(Role.CASE_OFFICER, "avfall", name="other").go(address).status == 404
    assert officer.go(address).form(address) is None, "who asked does not answer for the other"

    asked.go(address)
    page, at = asked.page, asked.address
    enquiry = address.rsplit("/", 1)[1]
    officer.go(f"/cases/{number}/enquiries/{enquiry}/take_back").send({"why": "Behövs inte"})
    asked.page, asked.address = page, at
    asked.send({"answer": "Jag skrev länge på det här."})

    assert asked.status == 409
    assert "Jag skrev länge på det här." in asked.text(), "nothing typed is lost"
    assert "Tillbakatagen" in asked.text()
    with house.database.read() as tx:
        assert enquiries.of_case(tx, case_of(number))[-1].state is EnquiryState.TAKEN_BACK


def test_of_a_protected_person_only_the_question_is_shown_and_whoever_keeps_away_sees_nothing(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House, clock: FixedClock
) -> None:
    number, _ = handed_in()
    _referred(signed_in(Role.CASE_OFFICER, "hamn"), number, shows=["boat", "applicant"])
    case = case_of(number)
    with house.database.transaction() as tx:
        protecting.protect(tx, case.id, actor=acting(a_member_of_staff(tx, clock)), now=clock.now(), why="Begärt")

    asked = signed_in(Role.CASE_OFFICER, "miljo", name="asked").go(_page_of(house, case))

    assert "Finns det ålgräs vid bryggan?" in asked.text()
    assert "SFC-1234" not in asked.text()
    assert "Maj Sjögren" not in asked.text()


def test_a_chosen_file_opens_until_the_question_is_taken_back_or_the_person_protected(
    signed_in: SignedIn, a_browser: Callable[[], Person], handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    """By its own address too: that the page no longer lists it is not enough."""
    asked, officer = signed_in(Role.CASE_OFFICER, "miljo", name="asked"), signed_in(Role.CASE_OFFICER, "hamn")
    for ending in ("taken back", "protected"):
        number, code = handed_in()
        _sent_a_photo(a_browser(), house, number, code)
        officer.go(f"/cases/{number}/referral")
        chosen = [str(node.attributes["value"]) for node in officer.page.css("input[name=shows]")]
        _referred(officer, number, shows=chosen)
        page, case = _page_of(house, case_of(number)), case_of(number)
        file = asked.go(page).page.css_first(f"a[href^='{page}/files/']")
        assert file is not None
        address = file.attributes["href"] or ""
        assert asked.client.get(address).status_code == 200

        if ending == "protected":
            with house.database.transaction() as tx:
                actor = acting(a_member_of_staff(tx, house.clock))
                protecting.protect(tx, case.id, actor=actor, now=house.clock.now(), why="Begärt")
        else:
            officer.go(f"/cases/{number}/enquiries/{page.rsplit('/', 1)[1]}/take_back").send({"why": "Behövs inte"})

        assert asked.client.get(address).status_code == 404, ending
        assert "SFC-1234" not in asked.go(page).text(), ending


def _sent_a_photo(resident: Person, house: House, number: str, code: str) -> None:
    """A file for the case, as the resident sends it later, made fit to be seen."""
    resident.go("/sv/case").send({"number": number, "code": code})
    sent = {
        "csrf_token": token_of(resident.client, "/sv/case"),
        "document": [(io.BytesIO(a_picture("PNG")), "karta.png")],
    }
    assert resident.client.post(f"/sv/case/{number}/document", data=sent).status_code == 303
    Worker(house.settings, house.database, house.library, house.clock).run_once()
