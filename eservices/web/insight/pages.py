"""The overview of a period, one service looked at closely, and the same for machines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.definitions.model import Service
from eservices.identity.people import Act
from eservices.insight import report
from eservices.insight.equality import QUANTILES, Comparison, Group, Shares, Spread, StepUse, told
from eservices.insight.measures import Measure, Telephone
from eservices.insight.periods import Period, UnknownPeriod
from eservices.insight.report import Closely, Overview, ServiceFigures
from eservices.language import N_, sort_key
from eservices.naming import PUBLIC_STATUSES
from eservices.web import i18n
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.insight import charts, naming
from eservices.web.insight.charts import Curves, GapMark
from eservices.web.insight.room import blueprint
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.page import Link, StaffPage, framed
from eservices.web.staff.telling import service_title

_FIGURES = {"figures.json": "application/json", "figures.csv": "text/csv"}


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison as a line of a table, with its mark in the drawing."""

    group: str
    cases: str
    web: str
    gap: str
    limit: str
    verdict: str
    mark: str
    drawn: GapMark | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service on the overview."""

    address: str
    title: str
    web: str
    others: str
    web_wait: str
    others_wait: str
    settled: Row | None
    alarms: int


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """One measure of one service: how long each group waits, and how that compares with the web."""

    id: str
    heading: str
    rows: tuple[Row, ...]
    waits: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class PhaseTable:
    """Where an alarm comes from."""

    group: str
    widest: str
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPage(StaffPage):
    heading: str
    periods: tuple[Link, ...]
    period: str
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(FiguresPage):
    template: ClassVar[str] = "insight/overview.html"
    alarms: int
    judged: bool  #: whether anything can be said of any service
    services: tuple[ServiceRow, ...]
    pooled: tuple[tuple[str, Row], ...]
    telephone: Telephone | None
    telephone_wait: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePage(FiguresPage):
    template: ClassVar[str] = "insight/service.html"
    title: str
    volumes: tuple[tuple[str, str], ...]
    alarms: tuple[str, ...]
    tables: tuple[MeasureTable, ...]
    quantiles: tuple[str, ...]
    curves: Curves | None
    curve_names: Mapping[Group, str]
    phases: PhaseTable | None
    outcomes: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    completions: tuple[tuple[str, str, str], ...]
    minutes: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, tuple[tuple[str, StepUse], ...]], ...]


@blueprint.get("/")
@access.requires(Act.SEE_FIGURES)
def show_overview() -> Response:
    """Every service of a period beside each other."""
    found = _overview(_period())
    alphabet = sort_key(i18n.language())
    rows = sorted(
        (service_row(one, found.period) for one in found.services), key=lambda row: (-row.alarms, alphabet(row.title))
    )
    return render(
        OverviewPage(
            **framed("insight"),
            heading=plain("Lika service"),
            periods=_periods(found.period, "/insight/"),
            period=naming.period(found.period),
            files=_files("/insight/", found.period),
            alarms=found.alarms,
            judged=any(row.settled and row.settled.mark for row in rows),
            services=tuple(rows),
            pooled=tuple(
                (plain(naming.MEASURES[one.measure]), _row(one, {})) for one in found.pooled if one.gap is not None
            ),
            telephone=found.telephone,
            telephone_wait=_seconds(found.telephone.mean_wait if found.telephone else None),
        )
    )


@blueprint.get("/services/<service>")
@access.requires(Act.SEE_FIGURES)
def show_service(service: str) -> Response:
    """One service closely."""
    known = _service(service)
    found = _closely(known, _period())
    address = f"/insight/services/{service}"
    return render(_service_page(known, found, address))


@blueprint.get("/<any('figures.json','figures.csv'):figures>")
@access.requires(Act.SEE_FIGURES)
def download_overview(figures: str) -> Response:
    """The figures of every service, for machines."""
    found = _overview(_period())
    return figures_file(figures, found.services, found.period)


@blueprint.get("/services/<service>/<any('figures.json','figures.csv'):figures>")
@access.requires(Act.SEE_FIGURES)
def download_service(service: str, figures: str) -> Response:
    """The figures of one service, for machines."""
    found = _closely(_service(service), _period())
    return figures_file(figures, [found.figures], found.period)


def _period() -> Period:
    asked = request.args.get("period", "")
    if not asked:
        return Period.around(house().clock.today())
    try:
        return Period.read(asked)
    except UnknownPeriod:
        raise NotFound from None


def _service(service: str) -> Service:
    known = house().library.services.get(service)
    if known is None:
        raise NotFound
    return known


def _overview(period: Period) -> Overview:
    units = access.units_of(access.current_staff(), Act.SEE_FIGURES)
    with house().database.read() as tx:
        return report.overview(tx, period, house().library.services, now=house().clock.now(), units=units)


def _closely(service: Service, period: Period) -> Closely:
    units = access.units_of(access.current_staff(), Act.SEE_FIGURES)
    with house().database.read() as tx:
        return report.closely(tx, period, service, now=house().clock.now(), units=units)


def _service_page(service: Service, found: Closely, address: str) -> ServicePage:
    figures = found.figures
    steps = {step.id: step.title.sv for step in service.steps}
    settled = {group: spread for (measure, group), spread in figures.spreads.items() if measure is Measure.SETTLED}
    return ServicePage(
        **framed("insight"),
        heading=plain("Lika service"),
        title=service_title(service.id),
        periods=_periods(found.period, address),
        period=naming.period(found.period),
        files=_files(f"{address}/", found.period),
        volumes=tuple((_group(group), naming.count(told)) for group, told in figures.volumes.items()),
        alarms=tuple(
            plain(
                "{group}: {measure}, {gap}.",
                group=_group(one.group),
                measure=_lower(plain(naming.MEASURES[one.measure])),
                gap=naming.gap(one),
            )
            for one in figures.alarms
        ),
        tables=tuple(_measure_table(measure, figures) for measure in Measure if _any(measure, figures)),
        quantiles=tuple(plain(said) for said in _QUANTILES.values()),
        curves=charts.curves(settled),
        curve_names={group: _group(group) for group in settled},
        phases=_phase_table(found),
        outcomes=tuple((_group(group), _outcomes(shares)) for group, shares in found.outcomes.items() if shares.parts),
        completions=tuple(
            (_group(group), naming.part(shares.parts["asked"]), naming.count(shares.whole))
            for group, shares in found.completions.items()
        ),
        minutes=tuple(
            (_group(group), i18n.words().number(round(minutes)))
            for group, minutes in found.minutes.items()
            if minutes is not None
        ),
        steps=tuple(
            (_group(group), tuple((steps.get(one.step, plain("Kontrollera och skicka")), one) for one in used))
            for group, used in found.steps.items()
        ),
    )


_QUANTILES = {
    0.25: N_("En fjärdedel klara"),
    0.5: N_("Hälften klara"),
    0.75: N_("Tre fjärdedelar klara"),
    0.9: N_("Nio av tio klara"),
}


def _any(measure: Measure, figures: ServiceFigures) -> bool:
    return any(one is measure for one, _ in figures.spreads) or any(
        one.measure is measure and one.gap is not None for one in figures.comparisons
    )


def _measure_table(measure: Measure, figures: ServiceFigures) -> MeasureTable:
    here = [one for one in figures.comparisons if one.measure is measure]
    drawn = charts.gap_marks(here)
    return MeasureTable(
        id=measure.value,
        heading=plain(naming.MEASURES[measure]),
        rows=tuple(_row(one, drawn) for one in here),
        waits=tuple(
            (_group(group), _count(spread.size), tuple(naming.wait(spread.quantiles[share]) for share in QUANTILES))
            for (one, group), spread in figures.spreads.items()
            if one is measure
        ),
    )


def _phase_table(found: Closely) -> PhaseTable | None:
    if found.late is None or not found.phases:
        return None
    return PhaseTable(
        _group(found.late),
        plain(PUBLIC_STATUSES[found.phases[0].phase]),
        tuple(
            (
                plain(PUBLIC_STATUSES[one.phase]),
                naming.wait(one.web),
                naming.wait(one.group),
                i18n.words().number(round(one.gap, 1) + 0.0),
            )
            for one in found.phases
        ),
    )


def service_row(figures: ServiceFigures, period: Period) -> ServiceRow:
    """A service beside the others."""
    settled = figures.comparison(Measure.SETTLED)
    apart = [told for group, told in figures.volumes.items() if group is not Group.WEB]
    return ServiceRow(
        address=f"/insight/services/{figures.service}?period={period}",
        title=service_title(figures.service),
        web=naming.count(figures.volumes.get(Group.WEB, 0)),
        others=naming.count(None if apart and not any(apart) else sum(told or 0 for told in apart)),
        web_wait=_median(figures.spreads, Group.WEB),
        others_wait=_median(figures.spreads, settled.group if settled else Group.ASSISTED),
        settled=_row(settled, {}) if settled else None,
        alarms=len(figures.alarms),
    )


def _median(spreads: Mapping[tuple[Measure, Group], Spread], group: Group) -> str:
    spread = spreads.get((Measure.SETTLED, group))
    return naming.wait(spread.quantiles[0.5]) if spread else "–"


def _row(one: Comparison, drawn: Mapping[Comparison, GapMark]) -> Row:
    return Row(
        group=_group(one.group),
        cases=_count(one.size),
        web=_count(one.web),
        gap=naming.gap(one),
        limit=naming.limit(one),
        verdict=plain(naming.VERDICTS[one.verdict]),
        mark=naming.MARKS.get(one.verdict, ""),
        drawn=drawn.get(one),
    )


def _count(size: int | None) -> str:
    return "–" if size is None else naming.count(told(size))


def _outcomes(shares: Shares) -> tuple[tuple[str, str], ...]:
    return tuple(
        (plain(naming.OUTCOMES[outcome]), naming.part(count))
        for outcome, count in sorted(shares.parts.items(), key=lambda one: list(naming.OUTCOMES).index(one[0]))
    )


def _group(group: Group) -> str:
    return plain(naming.GROUPS[group])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _periods(period: Period, address: str) -> tuple[Link, ...]:
    """The one before, this one, the one after unless it has not begun, and the year around it."""
    shown = [period.before(), period]
    if period.after().first_day <= house().clock.today():
        shown.append(period.after())
    if period.quarter is not None:
        shown.append(Period(period.year))
    return tuple(Link(str(one), naming.period(one), f"{address}?period={one}") for one in shown)


def _files(address: str, period: Period) -> tuple[Link, ...]:
    return tuple(
        Link(name, label, f"{address}{name}?period={period}")
        for name, label in (("figures.csv", plain("Tabell (CSV)")), ("figures.json", plain("Data (JSON)")))
    )


def figures_file(name: str, services: Sequence[ServiceFigures], period: Period) -> Response:
    """The figures as a table or as data, to be kept."""
    if name.endswith("json"):
        body = json.dumps(report.as_json(services, period), ensure_ascii=False, indent=1)
    else:
        body = report.as_csv(services, period)
    answer = Response(body, mimetype=_FIGURES[name])
    answer.headers["Content-Disposition"] = f'attachment; filename="equal-service-{period}.{name.rpartition(".")[2]}"'
    return answer


def _seconds(wait: float | None) -> str:
    if wait is None:
        return ""
    minutes, seconds = divmod(round(wait), 60)
    return plain("{minutes} min {seconds} s", minutes=minutes, seconds=seconds)
