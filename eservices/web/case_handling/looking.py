"""For managers: looks at cases that somebody should ask about."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from werkzeug.wrappers import Response

from eservices.cases import looking
from eservices.cases.looking import Sign, Unusual
from eservices.identity.people import Act
from eservices.language import N_
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.page import StaffPage, framed

#: How far back.
_DAYS = 30

SIGNS = {
    Sign.OWN_NAME: N_("Samma efternamn som någon i ärendet"),
    Sign.PROTECTED: N_("Någon i ärendet har skyddade uppgifter"),
    Sign.MANY: N_("Många ärenden, inget gjort i något av dem"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksPage(StaffPage):
    template: ClassVar[str] = "case_handling/looks.html"
    rows: tuple[tuple[str, Unusual], ...]
    days: int


@blueprint.get("/looks")
@access.requires(Act.SEE_WHO_LOOKED)
def show_looks() -> Response:
    """Unusual looks of the last month in one's units. Nobody is named but who looked; this look is written down too."""
    units = access.units_of(access.current_staff(), Act.SEE_WHO_LOOKED)
    with house().database.transaction() as tx:
        found = looking.unusual(tx, since=house().clock.now() - dt.timedelta(days=_DAYS), units=units)
        access.journal_look(tx, "looks")
    return render(LooksPage(**framed("cases"), rows=tuple((SIGNS[one.sign], one) for one in found), days=_DAYS))
