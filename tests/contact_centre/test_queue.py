"""What needs a person is one list; what needs nobody is in it nowhere."""

import datetime as dt

import pytest
from sqlalchemy import update

from eservices import deliveries, journal
from eservices.calendars import FixedClock
from eservices.cases import acts
from eservices.cases import store as cases
from eservices.cases.store import change
from eservices.contact_centre import bringing, items, queue
from eservices.contact_centre.bringing import Outcome
from eservices.contact_centre.items import ItemKind, Need
from eservices.contact_centre.queue import WorkKind
from eservices.contact_centre.tables import contact_items
from eservices.deliveries import Evidence
from eservices.intake.submit import submit
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts
from eservices.submissions.model import HandedIn
from eservices.values import Channel
from tests.build.drafts import STREET, a_case, a_draft, a_member_of_staff, acting
from tests.build.service import a_service
from tests.build.signed import EVA, a_shared_service, shared_answers


def a_callback(tx: Transaction, clock: FixedClock, due_at: dt.datetime) -> str:
    return items.add_task(
        tx,
        kind=ItemKind.CALLBACK,
        need=Need.CALL_BACK,
        queue="allman",
        channel=Channel.PHONE,
        due_at=due_at,
        now=clock.now(),
        content={"about": "Undrar om båtplats", "phone": "+46701740605"},
    )


def ask_for_missing(tx: Transaction, clock: FixedClock, case_id: str) -> None:
    """The item of the submission, awake."""
    awake = {"quiet": False, "need": Need.ASK_MISSING.value, "due_at": clock.now() + dt.timedelta(days=2)}
    tx.execute(update(contact_items).where(contact_items.c.case_id == case_id).values(awake))


def test_a_day_of_web_submissions_that_need_nobody_makes_no_task(tx: Transaction, clock: FixedClock):
    for contact in ("email", "phone", "letter") * 5:
        a_case(tx, clock, changes={"contact": contact, "address": STREET})

    assert queue.work(tx, now=clock.now()).rows == ()
    assert queue.count_work(tx, now=clock.now()) == 0
    assert len(queue.incoming(tx).rows) == 15


def test_items_and_news_to_bring_are_one_list_by_due_time(tx: Transaction, clock: FixedClock):
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock, changes={"contact": "phone"})
    acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body="Ring gärna.")  # due tomorrow
    soon = a_callback(tx, clock, clock.now() + dt.timedelta(hours=1))
    later = a_callback(tx, clock, clock.now() + dt.timedelta(days=3))

    rows = queue.work(tx, now=clock.now()).rows

    assert [(row.kind, row.need) for row in rows] == [
        (WorkKind.ITEM, "call_back"),
        (WorkKind.DELIVERY, "message"),
        (WorkKind.ITEM, "call_back"),
    ]
    assert (rows[0].id, rows[2].id) == (soon, later)
    assert (rows[1].name, rows[1].number, rows[1].method) == ("Åsa Öberg", case.number, "phone")
    first = queue.work(tx, now=clock.now(), limit=2)
    assert first.next is not None
    rest = queue.work(tx, now=clock.now(), limit=2, after=first.next)
    assert [*first.rows, *rest.rows] == list(rows)


def test_a_row_says_how_the_person_is_reached_and_not_how_the_case_came(tx: Transaction, clock: FixedClock):
    by_letter = a_case(tx, clock, changes={"contact": "letter", "address": STREET}, channel=Channel.WEB)
    ask_for_missing(tx, clock, by_letter.id)
    a_callback(tx, clock, clock.now() + dt.timedelta(days=3))

    asking, calling = (row for row in queue.work(tx, now=clock.now()).rows if row.kind is WorkKind.ITEM)

    assert (asking.case_id, asking.channel, asking.method) == (by_letter.id, Channel.WEB, "letter")
    assert calling.method == "phone"


def test_news_for_a_cosigner_bears_their_name_and_not_the_applicants(tx: Transaction, clock: FixedClock):
    draft = a_draft(tx, clock, a_shared_service())
    drafts.keep(tx, draft, shared_answers(clock.now(), EVA), now=clock.now())
    submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    assert [(row.name, row.method) for row in queue.work(tx, now=clock.now()).rows] == [("Eva Ask", "letter")]


