"""Swedish numbers: who somebody is, which organisation, which property, which account."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from eservices.language import N_, Words
from eservices.questions.base import BLANK, BadSetting, Fault, Parsed, QuestionType, Raw, Setting, faulty
from eservices.questions.cleaning import code, digits, first, line
from eservices.values import Json

_NONE = "-none"

#: The value of somebody who has no Swedish personal number.
NO_NUMBER = "none"

#: What a number is written with: digits, and one sign for how old somebody is.
_PERSONAL = re.compile(r"((?:[0-9]{2})?[0-9]{6}) ?([-+]?) ?([0-9]{4})")
_DASHED = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?=[-+ ]?[0-9]{4}$)")
_SPACED = re.compile(r"(?<=[0-9])[ .](?=[0-9])")

#: A coordination number is a birth date with 60 added to the day; the day 60 and the month 00 are not known.
_COORDINATION = 60


@dataclass(frozen=True, slots=True)
class _Born:
    """What the first eight digits say. `day` is None where the date is not fully known."""

    year: int
    day: dt.date | None


def _born(eight: str) -> _Born | None:
    """Read a birth date out of eight digits of a personal or coordination number; None where there is none."""
    year, month, day = int(eight[:4]), int(eight[4:6]), int(eight[6:])
    if day >= _COORDINATION:
        day -= _COORDINATION
        if day == 0 or month == 0:
            return _Born(year, None) if month <= 12 and day <= 31 else None  # noqa: PLR2004
    try:
        return _Born(year, dt.date(year, month, day))
    except ValueError:
        return None


def _after(born: _Born, today: dt.date) -> bool:
    return born.day > today if born.day else born.year > today.year


def luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others (the modulus-10 rule of all Swedish numbers)."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _century(six: str, sign: str, today: dt.date) -> str | None:
    """Ten digits with their century: the latest that is not in the future; with a plus, a hundred years before."""
    for century in range(today.year // 100, 17, -1):
        born = _born(f"{century}{six}")
        if born and not _after(born, today):
            return f"{century - 1 if sign == '+' else century}{six}"
    return None


def read_personal_number(written: str, today: dt.date) -> str | None:
    """`19850709-9805` out of any way to write it, coordination numbers too; None for what is no such number."""
    found = _PERSONAL.fullmatch(_DASHED.sub(r"\1\2\3", _SPACED.sub("", written)))
    if not found:
        return None
    birth, sign, last = found.groups()
    eight = birth if len(birth) == 8 else _century(birth, sign, today)  # noqa: PLR2004
    if eight is None or _born(eight) is None or last.startswith("000") or not luhn(eight[2:] + last):
        return None
    return f"{eight}-{last}"


@dataclass(frozen=True, kw_only=True)
class PersonalNumber(QuestionType):
    """A personnummer or samordningsnummer; who has none says so with one click."""

    name: ClassVar[str] = "personal_number"
    tells_who: ClassVar[bool] = True
    fact: ClassVar[str] = "personal_number"
    why: ClassVar[str] = "A Swedish personal identity number or coordination number."
    settings: ClassVar[Mapping[str, Setting]] = {
        "none": Setting("boolean", 'Whether "I have no Swedish personal number" may be answered.', default=True),
    }
    inputmode: ClassVar[str] = "numeric"
    default_sensitivity: ClassVar[str] = "personal"
    part_labels: ClassVar[Mapping[str, str]] = {
        "": N_("Personnummer"),
        _NONE: N_("Jag har inget svenskt personnummer"),
    }
    codes: ClassVar[frozenset[str]] = frozenset(
        {"not_a_personal_number", "personal_number_digits", "born_in_future", "number_or_none"}
    )

    none: bool = True

    @property
    def parts(self) -> tuple[str, ...]:
        return ("", _NONE) if self.none else ("",)

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = code(first(raw.get("", ())))
        none = self.none and (written == NO_NUMBER or bool(line(first(raw.get(_NONE, ())))))
        if none:
            return faulty("number_or_none") if written not in {"", NO_NUMBER} else Parsed(NO_NUMBER)
        if not written:
            return BLANK
        number = read_personal_number(written, today)
        if number is not None:
            return Parsed(number)
        complete = len(digits(written)) in {10, 12} and not re.search("[^0-9 .+-]", written)
        return faulty("not_a_personal_number" if complete else "personal_number_digits")

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        if value == NO_NUMBER:
            return () if self.none else (Fault("personal_number_digits"),)
        born = _born(digits(str(value))[:8])
        return (Fault("born_in_future"),) if born is None or _after(born, today) else ()

    def show(self, value: Json, words: Words) -> str:
        return words("Har inget svenskt personnummer") if value == NO_NUMBER else str(value)

    def say(self, value: Json, words: Words) -> str:
        number = digits(str(value))
        if value == NO_NUMBER:
            return self.show(value, words)
        return f"{' '.join(_pairs(number[:8]))}, {' '.join(_pairs(number[8:]))}"

    def mask(self, value: Json, words: Words) -> str:
        return self.show(value, words) if value == NO_NUMBER else f"{str(value)[:8]}-••••"

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        controls: dict[str, str | list[str]] = {"": str(value) if value and value != NO_NUMBER else ""}
        if self.none:
            controls[_NONE] = "yes" if value == NO_NUMBER else ""
        return controls

    def index_form(self, value: Json) -> str:
        return "" if value == NO_NUMBER else digits(str(value or ""))

    def json_schema(self) -> dict[str, Any]:
        number = {"type": "string", "pattern": "^[0-9]{8}-[0-9]{4}$"}
        return {"anyOf": [number, {"const": NO_NUMBER}]} if self.none else number


@dataclass(frozen=True, kw_only=True)
class OrganisationNumber(QuestionType):
    """An organisation's number; a sole trader's is the owner's personal number."""

    name: ClassVar[str] = "organisation_number"
    fact: ClassVar[str] = "number"
    why: ClassVar[str] = "The number of a company, association or authority."
    settings: ClassVar[Mapping[str, Setting]] = {
        "sole_trader": Setting("boolean", "Whether a sole trader's personal number is right too.", default=True),
    }
    inputmode: ClassVar[str] = "numeric"
    codes: ClassVar[frozenset[str]] = frozenset({"not_an_organisation_number", "born_in_future"})

    sole_trader: bool = True

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = code(first(raw.get("", ())))
        if not written:
            return BLANK
        found = re.fullmatch(r"(?:16)?([0-9]{6}) ?-? ?([0-9]{4})", _SPACED.sub("", written.upper().removeprefix("SE ")))
        # The third digit tells an organisation, at least 2, from a person's month of birth.
        if found and found[1][2] >= "2" and luhn(found[1] + found[2]):
            return Parsed(f"{found[1]}-{found[2]}")
        person = read_personal_number(written, today) if self.sole_trader else None
        return Parsed(person) if person else faulty("not_an_organisation_number")

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        number = digits(str(value))
        if len(number) != 12:  # noqa: PLR2004
            return ()
        born = _born(number[:8])
        return (Fault("born_in_future"),) if born is None or _after(born, today) else ()

    def show(self, value: Json, words: Words) -> str:
        return str(value)

    def say(self, value: Json, words: Words) -> str:
        number = digits(str(value))
        return f"{' '.join(_pairs(number[:-4]))}, {' '.join(_pairs(number[-4:]))}"

    def mask(self, value: Json, words: Words) -> str:
        return f"{str(value)[:-4]}••••"

    def index_form(self, value: Json) -> str:
        return digits(str(value or ""))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([0-9]{2})?[0-9]{6}-[0-9]{4}$"}


