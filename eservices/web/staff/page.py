"""What every staff page has: the bar at the top, and how things are told to its reader."""

from dataclasses import dataclass
from typing import TypedDict

from eservices.identity.people import Act, Staff, may
from eservices.language import N_
from eservices.web import security
from eservices.web.i18n import plain
from eservices.web.pages import Page
from eservices.web.staff import access
from eservices.web.staff.telling import Tell, tell


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go. `count` is shown beside it, up to a thousand; None shows no count."""

    name: str
    label: str
    address: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A keyboard shortcut: the letter that goes with the browser's modifier, and where it leads."""

    letter: str
    label: str
    address: str


#: The cookie of a browser in which they are on.
SHORTCUTS = "shortcuts"

#: Room -> its own, while they are on.
KEYS = {
    "contact_centre": (
        Key("n", N_("Nytt samtal"), "/contact-centre/#caller"),
        Key("s", N_("Sök"), "#find"),
        Key("u", N_("Nästa uppgift"), "/contact-centre/next"),
        Key("l", N_("Läs upp och skicka"), "/contact-centre/read-back"),
    ),
    "cases": (
        Key("k", N_("Ärenden"), "/cases/"),
        Key("s", N_("Sök"), "#find"),
        Key("u", N_("Nästa ärende"), "/cases/next"),
    ),
}

#: On the page of a case, besides.
ON_A_CASE = (Key("g", N_("Gör något"), "#do"), Key("t", N_("Journalen"), "#journal"))


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar at the top: the rooms this account may enter, which one this is, and where its search leads."""

    rooms: tuple[Link, ...]
    room: str
    search: str
    name: str
    q: str = ""
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage(Page):
    """A page for somebody who is signed in."""

    bar: Bar
    tell: Tell


def bar(staff: Staff, room: str, q: str = "", *, more: tuple[Key, ...] = ()) -> Bar:
    """The bar for this account, in the room it stands in now; `more` are keys of this page alone."""
    rooms = []
    if may(staff, Act.USE_CONTACT_CENTRE):
        rooms.append(Link("contact_centre", plain("Kundcenter"), "/contact-centre/"))
    if may(staff, Act.SEE_CASE):
        rooms.append(Link("cases", plain("Ärenden"), "/cases/"))
    if may(staff, Act.SEE_FIGURES):
        rooms.append(Link("insight", plain("Lika service"), "/insight/"))
    if may(staff, Act.MANAGE_STAFF):
        rooms.append(Link("accounts", plain("Konton"), "/staff/accounts"))
    if may(staff, Act.SEE_OPERATIONS):
        rooms.append(Link("running", plain("Driften"), "/staff/running"))
    searched = [link for link in rooms if link.name in {"contact_centre", "cases"}]  # nobody is searched for elsewhere
    search = next((link.address for link in searched if link.name == room), searched[0].address if searched else "")
    keys = (*KEYS.get(room, ()), *more) if has_shortcuts() else ()
    shown = tuple(Key(key.letter, plain(key.label), key.address) for key in keys)
    return Bar(tuple(rooms), room, search, staff.name, q, shown)


def has_shortcuts() -> bool:
    """Whether keyboard shortcuts are on in this browser: only where somebody has turned them on."""
    return security.cookie(SHORTCUTS) == "on"


class Framed(TypedDict):
    """What every staff page is made with: `Queue(**framed("cases"), rows=…)`."""

    bar: Bar
    tell: Tell


def framed(room: str, q: str = "", *, more: tuple[Key, ...] = ()) -> Framed:
    return {"bar": bar(access.current_staff(), room, q, more=more), "tell": tell()}
