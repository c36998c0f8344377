"""Disposal (gallring): what is due by plan, what keeps it, and its going, by decision and for good.

Two steps: `report` says what would go and why; `run` does it under a decision that somebody has made, and leaves for
each case what a register needs. The plan is the one that the person was told when they handed in, and the one that is
served today: a case goes when both let it. What is kept for good by either is never touched.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert

from eservices import attachments, journal
from eservices.calendars import day_of, plain_last_day, start_of_day
from eservices.cases import store as cases_store
from eservices.definitions.library import Library
from eservices.definitions.model import Retention, Service
from eservices.identity.people import Actor
from eservices.records import emptying, store
from eservices.records.model import Due, Kept, Stub, goes_on, is_preserved
from eservices.records.tables import disposed_cases
from eservices.settings import Settings
from eservices.storage.database import Database, Transaction
from eservices.storage.keys import data_keys, destroy_key
from eservices.submissions import pinned


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did."""

    disposal_id: str
    gone: int
    kept: int
    staff_days: int  #: days of what staff searched for that can no longer be read


class NoDecision(Exception):
    """Nothing is disposed of without the decision that says so."""


def report(tx: Transaction, library: Library, now: dt.datetime, *, unverified: bool = False) -> list[Due]:
    """Every case whose time is over by plan, the longest due first, and what keeps those that cannot go.

    `unverified`: plans that are marked as samples count too, as in a demonstration. Reads only.
    """
    found: list[Due] = []
    for version in store.versions_of_cases(tx):
        told = pinned.service(tx, version)
        plans = _plans(told, library)
        if any(is_preserved(plan) for plan in plans):
            continue
        sample = not unverified and _is_sample(told, library)
        found += _due_of(tx, version, plans, now, sample=sample)
    return sorted(found, key=lambda due: (due.due_on, due.number))


def run(database: Database, library: Library, settings: Settings, *, decision: str, now: dt.datetime) -> Ran:
    """Dispose of everything that is due and that nothing keeps, one case a transaction. Raises `NoDecision`.

    What staff searched for longer ago than the settings say becomes unreadable too. Run again under the same decision
    it goes on where it broke off. Afterwards neither the database nor its files hold anything of what went; the list of
    it (`records.disposal_list`) is for the day an older backup is restored.
    """
    reference = " ".join(decision.split())
    if not reference:
        raise NoDecision
    with database.read() as tx:
        due = report(tx, library, now, unverified=settings.demo)
    with database.transaction() as tx:
        disposal_id = store.begin(tx, reference, now)
    gone = 0
    for one in due:
        if one.kept_by:
            continue
        with database.transaction() as tx:
            emptied = _dispose(tx, one, disposal_id=disposal_id, now=now)
        if emptied is not None:
            erase(settings, emptied)
            gone += 1
    with database.transaction() as tx:
        days = store.keys_of_staff_days(tx, _long_ago(now, settings.staff_journal_years))
        for key_id in days:
            destroy_key(tx, key_id, now)
        store.end(tx, disposal_id, now)
        journal.write(
            tx, actor=Actor.system(), kind="disposal_ran", at=now, content={"decision": reference, "cases": gone}
        )
    forget_in_storage(database)
    return Ran(disposal_id, gone, len(due) - gone, len(days))


def dispose_again(tx: Transaction, stub: Stub, now: dt.datetime) -> emptying.Emptied | None:
    """Dispose of a case that was disposed of before, and has come back with an old backup.

    Nothing keeps it now: what was lawful then is done. None when it is not here, or went already.
    """
    if not store.still_here(tx, [stub.case_id]):
        return None
    store.put_back(tx, stub)
    return _empty(tx, stub.case_id, stub.disposal_id, plan=stub.plan, due_on=stub.due_on, outcome=stub.outcome, now=now)


def hold(tx: Transaction, number: str, *, because: str, actor: Actor, now: dt.datetime) -> bool:
    """Nothing disposes of this case until it is released; why stands in its journal. False when it is held already."""
    case = cases_store.by_number(tx, number)
    if case is None:
        raise cases_store.UnknownCase(number)
    if not store.hold(tx, case.id, now):
        return False
    journal.write(tx, actor=actor, kind="held", at=now, key=case.key, case_id=case.id, why=because)
    return True


