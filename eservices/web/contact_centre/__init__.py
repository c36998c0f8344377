"""The contact centre: what needs a person, calls and visits in hand, and what may be told of a case."""

from eservices.web.contact_centre import (
    answering,
    asking,
    bringing,
    call,
    call_sheet,
    case,
    desk,
    entry,
    keying,
    knowledge,
    letters,
    receipt,
    shortcuts,
    signing,
    taking_up,
    tasks,
    written,
)
from eservices.web.contact_centre.room import blueprint

__all__ = [
    "answering",
    "asking",
    "blueprint",
    "bringing",
    "call",
    "call_sheet",
    "case",
    "desk",
    "entry",
    "keying",
    "knowledge",
    "letters",
    "receipt",
    "shortcuts",
    "signing",
    "taking_up",
    "tasks",
    "written",
]
