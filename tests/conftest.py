"""What every test may ask for: a database on each engine, a clock that stands still, the app and a client that looks."""

import datetime as dt
import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import text
from werkzeug.routing import Rule

from eservices.calendars import FixedClock
from eservices.identity import passwords
from eservices.storage.database import Database, Transaction
from eservices.storage.sealing import KeyRing
from tests import postgres
from tests.pages import InspectingClient

if TYPE_CHECKING:
    from flask import Flask

    from eservices.definitions.library import Library
    from eservices.settings import Settings

ROOT = Path(__file__).resolve().parent.parent

#: Tuesday morning in an ordinary week, far from holidays.
MORNING = dt.datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Stockholm"))

hypothesis_settings.register_profile(
    "suite",
    max_examples=int(os.environ.get("EXAMPLES", "40")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
hypothesis_settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _no_outside_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that speaks to the outside is a mistake: it would fail on a train. It is told even where it is caught."""
    reached: list[str] = []

    def guarded(name: str) -> None:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            target = arguments[-1]
            if self.family in {socket.AF_INET, socket.AF_INET6} and target[0] not in _HERE:
                reached.append(str(target[0]))
                raise AssertionError(f"a test tried to reach {target[0]}")
            return real(self, *arguments)

        monkeypatch.setattr(socket.socket, name, call)

    def look_up(host: Any, *arguments: Any, **more: Any) -> Any:
        if host is not None and host not in _HERE:
            reached.append(str(host))
            raise AssertionError(f"a test asked where {host} is")
        return real_look_up(host, *arguments, **more)

    real_look_up = socket.getaddrinfo
    for name in ("connect", "connect_ex", "sendto"):
        guarded(name)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    assert not reached, f"outside addresses: {reached}"


#: This machine, by any of its names.
_HERE = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "", b"127.0.0.1", b"localhost"})


def pytest_collection_finish() -> None:
    """As the servers do: what is loaded by now lives to the end, so it is not looked through for garbage again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`ORDER=reverse` runs the last test first; in any order they must pass (`make test-orders`)."""
    if os.environ.get("ORDER") == "reverse":
        items.reverse()


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    return KeyRing({"test": b"\x07" * 32}, b"\x0b" * 32)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, copied for every test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    """The suite's own PostgreSQL cluster, started when the first test wants it."""
    try:
        with postgres.cluster() as folder:
            yield folder
    except postgres.NoPostgreSQL as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def postgres_url(postgres_socket: str) -> Iterator[str]:
    """A migrated database on the cluster, emptied before every test that uses it."""
    with postgres.databases(postgres_socket, "eservices") as (url,):
        make_tables(url)
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "eservices.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_database(sqlite_url: str, keys: KeyRing) -> Iterator[Database]:
    database = Database(sqlite_url, keys)
    yield database
    database.dispose()


@pytest.fixture
def postgres_database(postgres_url: str, keys: KeyRing) -> Iterator[Database]:
    database = Database(postgres_url, keys)
    empty(database)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """The same test on both engines."""
    name = {"sqlite": "sqlite_database", "postgresql": "postgres_database"}[request.param]
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.transaction() as transaction:
        yield transaction


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MORNING)


@pytest.fixture
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password costs next to nothing, where something else is tried."""
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session")
def library() -> "Library":
    """The definitions of the demo municipality, as the platform loads them."""
    from eservices.definitions.library import Library

    return Library((ROOT / "forms",))


@pytest.fixture(scope="session")
def definitions_read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installation keeps of the definitions it has read, for its next start."""
    from eservices.definitions.library import Library

    folder = tmp_path_factory.mktemp("definitions") / "cache"
    Library((ROOT / "forms",), folder)
    return folder


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, definitions_read: Path) -> "Settings":
    """An installation of the demo municipality on SQLite, with its data in a temporary folder.

    It has been started before: reading all definitions anew takes longer than most of the tests.
    """
    from eservices.settings import Settings

    shutil.copytree(definitions_read, tmp_path / "data" / "cache")
    return Settings.from_environment(
        {
            "ESERVICES_DATABASE_URL": sqlite_url,
            "ESERVICES_SECRET_KEY": "a secret for the tests alone, nowhere else",
            "ESERVICES_KEYS": "test:" + "07" * 32,
            "ESERVICES_DATA_DIR": str(tmp_path / "data"),
            "ESERVICES_FORMS_DIR": str(ROOT / "forms"),
            "ESERVICES_BASE_URL": "http://127.0.0.1:8000",
            "ESERVICES_DEMO": "1",
        }
    )


@pytest.fixture
def app(settings: "Settings", clock: FixedClock) -> "Flask":
    """The whole platform, with the clock of the test."""
    from eservices.web import create_app

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_compile_builder", _compiled_when_asked)
        made = create_app(settings, clock)
    made.test_client_class = InspectingClient
    made.jinja_env.bytecode_cache = _COMPILED
    return made


_compile_builder = Rule._compile_builder


def _compiled_when_asked(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """What builds an address of a rule, compiled when the first is built: of hundreds of rules, hardly ever one is."""

    def build(self: Rule, *facts: Any, **named: Any) -> Any:
        return _compile_builder(rule, append_unknown).__get__(self)(*facts, **named)

    return build


class _Compiled(BytecodeCache):
    """Compiled templates, kept from test to test: most tests make an app of their own, and show a dozen pages."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str, object], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[self._key(bucket)] = bucket.code

    def _key(self, bucket: Bucket) -> tuple[str, str, object]:
        return bucket.key, bucket.checksum, bucket.environment.words  # type: ignore[attr-defined]


_COMPILED = _Compiled()


@pytest.fixture
def client(app: "Flask") -> InspectingClient:
    """A browser without JavaScript that looks at every page it gets."""
    made = app.test_client()
    assert isinstance(made, InspectingClient)
    made.phone = app.extensions["eservices"].library.municipality.contact_centre.phone
    return made


def make_tables(url: str) -> None:
    """Bring an empty database up to date by the migrations, as an installation does."""
    try:
        from eservices.schema.upgrade import bring_up_to_date
    except ModuleNotFoundError:  # until the migrations are written
        import importlib

        from sqlalchemy import create_engine

        for name in ("attachments", "deliveries", "journal", "outbox", "identity.tables", "cases.tables",
                     "submissions.tables", "contact_centre.tables", "storage.keys"):  # fmt: skip
            importlib.import_module(f"eservices.{name}")
        from eservices.storage.database import metadata

        engine = create_engine(url)
        metadata.create_all(engine)
        engine.dispose()
        return
    bring_up_to_date(url)


def empty(database: Database) -> None:
    """Remove all rows, past the triggers that guard the journal."""
    from eservices import schema  # noqa: F401  gathers all tables
    from eservices.storage.database import metadata

    names = ", ".join(table.name for table in metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