def release(tx: Transaction, number: str, *, actor: Actor, now: dt.datetime) -> bool:
    """The case may go when its time comes. False when nobody held it."""
    case = cases_store.by_number(tx, number)
    if case is None:
        raise cases_store.UnknownCase(number)
    if not store.release(tx, case.id, now):
        return False
    journal.write(tx, actor=actor, kind="released", at=now, key=case.key, case_id=case.id)
    return True


def erase(settings: Settings, emptied: emptying.Emptied) -> None:
    """What lies outside the database goes after the commit that says so. A file that is left over is swept by night."""
    for stored_as in emptied.files:
        attachments.erase(settings.files_dir, stored_as)
    for folder in (settings.mail_dir, settings.sms_dir):
        if folder is not None:
            for sent in emptied.sent:
                for path in folder.glob(f"{sent}.*"):
                    path.unlink(missing_ok=True)


def forget_in_storage(database: Database) -> None:
    """Let the engine's own leavings go: SQLite's log, PostgreSQL's dead rows. The destroyed keys lay there too.

    PostgreSQL writes the table of keys anew for this, which keeps everybody waiting for a moment. Its log is left: it
    goes as it is archived, with the backups.
    """
    pooled = database.engine.raw_connection()
    try:
        raw: Any = pooled.dbapi_connection
        if database.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        raw.execute("SET statement_timeout = 0")
        try:
            with raw.patient():
                raw.execute("VACUUM")
                raw.execute(f"VACUUM FULL {data_keys.name}")
        finally:
            raw.execute("RESET statement_timeout")
    finally:
        pooled.close()


def _long_ago(now: dt.datetime, years: int) -> dt.datetime:
    """The beginning of the day so many years ago: a day goes as a whole."""
    return start_of_day(plain_last_day(day_of(now), -years, "years"))


def _plans(told: Service, library: Library) -> tuple[Retention, ...]:
    """The plan that the person was told, and the one that is served today."""
    served = library.service(told.id)
    return (told.legal.retention,) if served is None else (told.legal.retention, served.legal.retention)


def _is_sample(told: Service, library: Library) -> bool:
    """Whether nobody has verified the plan. Who serves it today may have done so since."""
    return "retention" in (library.service(told.id) or told).samples


def _due_of(tx: Transaction, version: str, plans: Sequence[Retention], now: dt.datetime, *, sample: bool) -> list[Due]:
    due: list[Due] = []
    for row, dates in store.over(tx, version, now):
        first, plan = max(((goes_on(plan, dates) or dt.date.max, plan) for plan in plans), key=lambda one: one[0])
        if first <= day_of(now):
            due.append(Due(row.id, row.number, row.service, dates.closed, first, plan.source, plan.keep, plan.after))
    ids = [one.case_id for one in due]
    kept, outcomes = store.kept(tx, ids, now), store.last_outcome(tx, ids)
    unverified = (Kept.PLAN,) if sample else ()
    return [
        replace(one, outcome=outcomes.get(one.case_id), kept_by=(*kept.get(one.case_id, ()), *unverified))
        for one in due
    ]


def _dispose(tx: Transaction, due: Due, *, disposal_id: str, now: dt.datetime) -> emptying.Emptied | None:
    """Look once more, now that nobody else can change it, and let it go. None when something keeps it after all."""
    try:
        cases_store.lock(tx, due.case_id)
    except cases_store.UnknownCase:
        return None
    if store.kept(tx, [due.case_id], now):
        return None
    return _empty(tx, due.case_id, disposal_id, plan=due.plan, due_on=due.due_on, outcome=due.outcome, now=now)


def _empty(
    tx: Transaction,
    case_id: str,
    disposal_id: str,
    *,
    plan: str,
    due_on: dt.date,
    outcome: str | None,
    now: dt.datetime,
) -> emptying.Emptied:
    case = cases_store.lock(tx, case_id)
    journal.write(tx, actor=Actor.system(), kind="disposed", at=now, key=case.key, case_id=case_id)
    emptied = emptying.empty(tx, case_id, now)
    tx.execute(
        insert(disposed_cases).values(
            case_id=case_id,
            disposal_id=disposal_id,
            plan=plan[:300],
            due_on=due_on,
            outcome=outcome,
            keys=emptied.keys,
            at=now,
        )
    )
    return emptied
