"""What became of made-up cases: claimed, looked into, decided, told. As in life, some are done and some still wait."""

import datetime as dt
import math
import random
from dataclasses import dataclass

from eservices import deliveries
from eservices.cases import acts, deciding
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Case, Outcome
from eservices.cases.store import by_id, decisions_of
from eservices.deliveries import Evidence
from eservices.identity.people import Actor, Staff
from eservices.storage.database import Transaction
from eservices.submissions.model import Submission
from eservices.values import Channel

#: How far a time to decision strays from the service's usual one: the deviation of its logarithm.
_STRAYS = 0.4

_OUTCOMES = ((Outcome.GRANTED, 85), (Outcome.PARTLY_GRANTED, 10), (Outcome.WRITTEN_OFF, 5))


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly a service is worked on, and how many times as long it takes for those who do not use the web."""

    usual_days: float
    longer: float = 1.0

    def days(self, channel: Channel, chance: random.Random) -> float:
        factor = 1.0 if channel is Channel.WEB else self.longer
        return self.usual_days * factor * math.exp(chance.gauss(0, _STRAYS))


def live(
    tx: Transaction,
    submission: Submission,
    pace: Pace,
    chance: random.Random,
    *,
    officer: Staff,
    now: dt.datetime,
) -> None:
    """Work on a case as far as it has come by `now`."""
    days = pace.days(submission.channel, chance)
    share_claimed = chance.uniform(0.1, 0.4)
    if submission.channel is not Channel.WEB and pace.longer > 1:
        # The planted gap: their cases lie longer before anybody takes them.
        share_claimed = 1 - (1 - share_claimed) / pace.longer
    received = submission.received_at

    def at(share: float) -> dt.datetime:
        return received + dt.timedelta(days=days * share)

    actor = Actor.of_staff(officer, Channel.WEB)
    case = _found(tx, submission)
    if at(share_claimed) > now:
        return
    case = acts.claim(tx, case.id, actor=actor, expected=case.row_version, now=at(share_claimed))
    looked = share_claimed + (1 - share_claimed) / 4
    if at(looked) > now or case.status != "registered":
        return
    case = acts.change_status(tx, case.id, actor=actor, expected=case.row_version, now=at(looked), to="under_review")
    if at(1) > now:
        return
    case = _decide(tx, case, actor, chance, at(1))
    told = _tell(tx, case, chance, at(1), now)
    if told is not None and not _may_be_appealed(tx, case):
        closed_at = told + dt.timedelta(hours=chance.uniform(1, 30))
        if closed_at <= now:
            acts.close(tx, case.id, actor=actor, expected=case.row_version, now=closed_at)


def _found(tx: Transaction, submission: Submission) -> Case:
    case = by_id(tx, submission.case_id)
    if case is None:
        raise LookupError(submission.case_id)
    return case


def _decide(tx: Transaction, case: Case, actor: Actor, chance: random.Random, at: dt.datetime) -> Case:
    outcome = chance.choices([one for one, _ in _OUTCOMES], [share for _, share in _OUTCOMES])[0]
    return deciding.decide(
        tx,
        case.id,
        actor=actor,
        expected=case.row_version,
        now=at,
        outcome=outcome,
        reasons="Exempel: ett påhittat ärende, och ett påhittat beslut.",
        law="",
        grounds=deciding.Grounds(waiver="Exempel: ingen annan har lämnat något."),
        subject="Beslut",
        letter=("Exempel: ett påhittat beslut.",),
    )


def _tell(
    tx: Transaction, case: Case, chance: random.Random, decided_at: dt.datetime, now: dt.datetime
) -> dt.datetime | None:
    """The decision gets through: at once by mail, after some days by letter or phone. When all have it, or None."""
    last = decided_at
    for delivery in deliveries.of_case(tx, case.id):
        if delivery.kind != "decision":
            continue
        by_hand = delivery.needs_person
        got_through = decided_at + dt.timedelta(hours=chance.uniform(20, 90) if by_hand else chance.uniform(0.1, 30))
        last = max(last, got_through)
        if got_through <= now:
            deliveries.reached(tx, delivery.id, Evidence.SERVED, got_through)
    return last if last <= now else None


def _may_be_appealed(tx: Transaction, case: Case) -> bool:
    route = APPEAL_ROUTES[decisions_of(tx, case)[-1].appeal_route]
    return route.announced or route.weeks is not None
