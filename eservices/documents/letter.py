"""A letter to one person, folded so that the address shows in the window; printed by whoever posts it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eservices.documents.guide import Guide, interpreter
from eservices.documents.letterhead import Letterhead
from eservices.documents.receipt import short_address
from eservices.documents.rendering import Press
from eservices.language import SOURCE, Words


@dataclass(frozen=True, slots=True)
class LetterPage:
    """All that the template of a letter is given. Each paragraph is the writer's own words."""

    number: str
    code: str
    subject: str
    unit: str
    date: str
    recipient: Sequence[str]
    paragraphs: Sequence[str]
    signed: str
    address: str
    guide: Guide | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, and to whom. `unit` is the unit's name, `code` follows the case together with its number."""

    number: str
    date: dt.date
    subject: str
    body: Sequence[str]
    unit: str
    name: str
    address: Mapping[str, str] = field(default_factory=dict)
    code: str = ""


def letter_html(
    press: Press, head: Letterhead, letter: Letter, words: Words, *, address: str, reader: str = SOURCE
) -> tuple[str, Guide | None]:
    """The letter as it is set before it is printed. `address` is where the case is followed on the web.

    `reader` is the language of somebody who gets words that were written in Swedish: the letter says, in that
    language, that we arrange an interpreter.
    """
    guide = interpreter(reader, head.phone)
    page = LetterPage(
        number=letter.number,
        code=letter.code,
        subject=letter.subject,
        unit=letter.unit,
        date=words.day(letter.date),
        recipient=address_lines(letter.name, letter.address),
        paragraphs=paragraphs(letter.body),
        signed=f"{letter.unit}, {head.name}" if letter.unit else head.name,
        address=short_address(address),
        guide=guide,
    )
    return press.html("documents/letter.html", words, head=head, page=page), guide


def address_lines(name: str, address: Mapping[str, str]) -> tuple[str, ...]:
    """A postal address as it stands on an envelope, the country last and only abroad. Without a name: where it is."""
    place = " ".join(part for part in (address.get("postal_code", ""), address.get("city", "")) if part)
    lines = (name, address.get("street", ""), place, address.get("country", "").upper())
    return tuple(line for line in lines if line)


def paragraphs(body: Sequence[str]) -> tuple[str, ...]:
    """The body as paragraphs: a blank line parts them, a single line break stays where the writer set it."""
    text = "\n\n".join(body).replace("\r\n", "\n")
    return tuple(part.strip("\n") for part in text.split("\n\n") if part.strip())
