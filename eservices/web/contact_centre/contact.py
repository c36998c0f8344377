"""In a call, whoever it is about asks to be reached another way: the same change as on the resident's own page."""

from dataclasses import dataclass
from typing import ClassVar

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.cases import store
from eservices.cases.control_word import word_of
from eservices.cases.model import Case, Party
from eservices.contact_centre import calls, case_view
from eservices.contact_centre.calls import Call
from eservices.contact_centre.case_view import View
from eservices.identity.people import Act
from eservices.storage.database import Transaction
from eservices.web import once
from eservices.web.bodies import typed
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.pages import render, see_other
from eservices.web.staff import access, contact_ways
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.page import StaffPage, framed


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage(StaffPage):
    template: ClassVar[str] = "contact_centre/contact.html"
    case: Case
    name: str
    word: str
    fields: tuple[Field, ...]
    errors: Errors = ()


@blueprint.get("/cases/<casenumber:number>/contact")
@access.requires(Act.TAKE_DOWN)
def ask_for_contact(number: str) -> Response:
    """Only in a call in which it is known who speaks, and where the contact centre may know whose case it is."""
    with house().database.transaction() as tx:
        case, party, call = _in_call(tx, number)
        access.journal_look(tx, "case", case, ground=access.Ground(call=call.id))
        page = _page(tx, case, party, contact_ways.fields(case, party))
    return render(page)


@blueprint.post("/cases/<casenumber:number>/contact")
@access.requires(Act.TAKE_DOWN)
def change_contact(number: str) -> Response:
    """Change it. How we know who it is was said when the call began."""
    written = typed()
    with house().database.transaction() as tx:
        case, party, call = _in_call(tx, number)
        errors = contact_ways.wrong(case, party, written)
        if errors or call.identity_basis is None:
            fields = tuple(field.with_value(written.get(field.name, "")) for field in contact_ways.fields(case, party))
            return render(_page(tx, case, party, fields, errors), 422)
        if once.is_new(tx):
            told = calls.actor_of(call, access.current_staff().name)
            contact_ways.change(tx, case, party, written, actor=told, basis=call.identity_basis)
    return see_other(f"/contact-centre/cases/{number}?done=contact#about")


def _in_call(tx: Transaction, number: str) -> tuple[Case, Party, Call]:
    case, call = store.by_number(tx, number), calls.open_call(tx, access.current_staff().id)
    if case is None or call is None or not call.is_identified or call.practice:
        raise NotFound
    if not case.open or case.protected or case_view.view_of(case) not in {View.FULL, View.SUMMARY}:
        raise NotFound
    ground = access.ground_for(tx, case, own_work=False)
    if ground is None or not ground.call:
        raise NotFound
    party, *_ = store.parties_of(tx, case)
    return case, party, call


def _page(tx: Transaction, case: Case, party: Party, fields: tuple[Field, ...], errors: Errors = ()) -> ContactPage:
    word = word_of(tx.keys, party.id)
    return ContactPage(**framed("contact_centre"), case=case, name=party.name, word=word, fields=fields, errors=errors)
