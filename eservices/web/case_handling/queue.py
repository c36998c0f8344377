"""The officer's queue: what must be done first lies on top, whatever way it came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from eservices.calendars import end_of_day
from eservices.cases import belonging, enquiries, queue
from eservices.cases.queue import Facets, Filters, QueueRow
from eservices.identity.people import Act, may
from eservices.language import N_, own_name
from eservices.naming import CHANNELS, PUBLIC_STATUSES, STATUSES
from eservices.storage.database import Transaction
from eservices.submissions import codes
from eservices.values import Channel
from eservices.web.case_handling.batch import BATCHES
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.page import Link, StaffPage, framed
from eservices.web.staff.telling import FOUND, MOST_COUNTED, found_caption

#: The saved views, in the order of their links.
VIEWS = {
    "open": N_("Öppna"),
    "mine": N_("Mina"),
    "unassigned": N_("Ingen handläggare"),
    "ready": N_("Kan göras nu"),
    "waiting": N_("Väntar på någon annan"),
    "watched": N_("Bevakade"),
    "week": N_("Klart senast inom en vecka"),
    "late": N_("Försenade"),
    "calls": N_("Lovade samtal"),
    "undelivered": N_("Besked som inte har nått fram"),
    "closed": N_("Avslutade"),
}

_EMPTY = {
    "open": N_("Inga öppna ärenden. Nya ärenden visas här så snart de har kommit in."),
    "mine": N_("Du har inga ärenden. Ta ett från ”Ingen handläggare”."),
    "unassigned": N_("Alla ärenden har en handläggare."),
    "week": N_("Inget ska vara klart inom en vecka."),
    "ready": N_("Inget har kommit som ni väntar på."),
    "waiting": N_("Inget ärende väntar på någon annan."),
    "watched": N_("Du bevakar inget ärende."),
    "calls": N_("Inga samtal är lovade."),
    "undelivered": N_("Alla besked har nått fram."),
    "late": N_("Inget är försenat."),
    "closed": N_("Inga avslutade ärenden."),
}

_MENUS = {
    "unit": N_("Enhet"),
    "status": N_("Läge"),
    "service": N_("E-tjänst"),
    "channel": N_("Kom in via"),
    "language": N_("Språk"),
    "officer": N_("Handläggare"),
    "period": N_("Inkom"),
}

#: Periods of the menu -> how many days back.
_PERIODS = {"7": N_("Senaste veckan"), "30": N_("Senaste 30 dagarna"), "365": N_("Senaste året")}

#: Views whose number is not told: they are put together from what lies around the cases, and counting would cost.
_UNCOUNTED = frozenset({"closed", "calls", "undelivered"})

#: Lists of something else than what is to be done now.
_LISTS = (
    (N_("Dagens register"), "/cases/register", Act.SEE_REGISTER),
    (N_("Post som har kommit"), "/cases/mail", Act.FILE_MAIL),
    (N_("Ska föras över för hand"), "/cases/transfers", Act.TRANSFER_CASE),
    (N_("Ovanliga öppningar"), "/cases/looks", Act.SEE_WHO_LOOKED),
    (N_("Beslut på delegation"), "/cases/delegated", Act.SEE_DELEGATED),
    (N_("Kortkommandon"), "/cases/shortcuts", Act.SEE_CASE),
)

_NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Menu:
    """One drop-down of the filter."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage(StaffPage):
    template: ClassVar[str] = "case_handling/queue.html"
    heading: str
    view: str
    saved: tuple[Link, ...]
    menus: tuple[Menu, ...]
    rows: tuple[QueueRow, ...]
    caption: str
    nothing: str
    batches: tuple[tuple[str, str], ...] = ()
    lists: tuple[tuple[str, str], ...] = ()
    referrals: int | None = None  #: how many wait for an answer; None for those who answer none
    q: str = ""
    place: str = ""
    first: str = ""
    next: str = ""


