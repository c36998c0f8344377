"""A letter or an e-mail without a form, as whoever opens it keys it in: one page, and it is a case.

One code for both surfaces. Each gives the address its page stands at, and says where one goes on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.attachments import Limits
from eservices.cases import store as cases
from eservices.cases.model import Case
from eservices.definitions.model import Service
from eservices.intake import letters
from eservices.intake.assisted import Arrived
from eservices.language import LANGUAGES, SOURCE, own_name
from eservices.questions import cleaning, faults
from eservices.storage.database import Transaction
from eservices.storage.keys import keep_key
from eservices.submissions import drafts, store
from eservices.submissions.model import Letter
from eservices.values import Channel, new_id
from eservices.web import once, reaching, uploads
from eservices.web.bodies import sent_files, typed
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.arrivals import choices_of_arrival
from eservices.web.staff.field import Errors, Field, day_in
from eservices.web.staff.offered import services_offered
from eservices.web.staff.page import StaffPage, framed
from eservices.web.uploads import Durable

#: How it came, where it was no letter.
EMAIL = "email"

#: What a scanner makes, and how many files one paper is.
SCANNED = frozenset({"pdf", "jpg", "png", "tif", "heic"})
_MOST_SCANS = 10

_MOST_SIGNS = 200
#: What to be careful with, of a letter.
_CARE, _PROTECTED, _SECRET = "care", "protected", "secret"
_LEADS = "leads-"

#: The case that was begun, to where one goes on; None where the same was sent before and is not found again.
GoOn = Callable[[Case | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage(StaffPage):
    template: ClassVar[str] = "staff/letter.html"
    room: str
    address: str
    back: str
    service: str
    title: str
    paper: tuple[Field, ...]
    about: tuple[Field, ...]
    sender: tuple[Field, ...]
    errors: Errors = ()


def scan_limits() -> Limits:
    """What a scanned paper may be."""
    return Limits(kinds=SCANNED, max_bytes=house().settings.file_max_bytes, max_files=_MOST_SCANS)


def letter_services() -> tuple[tuple[str, str], ...]:
    """What a letter can be about: the service for whatever no other fits first, then each by its title."""
    general, offered = house().municipality.general_service, services_offered()
    first = [(service, plain("Något annat: {title}", title=title)) for service, title in offered if service == general]
    return (*first, *((service, title) for service, title in offered if service != general))


def ask(room: str, *, back: str) -> Response:
    """The page, for the service that was chosen on the page before."""
    service = _service(request.args.get("service", ""))
    return render(_page(room, service, {}, back=back))


def take(room: str, *, back: str, go_on: GoOn) -> Response:
    """Register it, or say what is wrong. Sent again, it leads to where it led the first time."""
    home = house()
    service = _service(request.form.get("service", ""))
    written = typed()
    letter, came, wrong = _read(service, written)
    key, wrapped = home.database.keys.make_key(new_id())
    sent = sent_files().get("scan", [])
    with (
        uploads.receive_for_case(key.id, key, "scan", scan_limits(), sent) as durable,
        home.database.transaction() as tx,
    ):
        files = durable.digests()
        token = drafts.token(tx.keys, request.form.get(once.NAME) or new_id(), service.id)
        if once.is_done(tx, files=files):
            return see_other(go_on(_begun_before(tx, token)))
        wrong = (*wrong, *_with_scan(written, durable))
        if wrong or letter is None or came is None:
            return render(_page(room, service, written, back=back, errors=wrong), 422)
        if not once.is_new(tx, files=files):  # sent twice at the same moment
            return see_other(go_on(_begun_before(tx, token)))
        keep_key(tx, wrapped, home.clock.now())
        durable.named = True
        submission = letters.begin_case(
            tx,
            service,
            letter,
            came,
            key=key,
            files=durable.all(),
            limits=scan_limits(),
            staff=access.current_staff(),
            clock=home.clock,
            hours=home.municipality.contact_centre.hours,
            scanning=bool(home.settings.clamd),
            token=token,
        )
        case = cases.by_id(tx, submission.case_id)
    return see_other(go_on(case))


def _begun_before(tx: Transaction, token: str) -> Case | None:
    draft = drafts.by_token(tx, token)
    if draft is None or draft.submission_id is None:
        return None
    return cases.by_id(tx, store.get(tx, draft.submission_id).case_id)


def _service(chosen: str) -> Service:
    if chosen not in dict(services_offered()):
        raise NotFound
    return house().library.services[chosen]


# ---- what is asked


def _page(room: str, service: Service, typed: Mapping[str, str], *, back: str, errors: Errors = ()) -> LetterPage:
    return LetterPage(
        **framed(room),
        room=room,
        address=request.path,
        back=back,
        service=service.id,
        title=service.title.sv,
        paper=_with(typed, _paper_fields()),
        about=_with(typed, _about_fields(service)),
        sender=_with(typed, _sender_fields()),
        errors=errors,
    )


def _with(typed: Mapping[str, str], fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(field.with_value(typed.get(field.name, "")) for field in fields) if typed else fields


def _paper_fields() -> tuple[Field, ...]:
    today = house().clock.today()
    ways = (*choices_of_arrival(today), (EMAIL, plain("Kom med e-post"), ""))
    return (
        Field("date", "arrived_on", plain("Dagen då det kom till kommunen"), today.isoformat()),
        Field("radios", "how", plain("Hur kom det?"), Arrived.POST, choices=ways),
        Field("files", "scan", plain("Det inskannade brevet, eller e-posten som PDF"), optional=True),
    )


def _about_fields(service: Service) -> tuple[Field, ...]:
    hint = plain("Några ord, utan namn och utan det som kan vara hemligt. De står i registret.")
    leads = tuple(
        Field(
            "select",
            _LEADS + question.id,
            question.label.sv if question.label else question.id,
            choices=(("", plain("Vet inte"), ""), *((one.key, one.label.sv, "") for one in question.options)),
        )
        for question in letters.leading(service)
    )
    body = plain("Om det inte går att lägga till som fil.")
    return (
        Field("text", "about", plain("Vad gäller det?"), hint=hint),
        *leads,
        Field("long", "body", plain("Vad det står"), optional=True, hint=body),
    )


def _sender_fields() -> tuple[Field, ...]:
    languages = tuple((tag, own_name(tag), "") for tag in LANGUAGES)
    hidden = (
        (_PROTECTED, plain("Den som skriver har skyddade personuppgifter"), plain("Skriv ingen adress.")),
        (_SECRET, plain("Det som står kan vara hemligt"), plain("Bara enheten ser mer än att ärendet finns.")),
    )
    return (
        Field("text", "name", plain("Namn"), hint=plain("Lämna tomt om brevet är anonymt."), optional=True),
        Field("text", "street", plain("Gatuadress"), optional=True),
        Field("text", "postal_code", plain("Postnummer"), optional=True, width="w8"),
        Field("text", "city", plain("Postort"), optional=True, width="w16"),
        Field("text", "email", plain("E-postadress"), optional=True),
        Field("text", "phone", plain("Telefonnummer"), optional=True, width="w16"),
        Field("select", "language", plain("Personens språk"), SOURCE, choices=languages),
        Field("checks", _CARE, plain("Att tänka på"), optional=True, choices=hidden),
    )


# ---- what was typed


def _read(service: Service, typed: Mapping[str, str]) -> tuple[Letter | None, letters.Came | None, Errors]:
    """The letter and how it came, or what is wrong with what was typed."""
    today, found = house().clock.today(), list[tuple[str, str]]()
    arrived_on, how = day_in(typed.get("arrived_on", "")), typed.get("how", "")
    if arrived_on is None or arrived_on > today:
        found.append(("arrived_on", plain("Skriv dagen då det kom. Den kan inte ligga framåt i tiden.")))
    if how not in {EMAIL, *Arrived}:
        found.append(("how", plain("Välj hur det kom.")))
    about = cleaning.line(typed.get("about", ""))
    if not about or len(about) > _MOST_SIGNS:
        found.append(("about", plain("Skriv vad det gäller, med högst {n} tecken.", n=_MOST_SIGNS)))
    name = cleaning.line(typed.get("name", ""))
    if len(name) > _MOST_SIGNS:
        found.append(("name", plain("Skriv högst {n} tecken.", n=_MOST_SIGNS)))
    reach, unread = reaching.read(typed, today, words())
    found += unread
    care = typed.get(_CARE, "").split()
    protected = _PROTECTED in care
    if protected and reach:
        sentence = plain("Lämna adress, e-post och telefon tomma för den som har skyddade personuppgifter.")
        found.append((_CARE, sentence))
    if found or arrived_on is None:
        return None, None, tuple(found)
    channel = Channel.EMAIL if how == EMAIL else Channel.PAPER
    letter = Letter(
        about=about,
        body=typed.get("body", "").strip(),
        name=name,
        email=reach.email,
        phone=reach.phone,
        address=reach.address,
        protected=protected,
        secret=_SECRET in care,
        names_case=service.id == house().municipality.general_service,
    )
    leads = {
        question.id: key
        for question in letters.leading(service)
        if (key := typed.get(_LEADS + question.id, "")) in {one.key for one in question.options}
    }
    came = letters.Came(
        channel=channel,
        language=chosen if (chosen := typed.get("language", "")) in LANGUAGES else SOURCE,
        arrived_on=arrived_on,
        arrived_how=Arrived.HANDED_IN if how == EMAIL else how,
        leads=leads,
    )
    return letter, came, ()


def _with_scan(typed: Mapping[str, str], durable: Durable) -> Errors:
    wrong = tuple(("scan", faults.sentence(problem, "", words())) for problem in durable.problems)
    if not wrong and not durable.received and not typed.get("body", "").strip():
        return (("scan", plain("Lägg till det inskannade, eller skriv vad det står.")),)
    return wrong
