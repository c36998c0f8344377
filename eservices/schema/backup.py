"""A whole installation in a folder, taken while it runs; and that folder made into an installation again.

The database is copied first, as of one moment, and the files after it: a file is on the disk before the row that names
it, so every file that the copy names is there to be taken. The key ring is not taken: whoever finds a backup finds
nothing to read in it, and it must lie in another place. Both verify what they made, and raise `BadBackup` when a count,
a digest, the journal or the ring does not hold. What was disposed of after a backup was taken goes again before the
restored installation opens: the list of it lies outside the database, in every later backup, and wherever else it is
kept.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, func, inspect, select, text
from sqlalchemy.engine import make_url

from eservices import journal
from eservices.records import disposal_list
from eservices.records.disposal_list import Listed
from eservices.schema import TAKEN
from eservices.schema.upgrade import bring_up_to_date, found_revision, is_up_to_date
from eservices.settings import Settings
from eservices.storage.database import Database, metadata
from eservices.storage.keys import fits_ring

_MANIFEST, _FILES = "manifest.json", "files"
_SQLITE, _POSTGRES = "database.sqlite", "database.dump"


class BadBackup(Exception):
    """What was copied is not what was there; or there is something where nothing may be."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: rows of each table, and the SHA-256 of each file by its path."""

    made_at: str
    engine: str
    revision: str
    rows: Mapping[str, int]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Restored:
    """What is back, how many cases that had been disposed of went again, and the day of the newest disposal known."""

    manifest: Manifest
    disposed: int
    newest: dt.date | None


def backup(settings: Settings, folder: Path, now: dt.datetime) -> Manifest:
    """Copy the installation into `folder`, which must be new or empty. Raises `BadBackup`, `OSError`."""
    _must_be_empty(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = make_url(settings.database_url)
    database = Database.of(settings)
    try:
        revision = found_revision(database) or ""
    finally:
        database.dispose()
    if url.get_backend_name() == "sqlite":
        rows = _copy_sqlite(Path(str(url.database)), folder / _SQLITE)
    else:
        rows = _dump(url, folder / _POSTGRES)
    _copy_files(settings.files_dir, folder / _FILES)
    _list_what_has_gone(settings, folder, now)
    manifest = Manifest(now.isoformat(), url.get_backend_name(), revision, rows, _digests(folder / _FILES))
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", "utf-8")
    _sync(folder)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.data_dir / TAKEN).write_text(json.dumps({"at": now.isoformat()}), "utf-8")
    return manifest


