"""Claim, handle, note, sleep. Stops cleanly when told; killed at any point, it loses and doubles nothing.

Lanes run beside each other, so that a mail server that keeps us waiting holds up no text, document or picture. A
lane looks every second; that is how soon somebody has their receipt, and the price is one small read.
"""

import json
import logging
import os
import signal
import socket
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep

from eservices import calendars, deliveries, outbox
from eservices.calendars import Clock, add_working_days, day_of, end_of_day
from eservices.contact_centre import bringing, items
from eservices.contact_centre.handing_back import CONTINUE_CODE
from eservices.contact_centre.items import ItemKind, Need
from eservices.definitions.library import Library
from eservices.deliveries import Evidence
from eservices.documents.rendering import Press
from eservices.outbox import Row, Ways
from eservices.settings import Settings
from eservices.standing import HEARTBEAT
from eservices.storage.database import Database, Transaction, Unavailable
from eservices.values import Channel, ContactMethod
from eservices.worker.chores import CHORES, Chore
from eservices.worker.handlers import Desk, Done, handler_of
from eservices.worker.post import Never, NotNow, Post, post_of
from eservices.worker.texting import TextSender, text_sender_of
from eservices.worker.webhooks import Receiver, receivers_of

logger = logging.getLogger(__name__)

#: How often an idle lane looks.
LOOK_EVERY_SECONDS = 1.0

#: How long a lane leaves everything alone when nobody answers at the other end, or the database is away.
PAUSE_SECONDS = 15.0

#: How long to wait for the database, several times, when a receiver's yes has to be noted.
NOTE_AGAIN_SECONDS = (0.5, 1.0, 2.0, 4.0)

POST = Ways((outbox.EMAIL,))
TEXTS = Ways((outbox.SMS,))
PRESS = Ways((outbox.DOCUMENT,))

#: The ways out that reach the person themselves: their yes is evidence that the news was sent.
_TO_THE_PERSON = frozenset({outbox.EMAIL, outbox.SMS})


class Worker:
    """Does what is due. Every method may be called from its own thread."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        library: Library,
        clock: Clock,
        *,
        post: Post | None = None,
        texts: TextSender | None = None,
        receivers: Mapping[str, Receiver] | None = None,
    ):
        press = Press(settings.templates_dir)
        post, texts = post or post_of(settings), texts or text_sender_of(settings)
        receivers = receivers_of(settings) if receivers is None else receivers
        self.desk = Desk(settings, database, library, clock, press, post, texts, receivers)
        self.name = f"{socket.gethostname()}:{os.getpid()}"

    def run_once(self) -> int:
        """Everything that is due now, and every chore; how many rows were handled. For tests and demonstrations."""
        for chore in CHORES:
            if not chore.quiet:
                self.do_chore(chore)
        done = 0
        for ways in self.lanes():
            while (row := self.next_row(ways)) is not None:
                self.handle(row)
                done += 1
        return done

    def lanes(self) -> tuple[Ways, ...]:
        """The ways out that are served here. Without a way out for e-mail, mail waits untried in the outbox.

        A text that no gateway takes is refused at once, so that a person brings the news the same day. Each system
        that is told of cases has a lane of its own: one that does not answer holds up no other.
        """
        systems = tuple(outbox.webhook(name) for name in self.desk.receivers)
        the_rest = Ways((outbox.EMAIL, outbox.SMS, outbox.DOCUMENT, *systems), others=True)
        told = (*(Ways((system,)) for system in systems), the_rest)
        return (TEXTS, PRESS, *told) if self.desk.post is None else (POST, TEXTS, PRESS, *told)

    def next_row(self, ways: Ways) -> Row | None:
        """Borrow the row that has waited longest, if any is due."""
        now = self.desk.clock.now()
        with self.desk.database.read() as tx:
            if not outbox.is_due(tx, now, ways):
                return None
        with self.desk.database.transaction() as tx:
            rows = outbox.claim(tx, now, self.name, 1, ways)
        return rows[0] if rows else None

    def handle(self, row: Row) -> bool:
        """Do one row and note how it went. False when nobody answers at the other end: others can wait, too.

        Whatever goes wrong with one row is noted with that row and keeps no other from going.
        """
        try:
            self._acknowledge(row, self._do(row))
        except Never as no:
            self._refuse(row, str(no))
        except NotNow as no:
            self._fail(row, str(no))
            return not no.away
        except Unavailable:
            raise  # the row comes back by itself when its lease runs out
        except Exception as error:  # noqa: BLE001 -- one bad row never blocks the others
            log_stumble(f"outbox row {row.id} ({row.kind} by {row.target}) could not be handled", error)
            self._fail(row, f"could not be handled: {type(error).__name__}")
        return True

    def _do(self, row: Row) -> Done:
        handler = handler_of(row)
        if handler is None:
            raise Never("there is no way out of this kind")
        if row.cut_off:
            raise Never(f"the last {outbox.CUT_OFF} attempts were cut off")
        if self._is_told_already(row):
            return Done("not sent: it has been told by another way, or need not be told any more")
        return handler(self.desk, row)

    def _is_told_already(self, row: Row) -> bool:
        """Somebody has rung or written meanwhile, because no machine got it off in time: nobody hears it twice."""
        if row.delivery_id is None or row.target not in _TO_THE_PERSON:
            return False
        with self.desk.database.read() as tx:
            delivery = deliveries.get(tx, row.delivery_id)
        return delivery is not None and (delivery.is_settled or delivery.method is ContactMethod.LETTER)

    def _acknowledge(self, row: Row, done: Done) -> None:
        """Note the yes. A database that is away for a moment must not make us ask the receiver again."""
        for pause in NOTE_AGAIN_SECONDS:
            try:
                return self._note_yes(row, done)
            except Unavailable:
                sleep(pause)
        return self._note_yes(row, done)

    def _note_yes(self, row: Row, done: Done) -> None:
        with self.desk.database.transaction() as tx:
            now = self.desk.clock.now()
            first = outbox.acknowledge(tx, row, now, done.detail)
            if first and done.within is not None:
                done.within(tx)
            if first and row.delivery_id is not None and row.target in _TO_THE_PERSON:
                deliveries.reached(tx, row.delivery_id, Evidence.SENT, now)

    def _refuse(self, row: Row, detail: str) -> None:
        with self.desk.database.transaction() as tx:
            now = self.desk.clock.now()
            if outbox.refuse(tx, row, now, detail):
                self._give_to_a_person(tx, row)
        logger.warning("outbox row %s needs a person: %s", row.id, outbox.impersonal(detail))

    def _fail(self, row: Row, detail: str) -> None:
        with self.desk.database.transaction() as tx:
            now = self.desk.clock.now()
            again = outbox.fail(tx, row, now, detail)
            if again is None:
                self._give_to_a_person(tx, row)
        due = "given to a person" if again is None else f"tried again {again.due_at:%Y-%m-%d %H:%M:%S} UTC"
        logger.warning("outbox row %s did not go (%s), %s", row.id, outbox.impersonal(detail), due)

    def _give_to_a_person(self, tx: Transaction, row: Row) -> None:
        """What no machine can bring becomes work in the same transaction."""
        if row.delivery_id is not None:
            bringing.undeliverable(tx, row.delivery_id, self.desk.clock.now())
        elif row.kind == CONTINUE_CODE:
            now = self.desk.clock.now()
            items.add_task(
                tx,
                kind=ItemKind.HELP,
                need=Need.SEND_CODE,
                queue="",
                channel=Channel.PHONE,
                due_at=end_of_day(add_working_days(day_of(now), 1)),
                now=now,
                content={"phone": row.payload["to"], "about": row.payload["code"]},
                service=row.payload["service"],
            )

    def do_chore(self, chore: Chore) -> int:
        """One chore; what goes wrong in it is told, and stops nothing else."""
        try:
            return chore.do(self.desk)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad chore stops no other
            log_stumble(f"the chore {chore.name!r} failed", error)
            return 0


def log_stumble(what: str, error: BaseException) -> None:
    """Tell where something went wrong, and not what with: the message of an exception may quote an answer."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s: %s\n%s", what, type(error).__name__, frames)


