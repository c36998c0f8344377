"""Choosing: yes or no, one of several, several of several, and several in order."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from eservices.language import N_, Words, joined
from eservices.questions.base import BLANK, BadSetting, Fault, Parsed, QuestionType, Raw, Setting, faulty
from eservices.questions.cleaning import first, line
from eservices.values import Json

_OTHER = "-other"
_LONGEST_OTHER = 200

_YES_NO = {
    "yes": "yes",
    "no": "no",
    "unknown": "unknown",
    "true": "yes",
    "false": "no",
    "ja": "yes",
    "nej": "no",
}
_YES_NO_LABELS = {"yes": N_("Ja"), "no": N_("Nej"), "unknown": N_("Vet inte")}


@dataclass(frozen=True, kw_only=True)
class YesNo(QuestionType):
    """Yes or no; with `unknown`, "don't know" is an answer too."""

    name: ClassVar[str] = "yes_no"
    impersonal: ClassVar[bool] = True
    is_guessed: ClassVar[bool] = True
    says_by_itself: ClassVar[bool] = False
    opens: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "Yes or no, and don't know where that is an answer."
    settings: ClassVar[Mapping[str, Setting]] = {
        "unknown": Setting("boolean", 'Whether "don\'t know" may be answered.', default=False),
    }
    grouped: ClassVar[bool] = True
    codes: ClassVar[frozenset[str]] = frozenset({"not_yes_or_no"})
    required_texts: ClassVar[tuple[str, str]] = (N_("Svara ja eller nej: {label}"), N_("Svara ja eller nej"))

    unknown: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """The answers there are, in order."""
        return ("yes", "no", "unknown") if self.unknown else ("yes", "no")

    @property
    def option_labels(self) -> Mapping[str, str]:
        """What the answers are called (Swedish, translated when shown)."""
        return {key: _YES_NO_LABELS[key] for key in self.options}

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        written = line(first(raw.get("", ()))).lower()
        if not written:
            return BLANK
        answer = _YES_NO.get(written)
        return Parsed(answer) if answer in self.options else faulty("not_yes_or_no")

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        return () if value in self.options else (Fault("not_yes_or_no"),)

    def show(self, value: Json, words: Words) -> str:
        label = _YES_NO_LABELS.get(str(value))
        return words(label) if label else str(value)

    def chosen(self, value: Json) -> tuple[str, ...]:
        return (value,) if isinstance(value, str) else ()

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}

    def _operand(self, operator: str, written: object) -> Any:
        answer = _YES_NO.get(str(written).lower())
        if answer not in self.options:
            raise BadSetting(operator, "not_an_option", written=str(written), known=self.options)
        return answer


@dataclass(frozen=True, kw_only=True)
class _Choice(QuestionType):
    """What choices among an author's options share: the options, and "other, namely"."""

    has_options: ClassVar[bool] = True
    impersonal: ClassVar[bool] = True

    options: tuple[str, ...] = ()
    other: str | None = None
    #: The options are the items of a group, by their numbers: which there are is judged where the answers are known.
    items: bool = False

    def __post_init__(self) -> None:
        if self.items:
            return
        if len(self.options) < self._fewest():
            raise BadSetting("options", "no_options", minimum=self._fewest())
        if self.other is not None and self.other not in self.options:
            raise BadSetting("other", "not_an_option", written=self.other, known=self.options)

    @property
    def parts(self) -> tuple[str, ...]:
        return ("", _OTHER) if self.other else ("",)

    def _fewest(self) -> int:
        return 2

    def _one(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]+$"} if self.items else {"enum": list(self.options)}

    def _knows(self, key: str) -> bool:
        return key in self.options or (self.items and key.isascii() and key.isdecimal())

    def _with_other(self, chosen: list[str], value: Json, raw: Raw) -> Parsed:
        """The value, with the text of "other" where that is chosen. What stands there otherwise is not meant."""
        if self.other is None or self.other not in chosen:
            return Parsed(value)
        text = line(first(raw.get(_OTHER, ())))
        return Parsed({"chosen": value, "other": text}) if text else faulty("other_missing", _OTHER, option=self.other)

    def _check_other(self, value: Json) -> tuple[Fault, ...]:
        text = value.get("other") if isinstance(value, dict) else None
        if isinstance(text, str) and len(text) > _LONGEST_OTHER:
            return (Fault("other_too_long", _OTHER, {"maximum": _LONGEST_OTHER, "length": len(text)}),)
        return ()

    def chosen(self, value: Json) -> tuple[str, ...]:
        keys = value.get("chosen") if isinstance(value, dict) else value
        if isinstance(keys, list):
            return tuple(str(key) for key in keys)
        return (keys,) if isinstance(keys, str) else ()

    def _shown(self, key: str, value: Json, words: Words) -> str:
        text = value.get("other") if isinstance(value, dict) and key == self.other else None
        return joined(": ", [words.option(key), str(text)]) if text else words.option(key)

    def _schema(self, plain: dict[str, Any]) -> dict[str, Any]:
        if self.other is None:
            return plain
        text = {"type": "string", "minLength": 1, "maxLength": _LONGEST_OTHER}
        properties = {"chosen": plain, "other": text}
        named = {"type": "object", "properties": properties, "required": ["chosen", "other"]}
        return {"anyOf": [plain, {**named, "additionalProperties": False}]}

    def _operand(self, operator: str, written: object) -> Any:
        if written not in self.options:
            raise BadSetting(operator, "not_an_option", written=str(written), known=self.options)
        return written


