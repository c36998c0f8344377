"""When something was received is written once. Nothing in the house can move it, and no channel moves it."""

import datetime as dt

import pytest
from sqlalchemy import text

from eservices.calendars import FixedClock
from eservices.cases import acts, store
from eservices.storage.database import Database, IntegrityError
from eservices.submissions.model import HandedIn
from tests.build.drafts import a_member_of_staff, a_submission, acting


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE submissions SET received_at = '2030-01-01 00:00:00'",
        "UPDATE submissions SET received_on = '2030-01-01'",
        "UPDATE cases SET received_at = '2030-01-01 00:00:00'",
        "UPDATE cases SET received_on = '2030-01-01'",
    ],
)
def test_the_database_refuses_to_move_it(database: Database, clock: FixedClock, change: str):
    with database.transaction() as tx:
        a_submission(tx, clock)

    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.execute(text(change))


def test_no_act_on_the_case_moves_it(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, clock))
        submission = a_submission(tx, clock)
        for act in (acts.claim, acts.release, acts.close):
            clock.move(dt.timedelta(days=1))
            case = store.lock(tx, submission.case_id)
            after = act(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())
            assert (after.received_at, after.received_on) == (submission.received_at, submission.received_on)


@pytest.mark.parametrize(
    ("pressed", "counts_as"),
    [
        (dt.datetime(2026, 11, 24, 22, 59, 59, tzinfo=dt.UTC), dt.date(2026, 11, 24)),  # 23:59:59 in Sweden
        (dt.datetime(2026, 11, 24, 23, 0, 0, tzinfo=dt.UTC), dt.date(2026, 11, 25)),
        (dt.datetime(2026, 11, 28, 12, 0, 0, tzinfo=dt.UTC), dt.date(2026, 11, 28)),  # a Saturday
        (dt.datetime(2026, 7, 1, 21, 59, 59, tzinfo=dt.UTC), dt.date(2026, 7, 1)),  # summer time
        (dt.datetime(2026, 7, 1, 22, 0, 0, tzinfo=dt.UTC), dt.date(2026, 7, 2)),
    ],
)
def test_sent_in_the_evening_counts_as_that_day(pressed: dt.datetime, counts_as: dt.date):
    assert HandedIn.on_the_web(at=pressed).on == counts_as
