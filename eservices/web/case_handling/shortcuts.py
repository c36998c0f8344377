"""The officer's keyboard shortcuts, and the next case: what can be gone on with, by the order of the queue."""

from werkzeug.wrappers import Response

from eservices.cases import queue
from eservices.cases.queue import UNASSIGNED, Filters
from eservices.identity.people import Act
from eservices.web.case_handling.queue import visible
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.pages import see_other
from eservices.web.staff import access, shortcuts


@blueprint.get("/shortcuts")
@access.requires(Act.SEE_CASE)
def show_shortcuts() -> Response:
    return shortcuts.show("cases")


@blueprint.post("/shortcuts")
@access.requires(Act.SEE_CASE)
def turn_shortcuts() -> Response:
    return shortcuts.turn("cases")


@blueprint.get("/next")
@access.requires(Act.SEE_CASE)
def go_to_next_case() -> Response:
    """One's own first case that can be gone on with now, else the first that nobody has; with neither, the queue."""
    staff, now = access.current_staff(), house().clock.now()
    own = Filters(units=access.units_of(staff, Act.WORK_ON_CASE), for_staff=staff.id, officer=staff.id, ready=True)
    nobodys = Filters(units=own.units, for_staff=staff.id, officer=UNASSIGNED)
    with house().database.read() as tx:
        for filters in (own, nobodys):
            if rows := visible(tx, queue.page(tx, filters, now=now, limit=1).rows):
                return see_other(f"/cases/{rows[0].number}")
    return see_other("/cases/")
