"""The day a paper was in our hands and how it came, beside the day that counts by law.

Two empty columns, so it is quick. What ran before leaves them empty and goes on: run it before the new code starts.
Taking it back loses them; the legal day and the moment of receiving stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    arrived_on = "paper: the day it was in our hands; the legal day may be an earlier one"
    arrived_how = "paper: post, handed_in, box and so on; why the law counts another day"
    op.add_column("submissions", sa.Column("arrived_on", sa.Date(), nullable=True, comment=arrived_on))
    op.add_column("submissions", sa.Column("arrived_how", sa.String(length=16), nullable=True, comment=arrived_how))


def downgrade() -> None:
    with op.batch_alter_table("submissions") as submissions:
        submissions.drop_column("arrived_how")
        submissions.drop_column("arrived_on")
