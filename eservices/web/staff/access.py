"""Who may come in where: one rule for every view of the staff side, and the journal entry for every look.

Deny by default: a staff address whose view states no rule answers 403, and a test that walks the URL map fails.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, ParamSpec, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from flask import current_app, g, request
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from eservices import journal
from eservices.cases import belonging, store
from eservices.cases.model import Case
from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.identity import second_factor, sessions
from eservices.identity.people import ALL_UNITS, Act, Actor, Staff, may, units
from eservices.language import best_match
from eservices.storage.database import Transaction
from eservices.values import Channel, Json
from eservices.web import i18n, security
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: The parts of the site where nobody comes in without an account.
_STAFF = ("/staff/", "/contact-centre/", "/cases/", "/insight/")

#: The languages of the staff side.
LANGUAGES = ("sv", "en")

#: What of a query may go through the sign-in page: nothing that tells of a person.
_KEPT = frozenset({"view", "service", "status", "channel", "language", "officer", "after"})

#: Controls that hold nothing anybody has written, and how long a text is worth giving back.
_NOT_WRITTEN = frozenset({"csrf_token", "row_version", "go", "password", "code", "next"})
_A_WORD = 12

#: How long a call is a ground for looking at the caller's cases.
CALL_HOLDS = dt.timedelta(hours=2)

#: How long a reason given for opening a case holds. Every look is journalled all the same.
REASON_HOLDS = dt.timedelta(minutes=30)


def requires(*acts: Act) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """The rule of a view: the account must be allowed one of these acts, in some unit.

    For which unit is asked again when the case is known (`case_for`).
    """
    return lambda view: _ruled(view, acts)


def for_everyone(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """The rule of the few staff pages that need no account: signing in."""
    return _ruled(view, ())


def for_any_account(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """The rule of pages that every account has: its own."""
    return _ruled(view, tuple(Act))


def _ruled(view: Callable[_P, _R], acts: tuple[Act, ...]) -> Callable[_P, _R]:
    view.access_rule = acts  # type: ignore[attr-defined]
    return view


def rule_of(endpoint: str | None) -> tuple[Act, ...] | None:
    """The rule stated by the view of an endpoint, or None where none is."""
    view: Any = current_app.view_functions.get(endpoint or "")
    return getattr(view, "access_rule", None)


def is_staff_address(path: str) -> bool:
    return path.startswith(_STAFF) or f"{path}/" in _STAFF


def guard() -> Response | None:
    """Before every request: know who it is, and let nobody past a rule."""
    if not is_staff_address(request.path):
        return None
    g.staff = _account()
    i18n.use(g.staff.language if g.staff else best_match(request.headers.get("Accept-Language", ""), LANGUAGES))
    if request.endpoint is None:  # there is no such page; it is said in their language
        return None
    rule = rule_of(request.endpoint)
    if rule is None:
        raise Forbidden
    if not rule:
        return None
    if g.staff is None:
        login = f"/staff/login?next={quote(_wanted())}"
        return _session_over(login) if request.method == "POST" else see_other(login)
    if rule != tuple(Act) and not any(may(g.staff, act) for act in rule):
        logger.warning("account %s kept out of %s", g.staff.id, request.endpoint)
        raise Forbidden
    if rule != tuple(Act) and needs_second_factor(g.staff):
        with house().database.read() as tx:
            if not second_factor.is_on(tx, g.staff.id):
                return see_other("/staff/second-factor")
    return None


def needs_second_factor(staff: Staff) -> bool:
    """Whether the house asks a second factor of one of this account's roles: without it, only its own pages open."""
    return not house().settings.second_factor_roles.isdisjoint(staff.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOver(Page):
    """Somebody wrote for so long that the session ended: what they wrote is given back to them."""

    template: ClassVar[str] = "staff/session_over.html"
    login: str
    typed: tuple[str, ...]


def _session_over(login: str) -> Response:
    written = (value for name, value in request.form.items() if name not in _NOT_WRITTEN)
    return render(SessionOver(login=login, typed=tuple(text for text in written if len(text) > _A_WORD)), 401)


def current_staff() -> Staff:
    """The account that is signed in; only behind a rule."""
    staff: Staff | None = g.get("staff")
    if staff is None:
        raise Forbidden
    return staff


def staff_or_none() -> Staff | None:
    found: Staff | None = g.get("staff")
    return found


def confirmed_at() -> dt.datetime | None:
    """When whoever is signed in here last showed once more who they are; None if never in this session."""
    at: dt.datetime | None = g.get("confirmed_at")
    return at


def actor(channel: Channel = Channel.WEB) -> Actor:
    return Actor.of_staff(current_staff(), channel)


def own_address(wanted: str) -> str:
    """An address on this site, or "" when it leads anywhere else."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if inside and "\\" not in wanted and wanted.isprintable() else ""


def units_of(staff: Staff, act: Act) -> tuple[str, ...] | None:
    """The units the account may do this in; None for all of them."""
    found = units(staff, act)
    return None if ALL_UNITS in found else tuple(sorted(found))


def case_for(tx: Transaction, number: str, act: Act) -> Case:
    """The case, if this account may do this with it; otherwise it is not there at all."""
    case = store.by_number(tx, number)
    if case is None or not is_open_for(tx, case, act):
        raise NotFound
    return case


def is_open_for(tx: Transaction, case: Case, act: Act) -> bool:
    """Whether this account may do this with the case, by its role and unit and by who it is to the case."""
    staff = current_staff()
    return (
        may(staff, act, case.unit)
        and (not case.protected or may(staff, Act.SEE_PROTECTED, case.unit))
        and not belonging.is_kept_from(tx, case, staff.id)
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a case may be looked at without being asked once more; it goes into the journal with the look."""

    why: str = ""
    call: str = ""


def ground_for(tx: Transaction, case: Case, *, own_work: bool) -> Ground | None:
    """One's own work, the call in hand if it is about this case, or a reason given a moment ago; None: ask.

    A call is a ground once it is known who calls, for a while, and only for the caller's cases and the one it has
    come to be about.
    """
    if own_work:
        return Ground()
    now, mine = house().clock.now(), current_staff().id
    call = calls.open_call(tx, mine)
    if call is not None and call.is_identified and now - call.started_at < CALL_HOLDS and _is_about(tx, call, case):
        return Ground(call=call.id)
    looks = journal.reasoned_looks(tx, case.id, case.key, staff_id=mine, after=now - REASON_HOLDS)
    given = next((look for look in looks if look.content.get("what") == "reason"), None)
    return Ground(why=given.why) if given is not None else None


def _is_about(tx: Transaction, call: Call, case: Case) -> bool:
    return call.case_id == case.id or any(row.id == case.id for row in calls.cases_of_caller(tx, call))


def journal_look(
    tx: Transaction, what: str, case: Case | None = None, *, ground: Ground | None = None, **content: Json
) -> None:
    """Write down that somebody looks. The caller commits before anything is shown."""
    ground = ground or Ground()
    told = {**content, "call": ground.call} if ground.call else content
    journal.write_look(
        tx,
        actor=actor(),
        at=house().clock.now(),
        what=what,
        why=ground.why,
        key=case.key if case else None,
        case_id=case.id if case else None,
        content=dict(told) or None,
    )


def _account() -> Staff | None:
    token = security.cookie("staff")
    if not token:
        return None
    home = house()
    now = home.clock.now()
    with home.database.read() as tx:
        idle = dt.timedelta(minutes=home.settings.session_idle_minutes)
        session = sessions.get(tx, token, now, idle=idle)
    if session is None:
        return None
    if session.stale:
        with home.database.transaction() as tx:
            sessions.touch(tx, token, now)
    g.confirmed_at = session.confirmed_at
    staff: Staff = session.staff
    return staff


def came_from() -> str:
    """The page of ours that the request was sent from, as far as the browser says, or ""."""
    try:
        return own_address(urlsplit(request.referrer or "").path)
    except ValueError:
        return ""


def _wanted() -> str:
    """Where to go after signing in: this page, or the page a form stood on. A caller's number never comes along."""
    if request.method != "GET":
        return came_from()
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if name in _KEPT])
    return own_address(f"{request.path}?{query}" if query else request.path)
