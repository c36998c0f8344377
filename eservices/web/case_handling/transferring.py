"""Carrying a case over to another system by hand: the list of what waits, the sheet to print, and marking it done.

Beside it the number that a case has in a board's own register.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.cases import acts, marks, store, transferring
from eservices.cases.model import Case
from eservices.cases.transferring import MOST, Transfer, Waiting
from eservices.identity import accounts
from eservices.identity.people import Act, may
from eservices.language import N_
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.answers import Reading, SubmissionShown, file_about, submission_shown
from eservices.web.case_handling.asked import Asked, Box, nothing, why
from eservices.web.case_handling.queue import visible
from eservices.web.case_handling.room import blueprint
from eservices.web.case_handling.telling import DecisionShown, PartyShown, decision_shown, mark_told, party_shown
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field, day_in
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.reason import reason_page
from eservices.web.staff.telling import tell

#: As much as the table takes.
_MOST_SIGNS = 80
_MOST_SIGNS_OF_A_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TransfersPage(StaffPage):
    template: ClassVar[str] = "case_handling/transfers.html"
    rows: tuple[Waiting, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSheetPage(StaffPage):
    """All of a case that another system takes, on paper, with room to write what it is called there."""

    template: ClassVar[str] = "case_handling/transfer_sheet.html"
    case: Case
    systems: tuple[str, ...]
    board: str
    parties: tuple[PartyShown, ...]
    submissions: tuple[SubmissionShown, ...]
    decisions: tuple[DecisionShown, ...]
    files: tuple[tuple[str, str], ...]
    marked: tuple[str, ...]
    printed_by: str


@blueprint.get("/transfers")
@access.requires(Act.TRANSFER_CASE)
def show_transfers() -> Response:
    """What waits to be carried over, the oldest first."""
    with house().database.transaction() as tx:
        found = transferring.waiting(tx, units=access.units_of(access.current_staff(), Act.TRANSFER_CASE))
        shown = {case.id: case for case in visible(tx, (one.case for one in found))}
        access.journal_look(tx, "transfers")
    rows = tuple(replace(one, case=shown[one.case.id]) for one in found if one.case.id in shown)
    return render(TransfersPage(**framed("cases"), rows=rows, more=len(found) == MOST))


# ---- Marking it done -------------------------------------------------------------------------------------------------


def _waiting_of(tx: Transaction, case: Case) -> list[Transfer]:
    return [one for one in transferring.of_case(tx, case.id) if one.waits]


def _fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    waits = _waiting_of(tx, case)
    chosen = next((one for one in waits if one.id == request.args.get("of")), waits[0] if waits else None)
    done = plain("Det är överfört")
    to_do = plain("Det ska föras över, men är inte gjort än")
    not_needed = plain("Det behöver inte föras över")
    choices = [("done", done, ""), ("ask", to_do, plain("Ärendet ställs i listan."))]
    if chosen is not None:
        choices = [("done", done, ""), ("aside", not_needed, plain("Skriv varför."))]
    return (
        Field("hidden", "of", "", chosen.id if chosen else ""),
        Field("text", "system", plain("Vilket system?"), chosen.system if chosen else "", width="w24"),
        Field("radios", "how", plain("Hur är det?"), "done", choices=tuple(choices)),
        Field("date", "on", plain("Dagen då det fördes över"), house().clock.today().isoformat()),
        Field(
            "text", "their_number", plain("Ärendets nummer där"), optional=True, width="w16",
            hint=plain("Med numret går det att hitta ärendet i det andra systemet."),
        ),
        why(),
    )  # fmt: skip


def _wrong(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    found = []
    system, on = cleaning.line(written.get("system", "")), day_in(written.get("on", ""))
    if not system or len(system) > _MOST_SIGNS:
        found.append(("system", plain("Skriv vilket system, med högst {n} tecken.", n=_MOST_SIGNS)))
    if written.get("how") not in {"done", "ask", "aside"}:
        found.append(("how", plain("Välj hur det är.")))
    if written.get("how") == "done" and (on is None or on > house().clock.today()):
        found.append(("on", plain("Skriv dagen då det fördes över. Den kan inte ligga framåt i tiden.")))
    if len(cleaning.line(written.get("their_number", ""))) > _MOST_SIGNS:
        found.append(("their_number", plain("Skriv numret med högst {n} tecken.", n=_MOST_SIGNS)))
    if written.get("how") == "aside" and not written.get("why", "").strip():
        found.append(("why", plain("Skriv varför.")))
    return tuple(found)


def _beside(tx: Transaction, case: Case) -> Iterator[Box]:
    sheet = (plain("Skriv ut överföringsbladet"), f"/cases/{case.number}/transfer-sheet")
    small = plain("Allt som ska in i det andra systemet, med plats för numret där.")
    yield Box(plain("På papper"), (), small, links=(sheet,))
    telling = tell()
    done = [
        plain("{system}, {day}", system=one.system, day=telling.day(one.transferred_on))
        for one in transferring.of_case(tx, case.id)
        if one.transferred_on is not None
    ]
    if done:
        yield Box(plain("Redan överfört"), tuple(done))


TRANSFER = Asked(
    "transfer",
    Act.TRANSFER_CASE,
    N_("Överför för hand"),
    N_("Spara"),
    _fields,
    _beside,
    after=N_("Ärendet ligger kvar här. Att det är överfört syns på ärendet och i journalen."),
    check=_wrong,
)


@blueprint.get("/<casenumber:number>/transfer")
@access.requires(Act.TRANSFER_CASE)
def ask_for_transfer(number: str) -> Response:
    return ask(number, TRANSFER)


@blueprint.post("/<casenumber:number>/transfer")
@access.requires(Act.TRANSFER_CASE)
def transfer(number: str) -> Response:
    """Mark the case as carried over, put it in the list of what is to be, or take it out of the list."""
    done = {"done": "transferred", "ask": "to_transfer"}.get(request.form.get("how", ""), "not_transferred")
    return take(number, TRANSFER, _carry_over, done)


def _carry_over(tx: Transaction, case: Case, form: Mapping[str, str]) -> None:
    system, which = cleaning.line(form["system"]), form.get("of") or None
    if form["how"] == "ask":
        transferring.ask(tx, case.id, **by_form(), system=system)
    elif form["how"] == "aside":
        transferring.lay_aside(tx, case.id, which or "", **by_form(), why=form["why"])
    else:
        transferring.mark_done(
            tx, case.id, **by_form(), system=system, on=dt.date.fromisoformat(form["on"]),
            their_number=cleaning.line(form.get("their_number", "")), transfer_id=which,
        )  # fmt: skip


@blueprint.get("/<casenumber:number>/transfer-sheet")
@access.requires(Act.TRANSFER_CASE)
def show_transfer_sheet(number: str) -> Response:
    """Everything that whoever types it into the other system needs. The look is written down.

    To carry over what waits is one's own work; whoever opens another case says why, as everywhere.
    """
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.TRANSFER_CASE)
        works = may(access.current_staff(), Act.WORK_ON_CASE, case.unit)
        ground = access.ground_for(tx, case, own_work=works or bool(_waiting_of(tx, case)))
        if ground is None:
            return reason_page("cases", case, f"/cases/{number}/look", f"/cases/{number}/transfer")
        access.journal_look(tx, "transfer", case, ground=ground)
        page = _sheet(tx, case)
    return render(page)


def _sheet(tx: Transaction, case: Case) -> TransferSheetPage:
    file, telling = store.file_of(tx, case), tell()
    files = attachments.of_case(tx, case.id, case.key)
    names = accounts.names(tx, {decision.decided_by for decision in file.decisions})
    reading = Reading(case, files, names, telling)
    return TransferSheetPage(
        **framed("cases"),
        case=case,
        systems=tuple(one.system for one in _waiting_of(tx, case)),
        board=house().municipality.board(case.board).name,
        parties=tuple(party_shown(party, telling) for party in file.parties),
        submissions=tuple(submission_shown(tx, submission, reading) for submission in file.submissions),
        decisions=tuple(decision_shown(decision, case, names, None) for decision in file.decisions),
        files=tuple((each.name, file_about(each)) for each in files),
        marked=tuple(mark_told(mark, telling) for mark in marks.of_case(tx, case.id)),
        printed_by=access.current_staff().name,
    )


# ---- The number in a board's own register ----------------------------------------------------------------------------


def _number_fields(_tx: Transaction, case: Case) -> tuple[Field, ...]:
    hint = plain("Som det står i diariet. Ärendets eget nummer är kvar, och båda går att söka på.")
    label = plain("Nummer i nämndens diarium")
    return (Field("text", "registry_number", label, case.registry_number or "", hint=hint, width="w16"),)


def _number_wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
    number = cleaning.line(written.get("registry_number", ""))
    if not number or len(number) > _MOST_SIGNS_OF_A_NUMBER:
        return (("registry_number", plain("Skriv numret med högst {n} tecken.", n=_MOST_SIGNS_OF_A_NUMBER)),)
    if store.has_registry_number(tx, number, other_than=case.id):
        return (("registry_number", plain("Ett annat ärende har redan det numret.")),)
    return ()


REGISTRY_NUMBER = Asked(
    "registry-number",
    Act.KEEP_REGISTER,
    N_("Nummer i nämndens diarium"),
    N_("Spara numret"),
    _number_fields,
    nothing,
    check=_number_wrong,
)


@blueprint.get("/<casenumber:number>/registry-number")
@access.requires(Act.KEEP_REGISTER)
def ask_for_registry_number(number: str) -> Response:
    return ask(number, REGISTRY_NUMBER)


@blueprint.post("/<casenumber:number>/registry-number")
@access.requires(Act.KEEP_REGISTER)
def give_registry_number(number: str) -> Response:
    """The case stands in the board's own register too, under this number."""
    return take(
        number,
        REGISTRY_NUMBER,
        lambda tx, case, form: acts.register(
            tx, case.id, **by_form(), registry_number=cleaning.line(form["registry_number"])
        ),
        "numbered",
    )
