"""Where the bytes lie: DATA_DIR/files/ab/abcd…, encrypted in frames with the case's key.

A frame is 64 KB sealed by AES-GCM and bound to the file's name, to its place in the file and to whether it is the last
one: frames cannot be swapped, moved to another file, repeated or cut off. So a file of any size is written and read
in constant memory. The file and its folder are on the disk (fsync) before anybody may write the row that names it; a
file without a row is the harmless half of a broken upload, and is swept away after a day.
"""

import hashlib
import io
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eservices.attachments.content import Looked, clean_name, look
from eservices.attachments.model import Limits, Missing, Received, Refused
from eservices.storage.sealing import DataKey, Unreadable

_FRAME = 65_536
#: What sealing adds to a frame: nonce and tag.
_ADDED = 28
_MAGIC = b"ESF1"


def receive(files_dir: Path, stream: BinaryIO, *, name: str, key: DataKey, limits: Limits) -> Received:
    """Look at a file that has arrived, and put it on the disk for good. Outside any transaction.

    `stream` can be sought in. Raises `Refused`, and leaves nothing behind then.
    """
    size = stream.seek(0, os.SEEK_END)
    if size > limits.max_bytes or getattr(stream, "overflowed", False):
        raise Refused("file_too_large", {"maximum": limits.max_bytes})
    looked = look(stream, name=name, limits=limits)
    return _written(files_dir, stream, key, looked)


def receive_made(files_dir: Path, content: bytes, *, name: str, media_type: str, key: DataKey) -> Received:
    """Put a document that the house has made on the disk for good. Outside any transaction."""
    return _written(files_dir, io.BytesIO(content), key, Looked(clean_name(name), media_type, None))


def read(files_dir: Path, stored_as: str, key: DataKey) -> Iterator[bytes]:
    """The bytes, frame by frame. The first frame is opened before this returns, so that a door can still say no.

    Raises `Missing`, and `Unreadable` for a file that was changed, cut off or sealed with another key.
    """
    try:
        file = path_of(files_dir, stored_as).open("rb")
    except FileNotFoundError:
        raise Missing(stored_as) from None
    frames = _opened(file, stored_as, key)
    try:
        first = next(frames, b"")
    except BaseException:
        file.close()
        raise
    return _with_first(first, frames)


def erase(files_dir: Path, stored_as: str) -> None:
    """Remove a file that no row names any more. Call it after the commit that said so."""
    path_of(files_dir, stored_as).unlink(missing_ok=True)


def discard(received: Received) -> None:
    """Remove a file that was received and will not be kept."""
    received.path.unlink(missing_ok=True)


def path_of(files_dir: Path, stored_as: str) -> Path:
    return files_dir / stored_as[:2] / stored_as


def _written(files_dir: Path, stream: BinaryIO, key: DataKey, looked: Looked) -> Received:
    stored_as = secrets.token_hex(32)
    path = path_of(files_dir, stored_as)
    _make_folder(path.parent)
    digest = hashlib.sha256()
    size = 0
    stream.seek(0)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_MAGIC)
            for index, (frame, last) in enumerate(_frames(stream)):
                digest.update(frame)
                size += len(frame)
                file.write(key.seal_bytes(frame, place=_place(stored_as, index, last=last)))
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(stored_as, path, looked.name, looked.media_type, size, digest.hexdigest(), looked.conversion)


def _frames(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The frames of what is sent, and whether each is the last."""
    frame = stream.read(_FRAME)
    while True:
        following = stream.read(_FRAME) if len(frame) == _FRAME else b""
        yield frame, not following
        if not following:
            return
        frame = following


def _opened(file: IO[bytes], stored_as: str, key: DataKey) -> Iterator[bytes]:
    with file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Unreadable(stored_as)
        index, sealed = 0, file.read(_FRAME + _ADDED)
        while sealed:
            following = file.read(_FRAME + _ADDED)
            yield key.unseal_bytes(sealed, place=_place(stored_as, index, last=not following))
            index, sealed = index + 1, following
        if index == 0:  # even an empty document has its last frame
            raise Unreadable(stored_as)


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _place(stored_as: str, index: int, *, last: bool) -> str:
    return f"file:{stored_as}:{index}:{'last' if last else 'more'}"


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Spool(io.RawIOBase):
    """Where an upload waits while its request is read: a little in memory, more in a nameless encrypted file.

    The key lives as long as this object. What is written beyond `most` bytes is counted and dropped (`overflowed`),
    so that the rest of the form can still be read and answered with a sentence. Writing appends; reading seeks.
    """

    def __init__(self, most: int):
        self.overflowed = False
        self._most = most
        self._size = 0
        self._position = 0
        self._tail = bytearray()
        self._frames = 0
        self._cipher = AESGCM(os.urandom(32))
        self._file: Any = None
        self._cached: tuple[int, bytes] = (-1, b"")

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Append; the frames that are full go to the disk encrypted."""
        given = memoryview(data).cast("B")
        room = self._most - self._size
        if len(given) > room:
            self.overflowed = True
        taken = given[: max(room, 0)]
        self._tail += taken
        self._size += len(taken)
        self._position = self._size
        while len(self._tail) > 4 * _FRAME:
            self._put(bytes(self._tail[:_FRAME]))
            del self._tail[:_FRAME]
        return len(given)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("before the beginning")
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer).cast("B")
        index, within = divmod(self._position, _FRAME)
        if index < self._frames:
            piece = self._frame(index)[within : within + len(target)]
        else:
            at = self._position - self._frames * _FRAME
            piece = bytes(self._tail[at : at + len(target)])
        target[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def read(self, size: int = -1) -> bytes:
        """As much as was asked for, unless it ends: what reads archives relies on that."""
        wanted = self._size - self._position if size is None or size < 0 else size
        pieces = []
        while wanted > 0 and (piece := super().read(min(wanted, _FRAME))):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()

    def _put(self, frame: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with this object
        nonce = self._frames.to_bytes(12, "big")  # unique under a key that is used for nothing else
        self._file.write(self._cipher.encrypt(nonce, frame, None))
        self._frames += 1

    def _frame(self, index: int) -> bytes:
        if self._cached[0] != index:
            self._file.seek(index * (_FRAME + 16))
            sealed = self._file.read(_FRAME + 16)
            self._file.seek(0, os.SEEK_END)
            self._cached = (index, self._cipher.decrypt(index.to_bytes(12, "big"), sealed, None))
        return self._cached[1]
