"""Case numbers are free when they are taken, and grow by a sign before they run out."""

import datetime as dt
from collections.abc import Iterator

import pytest

from eservices.calendars import FixedClock
from eservices.cases import opening, store
from eservices.storage.database import Transaction
from eservices.submissions import codes
from tests.build.drafts import a_case


@pytest.fixture(autouse=True)
def _forget_years(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_signs_of_year", {})


def test_a_number_that_is_taken_is_drawn_again(tx: Transaction, clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    drawn: Iterator[str] = iter(["2026-AAAAA", "2026-AAAAA", "2026-AAAAA", "2026-FFFFF"])
    monkeypatch.setattr(codes, "new_case_number", lambda _year, **_: next(drawn))

    assert a_case(tx, clock).number == "2026-AAAAA"
    assert a_case(tx, clock).number == "2026-FFFFF"


def test_numbers_get_longer_once_a_third_of_the_year_is_used(
    tx: Transaction, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    # A year with three numbers of the short kind, so that one used is a third.
    monkeypatch.setattr(codes, "case_numbers_of", lambda _: 3)
    drawn = iter(["2026-AAAAA", "2026-AAAAA", "2026-FFFFFF"])
    asked: list[int] = []

    def draw(year: int, signs: int) -> str:
        asked.append(signs)
        return next(drawn)

    monkeypatch.setattr(codes, "new_case_number", draw)
    a_case(tx, clock)
    a_case(tx, clock)

    assert asked == [4, 4, 5]


def test_counting_a_years_numbers_stops_in_time(tx: Transaction, clock: FixedClock):
    for _ in range(3):
        a_case(tx, clock)

    assert store.numbers_used(tx, 2026, signs=4, most=100) == 3
    assert store.numbers_used(tx, 2026, signs=4, most=2) == 2
    assert store.numbers_used(tx, 2025, signs=4, most=100) == 0
    assert store.numbers_used(tx, 2026, signs=5, most=100) == 0


def test_the_year_of_a_number_is_swedish(tx: Transaction, clock: FixedClock):
    clock.set(dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC))

    assert a_case(tx, clock).number.startswith("2027-")
