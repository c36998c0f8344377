"""Words that several rooms share: channels, identity bases, problems, ids. Standard library only.

A type moves in here when three packages need it, and out again when one does.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

#: What an answer, a setting or a payload may be: plain JSON, never dependent on the language of a page.
Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Channel(StrEnum):
    """The way a submission, a message or an act reached us."""

    WEB = "web"
    PHONE = "phone"
    COUNTER = "counter"
    PAPER = "paper"
    EMAIL = "email"
    CHAT = "chat"
    SOCIAL_MEDIA = "social_media"
    API = "api"
    SENSOR = "sensor"


class IdentityBasis(StrEnum):
    """How we know who it is. An assisted submission never pretends to be signed with an e-ID."""

    EID = "eid"
    SHOWN_ID = "shown_id"
    KNOWN_BY_CALLBACK = "known_by_callback"
    STATED = "stated"
    ANONYMOUS = "anonymous"


class ContactMethod(StrEnum):
    """The way a party wants news: the worker sends the first two, the contact centre brings the next two."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    LETTER = "letter"
    OWN_PAGES = "own_pages"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must be put right before the answers can be handed in, as facts.

    Whoever shows it makes the sentence, in the reader's language. `question` is the question's id, `item` the
    number of the repeated item (None outside groups), `part` the suffix of the control that is wrong
    ("" or for example "-month").
    """

    code: str
    question: str
    item: int | None = None
    part: str = ""
    facts: Mapping[str, object] = field(default_factory=lambda: _NOTHING)


def new_id() -> str:
    """A new identifier: 32 hexadecimal digits, growing with time (UUID version 7, RFC 9562), random at the end."""
    stamp = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    number = (stamp & (2**48 - 1)) << 80 | 0x7 << 76 | (tail >> 68 & 0xFFF) << 64 | 0b10 << 62 | tail & (2**62 - 1)
    return f"{number:032x}"


def spreadsheet_cell(text: str) -> str:
    """The text for a cell of a table that somebody opens in a spreadsheet: what begins so would run as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
