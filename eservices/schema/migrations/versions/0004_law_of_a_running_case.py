"""What the law asks of a running case: enquiries, proposals, appeals, and who is what to it.

Five new, empty tables and a few new columns that are empty or hold what was true of every row before, so it is quick.
What ran before knows nothing of them and goes on: run it before the new code starts. Taking it back loses what has
been asked, proposed and appealed since; the cases, their decisions and their journal stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("cases", sa.Column("forecast_on", sa.Date(), comment="when the officer believes it will be decided"))
    about = "the enquiry or the decision it belongs to, where a case may have several"
    op.add_column("clocks", sa.Column("about", sa.CHAR(length=32), comment=about))
    for column in _of_decisions():
        op.add_column("decisions", column)
    op.create_index("ix_decisions_decided_at", "decisions", ["decided_at"], unique=False)
    _enquiries()
    _proposals()
    _case_staff()
    _confidentiality_marks()
    _appeals()


def downgrade() -> None:
    for table in ("appeals", "confidentiality_marks", "case_staff", "proposals", "enquiries"):
        op.drop_table(table)
    op.drop_index("ix_decisions_decided_at", "decisions")
    for column in _of_decisions():
        op.drop_column("decisions", column.name)
    op.drop_column("clocks", "about")
    op.drop_column("cases", "forecast_on")


def _of_decisions() -> list[sa.Column[object]]:
    kinds, makers = "decision, correction, change", "delegate, committee, board"
    return [
        sa.Column("kind", sa.String(length=20), server_default="decision", nullable=False, comment=kinds),
        sa.Column("made_by", sa.String(length=20), server_default="delegate", nullable=False, comment=makers),
        sa.Column("meeting_on", sa.Date(), comment="of the committee or board that decided"),
        sa.Column("paragraph", sa.String(length=40), comment="of its minutes"),
    ]


def _enquiries() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.CHAR(length=32), nullable=True),
        sa.Column("unit", sa.String(length=80), nullable=True, comment="another unit that is asked"),
        sa.Column("version", sa.CHAR(length=64), nullable=True, comment="what is asked, as a definition of its own"),
        sa.Column("consequence", sa.String(length=40), nullable=True, comment="what follows when nothing comes"),
        sa.Column("asked_by", sa.CHAR(length=32), nullable=True),
        sa.Column("asked_at", _moment(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("settled_at", _moment(), nullable=True),
        sa.Column("draft_id", sa.CHAR(length=32), nullable=True),
        sa.Column("submission_id", sa.CHAR(length=32), nullable=True, comment="what was handed in"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what was written, and what was answered"),
        sa.CheckConstraint(
            "state IN ('open','answered','timed_out','taken_back')", name=op.f("ck_enquiries_state_known")
        ),
        sa.CheckConstraint("kind IN ('supplement','hearing','referral')", name=op.f("ck_enquiries_kind_known")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_enquiries_case_id_cases"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_enquiries_party_id_parties"),
        sa.ForeignKeyConstraint(["version"], ["definitions.version"], name="fk_enquiries_version_definitions"),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_enquiries_asked_by_staff"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_enquiries_draft_id_drafts"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_enquiries_submission_id_submissions"),
        sa.PrimaryKeyConstraint("id", name="pk_enquiries"),
    )
    op.create_index("ix_enquiries_case_id", "enquiries", ["case_id"], unique=False)


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("settled_at", _moment(), nullable=True),
        sa.Column("settled_by", sa.CHAR(length=32), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=True, comment="whether it was done; false: laid aside"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what is proposed"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_proposals_case_id_cases"),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name="fk_proposals_settled_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_case_id", "proposals", ["case_id"], unique=False)
    op.create_index("ix_proposals_settled_at", "proposals", ["settled_at"], unique=False)


def _case_staff() -> None:
    op.create_table(
        "case_staff",
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("staff_id", sa.CHAR(length=32), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.CheckConstraint("relation IN ('watches','named','recused')", name=op.f("ck_case_staff_relation_known")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_staff_case_id_cases"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_case_staff_staff_id_staff"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", "relation", name="pk_case_staff"),
    )
    op.create_index("ix_case_staff_staff_id", "case_staff", ["staff_id", "relation"], unique=False)


def _confidentiality_marks() -> None:
    op.create_table(
        "confidentiality_marks",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("provision", sa.String(length=80), nullable=False, comment="of OSL"),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("marked_by", sa.CHAR(length=32), nullable=False),
        sa.Column("removed_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_confidentiality_marks_case_id_cases"),
        sa.ForeignKeyConstraint(["marked_by"], ["staff.id"], name="fk_confidentiality_marks_marked_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_confidentiality_marks"),
    )
    op.create_index("ix_confidentiality_marks_case_id", "confidentiality_marks", ["case_id"], unique=False)


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("case_id", sa.CHAR(length=32), nullable=False),
        sa.Column("decision_id", sa.CHAR(length=32), nullable=False),
        sa.Column("party_id", sa.CHAR(length=32), nullable=True),
        sa.Column("submission_id", sa.CHAR(length=32), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column(
            "last_day",
            sa.Date(),
            nullable=True,
            comment="of the appellant; empty while nobody knows when they got the decision",
        ),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settled_at", _moment(), nullable=True),
        sa.Column("settled_by", sa.CHAR(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what was written, and why it was settled so"),
        sa.CheckConstraint(
            "state IN ('received','confirmed','in_time','late','forwarded','not_ours','reconsidered')",
            name=op.f("ck_appeals_state_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_appeals_case_id_cases"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_appeals_decision_id_decisions"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_appeals_party_id_parties"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_appeals_submission_id_submissions"),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name="fk_appeals_settled_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
    )
    op.create_index("ix_appeals_case_id", "appeals", ["case_id"], unique=False)
