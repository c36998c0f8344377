"""What every staff page has: the bar at the top, and how codes, days and distances are told to the reader."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypedDict

from babel.dates import format_date
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.cases.model import Case
from eservices.definitions.municipality import Municipality
from eservices.identity.people import Act, Staff, may
from eservices.language import N_, Words, own_name
from eservices.questions import cleaning
from eservices.questions.kinds import make
from eservices.submissions.model import Needs
from eservices.web import access
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.i18n import words as words_of_request
from eservices.web.pages import Page, render

CHANNELS = {
    "web": N_("Webb"),
    "phone": N_("Telefon"),
    "counter": N_("Disk"),
    "paper": N_("Papper"),
    "email": N_("E-post"),
    "chat": N_("Chatt"),
    "social_media": N_("Sociala medier"),
    "api": N_("Annat system"),
    "sensor": N_("Mätare"),
}

#: The channel as a short phrase after a name: "Kim Lundgren, på telefon".
BY_CHANNEL = {
    "web": N_("på webben"),
    "phone": N_("på telefon"),
    "counter": N_("vid disken"),
    "paper": N_("på papper"),
    "email": N_("med e-post"),
    "chat": N_("i chatten"),
    "social_media": N_("i sociala medier"),
    "api": N_("från ett annat system"),
    "sensor": N_("från en mätare"),
}

METHODS = {
    "email": N_("Med e-post"),
    "sms": N_("Med sms"),
    "phone": N_("På telefon"),
    "letter": N_("Med brev"),
    "own_pages": N_("På sidan för ärendet, med nummer och kod"),
}

IDENTITIES = {
    "eid": N_("Inloggad med e-legitimation"),
    "shown_id": N_("Visade legitimation"),
    "known_by_callback": N_("Vi ringde upp ett nummer som vi redan hade"),
    "stated": N_("Personen säger det själv"),
    "anonymous": N_("Vill vara anonym"),
}

STATUSES = {
    "received": N_("Inskickat"),
    "registered": N_("Mottaget"),
    "under_review": N_("Under behandling"),
    "investigating": N_("Utreds"),
    "referred": N_("På remiss"),
    "hearing": N_("Den sökande får yttra sig"),
    "awaiting_supplement": N_("Komplettering behövs"),
    "supplement_received": N_("Komplettering har kommit"),
    "awaiting_signatures": N_("Väntar på underskrift"),
    "awaiting_payment": N_("Väntar på betalning"),
    "suspended": N_("Vilande"),
    "decided": N_("Beslut finns"),
    "appealed": N_("Överklagat"),
    "closed": N_("Avslutat"),
    "withdrawn": N_("Återtaget"),
    "transferred": N_("Överlämnat"),
}

PUBLIC_STATUSES = {
    "submitted": N_("Inskickat"),
    "registered": N_("Mottaget"),
    "in_progress": N_("Under behandling"),
    "supplement_needed": N_("Komplettering behövs"),
    "awaiting_signature": N_("Väntar på underskrift"),
    "awaiting_payment": N_("Väntar på betalning"),
    "decided": N_("Beslut finns"),
    "appealed": N_("Överklagat"),
    "closed": N_("Avslutat"),
    "withdrawn": N_("Återtaget"),
    "transferred": N_("Överlämnat"),
}

#: What only waits, what goes on, what is done: shape and colour of the mark beside the word.
_MARKS = {
    "in_progress": "on",
    "supplement_needed": "warn",
    "awaiting_signature": "warn",
    "awaiting_payment": "warn",
    "decided": "ok",
}

NEXT_STEPS = {
    "received": N_("Läs igenom"),
    "registered": N_("Läs igenom"),
    "under_review": N_("Pröva"),
    "investigating": N_("Utred"),
    "referred": N_("Vänta på svar på remissen"),
    "hearing": N_("Vänta på yttrande"),
    "awaiting_supplement": N_("Vänta på komplettering"),
    "supplement_received": N_("Läs kompletteringen"),
    "awaiting_signatures": N_("Vänta på underskrift"),
    "awaiting_payment": N_("Vänta på betalning"),
    "suspended": N_("Vilar"),
    "decided": N_("Avsluta när beslutet har nått fram"),
    "appealed": N_("Pröva om överklagandet kom i tid"),
    "supplement_needed": N_("Vänta på komplettering"),
    "in_progress": N_("Pröva"),
}

OUTCOMES = {
    "granted": N_("Bifall"),
    "partly_granted": N_("Bifall till en del"),
    "refused": N_("Avslag"),
    "dismissed": N_("Avvisning"),
    "written_off": N_("Avskrivning"),
}

BY_PHONE = {
    "receipt": N_("Ring och bekräfta"),
    "message": N_("Ring och läs upp"),
    "decision": N_("Ring och läs upp beslutet"),
    "supplement_order": N_("Ring och be om komplettering"),
    "hearing": N_("Ring och läs upp"),
}

BY_LETTER = {
    "receipt": N_("Posta kvittot"),
    "message": N_("Posta brev"),
    "decision": N_("Posta beslutet"),
    "supplement_order": N_("Posta brev om komplettering"),
    "hearing": N_("Posta brev"),
}

#: What was decided, said to the person it is about.
DECIDED = {
    "granted": N_("Du får det du har ansökt om."),
    "partly_granted": N_("Du får en del av det du har ansökt om."),
    "refused": N_("Du får inte det du har ansökt om."),
    "dismissed": N_("Vi kan inte pröva din ansökan."),
    "written_off": N_("Vi avslutar ärendet utan att pröva det."),
}

CLOCKS = {
    "acknowledge": N_("Bekräfta att vi har fått det"),
    "register": N_("Registrera"),
    "first_contact": N_("Första kontakt"),
    "promised": N_("Klart senast"),
    "supplement": N_("Komplettering senast"),
    "six_months": N_("Begära att få ett beslut"),
}

#: What came of a try that did not get through.
TRIES = {
    "no_answer": N_("Ingen svarade"),
    "message_left": N_("Jag lämnade besked om att ringa oss"),
    "wrong_number": N_("Numret eller adressen stämmer inte"),
    "returned": N_("Brevet kom tillbaka"),
}

JOURNAL = {
    "submitted": N_("Inkom"),
    "registered": N_("Registrerat"),
    "registry_number_given": N_("Fick nummer i nämndens diarium"),
    "task_done": N_("Kundcenter gjorde klart en uppgift"),
    "opened": N_("Ärendet skapades"),
    "routed": N_("Fördelat till enheten"),
    "claimed": N_("Handläggare utsedd"),
    "released": N_("Handläggaren lämnade ärendet"),
    "assigned": N_("Handläggare utsedd"),
    "status_changed": N_("Nytt läge"),
    "noted": N_("Anteckning"),
    "message_sent": N_("Skrev till den sökande"),
    "message_received": N_("Meddelande från den sökande"),
    "supplement_requested": N_("Komplettering begärd"),
    "supplement_received": N_("Komplettering kom in"),
    "decided": N_("Beslut fattat"),
    "closed": N_("Ärendet avslutat"),
    "reopened": N_("Ärendet öppnat igen"),
    "withdrawn": N_("Ansökan återtagen"),
    "viewed": N_("Läste"),
    "delivery_made": N_("Besked på väg"),
    "documents_added": N_("Handlingar från den sökande"),
    "delivery_taken": N_("Någon på kundcenter tar hand om beskedet"),
    "delivery_released": N_("Beskedet ligger åter hos kundcenter"),
    "delivery_brought": N_("Kundcenter gav beskedet"),
    "delivery_tried": N_("Kundcenter försökte nå personen"),
    "undeliverable": N_("Beskedet kom inte fram"),
    "receipt_sent": N_("Kvitto skickat"),
    "consented": N_("Samtycke"),
    "identified": N_("Identitet"),
    "called": N_("Samtal"),
    "corrected": N_("Rättelse"),
}

LOOKS = {
    "case": N_("ärendet"),
    "search": N_("sökning"),
    "file": N_("en fil"),
    "export": N_("utdrag"),
    "receipt": N_("kvittot"),
    "personal_number": N_("personnummer"),
    "letter": N_("brevet"),
    "delivery": N_("beskedet"),
    "draft": N_("påbörjad ansökan"),
    "caller": N_("den uppringandes ärenden"),
    "task": N_("uppgiften hos kundcenter"),
    "reason": N_("ärendet, efter att ha sagt varför"),
}

ROLES = {
    "contact_agent": N_("Kundcenter"),
    "case_officer": N_("Handläggare"),
    "manager": N_("Chef"),
    "registrar": N_("Registrator"),
    "admin": N_("Administratör"),
}


NEEDS = {
    "sign_language": N_("Teckenspråk"),
    "large_print": N_("Stor stil"),
    "slow_pace": N_("Långsamt och tydligt"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go. `count` is shown beside it, up to a thousand; None shows no count."""

    name: str
    label: str
    address: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar at the top: the rooms this account may enter, which one this is, and where its search leads."""

    rooms: tuple[Link, ...]
    room: str
    search: str
    name: str
    q: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A moment as date and distance. `mark` is late or soon, or empty for all the rest."""

    day: str
    distance: str
    mark: str


