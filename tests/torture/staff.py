"""Staff who go on whatever breaks: officers who act on cases, agents who take down. No answer came? They send it again.

An officer takes a case of its own and does to it what is done to cases, each act with words of its own. What breaks is
sent once more, word for word, as a browser does; the page that comes then is counted.
"""

import http.client
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from eservices.demo.accounts import PASSWORD
from tests.bench import robot
from tests.torture.people import SERVICE, Resident

#: What a call asks beside the service's own questions.
_CALL = {"channel": "phone", "identity_basis": "stated", "receipt_by": "phone", "consent": "yes"}

_THROTTLED = "För många försök".encode()


@dataclass(frozen=True)
class Done:
    """An act that was answered with 303: on which case, what, and the words that only it has."""

    number: str
    what: str
    words: str


@dataclass
class Acts:
    """What staff saw done, and how what was sent again was answered: (what, status) -> times."""

    done: list[Done] = field(default_factory=list)
    again: Counter[tuple[str, int]] = field(default_factory=Counter)


def sign_in(visit: Resident, username: str) -> None:
    path, page = visit.follow("GET", "/staff/login")
    form = robot.primary_form(page)
    assert form is not None
    visit.follow("POST", path, urlencode(robot.filled(form, {"username": username, "password": PASSWORD})))


@dataclass
class Officer:
    """One case after the other, each from taking it to its decision."""

    visit: Resident
    acts: Acts
    goes_on: Callable[[], bool]

    def work_on(self, number: str) -> None:
        """All acts on a case that nobody else works on; ends early when it is time."""
        asked = ("supplement", {"items": "", "questions": _words()}, "questions")
        written = ("note", {"body": _words()}, "body"), ("message", {"subject": _words(), "body": "Hej!"}, "subject")
        decision = {"outcome": random.choice(("granted", "written_off")), "reasons": _words(), "waiver": "Ingen annan."}
        ways: list[tuple[str, Mapping[str, str], str]] = [*written, ("decision", decision, "reasons")]
        ways += [("appeal", {"body": _words()}, "body")] if random.random() < 0.5 else []
        ways[1:1] = [asked] if random.random() < 0.5 else []
        for what, answers, words in [("claim", {"claim": ""}, "claim"), *ways]:
            if not self.goes_on():
                return
            self._act(number, what, answers)
            self.acts.done.append(Done(number, what, answers[words]))

    def _act(self, number: str, what: str, answers: Mapping[str, str]) -> None:
        """Open the page, fill it in and send it until it is done."""
        path, form = self._page_of(number, what)
        body = robot.filled(form, {**answers, "password": PASSWORD})
        broken, until = False, time.monotonic() + self.visit.patience
        while time.monotonic() < until:
            try:
                status, _, content = self.visit._ask_once("POST", path, urlencode(body))
            except (OSError, http.client.HTTPException):
                self.visit._turn_elsewhere()
                self.visit.broken += 1
                broken = True
                time.sleep(0.05)
                continue
            if broken and status not in {502, 503}:
                self.acts.again[what, status] += 1
                broken = False
            if status == 303:
                return
            if status == 200:  # it is shown once more before it is done
                shown = robot.primary_form(LexborHTMLParser(content))
                assert shown is not None
                body = robot.filled(shown, {"password": PASSWORD})
            elif status == 409:  # the house did something with the case meanwhile
                path, form = self._page_of(number, what)
                body = robot.filled(form, {**answers, "password": PASSWORD})
            elif status in {502, 503}:
                time.sleep(0.05)
            elif status == 422 and _THROTTLED in content:  # tries that were cut count as wrong until a right one
                time.sleep(5)
            else:
                said = LexborHTMLParser(content).css_first("main")
                raise robot.Refused(f"{status} at {path}: {said.text(strip=True)[:200] if said else ''}")
        raise robot.Refused(f"never done: {what} on {number}")

    def _page_of(self, number: str, what: str) -> tuple[str, LexborNode]:
        """Where an act is sent, and its form."""
        if what == "claim":
            path, page = self.visit.follow("GET", f"/cases/{number}")
            form = page.css_first("form[action$='/claim']")
        else:
            path, page = self.visit.follow("GET", f"/cases/{number}/{what}")
            form = robot.primary_form(page)
        if form is None:
            raise robot.Refused(f"no form to {what} at {path}")
        return urljoin(path, form.attributes.get("action") or path), form


def take_down(visit: Resident, answers: robot.Answers) -> LexborHTMLParser:
    """A whole call, to its receipt."""
    visit.answers = {**answers, **_CALL}
    return visit.journey(f"/contact-centre/new?channel=phone&service={SERVICE}")


def _words() -> str:
    return f"Ord {random.getrandbits(48):012x}"
