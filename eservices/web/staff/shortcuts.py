"""Keyboard shortcuts, for those who want them: never a key alone, and off until somebody turns them on (WCAG 2.1.4).

They are access keys of links, so the browser's own modifier goes with each, and the page says which. Screen readers
have keys of their own; whoever uses one leaves them off and misses nothing.
"""

from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices.language import N_
from eservices.web import security
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff.page import KEYS, ON_A_CASE, SHORTCUTS, Key, StaffPage, framed, has_shortcuts

_A_YEAR = 365 * 24 * 60 * 60

#: What is pressed together with the letter.
_PRESSED = (
    (N_("Edge och Chrome i Windows"), "Alt"),
    (N_("Firefox i Windows och Linux"), "Alt + Shift"),
    (N_("Chrome i Linux"), "Alt"),
    (N_("Alla webbläsare i macOS"), "Ctrl + Option"),
)

#: What the way back to each room is called.
_ROOMS = {
    "contact_centre": ("/contact-centre/", N_("Kundcenter")),
    "cases": ("/cases/", N_("Ärenden")),
}

#: Keys that some pages of a room have besides.
_MORE = {"cases": ON_A_CASE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutsPage(StaffPage):
    template: ClassVar[str] = "staff/shortcuts.html"
    on: bool
    keys: tuple[Key, ...]
    pressed: tuple[tuple[str, str], ...]
    home: str
    room: str


def show(room: str) -> Response:
    """Which there are in a room, how they are pressed, and whether they are on in this browser."""
    keys = tuple(Key(key.letter, plain(key.label), key.address) for key in (*KEYS[room], *_MORE.get(room, ())))
    pressed = tuple((plain(browser), modifier) for browser, modifier in _PRESSED)
    home, name = _ROOMS[room]
    return render(
        ShortcutsPage(**framed(room), on=has_shortcuts(), keys=keys, pressed=pressed, home=home, room=plain(name))
    )


def turn(room: str) -> Response:
    """On, or off, in this browser: in every room."""
    response = see_other(f"{_ROOMS[room][0]}shortcuts")
    if request.form.get("shortcuts") == "on":
        security.set_cookie(response, SHORTCUTS, "on", max_age=_A_YEAR)
    else:
        security.clear_cookie(response, SHORTCUTS)
    return response
