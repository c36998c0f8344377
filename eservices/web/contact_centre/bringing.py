"""News to be brought by a person: what to say, to whom, what has been tried. Every attempt stands in the journal."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments, deliveries, journal
from eservices.cases import store
from eservices.cases.control_word import word_of
from eservices.cases.deciding import told_by
from eservices.cases.model import Case, Party
from eservices.cases.receipt import receipt_of
from eservices.cases.store import CaseFile
from eservices.contact_centre import bringing, case_view, letters
from eservices.contact_centre.case_view import View
from eservices.deliveries import Delivery, Evidence
from eservices.documents.appeal import how_to_appeal
from eservices.documents.letter import address_lines
from eservices.identity import accounts
from eservices.identity.people import Act
from eservices.journal import Entry
from eservices.language import own_name, words
from eservices.naming import METHODS, TRIES, decided
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import codes
from eservices.values import Channel, ContactMethod
from eservices.web import once
from eservices.web.contact_centre.colleagues import colleague, colleagues
from eservices.web.contact_centre.room import blueprint
from eservices.web.files import download
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import needs_of, news_told, phone_shown, tell


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt to bring the news."""

    at: dt.datetime
    who: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage(StaffPage):
    template: ClassVar[str] = "contact_centre/delivery.html"
    delivery: Delivery
    case: Case
    heading: str
    name: str
    reach: str
    language: str
    needs: tuple[str, ...]
    script: tuple[str, ...]
    because: str
    hands_off: str
    letter: str
    by_letter: bool  #: whether it may go by letter instead
    large: bool  #: whether the letter is set in large print
    braille: str  #: where its words lie for the Braille printer
    mark: str
    taken_by: str
    tried: tuple[Tried, ...]
    choices: tuple[tuple[str, str, str], ...]
    colleagues: tuple[tuple[str, str], ...]
    enclosed: tuple[tuple[str, str], ...] = ()  #: files that go with it: name, and where to open it ("" while checked)
    errors: Errors = ()


@blueprint.get("/deliveries/<id:delivery_id>")
@access.requires(Act.DELIVER)
def show_delivery(delivery_id: str) -> Response:
    """What to say, to whom, and what has been tried."""
    with house().database.transaction() as tx:
        delivery, file = _delivery(tx, delivery_id)
        ground = access.ground_for(tx, file.case, own_work=delivery.is_work)
        if ground is None:
            return see_other(f"/contact-centre/cases/{file.case.number}")
        access.journal_look(tx, "delivery", file.case, ground=ground, delivery=delivery_id)
        page = _delivery_page(tx, delivery, file)
    return render(page)


@blueprint.post("/deliveries/<id:delivery_id>")
@access.requires(Act.DELIVER)
def settle_delivery(delivery_id: str) -> Response:
    """It was read out or posted; nobody answered; or somebody takes it, or leaves it."""
    form, now = request.form, house().clock.now()
    did, note = form.get("did", ""), cleaning.line(form.get("note", ""))[:500]
    with house().database.transaction() as tx:
        delivery, file = _delivery(tx, delivery_id)
        if not delivery.is_work or file.case.protected:
            return see_other("/contact-centre/")
        if did == "take":
            bringing.take(tx, delivery_id, actor=access.actor(), now=now)
            return see_other(f"/contact-centre/deliveries/{delivery_id}")
        if did == "release":
            bringing.release(tx, delivery_id, actor=access.actor(), now=now)
            return see_other("/contact-centre/")
        if did == "assign":
            if (staff := colleague(tx, form.get("colleague", ""))) is not None:
                deliveries.assign(tx, delivery_id, staff.id)
            return see_other("/contact-centre/")
        if did not in {"brought", "confirmed", *TRIES}:
            errors = (("did", plain("Välj hur det gick.")),)
            return render(_delivery_page(tx, delivery, file, errors), 422)
        letter = delivery.method is ContactMethod.LETTER
        actor = access.actor(Channel.PAPER if letter else Channel.PHONE)
        if did == "confirmed":
            bringing.brought(tx, delivery_id, actor=actor, evidence=Evidence.CONFIRMED, now=now)
        elif did == "brought":
            # Whoever has heard it read out, and was asked who they are, has got it as surely as one who has opened it.
            evidence = Evidence.SENT if letter else Evidence.CONFIRMED
            bringing.brought(tx, delivery_id, actor=actor, evidence=evidence, now=now)
        elif once.is_new(tx):
            bringing.tried(tx, delivery_id, actor=actor, outcome=bringing.Outcome(did), now=now, note=note)
    return see_other(
        "/contact-centre/?done=task" if did in {"brought", "confirmed"} else f"/contact-centre/deliveries/{delivery_id}"
    )


