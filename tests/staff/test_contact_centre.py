"""The contact centre: a whole call for each service, drafts by code and back, news brought, and cases seen through its window."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from sqlalchemy import func, select

from eservices import attachments, journal
from eservices.calendars import FixedClock
from eservices.cases import store
from eservices.cases.model import Case
from eservices.contact_centre import items, queue
from eservices.contact_centre.letters import braille_of, letter_of
from eservices.deliveries import Delivery, deliveries, of_case
from eservices.identity import accounts
from eservices.identity.people import Role
from eservices.submissions import store as submissions
from eservices.submissions.model import Needs, Submission
from eservices.values import ContactMethod
from eservices.web.house import House
from tests.bench.robot import Answers
from tests.staff.conftest import BERTH, FAULT, LATER, PASSWORD, WASTE, Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]

BY_PHONE: Answers = {"channel": "phone", "identity_basis": "stated", "receipt_by": "phone", "consent": "yes"}


def _submission(house: House, case: Case) -> Submission:
    with house.database.read() as tx:
        return submissions.of_case(tx, case.id)[0]


@pytest.mark.parametrize(("service", "answers"), [("batplats", BERTH), ("felanmalan", FAULT), ("sophamtning", WASTE)])
def test_a_whole_call_from_the_telephony_address_to_the_receipt(
    service: str, answers: Answers, signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    agent = signed_in(Role.CONTACT_AGENT, name="agent")
    opened = agent.client.get(f"/contact-centre/new?channel=phone&caller=0701740605&service={service}")
    assert opened.status_code == 303
    assert "0701740605" not in opened.headers["Location"]

    agent.go(opened.headers["Location"]).journey({**BY_PHONE, **answers})

    case = case_of(agent.text("#reference"))
    handed_in = _submission(house, case)
    assert handed_in.channel == "phone"
    assert handed_in.identity_basis == "stated"
    assert handed_in.entered_by is not None
    assert handed_in.consent
    assert {answer.origin.staff_id for answer in handed_in.answers.given.values()} == {handed_in.entered_by}
    assert case.name in {"Maj Sjögren", ""}, "the agent is never taken for the applicant"


def test_the_same_answers_by_phone_and_on_the_web_are_stored_alike(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    on_the_web = case_of(handed_in()[0])
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&service=batplats")
    by_phone = case_of(agent.journey({**BY_PHONE, **BERTH}).text("#reference"))

    web, phone = _submission(house, on_the_web), _submission(house, by_phone)
    assert {place: answer.value for place, answer in web.answers.given.items()} == {
        place: answer.value for place, answer in phone.answers.given.items()
    }
    assert on_the_web.due_at == by_phone.due_at
    assert on_the_web.received_on == by_phone.received_on


def test_the_channel_is_asked_and_never_chosen_beforehand(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?service=batplats")

    assert agent.page.css("input[name=channel]")
    assert not agent.page.css("input[name=channel][checked]")
    assert agent.send({}).status == 422
    agent.send({"channel": "counter"})
    assert agent.page.css("input[name=identity_basis]")
    assert not agent.page.css("input[name=identity_basis][checked]")


def test_a_number_alone_shows_nothing_of_anyone(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&caller=0304-601000")
    assert "Känt nummer" in agent.text()
    assert number not in agent.text()

    agent.send({"identity_basis": "stated"})

    assert number in agent.text(), "once it is recorded how we know who it is, their cases are there"


def test_for_whoever_calls_for_somebody_else_it_is_asked_how_we_know_that_they_may(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&caller=0304-601000")

    agent.send({"identity_basis": "stated", "speaks_as": "relative", "helper-name": "dottern Eva"})

    assert agent.status == 422
    assert number not in agent.text()
    assert number in agent.send({"mandate": "present"}).text()


@pytest.mark.parametrize(
    ("said", "found"), [("soptunna", "Ändra sophämtningen"), ("taxi", "Ansök om färdtjänst"), ("qwxz", "")]
)
def test_a_caller_s_own_words_lead_the_agent_to_the_service(signed_in: SignedIn, said: str, found: str) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone").send({"identity_basis": "stated"})

    agent.go(agent.address.partition("?")[0] + f"/choose?words={said}")

    shown = [form.css_first("strong").text() for form in agent.page.css("form[action$='/service'].row")]
    assert shown[:1] == ([found] if found else [])
    assert ("Ingen e-tjänst hittades" in agent.text("main")) is not bool(found)


def test_whoever_stays_anonymous_is_shown_nothing(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&caller=0304-601000")

    agent.send({"identity_basis": "anonymous"})

    assert number not in agent.text()


def test_an_agent_goes_on_where_the_resident_was_and_gives_it_back_by_a_new_code(
    signed_in: SignedIn, a_browser: Callable[[], Person], case_of: CaseOf, house: House
) -> None:
    resident = a_browser().go("/sv/services/batplats")
    resident.send(BERTH).send(BERTH)
    code = resident.text("#continue-code")
    step = resident.address.rpartition("/")[2]
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone").send({"identity_basis": "stated"})

    agent.send({"code": code}, form="/code")
    if agent.page.css("input[name=personal_number]"):  # what only the resident knows is asked with the code
        assert agent.send({"personal_number": "19850113-9995"}).status == 422
        agent.send({"personal_number": "19850709-9805"})

    assert agent.address.endswith(f"/steps/{step}")
    assert "Personen själv, på webben" in agent.text()
    agent.send(BERTH)
    agent.send(form="/hand-back")
    new = agent.text("#continue-code")
    assert new != code

    back = a_browser().go("/sv/continue").send({"code": new})
    if back.page.css("input[name=personal_number]"):
        back.send({"personal_number": "19850709-9805"})
    done = back.journey(BERTH)
    channels = {a.origin.channel for a in _submission(house, case_of(done.text("#reference"))).answers.given.values()}
    assert channels == {"web", "phone"}, "each answer keeps who gave it, and how"


def test_what_is_put_off_stands_among_what_is_left_and_must_be_asked_before_sending(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&service=batplats")
    agent.send(BY_PHONE).send(BERTH)
    without = {name: value for name, value in BERTH.items() if name != "length"}

    agent.send({**without, "length-state": "later"})
    assert "fråga senare" in agent.text(".todo")
    agent.send(BERTH).send(BY_PHONE)
    assert "Båtens längd" in agent.text(".note.warn")
    assert agent.send({"truthful": "yes"}).status == 422

    agent.go(agent.page.css_first(".note.warn a").attributes["href"]).send({"length": "6,5"})
    agent.journey({**BY_PHONE, **BERTH})
    assert agent.text("#reference")


def test_a_paper_is_registered_with_its_blanks_from_the_day_it_came(
    signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=paper&service=batplats")
    agent.send({"identity_basis": "stated"})
    arrived = {"received_on-day": "20", "received_on-month": "november", "received_on-year": "2026"}
    assert agent.send({**arrived, "received_on-year": "2027"}).status == 422
    agent.send({**arrived, "arrived_how": "post"})
    blank = {name: value for name, value in BERTH.items() if name not in {"length", "truthful"}}

    agent.journey({**blank, "receipt_by": "letter"})

    case = case_of(agent.text("#reference"))
    handed_in = _submission(house, case)
    assert handed_in.received_on.isoformat() == "2026-11-19", "by post on a Friday counts from Thursday"
    assert ("length", None) in handed_in.missing


def test_a_web_submission_that_needs_nobody_makes_no_task(
    signed_in: SignedIn, handed_in: HandedIn, house: House
) -> None:
    number, _ = handed_in(contact_preference="email", email="maj@example.se")
    with house.database.read() as tx:
        assert queue.count_work(tx, now=house.clock.now()) == 0
    agent = signed_in(Role.CONTACT_AGENT)
    assert number not in agent.go("/contact-centre/").text("table")
    assert number in agent.go("/contact-centre/?view=incoming").text("table")


def test_news_for_somebody_who_asked_for_a_call_is_brought_and_every_try_is_kept(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in(contact_preference="phone")
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    officer.go(f"/cases/{number}/message").send({"subject": "Din plats", "body": "Ring oss om rampen."})
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")
    task = next(
        row.css_first("th a").attributes["href"]
        for row in agent.page.css("tbody tr")
        if "läs upp" in row.text() and number in row.text()
    )

    agent.go(task)
    assert "Ring oss om rampen." in agent.text()
    assert "0304" in agent.text()
    agent.send({"did": "no_answer", "note": "Provar igen"})
    assert "Ingen svarade" in agent.text()
    agent.send({"did": "brought"})

    assert agent.address == "/contact-centre/"
    case = case_of(number)
    with house.database.read() as tx:
        kinds = [entry.kind for entry in journal.of_case(tx, case.id, case.key)]
        left = tx.execute(
            select(func.count())
            .select_from(deliveries)
            .where(deliveries.c.kind == "message", deliveries.c.reached_at.is_(None))
        ).scalar_one()
    assert "delivery_tried" in kinds
    assert "delivery_brought" in kinds
    assert left == 0


def test_outside_a_call_an_agent_says_why_and_the_reason_holds_for_a_while(
    signed_in: SignedIn, handed_in: HandedIn, clock: FixedClock, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT).go(f"/contact-centre/cases/{number}")
    assert "Maj Sjögren" not in agent.text()
    agent.send({"why": "Ringde om sin ansökan"})
    assert "Maj Sjögren" in agent.text()
    assert "Maj Sjögren" in agent.go(f"/contact-centre/cases/{number}").text()

    clock.move(LATER)

    assert "Maj Sjögren" not in agent.go(f"/contact-centre/cases/{number}").text()
    case = case_of(number)
    with house.database.read() as tx:
        looks = journal.who_looked(tx, case.id, case.key)
    assert len(looks) == 3, "the reason, and each of the two looks"


def test_the_open_call_is_the_reason_for_the_caller_s_cases_once_it_is_known_who_calls(
    signed_in: SignedIn, handed_in: HandedIn, clock: FixedClock
) -> None:
    number, _ = handed_in()
    other, _ = handed_in(name="Bo Ek", phone="0304-60 10 99")
    agent = signed_in(Role.CONTACT_AGENT, name="agent").go("/contact-centre/new?channel=phone&caller=0304-601000")
    call = agent.address
    assert "Varför" in agent.go(f"/contact-centre/cases/{number}").text("h1")

    agent.go(call).send({"identity_basis": "stated"})

    assert "Maj Sjögren" in agent.go(f"/contact-centre/cases/{number}").text()
    assert "Varför" in agent.go(f"/contact-centre/cases/{other}").text("h1"), "the call is about somebody else's case"
    agent.send({"why": "Ringer åt sin granne"})
    assert "Bo Ek" in agent.text()
    clock.move(dt.timedelta(hours=3))
    agent.go("/staff/login").send({"username": "agent", "password": PASSWORD})
    assert "Varför" in agent.go(f"/contact-centre/cases/{number}").text("h1"), "no call lasts that long"


@pytest.mark.parametrize("q", ["NUMBER", "Sjögren Maj"])
def test_an_agent_finds_a_case_with_no_question_before_the_list(
    q: str, signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT)

    agent.go(f"/contact-centre/?q={q.replace('NUMBER', number)}")

    assert agent.texts("table tbody th a") == [number]


def test_what_was_settled_at_once_is_counted_and_nobody_s_task(signed_in: SignedIn, house: House) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")
    assert agent.send({}, form="/quick").status == 422

    agent.send({"channel": "phone", "resolution": "answered", "about": "Öppettider"}, form="/quick")

    assert "Registrerat" in agent.text(".note")
    with house.database.read() as tx:
        assert queue.count_work(tx, now=house.clock.now()) == 0


def test_a_promise_to_ring_is_registered_in_one_act_and_is_work_for_today(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")
    said: Answers = {
        "channel": "counter",
        "resolution": "will_call_back",
        "about": "Sopkärlet",
        "service": "sophamtning",
    }
    assert agent.send(said, form="/quick").status == 422
    assert agent.page.css_first("#channel option[selected][value=counter]"), "what was chosen is kept"

    agent.send({**said, "phone": "070-174 06 05"}, form="/quick")

    assert "Ring upp" in agent.text("tbody")
    task = agent.go(agent.page.css_first("tbody a").attributes["href"]).text()
    assert "070-174 06 05" in task
    assert "Sopkärlet" in task
    agent.go("/contact-centre/").send({"channel": "phone", "resolution": "became_case"}, form="/quick")
    assert "2 samtal och besök avslutade, 1 av dem" in agent.text(), "a case is no unnecessary demand; a promise is"


def test_half_filled_applications_are_listed_for_me_and_for_all(signed_in: SignedIn) -> None:
    one, two = signed_in(Role.CONTACT_AGENT, name="one"), signed_in(Role.CONTACT_AGENT, name="two")
    for agent in (one, two):
        agent.go("/contact-centre/new?channel=phone&service=batplats").send({"identity_basis": "stated"})

    assert len(one.go("/contact-centre/?view=drafts&whose=mine").texts("tbody tr")) == 1
    everybody = one.go("/contact-centre/?view=drafts").text("tbody")
    assert "Kim One" in everybody
    assert "Kim Two" in everybody


def test_nobody_opens_another_agent_s_call(signed_in: SignedIn) -> None:
    mine = signed_in(Role.CONTACT_AGENT, name="one").go("/contact-centre/new?channel=phone")
    other = signed_in(Role.CONTACT_AGENT, name="two")

    assert other.go(mine.address).status == 404


def test_sending_twice_leads_to_the_same_receipt(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&service=felanmalan")
    agent.journey({**BY_PHONE, **FAULT})
    number, base = agent.text("#reference"), agent.address.rpartition("/")[0]

    assert agent.go(f"{base}/check").text("#reference") == number


def test_that_a_caller_s_cases_are_shown_is_in_the_journal(
    signed_in: SignedIn, handed_in: HandedIn, house: House
) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT, name="agent")
    agent.go("/contact-centre/new?channel=phone&caller=0304-601000").send({"identity_basis": "stated"})

    with house.database.read() as tx:
        staff_id = next(a.staff.id for a in accounts.list_staff(tx) if a.staff.username == "agent")
        looks = journal.of_staff(tx, staff_id, house.clock.today())
    assert [look.content["numbers"] for look in looks if look.content.get("what") == "caller"] == [[number]]


def test_a_link_on_another_site_opens_no_call_by_itself(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT)

    answer = agent.client.get(
        "/contact-centre/new?channel=phone&caller=0701740605", headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 200
    assert "samtal igång" not in agent.go("/contact-centre/").text()


def test_nothing_more_happens_in_a_call_that_has_ended(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&service=batplats")
    agent.send(BY_PHONE).send(BERTH)
    code, base = agent.text("#continue-code"), agent.address.partition("/steps")[0]
    token = agent.page.css_first("input[name=csrf_token]").attributes["value"]
    agent.go(f"{base}/choose").send({"resolution": "referred"}, form="/end")

    for act in ("hand-back", "call-back", "about", "identity", "closing", "check", "service", "code"):
        answer = agent.client.post(f"{base}/{act}", data={"csrf_token": token, "identity_basis": "anonymous"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/contact-centre/"), act
    agent.go("/contact-centre/?view=drafts")
    assert "batplats" in agent.text("table") or "båtplats" in agent.text("table"), (
        "it lies there for whoever finishes it"
    )
    assert code


def test_what_the_caller_takes_back_is_gone(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&service=batplats")
    agent.send(BY_PHONE).send(BERTH)
    base = agent.address.partition("/steps")[0]

    agent.go(f"{base}/choose").send({"resolution": "cancelled"}, form="/end")

    assert agent.go("/contact-centre/?view=drafts").text("table") == ""


def test_a_colleague_finishes_what_was_left(signed_in: SignedIn) -> None:
    first = signed_in(Role.CONTACT_AGENT, name="first").go("/contact-centre/new?channel=phone&service=batplats")
    first.send(BY_PHONE).send(BERTH)
    first.go(f"{first.address.partition('/steps')[0]}/choose").send({"resolution": "referred"}, form="/end")
    second = signed_in(Role.CONTACT_AGENT, name="second").go("/contact-centre/?view=drafts")

    second.go(second.page.css_first("tbody a").attributes["href"]).send()
    second.journey({**BY_PHONE, **BERTH})

    assert second.text("#reference")


def test_what_the_resident_changes_while_the_agent_reads_back_is_read_back_before_it_is_sent(
    signed_in: SignedIn, a_browser: Callable[[], Person]
) -> None:
    resident = a_browser().go("/sv/services/batplats")
    resident.send(BERTH).send(BERTH).send(BERTH)
    code = resident.text("#continue-code")
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone").send({"identity_basis": "stated"})
    agent.send({"code": code}, form="/code").send(BERTH).send(BERTH).send(BY_PHONE)
    assert agent.address.endswith("/check")

    resident.go("/sv/services/batplats/boat").send({**BERTH, "length": "7,2"})
    agent.send({"truthful": "yes"})

    assert "Svaren har ändrats" in agent.text(".note.warn")
    assert "7,2" in agent.text()
    assert agent.send({"truthful": "yes"}).text("#reference")


def test_a_call_prints_the_receipt_of_what_was_sent_in_it_and_of_no_other_case(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    other, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=counter&service=felanmalan")
    agent.journey({**BY_PHONE, **FAULT})
    base, own = agent.address.rpartition("/")[0], case_of(agent.text("#reference"))
    for case in (own, case_of(other)):
        _print_receipt(house, case)
    agent.go(f"/contact-centre/cases/{other}").send({"why": "Frågade om sitt andra ärende"})
    assert "Maj Sjögren" in agent.text()

    answer = agent.client.get(f"{base}/receipt.pdf")

    assert answer.data == own.number.encode()


def _print_receipt(house: House, case: Case) -> None:
    """What the worker does in a moment of quiet."""
    folder = house.settings.files_dir
    made = attachments.receive_made(
        folder, case.number.encode(), name="kvitto.pdf", media_type="application/pdf", key=case.key
    )
    with house.database.transaction() as tx:
        attachments.keep_made(tx, made, case_id=case.id, question="receipt", key=case.key, now=house.clock.now())


def test_practice_sends_nothing_and_leaves_nothing(signed_in: SignedIn, house: House) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")
    agent.client.post("/contact-centre/new", data={"csrf_token": _token(agent), "practice": "yes", "channel": "phone"})
    agent.go("/contact-centre/").go(agent.page.css_first(".note a").attributes["href"])
    assert "Övning" in agent.text(".note.warn")

    agent.journey({**BY_PHONE, "service": "felanmalan", **FAULT})

    assert "Övningen är klar" in agent.text(".note.ok")
    assert agent.go("/contact-centre/?view=drafts").text("table") == ""
    with house.database.read() as tx:
        assert queue.incoming(tx).rows == ()


def test_a_promise_to_ring_is_work_for_the_same_day_with_what_was_taken_down(
    signed_in: SignedIn, house: House, case_of: CaseOf, clock: FixedClock
) -> None:
    first = signed_in(Role.CONTACT_AGENT, name="first").go("/contact-centre/new?channel=phone&service=batplats")
    first.send(BY_PHONE).send(BERTH)
    first.send({"back-phone": "070-174 06 05", "back-applied": "yes"}, form="/call-back")
    assert "Vi ringer upp".lower() in first.text(".note.ok")

    clock.move(dt.timedelta(days=1))
    second = signed_in(Role.CONTACT_AGENT, name="second").go("/contact-centre/")
    assert "Ring upp" in second.text("table")
    second.go(second.page.css_first("tbody a").attributes["href"])
    assert "070" in second.text()
    link = next(a for a in second.page.css("main a") if "Gör klar" in a.text())
    second.go(link.attributes["href"]).send()
    second.journey({**BY_PHONE, **BERTH})

    case = case_of(second.text("#reference"))
    assert case.received_on == house.clock.today() - dt.timedelta(days=1), "it counts from the day they clearly applied"
    assert second.go("/contact-centre/").text("table") == ""


def test_the_page_of_a_call_answers_what_callers_ask_without_another_page(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&caller=0304-601000")

    agent.send({"identity_basis": "stated"})

    said = agent.text(f"#case-{number}")
    assert "Ja, vi fick det 24 november 2026" in said, "have you got my application?"
    assert "Vi läser det som kom in" in said, "what happens now?"
    assert "Du får svar senast" in said
    assert agent.form("/service") is not None, "can you help me fill it in?"


def test_in_a_call_no_reason_is_typed_for_the_case_it_is_about(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in(name="Bo Ek", phone="0304-60 10 99")
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=counter").send({"identity_basis": "shown_id"})
    base = agent.address.removesuffix("/choose")

    agent.go(f"{base}/choose?look-for=Bo+Ek").send(form="/about")

    assert "samtalet gäller det här" in agent.text(f"#case-{number}")
    assert "Bo Ek" in agent.go(f"/contact-centre/cases/{number}").text("h1")


def test_the_word_we_say_when_we_ring_stands_on_the_receipt_and_before_the_call(
    signed_in: SignedIn, a_browser: Callable[[], Person]
) -> None:
    resident = a_browser().go("/sv/services/batplats").journey(BERTH)
    number, word = resident.text("#reference"), resident.text("#control-word")
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    officer.go(f"/cases/{number}/message").send({"subject": "Din plats", "body": "Ring oss om rampen."})
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")

    agent.go(agent.page.css_first("tbody a").attributes["href"])

    assert word
    assert word in agent.text()


def test_a_task_is_given_to_a_colleague_or_put_off_and_comes_back_once(
    signed_in: SignedIn, clock: FixedClock, house: House
) -> None:
    signed_in(Role.CONTACT_AGENT, name="second")
    agent = signed_in(Role.CONTACT_AGENT, name="first").go("/contact-centre/new?channel=phone")
    agent.send({"identity_basis": "anonymous"}).send({"back-phone": "070-174 06 05"}, form="/call-back")
    agent.go(agent.go("/contact-centre/").page.css_first("tbody a").attributes["href"])

    task = agent.address
    form = next(f for f in agent.page.css("form") if f.css_first("[name=colleague]"))
    agent.client.post(task, data={"csrf_token": _token(agent), "did": "assign", "colleague": _first_option(form)})
    assert "Kim Second" in agent.go("/contact-centre/?view=team").text("table")
    agent.client.post(task, data={"csrf_token": _token(agent), "did": "park", "park-until": "2026-11-27"})
    assert agent.go("/contact-centre/").text("table") == ""

    clock.move(dt.timedelta(days=3))
    with house.database.transaction() as tx:
        assert items.bring_back(tx, clock.now(), due_at=clock.now() + dt.timedelta(hours=8)) == 1
        assert items.bring_back(tx, clock.now(), due_at=clock.now() + dt.timedelta(hours=8)) == 0
    again = signed_in(Role.CONTACT_AGENT, name="first")
    assert "Ring upp" in again.go("/contact-centre/").text("table")


def _token(person: Person) -> str:
    return person.page.css_first("input[name=csrf_token]").attributes["value"] or ""


def _first_option(form) -> str:
    return form.css_first("option").attributes["value"]


def test_a_unit_is_asked_once_and_its_answer_is_there_for_the_next_caller(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/questions")
    assert agent.send({}).status == 422
    agent.send({"question": "När öppnar rampen?", "unit": "hamn"})
    officer = signed_in(Role.CASE_OFFICER, "hamn").go("/cases/questions")
    address = officer.page.css_first("main form").attributes["action"]
    officer.client.post(
        address, data={"csrf_token": _token(officer), "answer": "Den första april.", "good-until": "2027-04-01"}
    )

    assert "Den första april." in agent.go("/contact-centre/questions").text(".say")
    elsewhere = signed_in(Role.CASE_OFFICER, "bygg", name="elsewhere")
    assert elsewhere.client.post(address, data={"csrf_token": _token(elsewhere), "answer": "x"}).status_code == 404


def test_one_contact_does_for_all_that_waits_for_the_caller_s_answer(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/supplement")
    asked = {"items": ["registration"], "questions": "När sjösätter du?", "last_day": "2026-12-08"}
    officer.send({**asked, "consequence": "decide_anyway"}).send(button="go=decide")
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&caller=0304-601000")
    assert "sjösätter" not in agent.text(), "a number alone shows nothing"

    agent.send({"identity_basis": "stated"})
    waits = agent.text(f"#waits-{number}")
    assert "senast 8 december 2026" in waits
    assert "Registreringsbeteckning" in waits
    assert "När sjösätter du?" in waits
    agent.send(form="/supplement")
    assert "Det är det ni fyller i nu" in agent.text(f"#waits-{number}")
    agent.journey({"registration": "SFC-9999", "asked_for_1": "I maj."})

    assert agent.text("#reference") == number
    assert case_of(number).status == "supplement_received"
    assert "I maj." in officer.go(f"/cases/{number}").text(), "the officer sees it at once"
    with house.database.read() as tx:
        supplement = submissions.of_case(tx, case_of(number).id)[-1]
    assert (supplement.channel, supplement.identity_basis) == ("phone", "stated")
    assert supplement.entered_by is not None
    assert "Ring och be" not in agent.go("/contact-centre/").text(), "nobody rings to ask for what has been answered"


def test_what_the_caller_has_begun_alone_is_gone_on_with_and_never_asked_twice(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Callable[[], Person], case_of: CaseOf
) -> None:
    number, code = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/supplement")
    asked = {"items": ["registration"], "questions": "När sjösätter du?", "last_day": "2026-12-08"}
    officer.send({**asked, "consequence": "decide_anyway"}).send(button="go=decide")
    resident = a_browser().go("/sv/case").send({"number": number, "code": code}).send(form="/supplement")
    resident.send({"registration": "SFC-7777"})
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&caller=0304-601000")

    agent.send({"identity_basis": "stated"}).send(form="/supplement")

    assert "SFC-7777" in agent.text()
    assert "Personen själv, på webben" in agent.text()
    agent.journey({"asked_for_1": "I maj."})
    assert case_of(number).status == "supplement_received"


def test_a_caller_says_what_they_think_before_the_decision_and_no_other_case_is_answered_in_the_call(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    other, _ = handed_in(name="Bo Ek", phone="0304-60 10 99", personal_number="19850113-9995")
    officer = signed_in(Role.CASE_OFFICER, "hamn")
    for one in (number, other):
        officer.go(f"/cases/{one}/hearing").send({"material": "Kön är lång.", "last_day": "2026-12-08"})
        officer.send(button="go=decide")
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&caller=0304-601000")
    agent.send({"identity_basis": "stated"})
    assert "Kön är lång." in agent.text(f"#waits-{number}")

    assert agent.send({"opinion": "Nej."}, form="/opinion", button=f"number={other}").status == 404
    assert case_of(other).status == "hearing"
    agent.go("/contact-centre/").go(agent.page.css_first(".note a").attributes["href"])
    agent.send({"opinion": "Jag kan vänta."}, form="/opinion")

    assert "tycka till" not in agent.text()
    assert "Jag kan vänta." in officer.go(f"/cases/{number}").text()


def test_letters_are_printed_as_one_paper_and_said_to_be_posted_in_one_act_with_a_result_for_each(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    first, second, unprinted = (case_of(handed_in("sophamtning", WASTE)[0]) for _ in range(3))
    officer = signed_in(Role.CASE_OFFICER)
    for case in (first, second, unprinted):
        officer.go(f"/cases/{case.number}/message").send({"subject": "Ert kärl", "body": "Vi kommer på måndag."})
    marks = [f"{case.number}/2" for case in (first, second)]
    for case in (first, second):
        _print_letter(house, case)
    agent, other = signed_in(Role.CONTACT_AGENT, name="one"), signed_in(Role.CONTACT_AGENT, name="two")
    other.go("/contact-centre/letters")
    agent.go("/contact-centre/letters")
    assert len(agent.page.css("input[name=letter]")) == 2, "what is not made yet cannot be chosen"
    assert f"{unprinted.number}/2" in agent.text("table")
    letters = [box.attributes["value"] for box in agent.page.css("input[name=letter]")]

    csrf = agent.page.css_first("input[name=csrf_token]").attributes["value"]
    sent = {"csrf_token": csrf, "letter": letters, "go": "print"}
    paper = agent.client.post("/contact-centre/letters", data=sent)
    assert paper.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(paper.data)) as pdf:
        assert len(pdf.pages) == 2
    agent.send({"letter": letters[:1]}, form="/letters", button="go=posted")
    assert "Markerat som postat" in agent.text("[role=status]")
    other.send({"letter": letters}, form="/letters", button="go=posted")

    assert {line.partition(" ")[0]: "kollega" in line for line in other.texts("[role=status] li")} == {
        mark: mark == marks[0] for mark in marks
    }
    assert agent.go("/contact-centre/letters").texts("tbody tr th") == [f"{unprinted.number}/2"]
    agent.go(f"/contact-centre/?q={marks[1]}").send(form="/came-back")
    assert "Kom inte fram" in agent.go("/contact-centre/").text("table"), "a letter that comes back is work again"
    with house.database.read() as tx:
        kinds = [entry.kind for entry in journal.of_case(tx, second.id, second.key)]
    assert {"delivery_brought", "delivery_tried"} <= set(kinds)


def test_letters_in_large_print_are_a_paper_by_themselves_and_braille_is_told_where_it_is_posted(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    ordinary, large = (case_of(handed_in("sophamtning", WASTE)[0]) for _ in range(2))
    with house.database.transaction() as tx:
        for party in store.parties_of(tx, large):
            store.change_party(tx, large, replace(party, needs=Needs(large_print=True, braille=True)))
    officer = signed_in(Role.CASE_OFFICER)
    for case in (ordinary, large):
        officer.go(f"/cases/{case.number}/message").send({"subject": "Ert kärl", "body": "Vi kommer på måndag."})
        _print_letter(house, case)
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/letters")
    assert "Stor stil" in agent.text("tbody")
    letters = [box.attributes["value"] for box in agent.page.css("input[name=letter]")]

    for button in ("print", "print-large"):
        csrf = agent.page.css_first("input[name=csrf_token]").attributes["value"]
        sent = {"csrf_token": csrf, "letter": letters, "go": button}
        with pikepdf.open(io.BytesIO(agent.client.post("/contact-centre/letters", data=sent).data)) as pdf:
            assert len(pdf.pages) == 1, button

    agent.go(f"/contact-centre/deliveries/{_letter(house, large).id}")
    assert "Hämta brevet i stor stil" in agent.text()
    told = agent.page.css_first("#braille ~ p a").attributes["href"]
    assert agent.client.get(told).get_data(as_text=True) == "Hej!\n"
    agent.go(f"/contact-centre/deliveries/{_letter(house, ordinary).id}")
    assert "Punktskrift" not in agent.text()


def test_news_for_somebody_who_cannot_be_rung_goes_by_letter_to_the_same_day(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    case = case_of(handed_in()[0])
    with house.database.transaction() as tx:
        [party] = store.parties_of(tx, case)
        address = {"street": "Strandvägen 3", "postal_code": "471 99", "city": "Exempelby"}
        store.change_party(tx, case, replace(party, address=address))
    officer = signed_in(Role.CASE_OFFICER)
    officer.go(f"/cases/{case.number}/message").send({"subject": "Din plats", "body": "Ring oss."})
    before = _letter(house, case)
    assert before.method is ContactMethod.PHONE
    agent = signed_in(Role.CONTACT_AGENT).go(f"/contact-centre/deliveries/{before.id}")

    agent.send(form="/by-letter")

    after = _letter(house, case)
    assert (after.method, after.is_work, after.due_at) == (ContactMethod.LETTER, True, before.due_at)
    assert "Brevet görs klart" in agent.text()
    assert "Strandvägen 3" in agent.text()
    assert f"{case.number}/" in agent.go("/contact-centre/letters").text("table")
    with house.database.read() as tx:
        assert "letter_instead" in {entry.kind for entry in journal.of_case(tx, case.id, case.key)}


def test_what_somebody_needs_is_noted_in_a_call_about_their_case_and_nowhere_else(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    case = case_of(handed_in("batplats", {**BERTH, "phone": "0701740605"})[0])
    agent = signed_in(Role.CONTACT_AGENT, name="agent").go(f"/contact-centre/cases/{case.number}")
    agent.send({"why": "Personen ringer om ärendet"})
    assert agent.form("/needs") is None, "the person is asked, in a call"
    agent.go("/contact-centre/new?channel=phone&caller=0701740605").send({"identity_basis": "known_by_callback"})

    agent.go(f"/contact-centre/cases/{case.number}").send({"needs-large_print": "yes"}, form="/needs")

    assert "Stor stil" in agent.text("section[aria-labelledby=needs]")
    with house.database.read() as tx:
        assert [party.needs for party in store.parties_of(tx, case)] == [Needs(large_print=True)]
        assert [e.kind for e in journal.of_case(tx, case.id, case.key) if e.kind == "needs_noted"] == ["needs_noted"]
    assert "Stor stil" in agent.go("/contact-centre/new?channel=phone&caller=0701740605").send(
        {"identity_basis": "known_by_callback"}
    ).text("#needs"), "seen first by whoever speaks with them next"


def _letter(house: House, case: Case) -> Delivery:
    with house.database.read() as tx:
        return of_case(tx, case.id)[-1]


def _print_letter(house: House, case: Case) -> None:
    """What the worker does in a moment of quiet."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(done := io.BytesIO())
    with house.database.transaction() as tx:
        letter = of_case(tx, case.id)[-1]
        made = attachments.receive_made(
            house.settings.files_dir, done.getvalue(), name="brev.pdf", media_type="application/pdf", key=case.key
        )
        now = house.clock.now()
        attachments.keep_made(tx, made, case_id=case.id, question=letter_of(letter.id), key=case.key, now=now)
        if any(party.needs.braille for party in store.parties_of(tx, case)):
            made = attachments.receive_made(
                house.settings.files_dir, b"Hej!\n", name="brev.txt", media_type="text/plain", key=case.key
            )
            attachments.keep_made(tx, made, case_id=case.id, question=braille_of(letter.id), key=case.key, now=now)


