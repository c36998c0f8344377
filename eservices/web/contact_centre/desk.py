"""The agent's first page: what needs a person now, what has come in, and a way to find a case or begin a call."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from eservices.calendars import day_of, end_of_day, start_of_day
from eservices.cases.queue import QueueRow
from eservices.contact_centre import calls, handing_back, letters, queue
from eservices.contact_centre.calls import RESOLUTIONS, Call
from eservices.contact_centre.queue import WorkRow
from eservices.identity import accounts
from eservices.identity.people import Act
from eservices.language import N_, own_name
from eservices.naming import CHANNELS, METHODS
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts
from eservices.values import Channel
from eservices.web import once
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.offered import services_offered
from eservices.web.staff.page import Link, StaffPage, framed
from eservices.web.staff.telling import FOUND, found_caption, news_told, service_title

VIEWS = {
    "now": N_("Att göra nu"),
    "mine": N_("Mina"),
    "team": N_("Vem gör vad"),
    "incoming": N_("Har kommit in"),
    "drafts": N_("Påbörjade"),
}

#: Whose half-filled applications are listed.
WHOSE = (("all", N_("Allas")), ("mine", N_("Mina")))

#: What a person must do, for an item or for news to be brought.
NEEDS = {
    "ask_missing": N_("Fråga efter det som saknas"),
    "call_back": N_("Ring upp"),
    "answer": N_("Svara"),
    "help": N_("Hjälp till"),
    "finish_draft": N_("Gör klar en påbörjad ansökan"),
    "send_code": N_("Ring och ge koden, den kom inte fram"),
}

RESOLVED = {
    "answered": N_("Besvarat direkt"),
    "became_case": N_("Blev ett ärende"),
    "handed_over": N_("Personen fortsätter själv"),
    "connected": N_("Kopplat vidare"),
    "referred": N_("Hänvisat någon annanstans"),
    "will_call_back": N_("Vi ringer upp"),
    "cancelled": N_("Avbrutet på personens begäran"),
    "forgotten": N_("Glömdes öppet"),
}

#: What can be said of something that was settled at once.
AT_ONCE = ("answered", "connected", "referred", "will_call_back", "became_case")

#: Contact that led the person no further than to somebody else: counted as demand that need not have been.
SENT_ON = ("connected", "referred", "will_call_back")

#: The ways that can be entered by hand. Nothing is chosen beforehand, so that the figures are true.
BY_HAND = (
    Channel.PHONE,
    Channel.COUNTER,
    Channel.PAPER,
    Channel.EMAIL,
    Channel.CHAT,
    Channel.SOCIAL_MEDIA,
)

#: How somebody is reached, in a word; the others are told in full.
_REACHED = {"phone": N_("Telefon"), "letter": N_("Brev"), "email": N_("E-post")}

_EMPTY = {
    "now": N_("Inget väntar på en människa just nu. Det som inte behöver dig ligger under ”Har kommit in”."),
    "team": N_("Ingen har tagit något. Öppna något under ”Att göra nu”."),
    "mine": N_("Du har inte tagit något. Öppna något under ”Att göra nu”."),
    "incoming": N_("Inget har kommit in än."),
    "drafts all": N_("Inga påbörjade ansökningar ligger hos kundcenter."),
    "drafts mine": N_("Du har ingen påbörjad ansökan. Kollegornas ligger under ”Allas”."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskShown:
    """One thing to do, as a line."""

    address: str
    link: str
    what: str
    about: str
    more: str
    name: str
    title: str
    how: str
    due_at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft that an agent has in hand."""

    id: str
    title: str
    started_at: dt.datetime
    touched_at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage(StaffPage):
    template: ClassVar[str] = "contact_centre/desk.html"
    heading: str
    view: str
    views: tuple[Link, ...]
    caption: str
    nothing: str
    call: str = ""
    tasks: tuple[TaskShown, ...] = ()
    rows: tuple[QueueRow, ...] = ()
    drafts: tuple[DraftShown, ...] = ()
    whose: str = ""
    filters: tuple[Link, ...] = ()
    first: str = ""
    next: str = ""
    q: str = ""
    services: tuple[tuple[str, str], ...] = ()
    channels: tuple[tuple[str, str], ...] = ()
    resolutions: tuple[tuple[str, str], ...] = ()
    done: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    about: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    today: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage(StaffPage):
    """Somebody else's page wants to open a call."""

    template: ClassVar[str] = "contact_centre/new.html"
    said: tuple[tuple[str, str], ...]


