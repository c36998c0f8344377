"""The two roles of docs/examples/postgresql: the application works, and can neither rewrite the journal nor a table."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from eservices.calendars import FixedClock
from eservices.definitions.library import Library
from eservices.schema.upgrade import bring_up_to_date, is_up_to_date
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.storage.sealing import KeyRing
from eservices.web import create_app
from eservices.worker.loop import Worker
from tests import postgres
from tests.pages import InspectingClient
from tests.staff.conftest import BERTH, Person

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "postgresql"


@pytest.fixture
def roles(postgres_socket: str) -> Iterator[tuple[str, str]]:
    """A database set up as the examples say: the addresses of its owner and of the application."""
    with postgres.databases(postgres_socket, "with_roles") as (superuser,):
        owner, app = (superuser.replace("postgres@", f"{role}@") for role in ("eservices_owner", "eservices_app"))
        try:
            _run(postgres_socket, "postgres", "roles.sql")
            bring_up_to_date(owner)
            _run(postgres_socket, "eservices_owner", "grants.sql")
            _run(postgres_socket, "eservices_owner", "grants.sql")
            yield owner, app
        finally:
            with psycopg.connect(host=postgres_socket, user="postgres", dbname="with_roles", autocommit=True) as found:
                for role in ("eservices_owner", "eservices_app"):
                    found.execute(f"DROP OWNED BY {role} CASCADE")
                    found.execute(f"DROP ROLE {role}")


def _run(socket: str, user: str, file: str) -> None:
    with psycopg.connect(host=socket, user=user, dbname="with_roles", autocommit=True) as connection:
        connection.execute((EXAMPLES / file).read_text("utf-8"))


def test_the_application_does_its_work_and_can_rewrite_neither_journal_nor_tables(
    roles: tuple[str, str], settings: Settings, clock: FixedClock, library: Library, keys: KeyRing
) -> None:
    own = dataclasses.replace(settings, database_url=roles[1])
    app = create_app(own, clock)
    app.test_client_class = InspectingClient
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    person = Person(client).go("/sv/services/batplats").journey(BERTH)
    number = person.text("#reference")
    assert number
    database = Database.of(own)
    assert is_up_to_date(database)
    worker = Worker(own, database, library, clock)
    worker.run_once()
    person.go("/sv/services/batplats/receipt").send(form="/sv/case")
    assert number in person.text()
    database.dispose()
    app.extensions["eservices"].database.dispose()

    for refused in (
        "UPDATE journal_entries SET kind = 'nothing'",
        "DELETE FROM journal_entries",
        "TRUNCATE journal_entries",
        "DELETE FROM journal_days",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER TABLE journal_entries DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE rate_counters",
        "ALTER TABLE cases ADD COLUMN x int",
        "CREATE TABLE mine (x int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ):
        with _as(roles[1]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(refused)  # type: ignore[arg-type]


def test_what_the_application_may_not_is_what_the_grants_say_and_not_the_trigger_alone(roles: tuple[str, str]) -> None:
    """The owner is refused by the trigger, which is another error: so the test above has seen the grants."""
    with _as(roles[0]) as connection:
        connection.execute("ALTER TABLE journal_entries ADD COLUMN x int")
    with _as(roles[0]) as connection, pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="only grows"):
        connection.execute("TRUNCATE journal_entries")


def _as(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""))
