"""What a start page says of its service's life: a trial, an end that is near, a period, one case at a time."""

import datetime as dt
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.definitions.model import Lifecycle, Service
from eservices.intake import offering
from eservices.intake.offering import NotOpen
from eservices.submissions.model import Draft
from eservices.web import i18n, security
from eservices.web.house import house
from eservices.web.i18n import sentence as _
from eservices.web.pages import Page, render
from eservices.web.resident.blueprint import of_service
from eservices.web.resident.frame import ResidentFrame

#: A number between 0 and 99 that a browser has drawn: it decides which trials the catalogue offers, and names nobody.
_LOT = "lot"
_EVERYBODY = 100
_KEPT = dt.timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know before one begins."""

    title: str
    paragraphs: tuple[str, ...]
    tone: str = ""
    link: tuple[str, str] | None = None  #: address, words


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate(Page):
    """It cannot be sent now: the answers are kept, and this is what can be done."""

    template: ClassVar[str] = "resident/too_late.html"
    caption: str
    code: str
    kept_until: dt.date
    check: str
    opens_on: dt.date | None
    closed_at: dt.datetime | None
    replacement: tuple[str, str] | None


def notes_on(service: Service, now: dt.datetime) -> tuple[Note, ...]:
    """What the start page says above everything else, today."""
    return tuple(_notes(service, now))


def may_begin(service: Service, now: dt.datetime) -> bool:
    """Whether a resident may begin now."""
    return offering.may_begin(service, now, house().municipality.contact_centre.hours)


def stage_of(service: Service) -> Lifecycle:
    """Where the service stands today."""
    return offering.stage(service, house().clock.today())


def is_listed(service: Service, lot: int) -> bool:
    """Whether this visitor's catalogue shows the service."""
    return offering.is_listed(service, house().clock.today(), lot=lot)


def lot_of_visitor() -> int:
    """The lot that this browser has drawn, or draws now. The same browser is offered the same trials again."""
    brought = security.cookie(_LOT) or ""
    return int(brought) if re.fullmatch("[0-9]{1,2}", brought) else secrets.randbelow(_EVERYBODY)


def remember_lot(response: Response, lot: int) -> None:
    """Keep the lot, where some service is tried with a share of the visitors; else no cookie is needed."""
    today = house().clock.today()
    tried = any(
        offering.stage(one, today) is Lifecycle.PILOT and one.life.share < _EVERYBODY
        for one in house().library.services.values()
    )
    if tried and security.cookie(_LOT) != str(lot):
        security.set_cookie(response, _LOT, str(lot), max_age=int(_KEPT.total_seconds()))


def too_late(draft: Draft, frame: ResidentFrame, why: NotOpen) -> Response:
    """The page for somebody who sends outside the period: 409, and nothing is lost."""
    service = house().library.service(frame.service)
    texts = house().library.texts(service, frame.language) if service else None
    page = TooLate(
        caption=texts.get(service.title) if service and texts else "",
        code=draft.code,
        kept_until=day_of(draft.expires_at),
        check=frame.check_address(),
        opens_on=why.opens_on,
        closed_at=why.closed_at,
        replacement=_replacement(service) if service else None,
    )
    return render(page, 409)


def _notes(service: Service, now: dt.datetime) -> Iterator[Note]:
    now_is, replacement = offering.stage(service, day_of(now)), _replacement(service)
    if now_is is Lifecycle.CLOSED:
        yield Note(
            _("Tjänsten är stängd"),
            (_("Den går inte att fylla i längre. Ring oss så hjälper vi dig."), _begun_in_time()),
            "warn",
            replacement,
        )
        return
    if now_is is Lifecycle.PILOT:
        about = _("Vi provar den här tjänsten. Du får samma svar och lika fort som annars, och allt du skickar gäller.")
        yield Note(_("Tjänsten är på prov"), (about, _("Är något svårt eller fel? Ring och berätta.")))
    if now_is is Lifecycle.SUNSET:
        ends = service.life.closed_from
        about = _("Du kan börja till och med {day}.", day=ends - dt.timedelta(days=1)) if ends else ""
        yield Note(_("Tjänsten ska stänga"), tuple(filter(None, (about, _begun_in_time()))), "warn", replacement)
    yield from _period(service, now)
    if service.one_case:
        about = _(
            "Har du redan ett ärende som pågår? Då kan du lägga till det nya där. Numret och koden står på ditt kvitto."
        )
        more = _("Du kan ändå skicka in ett nytt. Handläggaren ser då båda.")
        there = (f"/{i18n.language()}/case", _("Till mitt ärende"))
        yield Note(_("Ett ärende i taget räcker"), (about, more), link=there)


def _period(service: Service, now: dt.datetime) -> Iterator[Note]:
    hours, opening = house().municipality.contact_centre.hours, service.opening
    closed = offering.why_not_open(opening, now, hours)
    if closed is not None and closed.opens_on is not None:
        yield Note(_("Tjänsten är inte öppen än"), (_("Den öppnar {day}.", day=closed.opens_on),), "warn")
    elif closed is not None:
        about = _("Tiden gick ut {moment}. Ring oss så säger vi vad du kan göra.", moment=closed.closed_at)
        yield Note(_("Tjänsten är stängd"), (about,), "warn", _replacement(service))
    elif opening is not None and opening.closes is not None:
        last = _("Sista dagen är {day}.", day=opening.closes)
        same = _(
            "Allt som har kommit in senast {moment} räknas, oavsett om du använder webben, ringer, besöker oss eller "
            "skickar papper.",
            moment=offering.closes_at(opening, hours),
        )
        yield Note(_("Skicka in i tid"), (f"{last} {same}",))


def _begun_in_time() -> str:
    return _("Har du redan börjat? Då kan du göra klart och skicka så länge dina svar finns kvar.")


def _replacement(service: Service) -> tuple[str, str] | None:
    """Address and title of what comes instead."""
    library = house().library
    other = library.service(service.life.replaced_by) if service.life.replaced_by else None
    if other is None or offering.stage(other, house().clock.today()) is Lifecycle.DRAFT:
        return None
    language = i18n.language()
    return of_service(language, other.id), library.texts(other, language).get(other.title)
