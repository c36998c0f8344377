"""The law as a table: what happened on which day, and the last day or the moment that follows, with its paragraph.

A lawyer should be able to read each row aloud. Days are Swedish; a row ends with what the row shows.
"""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from eservices.calendars import OpeningHours, day_of, next_closing
from eservices.cases import clocks
from eservices.cases.clocks import ClockAct
from eservices.cases.model import CaseClock, ClockKind
from eservices.definitions.model import Span

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HOURS = OpeningHours.read({"mon-thu": "8.00-16.30", "fri": "8.00-15.00"})

FL, KL, PRIVATE = "forvaltningslag", "kommunallag", "private_law"

REGISTER, SIX, REQUEST = ClockKind.REGISTER, ClockKind.SIX_MONTHS, ClockKind.DELAY_REQUEST
SUPPLEMENT, HEARING, REFERRAL = ClockKind.SUPPLEMENT, ClockKind.HEARING, ClockKind.REFERRAL
APPEAL, PROMISED, BY_LAW = ClockKind.APPEAL, ClockKind.PROMISED, ClockKind.BY_LAW

#: clock, regime, the day it starts, its time where the service says it, the last day, paragraph, what the row shows
LAST_DAYS = [
    # OSL 5:1: registered without delay, by practice the next working day.
    (REGISTER, FL, "2026-11-24", "", "2026-11-25", "OSL 5:1", "Tuesday to Wednesday"),
    (REGISTER, FL, "2026-11-27", "", "2026-11-30", "OSL 5:1", "Friday to Monday"),
    (REGISTER, FL, "2026-11-28", "", "2026-11-30", "OSL 5:1", "Saturday to Monday"),
    (REGISTER, FL, "2026-12-23", "", "2026-12-28", "OSL 5:1", "the eve, Christmas Day, Boxing Day, Sunday"),
    (REGISTER, FL, "2026-12-30", "", "2027-01-04", "OSL 5:1", "across the year's end"),
    (REGISTER, KL, "2027-01-05", "", "2027-01-07", "OSL 5:1", "Epiphany is no working day"),
    (REGISTER, PRIVATE, "2026-04-02", "", "2026-04-07", "OSL 5:1", "Maundy Thursday to the day after Easter Monday"),
    (REGISTER, FL, "2026-06-18", "", "2026-06-22", "OSL 5:1", "Midsummer Eve is treated as a holiday"),
    (REGISTER, FL, "2026-04-30", "", "2026-05-04", "OSL 5:1", "1 May and the weekend"),
    (REGISTER, FL, "2026-05-13", "", "2026-05-15", "OSL 5:1", "Ascension Day"),
    (REGISTER, FL, "2025-06-05", "", "2025-06-09", "OSL 5:1", "the National Day is a Friday"),
    (REGISTER, FL, "2026-10-30", "", "2026-11-02", "OSL 5:1", "All Saints' Day is a Saturday"),
    # FL 12 §: six months, then the right. The right is not put off by a weekend.
    (SIX, FL, "2026-05-23", "", "2026-11-23", "FL 12 §", "the day of the same number"),
    (SIX, FL, "2026-08-31", "", "2027-02-28", "FL 12 §; 1930:173 1 §", "February has no 31st"),
    (SIX, FL, "2027-08-31", "", "2028-02-29", "FL 12 §; 1930:173 1 §", "nor in a leap year, which has a 29th"),
    (SIX, FL, "2027-08-29", "", "2028-02-29", "FL 12 §", "the leap day itself"),
    (SIX, FL, "2028-02-29", "", "2028-08-29", "FL 12 §", "from the leap day"),
    (SIX, FL, "2026-06-25", "", "2026-12-25", "FL 12 §", "Christmas Day does not put off a right"),
    (SIX, FL, "2026-07-01", "", "2027-01-01", "FL 12 §", "nor New Year's Day"),
    (SIX, FL, "2026-10-25", "", "2027-04-25", "FL 12 §", "from the day the clocks go back"),
    (SIX, FL, "2026-03-29", "", "2026-09-29", "FL 12 §", "from the day the clocks go forward"),
    (SIX, FL, "2026-11-28", "", "2027-05-28", "FL 12 §", "received on a Saturday"),
    # FL 12 §: the authority's four weeks from a written request.
    (REQUEST, FL, "2026-11-24", "", "2026-12-22", "FL 12 §", "same day of the week four weeks on"),
    (REQUEST, FL, "2026-11-26", "", "2026-12-28", "FL 12 §; 1930:173 2 §", "Christmas Eve, then a long weekend"),
    (REQUEST, FL, "2026-12-03", "", "2027-01-04", "FL 12 §; 1930:173 2 §", "New Year's Eve"),
    (REQUEST, FL, "2026-12-09", "", "2027-01-07", "FL 12 §; 1930:173 2 §", "Epiphany"),
    (REQUEST, FL, "2026-05-22", "", "2026-06-22", "FL 12 §; 1930:173 2 §", "Midsummer Eve"),
    (REQUEST, FL, "2026-03-06", "", "2026-04-07", "FL 12 §; 1930:173 2 §", "Good Friday to after Easter"),
    (REQUEST, FL, "2026-03-09", "", "2026-04-07", "FL 12 §; 1930:173 2 §", "Easter Monday"),
    (REQUEST, FL, "2028-02-01", "", "2028-02-29", "FL 12 §", "ends on the leap day"),
    (REQUEST, FL, "2026-10-02", "", "2026-10-30", "FL 12 §", "over the change to winter time"),
    (REQUEST, FL, "2026-10-03", "", "2026-11-02", "FL 12 §; 1930:173 2 §", "All Saints' Day"),
    # FL 20 §: what the resident is asked to complete.
    (SUPPLEMENT, FL, "2026-11-24", "", "2026-12-08", "FL 20 §", "fourteen days"),
    (SUPPLEMENT, FL, "2026-12-10", "", "2026-12-28", "FL 20 §; 1930:173 2 §", "Christmas Eve"),
    (SUPPLEMENT, FL, "2026-12-12", "", "2026-12-28", "FL 20 §; 1930:173 2 §", "Boxing Day"),
    (SUPPLEMENT, FL, "2026-12-17", "", "2027-01-04", "FL 20 §; 1930:173 2 §", "New Year's Eve"),
    (SUPPLEMENT, FL, "2026-03-20", "", "2026-04-07", "FL 20 §; 1930:173 2 §", "Good Friday"),
    (SUPPLEMENT, FL, "2026-06-05", "", "2026-06-22", "FL 20 §; 1930:173 2 §", "Midsummer Eve"),
    (SUPPLEMENT, FL, "2026-06-06", "", "2026-06-22", "FL 20 §; 1930:173 2 §", "Midsummer Day"),
    (SUPPLEMENT, FL, "2027-04-22", "", "2027-05-07", "FL 20 §; 1930:173 2 §", "Ascension Day 2027"),
    (SUPPLEMENT, FL, "2028-02-15", "", "2028-02-29", "FL 20 §", "leap day"),
    (SUPPLEMENT, FL, "2026-10-12", "", "2026-10-26", "FL 20 §", "over the change to winter time"),
    (SUPPLEMENT, FL, "2026-03-23", "", "2026-04-07", "FL 20 §; 1930:173 2 §", "summer time and Easter Monday"),
    (SUPPLEMENT, KL, "2026-12-10", "", "2026-12-28", "promise", "a promise keeps to the same days"),
    (SUPPLEMENT, PRIVATE, "2026-11-24", "", "2026-12-08", "promise", "and so does a company"),
    (SUPPLEMENT, FL, "2026-11-24", "30 days", "2026-12-28", "FL 20 §; 1930:173 2 §", "longer, when the officer says so"),
    (SUPPLEMENT, FL, "2026-11-20", "7 days", "2026-11-27", "FL 20 §", "shorter, when the officer says so"),
    # FL 25 §: an opinion before a decision.
    (HEARING, FL, "2026-11-24", "", "2026-12-08", "FL 25 §", "fourteen days"),
    (HEARING, FL, "2026-12-11", "", "2026-12-28", "FL 25 §; 1930:173 2 §", "Christmas Day"),
    (HEARING, FL, "2026-04-17", "", "2026-05-04", "FL 25 §; 1930:173 2 §", "1 May"),
    (HEARING, FL, "2026-05-23", "", "2026-06-08", "FL 25 §; 1930:173 2 §", "National Day on a Saturday"),
    (HEARING, KL, "2026-11-24", "", "2026-12-08", "promise", "no law, the same time"),
    # FL 26 §: a referral.
    (REFERRAL, FL, "2026-11-24", "", "2026-12-15", "FL 26 §", "three weeks"),
    (REFERRAL, FL, "2026-12-03", "", "2026-12-28", "FL 26 §; 1930:173 2 §", "Christmas Eve"),
    (REFERRAL, FL, "2026-11-24", "10 working_days", "2026-12-08", "FL 26 §", "working days when said so"),
    # FL 44 §: an appeal, from the day the party got the decision.
    (APPEAL, FL, "2026-11-24", "", "2026-12-15", "FL 44 §", "three weeks"),
    (APPEAL, FL, "2026-12-03", "", "2026-12-28", "FL 44 §; 1930:173 2 §", "Christmas Eve"),
    (APPEAL, FL, "2026-12-04", "", "2026-12-28", "FL 44 §; 1930:173 2 §", "Christmas Day"),
    (APPEAL, FL, "2026-12-10", "", "2027-01-04", "FL 44 §; 1930:173 2 §", "New Year's Eve"),
    (APPEAL, FL, "2026-12-16", "", "2027-01-07", "FL 44 §; 1930:173 2 §", "Epiphany"),
    (APPEAL, FL, "2026-03-13", "", "2026-04-07", "FL 44 §; 1930:173 2 §", "Good Friday"),
    (APPEAL, FL, "2026-03-16", "", "2026-04-07", "FL 44 §; 1930:173 2 §", "Easter Monday"),
    (APPEAL, FL, "2026-05-29", "", "2026-06-22", "FL 44 §; 1930:173 2 §", "Midsummer Eve"),
    (APPEAL, FL, "2026-04-23", "", "2026-05-15", "FL 44 §; 1930:173 2 §", "Ascension Day"),
    (APPEAL, FL, "2028-02-08", "", "2028-02-29", "FL 44 §", "leap day"),
    (APPEAL, FL, "2026-11-28", "", "2026-12-21", "FL 44 §; 1930:173 2 §", "a Saturday ends on a Monday"),
    (APPEAL, FL, "2026-10-10", "", "2026-11-02", "FL 44 §; 1930:173 2 §", "All Saints' Day"),
    (APPEAL, FL, "2026-10-05", "", "2026-10-26", "FL 44 §", "the day after the clocks went back"),
    (APPEAL, KL, "2026-11-24", "", "2026-12-15", "KL 13:5", "from the announcement on the notice board"),
    (APPEAL, KL, "2026-12-03", "", "2026-12-28", "KL 13:5; 1930:173 2 §", "Christmas Eve"),
    # The municipality's promise in the service.
    (PROMISED, FL, "2026-11-24", "10 working_days", "2026-12-08", "promise", "ten working days"),
    (PROMISED, FL, "2026-12-18", "5 working_days", "2026-12-29", "promise", "only working days count"),
    (PROMISED, FL, "2026-04-02", "1 working_days", "2026-04-07", "promise", "Easter"),
    (PROMISED, KL, "2026-06-17", "3 working_days", "2026-06-23", "promise", "Midsummer"),
    (PROMISED, PRIVATE, "2026-11-24", "6 weeks", "2027-01-05", "promise", "weeks over the year's end"),
    (PROMISED, FL, "2026-11-24", "30 days", "2026-12-28", "promise", "moves from Christmas Eve"),
    (PROMISED, FL, "2026-10-31", "4 months", "2027-03-01", "promise", "28 February is a Sunday"),
    # A time that the service's own law sets.
    (BY_LAW, FL, "2026-04-30", "4 months", "2026-08-31", "law; 1930:173 2 §", "30 August is a Sunday: skollagen 8:14"),
    (BY_LAW, FL, "2026-10-31", "4 months", "2027-03-01", "law; 1930:173 2 §", "no 31st, and 28 February is a Sunday"),
    (BY_LAW, FL, "2026-11-24", "4 months", "2027-03-24", "law", "the day of the same number"),
    (BY_LAW, FL, "2027-10-29", "4 months", "2028-02-29", "law", "leap day"),
]  # fmt: skip


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def at(written: str) -> dt.datetime:
    """A moment in Stockholm."""
    return dt.datetime.fromisoformat(written).replace(tzinfo=STOCKHOLM).astimezone(dt.UTC)


