"""A call in hand: nothing of anyone before we know how we know them, and no draft left behind unseen."""

import datetime as dt

import pytest

from eservices.calendars import FixedClock
from eservices.contact_centre import calls, queue
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.values import Channel, IdentityBasis
from tests.build.drafts import a_case, a_complete_draft, a_member_of_staff, acting
from tests.build.service import a_service


def test_a_number_alone_shows_nothing_of_anyone(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock)
    case = a_case(tx, clock)
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, caller="0304601000", now=clock.now())

    assert calls.known_number(tx, call)
    with pytest.raises(calls.NotIdentified):
        calls.cases_of_caller(tx, call)
    anonymous = calls.identify(tx, call, IdentityBasis.ANONYMOUS)
    with pytest.raises(calls.NotIdentified):
        calls.cases_of_caller(tx, anonymous)
    known = calls.identify(tx, call, IdentityBasis.KNOWN_BY_CALLBACK)

    assert [row.number for row in calls.cases_of_caller(tx, known)] == [case.number]


def test_the_callers_number_lies_encrypted(tx: Transaction, clock: FixedClock):
    from sqlalchemy import text

    agent = a_member_of_staff(tx, clock)
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, caller="0304601000", now=clock.now())

    stored = str(tx.execute(text("SELECT * FROM calls")).all())

    assert "304601000" not in stored
    assert calls.get(tx, call.id, agent.id) == call


def test_the_channel_is_asked_and_never_chosen_beforehand(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock)
    call = calls.start(tx, staff_id=agent.id, now=clock.now())

    with pytest.raises(calls.NoChannel):
        calls.begin(tx, call, a_service(), now=clock.now())
    call = calls.set_channel(tx, call, Channel.COUNTER)
    draft = calls.begin(tx, call, a_service(), now=clock.now())

    assert (draft.channel, draft.assisted_by) == (Channel.COUNTER, agent.id)
    again = calls.open_call(tx, agent.id)
    assert again is not None
    assert again.draft_id == draft.id


def test_an_agent_opens_the_residents_draft_by_code_and_gives_it_back(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock)
    token = drafts.token(tx.keys, "secret", "klotterplank")
    own = a_complete_draft(tx, clock, token=token)
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, now=clock.now())

    opened = calls.open_draft(tx, call, own.code, actor=acting(agent, Channel.PHONE), now=clock.now())
    assert opened is not None
    call = calls.get(tx, call.id, agent.id) or call
    given = calls.hand_back(tx, call, now=clock.now())

    assert opened.answers == own.answers
    assert given is not None
    assert given.code != own.code
    still_mine = drafts.by_token(tx, token)
    assert still_mine is not None
    assert (still_mine.id, still_mine.code, still_mine.assisted_by) == (own.id, given.code, None)
    wrong = calls.open_draft(tx, call, own.code, actor=acting(agent), now=clock.now())
    assert wrong is None


def test_a_call_is_its_agents_own_and_ends_with_what_came_of_it(tx: Transaction, clock: FixedClock):
    ina, bo = a_member_of_staff(tx, clock, "Ina"), a_member_of_staff(tx, clock, "Bo")
    call = calls.start(tx, staff_id=ina.id, channel=Channel.PHONE, now=clock.now())

    assert calls.get(tx, call.id, bo.id) is None
    with pytest.raises(ValueError, match="nonsense"):
        calls.end(tx, call, resolution="nonsense", now=clock.now())
    ended = calls.end(tx, call, resolution="answered", now=clock.now())

    assert calls.open_call(tx, ina.id) is None
    assert calls.end(tx, ended, resolution="cancelled", now=clock.now()).resolution == "answered"
    with pytest.raises(calls.Ended):
        calls.identify(tx, call, IdentityBasis.SHOWN_ID)
    with pytest.raises(calls.Ended):
        calls.hand_back(tx, ended, now=clock.now())


def test_a_draft_left_in_an_agents_hand_becomes_a_task_once(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock)
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, now=clock.now())
    draft = calls.begin(tx, call, a_service(), now=clock.now())
    clock.move(dt.timedelta(hours=8))
    before, due_at = clock.now() - dt.timedelta(hours=2), clock.now() + dt.timedelta(hours=1)

    made = calls.tasks_of_left_drafts(tx, before=before, due_at=due_at, now=clock.now())
    again = calls.tasks_of_left_drafts(tx, before=before, due_at=due_at, now=clock.now())

    (row,) = queue.work(tx, now=clock.now()).rows
    assert (made, again) == (1, 0)
    assert (row.need, row.agent_id) == ("finish_draft", agent.id)
    clock.move(dt.timedelta(days=1))
    assert calls.tasks_of_left_drafts(tx, before=clock.now(), due_at=due_at, now=clock.now()) == 0
    calls.hand_back(tx, calls.get(tx, call.id, agent.id) or call, now=clock.now())
    assert queue.work(tx, now=clock.now()).rows == ()
    assert drafts.by_id(tx, draft.id) is not None


def test_what_is_answered_at_once_is_counted_and_nobodys_task(tx: Transaction, clock: FixedClock):
    from eservices.contact_centre import items

    agent = a_member_of_staff(tx, clock)
    item_id = calls.quick(
        tx,
        staff_id=agent.id,
        channel=Channel.PHONE,
        service="klotterplank",
        about="När öppnar ni?",
        resolution="answered",
        now=clock.now(),
    )

    item = items.get(tx, item_id)
    assert item is not None
    assert (item.resolution, item.quiet, item.content["about"]) == ("answered", True, "När öppnar ni?")
    assert queue.work(tx, now=clock.now()).rows == ()


def test_a_promise_to_call_back_is_a_task_with_a_time(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock)
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, caller="0304601000", now=clock.now())

    due_at = clock.now() + dt.timedelta(hours=2)
    calls.call_back(tx, call, about="Fråga om avgift", phone="0304601000", due_at=due_at, now=clock.now())

    (row,) = queue.work(tx, now=clock.now()).rows
    assert (row.need, row.due_at) == ("call_back", due_at)


def test_everything_done_in_a_call_stands_in_the_agents_journal_of_the_day(tx: Transaction, clock: FixedClock):
    from eservices import journal

    agent = a_member_of_staff(tx, clock)
    call = calls.start(tx, staff_id=agent.id, channel=Channel.PHONE, caller="0304601000", now=clock.now())
    calls.begin(tx, call, a_service(), now=clock.now())
    call = calls.get(tx, call.id, agent.id) or call
    calls.hand_back(tx, call, now=clock.now())
    calls.end(tx, call, resolution="handed_over", now=clock.now())

    entries = journal.of_staff(tx, agent.id, clock.today())

    assert [entry.kind for entry in entries] == ["call_begun", "draft_begun", "draft_handed_back", "call_ended"]
    assert entries[-1].content["resolution"] == "handed_over"
    assert "0304601000" not in str(entries)
