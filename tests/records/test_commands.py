"""Disposal as whoever runs the house does it: a report, a decision, a run, a list to publish and one to keep."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eservices.calendars import FixedClock
from eservices.cli import main
from eservices.records import disposal_list
from eservices.settings import Settings
from eservices.storage.database import Database
from tests.conftest import MORNING
from tests.records.cases import CANARY, a_full_case, a_service_kept


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ESERVICES_DEMO", "1")
    monkeypatch.setenv("ESERVICES_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ESERVICES_DATABASE_URL", raising=False)
    assert run("db", "upgrade").exit_code == 0
    return Settings.from_environment({"ESERVICES_DEMO": "1", "ESERVICES_DATA_DIR": str(tmp_path)})


def test_what_is_over_is_reported_held_disposed_of_and_told(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database.of(house)
    with database.transaction() as tx:
        number = a_full_case(tx, FixedClock(MORNING), a_service_kept(), house.files_dir).number
    mail = house.data_dir / "mail"
    mail.mkdir()
    with database.read() as tx:
        sent = tx.connection.exec_driver_sql("SELECT id FROM outbox").scalars().all()
    for one in sent:
        (mail / f"{one}.eml").write_text(f"To: {CANARY}", "utf-8")
    assert "0 cases are due" in run("retention", "report").output
    monkeypatch.setenv("ESERVICES_NOW", (MORNING + dt.timedelta(days=1100)).isoformat())

    report = run("retention", "report", "--cases").output
    assert "1 of 1 by Dokumenthanteringsplan 4.7 (2 years after closed)" in report
    assert number in report
    assert run("retention", "hold", number, "--because", "Begärd ut").exit_code == 0
    assert "it is held" in run("retention", "report").output
    assert "0 cases are gone" in run("retention", "run", "--decision", "KS 2029/12").output
    assert run("retention", "release", number).exit_code == 0
    assert run("retention", "run").exit_code != 0, "a decision must be named"

    assert "1 cases are gone by KS 2029/12" in run("retention", "run", "--decision", "KS 2029/12").output

    assert "KS 2029/12. klotterplank: 1 ärenden gallrade" in run("retention", "list").output
    assert [stub.number for stub in disposal_list.read(disposal_list.path_of(house)).cases] == [number]
    assert run("retention", "hold", number, "--because", "För sent").exit_code == 1
    left = [path for path in house.data_dir.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert left == [], "nor in what was sent in the demonstration"
    assert run("journal", "verify").exit_code == 0
    database.dispose()


def run(*command: str) -> Result:
    return CliRunner().invoke(main, command)
