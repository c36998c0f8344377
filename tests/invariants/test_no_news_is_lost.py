"""Every message ends as delivered by the evidence it needs, or as open work with a deadline; never neither, never twice.

Over mixes of preferences, mail servers and gateways that fail, bounces, letters that come back, people who open their
pages and agents who try.
"""

import dataclasses
import datetime as dt
import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from hypothesis import example, given
from hypothesis import settings as settings_of_search
from hypothesis import strategies as st

from eservices import deliveries, journal
from eservices.calendars import FixedClock
from eservices.cases import store as cases
from eservices.cases.model import Case
from eservices.cases.receipt import receipt_of
from eservices.contact_centre import bringing, letters
from eservices.contact_centre.bringing import Outcome
from eservices.definitions.library import Library
from eservices.deliveries import Delivery, Evidence, News, Recipient
from eservices.identity.people import Staff
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.submissions import store as submissions
from eservices.values import Channel, ContactMethod
from eservices.worker import chores
from eservices.worker.loop import POST, TEXTS, Worker
from eservices.worker.post import Envelope, Never, NotNow
from eservices.worker.texting import Text
from tests.build.drafts import STREET, a_case, a_member_of_staff, acting

#: What is left to do by itself has been done by then: three days, and a worker, and so on for five weeks.
_WEEKS_LATER = [("three days", 0), ("worker", 0)] * 12


@dataclass
class Receiver:
    """A mail server and a gateway in one: each message meets the next of these answers, and yes when they are used up."""

    answers: list[str]
    took: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)

    def send(self, message: Envelope | Text) -> str:
        answer = self.answers.pop(0) if self.answers else "yes"
        if answer == "never":
            self.refused.add(message.id)
            raise Never("550 no such receiver")
        if answer == "not now":
            raise NotNow("451 later")
        self.took[message.id] += 1
        return "250 taken"


WAYS = st.sampled_from(list(ContactMethod))
KINDS = st.sampled_from(sorted(deliveries.NEEDED))
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("worker", "worker", "a day", "three days", "tried", "brought", "brought", "returned", "opened"),
                *("bounce", "cancelled", "by letter"),
            ]
        ),
        st.integers(0, 3),
    ),
    min_size=6,
    max_size=25,
)
ANSWERS = st.lists(st.sampled_from(["yes", "never", "not now"]), max_size=12)
#: What there is of ways to reach somebody, and the days they have to answer in, where there are such days.
DETAILS = st.sampled_from(["email phone address", "email phone address", "phone", "email", "address", ""])
DAYS = st.sampled_from([None, 4, 20])
NEWS = st.lists(st.tuples(KINDS, WAYS, DETAILS, DAYS), min_size=1, max_size=4)

Told: TypeAlias = tuple[str, ContactMethod, str, int | None]
Story: TypeAlias = tuple[list[Told], list[tuple[str, int]], list[str]]


def once(kind: str, method: ContactMethod, *events: str, answers: tuple[str, ...] = ()) -> Story:
    """One piece of news, and what happens to it."""
    return [(kind, method, "email phone address", 20)], [(event, 0) for event in events], list(answers)


