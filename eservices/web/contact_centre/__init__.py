"""The contact centre: what needs a person, calls and visits in hand, and what may be told of a case."""

from eservices.web.contact_centre import asking, call, case, desk, entry, receipt, taking_up, work
from eservices.web.contact_centre.room import blueprint

__all__ = ["asking", "blueprint", "call", "case", "desk", "entry", "receipt", "taking_up", "work"]
