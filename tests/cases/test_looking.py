"""Unusual looks are asked of the journal in the same way on both engines."""

import datetime as dt

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases import looking
from eservices.cases.looking import Sign
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting


def test_a_look_without_work_is_counted_and_one_with_work_is_not(tx: Transaction, clock: FixedClock, monkeypatch):
    monkeypatch.setattr(looking, "MANY", 1)
    case, since = a_case(tx, clock), clock.now() - dt.timedelta(days=30)
    idle, busy = (acting(a_member_of_staff(tx, clock, name)) for name in ("Kim Ledig", "Kim Flitig"))
    for actor in (idle, busy):
        journal.write_look(tx, actor=actor, at=clock.now(), what="case", key=case.key, case_id=case.id)
    journal.write(tx, actor=busy, kind="noted", at=clock.now(), key=case.key, case_id=case.id)

    found = looking.unusual(tx, since=since, units=None)

    assert [(one.sign, one.staff_name, one.looks) for one in found] == [(Sign.MANY, "Kim Ledig", 1)]
    assert looking.unusual(tx, since=since, units=[case.unit]) == found
    assert looking.unusual(tx, since=since, units=["no_such"]) == []
    assert looking.unusual(tx, since=clock.now() + dt.timedelta(seconds=1), units=None) == []
