"""A copied case is a case: found, opened and told of like any other, with a whole chain and nobody else's key."""

import datetime as dt

from sqlalchemy import func, select

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases import acts, queue, store
from eservices.cases.tables import cases
from eservices.contact_centre.tables import contact_items
from eservices.demo.multiplying import multiply
from eservices.storage.database import Database
from eservices.submissions.tables import submissions
from tests.build.drafts import a_case, a_member_of_staff, acting

COPIES = 12


def test_copies_can_be_found_and_opened_like_any_case(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        case = a_case(tx, clock, changes={"drawing": None})
        officer = acting(a_member_of_staff(tx, clock))
        acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())

    assert multiply(database, cases=COPIES, seed=1, days=300) == COPIES

    with database.read() as tx:
        rows = tx.execute(select(cases.c.id, cases.c.number, cases.c.key_id)).all()
        assert len({row.number for row in rows}) == len({row.key_id for row in rows}) == COPIES + 1
        for table in (submissions, contact_items):
            each = tx.execute(select(table.c.case_id, func.count()).group_by(table.c.case_id)).all()
            assert sorted(each) == sorted((row.id, 1) for row in rows)
        for row in rows:
            file = store.whole(tx, row.number)
            assert file is not None
            assert (file.case.name, file.case.status) == ("Åsa Öberg", "registered")
            assert [party.name for party in file.parties] == ["Åsa Öberg"]
            assert [entry.kind for entry in journal.of_case(tx, row.id, file.case.key)] == [
                "submitted",
                "claimed",
                "registered",
            ]
            verdict = journal.verify_case(tx, row.id)
            assert (verdict.broken_at, verdict.entries) == (None, 3)
            assert [found.number for found in queue.find(tx, row.number)] == [row.number]
        assert len(queue.find(tx, "oberg åsa", limit=50)) == COPIES + 1


def test_of_copies_only_what_is_new_waits_to_be_told(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        case = a_case(tx, clock, changes={"contact": "phone", "drawing": None})
        officer = acting(a_member_of_staff(tx, clock))
        acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body="Vi ringer.")

    multiply(database, cases=COPIES, seed=1, days=300)

    with database.read() as tx:
        waiting = queue.page(tx, queue.Filters(calls=True), now=clock.now()).rows
        assert len(waiting) < COPIES
        assert all(row.received_at > clock.now() - dt.timedelta(days=31) for row in waiting)
