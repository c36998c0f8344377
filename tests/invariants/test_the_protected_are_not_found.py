"""Where a protected person lives, goes to school and can be reached comes before no counterpart: on no page, in no
mail, letter, file or log. Words that occur nowhere else are planted in every answer, and whatever a counterpart can
reach is searched for them."""

import dataclasses
import itertools
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from eservices import attachments, deliveries
from eservices.calendars import FixedClock
from eservices.cases import protecting, store
from eservices.cases.model import Case, Party
from eservices.cases.signing import COSIGNER
from eservices.contact_centre import queue as contact_queue
from eservices.definitions.library import Library
from eservices.definitions.model import Audience, Question, Service
from eservices.intake.submit import submit
from eservices.journey import cosigning
from eservices.journey.answers import Answer, Answers, Place
from eservices.journey.check import problems_of
from eservices.journey.cosigning import cosigners_of
from eservices.journey.path import ground, walk
from eservices.journey.trial import answers_of, read_tests
from eservices.language import words as words_in
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts
from eservices.submissions.model import HandedIn
from eservices.values import Channel, ContactMethod, IdentityBasis, Json, new_id
from eservices.worker.loop import Worker
from tests.build.drafts import a_member_of_staff, acting
from tests.conftest import MORNING
from tests.journeys.person import Person

FORMS = Path(__file__).resolve().parents[2] / "forms"
#: Every service that others sign too, offered or not.
SHARED = sorted(
    path.stem
    for path in FORMS.glob("*.yaml")
    if re.search(r"^    cosigners:", path.read_text("utf-8"), re.MULTILINE)
    and not re.search(r"^status: draft", path.read_text("utf-8"), re.MULTILINE)
)
#: An answer that only the parties and the unit may see, and one for everybody who has a part in the case.
_FOR_OTHERS = {Audience.CO_PARTY, Audience.PUBLIC}


@dataclasses.dataclass(frozen=True)
class Planted:
    """A case with a word of its own in every answer, and the two who must not read them."""

    service: Service
    case: Case
    cosigner: Party
    neighbour: Party
    #: question -> what was planted there, as anybody could come to read it
    words: Mapping[str, tuple[str, ...]]

    def hidden(self, *, protected: bool) -> tuple[str, ...]:
        """What a counterpart must not come to read."""
        asked = self.service.questions
        return tuple(
            word
            for question, words in self.words.items()
            if asked[question].audience not in _FOR_OTHERS or (protected and asked[question].tells_where)
            if protected or asked[question].prefill not in {"person.name", "child.name"}
            for word in words
        )


@pytest.fixture(params=SHARED)
def service(request: pytest.FixtureRequest, library: Library) -> Service:
    found = library.service(request.param)
    assert found is not None
    return found


@pytest.fixture
def house(app: Flask, caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG)
    return app.extensions["eservices"]


def test_there_are_services_to_search() -> None:
    assert {"forskola", "skolskjuts"} <= set(SHARED)


def test_no_counterpart_learns_where_a_protected_person_is(
    app: Flask, house: Any, clock: FixedClock, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    planted = plant(house, clock, service)
    with house.database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, clock, "Bo"))
        protecting.protect(tx, planted.case.id, actor=officer, now=clock.now(), why="Sekretessmarkering")

    assert leaks(app, house, clock, planted, caplog, protected=True) == []
    assert contact_centre_finds(house, planted) == []


def test_no_counterpart_reads_an_answer_that_is_not_for_them(
    app: Flask, house: Any, clock: FixedClock, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    planted = plant(house, clock, service)

    assert leaks(app, house, clock, planted, caplog, protected=False) == []


def test_a_page_that_forgot_the_protection_would_be_found(
    app: Flask,
    house: Any,
    service: Service,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planted = plant(house, house.clock, service)
    with house.database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, house.clock, "Bo"))
        protecting.protect(tx, planted.case.id, actor=officer, now=house.clock.now(), why="Sekretessmarkering")
    monkeypatch.setattr(cosigning, "_FOR_COSIGNERS", frozenset(Audience))
    monkeypatch.setattr(Question, "tells_where", property(lambda _: False))

    found = leaks(app, house, house.clock, planted, caplog, words=every_word(planted))

    assert {"the page to sign", "the page to follow"} <= {where for where, _ in found}


