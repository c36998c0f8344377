"""The way out to other systems: one signed request to an address that whoever runs the house has set. Knows no outbox.

Nothing that anybody answered decides where we call. Even so the name is looked up here and the answer held to the
rules before we connect, so that a name that comes to point inwards leads nowhere; and a redirect is no yes.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from eservices.settings import Network, Settings
from eservices.worker.post import Never, NotNow

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"

#: Seconds for each silence, and for all of it from the first look-up: less than a row is lent for.
SILENCE_SECONDS = 5.0
WHOLE_CONVERSATION_SECONDS = 30.0

#: What of an answer is worth keeping for whoever looks for a fault.
_WORDS = 200

#: A no to this very event. Every other no is mended by people, or by waiting.
_NEVER = frozenset({400, 413, 415, 422})

#: Addresses that lead to another one inside them (NAT64, 6to4 and its relay, Teredo, an IPv4 one spelt as IPv6), which
#: may be any at all; and those of a site alone, though the registry no longer calls them private.
_LEADING_ELSEWHERE = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/32", "2002::/16", "192.88.99.0/24", "2001::/32", "::/96", "::ffff:0:0:0/96", "fec0::/10"),
    )
)

_HTTPS = 443
_HTTP = 80


@dataclass(frozen=True, slots=True)
class Event:
    """What one system is told. `id` is the outbox row's; `body` is the same at every try."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Receiver:
    """One system, and what we sign with: the newest key last."""

    name: str
    address: str
    secrets: Sequence[bytes] = field(repr=False)
    networks: Sequence[Network] = ()  #: private ones that it may lie in
    silence: float = SILENCE_SECONDS
    whole: float = WHOLE_CONVERSATION_SECONDS
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def send(self, event: Event, at: int) -> str:
        """Tell it, and wait for its yes (2xx), in its own words. `at` is now, in seconds. Raises `NotNow`, `Never`."""
        parts = urlsplit(self.address)
        headers = {
            "Content-Type": MEDIA_TYPE,
            "User-Agent": "eservices",
            "webhook-id": event.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signatures(event, at, self.secrets),
        }
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        line = _Line()
        guard = threading.Timer(self.whole, line.break_off)
        guard.daemon = True
        guard.start()
        try:
            connection = self._connected(line)
            connection.request("POST", path, event.body, headers)
            answer = connection.getresponse()
            said = f"{answer.status} {answer.read(_WORDS).decode('utf-8', 'replace')}"
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(f"{type(error).__name__}: {error}", away=True) from error
        finally:
            guard.cancel()
            line.close()
        if 200 <= answer.status < 300:  # noqa: PLR2004
            return said
        if answer.status in _NEVER:
            raise Never(said)
        raise NotNow(said, away=True)

    def _connected(self, line: "_Line") -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        host, safe = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (_HTTPS if safe else _HTTP)
        connection = http.client.HTTPConnection(parts.netloc.rpartition("@")[2], timeout=self.silence)
        line.socket = socket.create_connection((self._place_of(host, port), port), timeout=self.silence)
        if safe:
            line.socket = self.context().wrap_socket(line.socket, server_hostname=host)
        connection.sock = line.socket
        return connection

    def _place_of(self, host: str, port: int) -> str:
        """Where the name points now. Every place it points to must be one that we may call. Raises `NotNow`."""
        found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for place in found:
            if not may_be_called(str(place), self.networks):
                raise NotNow("the name points into a private network that is not listed", away=True)
        return str(found[0])


class _Line:
    """The socket, so that another thread can break it off: a timeout of the socket is about each silence only."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None

    def break_off(self) -> None:
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()


def may_be_called(place: str, networks: Sequence[Network]) -> bool:
    """Whether an address is in the open world, or in a private network that is listed."""
    address = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    elsewhere = any(address.version == network.version and address in network for network in _LEADING_ELSEWHERE)
    open_to_all = address.is_global and not address.is_multicast and not elsewhere
    return open_to_all or any(address.version == network.version and address in network for network in networks)


def signatures(event: Event, at: int, secrets: Sequence[bytes]) -> str:
    """One signature for each key, over id, time and body, as Standard Webhooks writes them; spaces between."""
    signed = b".".join((event.id.encode(), str(at).encode(), event.body))
    made = (hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)


def receivers_of(settings: Settings) -> dict[str, Receiver]:
    """The systems that the settings name."""
    return {
        name: Receiver(name, address, settings.webhook_secrets[name], settings.webhook_networks)
        for name, address in settings.webhooks.items()
    }
