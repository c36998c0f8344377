"""What was begun, handed in and worked on with an earlier version of the program goes on with this one.

`earlier/0001.json` and `0003.json` are what two earlier versions wrote, row for row, with made-up people, and beside it
what they showed. Their definitions have changed since; each is pinned with what was begun in it.
"""

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, DateTime, LargeBinary, MetaData, create_engine, insert, text

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases import acts, store
from eservices.cases.receipt import receipt_of
from eservices.definitions.model import Service
from eservices.demo import inventing
from eservices.identity.people import Actor, ActorKind
from eservices.intake.submit import submit
from eservices.journey.answers import Answers, Origin
from eservices.journey.path import walk
from eservices.journey.summary import summary
from eservices.language import words
from eservices.schema import upgrade
from eservices.settings import Settings
from eservices.storage.database import Database, Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions import store as submissions
from eservices.submissions.codes import read_continue_code
from eservices.submissions.model import HandedIn
from eservices.values import Channel
from eservices.web import create_app
from tests import postgres
from tests.journeys.person import Person
from tests.pages import InspectingClient

EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.json"))
DAY = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
KEYS = f"index:{'0b' * 32},test:{'07' * 32}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'earlier.db'}"
        return
    with postgres.databases(request.getfixturevalue("postgres_socket"), "earlier") as (found,):
        yield found


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_what_an_earlier_version_wrote_opens_goes_on_and_is_shown_as_it_was(
    url: str, path: Path, settings: Settings, tmp_path: Path
) -> None:
    earlier = json.loads(path.read_text("utf-8"))
    house = Settings.from_environment(
        {
            "ESERVICES_DATABASE_URL": url,
            "ESERVICES_SECRET_KEY": "a secret for the tests alone, nowhere else",
            "ESERVICES_KEYS": KEYS,
            "ESERVICES_DATA_DIR": str(tmp_path / "data"),
            "ESERVICES_FORMS_DIR": ":".join(str(folder) for folder in settings.forms_dirs),
            "ESERVICES_DEMO": "1",
        }
    )
    _write(url, earlier)
    upgrade.prepare(house)

    database, told = Database.of(house), earlier["told"]
    assert upgrade.is_up_to_date(database)
    with database.read() as tx:
        assert journal.verify_everything(tx).broken == ()
        for one in told["drafts"]:
            draft = drafts.by_code(tx, read_continue_code(one["code"]) or "")
            assert draft is not None
            assert draft.version == one["version"]
            assert {place[0]: answer.value for place, answer in draft.answers.given.items()} == one["answers"]
            assert _lines(tx, draft.version, draft.answers) == one["lines"]
        for one in told["cases"]:
            case = store.by_number(tx, one["number"])
            assert case is not None
            assert (case.status, case.name, case.version) == (one["status"], one["name"], one["version"])
            (submission,) = submissions.of_case(tx, case.id)
            assert _lines(tx, submission.version, submission.answers) == one["lines"]
            assert [message.body for message in store.messages_of(tx, case)] == one["messages"]
            assert [decision.outcome for decision in store.decisions_of(tx, case)] == one["outcomes"]
    _people_go_on(house, told)
    _staff_goes_on(database, told)
    _what_was_begun_is_handed_in(database, told)
    database.dispose()


def _people_go_on(house: Settings, told: Any) -> None:
    """By the code of a draft, and by number and code of a case."""
    app = create_app(house, FixedClock(DAY))
    app.test_client_class = InspectingClient
    for one in told["drafts"]:
        person = _person(app).go(f"/{one['language']}/continue").press({"code": one["code"]})
        if one["proof"]:
            person.press(dict([one["proof"]]))
        assert person.status == 200
        assert person.path.startswith(f"/{one['language']}/services/{one['service']}/")
    for one in told["cases"]:
        person = _person(app).go(f"/{one['language']}/case").press({"number": one["number"], "code": one["code"]})
        assert (person.status, one["number"] in person.text) == (200, True)
    officer = _person(app).go("/staff/login").press({"username": "officer", "password": "demo"})
    for one in told["cases"]:
        officer.go(f"/cases/{one['number']}")
        assert (officer.status, one["name"] in officer.text) == (200, True)


def _staff_goes_on(database: Database, told: Any) -> None:
    with database.transaction() as tx:
        officer = tx.execute(text("SELECT id FROM staff WHERE username = 'officer'")).scalar_one()
        actor = Actor(ActorKind.STAFF, Channel.WEB, officer, "Mattias Holm")
        for one in told["cases"]:
            case = store.by_number(tx, one["number"])
            assert case is not None
            acts.message(tx, case.id, actor=actor, now=DAY, subject="Hej", body="Nu går det vidare.")
            acts.close(tx, case.id, actor=actor, expected=store.lock(tx, case.id).row_version, now=DAY, why="klart")


def _what_was_begun_is_handed_in(database: Database, told: Any) -> None:
    """Answered to its end in the version in which it was begun."""
    for one in told["drafts"]:
        with database.transaction() as tx:
            found = drafts.by_code(tx, read_continue_code(one["code"]) or "")
            assert found is not None
            draft, service = drafts.lock(tx, found.id), pinned.service(tx, found.version)
            origin = Origin(Channel.WEB, DAY.isoformat(), None)
            drafts.keep(tx, draft, _to_the_end(service, draft.answers, origin), now=DAY)
            declared = tuple(declaration.id for declaration in service.declarations)
            handed_in = HandedIn.on_the_web(at=DAY, language=one["language"], declared=declared)
            submission = submit(tx, draft.id, handed_in, FixedClock(DAY))
            assert receipt_of(tx, submission.id).version == one["version"]


def _to_the_end(service: Service, begun: Answers, origin: Origin) -> Answers:
    """What has been answered stays; made-up answers come after it, until one way through agrees with it."""
    for seed in range(300):
        whole = inventing.answers(service, random.Random(seed), origin=origin, today=DAY.date())
        answers = Answers({**whole.given, **begun.given}, items=whole.items)
        if walk(service, answers).first_open is None:
            return answers
    raise AssertionError(f"no way through {service.id} that begins so")


def _lines(tx: Transaction, version: str, answers: Answers) -> list[list[str]]:
    here = walk(pinned.service(tx, version), answers)
    sections = summary(here, pinned.texts(tx, version, "sv"), words("sv"))
    return [[line.label, line.value] for section in sections for line in section.lines]


def _person(app: Any) -> Person:
    client = app.test_client()
    client.phone = app.extensions["eservices"].library.municipality.contact_centre.phone
    return Person(client)


def _write(url: str, earlier: Any) -> None:
    """Make the tables as they were then, and put the rows into them."""
    upgrade._run(url, lambda config: upgrade._alembic().upgrade(config, earlier["revision"]), alone=True)
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name, rows in earlier["rows"].items():
            kinds = {column.name: column.type for column in tables.tables[name].c}
            for row in rows:
                values = {column: _value(kinds[column], value) for column, value in row.items()}
                connection.execute(insert(tables.tables[name]).values(values))
    engine.dispose()


def _value(kind: Any, value: Any) -> Any:
    if isinstance(kind, LargeBinary):
        return bytes.fromhex(value)
    if isinstance(kind, DateTime):
        moment = dt.datetime.fromisoformat(value)
        return moment.replace(tzinfo=dt.UTC) if kind.timezone else moment
    return dt.date.fromisoformat(value) if isinstance(kind, Date) else value
