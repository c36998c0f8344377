"""Clocks act by themselves: once, in time, and also after a standstill; what they propose, a person does."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from eservices import deliveries, journal
from eservices.calendars import FixedClock, OpeningHours
from eservices.cases import acts, asking, deciding, delays, enquiries, proposals, store, ticking
from eservices.cases.asking import Said
from eservices.cases.enquiries import Consequence, Enquiry, EnquiryKind, EnquiryState
from eservices.cases.model import Case, ClockKind, NotAllowed, Outcome, Status
from eservices.cases.proposals import Proposed
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting
from tests.build.service import a_service

HOURS = OpeningHours.read({"mon-thu": "8.00-16.30", "fri": "8.00-15.00"})
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ORDER = Said("Vi behöver en ritning", ("Skicka en ritning.",), ("Vi har inte fått ritningen.",))


@pytest.fixture
def officer(tx: Transaction, clock: FixedClock) -> Actor:
    return acting(a_member_of_staff(tx, clock))


def at(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=STOCKHOLM)


def work(tx: Transaction, clock: FixedClock) -> int:
    """The worker comes by."""
    return sum(
        ticking.tick(tx, clock_id, case_id, now=clock.now(), hours=HOURS)
        for clock_id, case_id in ticking.due_clocks(tx, clock.now())
    )


def now_of(tx: Transaction, case: Case) -> Case:
    found = store.by_id(tx, case.id)
    assert found is not None
    return found


def kinds(tx: Transaction, case: Case) -> list[str]:
    return [entry.kind for entry in journal.of_case(tx, case.id, case.key)]


def proposed(tx: Transaction, case: Case) -> list[Proposed]:
    return [one.kind for one in proposals.open_ones(tx, case)]


def ordered(
    tx: Transaction,
    clock: FixedClock,
    case: Case,
    officer: Actor,
    *,
    consequence: Consequence = Consequence.DECIDE_ANYWAY,
) -> Enquiry:
    return asking.ask_for_supplement(
        tx, case.id, actor=officer, expected=case.row_version, now=clock.now(), hours=HOURS, asked=a_service(),
        items=["Ritning"], consequence=consequence, last_day=dt.date(2026, 12, 8), said=ORDER,
    )  # fmt: skip


def test_a_case_that_nobody_has_registered_is_registered_before_the_day_is_over(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    clock.set(at("2026-11-25T15:00"))
    assert work(tx, clock) == 0

    clock.set(at("2026-11-25T23:00"))
    assert work(tx, clock) == 1

    after = now_of(tx, case)
    assert after.status == Status.REGISTERED
    assert kinds(tx, case)[-1] == "registered"
    assert work(tx, clock) == 0


def test_a_supplement_is_reminded_of_once_and_then_comes_back_with_a_proposal(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = acts.claim(tx, a_case(tx, clock).id, actor=officer, expected=1, now=clock.now())
    ordered(tx, clock, case, officer)
    assert now_of(tx, case).status == Status.AWAITING_SUPPLEMENT

    clock.set(at("2026-12-01T18:00"))
    assert work(tx, clock) == 0, "nobody is reminded while nobody answers the phone"
    clock.set(at("2026-12-02T08:00"))
    assert work(tx, clock) == 1
    assert work(tx, clock) == 0
    sent = [message.body for message in store.messages_of(tx, case)]
    assert sent == ["Skicka en ritning.", "Vi har inte fått ritningen."]

    clock.set(at("2026-12-09T16:30"))
    assert work(tx, clock) == 0, "a message on the answering machine of the last evening is still in time"
    clock.set(at("2026-12-09T16:30:01"))
    assert work(tx, clock) == 1

    after = now_of(tx, case)
    assert (after.status, after.officer_id) == (Status.UNDER_REVIEW, officer.staff_id)
    assert proposed(tx, after) == [Proposed.DECIDE_ANYWAY]
    assert enquiries.of_case(tx, after)[0].state is EnquiryState.TIMED_OUT
    assert store.decisions_of(tx, after) == [], "a clock refuses nobody"


def test_after_a_standstill_it_comes_back_without_a_late_reminder(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    ordered(tx, clock, case, officer, consequence=Consequence.DISMISS)

    clock.set(at("2027-01-20T12:00"))
    work(tx, clock)
    work(tx, clock)

    after = now_of(tx, case)
    assert [message.body for message in store.messages_of(tx, case)] == ["Skicka en ritning."]
    assert Proposed.DISMISS in proposed(tx, after)
    assert kinds(tx, case).count("enquiry_timed_out") == 1


def test_what_the_resident_says_brings_the_case_back_and_an_answer_settles_the_order(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock)
    order = ordered(tx, clock, case, officer)
    clock.set(at("2026-12-03T09:00"))

    acts.receive_message(tx, case.id, actor=Actor.resident(), now=clock.now(), body="Får jag en vecka till?")
    back = now_of(tx, case)
    assert back.status == Status.SUPPLEMENT_RECEIVED
    assert enquiries.get(tx, back, order.id).is_open

    longer = asking.give_longer(
        tx, case.id, order.id, actor=officer, expected=back.row_version, now=clock.now(),
        last_day=dt.date(2026, 12, 15), hours=HOURS,
    )  # fmt: skip
    clock.set(at("2026-12-10T09:00"))
    work(tx, clock)
    assert enquiries.get(tx, longer, order.id).is_open

    after = asking.answered(tx, store.lock(tx, case.id), order, actor=Actor.resident(), now=clock.now(), answer="Här.")
    assert enquiries.get(tx, after, order.id).state is EnquiryState.ANSWERED
    clock.set(at("2026-12-28T09:00"))
    work(tx, clock)
    assert "enquiry_timed_out" not in kinds(tx, case)


def test_a_last_day_is_never_brought_forward(tx: Transaction, clock: FixedClock, officer: Actor):
    case = a_case(tx, clock)
    order = ordered(tx, clock, case, officer)

    with pytest.raises(NotAllowed):
        asking.give_longer(
            tx, case.id, order.id, actor=officer, expected=now_of(tx, case).row_version, now=clock.now(),
            last_day=dt.date(2026, 12, 1), hours=HOURS,
        )  # fmt: skip


def test_a_delay_notice_lies_ready_when_the_promise_has_been_passed_and_is_the_officers_to_send(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = acts.claim(tx, a_case(tx, clock).id, actor=officer, expected=1, now=clock.now())
    clock.set(at("2026-12-08T23:59:59"))
    work(tx, clock)
    assert proposed(tx, case) == []

    clock.set(at("2026-12-09T00:00:01"))
    work(tx, clock)
    assert proposed(tx, case) == [Proposed.DELAY_NOTICE]
    assert "delay_notice" not in {d.kind for d in deliveries.of_case(tx, case.id)}, "nothing has been sent yet"

    after = delays.tell_of_delay(
        tx, case.id, actor=officer, expected=now_of(tx, case).row_version, now=clock.now(),
        subject="Det tar längre tid", body="Vi väntar på ett besked från grannen.", on=dt.date(2027, 1, 15),
    )  # fmt: skip
    assert proposed(tx, after) == []
    assert after.forecast_on == dt.date(2027, 1, 15)
    assert "delay_notice" in {d.kind for d in deliveries.of_case(tx, case.id)}
    promised = delays.promise_of(tx, after)
    assert promised is not None
    assert promised.due_at == at("2026-12-08T23:59:59"), "what was promised stays what was promised"


def test_a_forecast_beyond_the_promise_lays_the_notice_ready_at_once(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock)

    after = delays.set_forecast(tx, case.id, actor=officer, expected=1, now=clock.now(), on=dt.date(2026, 12, 8))
    assert proposed(tx, after) == []
    delays.set_forecast(
        tx, case.id, actor=officer, expected=after.row_version, now=clock.now(), on=dt.date(2026, 12, 9)
    )

    assert proposed(tx, after) == [Proposed.DELAY_NOTICE]


def test_after_six_months_a_party_may_ask_for_a_decision_once_and_four_weeks_run(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = acts.claim(tx, a_case(tx, clock).id, actor=officer, expected=1, now=clock.now())
    party = store.parties_of(tx, case)[0].id
    clock.set(at("2027-05-24T23:59:59"))
    with pytest.raises(NotAllowed):
        ask(tx, clock, case, party)

    clock.set(at("2027-05-25T08:00"))
    work(tx, clock)
    assert kinds(tx, case).count("may_ask_for_decision") == 1
    asked = ask(tx, clock, case, party)

    running = {one.kind: one for one in store.clocks_of(tx, asked)}
    assert running[ClockKind.DELAY_REQUEST].due_at == at("2027-06-22T23:59:59")
    assert Proposed.ANSWER_REQUEST in proposed(tx, asked)
    with pytest.raises(NotAllowed):
        ask(tx, clock, case, party)
    decided = deciding.decide(
        tx, case.id, actor=officer, expected=asked.row_version, now=clock.now(), outcome=Outcome.GRANTED,
        reasons="Du får ett plank.", law="",
    )  # fmt: skip
    assert {one.kind: one.met_at for one in store.clocks_of(tx, decided)}[ClockKind.DELAY_REQUEST] is not None
    assert proposed(tx, decided) == []


def ask(tx: Transaction, clock: FixedClock, case: Case, party: str) -> Case:
    return delays.ask_for_decision(
        tx, case.id, party_id=party, actor=Actor.resident(), now=clock.now(), on=clock.today(),
        body="Jag begär att ni avgör mitt ärende.", hours=HOURS,
    )  # fmt: skip


def test_a_hearing_that_nobody_answers_and_a_late_referral_come_back_too(
    tx: Transaction, clock: FixedClock, officer: Actor
):
    case = a_case(tx, clock)
    asking.ask_for_opinion(
        tx, case.id, actor=officer, expected=1, now=clock.now(), hours=HOURS, last_day=dt.date(2026, 12, 8),
        said=Said("Innan vi beslutar", ("Läs.",), ("Kom ihåg.",)),
    )  # fmt: skip
    asking.refer(
        tx, case.id, actor=officer, expected=now_of(tx, case).row_version, now=clock.now(), hours=HOURS,
        last_day=dt.date(2026, 12, 15), to="Gatuenheten", question="Får planket stå där?", unit="gata",
    )  # fmt: skip
    assert now_of(tx, case).status == Status.REFERRED

    clock.set(at("2026-12-16T17:00"))
    work(tx, clock)

    assert {Proposed.READ_OPINION, Proposed.GO_ON_WITHOUT_REFERRAL} <= set(proposed(tx, case))
    assert now_of(tx, case).status == Status.UNDER_REVIEW
    assert enquiries.open_one(tx, case, EnquiryKind.HEARING) is None
