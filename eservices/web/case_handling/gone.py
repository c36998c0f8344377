"""A case that was disposed of: its address says so to whoever may see the unit's cases, and by what decision."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.identity.people import Act, may
from eservices.records import store as records
from eservices.storage.database import Transaction
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import service_title

_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class GonePage(StaffPage):
    """What is left of it. Nothing here says whose it was."""

    template: ClassVar[str] = "case_handling/gone.html"
    number: str
    service: str
    unit: str
    received_on: dt.date
    disposed_on: dt.date
    decision: str
    plan: str


def gone(tx: Transaction, number: str) -> Response:
    """The page of a case that is no more. Raises `NotFound` where there never was one, or this account had no right."""
    stub = next(iter(records.stubs(tx, number=number)), None)
    if stub is None or not may(access.current_staff(), Act.SEE_CASE, stub.unit):
        raise NotFound
    framing = framed("cases")
    page = GonePage(
        **framing,
        number=stub.number,
        service=service_title(stub.service),
        unit=framing["tell"].unit(stub.unit),
        received_on=stub.received_on,
        disposed_on=day_of(stub.disposed_at),
        decision=stub.decision,
        plan=stub.plan,
    )
    return render(page, _GONE)