def span(written: str) -> Span | None:
    amount, _, unit = written.partition(" ")
    return Span(int(amount), unit) if written else None


def begun(
    kind: ClockKind, start: str, *, regime: str = FL, length: str = "", hour: str = "10:00", by_law: str = ""
) -> CaseClock:
    clock = clocks.begin(
        kind, regime, at=at(f"{start}T{hour}"), on=day(start), hours=HOURS, span=span(length), by_law=by_law
    )
    assert clock is not None
    return clock


def test_the_table_of_law_is_as_long_as_it_has_to_be():
    assert len(LAST_DAYS) >= 80


@pytest.mark.parametrize("row", LAST_DAYS, ids=lambda row: f"{row[5].partition(';')[0]} {row[2]} {row[6]}")
def test_the_last_day_is_what_the_law_says(row: tuple[ClockKind, str, str, str, str, str, str]):
    kind, regime, start, length, last, paragraph, shows = row

    clock = begun(kind, start, regime=regime, length=length, by_law="law" if kind is BY_LAW else "")

    assert day_of(clock.due_at) == day(last), shows
    assert clock.source == paragraph.partition(";")[0]
    assert clock.due_at == at(f"{last}T23:59:59"), "a day lasts until its last second in Stockholm, summer and winter"


@pytest.mark.parametrize(("kind", "regime"), [(SIX, KL), (SIX, PRIVATE), (REQUEST, KL), (APPEAL, PRIVATE)])
def test_where_the_law_gives_no_right_there_is_no_clock(kind: ClockKind, regime: str):
    assert clocks.begin(kind, regime, at=at("2026-11-24T10:00"), on=day("2026-11-24"), hours=HOURS) is None


