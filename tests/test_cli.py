"""What whoever runs the house does with the accounts of those who work there."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eservices.cli import main
from eservices.worker.digest import told

PASSWORD, NEW = "en lång fras om båtar", "en helt annan fras här"


def test_a_password_can_be_changed_and_a_weak_one_changes_nothing(of_a_demo: Path) -> None:
    added = _run("staff", "add", "anna", "--name", "Anna Ek", "--role", "admin", "--password", PASSWORD)
    assert added.exit_code == 0, added.output

    assert _run("staff", "password", "anna", "--password", "anna").exit_code == 1
    assert _run("staff", "password", "Anna", "--password", NEW).output == "Anna has a new password.\n"

    assert _run("staff", "disable", "anna").exit_code == 0
    closed = _run("staff", "password", "anna", "--password", NEW)
    assert closed.exit_code == 1
    assert "no open account" in closed.output
    assert "[disabled]" in _run("staff", "list").output


def test_the_doctor_says_what_is_wrong_and_the_journal_is_gone_through(of_a_demo: Path) -> None:
    told = _run("doctor")
    assert told.exit_code == 1
    assert "No worker has ever run here. Start `eservices worker`" in told.output

    assert _run("demo-data", "--cases", "2").exit_code == 0
    verified = _run("journal", "verify")
    assert verified.exit_code == 0, verified.output
    assert "the journal is whole" in verified.output
    assert _run("outbox", "list").output == ""
    assert _run("outbox", "retry", "0" * 32).output == "0 to be tried again, 1 that had arrived or never were.\n"
    told = _run("outbox", "replay", "diary", "--since", "2026-11-24T08:00").output
    assert told == "0 to be told to diary once more.\n"
    assert _run("outbox", "replay", "diary").exit_code == 2


@pytest.mark.parametrize(
    "command", [("staff", "list"), ("retention", "report"), ("export-case", "2026-AAAAA"), ("outbox", "list")]
)
def test_a_database_that_is_not_there_yet_is_told_of_in_one_line(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESERVICES_DEMO", "1")
    monkeypatch.setenv("ESERVICES_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ESERVICES_DATABASE_URL", raising=False)

    told = _run(*command)

    assert told.exit_code == 1
    assert told.output == "Error: The database is not as this version needs it: run `eservices db upgrade`.\n"


@pytest.mark.parametrize("words", [("db", "upgrade"), ("backup", "copy"), ("outbox", "list"), ("keys", "list")])
def test_a_database_that_is_away_is_told_of_in_one_line_and_no_trace(
    of_a_demo: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(of_a_demo)
    monkeypatch.setenv("ESERVICES_DATABASE_URL", "postgresql+psycopg://nobody@/none?host=/nowhere")

    told = _run(*words)

    assert told.exit_code == 1
    assert told.output.startswith("Error: The database does not answer.")
    assert isinstance(told.exception, SystemExit), "a trace is no answer to somebody whose database is away"


@pytest.mark.parametrize(
    ("written", "suggested"),
    [("Låna Släp", " Try: lana_slap"), ("../slap", " Try: slap"), ("lana_slap\n", " Try: lana_slap"), ("12", "")],
)
def test_an_id_that_cannot_be_is_refused_in_one_line_with_one_that_can(
    of_a_demo: Path, written: str, suggested: str
) -> None:
    told = _run("new", written)

    assert told.exit_code == 1
    assert told.output.endswith(
        "cannot be the id of a service: small letters a–z, digits and underscores, beginning with a letter."
        f"{suggested}\n"
    )
    assert told.output.count("\n") == 1
    assert not list(of_a_demo.rglob("*.yaml"))


def test_made_up_cases_need_no_preparation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESERVICES_DEMO", "1")
    monkeypatch.setenv("ESERVICES_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.delenv("ESERVICES_DATABASE_URL", raising=False)

    assert _run("demo-data", "--cases", "2").output == "2 cases made.\n"


def test_the_mail_of_the_day_says_what_the_doctor_says_and_comes_on_good_days_too(of_a_demo: Path) -> None:
    printed, doctor = _run("digest").output, _run("doctor").output
    assert doctor.strip() in printed.replace("* ", "")
    assert "1 thing needs you" in printed

    assert _run("digest", "--to", "drift@exempel.se").output == "Sent to drift@exempel.se.\n"
    (mail,) = (of_a_demo / "mail").glob("*.eml")
    assert b"To: drift@exempel.se" in mail.read_bytes()
    assert _run("digest", "--to", "a@b\nBcc: c@d.se").exit_code == 1
    assert told([], dt.datetime(2026, 11, 25, tzinfo=dt.UTC)) == (
        "eservices 2026-11-25: nothing is wrong",
        "Nothing is wrong.\n",
    )


@pytest.fixture
def of_a_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prepared database of its own, whose settings stand in the environment."""
    monkeypatch.setenv("ESERVICES_DEMO", "1")
    monkeypatch.setenv("ESERVICES_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ESERVICES_DATABASE_URL", raising=False)
    assert _run("db", "upgrade").exit_code == 0
    return tmp_path


def _run(*command: str) -> Result:
    return CliRunner().invoke(main, command)
