"""The next lawful step, laid ready by the clock or by a rule. A person takes it or lays it aside; none goes by itself.

A proposal of a kind is open once at a time in a case, so that a clock that is looked at twice proposes once.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from eservices.cases.model import Case
from eservices.cases.tables import proposals
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.values import Json, new_id


class Proposed(StrEnum):
    DELAY_NOTICE = "delay_notice"  #: FL 11 §: tell that it takes longer, and why
    ANSWER_REQUEST = "answer_request"  #: FL 12 §: decide, or refuse by a decision of its own
    DISMISS = "dismiss"  #: the supplement did not come, and without it nothing can be examined
    DECIDE_ANYWAY = "decide_anyway"  #: it did not come; decide on what there is
    READ_OPINION = "read_opinion"  #: the hearing is over
    GO_ON_WITHOUT_REFERRAL = "go_on_without_referral"
    ANNOUNCE = "announce"  #: KL 13:5: when did the notice board tell of it?
    JUDGE_APPEAL = "judge_appeal"  #: FL 45 §: did it come in time?
    READ_MAIL = "read_mail"  #: a letter or an e-mail was put with the case
    CLOSE = "close"  #: nobody can appeal any more


@dataclass(frozen=True, slots=True)
class Proposal:
    id: str
    kind: Proposed
    made_at: dt.datetime
    settled_at: dt.datetime | None
    taken: bool | None
    content: Mapping[str, Json] = field(default_factory=dict)


_INSERT = Prepared(insert(proposals))
_OPEN = Prepared(
    select(proposals)
    .where(proposals.c.case_id == bindparam("case_id"), proposals.c.settled_at.is_(None))
    .order_by(proposals.c.made_at, proposals.c.id)
)
_SETTLE = Prepared(update(proposals).where(proposals.c.id == bindparam("b_id")))


def propose(
    tx: Transaction, case: Case, kind: Proposed, *, now: dt.datetime, content: Mapping[str, Json] | None = None
) -> bool:
    """Lay a step ready, unless it lies there already. The case is locked. Gives whether it is new."""
    if any(one.kind is kind for one in open_ones(tx, case)):
        return False
    proposal_id = new_id()
    sealed = case.key.seal(dict(content or {}), place=_place(proposal_id))
    tx.run(
        _INSERT,
        {"id": proposal_id, "case_id": case.id, "kind": kind.value, "made_at": now, "sealed": sealed},
    )
    return True


def open_ones(tx: Transaction, case: Case) -> Sequence[Proposal]:
    """What lies ready, the oldest first."""
    return [_proposal(case, row) for row in tx.rows(_OPEN, case_id=case.id)]


def settle(
    tx: Transaction,
    case: Case,
    kinds: Sequence[Proposed],
    *,
    now: dt.datetime,
    staff_id: str | None,
    taken: bool = True,
) -> int:
    """These have been done, or are laid aside. Gives how many lay there."""
    found = [one for one in open_ones(tx, case) if one.kind in kinds]
    for one in found:
        tx.run(_SETTLE, {"b_id": one.id, "settled_at": now, "settled_by": staff_id, "taken": taken})
    return len(found)


def _proposal(case: Case, row: Any) -> Proposal:
    content = case.key.unseal(row.sealed, place=_place(row.id))
    return Proposal(row.id, Proposed(row.kind), row.made_at, row.settled_at, row.taken, content)


def _place(proposal_id: str) -> str:
    return f"proposals.sealed:{proposal_id}"
