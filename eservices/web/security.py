"""What every request and every answer must pass: forms that are ours, bodies we can read, headers that keep others out.

One random secret lies in each visitor's cookie: its first half makes the tokens of forms, and drafts are found by the
second. It says nothing about who somebody is, and no session of a resident is kept anywhere.
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from eservices.identity import limits
from eservices.storage.database import Transaction
from eservices.web.errors import StalePage
from eservices.web.house import NAME, house

VISITOR = "visitor"
STAFF = "staff"
CASE = "case"
#: The cookie of somebody who has shown number and code of something to sign.
SIGN = "sign"
TOKEN = "csrf_token"  # noqa: S105 - the name of a field, not a secret

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SECRETS = re.compile(r"([A-Za-z0-9_-]{43})(?:\.([A-Za-z0-9_-]{43}))?")

#: Where members of staff work: there the form's token is made of their session.
STAFF_ADDRESSES = ("/staff/", "/contact-centre/", "/cases/", "/insight/")

_POLICY_NAME = "Content-Security-Policy"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)

#: On every answer: pages, errors, files and style sheets alike. A page may ask where the visitor is, when they press a
#: button: a place may have coordinates.
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"),
)


def protect(app: Flask) -> None:
    """Check every request before its view, and clothe every answer."""
    settings = app.extensions[NAME].settings
    headers = [*HEADERS]
    if settings.secure:
        headers.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))
    app.config.update(
        COOKIE_PREFIX="__Host-" if settings.secure else "",
        FILE_BYTES=settings.file_max_bytes,
        REQUEST_BYTES=settings.request_max_bytes,
    )
    app.before_request(check)
    app.jinja_env.globals["csrf"] = csrf_field

    @app.after_request
    def clothe(response: Response) -> Response:
        present = response.headers
        if "Location" in present:
            present["Location"] = _here(present["Location"])
            response.set_data(b"")  # where somebody calls us by another name, that name stands in it
        if _POLICY_NAME not in present:  # a file that is given away has a stricter one
            present.add(_POLICY_NAME, _POLICY)
        for name, value in headers:
            present.add(name, value)
        if "Cache-Control" not in present:
            present.add("Cache-Control", "no-store")
        if g.get("new_visitor"):
            set_cookie(response, VISITOR, g.new_visitor)
        return response


def check() -> None:
    """Let a request through that only reads, or that comes from a page of ours.

    Raises `StalePage` (400) for a form whose token is missing, foreign or made of another secret. Bodies that are no
    form, too large or not whole text are refused while they are read.
    """
    query = request.query_string
    if b"%00" in query or not _is_text(query):
        raise BadRequest
    if request.method in _SAFE or request.routing_exception is not None:
        return
    if getattr(current_app.view_functions.get(request.endpoint or ""), "shows_token", False):
        return  # another system: it has no cookie that a foreign page could misuse, and shows a token of its own
    if not _from_our_own_page() or not _is_our_token(request.form.get(TOKEN, "")):
        raise StalePage


def csrf_field() -> Markup:
    """The hidden field that goes first in every form."""
    return Markup('<input type="hidden" name="csrf_token" value="') + csrf_token() + Markup('">')


def csrf_token() -> str:
    """The token of this visitor's forms, or of this member of staff's."""
    if "csrf_token" not in g:
        g.csrf_token = _token_of(_secret() or visitor())
    return str(g.csrf_token)


def visitor() -> str:
    """What the tokens of this browser are made of; new where the request brought none, and the answer sets it."""
    known = _brought()[0]
    if known is None:
        known = secrets.token_urlsafe(32)
        _remember(known, None)
    return known


def known_visitor() -> str | None:
    """The secret under which this browser's drafts are found; None before anything was begun."""
    return _brought()[1]


def begin_anew() -> str:
    """A new secret for what is begun now.

    Whoever noted the cookie of a shared computer beforehand finds nothing with it; forms in other windows stay good.
    """
    secret = secrets.token_urlsafe(32)
    _remember(visitor(), secret)
    return secret


