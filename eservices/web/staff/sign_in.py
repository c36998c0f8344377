"""Staff sign in with a password, and see and end their own sessions."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, request
from werkzeug.wrappers import Response

from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Act, Staff, may
from eservices.web import security
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import Page, render, see_other
from eservices.web.staff import access
from eservices.web.staff.naming import ROLES
from eservices.web.staff.page import StaffPage, framed

blueprint = Blueprint("sign_in", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Page):
    template: ClassVar[str] = "staff/login.html"
    wanted: str
    username: str = ""
    notice: str = ""
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(StaffPage):
    template: ClassVar[str] = "staff/account.html"
    staff: Staff
    roles: tuple[tuple[str, str], ...]
    sessions: tuple[tuple[dt.datetime, bool], ...]


@blueprint.get("/staff/login")
@access.for_everyone
def show_login() -> Response:
    """The page where staff sign in; whoever is signed in already goes straight on."""
    wanted = access.own_address(request.args.get("next", ""))
    if access.staff_or_none() is not None:
        return see_other(wanted or "/staff/")
    notice = plain("Logga in för att gå vidare.") if wanted else ""
    return render(Login(wanted=wanted, notice=notice))


@blueprint.post("/staff/login")
@access.for_everyone
def sign_in() -> Response:
    """Check the password, start a new session under a new id, and go to the page that was asked for."""
    home = house()
    wanted = access.own_address(request.form.get("next", ""))
    username = request.form.get("username", "").strip()
    password = request.form.get("password", "")
    if errors := _blank(username, password):
        return render(Login(wanted=wanted, username=username, errors=errors), 422)
    try:
        signed_in = accounts.sign_in(
            home.database,
            username=username,
            password=password,
            address=security.client_address(),
            now=home.clock.now(),
            lasts=dt.timedelta(hours=home.settings.session_hours),
            any_password=home.settings.demo,
        )
    except accounts.Throttled as throttled:
        minutes = max(1, -int(-throttled.wait.total_seconds() // 60))
        sentence = words().plural(
            "För många försök. Vänta {n} minut och försök igen.",
            "För många försök. Vänta {n} minuter och försök igen.",
            minutes,
        )
        page = Login(wanted=wanted, username=username, errors=(("username", sentence),))
        answer = render(page, 429)
        answer.headers["Retry-After"] = str(minutes * 60)
        return answer
    except accounts.Refused:
        sentence = plain("Användarnamnet och lösenordet hör inte ihop. Kontrollera båda och försök igen.")
        return render(Login(wanted=wanted, username=username, errors=(("username", sentence),)), 422)
    _end_former_session()
    answer = see_other(wanted or "/staff/")
    security.set_cookie(answer, "staff", signed_in.token)
    return answer


@blueprint.get("/staff/")
@access.for_any_account
def home() -> Response:
    """The first room the account may enter."""
    staff = access.current_staff()
    if may(staff, Act.USE_CONTACT_CENTRE):
        return see_other("/contact-centre/")
    return see_other("/cases/" if may(staff, Act.SEE_CASE) else "/staff/account")


@blueprint.post("/staff/logout")
@access.for_everyone
def sign_out() -> Response:
    """End this session. The browser is told to forget what it has kept."""
    _end_former_session()
    answer = see_other("/staff/login")
    security.clear_cookie(answer, "staff")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.get("/staff/account")
@access.for_any_account
def account() -> Response:
    """One's own account: roles, language, sessions."""
    staff = access.current_staff()
    home = house()
    token = security.cookie("staff") or ""
    with home.database.read() as tx:
        now = home.clock.now()
        sessions = accounts.sessions_of(tx, staff.id, now)
        current = accounts.session_of(tx, token, now, idle=dt.timedelta(minutes=home.settings.session_idle_minutes))
    started = current.started_at if current else None
    return render(
        Account(
            **framed("account"),
            staff=staff,
            roles=tuple((plain(ROLES[role]), _units(units)) for role, units in staff.roles.items()),
            sessions=tuple((began, began == started) for began, _ in sessions),
        )
    )


@blueprint.post("/staff/language")
@access.for_any_account
def choose_language() -> Response:
    """Choose the language of the staff side. Case texts stay in the languages they were written in."""
    language = request.form.get("language", "")
    if language in access.LANGUAGES:
        with house().database.transaction() as tx:
            accounts.set_language(tx, access.current_staff().id, language)
    came_from = access.came_from()
    return see_other(came_from if access.is_staff_address(came_from) else "/staff/account")


@blueprint.post("/staff/logout-everywhere")
@access.for_any_account
def sign_out_everywhere() -> Response:
    """End every session of this account."""
    home = house()
    with home.database.transaction() as tx:
        accounts.revoke_sessions(tx, access.current_staff().id, home.clock.now())
    answer = see_other("/staff/login")
    security.clear_cookie(answer, "staff")
    return answer


def _end_former_session() -> None:
    token = security.cookie("staff")
    if token:
        home = house()
        with home.database.transaction() as tx:
            accounts.end_session(tx, token, home.clock.now())


def _blank(username: str, password: str) -> tuple[tuple[str, str], ...]:
    errors = []
    if not username:
        errors.append(("username", plain("Skriv ditt användarnamn.")))
    if not password:
        errors.append(("password", plain("Skriv ditt lösenord.")))
    return tuple(errors)


def _units(units: frozenset[str]) -> str:
    if ALL_UNITS in units:
        return plain("Alla enheter")
    known = house().library.municipality.units
    return words().listing([known[unit].name if unit in known else unit for unit in sorted(units)])
