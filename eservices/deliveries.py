"""One piece of news to one party, by the way they asked for, with the same deadline whichever it is."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, String, Table

from eservices.storage.columns import Id, UtcTime
from eservices.storage.database import metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("party_id", Id, ForeignKey("parties.id")),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("kind", String(40), nullable=False, comment="receipt, message, supplement_order, decision, …"),
    Column("method", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    Column("needed_evidence", String(20), nullable=False),
    Column("evidence", String(20), comment="sent, handed_over, opened, confirmed, served"),
    Column("needs_person", Boolean, nullable=False, comment="open work for the contact centre"),
    Column("reason", String(40), comment="why a person is needed: by_choice, undeliverable, unopened"),
    Column("queue", String(80), nullable=False),
    Column("agent_id", Id, ForeignKey("staff.id")),
    Column("made_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("reached_at", UtcTime),
    Column("cancelled_at", UtcTime),
    CheckConstraint("evidence IN ('sent','handed_over','opened','confirmed','served')", name="evidence_known"),
    Index("ix_deliveries_work", "needs_person", "reached_at", "due_at", "id"),
)
