"""The number is the same everywhere: page, mail, letter, case, both queues, and whatever leaves the house."""

from sqlalchemy import select

from eservices.calendars import FixedClock
from eservices.cases import acts, following, queue, store
from eservices.cases.receipt import receipt_of
from eservices.contact_centre import queue as contact_queue
from eservices.outbox import outbox
from eservices.storage.database import Transaction
from tests.build.drafts import STREET, a_member_of_staff, a_submission, acting


def test_the_number_is_one_wherever_it_stands(tx: Transaction, clock: FixedClock):
    officer = acting(a_member_of_staff(tx, clock))
    submission = a_submission(tx, clock, changes={"contact": "letter", "address": STREET})
    acts.register(tx, submission.case_id, actor=officer, expected=1, now=clock.now(), registry_number="SBN 2026/117")
    acts.message(tx, submission.case_id, actor=officer, now=clock.now(), subject="Hej", body="Brev.")
    case = store.by_id(tx, submission.case_id)
    assert case is not None

    receipt = receipt_of(tx, submission.id)
    followed = following.follow(tx, receipt.number, receipt.code)
    leaving = [
        case.key.unseal(row.sealed, place=f"outbox.sealed:{row.id}")["number"] for row in tx.execute(select(outbox))
    ]

    assert followed is not None
    numbers = {
        case.number,
        receipt.number,
        followed.number,
        *leaving,
        *(row.number for row in queue.find(tx, case.number)),
        *(row.number for row in contact_queue.incoming(tx).rows),
        *(row.number for row in contact_queue.work(tx, now=clock.now()).rows),
    }
    assert numbers == {case.number}
    assert [row.number for row in queue.find(tx, "SBN 2026/117")] == [case.number]
