"""Files and signatures: what is asked for. Where the bytes lie, and what is in them, is not known here."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from eservices.language import N_, Words
from eservices.questions.base import BLANK, BadSetting, Fault, Parsed, QuestionType, Raw, Setting
from eservices.questions.cleaning import first, line
from eservices.values import Json

_LATER = "-later"

#: The kinds of file that can be asked for; each is known by its content, not by its name.
FILE_KINDS = ("pdf", "jpg", "png", "heic", "webp", "gif", "tif", "docx", "xlsx", "odt", "ods", "txt", "rtf")

_PHOTOS_AND_DOCUMENTS = ("jpg", "png", "heic", "pdf")
_MEGABYTE = 1_000_000
_ORDER = tuple(dict.fromkeys((*_PHOTOS_AND_DOCUMENTS, *FILE_KINDS)))


def kinds_in_words(kinds: Iterable[str], words: Words) -> str:
    """`JPG, PNG eller PDF`: the commonest first, in the same order wherever kinds are told."""
    return words.listing((kind.upper() for kind in sorted(kinds, key=_ORDER.index)), end="or")


@dataclass(frozen=True, kw_only=True)
class File(QuestionType):
    """Documents or pictures; "I will send it later" is a proper answer, so this never stops anybody.

    What is posted says only `later`. The ids of files come from whoever received them, never from a form: nobody
    can name another person's file.
    """

    name: ClassVar[str] = "file"
    impersonal: ClassVar[bool] = True
    is_guessed: ClassVar[bool] = True
    takes_files: ClassVar[bool] = True
    why: ClassVar[str] = "Documents or pictures, now or later."
    settings: ClassVar[Mapping[str, Setting]] = {
        "accept": Setting("choices", "The kinds of file that are right.", None, FILE_KINDS),
        "max_files": Setting("integer", "The most files. May be an earlier answer.", 5, refers=True),
        "max_size": Setting("size", "The largest size of each file.", "10 MB"),
        "keep_place": Setting("boolean", "Whether the place a photo was taken is kept.", default=False),
    }
    suffixes: ClassVar[tuple[str, ...]] = ("", _LATER)
    part_labels: ClassVar[Mapping[str, str]] = {_LATER: N_("Jag skickar det senare")}
    grouped: ClassVar[bool] = True
    default_required: ClassVar[str] = "expected"
    operators: ClassVar[frozenset[str]] = frozenset({"answered"})
    codes: ClassVar[frozenset[str]] = frozenset({"too_many_files"})
    required_texts: ClassVar[tuple[str, str]] = (
        N_("Lägg till {thing}, eller välj att skicka senare"),
        N_("Lägg till en fil, eller välj att skicka senare"),
    )

    accept: tuple[str, ...] = _PHOTOS_AND_DOCUMENTS
    max_files: int = 5
    max_size: int = 10 * _MEGABYTE
    keep_place: bool = False

    def __post_init__(self) -> None:
        if self.max_files < 1:
            raise BadSetting("max_files", "must_be_positive")
        if self.max_size < 1:
            raise BadSetting("max_size", "not_a_size")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return Parsed({"ids": [], "later": True}) if line(first(raw.get(_LATER, ()))) else BLANK

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        if len(_ids(value)) > self.max_files:
            return (Fault("too_many_files", "", {"maximum": self.max_files}),)
        return ()

    def show(self, value: Json, words: Words) -> str:
        number = len(_ids(value))
        if number == 0:
            return words("Skickas senare")
        shown = words.plural("{n} fil", "{n} filer", number)
        return words("{files}, och mer skickas senare", files=shown) if _is_later(value) else shown

    def mask(self, value: Json, words: Words) -> str:
        return self.show(value, words)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {_LATER: "yes" if _is_later(value) else ""}

    def comparable(self, value: Json) -> Any:
        return tuple(_ids(value)) or None

    def index_form(self, value: Json) -> str:
        return ""

    def json_schema(self) -> dict[str, Any]:
        ids = {"type": "array", "items": {"type": "string"}, "maxItems": self.max_files}
        properties = {"ids": ids, "later": {"type": "boolean"}}
        return {
            "type": "object",
            "properties": properties,
            "required": ["ids", "later"],
            "additionalProperties": False,
        }


def _ids(value: Json) -> list[Json]:
    ids = value.get("ids") if isinstance(value, dict) else None
    return ids if isinstance(ids, list) else []


def _is_later(value: Json) -> bool:
    return isinstance(value, dict) and bool(value.get("later"))


@dataclass(frozen=True, kw_only=True)
class Signature(QuestionType):
    """That somebody stands behind something. Unless a rule demands more (FL 21 §), ticking a box is enough.

    The value is the level that was reached. On the web it is a confirmation; what a rule demands beyond it is asked
    for by the case officer, and never stops the sending.
    """

    name: ClassVar[str] = "signature"
    impersonal: ClassVar[bool] = True
    is_guessed: ClassVar[bool] = True
    asked_anew: ClassVar[bool] = True
    may_be_wrong: ClassVar[bool] = False
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "A confirmation or signature; more than a confirmation needs the rule that demands it."
    settings: ClassVar[Mapping[str, Setting]] = {
        "level": Setting("choice", "What is needed.", "confirm", ("confirm", "eid", "written")),
        "because": Setting("text", "The rule that demands more than a confirmation."),
    }
    default_required: ClassVar[str] = "expected"
    required_texts: ClassVar[tuple[str, str]] = (N_("Bekräfta: {label}"), N_("Kryssa för att bekräfta"))

    level: str = "confirm"
    because: str = ""

    def __post_init__(self) -> None:
        if self.level != "confirm" and not self.because:
            raise BadSetting("level", "reason_needed")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        return Parsed("confirm") if line(first(raw.get("", ()))) else BLANK

    def show(self, value: Json, words: Words) -> str:
        return words("Bekräftat")

    def mask(self, value: Json, words: Words) -> str:
        return self.show(value, words)

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        return {"": "yes" if value else ""}

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self.settings["level"].choices)}
