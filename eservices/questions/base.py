"""What a question type is: one class per type, and each attribute says what it is for.

A value is plain JSON, never dependent on a language: text as text, a decimal as "6.5", a date as "2027-04-15", a
choice as its key, several choices as a list of keys in the definition's order, an address as an object.
The one validation of all channels is `parse` and `check`; a page, a keyed-in paper, the API and the stored tests
all go through them.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from eservices.language import Words
from eservices.values import Json

#: What arrived for one question: suffix of the control ("" or "-day") -> the values sent under that name.
Raw = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer: a code, the part it concerns, and the facts its sentence needs.

    Codes are listed in `eservices.questions.faults`, each with its facts; pages and stored tests use the same ones.
    """

    code: str
    part: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What reading an answer gave: a value, or None and no fault when nothing was written, or faults."""

    value: Json = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A key that the author may write for this type beside those every question has."""

    kind: str  #: text, integer, decimal, boolean, texts, day, options, size
    why: str  #: one sentence for the reference and the JSON Schema, in English
    default: Any = None


class QuestionType(ABC):
    """One type of question, configured with the settings its author wrote."""

    #: The name in the form language.
    name: ClassVar[str]
    #: The keys an author may write, beside those every question has.
    settings: ClassVar[Mapping[str, Setting]] = {}
    #: Suffixes of the controls on a page, in reading order; ("",) is one control under the question's id.
    parts: ClassVar[tuple[str, ...]] = ("",)
    #: Whether the controls are a group that needs a legend instead of a label.
    grouped: ClassVar[bool] = False
    #: Whether there is anything to answer at all (information texts and computed values: no).
    asks: ClassVar[bool] = True
    #: The degree of `required` when the author writes none: "true", or "expected" for files and signatures.
    default_required: ClassVar[str] = "true"
    #: The sensitivity when the author writes none.
    default_sensitivity: ClassVar[str] = "normal"
    #: Operators of conditions that make sense on an answer of this type.
    operators: ClassVar[frozenset[str]] = frozenset({"is", "one_of", "answered"})

    @abstractmethod
    def parse(self, raw: Raw) -> Parsed:
        """Read what a person wrote, the way people write it, into one normal form."""

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        """What a well-formed value still breaks: limits, options, dates. `today` is the day of answering."""
        return ()

    @abstractmethod
    def show(self, value: Json, words: Words) -> str:
        """The answer as a person reads it in the language of `words`. Labels of options come from `words.option`."""

    def say(self, value: Json, words: Words) -> str:
        """The answer as an agent reads it back aloud; numbers in groups."""
        return self.show(value, words)

    def mask(self, value: Json, words: Words) -> str:
        """The answer for somebody who may know that it is there, not what it is."""
        return "••••"

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        """The value as the page's controls want it back: suffix -> text (or list, for several choices)."""
        return {"": "" if value is None else str(value)}

    def comparable(self, value: Json) -> Any:
        """The value as conditions compare it: Decimal for numbers, date for dates, else itself."""
        return value

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of the value, for the API and the tests."""
        return {"type": "string"}
