"""The figures of a period put together: for the overview, for one service, and for machines.

Every number in here may be told: small ones are left out before they get this far, and no sum holds what is left out.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from eservices.definitions.model import Monitor, Service
from eservices.insight import equality, measures
from eservices.insight.equality import Comparison, Group, PhaseGap, Shares, Spread, StepUse, Verdict
from eservices.insight.measures import CaseTimes, Filling, Measure, Telephone
from eservices.insight.periods import Period
from eservices.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """One service in one period. Groups without a case are left out."""

    service: str
    volumes: Mapping[Group, int | None]
    comparisons: tuple[Comparison, ...]
    spreads: Mapping[tuple[Measure, Group], Spread]

    @property
    def alarms(self) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if one.verdict is Verdict.LONGER)

    def comparison(self, measure: Measure) -> Comparison | None:
        """All who did not use the web beside those who did; where they used one channel alone, that channel."""
        here = [one for one in self.comparisons if one.measure is measure]
        return next((one for one in here if one.group is Group.ASSISTED), here[0] if here else None)


@dataclass(frozen=True, slots=True)
class Overview:
    """Every service of a period, and all together where that can be said."""

    period: Period
    services: tuple[ServiceFigures, ...]
    pooled: tuple[Comparison, ...]
    telephone: Telephone | None

    @property
    def alarms(self) -> int:
        return sum(len(service.alarms) for service in self.services)


@dataclass(frozen=True, slots=True)
class Closely:
    """One service looked at closely."""

    period: Period
    figures: ServiceFigures
    late: Group | None  #: who waits longer: all but the web where that is so, else the first channel that does
    phases: tuple[PhaseGap, ...]  #: where their time goes, the widest gap first
    outcomes: Mapping[Group, Shares]
    completions: Mapping[Group, Shares]
    minutes: Mapping[Group, float | None]
    steps: Mapping[Group, tuple[StepUse, ...]]


def overview(
    tx: Transaction,
    period: Period,
    services: Mapping[str, Service],
    *,
    now: dt.datetime,
    units: Sequence[str] | None = None,
) -> Overview:
    """The figures of every service that had a case in the period."""
    by_service: dict[str, list[CaseTimes]] = {}
    for case in measures.times(tx, period, now=now, units=units):
        by_service.setdefault(case.service, []).append(case)
    figures = [
        _figures(service, cases, _monitor(services, service), period) for service, cases in sorted(by_service.items())
    ]
    grouped = [(equality.by_group(cases), _monitor(services, service)) for service, cases in by_service.items()]
    return Overview(period, tuple(figures), _pooled(grouped), measures.telephone(tx, period))


def closely(
    tx: Transaction,
    period: Period,
    service: Service,
    *,
    now: dt.datetime,
    units: Sequence[str] | None = None,
) -> Closely:
    """One service: where time goes, what came of it, where people stop."""
    cases = measures.times(tx, period, now=now, units=units, service=service.id)
    groups = equality.by_group(cases)
    fillings = equality.fillings_by_group(measures.fillings(tx, period, service=service.id))
    figures = _figures(service.id, cases, service.monitor, period)
    late = min((alarm.group for alarm in figures.alarms), key=list(Group).index, default=None)
    return Closely(
        period=period,
        figures=figures,
        late=late,
        phases=tuple(equality.phase_gaps(groups, late)) if late else (),
        outcomes=equality.shares_beside(groups, equality.outcomes),
        completions=equality.shares_beside(groups, equality.asked_to_complete),
        minutes={group: equality.minutes_to_fill_in(tries) for group, tries in fillings.items()},
        steps=_steps(fillings, service),
    )


def _figures(service: str, cases: Sequence[CaseTimes], monitor: Monitor, period: Period) -> ServiceFigures:
    groups = equality.by_group(cases)
    spreads = {
        (measure, group): found if equality.count_told(groups, group, measure) else replace(found, size=None)
        for measure in Measure
        for group, of_group in groups.items()
        if (group is not Group.ASSISTED or equality.together(groups, measure))
        and (found := equality.spread(of_group, measure)) is not None
    }
    return ServiceFigures(service, _volumes(cases, period), tuple(equality.comparisons(groups, monitor)), spreads)


def _volumes(cases: Sequence[CaseTimes], period: Period) -> Mapping[Group, int | None]:
    """How many came in each way. A year is the sum of what its quarters tell, so that none can be taken from it."""
    told: dict[Group, int | None] = {}
    with_whole = any(equality.together(equality.by_group(cases), measure) for measure in Measure)
    for quarter in period.parts():
        here = [case for case in cases if quarter.began_at <= case.received_at < quarter.ended_at]
        for group, count in equality.volumes(equality.by_group(here), with_whole=with_whole).items():
            told[group] = (told.get(group) or 0) + count if count is not None else told.get(group)
    return {group: told[group] for group in Group if group in told}


def _pooled(grouped: Sequence[tuple[Mapping[Group, Sequence[CaseTimes]], Monitor]]) -> tuple[Comparison, ...]:
    with_one = [(_with_assisted(groups), monitor) for groups, monitor in grouped]
    return tuple(equality.pooled(with_one, measure, Group.ASSISTED) for measure in (Measure.SETTLED, Measure.INFORMED))


def _with_assisted(groups: Mapping[Group, Sequence[CaseTimes]]) -> Mapping[Group, Sequence[CaseTimes]]:
    if Group.ASSISTED in groups:
        return groups
    return {**groups, Group.ASSISTED: [case for group, of in groups.items() if group is not Group.WEB for case in of]}


def _steps(fillings: Mapping[Group, Sequence[Filling]], service: Service) -> Mapping[Group, tuple[StepUse, ...]]:
    order = [*(step.id for step in service.steps), "check"]
    found = {group: tuple(equality.use_of_steps(tries, order)) for group, tries in fillings.items()}
    return {group: steps for group, steps in found.items() if steps}


def _monitor(services: Mapping[str, Service], service: str) -> Monitor:
    known = services.get(service)
    return known.monitor if known else Monitor()


def as_json(figures: Iterable[ServiceFigures], period: Period) -> dict[str, object]:
    """For machines: the same numbers as on the page, in days and shares."""
    return {
        "period": str(period),
        "method": METHOD,
        "unit": "days",
        "services": [
            {
                "service": one.service,
                "volumes": {group.value: count for group, count in one.volumes.items()},
                "waits": [
                    {
                        "measure": measure.value,
                        "group": group.value,
                        "cases": spread.size,
                        **{f"p{round(share * 100)}": _rounded(value) for share, value in spread.quantiles.items()},
                    }
                    for (measure, group), spread in one.spreads.items()
                ],
                "comparisons": [_comparison(comparison) for comparison in one.comparisons],
            }
            for one in figures
        ],
    }


METHOD = (
    "Kaplan-Meier distributions; ratios and differences of restricted means up to the common horizon, Welch intervals, "
    "Bonferroni within a service and period (95 % together). Left out: numbers below 5, medians of fewer than 10, and "
    "how many were to be informed where fewer than 5 of the cases had nothing to be informed of."
)


def _comparison(one: Comparison) -> dict[str, object]:
    gap = one.gap
    return {
        "measure": one.measure.value,
        "group": one.group.value,
        "reference": Group.WEB.value,
        "as": "ratio" if one.as_ratio else "days",
        "estimate": _rounded(gap.estimate) if gap else None,
        "low": _rounded(gap.low) if gap else None,
        "high": _rounded(gap.high) if gap else None,
        "limit": one.limit.percent if one.as_ratio else one.limit.days,
        "verdict": one.verdict.value,
    }


#: The columns of the table for machines, one row a service, measure and group.
COLUMNS = (
    "period", "service", "measure", "group", "cases", "p25", "p50", "p75", "p90",
    "compared_as", "estimate", "low", "high", "limit", "verdict",
)  # fmt: skip


def as_csv(figures: Iterable[ServiceFigures], period: Period) -> str:
    """The same as a table: UTF-8, comma, decimal point, one heading line."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in figures:
        compared = {(comparison.measure, comparison.group): comparison for comparison in one.comparisons}
        for key in sorted({*compared, *one.spreads}):
            table.writerow(_row(period, one.service, key, one.spreads.get(key), compared.get(key)))
    return out.getvalue()


def _row(
    period: Period,
    service: str,
    key: tuple[Measure, Group],
    spread: Spread | None,
    comparison: Comparison | None,
) -> list[object]:
    quantiles = [_rounded(value) for value in spread.quantiles.values()] if spread else [None] * 4
    said = _comparison(comparison) if comparison else {}
    names = ("as", "estimate", "low", "high", "limit", "verdict")
    size = spread.size if spread else None
    return [str(period), service, key[0].value, key[1].value, size, *quantiles, *(said.get(name) for name in names)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
