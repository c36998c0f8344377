"""The definitions of some folders: read once, kept ready, read again when a file changes.

A broken edit never takes a service away: the last good version is served on, and its complaints are shown.
"""

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eservices.definitions.complaints import ERROR, WARNING, Complaint
from eservices.definitions.load import (
    BLOCKS,
    MUNICIPALITY,
    TESTS_END,
    read_service,
    service_from_content,
    shared_blocks,
)
from eservices.definitions.model import Service
from eservices.definitions.municipality import Municipality, read_municipality
from eservices.definitions.searching import STRONG, WEAK, Found, Lexicon, phrases
from eservices.definitions.texts import (
    HOUSE,
    ServiceTexts,
    in_language,
    municipality_texts,
    speak_for,
    translated_table,
)
from eservices.language import LANGUAGES, SOURCE

#: How often the files are looked at, at most.
_EVERY_SECONDS = 2.0
_CACHE = "definitions.json"

#: What a file was when it was last looked at: its size and its time of change.
_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One definition as it was read: under which circumstances, what is served, and what is wrong with it."""

    key: str
    content: Mapping[str, Any] | None  #: of the last good version
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Everything at one moment; replaced as a whole, so that readers need no lock."""

    services: Mapping[str, Service]
    municipality: Municipality
    complaints: tuple[Complaint, ...]
    entries: Mapping[Path, _Entry] = field(default_factory=dict)
    stamps: Mapping[Path, _Stamp] = field(default_factory=dict)


class Library:
    """The services and the municipality of `folders`; the first folder that has a thing wins.

    With `cache_folder`, what was read is kept there for the next start: two hundred definitions then cost a tenth of
    a second. The files are looked at again when something is asked for, `every` so many seconds at most.
    """

    def __init__(
        self, folders: Sequence[Path], cache_folder: Path | None = None, *, every: float = _EVERY_SECONDS
    ) -> None:
        self._folders = tuple(folders)
        self._cache = None if cache_folder is None else cache_folder / _CACHE
        self._every = every
        self._lock = threading.Lock()
        self._texts: dict[tuple[str, str], ServiceTexts] = {}
        self._shelf = self._read(_Shelf({}, Municipality.plain(), (), self._remembered()), self._stamps())
        self._looked_at = time.monotonic()
        self._lexicons: tuple[_Shelf, dict[tuple[str, ...], Lexicon]] = (self._shelf, {})

    @property
    def services(self) -> Mapping[str, Service]:
        """The services that can be served, by id, in the order of their ids."""
        return self._current().services

    @property
    def municipality(self) -> Municipality:
        return self._current().municipality

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What is wrong with the files, errors and warnings, by file and line."""
        return self._current().complaints

    def service(self, service_id: str) -> Service | None:
        """The service of that id, if there is one that can be served."""
        return self._current().services.get(service_id)

    def texts(self, service: Service, language: str) -> ServiceTexts:
        """The service's texts in a language; the same object for as long as they are the same."""
        key = (service.version, language)
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = ServiceTexts(language, translated_table(service, language))
        return found

    def search(self, query: str, language: str = SOURCE) -> Found:
        """The services that the words lead to, by title, everyday words, summary, theme and life event.

        Words of the page's language and Swedish come first; where these find nothing, those of every language.
        """
        shelf = self._current()
        found = self._lexicon(shelf, tuple(dict.fromkeys((language, SOURCE)))).search(query)
        if found.sure:
            return found
        everywhere = self._lexicon(shelf, LANGUAGES).search(query)
        better = everywhere.sure or (everywhere.fitting and not found.fitting)
        return everywhere if better or not (found.fitting or found.near) else found

    def refresh(self) -> bool:
        """Look at the files now; whether anything was read anew."""
        with self._lock:
            self._looked_at = time.monotonic()
            stamps = self._stamps()
            if stamps == self._shelf.stamps:
                return False
            self._shelf = self._read(self._shelf, stamps)
            return True

    def _current(self) -> _Shelf:
        if time.monotonic() - self._looked_at > self._every and not self._lock.locked():
            self.refresh()
        return self._shelf

    # ---- reading

    def _stamps(self) -> dict[Path, _Stamp]:
        stamps = {}
        for folder in self._folders:
            for place in (folder, folder / BLOCKS):
                try:
                    with os.scandir(place) as entries:
                        for entry in entries:
                            if entry.name.endswith(".yaml") and not entry.name.endswith(TESTS_END):
                                status = entry.stat()
                                stamps[place / entry.name] = (status.st_mtime_ns, status.st_size)
                except OSError:  # a folder that is not there has no files; that a forms folder is missing is said below
                    continue
        return stamps

    def _read(self, before: _Shelf, stamps: Mapping[Path, _Stamp]) -> _Shelf:
        municipality, complaints = self._municipality(before, stamps)
        around = self._around(stamps)
        entries: dict[Path, _Entry] = {}
        services: dict[str, Service] = {}
        files: dict[str, Path] = {}
        blocks = shared_blocks(self._folders)
        ready = {id(service.content): service for service in before.services.values()}
        for path in self._definitions(stamps):
            key = f"{stamps[path][0]}:{stamps[path][1]}:{around}"
            entry = before.entries.get(path)
            if entry is None or entry.key != key:
                loaded = read_service(path, (), municipality, blocks=blocks(path))
                last_good = None if entry is None else entry.content
                content = last_good if loaded.service is None else loaded.service.content
                entry = _Entry(key, content, loaded.complaints)
            entries[path] = entry
            complaints.extend(entry.complaints)
            if entry.content is None:
                continue
            service = ready.get(id(entry.content)) or service_from_content(entry.content)
            if service.id in services:
                facts = {"service": service.id, "other": str(files[service.id])}
                complaints.append(Complaint(str(path), 1, 1, ERROR, "service_twice", facts))
                continue
            services[service.id], files[service.id] = service, path
        speak_for(municipality)
        shelf = _Shelf(
            MappingProxyType(dict(sorted(services.items()))), municipality, tuple(complaints), entries, stamps
        )
        if entries != before.entries:
            self._remember(entries)
        return shelf

    def _definitions(self, stamps: Mapping[Path, _Stamp]) -> Iterator[Path]:
        for folder in self._folders:
            for path in sorted(path for path in stamps if path.parent == folder):
                if path.name != MUNICIPALITY and not path.name.startswith("."):
                    yield path

    def _municipality(self, before: _Shelf, stamps: Mapping[Path, _Stamp]) -> tuple[Municipality, list[Complaint]]:
        for folder in self._folders:
            path = folder / MUNICIPALITY
            if path in stamps:
                found, complaints = read_municipality(path)
                return found or before.municipality, list(complaints)
        return before.municipality, []

    def _around(self, stamps: Mapping[Path, _Stamp]) -> str:
        """What a definition depends on beside its own file: blocks, the municipality, and this program."""
        seen = sha256()
        for path, stamp in sorted(stamps.items()):
            if path.parent.name == BLOCKS or path.name == MUNICIPALITY:
                seen.update(f"{path}:{stamp}\n".encode())
        seen.update(_program().encode())
        return seen.hexdigest()[:16]

    # ---- the next start

    def _remembered(self) -> dict[Path, _Entry]:
        if self._cache is None:
            return {}
        try:
            kept = json.loads(self._cache.read_bytes())
            return {
                Path(path): _Entry(
                    entry["key"], entry["content"], tuple(_complaint(row) for row in entry["complaints"])
                )
                for path, entry in kept.items()
            }
        except (OSError, ValueError, KeyError, TypeError):  # no cache, or one of another time: everything is read
            return {}

    def _remember(self, entries: Mapping[Path, _Entry]) -> None:
        if self._cache is None:
            return
        kept = {
            str(path): {
                "key": entry.key,
                "content": entry.content,
                "complaints": [astuple(complaint) for complaint in entry.complaints],
            }
            for path, entry in entries.items()
        }
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            draft = self._cache.with_suffix(f".{os.getpid()}.new")
            draft.write_text(json.dumps(kept, ensure_ascii=False, default=str), encoding="utf-8")
            draft.replace(self._cache)
        except OSError:  # a cache that cannot be written costs time at the next start, nothing else
            return

    # ---- searching

    def _lexicon(self, shelf: _Shelf, languages: tuple[str, ...]) -> Lexicon:
        """The words of some languages, gathered when they are first needed and whenever something has changed."""
        kept_for, lexicons = self._lexicons
        if kept_for is not shelf:
            lexicons = {}
            self._lexicons = (shelf, lexicons)
        found = lexicons.get(languages)
        if found is None:
            found = lexicons[languages] = Lexicon(_named(shelf, languages))
        return found


