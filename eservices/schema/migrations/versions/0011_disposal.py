"""What disposal leaves behind: the decisions carried out, what is left of each case, and what must not go.

Three new, empty tables and one empty column, so it is quick. What ran before knows nothing of them: stop it before
anything is disposed of, or it shows pages of cases that are gone. Taking it back forgets what was disposed of, by
which decision; the cases do not come back.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    gone = "all that it said is gone; this row tells that it was there"
    op.add_column("cases", sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True, comment=gone))
    op.create_table(
        "disposals",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False, comment="the decision by which it was done"),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="null when it broke off: the same decision goes on with it",
        ),
        sa.Column("cases", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disposals"),
    )
    op.create_table(
        "disposed_cases",
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("disposal_id", sa.CHAR(length=32), nullable=False),
        sa.Column("plan", sa.String(length=300), nullable=False, comment="the plan that says how long, and what then"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="the first day on which it could go"),
        sa.Column("outcome", sa.String(length=40), nullable=True, comment="of the last decision"),
        sa.Column(
            "keys",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="ids of the keys that were destroyed",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_disposed_cases_case_id_cases"),
        sa.ForeignKeyConstraint(["disposal_id"], ["disposals.id"], name="fk_disposed_cases_disposal_id_disposals"),
        sa.PrimaryKeyConstraint("case_id", name="pk_disposed_cases"),
    )
    op.create_index("ix_disposed_cases_disposal_id", "disposed_cases", ["disposal_id"], unique=False)
    op.create_table(
        "retention_holds",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_retention_holds_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_retention_holds"),
    )
    op.create_index("ix_retention_holds_case_id", "retention_holds", ["case_id"], unique=False)
    op.create_index(
        "uq_retention_holds_running",
        "retention_holds",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("retention_holds")
    op.drop_table("disposed_cases")
    op.drop_table("disposals")
    op.drop_column("cases", "disposed_at")
