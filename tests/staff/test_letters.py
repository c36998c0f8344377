"""A letter or an e-mail of any wording starts a case: few words keyed in, nothing lost, the true day, an answer."""

import datetime as dt
import io
from collections.abc import Callable

import pytest

from eservices import attachments, deliveries, journal
from eservices.cases import registry
from eservices.cases import store as cases
from eservices.cases.model import Case
from eservices.contact_centre import queue
from eservices.identity.people import Role
from eservices.intake.submit import SCAN
from eservices.submissions import store as submissions
from eservices.values import Channel, ContactMethod
from eservices.web import once
from eservices.web.house import House
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
CaseOf = Callable[[str], Case]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ADDRESS = {"street": "Exempelvägen 1", "postal_code": "47180", "city": "Skärhamn"}


def _by(person: Person, surface: str, service: str) -> Person:
    start = "/cases/mail" if surface == "cases" else "/contact-centre/paper"
    form = "/cases/mail/new" if surface == "cases" else "/contact-centre/paper/letter"
    assert f'value="{service}"' in person.go(start).page.html
    return person.go(f"{form}?service={service}")


def _send(person: Person, typed: dict[str, str], *, scan: bool = False) -> Person:
    address = person.address
    sent: dict[str, object] = {
        name: node.attributes.get("value") or ""
        for node in person.page.css(f"form[action='{address}'] input[type=hidden]")
        if (name := node.attributes.get("name"))
    }
    sent |= {"arrived_on": "2026-11-24", "how": "post", "language": "sv"} | typed
    if scan:
        sent["scan"] = (io.BytesIO(PDF), "brev.pdf")
    return person._shown(
        person.client.post(address, data=sent, content_type="multipart/form-data", follow_redirects=True)
    )


def _number(person: Person) -> str:
    return person.text("p.note.ok a")