@blueprint.get("/")
@access.requires(Act.SEE_CASE)
def show_queue() -> Response:
    """The unit's cases by due date, or what a search finds. A search is journalled before its list is shown."""
    if q := request.args.get("q", "").strip():
        return _found(q)
    staff = access.current_staff()
    view = request.args.get("view", "open")
    view = view if view in VIEWS else "open"
    units = access.units_of(staff, Act.SEE_CASE)
    chosen = {name: request.args.get(name, "") for name in _MENUS}
    filters = _filtered(_of_view(view, units), chosen)
    after = request.args.get("after") or None
    now = house().clock.now()
    place = request.args.get("place", "").strip()[:200]
    opened = house().database.transaction if place else house().database.read
    with opened() as tx:
        if place:  # it leads to people, as a search does
            filters = replace(filters, at=queue.cases_at(tx, place))
            access.journal_look(tx, "search", q=place)
        page = queue.page(tx, filters, now=now, after=after)
        rows = visible(tx, page.rows)
        total = queue.count(tx, filters, now=now)
        facets = queue.facets(tx, _of_view(view, units))
        saved = _saved(tx, units)
        works_in = access.units_of(staff, Act.WORK_ON_CASE)
        referrals = len(enquiries.to_units(tx, works_in, limit=100)) if may(staff, Act.WORK_ON_CASE) else None
    kept = {"view": view if view != "open" else "", **chosen, "place": place}
    return render(
        QueuePage(
            **framed("cases"),
            heading=_heading(units),
            view=view,
            saved=saved,
            menus=_menus(facets, chosen, units),
            place=place,
            rows=rows,
            caption=_caption(total),
            nothing=plain(N_("Inget ärende passar urvalet.") if any(chosen.values()) or place else _EMPTY[view]),
            batches=_batches(),
            lists=tuple((plain(label), address) for label, address, act in _LISTS if may(staff, act)),
            referrals=referrals,
            first=_address(kept) if after else "",
            next=_address({**kept, "after": page.next}) if page.next else "",
        )
    )


def _found(q: str) -> Response:
    staff = access.current_staff()
    units = access.units_of(staff, Act.SEE_CASE)
    with house().database.transaction() as tx:
        rows = visible(tx, queue.find(tx, q, units=units, limit=FOUND))
        access.journal_look(tx, "search", q=q)
        saved = _saved(tx, units)
    number = codes.read_case_number(q)
    nothing = plain("Inget ärende hittades. Sök på ärendets nummer, eller på hela namn i vilken ordning som helst.")
    if number:
        nothing = plain("Inget ärende med numret {number} finns hos dina enheter.", number=number)
    return render(
        QueuePage(
            **framed("cases", q),
            heading=plain("Sökning"),
            view="",
            saved=saved,
            menus=(),
            rows=rows,
            caption=found_caption(len(rows)),
            nothing=nothing,
            batches=_batches(),
            q=q,
        )
    )


def _batches() -> tuple[tuple[str, str], ...]:
    """What can be done to several at once, for those who work on cases."""
    staff = access.current_staff()
    return tuple((batch.name, plain(batch.label)) for batch in BATCHES.values() if may(staff, batch.act))


def visible(tx: Transaction, rows: Iterable[QueueRow]) -> tuple[QueueRow, ...]:
    """Without the cases of protected persons, for those who may not see them, and without those one is kept from.

    The name of a protected person stands in no list, whoever reads it.
    """
    staff, found = access.current_staff(), list(rows)
    kept = belonging.kept_from(tx, staff.id, {row.id: row.restricted for row in found})
    return tuple(
        replace(row, name=plain("Skyddad")) if row.protected else row
        for row in found
        if row.id not in kept and (not row.protected or may(staff, Act.SEE_PROTECTED, row.unit))
    )


