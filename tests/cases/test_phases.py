"""Where the time of a case went: one state after another, without a gap and without an overlap."""

import datetime as dt
from itertools import pairwise

from sqlalchemy import select

from eservices.calendars import FixedClock
from eservices.cases import acts, deciding
from eservices.cases.model import Outcome
from eservices.cases.tables import case_phases
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting

HOUR = dt.timedelta(hours=1)


def test_the_states_of_a_case_follow_each_other_without_a_gap(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    officer = acting(a_member_of_staff(tx, clock))
    start = clock.now()
    case = acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=start + HOUR)
    case = acts.change_status(
        tx, case.id, actor=officer, expected=case.row_version, now=start + 3 * HOUR, to="under_review"
    )
    case = deciding.decide(
        tx,
        case.id,
        actor=officer,
        expected=case.row_version,
        now=start + 7 * HOUR,
        outcome=Outcome.GRANTED,
        reasons="Det finns plats.",
        law="",
        subject="Beslut",
        letter=["Du får en plats."],
    )
    acts.close(tx, case.id, actor=officer, expected=case.row_version, now=start + 8 * HOUR, why="klart")

    rows = tx.execute(select(case_phases).order_by(case_phases.c.began_at)).all()

    assert [row.status for row in rows] == ["received", "registered", "under_review", "decided"]
    assert rows[0].began_at == case.opened_at
    assert all(one.ended_at == after.began_at for one, after in pairwise(rows))
    assert [(row.ended_at - row.began_at) / HOUR for row in rows[1:]] == [2, 4, 1]


def test_an_act_that_leaves_the_state_alone_ends_nothing(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    officer = acting(a_member_of_staff(tx, clock))
    case = acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())
    before = tx.execute(select(case_phases)).all()

    acts.release(tx, case.id, actor=officer, expected=case.row_version, now=clock.now() + HOUR)

    assert tx.execute(select(case_phases)).all() == before
