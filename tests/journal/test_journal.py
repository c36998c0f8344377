"""The journal only grows, is in order, says who and why to those who may read it, and shows when it was touched."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from eservices import journal
from eservices.identity.people import Actor, ActorKind
from eservices.identity.tables import staff
from eservices.journal import Note, journal_entries
from eservices.storage.database import Database, Transaction
from eservices.storage.keys import destroy_key, open_key
from eservices.storage.sealing import DataKey, Unreadable
from eservices.values import Channel
from tests.storage.rows import NOW, a_case, a_row

_RESIDENT = Actor.resident()


def test_entries_come_back_in_their_order_with_who_when_how_and_why(tx: Transaction) -> None:
    case_id, key = a_case(tx)
    anna = _anna(tx)

    journal.write_many(
        tx,
        [
            Note(actor=_RESIDENT, kind="submitted", at=NOW, shared=True),
            Note(actor=Actor.system(), kind="routed", at=NOW, content={"unit": "hamn"}),
        ],
        case_id=case_id,
        key=key,
        first=True,
    )
    journal.write(tx, actor=anna, kind="claimed", at=NOW, case_id=case_id, key=key, why="Mitt område")

    submitted, routed, claimed = journal.of_case(tx, case_id, key)
    assert [entry.position for entry in (submitted, routed, claimed)] == [1, 2, 3]
    assert (submitted.actor_kind, submitted.channel, submitted.at) == (ActorKind.RESIDENT, Channel.WEB, NOW)
    assert routed.content == {"unit": "hamn"}
    assert (claimed.staff_name, claimed.why, claimed.channel) == ("Anna Ek", "Mitt område", Channel.PHONE)
    assert journal.of_case(tx, case_id, key, shared_only=True) == [submitted]
    assert journal.verify_case(tx, case_id).whole


def test_what_is_personal_in_an_entry_cannot_be_read_without_the_key(database: Database) -> None:
    with database.transaction() as tx:
        case_id, key = a_case(tx)
        journal.write(
            tx,
            actor=_RESIDENT,
            kind="written",
            at=NOW,
            case_id=case_id,
            key=key,
            why="Åsa ringde",
            content={"to": "Åsa"},
        )

    with database.transaction() as tx:
        assert "Åsa" not in str(tx.execute(select(journal_entries)).one())
        assert "Åsa".encode() not in bytes(tx.execute(select(journal_entries.c.sealed)).scalar_one())
        destroy_key(tx, key.id, NOW)

    with database.read() as tx:
        with pytest.raises(Unreadable):
            open_key(tx, key.id)
        assert journal.verify_case(tx, case_id).whole  # the chain outlives the key


def test_an_entry_of_a_case_needs_the_case_s_key(tx: Transaction) -> None:
    case_id, _ = a_case(tx)

    with pytest.raises(ValueError, match="key"):
        journal.write(tx, actor=_RESIDENT, kind="written", at=NOW, case_id=case_id)


def test_what_concerns_no_case_lies_in_a_chain_for_each_account_and_day(tx: Transaction) -> None:
    anna = _anna(tx)
    assert anna.staff_id is not None
    before_midnight = dt.datetime(2026, 11, 24, 22, 59, tzinfo=dt.UTC)

    journal.write_look(tx, actor=anna, at=NOW, what="search", content={"query": "Öberg"})
    journal.write_look(tx, actor=anna, at=before_midnight, what="queue")
    journal.write_look(tx, actor=anna, at=before_midnight + dt.timedelta(minutes=2), what="export")
    journal.write(tx, actor=Actor.system(), kind="swept", at=NOW)

    first, second = journal.of_staff(tx, anna.staff_id, NOW.date())
    assert first.content == {"what": "search", "query": "Öberg"}
    assert second.content == {"what": "queue"}
    assert [entry.content for entry in journal.of_staff(tx, anna.staff_id, dt.date(2026, 11, 25))] == [
        {"what": "export"}
    ]
    assert journal.of_staff(tx, anna.staff_id, dt.date(2026, 11, 26)) == []
    chains = {row.chain for row in tx.execute(select(journal_entries))}
    assert f"staff:{anna.staff_id}:2026-11-25" in chains
    assert "system:2026-11-24" in chains
    assert all(journal.verify(tx, chain).whole for chain in chains)


def test_a_look_is_kept_and_its_reason_is_asked_once_in_a_while(tx: Transaction) -> None:
    case_id, key = a_case(tx)
    anna, bo = _anna(tx), _someone(tx, "bo")
    assert anna.staff_id is not None
    assert bo.staff_id is not None

    journal.write_look(tx, actor=anna, at=NOW, what="case", key=key, case_id=case_id)
    journal.write_look(tx, actor=anna, at=NOW, what="case", why="Samtal från sökanden", key=key, case_id=case_id)

    before = NOW - dt.timedelta(seconds=1)
    reasons = journal.reasoned_looks(tx, case_id, key, staff_id=anna.staff_id, after=before)
    assert [look.why for look in reasons] == ["Samtal från sökanden"]
    assert journal.reasoned_looks(tx, case_id, key, staff_id=anna.staff_id, after=NOW) == []
    assert journal.reasoned_looks(tx, case_id, key, staff_id=bo.staff_id, after=before) == []
    assert [entry.why for entry in journal.who_looked(tx, case_id, key)] == ["", "Samtal från sökanden"]


def test_many_writers_at_once_make_one_whole_chain(database: Database) -> None:
    with database.transaction() as tx:
        case_id, key = a_case(tx)
        anna = _anna(tx)

    def write(number: int) -> None:
        with database.transaction() as tx:
            own = open_key(tx, key.id)
            if number % 3:
                journal.write_look(tx, actor=anna, at=NOW, what="case", key=own, case_id=case_id)
            else:
                journal.write_look(tx, actor=anna, at=NOW, what="search")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(60)))

    with database.read() as tx:
        assert journal.verify_case(tx, case_id) == journal.Verdict(40)
        assert journal.verify(tx, f"staff:{anna.staff_id}:2026-11-24") == journal.Verdict(20)


@pytest.mark.parametrize(
    "touched",
    [
        {"kind": "viewed"},
        {"at": NOW + dt.timedelta(seconds=1)},
        {"shared": True},
        {"channel": "counter"},
        {"sealed": b"something else"},
        {"actor_kind": "staff"},
        {"position": 9},
        {"previous": "1" * 64},
        {"digest": "1" * 64},
        None,
    ],
)
def test_whoever_goes_past_the_triggers_is_seen(sqlite_database: Database, touched: dict[str, Any] | None) -> None:
    with sqlite_database.transaction() as tx:
        case_id, key = a_case(tx)
        _write(tx, case_id, key, 5)

    with sqlite_database.transaction() as tx:
        tx.execute(text("DROP TRIGGER journal_entries_no_update"))
        tx.execute(text("DROP TRIGGER journal_entries_no_delete"))
        third = journal_entries.c.position == 3
        tx.execute(
            journal_entries.delete().where(third)
            if touched is None
            else update(journal_entries).where(third).values(touched)
        )

        verdict = journal.verify_case(tx, case_id)
        everything = journal.verify_everything(tx)

    assert not verdict.whole
    assert verdict.broken_at == 3
    assert everything.broken == (f"The chain case:{case_id} does not hold at entry 3.",)


def test_an_entry_put_in_between_is_seen(tx: Transaction) -> None:
    case_id, key = a_case(tx)
    _write(tx, case_id, key, 2)
    row = dict(tx.execute(select(journal_entries).where(journal_entries.c.position == 2)).one()._mapping)

    tx.execute(insert(journal_entries).values(row | {"id": "f" * 32, "position": 3}))

    assert journal.verify_case(tx, case_id).broken_at == 3


def test_the_digest_of_a_day_shows_what_was_taken_from_the_end_or_written_afterwards(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as tx:
        case_id, key = a_case(tx)
        _write(tx, case_id, key, 5)
        made = journal.digest_of_day(tx, NOW.date(), NOW)
        assert journal.digest_of_day(tx, NOW.date(), NOW) == made
        assert journal.verify_day(tx, NOW.date())

    with sqlite_database.transaction() as tx:
        tx.execute(text("DROP TRIGGER journal_entries_no_delete"))
        tx.execute(journal_entries.delete().where(journal_entries.c.position == 5))
        assert journal.verify_case(tx, case_id).whole  # the chain alone cannot know
        assert not journal.verify_day(tx, NOW.date())


def test_each_day_s_digest_rests_on_the_day_before(tx: Transaction) -> None:
    case_id, key = a_case(tx)
    days = [NOW.date() + dt.timedelta(days=ahead) for ahead in range(3)]
    assert journal.days_without_digest(tx, days[2]) == []
    journal.write(tx, actor=_RESIDENT, kind="written", at=NOW, case_id=case_id, key=key)

    assert journal.days_without_digest(tx, days[2]) == days[:2]
    first = journal.digest_of_day(tx, days[0], NOW)
    assert journal.days_without_digest(tx, days[2]) == days[1:2]
    empty = journal.digest_of_day(tx, days[1], NOW)

    assert (first.heads, empty.heads) == (1, 0)
    assert first.digest != empty.digest
    assert not journal.verify_day(tx, days[2])


@given(
    batches=st.lists(st.lists(st.tuples(st.text(max_size=8), st.booleans()), min_size=1, max_size=4), max_size=5),
)
def test_however_entries_are_written_they_are_read_back_as_one_whole_chain(
    sqlite_database: Database, batches: list[list[tuple[str, bool]]]
) -> None:
    with sqlite_database.transaction() as tx:
        case_id, key = a_case(tx)
        for batch in batches:
            notes = [Note(actor=_RESIDENT, kind="written", at=NOW, why=why, shared=shared) for why, shared in batch]
            journal.write_many(tx, notes, case_id=case_id, key=key, first=batch is batches[0])

        written = [entry for batch in batches for entry in batch]
        assert [(entry.why, entry.shared) for entry in journal.of_case(tx, case_id, key)] == written
        assert journal.verify_case(tx, case_id) == journal.Verdict(len(written))


def _write(tx: Transaction, case_id: str, key: DataKey, times: int) -> None:
    for _ in range(times):
        journal.write(tx, actor=_RESIDENT, kind="written", at=NOW, case_id=case_id, key=key)


def _anna(tx: Transaction) -> Actor:
    return _someone(tx, "anna", name="Anna Ek")


def _someone(tx: Transaction, username: str, name: str = "Någon") -> Actor:
    staff_id = a_row(tx, staff, username=username, name=name)
    return Actor(ActorKind.STAFF, Channel.PHONE, staff_id, name)
