"""The periods of the figures: calendar quarters and whole years, and nothing between them.

Periods that overlap freely could be subtracted from each other until single persons stand out.
"""

import datetime as dt
import re
from dataclasses import dataclass

from eservices.calendars import start_of_day

_WRITTEN = re.compile(r"(\d{4})(?:-[qQkK]([1-4]))?")


class UnknownPeriod(ValueError):
    """What was asked for is neither a quarter (`2026-Q4`) nor a year (`2026`)."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A quarter, or a year when `quarter` is None. Days by the Swedish calendar, the last one included."""

    year: int
    quarter: int | None = None

    @classmethod
    def read(cls, written: str) -> "Period":
        """`2026-Q4`, `2026-K4` or `2026`. Raises `UnknownPeriod`."""
        found = _WRITTEN.fullmatch(written.strip())
        if found is None or not 2000 <= int(found[1]) <= 2999:  # noqa: PLR2004 - a year that somebody meant
            raise UnknownPeriod(written)
        return cls(int(found[1]), int(found[2]) if found[2] else None)

    @classmethod
    def around(cls, day: dt.date) -> "Period":
        """The quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, 3 * (self.quarter or 1) - 2, 1)

    @property
    def last_day(self) -> dt.date:
        return self.after().first_day - dt.timedelta(days=1)

    @property
    def began_at(self) -> dt.datetime:
        return start_of_day(self.first_day)

    @property
    def ended_at(self) -> dt.datetime:
        """The first moment that is no longer in it."""
        return start_of_day(self.after().first_day)

    def after(self) -> "Period":
        if self.quarter is None:
            return Period(self.year + 1)
        return Period(self.year + self.quarter // 4, self.quarter % 4 + 1)

    def before(self) -> "Period":
        if self.quarter is None:
            return Period(self.year - 1)
        return Period(self.year - (self.quarter == 1), (self.quarter - 2) % 4 + 1)

    def parts(self) -> "tuple[Period, ...]":
        """The quarters in it."""
        return (self,) if self.quarter else tuple(Period(self.year, quarter) for quarter in range(1, 5))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)
