"""What the telephone exchange says of a day, brought in from its own report.

Only sums: who called is not in it. A day that is brought in again replaces what was there.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert

from eservices.contact_centre.tables import telephone_days
from eservices.storage.database import Transaction

#: The columns of the report; others are left alone.
COLUMNS = ("day", "queue", "offered", "answered", "abandoned", "waited_seconds")


class UnreadableReport(ValueError):
    """A line of the report says nothing that can be counted. The message names it."""


@dataclass(frozen=True, slots=True)
class TelephoneDay:
    """The calls of one day in one queue; `waited_seconds` of all answered calls together."""

    day: dt.date
    queue: str
    offered: int
    answered: int
    abandoned: int
    waited_seconds: int


def read(lines: Iterable[str]) -> list[TelephoneDay]:
    """The days of a report: CSV with a heading line, comma or semicolon, days as 2026-11-25.

    Raises `UnreadableReport` for the first line that is wrong.
    """
    written = list(lines)
    separator = ";" if written and written[0].count(";") > written[0].count(",") else ","
    report = csv.DictReader(written, delimiter=separator)
    if missing := [name for name in COLUMNS if name not in (report.fieldnames or ())]:
        raise UnreadableReport(f"line 1: there is no column {', '.join(missing)}")
    return [_day(row, number) for number, row in enumerate(report, start=2)]


def _day(row: Mapping[str, str | None], number: int) -> TelephoneDay:
    try:
        counts = [int(row[name] or "") for name in COLUMNS[2:]]
        day = TelephoneDay(dt.date.fromisoformat(row["day"] or ""), (row["queue"] or "").strip(), *counts)
    except ValueError:
        raise UnreadableReport(f"line {number}: a day as 2026-11-25 and whole numbers are wanted") from None
    if not day.queue or min(counts) < 0 or day.offered < day.answered + day.abandoned:
        raise UnreadableReport(f"line {number}: more calls were answered and abandoned than came in")
    return day


def bring_in(tx: Transaction, days: Iterable[TelephoneDay]) -> int:
    """Keep the days, in place of what was known of them. Gives how many."""
    kept = {(day.day, day.queue): day for day in days}
    for (day, queue), figures in kept.items():
        tx.execute(delete(telephone_days).where(telephone_days.c.day == day, telephone_days.c.queue == queue))
        tx.execute(
            insert(telephone_days).values(
                day=day,
                queue=queue,
                offered=figures.offered,
                answered=figures.answered,
                abandoned=figures.abandoned,
                waited_seconds=figures.waited_seconds,
            )
        )
    return len(kept)
