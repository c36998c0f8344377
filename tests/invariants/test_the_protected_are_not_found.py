"""Where a protected person lives, goes to school and can be reached comes before no counterpart: on no page, in no
mail, letter, file, export or log. Words that occur nowhere else are planted in every answer of every service with more
than one party; then the officer hears, writes and decides, and whatever a counterpart can reach is searched for them:
every page and paper that a link leads to from the page of the case or of the signature, what is brought to them, the
edition of the case that is made for them, and the pages that are open to everybody."""

import dataclasses
import datetime as dt
import itertools
import json
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from eservices import attachments, deliveries
from eservices.calendars import FixedClock
from eservices.cases import acts, asking, deciding, protecting, store
from eservices.cases.asking import Said
from eservices.cases.model import Case, Outcome, Party
from eservices.cases.signing import COSIGNER
from eservices.contact_centre import queue as contact_queue
from eservices.definitions.library import Library
from eservices.definitions.model import Audience, Question, Service
from eservices.documents import case_file, case_print
from eservices.documents.letterhead import letterhead
from eservices.documents.rendering import Press
from eservices.intake.hours import OFFICE_HOURS
from eservices.intake.submit import submit
from eservices.journey import cosigning
from eservices.journey.answers import Answer, Answers, Origin, Place
from eservices.journey.cosigning import cosigners_of
from eservices.journey.path import Walk, ground, walk
from eservices.journey.trial import answers_of
from eservices.language import words as words_in
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts
from eservices.submissions.model import HandedIn
from eservices.values import Channel, ContactMethod, IdentityBasis, Json, new_id
from eservices.worker.loop import Worker
from tests.build.drafts import a_member_of_staff, a_supplement_order, acting
from tests.build.papers import said_on
from tests.build.walker import Walker
from tests.conftest import MORNING
from tests.journeys.person import Person

FORMS = Path(__file__).resolve().parents[2] / "forms"
#: Every service with more than one party: others sign too, or somebody acts for somebody else. Offered or not.
SHARED = sorted(
    path.stem
    for path in FORMS.glob("*.yaml")
    if re.search(r"^(    cosigners|representatives):", path.read_text("utf-8"), re.MULTILINE)
    and not re.search(r"^status: draft", path.read_text("utf-8"), re.MULTILINE)
)
#: An answer that only the parties and the unit may see, and one for everybody who has a part in the case.
_FOR_OTHERS = {Audience.CO_PARTY, Audience.PUBLIC}
#: Who the parties are is no secret to another party, unless one of them is protected.
_NAMES = {"person.name", "child.name", "representative.name"}


@dataclasses.dataclass(frozen=True)
class Planted:
    """A case with a word of its own in every answer, and those who must not read them."""

    service: Service
    case: Case
    #: who must sign too, where others do
    cosigner: Party | None
    neighbour: Party

    @property
    def counterparts(self) -> list[Party]:
        return [party for party in (self.cosigner, self.neighbour) if party is not None]

    #: question -> what was planted there, as anybody could come to read it
    words: Mapping[str, tuple[str, ...]]

    def hidden(self, *, protected: bool) -> tuple[str, ...]:
        """What a counterpart must not come to read."""
        asked = self.service.questions
        return tuple(
            word
            for question, words in self.words.items()
            if asked[question].audience not in _FOR_OTHERS or (protected and asked[question].tells_where)
            if protected or asked[question].prefill not in _NAMES
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
    assert {"forskola", "skolskjuts", "fardtjanst"} <= set(SHARED)
    assert len(SHARED) >= 6


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

    assert leaks(app, house, clock, planted, caplog, protected=False, on_paper=False) == []


@pytest.mark.parametrize("service", ["fardtjanst", "skolskjuts"], indirect=True)
def test_a_place_that_forgot_the_protection_would_be_found(
    app: Flask, house: Any, service: Service, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = plant(house, house.clock, service)
    with house.database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, house.clock, "Bo"))
        protecting.protect(tx, planted.case.id, actor=officer, now=house.clock.now(), why="Sekretessmarkering")
    monkeypatch.setattr(cosigning, "_FOR_COSIGNERS", frozenset(Audience))
    monkeypatch.setattr(Question, "tells_where", property(lambda _: False))
    careless = every_word(planted)[0]

    found = leaks(app, house, house.clock, planted, caplog, words=every_word(planted), written=careless)

    places = {where for where, _ in found}
    assert {"the page of the neighbour", "the edition for another party", "its print"} <= places
    assert any(where.startswith("a letter to") for where in places), "papers are read"
    if planted.cosigner is not None:
        assert "the page to sign" in places


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
        cosigner = next((party for party in store.parties_of(tx, case) if party.role == COSIGNER), None)
    assert (cosigner is not None) == _is_signed(service)
    return Planted(service, case, cosigner, neighbour, {question: told for question, told in words.items() if told})


