"""Keys of forms that have been taken, so that whoever lost the connection can send the same again.

A new table, so nobody waits. What ran before writes nothing in it, and its forms are taken as they were.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_once",
        sa.Column("digest", sa.CHAR(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_taken_once")),
    )
    op.create_index("ix_taken_once_at", "taken_once", ["at"])


def downgrade() -> None:
    op.drop_table("taken_once")
