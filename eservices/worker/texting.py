"""Ways out for text messages: a gateway that takes them by HTTP, or a folder where they lie as files. Knows no outbox.

The gateway is told which message it is (`Idempotency-Key`, the outbox row's id), so that one it has taken before is not
sent again. Only its yes counts, and each kind of no says whether trying again can help.
"""

import http.client
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from eservices.settings import Settings
from eservices.worker.post import Never, NotNow, laid_down

#: What of an answer is worth keeping for whoever looks for a fault.
_WORDS = 200

#: A no to this very message: the number is none, or barred. Every other no is mended by people, or by waiting.
_NEVER = frozenset({400, 404, 410, 413, 422})


@dataclass(frozen=True, slots=True)
class Text:
    """One text message for one receiver, a number with its country (+46…). `id` is the outbox row's."""

    id: str
    receiver: str
    words: str


class TextSender(Protocol):
    """A way out for text messages."""

    def send(self, text: Text) -> str:
        """The receiver's yes, in its own words. Raises `NotNow` or `Never`."""


@dataclass(frozen=True, slots=True)
class TextFolder:
    """Text messages as files, for a demonstration or a test."""

    path: Path
    sender: str

    def send(self, text: Text) -> str:
        """The file is complete and durable under its name before this returns; sent again it is the same file."""
        body = json.dumps(_body(self.sender, text), ensure_ascii=False, indent=1)
        return laid_down(self.path, f"{text.id}.json", body.encode())


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that takes one message a request: a JSON object with id, from, to and text, answered by 2xx."""

    url: str
    sender: str
    token: str = field(default="", repr=False)
    timeout: float = 20.0

    def send(self, text: Text) -> str:
        """Hand the message over and wait for the gateway's yes. A redirect is no yes: it would take the token along."""
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout)
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": text.id}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            connection.request("POST", path, json.dumps(_body(self.sender, text)).encode(), headers)
            answer = connection.getresponse()
            said = f"{answer.status} {answer.read(_WORDS).decode('utf-8', 'replace')}"
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(f"{type(error).__name__}: {error}", away=True) from error
        finally:
            connection.close()
        if 200 <= answer.status < 300:  # noqa: PLR2004
            return said
        if answer.status in _NEVER:
            raise Never(said)
        raise NotNow(said, away=True)


def _body(sender: str, text: Text) -> dict[str, str]:
    return {"id": text.id, "from": sender, "to": text.receiver, "text": text.words}


def text_sender_of(settings: Settings) -> TextSender | None:
    """The way out that the settings name, or None: then the contact centre rings instead."""
    if settings.sms_dir is not None:
        return TextFolder(settings.sms_dir, settings.sms_sender)
    if settings.sms_url:
        return Gateway(settings.sms_url, settings.sms_sender, settings.sms_token, settings.sms_timeout)
    return None