#: TRAKT BLOCK:ENHET, the municipality perhaps before it; S, GA and FS stand for common land and facilities.
_PROPERTY = re.compile(r"([^\W\d_][\w .'/()-]{0,80}?) ((?:S|GA|FS|[0-9]{1,5}):[0-9]{1,5}|[0-9]{1,5})(?:>[0-9]{1,3})?")


@dataclass(frozen=True, kw_only=True)
class PropertyDesignation(QuestionType):
    """The name of a property in the register, such as TJÖRN HÖVIKSNÄS 1:23; that it exists is not checked."""

    name: ClassVar[str] = "property_designation"
    why: ClassVar[str] = "The designation of a property in the land register."
    codes: ClassVar[frozenset[str]] = frozenset({"not_a_property"})

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = re.sub(r" ?([:>]) ?", r"\1", code(first(raw.get("", ()))).upper())
        if not written:
            return BLANK
        return Parsed(written) if _PROPERTY.fullmatch(written) else faulty("not_a_property")

    def show(self, value: Json, words: Words) -> str:
        return str(value)

    def say(self, value: Json, words: Words) -> str:
        name, _, number = str(value).rpartition(" ")
        colon = words("kolon")
        return f"{name.title()} {number.replace(':', f' {colon} ')}"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 100}


_KINDS = {"bankgiro": N_("Bankgiro"), "plusgiro": N_("Plusgiro"), "account": N_("Bankkonto")}
_CLEARING = re.compile("[1-9][0-9]{3}|8[0-9]{4}")


