"""What must leave the house: written in the transaction that caused it, sent by the worker after the commit."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from eservices.storage.columns import Id, Sealed, UtcTime
from eservices.storage.database import metadata

#: Work is found by what is not yet acknowledged and due, never by a remembered failure. The row's id is the Message-ID
#: and the webhook id; the body is frozen when first rendered, so that every attempt sends the same.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("target", String(80), nullable=False, comment="the way out: email, sms, document, webhook:<name>"),
    Column("delivery_id", Id, ForeignKey("deliveries.id"), index=True),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="the payload"),
    Column("frozen", Sealed, comment="the body as first rendered"),
    Column("put_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("claimed_by", String(80)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("acknowledged_at", UtcTime, comment="the receiver's yes"),
    Column("needs_person_at", UtcTime, comment="given up after a week, or refused for good"),
    Index("ix_outbox_due", "acknowledged_at", "needs_person_at", "due_at"),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", Id, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("detail", String(300), nullable=False, comment="the receiver's words, without personal data"),
)
