"""Giving a file to somebody who may have it: always to be saved, never to be run by the page it came from."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.attachments import Attachment, Missing
from eservices.language import Words
from eservices.storage.sealing import DataKey, Unreadable
from eservices.web.house import house

_KILOBYTE, _MEGABYTE = 1000, 1_000_000
_PLAIN = re.compile(r"[^A-Za-z0-9._ -]")


def download(attachment: Attachment, key: DataKey) -> Response:
    """The file as an answer, streamed. Who may have it has been decided; raises `NotFound` when its bytes are gone."""
    try:
        frames: Iterator[bytes] = attachments.open_for_reading(house().settings.files_dir, attachment, key)
    except (Missing, Unreadable):
        raise NotFound from None
    response = Response(frames, mimetype=attachment.media_type)
    response.headers["Content-Length"] = str(attachment.size_bytes)
    plain = _PLAIN.sub("_", attachment.name) or "file"
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(attachment.name, safe='')}"
    response.headers["Content-Disposition"] = named
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response


def size_in_words(size_bytes: int, words: Words) -> str:
    """A size as people say it."""
    if size_bytes < _MEGABYTE:
        return words("{number} kB", number=max(1, round(size_bytes / _KILOBYTE)))
    return words("{number} MB", number=round(size_bytes / _MEGABYTE, 1))