def test_news_brought_leaves_the_list_and_every_try_stands_in_the_journal(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock, "Ina Kundcenter")
    ina = acting(agent, Channel.PHONE)
    case = a_case(tx, clock, changes={"contact": "phone"})
    acts.message(tx, case.id, actor=ina, now=clock.now(), subject="Hej", body="Ring gärna.")
    (row,) = queue.work(tx, now=clock.now()).rows

    taken = deliveries.take(tx, row.id, agent.id)
    bringing.tried(tx, row.id, actor=ina, outcome=Outcome.NO_ANSWER, now=clock.now())
    (still,) = queue.work(tx, now=clock.now(), mine=agent.id).rows
    done = bringing.brought(tx, row.id, actor=ina, evidence=Evidence.HANDED_OVER, now=clock.now())

    assert taken.agent_id == agent.id
    assert (still.attempts, still.agent_name) == (1, "Ina Kundcenter")
    assert done
    assert queue.work(tx, now=clock.now()).rows == ()
    kinds = [entry.kind for entry in journal.of_case(tx, case.id, case.key)]
    assert kinds[-2:] == ["delivery_tried", "delivery_brought"]


def test_mail_that_cannot_be_delivered_becomes_work_with_the_deadline_it_had(tx: Transaction, clock: FixedClock):
    case = a_case(tx, clock)
    (receipt,) = deliveries.of_case(tx, case.id)

    deliveries.undeliverable(tx, receipt.id)

    (row,) = queue.work(tx, now=clock.now()).rows
    assert (row.id, row.reason, row.due_at) == (receipt.id, "undeliverable", receipt.due_at)


def test_a_letter_that_comes_back_is_work_again(tx: Transaction, clock: FixedClock):
    agent = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock, changes={"contact": "letter", "address": STREET})
    acts.message(tx, case.id, actor=agent, now=clock.now(), subject="Hej", body="Brev.")
    (row,) = queue.work(tx, now=clock.now()).rows
    bringing.brought(tx, row.id, actor=agent, evidence=Evidence.SENT, now=clock.now())
    assert queue.count_work(tx, now=clock.now()) == 0

    bringing.tried(tx, row.id, actor=agent, outcome=Outcome.RETURNED, now=clock.now())

    assert [work.id for work in queue.work(tx, now=clock.now()).rows] == [row.id]


def test_a_parked_item_comes_back_by_itself(tx: Transaction, clock: FixedClock):
    item = a_callback(tx, clock, clock.now())

    items.park(tx, item, until=clock.now() + dt.timedelta(days=1))

    assert queue.work(tx, now=clock.now()).rows == ()
    clock.move(dt.timedelta(days=1))
    assert [row.id for row in queue.work(tx, now=clock.now()).rows] == [item]


@pytest.mark.parametrize("became", ["came", "decided", "closed"])
def test_nobody_is_rung_for_what_has_come_or_is_not_waited_for_any_more(
    tx: Transaction, clock: FixedClock, became: str
):
    asked_for, other = (a_case(tx, clock, changes={"contact": "phone"}) for _ in range(2))
    for case in (asked_for, other):
        change(tx, case, {"missing": 1})
        ask_for_missing(tx, clock, case.id)
    end: dict[str, object] = {
        "came": {"missing": 0},
        "decided": {"decided_at": clock.now()},
        "closed": {"open": False},
    }[became]
    callback = a_callback(tx, clock, clock.now() + dt.timedelta(days=3))
    assert items.settle_needless(tx, clock.now()) == 0

    change(tx, asked_for, end)

    assert items.settle_needless(tx, clock.now()) == 1
    rows = queue.work(tx, now=clock.now()).rows
    assert [(row.number, row.need) for row in rows if row.kind is WorkKind.ITEM] == [
        (other.number, "ask_missing"),
        (None, "call_back"),
    ]
    assert rows[-1].id == callback
    assert items.settle_needless(tx, clock.now()) == 0