@blueprint.get("/")
@access.requires(Act.USE_CONTACT_CENTRE)
def show_desk() -> Response:
    """What needs a person now; or what a search finds, with no question asked before the list."""
    if q := request.args.get("q", "").strip():
        with house().database.read() as tx:
            letter = letters.by_mark(tx, q)
        return see_other(f"/contact-centre/letters?{urlencode({'mark': q})}") if letter is not None else _found(q)
    return render(_desk(request.args.get("view", "now"), done=request.args.get("done", "")))


@blueprint.get("/new")
@access.requires(Act.TAKE_DOWN)
def open_from_telephony() -> Response:
    """A call has come in, or the agent begins one by hand. Goes on at once to an address without the number.

    A link on somebody else's page opens nothing by itself: there the agent is asked first.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        said = tuple((name, request.args.get(name, "")) for name in ("channel", "caller", "service"))
        return render(NewPage(**framed("contact_centre"), said=said))
    return _begin(request.args)


@blueprint.post("/new")
@access.requires(Act.TAKE_DOWN)
def open_by_hand() -> Response:
    """The same, from the form on the first page."""
    return _begin(request.form)


@blueprint.post("/quick")
@access.requires(Act.TAKE_DOWN)
def register_at_once() -> Response:
    """Something that was settled while the person waited: counted, without a name, and nobody's task."""
    form = request.form
    channel, resolution, service = form.get("channel", ""), form.get("resolution", ""), form.get("service", "")
    about = cleaning.line(form.get("about", ""))[:500]
    errors = []
    if channel not in {way.value for way in BY_HAND}:
        errors.append(("channel", plain("Välj hur personen hörde av sig.")))
    if resolution not in AT_ONCE:
        errors.append(("resolution", plain("Välj hur det gick.")))
    phone = handing_back.reachable("sms", form.get("phone", ""), house().clock.today())
    if resolution == "will_call_back" and not phone:
        errors.append(("phone", plain("Skriv numret som vi ska ringa till.")))
    if errors:
        return render(_desk("now", errors=tuple(errors), about=about, chosen=form.to_dict()), 422)
    known = house().library.services
    with house().database.transaction() as tx:
        if once.is_new(tx):
            calls.quick(
                tx,
                staff_id=access.current_staff().id,
                channel=Channel(channel),
                service=service if service in known else None,
                about=about,
                resolution=resolution,
                now=house().clock.now(),
                phone=phone if resolution == "will_call_back" else "",
                due_at=end_of_day(house().clock.today()),
            )
    return see_other("/contact-centre/?done=registered")


def _begin(said: Mapping[str, str]) -> Response:
    """Open a call with what is known of it. Unknown channels and services are asked for, not refused."""
    channel = said.get("channel", "")
    service = said.get("service", "")
    known = {way.value for way in BY_HAND}
    with house().database.transaction() as tx:
        call = calls.start(
            tx,
            staff_id=access.current_staff().id,
            now=house().clock.now(),
            channel=Channel(channel) if channel in known else None,
            caller=cleaning.line(said.get("caller", ""))[:40],
            service=service if service in house().library.services else None,
            practice=said.get("practice") == "yes",
        )
    return see_other(f"/contact-centre/calls/{call.id}")


