"""Ways out for e-mail: a mail server, or a folder where messages lie as files. Speaks SMTP, knows no outbox.

A message is bytes that were written once; every attempt hands over the very same. Only the receiver's yes counts, and
each kind of no says whether trying again can help.
"""

import contextlib
import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from eservices.settings import Settings

#: What may pass from the first word to the last yes. Less than a row is lent for, so that no other worker sends the
#: same row while this one still speaks.
WHOLE_CONVERSATION_SECONDS = 90.0


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message for one receiver. `id` is the outbox row's.

    `is_ours` is asked just before the message itself goes: a mail server knows no ids, and sends on what it gets twice.
    """

    id: str
    sender: str
    receiver: str
    message: bytes
    is_ours: Callable[[], bool] = _always


class NotNow(Exception):
    """The receiver did not take it this time. `away`: nobody answers there at all, so other messages can wait too."""

    def __init__(self, detail: str, *, away: bool = False):
        super().__init__(detail)
        self.away = away


class Never(Exception):
    """The receiver will not take this message, however often it is tried."""


class Post(Protocol):
    """A way out for messages."""

    def send(self, envelope: Envelope) -> str:
        """The receiver's yes, in its own words. Raises `NotNow` or `Never`."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Messages as files, for a demonstration, a test or a mail system that fetches them there."""

    path: Path

    def send(self, envelope: Envelope) -> str:
        """The file is complete and durable under its name before this returns; sent again it is the same file."""
        return laid_down(self.path, f"{envelope.id}.eml", envelope.message)


def laid_down(folder: Path, name: str, content: bytes) -> str:
    """Put a message into a folder, complete and durable under its name, or raise `NotNow`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = folder / f".{name}.{os.getpid()}"
        with open(half, "wb", opener=_for_us_alone) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(folder / name)
    except OSError as error:
        raise NotNow(f"the folder cannot be written: {error.strerror}", away=True) from error
    return f"laid in the folder as {name}"


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server that takes our messages, one conversation each."""

    host: str
    port: int
    tls: str  #: none, starttls, tls
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    whole: float = WHOLE_CONVERSATION_SECONDS

    def send(self, envelope: Envelope) -> str:
        """Hand the message over and wait for the yes that follows its last line.

        A no to us (greeting, encryption, login, sender) is mended by people while the message waits. A no to the
        receiver or to the message itself is final when the server says so (5xx).
        """
        server: smtplib.SMTP | None = None
        try:
            server = self._introduced()
            options = _options(server, envelope)
            _expect(server.mail(envelope.sender, options))
            _expect(server.rcpt(envelope.receiver), final=True)
            if not envelope.is_ours():
                raise NotNow("another worker has it by now")
            return _expect(_data(server, envelope.message), final=True)
        except smtplib.SMTPResponseException as error:
            raise NotNow(_said(error.smtp_code, error.smtp_error), away=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(f"{type(error).__name__}: {error}", away=True) from error
        finally:
            if server is not None:
                _part(server)

    def _introduced(self) -> smtplib.SMTP:
        if self.tls == "tls":
            server = _bounded(smtplib.SMTP_SSL, self.whole)(
                self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            server = _bounded(smtplib.SMTP, self.whole)(self.host, self.port, timeout=self.timeout)
        try:
            if self.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            _part(server)
            raise
        return server


def _options(server: smtplib.SMTP, envelope: Envelope) -> list[str]:
    options = ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []
    if not envelope.receiver.isascii():
        if not server.has_extn("smtputf8"):
            raise Never("the mail server cannot write to an address with these letters")
        options.append("SMTPUTF8")
    return options


def _data(server: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
    try:
        return server.data(message)
    except smtplib.SMTPDataError as error:  # a no before the first line is as much of an answer as one after the last
        words = error.smtp_error
        return error.smtp_code, words if isinstance(words, bytes) else words.encode()


def _expect(reply: tuple[int, bytes], *, final: bool = False) -> str:
    """The words of a yes (RFC 5321: 2xx); 4xx is "not now", 5xx "never" where the server may say so."""
    code, words = reply
    if 200 <= code < 300:  # noqa: PLR2004
        return _said(code, words)
    if final and code >= 500:  # noqa: PLR2004
        raise Never(_said(code, words))
    if final and code != 421:  # noqa: PLR2004 -- 421: the server is closing, whatever was asked
        raise NotNow(_said(code, words))
    raise smtplib.SMTPResponseException(code, words)


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye; whether anybody answers is all the same, for what was said before holds."""
    guard: threading.Timer = server.guard  # type: ignore[attr-defined]
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if server.sock is not None:
            server.sock.settimeout(2)
            server.quit()
    with contextlib.suppress(OSError):
        server.close()
    guard.cancel()


def _bounded(kind: type[smtplib.SMTP], seconds: float) -> Callable[..., smtplib.SMTP]:
    """`kind` of conversation, broken off after `seconds` even if the server keeps us waiting letter by letter.

    A timeout of the socket is about each silence, not about the whole.
    """

    class Bounded(kind):  # type: ignore[valid-type,misc]
        def connect(self, *where: Any, **how: Any) -> tuple[int, bytes]:
            self.guard = threading.Timer(seconds, self.break_off)
            self.guard.daemon = True
            self.guard.start()
            try:
                answer: tuple[int, bytes] = super().connect(*where, **how)
            except BaseException:
                self.guard.cancel()
                raise
            return answer

        def break_off(self) -> None:
            if self.sock is not None:
                with contextlib.suppress(OSError):
                    self.sock.shutdown(socket.SHUT_RDWR)

    return Bounded


def post_of(settings: Settings) -> Post | None:
    """The way out that the settings name, or None: then e-mail waits in the outbox."""
    if settings.mail_dir is not None:
        return Folder(settings.mail_dir)
    if settings.smtp_host:
        return MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_tls,
            settings.smtp_user,
            settings.smtp_password,
            settings.smtp_timeout,
        )
    return None
