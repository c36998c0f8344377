"""A day of 400 submissions on the web that need nobody makes no task for anybody at the contact centre."""

import datetime as dt
from random import Random

from eservices.calendars import FixedClock
from eservices.cases import queue as case_queue
from eservices.contact_centre import queue
from eservices.intake.submit import submit
from eservices.storage.database import Database
from eservices.submissions.model import HandedIn
from tests.build.drafts import a_complete_draft

SEED, SUBMISSIONS = 20261124, 400


def test_four_hundred_web_submissions_make_no_task(database: Database, clock: FixedClock):
    random = Random(SEED)

    for number in range(SUBMISSIONS):
        changes = {"email": f"person{number}@example.se", "name": random.choice(["Maj Ek", "Bo Öberg", "Олена Лис"])}
        with database.transaction() as tx:
            draft = a_complete_draft(tx, clock, changes=dict(changes))
            submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)
        clock.move(dt.timedelta(seconds=random.randint(20, 110)))

    with database.read() as tx:
        assert queue.count_work(tx, now=clock.now()) == 0
        assert queue.work(tx, now=clock.now()).rows == ()
        assert len(queue.incoming(tx, limit=SUBMISSIONS + 1).rows) == SUBMISSIONS, "all of it can be seen and found"
    assert case_queue.COUNTED > SUBMISSIONS
