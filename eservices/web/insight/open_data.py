"""The same figures for everybody, without signing in: a small page, a table and data for machines.

Only quarters that are over are told, and never a whole year: what is small in one quarter could be counted out from
the year's sum, and what changes from one day to the next tells of a single person.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from flask import Blueprint, request
from werkzeug.exceptions import NotFound, TooManyRequests
from werkzeug.wrappers import Response

from eservices.definitions.model import Service
from eservices.insight import report
from eservices.insight.periods import Period, UnknownPeriod
from eservices.insight.report import ServiceFigures
from eservices.language import sort_key
from eservices.storage.database import Database
from eservices.web import i18n, security
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.insight import naming
from eservices.web.insight.pages import ServiceRow, figures_file, service_row
from eservices.web.pages import Page, render
from eservices.web.staff.page import Link

#: The figures are told in the two languages that they are explained in.
_LANGUAGES = ("sv", "en")

_QUARTERS_SHOWN = 4
_AN_HOUR = dt.timedelta(hours=1)
_MOST_AN_HOUR = 120

blueprint = Blueprint("open_figures", __name__, url_prefix="/<any('sv','en'):language>/equal-service")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage(Page):
    template: ClassVar[str] = "insight/open.html"
    heading: str
    periods: tuple[Link, ...]
    period: str
    files: tuple[Link, ...]
    services: tuple[ServiceRow, ...]


@blueprint.url_value_preprocessor
def speak(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The language of the address is the language of the page."""
    if values:
        i18n.use(values.pop("language"))


@blueprint.get("")
def show_open() -> Response:
    """Every service of a quarter that is over."""
    period = _period()
    alphabet = sort_key(i18n.language())
    rows = sorted((service_row(one, period) for one in _figures(period)), key=lambda row: alphabet(row.title))
    address = f"/{i18n.language()}/equal-service"
    page = OpenPage(
        heading=plain("Lika service"),
        periods=tuple(Link(str(one), naming.period(one), f"{address}?period={one}") for one in _quarters()),
        period=naming.period(period),
        files=(
            Link("csv", plain("Tabell (CSV)"), f"{address}/figures.csv?period={period}"),
            Link("json", plain("Data (JSON)"), f"{address}/figures.json?period={period}"),
        ),
        services=tuple(rows),
    )
    return _kept_for_an_hour(render(page, offered=_LANGUAGES))


@blueprint.get("/<any('figures.json','figures.csv'):figures>")
def download_open(figures: str) -> Response:
    """The same for machines."""
    period = _period()
    return _kept_for_an_hour(figures_file(figures, _figures(period), period))


def _quarters() -> list[Period]:
    """The quarters that are over, the newest first."""
    quarters = [Period.around(house().clock.today()).before()]
    while len(quarters) < _QUARTERS_SHOWN:
        quarters.append(quarters[-1].before())
    return quarters


def _period() -> Period:
    newest = _quarters()[0]
    try:
        asked = Period.read(request.args.get("period") or str(newest))
    except UnknownPeriod:
        raise NotFound from None
    if asked.quarter is None or asked > newest:
        raise NotFound
    return asked


def _figures(period: Period) -> list[ServiceFigures]:
    home = house()
    with home.database.transaction() as tx:
        allowed = security.within_limit(tx, ("open figures", security.network()), _MOST_AN_HOUR, _AN_HOUR)
    if not allowed:
        raise TooManyRequests
    return [one for one in _of_today(period) if _may_be_told(home.library.services.get(one.service))]


def _of_today(period: Period) -> tuple[ServiceFigures, ...]:
    """The figures as they were when somebody first asked today: reading a quarter takes a while, and what changes
    within a day tells of a single person."""
    home, today = house(), house().clock.today()
    kept = _kept.setdefault(home.database, {})
    if (period, today) not in kept:
        for old in [key for key in kept if key[1] != today]:
            del kept[old]
        with home.database.read() as tx:
            overview = report.overview(tx, period, home.library.services, now=home.clock.now())
        kept[period, today] = overview.services
    return kept[period, today]


#: Quarter and day -> figures, for each house that this process serves.
_kept: WeakKeyDictionary[Database, dict[tuple[Period, dt.date], tuple[ServiceFigures, ...]]] = WeakKeyDictionary()


def _may_be_told(service: Service | None) -> bool:
    """Not of a service where even that there is a case is secret, nor of one that we no longer know."""
    return service is not None and service.routing.view != "by_reference_only"


def _kept_for_an_hour(answer: Response) -> Response:
    """Nothing in it is anybody's own, so that everybody on the way may keep it."""
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
