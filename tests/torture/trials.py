"""Faults that are no kill: a worker that freezes, a database that is away, a full disk, a clock that jumps back."""

import datetime as dt
import http.client
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text, update

from eservices import outbox
from eservices.calendars import SystemClock
from eservices.outbox import outbox as outbox_table
from eservices.settings import Settings
from eservices.storage.database import Database, Unavailable
from tests import postgres
from tests.bench import robot
from tests.servers import ROOT
from tests.torture.house import House
from tests.torture.people import SERVICE, Resident, Seen, number_on
from tests.torture.sinks import Arrived

AWAY = float(os.environ.get("AWAY", "10"))
ANSWERS = robot.read_answers(ROOT / "tests" / "browser" / "answers" / f"{SERVICE}.json")
PHONE = "0304-60 10 10"


@contextmanager
def meanwhile(live: Callable[[], object], many: int) -> Iterator[None]:
    """So many residents `live` again and again as long as the block lasts; who has begun then comes to the end."""
    over = threading.Event()

    def go_on() -> None:
        while not over.is_set():
            live()

    threads = [threading.Thread(target=go_on) for _ in range(many)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(120)


def a_receipt(house: House, seen: Seen) -> str:
    """One resident, from the start page to the receipt; noted among what was seen."""
    visit = Resident(house.bases[0], ANSWERS, bases=house.bases)
    try:
        return hand_in(visit, seen)
    finally:
        visit.close()


def hand_in(visit: Resident, seen: Seen, begun: str = "") -> str:
    """To the receipt, from the start page or from where a draft was `begun`; note what stands on it."""
    path = begun or f"/sv/services/{SERVICE}"
    return noted(visit, seen, lambda: visit.go_on(*visit.follow("GET", path)))


def until_more(seen: Seen, many: int = 8, *, seconds: float = 180) -> None:
    """Let people hand in until so many more have seen their receipt, as a busy machine needs longer for it."""
    wanted = len(seen.receipts) + many
    _until(lambda: len(seen.receipts) >= wanted, seconds)


def noted(visit: Resident, seen: Seen, receipt: Callable[[], LexborHTMLParser]) -> str:
    """Note the receipt at the end of this way there, and what broke meanwhile."""
    try:
        number = number_on(receipt())
    finally:
        with seen.lock:
            seen.broken += visit.broken
    with seen.lock:
        seen.receipts.append((number, visit.pages[-1][1], dict(visit.cookies), visit.photo))
        seen.cut += [(number, moment) for moment in visit.cut]
    return number


def frozen_worker(house: House, settings: Settings, arrived: Arrived, seen: Seen) -> list[str]:
    """A worker stands still in the middle of a mail until its row is lent to another; then it wakes up and goes on."""
    node = house.nodes[0]
    first = node.running["outbox"]
    arrived.answers.clear()
    arrived.waiting.clear()
    number = a_receipt(house, seen)
    if not arrived.waiting.wait(60):
        arrived.answers.set()
        return ["frozen: no mail came to freeze a worker in"]
    base = Database.of(settings)
    try:
        lent = _freeze_and_lend_on(first, base)
        arrived.answers.set()
        second = house.run([sys.executable, "-m", "eservices", "worker"], node.environment)
        took_over = _until(lambda: _waiting(base) == 0, 240)
        os.kill(first.pid, signal.SIGCONT)
        time.sleep(3)
        second.send_signal(signal.SIGTERM)
        second.wait(30)
        twice = sum(len(bodies) > 1 for bodies in arrived.mails.values())
    finally:
        os.kill(first.pid, signal.SIGCONT)
        base.dispose()
    print(f"frozen worker: {lent} rows lent on, {twice} mails arrived twice under one id ({number})")
    return [] if lent and took_over else [f"frozen: {lent} rows were lent, and the other worker did not send them"]


def _freeze_and_lend_on(worker: subprocess.Popen[bytes], base: Database) -> int:
    """Stop the worker, and let the two minutes of its loans be over; gives how many rows that were.

    One that froze while it held SQLite's only write lock would stop everybody until it woke: then it is let go on for a
    moment and stopped again. What is asked here is what becomes of a row that is lent.
    """
    time.sleep(2)  # what else came with the receipt is done by then
    for _ in range(20):
        os.kill(worker.pid, signal.SIGSTOP)
        try:
            with base.transaction() as tx:
                past = SystemClock().now() - dt.timedelta(seconds=1)
                taken = outbox_table.c.claimed_until.is_not(None) & outbox_table.c.acknowledged_at.is_(None)
                return tx.execute(update(outbox_table).where(taken).values(claimed_until=past)).rowcount
        except Unavailable:
            os.kill(worker.pid, signal.SIGCONT)
            time.sleep(0.3)
    return 0


def mail_at_fault(house: House, settings: Settings, arrived: Arrived, seen: Seen) -> list[str]:
    """The mail server is at fault in turn: residents and events wait for none of it, and it all goes.

    It refuses, says nothing, is slow; and it takes the message and then says nothing, or hangs up, so that nobody knows
    whether it has it: only a second time, with the same body, is safe.
    """
    base, found = Database.of(settings), []
    try:
        _until(lambda: _waiting(base) == 0, 240)
        for fault in ("refuses", "silent", "slow", "hushes", "hangs up"):
            mails, events = len(arrived.mails), len(arrived.events)
            arrived.fault = fault
            arrived.met.clear()
            a_receipt(house, seen)
            if not arrived.met.wait(90):
                found.append(f"mail server {fault}: nobody met it, so nothing is proven")
            if not _until(lambda events=events: len(arrived.events) > events, 60):  # type: ignore[misc]
                found.append(f"mail server {fault}: the event waited for the mail")
            if fault in {"refuses", "silent"} and len(arrived.mails) > mails:
                found.append(f"mail server {fault}: it took a mail all the same, so nothing is proven")
        arrived.fault = ""
        if not any(_gone_within(base, 5) for _ in range(48)):
            found.append("mail server: well again, and not all has gone")
    finally:
        arrived.fault = ""
        base.dispose()
    found += [] if arrived.unsaid else ["mail server: it said yes to all it took, so nothing is proven"]
    found += [f"{one}: taken for sent without a yes" for one in arrived.unsaid if len(arrived.mails[one]) < 2]
    print(
        "mail server that refuses, says nothing, is slow, gives no yes: nobody waited for it, and afterwards all went"
    )
    return found


def _gone_within(base: Database, seconds: float) -> bool:
    """Whether nothing waits any more, once the minutes between two tries are over."""
    with base.transaction() as tx:
        left = outbox_table.c.acknowledged_at.is_(None) & outbox_table.c.claimed_until.is_(None)
        tx.execute(update(outbox_table).where(left).values(due_at=SystemClock().now()))
    return _until(lambda: _waiting(base) == 0, seconds)


def database_away(house: House, seen: Seen) -> list[str]:
    """PostgreSQL is away for a while: pages say so with the telephone, `/readyz` turns, a draft outlives it."""
    if not house.socket:
        return []
    visit = Resident(house.bases[0], ANSWERS, bases=house.bases, patience=AWAY + 240)
    path, page = visit.follow("GET", f"/sv/services/{SERVICE}")
    page = visit.go_on(path, page, until="/place")
    path = visit.pages[-1][1]
    found = [] if _not_told_away(visit, path) else ["away: the control was not found"]  # it is there
    until = time.monotonic() + AWAY
    postgres.crash(house.socket)
    if not _until(lambda: _asked(visit, "/readyz")[0] == 503, 10):  # what it had begun lives a moment longer
        found.append("away: /readyz does not turn")
    while True:
        found += _not_told_away(visit, path)
        if time.monotonic() > until:
            break
        time.sleep(0.5)
    postgres.start_again(house.socket)
    if not _until(lambda: _asked(visit, "/readyz")[0] == 200, 30):
        found.append("away: /readyz does not turn back")
    try:
        hand_in(visit, seen, path)
    except robot.Refused as error:
        found.append(f"away: the draft did not outlive it: {error}")
    print(f"database away for {AWAY:.0f} seconds: every page said so, and the draft was handed in afterwards")
    return found


def _not_told_away(visit: Resident, path: str) -> list[str]:
    """What does not say that the database is away."""
    ready = _asked(visit, "/readyz")[0]
    status, content = _asked(visit, path)
    told = ready == 503 and status == 503 and PHONE.encode() in content
    return [] if told else [f"away: /readyz says {ready}, a page {status}"]


def full_disk(house: House, seen: Seen) -> list[str]:
    """No file may grow any more: people are told to come back, nothing they saw is lost, and then it goes on."""
    a_receipt(house, seen)
    house.stop()
    with _files_no_larger_than(20_000 if house.socket else 400_000):  # a photo, or the log of SQLite, no longer fits
        house.start()
    refused, errors = 0, []
    for _ in range(200):
        visit = Resident(house.bases[0], ANSWERS, patience=0)
        try:
            hand_in(visit, seen)
        except robot.Refused as error:
            refused += bool(visit.away)
            errors += [] if visit.away else [f"full disk: {error}"]
        finally:
            visit.close()
        if refused >= 3 or errors:
            break
    told = [] if refused else ["full disk: nobody was told, so nothing is proven"]
    house.stop()
    house.start()
    a_receipt(house, seen)
    print(f"full disk: {refused} residents were told to come back, and the next one after it was received")
    return [*errors, *told]


def clock_jumps_back(house: House, settings: Settings, seen: Seen) -> list[str]:
    """The machine's clock is set back two hours between one request and the next: receipts stay, drafts go on."""
    visit = Resident(house.bases[0], ANSWERS, bases=house.bases)
    path, page = visit.follow("GET", f"/sv/services/{SERVICE}")
    visit.go_on(path, page, until="/place")
    path = visit.pages[-1][1]
    before = a_receipt(house, seen)
    house.stop()
    earlier = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)
    for node in house.nodes:
        node.environment["ESERVICES_NOW"] = earlier.isoformat()
    house.start()
    after = a_receipt(house, seen)
    hand_in(visit, seen, path)
    visit.close()
    house.stop()
    for node in house.nodes:
        node.environment.pop("ESERVICES_NOW")
    house.start()
    base = Database.of(settings)
    with base.read() as tx:
        moments = {row.number: row.received_at for row in tx.execute(text("SELECT number, received_at FROM cases"))}
    base.dispose()
    print("clock set back two hours: a receipt before it, one after it, and a draft begun before it was handed in")
    return [] if moments[after] < moments[before] else ["clock: it did not jump"]


@contextmanager
def _files_no_larger_than(size: int) -> Iterator[None]:
    """For what is started meanwhile: a write beyond it fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def _asked(visit: Resident, path: str) -> tuple[int, bytes]:
    """One answer, whatever it is; on a new line where the server has closed the one that was quiet for too long."""
    try:
        status, _, content = visit._ask_once("GET", path, None)
    except (OSError, http.client.HTTPException):
        visit.close()
        status, _, content = visit._ask_once("GET", path, None)
    return status, content


def _waiting(base: Database) -> int:
    with base.read() as tx:
        return outbox.standing(tx, SystemClock().now()).waiting


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.2)
    return False
