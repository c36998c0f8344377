"""The only list of question types: name in the form language -> class. It checks itself when it is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType

from eservices.questions.base import QuestionType
from eservices.questions.choices import Checkboxes, Radio, Ranked, Select, YesNo
from eservices.questions.dates import Date, DateRange, Time
from eservices.questions.faults import FAULTS
from eservices.questions.files import File, Signature
from eservices.questions.numbers import Computed, DecimalNumber, Integer, Money
from eservices.questions.places import Location, PostalAddress
from eservices.questions.setting import KINDS as SETTING_KINDS
from eservices.questions.swedish import BankAccount, OrganisationNumber, PersonalNumber, PropertyDesignation
from eservices.questions.text import Email, Info, Phone, Text, TextArea

_TYPES: tuple[type[QuestionType], ...] = (
    Text,
    TextArea,
    Email,
    Phone,
    Integer,
    DecimalNumber,
    Money,
    Date,
    DateRange,
    Time,
    YesNo,
    Radio,
    Checkboxes,
    Select,
    Ranked,
    PersonalNumber,
    OrganisationNumber,
    PostalAddress,
    PropertyDesignation,
    BankAccount,
    Location,
    File,
    Signature,
    Computed,
    Info,
)

#: Operators that conditions know; a type may not promise others.
OPERATORS = frozenset(
    {
        "is",
        "one_of",
        "contains",
        "answered",
        "at_least",
        "at_most",
        "more_than",
        "less_than",
        "before",
        "after",
        "on_or_before",
        "on_or_after",
    }
)


def _registered(types: Sequence[type[QuestionType]]) -> Mapping[str, type[QuestionType]]:
    """The register. A type that breaks the rules of the house stops the program here, not a page in March."""
    register: dict[str, type[QuestionType]] = {}
    for kind in types:
        wrong = _wrong(kind)
        if kind.name in register:
            wrong = f"the name is taken by {register[kind.name].__name__}"
        if wrong:
            raise TypeError(f"question type {kind.__name__} ({kind.name}): {wrong}")
        register[kind.name] = kind
    return MappingProxyType(register)


def _wrong(kind: type[QuestionType]) -> str | None:
    if not re.fullmatch("[a-z][a-z_]*", kind.name):
        return "its name is no name of the form language"
    own = {field.name for field in fields(kind)} - ({"options", "items", "limits"} if kind.has_options else {"limits"})
    if own != set(kind.settings):
        return f"its settings and its fields differ: {sorted(own ^ set(kind.settings))}"
    if unknown := {setting.kind for setting in kind.settings.values()} - SETTING_KINDS:
        return f"it has settings of unknown kinds: {sorted(unknown)}"
    if strange := kind.operators - OPERATORS:
        return f"it promises operators that conditions do not know: {sorted(strange)}"
    if silent := kind.codes - set(FAULTS):
        return f"it gives faults without a sentence: {sorted(silent)}"
    return None


#: Name -> type, in the order the reference lists them.
KINDS = _registered(_TYPES)


def names() -> tuple[str, ...]:
    """The names of all types."""
    return tuple(KINDS)


def kind(name: str) -> type[QuestionType]:
    """The type of that name. Raises `KeyError`."""
    return KINDS[name]


def make(
    name: str, settings: Mapping[str, object], options: Sequence[str] = (), *, items: bool = False
) -> QuestionType:
    """A type as an author configured it; with `items` one chooses among the items of a group. Raises `KeyError` for
    an unknown name, `BadSetting` for a bad setting."""
    return KINDS[name].from_settings(settings, options, items=items)
