"""Tables of drafts, pinned definitions and submissions."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table

from eservices.storage.columns import Digest, Id, JsonValue, Sealed, UtcTime, partial_index
from eservices.storage.database import metadata

#: A definition is kept from the first draft that uses it, so that every draft and submission can be shown as it was.
definitions = Table(
    "definitions",
    metadata,
    Column("version", Digest, primary_key=True, comment="SHA-256 of the canonical content"),
    Column("service", String(80), nullable=False, index=True),
    Column("content", JsonValue, nullable=False, comment="canonical content, shared blocks in place"),
    Column("pinned_at", UtcTime, nullable=False),
)

definition_texts = Table(
    "definition_texts",
    metadata,
    Column("version", Digest, ForeignKey("definitions.version"), primary_key=True),
    Column("language", String(20), primary_key=True),
    Column("texts", JsonValue, nullable=False, comment="text key -> translated text, as it was shown"),
)

#: One row a draft, for ever: after sending it leads to the submission (and so to the receipt); after expiry it keeps
#: only the times of its steps, without person. `sealed` goes with the key.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("service", String(80), nullable=False),
    Column("version", Digest, ForeignKey("definitions.version"), nullable=False),
    Column("kind", String(20), nullable=False, server_default="initial"),
    Column("state", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    Column("channel", String(20), nullable=False, comment="the channel it was started through"),
    Column("practice", Boolean, nullable=False, server_default="0"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, comment="answers with origin and state, continue code, assisted entry; null once gone"),
    Column("token_digest", Digest, unique=True, comment="of the secret in the resident's cookie"),
    Column("code_digest", Digest, unique=True, comment="of the continue code; null once it is dead"),
    Column("assisted_by", Id, comment="the agent who has it in hand"),
    Column("case_id", Id, ForeignKey("cases.id", use_alter=True), index=True, comment="of a supplement to a case"),
    Column("submission_id", Id, ForeignKey("submissions.id", use_alter=True)),
    Column("row_version", Integer, nullable=False, server_default="1"),
    Column("started_at", UtcTime, nullable=False),
    Column("touched_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("steps", JsonValue, nullable=False, comment="step -> [first shown, first passed], seconds after started_at"),
    CheckConstraint("state IN ('open','handed_in','cancelled','expired')", name="state_known"),
    Index("ix_drafts_state_expires_at", "state", "expires_at"),
    Index("ix_drafts_assisted_by_state", "assisted_by", "state"),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("draft_id", Id, ForeignKey("drafts.id"), unique=True, comment="sent once"),
    Column("case_id", Id, ForeignKey("cases.id", use_alter=True), index=True, nullable=False),
    Column("service", String(80), nullable=False),
    Column("version", Digest, ForeignKey("definitions.version"), nullable=False),
    Column("kind", String(20), nullable=False, server_default="initial"),
    Column("channel", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    Column("entered_by", Id, comment="staff account that entered it; null when the resident did"),
    Column("identity_basis", String(20), nullable=False),
    Column("received_at", UtcTime, nullable=False, comment="when the resident handed it over; never changed"),
    Column("received_on", Date, nullable=False, comment="the legal day, FL 22 §"),
    Column("recorded_at", UtcTime, nullable=False, comment="when this row was written"),
    Column("first_tried_at", UtcTime, nullable=False, comment="when the resident first tried, where known"),
    Column("sealed", Sealed, nullable=False, comment="visible answers with origin, dropped questions, what is missing"),
    Column("arrived_on", Date, comment="paper: the day it was in our hands; the legal day may be an earlier one"),
    Column("arrived_how", String(16), comment="paper: post, handed_in, box and so on; why the law counts another day"),
    CheckConstraint(
        "kind IN ('initial','supplement','signature','delay_request','withdrawal','appeal')", name="kind_known"
    ),
    # What came later, day by day: beside it lie all that came first.
    partial_index("ix_submissions_later", "received_at", where="kind <> 'initial'"),
)
