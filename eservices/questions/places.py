"""Places: where post reaches somebody, and where something is, in words."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from eservices.language import N_, Words
from eservices.questions.base import BLANK, BadSetting, Fault, Parsed, QuestionType, Raw, Setting
from eservices.questions.cleaning import code, digits, first, line
from eservices.values import Json

_LONGEST = {"-street": 120, "-postal_code": 12, "-city": 80, "-country": 60}
_MISSING = {"-street": "street_missing", "-postal_code": "postal_code_missing", "-city": "city_missing"}
_HOME = frozenset({"sverige", "sweden", "se", "ruotsi", "швеція", "السويد"})


@dataclass(frozen=True, kw_only=True)
class PostalAddress(QuestionType):
    """Where a letter reaches somebody. Abroad begins with a country: then any postal code is right, or none."""

    name: ClassVar[str] = "postal_address"
    fact: ClassVar[str] = "address"
    why: ClassVar[str] = "A postal address, in Sweden or abroad."
    suffixes: ClassVar[tuple[str, ...]] = ("-street", "-postal_code", "-city", "-country")
    part_labels: ClassVar[Mapping[str, str]] = {
        "-street": N_("Gatuadress"),
        "-postal_code": N_("Postnummer"),
        "-city": N_("Postort"),
        "-country": N_("Land, om det inte är Sverige"),
    }
    autocomplete: ClassVar[Mapping[str, str]] = {
        "-street": "street-address",
        "-postal_code": "postal-code",
        "-city": "address-level2",
        "-country": "country-name",
    }
    grouped: ClassVar[bool] = True
    operators: ClassVar[frozenset[str]] = frozenset({"answered"})
    codes: ClassVar[frozenset[str]] = frozenset({*_MISSING.values(), "not_a_postal_code", "too_long"})
    required_texts: ClassVar[tuple[str, str]] = (N_("Fyll i {thing}"), N_("Skriv en adress"))

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = {part: line(first(raw.get(part, ()))) for part in self.suffixes}
        if not any(written.values()):
            return BLANK
        abroad = written["-country"] if written["-country"].casefold() not in _HOME else ""
        faults = []
        for part, missing in _MISSING.items():
            if not written[part] and not (abroad and part == "-postal_code"):
                faults.append(Fault(missing, part))
        postal_code = written["-postal_code"] if abroad else _swedish_code(written["-postal_code"])
        if written["-postal_code"] and postal_code is None:
            faults.append(Fault("not_a_postal_code", "-postal_code"))
        if faults:
            return Parsed(None, tuple(sorted(faults, key=lambda fault: self.suffixes.index(fault.part))))
        address: dict[str, Json] = {
            "street": written["-street"],
            "postal_code": postal_code or "",
            "city": written["-city"],
        }
        return Parsed({**address, "country": abroad} if abroad else address)

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        controls = self.controls(value)
        return tuple(
            Fault("too_long", part, {"maximum": longest, "length": len(controls[part])})
            for part, longest in _LONGEST.items()
            if len(controls[part]) > longest
        )

    def show(self, value: Json, words: Words) -> str:
        """The address on one line: street, postal code and town, and the country where there is one."""
        address = value if isinstance(value, dict) else {}
        place = f"{address.get('postal_code') or ''} {address.get('city') or ''}".strip()
        return ", ".join(str(part) for part in (address.get("street"), place, address.get("country")) if part)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        address = value if isinstance(value, dict) else {}
        return {part: str(address.get(part[1:]) or "") for part in self.suffixes}

    def index_form(self, value: Json) -> str:
        address = value if isinstance(value, dict) else {}
        parts = (address.get(key) for key in ("street", "postal_code", "city", "country"))
        return ", ".join(str(part) for part in parts if part)

    def json_schema(self) -> dict[str, Any]:
        properties = {part[1:]: {"type": "string", "maxLength": longest} for part, longest in _LONGEST.items()}
        required = ["street", "postal_code", "city"]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _swedish_code(written: str) -> str | None:
    """`471 80` out of what people write; None where it is no Swedish postal code."""
    written = code(written).upper()
    number = digits(written)
    right = re.fullmatch("(?:SE|S)?[ -]?[1-9][0-9 -]{4,6}", written) and len(number) == 5  # noqa: PLR2004
    return f"{number[:3]} {number[3:]}" if right else None


@dataclass(frozen=True, kw_only=True)
class Location(QuestionType):
    """Where something is, in words; a map may help, and never replaces them."""

    name: ClassVar[str] = "location"
    why: ClassVar[str] = "Where something is, in words."
    settings: ClassVar[Mapping[str, Setting]] = {
        "max_length": Setting("integer", "The most characters it may have.", 300),
    }
    free: ClassVar[bool] = True
    codes: ClassVar[frozenset[str]] = frozenset({"too_long"})
    required_texts: ClassVar[tuple[str, str]] = (N_("Fyll i {thing}"), N_("Beskriv platsen med egna ord"))

    max_length: int = 300

    def __post_init__(self) -> None:
        if self.max_length < 1:
            raise BadSetting("max_length", "must_be_positive")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return Parsed(line(first(raw.get("", ()))) or None)

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        length = len(str(value))
        if length > self.max_length:
            return (Fault("too_long", "", {"maximum": self.max_length, "length": length}),)
        return ()

    def show(self, value: Json, words: Words) -> str:
        return str(value)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.max_length}
