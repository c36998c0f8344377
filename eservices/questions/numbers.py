"""Numbers as people write them: whole, with decimals and a measure, money, and values computed from other answers."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from eservices.language import N_, Words
from eservices.questions.base import (
    BLANK,
    BadSetting,
    Fault,
    Parsed,
    QuestionType,
    Raw,
    Setting,
    faulty,
    number_operand,
)
from eservices.questions.cleaning import code, first
from eservices.values import Json

_OPERATORS = frozenset({"is", "one_of", "answered", "at_least", "at_most", "more_than", "less_than"})

#: More digits than any length, sum or count has; beyond it a number is a slip of the finger.
_MOST_DIGITS = 15
_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure a number can be in. `spellings` are what people write after the number, with their size in it."""

    label: str  #: beside the box and after the number
    spellings: Mapping[str, Decimal]
    unit: str = ""  #: CLDR's name of it, by which a language bends it after a number; "" where CLDR has too few forms


def _measure(label: str, unit: str = "", **sizes: str) -> Measure:
    """`x1="m meter"` are its own spellings; `x0_01` those of a hundredth of it."""
    spellings = {
        word: Decimal(size[1:].replace("_", ".")) for size, written in sizes.items() for word in written.split()
    }
    return Measure(label, spellings, unit)


#: The measures an author may write, by name.
MEASURES: Mapping[str, Measure] = {
    "meter": _measure(
        N_("meter"), "length-meter", x1="m meter metres metre meters", x0_01="cm centimeter", x0_001="mm millimeter"
    ),
    "centimeter": _measure(
        N_("centimeter"), "length-centimeter", x1="cm centimeter", x100="m meter", x0_1="mm millimeter"
    ),
    "millimeter": _measure(
        N_("millimeter"), "length-millimeter", x1="mm millimeter", x10="cm centimeter", x1000="m meter"
    ),
    "kilometer": _measure(N_("kilometer"), "length-kilometer", x1="km kilometer", x0_001="m meter"),
    "kvadratmeter": _measure(N_("kvadratmeter"), "area-square-meter", x1="kvm m2 m² kvadratmeter kvadrat"),
    "kubikmeter": _measure(N_("kubikmeter"), "volume-cubic-meter", x1="kbm m3 m³ kubikmeter kubik"),
    "liter": _measure(N_("liter"), x1="l liter litres"),
    "kilo": _measure(N_("kilo"), "mass-kilogram", x1="kg kilo kilogram", x1000="ton"),
    "ton": _measure(N_("ton"), x1="ton t", x0_001="kg kilo"),
    "procent": _measure(N_("procent"), x1="% procent percent"),
    "kilowatt": _measure(N_("kilowatt"), "power-kilowatt", x1="kw kilowatt"),
    "kilowattimmar": _measure(N_("kilowattimmar"), x1="kwh kilowattimmar kilowattimme", x1000="mwh"),
    "minuter": _measure(N_("minuter"), "duration-minute", x1="min minut minuter minutes"),
    "timmar": _measure(N_("timmar"), "duration-hour", x1="h tim timme timmar hours"),
    "dagar": _measure(N_("dagar"), x1="dag dagar dygn days"),
    "veckor": _measure(N_("veckor"), x1="vecka veckor weeks"),
    "månader": _measure(N_("månader"), x1="månad månader mån months"),
    "år": _measure(N_("år"), "duration-year", x1="år years"),
}

#: The word beside the box -> CLDR's name of the measure.
_UNITS = {one.label: one.unit for one in MEASURES.values()}

_KRONOR = _measure(N_("kronor"), x1="kr kronor krona sek :-")

#: What people write before what they have not measured. The check page shows what was understood.
_ABOUT = re.compile(r"(?:ca|cirka|circa|ungefär|omkring|runt|about|noin|приблизно|близько|حوالي|تقريبا)\b\.? ?|~ ?")
#: A number, and perhaps a word after it.
_WRITTEN = re.compile(r"([+-]?) ?([0-9][0-9 .,']*|[.,][0-9]+) ?([^\W\d_][^\W\d_.]*[0-9²³]?|%|:-|,-)?\.?")


@dataclass(frozen=True, slots=True)
class _Read:
    number: Decimal
    #: One dot or comma with three digits after it: a thousand to some, a decimal to others.
    ambiguous: bool


