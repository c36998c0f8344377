"""Which cases are over, what keeps them, and what is left of those that went. Never commits."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from eservices.attachments.model import State
from eservices.attachments.tables import attachments
from eservices.calendars import day_of
from eservices.cases.model import OF_THE_MATTER, Direction
from eservices.cases.tables import (
    appeals,
    case_phases,
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
from eservices.deliveries import deliveries
from eservices.journal import journal_entries
from eservices.outbox import outbox
from eservices.records.model import Dates, Disposal, Kept, Stub
from eservices.records.tables import disposals, disposed_cases, retention_holds
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.submissions.model import DraftState
from eservices.submissions.tables import drafts
from eservices.values import new_id

#: Cases looked at together.
_PORTION = 200


def versions_of_cases(tx: Transaction) -> Sequence[str]:
    """The definitions that cases follow which are still here."""
    query = select(cases.c.version).where(cases.c.disposed_at.is_(None)).distinct().order_by(cases.c.version)
    return list(tx.execute(query).scalars())


def over(tx: Transaction, version: str, before: dt.datetime) -> Iterator[tuple[Any, Dates]]:
    """The cases of this version that came to their end before then, the longest ago first, with their days."""
    left = func.max(case_phases.c.ended_at)
    moved = select(left).where(case_phases.c.case_id == cases.c.id).scalar_subquery()
    ended = func.coalesce(cases.c.closed_at, moved).label("ended_at")
    valid = select(func.max(decisions.c.valid_until)).where(decisions.c.case_id == cases.c.id).scalar_subquery()
    query = (
        select(
            cases.c.id,
            cases.c.number,
            cases.c.service,
            cases.c.received_on,
            cases.c.decided_at,
            ended,
            valid.label("valid_until"),
        )
        .where(cases.c.version == version, cases.c.disposed_at.is_(None), cases.c.open.is_(False), ended < before)
        .order_by(ended, cases.c.id)
    )
    for row in tx.execute(query):
        decided = None if row.decided_at is None else day_of(row.decided_at)
        yield row, Dates(row.received_on, decided, day_of(row.ended_at), row.valid_until)


def kept(tx: Transaction, ids: Sequence[str], now: dt.datetime) -> Mapping[str, tuple[Kept, ...]]:
    """What keeps each of these cases; those that nothing keeps are not in it."""
    found: dict[str, list[Kept]] = {}
    for start in range(0, len(ids), _PORTION):
        some = ids[start : start + _PORTION]
        for why, case_id, holds in _unfinished(now):
            query = select(case_id).where(case_id.in_(some), holds).distinct()
            for one in tx.execute(query).scalars():
                found.setdefault(one, []).append(why)
    return {case_id: tuple(sorted(set(whys), key=list(Kept).index)) for case_id, whys in found.items()}


def _unfinished(now: dt.datetime) -> Iterator[tuple[Kept, Any, ColumnElement[bool]]]:
    """Everything that is not finished, delivered and acknowledged: why, the column of the case, the condition."""
    yield Kept.OPEN, cases.c.id, cases.c.open
    yield Kept.SIGNATURE, signatures.c.case_id, signatures.c.state == "asked"
    yield Kept.ENQUIRY, enquiries.c.case_id, enquiries.c.state == "open"
    yield Kept.PROPOSAL, proposals.c.case_id, proposals.c.settled_at.is_(None)
    yield Kept.APPEAL, appeals.c.case_id, appeals.c.settled_at.is_(None)
    runs = and_(clocks.c.met_at.is_(None), or_(clocks.c.due_at > now, clocks.c.next_act_at.is_not(None)))
    yield Kept.CLOCK, clocks.c.case_id, runs
    yield Kept.CLOCK, decisions.c.case_id, decisions.c.valid_until >= day_of(now)
    on_its_way = and_(deliveries.c.reached_at.is_(None), deliveries.c.cancelled_at.is_(None))
    yield Kept.DELIVERY, deliveries.c.case_id, on_its_way
    # What a machine gave up on and a person then brought is done: its delivery says so.
    brought = select(deliveries.c.id).where(
        deliveries.c.id == outbox.c.delivery_id,
        or_(deliveries.c.reached_at.is_not(None), deliveries.c.cancelled_at.is_not(None)),
        outbox.c.needs_person_at.is_not(None),
    )
    yield Kept.OUTBOX, outbox.c.case_id, and_(outbox.c.acknowledged_at.is_(None), ~brought.exists())
    yield Kept.TRANSFER, transfers.c.case_id, transfers.c.settled_at.is_(None)
    yield Kept.TASK, contact_items.c.case_id, and_(contact_items.c.quiet.is_(False), contact_items.c.state != "done")
    yield Kept.DRAFT, drafts.c.case_id, drafts.c.state == DraftState.OPEN.value
    seen = select(journal_entries.c.id).where(
        journal_entries.c.case_id == messages.c.case_id,
        journal_entries.c.staff_id.is_not(None),
        journal_entries.c.at > messages.c.sent_at,
    )
    yield Kept.MESSAGE, messages.c.case_id, and_(messages.c.direction == Direction.IN.value, ~seen.exists())
    waiting = attachments.c.state.in_([State.CONVERTING.value, State.QUARANTINED.value])
    yield Kept.FILE, attachments.c.case_id, waiting
    yield Kept.CALL, calls.c.case_id, calls.c.ended_at.is_(None)
    yield Kept.HOLD, retention_holds.c.case_id, retention_holds.c.released_at.is_(None)


def last_outcome(tx: Transaction, ids: Sequence[str]) -> Mapping[str, str]:
    """How the last decision in the matter of each of these cases came out."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), _PORTION):
        query = (
            select(decisions.c.case_id, decisions.c.outcome)
            .where(decisions.c.case_id.in_(ids[start : start + _PORTION]), decisions.c.kind.in_(OF_THE_MATTER))
            .order_by(decisions.c.revision)
        )
        found.update({row.case_id: row.outcome for row in tx.execute(query)})
    return found


