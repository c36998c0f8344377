"""However often and from wherever it is sent, one thing is sent, and everybody sees the same receipt."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from eservices.calendars import FixedClock
from eservices.cases.receipt import Receipt, receipt_of
from eservices.intake.submit import submit
from eservices.storage.database import Database, IntegrityError
from eservices.submissions import drafts, store
from eservices.submissions.model import HandedIn, Submission
from tests.build.drafts import a_complete_draft, a_submission
from tests.invariants.counting import rows_of_all_tables

PRESSES = 50


def at_once(press: Callable[[], Any], times: int = PRESSES) -> list[Any]:
    """What so many threads get who all press in the same moment."""
    start = threading.Barrier(times)
    results: list[Any] = []

    def wait_and_press() -> None:
        start.wait()
        try:
            results.append(press())
        except BaseException as error:  # noqa: BLE001 - told to the test
            results.append(error)

    threads = [threading.Thread(target=wait_and_press) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_fifty_presses_of_send_give_one_case_and_fifty_times_the_same_receipt(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        draft = a_complete_draft(tx, clock)

    def press() -> tuple[Submission, Receipt]:
        with database.transaction() as tx:
            submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)
            return submission, receipt_of(tx, submission.id)

    results = at_once(press)

    assert [result for result in results if isinstance(result, BaseException)] == []
    assert len(results) == PRESSES
    assert all(result == results[0] for result in results)
    counted = rows_of_all_tables(database)
    assert counted["submissions"] == counted["cases"] == counted["contact_items"] == counted["deliveries"] == 1
    assert counted["outbox"] == 2  # one receipt by mail, one as a document


def test_fifty_drafts_sent_at_once_give_fifty_different_numbers(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        waiting = [a_complete_draft(tx, clock).id for _ in range(PRESSES)]

    def press() -> str:
        with database.transaction() as tx:
            submission = submit(tx, waiting.pop(), HandedIn.on_the_web(at=clock.now()), clock)
            return receipt_of(tx, submission.id).number

    results = at_once(press)

    assert [result for result in results if isinstance(result, BaseException)] == []
    assert len(set(results)) == PRESSES


def test_were_the_lock_to_fail_the_database_itself_refuses_a_second_submission(database: Database, clock: FixedClock):
    from dataclasses import replace

    from eservices.values import new_id

    with database.transaction() as tx:
        submission = a_submission(tx, clock)
        draft = drafts.by_id(tx, submission.draft_id or "")
    assert draft is not None

    with pytest.raises(IntegrityError), database.transaction() as tx:
        store.add(tx, replace(submission, id=new_id()), draft.key)


def test_edits_after_sending_change_nothing_of_what_was_sent(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        draft = a_complete_draft(tx, clock)
        first = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    with database.transaction() as tx:
        locked = drafts.lock(tx, draft.id)

    # Whoever posts an old page finds the draft closed, and is led to the receipt.
    assert not locked.is_open
    assert locked.submission_id == first.id
    with database.read() as tx:
        assert store.get(tx, first.id) == first
