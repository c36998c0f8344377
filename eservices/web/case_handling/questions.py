"""What the contact centre has asked the unit: answered once, by whoever knows, for every later caller."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.contact_centre import questions
from eservices.contact_centre.questions import UnitQuestion
from eservices.identity.people import Act
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, day_in
from eservices.web.staff.page import StaffPage, framed

#: Shown in the field: an answer holds this long unless its owner says otherwise.
_HOLDS = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsPage(StaffPage):
    template: ClassVar[str] = "case_handling/questions.html"
    waiting: tuple[UnitQuestion, ...]
    until: str
    errors: Errors = ()
    of: str = ""
    typed: str = ""


@blueprint.get("/questions")
@access.requires(Act.WORK_ON_CASE)
def show_questions() -> Response:
    """What waits for an answer from the units of this account."""
    with house().database.read() as tx:
        page = _page(tx)
    return render(page)


@blueprint.post("/questions/<id:question_id>")
@access.requires(Act.WORK_ON_CASE)
def answer_question(question_id: str) -> Response:
    """Answer, and say how long the answer holds."""
    said = cleaning.line(request.form.get("answer", ""))[:2000]
    typed = request.form.get("good-until", "").strip()
    today = house().clock.today()
    until = day_in(typed) or today - dt.timedelta(days=1)
    with house().database.transaction() as tx:
        mine = questions.waiting(tx, today, units=access.units_of(access.current_staff(), Act.WORK_ON_CASE))
        if question_id not in {one.id for one in mine}:
            raise NotFound
        errors = [(f"answer-{question_id}", plain("Skriv svaret."))] if not said else []
        errors += (
            [(f"until-{question_id}", plain("Skriv en dag som kommer, till exempel 2026-12-31."))]
            if until < today
            else []
        )
        if errors:
            return render(_page(tx, tuple(errors), of=question_id, typed=said), 422)
        questions.answer(tx, question_id, said, good_until=until, actor=access.actor(), now=house().clock.now())
    return see_other("/cases/questions")


def _page(tx: Transaction, errors: Errors = (), *, of: str = "", typed: str = "") -> QuestionsPage:
    today = house().clock.today()
    units = access.units_of(access.current_staff(), Act.WORK_ON_CASE)
    return QuestionsPage(
        **framed("cases"),
        waiting=tuple(questions.waiting(tx, today, units=units)),
        until=(today + _HOLDS).isoformat(),
        errors=errors,
        of=of,
        typed=typed,
    )
