"""What other units have asked this one (FL 26 §): the list, what the referral shows, and the answer.

Whoever is asked sees the question and the parts of the case that were chosen for it. The case itself stays closed.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of, end_of_day
from eservices.cases import asking, belonging, enquiries, store
from eservices.cases.belonging import Relation
from eservices.cases.enquiries import Enquiry, EnquiryKind, EnquiryState, UnknownEnquiry
from eservices.cases.model import Case, NotAllowed
from eservices.identity.people import Act, may
from eservices.language import N_
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.web.case_handling.excerpt import Part, files_shown, parts_shown
from eservices.web.case_handling.room import blueprint
from eservices.web.files import download
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import tell

_AT_ONCE = 100
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral in the list."""

    address: str
    number: str
    title: str
    asking: str
    asked: str
    due_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralsPage(StaffPage):
    template: ClassVar[str] = "case_handling/referrals.html"
    rows: tuple[ReferralRow, ...]
    caption: str
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPage(StaffPage):
    """One referral, for the unit that is asked and for the one that asks; printed, it is the letter."""

    template: ClassVar[str] = "case_handling/referral.html"
    address: str
    number: str
    title: str
    asking: str
    phone: str
    to: str
    when: str
    last_day: str
    question: str
    parts: tuple[Part, ...]
    files: tuple[tuple[str, str], ...]
    open: bool
    may_answer: bool
    case_address: str
    state: str = ""
    answer: str = ""
    typed: str = ""
    errors: Errors = ()


@blueprint.get("/referrals")
@access.requires(Act.WORK_ON_CASE)
def show_referrals() -> Response:
    """What waits for an answer from the units of this account."""
    with house().database.read() as tx:
        rows = tuple(_rows(tx))
    caption = words().plural("{n} remiss att svara på.", "{n} remisser att svara på.", len(rows))
    done = plain("Svaret är skickat. Den som frågade ser det i ärendet.") if request.args.get("done") else ""
    return render(ReferralsPage(**framed("cases"), rows=rows, caption=caption, done=done))


@blueprint.get("/referrals/<id:enquiry_id>")
@access.requires(Act.WORK_ON_CASE)
def show_referral(enquiry_id: str) -> Response:
    """One referral, with what it shows of the case."""
    with house().database.transaction() as tx:
        case, referral = _referral(tx, enquiry_id)
        access.journal_look(tx, "referral", case, enquiry=referral.id)
        page = _page(tx, case, referral)
    return render(page)


@blueprint.post("/referrals/<id:enquiry_id>")
@access.requires(Act.WORK_ON_CASE)
def answer_referral(enquiry_id: str) -> Response:
    """Answer; the case comes back to whoever asked."""
    said = cleaning.lines(request.form.get("answer", "")).strip()[:_LONGEST]
    now = house().clock.now()
    with house().database.transaction() as tx:
        case, referral = _referral(tx, enquiry_id)
        if not _may_answer(referral):
            raise NotFound
        if not said:
            access.journal_look(tx, "referral", case, enquiry=referral.id)
            return render(_page(tx, case, referral, (("answer", plain("Skriv svaret.")),)), 422)
        case = store.lock(tx, case.id)
        referral = enquiries.get(tx, case, enquiry_id)  # as it is behind the lock
        try:
            asking.answered(tx, case, referral, actor=access.actor(), now=now, answer=said)
        except NotAllowed:
            access.journal_look(tx, "referral", case, enquiry=referral.id)
            return render(_page(tx, case, referral, typed=said), 409)
    return see_other("/cases/referrals?done=1")


@blueprint.get("/referrals/<id:enquiry_id>/files/<id:file_id>")
@access.requires(Act.WORK_ON_CASE)
def open_referred_file(enquiry_id: str, file_id: str) -> Response:
    """A file that the referral shows."""
    with house().database.transaction() as tx:
        case, referral = _referral(tx, enquiry_id)
        found = next((one for one in files_shown(tx, case, _shows(case, referral)) if one.id == file_id), None)
        if found is None:
            raise NotFound
        access.journal_look(tx, "file", case, enquiry=referral.id, file=found.name)
    return download(found, case.key)


