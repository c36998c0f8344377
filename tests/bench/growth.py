"""`make bench-growth`: whether the lists, the search and the handing-in stay as quick with CASES cases as with 1,000.

Two databases on one PostgreSQL, asked the same in turn in one run, so what else the machine does weighs on both alike.
What is held is the ratio of the 95th percentiles (docs/proof.md). A control takes away the index that a
queue rests on, and must be found. Writes the same figures to `build/growth.json`.

GROWTH_SOCKET names the socket folder of a PostgreSQL that has the databases `small` and `large` already.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import psutil
import psycopg
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from eservices.demo.municipality import fill
from eservices.schema.upgrade import prepare
from eservices.settings import Settings
from eservices.web import create_app
from tests import postgres
from tests.bench import robot
from tests.journeys.person import Person
from tests.servers import ROOT, free_port, settings_of

CASES = int(os.environ.get("CASES", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "40"))
SMALL, LARGE = "small", "large"
ANSWERS = robot.read_answers(Path(__file__).with_name("batplats.json"))

#: The index without which the queue of all units is sorted anew for each page.
KEYSTONE = "ix_cases_due"


@dataclass(frozen=True)
class House:
    """One installation: its application, who is signed in, and some of its case numbers."""

    app: Flask
    officer: FlaskClient
    agent: FlaskClient
    registrar: FlaskClient
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """What was found of one question, in milliseconds."""

    what: str
    small_p50: float
    small_p95: float
    large_p50: float
    large_p95: float
    hold: float

    @property
    def ratio(self) -> float:
        return self.large_p95 / self.small_p95

    @property
    def held(self) -> bool:
        return self.ratio <= self.hold


@dataclass(frozen=True)
class Question:
    """What is asked of both: a page of a house, by the round's number."""

    what: str
    ask: Callable[[House, int], None]
    hold: float = 2.0


def main() -> int:
    with databases() as (socket, made), tempfile.TemporaryDirectory(prefix="eservices-growth-") as temporary:
        environments = {name: environment_of(Path(temporary), socket, name) for name in (SMALL, LARGE)}
        if made:
            for name, count in ((SMALL, 1_000), (LARGE, CASES)):
                make_cases(socket, environments[name], name, count)
        houses = {name: house(socket, environments[name], name) for name in (SMALL, LARGE)}
        before = resident_bytes()
        figures = [measure(question, houses) for question in QUESTIONS]
        grown = resident_bytes() - before
        seen = control(socket, houses) if made else None
    width = max(len(figure.what) for figure in figures)
    print(f"{'':<{width}}  {'small p50':>10} {'p95':>8} {'large p50':>10} {'p95':>8}   ratio of p95")
    for figure in figures:
        print(
            f"{figure.what:<{width}}  {figure.small_p50:10.1f} {figure.small_p95:8.1f} {figure.large_p50:10.1f} "
            f"{figure.large_p95:8.1f}   {figure.ratio:5.2f}  at most {figure.hold:.1f}  "
            f"{'held' if figure.held else 'NOT HELD'}"
        )
    print(f"{'memory grown over the run':<{width}}  {grown / 2**20:10.1f} MB")
    if seen is not None:
        print(f"{'control: without ' + KEYSTONE:<{width}}  {seen:10.2f}  {'found' if seen > 2 else 'NOT FOUND'}")
    rows = [{**asdict(figure), "ratio": figure.ratio, "held": figure.held} for figure in figures]
    out = ROOT / "build" / "growth.json"
    out.parent.mkdir(exist_ok=True)
    told = {"cases": CASES, "rows": rows, "grown_bytes": grown, "control_ratio": seen}
    out.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 0 if all(figure.held for figure in figures) and (seen is None or seen > 2) else 1


def queue_alone(cases: int) -> Figure:
    """The queue of all units with so many cases beside 1,000."""
    with databases() as (socket, made), tempfile.TemporaryDirectory(prefix="eservices-growth-") as temporary:
        houses = {}
        for name, count in ((SMALL, 1_000), (LARGE, cases)):
            environment = environment_of(Path(temporary), socket, name)
            if made:
                make_cases(socket, environment, name, count)
            houses[name] = house(socket, environment, name)
        return measure(QUESTIONS[0], houses)


@contextmanager
def databases() -> Iterator[tuple[str, bool]]:
    """The socket folder of a PostgreSQL with both databases, and whether they are new and empty."""
    given = os.environ.get("GROWTH_SOCKET")
    if given:
        yield given, False
        return
    with (
        postgres.cluster(fsync="on", full_page_writes="on", shared_buffers="1GB") as socket,
        postgres.databases(socket, SMALL, LARGE),
    ):
        yield socket, True


def environment_of(folder: Path, socket: str, name: str) -> dict[str, str]:
    (folder / name).mkdir()
    return {
        **settings_of(folder / name, free_port()),
        "ESERVICES_DATABASE_URL": postgres.address(socket, name),
        **({"ESERVICES_DATA_DIR": os.environ["GROWTH_DATA"]} if "GROWTH_DATA" in os.environ else {}),
    }