def test_two_agents_cannot_take_one_thing(tx: Transaction, clock: FixedClock):
    ina, bo = a_member_of_staff(tx, clock, "Ina"), a_member_of_staff(tx, clock, "Bo")
    item = a_callback(tx, clock, clock.now())

    items.take(tx, item, staff_id=ina.id)
    with pytest.raises(items.Changed) as refused:
        items.take(tx, item, staff_id=bo.id)

    assert refused.value.item.agent_id == ina.id
    done = items.finish(tx, item, staff_id=ina.id, resolution="answered", now=clock.now())
    assert done.content["about"] == "Undrar om båtplats"
    with pytest.raises(items.Changed):
        items.finish(tx, item, staff_id=bo.id, resolution="answered", now=clock.now())


class TestWhatMayBeKnown:
    """How much of a case shows to the contact centre is the board's to decide, by service."""

    def test_where_even_existence_is_secret_only_the_number_finds_it(self, tx: Transaction, clock: FixedClock):
        case = a_case(tx, clock, a_service(view="by_reference_only"))

        assert queue.find(tx, "Åsa Öberg") == []
        assert queue.find(tx, "asa.oberg@example.se") == []
        (row,) = queue.find(tx, case.number.lower())
        assert (row.number, row.name, row.title, row.service, row.unit) == (case.number, "", "", "", "")
        (arrived,) = queue.incoming(tx).rows
        assert (arrived.name, arrived.title, arrived.unit) == ("", "", "")

    def test_a_phone_number_that_reads_as_some_case_number_finds_no_secret_case(
        self, tx: Transaction, clock: FixedClock
    ):
        phone = next(f"070174{n:04}" for n in range(10_000) if codes.read_case_number(f"070174{n:04}"))
        a_case(tx, clock, a_service(view="by_reference_only"), changes={"phone": f"+46{phone[1:]}"})
        open_case = a_case(tx, clock, changes={"phone": f"+46{phone[1:]}"})

        assert [row.number for row in queue.find(tx, phone)] == [open_case.number]

    def test_where_existence_may_show_the_person_does_not(self, tx: Transaction, clock: FixedClock):
        case = a_case(tx, clock, a_service(view="existence_only"))

        (row,) = queue.find(tx, "öberg")

        assert (row.number, row.name, row.title) == (case.number, "", case.title)

    @pytest.mark.parametrize(
        ("view", "reads", "knows_of"),
        [
            ("full", {"name", "email", "contact"}, set()),
            ("summary", set(), {"name", "email", "contact"}),
            ("existence_only", None, set()),
            ("by_reference_only", None, set()),
        ],
    )
    def test_answers_are_read_known_of_or_unseen(
        self,
        tx: Transaction,
        clock: FixedClock,
        view: str,
        reads: set[str] | None,
        knows_of: set[str],
    ):
        from eservices.contact_centre.case_view import see

        service = a_service(view=view)
        case = a_case(tx, clock, service)

        seen = see(cases.file_of(tx, case), service)

        readable = None if seen.answers is None else {place[0] for place in seen.answers.given}
        assert readable is None if reads is None else readable is not None and reads <= readable
        assert knows_of <= {place[0] for place in seen.masked}
        assert bool(seen.parties) == (view in {"full", "summary"})
        assert seen.public_status == case.public_status

    def test_a_sensitive_answer_and_one_meant_for_the_unit_are_only_known_of(self, tx: Transaction, clock: FixedClock):
        from eservices.contact_centre.case_view import see
        from eservices.definitions.model import Audience, Sensitivity
        from tests.build.service import a_question, a_step, who

        private = a_question("illness", sensitivity=Sensitivity.SENSITIVE)
        unit_only = a_question("reason", audience=Audience.UNIT)
        service = a_service(steps=(who(), a_step("more", private, unit_only)))
        case = a_case(tx, clock, service, changes={"illness": "migrän", "reason": "lugn"})

        seen = see(cases.file_of(tx, case), service)

        assert seen.answers is not None
        assert {place[0] for place in seen.masked} == {"illness", "reason"}
        assert "migrän" not in str(seen.answers)
