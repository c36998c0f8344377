"""An office of the demo municipality: a worker on the database of the test, and a mail server that listens."""

import dataclasses
from collections.abc import Iterator

import pytest

from eservices.calendars import FixedClock
from eservices.definitions.library import Library
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.worker.loop import Worker
from eservices.worker.post import MailServer
from tests.worker.mail_server import Inbox, mail_server
from tests.worker.office import Office


@pytest.fixture
def office(settings: Settings, database: Database, library: Library, clock: FixedClock) -> Iterator[Office]:
    """`database` comes in both engines; `settings` says only where files and forms lie."""
    own = dataclasses.replace(settings, mail_dir=None, sms_dir=None, smtp_from="noreply@tjanster.exempel.se")
    own.data_dir.mkdir(parents=True, exist_ok=True)
    inbox = Inbox()
    with mail_server(inbox) as port:
        post = MailServer("127.0.0.1", port, "none", timeout=5)
        yield Office(own, database, library, clock, inbox, Worker(own, database, library, clock, post=post))
