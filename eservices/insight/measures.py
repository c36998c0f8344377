"""What the figures are made of: for each case its channel, when it began, and when each thing had happened.

Reads only, and nothing that is sealed: no name, no answer, no text.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from eservices.cases.model import OF_THE_MATTER, Status
from eservices.cases.tables import case_phases, cases, decisions
from eservices.contact_centre.tables import telephone_days
from eservices.deliveries import deliveries
from eservices.insight.periods import Period
from eservices.insight.waiting import Wait
from eservices.storage.database import Transaction
from eservices.submissions.tables import drafts, submissions
from eservices.values import Channel

_DAY = 86_400.0


class Measure(StrEnum):
    """What is waited for. Each is counted from when the resident first tried, where that is known."""

    RECEIPT = "receipt"  #: the receipt has got through; on the web it stands on the page
    FIRST_CONTACT = "first_contact"  #: the first sign of life; a receipt that got through counts
    SETTLED = "settled"  #: decided, or closed where nothing is decided
    INFORMED = "informed"  #: the resident has been told what was decided


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """One case, without anything that tells whose. Times in days."""

    service: str
    channel: Channel
    received_at: dt.datetime
    waits: Mapping[Measure, Wait]
    outcome: str | None
    supplements: int
    phases: Mapping[str, float]  #: public status -> days it stood there until it was settled


@dataclass(frozen=True, slots=True)
class Filling:
    """One try to fill in a service: how far it came, and how long it took."""

    service: str
    channel: Channel
    sent: bool
    seen: tuple[str, ...]  #: steps shown, in order
    passed: frozenset[str]
    minutes: float


@dataclass(frozen=True, slots=True)
class Telephone:
    """What the exchange says of the calls of a period."""

    offered: int
    answered: int
    abandoned: int
    waited_seconds: int

    @property
    def mean_wait(self) -> float | None:
        """Seconds until somebody answered."""
        return self.waited_seconds / self.answered if self.answered else None


#: Longer than this on one page, and the person was doing something else.
_LONGEST_ON_A_PAGE = 30 * 60


def times(
    tx: Transaction, period: Period, *, now: dt.datetime, units: Sequence[str] | None = None, service: str | None = None
) -> list[CaseTimes]:
    """Every case received in the period, in the units whose figures may be seen (None: all)."""
    chosen = _chosen(period, units, service)
    reached = _reached(tx, chosen)
    phases = _phases(tx, chosen)
    outcomes = _outcomes(tx, chosen)
    query = (
        select(
            cases.c.id,
            cases.c.service,
            cases.c.channel,
            cases.c.status,
            cases.c.public_status,
            cases.c.opened_at,
            cases.c.decided_at,
            cases.c.closed_at,
            submissions.c.received_at,
            submissions.c.first_tried_at,
            submissions.c.recorded_at,
        )
        .join(submissions, submissions.c.case_id == cases.c.id)
        .where(submissions.c.kind == "initial", *chosen)
    )
    return [
        _case_times(row, reached.get(row.id, _NOTHING), phases.get(row.id, ()), outcomes.get(row.id), now)
        for row in tx.execute(query)
    ]


def fillings(
    tx: Transaction, period: Period, *, service: str | None = None, services: Sequence[str] | None = None
) -> list[Filling]:
    """Every try begun in the period that is over: sent, taken back or run out. Practice is not counted.

    Nor is a paper: how long somebody sat with it at home nobody knows, and the agent who keys it in is quick.
    """
    query = select(drafts.c.service, drafts.c.channel, drafts.c.state, drafts.c.steps).where(
        drafts.c.started_at >= period.began_at,
        drafts.c.started_at < period.ended_at,
        drafts.c.state != "open",
        drafts.c.kind == "initial",
        drafts.c.practice.is_(False),
        drafts.c.channel != Channel.PAPER.value,
    )
    if service is not None:
        query = query.where(drafts.c.service == service)
    if services is not None:
        query = query.where(drafts.c.service.in_(services))
    return [_filling(row) for row in tx.execute(query)]


def telephone(tx: Transaction, period: Period, *, queue: str | None = None) -> Telephone | None:
    """The telephone's figures of the period, where any have been brought in."""
    columns = telephone_days.c
    query = select(
        func.count(),
        func.sum(columns.offered),
        func.sum(columns.answered),
        func.sum(columns.abandoned),
        func.sum(columns.waited_seconds),
    ).where(columns.day >= period.first_day, columns.day <= period.last_day)
    if queue is not None:
        query = query.where(columns.queue == queue)
    row: Any = tx.execute(query).one()
    return Telephone(*(int(value) for value in row[1:])) if row[0] else None


@dataclass(frozen=True, slots=True)
class _Reached:
    """When news of one kind first got through to anybody in a case, and how often such news was made."""

    first: dt.datetime | None
    made: int


_NOTHING: Mapping[str, _Reached] = {}
_Phase = tuple[str, str, dt.datetime, dt.datetime]