@blueprint.post("/deliveries/<id:delivery_id>/by-letter")
@access.requires(Act.DELIVER)
def send_by_letter(delivery_id: str) -> Response:
    """Somebody who cannot be rung is written to instead."""
    with house().database.transaction() as tx:
        delivery, file = _delivery(tx, delivery_id)
        party, news = _party(delivery, file), _as_letter(tx, delivery, file)
        if news is not None and _may_be_written_to(delivery, party) and not file.case.protected:
            to = deliveries.Recipient(
                party.id, ContactMethod.LETTER, delivery.language, party.name, address=party.address
            )
            bringing.by_letter(tx, delivery_id, news, to, actor=access.actor(), now=house().clock.now())
    return see_other(f"/contact-centre/deliveries/{delivery_id}")


@blueprint.get("/deliveries/<id:delivery_id>/letter.pdf")
@access.requires(Act.DELIVER)
def show_letter(delivery_id: str) -> Response:
    """The letter, ready to be printed and posted."""
    with house().database.transaction() as tx:
        delivery, file = _delivery(tx, delivery_id)
        letter = letter_of(tx, delivery, file.case)
        if letter is None or not delivery.is_work or file.case.protected:
            raise NotFound
        access.journal_look(tx, "letter", file.case, delivery=delivery_id)
    return download(letter, file.case.key)


@blueprint.get("/deliveries/<id:delivery_id>/braille.txt")
@access.requires(Act.DELIVER)
def show_braille(delivery_id: str) -> Response:
    """The letter's words, for the Braille printer."""
    with house().database.transaction() as tx:
        delivery, file = _delivery(tx, delivery_id)
        text = _made(tx, letters.braille_of(delivery.id), file.case)
        if text is None or not delivery.is_work or file.case.protected:
            raise NotFound
        access.journal_look(tx, "letter", file.case, delivery=delivery_id)
    return download(text, file.case.key)


@blueprint.get("/deliveries/<id:delivery_id>/files/<id:file_id>")
@access.requires(Act.DELIVER)
def open_enclosed(delivery_id: str, file_id: str) -> Response:
    """A file that goes with a message: to be printed for the letter, or told of over the telephone."""
    with house().database.transaction() as tx:
        delivery, file = _delivery(tx, delivery_id)
        found = next((one for one in _files_of(tx, delivery, file.case) if one.id == file_id), None)
        if found is None or not (found.may_be_opened and delivery.is_work):
            raise NotFound
        access.journal_look(tx, "file", file.case, delivery=delivery_id, file=found.name)
    return download(found, file.case.key)


def _files_of(tx: Transaction, delivery: Delivery, case: Case) -> Iterator[attachments.Attachment]:
    """The files of the message that is brought, where the contact centre may read it."""
    if delivery.message_id is None or case.protected or case_view.view_of(case) is not View.FULL:
        return
    for one in attachments.of_case(tx, case.id, case.key):
        if one.message_id == delivery.message_id:
            yield one


def has_files(tx: Transaction, delivery: Delivery, case: Case) -> bool:
    """Whether files go with a letter."""
    return any(_files_of(tx, delivery, case))


def _enclosed(tx: Transaction, delivery: Delivery, file: CaseFile) -> Iterator[tuple[str, str]]:
    for one in _files_of(tx, delivery, file.case):
        opens = one.may_be_opened and delivery.is_work
        yield one.name, f"/contact-centre/deliveries/{delivery.id}/files/{one.id}" if opens else ""


