"""The receipt of what was sent in this call: to be read out, or printed for whoever stands at the counter."""

from dataclasses import dataclass
from typing import ClassVar

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments, deliveries
from eservices.attachments import Attachment
from eservices.cases import receipt as receipts
from eservices.cases import store as cases
from eservices.cases.model import Case
from eservices.cases.receipt import Receipt
from eservices.identity.people import Act
from eservices.storage.database import Transaction
from eservices.submissions import codes, pinned
from eservices.submissions.model import SubmissionKind
from eservices.web.contact_centre.in_hand import CallPage, application, base_of, caller_of, the_call
from eservices.web.contact_centre.room import blueprint
from eservices.web.files import download
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.page import framed
from eservices.web.staff.telling import news_told, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage(CallPage):
    template: ClassVar[str] = "contact_centre/receipt.html"
    receipt: Receipt
    number_spoken: str
    how: str
    task: str
    printed: bool
    came: str  #: how a call ends in which this was sent
    unit: str
    due: str
    next: tuple[str, ...]
    missing: tuple[str, ...]


@blueprint.get("/calls/<id:call_id>/receipt")
@access.requires(Act.TAKE_DOWN)
def show_receipt(call_id: str) -> Response:
    """The number, in groups to read out, and what happens next. The view closes with the call."""
    with house().database.transaction() as tx:
        call, draft = application(tx, call_id)
        if draft is None or draft.submission_id is None:
            return see_other(f"{base_of(call)}/go-on")
        receipt = receipts.receipt_of(tx, draft.submission_id)
        service = pinned.service(tx, receipt.version)
        texts = pinned.texts(tx, receipt.version, "sv")
        case = cases.by_id(tx, receipt.case_id)
        supplement = draft.kind is SubmissionKind.SUPPLEMENT
        told = plain("Säg att det har kommit in. Det står också på personens sida.")
        how, task = (told, "") if supplement else _receipt_on_its_way(tx, receipt)
        access.journal_look(tx, "receipt", case, ground=access.Ground(call=call.id))
        page = ReceiptPage(
            **framed("contact_centre"),
            caller=caller_of(tx, call),
            receipt=receipt,
            number_spoken=codes.spoken(receipt.number),
            how=how,
            task=task,
            came="answered" if supplement else "became_case",
            printed=case is not None and not supplement and _printed_receipt(tx, case) is not None,
            unit=tell().unit(receipt.unit),
            due=words().day(receipt.due_on),
            next=tuple(texts.get(text) for text in service.next),
            missing=tuple(texts.get(service.questions[place[0]].label) for place in receipt.missing),
        )
    return render(page)


@blueprint.get("/calls/<id:call_id>/receipt.pdf")
@access.requires(Act.TAKE_DOWN)
def print_receipt(call_id: str) -> Response:
    """The receipt on paper, for whoever stands at the counter: of what was sent in this call, and of nothing else."""
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        sent = receipts.receipt_of(tx, call.submission_id) if call.submission_id else None
        case = cases.by_id(tx, sent.case_id) if sent is not None else None
        printed = _printed_receipt(tx, case) if case is not None else None
        if case is None or printed is None or case.protected:
            raise NotFound
        access.journal_look(tx, "receipt", case, ground=access.Ground(call=call.id))
    return download(printed, case.key)


def _printed_receipt(tx: Transaction, case: Case) -> Attachment | None:
    """The receipt as the worker has made it; a moment after the sending it is not there yet."""
    files = attachments.of_case(tx, case.id, case.key)
    return next((file for file in files if file.question == "receipt" and file.may_be_opened), None)


def _receipt_on_its_way(tx: Transaction, receipt: Receipt) -> tuple[str, str]:
    """How the receipt reaches the person, and the address of the task where somebody has to bring it."""
    delivery = next((d for d in deliveries.of_case(tx, receipt.case_id) if d.kind == "receipt"), None)
    if delivery is None or delivery.reached_at is not None:
        return plain("Läs upp numret nu, eller skriv ut kvittot."), ""
    if delivery.needs_person:
        return news_told(delivery.kind, delivery.method), f"/contact-centre/deliveries/{delivery.id}"
    return plain("Går med e-post."), ""
