"""Time as the law and the municipality count it: clocks, working days and hours, statutory periods. Pure but the clock.

Every rule counts in Stockholm and gives aware UTC. A day as a deadline ends with it: `end_of_day` is 23:59:59
Stockholm, whatever the offset is that day, so an answer at 23:59:59 is in time and one a second later is not.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)
_SATURDAY = 5


# ---- Clocks ----------------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """What says the time. Handed in from the door; nothing below reads the wall clock itself."""

    def now(self) -> dt.datetime:
        """This moment, aware, in UTC."""
        ...

    def today(self) -> dt.date:
        """The day it is in Stockholm."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        return day_of(self.now())


class FixedClock:
    """A clock that stands where it was put until somebody moves it."""

    def __init__(self, moment: dt.datetime):
        self._moment = _aware(moment)

    def now(self) -> dt.datetime:
        return self._moment

    def today(self) -> dt.date:
        return day_of(self._moment)

    def set(self, moment: dt.datetime) -> None:
        """Put it on another moment, earlier or later."""
        self._moment = _aware(moment)

    def move(self, by: dt.timedelta) -> None:
        """Move it on, or back with a negative time."""
        self._moment += by


class ShiftedClock:
    """A clock that started at another moment than the machine's, and runs on from there."""

    def __init__(self, starting_at: dt.datetime):
        self._shift = _aware(starting_at) - dt.datetime.now(dt.UTC)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._shift

    def today(self) -> dt.date:
        return day_of(self.now())


def clock(starting_at: dt.datetime | None = None) -> Clock:
    """The machine's clock, or one that starts at another moment and runs (demo and tests)."""
    return SystemClock() if starting_at is None else ShiftedClock(starting_at)


# ---- Days ------------------------------------------------------------------------------------------------------------


def day_of(moment: dt.datetime) -> dt.date:
    """The day it is in Stockholm at that moment."""
    return _aware(moment).astimezone(STOCKHOLM).date()


def start_of_day(day: dt.date) -> dt.datetime:
    """Midnight in Stockholm when the day begins, in UTC."""
    return _at(day, dt.time.min)


def end_of_day(day: dt.date) -> dt.datetime:
    """The last second of the day in Stockholm, in UTC."""
    return start_of_day(day + _DAY) - _SECOND


def is_working_day(day: dt.date) -> bool:
    """Neither Saturday, Sunday nor holiday; Midsummer Eve, Christmas Eve and New Year's Eve count as holidays."""
    return day.weekday() < _SATURDAY and day not in _free_days(day.year)


def next_working_day(day: dt.date) -> dt.date:
    """That day if it is a working day, else the first one after."""
    while not is_working_day(day):
        day += _DAY
    return day


def add_working_days(day: dt.date, amount: int) -> dt.date:
    """The working day that is number `amount` after `day`, which itself is not counted; 0 is the next working day."""
    day = next_working_day(day) if amount == 0 else day
    for _ in range(amount):
        day = next_working_day(day + _DAY)
    return day


def working_days_between(after: dt.date, until: dt.date) -> int:
    """How many working days there are after one day and until another, the last included; negative backwards."""
    if until < after:
        return -working_days_between(until, after)
    return sum(is_working_day(after + _DAY * number) for number in range(1, (until - after).days + 1))


@cache
def _free_days(year: int) -> frozenset[dt.date]:
    """The holidays of lag (1989:253) and the three eves that lag (1930:173) treats alike.

    Twenty lines instead of the `holidays` package, which costs every web process 16 MB; the tests hold the two
    against each other for a hundred years.
    """
    easter = _easter(year)
    midsummer = _saturday_from(dt.date(year, 6, 20))
    return frozenset(
        {
            dt.date(year, 1, 1),
            dt.date(year, 1, 6),
            easter - 2 * _DAY,
            easter,
            easter + _DAY,
            dt.date(year, 5, 1),
            easter + 39 * _DAY,
            easter + 49 * _DAY,
            dt.date(year, 6, 6),
            midsummer - _DAY,
            midsummer,
            _saturday_from(dt.date(year, 10, 31)),
            dt.date(year, 12, 24),
            dt.date(year, 12, 25),
            dt.date(year, 12, 26),
            dt.date(year, 12, 31),
        }
    )


def _saturday_from(day: dt.date) -> dt.date:
    return day + _DAY * ((_SATURDAY - day.weekday()) % 7)


def _easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


