"""The day on which a decision was announced on the notice board.

One empty column, so it is quick. What ran before does not fill it in: the time to ask for a legality review of what it
announced is counted once somebody writes the day in. Taking it back forgets the days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "decisions",
        sa.Column(
            "announced_on",
            sa.Date(),
            nullable=True,
            comment="the day the notice board told that the minutes were approved (KL 13:5)",
        ),
    )


def downgrade() -> None:
    with op.batch_alter_table("decisions") as batch:
        batch.drop_column("announced_on")
