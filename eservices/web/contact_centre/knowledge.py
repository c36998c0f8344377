"""What units have answered, for every later caller; and asking them what nobody has asked yet."""

from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices.calendars import add_working_days, end_of_day
from eservices.contact_centre import questions
from eservices.contact_centre.questions import UnitQuestion
from eservices.identity.people import Act
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.web import once
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors
from eservices.web.staff.offered import services_offered
from eservices.web.staff.page import StaffPage, framed

#: Shorter than this is no question.
_SHORTEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgePage(StaffPage):
    template: ClassVar[str] = "contact_centre/knowledge.html"
    service: str
    services: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    known: tuple[UnitQuestion, ...]
    waiting: tuple[UnitQuestion, ...]
    typed: str = ""
    unit: str = ""
    errors: Errors = ()


@blueprint.get("/questions")
@access.requires(Act.USE_CONTACT_CENTRE)
def show_knowledge() -> Response:
    """The answers that hold today, what is being answered, and a form to ask."""
    with house().database.read() as tx:
        page = _page(tx, request.args.get("about", ""))
    return render(page)


@blueprint.post("/questions")
@access.requires(Act.USE_CONTACT_CENTRE)
def ask_unit() -> Response:
    """Ask a unit, by the end of the next working day."""
    form, home = request.form, house()
    question = cleaning.line(form.get("question", ""))[:500]
    unit, service = form.get("unit", ""), form.get("about", "")
    errors = []
    if len(question) < _SHORTEST:
        errors.append(("question", plain("Skriv frågan, utan namn.")))
    if unit not in home.library.municipality.units:
        errors.append(("unit", plain("Välj vilken enhet som kan svara.")))
    with home.database.transaction() as tx:
        if errors:
            return render(_page(tx, service, typed=question, unit=unit, errors=tuple(errors)), 422)
        if once.is_new(tx):
            questions.ask(
                tx,
                unit=unit,
                service=service if service in home.library.services else None,
                question=question,
                actor=access.actor(),
                due_at=end_of_day(add_working_days(home.clock.today(), 1)),
                now=home.clock.now(),
            )
    return see_other("/contact-centre/questions")


def _page(tx: Transaction, service: str, *, typed: str = "", unit: str = "", errors: Errors = ()) -> KnowledgePage:
    today = house().clock.today()
    chosen = service if service in house().library.services else ""
    units = house().library.municipality.units
    return KnowledgePage(
        **framed("contact_centre"),
        service=chosen,
        services=(("", plain("Alla")), *services_offered()),
        units=(("", plain("Välj")), *sorted(((key, one.name) for key, one in units.items()), key=lambda pair: pair[1])),
        known=tuple(questions.known(tx, today, service=chosen or None)),
        waiting=tuple(questions.waiting(tx, today)),
        typed=typed,
        unit=unit,
        errors=errors,
    )
