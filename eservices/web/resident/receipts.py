"""After sending: the receipt, on a page as often as somebody wants to see it, and as a document."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from werkzeug.wrappers import Response

from eservices import attachments
from eservices.cases.receipt import Receipt, receipt_of
from eservices.naming import ANSWERED_BY
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web import files, i18n
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other
from eservices.web.resident.blueprint import blueprint, of_service
from eservices.web.resident.frame import ResidentFrame
from eservices.web.resident.visiting import current_draft

#: The question under which the worker lays the printed receipt.
RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage(Page):
    """What was handed in, when, what happens now, and how to follow it."""

    template: ClassVar[str] = "resident/receipt.html"
    caption: str
    number: str
    case_code: str
    received_at: dt.datetime
    due: str
    by: str
    unsure: str
    unit: str
    missing: Sequence[tuple[str, str]]
    next: Sequence[str]
    document: str
    leaving: str
    word: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Page):
    """The printed receipt is being made."""

    template: ClassVar[str] = "resident/receipt_waiting.html"
    back: str


@blueprint.get("/<lang:language>/services/<slug:service>/receipt")
def receipt(service: str) -> Response:
    """The receipt, as often as somebody wants to see it."""
    language = i18n.language()
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None or draft.submission_id is None:
            return see_other(frame.start_address() if draft is None else frame.check_address())
        told = receipt_of(tx, draft.submission_id)
        page = _receipt_page(tx, told, language, frame)
    return render(page)


@blueprint.get("/<lang:language>/services/<slug:service>/receipt.pdf")
def receipt_document(service: str) -> Response:
    """The receipt as a document. It is made outside the web, usually within a second of the sending."""
    frame = ResidentFrame(service, i18n.words())
    with house().database.read() as tx:
        draft = current_draft(tx, service)
        if draft is None or draft.submission_id is None:
            return see_other(frame.start_address())
        found = [
            attachment
            for attachment in attachments.of_submission(tx, draft.submission_id, draft.key)
            if attachment.question == RECEIPT and attachment.may_be_opened
        ]
        if found:
            return files.download(found[0], draft.key)
    response = render(Waiting(back=frame.receipt_address()))
    response.headers["Refresh"] = "2"
    return response


def _receipt_page(tx: Transaction, told: Receipt, language: str, frame: ResidentFrame) -> ReceiptPage:
    words = frame.words
    service = pinned.service(tx, told.version)
    texts = pinned.texts(tx, told.version, language)
    missing = []
    for place in told.missing:
        question = service.questions.get(place[0])
        if question is not None:
            missing.append((texts.get(question.label), texts.get(question.missing) if question.missing else ""))
    return ReceiptPage(
        caption=texts.get(service.title),
        number=told.number,
        word=told.word,
        about=told.about,
        case_code=told.code,
        received_at=told.received_at,
        due=words.day(told.due_on, weekday=True),
        by=words(ANSWERED_BY[told.method]),
        unsure=words("Tiden är ett exempel och inte kontrollerad.") if "decide_within" in service.samples else "",
        unit=house().municipality.unit(told.unit).name,
        missing=missing,
        next=[texts.get(text) for text in service.next],
        document=f"{frame.receipt_address()}.pdf",
        leaving=f"{of_service(language, told.service)}/clear-and-leave",
    )