def make_cases(socket: str, environment: dict[str, str], name: str, count: int) -> None:
    settings = Settings.from_environment(environment)
    began = time.perf_counter()
    prepare(settings)
    fill(settings, count, 1, days=max(30, min(3_000, count // 300)))
    with psycopg.connect(host=socket, user="postgres", dbname=name, autocommit=True) as connection:
        connection.execute("ANALYZE")
    print(f"{name}: {count} cases made in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def house(socket: str, environment: dict[str, str], name: str) -> House:
    settings = Settings.from_environment(environment)
    prepare(settings)
    app = create_app(settings)
    with psycopg.connect(host=socket, user="postgres", dbname=name) as connection:
        found = connection.execute("SELECT number FROM cases ORDER BY id DESC LIMIT 50").fetchall()
    officer, agent, registrar = (signed_in(app, who) for who in ("officer", "agent", "registrar"))
    return House(app, officer, agent, registrar, tuple(number for (number,) in found))


def signed_in(app: Flask, username: str) -> FlaskClient:
    person = Person(app.test_client()).go("/staff/login").press({"username": username, "password": "demo"})
    assert person.status == 200, person.text
    assert person.path != "/staff/login", person.text
    return person.client


def officer_sees(path: str) -> Callable[[House, int], None]:
    return lambda house, _: page(house.officer, path)


def registrar_sees(path: str) -> Callable[[House, int], None]:
    return lambda house, _: page(house.registrar, path)


def agent_sees(path: str) -> Callable[[House, int], None]:
    return lambda house, _: page(house.agent, path)


def page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"


def second_page(house: House, _: int) -> None:
    """From the first page on to the next, as one who leafs on does."""
    first = LexborHTMLParser(house.officer.get("/cases/").data)
    onward = first.css_first("a[href*='after=']")
    assert onward is not None, "the queue has one page only"
    page(house.officer, str(onward.attributes["href"]))


def hand_in(house: House, _: int) -> None:
    """A whole journey on the web, to the receipt."""
    person = Person(house.app.test_client()).journey("batplats", ANSWERS)
    assert "/receipt" in person.path, person.path


def case_numbered(house: House, number: int) -> str:
    return house.numbers[number % len(house.numbers)]


_VIEWS = ("mine", "unassigned", "ready", "waiting", "watched", "week", "late", "calls", "undelivered", "closed")
_FILTERS = (
    "service=batplats",
    "status=under_review",
    "channel=phone",
    "channel=chat",
    "language=ar",
    "service=forskola&status=registered&language=en",
    "unit=hamn",
    "place=Storgatan+1",
)

QUESTIONS = (
    Question("queue", officer_sees("/cases/")),
    Question("queue, second page", second_page),
    *(Question(f"queue, {view}", officer_sees(f"/cases/?view={view}")) for view in _VIEWS),
    *(Question(f"queue, {which}", officer_sees(f"/cases/?{which}")) for which in _FILTERS),
    *(
        Question(f"officer's search, {name}", officer_sees(f"/cases/?q={quote(name)}"))
        for name in ("Svensson", "Haddad", "Åsa Rönnblad")
    ),
    Question("officer's search, number", lambda at, n: page(at.officer, f"/cases/?q={case_numbered(at, n)}")),
    Question("case page", lambda at, n: page(at.officer, f"/cases/{case_numbered(at, n)}")),
    Question("referrals to us", officer_sees("/cases/referrals")),
    Question("the day's register", registrar_sees("/cases/register")),
    Question("to be carried over by hand", registrar_sees("/cases/transfers")),
    Question("contact centre's desk", agent_sees("/contact-centre/")),
    Question("contact centre's search, name", agent_sees("/contact-centre/?q=Haddad")),
    Question(
        "contact centre's search, number", lambda at, n: page(at.agent, f"/contact-centre/?q={case_numbered(at, n)}")
    ),
    Question("a journey to the receipt", hand_in, hold=1.3),
)


def measure(question: Question, houses: dict[str, House]) -> Figure:
    """Ask both in turn, each first as often; two rounds go before the measuring."""
    times: dict[str, list[float]] = {name: [] for name in houses}
    for number in range(-2, ROUNDS):
        for name in (SMALL, LARGE) if number % 2 else (LARGE, SMALL):
            began = time.perf_counter()
            question.ask(houses[name], number)
            if number >= 0:
                times[name].append((time.perf_counter() - began) * 1_000)
    small, large = times[SMALL], times[LARGE]
    return Figure(
        question.what,
        small_p50=median(small),
        small_p95=percentile(small, 0.95),
        large_p50=median(large),
        large_p95=percentile(large, 0.95),
        hold=question.hold,
    )


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def control(socket: str, houses: dict[str, House]) -> float:
    """The queue's ratio without the index it rests on; these databases are thrown away afterwards."""
    with psycopg.connect(host=socket, user="postgres", dbname=LARGE, autocommit=True) as connection:
        connection.execute(f"DROP INDEX {KEYSTONE}")
    return measure(QUESTIONS[0], houses).ratio


def resident_bytes() -> int:
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    raise SystemExit(main())
