"""What is done by the clock and not for one row: pictures, expired drafts, the journal's daily digest, sweeping up."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eservices import attachments, journal
from eservices.attachments.scanner import ScannerAway, is_clean
from eservices.calendars import add_working_days, end_of_day
from eservices.cases import ticking
from eservices.contact_centre import bringing, calls, items
from eservices.identity import accounts, limits, sessions
from eservices.intake import cosigning, refused_files, sweep
from eservices.storage import once
from eservices.storage.database import Unavailable
from eservices.storage.keys import open_key
from eservices.submissions import drafts
from eservices.worker import papers
from eservices.worker.handlers import Desk

logger = logging.getLogger(__name__)

#: At most this many of a kind in one go, so that a long absence does not hold the database for long.
_PORTION = 200
_PICTURES = 20

#: No conversation lasts this long; and a promise to ring back is kept within a quarter of a year, or not at all.
_LONGEST_CALL = dt.timedelta(hours=6)
_NOTES_KEPT = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done again and again. `do` gives how many things it did.

    A `quiet` one is for a worker that runs: nobody waits for it, and doing all that is due does not include it.
    """

    name: str
    every: dt.timedelta
    do: Callable[[Desk], int]
    quiet: bool = False


def convert_pictures(desk: Desk) -> int:
    """Pictures that browsers cannot show become ones they can; place data goes unless the question asks for it.

    Two workers may convert the same picture; the first to write it wins, and the other's copy is erased.
    """
    with desk.database.read() as tx:
        waiting = attachments.to_convert(tx, _PICTURES)
    for work in waiting:
        _convert(desk, work)
    return len(waiting)


def _convert(desk: Desk, work: attachments.Work) -> None:
    from eservices.attachments import pictures  # decoders of pictures are loaded with the first picture

    files_dir = desk.settings.files_dir
    with desk.database.read() as tx:
        key = open_key(tx, work.key_id)
        name = attachments.names(tx, [work.attachment_id], key).get(work.attachment_id, "")
    try:
        received = pictures.clean(files_dir, work, name, key)
    except OSError as error:
        logger.warning("picture %s waits: %s", work.attachment_id, error.strerror)
        return
    except Exception as error:  # noqa: BLE001 -- decoders raise whatever they like, and one picture holds up no other
        logger.warning("picture %s cannot be read: %s", work.attachment_id, type(error).__name__)
        received = None
    with desk.database.transaction() as tx:
        left = attachments.converted(tx, work, received, key)
    if left is not None:
        attachments.erase(files_dir, left)


def scan_files(desk: Desk) -> int:
    """Nobody opens a file before the scanner has called it clean; unknown is not clean."""
    if not desk.settings.clamd:
        return 0
    with desk.database.read() as tx:
        waiting = attachments.to_scan(tx, _PORTION)
    for work in waiting:
        with desk.database.read() as tx:
            key = open_key(tx, work.key_id)
        try:
            clean = is_clean(desk.settings.clamd, attachments.read(desk.settings.files_dir, work.stored_as, key))
        except ScannerAway as away:
            logger.warning("the scanner does not answer, files wait: %s", away)
            break
        with desk.database.transaction() as tx:
            attachments.scanned(tx, work, clean=clean)
    return len(waiting)


def tell_of_refused(desk: Desk) -> int:
    """Whoever sent a file that nobody can open is told, and the contact centre asks for it."""
    with desk.database.transaction() as tx:
        return refused_files.tell_of_refused_files(tx, desk.clock.now())


def expire_drafts(desk: Desk) -> int:
    """Drafts that nobody has touched for as long as their page said are gone, with their key and their files."""
    done = 0
    while True:
        with desk.database.transaction() as tx:
            expired = drafts.expire(tx, desk.clock.now(), _PORTION)
        done += expired
        if expired < _PORTION:
            return done


def remind_of_signatures(desk: Desk) -> int:
    """Co-signers who have been asked a week ago are reminded once, by the way they were asked."""
    with desk.database.transaction() as tx:
        return cosigning.remind(tx, desk.clock.now())


def hand_on_left_drafts(desk: Desk) -> int:
    """A draft that an agent took down and did not finish becomes a task once the contact centre has closed.

    Done for the last closing that has passed, so that a standstill over night changes nothing.
    """
    now, hours = desk.clock.now(), desk.library.municipality.contact_centre.hours
    days = (desk.clock.today() - dt.timedelta(days=ago) for ago in range(14))
    closed_at = next((closes for day in days if (closes := hours.closes_at(day)) is not None and closes <= now), None)
    if closed_at is None:
        return 0
    with desk.database.transaction() as tx:
        due_at = end_of_day(desk.clock.today())
        return calls.tasks_of_left_drafts(tx, before=closed_at, due_at=due_at, now=now)


def end_forgotten_calls(desk: Desk) -> int:
    """A call that is open hours after it began was forgotten: it ends, and is nobody's reason to look any more."""
    now = desk.clock.now()
    with desk.database.transaction() as tx:
        return calls.end_forgotten(tx, before=now - _LONGEST_CALL, now=now, limit=_PORTION)


