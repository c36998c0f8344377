"""Residents who go on whatever breaks, each with a photo. They ask again, as a browser does."""

import datetime as dt
import hashlib
import http.client
import io
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from PIL import Image
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.bench import robot

SERVICE = "felanmalan"
NUMBER = re.compile(r"\b20\d\d-[0-9A-Z]{4,8}\b")
_FORM = "application/x-www-form-urlencoded"
_BOUNDARY = "the-files-of-a-page"


@dataclass
class Seen:
    """What people saw: the number on each receipt, where it stands, with which cookies, and what they had sent."""

    receipts: list[tuple[str, str, Mapping[str, str], str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    #: The number of each case, and when a final POST of it broke in the middle.
    cut: list[tuple[str, dt.datetime]] = field(default_factory=list)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Resident(robot.Visit):
    """Asks again when the line breaks or the house is away, for some minutes; tells when a final POST is on its way."""

    bases: Sequence[str] = ()
    patience: float = 240  #: seconds; a machine that is busy with other things starts a node in half a minute
    sending: threading.Event = field(default_factory=threading.Event)
    broken: int = 0
    cut: list[dt.datetime] = field(default_factory=list)  #: when a final POST broke in the middle
    photo: str = ""  #: SHA-256 of what was sent
    away: list[tuple[int, str, bytes]] = field(default_factory=list)  #: answers that said "not now"

    def journey(self, path: str) -> LexborHTMLParser:
        path, page = self.follow("GET", path)
        return self.go_on(path, page)

    def go_on(self, path: str, page: LexborHTMLParser, *, until: str = "") -> LexborHTMLParser:
        """From this page to the one where nothing is left to send, or to the one whose address ends with `until`."""
        for _ in range(60):
            form = robot.primary_form(page)
            if form is None or (until and urlsplit(path).path.endswith(until)):
                return page
            target = urljoin(path, form.attributes.get("action") or path)
            path, page = self.follow("POST", target, self._body(form))  # type: ignore[arg-type]
        raise robot.Refused(f"no end, last {path}")

    def ask(self, method: str, path: str, body: str | bytes | None) -> tuple[int, str, bytes]:
        final = method == "POST" and path.partition("?")[0].endswith("/check")
        until = time.monotonic() + self.patience
        while True:
            try:
                if final:
                    self.sending.set()
                answer = self._ask_once(method, path, body)
                if answer[0] not in {502, 503}:
                    return answer
                self.away.append(answer)
            except (OSError, http.client.HTTPException) as error:
                if final and not isinstance(error, ConnectionRefusedError):
                    self.cut.append(dt.datetime.now(dt.UTC))
                self._turn_elsewhere()
            finally:
                self.sending.clear()
            self.broken += 1
            if time.monotonic() > until:
                raise robot.Refused(f"away for {self.patience} seconds at {path}")
            time.sleep(0.05)

    def _ask_once(self, method: str, path: str, body: str | bytes | None) -> tuple[int, str, bytes]:
        headers = {"Accept": "text/html", "Accept-Language": self.language, "Origin": self._origin}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = _FORM if isinstance(body, str) else f"multipart/form-data; boundary={_BOUNDARY}"
            headers["Sec-Fetch-Site"] = "same-origin"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self.pages.append((method, path, len(content)))
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return response.status, response.getheader("Location") or "", content

    def _turn_elsewhere(self) -> None:
        """As a balancer does: the next request goes to any node."""
        self.close()
        if self.bases:
            self.base = random.choice(self.bases)  # type: ignore[arg-type]
            self.__post_init__()

    def _body(self, form: LexborNode) -> str | bytes:
        fields = robot.filled(form, self.answers)
        control = form.css_first("input[type=file]")
        if control is None:
            return urlencode(fields)
        photo = a_photo()
        self.photo = hashlib.sha256(photo).hexdigest()
        return _multipart(fields, control.attributes["name"] or "", photo)


def a_photo() -> bytes:
    """A picture that is like no other, without anything in it that is taken out."""
    out = io.BytesIO()
    Image.frombytes("RGB", (100, 80), random.randbytes(100 * 80 * 3)).save(out, "PNG")
    return out.getvalue()


def number_on(page: LexborHTMLParser) -> str:
    main = page.css_first("main")
    found = NUMBER.search(main.text()) if main is not None else None
    if found is None:
        raise robot.Refused("a receipt without a number")
    return found[0]


def _multipart(fields: Sequence[tuple[str, str]], name: str, content: bytes) -> bytes:
    parts: list[Any] = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields
    ]
    parts.append(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="foto.png"\r\n'
        "Content-Type: image/png\r\n\r\n".encode()
        + content
        + b"\r\n"
    )
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
