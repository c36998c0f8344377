"""Words: text on one line and on many, e-mail, phone, and the information text that asks nothing."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from eservices.language import Words
from eservices.questions.base import BLANK, BadSetting, Fault, Parsed, QuestionType, Raw, Setting, faulty
from eservices.questions.cleaning import code, first, line, lines
from eservices.values import Json

_REGION = "SE"


@dataclass(frozen=True, kw_only=True)
class Text(QuestionType):
    """Words on one line."""

    name: ClassVar[str] = "text"
    why: ClassVar[str] = "A short text on one line."
    settings: ClassVar[Mapping[str, Setting]] = {
        "max_length": Setting("integer", "The most characters it may have.", 200),
        "min_length": Setting("integer", "The fewest characters that make sense.", 0),
    }
    free: ClassVar[bool] = True
    codes: ClassVar[frozenset[str]] = frozenset({"too_long", "too_short"})

    max_length: int = 200
    min_length: int = 0

    def __post_init__(self) -> None:
        if self.max_length < 1:
            raise BadSetting("max_length", "must_be_positive")
        if self.min_length > self.max_length:
            raise BadSetting("min_length", "min_above_max")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return Parsed(line(first(raw.get("", ()))) or None)

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        length = len(value) if isinstance(value, str) else 0
        if length > self.max_length:
            return (Fault("too_long", "", {"maximum": self.max_length, "length": length}),)
        if length < self.min_length:
            return (Fault("too_short", "", {"minimum": self.min_length}),)
        return ()

    def show(self, value: Json, words: Words) -> str:
        return str(value)

    def json_schema(self) -> dict[str, object]:
        return {"type": "string", "minLength": max(1, self.min_length), "maxLength": self.max_length}


@dataclass(frozen=True, kw_only=True)
class TextArea(Text):
    """Words on several lines; the line breaks are kept."""

    name: ClassVar[str] = "textarea"
    why: ClassVar[str] = "A longer text; line breaks are kept."
    settings: ClassVar[Mapping[str, Setting]] = {
        "max_length": Setting("integer", "The most characters it may have.", 4000),
        "min_length": Setting("integer", "The fewest characters that make sense.", 0),
        "rows": Setting("integer", "How many lines the box shows at first.", 5),
    }

    max_length: int = 4000
    rows: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rows < 1:
            raise BadSetting("rows", "must_be_positive")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return Parsed(lines(first(raw.get("", ()))) or None)

    def index_form(self, value: Json) -> str:
        return " ".join(str(value or "").split())


#: What nearly everybody has; everything else goes to the library, which knows the whole standard.
_PLAIN_EMAIL = re.compile(
    r"([a-z0-9]+(?:[._+-][a-z0-9]+)*)@((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24})", re.IGNORECASE | re.ASCII
)
_LONGEST_EMAIL = 254


@dataclass(frozen=True, kw_only=True)
class Email(QuestionType):
    """An e-mail address; whether anybody reads it is not asked here."""

    name: ClassVar[str] = "email"
    tells_who: ClassVar[bool] = True
    fact: ClassVar[str] = "email"
    why: ClassVar[str] = "An e-mail address."
    autocomplete: ClassVar[Mapping[str, str]] = {"": "email"}
    inputmode: ClassVar[str] = "email"
    codes: ClassVar[frozenset[str]] = frozenset({"not_an_email"})

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = line(first(raw.get("", ())))
        if not written:
            return BLANK
        address = _email(_bare(written))
        return Parsed(address) if address else faulty("not_an_email")

    def show(self, value: Json, words: Words) -> str:
        return str(value)

    def say(self, value: Json, words: Words) -> str:
        spoken = {
            "@": words("snabel-a"),
            ".": words("punkt"),
            "-": words("bindestreck"),
            "_": words("understreck"),
            "+": words("plus"),
        }
        return " ".join(spoken.get(part, part) for part in re.split(r"([@._+-])", str(value)) if part)

    def mask(self, value: Json, words: Words) -> str:
        return f"{str(value)[:1]}••••"

    def index_form(self, value: Json) -> str:
        return str(value or "").casefold()

    def json_schema(self) -> dict[str, object]:
        return {"type": "string", "format": "email", "maxLength": _LONGEST_EMAIL}


def _bare(written: str) -> str:
    """The address out of `Anna <anna@exempel.se>`, `mailto:…` and addresses with a stray space or full stop."""
    inside = re.fullmatch(r"[^<>]*<([^<>]*)>[\s.,;]*", written)
    bare = (inside[1] if inside else written).strip(" .,;\"'")
    return re.sub(r"\s*([@.])\s*", r"\1", bare.removeprefix("mailto:")).replace("\uff20", "@")


def _email(address: str) -> str | None:
    if len(address) > _LONGEST_EMAIL:
        return None
    plain = _PLAIN_EMAIL.fullmatch(address)
    if plain and len(plain[1]) <= 64:  # noqa: PLR2004 - RFC 5321
        return f"{plain[1]}@{plain[2].lower()}"
    from email_validator import EmailNotValidError, validate_email  # rarely needed, and costs memory

    try:
        return validate_email(address, check_deliverability=False, strict=True).normalized
    except (EmailNotValidError, UnicodeError):
        return None


@dataclass(frozen=True, kw_only=True)
class Phone(QuestionType):
    """A phone number from anywhere, kept in international form and shown the national way."""

    name: ClassVar[str] = "phone"
    tells_who: ClassVar[bool] = True
    fact: ClassVar[str] = "phone"
    why: ClassVar[str] = "A phone number, Swedish or foreign."
    autocomplete: ClassVar[Mapping[str, str]] = {"": "tel"}
    inputmode: ClassVar[str] = "tel"
    codes: ClassVar[frozenset[str]] = frozenset({"not_a_phone"})

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = code(first(raw.get("", ())))
        if not written:
            return BLANK
        number = _e164(written.removeprefix("tel:"))
        return Parsed(number) if number else faulty("not_a_phone")

    def show(self, value: Json, words: Words) -> str:
        return _national(str(value))

    def say(self, value: Json, words: Words) -> str:
        national = _national(str(value))
        if not national.startswith("+"):
            return national.replace("-", ", ")
        return ", ".join(_in_pairs(group) for group in national.split(" "))

    def mask(self, value: Json, words: Words) -> str:
        return f"•••• {str(value)[-2:]}"

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {"": _national(value) if isinstance(value, str) else ""}

    def json_schema(self) -> dict[str, object]:
        return {"type": "string", "pattern": r"^\+[1-9][0-9]{5,14}$"}


def _in_pairs(group: str) -> str:
    """Figures in pairs, as one says them; a country's own code stays whole."""
    if group.startswith("+") or not group.isdecimal():
        return group
    return " ".join(group[start : start + 2] for start in range(0, len(group), 2))


