"""Quarters and years, by the Swedish calendar."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.insight.periods import Period, UnknownPeriod


@given(st.dates(dt.date(2001, 1, 1), dt.date(2090, 1, 1)))
def test_every_day_lies_in_the_quarter_around_it_and_quarters_follow_without_a_gap(day: dt.date):
    period = Period.around(day)

    assert period.first_day <= day <= period.last_day
    assert period.after().first_day == period.last_day + dt.timedelta(days=1)
    assert period.after().before() == period
    assert Period.read(str(period)) == period
    assert period in Period(day.year).parts()


def test_a_quarter_ends_at_midnight_in_sweden():
    assert Period(2026, 4).ended_at == dt.datetime(2026, 12, 31, 23, tzinfo=dt.UTC)
    assert Period(2026, 3).began_at == dt.datetime(2026, 6, 30, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize("written", ["", "2026-Q5", "nu", "26", "2026-11", "9" * 40])
def test_what_is_no_period_is_refused(written: str):
    with pytest.raises(UnknownPeriod):
        Period.read(written)