def read_number(written: str, measure: Measure | None) -> _Read | None:
    """A number as people write it, `6,5`, `6.5`, `1 200`, `1.200,50`, `ca 650 cm`; None for anything else."""
    about = _ABOUT.match(written.lower()) if measure else None
    found = _WRITTEN.fullmatch(written, about.end() if about else 0)
    if not found:
        return None
    sign, digits, word = found.groups()
    factor = Decimal(1)
    if word:
        known = (measure.spellings if measure else {}).get(word.lower().replace(",-", ":-"))
        if known is None:
            return None
        factor = known
    number = _digits(digits)
    if number is None:
        return None
    value, ambiguous = number
    value = (-value if sign == "-" else value) * factor
    return _Read(value, ambiguous)


_GROUPED = re.compile(r"[0-9]{1,3}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3})*")


def _digits(text: str) -> tuple[Decimal, bool] | None:
    text = text.strip()
    whole, mark, decimals = text, "", ""
    position = max(text.rfind(","), text.rfind("."))
    if position >= 0 and not (_GROUPED.fullmatch(text) and text.count(text[position]) > 1):
        whole, mark, decimals = text[:position], text[position], text[position + 1 :]
    if decimals and not decimals.isdecimal():
        return None
    if whole and not whole.isdecimal():
        grouped = _GROUPED.fullmatch(whole)
        if not grouped or grouped[1] == mark:
            return None
        whole = "".join(sign for sign in whole if sign.isdecimal())
    if len(whole.lstrip("0")) > _MOST_DIGITS or len(decimals) > _MOST_DIGITS or not (whole or decimals):
        return None
    ambiguous = bool(mark) and len(decimals) == 3 and 0 < len(whole) <= 3 and not whole.startswith("0")  # noqa: PLR2004
    return Decimal(f"{whole or '0'}.{decimals or '0'}"), ambiguous


def plain(number: Decimal) -> str:
    """The normal form of a decimal: `6.5`, `1200`, `-0.25`."""
    text = format(number.normalize(), "f")
    return "0" if text == "-0" else text


_LIMITS: Mapping[str, Setting] = {
    "min": Setting("decimal", "The smallest value; 0 unless written. May be an earlier answer.", 0, refers=True),
    "max": Setting("decimal", "The largest value. May be an earlier answer.", refers=True),
    "example": Setting("decimal", "The example shown when somebody has written something else."),
}


@dataclass(frozen=True, kw_only=True)
class _Number(QuestionType):
    """What all numbers share: limits, an example, and how they are compared."""

    is_number: ClassVar[bool] = True
    impersonal: ClassVar[bool] = True
    operators: ClassVar[frozenset[str]] = _OPERATORS
    inputmode: ClassVar[str] = "decimal"

    min: Decimal = Decimal(0)
    max: Decimal | None = None
    example: Decimal | None = None

    def __post_init__(self) -> None:
        if self.max is not None and self.min > self.max:
            raise BadSetting("min", "min_above_max")

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        number = self.comparable(value)
        if number < self.min:
            return (self._fault("too_small", minimum=self.min),)
        if self.max is not None and number > self.max:
            return (self._fault("too_large", maximum=self.max),)
        return ()

    def comparable(self, value: Json) -> Any:
        return Decimal(str(value))

    def _operand(self, operator: str, written: object) -> Any:
        return number_operand(operator, written)

    def _fault(self, code: str, **facts: object) -> Fault:
        return Fault(code, "", {**facts, "example": self._example(), **self._measure_fact()})

    def _measure_fact(self) -> dict[str, object]:
        return {"measure": self.measure_text} if self.measure_text else {}

    def _example(self) -> Decimal:
        """A number that would be right."""
        if self.example is not None:
            return self.example
        for usual in (Decimal("6.4"), Decimal(4), Decimal(40)):
            if self._fits(usual):
                return usual
        return self.min if self.max is None else (self.min + self.max) // 2

    def _fits(self, number: Decimal) -> bool:
        return self.min <= number and (self.max is None or number <= self.max)


