"""FL 12 and 43 §§: what must be written and was said is taken down and sent out, and counts on the day it is confirmed."""

import datetime as dt

import pytest

from eservices import deliveries
from eservices.calendars import OFFICE_HOURS, FixedClock
from eservices.cases import appealing, delays, spoken, store
from eservices.cases.asking import Said
from eservices.cases.deciding import Grounds
from eservices.cases.model import Case, ClockKind, DecisionKind, NotAllowed, Outcome, Status
from eservices.cases.spoken import Confirmed, SpokenAct, SpokenKind
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.values import Channel
from tests.build.drafts import STREET, a_case, a_member_of_staff, acting
from tests.cases.test_deciding import decided, kinds, reached

LETTER = Said("Bekräfta ditt överklagande", ("Så här skrev vi ner det.",), ())
WORDS = "Jag vill att beslutet ändras."


@pytest.fixture
def agent(tx: Transaction, clock: FixedClock) -> Actor:
    return acting(a_member_of_staff(tx, clock), Channel.PHONE)


@pytest.fixture
def refused(tx: Transaction, clock: FixedClock, agent: Actor) -> Case:
    case = a_case(tx, clock)
    decided(tx, clock, case, agent)
    reached(tx, case, clock.now())
    return store.lock(tx, case.id)


def said(
    tx: Transaction, clock: FixedClock, case: Case, agent: Actor, kind: SpokenKind = SpokenKind.APPEAL
) -> SpokenAct:
    return spoken.take_down(
        tx, case.id, party_id=store.parties_of(tx, case)[0].id, kind=kind, body=WORDS, said=LETTER, actor=agent,
        now=clock.now(),
    )  # fmt: skip


def confirmed(tx: Transaction, clock: FixedClock, case: Case, act: SpokenAct, on: dt.date | None = None) -> SpokenAct:
    return spoken.confirm(
        tx, case.id, act.id, how=Confirmed.CODE, on=on or clock.today(), actor=Actor.resident(), now=clock.now(),
        hours=OFFICE_HOURS,
    )  # fmt: skip


def test_an_appeal_by_telephone_is_no_appeal_until_it_is_confirmed_in_writing(
    tx: Transaction, clock: FixedClock, agent: Actor, refused: Case
):
    act = said(tx, clock, refused, agent)

    assert appealing.of_case(tx, refused) == []
    assert store.lock(tx, refused.id).status == Status.DECIDED
    assert act.last_day == dt.date(2026, 12, 15), "the last day to appeal is told with it"

    clock.move(dt.timedelta(days=3))
    done = confirmed(tx, clock, refused, act)

    (appeal,) = appealing.of_case(tx, refused)
    assert (appeal.received_on, appeal.body, appeal.in_time) == (clock.today(), WORDS, True)
    assert (done.appeal_id, done.said_at.date(), done.confirmed_on) == (
        appeal.id, dt.date(2026, 11, 24), dt.date(2026, 11, 27),
    )  # fmt: skip
    assert store.lock(tx, refused.id).status == Status.APPEALED
    assert [one for one in kinds(tx, refused) if one in {"taken_down", "confirmed_in_writing"}] == [
        "taken_down",
        "confirmed_in_writing",
    ]


def test_what_was_said_in_time_and_confirmed_too_late_came_too_late(
    tx: Transaction, clock: FixedClock, agent: Actor, refused: Case
):
    act = said(tx, clock, refused, agent)
    clock.move(dt.timedelta(days=22))

    confirmed(tx, clock, refused, act)

    (appeal,) = appealing.of_case(tx, refused)
    assert appeal.in_time is False, "FL 43 and 45 §§: the written one counts"


def test_a_paper_counts_on_the_day_it_came_and_not_on_the_day_it_was_opened(
    tx: Transaction, clock: FixedClock, agent: Actor, refused: Case
):
    act = said(tx, clock, refused, agent)
    clock.move(dt.timedelta(days=23))
    for never in (dt.date(2026, 11, 23), clock.today() + dt.timedelta(days=1)):
        with pytest.raises(NotAllowed):
            confirmed(tx, clock, refused, act, never)

    confirmed(tx, clock, refused, act, dt.date(2026, 12, 15))

    (appeal,) = appealing.of_case(tx, refused)
    assert appeal.in_time is True


