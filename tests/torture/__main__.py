"""`make torture`: nothing that was acknowledged is lost or doubled, whatever is killed while it is handed in.

Residents drive whole journeys over HTTP against gunicorn while its workers, its master and the outbox worker get SIGKILL,
most of them aimed at a final POST in flight. A resident whose connection breaks asks again, as a browser does. Afterwards
every receipt that anybody saw must stand for exactly one submission with one case and one contact item, the same receipt
must be shown when asked again, the journal must be whole, and each message must have left with one id. The run fails
itself when too few kills met a final POST, and a control plants a loss and a doubling, which must be found.

KILLS, SEED and DATABASE (`sqlite` or `postgresql`) set how it is run. Only processes started here are killed, by id.
"""

import email
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from eservices import journal, outbox
from eservices.calendars import SystemClock
from eservices.demo.accounts import make_accounts
from eservices.schema.upgrade import bring_up_to_date
from eservices.settings import Settings
from eservices.storage.database import Database
from tests import postgres
from tests.bench import robot
from tests.servers import ROOT, free_port, settings_of, wait_for

KILLS = int(os.environ.get("KILLS", "100"))
SEED = int(os.environ.get("SEED", "1"))
ENGINE = os.environ.get("DATABASE", "sqlite")
RESIDENTS = 6
ANSWERS = {
    **robot.read_answers(ROOT / "tests" / "bench" / "batplats.json"),
    "contact_preference": "email",
    "email": "asa.oberg@example.se",
}

#: Fewer kills than this share that met a final POST in flight prove nothing.
ENOUGH = 0.05
_NUMBER = re.compile(r"\b20\d\d-[0-9A-Z]{4,8}\b")


@dataclass
class Resident(robot.Visit):
    """Asks again when the line breaks or the house is away, for a minute; tells when a final POST is on its way."""

    sending: threading.Event = field(default_factory=threading.Event)
    broken: int = 0

    def ask(self, method: str, path: str, body: str | None) -> tuple[int, str, bytes]:
        final = method == "POST" and path.partition("?")[0].endswith("/check")
        until = time.monotonic() + 60
        while True:
            try:
                if final:
                    self.sending.set()
                answer = super().ask(method, path, body)
                if answer[0] not in {502, 503}:
                    return answer
            except (OSError, http.client.HTTPException):
                self.close()
            finally:
                self.sending.clear()
            self.broken += 1
            if time.monotonic() > until:
                raise robot.Refused(f"away for a minute at {path}")
            time.sleep(0.05)


@dataclass
class Seen:
    """What residents saw: the number on each receipt, where it stands, and with which cookies."""

    receipts: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)


