"""What is asked of a resident, answered by them, and seen by the officer: from the page to the page."""

import datetime as dt
from collections.abc import Callable

from selectolax.lexbor import LexborNode
from sqlalchemy import update

from eservices import deliveries
from eservices.calendars import FixedClock
from eservices.cases import enquiries, store
from eservices.cases.enquiries import EnquiryState
from eservices.cases.model import Case
from eservices.cases.tables import cases
from eservices.deliveries import Evidence
from eservices.identity.people import Role
from eservices.submissions.model import SubmissionKind
from eservices.web.house import House
from tests.build.drafts import STREET, a_case
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]
Browser = Callable[[], Person]

ORDER = {
    "items": ["registration"],
    "documents": "Försäkringsbevis",
    "more": "Det räcker med ett foto.",
    "last_day": "2026-12-08",
    "consequence": "decide_anyway",
}


def test_a_supplement_is_asked_for_seen_before_it_goes_answered_on_the_web_and_comes_back_by_itself(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, a_browser: Browser, house: House
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")
    officer.send(form="/claim")

    officer.go(f"/cases/{number}/supplement").send(ORDER)
    assert "Granska brevet" in officer.text("h1")
    assert "– Registreringsbeteckning – Försäkringsbevis" in officer.text(), "the officer sees what the resident reads"
    assert "tisdag 8 december 2026" in officer.text()
    assert case_of(number).status == "registered", "nothing is sent yet"
    officer.send(button="go=decide")
    assert case_of(number).status == "awaiting_supplement"
    assert "Försäkringsbevis" in officer.text("#asked ~ ul, ul.timeline")

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Skicka det här till oss senast tisdag 8 december 2026" in resident.text()
    resident.send(form="/supplement")
    assert resident.address.endswith("/boat")
    assert "Namn" not in resident.text("form"), "only what was asked is asked"
    resident.send({"registration": "SFC-9999"})
    assert "Försäkringsbevis" in resident.text()
    resident.send({"asked_for_1-later": "yes"})
    assert resident.address.endswith("/check")
    assert "ansökan" not in resident.text(".note")
    resident.send()
    assert "Vi har fått det du skickade" in resident.text()
    assert resident.texts(".you li") == ["Försäkringsbevis"], "only what is left is asked for"
    assert "Vi fick en del av det vi bad om" in resident.text()

    case = case_of(number)
    assert case.status == "supplement_received"
    with house.database.read() as tx:
        file = store.file_of(tx, case)
        first, second = file.submissions
        assert first.answers.get("registration", None).value == "SFC-1234", "the first answers stay as they were"
        assert second.kind is SubmissionKind.SUPPLEMENT
        assert second.answers.get("registration", None).value == "SFC-9999"
        assert enquiries.of_case(tx, case)[0].is_open, "the document is still to come: the officer says"
    shown = officer.go(f"/cases/{number}").text()
    assert "SFC-1234" in shown
    assert "SFC-9999" in shown


def test_what_comes_in_parts_settles_the_order_when_the_last_part_has_come(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Browser, case_of: CaseOf, house: House
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/supplement")
    officer.send({**ORDER, "items": ["registration", "width"], "documents": ""}).send(button="go=decide")
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    asked = resident.texts(".you li")
    assert len(asked) == 2

    resident.send(form="/supplement").send({"registration": "SFC-9999", "width": ""}).send()
    assert resident.texts(".you li") == [asked[1 - asked.index("Registreringsbeteckning")]]
    resident.send(form="/supplement").send({"registration": "", "width": "2,4"}).send()

    with house.database.read() as tx:
        assert enquiries.of_case(tx, case_of(number))[0].state is EnquiryState.ANSWERED
    assert resident.texts(".you li") == []


def test_sending_twice_and_coming_too_late_lose_nothing(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Browser, house: House, clock: FixedClock
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/supplement")
    officer.send({**ORDER, "documents": "", "more": ""}).send(button="go=decide")
    clock.move(dt.timedelta(days=20))

    resident = a_browser().go("/sv/case").send({"number": number, "code": code}).send(form="/supplement")
    resident.send({"registration": "SFC-9999"})
    page, address = resident.page, resident.address
    resident.send()
    resident.page, resident.address = page, address  # the same page in another tab
    resident.send()
    assert resident.address == f"/sv/case/{number}"

    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        kinds = [submission.kind for submission in store.file_of(tx, case).submissions]
        assert kinds == [SubmissionKind.INITIAL, SubmissionKind.SUPPLEMENT]
        assert enquiries.of_case(tx, case)[0].state is EnquiryState.ANSWERED


def test_an_order_for_nothing_or_for_tomorrow_is_not_sent(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/supplement")

    officer.send({**ORDER, "items": [], "documents": "", "last_day": "2026-11-25"})

    assert officer.status == 422
    assert "Välj eller skriv vad ni behöver." in officer.text(".summary")
    assert "Välj en dag tidigast 1 dec." in officer.text(".summary")


def test_a_hearing_is_read_and_answered_and_the_officer_sees_what_was_said(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, a_browser: Browser
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/hearing")
    officer.send({"material": "Båtklubben säger att bryggan är full.", "last_day": "2026-12-08"})
    officer.send(button="go=decide")
    assert case_of(number).status == "hearing"

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Båtklubben säger att bryggan är full." in resident.text()
    resident.send({"opinion": "Det stämmer inte, plats 12 är ledig."}, form="/opinion")
    assert "Vi läser det innan vi beslutar" in resident.text()

    assert case_of(number).status == "under_review"
    assert "Det stämmer inte, plats 12 är ledig." in officer.go(f"/cases/{number}").text()


def test_the_officer_gives_more_time_notes_an_answer_and_takes_a_question_back(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/referral")
    officer.send({"unit": "", "to": "Båtklubben", "question": "Finns det plats?", "last_day": "2026-12-15"})
    with house.database.read() as tx:
        (referral,) = enquiries.of_case(tx, case_of(number))
    base = f"/cases/{number}/enquiries/{referral.id}"

    officer.go(f"{base}/longer").send({"last_day": "2027-01-12"})
    assert "Tiden är förlängd" in officer.text()
    officer.go(f"{base}/settle").send({"answer": "Ja, plats 12."})

    assert "Ja, plats 12." in officer.text()
    assert case_of(number).status == "under_review"
    assert officer.go(f"{base}/take_back").send({"why": "Behövs inte"}).status == 409


def test_a_delay_is_told_with_both_days(signed_in: SignedIn, handed_in: HandedIn, a_browser: Browser) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/forecast")
    officer.send({"last_day": "2027-01-15"})
    assert "Berätta att det tar längre tid" in officer.text()

    officer.go(f"/cases/{number}/delay").send({"reasons": "Hamnen byggs om.", "last_day": "2027-01-15"})
    officer.send(button="go=decide")
    assert "Lägg åt sidan" not in officer.text(), "the proposal has been taken"

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Hamnen byggs om." in resident.text()
    assert "Nu räknar vi med fredag 15 januari 2027." in resident.text()


def test_a_resident_takes_the_case_back_and_changes_how_news_comes(
    handed_in: HandedIn, case_of: CaseOf, a_browser: Browser, house: House
) -> None:
    number, code = handed_in()
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})

    assert resident.go(f"/sv/case/{number}/contact").send({"method": "email", "email": "inte en adress"}).status == 422
    resident.go(f"/sv/case/{number}/contact").send({"method": "email", "email": "maj@example.se"})
    with house.database.read() as tx:
        party = store.parties_of(tx, case_of(number))[0]
        assert (party.method, party.email, party.phone) == ("email", "maj@example.se", "+46304601000")

    resident.go(f"/sv/case/{number}/contact").send({"method": "letter"})
    assert resident.status == 422, "nobody knows where a letter would go"
    resident.send({"street": "Exempelvägen 1\nBcc: annan@example.se", "postal_code": "47180", "city": "Skärhamn"})
    with house.database.read() as tx:
        party = store.parties_of(tx, case_of(number))[0]
        assert (party.method, party.address["street"]) == ("letter", "Exempelvägen 1 Bcc: annan@example.se")
    page = resident.go(f"/sv/case/{number}/contact").page

    resident.go(f"/sv/case/{number}/withdraw").send({"why": "Båten är såld"})
    assert case_of(number).status == "withdrawn"
    assert resident.go(f"/sv/case/{number}/withdraw").status == 404

    with house.database.transaction() as tx:
        tx.execute(update(cases).where(cases.c.number == number).values(open=False, status="closed"))
    resident.page, resident.address = page, f"/sv/case/{number}/contact"
    resident.send({"method": "email"})
    with house.database.read() as tx:
        assert store.parties_of(tx, case_of(number))[0].method == "letter", "the case is over"


def test_after_six_months_a_resident_asks_for_a_decision_in_writing_once(
    house: House, case_of: CaseOf, a_browser: Browser, clock: FixedClock
) -> None:
    with house.database.transaction() as tx:
        case = a_case(tx, clock)
        code = store.parties_of(tx, case)[0].code
    address = f"/sv/case/{case.number}/ask-for-decision"
    resident = a_browser().go("/sv/case").send({"number": case.number, "code": code})
    assert resident.go(address).status == 404

    clock.set(dt.datetime(2027, 5, 25, 8, 0, tzinfo=dt.UTC))
    resident.go("/sv/case").send({"number": case.number, "code": code})
    assert "Begär att vi avgör ärendet nu" in resident.text()
    resident.go(address).send({"body": "Jag begär att ni avgör mitt ärende."})

    assert "Inom fyra veckor" in resident.text()
    assert resident.go(address).status == 404, "once"
    assert case_of(case.number).due_at == dt.datetime(2026, 12, 8, 22, 59, 59, tzinfo=dt.UTC)


def test_a_company_gives_no_right_to_ask(handed_in: HandedIn, a_browser: Browser, clock: FixedClock) -> None:
    number, code = handed_in()
    clock.move(dt.timedelta(days=300))

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})

    assert "Begär att vi avgör" not in resident.text(), "the law on handling does not reach this service"
    assert resident.go(f"/sv/case/{number}/ask-for-decision").status == 404


def test_a_letter_that_asks_is_not_posted_once_the_answer_has_come(
    signed_in: SignedIn, house: House, clock: FixedClock
) -> None:
    with house.database.transaction() as tx:
        case = a_case(tx, clock, changes={"contact": "letter", "address": STREET})
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{case.number}/hearing")
    officer.send({"material": "Grannen har skrivit.", "last_day": "2026-12-08"}).send(button="go=decide")
    with house.database.read() as tx:
        letter = next(one for one in deliveries.of_case(tx, case.id) if one.kind == "hearing")
        assert letter.is_work
        asked = enquiries.of_case(tx, case)[0]

    officer.go(f"/cases/{case.number}/enquiries/{asked.id}/settle").send({"answer": "Ringde, har inget att säga."})

    with house.database.read() as tx:
        after = deliveries.get(tx, letter.id)
    assert after is not None
    assert (after.is_work, after.evidence) == (False, Evidence.CONFIRMED)


def test_several_things_may_be_asked_at_once_each_with_its_day_and_what_follows_and_each_ends_alone(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, a_browser: Browser, house: House
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    officer.go(f"/cases/{number}/supplement").send({**ORDER, "documents": "", "more": ""}).send(button="go=decide")
    page = officer.go(f"/cases/{number}/supplement").text("main form")
    assert "Registreringsbeteckning efterfrågat, senast" in page, "it is told what has been asked for already"
    sooner = {"items": ["width"], "documents": "", "more": "", "last_day": "2026-12-04", "consequence": "dismiss"}
    officer.send(sooner).send(button="go=decide")

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    asked = resident.texts("dl.turn .you")
    assert ["4 december" in asked[0], "8 december" in asked[1]] == [True, True], "what comes first stands first"
    assert ["avvisa" in one for one in asked] == [True, False], "each with what follows"
    resident.send(form="/supplement")
    assert resident.address.endswith("/boat")
    resident.send({"width": "2,4"}).send()

    case = case_of(number)
    with house.database.read() as tx:
        first, second = enquiries.of_case(tx, case)
        waiting = [one for one in deliveries.of_case(tx, case.id) if one.kind == "supplement_order" and one.is_work]
    assert (first.is_open, second.is_open) == (True, False)
    assert case.status == "awaiting_supplement", "the other is still waited for"
    assert len(waiting) == 1, "who has answered one of them is still told of the other"
    assert waiting[0].message_id in first.messages
    assert len(resident.go(f"/sv/case/{number}").texts("dl.turn .you")) == 1


def test_in_a_service_of_many_questions_those_that_are_missing_stand_first_and_the_rest_is_folded_up_by_step(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    page = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/supplement").page
    fieldset = page.css_first("fieldset")
    seen = [box.attributes["value"] for box in fieldset.css("input") if not _is_folded(box)]
    assert seen == ["email", "draught"], "what has no answer"
    folds = {fold.css_first("summary").text(): len(fold.css("input")) for fold in fieldset.css("details")}
    assert list(folds.values()) == [3, 4, 3, 1]
    assert list(folds)[-1].startswith("Frågades inte den här gången")


def _is_folded(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag != "fieldset":
        if above.tag == "details":
            return True
        above = above.parent
    return False
