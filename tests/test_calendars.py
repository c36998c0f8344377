"""Days, hours and periods as the law counts them."""

import datetime as dt
from dataclasses import dataclass

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import (
    STOCKHOLM,
    FixedClock,
    OpeningHours,
    ShiftedClock,
    add_working_days,
    add_working_hours,
    clock,
    day_of,
    due,
    due_day,
    end_of_day,
    is_working_day,
    next_working_day,
    plain_last_day,
    start_of_day,
    statutory_last_day,
    working_days_between,
)


@dataclass(frozen=True)
class Span:
    amount: int
    unit: str


OFFICE = OpeningHours.read({"mon-thu": "8.00-16.30", "fri": "8-15"})
DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2100, 12, 31))
MOMENTS = st.integers(0, 3_000_000_000).map(lambda s: dt.datetime(2005, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=s))
SPANS = st.builds(Span, st.integers(1, 60), st.sampled_from(["working_days", "days", "weeks", "months", "years"]))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stockholm(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def test_the_holidays_are_those_that_an_independent_almanac_knows():
    years = range(2005, 2101)
    almanac = holidays.SE(categories=("public", "de_facto"), include_sundays=False, years=years)

    every = [dt.date(2005, 1, 1) + dt.timedelta(days=n) for n in range(96 * 365 + 23)]
    weekdays = [d for d in every if d.weekday() < 5]

    assert every[-1] == dt.date(2100, 12, 31)
    assert [d for d in weekdays if not is_working_day(d)] == [d for d in weekdays if d in almanac]


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        # Weekends
        ("2026-11-23", 10, "working_days", "2026-12-07"),
        ("2026-11-20", 1, "working_days", "2026-11-23"),
        ("2026-11-21", 1, "working_days", "2026-11-23"),
        ("2026-11-22", 5, "working_days", "2026-11-27"),
        ("2026-11-21", 0, "working_days", "2026-11-23"),
        # Christmas, New Year and Epiphany
        ("2026-12-23", 1, "working_days", "2026-12-28"),
        ("2026-12-18", 10, "working_days", "2027-01-08"),
        ("2025-12-30", 1, "working_days", "2026-01-02"),
        ("2026-01-02", 2, "working_days", "2026-01-07"),
        # Easter
        ("2026-04-01", 2, "working_days", "2026-04-07"),
        ("2027-03-25", 1, "working_days", "2027-03-30"),
        ("2026-04-02", 10, "working_days", "2026-04-20"),
        # May Day, Ascension Day, Pentecost (Whit Monday is a working day since 2005), National Day
        ("2026-04-30", 1, "working_days", "2026-05-04"),
        ("2026-05-13", 1, "working_days", "2026-05-15"),
        ("2026-05-22", 1, "working_days", "2026-05-25"),
        ("2025-06-05", 1, "working_days", "2025-06-09"),
        # Midsummer Eve is no public holiday, and nobody works; All Saints' Day is a Saturday
        ("2026-06-18", 1, "working_days", "2026-06-22"),
        ("2026-10-30", 1, "working_days", "2026-11-02"),
        # Statutory periods: weeks end on the day of the same name, and move on from a free day
        ("2026-11-23", 3, "weeks", "2026-12-14"),
        ("2026-12-03", 3, "weeks", "2026-12-28"),
        ("2026-12-17", 2, "weeks", "2027-01-04"),
        ("2026-05-29", 3, "weeks", "2026-06-22"),
        ("2026-03-13", 3, "weeks", "2026-04-07"),
        ("2026-11-27", 14, "days", "2026-12-11"),
        ("2026-11-28", 14, "days", "2026-12-14"),
        # Months end on the day of the same number, or the month's last; then on from a free day
        ("2026-01-30", 1, "months", "2026-03-02"),
        ("2026-05-24", 6, "months", "2026-11-24"),
        ("2026-08-31", 6, "months", "2027-03-01"),
        ("2026-06-24", 6, "months", "2026-12-28"),
        ("2027-08-31", 6, "months", "2028-02-29"),
        ("2026-07-06", 6, "months", "2027-01-07"),
        # Years, and the leap day
        ("2024-02-29", 1, "years", "2025-02-28"),
        ("2024-02-29", 4, "years", "2028-02-29"),
        ("2025-06-06", 1, "years", "2026-06-08"),
    ],
)
def test_a_period_ends_on_the_day_the_law_says(start, amount, unit, last):
    assert due_day(Span(amount, unit), day(start)) == day(last)


