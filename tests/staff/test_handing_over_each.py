"""Any service, filled in by two: it goes from the web to the telephone and back at any page, by code or with both
keeping it open, and at the end both change the same answer at once.

What is handed in is what one person alone would have answered, and each answer has its true origin.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eservices.calendars import FixedClock
from eservices.cases import store
from eservices.definitions.conditions import references
from eservices.definitions.model import Service
from eservices.identity.people import Role
from eservices.intake.submit import visible_answers
from eservices.journey.answers import Answers, Place
from eservices.journey.path import Spot, walk
from eservices.submissions import store as submissions
from eservices.values import Channel
from eservices.web.house import House
from tests.bench.robot import primary_form
from tests.build.handed_in import SERVICES
from tests.build.walker import Walker, origins
from tests.staff.conftest import Person

IN_THE_CALL = {"identity_basis": "stated", "receipt_by": "none", "consent": "yes"}
WHO = ("web", "phone")
BACK = ("both keep it", "given back", "another browser")


@pytest.mark.parametrize("service_id", SERVICES)
@settings(max_examples=int(os.environ.get("EXAMPLES", "1")))
@given(seed=st.integers(1, 10**6))
def test_no_answer_of_any_service_is_lost_between_two(  # noqa: PLR0917 - what the story needs of the house
    service_id: str,
    seed: int,
    signed_in: Callable[..., Person],
    a_browser: Callable[[], Person],
    house: House,
    clock: FixedClock,
) -> None:
    service, random = house.library.services[service_id], Random(f"{service_id} {seed}")
    walker = Walker(service, seed, clock.today())
    whole = walker.fill(origins(Channel.WEB, clock.now()))
    pair = _Pair(service, whole, walker, a_browser, signed_in(Role.CONTACT_AGENT, name="agent"), random)

    pair.fill_in()
    for _ in range(random.randint(1, 2)):
        pair.clash(random.choice(WHO))
    number = pair.send(random.choice(WHO))

    assert _handed_in(house, number) == pair.expected()


def _handed_in(house: House, number: str) -> dict[Place, tuple[object, str]]:
    """What was handed in, and how each answer was given."""
    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        kept = submissions.of_case(tx, case.id)[0].answers.given
    for answer in kept.values():
        assert (answer.origin.staff_id is None) == (answer.origin.channel is Channel.WEB)
    return {place: (answer.value, answer.origin.channel.value) for place, answer in kept.items()}


@dataclass
class _Pair:
    """A resident at a browser and an agent on the telephone with one application, page by page."""

    service: Service
    whole: Answers
    walker: Walker
    a_browser: Callable[[], Person]
    agent: Person
    random: Random
    hand: str = ""
    call: str = ""
    given_by: dict[Spot, str] = field(default_factory=dict)
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resident = self.a_browser()
        self.typed = dict(self.walker.pages)
        self.news = count(1)
        self.web = f"/sv/services/{self.service.id}"

    def fill_in(self) -> None:
        """Page by page until all is answered; after any of them it may go to the other."""
        for _ in range(80):
            if not self.hand or self.random.random() < 0.4:
                self.pass_to(self.random.choice(WHO))
            spot = self._spot()
            if spot is None:
                return
            self._send(spot)
        raise AssertionError(f"no end: {self._in_hand.address}")

    def pass_to(self, who: str) -> None:
        """The other goes on with it from where it stands."""
        if who == self.hand:
            return
        if who == "phone":
            if self.hand == "":
                self.agent.go(f"/contact-centre/new?channel=phone&service={self.service.id}").send(IN_THE_CALL)
                self.call = self.agent.address.partition("/steps/")[0]
            elif not self.call:
                self._take_over()
            self.agent.go(f"{self.call}/go-on")
        elif self.hand == "":
            self.resident.go(self.web).send()
        else:
            self._to_the_web()
            self.resident.go(f"{self.web}/check")
        self.hand = who

    def clash(self, who: str) -> None:
        """Both have the same page open and write another answer: nothing is replaced that has not been shown."""
        texts = self._texts()
        if not texts:
            return
        question, spot = self.random.choice(texts)
        self.pass_to("web")
        self.pass_to("phone")
        mine, theirs = (self.agent, self.resident) if who == "phone" else (self.resident, self.agent)
        first, then = f"Svar {next(self.news)}", f"Svar {next(self.news)}"
        other = "web" if who == "phone" else "phone"
        self._open(who, spot)
        self._open(other, spot)
        self._write(theirs, spot, question, first)
        assert theirs.status == 200, theirs.text("main .summary")

        self._write(mine, spot, question, then)
        assert mine.status == 409, "the other's answer is shown before it is replaced"
        assert first in mine.text()
        self._write(mine, spot, question, then)
        assert mine.status == 200, mine.text("main .summary")
        self.changed[question] = (then, who)

    def send(self, who: str) -> str:
        self.pass_to(who)
        person = self._in_hand
        if who == "phone":
            person.go(f"{self.call}/closing").send(IN_THE_CALL)
        return person.send({one.id: "yes" for one in self.service.declarations}).text("#reference")

    def expected(self) -> dict[Place, tuple[object, str]]:
        """What one person alone would have handed in, with who was at it when its page was sent."""
        answers = visible_answers(walk(self.service, self.whole)).given
        found: dict[Place, tuple[object, str]] = {
            (question, item): (answer.value, self.given_by[Spot(self.service.step_of[question].id, item)])
            for (question, item), answer in answers.items()
        }
        return found | {(question, None): told for question, told in self.changed.items()}

    @property
    def _in_hand(self) -> Person:
        return self.agent if self.hand == "phone" else self.resident

    def _spot(self) -> Spot | None:
        """The page that whoever has it stands at, or None where nothing is left to ask."""
        *_, before, last = self._in_hand.address.split("/")
        if last in {"check", "closing"}:
            return None
        return Spot(before, int(last)) if last.isdecimal() else Spot(last)

    def _send(self, spot: Spot) -> None:
        items = self.whole.items.get(spot.step, ())
        answers: dict[str, Any] = dict(self.typed.get(spot, {}))
        if items and spot.item is None:
            done = sum(at.step == spot.step for at in self.given_by)
            answers[f"{spot.step}-more"] = ["yes" if done < len(items) else "no"]
        self._in_hand.send(answers)
        assert self._in_hand.status == 200, f"{self._in_hand.address}: {self._in_hand.text('main .summary')}"
        if spot in self.typed:
            self.given_by[spot] = self.hand

    def _to_the_web(self) -> None:
        """By the code, in the browser that had it or in another; or the resident's own browser has had it all along."""
        way = self.random.choice(BACK)
        began_on_the_web = self.resident.status != 0
        if not self.call or (way == "both keep it" and began_on_the_web):
            return
        self.agent.go(f"{self.call}/closing").send({"give-by": "said"}, form="/hand-back")
        code, self.call = self.agent.text("#continue-code"), ""
        if way == "another browser" or not began_on_the_web:
            self.resident = self.a_browser()
        self._open_by_code(self.resident.go("/sv/continue"), code, "")

    def _take_over(self) -> None:
        code = self.resident.go(f"{self.web}/check").text("#continue-code")
        self.agent.go("/contact-centre/new?channel=phone").send(IN_THE_CALL)
        self.call = self.agent.address.removesuffix("/choose")
        self._open_by_code(self.agent, code, "/code")

    def _open_by_code(self, person: Person, code: str, form: str) -> None:
        """With the code, and with one answer more where that is asked for."""
        person.send({"code": code}, form=form)
        assert person.status == 200, person.text()
        known = {name: value for spot in self.given_by for name, value in self.typed[spot].items()}
        known |= {question: value for question, (value, _) in self.changed.items()}
        node = primary_form(person.page)
        if node is not None and (node.attributes.get("action") or person.address).endswith(("/code", "/continue")):
            person.send(known)
            assert person.status == 200, person.text()

    def _texts(self) -> list[tuple[str, Spot]]:
        """Answers in words that nothing else rests on."""
        used = {name for one in self.service.questions.values() if one.when for name in references(one.when)}
        used |= {name for names in self.service.resting.values() for name in names}
        shown = visible_answers(walk(self.service, self.whole)).given
        pages = {spot.step: spot for spot in self.given_by if spot.item is None}
        return [
            (question.id, pages[step.id])
            for step in self.service.steps
            if step.id in pages
            for question in step.asked
            if question.type.name == "text"
            and question.id not in used
            and (question.id, None) in shown
            and self.whole.value(question.id)
        ]

    def _open(self, who: str, spot: Spot) -> None:
        base = f"{self.call}/steps" if who == "phone" else self.web
        (self.agent if who == "phone" else self.resident).go(f"{base}/{spot.step}?change")

    @staticmethod
    def _write(person: Person, spot: Spot, question: str, value: str) -> None:
        assert spot.step in person.address, person.address
        person.send({question: value})
