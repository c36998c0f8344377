"""Days and times as people write them: a date, a period from and to, a time of day."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from eservices.language import LANGUAGES, N_, Words, fold, locale
from eservices.questions.base import (
    BLANK,
    BadSetting,
    Fault,
    Parsed,
    QuestionType,
    Raw,
    Setting,
    day_operand,
    faulty,
)
from eservices.questions.cleaning import code, digits, first
from eservices.questions.setting import DayLimit
from eservices.values import Json

_OPERATORS = frozenset({"is", "one_of", "answered", "before", "after", "on_or_before", "on_or_after"})
_PARTS = ("-day", "-month", "-year")
_PART_LABELS = {"-day": N_("Dag"), "-month": N_("Månad"), "-year": N_("År")}

#: Nobody here has a date outside these years; one who writes it has slipped.
_YEARS = range(1850, 2200)

_DAYS = {
    "min": Setting(
        "day",
        "The first day that is right; `today` counts from the day of answering. May be an earlier answer.",
        refers=True,
    ),
    "max": Setting("day", "The last day that is right. May be an earlier answer.", refers=True),
}


@dataclass(frozen=True, kw_only=True)
class Date(QuestionType):
    """One day, written in three boxes; the month may be a name in any language of the shell."""

    name: ClassVar[str] = "date"
    impersonal: ClassVar[bool] = True
    written_whole: ClassVar[bool] = True
    of_time: ClassVar[bool] = True
    asked_anew: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A date."
    settings: ClassVar[Mapping[str, Setting]] = _DAYS
    suffixes: ClassVar[tuple[str, ...]] = _PARTS
    part_labels: ClassVar[Mapping[str, str]] = _PART_LABELS
    inputmode: ClassVar[str] = "numeric"
    grouped: ClassVar[bool] = True
    operators: ClassVar[frozenset[str]] = _OPERATORS
    codes: ClassVar[frozenset[str]] = frozenset(
        {
            "date_incomplete",
            "month_unknown",
            "no_such_day",
            "not_a_date",
            "too_early",
            "too_late",
            "year_four_digits",
            "year_unlikely",
        }
    )
    required_texts: ClassVar[tuple[str, str]] = (N_("Fyll i {thing}"), N_("Skriv ett datum"))

    min: DayLimit | None = None
    max: DayLimit | None = None

    def __post_init__(self) -> None:
        _check_limits(self.min, self.max)

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return _read_date([code(first(raw.get(part, ()))) for part in _PARTS], today)

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        return _judge_day(_day(value), self.min, self.max, today, "-day")

    def show(self, value: Json, words: Words) -> str:
        return words.day(_day(value))

    def say(self, value: Json, words: Words) -> str:
        return words.day(_day(value), weekday=True)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return dict(zip(_PARTS, _written(value), strict=True))

    def comparable(self, value: Json) -> Any:
        return _day(value)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def _operand(self, operator: str, written: object) -> Any:
        return day_operand(operator, written)


@dataclass(frozen=True, kw_only=True)
class DateRange(QuestionType):
    """A period, both days included."""

    name: ClassVar[str] = "date_range"
    impersonal: ClassVar[bool] = True
    written_whole: ClassVar[bool] = True
    of_time: ClassVar[bool] = True
    asked_anew: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A period: from one day to another, both included."
    settings: ClassVar[Mapping[str, Setting]] = {
        **_DAYS,
        "max_days": Setting("integer", "The most days the period may have."),
    }
    suffixes: ClassVar[tuple[str, ...]] = tuple(f"-{end}{part}" for end in ("from", "to") for part in _PARTS)
    part_labels: ClassVar[Mapping[str, str]] = {
        "-from": N_("Från och med"),
        "-to": N_("Till och med"),
        **{f"-{end}{part}": label for end in ("from", "to") for part, label in _PART_LABELS.items()},
    }
    inputmode: ClassVar[str] = "numeric"
    grouped: ClassVar[bool] = True
    operators: ClassVar[frozenset[str]] = frozenset({"answered"})
    codes: ClassVar[frozenset[str]] = Date.codes | {
        "from_missing",
        "to_missing",
        "ends_before_it_begins",
        "too_many_days",
    }
    required_texts: ClassVar[tuple[str, str]] = (N_("Fyll i {thing}"), N_("Skriv första och sista dagen"))

    min: DayLimit | None = None
    max: DayLimit | None = None
    max_days: int | None = None

    def __post_init__(self) -> None:
        _check_limits(self.min, self.max)
        if self.max_days is not None and self.max_days < 1:
            raise BadSetting("max_days", "must_be_positive")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        ends = {}
        for end in ("from", "to"):
            read = _read_date([code(first(raw.get(f"-{end}{part}", ()))) for part in _PARTS], today)
            if read.faults:
                return Parsed(None, tuple(Fault(f.code, f"-{end}{f.part}", f.facts) for f in read.faults))
            ends[end] = read.value
        if ends["from"] is None and ends["to"] is None:
            return BLANK
        for end in ("from", "to"):
            if ends[end] is None:
                return faulty(f"{end}_missing", f"-{end}-day")
        return Parsed(ends)

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        start, end = _ends(value)
        if end < start:
            return (Fault("ends_before_it_begins", "-to-day", {"start": start}),)
        faults = _judge_day(start, self.min, self.max, today, "-from-day")
        faults = faults or _judge_day(end, self.min, self.max, today, "-to-day")
        if not faults and self.max_days is not None and (end - start).days + 1 > self.max_days:
            return (Fault("too_many_days", "-to-day", {"maximum": self.max_days}),)
        return faults

    def show(self, value: Json, words: Words) -> str:
        start, end = _ends(value)
        return words("{start} till och med {end}", start=start, end=end)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        ends = value if isinstance(value, dict) else {}
        return {
            f"-{end}{part}": text
            for end in ("from", "to")
            for part, text in zip(_PARTS, _written(ends.get(end)), strict=True)
        }

    def comparable(self, value: Json) -> Any:
        return _ends(value)

    def index_form(self, value: Json) -> str:
        return "/".join(day.isoformat() for day in _ends(value))

    def json_schema(self) -> dict[str, Any]:
        day = {"type": "string", "format": "date"}
        properties = {"from": day, "to": day}
        return {
            "type": "object",
            "properties": properties,
            "required": ["from", "to"],
            "additionalProperties": False,
        }


@dataclass(frozen=True, kw_only=True)
class Time(QuestionType):
    """A time of day, to the minute."""

    name: ClassVar[str] = "time"
    impersonal: ClassVar[bool] = True
    of_time: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A time of day."
    settings: ClassVar[Mapping[str, Setting]] = {
        "min": Setting("time", "The earliest time that is right. May be an earlier answer.", refers=True),
        "max": Setting("time", "The latest time that is right. May be an earlier answer.", refers=True),
    }
    operators: ClassVar[frozenset[str]] = _OPERATORS
    codes: ClassVar[frozenset[str]] = frozenset({"not_a_time", "time_too_early", "time_too_late"})
    required_texts: ClassVar[tuple[str, str]] = (N_("Fyll i {thing}"), N_("Skriv ett klockslag"))

    min: str | None = None
    max: str | None = None

    def __post_init__(self) -> None:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise BadSetting("min", "min_above_max")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = code(first(raw.get("", ())))
        if not written:
            return BLANK
        time = _time(written)
        return faulty("not_a_time", example=dt.time(8, 30)) if time is None else Parsed(time)

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        time = str(value)
        if self.min is not None and time < self.min:
            return (Fault("time_too_early", "", {"minimum": dt.time.fromisoformat(self.min)}),)
        if self.max is not None and time > self.max:
            return (Fault("time_too_late", "", {"maximum": dt.time.fromisoformat(self.max)}),)
        return ()

    def show(self, value: Json, words: Words) -> str:
        return words("klockan {time}", time=dt.time.fromisoformat(str(value)))

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {"": "" if value is None else str(value).replace(":", ".")}

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}

    def _operand(self, operator: str, written: object) -> Any:
        return Setting("time", "").read(operator, written)


def _check_limits(least: DayLimit | None, most: DayLimit | None) -> None:
    # Counted from any one day, the first may not come after the last; fixed and counted limits may meet one day.
    if least and most and (least.day is None) == (most.day is None):
        someday = dt.date(2000, 1, 1)
        if least.on(someday) > most.on(someday):
            raise BadSetting("min", "min_above_max")


def _judge_day(
    day: dt.date, least: DayLimit | None, most: DayLimit | None, today: dt.date, part: str
) -> tuple[Fault, ...]:
    if least is not None and day < least.on(today):
        return (Fault("too_early", part, {"minimum": least.on(today)}),)
    if most is not None and day > most.on(today):
        return (Fault("too_late", part, {"maximum": most.on(today)}),)
    return ()


def _day(value: Json) -> dt.date:
    return dt.date.fromisoformat(str(value))


def _ends(value: Json) -> tuple[dt.date, dt.date]:
    ends = value if isinstance(value, dict) else {}
    return _day(ends.get("from")), _day(ends.get("to"))


def _written(value: Json) -> tuple[str, str, str]:
    """A day for its three boxes; what is no day stands in the first, to be put right."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", str(value or ""))
    if not found:
        return (str(value or ""), "", "")
    return (str(int(found[3])), str(int(found[2])), found[1])