@settings_of_search(max_examples=int(os.environ.get("EXAMPLES", "25")))
@given(story=st.tuples(NEWS, EVENTS, ANSWERS))
@example(story=once("receipt", ContactMethod.EMAIL, "worker", "bounce", "tried", "brought"))
@example(story=once("decision", ContactMethod.SMS, "worker", "bounce", "brought"))
@example(story=once("message", ContactMethod.SMS, "worker", answers=("never",)))
@example(story=once("message", ContactMethod.LETTER, "brought", "three days", "returned"))
@example(story=once("hearing", ContactMethod.LETTER, "brought", "three days", "returned", "tried", "brought"))
@example(story=once("supplement_order", ContactMethod.OWN_PAGES, "worker", "opened"))
@example(story=once("decision", ContactMethod.EMAIL, "three days", "by letter", "brought", answers=("not now",)))
def test_every_message_arrives_or_is_somebody_s_work_by_a_day(
    story: Story, database: Database, settings: Settings, library: Library
) -> None:
    news, events, answers = story
    town = _Town(database, settings, library, Receiver(list(answers)))
    made = [town.tell(*told) for told in news]

    for event, which in [*events, *_WEEKS_LATER]:
        town.happen(event, made[which % len(made)])
        for delivery in town.deliveries(made):
            assert _is_settled(delivery) + delivery.is_work + _is_under_way(delivery) == 1, (event, delivery)
            if event == "worker":
                assert not town.is_overlooked(delivery), "half of the person's time has gone, and nobody knows"

    for delivery in town.deliveries(made):
        assert _is_settled(delivery) + delivery.is_work == 1, delivery
        if delivery.is_work:
            assert delivery.due_at > delivery.made_at, "work always has a last day"
        if delivery.reason in {"undeliverable", "unopened"}:
            assert delivery.id in town.told_why(), "the journal says why a person was needed"
    assert all(times == 1 for times in town.receiver.took.values()), "no machine sends the same twice"
    assert town.told_again == [], "what a person has told is not sent after that"


