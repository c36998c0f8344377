"""Going through a service page by page at a browser without JavaScript, with what a `Walker` writes, and looking at
every page on the way."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from eservices.definitions.model import Service
from eservices.journey.path import Spot
from eservices.values import Channel
from tests.build.walker import Walker, origins
from tests.journeys.person import Person

#: What an agent is asked beside the service: before the first page, and after the last.
BY_PHONE: Mapping[str, str | list[str]] = {
    "channel": "phone",
    "identity_basis": "stated",
    "receipt_by": "phone",
    "consent": "yes",
}
_MOST_PAGES = 80


@dataclass
class Way:
    """One way through `service`: the walker's answers, typed in by `person`; `look` is shown every page."""

    person: Person
    service: Service
    walker: Walker
    look: Callable[[str, LexborHTMLParser], None]
    beside: Mapping[str, str | list[str]] = field(default_factory=dict)
    #: answers instead of the walker's, by the name of the control: what leads to a page that ends the path
    instead: Mapping[str, str | list[str]] = field(default_factory=dict)
    #: whether each page is first sent as it is, to see what it says is wrong
    stumbling: bool = False

    def go(self, start: str) -> "Way":
        """From the page at `start` to the receipt."""
        self.walker.fill(origins(Channel.WEB, _at(self.walker)))
        typed = dict(self.walker.pages)
        declared = {declaration.id: "yes" for declaration in self.service.declarations}
        self.person.go(start)
        for _ in range(_MOST_PAGES):
            self._seen()
            if self.person.read("reference") or self.person.page.css_first("#stop") is not None:
                return self
            step, item = _spot(self.person.path)
            answers = {**self.beside, **typed.get(Spot(step, item), {}), **(declared if "check" in step else {})}
            items = sum(spot.step == step and spot.item is not None for spot in typed)
            if items and item is None:
                made = len({path for path in self.person.visited if _spot(path)[0] == step and _spot(path)[1]})
                answers[f"{step}-more"] = ["yes" if made < items else "no"]
            elif self.stumbling and self.service.step(step) is not None:
                here = self.person.path
                self.person.press()
                self._seen(frozenset({200, 422}))
                self.person.go(here)
            self.person.press({**answers, **self.instead})
        raise AssertionError(f"no end: {self.person.visited[-4:]}")

    def _seen(self, expected: frozenset[int] = frozenset({200})) -> None:
        assert self.person.status in expected, f"{self.person.status} at {self.person.path}: {self.person.errors}"
        self.look(self.person.path, self.person.page)


def _at(walker: Walker) -> dt.datetime:
    return dt.datetime.combine(walker.today, dt.time(9), tzinfo=dt.UTC)


def _spot(path: str) -> tuple[str, int | None]:
    parts = urlsplit(path).path.strip("/").split("/")
    return (parts[-2], int(parts[-1])) if parts[-1].isdecimal() else (parts[-1], None)