@pytest.mark.parametrize("kind", [k for k in ClockKind if k is not PROMISED])
def test_nothing_but_the_promise_may_stand_still(kind: ClockKind):
    assert not clocks.RULES[kind].may_pause


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        ("2026-12-15T23:59:58", False),
        ("2026-12-15T23:59:59", False),
        ("2026-12-16T00:00:00", True),
        ("2026-12-15T16:31:00", False),
    ],
)
def test_the_last_second_of_the_last_day_is_in_time(moment: str, late: bool):
    clock = begun(APPEAL, "2026-11-24")

    assert (clocks.level(clock, at(moment)) == "late") is late


@pytest.mark.parametrize(
    ("last_evening", "closes"),
    [
        ("2026-12-08T23:59:59", "2026-12-09T16:30"),  # Tuesday: Wednesday's closing
        ("2026-12-10T23:59:59", "2026-12-11T15:00"),  # Thursday: Friday closes at three
        ("2026-12-11T23:59:59", "2026-12-14T16:30"),  # Friday: Monday
        ("2026-12-23T23:59:59", "2026-12-28T16:30"),  # over Christmas
        ("2026-12-30T23:59:59", "2027-01-04T16:30"),  # over the year's end
        ("2026-06-18T23:59:59", "2026-06-22T16:30"),  # over Midsummer
        ("2026-04-02T23:59:59", "2026-04-07T16:30"),  # over Easter
    ],
)
def test_a_message_left_on_the_last_evening_is_in_time_for_every_channel(last_evening: str, closes: str):
    assert next_closing(at(last_evening), HOURS) == at(closes)


