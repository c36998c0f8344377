"""What must leave the house leaves it: lent to one worker at a time, tried for a week, never dropped."""

import datetime as dt
import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from eservices import outbox
from eservices.storage.database import Database, Transaction
from eservices.storage.keys import destroy_key, make_key

NOON = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_what_is_put_is_lent_with_its_payload_and_is_done_after_the_receivers_yes(tx: Transaction) -> None:
    row_id = put(tx, {"to": "asa@exempel.se"})

    row = the_claimed(tx, NOON)
    assert (row.id, row.payload, row.body) == (row_id, {"to": "asa@exempel.se"}, None)

    assert outbox.acknowledge(tx, row, NOON, "250 OK")
    assert outbox.claim(tx, NOON + dt.timedelta(days=30), "another") == []
    assert [(attempt.outcome, attempt.detail) for attempt in outbox.attempts_of(tx, row_id)] == [("sent", "250 OK")]


def test_what_was_never_committed_never_leaves(database: Database) -> None:
    with pytest.raises(PowerCutError):
        put_and_break_off(database)

    with database.transaction() as tx:
        assert outbox.claim(tx, NOON, "worker") == []


def test_a_worker_that_dies_gives_its_row_back_by_the_clock_with_the_same_body(tx: Transaction) -> None:
    row_id = put(tx, {})
    dead = the_claimed(tx, NOON)
    outbox.freeze(tx, dead, b"as first written")

    assert outbox.claim(tx, NOON + MINUTE, "another") == []
    row = the_claimed(tx, NOON + outbox.LEASE)

    assert (row.id, row.body) == (row_id, b"as first written")
    assert [attempt.outcome for attempt in outbox.attempts_of(tx, row_id)] == ["begun", "begun"]


def test_the_first_body_holds_whatever_is_rendered_later(tx: Transaction) -> None:
    put(tx, {})
    row = the_claimed(tx, NOON)

    assert outbox.freeze(tx, row, b"first") == b"first"
    assert outbox.freeze(tx, row, b"second") == b"first"


def test_a_worker_frozen_past_its_lease_can_only_bring_good_news(tx: Transaction) -> None:
    row_id = put(tx, {})
    frozen = the_claimed(tx, NOON)
    awake = the_claimed(tx, NOON + outbox.LEASE)

    assert not outbox.refuse(tx, frozen, NOON + outbox.LEASE, "550 no")
    assert outbox.fail(tx, frozen, NOON + outbox.LEASE, "timed out") is not None
    assert outbox.standing(tx, NOON + outbox.LEASE).needs_person == 0
    assert outbox.acknowledge(tx, frozen, NOON + outbox.LEASE)

    assert not outbox.acknowledge(tx, awake, NOON + outbox.LEASE)
    assert [sending.acknowledged_at is None for sending in outbox_of(tx, row_id)] == [False]


def test_a_row_is_held_until_its_lease_is_over_somebody_else_has_it_or_it_is_done(tx: Transaction) -> None:
    put(tx, {})
    mine = the_claimed(tx, NOON)
    assert outbox.is_held(tx, mine, NOON)
    assert not outbox.is_held(tx, mine, NOON + outbox.LEASE)

    later = NOON + outbox.LEASE
    theirs = the_claimed(tx, later)
    assert not outbox.is_held(tx, mine, later)
    assert outbox.is_held(tx, theirs, later)

    outbox.acknowledge(tx, mine, later)
    assert not outbox.is_held(tx, theirs, later)


def test_tries_are_often_and_flat_the_first_day_then_hourly_for_a_week() -> None:
    tries = [NOON]
    while (again := outbox.next_try(len(tries), first_at=NOON, now=tries[-1])) is not None:
        tries.append(again)

    pauses = [(later - earlier) / MINUTE for earlier, later in pairwise(tries)]
    first_day = [pause for at, pause in zip(tries, pauses, strict=False) if at - NOON < dt.timedelta(days=1)]
    assert 0.8 < pauses[0] < 1.2
    assert all(4 < pause < 6 for pause in first_day[1:])
    assert all(50 < pause < 70 for pause in pauses[len(first_day) :])
    assert dt.timedelta(days=7) <= tries[-1] - NOON < dt.timedelta(days=7, hours=2)


def test_after_a_week_of_trying_a_row_needs_a_person_and_every_attempt_is_kept(tx: Transaction) -> None:
    row_id = put(tx, {})
    for later in (dt.timedelta(0), dt.timedelta(hours=1), dt.timedelta(days=6, hours=23)):
        again = outbox.fail(tx, the_claimed(tx, NOON + later), NOON + later, "451 try later")
        assert again is not None
        assert outbox.claim(tx, again.due_at - dt.timedelta(seconds=1), "early bird") == []

    over = NOON + dt.timedelta(days=7, hours=1)
    assert outbox.fail(tx, the_claimed(tx, over), over, "451 try later") is None

    assert outbox.standing(tx, over).needs_person == 1
    assert [attempt.outcome for attempt in outbox.attempts_of(tx, row_id)] == ["failed"] * 4
    assert outbox.claim(tx, over + dt.timedelta(days=365), "worker") == []


def test_a_week_in_which_nobody_tried_does_not_count(tx: Transaction) -> None:
    put(tx, {})
    late = NOON + dt.timedelta(days=30)

    assert outbox.fail(tx, the_claimed(tx, late), late, "connection refused") is not None