@pytest.mark.parametrize(("surface", "role"), [("cases", Role.REGISTRAR), ("contact_centre", Role.CONTACT_AGENT)])
def test_a_letter_becomes_a_case_with_item_receipt_letter_and_a_line_on_the_day_that_counts(
    surface: str, role: Role, signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    general = house.municipality.general_service
    person = _by(signed_in(role), surface, general)
    _send(person, {"about": "Fråga om kommunvapnet", "name": "Maj Sjögren", **ADDRESS}, scan=True)

    case = case_of(_number(person))
    with house.database.read() as tx:
        submission = submissions.of_case(tx, case.id)[0]
        party = cases.parties_of(tx, case)[0]
        items = [row.number for row in queue.find(tx, case.number)]
        news = [one for one in deliveries.of_case(tx, case.id) if one.kind == "receipt"]
        lines = registry.register_of(tx, dt.date(2026, 11, 23)).lines
        scans = [file for file in attachments.of_case(tx, case.id, case.key) if file.question == SCAN]
        kinds = [entry.kind for entry in journal.of_case(tx, case.id, case.key)]
    assert (case.title, case.name, case.channel) == ("Fråga om kommunvapnet", "Maj Sjögren", Channel.PAPER)
    assert (submission.arrived_on, submission.received_on) == (dt.date(2026, 11, 24), dt.date(2026, 11, 23))
    assert submission.missing == (), "what it says has been read by nobody yet"
    assert items == [case.number]
    assert [(one.method, one.is_work) for one in news] == [(ContactMethod.LETTER, True)]
    assert party.address["city"] == "Skärhamn"
    assert [(line.number, line.who, line.what) for line in lines] == [
        (case.number, "Maj Sjögren", "Fråga om kommunvapnet")
    ]
    assert [scan.name for scan in scans] == ["brev.pdf"]
    assert kinds[0] == "submitted"


def test_an_anonymous_email_about_a_service_is_registered_though_that_asks_for_more(
    signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    registrar = _by(signed_in(Role.REGISTRAR), "cases", "batplats")
    _send(registrar, {"about": "Om en båtplats", "body": "Min båt är röd.", "how": "email"})

    case = case_of(_number(registrar))
    assert (case.channel, case.unit, case.received_on) == (Channel.EMAIL, "hamn", dt.date(2026, 11, 24))
    assert case.name == ""
    assert case.title == house.library.services["batplats"].title.sv, "its service says what it is about"
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{case.number}")
    assert "Min båt är röd." in officer.text()
    assert "Om en båtplats" in officer.text()


def test_what_decides_where_it_goes_is_asked_of_whoever_opens_it(signed_in: SignedIn, case_of: CaseOf) -> None:
    registrar = _by(signed_in(Role.REGISTRAR), "cases", "skriv_till_oss")
    _send(registrar, {"about": "Fråga om läsåret", "body": "När slutar terminen?", "leads-area": "school"})

    assert case_of(_number(registrar)).unit == "skola"


def test_the_answer_goes_the_way_it_came(signed_in: SignedIn, case_of: CaseOf, house: House) -> None:
    registrar = _by(signed_in(Role.REGISTRAR), "cases", "skriv_till_oss")
    told = {"about": "En fråga", "body": "Hej!", "name": "Maj Sjögren", "email": "maj@example.se", **ADDRESS}
    _send(registrar, {**told, "how": "email"})
    with house.database.read() as tx:
        assert cases.parties_of(tx, case_of(_number(registrar)))[0].method is ContactMethod.EMAIL


def test_of_somebody_protected_no_address_is_written_and_nobody_finds_the_name(
    signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    registrar = _by(signed_in(Role.REGISTRAR), "cases", "skriv_till_oss")
    told = {"about": "En fråga", "body": "Hej!", "name": "Maj Sjögren", "care": "protected"}
    _send(registrar, {**told, **ADDRESS})
    assert registrar.status == 422
    assert "Lämna adress" in registrar.text(".summary")

    _send(registrar, told)
    case = case_of(_number(registrar))
    assert case.protected
    assert case.number not in signed_in(Role.REGISTRAR).go("/cases/mail?q=Maj Sjögren").text("main")


def test_of_a_letter_that_may_be_secret_the_contact_centre_sees_that_there_is_one(
    signed_in: SignedIn, case_of: CaseOf
) -> None:
    registrar = _by(signed_in(Role.REGISTRAR), "cases", "skriv_till_oss")
    _send(registrar, {"about": "En fråga", "body": "Hej!", "name": "Maj Sjögren", "care": "secret"})
    assert case_of(_number(registrar)).contact_view == "existence_only"


def test_sent_twice_it_is_one_case_and_what_is_wrong_is_said_with_nothing_lost(
    signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    registrar = _by(signed_in(Role.REGISTRAR), "cases", "skriv_till_oss")
    _send(registrar, {"about": "En fråga", "arrived_on": "2026-12-24", "name": "Maj Sjögren", "postal_code": "47180"})
    assert registrar.status == 422
    assert len(registrar.texts(".summary li")) == 4, "the day, no street, no town, nothing of what it says"
    assert registrar.page.css_first("#name").attributes["value"] == "Maj Sjögren"

    typed = {"about": "En fråga", "body": "Hej!"}
    page = registrar.page
    first = _number(_send(registrar, typed))
    registrar.page, registrar.address = page, "/cases/mail/new"
    assert _number(_send(registrar, typed)) == first


def test_the_second_of_two_that_are_sent_at_the_same_moment_begins_no_case_of_its_own(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar = _by(signed_in(Role.REGISTRAR), "cases", "skriv_till_oss")
    page, typed = registrar.page, {"about": "En fråga", "body": "Hej!"}
    first = _number(_send(registrar, typed))

    monkeypatch.setattr(once, "is_done", lambda *_, **__: False)  # it asked before the first was done
    registrar.page, registrar.address = page, "/cases/mail/new"

    assert _number(_send(registrar, typed)) == first