class Tell:
    """Codes, days and distances in the reader's language. One a page."""

    def __init__(self, words: Words, now: dt.datetime, municipality: Municipality):
        self._words = words
        self._today = day_of(now)
        self._municipality = municipality

    def day(self, on: dt.date) -> str:
        """24 nov; another year is written out."""
        pattern = "d MMM" if on.year == self._today.year else "d MMM y"
        return format_date(on, pattern, locale=self._words.locale).replace(".", "")

    def moment(self, at: dt.datetime) -> str:
        """24 nov 13.05, or i dag 13.05."""
        on = day_of(at)
        day = self._words(N_("i dag")) if on == self._today else self.day(on)
        return f"{day} {self._words.time(at)}"

    def near(self, at: dt.datetime) -> Near:
        """How far away a last moment is."""
        on = day_of(at)
        days = (on - self._today).days
        if days < 0:
            return Near(self.day(on), self._words.plural("{n} dag sent", "{n} dagar sent", -days), "late")
        if days <= 1:
            return Near(self.day(on), self._words(N_("i dag") if days == 0 else N_("i morgon")), "soon")
        return Near(self.day(on), self._words.plural("{n} dag kvar", "{n} dagar kvar", days), "")

    def day_of(self, at: dt.datetime) -> str:
        """The day of a moment, with its year."""
        return self._words.day(day_of(at))

    def count(self, n: int) -> str:
        """Counts stop at a thousand: more than that nobody counts, and counting would cost."""
        return f"{self._words.number(1000)}+" if n > 1000 else self._words.number(n)  # noqa: PLR2004

    def code(self, table: dict[str, str], code: str) -> str:
        """The sentence for a code; an unknown code is shown as it is rather than hidden."""
        return self._words(table[code]) if code in table else code.replace("_", " ")

    def channel(self, code: str) -> str:
        return self.code(CHANNELS, code)

    def by_channel(self, code: str) -> str:
        return self.code(BY_CHANNEL, code)

    def method(self, code: str) -> str:
        return self.code(METHODS, code)

    def identity(self, code: str) -> str:
        return self.code(IDENTITIES, code)

    def status(self, code: str, public: str = "") -> str:
        """The internal name; a service's own state goes by its public one."""
        return self.code(STATUSES, code) if code in STATUSES else self.code(PUBLIC_STATUSES, public or code)

    def public(self, code: str) -> str:
        return self.code(PUBLIC_STATUSES, code)

    def mark(self, public: str) -> str:
        return _MARKS.get(public, "")

    def next_step(self, status: str, public: str) -> str:
        return self.code(NEXT_STEPS, status if status in NEXT_STEPS else public) if status not in _OVER else ""

    def language(self, tag: str) -> str:
        return own_name(tag)

    def unit(self, unit_id: str) -> str:
        unit = self._municipality.units.get(unit_id)
        return unit.name if unit else unit_id


