"""Where mail and events arrive: a real mail server and a real receiver of webhooks. They remember everything."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port

#: A slow mail server takes so long for its yes: less than anybody gives up after.
SLOW_SECONDS = 8


@dataclass
class Arrived:
    """What arrived, by its id: every body that came under it, in the order they came."""

    mails: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    mail_port: int = 0
    event_port: int = 0
    #: While this is not set, the mail server says nothing after the message: somebody waits for its yes.
    answers: threading.Event = field(default_factory=threading.Event)
    #: A message has come whose sender waits.
    waiting: threading.Event = field(default_factory=threading.Event)
    #: What is wrong with the mail server: it `refuses`, is `silent` or `slow`; it takes a message and then `hushes`, or
    #: `hangs up`, without its yes; "" when it is well.
    fault: str = ""
    #: Under which ids it took a message and never said so.
    unsaid: set[str] = field(default_factory=set)
    #: Somebody has met that.
    met: threading.Event = field(default_factory=threading.Event)


class _Mail:
    def __init__(self, arrived: Arrived):
        self._arrived = arrived

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        while self._arrived.fault == "silent":
            self._arrived.met.set()
            await asyncio.sleep(0.1)
        return responses

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        if self._arrived.fault:
            self._arrived.met.set()
        if self._arrived.fault == "refuses":
            return "451 4.3.0 not now"
        if self._arrived.fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        said = message_from_bytes(envelope.content)["Message-ID"]
        one = str(said).strip("<>").partition("@")[0]
        self._arrived.mails[one].append(envelope.content)
        if self._arrived.fault in {"hushes", "hangs up"}:
            self._arrived.unsaid.add(one)
            if self._arrived.fault == "hangs up" and server.transport is not None:
                server.transport.abort()
            await asyncio.sleep(600)  # ends when the sender has gone
        self._arrived.waiting.set()
        await asyncio.to_thread(self._arrived.answers.wait)
        return "250 OK: taken"


@contextmanager
def sinks() -> Iterator[Arrived]:
    """Both, on ports of their own, for as long as the block lasts."""
    arrived = Arrived()
    arrived.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            arrived.events[self.headers["webhook-id"]].append(body)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever is killed while telling us is no error of ours."""

    receiver = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=receiver.serve_forever, args=(0.01,), daemon=True).start()
    mail = Controller(_Mail(arrived), hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    mail.start()
    arrived.mail_port, arrived.event_port = mail.port, receiver.server_port
    try:
        yield arrived
    finally:
        arrived.answers.set()
        mail.stop()
        receiver.shutdown()
        receiver.server_close()
