"""The mails themselves: what they say, and how they are written down as bytes that never change again.

A mail is a postcard. It says that there is something, its number and where to read it; never a name, an answer, a
personal number or the code that opens the case. What the service is about is said only where nothing in it is
sensitive.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from eservices.definitions.model import Sensitivity, Service
from eservices.documents.letterhead import Letterhead
from eservices.documents.receipt import HandedInAsShown, NextStep, arrived, next_steps
from eservices.documents.rendering import Press
from eservices.language import Words, html_lang
from eservices.worker.post import Never

_PRIVATE = frozenset({Sensitivity.SENSITIVE, Sensitivity.CONFIDENTIAL})
_OPEN_VIEWS = frozenset({"full", "summary"})


@dataclass(frozen=True, slots=True)
class Mail:
    """What the templates of a mail are given."""

    subject: str
    number: str
    address: str
    html_lang: str
    reply_to: str
    code: str = ""
    word: str = ""  #: what we say when we ring
    title: str = ""
    arrived: str = ""
    next: Sequence[NextStep] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A mail in words, in both its forms."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: `host` stands in the Message-ID."""

    name: str
    address: str
    host: str
    reply_to: str = ""


def may_be_named(service: Service) -> bool:
    """Whether a mail may say what it is about: nothing asked is sensitive, and the contact centre may know of it."""
    asked = service.questions.values()
    return service.routing.view in _OPEN_VIEWS and not any(question.sensitivity in _PRIVATE for question in asked)


def receipt_mail(
    press: Press, head: Letterhead, shown: HandedInAsShown, words: Words, *, address: str, reply_to: str = ""
) -> Written:
    """We have it; this is the number and what happens now."""
    receipt = shown.receipt
    named = may_be_named(shown.service)
    mail = Mail(
        subject=words("Vi har tagit emot ditt ärende {number}", number=receipt.number),
        number=receipt.number,
        address=address,
        html_lang=html_lang(words.language),
        reply_to=reply_to,
        word=receipt.word,
        title=shown.texts.get(shown.service.title) if named else "",
        arrived=arrived(receipt, words),
        next=next_steps(shown, words, discreet=not named),
    )
    return _written(press, "receipt", head, mail, words)


def news_mail(
    press: Press, head: Letterhead, number: str, words: Words, *, address: str, reply_to: str = ""
) -> Written:
    """There is something to read in the case; not what it is."""
    mail = Mail(
        subject=words("Du har fått ett meddelande i ärende {number}", number=number),
        number=number,
        address=address,
        html_lang=html_lang(words.language),
        reply_to=reply_to,
    )
    return _written(press, "news", head, mail, words)


def signature_mail(press: Press, head: Letterhead, number: str, words: Words, *, code: str, address: str) -> Written:
    """Somebody is asked to sign: number and code, which open nothing but what they must sign; not what it is about."""
    mail = Mail(
        subject=words("Vi behöver ditt svar i ärende {number}", number=number),
        number=number,
        address=address,
        html_lang=html_lang(words.language),
        reply_to="",
        code=code,
    )
    return _written(press, "signature", head, mail, words)


def continue_mail(press: Press, head: Letterhead, words: Words, *, code: str, address: str) -> Written:
    """A person goes on alone with what was begun together; the code opens nothing personal by itself."""
    mail = Mail(
        subject=words("Fortsätt med din kod"),
        number="",
        address=address,
        html_lang=html_lang(words.language),
        reply_to="",
        code=code,
    )
    return _written(press, "continue", head, mail, words)


def _written(press: Press, name: str, head: Letterhead, mail: Mail, words: Words) -> Written:
    text = press.text(f"messages/{name}.txt", words, head=head, mail=mail)
    html = press.html(f"messages/{name}.html", words, head=head, mail=mail)
    return Written(mail.subject, text, html, words.language)


def envelope_address(written: str) -> str:
    """The receiver as the mail server wants it: one address on one line, its domain in ASCII. Raises `Never`."""
    try:
        found = validate_email(written.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise Never("this is no e-mail address") from error
    return f"{found.local_part}@{found.ascii_domain}"


def mailbox(address: str) -> str:
    """The mailbox that an address leads to, as far as anybody can tell: case and what follows a plus make no other."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def as_bytes(row_id: str, sender: Sender, to: str, written: Written, at: dt.datetime) -> bytes:
    """The whole message as it goes over the wire, the same whenever it is made from the same words.

    The Message-ID is the outbox row's id, so a receiver who gets it twice can tell. Raises `Never` for an address
    that is none; a header can hold no line break, whatever is put into it.
    """
    receiver = envelope_address(to)
    policy = SMTP if receiver.isascii() else SMTP.clone(utf8=True)
    message = EmailMessage(policy=policy)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    local, _, domain = receiver.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    if sender.reply_to:
        message["Reply-To"] = Address(addr_spec=sender.reply_to)
    message["Subject"] = _one_line(written.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{row_id}@{sender.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = html_lang(written.language)  # last: what is set before belongs to the first part
    message.set_boundary(f"=_{row_id}")
    return message.as_bytes()
