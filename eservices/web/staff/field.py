"""The controls of forms that no definition describes: the agent's own questions, an officer's acts."""

import datetime as dt
from dataclasses import dataclass, replace

#: Years that anybody means. Beyond them a day cannot be reckoned with: there may be none before or after it.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def day_in(written: str) -> dt.date | None:
    """The day that a control for a date has sent; None for nothing, and for what is no day."""
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


@dataclass(frozen=True, slots=True)
class Field:
    """One control: its name, its words, what stands in it."""

    kind: str  #: long, text, radios, select, checks (values between spaces), date, files, password, hidden
    name: str
    label: str
    value: str = ""
    hint: str = ""
    optional: bool = False
    rows: int = 5
    width: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()
    #: Boxes beside those, each under a heading of its own that is opened by whoever looks for them.
    folded: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = ()

    def with_value(self, value: str) -> "Field":
        """The same control with something else in it."""
        return replace(self, value=value)

    @property
    def on(self) -> dt.date | None:
        """The day that stands in it, where it asks for one."""
        return day_in(self.value) if self.kind == "date" else None

    @property
    def is_none_of_its_choices(self) -> bool:
        """Whether something else stands in it than what it offers; no browser sends that by itself."""
        chosen = {"radios": [self.value], "select": [self.value], "checks": self.value.split()}.get(self.kind, [])
        return bool(self.value) and not set(chosen) <= {value for value, _, _ in self.offered}

    @property
    def shown(self) -> str:
        """The value as one reads it."""
        if self.kind == "checks":
            chosen = self.value.split()
            return ", ".join(label for value, label, _ in self.offered if value in chosen)
        return next((label for value, label, _ in self.choices if value == self.value), self.value)

    @property
    def offered(self) -> tuple[tuple[str, str, str], ...]:
        """All that can be chosen."""
        return (*self.choices, *(choice for _, choices in self.folded for choice in choices))


#: What is wrong with what was typed: the control, and the sentence for it.
Errors = tuple[tuple[str, str], ...]
