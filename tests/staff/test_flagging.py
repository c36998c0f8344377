"""An officer wonders about one answer: the person is asked, answers by any channel, and the first answer stays."""

from collections.abc import Callable

from eservices.cases import asked_items, enquiries, store
from eservices.cases.corrections import as_corrected
from eservices.cases.enquiries import EnquiryState
from eservices.cases.model import Case
from eservices.definitions.library import Library
from eservices.identity.people import Role
from eservices.journey.answers import Answers
from eservices.journey.path import walk
from eservices.web.house import House
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]
Browser = Callable[[], Person]

WONDERS = {"wonders": "Är båten verkligen 6,5 meter?", "last_day": "2026-12-08"}


def _flagged(officer: Person, number: str, question: str = "length") -> None:
    officer.go(f"/cases/{number}/answers/{question}/flag").send(WONDERS)
    assert "Är båten verkligen 6,5 meter?" in officer.text()
    officer.send(button="go=decide")
    assert "Svaret visas bredvid det gamla" in officer.text()


def test_an_answer_that_is_asked_about_is_corrected_on_the_web_and_both_stand_side_by_side(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, a_browser: Browser, house: House
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    _flagged(officer, number)
    assert case_of(number).status == "awaiting_supplement"
    assert officer.texts(".tag.warn").count("Frågat om") == 1

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Stämmer ditt svar?" in resident.text(".you")
    assert "6,5" in resident.text(".you")
    assert "Är båten verkligen 6,5 meter?" in resident.text(".you")
    resident.send(form="/supplement")
    assert "Är båten verkligen 6,5 meter?" in resident.text(), "what is wondered stands beside the question"
    assert resident.page.css_first("#length").attributes["value"] == "6,5", "the answer is there to be changed"
    resident.send({"length": "7,2"}).send()

    case = case_of(number)
    assert case.status == "supplement_received"
    with house.database.read() as tx:
        submissions, asked = store.file_of(tx, case).submissions, enquiries.of_case(tx, case)
        assert asked[0].state is EnquiryState.ANSWERED
        assert str(submissions[0].answers.value("length")) == "6.5", "what was handed in stays"
        assert str(as_corrected(submissions, asked).value("length")) == "7.2"
    line = next(row for row in officer.go(f"/cases/{number}").texts("dl.answers > div") if "6,5" in row)
    assert "7,2" in line
    assert "Svarade" in line


def test_who_says_that_the_answer_holds_only_sends_it(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Browser
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    _flagged(officer, number)

    resident = a_browser().go("/sv/case").send({"number": number, "code": code}).send(form="/supplement")
    resident.send().send()

    line = next(row for row in officer.go(f"/cases/{number}").texts("dl.answers > div") if "6,5" in row)
    assert "Stämmer, svarade personen" in line


def test_a_caller_is_told_the_question_with_the_answer_as_it_is_and_corrects_it_in_the_call(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    _flagged(signed_in(Role.CASE_OFFICER, "hamn"), number)
    agent = signed_in(Role.CONTACT_AGENT)

    agent.go("/contact-centre/new?channel=phone&caller=0304601000").send({"identity_basis": "stated"})
    waits = agent.text(f"#waits-{number}")
    assert "Är båten verkligen 6,5 meter?" in waits
    assert "6,5" in waits
    agent.send(form="/supplement")
    assert "Är båten verkligen 6,5 meter?" in agent.text()
    agent.send({"length": "7,2"}).send()

    assert case_of(number).status == "supplement_received"
    with house.database.read() as tx:
        second = store.file_of(tx, case_of(number)).submissions[1]
    assert str(second.answers.value("length")) == "7.2"
    assert second.channel == "phone"


def test_no_answer_is_asked_about_twice_at_once_and_nothing_that_is_no_answer(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    _flagged(officer, number)

    officer.go(f"/cases/{number}/answers/length/flag").send(WONDERS)

    assert officer.status == 422
    assert "Personen har redan fått den frågan" in officer.text(".summary")
    assert officer.go(f"/cases/{number}/answers/no_such_question/flag").status == 404
    assert officer.go(f"/cases/{number}/answers/width/3/flag").status == 404
    reader = signed_in(Role.MANAGER, "hamn")
    reader.go(f"/cases/{number}")
    assert not [link for link in reader.page.css("a") if (link.attributes.get("href") or "").endswith("/flag")]


def test_any_answer_of_any_service_can_be_asked_about_alone(library: Library) -> None:
    for service in library.services.values():
        for question in service.questions.values():
            if asked_items.may_be_flagged(question):
                small, asked_as = asked_items.about_one_answer(service, question)
                asked = [place for place, one, _ in walk(small, Answers()).places() if one.type.asks]
                assert asked == [(asked_as, None)], (service.id, question.id)
