"""An index for what a unit has been asked by another and has not answered.

One look through `enquiries` (seconds for a million cases); writers wait so long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WHERE = sa.text("unit IS NOT NULL AND state = 'open'")


def upgrade() -> None:
    op.create_index(
        "ix_enquiries_to_unit",
        "enquiries",
        ["unit", "last_day"],
        unique=False,
        sqlite_where=_WHERE,
        postgresql_where=_WHERE,
    )


def downgrade() -> None:
    op.drop_index("ix_enquiries_to_unit", table_name="enquiries")
