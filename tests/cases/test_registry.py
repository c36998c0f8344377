"""The register has the four facts of all that came and went, and no name that may be secret."""

import datetime as dt

from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, protecting, registry, store
from eservices.cases.model import Outcome
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting
from tests.build.service import a_service


def test_what_came_and_what_went_stands_with_day_number_person_and_matter(tx: Transaction, clock: FixedClock):
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    clock.move(dt.timedelta(hours=1))
    acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body="…")

    lines = registry.register_of(tx, clock.today())

    assert [(line.direction, line.number, line.who) for line in lines] == [
        ("in", case.number, "Åsa Öberg"),
        ("out", case.number, "Åsa Öberg"),
    ]
    assert lines[0].what == "Ansök om klotterplank"
    assert registry.register_of(tx, clock.today() - dt.timedelta(days=1)) == []
    assert registry.register_of(tx, clock.today(), units=("annan",)) == []


def test_who_may_be_secret_is_left_out_and_the_line_stays(tx: Transaction, clock: FixedClock):
    officer = acting(a_member_of_staff(tx, clock))
    hidden = a_case(tx, clock, a_service(view="existence_only"))
    protected = a_case(tx, clock)
    protecting.protect(tx, protected.id, actor=officer, now=clock.now(), why="beslut")

    lines = registry.register_of(tx, clock.today())

    assert {(line.number, line.who) for line in lines} == {(hidden.number, ""), (protected.number, "")}


def test_delegated_decisions_are_listed_for_the_board_in_full_and_without_names_for_all(
    tx: Transaction, clock: FixedClock
):
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    deciding.decide(
        tx, case.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(),
        outcome=Outcome.GRANTED, reasons="-", law="",
    )  # fmt: skip
    period = {"since": clock.today(), "until": clock.today()}

    (full,) = registry.delegated(tx, case.board, **period, published=False)
    (published,) = registry.delegated(tx, case.board, **period, published=True)

    assert (full.who, full.delegate, full.decided_by) == ("Åsa Öberg", "Delegation 1", "Bo Handläggare")
    assert published.who == ""
    assert registry.delegated(tx, "annan", **period, published=False) == []
