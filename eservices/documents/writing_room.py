"""Room to write, by the type of a question: boxes for figures, lines for words, boxes to tick for choices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from eservices.documents.rendering import Said
from eservices.language import N_, Words
from eservices.questions.base import QuestionType


@dataclass(frozen=True, slots=True)
class Boxes:
    """A box for each figure. `captions` stand under the groups of boxes, `between` is printed between the groups."""

    kind: ClassVar[str] = "boxes"
    counts: Sequence[int]
    label: str = ""
    captions: Sequence[str] = ()
    between: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines for words: `count` of them, `width` is short, half or full."""

    kind: ClassVar[str] = "lines"
    count: int = 1
    label: str = ""
    width: str = "full"
    after: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A choice. `write` gives it a line for words of one's own."""

    label: str
    under: str = ""
    write: bool = False


@dataclass(frozen=True, slots=True)
class Ticks:
    """Choices to tick; side by side where all are short. With `ranked` a figure goes into the box instead of a tick."""

    kind: ClassVar[str] = "ticks"
    choices: Sequence[Tick]
    lead: str = ""
    beside: bool = False
    ranked: bool = False


Area: TypeAlias = Boxes | Lines | Ticks

#: Key of an option -> its words, and what is said under it.
Options: TypeAlias = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the makers of room work with."""

    type: Any
    say: Said
    words: Words
    options: Options = field(default_factory=dict)


def room(kind: QuestionType, say: Said, words: Words, options: Options) -> Sequence[Area]:
    """The room that a question of this type needs on paper."""
    return _ROOM[kind.name](_Sheet(kind, say, words, options))


def has_room(name: str) -> bool:
    """Whether a type of question can be printed."""
    return name in _ROOM


# ---- words

#: What fits on a line by hand, and how many lines a long answer is offered.
_SHORT, _HALF, _LINE, _AREA_LINE = 20, 60, 120, 250
_FEWEST_LINES, _MOST_LINES = 3, 12


def _text(sheet: _Sheet) -> Sequence[Area]:
    longest = sheet.type.max_length
    if longest <= _HALF:
        return [Lines(width="short" if longest <= _SHORT else "half")]
    return [Lines(min(-(-longest // _LINE), _FEWEST_LINES))]


def _textarea(sheet: _Sheet) -> Sequence[Area]:
    return [Lines(max(_FEWEST_LINES, min(-(-sheet.type.max_length // _AREA_LINE), _MOST_LINES)))]


def _one_line(_: _Sheet) -> Sequence[Area]:
    return [Lines()]


def _half_a_line(_: _Sheet) -> Sequence[Area]:
    return [Lines(width="half")]


# ---- numbers

_MOST_BOXES = 7
_MOST_DECIMALS = 2


def _number(sheet: _Sheet) -> Sequence[Area]:
    kind = sheet.type
    after = sheet.say(kind.measure_text) if kind.measure_text else ""
    digits = 0 if kind.max is None else len(str(int(kind.max)))
    if not 0 < digits <= _MOST_BOXES:
        return [Lines(width="short", after=after)]
    decimals = min(getattr(kind, "decimals", 0), _MOST_DECIMALS)
    return [Boxes((digits, decimals) if decimals else (digits,), between=",", after=after)]


def _personal_number(sheet: _Sheet) -> Sequence[Area]:
    areas: list[Area] = [Boxes((8, 4), captions=(sheet.say(N_("År, månad och dag")), ""), between="–")]
    if sheet.type.none:
        areas.append(Ticks((Tick(sheet.say(sheet.type.part_labels["-none"])),)))
    return areas


def _organisation_number(_: _Sheet) -> Sequence[Area]:
    return [Boxes((6, 4), between="–")]


def _day(sheet: _Sheet, label: str = "") -> Boxes:
    return Boxes((2, 2, 4), label, (sheet.say(N_("Dag")), sheet.say(N_("Månad")), sheet.say(N_("År"))))


def _date(sheet: _Sheet) -> Sequence[Area]:
    return [_day(sheet)]


def _date_range(sheet: _Sheet) -> Sequence[Area]:
    labels = sheet.type.part_labels
    return [_day(sheet, sheet.say(labels["-from"])), _day(sheet, sheet.say(labels["-to"]))]


def _time(_: _Sheet) -> Sequence[Area]:
    return [Boxes((2, 2), between=".")]


# ---- choices

#: Choices stand side by side while they are few and short, all together.
_FEW, _SHORT_TOGETHER = 4, 48


def _choices(sheet: _Sheet) -> list[Tick]:
    other = getattr(sheet.type, "other", None)
    return [Tick(label, under, key == other) for key, (label, under) in sheet.options.items()]


def _beside(choices: Sequence[Tick]) -> bool:
    plain = not any(choice.under or choice.write for choice in choices)
    return plain and len(choices) <= _FEW and sum(len(choice.label) for choice in choices) <= _SHORT_TOGETHER


def _one_of(sheet: _Sheet) -> Sequence[Area]:
    if not sheet.options:  # what was written before: it is written again, there is nothing to tick
        return _half_a_line(sheet)
    choices = _choices(sheet)
    return [Ticks(choices, sheet.say(N_("Kryssa för ett svar.")), _beside(choices))]


def _several_of(sheet: _Sheet) -> Sequence[Area]:
    if not sheet.options:
        return [Lines(_FEWEST_LINES)]
    choices = _choices(sheet)
    most = sheet.type.max
    lead = (
        sheet.say(N_("Kryssa för ett eller flera svar, högst {maximum}."), maximum=most)
        if most
        else sheet.say(N_("Kryssa för ett eller flera svar."))
    )
    return [Ticks(choices, lead, _beside(choices))]


def _ranked(sheet: _Sheet) -> Sequence[Area]:
    if not sheet.options:
        return [Lines(_FEWEST_LINES)]
    lead = sheet.say(
        N_("Skriv 1 i rutan för det du helst vill ha, sedan 2 och så vidare, högst {places}."), places=sheet.type.places
    )
    return [Ticks(_choices(sheet), lead, ranked=True)]


def _yes_no(sheet: _Sheet) -> Sequence[Area]:
    return [Ticks([Tick(sheet.say(label)) for label in sheet.type.option_labels.values()], beside=True)]


# ---- places, money, documents


def _postal_address(sheet: _Sheet) -> Sequence[Area]:
    labels = {part: sheet.say(label) for part, label in sheet.type.part_labels.items()}
    return [
        Lines(label=labels["-street"]),
        Boxes((3, 2), labels["-postal_code"]),
        Lines(label=labels["-city"], width="half"),
        Lines(label=labels["-country"], width="half"),
    ]


def _location(sheet: _Sheet) -> Sequence[Area]:
    labels = (sheet.say(label) for part, label in sheet.type.part_labels.items() if part in sheet.type.parts)
    return [
        Lines(min(max(2, -(-sheet.type.max_length // _LINE)), 4)),
        *(Lines(label=each, width="half") for each in labels),
    ]


def _bank_account(sheet: _Sheet) -> Sequence[Area]:
    kind, labels = sheet.type, sheet.type.part_labels
    areas: list[Area] = []
    if len(kind.kinds) > 1:
        areas.append(Ticks([Tick(sheet.say(kind.kind_labels[key])) for key in kind.kinds], beside=True))
    if "account" in kind.kinds:
        areas.append(Boxes((5,), sheet.say(labels["-clearing"])))
    return [*areas, Lines(label=sheet.say(labels["-number"]), width="half")]


def _file(sheet: _Sheet) -> Sequence[Area]:
    return [Ticks([Tick(sheet.say(N_("Det ligger med"))), Tick(sheet.say(N_("Jag skickar det senare")))], beside=True)]


def _signature(sheet: _Sheet) -> Sequence[Area]:
    return [Lines(label=sheet.say(N_("Underskrift"))), _day(sheet, sheet.say(N_("Datum")))]


_ROOM: Mapping[str, Callable[[_Sheet], Sequence[Area]]] = {
    "text": _text,
    "textarea": _textarea,
    "email": _one_line,
    "phone": _half_a_line,
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "date": _date,
    "date_range": _date_range,
    "time": _time,
    "yes_no": _yes_no,
    "radio": _one_of,
    "select": _one_of,
    "checkboxes": _several_of,
    "ranked": _ranked,
    "personal_number": _personal_number,
    "organisation_number": _organisation_number,
    "postal_address": _postal_address,
    "property_designation": _one_line,
    "bank_account": _bank_account,
    "location": _location,
    "file": _file,
    "signature": _signature,
}
