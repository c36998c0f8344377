"""All who use the house at once: residents, agents who take down, officers who work on what comes in."""

import http.client
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from tests.bench import robot
from tests.torture import trials
from tests.torture.house import House
from tests.torture.people import Resident, Seen
from tests.torture.staff import Acts, Officer, sign_in, take_down

RESIDENTS, AGENTS, OFFICERS = 7, 2, 3


class Crowd:
    """Goes on from the moment it is let in until it is over; what each was in the middle of is finished first."""

    def __init__(self, house: House, seen: Seen, acts: Acts):
        self._house, self._seen, self._acts = house, seen, acts
        self._over, self._given, self._seen_before = threading.Event(), 0, 0
        self._visits: list[Resident | None] = [None] * (RESIDENTS + AGENTS)

    @contextmanager
    def let_in(self) -> Iterator[None]:
        agent, officer = self._signed_in("agent"), self._signed_in("officer")
        todo: list[Callable[[], None]] = [partial(self._hand_in, place) for place in range(RESIDENTS)]
        todo += [partial(self._hand_in, RESIDENTS + place, agent) for place in range(AGENTS)]
        todo += [partial(self._act, officer)] * OFFICERS
        threads = [threading.Thread(target=one) for one in todo]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join(120)

    def wait_for_progress(self, seconds: float = 3) -> None:
        """Until somebody has seen a receipt since the last time: who is only ever killed while starting shows nothing."""
        until = time.monotonic() + seconds
        while len(self._seen.receipts) == self._seen_before and time.monotonic() < until:
            time.sleep(0.005)
        self._seen_before = len(self._seen.receipts)

    def where_a_final_post_is(self) -> str:
        """The address of a node that has one in hand; "" when none comes for a while."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for one in self._visits:
                if one is not None and one.sending.is_set():
                    return one.base
            time.sleep(0.001)
        return ""

    def _hand_in(self, place: int, agent: Mapping[str, str] | None = None) -> None:
        """Hand in again and again, on one's own or as an agent takes it down."""
        while not self._over.is_set():
            visit = Resident(random.choice(self._house.bases), trials.ANSWERS, bases=self._house.bases)
            self._visits[place] = visit
            with self._told_when_refused("resident" if agent is None else "agent"):
                if agent is None:
                    trials.hand_in(visit, self._seen)
                else:
                    visit.cookies |= agent
                    trials.noted(visit, self._seen, partial(take_down, visit, trials.ANSWERS))
            visit.close()

    def _act(self, cookies: Mapping[str, str]) -> None:
        visit = Resident(self._house.bases[0], {}, bases=self._house.bases, cookies=dict(cookies))
        officer = Officer(visit, self._acts, goes_on=lambda: not self._over.is_set())
        while not self._over.is_set():
            number = self._next_case()
            if number is None:
                time.sleep(0.2)
                continue
            with self._told_when_refused("officer"):
                officer.work_on(number)
        visit.close()
        with self._seen.lock:
            self._seen.broken += visit.broken

    def _next_case(self) -> str | None:
        """One that no officer has had in hand."""
        with self._seen.lock:
            if self._given == len(self._seen.receipts):
                return None
            self._given += 1
            return self._seen.receipts[self._given - 1][0]

    def _signed_in(self, username: str) -> Mapping[str, str]:
        """The cookies of an account: one signs in, and all of that kind go on as that one."""
        visit = Resident(self._house.bases[0], {}, bases=self._house.bases)
        sign_in(visit, username)
        visit.close()
        return visit.cookies

    @contextmanager
    def _told_when_refused(self, who: str) -> Iterator[None]:
        try:
            yield
        except (robot.Refused, OSError, http.client.HTTPException) as error:
            with self._seen.lock:
                self._seen.errors.append(f"{who}: {error}")
