"""Broken on purpose: a calendar, a table of moves, a version that nobody looks at, a message that reaches nobody.

What looks after the law and after those who act at once is worth as much as what it finds of this.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from eservices import calendars
from eservices.calendars import FixedClock, day_of
from eservices.cases import acts, changing, clocks, store
from eservices.cases.model import ClockKind, Status
from eservices.storage.database import Database
from tests.cases import test_many_at_once as at_once
from tests.cases.test_clocks_by_law import LAST_DAYS, begun, day
from tests.cases.test_many_at_once import Crowd
from tests.cases.test_state_machine import Moves

Break = Callable[[pytest.MonkeyPatch], None]

_DAY = dt.timedelta(days=1)


def _no_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "_free_days", lambda _: frozenset())


def _no_eves(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = calendars._free_days
    eves = {(6, n) for n in range(19, 26)} | {(12, 24), (12, 31)}
    monkeypatch.setattr(
        calendars, "_free_days", lambda year: frozenset(on for on in whole(year) if (on.month, on.day) not in eves)
    )


def _months_of_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = calendars.plain_last_day
    days = {"months": 30}

    def last_day(start: dt.date, amount: int, unit: str) -> dt.date:
        return start + days[unit] * amount * _DAY if unit in days else whole(start, amount, unit)

    for module in (calendars, clocks):
        monkeypatch.setattr(module, "plain_last_day", last_day)


@pytest.mark.parametrize("broken", [_no_holidays, _no_eves, _months_of_thirty_days])
def test_a_broken_calendar_is_found_by_rows_of_the_law(broken: Break, monkeypatch: pytest.MonkeyPatch):
    broken(monkeypatch)

    wrong = [row for row in LAST_DAYS if not _holds(row)]

    assert len(wrong) >= 3


def _holds(row: tuple[Any, ...]) -> bool:
    kind, regime, start, length, last, *_ = row
    clock = begun(kind, start, regime=regime, length=length, by_law="law" if kind is ClockKind.BY_LAW else "")
    return day_of(clock.due_at) == day(last)


def _any_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two guards hold a move: the list for the officer's page, and the table below every act."""
    monkeypatch.setattr(acts, "moves_from", lambda *_: [state.value for state in Status])
    monkeypatch.setattr(changing, "may_go", lambda *_: True)


def _any_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "locked", lambda tx, case_id, _: store.lock(tx, case_id))


def _told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "tell", lambda *_, **__: None)


@pytest.mark.parametrize("broken", [_any_move, _any_version, _told_to_nobody])
def test_a_broken_act_is_found_by_random_moves(
    broken: Break, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database
):
    broken(monkeypatch)
    machine = type("BrokenMoves", (Moves,), {"database": sqlite_database})

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=40,
                stateful_step_count=50,
                deadline=None,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                print_blob=False,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_officers_who_overwrite_each_other_are_found(
    monkeypatch: pytest.MonkeyPatch, postgres_database: Database, clock: FixedClock
):
    monkeypatch.setattr(at_once, "STEPS", 40)
    _any_version(monkeypatch)
    crowd = Crowd(postgres_database, clock)

    crowd.go()

    with pytest.raises(AssertionError, match="one and the same page"):
        at_once.judge(crowd)