def whole_answers(service: Service) -> Answers:
    """What somebody fills in at random where another has a part too: of many, whoever tells most of where they are."""
    origin = Origin(Channel.WEB, MORNING.isoformat())
    filled = (Walker(service, seed, MORNING.date()).fill(lambda: origin) for seed in range(40))
    return max(
        (given for given in filled if _has_more_parties(service, walk(service, given))),
        key=lambda given: sum(service.questions[question].tells_where for question, _ in given.given),
    )


def _has_more_parties(service: Service, here: Walk) -> bool:
    if _is_signed(service):
        return any(one.method for one in cosigners_of(here))
    asked = {question.prefill for _, question, _ in here.places()}
    return "representative.name" in asked


def _is_signed(service: Service) -> bool:
    return any(step.cosigners is not None for step in service.steps)


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
    """Somebody whom an officer has taken into the case, with a code of their own to follow it. They want letters."""
    party = Party(
        id=new_id(), role="neighbour", kind="person", language="sv", method=ContactMethod.LETTER,
        identity_basis=IdentityBasis.STATED, protected=False, name="Grannen Ek", personal_number="", email="", phone="",
        address={"street": "Ekvägen 2", "postal_code": "471 94", "city": "Kållekärr"}, code=codes.new_follow_code(),
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
    written: str = "Vi har läst allt som har kommit in.",
    on_paper: bool = True,
) -> list[tuple[str, str]]:
    """(where, what) of each planted word that a counterpart can come to read. The officer writes `written` to them."""
    wanted = words or planted.hidden(protected=protected)
    assert len(wanted) > 1
    work_on(house, clock, planted, written)
    if on_paper:
        Worker(house.settings, house.database, house.library, clock).run_once()
    everything = reachable(app, house, planted, caplog), (on_paper_reachable(house, planted) if on_paper else ())
    places = [(where, text.casefold()) for where, text in itertools.chain(*everything)]
    assert len({where for where, _ in places}) > 8
    return [(where, word) for where, text in places for word in wanted if word.casefold() in text]


def work_on(house: Any, clock: FixedClock, planted: Planted, written: str) -> None:
    """The officer asks the applicant for more, hears the others, writes to them and decides."""
    now, last_day = clock.now(), clock.today() + dt.timedelta(days=14)
    with house.database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, clock, "Siv"))
        case = store.lock(tx, planted.case.id)
        case = acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=now)
        acts.go_on_after_signatures(tx, case, now=now)
        a_supplement_order(tx, clock, store.lock(tx, case.id), officer)
        for party in planted.counterparts:
            said = Said("Vad tycker du?", (written,))
            asking.ask_for_opinion(
                tx, planted.case.id, actor=officer, expected=store.lock(tx, planted.case.id).row_version, now=now,
                said=said, party_id=party.id, hours=OFFICE_HOURS, last_day=last_day,
            )  # fmt: skip
            acts.message(
                tx, planted.case.id, actor=officer, now=now, subject="Om ärendet", body=written, party_id=party.id
            )
        deciding.decide(
            tx, planted.case.id, actor=officer, expected=store.lock(tx, planted.case.id).row_version, now=now,
            outcome=Outcome.GRANTED, reasons=written, law="", letter=(written,),
        )  # fmt: skip


def reachable(app: Flask, house: Any, planted: Planted, caplog: pytest.LogCaptureFixture) -> Iterator[tuple[str, str]]:
    """Everything that comes before a co-signer, a neighbour, or whoever keeps the logs, as text."""
    number = planted.case.number
    neighbour = Person(app.test_client()).go("/sv/case").press({"number": number, "code": planted.neighbour.code})
    assert neighbour.path.endswith(f"/case/{number}")
    yield from everything_linked(neighbour, "the page of the neighbour")
    yield "the page of the neighbour in English", read(neighbour.go(f"/en/case/{number}").page)
    if planted.cosigner is not None:
        signer = Person(app.test_client()).go("/sv/sign").press({"number": number, "code": planted.cosigner.code})
        assert signer.path.endswith(f"/sign/{number}")
        yield from everything_linked(signer, "the page to sign")
        yield "the page to sign in English", read(signer.go(f"/en/sign/{number}").page)
        yield "the page to sign, sent empty", read(signer.press().page)
        signer.go("/sv/case").press({"number": number, "code": planted.cosigner.code})
        yield "the cosigner at the page to follow", read(signer.page)
    yield from _for_everybody(app.test_client(), planted)
    with house.database.read() as tx:
        case = store.by_id(tx, planted.case.id)
        assert case is not None
        told = _told(tx, planted)
        edition = case_file.gather(tx, case, case_file.Reader.COUNTERPART, words_in("sv"))
    assert told
    assert not edition.files
    yield "what is to be brought to them", str(told)
    yield "the edition for another party", json.dumps(edition.data, ensure_ascii=False)
    yield "the logs", caplog.text


