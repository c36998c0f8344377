"""Days and times as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.language import LANGUAGES, locale, words
from eservices.questions.base import BadSetting
from tests.questions.asking import SV, TODAY, a, codes, value

DATE = a("date", max="2199-12-31")


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("15", "4", "2027"),
        ("15", "04", "2027"),
        ("15", "april", "2027"),
        ("15", "Apr.", " 2027 "),
        ("15:e", "APRIL", "2027"),
        ("15.", "huhtikuuta", "2027"),
        ("15", "huhtikuu", "2027"),
        ("15", "квітня", "2027"),
        ("15", "أبريل", "2027"),
        ("١٥", "٤", "٢٠٢٧"),
        ("１５", "４", "２０２７"),
        ("15 4 2027", "", ""),
        ("2027-04-15", "", ""),
        ("", "20270415", ""),
        ("", "", "15 april 2027"),
        ("15/4-2027", "", ""),
        ("den 15 april 2027", "", ""),
    ],
)
def test_a_day_is_read_the_way_people_write_it(day, month, year):
    assert value(DATE, day=day, month=month, year=year) == "2027-04-15"


@pytest.mark.parametrize(
    ("day", "month", "year", "code"),
    [
        ("15", "", "2027", "date_incomplete-month"),
        ("15", "4", "", "date_incomplete-year"),
        ("15", "", "", "date_incomplete-month"),
        ("imorgon", "", "", "date_incomplete-month"),
        ("31", "4", "2027", "no_such_day-day"),
        ("29", "februari", "2027", "no_such_day-day"),
        ("0", "4", "2027", "no_such_day-day"),
        ("15", "13", "2027", "month_unknown-month"),
        ("15", "vår", "2027", "month_unknown-month"),
        ("15", "4", "27", "year_four_digits-year"),
        ("15 4 27", "", "", "year_four_digits-year"),
        ("15", "4", "'27", "year_four_digits-year"),
        ("15", "4", "0207", "year_unlikely-year"),
        ("15", "4", "nästa år", "not_a_date-year"),
        ("femtonde", "4", "2027", "not_a_date-day"),
        ("²", "4", "2027", "not_a_date-day"),
        ("15", "²", "2027", "month_unknown-month"),
    ],
)
def test_the_box_that_is_wrong_is_pointed_at(day, month, year, code):
    assert codes(DATE, day=day, month=month, year=year) == (code,)


@given(st.dates(dt.date(1850, 1, 1), dt.date(2199, 12, 31)), st.sampled_from(LANGUAGES))
def test_every_day_can_be_written_with_the_months_name_in_every_language(day, tag):
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            month = locale(tag).months[form][width][day.month]
            assert value(DATE, day=str(day.day), month=month, year=str(day.year)) == day.isoformat()


@pytest.mark.parametrize(
    ("limits", "day", "code"),
    [
        ({"min": "today"}, "2026-11-23", "too_early-day"),
        ({"min": "today"}, "2026-11-24", None),
        ({"max": "today"}, "2026-11-25", "too_late-day"),
        ({"min": "today + 14 days"}, "2026-12-07", "too_early-day"),
        ({"min": "today + 14 days"}, "2026-12-08", None),
        ({"max": "today - 18 years"}, "2008-11-25", "too_late-day"),
        ({"max": "today - 18 years"}, "2008-11-24", None),
        ({"min": "today + 3 months", "max": "2027-06-30"}, "2027-02-24", None),
        ({"min": "2027-01-01"}, "2026-12-31", "too_early-day"),
        ({"min": "today - 2 weeks"}, "2026-11-10", None),
    ],
)
def test_limits_count_from_the_day_of_answering(limits, day, code):
    assert codes(a("date", **limits), day=day) == ((code,) if code else ())


def test_a_limit_in_months_ends_with_a_short_month():
    question = a("date", min="today + 1 month")

    assert question.check("2027-02-28", dt.date(2027, 1, 31)) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"min": "i morgon"},
        {"min": "2027-02-30"},
        {"max": "today + 9999 years"},
        {"min": "today", "max": "today - 1 day"},
    ],
)
def test_a_limit_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadSetting):
        a("date", **wrong)


def test_days_are_shown_and_said():
    assert DATE.show("2027-04-15", SV) == "15 april 2027"
    assert DATE.say("2027-04-15", SV) == "torsdag 15 april 2027"
    assert DATE.show("2027-04-15", words("en")) == "15 April 2027"
    assert DATE.controls("2027-04-05") == {"-day": "5", "-month": "4", "-year": "2027"}
    assert DATE.comparable("2027-04-05") == dt.date(2027, 4, 5)
    assert (DATE.operand("before", "today"), DATE.operand("is", "2027-04-05")) == ("today", dt.date(2027, 4, 5))
    with pytest.raises(BadSetting):
        DATE.operand("at_least", 3)


def period(start: str, end: str) -> dict[str, str]:
    return {"from-day": start, "to-day": end}


def test_a_period_has_two_ends_in_order():
    question = a("date_range", max_days=30)

    assert value(question, **period("2027-06-01", "2027-06-30")) == {"from": "2027-06-01", "to": "2027-06-30"}
    assert value(question, **period("2027-06-01", "2027-06-01")) == {"from": "2027-06-01", "to": "2027-06-01"}
    assert codes(question, **period("2027-06-01", "")) == ("to_missing-to-day",)
    assert codes(question, **period("", "2027-06-01")) == ("from_missing-from-day",)
    assert codes(question, **period("2027-06-02", "2027-06-01")) == ("ends_before_it_begins-to-day",)
    assert codes(question, **period("2027-06-01", "2027-07-01")) == ("too_many_days-to-day",)
    assert codes(question, **period("2027-06-31", "2027-07-01")) == ("no_such_day-from-day",)
    assert codes(a("date_range", min="today"), **period("2026-11-23", "2026-11-25")) == ("too_early-from-day",)
    assert question.show({"from": "2027-06-01", "to": "2027-06-30"}, SV) == "1 juni 2027 till och med 30 juni 2027"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8.30", "08:30"),
        ("08:30", "08:30"),
        ("kl 8", "08:00"),
        ("klockan 20.15", "20:15"),
        ("1530", "15:30"),
        ("830", "08:30"),
    ],
)
def test_a_time_is_read_the_way_people_write_it(typed, kept):
    assert value(a("time", max="23:00"), typed) == kept


@pytest.mark.parametrize("typed", ["24.00", "8.60", "åtta", "12:3", "99", "²"])
def test_what_is_no_time_is_asked_for_again(typed):
    assert codes(a("time"), typed) == ("not_a_time",)


def test_a_time_keeps_to_its_limits():
    question = a("time", min="08:00", max="16:30")

    assert codes(question, "7.59") == ("time_too_early",)
    assert codes(question, "16.31") == ("time_too_late",)
    assert question.show("08:05", SV) == "klockan 8.05"
    with pytest.raises(BadSetting):
        a("time", min="16:00", max="08:00")


def test_the_day_of_answering_is_given_and_not_looked_up():
    early, late = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)

    assert codes(a("date", min="today"), day="2026-11-24", today=early) == ()
    assert codes(a("date", min="today"), day="2026-11-24", today=late) == ("too_early-day",)
