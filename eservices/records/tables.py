"""Tables of disposal: what was decided, what is left of each case, and what must not go."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from eservices.storage.columns import Id, JsonValue, UtcTime, partial_index
from eservices.storage.database import metadata

#: One decision carried out once. What is in it may be published.
disposals = Table(
    "disposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("decision", String(200), nullable=False, comment="the decision by which it was done"),
    Column("begun_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, comment="null when it broke off: the same decision goes on with it"),
    Column("cases", Integer, nullable=False, server_default="0"),
)

#: What is left of a case. Number, service and the day it was received stand in the case's own row.
disposed_cases = Table(
    "disposed_cases",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("disposal_id", Id, ForeignKey("disposals.id"), nullable=False, index=True),
    Column("plan", String(300), nullable=False, comment="the plan that says how long, and what then"),
    Column("due_on", Date, nullable=False, comment="the first day on which it could go"),
    Column("outcome", String(40), comment="of the last decision"),
    Column("keys", JsonValue, nullable=False, comment="ids of the keys that were destroyed"),
    Column("at", UtcTime, nullable=False),
)

#: Somebody has said that a case must stay for now: it is asked for, tried or looked into. Why stands in its journal.
retention_holds = Table(
    "retention_holds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("from_at", UtcTime, nullable=False),
    Column("released_at", UtcTime),
    partial_index("uq_retention_holds_running", "case_id", unique=True, where="released_at IS NULL"),
)
