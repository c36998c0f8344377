"""A file, its states, and what is asked of it. Where the bytes lie and what is in them is told elsewhere."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


class State(StrEnum):
    """Where a file stands. Only a ready one is opened by anybody."""

    #: A photo with more in it than the picture (place, owner), or in a format few can open: the worker mends it.
    CONVERTING = "converting"
    READY = "ready"
    #: Waits for the virus scanner.
    QUARANTINED = "quarantined"
    #: Infected, or a picture that nobody can read.
    REFUSED = "refused"
    REMOVED = "removed"


class Refused(Exception):
    """The file is not taken. `code` and `facts` are those of a fault of a file question.

    file_empty; file_too_large (maximum, in bytes); file_wrong_type (allowed); file_mismatched (said, found: the name
    says one thing, the content another); file_unsafe (macros, a password, unpacks to far too much); too_many_files
    (maximum).
    """

    def __init__(self, code: str, facts: Mapping[str, object] = MappingProxyType({})):
        super().__init__(code)
        self.code = code
        self.facts = facts


class Missing(Exception):
    """The row is there and its file is not: a restore went wrong, or somebody cleaned by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a question takes: kinds of file by their short names, size of each, how many."""

    kinds: frozenset[str]
    max_bytes: int
    max_files: int
    keep_place: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies encrypted and durable on the disk, and that no row names yet."""

    stored_as: str
    path: Path
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    conversion: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as its row tells of it."""

    id: str
    draft_id: str | None
    submission_id: str | None
    case_id: str | None
    message_id: str | None
    question: str
    item: int
    key_id: str
    name: str
    media_type: str
    size_bytes: int
    stored_as: str
    state: State
    reason: str | None
    uploaded_at: dt.datetime

    @property
    def may_be_opened(self) -> bool:
        """Whether anybody is given the bytes."""
        return self.state is State.READY


@dataclass(frozen=True, slots=True)
class Work:
    """A file that the worker must scan or convert."""

    attachment_id: str
    stored_as: str
    key_id: str
    media_type: str
    conversion: str | None