def _brought() -> tuple[str | None, str | None]:
    """The two halves of the cookie, if we could have made it: for forms, and for drafts."""
    try:
        known: tuple[str | None, str | None] = g.visitor
    except AttributeError:
        found = _SECRETS.fullmatch(cookie(VISITOR) or "")
        known = g.visitor = (found.group(1), found.group(2)) if found else (None, None)
    return known


def _remember(for_forms: str, for_drafts: str | None) -> None:
    g.visitor = (for_forms, for_drafts)
    g.new_visitor = f"{for_forms}.{for_drafts}" if for_drafts else for_forms


def cookie(name: str) -> str | None:
    """The value of one of our cookies."""
    return request.cookies.get(current_app.config["COOKIE_PREFIX"] + name)


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set one of our cookies: out of reach of scripts and other sites, gone with the browser unless told a time."""
    prefix = current_app.config["COOKIE_PREFIX"]
    response.set_cookie(prefix + name, value, max_age, secure=bool(prefix), httponly=True, samesite="Lax", path="/")


def clear_cookie(response: Response, name: str) -> None:
    """Take one of our cookies back."""
    if name == VISITOR:
        g.pop("new_visitor", None)
    prefix = current_app.config["COOKIE_PREFIX"]
    response.delete_cookie(prefix + name, secure=bool(prefix), httponly=True, samesite="Lax", path="/")


def client_address() -> str:
    """Who called: the nearest address that no proxy of ours stands for."""
    address = request.remote_addr or "0.0.0.0"  # noqa: S104 - an unknown caller, not a place to listen on
    proxies = house().settings.trusted_proxies
    forwarded = request.headers.get("X-Forwarded-For", "").split(",") if proxies else []
    for further in reversed(forwarded):
        if not any(_address(address) in network for network in proxies):
            break
        address = further.strip()
    try:
        return str(ip_address(address))
    except ValueError:
        return request.remote_addr or ""


def is_loopback() -> bool:
    """Whether the caller sits on this very machine; not when a proxy that nobody has told us of stands between."""
    if not house().settings.trusted_proxies and "X-Forwarded-For" in request.headers:
        return False
    return _address(client_address()).is_loopback


def is_spared() -> bool:
    """Whether limits do not count this caller: somebody who tries the demo on this machine."""
    return house().settings.demo and is_loopback()


def within_limit(tx: Transaction, parts: Sequence[str], limit: int, window: timedelta) -> bool:
    """Count one try; False when there have been too many. In the demo, callers on this machine are spared."""
    if is_spared():
        return True
    return limits.hit(tx, parts, limit, window, house().clock.now())


def network() -> str:
    """The caller's network, as coarse as the limits and the log want it."""
    return limits.network(client_address())


def _is_text(sent: bytes) -> bool:
    try:
        return sent.isascii() or bool(sent.decode())
    except UnicodeDecodeError:
        return False


def _here(location: str) -> str:
    """An address of ours without its host, which is whatever the caller said it was."""
    if location.startswith("/"):
        return location
    parts = urlsplit(location)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError:
        return ip_address("0.0.0.0")  # noqa: S104


def _secret() -> str | None:
    if request.path.startswith(STAFF_ADDRESSES):
        session = cookie(STAFF)
        if session:
            return session
    return _brought()[0]


def _is_our_token(sent: str) -> bool:
    secret = _secret()
    return secret is not None and hmac.compare_digest(_token_of(secret).encode(), sent.encode("utf-8", "replace"))


def _token_of(secret: str) -> str:
    key: bytes = house().settings.secret_key
    return hmac.digest(key, b"form " + secret.encode(), "sha256").hex()[:40]


def _from_our_own_page() -> bool:
    """Browsers say where a form was sent from; who says nothing is judged by the token alone."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc in {request.host, urlsplit(house().settings.base_url).netloc}
    except ValueError:
        return False
