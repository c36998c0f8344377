"""When something cannot be handed in now: what the agent says, and what the person can do instead."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from werkzeug.wrappers import Response

from eservices.contact_centre.calls import Call
from eservices.intake.offering import NotOpen
from eservices.web.contact_centre.in_hand import base_of
from eservices.web.pages import render
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import service_title


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLatePage(StaffPage):
    """The period is over, or has not begun. The application stays in hand."""

    template: ClassVar[str] = "contact_centre/too_late.html"
    title: str
    back: str
    opens_on: dt.date | None
    closed_at: dt.datetime | None


def too_late(call: Call, service_id: str, why: NotOpen) -> Response:
    """The same moment as on the web; a paper that has come is registered whenever it came."""
    page = TooLatePage(
        **framed("contact_centre"),
        title=service_title(service_id),
        back=base_of(call),
        opens_on=why.opens_on,
        closed_at=why.closed_at,
    )
    return render(page, 409)
