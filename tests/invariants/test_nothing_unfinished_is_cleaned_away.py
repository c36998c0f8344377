"""No timer removes what is sent, what waits to be brought, or what an agent has taken down for somebody."""

import datetime as dt

from eservices.calendars import FixedClock
from eservices.cases import acts, store
from eservices.contact_centre import queue
from eservices.storage.database import Database
from eservices.submissions import drafts
from eservices.submissions import store as submissions
from eservices.values import Channel
from tests.build.drafts import a_complete_draft, a_draft, a_member_of_staff, a_submission, acting


def test_ten_years_of_cleaning_take_only_what_nobody_finished_on_their_own(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        agent = a_member_of_staff(tx, clock)
        forgotten = a_complete_draft(tx, clock)
        taken_down = a_draft(tx, clock, channel=Channel.PHONE, assisted_by=agent.id)
        submission = a_submission(tx, clock, changes={"contact": "phone"})
        acts.message(tx, submission.case_id, actor=acting(agent), now=clock.now(), subject="Hej", body="Ring oss.")

    for _ in range(120):
        clock.move(dt.timedelta(days=31))
        with database.transaction() as tx:
            drafts.expire(tx, clock.now())

    with database.read() as tx:
        assert drafts.by_id(tx, forgotten.id) is None
        assert drafts.by_id(tx, taken_down.id) == taken_down
        assert submissions.get(tx, submission.id) == submission
        case = store.by_id(tx, submission.case_id)
        assert case is not None
        assert store.messages_of(tx, case)[0].body == "Ring oss."
        assert len(queue.work(tx, now=clock.now()).rows) == 1
        assert [draft.id for draft in drafts.left_in_hand(tx, clock.now())] == [taken_down.id]
