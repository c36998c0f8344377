"""What an author may write beside a question of a type: read strictly, refused with the key and a reason.

Knows plain YAML values only. Where a reason becomes a sentence with a line number is the linter's business.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

#: The codes of `BadSetting`, each with what it tells the author, in English and in Swedish.
REASONS: Mapping[str, tuple[str, str]] = {
    "unknown_setting": ("this type of question does not know the key", "den här frågetypen känner inte till nyckeln"),
    "not_a_text": ("write a text", "skriv en text"),
    "not_an_integer": ("write a whole number", "skriv ett heltal"),
    "not_a_number": ("write a number, with a point: 0.5", "skriv ett tal, med punkt: 0.5"),
    "not_a_boolean": ("write true or false", "skriv true eller false"),
    "not_a_list": ("write a list of texts", "skriv en lista av texter"),
    "not_a_day": (
        'write a date (2027-04-15), "today", or "today + 14 days"',
        'skriv ett datum (2027-04-15), "today" eller "today + 14 days"',
    ),
    "not_a_time": ('write a time of day in quotes: "08:30"', 'skriv ett klockslag inom citattecken: "08:30"'),
    "not_a_size": ("write a size: 10 MB", "skriv en storlek: 10 MB"),
    "not_a_choice": ("write one of {choices}", "skriv något av {choices}"),
    "not_an_option": ("there is no option {written}", "det finns inget alternativ {written}"),
    "no_options": ("the question needs at least {minimum} options", "frågan behöver minst {minimum} alternativ"),
    "no_items_here": (
        "answers of this type cannot be chosen among the items of a group",
        "svar av den här typen kan inte väljas bland det som en grupp har",
    ),
    "min_above_max": ("min is larger than max", "min är större än max"),
    "must_be_positive": ("must be at least 1", "måste vara minst 1"),
    "not_a_value": (
        "write one of sum, difference, count, days_between, and perhaps plus or times",
        "skriv något av sum, difference, count, days_between, och kanske plus eller times",
    ),
    "reason_needed": (
        "more than a confirmation needs the rule that demands it (FL 21 §): write because",
        "mer än en bekräftelse behöver regeln som kräver det (FL 21 §): skriv because",
    ),
    "not_comparable": ("cannot be compared with {written}", "kan inte jämföras med {written}"),
    "no_such_comparison": ("answers of this type cannot be compared so", "svar av den här typen kan inte jämföras så"),
}


class BadSetting(ValueError):
    """An author's setting that cannot be: which key, why (one of `REASONS`), and the facts of the reason."""

    def __init__(self, key: str, code: str, **facts: object):
        super().__init__(f"{key}: {code}")
        self.key = key
        self.code = code
        self.facts: Mapping[str, object] = facts


@dataclass(frozen=True, slots=True)
class DayLimit:
    """A day, fixed or counted from the day of answering."""

    day: dt.date | None = None
    amount: int = 0
    unit: str = "days"

    def on(self, today: dt.date) -> dt.date:
        """The day it means when somebody answers on `today`; the last of the month where a month is too short."""
        if self.day is not None:
            return self.day
        if self.unit in {"months", "years"}:
            months = today.year * 12 + today.month - 1 + self.amount * (12 if self.unit == "years" else 1)
            year, month = divmod(months, 12)
            return today.replace(year=year, month=month + 1, day=min(today.day, monthrange(year, month + 1)[1]))
        return today + dt.timedelta(days=self.amount * (7 if self.unit == "weeks" else 1))


@dataclass(frozen=True, slots=True)
class Reference:
    """A limit that is another answer: a question, a computed value or a group by its name, and what is added to it."""

    name: str
    plus: int = 0
    unit: str = ""  #: of days only: days, weeks, months, years
    end: str = ""  #: of a period only: its first day (from) or its last (to)

    def limit(self, value: Any) -> Any:
        """The limit when the other answer is `value`; None while nothing is known. Several items are added up."""
        if self.end:
            value = value[self.end == "to"] if value else None
        elif isinstance(value, tuple | list):
            value = sum(value) if value else None
        if value is None:
            return None
        if isinstance(value, dt.date):
            return DayLimit(DayLimit(None, self.plus, self.unit or "days").on(value))
        return value if isinstance(value, str) else value + self.plus


