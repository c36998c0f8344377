"""For whoever looks after the house: what is wrong now, what no machine got off, and other systems told once more.

Neither addresses nor content are shown: only what it was, by which way, since when, and the receiver's last words.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, request
from werkzeug.wrappers import Response

from eservices import journal, outbox
from eservices.calendars import start_of_day
from eservices.identity.people import Act
from eservices.language import N_
from eservices.outbox import GivenUp
from eservices.standing import Fault, faults
from eservices.values import Json
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, day_in
from eservices.web.staff.page import StaffPage, framed

blueprint = Blueprint("running", __name__)

#: Fault -> what is wrong, and what to do.
FAULTS: Mapping[str, tuple[str, str]] = {
    "migrations": (N_("Databasen saknar tabeller som den här versionen behöver."), N_("Kör eservices db upgrade.")),
    "keys": (N_("Nyckelringen hör inte till den här databasen."), N_("Ställ in rätt nyckelring.")),
    "database": (N_("Databasen svarar inte."), N_("Se efter att den är i gång och har plats.")),
    "outbox_overdue": (
        N_("Meddelanden eller dokument skulle ha gått för tio minuter sedan."),
        N_("Se efter att arbetsprocessen är i gång och att e-postservern svarar."),
    ),
    "outbox_given_up": (
        N_("Meddelanden eller dokument har inte gått att skicka. Det som rör personer ger kundcenter dem."),
        N_("Rätta felet, och försök igen här nedanför."),
    ),
    "clocks_late": (N_("Ärendens klockor har inte setts efter i tid."), N_("Starta arbetsprocessen.")),
    "journal_open": (
        N_("Dagar i journalen har ingen kontrollsumma."),
        N_("Starta arbetsprocessen, och kör sedan eservices journal verify."),
    ),
    "worker": (N_("Arbetsprocessen står stilla."), N_("Starta den.")),
    "clock": (
        N_("Datorns klocka går fel, eller har gått fel."),
        N_("Ställ den efter nätet. Lagens tider räknas efter den."),
    ),
    "folders": (
        N_("Det går inte att skriva i mappen med det som människor skickar, eller med blanketterna."),
        N_("Se efter att den hör till rätt användare och att disken går att skriva på."),
    ),
    "certificate": (
        N_("Certifikatet för adressen har gått ut, går snart ut eller går inte att läsa."),
        N_("Förnya det, och låt nginx läsa det igen."),
    ),
    "backup": (
        N_("Det finns ingen säkerhetskopia, eller så är den för gammal."),
        N_("Kör eservices backup varje natt, och läs vad den säger."),
    ),
    "disk": (N_("Disken är snart full."), N_("Gör plats innan den tar slut.")),
}

_DONE = {
    "tried": N_("Det försöks igen nu."),
    "arrived": N_("Det hade redan kommit fram."),
}

#: Systems that are asked for once more are told no further back than this from here; the command line goes further.
_LONGEST_BACK = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPage(StaffPage):
    template: ClassVar[str] = "staff/running.html"
    wrong: tuple[tuple[str, str, int], ...]
    given_up: tuple[GivenUp, ...]
    systems: tuple[tuple[str, str], ...]
    system: str
    since: str
    done: str = ""
    errors: Errors = ()


@blueprint.get("/staff/running")
@access.requires(Act.SEE_OPERATIONS)
def show_running() -> Response:
    """What is wrong now, and what waits for somebody to mend something."""
    return render(_page(done=_done(), since=house().clock.today().isoformat()))


@blueprint.post("/staff/running/retry")
@access.requires(Act.SEE_OPERATIONS)
def retry() -> Response:
    """Try one thing again, now."""
    now, row_id = house().clock.now(), request.form.get("row", "")[:32]
    with house().database.transaction() as tx:
        tried = outbox.try_again(tx, row_id, now)
        content: dict[str, Json] = {"outbox": row_id}
        journal.write(tx, actor=access.actor(), kind="outbox_retried", at=now, content=content)
    return see_other(f"/staff/running?done={'tried' if tried else 'arrived'}")


@blueprint.post("/staff/running/replay")
@access.requires(Act.SEE_OPERATIONS)
def replay() -> Response:
    """Tell a system once more what it has been told since a day, each with the id it had."""
    now, system = house().clock.now(), request.form.get("system", "")
    since, errors = _since(request.form.get("since", "")), []
    if system not in house().settings.webhooks:
        errors.append(("system", plain("Välj ett system.")))
    if since is None:
        errors.append(("since", plain("Skriv en dag som har varit, högst ett år tillbaka.")))
    if errors or since is None:
        return render(_page(system=system, since=request.form.get("since", ""), errors=tuple(errors)), 422)
    with house().database.transaction() as tx:
        told = outbox.replay(tx, outbox.webhook(system), start_of_day(since), now)
        content: dict[str, Json] = {"system": system, "since": since.isoformat(), "told": told}
        journal.write(tx, actor=access.actor(), kind="outbox_replayed", at=now, content=content)
    return see_other(f"/staff/running?told={told}")


def _since(written: str) -> dt.date | None:
    since, today = day_in(written), house().clock.today()
    return since if since is not None and today - _LONGEST_BACK <= since <= today else None


def _done() -> str:
    told = request.args.get("told", "")[:9]
    if told.isascii() and told.isdecimal():
        return words().plural("{n} händelse berättas en gång till.", "{n} händelser berättas en gång till.", int(told))
    code = request.args.get("done", "")
    return plain(_DONE[code]) if code in _DONE else ""


def _page(*, since: str, system: str = "", done: str = "", errors: Errors = ()) -> RunningPage:
    home = house()
    with home.database.read() as tx:
        given_up = tuple(outbox.given_up(tx, 200))
    return RunningPage(
        **framed("running"),
        wrong=tuple(_told(one) for one in faults(home.settings, home.database, home.clock.now())),
        given_up=given_up,
        systems=tuple((name, name) for name in home.settings.webhooks),
        system=system,
        since=since,
        done=done,
        errors=errors,
    )


def _told(fault: Fault) -> tuple[str, str, int]:
    if fault.kind not in FAULTS:  # better in the words of the command line than not at all
        return fault.says, fault.do, fault.count
    wrong, do = FAULTS[fault.kind]
    return plain(wrong), plain(do), fault.count