class House:
    """gunicorn and the outbox worker, started anew whenever they are gone."""

    def __init__(self, environment: Mapping[str, str], port: int, folder: Path):
        self._environment, self._port, self._log = dict(environment), port, folder / "house.log"
        web = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}"]
        self._commands = {
            "master": [*web, "-c", "python:eservices.web.gunicorn_conf", "wsgi:app"],
            "outbox": [sys.executable, "-m", "eservices", "worker"],
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start what does not run. Children of a killed master are ended first: they hold its socket."""
        for name, command in self._commands.items():
            process = self._running.get(name)
            if process is None or process.poll() is not None:
                with self._log.open("ab") as log:
                    self._running[name] = subprocess.Popen(
                        command, env=self._environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
                    )
        wait_for(self._port, "/healthz", self._running["master"], self._log, seconds=60)

    def kill(self, what: str) -> bool:
        """SIGKILL a web worker, the master with all its workers, or the outbox worker."""
        if what == "worker":
            with suppress(psutil.Error):
                children = psutil.Process(self._running["master"].pid).children()
                if children:
                    random.choice(children).kill()
                    return True
            return False
        with suppress(ProcessLookupError):
            os.killpg(self._running[what].pid, signal.SIGKILL)
        self._running[what].wait(10)
        return True

    def stop(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def main() -> int:
    random.seed(SEED)
    with tempfile.TemporaryDirectory(prefix="eservices-torture-") as temporary, database(Path(temporary)) as url:
        port, folder = free_port(), Path(temporary)
        environment = {**settings_of(folder / "data", port), "ESERVICES_DATABASE_URL": url}
        (folder / "data").mkdir()
        settings = Settings.from_environment(environment)
        bring_up_to_date(settings.database_url)
        make_accounts(settings)
        house, seen = House(environment, port, folder), Seen()
        house.start()
        try:
            aimed = torment(house, f"http://127.0.0.1:{port}", seen)
            house.start()
            again = shown_again(f"http://127.0.0.1:{port}", seen)
            empty_outbox(settings)
        finally:
            house.stop()
        faults = [*seen.errors, *again, *lost_or_doubled(settings, [number for number, _, _ in seen.receipts])]
        control = controls(settings, [number for number, _, _ in seen.receipts])
    enough = aimed >= ENOUGH * KILLS
    print(f"{ENGINE}: {len(seen.receipts)} receipts seen, {dict(seen.killed)} killed, {aimed} met a final POST")
    print(f"lost, doubled or broken: {len(faults)}")
    for fault in faults[:20]:
        print(f"  {fault}")
    print(f"control: a planted loss and a planted doubling were {'found' if control else 'NOT FOUND'}")
    if not enough:
        print(f"too few kills met a final POST ({aimed} of {KILLS}): this run proves nothing")
    return 0 if seen.receipts and not faults and control and enough else 1


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of an empty database that is as careful with the disk as in production."""
    if ENGINE == "sqlite":
        yield f"sqlite:///{folder / 'data' / 'eservices.db'}"
        return
    with (
        postgres.cluster(fsync="on", full_page_writes="on") as socket,
        postgres.databases(socket, "torture") as (url,),
    ):
        yield url


def torment(house: House, base: str, seen: Seen) -> int:
    """Kill while residents hand in; gives how many kills met a final POST in flight."""
    over, lock, aimed = threading.Event(), threading.Lock(), 0
    residents: list[Resident | None] = [None] * RESIDENTS

    def hand_in(place: int) -> None:
        while not over.is_set():
            visit = residents[place] = Resident(base, ANSWERS)
            try:
                journey(visit, seen, lock)
            except (robot.Refused, OSError, http.client.HTTPException) as error:
                with lock:
                    seen.errors.append(str(error))
            finally:
                visit.close()

    threads = [threading.Thread(target=hand_in, args=(place,)) for place in range(RESIDENTS)]
    for thread in threads:
        thread.start()
    try:
        while sum(seen.killed.values()) < KILLS:
            what = random.choices(["worker", "master", "outbox"], [70, 15, 15])[0]
            if what != "outbox":
                wait_for_a_final_post(residents)
                time.sleep(random.uniform(0, 0.02))
            hit = any(one is not None and one.sending.is_set() for one in residents)
            if house.kill(what):
                seen.killed[what] += 1
                aimed += hit and what != "outbox"
            house.start()
    finally:
        over.set()
        for thread in threads:
            thread.join(120)
    return aimed


def wait_for_a_final_post(residents: list[Resident | None]) -> None:
    until = time.monotonic() + 5
    while time.monotonic() < until and not any(one is not None and one.sending.is_set() for one in residents):
        time.sleep(0.001)


def journey(visit: Resident, seen: Seen, lock: threading.Lock) -> None:
    """To the receipt, and note what stands on it."""
    page = visit.journey("/sv/services/batplats")
    _, path, _ = visit.pages[-1]
    with lock:
        seen.receipts.append((number_on(page), path, dict(visit.cookies)))


def number_on(page: LexborHTMLParser) -> str:
    main = page.css_first("main")
    found = _NUMBER.search(main.text()) if main is not None else None
    if found is None:
        raise robot.Refused("a receipt without a number")
    return found[0]


def shown_again(base: str, seen: Seen) -> list[str]:
    """Every resident asks for the receipt once more, and must see the same number."""
    wrong = []
    for number, path, cookies in seen.receipts:
        visit = Resident(base, ANSWERS, cookies=dict(cookies))
        try:
            if number_on(visit.follow("GET", path)[1]) != number:
                wrong.append(f"{number}: another receipt is shown when asked again")
        except robot.Refused as error:
            wrong.append(f"{number}: {error}")
        finally:
            visit.close()
    return wrong


def empty_outbox(settings: Settings) -> None:
    """Give the worker, which runs, up to three minutes to send what is left."""
    base = Database.of(settings)
    until = time.monotonic() + 180
    try:
        while time.monotonic() < until:
            with base.read() as tx:
                if outbox.standing(tx, SystemClock().now()).waiting == 0:
                    return
            time.sleep(0.5)
    finally:
        base.dispose()


def lost_or_doubled(settings: Settings, numbers: list[str]) -> list[str]:
    """What does not hold in the database, in sentences."""
    base = Database.of(settings)
    try:
        with base.read() as tx:
            rows = tx.execute(
                text(
                    "SELECT c.number AS number, count(DISTINCT s.id) AS submissions, count(DISTINCT i.id) AS items"
                    " FROM cases c LEFT JOIN submissions s ON s.case_id = c.id"
                    " LEFT JOIN contact_items i ON i.case_id = c.id AND i.kind = 'submitted' GROUP BY c.number"
                )
            ).all()
            drafts = tx.execute(
                text("SELECT count(*) AS rows, count(DISTINCT draft_id) AS drafts FROM submissions")
            ).one()
            left = outbox.standing(tx, SystemClock().now())
            broken = journal.verify_everything(tx).broken
    finally:
        base.dispose()
    there = {row.number: (row.submissions, row.items) for row in rows}
    faults = [f"{number}: on a receipt, and no case" for number in numbers if number not in there]
    faults += [f"{number}: on {times} receipts" for number, times in Counter(numbers).items() if times > 1]
    faults += [f"{number}: {found} submissions and items" for number, found in there.items() if found != (1, 1)]
    if drafts.rows != drafts.drafts:
        faults.append(f"{drafts.rows} submissions of {drafts.drafts} drafts")
    if left.waiting or left.needs_person:
        faults.append(f"in the outbox: {left.waiting} wait, {left.needs_person} given up")
    return [*faults, *broken, *doubled_mails(settings, set(there))]


def doubled_mails(settings: Settings, numbers: set[str]) -> list[str]:
    """Each case's receipt went by e-mail, under one id."""
    assert settings.mail_dir is not None
    ids: dict[str, set[str]] = {number: set() for number in numbers}
    for path in settings.mail_dir.rglob("*.eml"):
        message = email.message_from_bytes(path.read_bytes())
        for number in set(_NUMBER.findall(str(path.read_bytes(), "utf-8", "replace"))) & numbers:
            ids[number].add(str(message["Message-ID"]))
    return [f"{number}: {len(found)} e-mails, by their ids" for number, found in ids.items() if len(found) != 1]


def controls(settings: Settings, numbers: list[str]) -> bool:
    """A number that nobody handed in, one seen twice, and a contact item taken away: each must be found."""
    if not numbers:
        return False
    lost = lost_or_doubled(settings, [*numbers, "2026-0LOST"])
    twice = lost_or_doubled(settings, [*numbers, numbers[0]])
    nowhere = doubled_mails(replace(settings, mail_dir=settings.data_dir / "nowhere"), set(numbers[:1]))
    return (
        any("0LOST" in fault for fault in lost) and any("on 2 receipts" in fault for fault in twice) and bool(nowhere)
    )


if __name__ == "__main__":
    raise SystemExit(main())
