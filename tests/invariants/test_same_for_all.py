"""Web, telephone, counter, and a draft handed over halfway: the same answers are the same case for everybody.

Stored answers, due date, place in the queue and what the receipt says do not depend on channel or language.
"""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import FixedClock
from eservices.cases import queue, store
from eservices.cases.receipt import Receipt, receipt_of
from eservices.contact_centre import calls
from eservices.definitions.load import read_service
from eservices.definitions.model import Service
from eservices.identity.people import Actor, ActorKind, Staff
from eservices.intake import assisted
from eservices.intake.submit import submit
from eservices.journey.path import walk
from eservices.storage.database import Database, Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Draft, HandedIn, Submission
from eservices.values import Channel, IdentityBasis
from tests.build.drafts import a_member_of_staff
from tests.build.walker import Walker, origins, plain

FORMS = Path(__file__).resolve().parents[2] / "forms"


def _services() -> dict[str, Service]:
    found = [read_service(path).service for path in sorted(FORMS.glob("*.yaml")) if ".tests" not in path.name]
    return {service.id: service for service in found if service is not None}


SERVICES = _services()


def test_the_services_are_there():
    assert len(SERVICES) >= 3


@given(seed=st.integers(0, 10**6), service_id=st.sampled_from(sorted(SERVICES)), split=st.integers(0, 10**6))
def test_the_same_answers_give_the_same_case_by_every_way(
    sqlite_database: Database, clock: FixedClock, seed: int, service_id: str, split: int
):
    service = SERVICES[service_id]
    with sqlite_database.transaction() as tx:
        agent = a_member_of_staff(tx, clock)
        made = [
            _on_the_web(tx, clock, service, seed, language="sv"),
            _on_the_web(tx, clock, service, seed, language="en"),
            _by_phone(tx, clock, service, seed, agent),
            _handed_over(tx, clock, service, seed, agent=agent, split=Random(split)),
        ]

        cases = [store.by_id(tx, submission.case_id) for submission in made]
        answers = [plain(submission.answers) for submission in made]
        assert all(other == answers[0] for other in answers)
        assert all(case is not None and case.due_at == cases[0].due_at for case in cases)  # type: ignore[union-attr]
        assert len({(s.missing, s.dropped) for s in made}) == 1
        assert len({_content(receipt_of(tx, submission.id)) for submission in made}) == 1
        assert len({(case.unit, case.contact_queue, case.contact_view) for case in cases if case}) == 1
        # In the queue they stand side by side, by when they were received and nothing else.
        rows = queue.page(tx, queue.Filters(service=service.id), now=clock.now(), limit=1000).rows
        of_these = [row.id for row in rows if row.id in {submission.case_id for submission in made}]
        assert of_these == sorted(of_these)
        assert len(of_these) == len(made)


@given(seed=st.integers(0, 10**6), service_id=st.sampled_from(sorted(SERVICES)))
def test_every_answer_keeps_who_gave_it_and_how(
    sqlite_database: Database, clock: FixedClock, seed: int, service_id: str
):
    service = SERVICES[service_id]
    with sqlite_database.transaction() as tx:
        agent = a_member_of_staff(tx, clock)
        submission = _handed_over(tx, clock, service, seed, agent=agent, split=Random(seed))

        for answer in submission.answers.given.values():
            by_agent = answer.origin.channel is Channel.PHONE
            assert answer.origin.staff_id == (agent.id if by_agent else None)


@pytest.mark.parametrize("service_id", sorted(SERVICES))
def test_both_engines_keep_the_same(database: Database, clock: FixedClock, service_id: str):
    service = SERVICES[service_id]
    with database.transaction() as tx:
        submission = _on_the_web(tx, clock, service, 7, language="sv")
        walked = Walker(service, 7, clock.today()).fill(origins(Channel.WEB, clock.now()))

        assert plain(submission.answers).items() <= plain(walked).items()


def _on_the_web(tx: Transaction, clock: FixedClock, service: Service, seed: int, *, language: str) -> Submission:
    draft = drafts.start(tx, service, language=language, channel=Channel.WEB, now=clock.now())
    answers = Walker(service, seed, clock.today()).fill(origins(Channel.WEB, clock.now()))
    drafts.keep(tx, draft, answers, now=clock.now(), language=language)
    return submit(tx, draft.id, HandedIn.on_the_web(at=clock.now(), language=language, declared=_all(service)), clock)


def _by_phone(tx: Transaction, clock: FixedClock, service: Service, seed: int, agent: Staff) -> Submission:
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, now=clock.now())
    draft = calls.begin(tx, calls.identify(tx, call, IdentityBasis.STATED), service, now=clock.now())
    answers = Walker(service, seed, clock.today()).fill(origins(Channel.PHONE, clock.now(), agent.id))
    drafts.keep(tx, draft, answers, now=clock.now())
    return _sent_by(tx, clock, service, draft.id, agent)


def _handed_over(
    tx: Transaction, clock: FixedClock, service: Service, seed: int, *, agent: Staff, split: Random
) -> Submission:
    """Page by page, now the resident and now the agent, always through the database and the code of the moment."""
    draft: Draft = drafts.start(tx, service, language="sv", channel=Channel.WEB, now=clock.now())
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, now=clock.now())
    actor = Actor(ActorKind.STAFF, Channel.PHONE, agent.id)
    walker = Walker(service, seed, clock.today())
    web, phone = origins(Channel.WEB, clock.now()), origins(Channel.PHONE, clock.now(), agent.id)
    with_agent = False
    while True:
        draft = drafts.lock(tx, draft.id)
        here = walk(service, draft.answers)
        if here.first_open is None and here.stop is None:
            break
        if split.random() < 0.4:
            if with_agent:
                draft = drafts.hand_over(tx, draft, clock.now())
            else:
                opened = calls.open_draft(tx, call, draft.code, actor=actor, now=clock.now())
                assert opened is not None
                draft = opened
            with_agent = not with_agent
        answers = walker.fill_page(here, (phone if with_agent else web)())
        draft = drafts.keep(tx, draft, answers, now=clock.now())
    return _sent_by(tx, clock, service, draft.id, agent if with_agent else None)


def _sent_by(tx: Transaction, clock: FixedClock, service: Service, draft_id: str, agent: Staff | None) -> Submission:
    if agent is None:
        return submit(tx, draft_id, HandedIn.on_the_web(at=clock.now(), declared=_all(service)), clock)
    draft = drafts.lock(tx, draft_id)
    told = assisted.handed_in(draft, agent, now=clock.now(), channel=Channel.PHONE, declared=_all(service))
    return submit(tx, draft_id, told, clock)


def _all(service: Service) -> tuple[str, ...]:
    return tuple(declaration.id for declaration in service.declarations)


def _content(receipt: Receipt) -> Receipt:
    """What the receipt says, but for whose it is and the way it came."""
    unnamed = replace(receipt, submission_id="", case_id="", party_id="", number="", code="", word="")
    return replace(unnamed, channel=Channel.WEB, language="")
