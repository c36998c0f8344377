"""What a member of staff sees of their own sessions, and when password and code were last shown once more.

Two columns that may be empty, so it is quick on both engines. What ran before fills neither: its sessions are listed
without a device, and are asked for the password as if they had never shown it again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "staff_sessions",
        sa.Column(
            "device",
            sa.String(length=40),
            nullable=True,
            comment="browser/system; null for sessions from before it was kept",
        ),
    )
    op.add_column(
        "staff_sessions",
        sa.Column(
            "confirmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when password and code were last shown once more",
        ),
    )


def downgrade() -> None:
    with op.batch_alter_table("staff_sessions") as sessions:
        sessions.drop_column("confirmed_at")
        sessions.drop_column("device")