def test_who_says_at_once_that_they_are_protected_is_so_before_anybody_can_look(
    tx: Transaction, clock: FixedClock
) -> None:
    service = protected_at_once()
    draft = drafts.start(
        tx, service, language="sv", channel=Channel.WEB, now=clock.now(),
        answers=_written(service, {"protected": "yes", "protected_way": "open"}),
    )  # fmt: skip
    declared = tuple(one.id for one in service.declarations)

    submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now(), declared=declared), clock)

    case = store.by_id(tx, submission.case_id)
    assert case is not None
    assert case.protected
    assert all(party.protected for party in store.parties_of(tx, case))
    assert {place[0] for place in submission.answers.given} == {"protected", "protected_way"}


# ---- planting --------------------------------------------------------------------------------------------------------


def plant(house: Any, clock: FixedClock, service: Service) -> Planted:
    """Hand in what a stored test hands in, with a word of its own in every answer that has room for one."""
    given = whole_answers(service)
    words: dict[str, tuple[str, ...]] = {}
    changed: dict[Place, Answer] = {}
    for number, (place, answer) in enumerate(given.given.items()):
        question = service.questions[place[0]]
        if question.id not in service.about_cosigners and answer.value is not None:
            value, told = planted_in(question, answer.value, number)
            changed[place] = dataclasses.replace(answer, value=value)
            words[question.id] = (*words.get(question.id, ()), *told)
    answers = _confirmed(service, given.with_answers(changed))
    declared = tuple(one.id for one in service.declarations)
    with house.database.transaction() as tx:
        draft = drafts.start(tx, service, language="sv", channel=Channel.WEB, now=clock.now(), answers=answers)
        submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now(), declared=declared), clock)
        case = store.by_id(tx, submission.case_id)
        assert case is not None
        neighbour = _a_neighbour(tx, case)
        cosigner = next(party for party in store.parties_of(tx, case) if party.role == COSIGNER)
    return Planted(service, case, cosigner, neighbour, {question: told for question, told in words.items() if told})


def whole_answers(service: Service) -> Answers:
    """What the stored tests of the service say where somebody else signs, what one of them leaves out taken from
    another, so that nothing remains to be answered."""
    tests = read_tests(yaml.load((FORMS / f"{service.id}.tests.yaml").read_text("utf-8"), yaml.BaseLoader))
    for signed, rest in itertools.product(tests, tests):
        given, _ = answers_of(service, {**rest.answers, **signed.answers}, MORNING)
        here = walk(service, given)
        if any(one.method for one in cosigners_of(here)) and not problems_of(here, MORNING.date()):
            return given
    raise AssertionError(f"no stored test of {service.id} hands in something that another signs")


def planted_in(question: Question, value: Json, number: int) -> tuple[Json, tuple[str, ...]]:
    """The answer with something in it that occurs nowhere else, and how one would read that."""
    word = f"Kanarie{number}fågel"
    match question.type.name:
        case "text" | "textarea" | "location":
            return word, (word,)
        case "email":
            return f"kanarie{number}@example.se", (f"kanarie{number}@example.se",)
        case "phone":
            phone = f"+46701740{600 + number:03}"
            return phone, (phone, question.type.show(phone, words_in("sv")))
        case "postal_address":
            return {"street": f"{word}gatan 7", "postal_code": "471 94", "city": "Kållekärr"}, (word,)
        case "personal_number":
            return value, ("850709", "8507099805", "140101")
    chosen = question.type.chosen(value)
    return value, tuple(option.label.sv for option in question.options if option.key in chosen and option.label.house)


def _confirmed(service: Service, answers: Answers) -> Answers:
    """As if whoever answered had seen the questions again with the planted words in them."""
    asked = walk(service, answers).places()
    return answers.with_grounds(
        {place: ground(service.resting[place[0]], lookup) for place, _, lookup in asked if place[0] in service.resting}
    )


