"""What a file is, told by its content; the name must not say something else.

Pictures under another picture's name are taken and renamed: telephones and chat programs do that all day. Anything
else that is not what its name says is refused, as is what hides something: macros, a password, an archive that
unpacks to far too much. SVG, HTML and programs are never taken.
"""

import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from eservices.attachments.model import Limits, Refused
from eservices.questions.cleaning import few_marks

#: Kind -> media type. The kinds are those that a definition may `accept`.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "webp": "image/webp",
    "gif": "image/gif",
    "tif": "image/tiff",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "txt": "text/plain",
    "rtf": "application/rtf",
}

PICTURES = frozenset({"jpg", "png", "heic", "webp", "gif", "tif"})

_ARCHIVES = frozenset({"docx", "xlsx", "odt", "ods"})

#: Pictures that may hold more than the picture, and from which the worker can take it.
_CLEANED = frozenset({"jpg", "png", "heic", "webp", "tif"})

_OTHER_NAMES = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heif": "heic", "hif": "heic", "tiff": "tif", "text": "txt"}

_HEAD = 4096
_LONGEST_NAME = 120
_LONGEST_ENDING = 5
_MOST_PARTS = 5_000
_LONGEST_DIRECTORY = 2_000_000
#: The end record of an archive and the longest comment behind it.
_LONGEST_END = 22 + 65_535
_MOST_UNPACKED = 300_000_000
_MOST_RATIO = 200

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_OOXML = {"wordprocessingml.document.main+xml": "docx", "spreadsheetml.sheet.main+xml": "xlsx"}
_ODF = {MEDIA_TYPES["odt"].encode(): "odt", MEDIA_TYPES["ods"].encode(): "ods"}
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<!--")
_TEXT_CONTROLS = frozenset(b"\t\n\r\f")
_FIRST_PRINTABLE = 0x20


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: the name to keep, the media type, and what a photo still needs."""

    name: str
    media_type: str
    conversion: str | None


def look(stream: BinaryIO, *, name: str, limits: Limits) -> Looked:
    """Look into `stream` from its beginning, and leave it there. Raises `Refused`."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise Refused("file_empty")
    stem, said = _parts_of(clean_name(name))
    found = _kind(head, stream, archives=not _ARCHIVES.isdisjoint(limits.kinds))
    if found == "txt" and said == "csv":
        said = "txt"
    known = said in MEDIA_TYPES
    if found is None and said in limits.kinds:
        raise Refused("file_mismatched", {"said": said, "found": ""})
    if found is None or found not in limits.kinds:
        raise Refused("file_wrong_type", {"allowed": sorted(limits.kinds)})
    if said and said != found and (known or found not in PICTURES) and not {said, found} <= PICTURES:
        raise Refused("file_mismatched", {"said": said, "found": found})
    kept = f"{stem}.{found}" if said != found else clean_name(name)
    conversion = _conversion(found, stream, head, keep_place=limits.keep_place)
    stream.seek(0)
    return Looked(kept, MEDIA_TYPES[found], conversion)


def clean_name(name: str) -> str:
    """A file's name as it is kept: without folders, control signs and signs that turn the reading direction."""
    seen = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    last = PurePosixPath(unicodedata.normalize("NFC", few_marks(seen)).replace("\\", "/")).name
    kept = " ".join(last.split()).strip(". ")
    if len(kept) > _LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        told = bool(dot) and len(ending) <= _LONGEST_ENDING
        kept = f"{stem[:_LONGEST_NAME]}.{ending}" if told else kept[:_LONGEST_NAME].rstrip(". ")
    return kept or "fil"


def _parts_of(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    ending = ending.lower()
    if not dot or not ending.isalnum() or len(ending) > _LONGEST_ENDING:
        return name, ""
    return stem, _OTHER_NAMES.get(ending, ending)


def _kind(head: bytes, stream: BinaryIO, *, archives: bool) -> str | None:
    for kind, is_one in _BY_HEAD.items():
        if is_one(head):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(stream) if archives else None
    return "txt" if _is_text(head, stream) else None


def _is_heic(head: bytes) -> bool:
    """An ISO media file, one of whose brands is a still picture in HEVC."""
    size = min(int.from_bytes(head[:4], "big"), 128)
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, size, 4)}
    return head[4:8] == b"ftyp" and not brands.isdisjoint(_HEIC_BRANDS)


_BY_HEAD: dict[str, Callable[[bytes], bool]] = {
    "pdf": lambda head: head.removeprefix(b"\xef\xbb\xbf").lstrip()[:5] == b"%PDF-",
    "jpg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "gif": lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    "webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "tif": lambda head: head.startswith((b"II*\x00", b"MM\x00*")),
    "heic": _is_heic,
    "rtf": lambda head: head.startswith(b"{\\rtf"),
}