def _chosen(period: Period, units: Sequence[str] | None, service: str | None) -> list[ColumnElement[bool]]:
    conditions = [cases.c.received_at >= period.began_at, cases.c.received_at < period.ended_at]
    if service is not None:
        conditions.append(cases.c.service == service)
    if units is not None:
        conditions.append(cases.c.unit.in_(units))
    return conditions


def _reached(tx: Transaction, chosen: Sequence[ColumnElement[bool]]) -> Mapping[str, Mapping[str, _Reached]]:
    query = (
        select(deliveries.c.case_id, deliveries.c.kind, func.min(deliveries.c.reached_at), func.count())
        .join(cases, cases.c.id == deliveries.c.case_id)
        .where(*chosen)
        .group_by(deliveries.c.case_id, deliveries.c.kind)
    )
    found: dict[str, dict[str, _Reached]] = defaultdict(dict)
    rows: Any = tx.execute(query)
    for case_id, kind, first, made in rows:
        found[case_id][kind] = _Reached(first, made)
    return found


def _phases(tx: Transaction, chosen: Sequence[ColumnElement[bool]]) -> Mapping[str, Sequence[_Phase]]:
    columns = case_phases.c
    query = (
        select(columns.case_id, columns.status, columns.public_status, columns.began_at, columns.ended_at)
        .join(cases, cases.c.id == columns.case_id)
        .where(*chosen)
        .order_by(columns.case_id, columns.ended_at)
    )
    found: dict[str, list[_Phase]] = defaultdict(list)
    for row in tx.execute(query):
        found[row.case_id].append((row.status, row.public_status, row.began_at, row.ended_at))
    return found


def _outcomes(tx: Transaction, chosen: Sequence[ColumnElement[bool]]) -> Mapping[str, str]:
    """The outcome of the newest decision in the matter."""
    query = (
        select(decisions.c.case_id, decisions.c.outcome)
        .join(cases, cases.c.id == decisions.c.case_id)
        .where(*chosen, decisions.c.kind.in_(OF_THE_MATTER))
        .order_by(decisions.c.revision)
    )
    return {row.case_id: row.outcome for row in tx.execute(query)}


def _case_times(
    row: Any, reached: Mapping[str, _Reached], phases: Sequence[_Phase], outcome: str | None, now: dt.datetime
) -> CaseTimes:
    start = min(row.first_tried_at, row.received_at)
    taken_back = _taken_back_at(row, phases)
    lost = taken_back or now  # from here on nothing more is seen of it
    settled = None if taken_back else row.decided_at or row.closed_at
    receipt = reached.get("receipt")
    shown = row.recorded_at if row.channel == Channel.WEB or receipt is None else receipt.first
    contacts = [shown, *(one.first for one in reached.values())]
    told = reached.get("decision")
    moments = {
        Measure.RECEIPT: shown,
        Measure.FIRST_CONTACT: min((moment for moment in contacts if moment is not None), default=None),
        Measure.SETTLED: settled,
        Measure.INFORMED: told.first if told else None,
    }
    orders = reached.get("supplement_order")
    return CaseTimes(
        service=row.service,
        channel=Channel(row.channel),
        received_at=row.received_at,
        waits={
            measure: Wait(_days(start, moment), True) if moment else Wait(_days(start, lost), False)
            for measure, moment in moments.items()
            if measure is not Measure.INFORMED or told is not None or settled is None
        },
        outcome=outcome,
        supplements=orders.made if orders else 0,
        phases=_until_settled(row, phases, settled or lost),
    )


def _taken_back_at(row: Any, phases: Sequence[_Phase]) -> dt.datetime | None:
    """When the resident took it back, if they did: such a case is neither slow nor quick."""
    for status, _, began_at, _ in phases:
        if status == Status.WITHDRAWN:
            return began_at
    if row.status != Status.WITHDRAWN:
        return None
    return phases[-1][3] if phases else row.opened_at


def _until_settled(row: Any, phases: Sequence[_Phase], end: dt.datetime) -> Mapping[str, float]:
    """Days in each public state up to `end`, the state it stands in now included."""
    stood: dict[str, float] = defaultdict(float)
    at = row.opened_at
    for _, public_status, began_at, ended_at in phases:
        stood[public_status] += _days(min(began_at, end), min(ended_at, end))
        at = ended_at
    if at < end:
        stood[row.public_status] += _days(at, end)
    return dict(stood)


def _filling(row: Any) -> Filling:
    steps = sorted(
        ((step, shown, passed) for step, (shown, passed) in row.steps.items() if shown is not None),
        key=lambda one: one[1],
    )
    seconds = sum(min(max(passed - shown, 0), _LONGEST_ON_A_PAGE) for _, shown, passed in steps if passed is not None)
    return Filling(
        service=row.service,
        channel=Channel(row.channel),
        sent=row.state == "handed_in",
        seen=tuple(step for step, _, _ in steps),
        passed=frozenset(step for step, _, passed in steps if passed is not None),
        minutes=seconds / 60,
    )


def _days(start: dt.datetime, end: dt.datetime) -> float:
    return max((end - start).total_seconds(), 0.0) / _DAY
