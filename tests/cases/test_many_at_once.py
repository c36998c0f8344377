"""Two officers, an agent, the resident and the clock act on one case at random on PostgreSQL, thousands of times.

No update is lost, nobody overwrites what they have not seen, and the journal holds each act once, in order, unbroken.
`STEPS` sets how many each of them takes.
"""

import datetime as dt
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from eservices import journal
from eservices.calendars import OFFICE_HOURS, FixedClock
from eservices.cases import acts, asking, delays, enquiries, store, ticking
from eservices.cases.changing import ChangedMeanwhile
from eservices.cases.model import Case, NotAllowed
from eservices.identity.people import Actor
from eservices.journal import Entry
from eservices.storage.database import Database, Transaction, Unavailable
from eservices.values import Channel
from tests.build.drafts import a_case, a_member_of_staff, a_supplement_order, acting

STEPS = int(os.environ.get("STEPS", "500"))

Act = Callable[[Transaction, dict[str, Any], Random], object]

#: Journal kind -> an act that an officer does from a page that may be old.
FROM_A_PAGE: dict[str, Callable[["Crowd"], Act]] = {
    "claimed": lambda crowd: lambda tx, by, _: acts.claim(tx, crowd.case_id, **by),
    "released": lambda crowd: lambda tx, by, _: acts.release(tx, crowd.case_id, **by),
    "moved": lambda crowd: (
        lambda tx, by, random: acts.change_status(
            tx, crowd.case_id, to=random.choice(["under_review", "investigating", "suspended"]), **by
        )
    ),
    "message_sent": lambda crowd: (
        lambda tx, by, random: acts.message(tx, crowd.case_id, subject="Hej", body=f"nummer {random.random()}", **by)
    ),
    "forecast_set": lambda crowd: (
        lambda tx, by, random: delays.set_forecast(
            tx, crowd.case_id, on=crowd.clock.today() + dt.timedelta(days=random.randint(1, 90)), **by
        )
    ),
    "enquiry_taken_back": lambda crowd: lambda tx, by, _: take_back(tx, crowd.case_id, by),
}

ONCE_EACH = (
    "claimed", "released", "message_sent", "forecast_set", "enquiry_taken_back", "noted", "supplement_requested",
    "message_received", "contact_changed",
)  # fmt: skip


