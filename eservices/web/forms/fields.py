"""A question as a field of a form: what was typed in each of its controls, and what is wrong with it.

The field reads and shows; it does not judge. What is right is decided by the question's own type, for every channel
alike (`eservices.journey.taking`), and told back to the field as problems.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from wtforms import Field
from wtforms.utils import unset_value

from eservices.definitions.model import Question
from eservices.web.forms.asking import Asked, Offered, Part

_NOTHING: Sequence[str] = ()
_NO_REVEALS: Mapping[str, Sequence["QuestionField"]] = {}
_INVALID = Markup(' aria-invalid="true"')
_NO_MARKUP = Markup("")

#: What a browser is told of the kinds of file, beside their suffixes, so that a phone offers its camera.
_PICTURES = frozenset({"jpg", "png", "heic", "webp", "gif"})
_WIDTHS = {"-postal_code": "w8", "-number": "w16", "-clearing": "w8"}
_SHORT = 24


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: the part it concerns, and the sentence that says how to put it right."""

    part: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that a question already has."""

    id: str
    name: str
    size: str
    removal: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A question in the language of the person in the call, beside the agent's own."""

    language: str
    direction: str
    say: str
    options: Mapping[str, str]


class QuestionField(Field):  # type: ignore[misc]
    """One question on a page. What is not typed (its words, its files, its place) a page sets before it is shown."""

    asked: Asked
    #: The only question of its page: its label is the page's heading.
    alone = False
    optional = False
    #: When it is to be answered, where that depends on another answer of the same page.
    when = ""
    #: The value of what is computed and not asked.
    shown = ""
    #: Whether an agent reads it aloud, and may leave it for later.
    spoken = False
    may_put_off = False
    put_off: str | None = None
    offered: tuple[Offered, ...] = ()
    files: Sequence[Kept] = ()
    #: Its number on paper, for whoever keys that in.
    number = ""
    #: The same in the caller's language, where that is another one.
    beside: Beside | None = None
    #: Whether what it asks for lies in a scanned paper; None where there is none.
    in_scan: bool | None = None
    #: What may be sent, in words.
    limits = ""
    reveals: Mapping[str, Sequence["QuestionField"]] = _NO_REVEALS

    def __init__(self, question: Question, **bound: Any):
        super().__init__(label="", **bound)
        self.question = question
        self.kind = question.type.name
        self.typed: Mapping[str, Sequence[str]] = {}
        self.wrong: list[Wrong] = []

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Take what was typed, or else the stored value as the controls want it back."""
        question = self.question
        if formdata is not None:
            self.typed = {part: formdata.getlist(question.id + part) for part in question.type.parts}
        elif data is None or data is unset_value:
            self.typed = {"": (question.preselected,)} if question.preselected else {}
        else:
            self.typed = {
                part: value if isinstance(value, list) else (value,)
                for part, value in question.type.controls(data).items()
            }

    def opens(self, key: str, under: "QuestionField") -> None:
        """A choice of this question opens another."""
        if self.reveals is _NO_REVEALS:
            self.reveals = {}
        self.reveals.setdefault(key, []).append(under)  # type: ignore[attr-defined]

    @property
    def blank(self) -> bool:
        """Nothing typed, nothing wrong, no files: it looks the same to everybody."""
        return not (
            any(text for texts in self.typed.values() for text in texts)
            or self.wrong
            or self.files
            or self.put_off
            or self.in_scan is not None
            or self.shown
            or self.offered is not self.asked.options
        ) and all(under.blank for opened in self.reveals.values() for under in opened)

    def drawn(self, draw: Callable[["QuestionField"], str]) -> str:
        """The field as HTML. While it is blank it is drawn once per language and kept with its words."""
        if not self.blank:
            return draw(self)
        beside = self.beside.language if self.beside else ""
        own = (self.optional, self.when, self.alone, self.spoken, self.may_put_off, self.number, beside)
        looks = (*own, *self._under())
        html = self.asked.drawn.get(looks)
        if html is None:
            html = self.asked.drawn[looks] = draw(self)
        return html

    def _under(self) -> Iterator[object]:
        """What else decides how it looks: the questions that its choices open, and how they are marked."""
        for key, opened in self.reveals.items():
            for under in opened:
                yield key, under.name, under.optional, under.when, id(under.asked)
                yield from under._under()  # noqa: SLF001 - of its own kind

    def text(self, part: str = "") -> str:
        """What stands in the control with this suffix."""
        typed = self.typed.get(part, _NOTHING)
        return typed[0] if typed else ""

    def chosen(self, key: str, part: str = "") -> bool:
        """Whether a choice is ticked."""
        return key in self.typed.get(part, _NOTHING)

    def sentences(self) -> list[str]:
        """What is wrong, each once."""
        return list(dict.fromkeys(wrong.sentence for wrong in self.wrong))

    def own_error(self, code: str) -> str | None:
        """The author's own words about a fault of this code."""
        return self.asked.errors.get(code) if hasattr(self, "asked") else None

    @property
    def hinted(self) -> bool:
        return bool(self.asked.hint or self.when)

    def described(self, *more: str) -> Markup:
        """The attribute that ties a control, or the group of them, to its hint, its errors and `more`."""
        if not (more or self.wrong or self.hinted):
            return _NO_MARKUP
        ids = [f"{self.name}-hint"] if self.hinted else []
        ids += more
        if self.wrong:
            ids.append(f"{self.name}-error")
        return Markup(' aria-describedby="') + " ".join(ids) + Markup('"')

    def invalid(self, part: str = "") -> Markup:
        """The attribute of a control that is wrong."""
        return _INVALID if self.wrong and any(wrong.part == part for wrong in self.wrong) else _NO_MARKUP

    @property
    def other(self) -> str | None:
        """The choice that asks for words of one's own."""
        other: str | None = getattr(self.question.type, "other", None)
        return other

    def autocomplete(self, part: str = "") -> str:
        """What the browser may fill in: only what is about the person who sits in front of it."""
        question = self.question
        if self.spoken:
            return "off"
        if question.autocomplete:
            return question.autocomplete
        return question.type.autocomplete.get(part, "") if question.prefill else ""

    def inputmode(self, part: str) -> str:
        """The keyboard that suits one of several controls."""
        return "numeric" if part in _WIDTHS else ""

    def width(self, part: str) -> str:
        """How much there is to write in one of several controls."""
        return _WIDTHS.get(part, "")

    @property
    def is_short(self) -> bool:
        """Whether the answer is but a few characters."""
        longest: int | None = getattr(self.question.type, "max_length", None)
        return longest is not None and longest <= _SHORT

    def hint_of(self, part: Part) -> Markup:
        """The attribute that ties one of several controls to its own hint."""
        if not part.hint:
            return _NO_MARKUP
        return Markup(' aria-describedby="') + f"{self.name}{part.suffix}-hint" + Markup('"')

    @property
    def several(self) -> bool:
        """Whether more than one file may be sent."""
        return bool(getattr(self.question.type, "max_files", 1) > 1)

    @property
    def accept(self) -> str:
        """What a file control offers to choose from."""
        kinds: tuple[str, ...] = getattr(self.question.type, "accept", ())
        suffixes = [f".{kind}" for kind in kinds] + ([".jpeg"] if "jpg" in kinds else [])
        return ",".join([*(["image/*"] if _PICTURES & set(kinds) else []), *suffixes])
