"""Indexes for the short lists that are looked for in large tables: what is completed, lies ready, is taken, is rare.

Each is one look through its table (seconds for a million cases); writers wait so long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ITEM_WORK = "agent_id IS NOT NULL AND NOT quiet AND state <> 'done'"
_DELIVERY_WORK = "agent_id IS NOT NULL AND needs_person AND reached_at IS NULL AND cancelled_at IS NULL"

_INDEXES = (
    ("ix_cases_completed", "cases", ["due_at", "id"], "open AND status = 'supplement_received'"),
    ("ix_proposals_lying", "proposals", ["case_id"], "settled_at IS NULL"),
    ("ix_contact_items_taken", "contact_items", ["agent_id", "due_at", "id"], _ITEM_WORK),
    ("ix_contact_items_quick", "contact_items", ["done_at"], "kind = 'quick'"),
    ("ix_deliveries_on_its_way", "deliveries", ["case_id", "method"], "reached_at IS NULL AND cancelled_at IS NULL"),
    ("ix_deliveries_taken", "deliveries", ["agent_id", "due_at", "id"], _DELIVERY_WORK),
)


#: What is rare is found without walking past all the others.
_LISTS = (
    ("ix_cases_language", ["language", "open"]),
    ("ix_cases_channel", ["channel", "open"]),
    ("ix_cases_service_status", ["service", "open", "status"]),
)


def upgrade() -> None:
    for name, columns in _LISTS:
        op.create_index(name, "cases", [*columns, "due_at", "id"])
    for name, table, columns, where in _INDEXES:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, _ in reversed(_LISTS):
        op.drop_index(name, table_name="cases")
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