#: The parts a written number may have; letters would be read as keys on a telephone.
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{3,30}")


def _e164(written: str) -> str | None:
    import phonenumbers  # with its metadata some megabytes, and only where somebody gives a number

    if not _PHONE.fullmatch(written):
        return None
    try:
        number = phonenumbers.parse(written, _REGION)
    except phonenumbers.NumberParseException:
        return None
    # Numbers here are held against the Swedish plan; abroad only the length is, for plans change.
    swedish = number.country_code == phonenumbers.country_code_for_region(_REGION)
    right = phonenumbers.is_valid_number(number) if swedish else phonenumbers.is_possible_number(number)
    if not right or number.extension:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=512)
def _national(value: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return value
    swedish = number.country_code == phonenumbers.country_code_for_region(_REGION)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if swedish else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form))


@dataclass(frozen=True, kw_only=True)
class Info(QuestionType):
    """Something to read between the questions; there is nothing to answer."""

    name: ClassVar[str] = "info"
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A text to read; nothing is asked."
    suffixes: ClassVar[tuple[str, ...]] = ()
    asks: ClassVar[bool] = False
    operators: ClassVar[frozenset[str]] = frozenset()

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return BLANK

    def show(self, value: Json, words: Words) -> str:
        return ""

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {}

    def json_schema(self) -> dict[str, object]:
        return {"type": "null"}
