"""Keyboard shortcuts, for those who want them: never a key alone, and off until somebody turns them on.

They are access keys of links, so the browser's own modifier goes with each, and the page says which. Screen readers
have keys of their own; whoever uses one leaves them off and misses nothing.
"""

from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices.contact_centre import calls, queue
from eservices.identity.people import Act
from eservices.language import N_
from eservices.web import security
from eservices.web.contact_centre.desk import task_address
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.page import KEYS, SHORTCUTS, Key, StaffPage, framed, has_shortcuts

_A_YEAR = 365 * 24 * 60 * 60

#: What is pressed together with the letter.
_PRESSED = (
    (N_("Edge och Chrome i Windows"), "Alt"),
    (N_("Firefox i Windows och Linux"), "Alt + Shift"),
    (N_("Chrome i Linux"), "Alt"),
    (N_("Alla webbläsare i macOS"), "Ctrl + Option"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutsPage(StaffPage):
    template: ClassVar[str] = "contact_centre/shortcuts.html"
    on: bool
    keys: tuple[Key, ...]
    pressed: tuple[tuple[str, str], ...]


@blueprint.get("/shortcuts")
@access.requires(Act.USE_CONTACT_CENTRE)
def show_shortcuts() -> Response:
    """Which there are, how they are pressed, and whether they are on in this browser."""
    keys = tuple(Key(key.letter, plain(key.label), key.address) for key in KEYS)
    pressed = tuple((plain(browser), modifier) for browser, modifier in _PRESSED)
    return render(ShortcutsPage(**framed("contact_centre"), on=has_shortcuts(), keys=keys, pressed=pressed))


@blueprint.post("/shortcuts")
@access.requires(Act.USE_CONTACT_CENTRE)
def turn_shortcuts() -> Response:
    """On, or off, in this browser."""
    response = see_other("/contact-centre/shortcuts")
    if request.form.get("shortcuts") == "on":
        security.set_cookie(response, SHORTCUTS, "on", max_age=_A_YEAR)
    else:
        security.clear_cookie(response, SHORTCUTS)
    return response


@blueprint.get("/next")
@access.requires(Act.USE_CONTACT_CENTRE)
def go_to_next_task() -> Response:
    """The first thing to do that no colleague has; with nothing to do, the desk."""
    mine = access.current_staff().id
    with house().database.read() as tx:
        rows = queue.work(tx, now=house().clock.now()).rows
    row = next((row for row in rows if row.agent_id in {None, mine}), None)
    return see_other(task_address(row) if row is not None else "/contact-centre/")


@blueprint.get("/read-back")
@access.requires(Act.TAKE_DOWN)
def go_to_read_back() -> Response:
    """Reading back what is filled in in the call in hand; without one, the desk."""
    with house().database.read() as tx:
        call = calls.open_call(tx, access.current_staff().id)
        in_hand = calls.draft_in_hand(tx, call) if call is not None else None
    if call is None or in_hand is None:
        return see_other("/contact-centre/")
    return see_other(f"/contact-centre/calls/{call.id}/check")
