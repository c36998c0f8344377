"""Contacts that are about no case have a disposal time of their own, and go with every number and word."""

import datetime as dt

from sqlalchemy import select

from eservices.calendars import FixedClock
from eservices.contact_centre import calls, items
from eservices.contact_centre.tables import calls as calls_table
from eservices.contact_centre.tables import contact_items
from eservices.storage.database import Database, Transaction
from eservices.storage.keys import data_keys
from eservices.values import Channel
from tests.build.drafts import a_draft, a_member_of_staff, a_submission
from tests.build.service import a_service


def test_a_contact_about_no_case_is_forgotten_after_its_time_and_no_other(
    database: Database, clock: FixedClock
) -> None:
    with database.transaction() as tx:
        agent = a_member_of_staff(tx, clock).id
        kept = _a_call(tx, clock, agent)
        calls.end(
            tx, calls.note_case(tx, kept, a_submission(tx, clock).case_id), resolution="answered", now=clock.now()
        )
        with_draft = calls.set_channel(tx, _a_call(tx, clock, agent), Channel.PHONE)
        calls.begin(tx, with_draft, a_service(), now=clock.now())
        calls.end(tx, with_draft, resolution="handed_over", now=clock.now())
        calls.end(tx, _a_call(tx, clock, agent), resolution="answered", now=clock.now(), about="Undrar om hundar")
        noted = calls.quick(
            tx, staff_id=agent, channel=Channel.PHONE, service=None, about="Hundar", resolution="answered",
            now=clock.now(), phone="070-1740605", due_at=clock.now(), queue_name="allman",
        )  # fmt: skip
        ring = tx.execute(select(contact_items.c.id).where(contact_items.c.kind == "callback")).scalar_one()
        still_to_ring = a_draft(tx, clock)
    clock.move(dt.timedelta(days=91))
    before = clock.now() - dt.timedelta(days=90)

    with database.transaction() as tx:
        assert items.forget_notes(tx, before, now=clock.now()) == 1, "what is still to be done stays, however old"
        items.finish(tx, ring, staff_id=agent, resolution="answered", now=clock.now())
        assert calls.forget(tx, before, now=clock.now()) == 1
        assert items.forget_notes(tx, before, now=clock.now()) == 0
    clock.move(dt.timedelta(days=91))
    with database.transaction() as tx:
        assert items.forget_notes(tx, clock.now() - dt.timedelta(days=90), now=clock.now()) == 1

    with database.read() as tx:
        assert set(tx.execute(select(calls_table.c.id)).scalars()) == {kept.id, with_draft.id}
        forgotten = tx.execute(select(contact_items.c.sealed).where(contact_items.c.id.in_([noted, ring]))).scalars()
        assert set(forgotten) == {None}
        destroyed = tx.execute(select(data_keys.c.id).where(data_keys.c.wrapped.is_(None))).scalars().all()
        assert len(destroyed) == 3
        assert still_to_ring.key.id not in destroyed


def _a_call(tx: Transaction, clock: FixedClock, agent: str) -> calls.Call:
    return calls.start(tx, staff_id=agent, now=clock.now(), channel=Channel.PHONE, caller="070-1740605")
