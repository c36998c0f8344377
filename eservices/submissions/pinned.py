"""Pinned definitions: kept from the first draft that uses a version, so that everything can be shown as it was.

A version is the hash of its content, so what has been read once is true for ever and is remembered in the process.
"""

import datetime as dt
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import and_, bindparam, select
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite too; the Core insert knows no ON CONFLICT

from eservices.definitions.load import service_from_content
from eservices.definitions.model import Service
from eservices.definitions.texts import ServiceTexts, translated_table
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.submissions.tables import definition_texts, definitions

_Kept = TypeVar("_Kept")

_IS_KEPT = Prepared(
    select(definitions.c.version, definition_texts.c.language)
    .select_from(
        definitions.outerjoin(
            definition_texts,
            and_(
                definition_texts.c.version == definitions.c.version,
                definition_texts.c.language == bindparam("language"),
            ),
        )
    )
    .where(definitions.c.version == bindparam("version"))
)
_KEEP = Prepared(insert(definitions).on_conflict_do_nothing())
_KEEP_TEXTS = Prepared(insert(definition_texts).on_conflict_do_nothing())
_CONTENT = Prepared(select(definitions.c.content).where(definitions.c.version == bindparam("version")))
_LIKE = Prepared(
    select(definitions.c.version)
    .where(definitions.c.service == bindparam("service"), definitions.c.version.like(bindparam("start")))
    .order_by(definitions.c.pinned_at.desc())
    .limit(1)
)
_TEXTS = Prepared(
    select(definition_texts.c.texts).where(
        definition_texts.c.version == bindparam("version"), definition_texts.c.language == bindparam("language")
    )
)


class UnknownVersion(Exception):
    """No draft has ever used this version here."""


class _Remembered(Generic[_Kept]):
    """The least recently used go first; safe between threads. An LRU cache of functions cannot be fed from outside."""

    def __init__(self, size: int):
        self._size = size
        self._kept: OrderedDict[object, _Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> _Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: object, value: _Kept) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


_services: _Remembered[Service] = _Remembered(400)
_texts: _Remembered[ServiceTexts] = _Remembered(400)


def keep(tx: Transaction, service: Service, language: str, now: dt.datetime) -> None:
    """See to it that this version, and its texts in this language, are in the database.

    Looked up each time and not remembered: whether a row is there depends on whether a transaction committed.
    """
    _services.put(service.version, service)
    row = tx.row(_IS_KEPT, version=service.version, language=language)
    if row is None:
        tx.run(
            _KEEP,
            {"version": service.version, "service": service.id, "content": dict(service.content), "pinned_at": now},
        )
    if row is None or row.language is None:
        table = dict(translated_table(service, language))
        tx.run(_KEEP_TEXTS, {"version": service.version, "language": language, "texts": table})


def service(tx: Transaction, version: str) -> Service:
    """The definition as it was. Raises `UnknownVersion`."""
    found = _services.get(version)
    if found is None:
        content = tx.value(_CONTENT, version=version)
        if content is None:
            raise UnknownVersion(version)
        found = service_from_content(content)
        _services.put(version, found)
    return found


def version_like(tx: Transaction, service_id: str, start: str) -> Service | None:
    """The version of a service that begins so, as a paper form bears it; None where no such version was ever used."""
    version = tx.value(_LIKE, service=service_id, start=f"{start}%")
    return None if version is None else service(tx, version)


def texts(tx: Transaction, version: str, language: str) -> ServiceTexts:
    """The texts of a version in one language.

    A translation that has been mended since is shown mended; what today's catalogues no longer know, because the
    Swedish has changed since, is shown as it was when a draft first used the version. Swedish is in the content.
    """
    found = _texts.get((version, language))
    if found is None:
        kept = tx.value(_TEXTS, version=version, language=language) or {}
        found = ServiceTexts(language, {**kept, **translated_table(service(tx, version), language)})
        _texts.put((version, language), found)
    return found