@dataclass(frozen=True, kw_only=True)
class Integer(_Number):
    """A whole number: how many."""

    name: ClassVar[str] = "integer"
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A whole number."
    settings: ClassVar[Mapping[str, Setting]] = {
        "min": Setting("integer", "The smallest value; 0 unless written. May be an earlier answer.", 0, refers=True),
        "max": Setting("integer", "The largest value. May be an earlier answer.", refers=True),
        "example": Setting("integer", "The example shown when somebody has written something else."),
        "measure": Setting("choice", "What is counted, shown beside the box.", None, tuple(MEASURES)),
    }
    inputmode: ClassVar[str] = "numeric"
    codes: ClassVar[frozenset[str]] = frozenset(
        {"not_a_whole_number", "too_small", "too_large", "not_a_whole_number_in"}
    )

    measure: str | None = None

    @property
    def measure_text(self) -> str:
        return MEASURES[self.measure].label if self.measure else ""

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = code(first(raw.get("", ())))
        if not written:
            return BLANK
        read = read_number(written, MEASURES[self.measure] if self.measure else None)
        if read is None or read.number != read.number.to_integral_value():
            return Parsed(None, (self._fault("not_a_whole_number_in" if self.measure else "not_a_whole_number"),))
        return Parsed(int(read.number))

    def show(self, value: Json, words: Words) -> str:
        return with_measure(int(str(value)), self.measure_text, words)

    def json_schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer", "minimum": int(self.min)}
        return schema if self.max is None else {**schema, "maximum": int(self.max)}

    def _fits(self, number: Decimal) -> bool:
        return number == number.to_integral_value() and super()._fits(number)


@dataclass(frozen=True, kw_only=True)
class DecimalNumber(_Number):
    """A number that may have decimals, in a measure."""

    name: ClassVar[str] = "decimal"
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A number with decimals, usually in a measure."
    settings: ClassVar[Mapping[str, Setting]] = {
        **_LIMITS,
        "measure": Setting("choice", "What it is measured in, shown beside the box.", None, tuple(MEASURES)),
        "decimals": Setting("integer", "The most decimals it may have.", _MOST_DECIMALS),
    }
    codes: ClassVar[frozenset[str]] = frozenset(
        {"not_a_number", "not_a_number_in", "too_small", "too_large", "too_many_decimals"}
    )

    measure: str | None = None
    decimals: int = _MOST_DECIMALS

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.decimals <= _MOST_DIGITS:
            raise BadSetting("decimals", "not_an_integer")

    @property
    def measure_text(self) -> str:
        return MEASURES[self.measure].label if self.measure else ""

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = code(first(raw.get("", ())))
        if not written:
            return BLANK
        read = read_number(written, MEASURES[self.measure] if self.measure else None)
        if read is None:
            return Parsed(None, (self._fault("not_a_number_in" if self.measure else "not_a_number"),))
        if read.number != round(read.number, self.decimals):
            return Parsed(None, (self._fault("too_many_decimals", decimals=self.decimals),))
        return Parsed(plain(read.number))

    def show(self, value: Json, words: Words) -> str:
        return with_measure(Decimal(str(value)), self.measure_text, words)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {"": "" if value is None else str(value).replace(".", ",")}

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


@dataclass(frozen=True, kw_only=True)
class Money(_Number):
    """An amount in Swedish kronor."""

    name: ClassVar[str] = "money"
    sum_fault: ClassVar[str] = "amounts_do_not_add_up"
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "An amount of money in Swedish kronor."
    settings: ClassVar[Mapping[str, Setting]] = _LIMITS
    codes: ClassVar[frozenset[str]] = frozenset(
        {"not_an_amount", "ambiguous_amount", "too_many_ore", "amount_too_small", "amount_too_large"}
    )

    @property
    def measure_text(self) -> str:
        return _KRONOR.label

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = code(first(raw.get("", ())))
        if not written:
            return BLANK
        read = read_number(written, _KRONOR)
        if read is None:
            return faulty("not_an_amount")
        if read.ambiguous:
            return faulty("ambiguous_amount", large=read.number * 1000, small=round(read.number, 2))
        if read.number != round(read.number, 2):
            return faulty("too_many_ore")
        return Parsed(plain(read.number))

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        return tuple(Fault(f"amount_{fault.code}", "", fault.facts) for fault in super().check(value, today))

    def show(self, value: Json, words: Words) -> str:
        return words.money(Decimal(str(value)))

    def say(self, value: Json, words: Words) -> str:
        amount = Decimal(str(value))
        kronor, ore = divmod(abs(amount), 1)
        if amount < 0:
            return self.show(value, words)
        if not ore:
            return words("{kronor} kronor", kronor=kronor)
        return words("{kronor} kronor och {ore} öre", kronor=kronor, ore=(ore * 100).to_integral_value())

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {"": "" if value is None else str(value).replace(".", ",")}

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,2})?$"}


def with_measure(number: int | Decimal, measure: str, words: Words) -> str:
    """`20 meter`: `measure` is the word beside the box, bent as the number wants it; "" is a number alone."""
    if not measure:
        return words.number(number)
    return words.measured(number, measure, _UNITS.get(measure, ""))


# ---- Computed --------------------------------------------------------------------------------------------------------