def _desk(
    view: str,
    *,
    done: str = "",
    errors: tuple[tuple[str, str], ...] = (),
    about: str = "",
    chosen: Mapping[str, str] | None = None,
) -> DeskPage:
    view = view if view in VIEWS else "now"
    mine = access.current_staff().id
    after = request.args.get("after") or None
    now = house().clock.now()
    tasks: tuple[TaskShown, ...] = ()
    rows: tuple[QueueRow, ...] = ()
    kept: tuple[DraftShown, ...] = ()
    whose = ""
    following = None
    with house().database.read() as tx:
        if view == "incoming":
            incoming = queue.incoming(tx, after=after)
            rows = tuple(row for row in incoming.rows if row.contact_view != "by_reference_only")
            following = incoming.next
        elif view == "drafts":
            whose = "mine" if request.args.get("whose") == "mine" else "all"
            kept = _drafts(tx, mine if whose == "mine" else None)
        else:
            wanted = {"mine": mine, "team": queue.TAKEN}.get(view)
            work = queue.work(tx, now=now, mine=wanted, after=after)
            tasks, following = tuple(_task(row) for row in work.rows), work.next
        views = _views(tx, now)
        call = _call_in_hand(tx, mine, now)
        counted = queue.settled_since(tx, start_of_day(house().clock.today()))
    count = next((link.count for link in views if link.name == view), None)
    return DeskPage(
        **framed("contact_centre"),
        heading=plain("Kundcenter"),
        view=view,
        views=views,
        caption=_caption(view, count, len(kept)),
        nothing=plain(_EMPTY[f"{view} {whose}".strip()]),
        call=call.id if call else "",
        tasks=tasks,
        rows=rows,
        drafts=kept,
        whose=whose,
        filters=tuple(Link(name, plain(label), f"/contact-centre/?view=drafts&whose={name}") for name, label in WHOSE)
        if whose
        else (),
        first=_address(view) if after else "",
        next=_address(view, following) if following else "",
        services=(("", plain("Ingen särskild")), *services_offered()),
        channels=(("", plain("Välj")), *((way.value, plain(CHANNELS[way])) for way in BY_HAND)),
        resolutions=(("", plain("Välj")), *((code, plain(RESOLVED[code])) for code in AT_ONCE)),
        done=plain("Registrerat. Det räknas med i statistiken.") if done == "registered" else _ended(done),
        errors=errors,
        about=about,
        chosen=chosen or {},
        today=_today(counted),
        hours=_hours(now),
    )


def _today(counted: Mapping[str, int]) -> str:
    """What has been settled today, and how much of it had to be sent on: contact that was of no use to anybody."""
    sent_on = sum(counted.get(resolution, 0) for resolution in SENT_ON)
    done = sum(counted.values())
    if not done:
        return ""
    return plain(
        "I dag: {done} samtal och besök avslutade, {sent} av dem skickades vidare (onödig efterfrågan).",
        done=done,
        sent=sent_on,
    )


def _hours(now: dt.datetime) -> str:
    """When we close, and what happens with what is left then."""
    hours = house().municipality.contact_centre.hours
    closes = hours.closes_at(day_of(now))
    if closes is None or closes <= now:
        return plain(
            "Kundcenter är stängt. Det som är kvar ligger överst i morgon, och påbörjade ansökningar blir uppgifter."
        )
    return plain(
        "Öppet till {time}. Det som är kvar då ligger överst i morgon, och påbörjade ansökningar blir uppgifter.",
        time=words().time(closes),
    )


def _ended(done: str) -> str:
    if done == "practised":
        return plain("Övningen är klar. Inget är skickat, och det du skrev är borta.")
    if done in RESOLUTIONS:
        return plain("Samtalet är avslutat: {how}.", how=plain(RESOLVED[done]).lower())
    return plain("Klart. Det står i ärendets journal.") if done == "task" else ""


