"""What the registrar keeps: mail filed to a case, corrected lines of the register, cases carried over by hand.

Three new, empty tables, and indexes so that a day's register is found among a million cases. Each index is one look
through its table; writers wait so long. What ran before knows nothing of the tables and shows the register uncorrected.
Taking it back forgets who had filed, corrected and carried over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BY_DAY = (
    ("ix_cases_received_at", "cases", "received_at", None),
    ("ix_messages_sent_at", "messages", "sent_at", None),
    ("ix_submissions_later", "submissions", "received_at", sa.text("kind <> 'initial'")),
    ("ix_attachments_documents", "attachments", "uploaded_at", sa.text("question = 'document'")),
)


def upgrade() -> None:
    op.create_table(
        "filed_mail",
        sa.Column("message_id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False, comment="the day it was in our hands"),
        sa.Column("arrived_how", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False, comment="the legal day, FL 22 §"),
        sa.Column("filed_by", sa.CHAR(length=32), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="who it is from"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_filed_mail_message_id_messages"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_filed_mail_case_id_cases"),
        sa.ForeignKeyConstraint(["filed_by"], ["staff.id"], name="fk_filed_mail_filed_by_staff"),
        sa.PrimaryKeyConstraint("message_id", name="pk_filed_mail"),
    )
    op.create_index("ix_filed_mail_case_id", "filed_mail", ["case_id"], unique=False)
    op.create_table(
        "register_corrections",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column(
            "line", sa.String(length=48), nullable=False, comment="kind and id of the row that the line is made of"
        ),
        sa.Column("corrected_by", sa.CHAR(length=32), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what the line should say, and why"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_register_corrections_case_id_cases"),
        sa.ForeignKeyConstraint(["corrected_by"], ["staff.id"], name="fk_register_corrections_corrected_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_register_corrections"),
    )
    op.create_index("ix_register_corrections_case_id", "register_corrections", ["case_id"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "asked_by",
            sa.CHAR(length=32),
            nullable=True,
            comment="null: the service's definition names the system",
        ),
        sa.Column("transferred_on", sa.Date(), nullable=True),
        sa.Column("their_number", sa.String(length=80), nullable=True, comment="what the case is called there"),
        sa.Column("settled_by", sa.CHAR(length=32), nullable=True),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="done; or, without a day, no longer needed",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_transfers_case_id_cases"),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_transfers_asked_by_staff"),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name="fk_transfers_settled_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
    )
    op.create_index("ix_transfers_case_id", "transfers", ["case_id"], unique=False)
    op.create_index(
        "ix_transfers_waiting",
        "transfers",
        ["asked_at", "id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    for name, table, column, where in _BY_DAY:
        op.create_index(name, table, [column], unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in reversed(_BY_DAY):
        op.drop_index(name, table_name=table)
    for table in ("transfers", "register_corrections", "filed_mail"):
        op.drop_table(table)