_OTHER_SETTING = Setting("option", "The option that asks for a text of its own (other, namely).")


@dataclass(frozen=True, kw_only=True)
class Radio(_Choice):
    """One of a few."""

    name: ClassVar[str] = "radio"
    chooses_one: ClassVar[bool] = True
    is_guessed: ClassVar[bool] = True
    opens: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "One of a few options, all visible."
    settings: ClassVar[Mapping[str, Setting]] = {"other": _OTHER_SETTING}
    grouped: ClassVar[bool] = True
    codes: ClassVar[frozenset[str]] = frozenset({"not_an_option", "other_missing", "other_too_long"})
    required_texts: ClassVar[tuple[str, str]] = (N_("Välj {thing}"), N_("Välj ett svar"))

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        key = line(first(raw.get("", ())))
        if not key:
            return BLANK
        return self._with_other([key], key, raw) if self._knows(key) else faulty("not_an_option")

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        chosen = self.chosen(value)
        if len(chosen) != 1 or not self._knows(chosen[0]):
            return (Fault("not_an_option"),)
        return self._check_other(value)

    def show(self, value: Json, words: Words) -> str:
        return joined(", ", (self._shown(key, value, words) for key in self.chosen(value)))

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        controls: dict[str, str | list[str]] = {"": "".join(self.chosen(value)[:1])}
        if self.other:
            controls[_OTHER] = str(value.get("other", "")) if isinstance(value, dict) else ""
        return controls

    def comparable(self, value: Json) -> Any:
        return "".join(self.chosen(value)[:1])

    def index_form(self, value: Json) -> str:
        return " ".join(self.chosen(value))

    def json_schema(self) -> dict[str, Any]:
        return self._schema(self._one())


@dataclass(frozen=True, kw_only=True)
class Select(Radio):
    """One of many, in a list that unfolds."""

    name: ClassVar[str] = "select"
    opens: ClassVar[bool] = False
    why: ClassVar[str] = "One of many options, in a list that unfolds."
    grouped: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class Checkboxes(_Choice):
    """Several of several; an exclusive one ("none of these") stands alone."""

    name: ClassVar[str] = "checkboxes"
    is_guessed: ClassVar[bool] = True
    opens: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "Any number of options."
    settings: ClassVar[Mapping[str, Setting]] = {
        "min": Setting("integer", "The fewest options to choose. May be an earlier answer.", 0, refers=True),
        "max": Setting("integer", "The most options to choose. May be an earlier answer.", refers=True),
        "exclusive": Setting("options", "Options that are chosen alone, such as none of these."),
        "other": _OTHER_SETTING,
    }
    grouped: ClassVar[bool] = True
    operators: ClassVar[frozenset[str]] = frozenset(
        {"contains", "answered", "at_least", "at_most", "more_than", "less_than"}
    )
    codes: ClassVar[frozenset[str]] = Radio.codes | {"too_few_choices", "too_many_choices", "exclusive_choice"}
    required_texts: ClassVar[tuple[str, str]] = (N_("Välj minst ett svar: {label}"), N_("Välj minst ett svar"))

    min: int = 0
    max: int | None = None
    exclusive: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in self.exclusive:
            if key not in self.options:
                raise BadSetting("exclusive", "not_an_option", written=key, known=self.options)
        if self.max is not None and (self.max < 1 or self.min > self.max):
            raise BadSetting("max", "must_be_positive" if self.max < 1 else "min_above_max")

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        keys = {line(key) for key in raw.get("", ())} - {""}
        if not keys:
            return BLANK
        if not all(map(self._knows, keys)):
            return faulty("not_an_option")
        chosen = sorted(keys, key=int) if self.items else [key for key in self.options if key in keys]
        value: Json = [*chosen]
        return self._with_other(chosen, value, raw)

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        chosen = self.chosen(value)
        if not chosen or not all(map(self._knows, chosen)):
            return (Fault("not_an_option"),)
        alone = next((key for key in chosen if key in self.exclusive), None)
        if alone is not None:
            return (Fault("exclusive_choice", "", {"option": alone}),) if len(chosen) > 1 else ()
        if len(chosen) < self.min:
            return (Fault("too_few_choices", "", {"minimum": self.min}),)
        if self.max is not None and len(chosen) > self.max:
            return (Fault("too_many_choices", "", {"maximum": self.max}),)
        return self._check_other(value)

    def show(self, value: Json, words: Words) -> str:
        return words.listing(self._shown(key, value, words) for key in self.chosen(value))

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        controls: dict[str, str | list[str]] = {"": list(self.chosen(value))}
        if self.other:
            controls[_OTHER] = str(value.get("other", "")) if isinstance(value, dict) else ""
        return controls

    def comparable(self, value: Json) -> Any:
        return self.chosen(value)

    def index_form(self, value: Json) -> str:
        return " ".join(self.chosen(value))

    def json_schema(self) -> dict[str, Any]:
        several = {"type": "array", "items": self._one(), "uniqueItems": True, "minItems": 1}
        return self._schema(several)

    def _fewest(self) -> int:
        return 1

    def _operand(self, operator: str, written: object) -> Any:
        if operator == "contains":
            return super()._operand(operator, written)
        return Setting("integer", "").read(operator, written)


