"""Mail servers as one meets them: a real one that does as told, and some that behave badly."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Inbox:
    """What arrived, as it arrived; `replies` answers RCPT and `verdicts` the message, one after another."""

    replies: list[str] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        verdict = self.verdicts.pop(0) if self.verdicts else "250 OK: taken"
        if verdict.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.messages.append(envelope.content)
            self.receivers.extend(envelope.rcpt_tos)
        return verdict


@contextmanager
def mail_server(inbox: Inbox, **how: Any) -> Iterator[int]:
    """A real server on a port of its own, for as long as the block lasts."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True, **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def bad_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does with its first caller whatever `behave` does, and holds the line until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            try:
                behave(line)
                over.wait(20)
            except OSError:
                pass  # the caller has hung up

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
