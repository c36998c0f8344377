"""What staff can find out, and what of it leaves a trace."""

import datetime as dt
import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, update

from eservices import attachments, journal
from eservices.calendars import FixedClock
from eservices.cases.model import Case
from eservices.cases.tables import cases
from eservices.deliveries import deliveries
from eservices.identity.people import Role
from eservices.submissions import codes
from eservices.web.house import House
from tests.journeys.person import ANSWERS
from tests.security.conftest import token_of
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]


def _set(house: House, number: str, **values: object) -> None:
    with house.database.transaction() as tx:
        tx.execute(update(cases).where(cases.c.number == number).values(**values))


def _entries(house: House) -> int:
    with house.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(journal.journal_entries)).scalar_one())


def _call(agent: Person, basis: str, caller: str = "") -> str:
    """A call in hand, with how it is known who calls; gives its address."""
    address = agent.client.get(f"/contact-centre/new?{urlencode({'channel': 'phone', 'caller': caller})}").location
    sent = {"csrf_token": token_of(agent.client, f"{address}/identity"), "identity_basis": basis, "language": "sv"}
    assert agent.client.post(f"{address}/identity", data=sent).status_code == 303
    return str(address)


def test_a_phone_number_that_reads_as_a_case_number_finds_no_secret_case(
    signed_in: SignedIn, handed_in: HandedIn, house: House
):
    phone = next(n for n in (f"070174{i:04d}" for i in range(10_000)) if codes.read_case_number(n))
    number, _ = handed_in(phone=phone)
    agent = signed_in(Role.CONTACT_AGENT)
    assert number in agent.go(f"/contact-centre/?{urlencode({'q': phone})}").text()
    _set(house, number, contact_view="by_reference_only")
    assert number not in agent.go(f"/contact-centre/?{urlencode({'q': phone})}").text()
    _set(house, number, contact_view="full", protected=True)
    assert number not in agent.go(f"/contact-centre/?{urlencode({'q': phone})}").text()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REGISTRAR])
@pytest.mark.parametrize("query", ["", "?view=unassigned", "?q=Maj", "?q=19850709-9805"])
def test_a_protected_person_is_in_no_list_of_those_who_may_not_open_the_case(
    signed_in: SignedIn, handed_in: HandedIn, house: House, role: Role, query: str
):
    number, _ = handed_in()
    _set(house, number, protected=True)
    person = signed_in(role).go(f"/cases/{query}")
    assert "Sjögren" not in person.text()
    assert person.client.get(f"/cases/{number}").status_code == 404


def test_agents_learn_neither_name_nor_way_of_contact_of_a_protected_person(
    signed_in: SignedIn, handed_in: HandedIn, house: House
):
    number, _ = handed_in()
    _set(house, number, protected=True)
    agent = signed_in(Role.CONTACT_AGENT)
    token = token_of(agent.client, "/contact-centre/")
    agent.client.post(f"/contact-centre/cases/{number}/look", data={"csrf_token": token, "why": "Personen ringde"})
    with house.database.read() as tx:
        tasks = [f"deliveries/{task}" for task in tx.execute(select(deliveries.c.id)).scalars()]
    for path in ("", "?view=incoming", "?q=Maj", f"cases/{number}", *tasks):
        html = agent.client.get(f"/contact-centre/{path}").get_data(as_text=True)
        assert "Sjögren" not in html, path
        assert "60 10 00" not in html, path
        assert "SFC-1234" not in html, path


def test_looking_up_whose_a_number_is_leaves_a_trace(signed_in: SignedIn, handed_in: HandedIn, house: House):
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT)
    before = _entries(house)
    call = _call(agent, "stated", "0304-60 10 00")
    assert number in agent.go(f"{call}/choose").text()
    assert _entries(house) > before


def test_a_call_opens_no_case_that_is_not_the_callers_without_a_reason(signed_in: SignedIn, handed_in: HandedIn):
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT)
    _call(agent, "stated", "0304-60 99 99")
    assert "Sjögren" not in agent.go(f"/contact-centre/cases/{number}").text()


def test_whoever_stays_anonymous_is_no_reason(signed_in: SignedIn, handed_in: HandedIn):
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT)
    _call(agent, "anonymous", "0304-60 10 00")
    assert "Sjögren" not in agent.go(f"/contact-centre/cases/{number}").text()