_WHOLE = re.compile(r"([0-9]{4})[-./ ]?([0-9]{2})[-./ ]?([0-9]{2})")
_SPLIT = re.compile(r"[\s./,-]+")


def _read_date(written: Sequence[str], today: dt.date) -> Parsed:
    filled = [text for text in written if text]
    if not filled:
        return BLANK
    if len(filled) == 1:
        # Somebody has written, or pasted, the whole date in one box.
        parts = _whole_date(filled[0])
        if parts is None:
            return _incomplete(written)
        return _make_date(parts, today)
    if len(filled) < len(written):
        return _incomplete(written)
    return _make_date((written[0], written[1], written[2]), today)


def _incomplete(written: Sequence[str]) -> Parsed:
    missing = [part for part, text in zip(_PARTS, written, strict=True) if not text]
    return faulty("date_incomplete", missing[0], missing=[_PART_LABELS[part] for part in missing])


def _whole_date(text: str) -> tuple[str, str, str] | None:
    whole = _WHOLE.fullmatch(text)
    if whole:
        return (whole[3], whole[2], whole[1])
    pieces = [piece for piece in _SPLIT.split(text.removeprefix("den ")) if piece]
    return (pieces[0], pieces[1], pieces[2]) if len(pieces) == len(_PARTS) else None


