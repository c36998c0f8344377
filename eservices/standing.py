"""What is wrong now: the same few looks for `eservices doctor`, for `/metrics` and for whoever runs the house.

Reads only. Each look gives nothing when all is well, so that an empty list means: nothing needs you.
"""

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eservices import journal, outbox
from eservices.calendars import day_of
from eservices.cases import ticking
from eservices.schema import TAKEN
from eservices.schema.upgrade import is_up_to_date
from eservices.settings import Settings
from eservices.storage.database import Database, Transaction, Unavailable
from eservices.storage.keys import fits_ring

#: Where the worker says that it is here, in the data folder.
HEARTBEAT = "worker.heartbeat"

#: A worker writes its heartbeat every few seconds; so long without one, it stands still.
STILL = dt.timedelta(minutes=5)

#: So late may a clock be looked at before something is wrong: a round of the worker and some patience.
LATE = dt.timedelta(minutes=15)

#: So long before its end a certificate should have been renewed by itself.
RUNS_OUT = dt.timedelta(days=21)

#: A backup is taken every night; one night may be missed.
OLD_BACKUP = dt.timedelta(days=2)

#: Below this share of free disk nothing is safe: a full disk refuses what people hand in.
FREE = 0.10


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a word for machines, a sentence and what to do for people, and how much of it."""

    kind: str
    says: str
    do: str
    count: int = 1


def faults(
    settings: Settings, database: Database, now: dt.datetime, *, sending: outbox.Standing | None = None
) -> list[Fault]:
    """All that is wrong now, the worst first. A database that does not answer hides what lies in it.

    `sending` is how it stands with the outbox, where the caller has counted that already.
    """
    return [
        *_of_database(database, now, sending),
        *_of_worker(settings.data_dir, now),
        *_of_disk(settings.data_dir),
        *([] if settings.demo else _of_backup(settings.data_dir, now)),
        *([] if settings.certificate is None else _of_certificate(settings.certificate, now)),
    ]


def _of_database(database: Database, now: dt.datetime, sending: outbox.Standing | None) -> Iterator[Fault]:
    try:
        if not is_up_to_date(database):
            yield Fault("migrations", "The database lacks tables of this version.", "Run `eservices db upgrade`.")
            return
        with database.read() as tx:
            if not fits_ring(tx):
                yield Fault("keys", "The key ring is not this database's.", "Set ESERVICES_KEYS to the right ring.")
                return
            yield from _of_outbox(sending or outbox.standing(tx, now))
            yield from _of_clocks(tx, now)
            yield from _of_journal(tx, now)
    except Unavailable:
        yield Fault("database", "The database does not answer.", "See that PostgreSQL runs and has room.")


def _of_outbox(standing: outbox.Standing) -> Iterator[Fault]:
    if standing.overdue:
        says = f"{standing.overdue} messages or documents should have gone ten minutes ago."
        yield Fault("outbox_overdue", says, "See that the worker runs and the mail server answers.", standing.overdue)
    if standing.needs_person:
        says = f"{standing.needs_person} messages or documents were given up; people bring the news meanwhile."
        yield Fault("outbox_given_up", says, "See `eservices outbox list`, then retry.", standing.needs_person)


def _of_clocks(tx: Transaction, now: dt.datetime) -> Iterator[Fault]:
    late = len(ticking.due_clocks(tx, now - LATE))
    if late:
        yield Fault("clocks_late", f"{late} legal clocks have not been looked at in time.", "Start the worker.", late)


def _of_journal(tx: Transaction, now: dt.datetime) -> Iterator[Fault]:
    open_days = journal.days_without_digest(tx, day_of(now) - dt.timedelta(days=1))
    if open_days:
        says = f"The journal of {len(open_days)} past days has no digest."
        yield Fault("journal_open", says, "Start the worker; then run `eservices journal verify`.", len(open_days))


def _of_worker(data_dir: Path, now: dt.datetime) -> Iterator[Fault]:
    try:
        at = dt.datetime.fromisoformat(json.loads((data_dir / HEARTBEAT).read_text())["at"])
    except (OSError, ValueError, KeyError):
        yield Fault("worker", "No worker has ever run here.", "Start `eservices worker`, on this machine or another.")
        return
    if now - at > STILL:
        minutes = int((now - at).total_seconds() // 60)
        yield Fault("worker", f"The worker has not moved for {minutes} minutes.", "Start it again.", minutes)


def _of_backup(data_dir: Path, now: dt.datetime) -> Iterator[Fault]:
    do = "Run `eservices backup FOLDER` every night."
    try:
        at = dt.datetime.fromisoformat(json.loads((data_dir / TAKEN).read_text())["at"])
    except (OSError, ValueError, KeyError):
        yield Fault("backup", "No backup has been taken of this installation.", do)
        return
    if now - at > OLD_BACKUP:
        yield Fault("backup", f"The last backup that held is {(now - at).days} days old.", do, (now - at).days)


def _of_certificate(file: Path, now: dt.datetime) -> Iterator[Fault]:
    from cryptography.x509 import load_pem_x509_certificate  # the web looks at none where none is named

    do = "Renew it, and let nginx read it again."
    try:
        until = load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        yield Fault("certificate", "The certificate that ESERVICES_CERTIFICATE names cannot be read.", do)
        return
    if until - now < RUNS_OUT:
        says = f"The certificate of the address runs out on {until.date().isoformat()}."
        yield Fault("certificate", says, do, max(0, (until - now).days))


def _of_disk(data_dir: Path) -> Iterator[Fault]:
    usage = shutil.disk_usage(data_dir if data_dir.exists() else data_dir.parent)
    if usage.free < FREE * usage.total:
        percent = round(100 * usage.free / usage.total)
        yield Fault("disk", f"{percent} per cent of the disk is free.", "Make room before it is full.", percent)
