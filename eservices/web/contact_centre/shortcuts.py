"""The agent's keyboard shortcuts, and where those lead that depend on what is to be done."""

from werkzeug.wrappers import Response

from eservices.contact_centre import calls, queue
from eservices.identity.people import Act
from eservices.web.contact_centre.desk import task_address
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.pages import see_other
from eservices.web.staff import access, shortcuts


@blueprint.get("/shortcuts")
@access.requires(Act.USE_CONTACT_CENTRE)
def show_shortcuts() -> Response:
    return shortcuts.show("contact_centre")


@blueprint.post("/shortcuts")
@access.requires(Act.USE_CONTACT_CENTRE)
def turn_shortcuts() -> Response:
    return shortcuts.turn("contact_centre")


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
