"""Other cases at the same place, and the same matter twice: shown to who may know of them, and never merged."""

import datetime as dt

from eservices.calendars import FixedClock
from eservices.cases import belonging, marks, protecting
from eservices.cases.model import Case
from eservices.cases.related import related_to
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting
from tests.build.service import a_service

ELSEWHERE = {"property": "TJÖRN HÖVIKSNÄS 9:99"}


def _numbers(tx: Transaction, case: Case, staff_id: str, *units: str) -> tuple[list[str], list[str]]:
    found = related_to(tx, case, staff_id=staff_id, own_units=units or ("park",))
    return [row.number for row in found.same_place], [row.number for row in found.perhaps_the_same]


def test_cases_at_the_same_property_are_shown_newest_first_and_others_are_not(tx: Transaction, clock: FixedClock):
    officer = a_member_of_staff(tx, clock)
    old = a_case(tx, clock)
    clock.move(dt.timedelta(days=60))
    other = a_case(tx, clock, a_service("brygga", unit="hamn"))
    a_case(tx, clock, changes=ELSEWHERE)
    new = a_case(tx, clock)

    same_place, twice = _numbers(tx, old, officer.id)

    assert same_place == [new.number, other.number]
    assert twice == [], "two months later it is another matter"
    assert _numbers(tx, new, officer.id)[0] == [other.number, old.number]


def test_the_same_person_in_the_same_service_within_a_month_may_be_the_same_matter(tx: Transaction, clock: FixedClock):
    officer = a_member_of_staff(tx, clock)
    first = a_case(tx, clock)
    a_case(tx, clock, a_service("brygga", unit="park"), changes=ELSEWHERE)
    clock.move(dt.timedelta(days=30))
    again = a_case(tx, clock, changes=ELSEWHERE)
    clock.move(dt.timedelta(days=1))
    a_case(tx, clock, changes=ELSEWHERE)

    assert _numbers(tx, first, officer.id)[1] == [again.number]
    assert (first.row_version, again.row_version) == (1, 1), "nothing is changed by being alike"


def test_a_name_alone_makes_nobody_the_same_but_at_the_same_place_it_may(tx: Transaction, clock: FixedClock):
    officer = a_member_of_staff(tx, clock)
    unreachable = {"contact": "letter", "email": None, "phone": None}
    first = a_case(tx, clock, changes=unreachable)
    a_case(tx, clock, changes=unreachable | ELSEWHERE)
    a_case(tx, clock, changes=unreachable | {"name": "Åke Öberg"})
    again = a_case(tx, clock, changes=unreachable | {"name": "Öberg, Åsa"})

    assert _numbers(tx, first, officer.id)[1] == [again.number]


def test_those_who_share_a_telephone_are_not_told_to_be_one(tx: Transaction, clock: FixedClock):
    officer = a_member_of_staff(tx, clock)
    first = a_case(tx, clock)
    a_case(tx, clock, changes={"name": "Åke Öberg"})

    assert _numbers(tx, first, officer.id)[1] == []


def test_nothing_is_shown_across_a_protection(tx: Transaction, clock: FixedClock):
    officer = a_member_of_staff(tx, clock)
    now, by = clock.now(), acting(officer)
    here, protected, restricted, avoided = (a_case(tx, clock) for _ in range(4))
    secret = a_case(tx, clock, a_service("orosanmalan", unit="soc", view="by_reference_only"))
    outline = a_case(tx, clock, a_service("bistand", unit="soc", view="existence_only"))
    marked = a_case(tx, clock, a_service("brygga", unit="hamn"))
    protecting.protect(tx, protected.id, actor=by, now=now, why="Begärt")
    another = acting(a_member_of_staff(tx, clock, "Eva Annan"))
    belonging.restrict(
        tx, restricted.id, actor=another, expected=1, now=now, named=[another.staff_id or ""], why="Känsligt"
    )
    belonging.recuse(tx, avoided.id, actor=by, expected=1, now=now, why="Granne")
    marks.mark(tx, marked.id, actor=by, expected=1, now=now, provision="OSL 26:1", why="Uppgifter om hälsa")

    assert _numbers(tx, here, officer.id) == ([], [])
    protected_now = related_to(tx, _again(tx, protected), staff_id=officer.id, own_units=None)
    assert not protected_now.same_place
    assert not protected_now.perhaps_the_same
    assert set(_numbers(tx, here, officer.id, "park", "soc", "hamn")[0]) == {
        secret.number, outline.number, marked.number,
    }, "the unit itself knows of its own"  # fmt: skip


def _again(tx: Transaction, case: Case) -> Case:
    from eservices.cases import store

    found = store.by_id(tx, case.id)
    assert found is not None
    return found
