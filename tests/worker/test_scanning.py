"""Files against a scanner at a real TCP socket: what is infected is never opened, and silence is not clean."""

import dataclasses
import io
import socketserver
import threading
from collections.abc import Iterator

import pytest

from eservices import attachments
from eservices.attachments import Limits, State
from eservices.worker import chores
from tests.attachments import files
from tests.worker.office import Office
from tests.worker.test_chores import a_draft

#: The test file that every scanner knows, in two halves so that none stops at this one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Clamd(socketserver.StreamRequestHandler):
    """What clamd does with INSTREAM: pieces with their lengths before them, then one line."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@pytest.fixture
def clamd() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_file_waits_until_the_scanner_answers_and_an_infected_one_for_ever(office: Office, clamd: str) -> None:
    draft, limits = a_draft(office), Limits(kinds=frozenset({"pdf"}), max_bytes=10_000_000, max_files=3)
    sent = {"clean": files.PDF, "infected": files.PDF + EICAR}
    for question, content in sent.items():
        received = attachments.receive(
            office.settings.files_dir, io.BytesIO(content), name="x.pdf", key=draft.key, limits=limits
        )
        with office.database.transaction() as tx:
            attachments.keep(
                tx, received, draft_id=draft.id, question=question, key=draft.key, limits=limits,
                now=office.clock.now(), scanning=True,
            )  # fmt: skip

    def opened() -> dict[str, tuple[State, bool]]:
        with office.database.read() as tx:
            found = attachments.of_draft(tx, draft.id, draft.key)
        return {file.question: (file.state, file.may_be_opened) for file in found}

    _scan(office, "127.0.0.1:1")
    assert opened() == {"clean": (State.QUARANTINED, False), "infected": (State.QUARANTINED, False)}

    _scan(office, clamd)
    assert opened() == {"clean": (State.READY, True), "infected": (State.REFUSED, False)}


def _scan(office: Office, clamd: str) -> None:
    chores.scan_files(
        dataclasses.replace(office.worker.desk, settings=dataclasses.replace(office.settings, clamd=clamd))
    )
