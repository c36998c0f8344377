"""Looking at a page as everybody may meet it: light and dark, wide and narrow, in colours of the reader's own, under
axe; and nothing overflows.

A page is loaded once and shown in one way after another. The engine goes by all its rules once in each width; in a
further theme by those of colour, which are all that a theme can change.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.browser import results
from tests.browser.axe import ALL, COLOURS, violations
from tests.browser.conftest import everything
from tests.browser.person import Person

WIDE, NARROW = 1280, 320
GRID = list(itertools.product(("light", "dark"), (WIDE, NARROW)))


def looks(language: str) -> list[tuple[str, int]]:
    """The combinations of theme and width in which a page is looked at."""
    if everything():
        return GRID
    return [("light", WIDE), ("dark", NARROW)] if language == "sv" else [("dark", WIDE), ("light", NARROW)]


def faults_in(person: Person, ways: Iterable[tuple[str, int]]) -> Iterator[str]:
    """What is wrong with the page a person has before them, in each of these combinations of theme and width."""
    gone_through: set[int] = set()
    for theme, width in sorted(ways, key=lambda way: (-way[1], ("light", "dark", "forced").index(way[0]))):
        person.look_through(theme=theme, width=width)
        results.looked()
        found = []
        if width not in gone_through:
            found = violations(person.driver, ALL)
            gone_through.add(width)
        elif theme != "forced":
            found = violations(person.driver, COLOURS)
        wide = person.driver.execute_script("return document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"the page is {wide} pixels wide")
        # With colours of the reader's own axe compares our ink with their paper; what is shown is theirs, both.
        yield from (
            f"({theme}, {width}): {fault}"
            for fault in found
            if theme != "forced" or not fault.startswith("color-contrast")
        )


@dataclass
class Inspector:
    """Looks at the page a person has before them, and remembers what is wrong."""

    person: Person
    language: str
    faults: list[str] = field(default_factory=list)

    def look(self, where: str = "") -> None:
        self._look(looks(self.language), where)
        self.person.look_through(theme="light", width=WIDE)

    def look_at(self, theme: str, width: int, where: str = "") -> None:
        self._look([(theme, width)], where)

    def _look(self, ways: Iterable[tuple[str, int]], where: str) -> None:
        self.faults += [f"{where or self.person.path} {fault}" for fault in faults_in(self.person, ways)]

    def verdict(self) -> None:
        assert not self.faults, "\n".join(self.faults)
