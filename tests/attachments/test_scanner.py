"""The scanner's yes and no are understood; whatever else it does is neither."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eservices.attachments.scanner import ScannerAway, is_clean


@pytest.mark.parametrize(("says", "clean"), [(b"stream: OK\0", True), (b"stream: Eicar-Test-Signature FOUND\0", False)])
def test_the_scanner_is_given_every_byte_and_believed(tmp_path: Path, says: bytes, clean: bool) -> None:
    with _clamd(tmp_path, says) as (address, heard):
        assert is_clean(address, [b"first ", b"", b"second"], patience=5) is clean

    assert bytes(heard) == b"zINSTREAM\0\0\0\0\x06first \0\0\0\x06second\0\0\0\0"


@pytest.mark.parametrize(
    "says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK and more\0", b"\xff\xfe\0"]
)
def test_an_unclear_answer_is_not_clean(tmp_path: Path, says: bytes) -> None:
    with _clamd(tmp_path, says) as (address, _), pytest.raises(ScannerAway):
        is_clean(address, [b"x"], patience=5)


@pytest.mark.parametrize("address", ["/no/such/socket", "127.0.0.1:1"])
def test_a_scanner_that_is_away_is_not_clean(address: str) -> None:
    with pytest.raises(ScannerAway):
        is_clean(address, [b"x"], patience=1)


@contextmanager
def _clamd(folder: Path, says: bytes) -> Iterator[tuple[str, bytearray]]:
    """A scanner that hears one file out and says its line."""
    address, heard = str(folder / "clamd"), bytearray()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()

        def serve() -> None:
            line, _ = door.accept()
            with line:
                while not heard.endswith(b"\0\0\0\0") or len(heard) < 15:
                    heard.extend(line.recv(1_000))
                line.sendall(says)

        thread = threading.Thread(target=serve)
        thread.start()
        yield address, heard
        thread.join(timeout=5)
