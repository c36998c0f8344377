"""Other systems are told of cases: signed, with a stable id, until they say yes, and never what a case says."""

import base64
import dataclasses
import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from eservices import outbox
from eservices.cases import acts, transferring
from eservices.identity.people import Actor
from eservices.settings import Settings, SettingsError
from eservices.submissions.model import Submission
from eservices.worker.loop import Worker
from eservices.worker.post import Never, NotNow
from eservices.worker.webhooks import Event, Receiver, may_be_called, receivers_of
from tests.worker.mail_server import bad_server, free_port
from tests.worker.office import BY_PHONE, PERSONAL_NUMBER, Office
from tests.worker.test_post import self_signed

SECRET = b"\x01" * 32
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
EVENT = Event("0123abcd", b'{"specversion":"1.0"}')


@dataclass
class System:
    """A system as one meets them. It checks the signature itself, and writes each event down once, by its id."""

    address: str = ""
    statuses: list[int] = field(default_factory=list)  #: its next answers; then 202
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    ledger: dict[str, bytes] = field(default_factory=dict)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.asked.append((headers, body))
        status = self.statuses.pop(0) if self.statuses else 202
        if 200 <= status < 300:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            own = "v1," + base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
            if own not in headers["webhook-signature"].split():
                return 401
            self.ledger.setdefault(headers["webhook-id"], body)
        return status

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.ledger.values()]


@pytest.fixture
def system() -> Iterator[System]:
    with running(System()) as found:
        yield found


