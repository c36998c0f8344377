"""The catalogues: English is whole, and no translation loses or invents a fact."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from eservices import translating
from eservices.definitions.library import Library
from eservices.definitions.texts import extract_municipality
from eservices.language import LANGUAGES, SOURCE, folder_name

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "translations"
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]


@pytest.fixture(scope="module")
def templates(library: Library) -> dict[str, Catalog]:
    return translating.extract(ROOT / "eservices", ROOT / "templates", library)


def test_everything_there_is_to_read_is_in_english(templates: dict[str, Catalog]) -> None:
    lacking = []
    for domain, template in templates.items():
        english = _catalogue("en", domain)
        for message in _texts(template):
            found = english.get(message.id, message.context)
            if found is None or found.fuzzy or not all(_forms(found.string)):
                lacking.append(f"{domain}: {message.id}")
    assert lacking == []


def test_no_sentence_hides_from_the_translators(templates: dict[str, Catalog]) -> None:
    """A call inside an f-string is not seen by whoever gathers the texts."""
    known = {_forms(message.id)[0] for message in _texts(templates[translating.MESSAGES])}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "eservices").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and (said := _said(call)) and said not in known
    ]
    assert hidden == []


def test_the_catalogues_of_the_services_hold_the_municipality_and_the_services_and_nothing_else(
    library: Library, templates: dict[str, Catalog]
) -> None:
    known = {(message.context, message.id) for message in _texts(templates[translating.SERVICES])}
    known |= set(extract_municipality(library.municipality))
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/services.po")):
        found = {(message.context, message.id) for message in _texts(_read(path)) if message.string}
        promised = {
            (context, text)
            for context, text in known
            if (service := library.services.get(context.partition(":")[0])) is None
            or path.parent.parent.name in service.languages
        }
        assert found <= known, path.parent.parent.name
        assert promised <= found, path.parent.parent.name


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_loses_or_invents_a_fact(language: str) -> None:
    for path in sorted((TRANSLATIONS / folder_name(language) / "LC_MESSAGES").glob("*.po")):
        for message in _texts(_read(path)):
            if message.fuzzy:
                continue  # not shown to anybody
            known = {name for text in _forms(message.id) for name in _facts(text)}
            # one thing, two things: a form that speaks of exactly one need not repeat the number
            at_least = known if isinstance(message.id, str) else known - {"n"}
            for text in filter(None, _forms(message.string)):
                assert at_least <= _facts(text) <= known, f"{path.parent.parent.name}: {text}"


@pytest.mark.parametrize("language", ["ar", "fi", "uk"])
def test_all_that_residents_meet_is_in_the_languages_of_newcomers(language: str, templates: dict[str, Catalog]) -> None:
    catalogue = _catalogue(language, translating.MESSAGES)
    wanted = [message for message in _texts(templates[translating.MESSAGES]) if translating.meets_residents(message)]
    found = {message.id: catalogue.get(message.id) for message in wanted}
    assert [text for text, done in found.items() if done is None or done.fuzzy or not all(_forms(done.string))] == []


@pytest.mark.parametrize(("language", "forms"), [("en", 2), ("fi", 2), ("uk", 3), ("ar", 6)])
def test_every_plural_has_all_the_forms_of_the_language(language: str, forms: int) -> None:
    catalogue = _catalogue(language, translating.MESSAGES)
    plurals = [message for message in _texts(catalogue) if not isinstance(message.id, str)]

    begun = [message for message in plurals if any(_forms(message.string)) and not message.fuzzy]

    assert catalogue.num_plurals == forms
    assert len(begun) > 5
    assert [message.id for message in begun if len(message.string) != forms or not all(message.string)] == []


def test_the_status_counts_what_residents_meet_apart_and_says_what_nobody_has_read(
    library: Library, templates: dict[str, Catalog]
) -> None:
    rows = {(row.language, row.part): row for row in translating.status(TRANSLATIONS, library, templates)}

    residents, staff = rows["en", translating.RESIDENTS], rows["en", translating.STAFF]
    assert residents.total + staff.total == len(list(_texts(templates[translating.MESSAGES])))
    assert ("ar", translating.RESIDENTS) in rows
    assert ("ar", translating.STAFF) not in rows
    assert not rows["fi", "batplats"].reviewed
    easy = rows["sv-x-lattlast", "batplats"]
    assert 0 < easy.translated <= easy.total <= len(library.services["batplats"].questions)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_says_whether_a_native_speaker_has_read_it(language: str) -> None:
    comment = _catalogue(language, translating.MESSAGES).header_comment
    assert "X-Reviewed: yes" in comment or "X-Reviewed: no" in comment


def _catalogue(language: str, domain: str) -> Catalog:
    return _read(TRANSLATIONS / folder_name(language) / "LC_MESSAGES" / f"{domain}.po")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _said(call: ast.Call) -> str | None:
    """The sentence in a call that marks or says one."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if name in {"_", "N_", "plain", "plural", "words"} and isinstance(first, ast.Constant):
        return first.value if isinstance(first.value, str) and first.value not in LANGUAGES else None
    return None


def _texts(catalog: Catalog) -> Iterator[Message]:
    """All but the header."""
    return (message for message in catalog if message.id)


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ("",)


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
