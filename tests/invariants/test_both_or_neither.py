"""A submission, its case, its contact item and its outbox rows are written together, or none of them is."""

import datetime as dt

import pytest

from eservices.calendars import FixedClock
from eservices.contact_centre import items
from eservices.intake.submit import submit
from eservices.intake.sweep import incomplete
from eservices.storage.database import Database
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn
from tests.build.drafts import a_complete_draft, a_submission
from tests.invariants.counting import Broken, failing_at, rows_of_all_tables

WRITTEN = ("submissions", "cases", "contact_items", "deliveries", "outbox", "parties", "clocks", "journal_entries")


def test_whichever_statement_fails_nothing_is_left_and_the_draft_can_be_sent_again(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    with database.transaction() as tx:
        draft = a_complete_draft(tx, clock)
    before = rows_of_all_tables(database)

    failed_at = 0
    while True:
        failed_at += 1
        try:
            with failing_at(failed_at, monkeypatch), database.transaction() as tx:
                submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)
            break  # there was no such statement: it went through
        except Broken:
            assert rows_of_all_tables(database) == before
            with database.read() as tx:
                still = drafts.by_id(tx, draft.id)
            assert still is not None
            assert still.is_open

    after = rows_of_all_tables(database)
    assert failed_at > 10  # a dozen statements or so were each made to fail
    assert all(after[table] > before[table] for table in WRITTEN)


def test_the_whole_handing_in_is_few_statements(database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    with database.transaction() as tx:
        draft = a_complete_draft(tx, clock)

    with failing_at(0, monkeypatch) as ran, database.transaction() as tx:
        submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    assert len(ran) <= 15


def test_the_nightly_look_finds_nothing_missing(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        for _ in range(3):
            a_submission(tx, clock)

    with database.read() as tx:
        assert incomplete(tx, since=clock.now() - dt.timedelta(1), until=clock.now() + dt.timedelta(1)) == []


def test_the_nightly_look_would_see_a_submission_that_the_contact_centre_never_got(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(items, "add_submitted", lambda *_, **__: "")
    with database.transaction() as tx:
        submission = a_submission(tx, clock)

    with database.read() as tx:
        (found,) = incomplete(tx, since=clock.now() - dt.timedelta(1), until=clock.now() + dt.timedelta(1))

    assert (found.submission_id, found.missing) == (submission.id, "contact_item")
