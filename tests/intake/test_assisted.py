"""The day that counts for a paper: never later than it came, and as near to it as the law lets it be."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import is_working_day
from eservices.intake.assisted import Arrived, legal_day

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
TAKEN_TO_BE_EARLIER = [Arrived.POST, Arrived.BOX]


@given(day=DAYS, how=st.sampled_from(Arrived))
def test_no_paper_counts_from_a_later_day_than_it_came(day: dt.date, how: Arrived) -> None:
    assert legal_day(how, day) <= day


@given(day=DAYS, how=st.sampled_from(TAKEN_TO_BE_EARLIER))
def test_post_and_the_first_emptying_count_from_the_working_day_before_and_no_earlier(
    day: dt.date, how: Arrived
) -> None:
    counts = legal_day(how, day)

    assert counts < day
    assert is_working_day(counts)
    between = (counts + dt.timedelta(days=n) for n in range(1, (day - counts).days))
    assert not any(is_working_day(one) for one in between)


@given(day=DAYS, how=st.sampled_from([one for one in Arrived if one not in TAKEN_TO_BE_EARLIER]))
def test_what_was_handed_in_counts_from_that_very_day_also_on_a_sunday(day: dt.date, how: Arrived) -> None:
    assert legal_day(how, day) == day


@given(days=st.tuples(DAYS, DAYS), how=st.sampled_from(Arrived))
def test_who_came_first_never_counts_from_later(days: tuple[dt.date, dt.date], how: Arrived) -> None:
    first, second = sorted(days)

    assert legal_day(how, first) <= legal_day(how, second)


@pytest.mark.parametrize(
    ("came", "counts"),
    [
        ("2026-11-25", "2026-11-24"),
        ("2026-11-23", "2026-11-20"),  # a Monday: Friday
        ("2026-12-28", "2026-12-23"),  # after Christmas: the day before Christmas Eve
        ("2026-04-07", "2026-04-02"),  # the day after Easter Monday: Maundy Thursday
    ],
)
def test_post_over_a_holiday(came: str, counts: str) -> None:
    assert legal_day(Arrived.POST, dt.date.fromisoformat(came)).isoformat() == counts
