"""Looking at a page as everybody may meet it: light and dark, wide and narrow, under axe; and nothing overflows."""

import itertools
from dataclasses import dataclass, field

from tests.browser.axe import violations
from tests.browser.conftest import everything
from tests.browser.person import Person

WIDE, NARROW = 1280, 320
GRID = list(itertools.product(("light", "dark"), (WIDE, NARROW)))


def looks(language: str) -> list[tuple[str, int]]:
    """The combinations of theme and width in which a page is looked at."""
    if everything():
        return GRID
    return [("light", WIDE), ("dark", NARROW)] if language == "sv" else [("dark", WIDE), ("light", NARROW)]


@dataclass
class Inspector:
    """Looks at the page a person has before them, and remembers what is wrong."""

    person: Person
    language: str
    faults: list[str] = field(default_factory=list)

    def look(self, where: str = "") -> None:
        for theme, width in looks(self.language):
            self.look_at(theme, width, where)
        self.person.look_through(theme="light", width=WIDE)

    def look_at(self, theme: str, width: int, where: str = "") -> None:
        self.person.look_through(theme=theme, width=width)
        name = f"{where or self.person.path} ({theme}, {width})"
        self.faults += [f"{name}: {line}" for line in violations(self.person.driver)]
        wide = self.person.driver.execute_script("return document.documentElement.scrollWidth")
        if wide > width:
            self.faults.append(f"{name}: the page is {wide} pixels wide")

    def verdict(self) -> None:
        assert not self.faults, "\n".join(self.faults)
