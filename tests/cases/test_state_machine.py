"""Any order of lawful and unlawful moves by officers, an agent, the resident and the clock keeps what must never break.

The machine does not know which move is lawful: it tries them all. What is refused changes nothing; what is done obeys
the table of moves, stands in the journal, is told to the resident in a public kind, and loses nothing handed in.
"""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from eservices import deliveries, journal
from eservices.calendars import FixedClock, day_of
from eservices.cases import acts, appealing, asking, deciding, delays, enquiries, proposals, spoken, store, ticking
from eservices.cases.appealing import AppealState
from eservices.cases.asking import Said
from eservices.cases.changing import ChangedMeanwhile
from eservices.cases.corrections import Flag
from eservices.cases.deciding import Grounds, NotHeard
from eservices.cases.enquiries import Consequence, EnquiryKind
from eservices.cases.model import (
    PUBLIC,
    WAITING_FOR_RESIDENT,
    Case,
    ClockKind,
    DecisionKind,
    NotAllowed,
    Outcome,
    Status,
    may_go,
    public_of,
    standing,
)
from eservices.cases.spoken import Confirmed, SpokenKind
from eservices.deliveries import Evidence
from eservices.identity.people import Actor, ActorKind
from eservices.intake.hours import OFFICE_HOURS
from eservices.intake.submit import submit
from eservices.storage.database import Database, Transaction
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn, SubmissionKind
from eservices.values import Channel
from tests.build.drafts import ASA, a_case, a_member_of_staff, a_supplement_order, acting, all_answers
from tests.build.service import a_service
from tests.conftest import MORNING

OWN = {"inspected": "in_progress", "paid": "awaiting_payment"}
SAID = Said("Innan vi beslutar", ("Läs det här.",), ("Kom ihåg.",))

#: Anything somebody might put into an address or a form.
SELDOM = st.integers(0, 5)  #: what ends a case comes seldom, so that more happens before it
STATES = st.sampled_from([*(state.value for state in Status), *OWN, "nonsense", ""])


