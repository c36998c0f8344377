"""Where one is signed in, and ending it there: one's own sessions, and for whoever administers accounts everybody's."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import Blueprint, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import journal
from eservices.identity import accounts, sessions
from eservices.identity.people import Act
from eservices.identity.sessions import Listed
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.values import Json
from eservices.web import security
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.page import StaffPage, framed

blueprint = Blueprint("logins", __name__)

OTHERS = "others"

_BROWSERS = {
    "edge": "Edge", "opera": "Opera", "samsung": "Samsung Internet", "firefox": "Firefox", "chrome": "Chrome",
    "safari": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iphone": "iPhone", "ipad": "iPad", "android": "Android", "windows": "Windows", "mac": "Mac",
    "chromeos": "ChromeOS", "linux": "Linux",
}  # fmt: skip
_DONE = {"one": N_("Inloggningen är avslutad."), OTHERS: N_("Alla andra inloggningar är avslutade.")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins(StaffPage):
    """One account's open sessions, each device in words. `owner` is empty on the page of one's own."""

    template: ClassVar[str] = "staff/logins.html"
    owner: str
    address: str
    logins: tuple[Listed, ...]
    done: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An account in the administrator's list."""

    id: str
    name: str
    username: str
    is_open: bool
    logins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts(StaffPage):
    template: ClassVar[str] = "staff/accounts.html"
    rows: tuple[Row, ...]


@blueprint.get("/staff/logins")
@access.for_any_account
def own() -> Response:
    """Where one is signed in oneself."""
    with house().database.read() as tx:
        logins = _logins(tx, access.current_staff().id)
    return render(Logins(**framed("account"), owner="", address="/staff/logins", logins=logins, done=_done()))


@blueprint.post("/staff/logins")
@access.for_any_account
def end_own() -> Response:
    """End one of one's own sessions, or all but this one."""
    home, staff = house(), access.current_staff()
    now, wanted = home.clock.now(), request.form.get("session", "")
    with home.database.transaction() as tx:
        if wanted == OTHERS:
            sessions.end_others(tx, staff.id, security.cookie(security.STAFF) or "", now)
        else:
            sessions.end_one(tx, staff.id, wanted, now)  # one that has ended meanwhile is what was wanted
    return see_other(f"/staff/logins?done={OTHERS if wanted == OTHERS else 'one'}")


@blueprint.get("/staff/accounts")
@access.requires(Act.MANAGE_STAFF)
def everybody() -> Response:
    """All accounts, and in how many places each is signed in."""
    home = house()
    with home.database.read() as tx:
        signed_in = sessions.how_many(tx, home.clock.now(), idle=_idle())
        rows = tuple(
            Row(each.staff.id, each.staff.name, each.staff.username, each.is_open, signed_in.get(each.staff.id, 0))
            for each in accounts.list_staff(tx)
        )
    return render(Accounts(**framed("accounts"), rows=rows))


@blueprint.get("/staff/accounts/<account>")
@access.requires(Act.MANAGE_STAFF)
def of_account(account: str) -> Response:
    """Where somebody is signed in."""
    with house().database.read() as tx:
        name, logins = _name(tx, account), _logins(tx, account)
    address = f"/staff/accounts/{account}"
    return render(Logins(**framed("accounts"), owner=name, address=address, logins=logins, done=_done()))


@blueprint.post("/staff/accounts/<account>")
@access.requires(Act.MANAGE_STAFF)
def end_of_account(account: str) -> Response:
    """End one of somebody's sessions, or all of them; the journal says who did it."""
    home = house()
    now, wanted = home.clock.now(), request.form.get("session", "")
    with home.database.transaction() as tx:
        _name(tx, account)
        ended = sessions.end_all(tx, account, now) if wanted == OTHERS else sessions.end_one(tx, account, wanted, now)
        told: dict[str, Json] = {"account": account, "sessions": int(ended)}
        journal.write(tx, actor=access.actor(), kind="sessions_ended", at=now, content=told)
    return see_other(f"/staff/accounts/{account}?done={OTHERS if wanted == OTHERS else 'one'}")


def _logins(tx: Transaction, staff_id: str) -> tuple[Listed, ...]:
    token = security.cookie(security.STAFF) or ""
    found = sessions.listed(tx, staff_id, house().clock.now(), token=token, idle=_idle())
    ordered = sorted(found, key=lambda each: not each.is_this)
    return tuple(replace(each, device=_device(each.device)) for each in ordered)


def _done() -> str:
    code = request.args.get("done", "")
    return plain(_DONE[code]) if code in _DONE else ""


def _device(code: str) -> str:
    browser, _, system = code.partition("/")
    named, where = _BROWSERS.get(browser, ""), _SYSTEMS.get(system, "")
    if named and where:
        return plain("{browser} på {system}", browser=named, system=where)
    return named or where or plain("Okänd enhet")


def _name(tx: Transaction, staff_id: str) -> str:
    name = accounts.names(tx, [staff_id]).get(staff_id)
    if name is None:
        raise NotFound
    return name


def _idle() -> dt.timedelta:
    return dt.timedelta(minutes=house().settings.session_idle_minutes)