# ---- Warnings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "level"),
    [(0, ""), (59, ""), (60, "soon"), (61, "soon"), (89, "soon"), (90, "close"), (91, "close"), (100, "close")],
)
def test_warnings_come_at_sixty_and_ninety_per_cent(percent: int, level: str):
    clock = begun(PROMISED, "2026-11-24", length="10 working_days")
    whole = clock.due_at - clock.started_at

    moment = clock.started_at + whole * percent / 100

    assert clocks.share(clock, moment) == percent
    assert clocks.level(clock, moment) == level
    assert clocks.share(clock, moment - dt.timedelta(seconds=1)) == max(0, percent - 1), "begun from below"


def test_a_clock_is_late_a_second_after_its_last_and_not_before():
    clock = begun(PROMISED, "2026-11-24", length="10 working_days")

    assert clocks.level(clock, clock.due_at) == "close"
    assert clocks.level(clock, clock.due_at + dt.timedelta(seconds=1)) == "late"


def test_time_it_stood_still_is_no_time_that_passed():
    clock = begun(PROMISED, "2026-11-24", length="10 days")
    week = dt.timedelta(days=7)
    paused, resumed = clock.started_at + dt.timedelta(days=1), clock.started_at + dt.timedelta(days=1) + week
    stood = replace(
        clock,
        due_at=clocks.longer_by_pause(clock.due_at, paused, resumed),
        pauses=((paused.isoformat(), resumed.isoformat(), "awaiting_supplement"),),
    )

    assert clocks.share(stood, resumed) == clocks.share(clock, paused)
    assert clocks.level(replace(clock, paused_at=paused), resumed) == ""