def _named(shelf: _Shelf, languages: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """What each service is known by in these languages: service, words, what they are worth."""
    house = {text.key: text for text in municipality_texts(shelf.municipality)}
    for service in shelf.services.values():
        places = (f"themes.{service.theme}", *(f"life_events.{event}" for event in service.life_events))
        about = [house[place] for place in places if place in house]
        yield service.id, service.id, STRONG
        yield service.id, service.owner, WEAK
        for language in languages:
            yield service.id, in_language(service.id, service.title, language), STRONG * _ONE_OF_SEVERAL
            if service.keywords is not None:
                for phrase in phrases(in_language(service.id, service.keywords, language)):
                    yield service.id, phrase, STRONG * (_ONE_OF_SEVERAL if " " in phrase else 1)
            yield service.id, in_language(service.id, service.summary, language), WEAK
            yield from ((service.id, in_language(HOUSE, text, language), WEAK) for text in about)


#: What a word is worth that stands among others: "skräp" is said of more than "skräp på gatan".
_ONE_OF_SEVERAL = 0.9


def _complaint(row: Sequence[Any]) -> Complaint:
    file, line, column, severity, code, facts = row
    if severity not in {ERROR, WARNING}:
        raise ValueError(severity)
    return Complaint(file, line, column, severity, code, facts)


def _program() -> str:
    """What this program is, so that a newer one does not trust what an older one read."""
    here = Path(__file__).resolve().parent
    files = sorted(path for folder in (here, here.parent / "questions") for path in folder.glob("*.py"))
    return ",".join(f"{path.name}:{(status := path.stat()).st_mtime_ns}:{status.st_size}" for path in files)
