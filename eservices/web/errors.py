"""One error page for everything that can go wrong, in the reader's language, with the way to a person.

It never says what broke inside: that is in the log, without anybody's name. What was saved is still there, and the
page says so.
"""

import errno
import logging
import re
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, request
from werkzeug.exceptions import BadRequest, ClientDisconnected, HTTPException
from werkzeug.wrappers import Response

from eservices.language import N_
from eservices.storage.database import Unavailable
from eservices.values import new_id
from eservices.web import i18n
from eservices.web.pages import Page, render

logger = logging.getLogger(__name__)

#: How long a browser or a proxy should wait before it tries again.
RETRY_SECONDS = 30


#: The disk is full, too full for this user or this file, turned read-only, or broken.
_DISK_AWAY = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


#: What the proxy calls a request. Its end is shown: short enough to be said on the telephone.
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_SAID = 8


class StalePage(BadRequest):
    """A form that is not ours, or no longer: the page was too old, its cookie is gone, or another site made it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says about an error: what happened, and what to do."""

    title: str
    text: str


_STALE = Told(
    N_("Sidan hade blivit för gammal"),
    N_("Gå tillbaka, läs in sidan på nytt och försök igen. Det du har sparat finns kvar."),
)

_BAD_REQUEST, _TOO_LARGE, _TOO_MANY, _FAULT, _AWAY = 400, 413, 429, 500, 503

#: Status -> what the reader is told. Whatever is not here is told as the nearest hundred.
TOLD = {
    _BAD_REQUEST: Told(
        N_("Vi kunde inte läsa det som skickades"), N_("Gå tillbaka och försök igen. Inget har ändrats.")
    ),
    403: Told(N_("Du får inte se den här sidan"), N_("Den hör till någon annan, eller kräver en annan behörighet.")),
    404: Told(
        N_("Sidan finns inte"),
        N_("Adressen kan vara felskriven, eller sidan ha flyttat. Sök på startsidan, eller ring så hjälper vi dig."),
    ),
    405: Told(N_("Så kan sidan inte användas"), N_("Gå tillbaka och använd knapparna på sidan.")),
    409: Told(
        N_("Någon annan hann före"), N_("Läs in sidan på nytt och se vad som har ändrats. Gör sedan om det du ville.")
    ),
    410: Told(
        N_("Det här finns inte längre"), N_("Tiden har gått ut, eller så har du tagit bort det. Du kan börja om.")
    ),
    _TOO_LARGE: Told(
        N_("Det var för stort"), N_("Korta texten, eller skicka en mindre fil. Det du har sparat finns kvar.")
    ),
    414: Told(N_("Adressen är för lång"), N_("Gå till startsidan och leta upp sidan därifrån.")),
    415: Told(
        N_("Det går inte att ta emot i den formen"),
        N_("Använd formuläret på sidan, eller ring så hjälper vi dig."),
    ),
    422: Told(N_("Något behöver rättas"), N_("Gå tillbaka och se vad som är fel. Det du har sparat finns kvar.")),
    _TOO_MANY: Told(N_("Det blev för många försök"), N_("Vänta en stund och försök igen. Ring om du inte kan vänta.")),
    _FAULT: Told(
        N_("Något gick fel hos oss"),
        N_("Det du har sparat finns kvar. Försök igen om en stund, eller ring så hjälper vi dig."),
    ),
    _AWAY: Told(
        N_("E-tjänsterna ligger nere just nu"),
        N_(
            "Vi arbetar på det. Under tiden kan du göra allt på telefon, på plats eller på papper. "
            "Det du har sparat finns kvar."
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Page):
    """The page of any error."""

    template: ClassVar[str] = "errors/error.html"
    status: int
    title: str
    text: str
    fault: str = ""  #: by which our log tells where it happened


def register(app: Flask) -> None:
    """Answer every error with the same page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(OSError, _on_the_disk)
    app.register_error_handler(Exception, _unforeseen)


def page_of(status: int, told: Told | None = None, fault: str = "") -> Response:
    """The error page for a status; `fault` is the number by which the log is found."""
    told = told or TOLD.get(status) or TOLD[_BAD_REQUEST if status < _FAULT else _FAULT]
    title, text = i18n.plain(told.title), i18n.plain(told.text)
    return render(ErrorPage(status=status, title=title, text=text, fault=fault), status)


def _http(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response
    status = error.code or _FAULT
    if status == _TOO_LARGE:
        _drain()
    response = page_of(status, _STALE if isinstance(error, StalePage) else None)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    if status in {_TOO_MANY, _AWAY}:
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    return response


def _unavailable(_error: Unavailable) -> Response:
    response = page_of(_AWAY)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _on_the_disk(error: OSError) -> Response:
    """A file could not be written: for who sent it that is the same as a database that is away."""
    if error.errno not in _DISK_AWAY:
        return _unforeseen(error)
    logger.error("the disk: %s in %s", error.strerror, request.endpoint)
    response = page_of(_AWAY)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _unforeseen(error: Exception) -> Response:
    # Where it happened, never with what: the message of an error may quote an answer.
    place = "".join(traceback.format_tb(error.__traceback__))
    fault = _fault_id()
    logger.error("fault %s: %s in %s\n%s", fault, type(error).__name__, request.endpoint, place)
    return page_of(_FAULT, fault=fault[-_SAID:])


def _fault_id() -> str:
    """What the proxy calls this request in its own log; without one a new id."""
    named = request.headers.get("X-Request-ID", "")
    return named if _REQUEST_ID.fullmatch(named) else new_id()


def _drain(most: int = 64 * 1024 * 1024) -> None:
    """Take in what is still on its way, so that the browser gets to read the answer instead of a broken connection."""
    with suppress(ClientDisconnected):  # nobody is there to read it any more
        while most > 0 and (chunk := request.stream.read(256 * 1024)):
            most -= len(chunk)
