"""How often a page asks the database: never more than it needs, and no more often when there is more to show."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import event

from eservices.calendars import FixedClock
from eservices.demo.accounts import make_accounts
from eservices.settings import Settings
from eservices.storage.database import Transaction
from eservices.web import create_app
from tests.journeys.person import Person

ANSWERS = json.loads((Path(__file__).parent.parent / "bench" / "batplats.json").read_text("utf-8"))

#: The most that each page of the service may ask, as (method, where): BEGIN and COMMIT are not counted.
MOST = {
    ("GET", "start"): 0,
    ("POST", "start"): 5,
    ("GET", "step"): 1,
    ("POST", "step"): 2,
    ("GET", "check"): 1,
    ("POST", "check"): 11,
    ("GET", "receipt"): 2,
}


@pytest.fixture(params=["sqlite_url", "postgres_database"])
def app(request: pytest.FixtureRequest, settings: Settings, clock: FixedClock) -> Flask:
    """The platform on each engine."""
    found = request.getfixturevalue(request.param)
    url = found if isinstance(found, str) else found.url.render_as_string(hide_password=False)
    settings = replace(settings, database_url=url)
    made = create_app(settings, clock)
    make_accounts(settings)
    return made


def test_no_page_of_a_journey_asks_the_database_more_often_than_it_needs(app: Flask) -> None:
    hand_in(app, 1)  # the first keeps the definition

    with asked(app) as pages:
        Person(app.test_client()).journey("batplats", ANSWERS)

    too_often = [(page.name, *page.queries) for page in pages if len(page.queries) > MOST[page.name]]
    assert too_often == []
    assert {page.name for page in pages} == set(MOST)
    assert sum(len(page.queries) for page in pages) <= 28, [(page.name, len(page.queries)) for page in pages]


def test_no_page_of_a_journey_asks_the_same_question_for_one_row_after_the_other(app: Flask) -> None:
    with asked(app) as pages:
        Person(app.test_client()).journey("batplats", ANSWERS)

    repeated = [(page.name, *Counter(page.queries).most_common(1)[0]) for page in pages if page.queries]
    assert [found for found in repeated if found[2] > 1] == []


def test_whoever_begins_something_more_is_not_looked_for_in_one_service_after_the_other(app: Flask) -> None:
    Person(app.test_client()).go("/sv/services/synpunkt").press()
    person = Person(app.test_client()).go("/sv/services/batplats").press()

    with asked(app) as pages:
        person.go("/sv/services/synpunkt").press()

    assert len(app.extensions["eservices"].library.services) > 10
    assert max(len(page.queries) for page in pages) <= 9


@pytest.mark.parametrize(("username", "path"), [("officer", "/cases/"), ("agent", "/contact-centre/")])
def test_a_list_asks_as_often_for_ten_cases_as_for_two(app: Flask, username: str, path: str) -> None:
    person = Person(app.test_client()).go("/staff/login").press({"username": username, "password": "demo"})
    hand_in(app, 2)
    person.go(path)
    with asked(app) as few:
        person.go(path)
    hand_in(app, 8)

    with asked(app) as many:
        person.go(path)

    assert [len(page.queries) for page in many] == [len(page.queries) for page in few]


def test_the_list_of_accounts_does_not_ask_for_one_account_after_the_other(app: Flask) -> None:
    admin = Person(app.test_client()).go("/staff/login").press({"username": "admin", "password": "demo"})

    with asked(app) as pages:
        admin.go("/staff/accounts")

    assert len(admin.page.css("main tbody tr")) > 2
    assert max(Counter(pages[0].queries).values()) == 1, pages[0].queries


def hand_in(app: Flask, times: int) -> None:
    for _ in range(times):
        Person(app.test_client()).journey("batplats", ANSWERS)


@dataclass
class Page:
    """One request, and what it asked the database."""

    name: tuple[str, str]
    queries: list[str] = field(default_factory=list)


@contextmanager
def asked(app: Flask) -> Iterator[list[Page]]:
    """Each request while the block runs."""
    pages: list[Page] = []
    steps = {"applicant", "boat", "berth"}
    engine = app.extensions["eservices"].database.engine

    def begin() -> None:
        last = request.path.rsplit("/", 1)[-1]
        place = "step" if last in steps else "start" if request.path.count("/") == 3 else last
        pages.append(Page((request.method, place)))

    def note(sql: str) -> None:
        if pages:
            pages[-1].queries.append(sql)

    def counted(real: Any) -> Any:
        def run(self: Transaction, ready: Any, values: Any) -> Any:
            note(ready.sql)
            return real(self, ready, values)

        return run

    def core(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        note(sql)

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    event.listen(engine, "before_cursor_execute", core)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transaction, "_run", counted(Transaction._run))
        patch.setattr(Transaction, "_run_many", counted(Transaction._run_many))
        yield pages
    event.remove(engine, "before_cursor_execute", core)
    app.before_request_funcs[None].remove(begin)