def bring_back_parked(desk: Desk) -> int:
    """What agents have put off to a date comes back by itself, once."""
    with desk.database.transaction() as tx:
        return items.bring_back(tx, desk.clock.now(), due_at=end_of_day(desk.clock.today()), limit=_PORTION)


def settle_needless(desk: Desk) -> int:
    """What an agent need not ask for any more is nobody's task."""
    with desk.database.transaction() as tx:
        return items.settle_needless(tx, desk.clock.now(), limit=_PORTION)


def forget_notes(desk: Desk) -> int:
    """Notes, numbers and calls that are about no case are kept for as long as somebody may ring again, no longer."""
    now = desk.clock.now()
    before = now - _NOTES_KEPT
    with desk.database.transaction() as tx:
        return items.forget_notes(tx, before, now=now, limit=_PORTION) + calls.forget(
            tx, before, now=now, limit=_PORTION
        )


def look_after_news(desk: Desk) -> int:
    """What was sent and not opened at half of the person's time, or never got off, becomes work for a person."""
    due_at = end_of_day(add_working_days(desk.clock.today(), 1))
    done = 0
    while True:
        with desk.database.transaction() as tx:
            found = bringing.look_after(tx, desk.clock.now(), due_at=due_at, limit=_PORTION)
        done += found
        if found < _PORTION:
            return done


def act_on_clocks(desk: Desk) -> int:
    """What the clocks of cases bring about now: reminders, times that are over, notices laid ready.

    One clock a transaction; one that cannot be acted on is looked at again in an hour and holds up no other.
    """
    now, hours, done = desk.clock.now(), desk.library.municipality.contact_centre.hours, 0
    with desk.database.read() as tx:
        due = ticking.due_clocks(tx, now, _PORTION)
    for clock_id, case_id in due:
        try:
            with desk.database.transaction() as tx:
                done += ticking.tick(tx, clock_id, case_id, now=now, hours=hours)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad clock stops no other
            logger.warning("the clock %s could not be acted on: %s", clock_id, type(error).__name__)
            with desk.database.transaction() as tx:
                ticking.put_off(tx, clock_id, now + dt.timedelta(hours=1))
    return done


def close_days(desk: Desk) -> int:
    """Each day that has ended gets its digest over all chains of the journal, also after a standstill."""
    today = desk.clock.today()
    with desk.database.read() as tx:
        days = journal.days_without_digest(tx, today)
    for day in days:
        with desk.database.transaction() as tx:
            journal.digest_of_day(tx, day, desk.clock.now())
    return len(days)


def sweep_files(desk: Desk) -> int:
    """Bytes that no row names, and those of removed files, go from the disk."""
    return attachments.sweep(desk.database, desk.settings.files_dir)


def forget_the_past(desk: Desk) -> int:
    """Counters whose window is over, staff sessions that have ended and keys of forms sent long ago go."""
    now = desk.clock.now()
    with desk.database.transaction() as tx:
        gone = limits.forget(tx, now) + accounts.forget_failures(tx, now)
        return gone + sessions.forget(tx, now) + once.forget(tx, now)


def look_for_missing_rows(desk: Desk) -> int:
    """Both or neither: a submission without its case, contact item, journal or outbox rows can never be.

    Looked for all the same, and told as an error: a promise that nobody checks is a hope.
    """
    now = desk.clock.now()
    with desk.database.read() as tx:
        found = sweep.incomplete(tx, since=now - dt.timedelta(days=2), until=now)
    for incomplete in found:
        logger.error("submission %s has no %s", incomplete.submission_id, incomplete.missing)
    return len(found)


CHORES: Sequence[Chore] = (
    Chore("scanner", dt.timedelta(seconds=1), scan_files),
    Chore("pictures", dt.timedelta(seconds=1), convert_pictures),
    Chore("refused files", dt.timedelta(minutes=1), tell_of_refused),
    Chore("forms wished for", dt.timedelta(seconds=1), papers.make_wished),
    Chore("forms", dt.timedelta(seconds=10), papers.make_next, quiet=True),
    Chore("drafts", dt.timedelta(minutes=5), expire_drafts),
    Chore("signatures", dt.timedelta(minutes=15), remind_of_signatures),
    Chore("left drafts", dt.timedelta(minutes=5), hand_on_left_drafts),
    Chore("parked", dt.timedelta(minutes=1), bring_back_parked),
    Chore("needless tasks", dt.timedelta(minutes=1), settle_needless),
    Chore("forgotten calls", dt.timedelta(minutes=15), end_forgotten_calls),
    Chore("notes", dt.timedelta(hours=1), forget_notes),
    Chore("news", dt.timedelta(minutes=5), look_after_news),
    Chore("clocks", dt.timedelta(minutes=1), act_on_clocks),
    Chore("missing rows", dt.timedelta(minutes=15), look_for_missing_rows),
    Chore("journal days", dt.timedelta(minutes=15), close_days),
    Chore("counters and sessions", dt.timedelta(hours=1), forget_the_past),
    Chore("files", dt.timedelta(hours=1), sweep_files),
)