def _rows(tx: Transaction) -> Iterator[ReferralRow]:
    telling, staff = tell(), access.current_staff()
    for case_id, enquiry_id in enquiries.to_units(tx, access.units_of(staff, Act.WORK_ON_CASE), limit=_AT_ONCE):
        case = store.by_id(tx, case_id)
        if case is None:
            continue
        referral = enquiries.get(tx, case, enquiry_id)
        if _keeps_away(tx, case, referral):
            continue
        yield ReferralRow(
            address=f"/cases/referrals/{enquiry_id}",
            number=case.number,
            title=case.title,
            asking=telling.unit(case.unit),
            asked=telling.unit(referral.unit or ""),
            due_at=end_of_day(referral.last_day),
        )


def _referral(tx: Transaction, enquiry_id: str) -> tuple[Case, Enquiry]:
    """The referral, for the unit that is asked and for those who work on the case. Anybody else finds nothing."""
    case_id = enquiries.case_of(tx, enquiry_id)
    case = store.by_id(tx, case_id) if case_id is not None else None
    if case is None:
        raise NotFound
    try:
        referral = enquiries.get(tx, case, enquiry_id)
    except UnknownEnquiry:
        raise NotFound from None
    staff = access.current_staff()
    asks = may(staff, Act.WORK_ON_CASE, case.unit) and not belonging.is_kept_from(tx, case, staff.id)
    if referral.kind is not EnquiryKind.REFERRAL or _keeps_away(tx, case, referral):
        raise NotFound
    if not (asks or _may_answer(referral)):
        raise NotFound
    return case, referral


def _may_answer(referral: Enquiry) -> bool:
    return referral.unit is not None and may(access.current_staff(), Act.WORK_ON_CASE, referral.unit)


def _keeps_away(tx: Transaction, case: Case, referral: Enquiry) -> bool:
    """Who has a conflict of interest, and who may not see the cases of protected people."""
    staff = access.current_staff()
    sees = may(staff, Act.SEE_PROTECTED, referral.unit or case.unit)
    return (staff.id, Relation.RECUSED) in belonging.relations_of(tx, case.id) or (case.protected and not sees)


def _shows(case: Case, referral: Enquiry) -> frozenset[str]:
    """The parts that were chosen; none of a case that has become protected since, or of what was taken back."""
    if case.protected or referral.state is EnquiryState.TAKEN_BACK:
        return frozenset()
    chosen = referral.content.get("shows")
    return frozenset(str(one) for one in chosen) if isinstance(chosen, list) else frozenset()


_STATES = {
    EnquiryState.ANSWERED: N_("Besvarad {day}"),
    EnquiryState.TIMED_OUT: N_("Tiden gick ut {day}. Hör av dig till den som frågade om du ändå vill svara."),
    EnquiryState.TAKEN_BACK: N_("Tillbakatagen {day}. Du behöver inte svara."),
}


def _page(tx: Transaction, case: Case, referral: Enquiry, errors: Errors = (), *, typed: str = "") -> ReferralPage:
    telling, shows = tell(), _shows(case, referral)
    unit = house().municipality.units.get(case.unit)
    address = f"/cases/referrals/{referral.id}"
    settled = telling.day(day_of(referral.settled_at)) if referral.settled_at else ""
    opens = may(access.current_staff(), Act.SEE_CASE, case.unit)
    return ReferralPage(
        **framed("cases"),
        address=address,
        number=case.number,
        title=case.title,
        asking=telling.unit(case.unit),
        phone=unit.phone if unit is not None else "",
        to=referral.said("to"),
        when=telling.day(day_of(referral.asked_at)),
        last_day=words().day(referral.last_day, weekday=True),
        question=referral.said("body"),
        parts=parts_shown(tx, case, shows),
        files=tuple((file.name, f"{address}/files/{file.id}") for file in files_shown(tx, case, shows)),
        open=referral.is_open,
        may_answer=_may_answer(referral),
        case_address=f"/cases/{case.number}" if opens else "",
        state="" if referral.is_open else plain(_STATES[referral.state], day=settled),
        answer=referral.said("answer"),
        typed=typed,
        errors=errors,
    )
