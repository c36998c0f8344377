"""A receipt as the worker hands it to the printer, without a database; receipts and letters as they come out of it."""

import datetime as dt
from typing import Any

from eservices.cases.receipt import Receipt
from eservices.definitions.library import Library
from eservices.documents.guide import printed
from eservices.documents.letter import Letter, letter_html
from eservices.documents.letterhead import Letterhead
from eservices.documents.receipt import HandedInAsShown, receipt_html
from eservices.documents.rendering import Press, tagged_pdf
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.path import walk
from eservices.language import Words
from eservices.values import Channel, ContactMethod, Json


def a_receipt(library: Library, language: str = "sv") -> HandedInAsShown:
    """The receipt of a whole application for a berth."""
    service = library.service("batplats")
    assert service is not None
    given: dict[str, Json] = {
        "name": "Åsa O'Brien-Åström (född 李)",
        "personal_number": "19850709-9805",
        "contact_preference": "email",
        "email": "asa@exempel.se",
        "boat_type": "motor",
        "registration": "SFC-1234",
        "length": "6.5",
        "width": "2.3",
        "harbours": ["skarhamn", "ronnang"],
        "from_date": "2027-04-15",
        "message": "Vi har en liten hund.\n<b>inte fet</b> مرحبا",
    }
    origin = Origin(Channel.WEB, "2026-11-23T10:42:00+00:00")
    answers = Answers({(name, None): Answer(value, AnswerState.ANSWERED, origin) for name, value in given.items()})
    for left_out in ("phone", "draught"):
        answers = answers.with_answers({(left_out, None): Answer(None, AnswerState.BLANK, origin)})
    receipt = Receipt(
        submission_id="0" * 32,
        case_id="1" * 32,
        party_id="2" * 32,
        number="2026-7K4P3",
        code="K7PQ-4M2X",
        service=service.id,
        version=service.version,
        channel=Channel.WEB,
        language=language,
        name="Åsa O'Brien-Åström (född 李)",
        method=ContactMethod.EMAIL,
        received_at=dt.datetime(2026, 11, 23, 10, 42, tzinfo=dt.UTC),
        received_on=dt.date(2026, 11, 23),
        first_contact_by=dt.datetime(2026, 11, 24, 10, 42, tzinfo=dt.UTC),
        due_on=dt.date(2026, 12, 7),
        unit="hamn",
        queue="allman",
        regime="kommunallag",
    )
    return HandedInAsShown(receipt, service, library.texts(service, language), walk(service, answers), "Hamnenheten")


def receipt_pdf(press: Press, head: Letterhead, shown: HandedInAsShown, words: Words, **told: Any) -> bytes:
    """The receipt as the worker prints it."""
    return tagged_pdf(receipt_html(press, head, shown, words, **told), words)


def letter_pdf(press: Press, head: Letterhead, letter: Letter, words: Words, *, address: str) -> bytes:
    """The letter as the worker prints it."""
    html, guide = letter_html(press, head, letter, words, address=address)
    return printed(html, guide)