def test_a_step_says_how_many_questions_are_left_and_about_how_long_they_take(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&service=batplats").send(BY_PHONE)
    first = agent.text("#remains")
    assert "frågor kvar, ungefär" in first

    then = agent.send(BERTH).text("#remains")

    assert int(then.split()[0]) < int(first.split()[0])


def test_shortcuts_are_off_until_turned_on_and_lead_to_the_next_task_and_to_reading_back(
    signed_in: SignedIn, handed_in: HandedIn
) -> None:
    number, _ = handed_in()
    signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}/message").send({"subject": "Plats", "body": "Ring oss."})
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")
    assert not agent.page.css("[accesskey]")

    agent.go("/contact-centre/shortcuts").send(form="/shortcuts", button="shortcuts=on")

    keys = {a.attributes["accesskey"]: a.attributes["href"] for a in agent.page.css("[accesskey]")}
    assert len(keys) == 4
    assert agent.go(keys["u"]).address.startswith("/contact-centre/deliveries/")
    assert agent.go(keys["l"]).address == "/contact-centre/", "nothing to read back"
    agent.go("/contact-centre/new?channel=phone&service=batplats").send(BY_PHONE).send(BERTH)
    assert "/calls/" in agent.go(keys["l"]).address
    agent.go("/contact-centre/shortcuts").send(form="/shortcuts", button="shortcuts=off")
    assert not agent.page.css("[accesskey]")


def test_a_promised_document_is_received_from_the_page_of_the_call(signed_in: SignedIn, handed_in: HandedIn) -> None:
    number, _ = handed_in("sophamtning", WASTE)
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=counter").send({"identity_basis": "shown_id"})
    base = agent.address.removesuffix("/choose")
    agent.go(f"{base}/choose?look-for={number}").send(form="/about")

    assert "Det här saknas" in agent.text(f"#waits-{number}")
    agent.go(agent.page.css_first(f"#waits-{number} a").attributes["href"])

    assert number in agent.text("h1")
    assert agent.page.css("input[type=file]")