def _found(q: str) -> Response:
    with house().database.transaction() as tx:
        rows = tuple(queue.find(tx, q, limit=FOUND))
        access.journal_look(tx, "search", q=q)
        now = house().clock.now()
        views = _views(tx, now)
        call = _call_in_hand(tx, access.current_staff().id, now)
    return render(
        DeskPage(
            **framed("contact_centre", q),
            heading=plain("Sökning"),
            view="",
            views=views,
            caption=found_caption(len(rows)),
            nothing=plain("Det ser ut som en kod från webben. Börja ett samtal och skriv koden där.")
            if codes.read_continue_code(q)
            else plain("Inget ärende hittades. Sök på ärendets nummer, eller på hela namn i vilken ordning som helst."),
            call=call.id if call else "",
            rows=rows,
            q=q,
        )
    )


def _call_in_hand(tx: Transaction, staff_id: str, now: dt.datetime) -> Call | None:
    """The call to go back to; one that nobody ended long ago is none."""
    call = calls.open_call(tx, staff_id)
    return call if call is not None and now - call.started_at < access.CALL_HOLDS else None


def _views(tx: Transaction, now: dt.datetime) -> tuple[Link, ...]:
    """The views with how much there is to do; what has come in is not counted, it only grows."""
    counts = {
        "now": queue.count_work(tx, now=now),
        "mine": queue.count_work(tx, now=now, mine=access.current_staff().id),
        "team": queue.count_work(tx, now=now, mine=queue.TAKEN),
    }
    return tuple(Link(name, plain(label), _address(name), counts.get(name)) for name, label in VIEWS.items())


def task_address(row: WorkRow) -> str:
    """Where a task is done."""
    place = "deliveries" if row.kind is queue.WorkKind.DELIVERY else "items"
    return f"/contact-centre/{place}/{row.id}"


def _task(row: WorkRow) -> TaskShown:
    say = words()
    if row.kind == "delivery":
        what = news_told(row.need, row.method or "")
        how = plain("Brev") if row.method == "letter" else plain("Telefon")
        more = plain("Kom inte fram på det sätt som personen valde.") if row.reason == "undeliverable" else ""
        if row.attempts:
            tries = words().plural("{n} försök hittills.", "{n} försök hittills.", row.attempts)
            more = f"{more} {tries}".strip()
    else:
        what, how, more = say(NEEDS.get(row.need, row.need)), _reached(row), ""
    return TaskShown(
        address=task_address(row),
        link=row.number or plain("Utan ärende"),
        what=what,
        about=row.number or "",
        more=more,
        name=row.name,
        title=row.title or (service_title(row.service) if row.service else ""),
        how=how if row.language == "sv" else f"{how}, {own_name(row.language)}",
        due_at=row.due_at,
        who=row.agent_name or "",
    )


def _reached(row: WorkRow) -> str:
    """How the person of an item is reached; the way they came by, where they have not said."""
    if row.method is not None:
        return plain(_REACHED.get(row.method) or METHODS[row.method])
    return plain(CHANNELS[row.channel]) if row.channel else ""


def _drafts(tx: Transaction, staff_id: str | None) -> tuple[DraftShown, ...]:
    """What lies half filled in with this agent, or with anybody; the longest untouched first."""
    found = drafts.unfinished(tx, staff_id=staff_id)
    names = accounts.names(tx, {draft.assisted_by for draft in found if draft.assisted_by})
    return tuple(
        DraftShown(
            draft.id,
            service_title(draft.service),
            draft.started_at,
            draft.touched_at,
            names.get(draft.assisted_by or "", ""),
        )
        for draft in found
    )


def _caption(view: str, count: int | None, kept: int) -> str:
    if view == "incoming":
        return plain("Det senaste överst. Det mesta behöver ingen av er.")
    if view == "drafts":
        return words().plural("{n} påbörjad ansökan.", "{n} påbörjade ansökningar.", kept)
    order = plain("Det som ska vara klart först ligger överst, hur det än kom in.")
    how_many = words().plural("{n} uppgift.", "{n} uppgifter.", count or 0)
    return f"{how_many} {order}"


def _address(view: str, after: str | None = None) -> str:
    query = {name: value for name, value in (("view", view if view != "now" else ""), ("after", after)) if value}
    return f"/contact-centre/?{urlencode(query)}" if query else "/contact-centre/"
