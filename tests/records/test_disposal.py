"""What a plan says is over goes by decision and for good, wherever it lay; what is not finished stays."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, update

from eservices import journal
from eservices.attachments.tables import attachments
from eservices.calendars import FixedClock
from eservices.cases import store
from eservices.cases.model import Case, Status, is_open
from eservices.cases.tables import (
    appeals,
    cases,
    clocks,
    decisions,
    enquiries,
    messages,
    proposals,
    signatures,
    transfers,
)
from eservices.contact_centre.tables import calls, contact_items
from eservices.definitions.library import Library
from eservices.definitions.model import Retention
from eservices.deliveries import deliveries
from eservices.identity.people import Actor
from eservices.identity.tables import staff
from eservices.outbox import outbox
from eservices.records import emptying, retention, telling
from eservices.records import store as records
from eservices.records.model import Dates, Due, Kept, goes_on
from eservices.records.tables import retention_holds
from eservices.settings import Settings
from eservices.storage.database import Database, IntegrityError, Transaction
from eservices.storage.sealing import Unreadable
from eservices.submissions.tables import drafts
from eservices.values import new_id
from tests.build.drafts import a_member_of_staff, acting
from tests.conftest import MORNING
from tests.records.cases import (
    CANARY,
    FOR_EVER,
    TWO_YEARS,
    a_finished_case,
    a_full_case,
    a_service_kept,
    everything,
)
from tests.storage.rows import a_row

THREE_YEARS = dt.timedelta(days=1100)

#: Where a case that has gone leaves something, and what: see `_what_is_left`.
LEFT = {"staff", "cases", "drafts", "journal_entries", "data_keys", "disposals", "disposed_cases"}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    settings.files_dir.mkdir(parents=True, exist_ok=True)
    return settings


def two_cases(database: Database, clock: FixedClock, settings: Settings) -> tuple[str, dict[str, Any], bytes]:
    """One case that stays, all there was before the other came, and the wrapped key of the other: number first."""
    with database.transaction() as tx:
        a_full_case(tx, clock, a_service_kept(FOR_EVER, service_id="bevaras"), settings.files_dir)
        a_finished_case(tx, clock, a_service_kept())  # its definition is known before the picture is taken
        tx.execute(update(cases).where(cases.c.service == "klotterplank").values(open=True))
    with database.read() as tx:
        before = everything(tx)
    with database.transaction() as tx:
        case = a_full_case(tx, clock, a_service_kept(), settings.files_dir)
    with database.read() as tx:
        (wrapped,) = [row["wrapped"] for row in everything(tx)["data_keys"] if row["id"] == case.key.id]
    return case.number, before, bytes(wrapped)


def left_over(database: Database, before: dict[str, Any], number: str) -> list[str]:
    """What can still be found of the case that went, beside what shall be left; in words."""
    with database.read() as tx:
        after = everything(tx)
    new = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
    found = [f"{table}: {row}" for table, rows in new.items() if table not in LEFT for row in rows]
    found += [
        f"{table}: a row of another case is gone"
        for table, rows in before.items()
        if any(row not in after[table] for row in rows)
    ]
    (line,) = new["cases"]
    lawful = {line["key_id"], *(row["key_id"] for row in new["journal_entries"] if row["case_id"] is None)}
    found += [
        f"data_keys: {row['id']} is not destroyed"
        for row in new["data_keys"]
        if row["wrapped"] is not None and row["id"] not in lawful
    ]
    empty = ("sealed", "token_digest", "code_digest", "case_id", "submission_id")
    found += [f"drafts: {row}" for row in new["drafts"] if any(row[name] is not None for name in empty)]
    return found if line["number"] == number else [*found, "another case went"]


def test_nothing_is_left_of_a_case_but_its_line_in_the_register(
    database: Database, clock: FixedClock, settings: Settings, library: Library
) -> None:
    number, before, wrapped = two_cases(database, clock, settings)
    files = {path for path in settings.files_dir.rglob("*") if path.is_file()}
    assert raw_holds(database, wrapped) != []
    clock.move(THREE_YEARS)

    ran = retention.run(database, library, settings, decision="KS 2029/12 § 4", now=clock.now())

    assert ran.gone == 1
    assert left_over(database, before, number) == []
    assert len(files - {path for path in settings.files_dir.rglob("*") if path.is_file()}) == 1
    assert raw_holds(database, wrapped) == []
    assert raw_holds(database, CANARY.encode()) == []
    with database.read() as tx:
        (stub,) = records.stubs(tx)
        assert (stub.number, stub.service, stub.outcome) == (number, "klotterplank", "refused")
        assert (stub.decision, stub.plan) == ("KS 2029/12 § 4", "Dokumenthanteringsplan 4.7")
        assert store.by_number(tx, number) is None, "no page and no act reaches it"


@pytest.mark.parametrize("forgotten", ["messages", "contact_items", "case_keys", "key", "draft"])
def test_a_place_that_was_forgotten_is_found(
    sqlite_database: Database, clock: FixedClock, settings: Settings, library: Library, forgotten: str
) -> None:
    number, before, _ = two_cases(sqlite_database, clock, settings)
    delete, blank = emptying._delete, emptying._blank_drafts
    broken: dict[str, tuple[str, Any]] = {
        "key": ("destroy_key", lambda *_: None),
        "draft": ("_blank_drafts", lambda tx, ids, now: (blank(tx, ids, now), _seal_again(tx, ids))),
    }
    name, instead = broken.get(
        forgotten, ("_delete", lambda tx, table, rows: table.name == forgotten or delete(tx, table, rows))
    )
    clock.move(THREE_YEARS)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(emptying, name, instead)
        try:
            retention.run(sqlite_database, library, settings, decision="KS 2029/12", now=clock.now())
        except (IntegrityError, emptying.StillNeeded):
            return  # the database, or the last look at the keys, has found it already

    assert left_over(sqlite_database, before, number) != []


def _seal_again(tx: Transaction, ids: set[str]) -> None:
    tx.execute(update(drafts).where(drafts.c.id.in_(ids)).values(sealed=b"as it was"))


LAST = dt.date(2028, 11, 24)


@pytest.mark.parametrize(
    ("plan", "dates", "first"),
    [
        (TWO_YEARS, Dates(dt.date(2026, 1, 1), None, dt.date(2026, 11, 24)), dt.date(2028, 11, 25)),
        (replace(TWO_YEARS, after="received"), Dates(dt.date(2020, 1, 1), None, dt.date(2026, 1, 1)),
         dt.date(2026, 1, 2)),
        (replace(TWO_YEARS, after="decided"), Dates(dt.date(2026, 1, 1), dt.date(2026, 2, 28), dt.date(2026, 3, 1)),
         dt.date(2028, 2, 29)),
        (replace(TWO_YEARS, after="decided"), Dates(dt.date(2026, 1, 1), None, dt.date(2026, 3, 1)),
         dt.date(2028, 3, 2)),
        (replace(TWO_YEARS, after="expired"),
         Dates(dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 2, 2), dt.date(2031, 2, 1)),
         dt.date(2033, 2, 2)),
        (replace(TWO_YEARS, after="closed"),
         Dates(dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 2, 2), dt.date(2031, 2, 1)),
         dt.date(2031, 2, 2)),
        (FOR_EVER, Dates(dt.date(1990, 1, 1), None, dt.date(1990, 1, 1)), None),
        (replace(TWO_YEARS, then="archive"), Dates(dt.date(1990, 1, 1), None, dt.date(1990, 1, 1)), None),
        (replace(TWO_YEARS, then=""), Dates(dt.date(1990, 1, 1), None, dt.date(1990, 1, 1)), None),
        (replace(TWO_YEARS, keep=None), Dates(dt.date(1990, 1, 1), None, dt.date(1990, 1, 1)), None),
    ],
)  # fmt: skip
def test_a_case_goes_when_its_plan_says_so_and_never_before_it_is_over(
    plan: Retention, dates: Dates, first: dt.date | None
) -> None:
    assert goes_on(plan, dates) == first


def _rows(table: Table, **given: Any) -> Callable[[Transaction, Case], None]:
    def write(tx: Transaction, case: Case) -> None:
        fitting = {"party_id": store.parties_of(tx, case)[0].id} if "party_id" in table.c else {}
        a_row(tx, table, **{"case_id": case.id, **fitting, **given})

    return write


def _changed(table: Table, **given: Any) -> Callable[[Transaction, Case], None]:
    def change(tx: Transaction, case: Case) -> None:
        tx.execute(update(table).where(table.c.case_id == case.id).values(**given))

    return change


def _a_decision(tx: Transaction, case: Case, **more: Any) -> str:
    person = a_row(tx, staff, username=new_id())
    return a_row(tx, decisions, case_id=case.id, decided_by=person, appeal_route="none", **more)


def _an_appeal(tx: Transaction, case: Case) -> None:
    a_row(tx, appeals, case_id=case.id, decision_id=_a_decision(tx, case), state="received", settled_at=None)


FAR = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)

#: Everything that may be unfinished in a case, by why it keeps it.
UNFINISHED: dict[Kept, Callable[[Transaction, Case], None]] = {
    Kept.SIGNATURE: _rows(signatures, state="asked"),
    Kept.ENQUIRY: _rows(enquiries, kind="supplement", state="open"),
    Kept.PROPOSAL: _rows(proposals),
    Kept.APPEAL: _an_appeal,
    Kept.CLOCK: _rows(clocks, kind="validity", due_at=FAR),
    Kept.DELIVERY: _changed(deliveries, reached_at=None),
    Kept.OUTBOX: _changed(outbox, acknowledged_at=None),
    Kept.TRANSFER: _rows(transfers),
    Kept.TASK: _rows(contact_items, kind="callback", state="open", quiet=False),
    Kept.FILE: lambda tx, case: _rows(attachments, key_id=case.key.id, state="quarantined")(tx, case),
    Kept.CALL: lambda tx, case: _rows(calls, key_id=case.key.id, agent_id=a_row(tx, staff, username=new_id()))(
        tx, case
    ),
    Kept.DRAFT: lambda tx, case: _rows(drafts, key_id=case.key.id, version=case.version)(tx, case),
    Kept.MESSAGE: _rows(messages, direction="in", kind="message", sent_at=MORNING + dt.timedelta(minutes=1)),
    Kept.HOLD: _rows(retention_holds),
}


@given(
    status=st.just(Status.CLOSED) | st.sampled_from(list(Status)),
    unfinished=st.sets(st.sampled_from(list(UNFINISHED)), max_size=3),
    wait=st.integers(0, 1500),
)
def test_nothing_that_is_not_finished_delivered_and_acknowledged_ever_goes(
    database: Database, library: Library, status: Status, unfinished: set[Kept], wait: int
) -> None:
    """The clock is turned over every state a case can stand in, and over all that can be left undone in it."""
    clock = FixedClock(MORNING)
    with suppress(_Undo), database.transaction() as tx:
        case = a_finished_case(tx, clock, a_service_kept())
        tx.execute(update(cases).where(cases.c.id == case.id).values(status=status.value, open=is_open(status)))
        for why in sorted(unfinished):
            UNFINISHED[why](tx, case)
        clock.move(dt.timedelta(days=wait))
        is_due = clock.today() > LAST
        finished = not unfinished and not is_open(status)

        due = [one for one in retention.report(tx, library, clock.now(), unverified=True) if one.case_id == case.id]

        assert bool(due) == (is_due and not is_open(status))
        if due:
            assert set(due[0].kept_by) == unfinished
        told = Due(case.id, case.number, case.service, LAST, LAST, "plan", None, "closed")
        gone = retention._dispose(tx, told, disposal_id=records.begin(tx, "KS 1", clock.now()), now=clock.now())
        assert (gone is not None) == finished, "whatever the report said, it is looked at once more"
        raise _Undo


class _Undo(Exception):
    """Nothing of this example stays."""


def test_a_hold_keeps_a_case_until_it_is_released(
    database: Database, clock: FixedClock, settings: Settings, library: Library
) -> None:
    with database.transaction() as tx:
        number = a_finished_case(tx, clock, a_service_kept()).number
        assert retention.hold(tx, number, because="Begärd ut", actor=Actor.system(), now=clock.now())
        assert not retention.hold(tx, number, because="Igen", actor=Actor.system(), now=clock.now())
    clock.move(THREE_YEARS)

    ran = retention.run(database, library, settings, decision="KS 1", now=clock.now())
    assert (ran.gone, ran.kept) == (0, 1)
    with database.transaction() as tx:
        assert retention.release(tx, number, actor=Actor.system(), now=clock.now())
    assert retention.run(database, library, settings, decision="KS 2", now=clock.now()).gone == 1


def test_what_is_kept_for_good_by_either_plan_never_goes(
    database: Database, clock: FixedClock, settings: Settings, library: Library
) -> None:
    with database.transaction() as tx:
        a_finished_case(tx, clock, a_service_kept(FOR_EVER))
        a_finished_case(tx, clock, a_service_kept(TWO_YEARS, service_id="avlopp"))  # served today: for ever
    clock.move(dt.timedelta(days=40_000))

    assert retention.run(database, library, settings, decision="KS 1", now=clock.now()).gone == 0


def test_a_plan_that_nobody_has_verified_disposes_of_nothing_outside_a_demonstration(
    sqlite_database: Database, clock: FixedClock, settings: Settings, library: Library
) -> None:
    with sqlite_database.transaction() as tx:
        a_finished_case(tx, clock, replace(a_service_kept(), samples=("retention",)))
    clock.move(THREE_YEARS)

    real = replace(settings, demo=False)
    assert retention.run(sqlite_database, library, real, decision="KS 1", now=clock.now()).gone == 0
    assert retention.run(sqlite_database, library, settings, decision="KS 1", now=clock.now()).gone == 1


def test_what_staff_searched_for_long_ago_can_no_longer_be_read_and_the_journal_is_still_whole(
    database: Database, clock: FixedClock, settings: Settings, library: Library
) -> None:
    with database.transaction() as tx:
        officer = acting(a_member_of_staff(tx, clock))
        journal.write_look(tx, actor=officer, at=clock.now(), what="search", content={"words": CANARY})
    first = clock.today()
    clock.move(dt.timedelta(days=5 * 366))
    with database.transaction() as tx:
        journal.write_look(tx, actor=officer, at=clock.now(), what="search", content={"words": CANARY})

    assert retention.run(database, library, settings, decision="KS 1", now=clock.now()).staff_days == 1

    with database.read() as tx:
        with pytest.raises(Unreadable):
            journal.of_staff(tx, officer.staff_id or "", first)
        assert [one.content["words"] for one in journal.of_staff(tx, officer.staff_id or "", clock.today())] == [CANARY]
        assert journal.verify_everything(tx).broken == ()


def test_nothing_goes_without_a_decision(
    sqlite_database: Database, clock: FixedClock, settings: Settings, library: Library
) -> None:
    with pytest.raises(retention.NoDecision):
        retention.run(sqlite_database, library, settings, decision="  ", now=clock.now())


def test_what_was_disposed_of_can_be_told_to_everybody(
    database: Database, clock: FixedClock, settings: Settings, library: Library
) -> None:
    with database.transaction() as tx:
        numbers = [a_finished_case(tx, clock, a_service_kept()).number for _ in range(2)]
    clock.move(THREE_YEARS)
    retention.run(database, library, settings, decision="KS 2029/12", now=clock.now())

    with database.read() as tx:
        done = records.carried_out(tx)
    told = [*telling.published(done, {}, "sv"), *telling.published(done, {}, "sv", as_csv=True)]

    assert told == [
        "2029-11-28: KS 2029/12. klotterplank: 2 ärenden gallrade enligt Dokumenthanteringsplan 4.7.",
        "Beslut,Dag,E-tjänst,Plan,Antal ärenden",
        "KS 2029/12,2029-11-28,klotterplank,Dokumenthanteringsplan 4.7,2",
    ]
    assert not any(number in line for number in numbers for line in told)


def raw_holds(database: Database, wanted: bytes) -> list[str]:
    """The files of the database, as they lie on the disk, in which these bytes can be read."""
    if database.engine.dialect.name == "sqlite":
        main = Path(str(database.url.database))
        files = [path for path in main.parent.iterdir() if path.name.startswith(main.name)]
    else:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("CHECKPOINT")
            folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar_one()))
        files = [path for path in (folder / "base").rglob("*") if path.is_file()]
    return [path.name for path in files if wanted in path.read_bytes()]
