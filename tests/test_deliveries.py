"""News is brought by the way people asked for, and is done when it has the evidence its kind needs."""

import datetime as dt

import pytest
from sqlalchemy import select

from eservices import deliveries
from eservices.calendars import FixedClock
from eservices.cases.model import Case
from eservices.deliveries import Delivery, Evidence, News, Recipient
from eservices.outbox import outbox
from eservices.storage.database import Transaction
from eservices.values import ContactMethod
from tests.build.drafts import STREET, a_case, a_member_of_staff


def a_delivery(tx: Transaction, clock: FixedClock, case: Case, *, kind: str = "message", **to: object) -> Delivery:
    details: dict[str, object] = {"method": ContactMethod.EMAIL, "email": "asa@example.se", "phone": "+46304601000"}
    recipient = Recipient(None, language="sv", **{**details, **to})  # type: ignore[arg-type]
    news = News(kind, case.id, case.number, "allman", clock.now() + dt.timedelta(days=1))
    made = deliveries.get(tx, deliveries.deliver(tx, news, recipient, key=case.key, now=clock.now()))
    assert made is not None
    return made


@pytest.mark.parametrize("method", [ContactMethod.PHONE, ContactMethod.LETTER])
def test_what_no_machine_can_bring_is_work_for_a_person_with_the_same_deadline(
    tx: Transaction, clock: FixedClock, method: ContactMethod
):
    case = a_case(tx, clock)

    by_person = a_delivery(tx, clock, case, method=method, address=STREET)
    by_machine = a_delivery(tx, clock, case)

    assert (by_person.is_work, by_machine.is_work) == (True, False)
    assert by_person.due_at == by_machine.due_at


def test_whoever_asked_for_nothing_is_reached_on_their_own_pages(tx: Transaction, clock: FixedClock):
    reached = a_delivery(tx, clock, a_case(tx, clock), method=ContactMethod.OWN_PAGES)

    assert (reached.reached_at, reached.is_work) == (clock.now(), False)


@pytest.mark.parametrize(
    ("wanted", "details", "used"),
    [
        (ContactMethod.EMAIL, {"email": ""}, ContactMethod.PHONE),
        (ContactMethod.LETTER, {"address": {}}, ContactMethod.EMAIL),
        (ContactMethod.PHONE, {"phone": "", "email": ""}, ContactMethod.OWN_PAGES),
    ],
)
def test_a_way_that_lacks_its_detail_gives_way_to_one_that_has_it(
    tx: Transaction, clock: FixedClock, wanted: ContactMethod, details: dict[str, object], used: ContactMethod
):
    made = a_delivery(tx, clock, a_case(tx, clock), method=wanted, **details)

    assert made.method is used


@pytest.mark.parametrize(
    ("kind", "evidence", "is_enough"),
    [
        ("message", Evidence.SENT, True),
        ("hearing", Evidence.SENT, False),
        ("hearing", Evidence.OPENED, True),
        ("supplement_order", Evidence.HANDED_OVER, False),
        ("supplement_order", Evidence.SERVED, True),
    ],
)
def test_a_kind_of_news_is_done_by_the_evidence_it_needs(
    tx: Transaction, clock: FixedClock, kind: str, evidence: Evidence, is_enough: bool
):
    made = a_delivery(tx, clock, a_case(tx, clock), kind=kind)

    assert deliveries.reached(tx, made.id, evidence, clock.now()) is is_enough
    after = deliveries.get(tx, made.id)
    assert after is not None
    assert (after.reached_at is not None, after.evidence) == (is_enough, evidence)


def test_a_mail_that_fails_after_all_wakes_a_person_but_not_once_it_has_arrived(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    fails, arrives = a_delivery(tx, clock, case), a_delivery(tx, clock, case)
    deliveries.reached(tx, arrives.id, Evidence.SENT, clock.now())

    for made in (fails, arrives):
        deliveries.undeliverable(tx, made.id)

    states = {made.id: made.is_work for made in deliveries.of_case(tx, case.id)}
    assert (states[fails.id], states[arrives.id]) == (True, False)


def test_the_first_agent_to_take_it_has_it_until_it_is_let_go(tx: Transaction, clock: FixedClock):
    ina, bo = a_member_of_staff(tx, clock, "Ina"), a_member_of_staff(tx, clock, "Bo")
    made = a_delivery(tx, clock, a_case(tx, clock), method=ContactMethod.PHONE)

    assert deliveries.take(tx, made.id, ina.id).agent_id == ina.id
    assert deliveries.take(tx, made.id, bo.id).agent_id == ina.id
    deliveries.release(tx, made.id)
    assert deliveries.take(tx, made.id, bo.id).agent_id == bo.id


def test_news_that_newer_news_has_made_empty_is_nobodys_work(tx: Transaction, clock: FixedClock):
    made = a_delivery(tx, clock, a_case(tx, clock), method=ContactMethod.PHONE)

    deliveries.cancel(tx, made.id, clock.now())

    after = deliveries.get(tx, made.id)
    assert after is not None
    assert not after.is_work


def test_every_mail_waits_in_the_outbox_under_its_delivery(tx: Transaction, clock: FixedClock):
    made = a_delivery(tx, clock, a_case(tx, clock))

    row = tx.execute(select(outbox).where(outbox.c.delivery_id == made.id)).one()

    assert (row.target, row.kind) == ("email", "message")


def test_a_delivery_nobody_knows_is_an_error(tx: Transaction, clock: FixedClock):
    with pytest.raises(deliveries.UnknownDelivery):
        deliveries.reached(tx, "0" * 32, Evidence.SENT, clock.now())
