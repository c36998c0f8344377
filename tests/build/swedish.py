"""What Swedish stands on a page in another language without saying so, and what is no text at all but a key."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from babel.messages.pofile import read_po
from selectolax.lexbor import LexborHTMLParser, LexborNode

from eservices.definitions.library import Library
from eservices.definitions.model import Service
from eservices.definitions.texts import municipality_texts
from eservices.language import folder_name

ROOT = Path(__file__).resolve().parents[2]
_HIDDEN_TEXTS = ("aria-label", "title", "alt", "placeholder", "aria-description", "aria-roledescription", "summary")
#: A piece of a Swedish sentence that is long enough to be no accident.
_LONG = 14
_KEY = re.compile(
    r"\{[a-z_][\w.]*\}|(?<![\w@/.-])[a-z]+(?:_[a-z0-9]+)+(?![\w@/.-])|\b[a-z_]+\.[a-z_]+\.(?:label|hint|title)\b"
)


@dataclass(frozen=True)
class Spoken:
    """A text on a page, visible or for listeners, and the language that the page says it is in."""

    text: str
    language: str
    free: bool  #: somebody's own words


def spoken_on(page: LexborHTMLParser) -> Iterator[Spoken]:
    """Every text of the page, in order; hidden ones too."""
    root = page.root
    if root is not None:
        yield from _spoken(root, "", free=False)


def _spoken(node: LexborNode, language: str, *, free: bool) -> Iterator[Spoken]:
    if node.tag in {"script", "style", "svg"}:
        return
    if node.tag == "-text":
        if text := " ".join((node.text_content or "").split()):
            yield Spoken(text, language, free)
        return
    attributes = node.attributes
    language = attributes.get("lang") or language
    free = free or attributes.get("dir") == "auto"
    for name in _HIDDEN_TEXTS:
        if text := " ".join((attributes.get(name) or "").split()):
            yield Spoken(text, language, free)
    if node.tag == "input" and attributes.get("type") in {"submit", "button"} and attributes.get("value"):
        yield Spoken(attributes["value"] or "", language, free)
    child = node.child
    while child is not None:
        yield from _spoken(child, language, free=free)
        child = child.next


class Sources:
    """The Swedish that a page in `language` may not show unmarked: texts of ours and of `service`."""

    def __init__(self, library: Library, service: Service, language: str):
        self._library, self._service, self._language = library, service, language

    def faults(self, page: LexborHTMLParser) -> list[str]:
        """Every Swedish text that passes for one of the page's language, and every key that stands for a text."""
        others = [one.text for one in spoken_on(page) if not one.free and one.language == self._language]
        found = self.keys(page)
        found += [f"Swedish: {text}" for text in others if text in self._whole]
        running = "\n".join(others)
        found += [f"Swedish: {piece}" for piece in self._pieces if piece in running]
        return found

    def keys(self, page: LexborHTMLParser) -> list[str]:
        """Every key that stands for a text: an id, a name in braces that nothing filled."""
        return [f"a key: {one.text}" for one in spoken_on(page) if not one.free and _KEY.search(one.text)]

    @cached_property
    def _pairs(self) -> list[tuple[str, tuple[str, ...]]]:
        """Swedish texts with what they are in the language, where they are."""
        pairs = list(_messages(self._language))
        texts = self._library.texts(self._service, self._language)
        pairs += [
            (text.sv, (str(texts.get(text)),) if texts.is_translated(text) else ()) for text in self._service.texts()
        ]
        pairs += [(text.sv, ()) for text in municipality_texts(self._library.municipality)]
        return pairs

    @cached_property
    def _whole(self) -> frozenset[str]:
        """Short texts: the same word in both languages is no fault."""
        translated = {said for _, all_said in self._pairs for said in all_said}
        return frozenset(
            source
            for source, _ in self._pairs
            if 3 < len(source) < 2 * _LONG and "{" not in source and source not in translated
        )

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        translated = "\n".join(said for _, all_said in self._pairs for said in all_said)
        pieces = {
            piece
            for source, _ in self._pairs
            for part in re.split(r"\{[^}]*\}|\n", source)
            if len(piece := part.strip()) >= _LONG and " " in piece and piece not in translated
        }
        return tuple(sorted(pieces))


@cache
def _messages(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The platform's own sentences with what they are in the language."""
    path = ROOT / "translations" / folder_name(language) / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return tuple(
            (source, tuple(filter(None, _forms(message.string))))
            for message in read_po(file)
            if message.id
            for source in _forms(message.id)
        )


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ()
