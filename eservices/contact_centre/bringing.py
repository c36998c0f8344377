"""Bringing news by hand: calls made, letters posted, and what came of each try. Every try stands in the journal."""

import datetime as dt
from enum import StrEnum

from eservices import deliveries, journal
from eservices.cases import store as cases
from eservices.cases.changing import news_of
from eservices.cases.enquiries import Enquiry
from eservices.deliveries import Delivery, Evidence, News, Recipient
from eservices.identity.people import Actor
from eservices.storage.database import Transaction


class Outcome(StrEnum):
    """What came of a try that did not get through."""

    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    MESSAGE_LEFT = "message_left"
    RETURNED = "returned"


def take(tx: Transaction, delivery_id: str, *, actor: Actor, now: dt.datetime) -> Delivery:
    """This agent brings it; somebody who has it already keeps it (look at `agent_id`)."""
    if actor.staff_id is None:
        raise ValueError("only staff bring news by hand")
    delivery = deliveries.take(tx, delivery_id, actor.staff_id)
    if delivery.agent_id == actor.staff_id:
        _write(tx, delivery, actor, "delivery_taken", now=now, content={})
    return delivery


def release(tx: Transaction, delivery_id: str, *, actor: Actor, now: dt.datetime) -> None:
    """Back to the list, for whoever comes first."""
    deliveries.release(tx, delivery_id)
    delivery = deliveries.get(tx, delivery_id)
    if delivery is not None:
        _write(tx, delivery, actor, "delivery_released", now=now, content={})


def tried(
    tx: Transaction, delivery_id: str, *, actor: Actor, outcome: Outcome, now: dt.datetime, note: str = ""
) -> Delivery:
    """Somebody tried and did not get through; it stays somebody's work. A returned letter becomes work again."""
    if outcome is Outcome.RETURNED:
        deliveries.returned(tx, delivery_id)
    delivery = deliveries.attempted(tx, delivery_id)
    _write(tx, delivery, actor, "delivery_tried", now=now, content={"outcome": outcome.value, "note": note})
    return delivery


def by_letter(
    tx: Transaction,
    delivery_id: str,
    news: News,
    to: Recipient,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Nobody can be rung or written to otherwise: it goes by letter, with the deadline it always had."""
    delivery, case = deliveries.get(tx, delivery_id), cases.by_id(tx, news.case_id)
    if delivery is None or case is None:
        raise deliveries.UnknownDelivery(delivery_id)
    deliveries.by_letter(tx, delivery_id, news, to, key=case.key, now=now)
    _write(tx, delivery, actor, "letter_instead", now=now, content={})


def brought(tx: Transaction, delivery_id: str, *, actor: Actor, evidence: Evidence, now: dt.datetime) -> bool:
    """The news has got there: read out, posted, handed over. Gives whether its kind needs nothing more.

    A letter that must show that it came is nobody's work until it has had its time.
    """
    done = deliveries.reached(tx, delivery_id, evidence, now)
    if not done:
        deliveries.on_its_way(tx, delivery_id, now)
    delivery = deliveries.get(tx, delivery_id)
    if delivery is not None:
        _write(tx, delivery, actor, "delivery_brought", now=now, content={"evidence": evidence.value})
    return done


def told_in_call(tx: Transaction, enquiry: Enquiry, *, actor: Actor, now: dt.datetime) -> int:
    """The person has answered what they were asked, and need not be told of it any more. Gives how many tasks that
    ended."""
    found = [one for one in news_of(tx, enquiry) if one.is_work]
    for one in found:
        brought(tx, one.id, actor=actor, evidence=Evidence.CONFIRMED, now=now)
    return len(found)


def look_after(tx: Transaction, now: dt.datetime, *, due_at: dt.datetime, limit: int = 200) -> int:
    """What has not shown in time that it has arrived becomes work for a person, and the journal says why. Gives how
    many."""
    found = deliveries.look_after(tx, now, due_at=due_at, limit=limit)
    for one in found:
        _became_work(tx, one, "unopened" if one.reason == "unopened" else "undeliverable", now)
    return len(found)


def undeliverable(tx: Transaction, delivery_id: str, now: dt.datetime) -> None:
    """A machine has given up: a person brings it instead, and the journal says why."""
    delivery = deliveries.get(tx, delivery_id)
    if deliveries.undeliverable(tx, delivery_id) and delivery is not None:
        _became_work(tx, delivery, "undeliverable", now)


def came_back(tx: Transaction, delivery_id: str, now: dt.datetime) -> None:
    """A mail or a text was reported as not received, after it had gone: likewise."""
    delivery = deliveries.get(tx, delivery_id)
    if deliveries.returned(tx, delivery_id) and delivery is not None:
        _became_work(tx, delivery, "undeliverable", now)


def _became_work(tx: Transaction, delivery: Delivery, kind: str, now: dt.datetime) -> None:
    _write(tx, delivery, Actor.system(), kind, now=now, content={})


def _write(
    tx: Transaction, delivery: Delivery, actor: Actor, kind: str, *, now: dt.datetime, content: dict[str, str]
) -> None:
    case = cases.by_id(tx, delivery.case_id)
    if case is None:
        raise cases.UnknownCase(delivery.case_id)
    said = {**content, "delivery": delivery.id, "news": delivery.kind, "method": delivery.method.value}
    shared = kind in _TOLD_TO_RESIDENT
    journal.write(tx, actor=actor, kind=kind, at=now, key=case.key, case_id=case.id, shared=shared, content={**said})


#: Tries are the resident's to know of; who of us has it in hand is not.
_TOLD_TO_RESIDENT = frozenset({"delivery_tried", "delivery_brought"})
