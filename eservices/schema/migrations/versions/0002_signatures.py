"""Signatures of those who must sign beside the applicant.

One new, empty table, so it is quick, and it waits for nothing but a moment on the four tables it points at. What ran
before knows nothing of it and goes on: run it before the new code starts. Taking it back loses who has signed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "signatures",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("party_id", sa.CHAR(length=32), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False, comment="the part of the answers that concerns them"),
        sa.Column("item", sa.Integer(), nullable=True, comment="their item of a repeated group"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", _moment(), nullable=False),
        sa.Column("reminded_at", _moment(), nullable=True),
        sa.Column("answered_at", _moment(), nullable=True),
        sa.Column("submission_id", sa.CHAR(length=32), nullable=True, comment="what they handed in"),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=True, comment="the reason for a no, or why they could not be reached"
        ),
        sa.CheckConstraint(
            "state IN ('asked','confirmed','refused','unreachable')", name=op.f("ck_signatures_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_signatures_case_id_cases"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_signatures_party_id_parties"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_signatures_submission_id_submissions"),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.UniqueConstraint("party_id", name="uq_signatures_party_id"),
    )
    op.create_index("ix_signatures_case_id", "signatures", ["case_id"], unique=False)
    op.create_index("ix_signatures_state_asked_at", "signatures", ["state", "asked_at"], unique=False)


def downgrade() -> None:
    op.drop_table("signatures")
