"""Places: where post reaches somebody, and where something is, in words and perhaps on a map."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from eservices.language import N_, Words
from eservices.questions.base import BLANK, BadSetting, Fault, Parsed, QuestionType, Raw, Setting, faulty
from eservices.questions.cleaning import code, digits, first, line
from eservices.questions.coordinates import read_point
from eservices.values import Json

_LONGEST = {"-street": 120, "-postal_code": 12, "-city": 80, "-country": 60}
_MISSING = {"-street": "street_missing", "-postal_code": "postal_code_missing", "-city": "city_missing"}
_HOME = frozenset({"sverige", "sweden", "se", "ruotsi", "швеція", "السويد"})


@dataclass(frozen=True, kw_only=True)
class PostalAddress(QuestionType):
    """Where a letter reaches somebody. Abroad begins with a country: then any postal code is right, or none."""

    name: ClassVar[str] = "postal_address"
    tells_who: ClassVar[bool] = True
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
        "-street": "address-line1",
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


_POINT = "-coordinates"


@dataclass(frozen=True, kw_only=True)
class Location(QuestionType):
    """Where something is, in words; a point on the map may come with them, and never replaces them.

    Without a point the value is the text; with one it is `{text, latitude, longitude}`, in degrees. What is compared,
    searched for and quoted is the text alone, so the way through a service is the same with a point and without.
    """

    name: ClassVar[str] = "location"
    why: ClassVar[str] = "Where something is, in words, perhaps with coordinates."
    settings: ClassVar[Mapping[str, Setting]] = {
        "max_length": Setting("integer", "The most characters it may have.", 300),
        "coordinates": Setting("boolean", "Whether coordinates may come with it; never demanded.", True),
    }
    part_labels: ClassVar[Mapping[str, str]] = {_POINT: N_("Koordinater, om du har dem")}
    part_hints: ClassVar[Mapping[str, str]] = {_POINT: N_("Till exempel 57.9967, 11.5480. SWEREF 99 TM går också bra.")}
    free: ClassVar[bool] = True
    codes: ClassVar[frozenset[str]] = frozenset({"too_long", "not_coordinates", "not_in_sweden", "place_in_words"})
    required_texts: ClassVar[tuple[str, str]] = (N_("Fyll i {thing}"), N_("Beskriv platsen med egna ord"))

    max_length: int = 300
    coordinates: bool = True

    def __post_init__(self) -> None:
        if self.max_length < 1:
            raise BadSetting("max_length", "must_be_positive")

    @property
    def parts(self) -> tuple[str, ...]:
        return ("", _POINT) if self.coordinates else ("",)

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        text = line(first(raw.get("", ())))
        written = line(first(raw.get(_POINT, ()))) if self.coordinates else ""
        point = read_point(written or text) if self.coordinates else None
        if written and point is None:
            return faulty("not_coordinates", _POINT)
        if point is not None and not point.near_sweden:
            if written:
                return faulty("not_in_sweden", _POINT)
            point = None  # numbers among the words: they are the person's own
        if written and not text:
            return faulty("place_in_words")
        if not text or point is None:
            return Parsed(text or None)
        latitude, longitude = point.written()
        return Parsed({"text": text, "latitude": latitude, "longitude": longitude})

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        length = len(_words_of(value))
        if length > self.max_length:
            return (Fault("too_long", "", {"maximum": self.max_length, "length": length}),)
        return ()

    def show(self, value: Json, words: Words) -> str:
        text, point = _words_of(value), _point_of(value)
        return f"{text} ({point})" if point and read_point(text) is None else text

    def say(self, value: Json, words: Words) -> str:
        return _words_of(value)

    def quote(self, value: Json, words: Words) -> str:
        return _words_of(value)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        text = "" if value is None else _words_of(value)
        return {"": text, _POINT: _point_of(value)} if self.coordinates else {"": text}

    def comparable(self, value: Json) -> Any:
        return _words_of(value)

    def index_form(self, value: Json) -> str:
        return "" if value is None else _words_of(value)

    def json_schema(self) -> dict[str, Any]:
        text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": self.max_length}
        if not self.coordinates:
            return text
        degrees = {"type": "string", "pattern": r"^[0-9]{1,2}\.[0-9]{5}$"}
        properties = {"text": text, "latitude": degrees, "longitude": degrees}
        with_point = {"type": "object", "properties": properties, "required": [*properties]}
        return {"anyOf": [text, {**with_point, "additionalProperties": False}]}


def _words_of(value: Json) -> str:
    return str(value.get("text") or "") if isinstance(value, dict) else str(value)


def _point_of(value: Json) -> str:
    """The point as people copy it into a map; "" where there is none."""
    return f"{value.get('latitude')}, {value.get('longitude')}" if isinstance(value, dict) else ""