def restore(settings: Settings, folder: Path, now: dt.datetime, *, lists: Sequence[Path] = ()) -> Restored:
    """Make the installation of `settings`, which must be empty, of a backup; then see that it is whole.

    Then everything goes again that the lists of disposals name: that of the backup, that in DATA_DIR, and `lists`.
    Raises `UnreadableList` before anything is touched; `BadBackup` when something is there already, when the backup is
    not of this engine, or when the restored installation does not hold what the manifest says. Then nothing may be
    served from it.
    """
    try:
        manifest = Manifest(**json.loads((folder / _MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadBackup(f"{folder} is no backup: its manifest cannot be read") from error
    url = make_url(settings.database_url)
    if url.get_backend_name() != manifest.engine:
        raise BadBackup(f"the backup is of {manifest.engine}, the settings name {url.get_backend_name()}")
    here = [disposal_list.path_of(settings), folder / disposal_list.NAME]
    known = [disposal_list.read(path) for path in [*lists, *(path for path in here if path.exists())]]
    _must_be_empty(settings.files_dir)
    if _digests(folder / _FILES) != manifest.files:
        raise BadBackup("the files of the backup are not those that were taken")
    if manifest.engine == "sqlite":
        target = Path(str(url.database))
        if target.exists():
            raise BadBackup(f"there is a database already: {target}")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_sqlite(folder / _SQLITE, target)
        target.chmod(0o600)
    else:
        _undump(url, folder / _POSTGRES)
    _copy_files(folder / _FILES, settings.files_dir)
    _verify(settings, manifest)
    gone = disposal_list.together(known)
    return Restored(manifest, _goes_again(settings, gone, now) if known else 0, gone.newest)


def _list_what_has_gone(settings: Settings, folder: Path, now: dt.datetime) -> None:
    """The newest backup has the newest list: in it, and in the data folder."""
    database, here = Database.of(settings), disposal_list.path_of(settings)
    try:
        if is_up_to_date(database):
            disposal_list.write(database, here, now)
    finally:
        database.dispose()
    if here.exists():
        shutil.copyfile(here, folder / disposal_list.NAME)


def _goes_again(settings: Settings, gone: Listed, now: dt.datetime) -> int:
    bring_up_to_date(settings.database_url, alone=True)  # an old backup may not know of disposal yet
    database = Database.of(settings)
    try:
        again = disposal_list.replay(database, settings, gone, now)
        disposal_list.write(database, disposal_list.path_of(settings), now, also=gone)
    finally:
        database.dispose()
    return again


def _verify(settings: Settings, manifest: Manifest) -> None:
    database = Database.of(settings)
    try:
        if (found := found_revision(database) or "") != manifest.revision:
            raise BadBackup(f"the database is at revision {found}, the backup was at {manifest.revision}")
        with database.engine.connect() as connection:
            rows = _count(connection)
        if rows != manifest.rows:
            wrong = sorted(name for name in {*rows, *manifest.rows} if rows.get(name) != manifest.rows.get(name))
            raise BadBackup(f"not all rows came back: {', '.join(wrong)}")
        with database.read() as tx:
            if not fits_ring(tx):
                raise BadBackup("the key ring is not the one of this backup: nothing could be read")
            broken = journal.verify_everything(tx).broken
        if broken:
            raise BadBackup(broken[0])
    finally:
        database.dispose()
    if _digests(settings.files_dir) != manifest.files:
        raise BadBackup("not all files came back as they were")


def _must_be_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise BadBackup(f"{folder} is not empty")


def _copy_sqlite(source: Path, target: Path) -> dict[str, int]:
    """By SQLite's own backup, which gives one moment while others write."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=60)) as there,
        closing(sqlite3.connect(target)) as here,
    ):
        there.backup(here)
        here.execute("PRAGMA journal_mode=DELETE")
        if here.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BadBackup("the copy of the database is not whole")
    engine = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    with engine.connect() as connection:
        return _count(connection)


def _dump(url: URL, target: Path) -> dict[str, int]:
    """By pg_dump on the same snapshot as the counts, so that both are of one moment."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        snapshot = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        rows = _count(connection)
        _program("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
    _program("pg_restore", None, "--list", str(target))
    return rows


def _undump(url: URL, source: Path) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise BadBackup("the database has tables already")
    _program("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", str(source))


def _program(name: str, url: URL | None, *words: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, never by the command line."""
    environment, where = dict(os.environ), []
    if url is not None:
        given = {"host": url.host or url.query.get("host"), "port": url.port, "username": url.username}
        where = [f"--{key}={value}" for key, value in given.items() if value]
        where.append(f"--dbname={url.database}")
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
    try:
        ran = subprocess.run([name, *where, *words], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words, no shell
    except FileNotFoundError as error:
        raise BadBackup(f"the program {name} is not here: install PostgreSQL's client") from error
    if ran.returncode:
        raise BadBackup(f"{name}: {ran.stderr.strip().splitlines()[-1] if ran.stderr.strip() else ran.returncode}")


def _count(connection: Connection) -> dict[str, int]:
    there = set(inspect(connection).get_table_names())
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
        if table.name in there
    }


def _copy_files(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in _walk(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, place)
        except FileNotFoundError:
            continue  # swept away meanwhile: no row names it any more


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in _walk(folder):
        with path.open("rb") as stream:
            found[path.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file()) if folder.exists() else iter(())


def _sync(folder: Path) -> None:
    """A backup that is told to be made is on the disk: every file, and every folder that names one."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
