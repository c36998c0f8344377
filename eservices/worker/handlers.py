"""What is to be sent -> how it is done. One function per kind and way out; the loop settles the row afterwards."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from eservices import attachments, deliveries, outbox
from eservices.calendars import Clock
from eservices.cases import store as cases
from eservices.cases import transferring
from eservices.cases.deciding import DECISION_DOCUMENT, document_of, told_by
from eservices.cases.passing_on import Happened
from eservices.cases.receipt import Receipt
from eservices.contact_centre.handing_back import CONTINUE_CODE
from eservices.contact_centre.letters import braille_of, letter_of
from eservices.definitions.library import Library
from eservices.documents import handing_out, letter, receipt
from eservices.documents.braille import as_text
from eservices.documents.decision import (
    DecisionDocument,
    Recipient,
    decision_html,
    decision_pdf,
    own_words,
)
from eservices.documents.decision import document_of as decided_document
from eservices.documents.guide import printed
from eservices.documents.letterhead import Letterhead, letterhead
from eservices.documents.receipt import HandedInAsShown
from eservices.documents.rendering import Press, printable, tagged_pdf
from eservices.documents.signing import signing_letter
from eservices.identity import limits
from eservices.journey.path import walk
from eservices.language import SOURCE, Words, words
from eservices.outbox import Row
from eservices.settings import Settings
from eservices.storage.database import Database, Transaction
from eservices.submissions import pinned
from eservices.submissions import store as submissions
from eservices.submissions.model import Needs
from eservices.worker import events, mails, sms
from eservices.worker.mails import Sender, Written
from eservices.worker.post import Envelope, Never, NotNow, Post
from eservices.worker.texting import Text, TextSender
from eservices.worker.webhooks import Event, Receiver

#: Under this name a receipt's PDF lies among the files of its case; no question can be called so.
RECEIPT = "receipt"
#: Somebody is asked to sign beside the applicant.
SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a handler works with."""

    settings: Settings
    database: Database
    library: Library
    clock: Clock
    press: Press
    post: Post | None
    texts: TextSender | None = None
    receivers: Mapping[str, Receiver] = field(default_factory=dict)  #: systems that are told of cases, by name

    def head(self, speech: Words) -> Letterhead:
        return letterhead(self.library.municipality, speech)

    def case_address(self, language: str) -> str:
        """Where a case is followed on the web; it names no case."""
        return f"{self.settings.base_url}/{language}/case"

    def sign_address(self, language: str) -> str:
        """Where those who must sign see what it is; it names no case."""
        return f"{self.settings.base_url}/{language}/sign"

    def continue_address(self, language: str) -> str:
        """Where what was begun is gone on with; it names nothing."""
        return f"{self.settings.base_url}/{language}/continue"

    def unit_name(self, unit: str) -> str:
        return self.library.municipality.unit(unit).name


@dataclass(frozen=True, slots=True)
class Done:
    """The receiver has it. `within` is written in the transaction that marks the row as done."""

    detail: str
    within: Callable[[Transaction], object] | None = None


Handler = Callable[[Desk, Row], Done]


def handler_of(row: Row) -> Handler | None:
    """How this row is done, or None: then only a person can."""
    if row.target == outbox.EMAIL:
        return send_mail
    if row.target == outbox.SMS:
        return send_text
    if row.target.startswith(outbox.WEBHOOK):
        return tell_system
    if row.target == outbox.DOCUMENT:
        return {
            "receipt": make_receipt,
            "letter": make_letter,
            SIGNATURE: make_signing_letter,
            DECISION_DOCUMENT: make_decision,
            handing_out.HAND_OUT: make_copies,
        }.get(row.kind)
    return None


def send_mail(desk: Desk, row: Row) -> Done:
    """Send the mail, as it was first written. Raises `NotNow` or `Never`."""
    if desk.post is None:
        raise NotNow("no way out for e-mail is set up", away=True)
    receiver = mails.envelope_address(row.payload["to"])
    _within_reason(desk, row, mails.mailbox(receiver))
    body = row.body or _freeze(desk, row)

    def is_ours() -> bool:
        with desk.database.read() as tx:
            return outbox.is_held(tx, row, desk.clock.now())

    return Done(desk.post.send(Envelope(row.id, _sender(desk).address, receiver, body, is_ours)))


