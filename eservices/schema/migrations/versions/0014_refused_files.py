"""Files that were handed in and refused afterwards, found without walking past all the others.

One look through the files, and writers wait so long. Files that were refused before are told of once the new worker
runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_WHERE = sa.text("state = 'refused' AND case_id IS NOT NULL AND reason IN ('infected','unreadable')")


def upgrade() -> None:
    op.create_index("ix_attachments_refused", "attachments", ["id"], sqlite_where=_WHERE, postgresql_where=_WHERE)


def downgrade() -> None:
    op.drop_index("ix_attachments_refused", table_name="attachments")
