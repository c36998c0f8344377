"""Answering a supplement on the web: the pages of a journey, with nothing but what was asked for.

Opened by the code that opens the case. What was handed in first is not touched.
"""

from flask import request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from eservices import attachments
from eservices import language as languages
from eservices.cases import asking, enquiries, store
from eservices.cases.corrections import flag_of
from eservices.cases.enquiries import Enquiry, EnquiryKind
from eservices.cases.model import Case
from eservices.intake.submit import NotReady, hand_in
from eservices.journey.path import Spot
from eservices.language import Words
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Draft, HandedIn
from eservices.values import Channel
from eservices.web import i18n, security, stepping, uploads
from eservices.web.bodies import sent_files
from eservices.web.house import house
from eservices.web.pages import render, see_other
from eservices.web.resident import passes
from eservices.web.resident.blueprint import blueprint
from eservices.web.resident.continuing import RemoveFile
from eservices.web.resident.frame import ResidentFrame
from eservices.web.stepping import GO, Moved, Outcome
from eservices.web.uploads import Durable

_BEGIN = "/<lang:language>/case/<casenumber:number>/supplement"
_SUPPLEMENT = f"{_BEGIN}/<id:order>"


class SupplementFrame(ResidentFrame):
    """What was asked for in one case: beside its page, and back to it afterwards."""

    def __init__(self, service: str, words: Words, number: str, order: str):
        super().__init__(service, words)
        self.number, self.order = number, order
        self.case_address = f"/{self.language}/case/{number}"
        self.home = f"{self.case_address}/supplement/{order}"

    def start_address(self) -> str:
        return self.case_address

    def receipt_address(self) -> str:
        return f"{self.case_address}?done=supplement"

    def saved_address(self) -> str:
        return f"{self.case_address}?done=saved"

    def leave_address(self) -> str:
        return ""

    def in_language(self, language: str, spot: Spot) -> str:
        if language not in languages.LANGUAGES:
            raise BadRequest(language)
        return f"/{language}/case/{self.number}/supplement/{self.order}{self.address(spot)[len(self.home) :]}"


@blueprint.post(_BEGIN)
def begin_supplement(number: str) -> Response:
    """Begin to answer one of the things asked for (what is to be answered first, unless it says), or go on with it."""
    language = i18n.language()
    party = passes.follower(number)
    with house().database.transaction() as tx:
        case = store.lock(tx, party[0])
        found = enquiries.open_ones(tx, case, EnquiryKind.SUPPLEMENT, party[1])
        wanted = request.form.get("order", found[0].id if found else "")
        asked = next((one for one in found if one.id == wanted), None)
        if asked is None:
            return see_other(f"/{language}/case/{number}")
        draft = asking.draft_for(tx, case, asked, language=language, channel=Channel.WEB, now=house().clock.now())
        frame = _frame(draft, number, asked.id)
        if flag_of(asked) is not None:  # the answer is there already: what is wondered about it is read beside it
            return see_other(frame.address(Spot(pinned.service(tx, draft.version).steps[0].id)))
        outcome = stepping.show_check(tx, draft, frame)
    return see_other(outcome.address if isinstance(outcome, Moved) else frame.check_address())


@blueprint.get(f"{_SUPPLEMENT}/<slug:step>")
def show_supplement_step(number: str, order: str, step: str) -> Response:
    """One page of what was asked for."""
    with house().database.read() as tx:
        draft = _draft(tx, number, order)
        if draft is None:
            return _to_case(number)
        frame, spot = _frame(draft, number, order), Spot(step)
        questions = stepping.file_questions(tx, draft, spot)
        files = uploads.files_of(tx, draft, questions, spot, frame)
        return stepping.answer(stepping.show(tx, draft, spot, frame, changing=_is_changing(), files=files))


@blueprint.post(f"{_SUPPLEMENT}/<slug:step>")
def take_supplement_step(number: str, order: str, step: str) -> Response:
    """Keep what was sent for a page, and go on."""
    spot, now = Spot(step), house().clock.now()
    with _received(number, order, spot) as durable, house().database.transaction() as tx:
        draft = _draft(tx, number, order, locking=True)
        if draft is None:
            return _to_case(number)
        frame = _frame(draft, number, order)
        questions = stepping.file_questions(tx, draft, spot)
        outcome: Outcome | None = stepping.gate(tx, draft, spot, frame) if questions else None
        if outcome is None:
            files = uploads.keep(tx, draft, questions, spot=spot, durable=durable, frame=frame, now=now)
            outcome = stepping.take(tx, draft, spot, request.form, frame, now=now, changing=_is_changing(), files=files)
    return stepping.answer(outcome)


