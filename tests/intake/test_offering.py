"""The life of a service and the period in which it may be sent: the same for every channel."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import STOCKHOLM, FixedClock, OpeningHours
from eservices.definitions.model import Life, Lifecycle, Opening
from eservices.intake import offering
from eservices.intake.hours import OFFICE_HOURS
from eservices.intake.offering import NotOpen
from eservices.intake.submit import submit
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Assisted, HandedIn
from eservices.values import Channel
from tests.build.drafts import a_complete_draft, a_member_of_staff
from tests.build.service import a_service

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
WEEKDAYS_TO_FOUR = OpeningHours.read({"mon-fri": "8-16"})


@given(st.sampled_from(Lifecycle), st.lists(st.none() | DAYS, min_size=4, max_size=4), DAYS, DAYS)
def test_a_service_never_goes_back_in_its_life(
    status: Lifecycle, days: list[dt.date | None], one: dt.date, other: dt.date
):
    service = replace(a_service(), status=status.value, life=Life(*days))
    order = list(Lifecycle)

    earlier, later = (order.index(offering.stage(service, day)) for day in sorted((one, other)))

    assert order.index(status) <= earlier <= later


@given(DAYS)
def test_whoever_leaves_a_message_on_the_last_evening_can_be_rung_back_in_time(last: dt.date):
    closing = offering.closes_at(Opening(None, last), WEEKDAYS_TO_FOUR)

    assert closing is not None
    here = closing.astimezone(STOCKHOLM)
    assert here.date() > last
    assert here.time() == dt.time(16)
    assert offering.why_not_open(Opening(None, last), closing, WEEKDAYS_TO_FOUR) is None


@pytest.mark.parametrize(("lot", "listed"), [(9, True), (10, False)])
def test_a_pilot_is_listed_for_its_share_of_the_visitors_and_begun_by_everybody(lot: int, listed: bool):
    service = replace(a_service(), status="pilot", life=Life(share=10))

    assert offering.is_listed(service, dt.date(2026, 11, 24), lot=lot) is listed
    assert offering.may_begin(service, dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC), OFFICE_HOURS)


def test_what_is_sent_after_the_closing_is_refused_with_the_answers_kept(tx: Transaction, clock: FixedClock):
    service = replace(a_service(), opening=Opening(None, dt.date(2026, 11, 20)))
    draft = a_complete_draft(tx, clock, service)

    with pytest.raises(NotOpen) as late:
        submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock, offered=service)

    assert late.value.closed_at == dt.datetime(2026, 11, 23, 16, tzinfo=STOCKHOLM)
    assert drafts.lock(tx, draft.id).answers == draft.answers
    longer = replace(service, opening=Opening(None, dt.date(2026, 11, 30)))
    assert submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock, offered=longer).case_id


def test_a_paper_is_registered_even_when_it_comes_too_late(tx: Transaction, clock: FixedClock):
    service = replace(a_service(), opening=Opening(None, dt.date(2026, 11, 1)))
    staff = a_member_of_staff(tx, clock)
    draft = a_complete_draft(tx, clock, service, channel=Channel.PAPER, assisted_by=staff.id)
    on_paper = HandedIn.assisted(
        Assisted(), channel=Channel.PAPER, language="sv", at=clock.now(), on=clock.today(), entered_by=staff.id
    )

    assert submit(tx, draft.id, on_paper, clock, offered=service).case_id
