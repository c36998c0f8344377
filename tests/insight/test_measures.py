"""What the figures are made of is what happened to the cases, on both engines, and nothing that tells whose they are."""

import datetime as dt

import pytest
from sqlalchemy import insert, update

from eservices.calendars import FixedClock
from eservices.cases import acts, deciding
from eservices.cases.model import Case, Outcome
from eservices.contact_centre.tables import telephone_days
from eservices.deliveries import deliveries
from eservices.identity.people import Actor
from eservices.insight import measures
from eservices.insight.measures import CaseTimes, Measure
from eservices.insight.periods import Period
from eservices.intake.submit import submit
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Assisted, HandedIn, ReceiptBy
from eservices.values import Channel, IdentityBasis
from tests.build.drafts import STREET, a_case, a_complete_draft, a_draft, a_member_of_staff, acting

DAY = dt.timedelta(days=1)
NOW = Period(2026, 4)


def the_times(tx: Transaction, clock: FixedClock) -> CaseTimes:
    (found,) = measures.times(tx, NOW, now=clock.now())
    return found


def decided(tx: Transaction, clock: FixedClock, case: Case, officer: Actor) -> Case:
    return deciding.decide(
        tx,
        case.id,
        actor=officer,
        expected=case.row_version,
        now=clock.now(),
        outcome=Outcome.GRANTED,
        reasons="Det finns plats.",
        law="",
        subject="Beslut",
        letter=["Du får en plats."],
    )


def test_a_case_that_nobody_has_settled_waits_still(tx: Transaction, clock: FixedClock):
    a_case(tx, clock)
    clock.move(3 * DAY)

    found = the_times(tx, clock)

    assert (found.channel, found.outcome) == (Channel.WEB, None)
    assert found.waits[Measure.RECEIPT].over, "it stands on the page"
    assert found.waits[Measure.RECEIPT].time < 0.01
    assert not found.waits[Measure.SETTLED].over
    assert round(found.waits[Measure.SETTLED].time) == 3


def test_a_decision_ends_the_wait_for_it_and_the_news_of_it_the_wait_to_know(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    officer = acting(a_member_of_staff(tx, clock))
    clock.move(2 * DAY)
    case = acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())
    clock.move(5 * DAY)
    decided(tx, clock, case, officer)
    clock.move(4 * DAY)

    before = the_times(tx, clock)
    tx.execute(update(deliveries).where(deliveries.c.kind == "decision").values(reached_at=clock.now() - DAY))
    after = the_times(tx, clock)

    assert before.waits[Measure.SETTLED].over
    assert round(before.waits[Measure.SETTLED].time) == 7
    assert not before.waits[Measure.INFORMED].over
    assert round(after.waits[Measure.INFORMED].time) == 10
    assert after.outcome == "granted"
    assert {phase: round(days) for phase, days in after.phases.items()} == {"submitted": 2, "registered": 5}


def test_the_time_begins_when_the_resident_first_tried(tx: Transaction, clock: FixedClock):
    draft = a_complete_draft(tx, clock)
    clock.move(2 * DAY)
    submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    assert round(the_times(tx, clock).waits[Measure.SETTLED].time) == 2


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.PHONE, Channel.COUNTER])
def test_the_clock_is_the_same_in_every_channel(tx: Transaction, clock: FixedClock, channel: Channel):
    """Ten minutes from the first question to the receipt, on the page or read out, are ten minutes for everybody."""
    draft = a_complete_draft(tx, clock, channel=channel)
    clock.move(dt.timedelta(minutes=10))
    handed_in = HandedIn.on_the_web(at=clock.now())
    if channel is not Channel.WEB:
        agent = a_member_of_staff(tx, clock, "Kim Kundcenter")
        call = Assisted(identity=IdentityBasis.STATED, receipt_by=ReceiptBy.PHONE)
        handed_in = HandedIn.assisted(
            call, channel=channel, language="sv", at=clock.now(), on=clock.today(), entered_by=agent.id
        )
    submit(tx, draft.id, handed_in, clock)

    waits = the_times(tx, clock).waits

    assert [round(waits[one].time * 24 * 60, 3) for one in (Measure.RECEIPT, Measure.FIRST_CONTACT)] == [10, 10]
    assert all(waits[one].over for one in (Measure.RECEIPT, Measure.FIRST_CONTACT))


def test_a_case_taken_back_is_neither_slow_nor_quick(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    officer = acting(a_member_of_staff(tx, clock))
    clock.move(DAY)
    case = acts.withdraw(tx, case.id, actor=Actor.resident(Channel.WEB), now=clock.now())
    clock.move(9 * DAY)
    acts.close(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())

    wait = the_times(tx, clock).waits[Measure.SETTLED]

    assert not wait.over
    assert round(wait.time) == 1


def test_a_receipt_by_letter_has_got_through_when_the_letter_was_posted(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock, "Kim Kundcenter")
    call = Assisted(identity=IdentityBasis.STATED, receipt_by=ReceiptBy.LETTER)
    handed_in = HandedIn.assisted(
        call, channel=Channel.PHONE, language="sv", at=clock.now(), on=clock.today(), entered_by=agent.id
    )
    a_case(tx, clock, handed_in=handed_in, changes={"contact": "letter", "address": STREET}, channel=Channel.PHONE)
    clock.move(2 * DAY)
    before = the_times(tx, clock).waits[Measure.RECEIPT]
    tx.execute(update(deliveries).values(reached_at=clock.now()))
    clock.move(DAY)
    after = the_times(tx, clock).waits[Measure.RECEIPT]

    assert (before.over, round(before.time)) == (False, 2)
    assert (after.over, round(after.time)) == (True, 2)


def test_only_what_came_in_during_the_period_and_to_the_units_is_counted(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)

    assert measures.times(tx, Period(2026, 3), now=clock.now()) == []
    assert measures.times(tx, Period(2026), now=clock.now()) != []
    assert measures.times(tx, NOW, now=clock.now(), units=["another"]) == []
    assert measures.times(tx, NOW, now=clock.now(), units=[case.unit]) != []
    assert measures.times(tx, NOW, now=clock.now(), service="another") == []


def test_a_try_that_ended_is_counted_and_one_that_is_open_or_for_practice_is_not(tx: Transaction, clock: FixedClock):
    a_case(tx, clock)
    a_draft(tx, clock, first_step="one")
    practice = a_draft(tx, clock, first_step="one", practice=True)
    left = a_draft(tx, clock, first_step="one")
    keyed_in = a_draft(tx, clock, first_step="one", channel=Channel.PAPER)
    for draft in (practice, left, keyed_in):
        drafts.cancel(tx, draft, clock.now())

    found = measures.fillings(tx, NOW)

    assert sorted(filling.sent for filling in found) == [False, True]
    assert next(filling for filling in found if not filling.sent).seen == ("one",)


def test_the_telephones_figures_are_added_up_over_the_days(tx: Transaction):
    for day, offered in ((3, 100), (4, 50)):
        tx.execute(
            insert(telephone_days).values(
                day=dt.date(2026, 11, day),
                queue="kundcenter",
                offered=offered,
                answered=offered - 10,
                abandoned=10,
                waited_seconds=60 * (offered - 10),
            )
        )

    found = measures.telephone(tx, NOW)

    assert found is not None
    assert (found.offered, found.answered, found.abandoned, found.mean_wait) == (150, 130, 20, 60)
    assert measures.telephone(tx, Period(2026, 1)) is None
