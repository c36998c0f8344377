"""Asking one question the way a page does: what was typed in each control -> value and codes of faults."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from eservices.language import words
from eservices.questions.base import QuestionType, Raw
from eservices.questions.kinds import make
from eservices.values import Json

TODAY = dt.date(2026, 11, 24)
SV = words("sv")

#: One example of every type, configured as an author would: name -> settings and options.
EXAMPLES: Mapping[str, tuple[Mapping[str, object], tuple[str, ...]]] = {
    "text": ({"max_length": 120}, ()),
    "textarea": ({}, ()),
    "email": ({}, ()),
    "phone": ({}, ()),
    "integer": ({"min": 1, "max": 60, "measure": "dagar"}, ()),
    "decimal": ({"min": 1, "max": 40, "measure": "meter"}, ()),
    "money": ({}, ()),
    "date": ({"min": "today"}, ()),
    "date_range": ({"min": "today", "max_days": 400}, ()),
    "time": ({"min": "07:00"}, ()),
    "yes_no": ({"unknown": True}, ()),
    "radio": ({"other": "annan"}, ("motor", "segel", "annan")),
    "checkboxes": ({"other": "annan", "exclusive": ["ingen"], "max": 2}, ("syd", "nord", "annan", "ingen")),
    "select": ({}, ("a", "b", "c")),
    "ranked": ({"places": 3}, ("ett", "tva", "tre", "fyra")),
    "personal_number": ({}, ()),
    "organisation_number": ({}, ()),
    "postal_address": ({}, ()),
    "property_designation": ({}, ()),
    "bank_account": ({}, ()),
    "location": ({}, ()),
    "file": ({"accept": ["jpg", "pdf"]}, ()),
    "signature": ({}, ()),
    "computed": ({"value": {"count": "grannar", "plus": 1}}, ()),
    "info": ({}, ()),
}


def a(name: str, options: tuple[str, ...] | None = None, **settings: object) -> QuestionType:
    """A question of a type: the usual example, or one with settings of its own."""
    usual, usual_options = EXAMPLES[name]
    if options is not None:
        return make(name, settings, options)
    return make(name, settings or usual, usual_options)


def raw(*typed: str, **parts: Any) -> Raw:
    """What a page sends: values of the control itself, and others by suffix (`postal_code` is `-postal_code`)."""
    others = {f"-{part}": value if isinstance(value, list) else [value] for part, value in parts.items()}
    return {**({"": list(typed)} if typed else {}), **others}


def read(question: QuestionType, *typed: str, today: dt.date = TODAY, **parts: Any) -> tuple[Json, tuple[str, ...]]:
    """The value and the codes of the faults, `parse` and `check` together as every channel uses them."""
    parsed = question.parse(raw(*typed, **parts), today)
    faults = parsed.faults
    if not faults and parsed.value is not None:
        faults = question.check(parsed.value, today)
    return parsed.value, tuple(f"{fault.code}{fault.part}" for fault in faults)


def value(question: QuestionType, *typed: str, **parts: Any) -> Json:
    """The value of what must be right."""
    found, codes = read(question, *typed, **parts)
    assert not codes, codes
    return found


def codes(question: QuestionType, *typed: str, today: dt.date = TODAY, **parts: Any) -> tuple[str, ...]:
    """The codes of the faults, each with the part it stands at."""
    return read(question, *typed, today=today, **parts)[1]