def test_a_call_that_was_never_ended_is_no_reason_a_week_later(
    signed_in: SignedIn, handed_in: HandedIn, clock: FixedClock
):
    number, _ = handed_in()
    _call(signed_in(Role.CONTACT_AGENT), "stated", "0304-60 10 00")
    clock.move(dt.timedelta(days=7))
    agent = signed_in(Role.CONTACT_AGENT)
    assert "Sjögren" not in agent.go(f"/contact-centre/cases/{number}").text()


def test_the_look_of_a_call_says_so_in_the_journal(
    signed_in: SignedIn, handed_in: HandedIn, house: House, case_of: Callable[[str], Case]
):
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT)
    call = _call(agent, "stated", "0304-60 10 00").rpartition("/")[2]
    assert "Sjögren" in agent.go(f"/contact-centre/cases/{number}").text()
    case = case_of(number)
    with house.database.read() as tx:
        looks = journal.who_looked(tx, case.id, case.key)
    assert any(call in f"{look.why} {dict(look.content)}" for look in looks)


@pytest.mark.parametrize("page", ["message", "decision", "note", "status", "close"])
def test_every_page_that_names_the_person_is_in_the_journal(
    signed_in: SignedIn, handed_in: HandedIn, house: House, page: str
):
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER)
    before = _entries(house)
    shown = officer.go(f"/cases/{number}/{page}").text()
    assert "Sjögren" not in shown or _entries(house) > before


def test_an_ended_call_and_a_draft_given_back_are_out_of_the_agents_hands(
    signed_in: SignedIn, a_browser: Callable[[], Person]
):
    resident = a_browser().go("/sv/services/felanmalan").send({})
    agent = signed_in(Role.CONTACT_AGENT)
    call = _call(agent, "stated")
    token = token_of(agent.client, f"{call}/identity")
    agent.client.post(f"{call}/code", data={"csrf_token": token, "code": resident.text("#continue-code")})
    agent.client.post(f"{call}/hand-back", data={"csrf_token": token})
    code = resident.go(resident.address).text("#continue-code")
    agent.client.post(f"{call}/end", data={"csrf_token": token, "resolution": "handed_over"})
    agent.client.post(f"{call}/hand-back", data={"csrf_token": token})
    assert resident.go(resident.address).text("#continue-code") == code


@pytest.mark.parametrize("service", ["batplats", "sophamtning"])
def test_a_draft_that_says_who_somebody_is_does_not_open_by_its_code_alone(
    a_browser: Callable[[], Person], service: str
):
    answers = json.loads((ANSWERS / f"{service}.json").read_text())
    name = answers["name"]
    person = a_browser().go(f"/sv/services/{service}")
    for _ in range(12):
        person.send(answers)
        if person.address.endswith("/check"):
            break
    assert name in person.text()
    other = a_browser().go("/sv/continue").send({"code": person.text("#continue-code")})
    assert other.address == "/sv/continue"
    assert name not in other.client.get(f"/sv/services/{service}/check", follow_redirects=True).get_data(as_text=True)


@pytest.mark.parametrize(
    "values", [{"contact_view": "existence_only"}, {"contact_view": "by_reference_only"}, {"protected": True}]
)
def test_the_printed_receipt_of_a_case_is_no_way_past_what_the_contact_centre_may_see(
    signed_in: SignedIn, handed_in: HandedIn, house: House, case_of: Callable[[str], Case], values: dict[str, object]
):
    """A reason given in a call ties the case to the call; the receipt holds every answer of it."""
    number, _ = handed_in()
    case = case_of(number)
    made = attachments.receive_made(
        house.settings.files_dir,
        b"%PDF-1.7 every answer",
        name="Kvitto.pdf",
        media_type="application/pdf",
        key=case.key,
    )
    with house.database.transaction() as tx:
        attachments.keep_made(tx, made, case_id=case.id, key=case.key, now=house.clock.now(), question="receipt")
        tx.execute(cases.update().where(cases.c.number == number).values(**values))
    agent = signed_in(Role.CONTACT_AGENT).client
    call = agent.get("/contact-centre/new?channel=phone").location
    token = token_of(agent, f"{call}/identity")
    agent.post(f"{call}/identity", data={"csrf_token": token, "identity_basis": "stated", "news-language": "sv"})
    agent.post(f"/contact-centre/cases/{number}/look", data={"csrf_token": token, "why": "Personen ringde"})
    assert b"every answer" not in agent.get(f"{call}/receipt.pdf").data
