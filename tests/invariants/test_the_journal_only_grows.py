"""Every act leaves its entry, no entry can be changed or taken out, and the chain shows whether one was."""

import datetime as dt

import pytest
from sqlalchemy import text

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, store
from eservices.cases.model import Outcome
from eservices.identity.people import Actor
from eservices.storage.database import Database, IntegrityError
from tests.build.drafts import a_case, a_member_of_staff, acting


@pytest.mark.parametrize("change", ["UPDATE journal_entries SET kind = 'x'", "DELETE FROM journal_entries"])
def test_the_database_refuses_to_change_or_remove_an_entry(database: Database, clock: FixedClock, change: str):
    with database.transaction() as tx:
        a_case(tx, clock)

    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.execute(text(change))


def test_every_act_writes_who_what_and_when_and_the_chain_stays_whole(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, clock))
        case = a_case(tx, clock)
        acts_in_order = [
            lambda known: acts.claim(tx, case.id, **known),
            lambda known: acts.change_status(tx, case.id, **known, to="under_review"),
            lambda known: acts.message(tx, case.id, **known, subject="Hej", body="Hej."),
            lambda known: deciding.decide(tx, case.id, **known, outcome=Outcome.GRANTED, reasons="-", law="-"),
            lambda known: acts.close(tx, case.id, **known, why="-"),
            lambda known: acts.reopen(tx, case.id, **known, why="-"),
            lambda known: acts.release(tx, case.id, **known),
        ]
        for act in acts_in_order:
            clock.move(dt.timedelta(minutes=1))
            earlier = journal.of_case(tx, case.id, case.key)
            row_version = store.lock(tx, case.id).row_version
            act({"actor": officer, "expected": row_version, "now": clock.now()})
            entries = journal.of_case(tx, case.id, case.key)

            assert entries[: len(earlier)] == earlier
            assert len(entries) > len(earlier)
            assert {(entry.staff_id, entry.at) for entry in entries[len(earlier) :]} == {
                (officer.staff_id, clock.now())
            }
        acts.note(tx, case.id, actor=officer, now=clock.now(), body="x")
        acts.withdraw(tx, case.id, actor=Actor.resident(), now=clock.now())

        assert journal.verify_case(tx, case.id).whole