def begin(tx: Transaction, decision: str, now: dt.datetime) -> str:
    """The disposal under this decision that broke off, gone on with; else a new one."""
    row = tx.execute(
        select(disposals.c.id).where(disposals.c.decision == decision, disposals.c.ended_at.is_(None))
    ).first()
    if row is not None:
        return str(row.id)
    disposal_id = new_id()
    tx.execute(insert(disposals).values(id=disposal_id, decision=decision, begun_at=now))
    return disposal_id


def put_back(tx: Transaction, stub: Stub) -> None:
    """See to it that a disposal which another database knows stands in this one too."""
    there = tx.execute(select(disposals.c.id).where(disposals.c.id == stub.disposal_id)).first()
    if there is None:
        tx.execute(insert(disposals).values(id=stub.disposal_id, decision=stub.decision, begun_at=stub.disposed_at))


def end(tx: Transaction, disposal_id: str, now: dt.datetime) -> int:
    """All that was due has gone. Gives how many cases."""
    query = select(func.count()).where(disposed_cases.c.disposal_id == disposal_id)
    gone: int = tx.execute(query).scalar_one()
    tx.execute(update(disposals).where(disposals.c.id == disposal_id).values(ended_at=now, cases=gone))
    return gone


def stubs(tx: Transaction, *, number: str | None = None) -> list[Stub]:
    """What is left of the cases that were disposed of, the oldest disposal first; with `number` of that one."""
    query = (
        select(
            disposed_cases,
            disposals.c.decision,
            cases.c.number,
            cases.c.service,
            cases.c.unit,
            cases.c.received_on,
            cases.c.decided_at,
            cases.c.closed_at,
        )
        .join(disposals, disposals.c.id == disposed_cases.c.disposal_id)
        .join(cases, cases.c.id == disposed_cases.c.case_id)
        .order_by(disposed_cases.c.at, cases.c.number)
    )
    if number is not None:
        query = query.where(cases.c.number == number)
    return [
        Stub(
            case_id=row.case_id,
            number=row.number,
            service=row.service,
            unit=row.unit,
            received_on=row.received_on,
            decided_on=None if row.decided_at is None else day_of(row.decided_at),
            closed_on=None if row.closed_at is None else day_of(row.closed_at),
            outcome=row.outcome,
            plan=row.plan,
            due_on=row.due_on,
            decision=row.decision,
            disposed_at=row.at,
            disposal_id=row.disposal_id,
            keys=tuple(row.keys),
        )
        for row in tx.execute(query)
    ]


def carried_out(tx: Transaction) -> list[Disposal]:
    """Every disposal so far with what went of each service, the newest first. It names no case."""
    counted = (
        select(disposed_cases.c.disposal_id, cases.c.service, disposed_cases.c.plan, func.count().label("many"))
        .join(cases, cases.c.id == disposed_cases.c.case_id)
        .group_by(disposed_cases.c.disposal_id, cases.c.service, disposed_cases.c.plan)
        .order_by(cases.c.service, disposed_cases.c.plan)
    )
    services: dict[str, dict[tuple[str, str], int]] = {}
    for row in tx.execute(counted):
        services.setdefault(row.disposal_id, {})[row.service, row.plan] = row.many
    query = select(disposals).order_by(disposals.c.begun_at.desc(), disposals.c.id)
    return [
        Disposal(row.id, row.decision, row.begun_at, row.ended_at, services.get(row.id, {}))
        for row in tx.execute(query)
    ]


def still_here(tx: Transaction, ids: Collection[str]) -> list[str]:
    """Which of these cases have not been disposed of in this database."""
    wanted, here = sorted(ids), []
    for start in range(0, len(wanted), _PORTION):
        some = wanted[start : start + _PORTION]
        query = select(cases.c.id).where(cases.c.id.in_(some), cases.c.disposed_at.is_(None))
        here += list(tx.execute(query).scalars())
    return here


def keys_of_staff_days(tx: Transaction, before: dt.datetime) -> list[str]:
    """The keys of what staff did before then that concerned no case: searches, with the names searched for."""
    query = (
        select(journal_entries.c.key_id)
        .join(data_keys, data_keys.c.id == journal_entries.c.key_id)
        .where(journal_entries.c.case_id.is_(None), journal_entries.c.at < before, data_keys.c.wrapped.is_not(None))
        .distinct()
    )
    return sorted(tx.execute(query).scalars())


def hold(tx: Transaction, case_id: str, now: dt.datetime) -> bool:
    """Let nothing dispose of this case until it is released. False when it is held already."""
    running = select(retention_holds.c.id).where(
        retention_holds.c.case_id == case_id, retention_holds.c.released_at.is_(None)
    )
    if tx.execute(running).first() is not None:
        return False
    tx.execute(insert(retention_holds).values(id=new_id(), case_id=case_id, from_at=now))
    return True


def release(tx: Transaction, case_id: str, now: dt.datetime) -> bool:
    """The case may go when its time comes. False when nobody held it."""
    released = tx.execute(
        update(retention_holds)
        .where(retention_holds.c.case_id == case_id, retention_holds.c.released_at.is_(None))
        .values(released_at=now)
    )
    return bool(released.rowcount)