@dataclass(frozen=True, kw_only=True)
class BankAccount(QuestionType):
    """Where money is paid to: bankgiro, plusgiro or a bank account.

    Giro numbers are checked by their check digit. A bank's own account number is not: each bank has rules of its
    own, and a wrong refusal would be worse than the bank's answer.
    """

    name: ClassVar[str] = "bank_account"
    tells_who: ClassVar[bool] = True
    why: ClassVar[str] = "Where money is paid to: bankgiro, plusgiro or a bank account."
    settings: ClassVar[Mapping[str, Setting]] = {
        "kinds": Setting("choices", "Which kinds may be given; all unless written.", None, tuple(_KINDS)),
    }
    part_labels: ClassVar[Mapping[str, str]] = {
        "-kind": N_("Typ av konto"),
        "-clearing": N_("Clearingnummer, för bankkonto"),
        "-number": N_("Nummer"),
    }
    inputmode: ClassVar[str] = "numeric"
    grouped: ClassVar[bool] = True
    default_sensitivity: ClassVar[str] = "personal"
    operators: ClassVar[frozenset[str]] = frozenset({"answered"})
    codes: ClassVar[frozenset[str]] = frozenset(
        {"account_kind_missing", "clearing_missing", "account_number_missing", "not_a_giro", "not_an_account"}
    )

    kinds: tuple[str, ...] = tuple(_KINDS)

    def __post_init__(self) -> None:
        if not self.kinds:
            raise BadSetting("kinds", "not_a_list")

    @property
    def parts(self) -> tuple[str, ...]:
        kind = ("-kind",) if len(self.kinds) > 1 else ()
        return (*kind, *(("-clearing",) if "account" in self.kinds else ()), "-number")

    @property
    def kind_labels(self) -> Mapping[str, str]:
        """What the kinds are called (Swedish, translated when shown)."""
        return {kind: _KINDS[kind] for kind in self.kinds}

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        kind, clearing, number = (code(first(raw.get(part, ()))) for part in ("-kind", "-clearing", "-number"))
        if not clearing and not number:
            return BLANK
        kind = kind or (self.kinds[0] if len(self.kinds) == 1 else "")
        if kind not in self.kinds:
            return faulty("account_kind_missing", "-kind")
        if not number:
            return faulty("account_number_missing", "-number")
        return _account(clearing, number) if kind == "account" else _giro(kind, number)

    def show(self, value: Json, words: Words) -> str:
        account = value if isinstance(value, dict) else {}
        parts = [words(_KINDS.get(str(account.get("kind")), "")), account.get("clearing"), account.get("number")]
        return " ".join(str(part) for part in parts if part)

    def say(self, value: Json, words: Words) -> str:
        account = value if isinstance(value, dict) else {}
        spoken = [" ".join(_pairs(digits(str(account.get(part) or "")))) for part in ("clearing", "number")]
        return ", ".join([words(_KINDS.get(str(account.get("kind")), "")), *(part for part in spoken if part)])

    def mask(self, value: Json, words: Words) -> str:
        account = value if isinstance(value, dict) else {}
        return f"{words(_KINDS.get(str(account.get('kind')), ''))} ••••"

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        account = value if isinstance(value, dict) else {}
        return {part: str(account.get(part[1:]) or "") for part in self.parts}

    def index_form(self, value: Json) -> str:
        account = value if isinstance(value, dict) else {}
        return digits(f"{account.get('clearing') or ''}{account.get('number') or ''}")

    def json_schema(self) -> dict[str, Any]:
        text = {"type": "string"}
        properties = {"kind": {"enum": list(self.kinds)}, "clearing": text, "number": text}
        return {"type": "object", "properties": properties, "required": ["kind", "number"]}


def _giro(kind: str, written: str) -> Parsed:
    number = digits(written)
    least, most, tail = (7, 8, 4) if kind == "bankgiro" else (2, 8, 1)
    if re.search("[^0-9 -]", written) or not least <= len(number) <= most or not luhn(number):
        return faulty("not_a_giro", "-number", kind=_KINDS[kind])
    return Parsed({"kind": kind, "number": f"{number[:-tail]}-{number[-tail:]}"})


def _account(clearing: str, number: str) -> Parsed:
    clearing = re.sub("[ -]", "", clearing)
    if not clearing:
        return faulty("clearing_missing", "-clearing")
    if not _CLEARING.fullmatch(clearing):
        return faulty("not_an_account", "-clearing")
    plain = digits(number)
    if re.search("[^0-9 .-]", number) or not 1 <= len(plain) <= 12:  # noqa: PLR2004
        return faulty("not_an_account", "-number")
    return Parsed({"kind": "account", "clearing": clearing, "number": plain})


def _pairs(number: str) -> list[str]:
    """Digits two by two, as one says them; an odd first one alone."""
    start = len(number) % 2
    head = [number[:start]] if start else []
    return head + [number[place : place + 2] for place in range(start, len(number), 2)]