def send_text(desk: Desk, row: Row) -> Done:
    """Send the text message, in the same words at every try. Raises `NotNow` or `Never`."""
    if desk.texts is None:
        raise Never("no way out for text messages is set up")
    receiver = sms.number_of(row.payload["to"])
    _within_reason(desk, row, receiver)
    body = row.body or _freeze_text(desk, row)
    return Done(desk.texts.send(Text(row.id, receiver, body.decode())))


def tell_system(desk: Desk, row: Row) -> Done:
    """Tell another system of a case, in the same bytes at every try. Raises `NotNow` or `Never`.

    One that no setting says how to tell is work for a person, who carries the case over by hand. Should the setting
    come later, the system is told by replaying.
    """
    name = row.target.removeprefix(outbox.WEBHOOK)
    receiver = desk.receivers.get(name)
    if receiver is None:
        return _by_hand(desk, row, name)
    body = row.body
    if body is None:
        made = events.written(row.id, row.kind, row.payload, base_url=desk.settings.base_url)
        with desk.database.transaction() as tx:
            body = outbox.freeze(tx, row, made)
    return Done(receiver.send(Event(row.id, body), int(desk.clock.now().timestamp())))


def _by_hand(desk: Desk, row: Row, system: str) -> Done:
    case_id = row.case_id
    if case_id is None or row.kind not in {Happened.SUBMITTED, Happened.SUPPLEMENTED}:
        return Done("not told: no setting says where this system is")
    now = desk.clock.now()
    return Done("carried over by hand", lambda tx: transferring.needed(tx, case_id, system, now))


#: What anybody can bring about without anybody here: a flood of it must fill nobody's mailbox.
_BY_ANYBODY = frozenset({RECEIPT, SIGNATURE, CONTINUE_CODE})
_A_DAY = dt.timedelta(days=1)


def _within_reason(desk: Desk, row: Row, receiver: str) -> None:
    """Count what is sent to one receiver in a day, each thing once. What staff write is not counted and always goes.

    Raises `NotNow` for one too many: it goes another day, and in the end a person brings it.
    """
    if row.kind not in _BY_ANYBODY or row.body is not None or desk.settings.demo:
        return
    with desk.database.transaction() as tx:
        most = desk.settings.messages_per_address
        allowed = limits.hit(tx, ("message", row.target, receiver), most, _A_DAY, desk.clock.now())
    if not allowed:
        raise NotNow("as many as one receiver gets in a day have gone there today")


def _freeze_text(desk: Desk, row: Row) -> bytes:
    language = row.payload["language"]
    speech = words(language)
    address = (desk.sign_address if row.kind == SIGNATURE else desk.case_address)(speech.language)
    if row.kind == CONTINUE_CODE:
        address = desk.continue_address(speech.language)
    said = sms.words_of(row.kind, row.payload, desk.head(speech), speech, address=address)
    with desk.database.transaction() as tx:
        return outbox.freeze(tx, row, said.encode())


def _freeze(desk: Desk, row: Row) -> bytes:
    body = mails.as_bytes(row.id, _sender(desk), row.payload["to"], _written(desk, row), row.put_at)
    with desk.database.transaction() as tx:
        return outbox.freeze(tx, row, body)


def _written(desk: Desk, row: Row) -> Written:
    wanted = row.payload["language"]
    speech = words(wanted)
    head, reply_to = desk.head(speech), _sender(desk).reply_to
    address = desk.case_address(speech.language)
    if row.kind == SIGNATURE:
        number, code = row.payload["number"], row.payload["code"]
        return mails.signature_mail(desk.press, head, number, speech, code=code, address=desk.sign_address(wanted))
    if row.kind == CONTINUE_CODE:
        return mails.continue_mail(
            desk.press, head, speech, code=row.payload["code"], address=desk.continue_address(speech.language)
        )
    if row.kind != RECEIPT:
        return mails.news_mail(desk.press, head, row.payload["number"], speech, address=address, reply_to=reply_to)
    shown = _shown(desk, row, speech.language)
    return mails.receipt_mail(desk.press, head, shown, speech, address=address, reply_to=reply_to)


def _sender(desk: Desk) -> Sender:
    municipality = desk.library.municipality
    host = desk.settings.base_url.partition("//")[2].partition(":")[0]
    address = desk.settings.smtp_from or f"noreply@{host}"
    return Sender(municipality.name, address, address.rpartition("@")[2], municipality.contact_centre.email or "")


