"""When a case may go, by its plan, and what keeps it. Rules without a database."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eservices.calendars import add_working_days, plain_last_day
from eservices.definitions.model import Retention, Span


class Kept(StrEnum):
    """Why a case whose time is over does not go, in the order in which it is told."""

    OPEN = "open"  #: the unit still has something to do
    SIGNATURE = "signature"  #: somebody has been asked to sign and has not answered
    ENQUIRY = "enquiry"  #: a supplement, an opinion or a referral is asked for
    PROPOSAL = "proposal"  #: the next step lies ready and nobody has settled it
    APPEAL = "appeal"
    CLOCK = "clock"  #: a time still runs, or what was granted is still valid
    DELIVERY = "delivery"  #: news that has not reached somebody
    OUTBOX = "outbox"  #: a receiver has not said yes
    TRANSFER = "transfer"  #: somebody is to carry it over to another system by hand
    TASK = "task"  #: the contact centre has something to do for it
    DRAFT = "draft"  #: somebody is filling in more of it
    MESSAGE = "message"  #: a party has written, and nobody has looked at the case since
    FILE = "file"  #: a file waits for the scanner or to be made readable
    CALL = "call"  #: an agent has it in hand at this moment
    HOLD = "hold"  #: somebody has said that it must stay for now
    PLAN = "plan"  #: the plan is a sample that nobody has verified


#: Under these the plan has nothing disposed of: it is kept here, or handed to the archive.
_PRESERVED = frozenset({"archive", "keep"})


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one case that a plan may count from."""

    received: dt.date
    decided: dt.date | None
    closed: dt.date
    valid_until: dt.date | None = None


def is_preserved(plan: Retention) -> bool:
    """Whether the plan never lets a case go: kept for good, or for the archive to take. No word is no leave."""
    return plan.then in _PRESERVED or plan.then != "delete" or plan.keep is None


def goes_on(plan: Retention, dates: Dates) -> dt.date | None:
    """The first day on which a case may go; None when it is preserved.

    Never before the case is closed, whatever the plan counts from. Where what the plan counts from never came (no
    decision, nothing that expires), it counts from the day the case was closed.
    """
    if is_preserved(plan) or plan.keep is None:
        return None
    counted = {
        "received": dates.received,
        "decided": dates.decided or dates.closed,
        "expired": max(dates.closed, dates.valid_until or dates.closed),
    }.get(plan.after, dates.closed)
    last_day = _last_day(plan.keep, counted)
    return max(last_day, dates.closed, dates.valid_until or dates.closed) + dt.timedelta(days=1)


def _last_day(keep: Span, start: dt.date) -> dt.date:
    if keep.unit == "working_days":
        return add_working_days(start, keep.amount)
    if keep.unit == "working_hours":  # a plan in hours is a slip of the pen: a day at least
        return start + dt.timedelta(days=max(1, keep.amount))
    return plain_last_day(start, keep.amount, keep.unit)


@dataclass(frozen=True, slots=True)
class Due:
    """One case whose time is over by its plan. It goes unless something keeps it."""

    case_id: str
    number: str
    service: str
    closed_on: dt.date
    due_on: dt.date
    plan: str  #: the source that the definition names
    keep: Span | None  #: how long
    after: str  #: from when
    outcome: str | None = None
    kept_by: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Stub:
    """What is left of a case that was disposed of."""

    case_id: str
    number: str
    service: str
    unit: str
    received_on: dt.date
    decided_on: dt.date | None
    closed_on: dt.date | None
    outcome: str | None
    plan: str
    due_on: dt.date
    decision: str
    disposed_at: dt.datetime
    disposal_id: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposal:
    """One decision carried out: what went of each service. It names no case and may be published."""

    id: str
    decision: str
    begun_at: dt.datetime
    ended_at: dt.datetime | None
    services: Mapping[tuple[str, str], int]  #: service and plan -> cases
