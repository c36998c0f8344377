"""Questions to units, when news is looked after, practice calls, and how long a note of the telephone is kept.

One new table, two new columns that start empty or false, and two partial indexes that hold nothing yet, so it is quick.
What ran before knows nothing of them and goes on: run it before the new code starts. Taking it back loses the answers
that units have given.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITS_FOR_EVIDENCE = "check_at IS NOT NULL AND NOT needs_person AND reached_at IS NULL AND cancelled_at IS NULL"
_NOTED = "kind = 'quick' AND sealed IS NOT NULL"


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "unit_questions",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.CHAR(length=32), nullable=False),
        sa.Column("asked_at", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("owner_id", sa.CHAR(length=32), nullable=True, comment="who has answered, and answers for it"),
        sa.Column("answered_at", _moment(), nullable=True),
        sa.Column("good_until", sa.Date(), nullable=True, comment="the last day on which the answer may be given"),
        sa.Column("given", sa.Integer(), server_default="0", nullable=False, comment="how often it has been read out"),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="question and answer, without names"),
        sa.Column("row_version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('asked','answered','withdrawn')", name=op.f("ck_unit_questions_state_known")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_unit_questions_asked_by_staff"),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name="fk_unit_questions_owner_id_staff"),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_unit_questions_key_id_data_keys"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_questions"),
    )
    op.create_index("ix_unit_questions_state_due_at", "unit_questions", ["state", "due_at"], unique=False)
    op.add_column(
        "deliveries",
        sa.Column(
            "check_at",
            _moment(),
            nullable=True,
            comment="without the evidence it needs by then, a person has it to do",
        ),
    )
    op.create_index(
        "ix_deliveries_check_at",
        "deliveries",
        ["check_at"],
        unique=False,
        sqlite_where=sa.text(_WAITS_FOR_EVIDENCE),
        postgresql_where=sa.text(_WAITS_FOR_EVIDENCE),
    )
    op.add_column(
        "calls",
        sa.Column(
            "practice",
            sa.Boolean(),
            server_default="0",
            nullable=False,
            comment="with a made-up person; nothing is routed",
        ),
    )
    op.create_index(
        "ix_contact_items_noted",
        "contact_items",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text(_NOTED),
        postgresql_where=sa.text(_NOTED),
    )


def downgrade() -> None:
    op.drop_index("ix_contact_items_noted", table_name="contact_items")
    op.drop_column("calls", "practice")
    op.drop_index("ix_deliveries_check_at", table_name="deliveries")
    op.drop_column("deliveries", "check_at")
    op.drop_table("unit_questions")