def make_receipt(desk: Desk, row: Row) -> Done:
    """Print the receipt and lay it among the files of its case; with an address in the payload, as a letter to post."""
    wanted = row.payload["language"]
    speech = printable(wanted)
    shown = _shown(desk, row, speech.language)
    to, reader = row.payload.get("address"), _reader(desk, row)
    html = receipt.receipt_html(
        _press(desk, reader),
        desk.head(speech),
        shown,
        speech,
        address=desk.case_address(wanted),
        recipient=letter.address_lines(shown.receipt.name, to) if to else (),
        wanted="" if speech.language == wanted else wanted,
    )
    name = speech("Kvitto {number}", number=shown.receipt.number)
    made = _Made(tagged_pdf(html, speech), as_text(html) if reader.braille else "")
    return _laid_down(desk, row, made, name=name, submission_id=shown.receipt.submission_id)


def make_letter(desk: Desk, row: Row) -> Done:
    """Print a letter, ready for whoever posts it. A decision is posted as the document it is."""
    payload = row.payload
    speech = printable(payload["language"])
    decision = _decision_told(desk, row, speech)
    if decision is not None:
        return _posted_decision(desk, row, decision, speech)
    written = letter.Letter(
        number=payload["number"],
        date=dt.date.fromisoformat(payload["date"]),
        subject=payload["subject"],
        body=payload["body"],
        unit=desk.unit_name(payload["unit"]),
        name=payload["name"],
        address=payload["address"],
        code=payload["code"] or "",
    )
    made = _letter(
        desk, row, written, speech, address=desk.case_address(payload["language"]), reads=payload["language"]
    )
    return _laid_down(desk, row, made, name=speech("Brev i ärende {number}", number=written.number))


def _decision_told(desk: Desk, row: Row, speech: Words) -> DecisionDocument | None:
    """The decision that this letter tells of; None when it tells of something else."""
    with desk.database.read() as tx:
        delivery = deliveries.get(tx, row.delivery_id) if row.delivery_id else None
        case = cases.by_id(tx, delivery.case_id) if delivery is not None and delivery.kind == "decision" else None
        if delivery is None or case is None:
            return None
        told = told_by(cases.decisions_of(tx, case), delivery)
        return decided_document(tx, case, told, desk.library.municipality, speech) if told is not None else None


def _posted_decision(desk: Desk, row: Row, made: DecisionDocument, speech: Words) -> Done:
    payload, reader = row.payload, _reader(desk, row)
    to = Recipient(letter.address_lines(payload["name"], payload["address"]), payload["code"] or "")
    html, guide = decision_html(
        _press(desk, reader), desk.head(speech), made, speech,
        address=desk.case_address(payload["language"]), reader=payload["language"], to=to,
    )  # fmt: skip
    done = _Made(printed(html, guide, articles=own_words(speech)), as_text(html) if reader.braille else "")
    return _laid_down(desk, row, done, name=speech("Beslut {number}", number=made.number))


def make_decision(desk: Desk, row: Row) -> Done:
    """Print a decision and lay it among the files of its case, for its parties and for the archive."""
    wanted, payload = row.payload["language"], row.payload
    speech = printable(wanted)
    with desk.database.read() as tx:
        case = cases.by_id(tx, payload["case"])
        if case is None:
            raise Never("there is no such case any more")
        decision = next(one for one in cases.decisions_of(tx, case) if one.id == payload["decision"])
        made = decided_document(tx, case, decision, desk.library.municipality, speech)
    decided = decision_pdf(
        desk.press, desk.head(speech), made, speech, address=desk.case_address(wanted), reader=wanted
    )
    name = speech("Beslut {number}", number=case.number)
    return _laid_down(desk, row, _Made(decided), name=name, question=document_of(decision.revision))


