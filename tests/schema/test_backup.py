"""What was backed up while the house ran comes back whole, or not at all."""

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from eservices.calendars import FixedClock
from eservices.cases import queue
from eservices.cases import store as cases
from eservices.definitions.library import Library
from eservices.demo.municipality import fill
from eservices.records import disposal_list, retention
from eservices.records import store as records
from eservices.schema.backup import BadBackup, backup, restore
from eservices.schema.upgrade import prepare
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.submissions import drafts
from tests import postgres
from tests.build.drafts import a_draft
from tests.records.cases import CANARY, a_full_case, a_service_kept

NOON = dt.datetime(2026, 11, 25, 11, 0, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[tuple[Settings, Settings]]:
    """A house with some cases and a file, and an empty place with the same keys."""
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path / name / 'eservices.db'}" for name in ("here", "there")]
        yield _filled(settings, urls[0], tmp_path / "here"), _at(settings, urls[1], tmp_path / "there")
        return
    with postgres.databases(request.getfixturevalue("postgres_socket"), "taken", "given_back") as (here, there):
        yield _filled(settings, here, tmp_path / "here"), _at(settings, there, tmp_path / "there")


def test_a_house_comes_back_in_an_empty_place(places: tuple[Settings, Settings], tmp_path: Path) -> None:
    here, there = places
    made = backup(here, tmp_path / "backup", NOON)

    back = restore(there, tmp_path / "backup", NOON)

    assert back.manifest == made
    assert made.rows["cases"] == made.rows["submissions"] == 3
    assert made.rows["journal_entries"] > 3
    assert _names(there) == _names(here)
    assert (there.files_dir / "ab" / "abcd").read_bytes() == b"sealed bytes"


def test_it_never_writes_over_what_is_there(places: tuple[Settings, Settings], tmp_path: Path) -> None:
    here, there = places
    backup(here, tmp_path / "backup", NOON)

    with pytest.raises(BadBackup, match="is not empty"):
        backup(here, tmp_path / "backup", NOON)
    with pytest.raises(BadBackup):
        restore(here, tmp_path / "backup", NOON)
    restore(there, tmp_path / "backup", NOON)
    with pytest.raises(BadBackup):
        restore(there, tmp_path / "backup", NOON)
    assert len(_names(here)) == len(_names(there)) == 3


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", ["a file changed", "a row missing", "no manifest", "another ring"])
def test_a_backup_that_is_not_whole_is_refused(places: tuple[Settings, Settings], tmp_path: Path, fault: str) -> None:
    here, there = places
    folder = tmp_path / "backup"
    backup(here, folder, NOON)
    manifest = folder / "manifest.json"
    if fault == "a file changed":
        (folder / "files" / "ab" / "abcd").write_bytes(b"other bytes")
    elif fault == "a row missing":
        told = json.loads(manifest.read_text())
        told["rows"]["cases"] += 1
        manifest.write_text(json.dumps(told))
    elif fault == "no manifest":
        manifest.unlink()
    else:
        there = replace(there, keys=f"index:{'1f' * 32},2026:{'2e' * 32}")

    with pytest.raises(BadBackup):
        restore(there, folder, NOON)


@pytest.mark.parametrize("list_lies", ["in the data folder", "beside", "nowhere"])
def test_what_was_disposed_of_after_the_backup_does_not_come_back_with_it(
    places: tuple[Settings, Settings], library: Library, tmp_path: Path, list_lies: str
) -> None:
    here, there = places
    clock = FixedClock(NOON)
    database = Database.of(here)
    with database.transaction() as tx:
        number = a_full_case(tx, clock, a_service_kept(), here.files_dir).number
        cleared = a_draft(tx, clock)
    backup(here, tmp_path / "old", clock.now())
    with database.transaction() as tx:
        drafts.cancel(tx, drafts.lock(tx, cleared.id), clock.now())
    backup(here, tmp_path / "soon", clock.now())
    clock.move(dt.timedelta(days=1100))
    assert retention.run(database, library, here, decision="KS 2029/12", now=clock.now()).gone == 1
    database.dispose()
    backup(here, tmp_path / "new", clock.now())
    if list_lies == "in the data folder":
        there.data_dir.mkdir()
        shutil.copy(tmp_path / "new" / disposal_list.NAME, disposal_list.path_of(there))
    lists = [tmp_path / "new" / disposal_list.NAME] if list_lies == "beside" else []

    back = restore(there, tmp_path / "old", clock.now(), lists=lists)

    (name,) = [name for found, name in _names(there) if found == number]
    if list_lies == "nowhere":  # the control: without any list it is all there again
        assert (back.disposed, back.newest, CANARY in name) == (0, None, True)
        assert _draft_is_there(there, cleared.id)
        return
    assert (back.disposed, back.newest, name) == (1, clock.today(), "")
    assert _draft_is_there(there, cleared.id) is False
    assert len(_files(there)) == len(_files(here)) == 1
    again = Database.of(there)
    with again.read() as tx:
        assert [stub.decision for stub in records.stubs(tx, number=number)] == ["KS 2029/12"]
        assert cases.by_number(tx, number) is None
    again.dispose()
    assert disposal_list.read(disposal_list.path_of(there)) == disposal_list.read(disposal_list.path_of(here))


def test_a_list_of_disposals_that_is_cut_off_is_refused_before_anything_is_touched(
    places: tuple[Settings, Settings], tmp_path: Path
) -> None:
    here, there = places
    backup(here, tmp_path / "backup", NOON)
    torn = tmp_path / "torn.jsonl"
    torn.write_text('{"drafts": []}\n{"lines": 3}\n')

    with pytest.raises(disposal_list.UnreadableList):
        restore(there, tmp_path / "backup", NOON, lists=[torn])
    assert restore(there, tmp_path / "backup", NOON).disposed == 0


def _draft_is_there(settings: Settings, draft_id: str) -> bool:
    database = Database.of(settings)
    try:
        with database.read() as tx:
            return drafts.by_id(tx, draft_id) is not None
    finally:
        database.dispose()


def _files(settings: Settings) -> list[Path]:
    return [path for path in settings.files_dir.rglob("*") if path.is_file()]


def _at(settings: Settings, url: str, data_dir: Path) -> Settings:
    return replace(settings, database_url=url, data_dir=data_dir)


def _filled(settings: Settings, url: str, data_dir: Path) -> Settings:
    here = _at(settings, url, data_dir)
    data_dir.mkdir()
    prepare(here)
    fill(here, 3, 1)
    (here.files_dir / "ab").mkdir(parents=True, exist_ok=True)
    (here.files_dir / "ab" / "abcd").write_bytes(b"sealed bytes")
    return here


def _names(settings: Settings) -> set[tuple[str, str]]:
    """The cases of a house by number and applicant: they can be read, so the keys came with them."""
    database = Database.of(settings)
    try:
        with database.read() as tx:
            rows = queue.page(tx, queue.Filters(open=None), now=NOON).rows
        return {(row.number, row.name) for row in rows}
    finally:
        database.dispose()