def _of_view(view: str, units: tuple[str, ...] | None) -> Filters:
    """What a saved view shows."""
    filters = Filters(units=units, open=view != "closed", for_staff=access.current_staff().id)
    filters = replace(
        filters,
        ready=view == "ready",
        waiting=view == "waiting",
        calls=view == "calls",
        undelivered=view == "undelivered",
    )
    if view == "watched":
        return replace(filters, watched_by=access.current_staff().id)
    if view == "mine":
        return replace(filters, officer=access.current_staff().id)
    if view == "unassigned":
        return replace(filters, officer=_NOBODY)
    if view == "week":
        return replace(filters, due_until=end_of_day(house().clock.today() + timedelta(days=7)))
    return replace(filters, overdue=True) if view == "late" else filters


def _filtered(filters: Filters, chosen: Mapping[str, str]) -> Filters:
    """The view, narrowed down by the menus. A channel there is none of is no channel at all."""
    if chosen["status"]:
        filters = replace(filters, status=chosen["status"])
    if chosen["unit"] and (filters.units is None or chosen["unit"] in filters.units):
        filters = replace(filters, units=(chosen["unit"],))
    if chosen["service"]:
        filters = replace(filters, service=chosen["service"])
    if chosen["language"]:
        filters = replace(filters, language=chosen["language"])
    if chosen["period"] in _PERIODS:
        start = house().clock.now() - timedelta(days=int(chosen["period"]))
        filters = replace(filters, since=start)
    if chosen["channel"] in set(Channel):
        filters = replace(filters, channel=Channel(chosen["channel"]))
    return replace(filters, officer=chosen["officer"]) if chosen["officer"] else filters


def _saved(tx: Transaction, units: tuple[str, ...] | None) -> tuple[Link, ...]:
    """The views with how many lie in each. What is finished is not counted: it only grows."""
    now = house().clock.now()
    return tuple(
        Link(
            name,
            plain(label),
            _address({"view": name if name != "open" else ""}),
            queue.count(tx, _of_view(name, units), now=now) if name not in _UNCOUNTED else None,
        )
        for name, label in VIEWS.items()
    )


def _menus(facets: Facets, chosen: Mapping[str, str], units: tuple[str, ...] | None) -> tuple[Menu, ...]:
    known = house().library.municipality.units
    own = [(unit, found.name) for unit, found in known.items() if units is None or unit in units]
    titles = {service.id: service.title.sv for service in house().library.services.values()}
    names: dict[str, list[tuple[str, str]]] = {
        "unit": own if len(own) > 1 else [],
        "status": [(code, plain(STATUSES.get(code) or PUBLIC_STATUSES.get(code, code))) for code in facets.statuses],
        "service": [(service, titles.get(service, service)) for service in facets.services],
        "channel": [(code, plain(CHANNELS[code])) for code in facets.channels],
        "language": [(tag, own_name(tag)) for tag in facets.languages],
        "period": [(days, plain(label)) for days, label in _PERIODS.items()],
        "officer": [(_NOBODY, plain("Ingen")), *facets.officers],
    }
    return tuple(
        Menu(name, plain(label), (("", plain("Alla")), *names[name]), chosen[name])
        for name, label in _MENUS.items()
        if name != "unit" or names["unit"]
    )


def _heading(units: tuple[str, ...] | None) -> str:
    known = house().library.municipality.units
    if units is None:
        return plain("Ärenden, alla enheter")
    names = [known[unit].name if unit in known else unit for unit in units]
    return plain("Ärenden, {units}", units=words().listing(names)) if names else plain("Ärenden")


def _caption(total: int) -> str:
    how_many = (
        plain("{number}+ ärenden.", number=MOST_COUNTED)
        if total > MOST_COUNTED
        else words().plural("{n} ärende.", "{n} ärenden.", total)
    )
    order = plain("Det som ska vara klart först ligger överst, hur det än kom in.")
    return f"{how_many} {order}"


def _address(query: Mapping[str, str | None]) -> str:
    kept = {name: value for name, value in query.items() if value}
    return f"/cases/?{urlencode(kept)}" if kept else "/cases/"