def test_it_is_taken_down_once_and_confirmed_once_and_only_on_somebody_s_word(
    tx: Transaction, clock: FixedClock, agent: Actor, refused: Case
):
    act = said(tx, clock, refused, agent)
    with pytest.raises(NotAllowed):
        said(tx, clock, refused, agent)
    confirmed(tx, clock, refused, act)
    with pytest.raises(NotAllowed):
        confirmed(tx, clock, refused, act)
    with pytest.raises(NotAllowed):
        said(tx, clock, a_case(tx, clock), agent), "nothing is decided that could be appealed"
    with pytest.raises(NotAllowed):
        said(tx, clock, refused, Actor.system())


@pytest.mark.parametrize(("contact", "goes_by"), [("phone", "letter"), ("letter", "letter"), ("email", "email")])
def test_it_goes_out_so_that_it_can_be_read(
    tx: Transaction, clock: FixedClock, agent: Actor, contact: str, goes_by: str
):
    case = a_case(tx, clock, changes={"contact": contact, "address": STREET})
    decided(tx, clock, case, agent)

    said(tx, clock, case, agent)

    assert [one.method for one in deliveries.of_case(tx, case.id) if one.kind == spoken.TO_CONFIRM] == [goes_by]


def test_a_request_for_a_decision_by_telephone_starts_its_four_weeks_when_it_is_confirmed(
    tx: Transaction, clock: FixedClock, agent: Actor
):
    case = a_case(tx, clock)
    with pytest.raises(NotAllowed):
        said(tx, clock, case, agent, SpokenKind.DELAY_REQUEST)
    clock.move(dt.timedelta(days=190))
    act = said(tx, clock, case, agent, SpokenKind.DELAY_REQUEST)
    assert ClockKind.DELAY_REQUEST not in {one.kind for one in store.clocks_of(tx, case)}
    clock.move(dt.timedelta(days=5))

    confirmed(tx, clock, case, act)

    (runs,) = [one for one in store.clocks_of(tx, case) if one.kind is ClockKind.DELAY_REQUEST]
    assert runs.due_at.date() >= clock.today() + dt.timedelta(weeks=4)


def test_the_request_is_refused_by_a_decision_of_its_own_that_may_be_appealed_and_the_case_goes_on(
    tx: Transaction, clock: FixedClock, agent: Actor
):
    case = a_case(tx, clock)
    with pytest.raises(NotAllowed):
        refused_request(tx, clock, case, agent)
    clock.move(dt.timedelta(days=190))
    confirmed(tx, clock, case, said(tx, clock, case, agent, SpokenKind.DELAY_REQUEST))

    after = refused_request(tx, clock, case, agent)

    (ruling,) = store.decisions_of(tx, case)
    assert (ruling.kind, ruling.outcome) == (DecisionKind.REFUSED_REQUEST, Outcome.REFUSED)
    assert (after.status, after.decided_at) == (case.status, None), "the matter is not decided"
    (runs,) = [one for one in store.clocks_of(tx, case) if one.kind is ClockKind.DELAY_REQUEST]
    assert runs.met_at == clock.now(), "within the four weeks"
    assert [one.id for one in appealing.appealable([ruling])] == [ruling.id]
    assert decided(tx, clock, case, agent).status == Status.DECIDED
    assert [one.kind for one in store.decisions_of(tx, case)] == [
        DecisionKind.REFUSED_REQUEST, DecisionKind.DECISION,
    ], "the first decision in the matter corrects nothing"  # fmt: skip


def refused_request(tx: Transaction, clock: FixedClock, case: Case, officer: Actor) -> Case:
    row_version = store.lock(tx, case.id).row_version
    return delays.refuse_request(
        tx, case.id, actor=officer, expected=row_version, now=clock.now(), reasons="Vi väntar på ett yttrande.",
        law="12 § FL", grounds=Grounds(), hours=OFFICE_HOURS,
    )  # fmt: skip