@contextmanager
def running(found: System, context: ssl.SSLContext | None = None) -> Iterator[System]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = found.take(headers, self.rfile.read(int(headers["content-length"])))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(b"x" * 100_000)

        def log_message(self, *_: object) -> None:
            """Silent."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever hangs up on us is no error of ours."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.address = f"http{'s' if context else ''}://localhost:{server.server_port}/events?from=tjorn"
    yield found
    server.shutdown()
    server.server_close()


def test_a_system_is_told_of_a_new_case_and_of_its_way_but_never_what_it_says(office: Office, system: System) -> None:
    worker = telling(office, diary=system.address)
    submission = office.hand_in(BY_PHONE, tells=["diary"])
    worker.run_once()
    office.clock.move(dt.timedelta(minutes=1))
    with office.database.transaction() as tx:
        acts.withdraw(tx, submission.case_id, actor=Actor.resident(), now=office.clock.now(), why="Jag sålde båten")
    worker.run_once()

    first, second = system.events()
    case = office.case_of(submission)
    assert (first["specversion"], first["type"], second["type"]) == (
        "1.0",
        "eservices.case.submitted.v1",
        "eservices.case.moved.v1",
    )
    assert first["source"] == office.settings.base_url
    assert (first["subject"], first["data"]["service"], first["data"]["stage"]) == (
        case.number,
        "batplats",
        "submitted",
    )
    assert second["data"]["stage"] == "withdrawn"
    assert first["time"] < second["time"]
    assert first["data"]["link"].endswith(f"/cases/{case.number}")
    headers, _ = system.asked[0]
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert headers["webhook-id"] == first["id"]
    told = b"".join(body for _, body in system.asked)
    for personal in (PERSONAL_NUMBER, "Åsa", "SFC-1234", "601010", "sålde", "hund"):
        assert personal.encode() not in told


def test_a_no_is_asked_again_with_the_same_id_and_body_until_the_yes(office: Office, system: System) -> None:
    worker = telling(office, diary=system.address)
    office.hand_in(BY_PHONE, tells=["diary"])
    system.statuses = [503, 302, 401, 429]

    for _ in range(6):
        worker.run_once()
        office.clock.move(dt.timedelta(minutes=6))

    assert len(system.asked) == 5, "nothing is told after the yes, and no redirect is followed"
    assert len({(headers["webhook-id"], body) for headers, body in system.asked}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in system.asked}) == 5
    assert len(system.ledger) == 1
    assert office.standing().waiting == 0


def test_a_worker_killed_after_the_yes_tells_it_twice_and_the_system_sees_that_it_is_one(
    office: Office, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = telling(office, diary=system.address)
    submission = office.hand_in(BY_PHONE, tells=["diary"])
    system_row = row_of(office, submission)

    class PowerCutError(Exception):
        pass

    def power_cut(_worker: Worker, row: outbox.Row, _done: object) -> None:
        if row.id == system_row.id:
            raise PowerCutError

    with monkeypatch.context() as power:
        power.setattr(Worker, "_note_yes", power_cut)
        row = worker.next_row(outbox.Ways((system_row.target,)))
        assert row is not None
        with pytest.raises(PowerCutError):
            worker._acknowledge(row, worker._do(row))
    office.clock.move(outbox.LEASE)
    worker.run_once()

    assert len(system.asked) == 2
    assert len(system.ledger) == 1


def test_a_system_that_does_not_answer_holds_up_no_other(office: Office, system: System) -> None:
    with bad_server(lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nX: ")) as port:  # says half a header, and no more
        worker = telling(office, slow=f"http://127.0.0.1:{port}/", diary=system.address)
        office.hand_in(BY_PHONE, tells=["slow", "diary"])
        worker.run_once()

    assert len(system.ledger) == 1
    assert office.standing().waiting == 1, "what the slow one has not said yes to waits"


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(lambda line: line.fileno(), id="says nothing"),
        pytest.param(
            lambda line: [line.sendall(b"H") for _ in iter(lambda: threading.Event().wait(0.02), True)], id="drips"
        ),
        pytest.param(lambda line: line.shutdown(socket.SHUT_RDWR), id="hangs up"),
        pytest.param(lambda line: line.shutdown(socket.SHUT_WR), id="half open"),
        pytest.param(lambda line: line.sendall(b"\x16\x03\x01 no http"), id="speaks something else"),
    ],
)
def test_a_system_that_behaves_badly_is_away_within_our_time(behave: Callable[[socket.socket], object]) -> None:
    with bad_server(lambda line: (line.recv(65_536), behave(line))[0]) as port:
        badly = Receiver("x", f"http://127.0.0.1:{port}/", (SECRET,), LOOPBACK, silence=0.2, whole=0.4)

        with pytest.raises(NotNow) as no:
            badly.send(EVENT, 1)

    assert no.value.away


@pytest.mark.parametrize(("status", "no"), [(400, Never), (422, Never), (404, NotNow), (410, NotNow), (500, NotNow)])
def test_each_kind_of_no_says_whether_telling_again_can_help(system: System, status: int, no: type[Exception]) -> None:
    system.statuses = [status]

    with pytest.raises(no):
        Receiver("x", system.address, (SECRET,), LOOPBACK).send(EVENT, 1)


def test_while_a_key_is_changed_both_sign(system: System) -> None:
    Receiver("x", system.address, (b"\x02" * 32, SECRET), LOOPBACK).send(EVENT, 1)

    headers, _ = system.asked[0]
    assert len(headers["webhook-signature"].split()) == 2
    assert len(system.ledger) == 1


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b:1::1", "ff02::1",
        "::127.0.0.1", "::ffff:0:10.0.0.1", "fec0::1", "192.88.99.1",
    ],
)  # fmt: skip
def test_we_do_not_call_into_a_private_network(place: str) -> None:
    assert not may_be_called(place, ())


def test_we_call_into_the_open_world_and_into_the_private_network_that_is_listed() -> None:
    listed = (ipaddress.ip_network("10.20.0.0/16"),)

    assert may_be_called("193.0.6.139", ())
    assert may_be_called("2001:67c:2e8:22::c100:68b", ())
    assert may_be_called("10.20.3.4", listed)
    assert not may_be_called("10.21.3.4", listed)


def test_a_name_that_comes_to_point_inwards_is_not_called(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def pointing(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443)) for place in ("193.0.6.139", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", pointing)

    with pytest.raises(NotNow, match="private network"):
        Receiver("x", "https://diary.exempel.se/", (SECRET,)).send(EVENT, 1)


def test_only_a_system_that_proves_its_name_is_told(tmp_path: Path) -> None:
    own = self_signed(tmp_path)
    with running(System(), own) as system:
        with pytest.raises(NotNow, match="CERTIFICATE_VERIFY_FAILED"):
            Receiver("x", system.address, (SECRET,), LOOPBACK).send(EVENT, 1)
        assert system.asked == []

        def trusting() -> ssl.SSLContext:
            return ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))

        Receiver("x", system.address, (SECRET,), LOOPBACK, context=trusting).send(EVENT, 1)
        assert len(system.ledger) == 1


def test_after_a_week_it_is_work_for_a_person_and_a_replay_tells_all_of_it_with_the_ids_it_had(
    office: Office, system: System
) -> None:
    with_nobody = telling(office, diary=f"http://127.0.0.1:{free_port()}/")
    early = office.hand_in(BY_PHONE, tells=["diary"])
    with_nobody.run_once()
    office.clock.move(dt.timedelta(days=7, minutes=1))
    with_nobody.run_once()
    assert office.standing().needs_person == 1
    late = office.hand_in(BY_PHONE, tells=["diary"])
    worker = telling(office, diary=system.address)
    worker.run_once()
    assert list(system.ledger) == [row_of(office, late).id]

    with office.database.transaction() as tx:
        since = office.clock.now() - dt.timedelta(days=8)
        told = outbox.replay(tx, "webhook:diary", since, office.clock.now())
    system.statuses = [503, 503]
    for _ in range(3):  # a no after a replay does not end it: its week begins anew
        worker.run_once()
        office.clock.move(dt.timedelta(minutes=10))

    assert told == 2
    assert {row_of(office, early).id, row_of(office, late).id} <= set(system.ledger)
    assert (office.standing().waiting, office.standing().needs_person) == (0, 0)
    assert len([1 for headers, _ in system.asked if headers["webhook-id"] == row_of(office, late).id]) >= 2


def test_nobodys_mail_can_be_replayed(office: Office) -> None:
    with office.database.transaction() as tx, pytest.raises(ValueError, match="systems"):
        outbox.replay(tx, outbox.EMAIL, office.clock.now(), office.clock.now())


def test_what_is_for_a_system_that_no_setting_names_is_carried_over_by_hand(office: Office, system: System) -> None:
    submission = office.hand_in(BY_PHONE, tells=["diary"])
    office.worker.run_once()
    with office.database.transaction() as tx:
        acts.withdraw(tx, submission.case_id, actor=Actor.resident(), now=office.clock.now())
    office.worker.run_once()

    with office.database.read() as tx:
        (carried,) = transferring.of_case(tx, submission.case_id)
        (listed,) = transferring.waiting(tx, units=("hamn",))
        assert transferring.waiting(tx, units=("annan",)) == []
    assert (carried.system, carried.waits, carried.asked_by) == ("diary", True, None)
    assert listed.case.number == office.case_of(submission).number
    assert office.standing().waiting == 0

    with office.database.transaction() as tx:  # the setting came: what was done by hand can be told all the same
        outbox.replay(tx, "webhook:diary", office.clock.now() - dt.timedelta(hours=1), office.clock.now())
    telling(office, diary=system.address).run_once()
    assert len(system.ledger) == 2


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"WEBHOOKS": "diary=http://diary.exempel.se/"}, "WEBHOOKS would tell diary in the clear"),
        ({"WEBHOOKS": "https://diary.exempel.se/"}, "WEBHOOKS must be written as"),
        ({"WEBHOOKS": "diary=https://u:p@diary.exempel.se/"}, "WEBHOOKS must be written as"),
        ({"WEBHOOKS": "diary=https://diary.exempel.se/"}, "WEBHOOK_SECRETS has none for diary"),
        ({"WEBHOOK_SECRETS": "diary=whsec_AAAA"}, "WEBHOOK_SECRETS must be written as"),
        ({"WEBHOOK_NETWORKS": "diary"}, "WEBHOOK_NETWORKS must be addresses or networks"),
    ],
)
def test_no_system_is_told_in_the_clear_or_unsigned(written: dict[str, str], told: str, tmp_path: Path) -> None:
    env = {"ESERVICES_DEMO": "1", "ESERVICES_DATA_DIR": str(tmp_path)}

    with pytest.raises(SettingsError, match=told):
        Settings.from_environment(env | {f"ESERVICES_{name}": value for name, value in written.items()})


def test_the_settings_name_the_systems(tmp_path: Path) -> None:
    key, other = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    settings = Settings.from_environment(
        {
            "ESERVICES_DEMO": "1",
            "ESERVICES_DATA_DIR": str(tmp_path),
            "ESERVICES_WEBHOOKS": "diary=https://diary.exempel.se/in, gis=https://gis.exempel.se",
            "ESERVICES_WEBHOOK_SECRETS": f"diary=whsec_{other},diary=whsec_{key},gis=whsec_{key}",
        }
    )

    found = receivers_of(settings)

    assert list(found) == ["diary", "gis"]
    assert found["diary"].secrets == (b"\x02" * 32, b"\x01" * 32)
    assert key not in repr(settings)
    assert key not in repr(found)


def telling(office: Office, **addresses: str) -> Worker:
    """The worker of the office, when these systems are set up."""
    receivers = {
        name: Receiver(name, address, (SECRET,), LOOPBACK, silence=0.3, whole=0.6)
        for name, address in addresses.items()
    }
    worker = Worker(office.settings, office.database, office.library, office.clock, receivers=receivers)
    worker.desk = dataclasses.replace(worker.desk, post=office.worker.desk.post)
    return worker


def row_of(office: Office, submission: Submission) -> outbox.Sending:
    """What the first system was told first of the case."""
    with office.database.read() as tx:
        return next(row for row in outbox.of_case(tx, submission.case_id) if row.target.startswith(outbox.WEBHOOK))
