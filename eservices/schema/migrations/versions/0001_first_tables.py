"""All tables of the first release.

Empty when it runs, so it is quick, and it waits for nothing. What the tables cannot say by themselves is kept by
triggers: the journal only grows, and the moment something was received never changes.

`drafts`, `cases` and `submissions` point at each other. PostgreSQL gets those three foreign keys afterwards; SQLite
takes them within the tables, as it looks at the other end only when a row is written.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


#: Table, table it points at, column, name of the key.
_CIRCLE = (
    ("drafts", "cases", "case_id", "fk_drafts_case_id_cases"),
    ("drafts", "submissions", "submission_id", "fk_drafts_submission_id_submissions"),
    ("submissions", "cases", "case_id", "fk_submissions_case_id_cases"),
)

#: Tables whose rows are never changed and never deleted, and what the database says to who tries.
_ONLY_GROWS = ("journal_entries", "journal_days")

#: What was handed in is never changed; disposal may remove it.
_NEVER_CHANGED = ("submissions",)


def _data_keys() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("ring_id", sa.String(length=20), nullable=False),
        sa.Column(
            "wrapped",
            sa.LargeBinary(),
            nullable=True,
            comment="null once destroyed: what it sealed can never be read again",
        ),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("destroyed_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_data_keys"),
    )
    op.create_index("ix_data_keys_ring_id", "data_keys", ["ring_id"], unique=False)


def _definitions() -> None:
    op.create_table(
        "definitions",
        sa.Column("version", sa.CHAR(length=64), nullable=False, comment="SHA-256 of the canonical content"),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("content", _json(), nullable=False, comment="canonical content, shared blocks in place"),
        sa.Column("pinned_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_definitions"),
    )
    op.create_index("ix_definitions_service", "definitions", ["service"], unique=False)


def _journal_days() -> None:
    op.create_table(
        "journal_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("digest", sa.CHAR(length=64), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_journal_days"),
    )


def _rate_counters() -> None:
    op.create_table(
        "rate_counters",
        sa.Column("bucket", sa.CHAR(length=64), nullable=False),
        sa.Column("window_starts_at", _moment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("forget_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_starts_at", name="pk_rate_counters"),
    )
    op.create_index("ix_rate_counters_forget_at", "rate_counters", ["forget_at"], unique=False)


def _ring_checks() -> None:
    op.create_table(
        "ring_checks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.CHAR(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ring_checks"),
    )


def _sign_in_failures() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("bucket", sa.CHAR(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", _moment(), nullable=False),
        sa.Column("wait_until", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_sign_in_failures"),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False, comment="argon2id"),
        sa.Column("language", sa.String(length=20), server_default="sv", nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("disabled_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("username", name="uq_staff_username"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column(
            "registry_number",
            sa.String(length=40),
            nullable=True,
            comment="of a board's own register; never replaces the number",
        ),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("version", sa.CHAR(length=64), nullable=False),
        sa.Column(
            "title",
            sa.String(length=200),
            nullable=False,
            comment="general words only: it stays readable for the register",
        ),
        sa.Column("board", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("regime", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("public_status", sa.String(length=40), nullable=False),
        sa.Column("open", sa.Boolean(), server_default="1", nullable=False),
        sa.Column(
            "contact_queue",
            sa.String(length=80),
            nullable=False,
            comment="where the contact centre's work for it turns up",
        ),
        sa.Column(
            "contact_view", sa.String(length=24), nullable=False, comment="what the contact centre may see of it"
        ),
        sa.Column("channel", sa.String(length=20), nullable=False, comment="of the first submission"),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("officer_id", sa.CHAR(length=32), nullable=True),
        sa.Column("restricted", sa.Boolean(), server_default="0", nullable=False),
        sa.Column(
            "protected", sa.Boolean(), server_default="0", nullable=False, comment="a party has protected identity"
        ),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what a list shows: the applicant's name"),
        sa.Column("received_at", _moment(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False, comment="the clock a queue sorts by; far future once closed"),
        sa.Column("opened_at", _moment(), nullable=False),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("closed_at", _moment(), nullable=True),
        sa.Column(
            "missing", sa.Integer(), server_default="0", nullable=False, comment="how many expected things are missing"
        ),
        sa.Column("row_version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "contact_view IN ('full','summary','existence_only','by_reference_only')", name=op.f("ck_cases_view_known")
        ),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_cases_key_id_data_keys"),
        sa.ForeignKeyConstraint(["officer_id"], ["staff.id"], name="fk_cases_officer_id_staff"),
        sa.ForeignKeyConstraint(["version"], ["definitions.version"], name="fk_cases_version_definitions"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.UniqueConstraint("registry_number", name="uq_cases_registry_number"),
    )
    op.create_index("ix_cases_due", "cases", ["open", "due_at", "id"], unique=False)
    op.create_index("ix_cases_officer", "cases", ["officer_id", "open", "due_at", "id"], unique=False)
    op.create_index("ix_cases_queue", "cases", ["unit", "open", "due_at", "id"], unique=False)
    op.create_index("ix_cases_service", "cases", ["service", "received_at"], unique=False)
    op.create_index("ix_cases_unit_status", "cases", ["unit", "open", "status", "due_at", "id"], unique=False)


def _definition_texts() -> None:
    op.create_table(
        "definition_texts",
        sa.Column("version", sa.CHAR(length=64), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("texts", _json(), nullable=False, comment="text key -> translated text, as it was shown"),
        sa.ForeignKeyConstraint(["version"], ["definitions.version"], name="fk_definition_texts_version_definitions"),
        sa.PrimaryKeyConstraint("version", "language", name="pk_definition_texts"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("version", sa.CHAR(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="initial", nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False, comment="the channel it was started through"),
        sa.Column("practice", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="answers with origin and state, continue code, assisted entry; null once gone",
        ),
        sa.Column("token_digest", sa.CHAR(length=64), nullable=True, comment="of the secret in the resident's cookie"),
        sa.Column(
            "code_digest", sa.CHAR(length=64), nullable=True, comment="of the continue code; null once it is dead"
        ),
        sa.Column("assisted_by", sa.CHAR(length=32), nullable=True, comment="the agent who has it in hand"),
        sa.Column("case_id", sa.CHAR(length=32), nullable=True, comment="of a supplement to a case"),
        sa.Column("submission_id", sa.CHAR(length=32), nullable=True),
        sa.Column("row_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("touched_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column(
            "steps", _json(), nullable=False, comment="step -> [first shown, first passed], seconds after started_at"
        ),
        sa.CheckConstraint("state IN ('open','handed_in','cancelled','expired')", name=op.f("ck_drafts_state_known")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drafts_case_id_cases", use_alter=True),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_drafts_key_id_data_keys"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_drafts_submission_id_submissions", use_alter=True
        ),
        sa.ForeignKeyConstraint(["version"], ["definitions.version"], name="fk_drafts_version_definitions"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("code_digest", name="uq_drafts_code_digest"),
        sa.UniqueConstraint("token_digest", name="uq_drafts_token_digest"),
    )
    op.create_index("ix_drafts_assisted_by_state", "drafts", ["assisted_by", "state"], unique=False)
    op.create_index("ix_drafts_case_id", "drafts", ["case_id"], unique=False)
    op.create_index("ix_drafts_state_expires_at", "drafts", ["state", "expires_at"], unique=False)


def _staff_roles() -> None:
    op.create_table(
        "staff_roles",
        sa.Column("staff_id", sa.CHAR(length=32), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_roles_staff_id_staff"),
        sa.PrimaryKeyConstraint("staff_id", "role", "unit", name="pk_staff_roles"),
    )


def _staff_sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("token_digest", sa.CHAR(length=64), nullable=False),
        sa.Column("staff_id", sa.CHAR(length=32), nullable=False),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("seen_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.Column(
            "network", sa.CHAR(length=64), nullable=False, comment="keyed digest of the network it was opened from"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_sessions_staff_id_staff"),
        sa.PrimaryKeyConstraint("token_digest", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"], unique=False)


def _case_keys() -> None:
    op.create_table(
        "case_keys",
        sa.Column("digest", sa.CHAR(length=32), nullable=False, comment="half of the keyed digest: 128 bits"),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_keys_case_id_cases"),
        sa.PrimaryKeyConstraint("digest", "case_id", name="pk_case_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_keys_case_id", "case_keys", ["case_id"], unique=False)


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False, comment="the promise or the law it comes from"),
        sa.Column("rule", _json(), nullable=False, comment="amount and kind of days, whether it may stand still"),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("paused_at", _moment(), nullable=True),
        sa.Column("pauses", _json(), nullable=False, comment="[[from, to, reason], …]"),
        sa.Column("met_at", _moment(), nullable=True),
        sa.Column("acted", _json(), nullable=False, comment="what the worker has done for it, once each"),
        sa.Column("next_act_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clocks_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_clocks"),
    )
    op.create_index("ix_clocks_case_id", "clocks", ["case_id"], unique=False)
    op.create_index("ix_clocks_next_act_at", "clocks", ["next_act_at"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("delegate", sa.String(length=200), nullable=False),
        sa.Column("appeal_route", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.CHAR(length=32), nullable=False),
        sa.Column("decided_at", _moment(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("digest", sa.CHAR(length=64), nullable=False, comment="of the frozen text"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="reasons, rule, conditions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decisions_case_id_cases"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name="fk_decisions_decided_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_case_id", "decisions", ["case_id"], unique=False)


def _journal_entries() -> None:
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False, comment="case:<id>, staff:<id>:<day>, system:<day>"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("actor_kind", sa.String(length=12), nullable=False),
        sa.Column("staff_id", sa.CHAR(length=32), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column(
            "kind", sa.String(length=40), nullable=False, comment="past tense: submitted, claimed, viewed, decided …"
        ),
        sa.Column("shared", sa.Boolean(), nullable=False, comment="the resident sees it too"),
        sa.Column("reasoned", sa.Boolean(), nullable=False, comment="whether a reason was given"),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="why, and the personal content"),
        sa.Column("previous", sa.CHAR(length=64), nullable=False),
        sa.Column("digest", sa.CHAR(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_journal_entries_case_id_cases"),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_journal_entries_key_id_data_keys"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_journal_entries_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_journal_entries"),
        sa.UniqueConstraint("chain", "position", name="uq_journal_entries_chain_position"),
    )
    op.create_index("ix_journal_entries_at", "journal_entries", ["at"], unique=False)
    op.create_index("ix_journal_entries_staff_id_at", "journal_entries", ["staff_id", "at"], unique=False)


def _parties() -> None:
    op.create_table(
        "parties",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="person, company, association, visitor, child"),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("contact_method", sa.String(length=20), nullable=False),
        sa.Column("identity_basis", sa.String(length=20), nullable=False),
        sa.Column("protected", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("code_digest", sa.CHAR(length=64), nullable=True, comment="of the code to follow the case"),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False, comment="name, number, contact ways, needs, mandate, code"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_parties_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
        sa.UniqueConstraint("code_digest", name="uq_parties_code_digest"),
    )
    op.create_index("ix_parties_case_id", "parties", ["case_id"], unique=False)


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("draft_id", sa.CHAR(length=32), nullable=True, comment="sent once"),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("version", sa.CHAR(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="initial", nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column(
            "entered_by",
            sa.CHAR(length=32),
            nullable=True,
            comment="staff account that entered it; null when the resident did",
        ),
        sa.Column("identity_basis", sa.String(length=20), nullable=False),
        sa.Column("received_at", _moment(), nullable=False, comment="when the resident handed it over; never changed"),
        sa.Column("received_on", sa.Date(), nullable=False, comment="the legal day, FL 22 §"),
        sa.Column("recorded_at", _moment(), nullable=False, comment="when this row was written"),
        sa.Column("first_tried_at", _moment(), nullable=False, comment="when the resident first tried, where known"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="visible answers with origin, dropped questions, what is missing",
        ),
        sa.CheckConstraint(
            "kind IN ('initial','supplement','signature','delay_request','withdrawal','appeal')",
            name=op.f("ck_submissions_kind_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_submissions_case_id_cases", use_alter=True),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_submissions_draft_id_drafts"),
        sa.ForeignKeyConstraint(["version"], ["definitions.version"], name="fk_submissions_version_definitions"),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.UniqueConstraint("draft_id", name="uq_submissions_draft_id"),
    )
    op.create_index("ix_submissions_case_id", "submissions", ["case_id"], unique=False)


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("agent_id", sa.CHAR(length=32), nullable=False),
        sa.Column(
            "channel",
            sa.String(length=20),
            nullable=True,
            comment="null until the agent has said it; never chosen beforehand",
        ),
        sa.Column("caller_digest", sa.CHAR(length=64), nullable=True, comment="keyed digest of the caller's number"),
        sa.Column("identity_basis", sa.String(length=20), nullable=True),
        sa.Column("draft_id", sa.CHAR(length=32), nullable=True),
        sa.Column("case_id", sa.CHAR(length=32), nullable=True),
        sa.Column("submission_id", sa.CHAR(length=32), nullable=True),
        sa.Column("service", sa.String(length=80), nullable=True, comment="the service the call is about"),
        sa.Column("language", sa.String(length=20), server_default="sv", nullable=False),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=True, comment="number, who it is, read-outs, consent, interpreter"
        ),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("resolution", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name="fk_calls_agent_id_staff"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_calls_case_id_cases"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_calls_draft_id_drafts"),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_calls_key_id_data_keys"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_calls_submission_id_submissions"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_agent_id_ended_at", "calls", ["agent_id", "ended_at"], unique=False)


def _contact_items() -> None:
    op.create_table(
        "contact_items",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=True),
        sa.Column("submission_id", sa.CHAR(length=32), nullable=True),
        sa.Column("draft_id", sa.CHAR(length=32), nullable=True, comment="of a draft that an agent left unfinished"),
        sa.Column("service", sa.String(length=80), nullable=True),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=True, comment="what a person must do; null while quiet"),
        sa.Column("due_at", _moment(), nullable=True, comment="null while quiet"),
        sa.Column("parked_until", _moment(), nullable=True),
        sa.Column("agent_id", sa.CHAR(length=32), nullable=True),
        sa.Column("resolution", sa.String(length=40), nullable=True),
        sa.Column("key_id", sa.CHAR(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("done_at", _moment(), nullable=True),
        sa.Column("row_version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind <> 'submitted' OR submission_id IS NOT NULL", name=op.f("ck_contact_items_submitted_has_submission")
        ),
        sa.CheckConstraint("state IN ('open','taken','done')", name=op.f("ck_contact_items_state_known")),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name="fk_contact_items_agent_id_staff"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_contact_items_case_id_cases"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_contact_items_draft_id_drafts"),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_contact_items_key_id_data_keys"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_contact_items_submission_id_submissions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contact_items"),
    )
    op.create_index("ix_contact_items_case_id", "contact_items", ["case_id"], unique=False)
    op.create_index("ix_contact_items_draft_id", "contact_items", ["draft_id"], unique=False)
    op.create_index("ix_contact_items_incoming", "contact_items", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_contact_items_work",
        "contact_items",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("NOT quiet AND state <> 'done'"),
        postgresql_where=sa.text("NOT quiet AND state <> 'done'"),
    )
    op.create_index(
        "uq_contact_items_submitted",
        "contact_items",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'submitted'"),
        postgresql_where=sa.text("kind = 'submitted'"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("party_id", sa.CHAR(length=32), nullable=True),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.CHAR(length=32), nullable=True),
        sa.Column("sent_at", _moment(), nullable=False),
        sa.Column("read_at", _moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="subject and body"),
        sa.CheckConstraint("direction IN ('in','out')", name=op.f("ck_messages_direction_known")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_messages_case_id_cases"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_messages_party_id_parties"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_messages_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_case_id", "messages", ["case_id"], unique=False)


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("draft_id", sa.CHAR(length=32), nullable=True),
        sa.Column("submission_id", sa.CHAR(length=32), nullable=True),
        sa.Column("case_id", sa.CHAR(length=32), nullable=True),
        sa.Column("message_id", sa.CHAR(length=32), nullable=True),
        sa.Column(
            "question",
            sa.String(length=80),
            nullable=False,
            comment="or what a document of the house is: receipt, letter",
        ),
        sa.Column(
            "item", sa.Integer(), server_default="0", nullable=False, comment="of the repeated item, 0 outside groups"
        ),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the file's name as the resident called it"),
        sa.Column("media_type", sa.String(length=80), nullable=False, comment="by content, not by name"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "digest",
            sa.CHAR(length=64),
            nullable=False,
            comment="keyed digest of the bytes: an upload repeated doubles nothing",
        ),
        sa.Column("stored_as", sa.CHAR(length=64), nullable=False, comment="random name of the file"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True, comment="why it was refused: infected, unreadable"),
        sa.Column(
            "conversion", sa.String(length=16), nullable=True, comment="what a photo still needs: strip, keep_place"
        ),
        sa.Column("uploaded_at", _moment(), nullable=False),
        sa.Column("removed_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('converting','ready','quarantined','refused','removed')", name=op.f("ck_attachments_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_attachments_case_id_cases"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_attachments_draft_id_drafts"),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_attachments_key_id_data_keys"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_attachments_message_id_messages"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_attachments_submission_id_submissions"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.UniqueConstraint(
            "draft_id", "question", "item", "digest", name="uq_attachments_draft_id_question_item_digest"
        ),
        sa.UniqueConstraint("stored_as", name="uq_attachments_stored_as"),
    )
    op.create_index("ix_attachments_case_id", "attachments", ["case_id"], unique=False)
    op.create_index("ix_attachments_draft_id", "attachments", ["draft_id"], unique=False)
    op.create_index("ix_attachments_message_id", "attachments", ["message_id"], unique=False)
    op.create_index("ix_attachments_submission_id", "attachments", ["submission_id"], unique=False)
    op.create_index(
        "ix_attachments_waiting",
        "attachments",
        ["state", "uploaded_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('converting','quarantined')"),
        postgresql_where=sa.text("state IN ('converting','quarantined')"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("party_id", sa.CHAR(length=32), nullable=True),
        sa.Column("message_id", sa.CHAR(length=32), nullable=True),
        sa.Column(
            "kind", sa.String(length=40), nullable=False, comment="receipt, message, supplement_order, decision, …"
        ),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("needed_evidence", sa.String(length=20), nullable=False),
        sa.Column(
            "evidence", sa.String(length=20), nullable=True, comment="sent, handed_over, opened, confirmed, served"
        ),
        sa.Column("needs_person", sa.Boolean(), nullable=False, comment="open work for the contact centre"),
        sa.Column(
            "reason",
            sa.String(length=40),
            nullable=True,
            comment="why a person is needed: by_choice, undeliverable, unopened",
        ),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("agent_id", sa.CHAR(length=32), nullable=True),
        sa.Column(
            "attempts",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="tries by a person; each is in the journal",
        ),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("reached_at", _moment(), nullable=True),
        sa.Column("cancelled_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "evidence IN ('sent','handed_over','opened','confirmed','served')",
            name=op.f("ck_deliveries_evidence_known"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name="fk_deliveries_agent_id_staff"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deliveries_case_id_cases"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_deliveries_message_id_messages"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_deliveries_party_id_parties"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_case_id", "deliveries", ["case_id"], unique=False)
    op.create_index(
        "ix_deliveries_work",
        "deliveries",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("needs_person AND reached_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("needs_person AND reached_at IS NULL AND cancelled_at IS NULL"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "target", sa.String(length=80), nullable=False, comment="the way out: email, sms, document, webhook:<name>"
        ),
        sa.Column("delivery_id", sa.CHAR(length=32), nullable=True),
        sa.Column("case_id", sa.CHAR(length=32), nullable=True),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the payload"),
        sa.Column("frozen", sa.LargeBinary(), nullable=True, comment="the body as first rendered"),
        sa.Column("put_at", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("claimed_until", _moment(), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("acknowledged_at", _moment(), nullable=True, comment="the receiver's yes"),
        sa.Column("needs_person_at", _moment(), nullable=True, comment="given up after a week, or refused for good"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_outbox_case_id_cases"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_outbox_delivery_id_deliveries"),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_outbox_key_id_data_keys"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"], unique=False)
    op.create_index("ix_outbox_delivery_id", "outbox", ["delivery_id"], unique=False)
    op.create_index("ix_outbox_due", "outbox", ["acknowledged_at", "needs_person_at", "due_at"], unique=False)


def _outbox_attempts() -> None:
    op.create_table(
        "outbox_attempts",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("outbox_id", sa.CHAR(length=32), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column(
            "detail", sa.String(length=300), nullable=False, comment="the receiver's words, without personal data"
        ),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_outbox_attempts_outbox_id_outbox"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_attempts"),
    )
    op.create_index("ix_outbox_attempts_outbox_id", "outbox_attempts", ["outbox_id"], unique=False)


def upgrade() -> None:
    for make in (
        _data_keys,
        _definitions,
        _journal_days,
        _rate_counters,
        _ring_checks,
        _sign_in_failures,
        _staff,
        _cases,
        _definition_texts,
        _drafts,
        _staff_roles,
        _staff_sessions,
        _case_keys,
        _clocks,
        _decisions,
        _journal_entries,
        _parties,
        _submissions,
        _calls,
        _contact_items,
        _messages,
        _attachments,
        _deliveries,
        _outbox,
        _outbox_attempts,
    ):
        make()
    if op.get_bind().dialect.name == "postgresql":
        for table, other, column, name in _CIRCLE:
            op.create_foreign_key(name, table, other, [column], ["id"])
        _triggers_on_postgresql()
    else:
        _triggers_on_sqlite()


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        for table, _other, _column, name in _CIRCLE:
            op.drop_constraint(name, table, type_="foreignkey")
    for table in reversed(
        (
            "data_keys",
            "definitions",
            "journal_days",
            "rate_counters",
            "ring_checks",
            "sign_in_failures",
            "staff",
            "cases",
            "definition_texts",
            "drafts",
            "staff_roles",
            "staff_sessions",
            "case_keys",
            "clocks",
            "decisions",
            "journal_entries",
            "parties",
            "submissions",
            "calls",
            "contact_items",
            "messages",
            "attachments",
            "deliveries",
            "outbox",
            "outbox_attempts",
        )
    ):
        op.drop_table(table)
    if postgres:
        op.execute("DROP FUNCTION only_grows()")
        op.execute("DROP FUNCTION never_changes()")


def _triggers_on_sqlite() -> None:
    for table in _ONLY_GROWS:
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
    for table in _NEVER_CHANGED:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END"
        )
    op.execute(
        "CREATE TRIGGER cases_received BEFORE UPDATE OF received_at, received_on ON cases "
        "WHEN NEW.received_at IS NOT OLD.received_at OR NEW.received_on IS NOT OLD.received_on "
        "BEGIN SELECT RAISE(ABORT, 'when a case was received never changes'); END"
    )


def _triggers_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE FUNCTION never_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'what was received in % never changes', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in _ONLY_GROWS:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION only_grows()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION only_grows()"
        )
    for table in _NEVER_CHANGED:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION never_changes()"
        )
    op.execute(
        "CREATE TRIGGER cases_received BEFORE UPDATE OF received_at, received_on ON cases FOR EACH ROW "
        "WHEN (NEW.received_at IS DISTINCT FROM OLD.received_at OR NEW.received_on IS DISTINCT FROM OLD.received_on) "
        "EXECUTE FUNCTION never_changes()"
    )
