"""Whoever lost the connection sends the same once more: they see what was done, and it was done once."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from eservices import attachments, deliveries, journal
from eservices.cases import store
from eservices.cases.model import Case
from eservices.contact_centre.tables import contact_items
from eservices.identity.people import Role
from eservices.web.house import House
from tests.bench.robot import Answers, filled
from tests.staff.conftest import Person, _as_dict
from tests.web.test_files import picture

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]


def sent_twice(person: Person, answers: Answers, ending: str) -> list[tuple[int, str]]:
    """What a browser gets that sends the very same form twice."""
    form = person.form(ending)
    assert form is not None
    body, address = _as_dict(filled(form, answers)), form.attributes["action"]
    answers_ = [person.client.post(address, data=body) for _ in range(2)]
    return [(answer.status_code, answer.headers.get("Location", "")) for answer in answers_]


def acts(house: House, case: Case, kind: str) -> list[Any]:
    with house.database.read() as tx:
        return [entry for entry in journal.of_case(tx, case.id, case.key) if entry.kind == kind]


@pytest.mark.parametrize(
    ("page", "answers", "kind"),
    [
        ("note", {"body": "Ringde, inget svar."}, "noted"),
        ("message", {"subject": "Din plats", "body": "Vi behöver mer tid."}, "message_sent"),
        ("status", {"to": "under_review"}, "status_changed"),
    ],
)
def test_an_act_that_is_sent_again_is_done_once_and_answered_as_the_first_time(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House, *, page: str, answers: Answers, kind: str
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}").send(form="/claim").go(f"/cases/{number}/{page}")

    first, second = sent_twice(officer, answers, f"/{page}")

    assert first == second
    assert first[0] == 303
    case = case_of(number)
    assert len(acts(house, case, kind)) == 1
    with house.database.read() as tx:
        told = [one for one in deliveries.of_case(tx, case.id) if one.kind == "message"]
        assert len(told) == len(store.file_of(tx, case).messages) == (page == "message")


def test_the_same_words_on_a_new_page_and_other_words_on_the_old_one_are_written_both(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/note")

    sent_twice(officer, {"body": "Ringde, inget svar."}, "/note")
    sent_twice(officer, {"body": "Ringde igen."}, "/note")  # gone back a page
    sent_twice(officer.go(f"/cases/{number}/note"), {"body": "Ringde, inget svar."}, "/note")

    said = [entry.content["body"] for entry in acts(house, case_of(number), "noted")]
    assert said == ["Ringde, inget svar.", "Ringde igen.", "Ringde, inget svar."]


def test_what_was_refused_is_not_taken_for_done(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    late = signed_in(Role.CASE_OFFICER, name="late").go(f"/cases/{number}/message")
    signed_in(Role.CASE_OFFICER, name="first").go(f"/cases/{number}").send(form="/claim")

    assert [status for status, _ in sent_twice(late, {"subject": "Plats", "body": "Hej."}, "/message")] == [409, 409]
    assert not acts(house, case_of(number), "message_sent")


def test_a_document_and_a_message_that_are_sent_again_lie_there_once(
    a_browser: Callable[[], Person], handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    number, code = handed_in()
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    lying, said = len(_files(house, case_of(number))), len(_messages(house, case_of(number)))

    for ending, name, typed in (("/document", "document", {}), ("/message", "files", {"message": "Här är bryggan."})):
        form = resident.form(ending)
        assert form is not None
        hidden = {c.attributes["name"]: c.attributes["value"] for c in form.css("input[type=hidden]")}
        for _ in range(2):
            sent = {**hidden, **typed, name: (io.BytesIO(picture()), "bryggan.png")}
            address = form.attributes["action"]
            answer = resident.client.post(address, data=sent, content_type="multipart/form-data")
            assert answer.status_code == 303

    assert len(_files(house, case_of(number))) == lying + 2
    assert len(_messages(house, case_of(number))) == said + 1


def _files(house: House, case: Case) -> list[Any]:
    with house.database.read() as tx:
        return attachments.of_case(tx, case.id, case.key)


def _messages(house: House, case: Case) -> tuple[Any, ...]:
    with house.database.read() as tx:
        return store.file_of(tx, case).messages


def test_what_was_settled_at_once_is_counted_once(signed_in: SignedIn, house: House) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/")
    said = {"channel": "phone", "resolution": "will_call_back", "about": "Sophämtning", "phone": "070-174 06 05"}

    first, second = sent_twice(agent, said, "/quick")

    assert first == second
    with house.database.read() as tx:
        rung = select(func.count()).select_from(contact_items).where(contact_items.c.need == "call_back")
        assert tx.execute(rung).scalar_one() == 1


def test_a_question_to_a_unit_is_asked_once(signed_in: SignedIn) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/questions")
    asked = {"unit": "hamn", "question": "När öppnar hamnen i vår?"}

    assert agent.form("/questions") is not None
    first, second = _asked_twice(agent, asked)

    assert first == second
    assert agent.go("/contact-centre/questions").text().count("När öppnar hamnen i vår?") == 1


def _asked_twice(agent: Person, asked: Answers) -> list[tuple[int, str]]:
    form = next(f for f in agent.page.css("form[method=post]") if (f.attributes["action"] or "").endswith("/questions"))
    body = _as_dict(filled(form, asked))
    return [
        (answer.status_code, answer.headers["Location"])
        for answer in (agent.client.post("/contact-centre/questions", data=body) for _ in range(2))
    ]
