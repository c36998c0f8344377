"""What must hold afterwards, in sentences about what does not."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from eservices import attachments, journal, outbox
from eservices.calendars import SystemClock
from eservices.cases import appealing, enquiries, store
from eservices.cases.appealing import Appeal
from eservices.cases.enquiries import Enquiry, EnquiryKind
from eservices.cases.store import CaseFile
from eservices.deliveries import deliveries
from eservices.journal import Entry
from eservices.outbox import outbox as outbox_table
from eservices.settings import Settings
from eservices.storage.database import Database, Transaction
from eservices.submissions import store as submissions
from tests.bench import robot
from tests.torture.house import RECEIVER
from tests.torture.people import Resident, Seen, number_on
from tests.torture.sinks import Arrived
from tests.torture.staff import Acts, Done


@dataclass(frozen=True)
class Acknowledged:
    """What somebody has seen taken: the numbers of receipts, the photo of each, and acts of staff."""

    numbers: Sequence[str]
    photos: dict[str, str]
    acts: Sequence[Done]

    @classmethod
    def of(cls, seen: Seen, acts: Acts) -> "Acknowledged":
        return cls(
            [number for number, *_ in seen.receipts],
            {number: photo for number, _, _, photo in seen.receipts},
            list(acts.done),
        )


def shown_again(bases: Sequence[str], seen: Seen) -> list[str]:
    """Every resident asks for the receipt once more, and must see the same number."""
    wrong = []
    for number, path, cookies, _ in seen.receipts:
        visit = Resident(bases[0], {}, cookies=dict(cookies), bases=bases)
        try:
            if number_on(visit.follow("GET", path)[1]) != number:
                wrong.append(f"{number}: another receipt is shown when asked again")
        except robot.Refused as error:
            wrong.append(f"{number}: {error}")
        finally:
            visit.close()
    return wrong


def empty_outbox(settings: Settings, *, seconds: float = 240) -> None:
    """Give the worker, which runs, some minutes to send what is left: what a dead one had in hand is lent for two."""
    base = Database.of(settings)
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            with base.read() as tx:
                if outbox.standing(tx, SystemClock().now()).waiting == 0:
                    return
            time.sleep(0.5)
    finally:
        base.dispose()


def answers_lost(settings: Settings, seen: Seen) -> int:
    """How many final POSTs broke when they had been committed already: only the answer was lost."""
    base = Database.of(settings)
    try:
        with base.read() as tx:
            came = {case.number: case.received_at for number, _ in seen.cut if (case := store.by_number(tx, number))}
    finally:
        base.dispose()
    return sum(came[number] < moment for number, moment in seen.cut if number in came)


def faults(settings: Settings, told: Acknowledged, arrived: Arrived) -> list[str]:
    """Everything that does not hold."""
    base = Database.of(settings)
    try:
        with base.read() as tx:
            found = [*_acts(tx, told.acts), *_sent(tx, arrived)]
    finally:
        base.dispose()
    return [*stands(settings, told.numbers, told.photos), *found]


def numbers(settings: Settings) -> set[str]:
    """The numbers of all cases."""
    base = Database.of(settings)
    try:
        with base.read() as tx:
            return set(tx.execute(text("SELECT number FROM cases")).scalars())
    finally:
        base.dispose()


def stands(settings: Settings, numbers: Sequence[str], photos: Mapping[str, str]) -> list[str]:
    """What does not hold of the database itself: each receipt once, its photo, all files, the journal."""
    base = Database.of(settings)
    try:
        with base.read() as tx:
            found = [
                *_each_once(tx, numbers),
                *_files(tx, settings, photos),
                *journal.verify_everything(tx).broken,
            ]
        return [
            *found,
            *(f"attachment {one}: its bytes are gone" for one in attachments.lost(base, settings.files_dir)),
        ]
    finally:
        base.dispose()


def _each_once(tx: Transaction, numbers: Sequence[str]) -> list[str]:
    rows = tx.execute(
        text(
            "SELECT c.number AS number, count(DISTINCT s.id) AS submissions, count(DISTINCT i.id) AS items,"
            " count(DISTINCT j.id) AS told FROM cases c LEFT JOIN submissions s ON s.case_id = c.id"
            " LEFT JOIN contact_items i ON i.case_id = c.id AND i.kind = 'submitted'"
            " LEFT JOIN journal_entries j ON j.case_id = c.id AND j.kind = 'submitted' GROUP BY c.number"
        )
    ).all()
    drafts = tx.execute(text("SELECT count(*) AS rows, count(DISTINCT draft_id) AS drafts FROM submissions")).one()
    there = {row.number: (row.submissions, row.items, row.told) for row in rows}
    found = [f"{number}: on a receipt, and no case" for number in numbers if number not in there]
    found += [f"{number}: on {times} receipts" for number, times in Counter(numbers).items() if times > 1]
    found += [
        f"{number}: {row} submissions, items and entries of the journal"
        for number, row in there.items()
        if row != (1, 1, 1)
    ]
    if drafts.rows != drafts.drafts:
        found.append(f"{drafts.rows} submissions of {drafts.drafts} drafts")
    return found


def _files(tx: Transaction, settings: Settings, photos: Mapping[str, str]) -> list[str]:
    """The photo of each receipt is there, byte for byte as it was sent."""
    found = []
    for number, photo in photos.items():
        case = store.by_number(tx, number)
        if case is None:
            continue  # told of already
        (submission, *_) = submissions.of_case(tx, case.id)
        digests = []
        for file in attachments.of_submission(tx, submission.id, case.key):
            if file.question == "photo":
                parts = attachments.open_for_reading(settings.files_dir, file, case.key)
                digests.append(hashlib.sha256(b"".join(parts)).hexdigest())
        if digests != ([photo] if photo else []):
            found.append(f"{number}: {len(digests)} files, and not the one that was sent")
    return found


def _acts(tx: Transaction, acts: Sequence[Done]) -> list[str]:
    """What an officer has seen done stands there once, with its entry in the journal and the news of it."""
    found = []
    for number in sorted({act.number for act in acts}):
        case = store.by_number(tx, number)
        if case is None:
            found.append(f"{number}: an officer worked on it, and it is not there")
            continue
        here = _Here(store.file_of(tx, case), journal.of_case(tx, case.id, case.key), enquiries.of_case(tx, case),
                     appealing.of_case(tx, case))  # fmt: skip
        for act in (act for act in acts if act.number == number):
            found += [
                f"{number}: {act.what} {act.words}: {where} {times} times"
                for where, times in _STANDS[act.what](here, act.words).items()
                if times != 1
            ]
    return found


@dataclass(frozen=True)
class _Here:
    """Everything of one case."""

    file: CaseFile
    entries: Sequence[Entry]
    enquiries: Sequence[Enquiry]
    appeals: Sequence[Appeal]

    def noted(self, kind: str, **content: str) -> int:
        return sum(e.kind == kind and content.items() <= e.content.items() for e in self.entries)

    def told(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.file.deliveries)


def _message(here: _Here, words: str) -> dict[str, int]:
    ids = [one.id for one in here.file.messages if one.subject == words]
    news = sum(one.message_id in ids for one in here.file.deliveries)
    return {"the message": len(ids), "the news": news, "the journal": here.noted("message_sent", subject=words)}


#: For each act where it must stand: each of these once. An officer asks, decides and takes an appeal once a case.
_STANDS: Mapping[str, Callable[[_Here, str], dict[str, int]]] = {
    "claim": lambda here, _: {
        "the journal": here.noted("claimed"),
        "taken": int(here.file.case.officer_id is not None),
    },
    "note": lambda here, words: {"the journal": here.noted("noted", body=words)},
    "message": _message,
    "supplement": lambda here, words: {
        "the enquiry": sum(one.kind is EnquiryKind.SUPPLEMENT for one in here.enquiries),
        "the letter": sum(words in one.body for one in here.file.messages),
        "the news": here.told("supplement_order"),
        "the journal": here.noted("supplement_requested"),
    },
    "decision": lambda here, words: {
        "the decision": sum(one.reasons == words for one in here.file.decisions),
        "the news": here.told("decision"),
        "the journal": here.noted("decided"),
    },
    "appeal": lambda here, words: {
        "the appeal": sum(one.body == words for one in here.appeals),
        "the letter": sum(one.kind == "appeal" and one.body == words for one in here.file.messages),
        "the journal": here.noted("appeal_received"),
    },
}


def _sent(tx: Transaction, arrived: Arrived) -> list[str]:
    """Every message has arrived at least once, under one id and with one body; each case's receipt is one message."""
    found, now = [], SystemClock().now()
    left = outbox.standing(tx, now)
    if left.waiting or left.needs_person:
        found.append(f"in the outbox: {left.waiting} wait, {left.needs_person} given up")
    rows = tx.execute(
        select(outbox_table.c.id, outbox_table.c.target, outbox_table.c.case_id, outbox_table.c.kind)
    ).all()
    for target, came in ((outbox.EMAIL, arrived.mails), (outbox.webhook(RECEIVER), arrived.events)):
        ids = {row.id for row in rows if row.target == target}
        found += [f"{target} {one}: never arrived" for one in sorted(ids - set(came) - _taken_back(tx))]
        found += [f"{target} {one}: arrived and is in no outbox" for one in sorted(set(came) - ids)]
        found += [f"{target} {one}: {len(set(bodies))} bodies" for one, bodies in came.items() if len(set(bodies)) > 1]
        if not ids:
            found.append(f"{target}: nothing was sent, so nothing is proven")
    receipts = Counter(row.case_id for row in rows if row.target == outbox.EMAIL and row.kind == "receipt")
    found += [f"case {case_id}: {many} receipts by e-mail" for case_id, many in receipts.items() if many != 1]
    return found


