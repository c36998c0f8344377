"""Bytes on the disk: sealed, bound to their place, durable before anybody names them, in constant memory."""

import io
import os
import tracemalloc
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.attachments import Limits, Missing, Received, Refused, Spool, discard, read, receive, receive_made
from eservices.storage.sealing import DataKey, KeyRing, Unreadable
from tests.attachments import files

_FRAME = 65_536 + 28
_TEXT = Limits(kinds=frozenset({"txt"}), max_bytes=50_000_000, max_files=3)


@pytest.fixture
def key(keys: KeyRing) -> DataKey:
    return keys.make_key("k")[0]


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_what_was_sent_comes_back_byte_for_byte(tmp_path: Path, key: DataKey, size: int) -> None:
    content = os.urandom(size).hex()[:size].encode()

    received = _receive(tmp_path, content, key)

    assert b"".join(read(tmp_path, received.stored_as, key)) == content
    assert received.size_bytes == size


def test_nothing_of_it_can_be_read_on_the_disk_or_by_others(tmp_path: Path, key: DataKey) -> None:
    received = _receive(tmp_path, b"Mitt namn \xc3\xa4r hemligt. " * 5_000, key)

    assert b"hemligt" not in received.path.read_bytes()
    assert "txt" not in received.path.name
    assert received.path.stat().st_mode & 0o077 == 0
    assert received.path.parent.stat().st_mode & 0o077 == 0


def test_another_key_and_another_name_open_nothing(tmp_path: Path, keys: KeyRing, key: DataKey) -> None:
    received = _receive(tmp_path, b"hej", key)
    other = _receive(tmp_path, b"hopp", key)
    received.path.replace(other.path)

    with pytest.raises(Unreadable):
        read(tmp_path, other.stored_as, key)
    with pytest.raises(Missing):
        read(tmp_path, received.stored_as, key)
    with pytest.raises(Unreadable):
        read(tmp_path, _receive(tmp_path, b"hej", key).stored_as, keys.make_key("other")[0])


@pytest.mark.parametrize("harm", ["cut to a whole frame", "cut", "swapped", "repeated", "flipped", "emptied"])
def test_a_file_that_was_touched_is_unreadable_and_never_half_believed(tmp_path: Path, key: DataKey, harm: str) -> None:
    received = _receive(tmp_path, b"x" * 65_536 * 3, key)
    sealed = received.path.read_bytes()
    head, frames = sealed[:4], [sealed[4 + _FRAME * number : 4 + _FRAME * (number + 1)] for number in range(3)]
    harmed = {
        "cut to a whole frame": head + frames[0] + frames[1],
        "cut": sealed[:-1],
        "swapped": head + frames[1] + frames[0] + frames[2],
        "repeated": head + frames[0] + frames[0] + frames[2],
        "flipped": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "emptied": head,
    }[harm]
    received.path.write_bytes(harmed)

    with pytest.raises(Unreadable):
        b"".join(read(tmp_path, received.stored_as, key))


def test_file_and_folder_are_on_the_disk_before_anybody_may_name_them(
    tmp_path: Path, key: DataKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    received = _receive(tmp_path, b"hej", key)

    assert synced.index(str(received.path)) < synced.index(str(received.path.parent), 1)
    assert str(tmp_path) in synced  # the new folder within it


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path, key: DataKey) -> None:
    class BrokenOff(io.BytesIO):
        """Breaks while it is put on the disk, not while it is looked at."""

        rounds = 0

        def read(self, size: int | None = -1) -> bytes:
            if self.tell() == 0:
                self.rounds += 1
            if self.rounds > 2 and self.tell() > 0:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        _receive(tmp_path, BrokenOff(b"x" * 200_000), key)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "file_empty"), (b"x" * 2_000, "file_too_large"), (files.PROGRAM, "file_mismatched")]
)
def test_what_is_refused_leaves_nothing(tmp_path: Path, key: DataKey, content: bytes, code: str) -> None:
    limits = Limits(kinds=frozenset({"txt"}), max_bytes=1_000, max_files=1)

    with pytest.raises(Refused) as caught:
        receive(tmp_path, io.BytesIO(content), name="brev.txt", key=key, limits=limits)

    assert caught.value.code == code
    assert list(tmp_path.rglob("*")) == []


def test_a_discarded_file_is_gone_and_may_be_discarded_twice(tmp_path: Path, key: DataKey) -> None:
    received = _receive(tmp_path, b"hej", key)

    discard(received)
    discard(received)

    with pytest.raises(Missing):
        read(tmp_path, received.stored_as, key)


def test_a_document_of_the_house_may_even_be_empty(tmp_path: Path, key: DataKey) -> None:
    made = receive_made(tmp_path, b"", name="kvitto.pdf", media_type="application/pdf", key=key)

    assert b"".join(read(tmp_path, made.stored_as, key)) == b""


def test_a_large_file_needs_no_more_memory_than_a_small_one(tmp_path: Path, key: DataKey) -> None:
    spool = Spool(40_000_000)
    piece = b"En rad text som upprepas.\n" * 4_000
    tracemalloc.start()
    try:
        while spool.write(piece) and spool.tell() < 20_000_000:
            pass
        received = _receive(tmp_path, spool, key)
        for _ in read(tmp_path, received.stored_as, key):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        spool.close()

    assert received.size_bytes >= 20_000_000
    assert peak < 3_000_000


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=90_000), max_size=8),
    reads=st.lists(st.tuples(st.integers(0, 600_000), st.integers(0, 100_000)), max_size=8),
)
def test_a_spool_gives_back_what_was_written_wherever_one_looks(
    pieces: list[bytes], reads: list[tuple[int, int]]
) -> None:
    spool, plain = Spool(10_000_000), io.BytesIO()
    for piece in pieces:
        spool.write(piece)
        plain.write(piece)

    for at, size in reads:
        spool.seek(at)
        plain.seek(at)
        assert spool.read(size) == plain.read(size)
    spool.seek(0)
    assert spool.read() == plain.getvalue()
    spool.close()


def test_a_spool_keeps_no_plain_bytes_on_the_disk_and_drops_what_is_too_much(tmp_path: Path, key: DataKey) -> None:
    spool = Spool(600_000)
    for _ in range(100):
        assert spool.write(b"hemligt " * 1_000) == 8_000  # the rest of the form can still be read

    os.lseek(spool._file.fileno(), 0, os.SEEK_SET)
    on_disk = os.read(spool._file.fileno(), 1_000_000)
    assert len(on_disk) > 200_000
    assert b"hemligt" not in on_disk
    spool._file.seek(0, os.SEEK_END)

    with pytest.raises(Refused) as caught:
        _receive(tmp_path, spool, key)
    assert caught.value.code == "file_too_large"
    spool.close()


def _receive(folder: Path, content: bytes | BinaryIO, key: DataKey) -> Received:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    return receive(folder, stream, name="brev.txt", key=key, limits=_TEXT)