def on_paper_reachable(house: Any, planted: Planted) -> Iterator[tuple[str, str]]:
    """What the worker has printed and sent for them, and the edition of the case that is printed for them."""
    with house.database.read() as tx:
        case = store.by_id(tx, planted.case.id)
        assert case is not None
        files = {file.question: file for file in attachments.of_case(tx, case.id, case.key)}
        told = _told(tx, planted)
        edition = case_file.gather(tx, case, case_file.Reader.COUNTERPART, words_in("sv"))
    letters = [files[f"letter-{one.id}"] for one in told if f"letter-{one.id}" in files]
    assert len(letters) >= 2, "the hearing, the message or the decision"
    for letter in letters:
        opened = b"".join(attachments.open_for_reading(house.settings.files_dir, letter, case.key))
        yield f"a letter to them, {letter.name}", said_on(opened)
    yield "what has been sent to them", "\n".join(_sent_to(house.settings, planted))
    head, press = letterhead(house.library.municipality, words_in("sv")), Press(house.settings.templates_dir)
    printed = case_print.case_pdf(press, head, edition, words_in("sv"), unit="Enheten", day="25 november 2026")
    yield "its print", said_on(printed)


def _told(tx: Transaction, planted: Planted) -> list[deliveries.Delivery]:
    theirs = {party.id for party in planted.counterparts}
    return [one for one in deliveries.of_case(tx, planted.case.id) if one.party_id in theirs]


def everything_linked(person: Person, name: str) -> Iterator[tuple[str, str]]:
    """The page one is on, and every page and paper of the case that can be reached from it by links."""
    inside = person.path
    found, waiting = {inside}, [inside]
    while waiting:
        path = waiting.pop()
        answer = person.client.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            yield f"{name}, {path}", said_on(answer.data) if answer.mimetype == "application/pdf" else answer.text
            continue
        page = LexborHTMLParser(answer.text)
        yield name if path == inside else f"{name}, {path.removeprefix(inside)}", read(page)
        for link in page.css("a[href]"):
            to = urljoin(path, link.attributes["href"] or "").partition("#")[0]
            if to.startswith(inside) and to not in found:
                found.add(to)
                waiting.append(to)


def _for_everybody(client: FlaskClient, planted: Planted) -> Iterator[tuple[str, str]]:
    """What anybody can open: search and catalogue, the service itself, its paper form, figures and metrics."""
    service = planted.service.id
    for path in ("/sv/", f"/sv/services/{service}", f"/sv/services/{service}/paper.pdf", "/sv/equal-service",
                 "/sv/equal-service/figures.csv", "/metrics", "/ready"):  # fmt: skip
        answer = client.get(path, follow_redirects=True)
        yield f"open to all, {path}", said_on(answer.data) if answer.mimetype == "application/pdf" else answer.text
    for word in every_word(planted)[:5]:
        page = LexborHTMLParser(client.get("/sv/", query_string={"q": word}).text)
        for node in page.css("input[name=q]"):
            node.decompose()
        found = page.css_first("main")
        yield "the search for services", "" if found is None else " ".join(n.text() for n in found.css("li, article"))


def read(page: LexborHTMLParser) -> str:
    """The page as it was sent, with what only a machine reads; numbers in one piece."""
    return re.sub(r"[\s\N{NO-BREAK SPACE}]+", " ", page.html or "")


def _sent_to(settings: Any, planted: Planted) -> Iterator[str]:
    """The mails and text messages in the outboxes whose receiver is a counterpart."""
    ways = [way for party in planted.counterparts for way in (party.email, party.phone) if way]
    for folder in (settings.mail_dir, settings.sms_dir):
        for path in sorted(folder.glob("*")) if folder is not None and folder.exists() else ():
            text = path.read_text("utf-8", errors="replace")
            if any(way in text for way in ways):
                yield text


def contact_centre_finds(house: Any, planted: Planted) -> list[str]:
    """What an agent finds who searches for the planted names, places and numbers, perhaps for a caller who asks."""
    with house.database.read() as tx:
        return [word for word in every_word(planted) if contact_queue.find(tx, word)]
