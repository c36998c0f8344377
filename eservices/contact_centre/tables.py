"""Tables of the contact centre's own work."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table

from eservices.storage.columns import Digest, Id, Sealed, UtcTime, partial_index
from eservices.storage.database import metadata

#: Exactly one of kind `submitted` for each submission; others for help, callbacks, read-outs, missing things.
#: Quiet: listed and searchable, no clock and no task, until something needs a person.
contact_items = Table(
    "contact_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("submission_id", Id, ForeignKey("submissions.id")),
    Column("draft_id", Id, ForeignKey("drafts.id"), index=True, comment="of a draft that an agent left unfinished"),
    Column("service", String(80)),
    Column("queue", String(80), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("need", String(40), comment="what a person must do; null while quiet"),
    Column("due_at", UtcTime, comment="null while quiet"),
    Column("parked_until", UtcTime),
    Column("agent_id", Id, ForeignKey("staff.id")),
    Column("resolution", String(40)),
    Column("key_id", Id, ForeignKey("data_keys.id")),
    Column("sealed", Sealed),
    Column("created_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("row_version", Integer, nullable=False, server_default="1"),
    CheckConstraint("state IN ('open','taken','done')", name="state_known"),
    CheckConstraint("kind <> 'submitted' OR submission_id IS NOT NULL", name="submitted_has_submission"),
    partial_index("uq_contact_items_submitted", "submission_id", unique=True, where="kind = 'submitted'"),
    # Only what needs a person: a million quiet items weigh nothing here.
    partial_index("ix_contact_items_work", "due_at", "id", where="NOT quiet AND state <> 'done'"),
    partial_index(
        "ix_contact_items_taken",
        "agent_id",
        "due_at",
        "id",
        where="agent_id IS NOT NULL AND NOT quiet AND state <> 'done'",
    ),
    Index("ix_contact_items_incoming", "created_at", "id"),
    partial_index("ix_contact_items_quick", "done_at", where="kind = 'quick'"),
    # Notes of what was settled at once go long before any case does.
    partial_index("ix_contact_items_noted", "done_at", where="kind = 'quick' AND sealed IS NOT NULL"),
)

#: A call, visit or letter in hand: opened with the first word, closed when the agent is done.
calls = Table(
    "calls",
    metadata,
    Column("id", Id, primary_key=True),
    Column("agent_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("channel", String(20), comment="null until the agent has said it; never chosen beforehand"),
    Column("caller_digest", Digest, comment="keyed digest of the caller's number"),
    Column("identity_basis", String(20)),
    Column("draft_id", Id, ForeignKey("drafts.id")),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("submission_id", Id, ForeignKey("submissions.id")),
    Column("service", String(80), comment="the service the call is about"),
    Column("language", String(20), nullable=False, server_default="sv"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, comment="number, who it is, read-outs, consent, interpreter"),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("resolution", String(40)),
    Column("practice", Boolean, nullable=False, server_default="0", comment="with a made-up person; nothing is routed"),
    Index("ix_calls_agent_id_ended_at", "agent_id", "ended_at"),
)

#: What an agent has asked a unit, once; its answer serves every later caller until the day its owner has given it.
unit_questions = Table(
    "unit_questions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", String(80), nullable=False),
    Column("service", String(80)),
    Column("state", String(16), nullable=False),
    Column("asked_by", Id, ForeignKey("staff.id"), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("owner_id", Id, ForeignKey("staff.id"), comment="who has answered, and answers for it"),
    Column("answered_at", UtcTime),
    Column("good_until", Date, comment="the last day on which the answer may be given"),
    Column("given", Integer, nullable=False, server_default="0", comment="how often it has been read out"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="question and answer, without names"),
    Column("row_version", Integer, nullable=False, server_default="1"),
    CheckConstraint("state IN ('asked','answered','withdrawn')", name="state_known"),
    Index("ix_unit_questions_state_due_at", "state", "due_at"),
)

#: What the telephone exchange says of a day: who called is not in it. Brought in from the exchange's own report.
telephone_days = Table(
    "telephone_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("queue", String(80), primary_key=True),
    Column("offered", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("abandoned", Integer, nullable=False),
    Column("waited_seconds", Integer, nullable=False, comment="of all answered calls together"),
    CheckConstraint("offered >= answered + abandoned AND waited_seconds >= 0", name="adds_up"),
)