def _make_date(written: tuple[str, str, str], today: dt.date) -> Parsed:
    day, month, year = (text.strip(" .,") for text in written)
    number = _month(month)
    if number is None:
        return faulty("month_unknown", "-month")
    if not year.isdecimal() or len(year) != 4:  # noqa: PLR2004
        short = year.isdecimal() or (year[:1] == "'" and year[1:].isdecimal())
        return faulty("year_four_digits" if short else "not_a_date", "-year", example=str(today.year + 1))
    if int(year) not in _YEARS:
        return faulty("year_unlikely", "-year", year=year)
    day = re.sub(r"(?<=[0-9])(:?[ae]|st|nd|rd|th)$", "", day)
    if not day.isdecimal() or len(day) > 2:  # noqa: PLR2004
        return faulty("not_a_date", "-day", example=str(today.year + 1))
    try:
        return Parsed(dt.date(int(year), number, int(day)).isoformat())
    except ValueError:
        return faulty("no_such_day", "-day")


def _month(written: str) -> int | None:
    if written.isdecimal():
        return int(written) if len(written) <= 2 and 1 <= int(written) <= 12 else None  # noqa: PLR2004
    return _month_names().get(fold(written).strip("."))


@cache
def _month_names() -> Mapping[str, int]:
    """Every name and abbreviation of a month in the languages of the shell: `april`, `apr`, `квітня`, `huhtikuuta`."""
    names: dict[str, int] = {}
    for tag in LANGUAGES:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale(tag).months[form][width].items():
                    names.setdefault(fold(name).strip("."), number)
    return names


_CLOCK = re.compile(r"(?:kl\.?|klockan|klo)? ?([0-9]{1,2})(?:[.: ]([0-9]{2}))?(?:[.: ][0-9]{2})? ?h?", re.IGNORECASE)


def _time(written: str) -> str | None:
    found = _CLOCK.fullmatch(written)
    if found:
        hours, minutes = found.groups()
    else:
        plain = digits(written)
        if plain != written or len(plain) not in {3, 4}:
            return None
        hours, minutes = plain[:-2], plain[-2:]
    if int(hours) > 23 or int(minutes or 0) > 59:  # noqa: PLR2004
        return None
    return f"{int(hours):02}:{int(minutes or 0):02}"