@pytest.mark.parametrize(
    ("due", "paused", "resumed", "last"),
    [
        ("2026-12-08", "2026-11-24T10:00", "2026-12-01T10:00", "2026-12-15"),  # a week
        ("2026-12-08", "2026-11-24T10:00", "2026-11-24T15:00", "2026-12-08"),  # the same day: nothing
        ("2026-12-08", "2026-11-24T23:59:59", "2026-11-25T00:00:00", "2026-12-09"),  # over midnight: a day
        ("2026-12-08", "2026-11-24T10:00", "2026-12-10T10:00", "2026-12-28"),  # 24 December, then a long weekend
        ("2026-04-10", "2026-03-27T10:00", "2026-03-30T10:00", "2026-04-13"),  # summer time takes no day
        ("2026-11-02", "2026-10-23T10:00", "2026-10-26T10:00", "2026-11-05"),  # winter time gives none
        ("2028-02-25", "2028-02-20T10:00", "2028-02-24T10:00", "2028-02-29"),  # to the leap day
        ("2026-12-29", "2026-12-21T10:00", "2027-01-04T10:00", "2027-01-12"),  # over the year's end
    ],
)
def test_as_many_days_are_given_back_as_it_stood_still(due: str, paused: str, resumed: str, last: str):
    assert day_of(clocks.longer_by_pause(at(f"{due}T23:59:59"), at(paused), at(resumed))) == day(last)


# ---- What the worker does, and when ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "start", "hour", "act", "moment"),
    [
        (SUPPLEMENT, "2026-11-24", "10:00", ClockAct.REMIND, "2026-12-01T16:59:59"),  # after half, rounded to opening
        (SUPPLEMENT, "2026-11-24", "10:00", ClockAct.TIME_OUT, "2026-12-09T16:30:00"),
        (SUPPLEMENT, "2026-12-10", "10:00", ClockAct.TIME_OUT, "2026-12-29T16:30:00"),  # over Christmas
        (HEARING, "2026-11-24", "10:00", ClockAct.TIME_OUT, "2026-12-09T16:30:00"),
        (REFERRAL, "2026-11-24", "10:00", ClockAct.TIME_OUT, "2026-12-15T23:59:59"),
        (SIX, "2026-05-23", "10:00", ClockAct.TELL_OF_RIGHT, "2026-11-23T23:59:59"),
        (REQUEST, "2026-11-24", "10:00", ClockAct.REQUEST_OVERDUE, "2026-12-22T23:59:59"),
        (APPEAL, "2026-11-24", "10:00", ClockAct.BECOME_FINAL, "2026-12-16T16:30:00"),
        (APPEAL, "2026-12-03", "10:00", ClockAct.BECOME_FINAL, "2026-12-29T16:30:00"),
    ],
)
def test_the_worker_acts_when_the_time_comes(kind: ClockKind, start: str, hour: str, act: ClockAct, moment: str):
    clock = begun(kind, start, hour=hour)
    (timed,) = [timed for timed in clocks.RULES[kind].acts if timed.act is act]

    planned = clocks.when(clock, timed, HOURS)

    last_second = dt.timedelta(seconds=1)
    assert planned == (HOURS.next_open(at(moment)) if act is ClockAct.REMIND else at(moment) + last_second)
    assert not [t for t in clocks.due_acts(clock, planned - dt.timedelta(seconds=1), HOURS)[0] if t.act is act]
    assert [t for t in clocks.due_acts(clock, planned, HOURS)[0] if t.act is act]


def test_after_a_standstill_nobody_is_reminded_of_a_time_that_is_over():
    clock = begun(SUPPLEMENT, "2026-11-24")

    to_do, overtaken = clocks.due_acts(clock, clock.due_at + dt.timedelta(days=30), HOURS)

    assert [timed.act for timed in to_do] == [ClockAct.TIME_OUT]
    assert [timed.act for timed in overtaken] == [ClockAct.REMIND]


def test_what_is_done_is_not_planned_again():
    clock = begun(SUPPLEMENT, "2026-11-24")
    reminded = replace(clock, acted=(ClockAct.REMIND.value,))

    assert clocks.next_act(reminded, HOURS) == at("2026-12-09T16:30:01")
    assert clocks.next_act(replace(reminded, met_at=clock.due_at), HOURS) is None
    assert clocks.next_act(replace(clock, paused_at=clock.started_at), HOURS) is None
