"""The examples for systemd and nginx are read by systemd and nginx themselves; and nginx keeps from us what it should."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import pytest

from eservices.definitions.library import Library
from eservices.documents import outage
from eservices.documents.letterhead import letterhead
from eservices.documents.rendering import Press
from eservices.language import words
from tests import proxy
from tests.conftest import ROOT
from tests.servers import free_port, gunicorn, prepare

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
UNITS = sorted((EXAMPLES / "systemd").glob("*.service")) + sorted((EXAMPLES / "systemd").glob("*.timer"))


@pytest.fixture(autouse=True)
def _no_outside_network() -> None:
    """Everything here speaks to this machine."""


def test_systemd_takes_every_unit_as_it_is_written(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd on this machine")
    for unit in UNITS:
        text = unit.read_text("utf-8")
        program = re.sub(r"/opt/eservices/\.venv/bin/\w+", "/bin/true", text)  # it is not installed here
        (tmp_path / unit.name).write_text(program, "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )

    ours = [line for line in told.stderr.splitlines() if "eservices" in line]
    assert ours == []
    assert told.returncode == 0, told.stderr
    assert len(UNITS) >= 6


def test_a_unit_with_a_mistake_would_be_told(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd on this machine")
    (tmp_path / "wrong.service").write_text("[Service]\nExecStart=/bin/true\nProtectSystm=strict\n", "utf-8")

    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "wrong.service")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "ProtectSystm" in told.stderr


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx by the example, with addresses and paths of this test, in front of one worker of gunicorn: its port."""
    if not proxy.is_here():
        pytest.skip("there is no nginx on this machine")
    folder, behind = tmp_path_factory.mktemp("nginx"), free_port()
    with (
        gunicorn(prepare(folder / "data", behind), behind, folder / "web.log", workers=1),
        proxy.nginx(folder, [behind]) as running,
    ):
        yield running.port


def _through(port: int) -> ssl.SSLSocket:
    return proxy.unverified().wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=30))


def _ask(port: int, request: bytes) -> bytes:
    """Everything that comes back for these bytes, until the other side is done."""
    answer = b""
    with closing(_through(port)) as sock:
        sock.sendall(request)
        while piece := sock.recv(65_536):
            answer += piece
    return answer


_HOST = b"Host: e-tjanster.example.se\r\n"
_HIDDEN = b"GET /smuggled HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n"
_BODY = b"0\r\n\r\n" + _HIDDEN
_LENGTH = b"Content-Length: %d\r\n" % len(_BODY)


@pytest.mark.parametrize(
    "headers",
    [
        _LENGTH + b"Transfer-Encoding: chunked\r\n",
        _LENGTH + b"Transfer-Encoding: xchunked\r\n",
        _LENGTH + b"Transfer-Encoding : chunked\r\n",
        _LENGTH + b"Transfer-Encoding:\x0bchunked\r\n",
        _LENGTH + b"Content-Length: 0\r\n",
        b"Content-Length: +%d\r\n" % len(_BODY),
        b"Content-Length: 0x5\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"X-Line: a\r\n Transfer-Encoding: chunked\r\n",
    ],
    ids=["both", "odd coding", "space", "tab", "two lengths", "plus", "hexadecimal", "two codings", "folded"],
)
def test_no_request_is_smuggled_in_the_body_of_another(proxied: int, headers: bytes) -> None:
    sent = b"POST /sv/case HTTP/1.1\r\n" + _HOST + b"Content-Type: application/x-www-form-urlencoded\r\n" + headers
    answer = _ask(proxied, sent + b"\r\n" + _BODY)

    first = answer.split(b"\r\n", 1)[0]
    assert first.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")), first
    assert answer.count(b"HTTP/1.1 ") == 1, "the hidden request was answered as well"


