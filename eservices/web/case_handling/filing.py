"""Mail that has come: find the case, choose it, and put the letter or the e-mail there with the day it came."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices.attachments import Received
from eservices.cases import filing, queue, store
from eservices.cases.filing import Mail
from eservices.cases.model import Case
from eservices.cases.queue import QueueRow
from eservices.identity.people import Act, may
from eservices.intake.assisted import Arrived, legal_day
from eservices.language import N_
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import codes
from eservices.values import Channel
from eservices.web.bodies import sent_files
from eservices.web.case_handling.act_pages import ask, take_with_files
from eservices.web.case_handling.asked import Asked, Box
from eservices.web.case_handling.queue import visible
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render
from eservices.web.staff import access, letters
from eservices.web.staff.arrivals import choices_of_arrival
from eservices.web.staff.field import Errors, Field, day_in
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import FOUND, found_caption

#: What came as an e-mail, beside the ways a letter can come.
_EMAIL = "email"
_SOMEBODY_ELSE = "-"
_MOST_SIGNS = 200

#: In the address, in place of a number: what was sent has been taken before.
_AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage(StaffPage):
    """Which case does it belong to?"""

    template: ClassVar[str] = "case_handling/mail.html"
    q: str = ""
    rows: tuple[QueueRow, ...] = ()
    caption: str = ""
    done: str = ""
    begun: str = ""
    services: tuple[tuple[str, str], ...] = ()


@blueprint.get("/mail")
@access.requires(Act.FILE_MAIL)
def find_case_for_mail() -> Response:
    """The cases that the mail may belong to. A search is journalled before its list is shown."""
    staff, q = access.current_staff(), request.args.get("q", "").strip()
    rows: tuple[QueueRow, ...] = ()
    if q:
        with house().database.transaction() as tx:
            found = queue.find(tx, q, units=access.units_of(staff, Act.FILE_MAIL), limit=FOUND)
            rows = visible(tx, found)
            access.journal_look(tx, "search", q=q)
    return render(
        MailPage(
            **framed("cases"),
            q=q,
            rows=rows,
            caption=found_caption(len(rows)),
            done=request.args.get("done", "")[:20],
            begun=_begun(request.args.get("begun", "")),
            services=letters.letter_services(),
        )
    )


def _begun(number: str) -> str:
    """The number of the case that a letter has just begun; "again" where the same was sent twice."""
    return number if number == _AGAIN else codes.read_case_number(number) or ""


@blueprint.get("/mail/new")
@access.requires(Act.FILE_MAIL)
def ask_for_letter() -> Response:
    """A letter or an e-mail that belongs to no case: the little that is keyed in for a new one."""
    return letters.ask("cases", back="/cases/mail")


@blueprint.post("/mail/new")
@access.requires(Act.FILE_MAIL)
def take_letter() -> Response:
    """Register it as a case of its own, and go on to the next letter."""
    return letters.take("cases", back="/cases/mail", go_on=_on_to_next)


def _on_to_next(case: Case | None) -> str:
    return f"/cases/mail?begun={case.number if case is not None else _AGAIN}"


def _fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    anonymous = plain("Anonym")
    parties = [(party.id, party.name or anonymous, "") for party in store.parties_of(tx, case)]
    senders = (*parties, (_SOMEBODY_ELSE, plain("Någon annan"), plain("Skriv vem här nedanför.")))
    ways = ((_EMAIL, plain("Kom med e-post"), ""), *choices_of_arrival(house().clock.today()))
    today = house().clock.today().isoformat()
    about = plain("Några ord, utan namn och utan det som kan vara hemligt. De står i registret.")
    return (
        Field("radios", "sender", plain("Vem är det från?"), parties[0][0], choices=senders),
        Field("text", "name", plain("Namn, om det är någon annan"), optional=True, width="w24"),
        Field("text", "about", plain("Vad gäller det?"), hint=about),
        Field("date", "arrived_on", plain("Dagen då det kom till kommunen"), today),
        Field("radios", "how", plain("Hur kom det?"), Arrived.POST, choices=ways),
        Field("files", "files", plain("Det inskannade brevet, eller e-posten som PDF"), optional=True),
        Field(
            "long", "body", plain("Vad det står"), optional=True, hint=plain("Om det inte går att lägga till som fil.")
        ),
    )


def _wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
    found = []
    sender = written.get("sender", "")
    if sender not in {_SOMEBODY_ELSE, *(party.id for party in store.parties_of(tx, case))}:
        found.append(("sender", plain("Välj vem det är från.")))
    if sender == _SOMEBODY_ELSE and not cleaning.line(written.get("name", "")):
        found.append(("name", plain("Skriv vem det är från. Skriv Anonym om det inte står.")))
    if not (about := cleaning.line(written.get("about", ""))) or len(about) > _MOST_SIGNS:
        found.append(("about", plain("Skriv vad det gäller, med högst {n} tecken.", n=_MOST_SIGNS)))
    arrived_on = day_in(written.get("arrived_on", ""))
    if arrived_on is None or arrived_on > house().clock.today():
        found.append(("arrived_on", plain("Skriv dagen då det kom. Den kan inte ligga framåt i tiden.")))
    if written.get("how") not in {_EMAIL, *Arrived}:
        found.append(("how", plain("Välj hur det kom.")))
    if not sent_files().get("files") and not written.get("body", "").strip():
        found.append(("files", plain("Lägg till det inskannade, eller skriv vad det står.")))
    return tuple(found)


def _beside(_tx: Transaction, case: Case) -> Iterator[Box]:
    if case.protected:
        yield Box(plain("Skyddade uppgifter"), (plain("Skriv inte adress, telefonnummer eller skola."),), warn=True)
    if not case.open:
        closed = plain("Ärendet är avslutat. Posten läggs dit, men ta också kontakt med enheten.")
        yield Box(plain("Innan du lägger dit posten"), (closed,), warn=True)
    yield Box(
        plain("Så går det till"),
        (
            plain("Posten står i registret den dag som den räknas från."),
            plain("Den som handlägger ser den överst i ärendet och i vyn Kan göras nu."),
            plain("Bara den som har skrivit ser den på sin egen sida. Andra i ärendet gör det inte."),
        ),
    )


MAIL = Asked(
    "mail",
    Act.FILE_MAIL,
    N_("Lägg post i ärendet"),
    N_("Lägg posten i ärendet"),
    _fields,
    _beside,
    check=_wrong,
)


@blueprint.get("/<casenumber:number>/mail")
@access.requires(Act.FILE_MAIL)
def ask_for_mail(number: str) -> Response:
    return ask(number, MAIL)


@blueprint.post("/<casenumber:number>/mail")
@access.requires(Act.FILE_MAIL)
def file_mail(number: str) -> Response:
    """Put it with the case. Whoever works with cases goes on to the case, the registrar to the next letter."""

    def put(tx: Transaction, case: Case, form: Mapping[str, str], files: Sequence[Received]) -> None:
        filing.file_mail(
            tx, case.id, _mail_of(form), actor=access.actor(), now=house().clock.now(), files=files,
            scanning=bool(house().settings.clamd),
        )  # fmt: skip

    def go_on(case: Case) -> str:
        works = may(access.current_staff(), Act.WORK_ON_CASE, case.unit)
        return f"/cases/{number}?done=filed" if works else f"/cases/mail?done={number}"

    return take_with_files(number, MAIL, put, go_on=go_on)


def _mail_of(form: Mapping[str, str]) -> Mail:
    arrived_on = dt.date.fromisoformat(form["arrived_on"])
    by_email = form["how"] == _EMAIL
    how = Arrived.HANDED_IN if by_email else Arrived(form["how"])
    by_party = form["sender"] != _SOMEBODY_ELSE
    return Mail(
        channel=Channel.EMAIL if by_email else Channel.PAPER,
        about=cleaning.line(form["about"]),
        arrived_on=arrived_on,
        arrived_how=how.value,
        received_on=legal_day(how, arrived_on),
        party_id=form["sender"] if by_party else None,
        sender="" if by_party else cleaning.line(form["name"]),
        body=form.get("body", ""),
    )
