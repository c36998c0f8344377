"""The second factor of staff and its recovery codes.

Two new, empty tables, so it is quick. What ran before knows nothing of them and lets staff in by password alone: stop
it before anybody turns the factor on. Taking it back turns the factor off for everybody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("staff_id", sa.CHAR(length=32), nullable=False),
        sa.Column("key_id", sa.CHAR(length=32), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "confirmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="null while the app has not shown a code yet",
        ),
        sa.Column(
            "last_step",
            sa.BigInteger(),
            nullable=True,
            comment="the half minute of the last code used: no code is good twice",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_second_factors_staff_id_staff"),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name="fk_second_factors_key_id_data_keys"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.CHAR(length=64), nullable=False),
        sa.Column("staff_id", sa.CHAR(length=32), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_codes_staff_id_staff"),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_staff_id", "recovery_codes", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