@blueprint.get(f"{_SUPPLEMENT}/<slug:step>/remove-file/<id:file>")
def ask_to_remove_supplement_file(number: str, order: str, step: str, file: str) -> Response:
    """Asks before a file is removed."""
    with house().database.read() as tx:
        draft = _draft(tx, number, order)
        found = attachments.get(tx, file, draft.key) if draft is not None else None
        if draft is None or found is None or found.draft_id != draft.id:
            raise NotFound
        frame = _frame(draft, number, order)
    return render(RemoveFile(name=found.name, back=frame.address(Spot(step))))


@blueprint.post(f"{_SUPPLEMENT}/<slug:step>/remove-file/<id:file>")
def remove_supplement_file(number: str, order: str, step: str, file: str) -> Response:
    """Take a file off a page."""
    with house().database.transaction() as tx:
        draft = _draft(tx, number, order, locking=True)
        if draft is None:
            return _to_case(number)
        frame, spot = _frame(draft, number, order), Spot(step)
        stored_as = stepping.remove_file(tx, draft, spot, file, frame, now=house().clock.now())
    if stored_as is not None:
        attachments.erase(house().settings.files_dir, stored_as)
    return see_other(frame.address(spot))


@blueprint.get(f"{_SUPPLEMENT}/check")
def check_supplement(number: str, order: str) -> Response:
    """All of it before it is sent."""
    with house().database.read() as tx:
        draft = _draft(tx, number, order)
        if draft is None:
            return _to_case(number)
        return stepping.answer(stepping.show_check(tx, draft, _frame(draft, number, order)))


@blueprint.post(f"{_SUPPLEMENT}/check")
def send_supplement(number: str, order: str) -> Response:
    """Hand it in. The case comes back to whoever handles it, by itself."""
    form, clock = request.form, house().clock
    with house().database.transaction() as tx:
        draft = _draft(tx, number, order, locking=True)
        if draft is None:  # sent already, perhaps a moment ago
            return _to_case(number)
        frame = _frame(draft, number, order)
        if form.get(GO) == "save":
            return see_other(frame.saved_address())
        if form.get("seen", str(draft.row_version)) != str(draft.row_version):
            return stepping.answer(stepping.show_check(tx, draft, frame, changed=True))
        handed_in = HandedIn.on_the_web(at=clock.now(), language=frame.language)
        try:
            hand_in(tx, draft, handed_in, clock, hours=house().municipality.contact_centre.hours)
        except NotReady as not_ready:
            return stepping.answer(stepping.show_check(tx, draft, frame, problems=not_ready.remaining))
    return see_other(frame.receipt_address())


def _draft(tx: Transaction, number: str, order: str, *, locking: bool = False) -> Draft | None:
    """The open draft of what this party was asked for; None when there is nothing to write in any more."""
    party = passes.read(security.CASE, number)
    case = store.by_id(tx, party[0]) if party is not None else None
    if party is None or case is None:
        return None
    asked = _asked(tx, case, party[1], order)
    if asked is None or asked.draft_id is None:
        return None
    draft = drafts.by_id(tx, asked.draft_id)
    if draft is None or not draft.is_open:
        return None
    return drafts.lock(tx, draft.id) if locking else draft


def _received(number: str, order: str, spot: Spot) -> Durable:
    """Files are made durable before the transaction that names them."""
    if not sent_files():
        return Durable()
    with house().database.read() as tx:
        draft = _draft(tx, number, order)
        if draft is None:
            raise NotFound
        questions = stepping.file_questions(tx, draft, spot)
    return uploads.receive(draft, questions, spot, sent_files())


def _asked(tx: Transaction, case: Case, party_id: str, order: str) -> Enquiry | None:
    """What this party has been asked for under this id, while it is open."""
    found = enquiries.open_ones(tx, case, EnquiryKind.SUPPLEMENT, party_id)
    return next((one for one in found if one.id == order), None)


def _frame(draft: Draft, number: str, order: str) -> SupplementFrame:
    return SupplementFrame(draft.service, i18n.words(), number, order)


def _to_case(number: str) -> Response:
    return see_other(f"/{i18n.language()}/case/{number}")


def _is_changing() -> bool:
    return "change" in request.args
