"""Messages with files, both ways: to the officer, to the party, and to whoever brings them by hand."""

import io
from collections.abc import Callable

from eservices import attachments
from eservices.cases import store
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from tests.attachments.files import PDF
from tests.staff.conftest import PASSWORD, WASTE, Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]
Browser = Callable[[], Person]


def _write(person: Person, answers: dict[str, str], *files: tuple[bytes, str], form: str = "/message") -> Person:
    node = person.form(form)
    token = node.css_first("[name=csrf_token]").attributes["value"]
    version = node.css_first("[name=row_version]")
    sent: dict[str, object] = {
        **answers,
        "csrf_token": token,
        "files": [(io.BytesIO(what), name) for what, name in files],
    }
    if version is not None:
        sent["row_version"] = version.attributes["value"]
    action = node.attributes.get("action") or person.address
    answer = person.client.post(action, data=sent, content_type="multipart/form-data", follow_redirects=True)
    return person._shown(answer)


def test_a_resident_sends_a_file_with_a_message_and_the_officer_opens_it_there(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, a_browser: Browser, house: House
) -> None:
    number, code = handed_in()
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})

    _write(resident, {"message": "Här är intyget."}, (PDF, "intyg.pdf"))
    assert "Vi har fått ditt meddelande" in resident.text(".note.ok")
    assert "intyg.pdf" in resident.text()
    _write(resident, {"message": "Här är intyget."}, (PDF, "intyg.pdf"))

    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")
    assert officer.text().count("intyg.pdf") == 1, "a double click says it once"
    link = next(a for a in officer.page.css("a") if a.text() == "intyg.pdf").attributes["href"]
    assert officer.client.get(link).data == PDF
    case = case_of(number)
    with house.database.read() as tx:
        (message,) = [one for one in store.file_of(tx, case).messages if one.direction == "in"]
        (file,) = [one for one in attachments.of_case(tx, case.id, case.key) if one.message_id is not None]
    assert file.message_id == message.id


def test_a_file_that_is_not_what_it_says_is_refused_and_the_words_stay(
    handed_in: HandedIn, case_of: CaseOf, a_browser: Browser, house: House
) -> None:
    number, code = handed_in()
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})

    _write(resident, {"message": "Två filer."}, (PDF, "intyg.pdf"), (b"MZ\x90\x00 program", "bild.jpg"))

    assert resident.status == 422
    assert resident.page.css_first("#message").text().strip() == "Två filer."
    assert "Välj filerna igen" in resident.text(".summary")
    case = case_of(number)
    with house.database.read() as tx:
        assert not [one for one in attachments.of_case(tx, case.id, case.key) if one.message_id]


def test_an_officer_sends_a_file_that_the_party_reads_and_the_contact_centre_puts_in_the_envelope(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Browser, case_of: CaseOf, house: House
) -> None:
    number, code = handed_in("sophamtning", WASTE)
    case = case_of(number)
    officer = signed_in(Role.CASE_OFFICER, case.unit).go(f"/cases/{number}/message")

    _write(officer, {"subject": "Kartan", "body": "Här är kartan."}, (PDF, "karta.pdf"))
    assert officer.status == 200, officer.text(".summary")
    assert "karta.pdf" in officer.text()

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    link = next(a for a in resident.page.css("a") if a.text() == "karta.pdf").attributes["href"]
    assert resident.client.get(link).data == PDF
    with house.database.read() as tx:
        news = next(one for one in store.file_of(tx, case).deliveries if one.message_id is not None)
    agent = signed_in(Role.CONTACT_AGENT).go(f"/contact-centre/deliveries/{news.id}")
    assert "karta.pdf" in agent.text(), agent.text()
    assert "lägg dem i kuvertet" in agent.text()
    link = next(a for a in agent.page.css("a") if a.text() == "karta.pdf").attributes["href"]
    assert agent.client.get(link).data == PDF


def test_nothing_typed_is_lost_when_the_file_of_an_officer_is_refused(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/message")

    _write(officer, {"subject": "Kartan", "body": "Här är kartan."}, (b"", "karta.pdf"))

    assert officer.status == 422
    assert officer.page.css_first("#body").text().strip() == "Här är kartan."
    case = case_of(number)
    with house.database.read() as tx:
        assert not [one for one in store.file_of(tx, case).messages if one.kind == "message"]


def test_whoever_calls_has_their_words_taken_down_and_takes_the_case_back_by_telephone(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT)
    agent.go("/contact-centre/new?channel=phone&caller=0304601000").send({"identity_basis": "stated"})

    agent.send({"said": " "}, form="/say", button="what=message")
    assert (agent.status, agent.page.css_first("details[open] .error").text()) == (
        422,
        "Fel: Skriv vad personen säger.",
    )
    agent.send({"said": "Båten är röd."}, form="/say", button="what=message")
    case = case_of(number)
    with house.database.read() as tx:
        (message,) = store.file_of(tx, case).messages
    assert (message.body, message.direction, message.channel) == ("Båten är röd.", "in", "phone")
    assert "Båten är röd." in signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}").text()

    agent.send({"said": "Båten är såld."}, form="/say", button="what=withdraw")
    assert case_of(number).status == "withdrawn"
    assert "Personen tar tillbaka ärendet" not in agent.text()


def test_whoever_wants_to_appeal_by_telephone_hears_how_it_is_written_and_by_when(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in("sophamtning", {**WASTE, "contact_preference": "phone", "phone": "0304-60 10 00"})
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    officer.send({"outcome": "granted", "reasons": "Platsen passar."}).send({"password": PASSWORD})
    agent = signed_in(Role.CONTACT_AGENT)

    agent.go("/contact-centre/new?channel=phone&caller=0304601000").send({"identity_basis": "stated"})

    assert "Ett överklagande ska vara skriftligt" in agent.text(f"#case-{number}")
