"""The catalogues: English is whole, and no translation loses or invents a fact."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from eservices import translating
from eservices.definitions.library import Library
from eservices.language import LANGUAGES, SOURCE, folder_name

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "translations"
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]


@pytest.fixture(scope="module")
def templates(library: Library) -> dict[str, Catalog]:
    return translating.extract(ROOT / "eservices", ROOT / "templates", library)


def test_everything_there_is_to_read_is_in_english(library: Library, templates: dict[str, Catalog]) -> None:
    lacking = []
    for domain, template in templates.items():
        english = _catalogue("en", domain)
        for message in template:
            found = english.get(message.id, message.context) if message.id else None
            if message.id and (found is None or found.fuzzy or not _whole(found.string)):
                lacking.append(f"{domain}: {message.id}")
    assert lacking == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_loses_or_invents_a_fact(language: str) -> None:
    for path in sorted((TRANSLATIONS / folder_name(language) / "LC_MESSAGES").glob("*.po")):
        for message in _read(path):
            if not message.id:
                continue
            source = message.id if isinstance(message.id, tuple) else (message.id,)
            known = {name for text in source for name in _facts(text)}
            for text in message.string if isinstance(message.string, tuple) else (message.string,):
                if text:
                    missing = set() if isinstance(message.id, tuple) else known - _facts(text)
                    assert not missing and _facts(text) <= known, f"{path.parent.parent.name}: {text}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_says_whether_a_native_speaker_has_read_it(language: str) -> None:
    headers = dict(_catalogue(language, "messages").mime_headers)
    assert headers["X-Reviewed"] in {"yes", "no"}


def _catalogue(language: str, domain: str) -> Catalog:
    return _read(TRANSLATIONS / folder_name(language) / "LC_MESSAGES" / f"{domain}.po")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _whole(found: str | tuple[str, ...] | list[str]) -> bool:
    return bool(found) if isinstance(found, str) else all(found)


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
