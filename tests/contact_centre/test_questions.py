"""A unit is asked once: its answer serves every later caller until the day its owner has given it, and lies sealed."""

import datetime as dt

from sqlalchemy import text

from eservices.calendars import FixedClock
from eservices.contact_centre import questions
from eservices.storage.database import Transaction
from tests.build.drafts import a_member_of_staff, acting


def test_an_answer_is_given_to_every_caller_until_its_day_and_then_waits_for_a_new_one(
    tx: Transaction, clock: FixedClock
):
    agent, officer = a_member_of_staff(tx, clock, "Kim"), a_member_of_staff(tx, clock, "Ina")
    today = clock.today()
    asked = questions.ask(
        tx,
        unit="hamn",
        service="klotterplank",
        question="När öppnar rampen?",
        actor=acting(agent),
        due_at=clock.now() + dt.timedelta(days=1),
        now=clock.now(),
    )
    assert [one.id for one in questions.waiting(tx, today, units=["hamn"])] == [asked]
    assert questions.waiting(tx, today, units=["bygg"]) == []

    until = today + dt.timedelta(days=30)
    questions.answer(tx, asked, "Den första april.", good_until=until, actor=acting(officer), now=clock.now())

    [known] = questions.known(tx, today, service="klotterplank")
    assert (known.answer, known.owner, known.good_until) == ("Den första april.", officer.name, until)
    assert questions.known(tx, today, service="annat") == []
    assert questions.waiting(tx, today) == []
    later = until + dt.timedelta(days=1)
    assert questions.known(tx, later) == []
    assert [one.answer for one in questions.waiting(tx, later)] == ["Den första april."], "its owner is asked again"
    assert "rampen" not in str(tx.execute(text("SELECT * FROM unit_questions")).all())
