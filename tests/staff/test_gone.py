"""The address of a case that was disposed of says so, to whoever may see the cases of its unit, and names nobody."""

import datetime as dt
from collections.abc import Callable

import pytest

from eservices.calendars import FixedClock
from eservices.cases import store
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.records import store as records
from eservices.records.model import Due
from eservices.records.retention import _dispose
from eservices.web.house import House
from tests.records.cases import a_finished_case
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]


@pytest.fixture
def disposed(house: House, clock: FixedClock) -> Case:
    with house.database.transaction() as tx:
        case = a_finished_case(tx, clock)
        due = Due(
            case.id, case.number, case.service, dt.date(2026, 1, 1), dt.date(2026, 1, 1), "Plan 4.7", None, "closed"
        )
        assert _dispose(tx, due, disposal_id=records.begin(tx, "KS 2026 § 1", clock.now()), now=clock.now()) is not None
        assert store.by_number(tx, case.number) is None
    return case


def test_it_says_when_and_by_what_decision_and_names_nobody(signed_in: SignedIn, disposed: Case) -> None:
    officer = signed_in(Role.CASE_OFFICER, disposed.unit).go(f"/cases/{disposed.number}")

    assert officer.status == 410
    assert "Ärendet är gallrat" in officer.text("h1")
    assert "KS 2026 § 1" in officer.text()
    assert "Plan 4.7" in officer.text()
    assert disposed.name
    assert disposed.name not in officer.text()


def test_to_others_it_is_not_there_at_all(signed_in: SignedIn, disposed: Case) -> None:
    assert signed_in(Role.CASE_OFFICER, "skola").go(f"/cases/{disposed.number}").status == 404
    assert signed_in(Role.CONTACT_AGENT).go(f"/cases/{disposed.number}").status == 403
    assert signed_in(Role.REGISTRAR).go("/cases/2026-00000").status == 404
