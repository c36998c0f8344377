"""The nightly look for what must never be: a submission without its case, item, outbox row or journal entry."""

from eservices.contact_centre.completeness import Incomplete, incomplete

__all__ = ["Incomplete", "incomplete"]