_OPERATIONS = frozenset({"sum", "difference", "count", "days_between"})


@dataclass(frozen=True, kw_only=True)
class Computed(QuestionType):
    """A value made of earlier answers, as data: shown and compared with, never asked.

    `sum: [a, b]` adds what is answered (a question inside a repeated group counts once an item); `difference: [a, b]`
    is a - b; `count: group` is how many items, or how many choices; `days_between: [from, to]` counts both days, and
    takes a single date range too. Then `times` and `plus`, if written. What cannot be known yet has no value.
    """

    name: ClassVar[str] = "computed"
    is_number: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A value computed from earlier answers; shown, never asked."
    settings: ClassVar[Mapping[str, Setting]] = {
        "value": Setting("value", "sum, difference, count or days_between; perhaps times and plus."),
        "measure": Setting("choice", "What it is measured in.", None, (*MEASURES, "kronor")),
        "hidden": Setting("boolean", "Not shown; only for conditions and texts.", default=False),
    }
    suffixes: ClassVar[tuple[str, ...]] = ()
    asks: ClassVar[bool] = False
    operators: ClassVar[frozenset[str]] = _OPERATORS

    value: Mapping[str, Any] = field(default_factory=dict)
    measure: str | None = None
    hidden: bool = False

    def __post_init__(self) -> None:
        operations = [key for key in self.value if key in _OPERATIONS]
        if len(operations) != 1 or set(self.value) - _OPERATIONS - {"plus", "times"}:
            raise BadSetting("value", "not_a_value")
        wanted = self.value[operations[0]]
        ids = [wanted] if isinstance(wanted, str) else wanted
        few, many = {"sum": (1, 99), "difference": (2, 2), "count": (1, 1), "days_between": (1, 2)}[operations[0]]
        if not isinstance(ids, list | tuple) or not few <= len(ids) <= many or not all(isinstance(i, str) for i in ids):
            raise BadSetting("value", "not_a_value")
        for key in ("plus", "times"):
            if key in self.value:
                number_operand("value", self.value[key])

    @property
    def shows_total(self) -> bool:
        """Whether it shows what earlier answers come to, and is not there for conditions and texts alone."""
        return not self.hidden

    @property
    def operation(self) -> str:
        """Which of sum, difference, count, days_between it is."""
        return next(key for key in self.value if key in _OPERATIONS)

    @property
    def refers_to(self) -> tuple[str, ...]:
        wanted = self.value[self.operation]
        return (wanted,) if isinstance(wanted, str) else tuple(wanted)

    def evaluate(self, lookup: Callable[[str], Any], answers: object = None) -> int | Decimal | None:
        """The value with these answers; None while it cannot be known. A whole number comes as `int`."""
        found = _COMPUTE[self.operation]([lookup(name) for name in self.refers_to])
        if found is None:
            return None
        number = found * Decimal(str(self.value.get("times", 1))) + Decimal(str(self.value.get("plus", 0)))
        return int(number) if number == number.to_integral_value() else number

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return BLANK

    def show(self, value: Json, words: Words) -> str:
        if value is None:
            return ""
        number = Decimal(str(value))
        if self.measure == "kronor":
            return words.money(number)
        return with_measure(number, MEASURES[self.measure].label if self.measure else "", words)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {}

    def comparable(self, value: Json) -> Any:
        return Decimal(str(value))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "null"}

    def _operand(self, operator: str, written: object) -> Any:
        return number_operand(operator, written)


def _sum(values: list[Any]) -> Decimal | None:
    numbers = [number for value in values for number in (value if isinstance(value, list | tuple) else [value])]
    known = [Decimal(str(number)) for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known else None


def _difference(values: list[Any]) -> Decimal | None:
    first_value, second = (_sum([value]) for value in values)
    return None if first_value is None or second is None else first_value - second


def _count(values: list[Any]) -> Decimal | None:
    value = values[0]
    if value is None:
        return None
    return Decimal(len(value) if isinstance(value, list | tuple) else int(value))


def _days_between(values: list[Any]) -> Decimal | None:
    if len(values) == 1:
        values = list(values[0]) if isinstance(values[0], tuple) else [None]
    if len(values) < 2 or not all(isinstance(value, dt.date) for value in values):  # noqa: PLR2004
        return None
    return Decimal((values[1] - values[0]).days + 1)


_COMPUTE: Mapping[str, Callable[[list[Any]], Decimal | None]] = {
    "sum": _sum,
    "difference": _difference,
    "count": _count,
    "days_between": _days_between,
}