@dataclass(frozen=True, kw_only=True)
class Ranked(QuestionType):
    """Several in order, the most wished first: one list that unfolds for each place."""

    name: ClassVar[str] = "ranked"
    impersonal: ClassVar[bool] = True
    written_whole: ClassVar[bool] = True
    is_guessed: ClassVar[bool] = True
    tells_where: ClassVar[bool] = False
    why: ClassVar[str] = "Several options in order, the most wished first."
    has_options: ClassVar[bool] = True
    settings: ClassVar[Mapping[str, Setting]] = {
        "places": Setting("integer", "How many may be ranked.", 3),
        "min": Setting("integer", "How many must be ranked.", 1),
    }
    grouped: ClassVar[bool] = True
    operators: ClassVar[frozenset[str]] = frozenset({"contains", "answered", "at_least", "at_most"})
    codes: ClassVar[frozenset[str]] = frozenset(
        {"not_an_option", "chosen_twice", "too_few_choices", "too_many_choices"}
    )
    required_texts: ClassVar[tuple[str, str]] = (N_("Välj {thing}"), N_("Välj minst ett svar"))

    options: tuple[str, ...] = ()
    places: int = 3
    min: int = 1

    def __post_init__(self) -> None:
        if len(self.options) < 2:  # noqa: PLR2004
            raise BadSetting("options", "no_options", minimum=2)
        if self.places < 1:
            raise BadSetting("places", "must_be_positive")
        if self.min > min(self.places, len(self.options)):
            raise BadSetting("min", "min_above_max")

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"-{place}" for place in range(1, min(self.places, len(self.options)) + 1))

    def parse(self, raw: Raw, today: dt.date) -> Parsed:
        ranked: list[Json] = []
        for part in self.parts:
            key = line(first(raw.get(part, ())))
            if not key:
                continue
            if key not in self.options:
                return faulty("not_an_option", part)
            if key in ranked:
                return faulty("chosen_twice", part, option=key)
            ranked.append(key)
        return Parsed(ranked) if ranked else BLANK

    def check(self, value: Json, today: dt.date) -> tuple[Fault, ...]:
        chosen = self.chosen(value)
        if not chosen or not set(chosen) <= set(self.options):
            return (Fault("not_an_option", "-1"),)
        if len(chosen) < self.min:
            return (Fault("too_few_choices", self.parts[len(chosen)], {"minimum": self.min}),)
        if len(chosen) > len(self.parts):
            return (Fault("too_many_choices", self.parts[-1], {"maximum": len(self.parts)}),)
        return ()

    def show(self, value: Json, words: Words) -> str:
        placed = enumerate(self.chosen(value), start=1)
        return joined(", ", (joined(". ", [str(place), words.option(key)]) for place, key in placed))

    def controls(self, value: Json) -> dict[str, str | list[str]]:
        chosen = self.chosen(value)
        return {part: chosen[place] if place < len(chosen) else "" for place, part in enumerate(self.parts)}

    def chosen(self, value: Json) -> tuple[str, ...]:
        return tuple(str(key) for key in value) if isinstance(value, list) else ()

    def comparable(self, value: Json) -> Any:
        return self.chosen(value)

    def index_form(self, value: Json) -> str:
        return " ".join(self.chosen(value))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": list(self.options)}, "uniqueItems": True, "minItems": 1}

    def _operand(self, operator: str, written: object) -> Any:
        if operator != "contains":
            return Setting("integer", "").read(operator, written)
        if written not in self.options:
            raise BadSetting(operator, "not_an_option", written=str(written), known=self.options)
        return written
