"""Changing one's own password: the old one, the code from the app where there is one, and the new one."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, request
from werkzeug.wrappers import Response

from eservices.identity import accounts
from eservices.identity.accounts import Throttled, WeakPassword
from eservices.identity.passwords import SHORTEST
from eservices.language import N_
from eservices.web import security
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access, confirming
from eservices.web.staff.field import Errors
from eservices.web.staff.page import StaffPage, framed

blueprint = Blueprint("password", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Password(StaffPage):
    template: ClassVar[str] = "staff/password.html"
    second_factor: bool
    shortest: int
    errors: Errors = ()


@blueprint.get("/staff/password")
@access.for_any_account
def show() -> Response:
    """Where the new password is written."""
    return _page()


@blueprint.post("/staff/password")
@access.for_any_account
def change() -> Response:
    """Take the new password and end every sign-in; whoever knew the old one is out."""
    try:
        knows = confirming.knows(code=request.form.get("code", ""))
    except Throttled:
        return _page((("password", plain("För många försök. Vänta en stund och försök igen.")),), 429)
    if not knows:
        return _page((("password", confirming.told_wrong()),), 422)
    try:
        with house().database.transaction() as tx:
            accounts.change_password(tx, access.current_staff(), request.form.get("new", ""), house().clock.now())
    except WeakPassword as weak:
        return _page((("new", _too_weak(weak)),), 422)
    answer = see_other("/staff/login?changed=1")
    security.clear_cookie(answer, security.STAFF)
    return answer


def _page(errors: Errors = (), status: int = 200) -> Response:
    page = Password(**framed("account"), second_factor=confirming.has_factor(), shortest=SHORTEST, errors=errors)
    return render(page, status)


def _too_weak(weak: WeakPassword) -> str:
    if weak.code == "too_short":
        return words()(N_("Skriv minst {minimum} tecken."), **weak.facts)
    if weak.code == "too_long":
        return words()(N_("Skriv högst {maximum} tecken."), **weak.facts)
    if weak.code == "like_name":
        return plain("Välj ett lösenord som inte är ditt namn.")
    return plain("Välj ett lösenord som är svårare att gissa. Flera ord i rad är bra.")
