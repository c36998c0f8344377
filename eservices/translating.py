"""The translators' round: gather what is to be translated, bring catalogues up to it, make them ready, count.

Two domains, because two kinds of people write them: `messages` (pages, mails and errors, from Python and templates) and
`services` (from the definitions). The Swedish source is the msgid, so a changed source text makes its translation
fuzzy, and it is shown in Swedish, marked, until somebody has looked.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from eservices.definitions.library import Library
from eservices.definitions.model import Lifecycle, Service
from eservices.definitions.texts import extract_municipality, extract_texts, written_easily
from eservices.language import EASY, LANGUAGES, SOURCE, folder_name, locale, ready_to_use, says_reviewed

MESSAGES, SERVICES = "messages", "services"

RESIDENTS, STAFF = "residents' pages", "staff pages"

#: Rooms whose sentences only staff meet. They are in Swedish and English; what residents meet is in every language.
_STAFFS = (
    *(f"eservices/web/{room}/" for room in ("staff", "case_handling", "contact_centre", "insight")),
    *(f"templates/{room}/" for room in ("staff", "case_handling", "contact_centre", "insight")),
    "eservices/naming.py",
    "eservices/documents/case_file",
    "eservices/documents/case_print",
    "templates/documents/case_file",
    "eservices/commands/",
)

#: The translations that staff can choose.
_STAFF_READ = frozenset({"en"})

#: What marks a text in Python and in templates, with the places of its arguments.
_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "plain": None,
    "words": None,
    "plural": (1, 2),
}
_METHODS = [("**/templates/**", "jinja2"), ("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_OPTIONS = {"**/templates/**": {"trim_blocks": "true", "lstrip_blocks": "true"}}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one part is translated to one language. In easy Swedish, how much its author has made easy."""

    language: str
    part: str  #: a service, or the pages of residents or of staff
    translated: int
    total: int
    fuzzy: int
    reviewed: bool  #: whether a native speaker has read it

    @property
    def percent(self) -> int:
        return 100 if self.total == 0 else self.translated * 100 // self.total


def extract(package: Path, templates: Path, library: Library) -> dict[str, Catalog]:
    """All texts to translate, by domain."""
    messages = Catalog(project="eservices", charset="utf-8", header_comment="# Texts of pages, mails and errors.")
    for folder in (package, templates):
        for name, line, text, comments, context in extract_from_dir(
            folder, method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
        ):
            if text in LANGUAGES:
                continue  # not a sentence, but the language that a call of `words` asks for
            place = Path(folder.name, name).as_posix()
            messages.add(text, locations=[(place, line)], auto_comments=comments, context=context)
    services = Catalog(project="eservices", charset="utf-8", header_comment="# Texts of the definitions.")
    for service in _to_translate(library):
        for context, text in extract_texts(service):
            services.add(text, context=context, locations=[(f"forms/{service.id}.yaml", 0)])
    for context, text in extract_municipality(library.municipality):
        services.add(text, context=context, locations=[("forms/municipality.yaml", 0)])
    return {MESSAGES: messages, SERVICES: services}


def _to_translate(library: Library) -> list[Service]:
    """Every service but those that are still being written: their words change daily, and nobody reads them yet."""
    return [service for service in library.services.values() if service.status != Lifecycle.DRAFT]


def update(folder: Path, templates: Mapping[str, Catalog]) -> list[Path]:
    """Bring every catalogue up to the texts; gives the files written. What changed is fuzzy, what is gone goes."""
    written = []
    for language in LANGUAGES:
        for domain, template in templates.items():
            path = _path(folder, language, domain)
            if language == SOURCE or (domain == SERVICES and language == EASY):
                continue  # Swedish is the source, and easy Swedish of the services stands in their definitions
            catalog = _read_or_new(folder, language, domain)
            before = {message.context: message for message in catalog if message.string and message.context}
            # Nothing in easy Swedish is a guess: what has no entry of its own is said in Swedish. The text of a
            # service has an address, so what was said there before is no guess at all.
            catalog.update(
                template, no_fuzzy_matching=language == EASY or domain == SERVICES, update_header_comment=False
            )
            catalog.obsolete.clear()
            _lay_out_for_looking_at(catalog, before)
            if language == EASY:
                _leave_out_empty(catalog)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_written(catalog, sort=domain == MESSAGES))
            written.append(path)
    return written


