"""Whoever runs the house is told what is wrong, what to do about it, and nothing when all is well."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from eservices import outbox, standing
from eservices.schema.backup import backup
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.storage.keys import make_key

NOON = dt.datetime(2026, 11, 25, 11, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    beating = replace(settings, data_dir=tmp_path)
    _beat(beating, NOON)
    return beating


def test_a_house_in_order_has_nothing_to_say(settings: Settings, database: Database) -> None:
    assert _kinds(settings, database) == []


def test_a_worker_that_stands_still_or_never_ran_is_told_of(settings: Settings, sqlite_database: Database) -> None:
    _beat(settings, NOON - HOUR)
    assert standing.faults(settings, sqlite_database, NOON)[0].says == "The worker has not moved for 60 minutes."
    _beat(settings, NOON - 50 * HOUR)
    assert standing.faults(settings, sqlite_database, NOON)[0].says == "The worker has not moved for 2 days."

    (settings.data_dir / "worker.heartbeat").unlink()
    assert _kinds(settings, sqlite_database) == ["worker"]


def test_what_should_have_gone_and_what_was_given_up_are_told_apart(settings: Settings, database: Database) -> None:
    with database.transaction() as tx:
        for _ in range(2):
            outbox.put(tx, kind="mail", target="email", payload={}, key=make_key(tx, NOON), at=NOON - HOUR)
        row = outbox.claim(tx, NOON, "worker")[0]
        outbox.refuse(tx, row, NOON, "550 no such user asa@exempel.se")
        found = outbox.given_up(tx)

    assert [(one.id, one.why) for one in found] == [(row.id, "550 no such user …")]
    assert {fault.kind: fault.count for fault in standing.faults(settings, database, NOON)} == {
        "outbox_overdue": 1,
        "outbox_given_up": 1,
    }
    with database.transaction() as tx:
        assert outbox.try_again(tx, row.id, NOON)
    assert _kinds(settings, database) == ["outbox_overdue"]


def test_a_receiver_that_answers_nobody_is_told_of_though_each_failure_moves_the_next_try_on(
    settings: Settings, database: Database
) -> None:
    at, then = NOON - HOUR, []
    with database.transaction() as tx:
        outbox.put(tx, kind="mail", target="email", payload={}, key=make_key(tx, at), at=at)
    while at < NOON:
        with database.transaction() as tx:
            (row,) = outbox.claim(tx, at, "worker")
            outbox.freeze(tx, row, b"news")
            again = outbox.fail(tx, row, at, "nobody answers")
        assert again is not None
        then.append((at, [fault.kind for fault in standing.faults(settings, database, at) if fault.kind != "clock"]))
        at = again.due_at

    assert all(kinds == [] for moment, kinds in then if moment < NOON - 0.85 * HOUR), then
    assert all(kinds == ["outbox_overdue"] for moment, kinds in then if moment > NOON - 0.5 * HOUR), then
    (fault,) = standing.faults(settings, database, then[-1][0] + dt.timedelta(minutes=1))
    assert fault.says == "1 message or document should have gone ten minutes ago."


def test_what_we_hold_back_ourselves_points_at_no_receiver(settings: Settings, database: Database) -> None:
    at = NOON - HOUR
    with database.transaction() as tx:
        outbox.put(tx, kind="receipt", target="email", payload={}, key=make_key(tx, at), at=at)
    while at < NOON:
        with database.transaction() as tx:
            (row,) = outbox.claim(tx, at, "worker")
            again = outbox.fail(tx, row, at, "as many as one receiver gets in a day have gone there today")
        assert again is not None
        at = again.due_at

    assert _kinds(settings, database) == []


def test_a_clock_that_goes_behind_the_workers_is_told_of(settings: Settings, sqlite_database: Database) -> None:
    _beat(settings, NOON + 3 * HOUR)

    (fault,) = standing.faults(settings, sqlite_database, NOON)
    assert fault.kind == "clock"
    assert "3 hours from now" in fault.says


@pytest.mark.parametrize("name", ["files", "paper"])
def test_a_folder_that_takes_nothing_is_told_of_by_name(
    settings: Settings, sqlite_database: Database, name: str
) -> None:
    folder = settings.data_dir / name
    folder.mkdir()
    assert _kinds(settings, sqlite_database) == []

    folder.rmdir()
    folder.write_text("no folder at all")

    (fault,) = standing.faults(settings, sqlite_database, NOON)
    assert fault.kind == "folders"
    assert str(folder) in fault.says


def test_a_database_ahead_of_the_programs_lacks_nothing_and_one_behind_does(
    settings: Settings, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert _kinds(settings, sqlite_database) == []

    with sqlite_database.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert _kinds(settings, sqlite_database) == ["migrations"]


def test_a_full_disk_is_told_of_before_it_is_full(
    settings: Settings, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "FREE", 1.1)

    assert _kinds(settings, sqlite_database) == ["disk"]


def test_a_backup_that_is_old_or_was_never_taken_is_told_of_outside_a_demonstration(
    settings: Settings, sqlite_database: Database, tmp_path: Path
) -> None:
    real = replace(settings, demo=False, database_url=sqlite_database.url.render_as_string())
    assert _kinds(real, sqlite_database) == ["backup"]

    backup(real, tmp_path / "backup", NOON - dt.timedelta(days=3))
    assert standing.faults(real, sqlite_database, NOON)[0].says == "The last backup that held is 3 days old."
    backup(real, tmp_path / "newer", NOON - HOUR)
    assert _kinds(real, sqlite_database) == []


def test_a_certificate_is_told_of_in_good_time(settings: Settings, sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "fullchain.pem"
    shown = replace(settings, certificate=file)
    assert _kinds(shown, sqlite_database) == ["certificate"]

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "exempel.se")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOON - HOUR, NOON + dt.timedelta(days=30))
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    assert _kinds(shown, sqlite_database) == []
    (fault,) = standing.faults(shown, sqlite_database, NOON + dt.timedelta(days=10))[-1:]
    assert fault.says == "The certificate of the address runs out on 2026-12-25."
    (fault,) = standing.faults(shown, sqlite_database, NOON + dt.timedelta(days=30))[-1:]
    assert fault.says == "The certificate of the address ran out on 2026-12-25: browsers let nobody in."
    assert fault.count == 1, "a figure of nothing would ring no bell on the worst day"


def test_a_database_that_is_away_is_told_of_and_hides_nothing_else(settings: Settings) -> None:
    away = Database("postgresql+psycopg://nobody@/none?host=/nowhere", settings.keys)
    _beat(settings, NOON - HOUR)

    assert _kinds(settings, away) == ["database", "worker"]


def _kinds(settings: Settings, database: Database) -> list[str]:
    return [fault.kind for fault in standing.faults(settings, database, NOON)]


def _beat(settings: Settings, at: dt.datetime) -> None:
    (settings.data_dir / "worker.heartbeat").write_text(json.dumps({"at": at.isoformat(), "pid": 1}))
