"""What somebody said on the telephone that the law wants in writing, and whether they have confirmed it.

One new, empty table. Taking it back forgets what waits to be confirmed; what was confirmed stays as it was received.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spoken_acts",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("party_id", sa.CHAR(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("decision_id", sa.CHAR(length=32), nullable=True, comment="what is appealed"),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.CHAR(length=32), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False, comment="by which they were told to confirm"),
        sa.Column("confirmed_on", sa.Date(), nullable=True, comment="the day that counts; empty: nothing counts yet"),
        sa.Column("confirmed_how", sa.String(length=20), nullable=True),
        sa.Column("appeal_id", sa.CHAR(length=32), nullable=True, comment="what it became"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what was taken down"),
        sa.CheckConstraint("kind IN ('appeal','delay_request')", name=op.f("ck_spoken_acts_kind_known")),
        sa.CheckConstraint("confirmed_how IN ('code','paper','counter')", name=op.f("ck_spoken_acts_how_known")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_spoken_acts_case_id_cases"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_spoken_acts_party_id_parties"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_spoken_acts_decision_id_decisions"),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name="fk_spoken_acts_taken_by_staff"),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name="fk_spoken_acts_appeal_id_appeals"),
        sa.PrimaryKeyConstraint("id", name="pk_spoken_acts"),
    )
    op.create_index("ix_spoken_acts_case_id", "spoken_acts", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("spoken_acts")