# ---- Working hours ---------------------------------------------------------------------------------------------------

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([0-9]{1,2})(?:[.:]([0-9]{2}))?\s*[-–]\s*([0-9]{1,2})(?:[.:]([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When an office is open: weekday (0 is Monday) -> from and to, in Stockholm; never on holidays or in `closed`."""

    days: Mapping[int, tuple[dt.time, dt.time]]
    closed: frozenset[dt.date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not any(opens < closes for weekday, (opens, closes) in self.days.items() if weekday < _SATURDAY):
            raise ValueError("an office must be open on some weekday")
        for weekday, (opens, closes) in self.days.items():
            if weekday not in range(7) or opens >= closes:
                raise ValueError(f"{weekday}: opens {opens}, closes {closes}")

    @classmethod
    def read(cls, written: Mapping[str, str], closed: frozenset[dt.date] = frozenset()) -> "OpeningHours":
        """Read `{"mon-thu": "8.00-16.30", "fri": "8-15"}`. Raises `ValueError` with what cannot be read."""
        days: dict[int, tuple[dt.time, dt.time]] = {}
        for weekdays, hours in written.items():
            first, _, last = weekdays.strip().lower().partition("-")
            found = _HOURS.fullmatch(hours.strip())
            if first not in _WEEKDAYS or (last and last not in _WEEKDAYS) or not found:
                raise ValueError(f"{weekdays}: {hours}")
            opens, closes = (dt.time(int(found[n]), int(found[n + 1] or 0)) for n in (1, 3))
            for weekday in range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1):
                days[weekday] = (opens, closes)
        return cls(days, closed)

    def opens_at(self, day: dt.date) -> dt.datetime | None:
        """When the office opens that day, in UTC; None when it is closed all day."""
        return self._at(day, 0)

    def closes_at(self, day: dt.date) -> dt.datetime | None:
        """When the office closes that day, in UTC; None when it is closed all day."""
        return self._at(day, 1)

    def is_open(self, moment: dt.datetime) -> bool:
        """Whether somebody answers at that moment."""
        day = day_of(moment)
        opens, closes = self.opens_at(day), self.closes_at(day)
        return opens is not None and closes is not None and opens <= moment < closes

    def next_open(self, moment: dt.datetime) -> dt.datetime:
        """That moment if the office is open, else when it opens next."""
        day = day_of(moment)
        while True:
            opens, closes = self.opens_at(day), self.closes_at(day)
            if opens is not None and closes is not None and moment < closes:
                return max(moment, opens)
            day += _DAY

    def _at(self, day: dt.date, which: int) -> dt.datetime | None:
        hours = self.days.get(day.weekday())
        if hours is None or day in self.closed or day in _free_days(day.year):
            return None
        return _at(day, hours[which])


#: Ordinary office hours, where a municipality has not written its own.
OFFICE_HOURS = OpeningHours.read({"mon-fri": "8-16"})

#: Longer than any office stays closed.
_CLOSED_AT_MOST = 30


def next_closing(moment: dt.datetime, hours: OpeningHours) -> dt.datetime:
    """The first closing of the office after a moment: until then a period that ended at it is open for every channel.

    An office that stays closed for a month gives nothing longer than the moment itself.
    """
    day = day_of(moment)
    closings = (hours.closes_at(day + _DAY * ahead) for ahead in range(_CLOSED_AT_MOST))
    return next((closes for closes in closings if closes is not None and closes > moment), moment)


def add_working_hours(start: dt.datetime, amount: int, hours: OpeningHours) -> dt.datetime:
    """The moment when the office has been open for `amount` hours since `start`, in UTC.

    The last moment of a day's hours is that day's closing, not the next day's opening.
    """
    moment = hours.next_open(start)
    left = dt.timedelta(hours=amount)
    while True:
        closes = hours.closes_at(day_of(moment))
        if closes is not None and left <= closes - moment:
            return (moment + left).astimezone(dt.UTC)
        left -= (closes - moment) if closes is not None else dt.timedelta()
        moment = hours.next_open(closes or moment)


# ---- Periods ---------------------------------------------------------------------------------------------------------


class Span(Protocol):
    """An amount of time: 10 working days, 8 working hours, 6 weeks, 2 years (`definitions.model.Span`)."""

    @property
    def amount(self) -> int: ...

    @property
    def unit(self) -> str: ...


def plain_last_day(start: dt.date, amount: int, unit: str) -> dt.date:
    """The last day of a period in days, weeks, months or years that begins on `start`, on whatever weekday it falls.

    The day it begins is not counted. Weeks, months and years end on the day of the same name or number as they began
    (lag 1930:173 1 §); where the month has no such day, on its last.
    """
    match unit:
        case "days":
            return start + _DAY * amount
        case "weeks":
            return start + _DAY * 7 * amount
        case "months" | "years":
            months = start.year * 12 + start.month - 1 + amount * (12 if unit == "years" else 1)
            year, month = months // 12, months % 12 + 1
            return dt.date(year, month, min(start.day, monthrange(year, month)[1]))
    raise ValueError(unit)


def statutory_last_day(start: dt.date, amount: int, unit: str) -> dt.date:
    """The last day to do something, by law.

    A period that ends on a Saturday, Sunday, holiday or one of the three eves is prolonged to the next weekday
    (lag 1930:173 2 §).
    """
    return next_working_day(plain_last_day(start, amount, unit))


def due_day(span: Span, start: dt.date) -> dt.date:
    """The day by which something is due that was begun on `start`. Not for working hours, which end at a moment."""
    if span.unit == "working_days":
        return add_working_days(start, span.amount)
    return statutory_last_day(start, span.amount, span.unit)


def due(span: Span, start: dt.datetime, hours: OpeningHours) -> dt.datetime:
    """When something is due that was received at `start`, in UTC: always from the facts, never from an earlier answer.

    Working hours end at a moment while the office is open; everything else ends with its last day.
    """
    if span.unit == "working_hours":
        return add_working_hours(start, span.amount, hours)
    return end_of_day(due_day(span, day_of(start)))


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, STOCKHOLM).astimezone(dt.UTC)


def _aware(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment}: a moment needs its time zone")
    return moment.astimezone(dt.UTC)