class Crowd:
    """Everybody at one case, and what each of them got done."""

    def __init__(self, database: Database, clock: FixedClock):
        self.database, self.clock = database, clock
        self.done: Counter[str] = Counter()
        self.pages: list[int] = []
        self.failures: list[BaseException] = []
        self._lock = threading.Lock()
        with database.transaction() as tx:
            first = a_case(tx, clock)
            self.officers = [acting(a_member_of_staff(tx, clock, name)) for name in ("Bo", "Eva")]
            self.agent = acting(a_member_of_staff(tx, clock, "Ina"), Channel.PHONE)
            self.party = store.parties_of(tx, first)[0]
        self.case_id = first.id

    def case(self) -> Case:
        with self.database.read() as tx:
            found = store.by_id(tx, self.case_id)
        assert found is not None
        return found

    def once(self, kind: str, act: Callable[[Transaction], object], page: int | None = None) -> None:
        try:
            with self.database.transaction() as tx:
                act(tx)
        except (ChangedMeanwhile, NotAllowed, Unavailable):
            return
        except BaseException as error:  # noqa: BLE001 - shown to the test
            self.failures.append(error)
            return
        with self._lock:
            self.done[kind] += 1
            if page is not None:
                self.pages.append(page)

    def officer(self, actor: Actor, seed: int) -> None:
        random = Random(seed)
        for step in range(STEPS):
            here, now = self.case(), self.clock.now()
            kind = random.choice([*FROM_A_PAGE, "noted", "supplement_requested"])
            if kind == "noted":
                self.once(
                    kind, lambda tx, now=now, n=step: acts.note(tx, self.case_id, actor=actor, now=now, body=f"{n}")
                )
            elif kind == "supplement_requested":
                self.once(kind, lambda tx, here=here: a_supplement_order(tx, self.clock, here, actor))
            else:
                by = {"actor": actor, "expected": here.row_version, "now": now}
                act = FROM_A_PAGE[kind](self)
                self.once(kind, lambda tx, act=act, by=by: act(tx, by, random), here.row_version)

    def on_their_word(self, actor: Actor, seed: int) -> None:
        random, party = Random(seed), self.party
        for step in range(STEPS):
            by = {"actor": actor, "now": self.clock.now()}
            if random.random() < 0.8:
                body = f"{actor.kind} {step}"
                self.once("message_received", lambda tx, by=by, body=body: acts.receive_message(
                    tx, self.case_id, body=body, party_id=party.id, **by
                ))  # fmt: skip
            else:
                self.once("contact_changed", lambda tx, by=by: acts.change_contact(
                    tx, self.case_id, party.id, method=party.method, **by
                ))  # fmt: skip

    def tick(self) -> None:
        for _ in range(STEPS // 4):
            self.clock.move(dt.timedelta(hours=3))
            with self.database.read() as tx:
                due = ticking.due_clocks(tx, self.clock.now())
            for clock_id, case_id in due:
                self.once("ticked", lambda tx, one=clock_id, case=case_id: ticking.tick(
                    tx, one, case, now=self.clock.now(), hours=OFFICE_HOURS
                ))  # fmt: skip

    def go(self) -> None:
        work: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
            *((self.officer, (actor, seed)) for seed, actor in enumerate(self.officers)),
            (self.on_their_word, (self.agent, 11)),
            (self.on_their_word, (Actor.resident(), 12)),
            (self.tick, ()),
            (self.tick, ()),
        ]
        threads = [threading.Thread(target=target, args=args) for target, args in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_no_act_is_lost_and_none_overwrites_another(postgres_database: Database, clock: FixedClock):
    crowd = Crowd(postgres_database, clock)

    crowd.go()

    judge(crowd)


def judge(crowd: Crowd) -> None:
    """Everything that was done stands once, in order, and nothing was overwritten unseen."""
    assert crowd.failures == []
    assert len(set(crowd.pages)) == len(crowd.pages), "no two acts were done from one and the same page"
    after = crowd.case()
    with crowd.database.read() as tx:
        entries = journal.of_case(tx, after.id, after.key)
        verdict = journal.verify_case(tx, after.id)
        received = [message.body for message in store.messages_of(tx, after) if message.direction == "in"]
        clocks = store.clocks_of(tx, after)
    assert verdict.whole
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    written = Counter(entry.kind for entry in entries)
    assert {kind: written[kind] for kind in ONCE_EACH} == {kind: crowd.done[kind] for kind in ONCE_EACH}
    assert (
        len(received)
        == len(set(received))
        == crowd.done["message_received"]
        == 2 * STEPS - crowd.done["contact_changed"]
    )
    assert all(len(set(one.acted)) == len(one.acted) for one in clocks), "two workers, and each act once"
    assert _as_the_journal_tells(entries) == (after.officer_id, after.forecast_on, after.status), "the last word stands"


def _as_the_journal_tells(entries: Sequence[Entry]) -> tuple[str | None, dt.date | None, str]:
    """Officer, forecast and state, from nothing but what stands in the journal, in its order."""
    officer, forecast, status = None, None, "received"
    for entry in entries:
        if entry.kind == "claimed":
            officer = str(entry.content["officer"])
        elif entry.kind == "released":
            officer = None
        elif entry.kind == "forecast_set":
            forecast = dt.date.fromisoformat(str(entry.content["on"]))
        elif entry.kind == "registered":
            status = "registered"
        elif entry.kind == "status_changed":
            assert entry.content["from"] == status, "each move starts where the one before ended"
            status = str(entry.content["to"])
    return officer, forecast, status


def take_back(tx: Transaction, case_id: str, by: dict[str, Any]) -> None:
    case = store.lock(tx, case_id)
    asked = next((one for one in enquiries.of_case(tx, case) if one.is_open), None)
    if asked is None:
        raise NotAllowed("take back", case.status)
    asking.take_back(tx, case.id, asked.id, why="ändå inte", **by)
