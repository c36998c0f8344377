"""Files: bytes under a random name, encrypted with the case's key, durable before the row that names them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from eservices.storage.columns import Digest, Id, Sealed, UtcTime
from eservices.storage.database import metadata

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("draft_id", Id, ForeignKey("drafts.id"), index=True),
    Column("submission_id", Id, ForeignKey("submissions.id"), index=True),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("message_id", Id, ForeignKey("messages.id"), index=True),
    Column("question", String(80), nullable=False),
    Column("item", Integer, nullable=False, server_default="0", comment="number of the repeated item, 0 outside groups"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="the file's name as the resident called it"),
    Column("media_type", String(80), nullable=False, comment="by content, not by name"),
    Column("size_bytes", BigInteger, nullable=False),
    Column("digest", Digest, nullable=False, comment="keyed digest of the bytes: an upload repeated doubles nothing"),
    Column("stored_as", String(64), nullable=False),
    Column("state", String(16), nullable=False, comment="converting, ready, quarantined, refused, removed"),
    Column("made_from", Id, comment="the upload this is a converted copy of"),
    Column("uploaded_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    UniqueConstraint("draft_id", "question", "item", "digest"),
    Index("ix_attachments_state", "state"),
)
