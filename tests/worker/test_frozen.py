"""A worker that is frozen in the middle of a conversation, and wakes up when another has done its work long ago."""

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from eservices.calendars import FixedClock, SystemClock
from eservices.definitions.library import Library
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.worker.loop import POST, Worker
from eservices.worker.post import MailServer
from tests.worker.mail_server import Inbox, mail_server
from tests.worker.office import Office
from tests.worker.test_running import environment, wait_until

#: One turn of a worker for whom a row is lent for two seconds.
ONE_TURN = """
import datetime as dt
from eservices import outbox
outbox.LEASE = dt.timedelta(seconds=2)
from eservices.calendars import SystemClock
from eservices.definitions.library import Library
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.worker.loop import POST, Worker
settings = Settings.from_environment()
worker = Worker(settings, Database.of(settings), Library(settings.forms_dirs), SystemClock())
worker.handle(worker.next_row(POST))
"""


class SlowInbox(Inbox):
    """Takes its time to say yes to the first receiver it is told of, so that whoever asks can be frozen meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = threading.Event(), threading.Event()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self.asked.is_set():
            self.asked.set()
            await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait, 30)
        return await super().handle_RCPT(server, session, envelope, address, options)


@pytest.fixture
def office(
    settings: Settings, postgres_database: Database, postgres_url: str, library: Library, clock: FixedClock
) -> Iterator[Office]:
    """Several workers share one PostgreSQL, so that one that is frozen locks nobody out; the mail server is slow."""
    inbox = SlowInbox()
    own = dataclasses.replace(settings, database_url=postgres_url, mail_dir=None, smtp_from="noreply@exempel.se")
    own.data_dir.mkdir(parents=True, exist_ok=True)
    with mail_server(inbox) as port:
        post = MailServer("127.0.0.1", port, "none", timeout=5)
        worker = Worker(own, postgres_database, library, SystemClock(), post=post)
        yield Office(own, postgres_database, library, clock, inbox, worker)
        inbox.go_on.set()


def test_a_worker_frozen_past_its_lease_wakes_up_and_does_not_send_what_another_has_sent(office: Office) -> None:
    inbox, other = office.inbox, office.worker
    assert isinstance(inbox, SlowInbox)
    submission = office.hand_in()
    frozen = subprocess.Popen([sys.executable, "-c", ONE_TURN], env=with_mail_server(office))
    try:
        wait_until(inbox.asked.is_set)
        os.kill(frozen.pid, signal.SIGSTOP)
        inbox.go_on.set()

        def the_other_has_sent_it() -> bool:
            row = other.next_row(POST)
            return row is not None and other.handle(row)

        wait_until(the_other_has_sent_it)
        assert len(inbox.messages) == 1
        os.kill(frozen.pid, signal.SIGCONT)
        code = frozen.wait(30)
    finally:
        frozen.kill()

    assert code == 0
    assert len(inbox.messages) == 1, "the receiver has it once"
    first, second = office.attempts(submission)
    assert (first.outcome, first.detail) == ("failed", "another worker has it by now")
    assert second.outcome == "sent"
    assert office.deliveries_of(submission)[0].reached_at is not None


def with_mail_server(office: Office) -> dict[str, str]:
    """The environment of a worker that speaks to the office's mail server."""
    post = office.worker.desk.post
    assert isinstance(post, MailServer)
    set_ = {"HOST": post.host, "PORT": str(post.port), "TLS": post.tls, "FROM": office.settings.smtp_from}
    return {**environment(office.settings), **{f"ESERVICES_SMTP_{name}": value for name, value in set_.items()}}
