"""What a question type is: one class per type, and each attribute says what it is for.

A value is plain JSON, never dependent on a language: text as text, a decimal as "6.5", a date as "2027-04-15", a
choice as its key, several choices as a list of keys in the definition's order, an address as an object.
The one validation of all channels is `parse` and `check`; a page, a keyed-in paper, the API and the stored tests
all go through them.
"""

import copy
import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Self

from eservices.language import N_, Words
from eservices.questions.setting import BadSetting, DayLimit, Reference, Setting
from eservices.values import Json

__all__ = ["BLANK", "HIDDEN", "BadSetting", "Fault", "Parsed", "QuestionType", "Raw", "Setting", "faulty"]

#: What arrived for one question: suffix of the control ("" or "-day") -> the values sent under that name.
Raw = Mapping[str, Sequence[str]]

#: Stands for what somebody may know to be there, but not read.
HIDDEN = "••••"


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


#: Nothing was written.
BLANK = Parsed()


def faulty(code: str, part: str = "", **facts: object) -> Parsed:
    """Something was written, and one thing is wrong with it."""
    return Parsed(None, (Fault(code, part, facts),))


@dataclass(frozen=True, kw_only=True)
class QuestionType(ABC):
    """One type of question, configured with the settings its author wrote; each setting is a field of its name."""

    #: The name in the form language.
    name: ClassVar[str]
    #: One sentence for the reference of the form language, in English.
    why: ClassVar[str]
    #: The keys an author may write, beside those every question has.
    settings: ClassVar[Mapping[str, Setting]] = {}
    #: Whether the author lists options; their keys arrive in a field `options`.
    has_options: ClassVar[bool] = False
    #: Suffixes of the controls on a page; see `parts`, which some types make out of their settings.
    suffixes: ClassVar[tuple[str, ...]] = ("",)
    #: What each control is called, where a type has several (Swedish, translated when shown).
    part_labels: ClassVar[Mapping[str, str]] = {}
    #: A short help under such a label.
    part_hints: ClassVar[Mapping[str, str]] = {}
    #: What HTML's autocomplete calls each control when it is about the person who fills in; "" where it has no name.
    autocomplete: ClassVar[Mapping[str, str]] = {}
    #: HTML's inputmode of the controls.
    inputmode: ClassVar[str] = "text"
    #: Whether the controls are a group that needs a legend instead of a label.
    grouped: ClassVar[bool] = False
    #: Whether there is anything to answer at all (information texts and computed values: no).
    asks: ClassVar[bool] = True
    #: Whether the answer is the applicant's own words, in any language and direction.
    free: ClassVar[bool] = False
    #: Whether the answer says where somebody is, how to reach them, or who they are: of a protected person nobody on
    #: the other side sees it. True until a type knows better.
    tells_where: ClassVar[bool] = True
    #: Whether the answer can only tell who somebody is or how to reach them, whatever its author says of it: whoever
    #: opens a draft by its code shows first that they know something of this, and no co-signer sees it on paper.
    tells_who: ClassVar[bool] = False
    #: Whether others find the answer in a few tries, or its owner cannot say it again in words: it proves nothing.
    is_guessed: ClassVar[bool] = False
    #: Whether the answer says something without its question; a yes does not.
    says_by_itself: ClassVar[bool] = True
    #: Whether it is a day or a time: its limits are the earliest and the latest.
    of_time: ClassVar[bool] = False
    #: Whether the answer is another each time, as a day or a signature is: a renewal asks for it anew.
    asked_anew: ClassVar[bool] = False
    #: Whether it can be asked if the answer holds; a signature only stands behind what the others say.
    may_be_wrong: ClassVar[bool] = True
    #: Whether the answer says nothing of anybody: it stays as it is where a case becomes a stored test.
    impersonal: ClassVar[bool] = False
    #: Whether a stored test has the answer as it is kept, not control by control.
    written_whole: ClassVar[bool] = False
    #: Whether it is a number: a limit of others, and possible only between its own.
    is_number: ClassVar[bool] = False
    #: Whether one of the options is chosen, and one only.
    chooses_one: ClassVar[bool] = False
    #: Whether a choice can open a question below it on the page.
    opens: ClassVar[bool] = False
    #: What about a person the answer can only be: email, phone, address, personal_number, number (of an organisation).
    fact: ClassVar[str] = ""
    #: Whether the answer is files, which come beside what is typed.
    takes_files: ClassVar[bool] = False
    #: The degree of `required` when the author writes none: "true", or "expected" for files and signatures.
    default_required: ClassVar[str] = "true"
    #: The sensitivity when the author writes none.
    default_sensitivity: ClassVar[str] = "normal"
    #: Operators of conditions that make sense on an answer of this type.
    operators: ClassVar[frozenset[str]] = frozenset({"is", "one_of", "answered"})
    #: The codes of faults that `parse` and `check` may give.
    codes: ClassVar[frozenset[str]] = frozenset()
    #: What somebody is asked for who left it blank: after a label that names a thing, and after one that is a question.
    required_texts: ClassVar[tuple[str, str]] = (N_("Fyll i {thing}"), N_("Skriv ditt svar"))

    #: Code of the fault where several answers should add up to another and do not.
    sum_fault: ClassVar[str] = "numbers_do_not_add_up"

    #: The settings that are earlier answers, in order: what they come to depends on those (see `under`).
    limits: tuple[tuple[str, Reference], ...] = ()

    @classmethod
    def from_settings(cls, settings: Mapping[str, object], options: Sequence[str] = (), *, items: bool = False) -> Self:
        """The type as an author configured it; with `items` its options are the items of a group.

        Raises `BadSetting` with the first key that cannot be.
        """
        for key in settings:
            if key not in cls.settings:
                raise BadSetting(key, "unknown_setting", known=tuple(cls.settings))
        read = {key: cls.settings[key].read(key, written) for key, written in settings.items()}
        fields = {key: value for key, value in read.items() if not isinstance(value, Reference)}
        if len(fields) < len(read):
            fields["limits"] = tuple((key, value) for key, value in read.items() if isinstance(value, Reference))
        if cls.has_options:
            fields["options"] = tuple(options)
        if items:
            if "items" not in cls.__dataclass_fields__:
                raise BadSetting("options", "no_items_here")
            fields["items"] = True
        make: Any = cls
        configured: Self = make(**fields)
        return configured

    def under(self, lookup: Callable[[str], Any]) -> Self:
        """The type with the limits that these answers set; what is not known yet sets none."""
        if not self.limits:
            return self
        made = copy.copy(self)
        for key, reference in self.limits:
            limit = reference.limit(lookup(reference.name))
            if limit is not None:
                object.__setattr__(made, key, limit)
        return made

    @property
    def parts(self) -> tuple[str, ...]:
        """Suffixes of the controls on a page, in reading order; ("",) is one control under the question's id."""
        return self.suffixes

    @property
    def measure_text(self) -> str:
        """The word beside the box, such as `meter` (Swedish, translated when shown); "" for most types."""
        return ""

    @property
    def shows_total(self) -> bool:
        """Whether it shows what earlier answers come to; see `Computed`."""
        return False

    @property
    def refers_to(self) -> tuple[str, ...]:
        """Ids of other questions or groups that the value is made of, or that set its limits."""
        return tuple(reference.name for _, reference in self.limits)

    @abstractmethod
    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        """Read what a person wrote, the way people write it, into one normal form. Never raises.

        `today` is the day of answering, for what is written without its century.
        """

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        """What a well-formed value still breaks: limits, options, dates. `today` is the day of answering."""
        return ()

    @abstractmethod
    def show(self, value: Json, words: Words) -> str:
        """The answer as a person reads it in the language of `words`. Labels of options come from `words.option`."""

    def say(self, value: Json, words: Words) -> str:
        """The answer as an agent reads it back aloud; numbers in groups."""
        return self.show(value, words)

    def quote(self, value: Json, words: Words) -> str:
        """The answer inside another text, such as the label of a later question."""
        return self.show(value, words)

    def mask(self, value: Json, words: Words) -> str:
        """The answer for somebody who may know that it is there, not what it is."""
        return HIDDEN

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        """The value as the page's controls want it back: suffix -> text (or list, for several choices)."""
        return {"": "" if value is None else str(value)}

    def chosen(self, value: Json) -> tuple[str, ...]:
        """The keys of the options chosen; none for types without options."""
        return ()

    def comparable(self, value: Json) -> Any:
        """The value as conditions compare it: Decimal for numbers, date for dates, else itself."""
        return value

    def index_form(self, value: Json) -> str:
        """The value on one line in its normal form, for keyed indexes."""
        return "" if value is None else str(value)

    def operand(self, operator: str, written: object) -> Any:
        """What a condition compares with, as the author wrote it, ready for `comparable`. Raises `BadSetting`."""
        if operator not in self.operators:
            raise BadSetting(operator, "no_such_comparison", known=tuple(sorted(self.operators)))
        if operator == "answered":
            return Setting("boolean", "").read(operator, written)
        if operator == "one_of":
            items = written if isinstance(written, list | tuple) else [written]
            return tuple(self._operand(operator, item) for item in items)
        return self._operand(operator, written)

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of the value, for the API and the tests."""
        return {"type": "string"}

    def _operand(self, operator: str, written: object) -> Any:
        if isinstance(written, str):
            return written
        raise BadSetting(operator, "not_comparable", written=written)


def number_operand(operator: str, written: object) -> Decimal:
    """The operand of a comparison between numbers. Raises `BadSetting`."""
    number: Decimal = Setting("decimal", "").read(operator, written)
    return number


def day_operand(operator: str, written: object) -> "dt.date | str":
    """The operand of a comparison between days: a day, or `today`. Raises `BadSetting`."""
    limit: DayLimit = Setting("day", "").read(operator, written)
    if limit.day is not None:
        return limit.day
    if limit.amount == 0:
        return "today"
    raise BadSetting(operator, "not_comparable", written=written)