def _taken_back(tx: Transaction) -> set[str]:
    """Rows of news that was taken back before it went: who has been decided on is not asked for a supplement any more."""
    taken_back = outbox_table.join(deliveries, deliveries.c.id == outbox_table.c.delivery_id)
    gone = select(outbox_table.c.id).select_from(taken_back).where(deliveries.c.cancelled_at.is_not(None))
    return set(tx.execute(gone).scalars())


def control(settings: Settings, told: Acknowledged, arrived: Arrived) -> list[str]:
    """Losses and doublings that are planted, and were not found: nothing, when the judge can be believed."""
    if not told.numbers:
        return ["nothing to plant a fault in"]
    first = told.numbers[0]
    message = next(iter(arrived.mails), "")
    fewer = Arrived(
        mails={one: bodies for one, bodies in arrived.mails.items() if one != message}, events=arrived.events
    )
    other = Arrived(mails={**arrived.mails, message: [b"one body", b"another"]}, events=arrived.events)
    lost, unsigned = Done(first, "note", "never written"), Done(first, "decision", "never signed")
    planted = {
        "a lost submission": (Acknowledged([*told.numbers, "2026-0LOST"], {}, []), arrived, "0LOST"),
        "a number seen twice": (Acknowledged([*told.numbers, first], {}, []), arrived, "on 2 receipts"),
        "a file changed": (Acknowledged(told.numbers, {first: "0" * 64}, []), arrived, "not the one that was sent"),
        "a lost note": (Acknowledged(told.numbers, {}, [lost]), arrived, "never written: the journal 0 times"),
        "a lost decision": (Acknowledged(told.numbers, {}, [unsigned]), arrived, "the decision 0 times"),
        "a lost mail": (Acknowledged(told.numbers, {}, []), fewer, "never arrived"),
        "a mail with two bodies": (Acknowledged(told.numbers, {}, []), other, "2 bodies"),
    }
    return [
        what
        for what, (claimed, sink, words) in planted.items()
        if not any(words in fault for fault in faults(settings, claimed, sink))
    ]