@dataclass
class _Rounds:
    """When each chore is next due, by a clock that only goes forwards."""

    next_at: dict[str, float] = field(default_factory=dict)

    def due(self) -> Iterator[Chore]:
        for chore in CHORES:
            now = monotonic()
            if self.next_at.get(chore.name, 0.0) <= now:
                self.next_at[chore.name] = now + chore.every.total_seconds()
                yield chore


def run(settings: Settings, stop: threading.Event | None = None) -> None:
    """Work until told to stop (SIGTERM, SIGINT or `stop`); what is in hand is finished first."""
    stop = stop or threading.Event()
    os.nice(5)  # on one machine, somebody who waits for a page comes before a document that is being printed
    database = Database.of(settings)
    worker = Worker(
        settings, database, Library(settings.forms_dirs, settings.data_dir / "cache"), calendars.clock(settings.now)
    )
    if worker.desk.post is None:
        logger.warning("no mail server is set up: e-mail waits in the outbox")
    lanes = [
        threading.Thread(target=_serve, args=(worker, ways, stop), name=f"lane {number}", daemon=True)
        for number, ways in enumerate(worker.lanes())
    ]
    with _told_to_stop(stop):
        for lane in lanes:
            lane.start()
        _keep_house(worker, stop)
    for lane in lanes:
        lane.join(timeout=outbox.LEASE.total_seconds())
    database.dispose()
    logger.info("the worker has stopped")


def _serve(worker: Worker, ways: Ways, stop: threading.Event) -> None:
    if ways is PRESS:
        worker.desk.press.warm()
    while not stop.is_set():
        try:
            row = worker.next_row(ways)
            answered = row is None or worker.handle(row)
        except Unavailable:
            row, answered = None, False
        except Exception as error:  # noqa: BLE001 -- a lane that ended would be noticed by nobody
            log_stumble("a lane stumbled", error)
            row, answered = None, False
        if not answered:
            stop.wait(PAUSE_SECONDS)
        elif row is None:
            stop.wait(LOOK_EVERY_SECONDS)


def _keep_house(worker: Worker, stop: threading.Event) -> None:
    rounds = _Rounds()
    while not stop.is_set():
        _show_alive(worker)
        try:
            for chore in rounds.due():
                worker.do_chore(chore)
                if stop.is_set():
                    break
        except Unavailable:
            stop.wait(PAUSE_SECONDS)
        stop.wait(LOOK_EVERY_SECONDS)


def _show_alive(worker: Worker) -> None:
    """Say in a file that we are here, for whoever watches over this machine."""
    path = worker.desk.settings.data_dir / HEARTBEAT
    try:
        path.write_text(json.dumps({"at": worker.desk.clock.now().isoformat(), "pid": os.getpid()}))
    except OSError as error:
        logger.warning("the heartbeat cannot be written: %s", error.strerror)


@contextmanager
def _told_to_stop(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT mean: finish what is in hand. Only the main thread may listen to signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signs = (signal.SIGTERM, signal.SIGINT)
    before = {sign: signal.signal(sign, lambda *_: stop.set()) for sign in signs}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
