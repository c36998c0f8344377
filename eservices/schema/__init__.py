"""All tables of the house in one place, for the migrations and for whoever must see the whole schema.

A table that is not imported here does not exist for Alembic; a test compares what the migrations make with what the
packages say.
"""

from eservices import deliveries, journal, outbox
from eservices.attachments import tables as attachments
from eservices.cases import tables as cases
from eservices.contact_centre import tables as contact_centre
from eservices.identity import tables as identity
from eservices.records import tables as records
from eservices.storage import keys, once
from eservices.storage.database import metadata
from eservices.submissions import tables as submissions

#: Where the data folder says when the last backup that held was taken.
TAKEN = "backup.taken"

__all__ = [
    "TAKEN", "attachments", "cases", "contact_centre", "deliveries", "identity", "journal", "keys", "metadata",
    "once", "outbox", "records", "submissions",
]  # fmt: skip