def _lay_out_for_looking_at(catalog: Catalog, before: Mapping[str, Message]) -> None:
    """A text that has changed gets what was said at its address before, for a translator to look at."""
    for message in catalog:
        if not message.string and (was := before.get(message.context or "")) is not None:
            message.string = was.string
            message.flags.add("fuzzy")


def _leave_out_empty(catalog: Catalog) -> None:
    """Easy Swedish has only what is said more simply than in Swedish: the rest is Swedish, and no work for anybody."""
    for message in list(catalog):
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not any(said):  # a plural without a word is a tuple of nothings
            catalog.delete(message.id, message.context)


def _written(catalog: Catalog, *, sort: bool) -> bytes:
    """The catalogue as a file, without the lines of its header that nobody fills in."""
    out = BytesIO()
    write_po(out, catalog, width=120, sort_output=sort, include_lineno=False)
    return b"".join(line for line in out.getvalue().splitlines(keepends=True) if not line.startswith(_NOT_FILLED_IN))


_NOT_FILLED_IN = (
    b'"Report-Msgid-Bugs-To:',
    b'"POT-Creation-Date:',
    b'"PO-Revision-Date:',
    b'"Last-Translator:',
    b'"Language-Team:',
    b'"Generated-By:',
)


def compile_all(folder: Path) -> int:
    """Make a `.mo` beside every `.po` that is newer; gives how many."""
    made = 0
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        draft = target.with_suffix(".mo.new")
        draft.write_bytes(ready_to_use(path, _tag(path)))
        draft.replace(target)  # whoever reads meanwhile sees the old one or the new one, whole
        made += 1
    return made


def status(folder: Path, library: Library, templates: Mapping[str, Catalog]) -> Iterator[Coverage]:
    """What is translated: the pages of residents and of staff, and each service in each language that it promises."""
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        messages = _read_or_new(folder, language, MESSAGES)
        for part, belongs in ((RESIDENTS, meets_residents), (STAFF, _meets_staff)):
            if part == RESIDENTS or language in _STAFF_READ:
                yield _count(language, part, templates[MESSAGES], messages, counts=belongs)
        if language == EASY:
            for service in _to_translate(library):
                yield Coverage(language, service.id, *written_easily(service), fuzzy=0, reviewed=True)
            continue
        services = _read_or_new(folder, language, SERVICES)
        for service in _to_translate(library):
            if language in service.languages:
                yield _count(language, service.id, templates[SERVICES], services, counts=_belongs_to(service.id))


def meets_residents(message: Message) -> bool:
    """Whether anybody but staff meets the sentence, on a page or a paper, in a mail or on the telephone."""
    return any(not place.startswith(_STAFFS) for place, _ in message.locations)


def _meets_staff(message: Message) -> bool:
    return not meets_residents(message)


def _belongs_to(service: str) -> Callable[[Message], bool]:
    return lambda message: (message.context or "").startswith(f"{service}:")


def _count(
    language: str, part: str, template: Catalog, catalog: Catalog, *, counts: Callable[[Message], bool]
) -> Coverage:
    total = translated = fuzzy = 0
    for message in template:
        if not message.id or not counts(message):
            continue
        total += 1
        found = catalog.get(message.id, message.context)
        done = found is not None and (all(found.string) if isinstance(found.string, tuple) else bool(found.string))
        if done and found is not None and found.fuzzy:
            fuzzy += 1
        elif done:
            translated += 1
    return Coverage(language, part, translated, total, fuzzy, says_reviewed(catalog.header_comment))


def _tag(path: Path) -> str:
    """The language of a catalogue, by its folder."""
    return next(tag for tag in LANGUAGES if folder_name(tag) == path.parents[1].name)


def _read_or_new(folder: Path, language: str, domain: str) -> Catalog:
    path = _path(folder, language, domain)
    return _read(path, language) if path.exists() else _new(language)


def _path(folder: Path, language: str, domain: str) -> Path:
    return folder / folder_name(language) / "LC_MESSAGES" / f"{domain}.po"


def _new(language: str) -> Catalog:
    return Catalog(locale=locale(language), project="eservices", charset="utf-8")


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale(language))
