"""The table of files. The bytes lie in DATA_DIR/files under a random name; see `attachments.folder`."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from eservices.storage.columns import Digest, Id, Sealed, UtcTime, partial_index
from eservices.storage.database import metadata

#: Handed in, refused by the scanner or the decoder, and nobody has been told.
REFUSED_UNTOLD = "state = 'refused' AND case_id IS NOT NULL AND reason IN ('infected','unreadable')"

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("draft_id", Id, ForeignKey("drafts.id"), index=True),
    Column("submission_id", Id, ForeignKey("submissions.id"), index=True),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("message_id", Id, ForeignKey("messages.id"), index=True),
    Column("question", String(80), nullable=False, comment="or what a document of the house is: receipt, letter"),
    Column("item", Integer, nullable=False, server_default="0", comment="of the repeated item, 0 outside groups"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="the file's name as the resident called it"),
    Column("media_type", String(80), nullable=False, comment="by content, not by name"),
    Column("size_bytes", BigInteger, nullable=False),
    Column("digest", Digest, nullable=False, comment="keyed digest of the bytes: an upload repeated doubles nothing"),
    Column("stored_as", Digest, nullable=False, unique=True, comment="random name of the file"),
    Column("state", String(16), nullable=False),
    Column("reason", String(16), comment="why it was refused: infected, unreadable"),
    Column("conversion", String(16), comment="what a photo still needs: strip, keep_place"),
    Column("uploaded_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    UniqueConstraint("draft_id", "question", "item", "digest"),
    CheckConstraint("state IN ('converting','ready','quarantined','refused','removed')", name="state_known"),
    # Papers that came later, day by day.
    partial_index("ix_attachments_documents", "uploaded_at", where="question = 'document'"),
    # Only what waits for the worker: beside it lie a million files that are ready.
    partial_index("ix_attachments_waiting", "state", "uploaded_at", where="state IN ('converting','quarantined')"),
    partial_index("ix_attachments_refused", "id", where=REFUSED_UNTOLD),
)
