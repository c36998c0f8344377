"""Case handling, contact centre and resident see one record: after every act all three say the same."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, following, queue, store
from eservices.cases.model import NotAllowed, Outcome, Status
from eservices.cases.receipt import receipt_of
from eservices.contact_centre import case_view
from eservices.contact_centre import queue as contact_queue
from eservices.identity.people import Actor
from eservices.storage.database import Database, Transaction
from tests.build.drafts import a_member_of_staff, a_submission, acting
from tests.build.service import a_service

ACTS = ("claim", "release", "move", "message", "answer", "decide", "close", "reopen", "withdraw")


@given(data=st.data())
def test_after_any_acts_all_views_agree(sqlite_database: Database, clock: FixedClock, data: st.DataObject):
    service = a_service()
    with sqlite_database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, clock))
        receipt = receipt_of(tx, a_submission(tx, clock, service).id)

        for name in data.draw(st.lists(st.sampled_from(ACTS), max_size=8)):
            clock.move(dt.timedelta(hours=5))
            _act(tx, name, receipt.case_id, officer=officer, clock=clock, data=data)
            _all_agree(tx, receipt.number, receipt.code)


def _act(tx: Transaction, name: str, case_id: str, *, officer: Actor, clock: FixedClock, data: st.DataObject) -> None:
    case = store.lock(tx, case_id)
    known = {"actor": officer, "expected": case.row_version, "now": clock.now()}
    try:
        match name:
            case "claim":
                acts.claim(tx, case_id, **known)
            case "release":
                acts.release(tx, case_id, **known)
            case "move":
                acts.change_status(tx, case_id, **known, to=data.draw(st.sampled_from(list(Status))).value)
            case "message":
                acts.message(tx, case_id, **known, subject="Hej", body="Hej.")
            case "answer":
                acts.receive_message(tx, case_id, actor=Actor.resident(), now=clock.now(), body="Svar.")
            case "decide":
                deciding.decide(tx, case_id, **known, outcome=Outcome.GRANTED, reasons="-", law="-")
            case "close":
                acts.close(tx, case_id, **known)
            case "reopen":
                acts.reopen(tx, case_id, **known, why="-")
            case "withdraw":
                acts.withdraw(tx, case_id, actor=Actor.resident(), now=clock.now())
    except NotAllowed:
        assert store.by_id(tx, case_id) == case


def _all_agree(tx: Transaction, number: str, code: str) -> None:
    case_file = store.whole(tx, number)
    resident = following.follow(tx, number, code)
    assert case_file is not None
    assert resident is not None
    agent = case_view.see(case_file, a_service())
    (officers_row,) = queue.find(tx, number)
    (agents_row,) = contact_queue.find(tx, number)
    assert (
        case_file.case.public_status
        == resident.public_status
        == agent.public_status
        == officers_row.public_status
        == agents_row.public_status
    )
    assert officers_row == agents_row
    assert case_file.messages == resident.messages == agent.messages
    assert case_file.decisions == resident.decisions == agent.decisions