def test_a_period_that_is_not_a_deadline_ends_where_it_ends():
    assert plain_last_day(day("2026-06-24"), 6, "months") == day("2026-12-24")
    assert statutory_last_day(day("2026-06-24"), 6, "months") == day("2026-12-28")


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-11-23 08:00", 8, "2026-11-23 16:00"),
        ("2026-11-23 15:00", 8, "2026-11-24 14:30"),
        ("2026-11-23 16:30", 1, "2026-11-24 09:00"),
        ("2026-11-27 14:00", 1, "2026-11-27 15:00"),
        ("2026-11-27 14:30", 1, "2026-11-30 08:30"),
        ("2026-11-28 12:00", 8, "2026-11-30 16:00"),
        ("2026-12-23 16:00", 1, "2026-12-28 08:30"),
        ("2026-03-28 03:00", 2, "2026-03-30 10:00"),
        ("2026-10-23 14:30", 8, "2026-10-26 15:30"),
    ],
)
def test_working_hours_count_only_while_the_office_is_open(start, amount, end):
    assert due(Span(amount, "working_hours"), stockholm(start), OFFICE) == stockholm(end)


@pytest.mark.parametrize(
    ("received", "until"),
    [
        # Just before and after midnight in Stockholm, in winter and summer: the day is the municipality's own.
        ("2026-11-23T22:59:59+00:00", "2026-11-24T22:59:59+00:00"),
        ("2026-11-23T23:00:00+00:00", "2026-11-25T22:59:59+00:00"),
        ("2026-07-01T21:59:59+00:00", "2026-07-02T21:59:59+00:00"),
        ("2026-07-01T22:00:00+00:00", "2026-07-03T21:59:59+00:00"),
        # The night the clock goes forward, and the night it goes back.
        ("2026-03-27T12:00:00+00:00", "2026-03-30T21:59:59+00:00"),
        ("2026-10-23T12:00:00+00:00", "2026-10-26T22:59:59+00:00"),
    ],
)
def test_a_day_ends_with_its_last_second_in_stockholm(received, until):
    assert due(Span(1, "working_days"), dt.datetime.fromisoformat(received), OFFICE).isoformat() == until


@given(DAYS, st.integers(1, 40))
def test_adding_working_days_and_counting_them_agree(start, amount):
    last = add_working_days(start, amount)

    assert is_working_day(last)
    assert working_days_between(start, last) == amount
    assert working_days_between(last, start) == -amount


@given(DAYS, SPANS, st.integers(0, 30))
def test_who_comes_later_is_never_due_earlier(start, span, later):
    assert due_day(span, start) <= due_day(span, start + dt.timedelta(days=later))


@given(DAYS, SPANS)
def test_everything_is_due_on_a_working_day_after_it_came(start, span):
    last = due_day(span, start)

    assert last > start
    assert next_working_day(last) == last


@given(MOMENTS, SPANS)
def test_the_hour_of_arrival_does_not_move_the_day(received, span):
    midnight = start_of_day(day_of(received))

    assert due(span, received, OFFICE) == due(span, midnight, OFFICE) == end_of_day(due_day(span, day_of(received)))


@given(MOMENTS, st.integers(1, 40), st.integers(1, 40))
def test_working_hours_add_up(start, first, then):
    whole = add_working_hours(start, first + then, OFFICE)

    assert add_working_hours(add_working_hours(start, first, OFFICE), then, OFFICE) == whole
    assert whole > start


@given(MOMENTS)
def test_the_office_is_open_when_it_opens_next(moment):
    opens = OFFICE.next_open(moment)

    assert OFFICE.is_open(opens)
    assert OFFICE.is_open(moment) == (opens == moment)


def test_a_closed_day_and_a_holiday_are_not_open():
    office = OpeningHours.read({"mon-fri": "8–16.30"}, closed=frozenset({day("2026-11-25")}))

    assert office.next_open(stockholm("2026-11-24 16:30")) == stockholm("2026-11-26 08:00")
    assert office.closes_at(day("2026-12-24")) is None
    assert office.closes_at(day("2026-11-24")) == stockholm("2026-11-24 16:30")


@pytest.mark.parametrize(
    "written", [{}, {"sat": "10-14"}, {"mon": "16-8"}, {"mon": "8"}, {"måndag": "8-16"}, {"mon-fri": "8-25"}]
)
def test_hours_that_cannot_be_are_refused(written):
    with pytest.raises(ValueError, match=r"\w"):
        OpeningHours.read(written)


def test_clocks_say_the_day_in_stockholm():
    late = FixedClock(dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC))

    assert late.today() == day("2026-11-24")
    late.move(-dt.timedelta(hours=1))
    assert late.today() == day("2026-11-23")
    late.set(stockholm("2027-01-01 00:00"))
    assert (late.today(), late.now().tzinfo) == (day("2027-01-01"), dt.UTC)


def test_a_clock_started_elsewhere_runs_on():
    start = stockholm("2026-11-24 10:00")
    shifted = clock(start)

    first, then = shifted.now(), shifted.now()

    assert isinstance(shifted, ShiftedClock)
    assert start <= first <= then
    assert shifted.today() == day("2026-11-24")


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(dt.datetime.fromisoformat("2026-11-24 10:00"))
