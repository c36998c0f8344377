"""The journal: every act on a case, and every look at a person's data by staff. It only grows."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from eservices.storage.columns import Digest, Id, Sealed, UtcTime
from eservices.storage.database import metadata

#: Hash-chained per case; entries without a case per staff account and day ("chain"), under a key of their own.
#: Triggers refuse UPDATE and DELETE on both engines.
journal_entries = Table(
    "journal_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chain", String(60), nullable=False, comment="case:<id>, staff:<id>:<day>, system:<day>"),
    Column("position", Integer, nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("at", UtcTime, nullable=False),
    Column("actor_kind", String(12), nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id")),
    Column("channel", String(20), nullable=False),
    Column("kind", String(40), nullable=False, comment="past tense: submitted, claimed, viewed, decided …"),
    Column("shared", Boolean, nullable=False, comment="the resident sees it too"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="why, and the personal content"),
    Column("previous", Digest, nullable=False),
    Column("digest", Digest, nullable=False),
    UniqueConstraint("chain", "position"),
    Index("ix_journal_entries_staff_id_at", "staff_id", "at"),
    Index("ix_journal_entries_at", "at"),
)

#: One digest a day over the heads of all chains, to be kept outside.
journal_days = Table(
    "journal_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("heads", Integer, nullable=False),
    Column("digest", Digest, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)