def _delivery(tx: Transaction, delivery_id: str) -> tuple[Delivery, CaseFile]:
    """News that a person brings, or has brought. What a machine sends is nobody's page."""
    delivery = deliveries.get(tx, delivery_id)
    case = store.by_id(tx, delivery.case_id) if delivery else None
    if delivery is None or case is None or not delivery.needs_person:
        raise NotFound
    return delivery, store.file_of(tx, case)


def _delivery_page(tx: Transaction, delivery: Delivery, file: CaseFile, errors: Errors = ()) -> DeliveryPage:
    party = _party(delivery, file)
    entries = [
        entry
        for entry in journal.of_case(tx, file.case.id, file.case.key)
        if entry.kind == "delivery_tried" and _content(entry).get("delivery") == delivery.id
    ]
    names = accounts.names(tx, [delivery.agent_id] if delivery.agent_id else [])
    return DeliveryPage(
        **framed("contact_centre"),
        delivery=delivery,
        case=file.case,
        heading=news_told(delivery.kind, delivery.method),
        name="" if file.case.protected else party.name,
        reach="" if file.case.protected else _reach(party, delivery.method),
        language=own_name(delivery.language) if delivery.language != "sv" else "",
        needs=tuple(needs_of(party.needs)),
        script=tuple(_script(delivery, file, party, word_of(tx.keys, party.id))),
        because=_because(delivery, party),
        hands_off=_hands_off(file.case),
        letter=f"/contact-centre/deliveries/{delivery.id}/letter.pdf" if letter_of(tx, delivery, file.case) else "",
        by_letter=_may_be_written_to(delivery, party) and _as_letter(tx, delivery, file) is not None,
        large=party.needs.large_print,
        braille=f"/contact-centre/deliveries/{delivery.id}/braille.txt"
        if _made(tx, letters.braille_of(delivery.id), file.case)
        else "",
        mark=letters.mark_of(tx, delivery, file.case) if delivery.method is ContactMethod.LETTER else "",
        taken_by=names.get(delivery.agent_id or "", ""),
        tried=tuple(_tried(entry) for entry in entries),
        choices=tuple(_choices(delivery)),
        colleagues=colleagues(tx),
        enclosed=tuple(_enclosed(tx, delivery, file)),
        errors=errors,
    )


def _party(delivery: Delivery, file: CaseFile) -> Party:
    return next((party for party in file.parties if party.id == delivery.party_id), file.applicant)


def _may_be_written_to(delivery: Delivery, party: Party) -> bool:
    """Whether there is an address to write to, where a call was to be made."""
    return delivery.is_work and delivery.method is not ContactMethod.LETTER and bool(party.address)


def _as_letter(tx: Transaction, delivery: Delivery, file: CaseFile) -> deliveries.News | None:
    """The same news as a letter in the reader's language; None where it cannot be told once more."""
    case, party, speech = file.case, _party(delivery, file), words(delivery.language)
    message = next((one for one in file.messages if one.id == delivery.message_id), None)
    subject, paragraphs = speech("Beslut"), list[str]()
    if message is not None:
        subject, paragraphs = message.subject or case.title, [message.body]
    elif (decision := told_by(file.decisions, delivery)) is not None:
        paragraphs = [speech("Vi har fattat beslut i ditt ärende."), speech(decided(decision.kind, decision.outcome))]
        instruction = how_to_appeal(decision.appeal_route, house().municipality, speech, decision.kind)
        paragraphs += [decision.reasons, *instruction]
    elif delivery.kind == "receipt":
        facts = receipt_of(tx, file.submissions[0].id).to_json()
        return deliveries.News("receipt", case.id, case.number, case.contact_queue, delivery.due_at, facts)
    else:
        return None
    letter = deliveries.Letter(house().clock.today(), subject, paragraphs, case.unit, party.code)
    return deliveries.News(
        delivery.kind, case.id, case.number, case.contact_queue, delivery.due_at,
        message_id=delivery.message_id, letter=letter,
    )  # fmt: skip