def make_copies(desk: Desk, row: Row) -> Done:
    """Make the two copies of a case that is handed out, and lay them among its files."""
    wanted, case_id = handing_out.Order.from_json(row.payload), row.case_id
    with desk.database.read() as tx:
        case = cases.by_id(tx, case_id) if case_id else None
        if case is None:
            raise Never("there is no such case any more")
        made = handing_out.copies(
            tx, case, wanted,
            press=desk.press, municipality=desk.library.municipality, files_dir=desk.settings.files_dir,
            clock=desk.clock,
        )  # fmt: skip
    name, folder = words(SOURCE)("Ärende {number}", number=case.number), desk.settings.files_dir
    whole, packed = handing_out.copy_names(wanted)
    laid = [
        (
            whole,
            attachments.receive_made(
                folder, made.printed, name=f"{name}.pdf", media_type="application/pdf", key=row.key
            ),
        ),
        (
            packed,
            attachments.receive_made(
                folder, made.packed, name=f"{name}.zip", media_type="application/zip", key=row.key
            ),
        ),
    ]

    def keep(tx: Transaction) -> None:
        for question, received in laid:
            attachments.keep_made(
                tx, received, case_id=case.id, question=question, key=row.key, now=desk.clock.now()
            )  # fmt: skip

    return Done(f"{len(made.printed) + len(made.packed)} bytes", keep)


def make_signing_letter(desk: Desk, row: Row) -> Done:
    """Print the letter to a co-signer, ready for whoever posts it."""
    speech = printable(row.payload["language"])
    written = signing_letter(row.payload, speech, unit=desk.unit_name(row.payload["unit"]))
    wanted = row.payload["language"]
    reads = SOURCE if speech.language == wanted else wanted
    made = _letter(desk, row, written, speech, address=desk.sign_address(wanted), reads=reads)
    return _laid_down(desk, row, made, name=speech("Brev i ärende {number}", number=written.number))


@dataclass(frozen=True, slots=True)
class _Made:
    """A paper, and its words for a Braille printer where its reader reads with their fingers."""

    printed: bytes
    braille: str = ""


def _letter(desk: Desk, row: Row, written: letter.Letter, speech: Words, *, address: str, reads: str) -> _Made:
    """A letter as its reader reads it: in ordinary or in large print, in Braille too where that is needed."""
    reader = _reader(desk, row)
    html, guide = letter.letter_html(
        _press(desk, reader), desk.head(speech), written, speech, address=address, reader=reads
    )
    return _Made(printed(html, guide), as_text(html) if reader.braille else "")


def _reader(desk: Desk, row: Row) -> Needs:
    """What the person needs who is to read it."""
    with desk.database.read() as tx:
        delivery = deliveries.get(tx, row.delivery_id) if row.delivery_id else None
        case = cases.by_id(tx, delivery.case_id) if delivery else None
        if delivery is None or case is None:
            return Needs()
        return next((one.needs for one in cases.parties_of(tx, case) if one.id == delivery.party_id), Needs())


def _press(desk: Desk, reader: Needs) -> Press:
    return desk.press.large if reader.large_print else desk.press


def _shown(desk: Desk, row: Row, language: str) -> HandedInAsShown:
    facts = Receipt.from_json(row.payload)
    with desk.database.read() as tx:
        submission = submissions.get(tx, facts.submission_id)
        service = pinned.service(tx, facts.version)
        texts = pinned.texts(tx, facts.version, language)
        files = {file.id: file.name for file in attachments.of_submission(tx, facts.submission_id, row.key)}
    return HandedInAsShown(facts, service, texts, walk(service, submission.answers), desk.unit_name(facts.unit), files)


def _laid_down(
    desk: Desk, row: Row, made: _Made, *, name: str, submission_id: str | None = None, question: str = ""
) -> Done:
    """The paper among the files of its case: durable first, named by a row in the transaction that settles this one."""
    case_id = row.case_id
    if case_id is None:
        raise Never("a document without a case has no place to lie")
    question = question or (RECEIPT if row.delivery_id is None else letter_of(row.delivery_id))
    paper = attachments.receive_made(
        desk.settings.files_dir, made.printed, name=f"{name}.pdf", media_type="application/pdf", key=row.key
    )
    files = [(question, paper)]
    if made.braille and row.delivery_id is not None:
        words_alone = attachments.receive_made(
            desk.settings.files_dir, made.braille.encode(), name=f"{name}.txt", media_type="text/plain", key=row.key
        )
        files.append((braille_of(row.delivery_id), words_alone))

    def keep(tx: Transaction) -> None:
        for place, received in files:
            attachments.keep_made(
                tx,
                received,
                case_id=case_id,
                submission_id=submission_id,
                question=place,
                key=row.key,
                now=desk.clock.now(),
            )

    return Done(f"{len(made.printed)} bytes", keep)