@dataclass
class Arrived:
    """A server that notes whole requests, letter by letter, and answers each with the address it was asked for."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(line,), daemon=True).start()

    def _converse(self, line: socket.socket) -> None:
        with closing(line), closing(line.makefile("rb")) as sent, suppress(OSError):
            while head := _head(sent):
                length = re.search(rb"(?im)^content-length: (\d+)", head)
                self.requests.append(head + sent.read(int(length[1]) if length else 0))
                said = head.split(b" ")[1]
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said))


def _head(sent: BinaryIO) -> bytes:
    """The lines before the first empty one; nothing where no more comes."""
    lines = []
    while (line := sent.readline()) != b"\r\n":
        if not line:
            return b""
        lines.append(line)
    return b"".join(lines)


@pytest.fixture
def arrived(tmp_path: Path) -> Iterator[tuple[int, Arrived]]:
    """nginx by the example in front of a server that notes: the port of the one, and the other."""
    if not proxy.is_here():
        pytest.skip("there is no nginx on this machine")
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        noted = Arrived(listening.getsockname()[1])
        threading.Thread(target=noted.serve, args=(listening,), daemon=True).start()
        with proxy.nginx(tmp_path, [noted.port]) as running:
            yield running.port, noted
        listening.shutdown(socket.SHUT_RDWR)


_POST = b"POST /sv/case HTTP/1.1\r\n" + _HOST
_LAST = b"Connection: close\r\n"


def test_one_request_is_one_request_behind_the_proxy_however_it_is_written(arrived: tuple[int, Arrived]) -> None:
    """In the first half of these both ends might count differently; the proxy passes on one request, or none."""
    port, noted = arrived
    chunked = b"Transfer-Encoding: chunked\r\n"
    crooked = {
        "both": _LENGTH + chunked, "length after": chunked + _LENGTH, "capitals": _LENGTH + b"tRANSFER-eNCODING: chunked\r\n",
        "underscore": _LENGTH + b"Transfer_Encoding: chunked\r\n", "underscored length": b"Content_Length: 0\r\n" + _LENGTH,
        "quoted": _LENGTH + b'Transfer-Encoding: "chunked"\r\n', "listed": _LENGTH + b"Transfer-Encoding: identity, chunked\r\n",
        "after a comma": _LENGTH + b"Transfer-Encoding: ,chunked\r\n", "bare line end": _LENGTH + b"X: a\nTransfer-Encoding: chunked\r\n",
        "bare return": _LENGTH + b"X: a\rTransfer-Encoding: chunked\r\n", "a NUL": _LENGTH + b"X: \x00\r\nTransfer-Encoding: chunked\r\n",
        "a space first": b" " + _LENGTH + chunked, "no name": b": x\r\n" + _LENGTH + chunked, "a list of lengths": b"Content-Length: 5, 5\r\n",
        "less than nothing": b"Content-Length: -1\r\n", "beyond counting": b"Content-Length: 99999999999999999999999\r\n",
    }  # fmt: skip
    for headers in crooked.values():
        _ask(port, _POST + headers + _LAST + b"\r\n" + _BODY)
    for ends in (
        b"5;x=\ny\r\nhello\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
    ):
        _ask(port, _POST + chunked + _LAST + b"\r\n" + ends + _HIDDEN)

    assert len(noted.requests) <= len(crooked) + 4
    for head in (request.partition(b"\r\n\r\n")[0] + b"\r\n" for request in noted.requests):
        assert head.startswith(b"POST /sv/case HTTP/1.1\r\n"), head
        assert b"transfer" not in head.lower(), head
        assert len(re.findall(rb"(?im)^content.length", head)) <= 1, head


def test_what_a_caller_says_about_proxies_and_hosts_does_not_arrive(arrived: tuple[int, Arrived]) -> None:
    port, noted = arrived
    spoofed = (
        b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 127.0.0.1\r\nX_Forwarded_For: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\n"
        b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\nx-forwarded-proto: gopher\r\n"
    )
    _ask(port, b"GET /sv/ HTTP/1.1\r\n" + _HOST + spoofed + _LAST + b"\r\n")
    (head,) = noted.requests
    lines = [line.lower() for line in head.split(b"\r\n")]

    assert [line for line in lines if b"forwarded" in line] == [
        b"x-forwarded-for: 127.0.0.1",
        b"x-forwarded-proto: https",
    ]
    assert b"203.0.113.9" not in head
    for twice in (
        _HOST + b"Host: evil.example\r\n",
        b"Host: a b\r\n",
        b"Host: \r\nHost: evil.example\r\n",
        b"",
        b"Host: a/../b\r\n",
    ):
        assert b" 400 " in _ask(port, b"GET /sv/ HTTP/1.1\r\n" + twice + _LAST + b"\r\n").split(b"\r\n")[0], twice
    assert len(noted.requests) == 1


def test_a_request_has_one_id_here_and_behind_and_the_log_holds_no_query_and_none_of_the_callers_words(
    arrived: tuple[int, Arrived], tmp_path: Path
) -> None:
    port, noted = arrived
    named = b"X-Request-ID: 00000000000000000000000000000000\r\nReferer: https://a.example/?code=K7Q2\r\n"
    _ask(port, b"GET /sv/case?code=K7Q2-9M4T HTTP/1.1\r\n" + _HOST + named + _LAST + b"\r\n")

    (known,) = re.findall(rb"(?im)^x-request-id: (\S+)", noted.requests[0])
    assert re.fullmatch(rb"[0-9a-f]{32}", known)
    assert set(known) != set(b"0")
    (line,) = (tmp_path / "eservices.log").read_text("utf-8").splitlines()
    assert line.split(" ")[1:5] == [known.decode(), "GET", "/sv/case", "200"]
    assert "K7Q2" not in line
    assert "127.0.0.1" not in line


def test_two_requests_on_one_line_get_their_own_answers_in_their_order(arrived: tuple[int, Arrived]) -> None:
    port, noted = arrived
    first = b"POST /first HTTP/1.1\r\n" + _HOST + b"Content-Length: 5\r\n\r\nhello"

    answer = _ask(port, first + b"GET /second HTTP/1.1\r\n" + _HOST + _LAST + b"\r\n")

    assert [request.split(b" ")[1] for request in noted.requests] == [b"/first", b"/second"]
    assert answer.index(b"/first") < answer.index(b"/second")
    assert noted.requests[0].endswith(b"hello")


def test_the_oldest_way_of_asking_and_whole_addresses_lead_nowhere_else(proxied: int) -> None:
    for asked in (
        b"GET /sv\r\n", b"GET https://evil.example/sv HTTP/1.1\r\n" + _HOST + _LAST + b"\r\n",
        b"GET /sv HTTP/1.1\r\nHost: evil.example\r\n" + _LAST + b"\r\n", b"CONNECT evil.example:443 HTTP/1.1\r\n" + _HOST + b"\r\n",
        b"TRACE /sv/ HTTP/1.1\r\n" + _HOST + b"Cookie: visitor=secret\r\n" + _LAST + b"\r\n",
    ):  # fmt: skip
        answer = _ask(proxied, asked)
        assert b"evil.example" not in answer, asked
        assert b"secret" not in answer


def test_when_nothing_of_ours_answers_there_is_a_page_with_telephone_hours_and_forms_that_open(
    tmp_path: Path, library: Library
) -> None:
    if not proxy.is_here():
        pytest.skip("there is no nginx on this machine")
    with proxy.nginx(tmp_path, [free_port()]) as running:
        outage.write(tmp_path / "outage", library, Press(ROOT / "templates"), only=["batplats"])
        asked = "/sv/services/batplats/applicant"
        answer = _ask(running.port, b"GET %s HTTP/1.1\r\n" % asked.encode() + _HOST + _LAST + b"\r\n")
        head, _, page = answer.partition(b"\r\n\r\n")
        form = re.search(rb'<a href="([^"]+\.pdf)"', page)
        base = re.search(rb'<base href="([^"]+)"', page)
        assert form is not None
        address = urljoin(urljoin(asked, base[1].decode() if base else ""), form[1].decode())
        paper = _ask(running.port, b"GET %s HTTP/1.1\r\n" % address.encode() + _HOST + _LAST + b"\r\n")

    assert head.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 300" in head
    assert b"no-store" in head
    assert library.municipality.contact_centre.phone_e164.encode() in page
    assert letterhead(library.municipality, words("sv")).hours.encode() in page
    assert b"%PDF" in paper, f"{address}: {paper[:200]!r}"


def test_slow_senders_hold_no_thread_of_ours(proxied: int) -> None:
    """Thirty of them wait at the proxy with half a request each, and the four threads behind are free."""
    with ExitStack() as waiting:
        for _ in range(30):
            sock = waiting.enter_context(closing(_through(proxied)))
            sock.sendall(b"POST /sv/case HTTP/1.1\r\n" + _HOST + b"Content-Length: 100000\r\n\r\nnumber=")
        answer = _ask(proxied, b"GET /sv/ HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200")
    assert b"server: nginx\r\n" in answer.lower()


def test_what_the_proxy_refuses_itself_shows_what_it_was_and_the_telephone_number(proxied: int) -> None:
    refused = {
        b"POST /sv/case HTTP/1.1\r\n" + _HOST + b"Content-Length: 999999999\r\n": (413, b"too-large sv"),
        b"POST /uk/case HTTP/1.1\r\n" + _HOST + b"Content-Length: 999999999\r\n": (413, b"too-large uk"),
        b"GET /en?x=%s HTTP/1.1\r\n" % (b"x" * 9000) + _HOST: (414, b"not-understood sv"),  # its address was never read
        b"GET /ar/ HTTP/1.1\r\n" + _HOST + b"X: %s\r\n" % (b"x" * 9000): (400, b"not-understood ar"),
        b"BROKEN\r\n": (400, b"not-understood sv"),
        b"GET /metrics HTTP/1.1\r\n" + _HOST: (404, b"not-found sv"),
        b"GET /english HTTP/1.1\r\nHost: \r\n" + _HOST: (400, b"not-understood sv"),
    }
    for asked, (status, page) in refused.items():
        head, _, body = _ask(proxied, asked + _LAST + b"\r\n").partition(b"\r\n\r\n")
        assert head.split(b" ")[1] == b"%d" % status, asked[:40]
        assert body.startswith(b"<h1>Ring oss</h1>"), asked[:40]
        assert body.endswith(page), asked[:40]
        assert b"Retry-After" not in head


def test_who_asks_too_much_is_told_to_wait_a_little(tmp_path: Path) -> None:
    if not proxy.is_here():
        pytest.skip("there is no nginx on this machine")
    with proxy.nginx(tmp_path, [free_port()], a_second=1) as running, closing(_through(running.port)) as sock:
        sock.sendall(
            (b"GET /fi/ HTTP/1.1\r\n" + _HOST + b"\r\n") * 70 + b"GET /fi/ HTTP/1.1\r\n" + _HOST + _LAST + b"\r\n"
        )
        answer = b"".join(iter(lambda: sock.recv(65_536), b""))

    last = answer[answer.rindex(b"HTTP/1.1 ") :]
    assert last.startswith(b"HTTP/1.1 429")
    assert b"Retry-After: 10\r\n" in last
    assert last.endswith(b"too-many fi")


def test_a_house_that_says_itself_that_its_database_is_away_is_passed_on_as_it_is(tmp_path: Path) -> None:
    if not proxy.is_here():
        pytest.skip("there is no nginx on this machine")
    behind = free_port()
    variables = prepare(tmp_path / "data", behind)
    variables["ESERVICES_DATABASE_URL"] = "postgresql+psycopg://nobody@/none?host=/nowhere"
    with (
        gunicorn(variables, behind, tmp_path / "web.log", ready="/healthz"),
        proxy.nginx(tmp_path, [behind]) as running,
    ):
        answer = _ask(
            running.port,
            b"GET /sv/services/batplats/applicant HTTP/1.1\r\n"
            + _HOST
            + b"Cookie: visitor=%s\r\n" % (b"x" * 43)
            + _LAST
            + b"\r\n",
        )

    head, _, page = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 30\r\n" in head
    assert b'href="tel:' in page
    assert b"Ring oss" not in page


def test_the_proxy_speaks_no_old_tls(proxied: int) -> None:
    with closing(_through(proxied)) as sock:
        assert sock.version() in {"TLSv1.2", "TLSv1.3"}
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with closing(socket.create_connection(("127.0.0.1", proxied))) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain)