class Moves(RuleBasedStateMachine):
    """One case, with everybody at it."""

    database: Database

    @initialize(officers=st.just(2))
    def open(self, officers: int) -> None:
        self.clock = FixedClock(MORNING)
        with self.database.transaction() as tx:
            self.first = a_case(tx, self.clock, a_service(own_states=OWN))
            self.officers = [acting(a_member_of_staff(tx, self.clock, f"Officer {n}")) for n in range(officers)]
            agent = a_member_of_staff(tx, self.clock, "Agent")
            self.agent = acting(agent, Channel.PHONE)
            self.party = store.parties_of(tx, self.first)[0].id
        self.case_id = self.first.id
        self.before = self._facts()
        self.acts_done = 0

    # ---- officers

    @rule(who=st.integers(0, 1), stale=st.booleans())
    def claim(self, who: int, stale: bool) -> None:
        self._try(lambda tx, **by: acts.claim(tx, self.case_id, **by), who, stale=stale)

    @rule(who=st.integers(0, 1))
    def release(self, who: int) -> None:
        self._try(lambda tx, **by: acts.release(tx, self.case_id, **by), who)

    @rule(who=st.integers(0, 1), to=STATES, stale=st.booleans())
    def change_status(self, who: int, to: str, stale: bool) -> None:
        self._try(lambda tx, **by: acts.change_status(tx, self.case_id, to=to, **by), who, stale=stale)

    @rule(who=st.integers(0, 1))
    def register(self, who: int) -> None:
        self._try(lambda tx, **by: acts.register(tx, self.case_id, **by), who)

    @rule(who=st.integers(0, 1), days=st.integers(7, 30))
    def order(self, who: int, days: int) -> None:
        self._try(
            lambda tx, **by: a_supplement_order(tx, self.clock, store.lock(tx, self.case_id), by["actor"], days=days),
            who,
        )

    @rule(who=st.integers(0, 1))
    def hear(self, who: int) -> None:
        last_day = self.clock.today() + dt.timedelta(days=14)
        self._try(
            lambda tx, **by: asking.ask_for_opinion(
                tx, self.case_id, hours=OFFICE_HOURS, last_day=last_day, said=SAID, **by
            ),
            who,
        )

    @rule(who=st.integers(0, 1))
    def refer(self, who: int) -> None:
        last_day = self.clock.today() + dt.timedelta(days=21)
        self._try(
            lambda tx, **by: asking.refer(
                tx, self.case_id, hours=OFFICE_HOURS, last_day=last_day, to="Gatan", question="Går det?", **by
            ),
            who,
        )

    @rule(who=st.integers(0, 1))
    def wonder(self, who: int) -> None:
        """About one answer, which stays as it was whatever is said of it."""
        last_day = self.clock.today() + dt.timedelta(days=14)
        self._try(
            lambda tx, **by: asking.ask_for_supplement(
                tx, self.case_id, hours=OFFICE_HOURS, asked=a_service(), items=["Önskemål"], last_day=last_day, said=SAID,
                consequence=Consequence.DECIDE_ANYWAY, flag=Flag(("wish", None), "wish", "Stämmer det?"), **by,
            ),
            who,
        )  # fmt: skip

    @rule(who=st.integers(0, 1))
    def write_to_them(self, who: int) -> None:
        self._try(lambda tx, **by: acts.message(tx, self.case_id, subject="Hej", body="Vi har börjat.", **by), who)

    @rule(who=st.integers(0, 1), unit=st.sampled_from(["park", "hamn"]))
    def hand_over(self, who: int, unit: str) -> None:
        self._try(lambda tx, **by: acts.hand_over(tx, self.case_id, unit=unit, why="hör hit", **by), who)

    @rule(who=st.integers(0, 1), which=st.integers(0, 3), back=st.booleans())
    def settle(self, who: int, which: int, back: bool) -> None:
        def settle(tx: Transaction, **by: Any) -> None:
            asked = enquiries.of_case(tx, store.lock(tx, self.case_id))
            if which < len(asked):
                if back:
                    asking.take_back(tx, self.case_id, asked[which].id, why="ändå inte", **by)
                else:
                    asking.settle(tx, self.case_id, asked[which].id, answer="Det går.", **by)

        self._try(settle, who)

    @rule(who=st.integers(0, 1), outcome=st.sampled_from(list(Outcome)))
    def decide(self, who: int, outcome: Outcome) -> None:
        self._try(
            lambda tx, **by: deciding.decide(tx, self.case_id, outcome=outcome, reasons="Därför.", law="", **by), who
        )

    @rule(who=st.integers(0, 1), seldom=SELDOM, why=st.sampled_from(["", "Domstolen har avslagit."]))
    def close(self, who: int, seldom: int, why: str) -> None:
        if not seldom:
            self._try(lambda tx, **by: acts.close(tx, self.case_id, why=why, **by), who)

    @rule(who=st.integers(0, 1))
    def reopen(self, who: int) -> None:
        self._try(lambda tx, **by: acts.reopen(tx, self.case_id, why="mer att göra", **by), who)

    @rule(who=st.integers(0, 1), days=st.integers(1, 60))
    def tell_of_delay(self, who: int, days: int) -> None:
        on = self.clock.today() + dt.timedelta(days=days)
        self._try(
            lambda tx, **by: delays.tell_of_delay(tx, self.case_id, subject="Senare", body="Mycket nu.", on=on, **by),
            who,
        )

    # ---- the resident, and the agent on their word

    @rule(by_phone=st.booleans())
    def write(self, by_phone: bool) -> None:
        self._try_as(
            by_phone,
            lambda tx, actor: acts.receive_message(
                tx, self.case_id, actor=actor, now=self.clock.now(), body="Hur går det?", party_id=self.party
            ),
        )

    @rule(by_phone=st.booleans())
    def complete(self, by_phone: bool) -> None:
        def complete(tx: Transaction, actor: Actor) -> None:
            case = store.lock(tx, self.case_id)
            order = enquiries.open_one(tx, case, EnquiryKind.SUPPLEMENT)
            if order is None:
                raise NotAllowed("complete", case.status)
            draft = asking.draft_for(tx, case, order, language="sv", channel=actor.channel, now=self.clock.now())
            answered = all_answers(a_service(), {**ASA, "wish": "Ett lägre plank."}, at=self.clock.now())
            drafts.keep(tx, drafts.lock(tx, draft.id), answered, now=self.clock.now())
            submit(tx, draft.id, HandedIn.on_the_web(at=self.clock.now()), self.clock)

        self._try_as(by_phone, complete)

    @rule(by_phone=st.booleans())
    def give_opinion(self, by_phone: bool) -> None:
        self._try_as(
            by_phone,
            lambda tx, actor: acts.answer_hearing(
                tx, self.case_id, self.party, actor=actor, now=self.clock.now(), body="Nej."
            ),
        )

    @rule(by_phone=st.booleans(), seldom=SELDOM)
    def withdraw(self, by_phone: bool, seldom: int) -> None:
        if not seldom:
            self._try_as(by_phone, lambda tx, actor: acts.withdraw(tx, self.case_id, actor=actor, now=self.clock.now()))

    @rule()
    def ask_for_decision(self) -> None:
        self._try_as(
            False,
            lambda tx, actor: delays.ask_for_decision(
                tx, self.case_id, party_id=self.party, actor=actor, now=self.clock.now(), on=self.clock.today(),
                body="Avgör!", hours=OFFICE_HOURS,
            ),
        )  # fmt: skip

    @rule(by_phone=st.booleans(), which=st.integers(0, 2))
    def appeal(self, by_phone: bool, which: int) -> None:
        """Of what was decided, the matter or a step; the decision is read first, so that its time has begun."""

        def appeal(tx: Transaction, actor: Actor) -> None:
            case = store.lock(tx, self.case_id)
            for one in deliveries.of_case(tx, case.id):
                if one.kind == "decision":
                    deliveries.reached(tx, one.id, Evidence.CONFIRMED, self.clock.now())
            made = store.decisions_of(tx, case)
            appealing.receive(
                tx, case.id, party_id=self.party, body="Nej.", on=self.clock.today(), actor=actor, now=self.clock.now(),
                decision_id=made[which].id if which < len(made) else "",
            )  # fmt: skip

        self._try_as(by_phone, appeal)

    @rule(who=st.integers(0, 1), state=st.sampled_from([*AppealState]), why=st.sampled_from(["", "Fel upplysning."]))
    def judge(self, who: int, state: AppealState, why: str) -> None:
        def judge(tx: Transaction, **by: Any) -> None:
            case = store.lock(tx, self.case_id)
            waits = next((one for one in appealing.of_case(tx, case) if one.state is AppealState.RECEIVED), None)
            appealing.judge(tx, case.id, waits.id if waits else "", state=state, why=why, **by)

        self._try(judge, who)

    @rule(who=st.integers(0, 1))
    def dismiss(self, who: int) -> None:
        def dismiss(tx: Transaction, **by: Any) -> None:
            case = store.lock(tx, self.case_id)
            waits = next((one for one in appealing.of_case(tx, case) if one.state is AppealState.RECEIVED), None)
            appealing.dismiss(
                tx, case.id, waits.id if waits else "", reasons="Sent.", law="45 § FL", grounds=Grounds(), **by
            )

        self._try(dismiss, who)

    @rule(kind=st.sampled_from([*SpokenKind]), confirms=st.booleans())
    def say_what_must_be_written(self, kind: SpokenKind, confirms: bool) -> None:
        def say(tx: Transaction, actor: Actor) -> None:
            case = store.lock(tx, self.case_id)
            waits = next(iter(spoken.waiting_for(tx, case, self.party)), None)
            if confirms and waits is not None:
                spoken.confirm(
                    tx, case.id, waits.id, how=Confirmed.CODE, on=self.clock.today(), actor=actor, now=self.clock.now(),
                    hours=OFFICE_HOURS,
                )  # fmt: skip
            else:
                spoken.take_down(
                    tx, case.id, party_id=self.party, kind=kind, body="Nej.", said=SAID, actor=actor,
                    now=self.clock.now(),
                )  # fmt: skip

        self._try_as(True, say)

    # ---- time

    @rule(hours=st.sampled_from([1, 9, 30, 24 * 7, 24 * 15, 24 * 95]))
    def time_passes(self, hours: int) -> None:
        self.clock.move(dt.timedelta(hours=hours))
        for _ in range(2):  # the second round finds nothing left to do
            with self.database.transaction() as tx:
                done = [
                    ticking.tick(tx, clock_id, case_id, now=self.clock.now(), hours=OFFICE_HOURS)
                    for clock_id, case_id in ticking.due_clocks(tx, self.clock.now(), 500)
                    if case_id == self.case_id
                ]
            self._moved(ActorKind.SYSTEM)
        assert sum(done) == 0, "what the clock has done it does once"

    # ---- what must never break

    @invariant()
    def the_state_is_one_that_the_resident_is_told_rightly(self) -> None:
        case = self._case()
        assert case.public_status is public_of(case.status, OWN)
        assert case.public_status in set(PUBLIC.values())
        assert case.open == (case.status not in {Status.CLOSED, Status.TRANSFERRED})

    @invariant()
    def what_was_received_stays_as_it_was(self) -> None:
        case = self._case()
        assert (case.number, case.received_at, case.received_on, case.version) == (
            self.first.number, self.first.received_at, self.first.received_on, self.first.version,
        )  # fmt: skip
        with self.database.read() as tx:
            file = store.file_of(tx, case)
        assert file.submissions[0].kind is SubmissionKind.INITIAL
        assert file.submissions[0].answers.get("wish", None).value == "Ett plank vid hamnen."  # type: ignore[union-attr]

    @invariant()
    def the_journal_is_whole_and_only_grows(self) -> None:
        with self.database.read() as tx:
            verdict = journal.verify_case(tx, self.case_id)
        assert verdict.whole
        assert verdict.entries >= self.entries
        self.entries = verdict.entries

    @invariant()
    def no_clock_stands_still_that_may_not(self) -> None:
        case = self._case()
        with self.database.read() as tx:
            running = store.clocks_of(tx, case)
        for clock in running:
            if clock.paused_at is not None and clock.met_at is None:
                assert clock.kind is ClockKind.PROMISED
                assert standing(case.status, OWN) in WAITING_FOR_RESIDENT
            assert len(set(clock.acted)) == len(clock.acted), "once each"

    @invariant()
    def nobody_is_asked_for_anything_in_a_case_that_is_over(self) -> None:
        case = self._case()
        with self.database.read() as tx:
            still_open = [one for one in enquiries.of_case(tx, case) if one.is_open]
            heard = [one for one in still_open if one.kind is EnquiryKind.HEARING]
            running = {clock.about: clock.due_at for clock in store.clocks_of(tx, case) if clock.met_at is None}
            lying = [one.kind for one in proposals.open_ones(tx, case)]
        assert len(heard) <= 1, "one hearing of a party at a time"
        assert all(day_of(running[one.id]) == one.last_day for one in still_open), "each with a last day of its own"
        assert len(set(lying)) == len(lying)
        if case.status in {Status.DECIDED, Status.CLOSED, Status.WITHDRAWN}:
            assert not still_open

    @invariant()
    def a_decision_is_never_changed(self) -> None:
        case = self._case()
        with self.database.read() as tx:
            made = store.decisions_of(tx, case)
        assert [one.revision for one in made] == list(range(1, len(made) + 1))
        assert [one.digest for one in made][: len(self.digests)] == self.digests
        self.digests = [one.digest for one in made]

    @invariant()
    def an_appeal_is_judged_before_the_case_is_over_and_dismissed_only_when_it_came_late(self) -> None:
        case = self._case()
        with self.database.read() as tx:
            appeals, made = appealing.of_case(tx, case), store.decisions_of(tx, case)
        states = {one.state for one in appeals}
        assert not (case.status == Status.CLOSED and AppealState.RECEIVED in states)
        assert all(one.in_time is False for one in appeals if one.state is AppealState.LATE)
        dismissed = [one.about for one in made if one.kind is DecisionKind.DISMISSED_APPEAL]
        assert sorted(dismissed) == sorted(one.id for one in appeals if one.state is AppealState.LATE)

    @invariant()
    def every_word_of_ours_has_a_way_to_the_resident(self) -> None:
        case = self._case()
        with self.database.read() as tx:
            ours = {message.id for message in store.messages_of(tx, case) if message.direction == "out"}
            carried = {delivery.message_id for delivery in deliveries.of_case(tx, case.id)}
        assert ours <= carried

    entries = 0
    digests: list[str] = []  # noqa: RUF012 - put anew by every run

    def _case(self) -> Case:
        with self.database.read() as tx:
            found = store.by_id(tx, self.case_id)
        assert found is not None
        return found

    def _facts(self) -> tuple[str, int]:
        case = self._case()
        return case.status, case.row_version

    def _moved(self, actor: ActorKind) -> None:
        """Whatever was done, the state went where the table lets this kind of actor bring it."""
        status, version = self._facts()
        was, was_version = self.before
        assert version >= was_version
        if status != was:
            hops = [Status(state) if state in set(Status) else Status.UNDER_REVIEW for state in self._path(was, status)]
            assert all(
                any(may_go(kind, of, to) for kind in (actor, ActorKind.SYSTEM))
                for of, to in pairwise(hops)
                if of is not to
            ), (was, status)
        self.before = (status, version)

    def _path(self, was: str, status: str) -> list[str]:
        """The states in between, as the journal has them: one act may make two moves."""
        with self.database.read() as tx:
            case = store.by_id(tx, self.case_id)
            assert case is not None
            entries = journal.of_case(tx, case.id, case.key)
        moves = [entry.content for entry in entries if entry.kind == "status_changed"]
        last = [str(content["to"]) for content in moves[-2:] if content["from"] != content["to"]]
        between = [state for state in last[:-1] if state not in {was, status}]
        return [was, *(between if last and last[-1] == status and not may_any(was, status) else []), status]

    def _try(self, act: Callable[..., object], who: int, *, stale: bool = False) -> None:
        case = self._case()
        expected = case.row_version - 1 if stale and case.row_version > 1 else case.row_version
        try:
            with self.database.transaction() as tx:
                act(tx, actor=self.officers[who], expected=expected, now=self.clock.now())
            assert not (stale and case.row_version > 1) or self._facts()[1] == case.row_version
        except (NotAllowed, NotHeard, ChangedMeanwhile, ValueError):
            assert self._facts() == self.before, "what is refused changes nothing"
        self._moved(ActorKind.STAFF)

    def _try_as(self, by_phone: bool, act: Callable[[Transaction, Actor], object]) -> None:
        actor = self.agent if by_phone else Actor.resident()
        try:
            with self.database.transaction() as tx:
                act(tx, actor)
        except NotAllowed:
            assert self._facts() == self.before, "what is refused changes nothing"
        self._moved(actor.kind)


def may_any(was: str, status: str) -> bool:
    of = Status(was) if was in set(Status) else Status.UNDER_REVIEW
    to = Status(status) if status in set(Status) else Status.UNDER_REVIEW
    return of is to or any(may_go(kind, of, to) for kind in ActorKind)


def test_any_order_of_moves_keeps_what_must_never_break(sqlite_database: Database):
    machine = type("MovesHere", (Moves,), {"database": sqlite_database})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