@given(attempts=st.integers(1, 3000), age=st.timedeltas(dt.timedelta(0), dt.timedelta(days=6, hours=23)))
def test_no_pause_is_longer_than_seventy_minutes(attempts: int, age: dt.timedelta) -> None:
    due_at = outbox.next_try(attempts, first_at=NOON, now=NOON + age)

    assert due_at is not None
    assert 50 <= (due_at - NOON - age).total_seconds() <= 70 * 60


def test_what_was_refused_for_good_needs_a_person_at_once_and_can_be_tried_again_by_staff(tx: Transaction) -> None:
    row_id = put(tx, {})
    assert outbox.refuse(tx, the_claimed(tx, NOON), NOON, "550 unknown user")

    assert outbox.claim(tx, NOON + dt.timedelta(days=1), "worker") == []
    assert outbox.standing(tx, NOON).needs_person == 1

    assert outbox.try_again(tx, row_id, NOON + MINUTE)
    row = the_claimed(tx, NOON + MINUTE)
    outbox.acknowledge(tx, row, NOON + MINUTE)
    assert not outbox.try_again(tx, row_id, NOON + MINUTE)


def test_try_now_does_not_take_a_row_from_the_worker_that_holds_it(tx: Transaction) -> None:
    row_id = put(tx, {})
    the_claimed(tx, NOON)

    assert outbox.try_again(tx, row_id, NOON)
    assert outbox.claim(tx, NOON, "another") == []


def test_a_row_that_takes_its_workers_down_again_and_again_is_told_apart(tx: Transaction) -> None:
    put(tx, {})
    now = NOON
    for _ in range(outbox.CUT_OFF):
        assert not the_claimed(tx, now).cut_off
        now += outbox.LEASE

    assert the_claimed(tx, now).cut_off


def test_a_row_whose_key_is_gone_does_not_stop_the_others(tx: Transaction) -> None:
    lost = make_key(tx, NOON)
    outbox.put(tx, kind="receipt", target=outbox.EMAIL, payload={}, key=lost, at=NOON)
    destroy_key(tx, lost.id, NOON)
    row_id = put(tx, {})

    assert [row.id for row in outbox.claim(tx, NOON, "worker", limit=5)] == [row_id]
    assert outbox.standing(tx, NOON).needs_person == 1


def test_each_way_out_is_served_by_its_own(tx: Transaction) -> None:
    put(tx, {}, target=outbox.DOCUMENT)
    put(tx, {}, target=outbox.EMAIL)

    assert [row.target for row in outbox.claim(tx, NOON, "post", 5, outbox.Ways(("email",)))] == ["email"]
    assert [row.target for row in outbox.claim(tx, NOON, "rest", 5, outbox.Ways(("email",), others=True))] == [
        "document"
    ]
    assert not outbox.is_due(tx, NOON)


def test_a_clock_that_jumps_back_delays_nothing_new(tx: Transaction) -> None:
    put(tx, {})

    assert outbox.is_due(tx, NOON - dt.timedelta(hours=3))


def test_a_clock_that_jumps_back_holds_up_nothing_that_was_lent_or_tried(tx: Transaction) -> None:
    for _ in range(2):
        put(tx, {})
    the_lent, the_failed = outbox.claim(tx, NOON, "worker", 2)
    outbox.fail(tx, the_failed, NOON, "451 later")

    found = outbox.claim(tx, NOON - dt.timedelta(hours=3), "worker", 2)

    assert {row.id for row in found} == {the_lent.id, the_failed.id}


def test_several_workers_share_the_rows_and_none_is_lent_twice(database: Database) -> None:
    with database.transaction() as tx:
        rows = {put(tx, {}) for _ in range(30)}
    lent: list[str] = []
    gate = threading.Barrier(4)

    def work(name: str) -> None:
        gate.wait()
        while True:
            with database.transaction() as tx:
                claimed = outbox.claim(tx, NOON, name, limit=2)
            if not claimed:
                return
            lent.extend(row.id for row in claimed)

    workers = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(lent) == sorted(rows)


def test_the_receivers_words_are_kept_without_addresses_and_numbers(tx: Transaction) -> None:
    row_id = put(tx, {})
    words = "550 5.1.1 <asa.oberg@exempel.se>:\r\n 19850709-9805 unknown\x00"

    outbox.refuse(tx, the_claimed(tx, NOON), NOON, words)

    assert outbox.attempts_of(tx, row_id)[0].detail == "550 5.1.1 … … unknown"


def test_standing_tells_a_worker_that_stands_still(tx: Transaction) -> None:
    put(tx, {})

    assert outbox.standing(tx, NOON) == outbox.Standing(1, 0, 0)
    assert outbox.standing(tx, NOON + 11 * MINUTE) == outbox.Standing(1, 1, 0)


class PowerCutError(Exception):
    pass


def put_and_break_off(database: Database) -> None:
    with database.transaction() as tx:
        put(tx, {})
        raise PowerCutError


def put(tx: Transaction, payload: dict[str, str], target: str = outbox.EMAIL) -> str:
    return outbox.put(tx, kind="receipt", target=target, payload=payload, key=make_key(tx, NOON), at=NOON)  # type: ignore[arg-type]


def the_claimed(tx: Transaction, now: dt.datetime) -> outbox.Row:
    (row,) = outbox.claim(tx, now, "worker")
    return row


def outbox_of(tx: Transaction, row_id: str) -> list[outbox.Sending]:
    found = tx.execute(select(*outbox._SENDING).where(outbox.outbox.c.id == row_id)).all()
    return [outbox.Sending(*row) for row in found]
