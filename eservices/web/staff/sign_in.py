"""Staff sign in with a password and, if they have one, a second factor; they see and end their own sessions."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, request
from werkzeug.wrappers import Response

from eservices.identity import accounts, second_factor, sessions
from eservices.identity.devices import device_of
from eservices.identity.people import ALL_UNITS, Act, Staff, may
from eservices.naming import ROLES
from eservices.web import security
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import Page, render, see_other
from eservices.web.staff import access, confirming
from eservices.web.staff.page import StaffPage, framed

blueprint = Blueprint("sign_in", __name__)

#: Who came in, and from which network somebody did not; never a name that was typed, for it may be a password.
logger = logging.getLogger(__name__)


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
    sessions: int
    second_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor(StaffPage):
    """Turning the factor on: first the password, then secret and link with a place for the code, then the codes."""

    template: ClassVar[str] = "staff/second_factor.html"
    on: bool
    required: bool
    secret: str = ""
    link: str = ""
    codes: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()


@blueprint.get("/staff/login")
@access.for_everyone
def show_login() -> Response:
    """The page where staff sign in; whoever is signed in already goes straight on."""
    wanted = access.own_address(request.args.get("next", ""))
    if access.staff_or_none() is not None:
        return see_other(wanted or "/staff/")
    notice = plain("Logga in för att gå vidare.") if wanted else ""
    if request.args.get("changed"):
        notice = plain("Lösenordet är bytt. Logga in med det nya.")
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
            code=request.form.get("code", ""),
            address=security.client_address(),
            device=device_of(request.headers.get("User-Agent", "")),
            now=home.clock.now(),
            lasts=dt.timedelta(hours=home.settings.session_hours),
            any_password=home.settings.demo,
        )
    except accounts.Throttled as throttled:
        logger.warning("sign-in slowed down, from %s", security.network())
        sentence, seconds = _wait(throttled)
        answer = render(Login(wanted=wanted, username=username, errors=(("username", sentence),)), 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    except accounts.Refused:
        logger.warning("sign-in refused, from %s", security.network())
        sentence = plain("Uppgifterna hör inte ihop. Kontrollera användarnamn, lösenord och, om du har en, kod.")
        return render(Login(wanted=wanted, username=username, errors=(("username", sentence),)), 422)
    logger.info("account %s signed in, from %s", signed_in.staff.id, security.network())
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
    idle = dt.timedelta(minutes=home.settings.session_idle_minutes)
    with home.database.read() as tx:
        open_ones = sessions.listed(tx, staff.id, home.clock.now(), idle=idle)
        has_factor = second_factor.is_on(tx, staff.id)
    return render(
        Account(
            **framed("account"),
            staff=staff,
            roles=tuple((plain(ROLES[role]), _units(units)) for role, units in staff.roles.items()),
            sessions=len(open_ones),
            second_factor=has_factor,
        )
    )


@blueprint.get("/staff/second-factor")
@access.for_any_account
def show_second_factor() -> Response:
    """Whether the factor is on, and where it is turned on."""
    return render(_factor_page())


@blueprint.post("/staff/second-factor")
@access.for_any_account
def begin_second_factor() -> Response:
    """Show the secret for the app, to whoever knows the password: a browser left open is not enough."""
    try:
        knows = confirming.knows()
    except accounts.Throttled as throttled:
        sentence, seconds = _wait(throttled)
        answer = render(_factor_page(errors=(("password", sentence),)), 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    if not knows:
        return render(_factor_page(errors=(("password", plain("Lösenordet stämmer inte. Försök igen.")),)), 422)
    with house().database.transaction() as tx:
        secret = second_factor.begin(tx, access.current_staff().id, house().clock.now())
    return render(_factor_page(secret)) if secret else see_other("/staff/second-factor")


@blueprint.post("/staff/second-factor/confirm")
@access.for_any_account
def confirm_second_factor() -> Response:
    """Turn it on once the app shows the right code, and tell the recovery codes, this once."""
    home, staff = house(), access.current_staff()
    with home.database.transaction() as tx:
        codes = second_factor.confirm(tx, staff.id, request.form.get("code", ""), home.clock.now())
        if codes:  # whoever came in elsewhere by the password alone is out
            sessions.end_others(tx, staff.id, security.cookie(security.STAFF) or "", home.clock.now())
    if codes:
        return render(_factor_page(codes=codes))
    sentence = plain("Koden stämmer inte. Skriv lösenordet en gång till och sedan den kod som appen visar då.")
    return render(_factor_page(errors=(("password", sentence),)), 422)


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
        sessions.end_all(tx, access.current_staff().id, home.clock.now())
    answer = see_other("/staff/login")
    security.clear_cookie(answer, "staff")
    return answer


def _factor_page(
    secret: bytes | None = None, codes: tuple[str, ...] = (), errors: tuple[tuple[str, str], ...] = ()
) -> SecondFactor:
    home, staff = house(), access.current_staff()
    with home.database.read() as tx:
        on = second_factor.is_on(tx, staff.id)
    issuer = home.library.municipality.name
    return SecondFactor(
        **framed("account"),
        on=on,
        required=access.needs_second_factor(staff),
        secret=second_factor.written(secret) if secret else "",
        link=second_factor.link(secret, username=staff.username, issuer=issuer) if secret else "",
        codes=codes,
        errors=errors,
    )


def _wait(throttled: accounts.Throttled) -> tuple[str, int]:
    minutes = max(1, -int(-throttled.wait.total_seconds() // 60))
    sentence = words().plural(
        "För många försök. Vänta {n} minut och försök igen.",
        "För många försök. Vänta {n} minuter och försök igen.",
        minutes,
    )
    return sentence, minutes * 60


def _end_former_session() -> None:
    token = security.cookie("staff")
    if token:
        home = house()
        with home.database.transaction() as tx:
            sessions.end(tx, token, home.clock.now())


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
