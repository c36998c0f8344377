"""How long cases stood in each state, and what the telephone exchange says of a day.

Two new, empty tables, so it is quick. What ran before knows nothing of them and goes on: run it before the new code
starts. Taking it back loses the measured times; the cases keep theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case_phases",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("public_status", sa.String(length=40), nullable=False),
        sa.Column("began_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_phases_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_case_phases"),
    )
    op.create_index("ix_case_phases_case_id_ended_at", "case_phases", ["case_id", "ended_at"], unique=False)
    op.create_table(
        "telephone_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("abandoned", sa.Integer(), nullable=False),
        sa.Column("waited_seconds", sa.Integer(), nullable=False, comment="of all answered calls together"),
        sa.CheckConstraint(
            "offered >= answered + abandoned AND waited_seconds >= 0", name=op.f("ck_telephone_days_adds_up")
        ),
        sa.PrimaryKeyConstraint("day", "queue", name="pk_telephone_days"),
    )


def downgrade() -> None:
    op.drop_table("telephone_days")
    op.drop_table("case_phases")