#: The record at the end of a zip archive: its sign, and its length where there is no comment.
_END_OF_ARCHIVE = b"PK\x05\x06"
_SHORTEST_END = 22


def _kind_of_archive(stream: BinaryIO) -> str | None:
    _refuse_long_directory(stream)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            kind = _office_kind(archive, {part.filename for part in parts})
            if kind is not None:
                _refuse_unsafe(parts)
            return kind
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError):
        return None


def _refuse_long_directory(stream: BinaryIO) -> None:
    """Before the directory is read: 25 megabytes of it are half a million objects in memory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _LONGEST_END))
    tail = stream.read()
    # Whoever reads the archive takes one of these two for its end, and a forger can write both.
    for at in {tail.rfind(_END_OF_ARCHIVE), len(tail) - _SHORTEST_END}:
        if at < 0 or not tail.startswith(_END_OF_ARCHIVE, at):
            continue
        parts = int.from_bytes(tail[at + 10 : at + 12], "little")
        length = int.from_bytes(tail[at + 12 : at + 16], "little")
        large = tail[max(0, at - 20) : max(0, at - 16)] == b"PK\x06\x07"  # 64-bit numbers; no letter needs them
        if parts > _MOST_PARTS or length > _LONGEST_DIRECTORY or large:
            raise Refused("file_unsafe")


def _office_kind(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    if "[Content_Types].xml" in names:
        types = _beginning(archive, "[Content_Types].xml").decode("utf-8", "replace")
        if "macroEnabled" in types:
            raise Refused("file_unsafe")
        return next((kind for main, kind in _OOXML.items() if main in types), None)
    if "mimetype" in names:
        return _ODF.get(_beginning(archive, "mimetype").strip())
    return None


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(200_000)


def _refuse_unsafe(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    macros = any(
        part.filename.lower().endswith("vbaproject.bin") or part.filename.startswith(("Basic/", "Scripts/"))
        for part in parts
    )
    locked = any(part.flag_bits & 1 for part in parts)
    bomb = len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or unpacked > _MOST_RATIO * max(packed, 10_000)
    if macros or locked or bomb:
        raise Refused("file_unsafe")


def _is_text(head: bytes, stream: BinaryIO) -> bool:
    """Plain text in UTF-8, UTF-16 with its mark, or an older Western code; not a page or a picture made of text."""
    if head.lstrip().lower().startswith(_MARKUP) or head.startswith(b"#!"):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    stream.seek(0)
    return all(byte >= _FIRST_PRINTABLE or byte in _TEXT_CONTROLS for chunk in _chunks(stream) for byte in set(chunk))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(65_536):
        yield chunk


def _conversion(kind: str, stream: BinaryIO, head: bytes, *, keep_place: bool) -> str | None:
    """What the worker must do before anybody sees the picture; None when there is nothing but the picture."""
    if kind not in _CLEANED:
        return None
    only_picture = {"jpg": _jpeg_is_only_picture, "png": _png_is_only_picture}.get(kind)
    if only_picture is not None and only_picture(stream):
        return None
    if kind == "webp" and not (head[12:16] == b"VP8X" and head[20] & 0b00001100):  # neither EXIF nor XMP inside
        return None
    return "keep_place" if keep_place else "strip"


def _jpeg_is_only_picture(stream: BinaryIO) -> bool:
    """No segment but those a decoder needs, and nothing behind the end."""
    stream.seek(-2, 2)
    if stream.read(2) != b"\xff\xd9":
        return False
    stream.seek(2)
    while True:
        marker = stream.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:  # noqa: PLR2004 -- a marker and its length
            return False
        name, length = marker[1], int.from_bytes(marker[2:], "big")
        if name == _START_OF_SCAN:
            return True
        begins = stream.read(12)
        said_by_camera = _FIRST_APP < name <= _LAST_APP or name == _COMMENT
        if said_by_camera and name != _ADOBE and not (name == _ICC and begins.startswith(b"ICC_PROFILE\0")):
            return False
        stream.seek(length - 2 - len(begins), 1)


_START_OF_SCAN, _FIRST_APP, _LAST_APP, _COMMENT, _ADOBE, _ICC = 0xDA, 0xE0, 0xEF, 0xFE, 0xEE, 0xE2
_TELLING_CHUNKS = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})


def _png_is_only_picture(stream: BinaryIO) -> bool:
    """No chunk with words, time or place in it, and nothing behind the end."""
    stream.seek(8)
    for _ in range(_MOST_PARTS):
        header = stream.read(8)
        if len(header) < 8 or header[4:] in _TELLING_CHUNKS:  # noqa: PLR2004 -- a length and a name
            return False
        stream.seek(int.from_bytes(header[:4], "big") + 4, 1)
        if header[4:] == b"IEND":
            return stream.read(1) == b""
    return False
