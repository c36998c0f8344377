"""Reading what a browser sent, strictly: only the two form types, only whole UTF-8, never more than we can hold.

Files are sealed on their way to the disk, so that no plain byte of them lies outside the house's own folder.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, TypeAlias, cast
from urllib.parse import parse_qsl

from flask import Request as FlaskRequest
from flask import current_app, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from eservices.attachments import Spool
from eservices.questions.cleaning import few_marks, lines

#: What a page's text controls may hold together; the longest page of questions is far below.
TEXT_BYTES = 256 * 1024
#: More controls than any page has.
FIELDS = 600
_CHUNK = 64 * 1024

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came: the name its owner gave it, and its bytes to read from the start."""

    name: str
    stream: BinaryIO


class Typed(ImmutableMultiDict[str, str]):
    """What a form sent, by the name of its control.

    Asking for what is not there is ordinary (a button that was not pressed), so it costs no exception here.
    """

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002
        if key not in self:
            return default
        value = self[key]
        return value if type is None else type(value)


_Sent: TypeAlias = tuple[Typed, dict[str, list[Upload]]]


class Request(FlaskRequest):
    """A request whose `form` is read by us: text that is not whole, or too much of it, is refused before any view."""

    @cached_property
    def _sent(self) -> _Sent:
        if self.mimetype == MULTIPART:
            return _multipart(self, current_app.config["FILE_BYTES"], current_app.config["REQUEST_BYTES"])
        if self.mimetype == URLENCODED:
            return _urlencoded(self), {}
        if self.mimetype or self.content_length:
            raise UnsupportedMediaType
        return Typed(), {}

    @property
    def form(self) -> Typed:
        return self._sent[0]

    @property
    def uploads(self) -> dict[str, list[Upload]]:
        """The files of a multipart body by the name of their control; controls left empty are not among them."""
        return self._sent[1]

    @property
    def files(self) -> ImmutableMultiDict[str, FileStorage]:
        return ImmutableMultiDict()


def sent_files() -> dict[str, list[Upload]]:
    """The files that came with the request at hand, by the name of their control."""
    return cast("Request", request).uploads


def typed() -> dict[str, str]:
    """What was typed, without signs that nobody sees and that could mislead who reads it. Ticked boxes, together."""
    return {name: lines(" ".join(request.form.getlist(name))) for name in request.form}


def _urlencoded(sent: Request) -> Typed:
    body = b"".join(_limited(sent, TEXT_BYTES))
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=FIELDS
        )
    except ValueError:  # too many fields, bytes that are no UTF-8
        raise BadRequest from None
    return _checked(pairs)


def _multipart(sent: Request, file_bytes: int, request_bytes: int) -> _Sent:
    boundary = sent.mimetype_params.get("boundary", "")
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_form_memory_size=TEXT_BYTES, max_parts=FIELDS)
    pairs: list[tuple[str, str]] = []
    uploads: dict[str, list[Upload]] = {}
    name, text, target, texts = "", bytearray(), None, 0
    try:
        for event in _events(decoder, _limited(sent, request_bytes)):
            if isinstance(event, Field):
                name, text, target = event.name or "", bytearray(), None
            elif isinstance(event, File):
                name, target = event.name or "", Spool(file_bytes)
                filename = event.filename or ""
            elif isinstance(event, Data):
                if target is None:
                    texts += len(event.data)
                    if texts > TEXT_BYTES:
                        raise RequestEntityTooLarge
                    text += event.data
                    if not event.more_data:
                        pairs.append((name, text.decode("utf-8")))
                else:
                    target.write(event.data)
                    if not event.more_data:
                        _store(uploads, name, filename, cast("BinaryIO", target))
    except ValueError:  # a broken boundary, bytes that are no UTF-8
        raise BadRequest from None
    return _checked(pairs), uploads


def _store(uploads: dict[str, list[Upload]], name: str, filename: str, stream: BinaryIO) -> None:
    if not filename and not stream.tell():
        return  # a file control that was left empty
    stream.seek(0)
    uploads.setdefault(name, []).append(Upload(filename, stream))


def _events(decoder: MultipartDecoder, chunks: Iterable[bytes]) -> Iterator[Field | File | Data]:
    source = iter(chunks)
    while True:
        event = decoder.next_event()
        while isinstance(event, NeedData):
            decoder.receive_data(next(source, None))
            event = decoder.next_event()
        if isinstance(event, Epilogue):
            return
        if isinstance(event, Field | File | Data):
            yield event


def _limited(sent: Request, limit: int) -> Iterator[bytes]:
    if (sent.content_length or 0) > limit:
        raise RequestEntityTooLarge
    read = 0
    while chunk := sent.stream.read(_CHUNK):
        read += len(chunk)
        if read > limit:
            raise RequestEntityTooLarge
        yield chunk


def _checked(pairs: list[tuple[str, str]]) -> Typed:
    if any("\x00" in value or "\x00" in name for name, value in pairs):
        raise BadRequest
    return Typed([(few_marks(name), few_marks(value)) for name, value in pairs])
