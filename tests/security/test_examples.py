"""The examples for systemd and nginx are read by systemd and nginx themselves; and nginx keeps from us what it should."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests import proxy
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


def test_slow_senders_hold_no_thread_of_ours(proxied: int) -> None:
    """Thirty of them wait at the proxy with half a request each, and the four threads behind are free."""
    with ExitStack() as waiting:
        for _ in range(30):
            sock = waiting.enter_context(closing(_through(proxied)))
            sock.sendall(b"POST /sv/case HTTP/1.1\r\n" + _HOST + b"Content-Length: 100000\r\n\r\nnumber=")
        answer = _ask(proxied, b"GET /sv/ HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200")
    assert b"server: nginx\r\n" in answer.lower()


def test_what_the_proxy_refuses_itself_shows_the_telephone_number(proxied: int) -> None:
    large = b"POST /sv/case HTTP/1.1\r\n" + _HOST + b"Content-Length: 999999999\r\nConnection: close\r\n\r\n"

    assert b"Ring oss" in _ask(proxied, large)
    assert b"Ring oss" in _ask(proxied, b"BROKEN\r\n\r\n")
    assert b"404" in _ask(proxied, b"GET /metrics HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n")[:20]


def test_the_proxy_speaks_no_old_tls(proxied: int) -> None:
    with closing(_through(proxied)) as sock:
        assert sock.version() in {"TLSv1.2", "TLSv1.3"}
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with closing(socket.create_connection(("127.0.0.1", proxied))) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain)
