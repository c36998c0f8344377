"""An officer's day: from the queue to a closed case, with the resident following, and nothing lost when two collide."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import select

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases.model import Case
from eservices.cases.tables import cases
from eservices.identity.people import Role
from eservices.web.house import House
from tests.bench.robot import filled, primary_form
from tests.build.drafts import a_case
from tests.staff.conftest import FAULT, PASSWORD, Person

_PICTURE = io.BytesIO()
Image.new("RGB", (8, 8), "red").save(_PICTURE, "PNG")
PNG = _PICTURE.getvalue()

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]


def _journal(house: House, case: Case) -> list[str]:
    with house.database.read() as tx:
        return [entry.kind for entry in journal.of_case(tx, case.id, case.key)]


def test_from_the_queue_to_a_closed_case_and_the_resident_sees_it(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House, a_browser: Callable[[], Person]
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    assert number in officer.go("/cases/?view=unassigned").text("table")

    officer.go(f"/cases/{number}").send(form="/claim")
    assert "Ärendet är ditt nu" in officer.text()
    assert number in officer.go("/cases/?view=mine").text("table")

    officer.go(f"/cases/{number}/message").send(
        {"subject": "Din plats", "body": "Vi har en plats i Rönnäng.\n\nHör av dig."}
    )
    assert "Vi har en plats i Rönnäng." in officer.text("main")
    officer.go(f"/cases/{number}/note").send({"body": "Bara för oss."})
    officer.go(f"/cases/{number}/status").send({"to": "investigating", "why": "Mäter platsen"})
    assert "Utreds" in officer.text(".head")

    officer.go(f"/cases/{number}/decision").send({"outcome": "granted", "reasons": "Du får plats 22 i Rönnäng."})
    assert "Granska beslutet" in officer.text("h1"), "nothing is decided before it has been looked at"
    assert case_of(number).status == "investigating"
    assert officer.send({"password": "inte mitt lösenord"}).status == 422, "who signs shows once more who they are"
    assert case_of(number).status == "investigating"
    officer.send({"password": PASSWORD})
    assert case_of(number).status == "decided"
    assert "Anslå beslutet, eller avsluta" in officer.go("/cases/?view=mine").text("table")
    officer.go(f"/cases/{number}/close").send({"why": "Klart"})
    assert not case_of(number).open
    assert number in officer.go("/cases/?view=closed").text("table")

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Du får plats 22 i Rönnäng." in resident.text()
    assert "Vi har en plats i Rönnäng." in resident.text()
    assert "Bara för oss." not in resident.text()
    kinds = _journal(house, case_of(number))
    for kind in ("viewed", "claimed", "message_sent", "noted", "status_changed", "decided", "closed"):
        assert kind in kinds


def test_the_answers_stand_as_they_were_asked_with_who_gave_them(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in(name="O'Brien-Åström (født 李)", message="Rad ett\nRad två 🌊 عربي")
    page = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")

    shown = page.text("main")
    assert "O'Brien-Åström (født 李)" in shown
    assert "🌊 عربي" in shown
    assert "Motorbåt" in shown
    assert "6,5" in shown
    assert "Om inget annat står vid ett svar: den sökande, på webben." in shown


def test_a_personal_number_is_masked_until_somebody_says_why(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")
    assert "9805" not in officer.text()
    assert "19850709-••••" in officer.text()

    assert officer.go(f"/cases/{number}/reveal").send({"why": ""}).status == 422
    officer.send({"why": "Skriver avtalet"})

    assert "19850709-9805" in officer.text()
    case = case_of(number)
    with house.database.read() as tx:
        whys = [entry.why for entry in journal.of_case(tx, case.id, case.key)]
    assert "Skriver avtalet" in whys


def test_when_somebody_else_was_first_nothing_typed_is_lost(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    first = signed_in(Role.CASE_OFFICER, "hamn", name="first").go(f"/cases/{number}/message")
    second = signed_in(Role.CASE_OFFICER, "hamn", name="second").go(f"/cases/{number}")
    second.send(form="/claim")

    first.send({"subject": "Din ansökan", "body": "En lång text som tog tid att skriva."})

    assert first.status == 409
    assert first.page.css_first("textarea[name=body]").text().strip() == "En lång text som tog tid att skriva."
    assert "Kim Second" in first.text(".answers")
    first.send()
    assert first.status == 200
    assert "En lång text som tog tid att skriva." in first.text()


def test_what_was_written_when_the_session_ended_is_given_back(
    signed_in: SignedIn, handed_in: HandedIn, clock: FixedClock, house: House, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/message")
    clock.move(dt.timedelta(minutes=house.settings.session_idle_minutes + 1))

    officer.send({"subject": "Din ansökan", "body": "En lång text som tog tid att skriva."})

    assert officer.status == 401
    assert "En lång text som tog tid att skriva." in officer.text()
    assert "message_sent" not in _journal(house, case_of(number))


def test_a_move_that_the_state_does_not_allow_is_not_made(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/status")
    token = officer.page.css_first("input[name=csrf_token]").attributes["value"]
    version = officer.page.css_first("input[name=row_version]").attributes["value"]

    answer = officer.client.post(
        f"/cases/{number}/status", data={"csrf_token": token, "row_version": version, "to": "closed", "why": ""}
    )

    assert answer.status_code == 422
    assert case_of(number).open


def test_a_decision_without_reasons_is_sent_back_with_what_was_typed(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/decision")

    officer.send({"outcome": "refused", "law": "Hamnordningen 3 §"})

    assert officer.status == 422
    assert officer.page.css_first("input[name=law]").attributes["value"] == "Hamnordningen 3 §"
    assert officer.page.css_first("input[value=refused]").attributes.get("checked", "-") != "-"
    assert officer.text("title").startswith("Fel:")


@pytest.mark.parametrize("q", ["NUMBER", "maj sjögren", "Sjögren Maj", "sjogren"])
def test_a_case_is_found_by_its_number_and_by_whole_words_of_the_name(
    q: str, signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    other, _ = handed_in(name="Bo Ek")
    officer = signed_in(Role.CASE_OFFICER, "hamn")

    officer.go(f"/cases/?q={q.replace('NUMBER', number)}")

    links = officer.texts("table tbody th a")
    assert number in links
    assert other not in links


def test_everything_searched_for_is_in_the_journal(signed_in: SignedIn, handed_in: HandedIn, house: House) -> None:
    handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn", name="officer")
    officer.go("/cases/?q=Maj")

    with house.database.read() as tx:
        from eservices.identity.tables import staff

        staff_id = tx.execute(select(staff.c.id).where(staff.c.username == "officer")).scalar_one()
        looks = journal.of_staff(tx, staff_id, house.clock.today())
    assert [look.content["what"] for look in looks if look.kind == "viewed"] == ["search"]
    assert any(look.content.get("q") == "Maj" for look in looks)


def test_the_queue_is_sorted_by_due_date_whatever_the_channel_and_goes_on_page_by_page(
    signed_in: SignedIn, handed_in: HandedIn, house: House
) -> None:
    for _ in range(3):
        handed_in()
    with house.database.transaction() as tx:
        rows = tx.execute(select(cases.c.number).order_by(cases.c.due_at, cases.c.id)).scalars().all()
    shown = signed_in(Role.CASE_OFFICER, "hamn").go("/cases/").texts("table tbody th a")
    assert shown == list(rows)


def test_every_page_that_tells_of_a_case_is_a_look_in_the_journal(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    pages = ("", "/note", "/message", "/status", "/decision", "/close")
    for page in pages:
        officer.go(f"/cases/{number}{page}")

    assert _journal(house, case_of(number)).count("viewed") == len(pages)


def test_signs_that_mislead_whoever_reads_are_not_kept(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/message")
    officer.send({"subject": "Din\u202e plats", "body": "Hej\x1b[31m du"})

    assert "\u202e" not in officer.text()
    assert "\x1b" not in officer.text()


def test_a_closed_case_is_opened_again_with_a_reason(signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/close").send({"why": "Dubblett"})
    assert not case_of(number).open

    assert officer.go(f"/cases/{number}/reopen").send({"why": ""}).status == 422
    officer.send({"why": "Det var ingen dubblett"})

    assert case_of(number).open
    assert "Det var ingen dubblett" in officer.text(".timeline")


def test_both_sides_of_the_house_see_the_same_record_at_once(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Callable[[], Person]
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    agent = signed_in(Role.CONTACT_AGENT).go(f"/contact-centre/cases/{number}").send({"why": "Ringde om sin ansökan"})
    assert "Inskickat" in agent.text(".head")

    order = {"documents": "Bevis", "last_day": "2026-12-08", "consequence": "decide_anyway"}
    officer.go(f"/cases/{number}/supplement").send(order).send(button="go=decide")

    assert "Komplettering behövs" in agent.go(f"/contact-centre/cases/{number}").text(".head")
    assert "står stilla" in officer.go(f"/cases/{number}").text()
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Komplettering behövs" in resident.text()


def test_a_long_queue_goes_on_page_by_page_and_shows_each_case_once(
    signed_in: SignedIn, house: House, clock: FixedClock
) -> None:
    with house.database.transaction() as tx:
        numbers = {a_case(tx, clock).number for _ in range(55)}
    officer = signed_in(Role.CASE_OFFICER).go("/cases/")
    assert "55 ärenden" in officer.text("caption")

    first = officer.texts("tbody th a")
    officer.go(officer.page.css_first("a[rel=next]").attributes["href"])
    second = officer.texts("tbody th a")

    assert len(first) == 50
    assert set(first) | set(second) == numbers
    assert not set(first) & set(second)


def test_a_file_is_fetched_by_those_who_may_see_the_case_and_nobody_else(
    signed_in: SignedIn, house: House, a_browser: Callable[[], Person], case_of: CaseOf
) -> None:
    resident = a_browser().go("/sv/services/felanmalan").send(FAULT)
    while not resident.page.css("input[type=file]"):
        resident.send(FAULT)
    form = filled(primary_form(resident.page), FAULT)
    name = resident.page.css_first("input[type=file]").attributes["name"]
    data = dict(form) | {name: (io.BytesIO(PNG), "lampan.png")}
    resident.client.post(resident.address, data=data, content_type="multipart/form-data", follow_redirects=True)
    resident.go("/sv/services/felanmalan/check").journey(FAULT)
    number = resident.text("#reference")
    officer = signed_in(Role.CASE_OFFICER, "gata", name="street").go(f"/cases/{number}")
    link = next(a.attributes["href"] for a in officer.page.css("dd a") if "/files/" in a.attributes["href"])

    answer = officer.client.get(link)
    stranger = signed_in(Role.CASE_OFFICER, "hamn", name="harbour").client.get(link)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert stranger.status_code == 404
    assert "viewed" in _journal(house, case_of(number))
