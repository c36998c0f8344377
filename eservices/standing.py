"""What is wrong now: the same few looks for `eservices doctor`, for `/metrics` and for whoever runs the house.

Reads only. Each look gives nothing when all is well, so that an empty list means: nothing needs you.
"""

import datetime as dt
import json
import os
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

#: So many clocks that nobody looks at are counted, and no more.
_MOST_CLOCKS = 1_000

#: What lies in the data folder and is written to: files that people send, and forms on paper.
_FOLDERS = ("files", "paper")

#: Below this share of free disk nothing is safe: a full disk refuses what people hand in.
FREE = 0.10


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a word for machines, a sentence and what to do for people, and how much (1 or more)."""

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
        *_of_folders(settings.data_dir),
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
        says = f"{_many(standing.overdue, 'message or document')} should have gone ten minutes ago."
        do = "See that the worker runs and the mail server answers; the worker's log says why."
        yield Fault("outbox_overdue", says, do, standing.overdue)
    if standing.needs_person:
        were = "was" if standing.needs_person == 1 else "were"
        many = _many(standing.needs_person, "message or document")
        says = f"{many} {were} given up; people bring the news meanwhile."
        do = "`eservices outbox list` says why: mend that, then `eservices outbox retry ID …`."
        yield Fault("outbox_given_up", says, do, standing.needs_person)


def _of_clocks(tx: Transaction, now: dt.datetime) -> Iterator[Fault]:
    late = len(ticking.due_clocks(tx, now - LATE, _MOST_CLOCKS))
    if late:
        have = "has" if late == 1 else "have"
        more = " or more" if late == _MOST_CLOCKS else ""
        says = f"{_many(late, 'legal clock')}{more} {have} not been looked at in time."
        yield Fault("clocks_late", says, "See that the worker runs; its log says what keeps it.", late)


def _of_journal(tx: Transaction, now: dt.datetime) -> Iterator[Fault]:
    open_days = journal.days_without_digest(tx, day_of(now) - dt.timedelta(days=1))
    if open_days:
        says = f"The journal of {_many(len(open_days), 'past day')} has no digest."
        do = "See that the worker runs; an hour later, run `eservices journal verify`."
        yield Fault("journal_open", says, do, len(open_days))


def _of_worker(data_dir: Path, now: dt.datetime) -> Iterator[Fault]:
    try:
        at = dt.datetime.fromisoformat(json.loads((data_dir / HEARTBEAT).read_text())["at"])
    except (OSError, ValueError, KeyError):
        yield Fault("worker", "No worker has ever run here.", "Start `eservices worker`, on this machine or another.")
        return
    if now - at > STILL:
        minutes = int((now - at).total_seconds() // 60)
        do = "Start it again (`systemctl restart eservices-worker`); its log says what happened."
        yield Fault("worker", f"The worker has not moved for {_long(now - at)}.", do, minutes)
    if at - now > STILL:
        says = f"The worker was last here {_long(at - now)} from now: this machine's clock is wrong, or was then."
        do = "Set it by the network (`timedatectl set-ntp true`): times of law are counted by it."
        yield Fault("clock", says, do)


def _of_folders(data_dir: Path) -> Iterator[Fault]:
    """What is handed in, printed and noted is written below the data folder; a folder not made yet will be."""
    if not data_dir.exists():
        return
    bad = [path for path in (data_dir, *(data_dir / name for name in _FOLDERS)) if path.exists() and not _takes(path)]
    if bad:
        says = f"Nothing can be written into {' and '.join(str(path) for path in bad)}."
        do = (
            "Give it back to the user that web and worker run as (`chown -R eservices:`), and see `mount`: a disk with"
            " a fault turns read-only."
        )
        yield Fault("folders", says, do, len(bad))


def _takes(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _of_backup(data_dir: Path, now: dt.datetime) -> Iterator[Fault]:
    do = "Run `eservices backup FOLDER` every night."
    try:
        at = dt.datetime.fromisoformat(json.loads((data_dir / TAKEN).read_text())["at"])
    except (OSError, ValueError, KeyError):
        yield Fault("backup", "No backup has been taken of this installation.", do)
        return
    if now - at > OLD_BACKUP:
        do = "See why the nightly one failed (`journalctl -u eservices-backup`), and run `eservices backup FOLDER` now."
        yield Fault("backup", f"The last backup that held is {(now - at).days} days old.", do, (now - at).days)


def _of_certificate(file: Path, now: dt.datetime) -> Iterator[Fault]:
    from cryptography.x509 import load_pem_x509_certificate  # the web looks at none where none is named

    do = "Renew it, and let nginx read it again."
    try:
        until = load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        says = f"{file}, which ESERVICES_CERTIFICATE names, cannot be read as a certificate."
        yield Fault("certificate", says, "See that it is the right file, and that the user of the service may read it.")
        return
    if until <= now:
        says = f"The certificate of the address ran out on {day_of(until).isoformat()}: browsers let nobody in."
        yield Fault("certificate", says, do)
    elif until - now < RUNS_OUT:
        yield Fault("certificate", f"The certificate of the address runs out on {day_of(until).isoformat()}.", do)


def _of_disk(data_dir: Path) -> Iterator[Fault]:
    usage = shutil.disk_usage(
        next(path for path in (data_dir.absolute(), *data_dir.absolute().parents) if path.exists())
    )
    if usage.free < FREE * usage.total:
        percent = int(100 * usage.free / usage.total)
        yield Fault("disk", f"Only {percent} per cent of the disk is free.", "Make room before it is full.")


def _many(number: int, what: str) -> str:
    """`3 messages or documents`."""
    return f"{number} {what}" if number == 1 else f"{number} {' or '.join(f'{one}s' for one in what.split(' or '))}"


def _long(time: dt.timedelta) -> str:
    """A time in the largest unit that tells it well: minutes for two hours, hours for two days."""
    units = ((dt.timedelta(minutes=1), "minute"), (dt.timedelta(hours=1), "hour"), (dt.timedelta(days=1), "day"))
    unit, name = next((one for one in reversed(units) if time >= 2 * one[0]), units[0])
    return _many(time // unit, name)