@dataclass(frozen=True, slots=True)
class Setting:
    """A key that the author may write for this type beside those every question has."""

    kind: str  #: one of `KINDS`
    why: str  #: one sentence for the reference and the JSON Schema, in English
    default: Any = None
    choices: tuple[str, ...] = field(default=())
    refers: bool = False  #: whether the name of an earlier answer may stand here

    def read(self, key: str, written: object) -> Any:
        """The setting as the type keeps it, or a `Reference`. Raises `BadSetting`."""
        if self.refers and (reference := read_reference(written)) is not None:
            return reference
        return _READERS[self.kind](self, key, written)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of what may be written."""
        schema = {**_SCHEMAS[self.kind], "description": self.why}
        if self.choices:
            several = self.kind == "choices"
            schema = {**schema, "items": {"enum": [*self.choices]}} if several else {**schema, "enum": [*self.choices]}
        if self.default is not None and isinstance(self.default, bool | int | str):
            schema["default"] = self.default
        if self.refers:
            why = schema.pop("description")
            return {"anyOf": [schema, {"type": "string", "pattern": REFERENCE_PATTERN}], "description": why}
        return schema


_REFERENCE = re.compile(
    r"([a-z][a-z0-9_]{0,59})(?:\.(from|to))?(?:\s*([+-])\s*([0-9]{1,5})(?:\s*(day|week|month|year)s?)?)?"
)
REFERENCE_PATTERN = r"^[a-z][a-z0-9_]*(\.(from|to))?( ?[+-] ?[0-9]+( (day|week|month|year)s?)?)?$"


def read_reference(written: object) -> Reference | None:
    """`places`, `trip_out + 1 day`, `period.from`: the name of another answer; None for anything else."""
    found = _REFERENCE.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None or found[1] == "today":
        return None
    name, end, sign, amount, unit = found.groups()
    return Reference(name, int(f"{sign or ''}{amount or 0}"), f"{unit}s" if unit else "", end or "")


def _text(_: Setting, key: str, written: object) -> str:
    if isinstance(written, str) and written.strip():
        return written
    raise BadSetting(key, "not_a_text")


def _integer(_: Setting, key: str, written: object) -> int:
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    raise BadSetting(key, "not_an_integer")


def _decimal(_: Setting, key: str, written: object) -> Decimal:
    if isinstance(written, int | float | Decimal | str) and not isinstance(written, bool):
        text = str(written)
        if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", text):
            return Decimal(text)
    raise BadSetting(key, "not_a_number")


def _boolean(_: Setting, key: str, written: object) -> bool:
    # YAML 1.2 keeps `yes` as a text; the author still means what they wrote.
    found = {"true": True, "yes": True, "false": False, "no": False}.get(str(written).lower())
    if found is None:
        raise BadSetting(key, "not_a_boolean")
    return found


def _texts(_: Setting, key: str, written: object) -> tuple[str, ...]:
    if isinstance(written, str) and written.strip():
        return (written,)
    if isinstance(written, list | tuple) and written and all(isinstance(item, str) and item for item in written):
        return tuple(written)
    raise BadSetting(key, "not_a_list")


_RELATIVE = re.compile(r"today(?:\s*([+-])\s*([0-9]{1,5})\s*(day|week|month|year)s?)?")
_MOST_YEARS = 500


def _day(_: Setting, key: str, written: object) -> DayLimit:
    text = str(written).strip()
    relative = _RELATIVE.fullmatch(text)
    if relative:
        sign, amount, unit = relative.groups()
        if unit is None:
            return DayLimit()
        if unit != "year" or int(amount) <= _MOST_YEARS:
            return DayLimit(None, int(sign + amount), unit + "s")
    elif re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return DayLimit(dt.date.fromisoformat(text))
        except ValueError:
            pass
    raise BadSetting(key, "not_a_day")


def _time(_: Setting, key: str, written: object) -> str:
    if isinstance(written, str) and re.fullmatch(r"([01][0-9]|2[0-3])[:.][0-5][0-9]", written):
        return written.replace(".", ":")
    raise BadSetting(key, "not_a_time")


_SIZE = re.compile(r"([0-9]{1,6})\s*(kB|KB|MB)", re.IGNORECASE)


def _size(_: Setting, key: str, written: object) -> int:
    found = _SIZE.fullmatch(str(written).strip())
    if not found:
        raise BadSetting(key, "not_a_size")
    return int(found[1]) * {"kb": 1_000, "mb": 1_000_000}[found[2].lower()]


def _choice(setting: Setting, key: str, written: object) -> str:
    if isinstance(written, str) and written in setting.choices:
        return written
    raise BadSetting(key, "not_a_choice", choices=setting.choices, written=str(written))


def _choices(setting: Setting, key: str, written: object) -> tuple[str, ...]:
    return tuple(_choice(setting, key, item) for item in _texts(setting, key, written))


def _value(_: Setting, key: str, written: object) -> Mapping[str, object]:
    if isinstance(written, Mapping) and written:
        return dict(written)
    raise BadSetting(key, "not_a_value")


_STRING = {"type": "string"}
_READERS: Mapping[str, Callable[[Setting, str, object], Any]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "texts": _texts,
    "day": _day,
    "time": _time,
    "size": _size,
    "choice": _choice,
    "choices": _choices,
    "option": _text,
    "options": _texts,
    "value": _value,
}
_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "text": _STRING,
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "day": {
        "type": "string",
        "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|today( ?[+-] ?[0-9]+ (day|week|month|year)s?)?)$",
    },
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3])[:.][0-5][0-9]$"},
    "size": {"type": "string", "pattern": "^[0-9]+ ?([kK]B|MB)$"},
    "choice": _STRING,
    "choices": {"type": "array", "items": {"type": "string"}},
    "option": _STRING,
    "options": {"type": ["array", "string"], "items": {"type": "string"}},
    "value": {"type": "object"},
}

#: The kinds a setting may be of.
KINDS = frozenset(_READERS)