def _choices(delivery: Delivery) -> Iterator[tuple[str, str, str]]:
    """How it can have gone, the best first."""
    letter = delivery.method is ContactMethod.LETTER
    yield ("brought", plain("Brevet är postat") if letter else plain("Jag läste upp det för personen"), "")
    if letter and delivery.needed_evidence is not Evidence.SENT:
        yield ("confirmed", plain("Personen har bekräftat att brevet har kommit"), "")
    for code, label in TRIES.items():
        if (code == "returned") == letter or code == "wrong_number":
            yield (code, plain(label), "")


def _tried(entry: Entry) -> Tried:
    said = _content(entry)
    what = plain(TRIES[str(said["outcome"])]) if said.get("outcome") in TRIES else ""
    note = str(said.get("note", ""))
    return Tried(entry.at, entry.staff_name or "", f"{what}. {note}" if note else what)


def _content(entry: Entry) -> dict[str, object]:
    return dict(entry.content) if isinstance(entry.content, dict) else {}


def _because(delivery: Delivery, party: Party) -> str:
    if delivery.reason == "undeliverable":
        return plain("Det kom inte fram på det sätt som personen valde: {how}.", how=plain(METHODS[party.method]))
    if delivery.reason == "unopened":
        return plain("Personen har inte öppnat beskedet, och halva tiden har gått.")
    return ""


def _reach(party: Party, method: ContactMethod) -> str:
    if method is ContactMethod.LETTER:
        return "\n".join(address_lines("", party.address))
    return phone_shown(party.phone) or "\n".join(address_lines("", party.address))


def _script(delivery: Delivery, file: CaseFile, party: Party, word: str) -> Iterator[str]:
    """What to say, one breath at a time. Nothing is read out before it is known who answers."""
    case, municipality = file.case, house().library.municipality
    if case.protected:
        return
    if delivery.method is not ContactMethod.LETTER:
        yield plain(
            "Hej, jag ringer från {municipality}. Är det {name}?", municipality=municipality.name, name=party.name
        )
        yield plain("Ditt kontrollord är {word}. Det står på ditt kvitto.", word=word)
    hidden = delivery.kind != "receipt" and case_view.view_of(case) is not View.FULL
    if hidden and delivery.method is ContactMethod.LETTER:
        yield plain("Vad som står i brevet läser bara {unit}. Skriv ut det och posta det.", unit=tell().unit(case.unit))
    elif hidden:
        yield plain(
            "Vi har ett besked i ett ärende som du har hos oss. Numret är {number}.", number=codes.spoken(case.number)
        )
        yield plain("{unit} berättar vad det gäller. Jag kopplar dig dit.", unit=tell().unit(case.unit))
    elif delivery.kind == "message":
        message = next((message for message in file.messages if message.id == delivery.message_id), None)
        if message is not None:
            yield message.subject
            yield from message.body.split("\n\n")
    elif (decision := told_by(file.decisions, delivery)) is not None:
        yield plain("Vi har fattat beslut i ditt ärende.")
        yield plain(decided(decision.kind, decision.outcome))
        yield from decision.reasons.split("\n\n")
        yield from how_to_appeal(decision.appeal_route, house().municipality, words(), decision.kind)
    else:
        if case_view.view_of(case) in {View.FULL, View.SUMMARY}:
            yield plain("Vi har fått det du skickade in: {title}.", title=case.title)
        told = str if delivery.method is ContactMethod.LETTER else codes.spoken
        yield plain("Ärendets nummer är {number}.", number=told(case.number))
        yield plain("Vill du följa ärendet på webben är koden {code}.", code=told(party.code))
        if case.decided_at is None and case.open:
            yield plain("Du får svar senast {day}.", day=tell().day_of(case.due_at))


def _hands_off(case: Case) -> str:
    """Why the contact centre does not bring this news, or ""."""
    if not case.protected:
        return ""
    return plain("En person i ärendet har skyddade uppgifter. {unit} ger beskedet själv.", unit=tell().unit(case.unit))


def letter_of(tx: Transaction, delivery: Delivery, case: Case) -> attachments.Attachment | None:
    """The letter, once it is printed."""
    return _made(tx, letters.letter_of(delivery.id), case)


def _made(tx: Transaction, name: str, case: Case) -> attachments.Attachment | None:
    return next((file for file in attachments.of_case(tx, case.id, case.key) if file.question == name), None)