_OVER = frozenset({"closed", "withdrawn", "transferred"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage(Page):
    """A page for somebody who is signed in."""

    bar: Bar
    tell: Tell


def bar(staff: Staff, room: str, q: str = "") -> Bar:
    """The bar for this account, in the room it stands in now."""
    rooms = []
    if may(staff, Act.USE_CONTACT_CENTRE):
        rooms.append(Link("contact_centre", plain("Kundcenter"), "/contact-centre/"))
    if may(staff, Act.SEE_CASE):
        rooms.append(Link("cases", plain("Ärenden"), "/cases/"))
    search = next((link.address for link in rooms if link.name == room), rooms[0].address if rooms else "")
    return Bar(tuple(rooms), room, search, staff.name, q)


def tell() -> Tell:
    """How the reader of this request is told codes and days."""
    home = house()
    return Tell(words_of_request(), home.clock.now(), home.library.municipality)


#: A search shows no more than this; whoever gets so many has searched for too little.
FOUND = 50


def found_caption(count: int) -> str:
    """How many cases a search found."""
    if count >= FOUND:
        return plain("De {n} första. Skriv mer för att få färre.", n=FOUND)
    return words_of_request().plural("{n} ärende.", "{n} ärenden.", count)


def needs_of(needs: Needs) -> Iterator[str]:
    """What a person needs in order to understand and be understood, in words."""
    if needs.interpreter:
        yield plain("Tolk: {language}", language=needs.interpreter)
    for name, label in NEEDS.items():
        if getattr(needs, name):
            yield plain(label)
    if needs.best_hours:
        yield plain("Nås bäst: {hours}", hours=needs.best_hours)
    if needs.other:
        yield needs.other


def news_told(kind: str, method: str) -> str:
    """What somebody must do to bring this kind of news in this way."""
    told = (BY_LETTER if method == "letter" else BY_PHONE).get(kind)
    return plain(told) if told else plain("Ge besked")


def address_lines(address: Mapping[str, str]) -> list[str]:
    """A postal address as it stands on an envelope."""
    town = " ".join(part for part in (address.get("postal_code"), address.get("city")) if part)
    return [line for line in (address.get("street"), town, address.get("country")) if line]


def phone_shown(number: str) -> str:
    """A telephone number as people write it."""
    return make("phone", {}).show(number, words_of_request()) if number else ""


def phone_written(typed: str) -> str:
    """A number as it came from the telephony or the agent, as people write it; what is no number stays as it is."""
    parsed = make("phone", {}).parse({"": [typed]}, house().clock.today())
    return typed if parsed.faults or not isinstance(parsed.value, str) else phone_shown(parsed.value)


def service_title(service_id: str) -> str:
    """The title of a service in Swedish, or its id when it has been taken away."""
    service = house().library.services.get(service_id)
    return service.title.sv if service else service_id


class Frame(TypedDict):
    """What every staff page is made with: `Queue(**framed("cases"), rows=…)`."""

    bar: Bar
    tell: Tell


def framed(room: str, q: str = "") -> Frame:
    return {"bar": bar(access.current_staff(), room, q), "tell": tell()}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody opens what is not their own work, as they typed it."""

    why: str = ""
    asked: bool = False

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Reason":
        return cls(cleaning.line(form.get("why", ""))[:500], asked=True)

    @property
    def missing(self) -> bool:
        return len(self.why) < _SHORTEST_REASON


#: Shorter than this is no reason: "x", "-", "ok".
_SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage(StaffPage):
    template: ClassVar[str] = "staff/why.html"
    number: str
    heading: str
    explanation: str
    address: str
    back: str
    button: str
    typed: str
    errors: tuple[tuple[str, str], ...]


def reason_page(
    room: str,
    case: Case,
    address: str,
    back: str,
    given: Reason | None = None,
    *,
    heading: str = "",
    explanation: str = "",
    button: str = "",
) -> Response:
    """Ask why, before anything of the case is shown. The page names nothing but the number."""
    errors = (("why", plain("Skriv varför, med några ord.")),) if given else ()
    page = WhyPage(
        **framed(room),
        number=case.number,
        heading=heading or plain("Varför öppnar du ärendet?"),
        explanation=explanation
        or plain("Det hör inte till det du arbetar med just nu. Skälet skrivs i ärendets journal, med ditt namn."),
        address=address,
        back=back,
        button=button or plain("Visa ärendet"),
        typed=given.why if given else "",
        errors=errors,
    )
    return render(page, 422 if given else 200)


@dataclass(frozen=True, slots=True)
class Field:
    """One control of a form that has no definition: a note, a message, a decision."""

    kind: str  #: long, text, radios
    name: str
    label: str
    value: str = ""
    hint: str = ""
    optional: bool = False
    rows: int = 5
    width: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()

    @property
    def shown(self) -> str:
        """The value as one reads it."""
        return next((label for value, label, _ in self.choices if value == self.value), self.value)


@dataclass(frozen=True, slots=True)
class Since:
    """One thing that happened while somebody was typing."""

    name: str
    at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictPage(StaffPage):
    """Two people changed the same case: how it is now, and what was typed, to be sent again."""

    template: ClassVar[str] = "staff/conflict.html"
    case: Case
    officer: str
    since: tuple[Since, ...]
    fields: tuple[Field, ...]
    address: str
    back: str
    button: str