def every_word(planted: Planted) -> tuple[str, ...]:
    return tuple(word for words in planted.words.values() for word in words)


def _a_neighbour(tx: Transaction, case: Case) -> Party:
    """Somebody whom an officer has taken into the case, with a code of their own to follow it."""
    party = Party(
        id=new_id(), role="neighbour", kind="person", language="sv", method=ContactMethod.OWN_PAGES,
        identity_basis=IdentityBasis.STATED, protected=False, name="Grannen Ek", personal_number="", email="", phone="",
        address={}, code=codes.new_follow_code(),
    )  # fmt: skip
    store.add_party(tx, case, party)
    return party


def protected_at_once() -> Service:
    found = Library([FORMS]).service("skolskjuts")
    assert found is not None
    return found


def _written(service: Service, written: Mapping[str, Any]) -> Answers:
    return answers_of(service, written, MORNING)[0]


# ---- searching -------------------------------------------------------------------------------------------------------


def leaks(
    app: Flask,
    house: Any,
    clock: FixedClock,
    planted: Planted,
    caplog: pytest.LogCaptureFixture,
    *,
    protected: bool = True,
    words: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """(where, what) of each planted word that a counterpart can come to read."""
    wanted = words or planted.hidden(protected=protected)
    assert len(wanted) > 1
    return [
        (where, word)
        for where, text in reachable(app, house, clock, planted, caplog)
        for word in wanted
        if word.casefold() in text.casefold()
    ]


def reachable(
    app: Flask, house: Any, clock: FixedClock, planted: Planted, caplog: pytest.LogCaptureFixture
) -> Iterator[tuple[str, str]]:
    """Everything that comes before a co-signer, a neighbour, or whoever keeps the logs, as text."""
    number = planted.case.number
    Worker(house.settings, house.database, house.library, clock).run_once()
    for language in ("sv", "en"):
        signer = Person(app.test_client()).go(f"/{language}/sign")
        signer.press({"number": number, "code": planted.cosigner.code})
        assert signer.path.endswith(f"/sign/{number}")
        yield "the page to sign", read(signer.page)
        yield "the page to sign, sent empty", read(signer.press().page)
        yield (
            "the signer at the page to follow",
            read(signer.go(f"/{language}/case").press({"number": number, "code": planted.cosigner.code}).page),
        )
    neighbour = Person(app.test_client()).go("/sv/case").press({"number": number, "code": planted.neighbour.code})
    assert neighbour.path.endswith(f"/case/{number}")
    yield "the page to follow", read(neighbour.page)
    with house.database.read() as tx:
        files = attachments.of_case(tx, planted.case.id, planted.case.key)
        told = [one for one in deliveries.of_case(tx, planted.case.id) if one.party_id != _applicant(tx, planted)]
    for file in files:
        answer = neighbour.client.get(f"/sv/case/{number}/files/{file.id}")
        yield f"the file {file.question}", file.name if answer.status_code == 200 else ""
    yield "what is to be brought to them", str(told)
    yield "what has been sent to them", "\n".join(_sent_to(house.settings, planted.cosigner))
    yield "the logs", caplog.text


def read(page: LexborHTMLParser) -> str:
    """The page as it was sent, with what only a machine reads; numbers in one piece."""
    return re.sub(r"[\s\N{NO-BREAK SPACE}]+", " ", page.html or "")


def _applicant(tx: Transaction, planted: Planted) -> str:
    return store.parties_of(tx, planted.case)[0].id


def _sent_to(settings: Any, party: Party) -> Iterator[str]:
    """The mails and text messages in the outboxes whose receiver this is."""
    for folder in (settings.mail_dir, settings.sms_dir):
        for path in sorted(folder.glob("*")) if folder is not None and folder.exists() else ():
            text = path.read_text("utf-8", errors="replace")
            if (party.email and party.email in text) or (party.phone and party.phone in text):
                yield text


def contact_centre_finds(house: Any, planted: Planted) -> list[str]:
    """What an agent finds who searches for the planted names, places and numbers, perhaps for a caller who asks."""
    with house.database.read() as tx:
        return [word for word in every_word(planted) if contact_queue.find(tx, word)]
