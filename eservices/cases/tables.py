"""Tables of cases: the matter at the responsible unit and everything that belongs to it."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table

from eservices.storage.columns import Digest, Id, JsonValue, Sealed, UtcTime, partial_index
from eservices.storage.database import metadata

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("registry_number", String(40), unique=True, comment="of a board's own register; never replaces the number"),
    Column("service", String(80), nullable=False),
    Column("version", Digest, ForeignKey("definitions.version"), nullable=False),
    Column("title", String(200), nullable=False, comment="general words only: it stays readable for the register"),
    Column("board", String(80), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("regime", String(20), nullable=False),
    Column("status", String(40), nullable=False),
    Column("public_status", String(40), nullable=False),
    Column("open", Boolean, nullable=False, server_default="1"),
    Column("contact_queue", String(80), nullable=False, comment="where the contact centre's work for it turns up"),
    Column("contact_view", String(24), nullable=False, comment="what the contact centre may see of it"),
    Column("channel", String(20), nullable=False, comment="of the first submission"),
    Column("language", String(20), nullable=False),
    Column("officer_id", Id, ForeignKey("staff.id")),
    Column("restricted", Boolean, nullable=False, server_default="0"),
    Column("protected", Boolean, nullable=False, server_default="0", comment="a party has protected identity"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="what a list shows: the applicant's name"),
    Column("received_at", UtcTime, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("due_at", UtcTime, nullable=False, comment="the clock a queue sorts by; far future once closed"),
    Column("opened_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("missing", Integer, nullable=False, server_default="0", comment="how many expected things are missing"),
    Column("row_version", Integer, nullable=False, server_default="1"),
    Column("forecast_on", Date, comment="when the officer believes it will be decided"),
    Column("disposed_at", UtcTime, comment="all that it said is gone; this row tells that it was there"),
    CheckConstraint("contact_view IN ('full','summary','existence_only','by_reference_only')", name="view_known"),
    Index("ix_cases_queue", "unit", "open", "due_at", "id"),
    Index("ix_cases_unit_status", "unit", "open", "status", "due_at", "id"),
    Index("ix_cases_officer", "officer_id", "open", "due_at", "id"),
    Index("ix_cases_due", "open", "due_at", "id"),
    Index("ix_cases_service", "service", "received_at"),
    Index("ix_cases_received_at", "received_at"),
    Index("ix_cases_service_status", "service", "open", "status", "due_at", "id"),
    Index("ix_cases_language", "language", "open", "due_at", "id"),
    Index("ix_cases_channel", "channel", "open", "due_at", "id"),
    # Few of the open cases have just been completed, and they are looked for on every page of a list.
    partial_index("ix_cases_completed", "due_at", "id", where="open AND status = 'supplement_received'"),
)

#: The keyed indexes: digests of personal numbers, phones, e-mail addresses, words of names (as written and as they
#: sound), places and properties. Nothing can be read out of them without the index secret; one row a key and case.
case_keys = Table(
    "case_keys",
    metadata,
    Column("digest", Id, primary_key=True, comment="half of the keyed digest: 128 bits"),
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(16), nullable=False),
    Index("ix_case_keys_case_id", "case_id"),
    sqlite_with_rowid=False,
)

#: There is no register of persons: a person is a party in each case.
parties = Table(
    "parties",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("role", String(40), nullable=False),
    Column("kind", String(20), nullable=False, comment="person, company, association, visitor, child"),
    Column("language", String(20), nullable=False),
    Column("contact_method", String(20), nullable=False),
    Column("identity_basis", String(20), nullable=False),
    Column("protected", Boolean, nullable=False, server_default="0"),
    Column("code_digest", Digest, unique=True, comment="of the code to follow the case"),
    Column("sealed", Sealed, nullable=False, comment="name, number, contact ways, needs, mandate, code"),
)

clocks = Table(
    "clocks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("source", String(200), nullable=False, comment="the promise or the law it comes from"),
    Column("rule", JsonValue, nullable=False, comment="amount and kind of days, whether it may stand still"),
    Column("started_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("paused_at", UtcTime),
    Column("pauses", JsonValue, nullable=False, comment="[[from, to, reason], …]"),
    Column("met_at", UtcTime),
    Column("acted", JsonValue, nullable=False, comment="what the worker has done for it, once each"),
    Column("next_act_at", UtcTime),
    Column("about", Id, comment="the enquiry or the decision it belongs to, where a case may have several"),
    Index("ix_clocks_next_act_at", "next_act_at"),
)

#: A state that a case has left: where the time went. What it stands in now has no row yet.
case_phases = Table(
    "case_phases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("status", String(40), nullable=False),
    Column("public_status", String(40), nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=False),
    Index("ix_case_phases_case_id_ended_at", "case_id", "ended_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("party_id", Id, ForeignKey("parties.id")),
    Column("direction", String(8), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id")),
    Column("sent_at", UtcTime, nullable=False),
    Column("read_at", UtcTime),
    Column("sealed", Sealed, nullable=False, comment="subject and body"),
    CheckConstraint("direction IN ('in','out')", name="direction_known"),
    Index("ix_messages_sent_at", "sent_at"),
)

#: How a letter or an e-mail came that somebody here filed to a case: beside its message, which holds what it says.
filed_mail = Table(
    "filed_mail",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("arrived_on", Date, nullable=False, comment="the day it was in our hands"),
    Column("arrived_how", String(16), nullable=False),
    Column("received_on", Date, nullable=False, comment="the legal day, FL 22 §"),
    Column("filed_by", Id, ForeignKey("staff.id"), nullable=False),
    Column("filed_at", UtcTime, nullable=False),
    Column("sealed", Sealed, nullable=False, comment="who it is from"),
)

#: A corrected line of the register. The line itself is never changed; the newest correction is shown first.
register_corrections = Table(
    "register_corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("line", String(48), nullable=False, comment="kind and id of the row that the line is made of"),
    Column("corrected_by", Id, ForeignKey("staff.id"), nullable=False),
    Column("corrected_at", UtcTime, nullable=False),
    Column("sealed", Sealed, nullable=False, comment="what the line should say, and why"),
)

#: A case that somebody carries over to another system by hand: asked for, done, or no longer needed.
transfers = Table(
    "transfers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("system", String(80), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("asked_by", Id, ForeignKey("staff.id"), comment="null: the service's definition names the system"),
    Column("transferred_on", Date),
    Column("their_number", String(80), comment="what the case is called there"),
    Column("settled_by", Id, ForeignKey("staff.id")),
    Column("settled_at", UtcTime, comment="done; or, without a day, no longer needed"),
    partial_index("ix_transfers_waiting", "asked_at", "id", where="settled_at IS NULL"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("outcome", String(40), nullable=False),
    Column("delegate", String(200), nullable=False),
    Column("appeal_route", String(40), nullable=False),
    Column("decided_by", Id, ForeignKey("staff.id"), nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("valid_until", Date),
    Column("digest", Digest, nullable=False, comment="of the frozen text"),
    Column("sealed", Sealed, nullable=False, comment="reasons, rule, conditions"),
    Column("kind", String(20), nullable=False, server_default="decision", comment="decision, correction, change"),
    Column("made_by", String(20), nullable=False, server_default="delegate", comment="delegate, committee, board"),
    Column("meeting_on", Date, comment="of the committee or board that decided"),
    Column("paragraph", String(40), comment="of its minutes"),
    Column("announced_on", Date, comment="the day the notice board told that the minutes were approved (KL 13:5)"),
    Index("ix_decisions_decided_at", "decided_at"),
)

#: Who must sign beside the applicant. A case waits while one of its rows is `asked`.
signatures = Table(
    "signatures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, unique=True),
    Column("step", String(80), nullable=False, comment="the part of the answers that concerns them"),
    Column("item", Integer, comment="their item of a repeated group"),
    Column("state", String(20), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("reminded_at", UtcTime),
    Column("answered_at", UtcTime),
    Column("submission_id", Id, ForeignKey("submissions.id"), comment="what they handed in"),
    Column("sealed", Sealed, comment="the reason for a no, or why they could not be reached"),
    CheckConstraint("state IN ('asked','confirmed','refused','unreachable')", name="state_known"),
    Index("ix_signatures_state_asked_at", "state", "asked_at"),
)

#: What somebody outside the unit has been asked for: a supplement, an opinion before a decision, a referral.
enquiries = Table(
    "enquiries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("party_id", Id, ForeignKey("parties.id")),
    Column("unit", String(80), comment="another unit that is asked"),
    Column("version", Digest, ForeignKey("definitions.version"), comment="what is asked, as a definition of its own"),
    Column("consequence", String(40), comment="what follows when nothing comes"),
    Column("asked_by", Id, ForeignKey("staff.id")),
    Column("asked_at", UtcTime, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("settled_at", UtcTime),
    Column("draft_id", Id, ForeignKey("drafts.id")),
    Column("submission_id", Id, ForeignKey("submissions.id"), comment="what was handed in"),
    Column("sealed", Sealed, nullable=False, comment="what was written, and what was answered"),
    CheckConstraint("kind IN ('supplement','hearing','referral')", name="kind_known"),
    CheckConstraint("state IN ('open','answered','timed_out','taken_back')", name="state_known"),
    partial_index("ix_enquiries_to_unit", "unit", "last_day", where="unit IS NOT NULL AND state = 'open'"),
)

#: The next lawful step, laid ready by the clock or by a rule. A person takes it or lays it aside.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("settled_by", Id, ForeignKey("staff.id")),
    Column("taken", Boolean, comment="whether it was done; false: laid aside"),
    Column("sealed", Sealed, nullable=False, comment="what is proposed"),
    Index("ix_proposals_settled_at", "settled_at"),
    # What lies ready is little beside all that has been settled.
    partial_index("ix_proposals_lying", "case_id", where="settled_at IS NULL"),
)

#: What a member of staff is to one case beyond the unit: watches it, is named for it, must keep away from it.
case_staff = Table(
    "case_staff",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("relation", String(12), primary_key=True),
    Column("at", UtcTime, nullable=False),
    CheckConstraint("relation IN ('watches','named','recused')", name="relation_known"),
    Index("ix_case_staff_staff_id", "staff_id", "relation"),
)

#: OSL 5:5: a warning that something here may be secret. It is judged anew each time somebody asks.
confidentiality_marks = Table(
    "confidentiality_marks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("provision", String(80), nullable=False, comment="of OSL"),
    Column("marked_on", Date, nullable=False),
    Column("marked_by", Id, ForeignKey("staff.id"), nullable=False),
    Column("removed_at", UtcTime),
)

#: An appeal against a decision, as a matter of its own inside the case.
appeals = Table(
    "appeals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("decision_id", Id, ForeignKey("decisions.id"), nullable=False),
    Column("party_id", Id, ForeignKey("parties.id")),
    Column("submission_id", Id, ForeignKey("submissions.id")),
    Column("received_on", Date, nullable=False),
    Column("last_day", Date, comment="of the appellant; empty while nobody knows when they got the decision"),
    Column("state", String(20), nullable=False),
    Column("settled_at", UtcTime),
    Column("settled_by", Id, ForeignKey("staff.id")),
    Column("sealed", Sealed, nullable=False, comment="what was written, and why it was settled so"),
    CheckConstraint(
        "state IN ('received','confirmed','in_time','late','forwarded','not_ours','reconsidered')", name="state_known"
    ),
)

#: What the law wants in writing (FL 12 and 43 §§) and somebody said: taken down for them, and theirs to confirm.
spoken_acts = Table(
    "spoken_acts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("decision_id", Id, ForeignKey("decisions.id"), comment="what is appealed"),
    Column("said_at", UtcTime, nullable=False),
    Column("taken_by", Id, ForeignKey("staff.id"), nullable=False),
    Column("last_day", Date, nullable=False, comment="by which they were told to confirm"),
    Column("confirmed_on", Date, comment="the day that counts; empty: nothing counts yet"),
    Column("confirmed_how", String(20)),
    Column("appeal_id", Id, ForeignKey("appeals.id"), comment="what it became"),
    Column("sealed", Sealed, nullable=False, comment="what was taken down"),
    CheckConstraint("kind IN ('appeal','delay_request')", name="kind_known"),
    CheckConstraint("confirmed_how IN ('code','paper','counter')", name="how_known"),
)
