"""The texts of a service in one language: the Swedish source, the easy variants in the YAML, or gettext over it.

A translation never changes what is asked or what is right; it is an overlay of texts by their address.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from eservices.definitions.model import QUOTE, Service, Text
from eservices.definitions.municipality import Municipality
from eservices.language import SOURCE, Marked, Words, catalogue, filled, words

EASY = "sv-x-lattlast"
DOMAIN = "services"
#: The name under which the municipality's own sentences are translated.
HOUSE = "municipality"

#: A question of so few words, none longer than *telefonnummer*, is easy Swedish as it stands.
_FEW_WORDS, _LONG_WORD = 8, 13


class Quoted(Protocol):
    """An earlier answer that a text quotes: it shows itself in the language of the text."""

    def shown_by(self, texts: "ServiceTexts", words: Words) -> str: ...


@dataclass
class _House:
    """The municipality whose facts texts quote. One process serves one."""

    municipality: Municipality | None = None
    number: int = 0  #: grows with each new one: what was made with the facts of the former is no longer true


_house = _House()


def speak_for(municipality: Municipality) -> None:
    """From now on `{municipality.phone}` and its like are this municipality's."""
    if municipality != _house.municipality:
        _house.municipality = municipality
        _house.number += 1


def number_of_house() -> int:
    """Another number, other facts: whoever keeps texts with the municipality's facts in them keeps it beside them."""
    return _house.number


class ServiceTexts:
    """The texts of one service in one language, by their addresses."""

    __slots__ = ("_table", "_words", "language")

    def __init__(self, language: str, table: Mapping[str, str]):
        self.language = language
        self._table = table
        self._words = words(language)

    def get(self, text: Text, **facts: object) -> str:
        """The text in this language, or in Swedish, `Marked`, where it has none; with its braces filled.

        `facts` are earlier answers and numbers, localised; facts of the municipality come by themselves. A name in
        braces that nothing fills stays as written: a slip in a text never breaks a page.
        """
        found = self._table.get(text.key)
        if found is None:
            if self.language not in {SOURCE, EASY} and not text.said:
                return Marked.swedish(_SWEDISH.get(text, **facts))  # what it quotes is Swedish with it
            found = text.sv
        return found if "{" not in found else filled(found, QUOTE, lambda name: self._fact(name, facts))

    def is_translated(self, text: Text) -> bool:
        """Whether it is in this language. False means that the Swedish was given, and must be marked as such."""
        return self.language in {SOURCE, EASY} or text.said or text.key in self._table

    def _fact(self, name: Any, facts: Mapping[str, object]) -> str:
        known: object = facts.get(name[1])
        if known is None:
            house = _house.municipality
            known = house.facts.get(name[1]) if house is not None and "." in name[1] else None
        if known is None:
            return str(name[0])
        shown = getattr(known, "shown_by", None)
        return self._words.fact(known if shown is None else shown(self, self._words))


_SWEDISH = ServiceTexts(SOURCE, {})


def translated_table(service: Service, language: str) -> dict[str, str]:
    """The address and translation of every text that has one. Easy Swedish comes from the definition itself."""
    if language == SOURCE:
        return {}
    if language == EASY:
        return {
            text.key: easy
            for text in service.texts()
            if (easy := words(EASY)(text.sv) if text.ours else text.easy) is not None
        }
    own, shell = catalogue(DOMAIN, language), catalogue("messages", language)
    table = {}
    for text in service.texts():
        context = f"{HOUSE}:{text.house}" if text.house else f"{service.id}:{text.key}"
        found = shell.get(text.sv) if text.ours else own.get(text.sv, context)
        if found is not None:
            table[text.key] = found
    return table


def in_language(owner: str, text: Text, language: str) -> str:
    """One text of a service (or of `HOUSE`) in a language, where a whole table is not needed; "" where it has none."""
    if language == SOURCE:
        return text.sv
    return (
        (text.easy or "") if language == EASY else catalogue(DOMAIN, language).get(text.sv, f"{owner}:{text.key}") or ""
    )


def extract_texts(service: Service) -> Iterator[tuple[str, str]]:
    """What is to be translated: (msgctxt `<service>:<address>`, Swedish text)."""
    for text in service.texts():
        if not text.ours and not text.house and text.sv:
            yield f"{service.id}:{text.key}", text.sv


def coverage(service: Service, language: str) -> tuple[int, int]:
    """How many texts are in this language, of how many."""
    table = translated_table(service, language)
    own = [text for text in service.texts() if not text.ours]
    return (len(own) if language == SOURCE else sum(text.key in table for text in own)), len(own)


def written_easily(service: Service) -> tuple[int, int]:
    """How many questions are in easy Swedish, by their author's words or as they stand, of how many; the others are
    asked in ordinary Swedish."""
    asked = [
        question.label for question in service.questions.values() if question.type.asks and not question.label.ours
    ]
    return sum(label.easy is not None or easy_as_it_stands(label.sv) for label in asked), len(asked)


def easy_as_it_stands(text: str) -> bool:
    """Whether a text is one short question of common words, so that an easy variant would only say it again."""
    said = re.findall(r"\w+", QUOTE.sub("namn", text))
    return (
        text.rstrip().endswith("?")
        and "," not in text
        and len(said) <= _FEW_WORDS
        and all(len(word) <= _LONG_WORD for word in said)
    )


# ---- the municipality's own sentences --------------------------------------------------------------------------------


def municipality_texts(municipality: Municipality) -> Iterator[Text]:
    """What a municipality's file says in sentences; names of units and boards stay as they are."""
    centre = municipality.contact_centre
    for key, sentence in (
        ("contact_centre.name", centre.name),
        ("contact_centre.after_hours", centre.after_hours),
        ("contact_centre.text", centre.text),
        ("emergency.text", municipality.emergency.text),
        ("dpo.name", municipality.dpo.name),
    ):
        if sentence:
            yield Text(key, sentence)
    for kind, names in (("themes", municipality.themes), ("life_events", municipality.life_events)):
        for key, name in names.items():
            yield Text(f"{kind}.{key}", name)
    for name, entries in municipality.lists.items():
        for key, label in entries.items():
            yield Text(f"lists.{name}.{key}", label)


def extract_municipality(municipality: Municipality) -> Iterator[tuple[str, str]]:
    """What is to be translated of it: (msgctxt `municipality:<address>`, Swedish text)."""
    return ((f"{HOUSE}:{text.key}", text.sv) for text in municipality_texts(municipality))


def said(municipality: Municipality, key: str, language: str) -> tuple[str, bool]:
    """One of its sentences in a language, and whether it is in that language; "" for one it does not have."""
    text = next((text for text in municipality_texts(municipality) if text.key == key), None)
    if text is None:
        return "", True
    if language in {SOURCE, EASY}:
        return text.sv, True
    found = catalogue(DOMAIN, language).get(text.sv, f"{HOUSE}:{key}")
    return found or text.sv, found is not None