class _Town:
    """One case, its news, a worker and an agent."""

    def __init__(self, database: Database, settings: Settings, library: Library, receiver: Receiver):
        self.database, self.receiver = database, receiver
        self.clock = FixedClock(dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC))
        own = dataclasses.replace(settings, smtp_from="noreply@exempel.se", sms_sender="Tjorn")
        self.worker = Worker(own, database, library, self.clock, post=receiver, texts=receiver)
        self.told_again: list[str] = []
        self.half_time: dict[str, dt.datetime] = {}
        with database.transaction() as tx:
            self.agent: Staff = a_member_of_staff(tx, self.clock)
            self.case: Case = a_case(tx, self.clock)
            [party, *_] = cases.parties_of(tx, self.case)
            self.party_id: str = party.id
            self.facts = receipt_of(tx, submissions.of_case(tx, self.case.id)[0].id).to_json()
        answers, receiver.answers = receiver.answers, []
        self._work()  # the case's own receipt goes first, and meets none of the story's answers
        receiver.answers = answers
        receiver.took.clear()

    def tell(self, kind: str, method: ContactMethod, details: str, days: int | None) -> str:
        ways = {name: value for name, value in _WAYS.items() if name in details.split()}
        now = self.clock.now()
        to = Recipient(self.party_id, method, "sv", "Maj Sjögren", **ways)  # type: ignore[arg-type]
        last_day = now + dt.timedelta(days=days) if days else None
        due_at = now + dt.timedelta(days=1)
        news = News(kind, self.case.id, self.case.number, "allman", due_at, self.facts, answer_by=last_day)
        with self.database.transaction() as tx:
            made = deliveries.deliver(tx, news, to, key=self.case.key, now=now)
            delivery = deliveries.get(tx, made)
        assert delivery is not None
        assert delivery.is_work is (delivery.method in {ContactMethod.PHONE, ContactMethod.LETTER})
        if deliveries.NEEDED[kind] is Evidence.OPENED:
            self.half_time[made] = now + dt.timedelta(days=(days or 14) / 2)
        return made

    def is_overlooked(self, delivery: Delivery) -> bool:
        """Nobody has opened it at half of the time they have to, and it is nobody's work."""
        half_time = self.half_time.get(delivery.id)
        posted = delivery.method is ContactMethod.LETTER and delivery.evidence is Evidence.SENT
        late = half_time is not None and half_time <= self.clock.now() and not posted
        return late and not delivery.is_work and not _is_settled(delivery)

    def happen(self, event: str, delivery_id: str) -> None:
        if event in {"a day", "three days"}:
            self.clock.move(dt.timedelta(days=1 if event == "a day" else 3))
        elif event == "worker":
            self._work()
        else:
            with self.database.transaction() as tx:
                now, actor = self.clock.now(), acting(self.agent, Channel.PHONE)
                delivery = deliveries.get(tx, delivery_id)
                assert delivery is not None
                if event == "opened":
                    deliveries.opened(tx, self.case.id, self.party_id, now)
                elif event == "bounce" and delivery.evidence is Evidence.SENT:
                    bringing.came_back(tx, delivery_id, now)
                    again = deliveries.get(tx, delivery_id)
                    assert again is not None
                    assert again.is_work or again.cancelled_at is not None, "a bounce is somebody's work at once"
                elif event == "by letter" and delivery.is_work and delivery.method is not ContactMethod.LETTER:
                    to = Recipient(self.party_id, ContactMethod.LETTER, "sv", "Maj Sjögren", address=STREET)
                    bringing.by_letter(tx, delivery_id, self._news(delivery), to, actor=actor, now=now)
                elif event == "cancelled":
                    deliveries.cancel(tx, delivery_id, now)
                elif event == "returned" and letters.may_come_back(delivery):
                    bringing.tried(tx, delivery_id, actor=actor, outcome=Outcome.RETURNED, now=now)
                    again = deliveries.get(tx, delivery_id)
                    assert again is not None
                    assert again.is_work, "a letter that came back is somebody's work at once"
                elif event == "tried" and delivery.is_work:
                    bringing.tried(tx, delivery_id, actor=actor, outcome=Outcome.NO_ANSWER, now=now)
                elif delivery.is_work and event == "brought":
                    letter = delivery.method is ContactMethod.LETTER
                    evidence = Evidence.SENT if letter else Evidence.CONFIRMED
                    bringing.brought(tx, delivery_id, actor=actor, evidence=evidence, now=now)

    def _work(self) -> None:
        chores.look_after_news(self.worker.desk)
        for ways in (POST, TEXTS):
            while (row := self.worker.next_row(ways)) is not None:
                with self.database.read() as tx:
                    before = deliveries.get(tx, row.delivery_id or "")
                taken = self.receiver.took[row.id]
                self.worker.handle(row)
                told = before is not None and (before.is_settled or before.method is ContactMethod.LETTER)
                if told and self.receiver.took[row.id] > taken:
                    self.told_again.append(row.id)
                if row.id in self.receiver.refused:
                    with self.database.read() as tx:
                        after = deliveries.get(tx, row.delivery_id or "")
                    assert after is None or after.is_settled or after.is_work, "what no machine brings is work at once"
        self.receiver.took += Counter()

    def _news(self, delivery: Delivery) -> News:
        return News(delivery.kind, self.case.id, self.case.number, "allman", delivery.due_at, self.facts)

    def told_why(self) -> set[object]:
        """The news of which the journal says why it had to be brought by a person."""
        with self.database.read() as tx:
            entries = journal.of_case(tx, self.case.id, self.case.key)
        kinds = {"undeliverable", "unopened", "delivery_tried"}
        return {entry.content["delivery"] for entry in entries if entry.kind in kinds}

    def deliveries(self, ids: list[str]) -> list[Delivery]:
        with self.database.read() as tx:
            return [found for one in ids if (found := deliveries.get(tx, one)) is not None]


def _is_settled(delivery: Delivery) -> bool:
    """Arrived by the evidence its kind needs, or taken back because something newer says more."""
    if delivery.cancelled_at is not None:
        return True
    if delivery.reached_at is None:
        return False
    strength = list(Evidence)
    assert delivery.evidence is not None
    assert strength.index(delivery.evidence) >= strength.index(delivery.needed_evidence)
    return True


def _is_under_way(delivery: Delivery) -> bool:
    """Nobody's work for now, and looked after on a day."""
    return not delivery.needs_person and not delivery.is_settled and delivery.check_at is not None


_WAYS = {"email": "maj@exempel.se", "phone": "+46304601000", "address": STREET}
