"""A case handed out: for whom, looked through, signed, made by the worker, fetched; and what stands in the journal."""

import io
import zipfile
from collections.abc import Callable

import pytest

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases import store
from eservices.identity.people import Role
from eservices.web.house import House
from eservices.worker.loop import Worker
from tests.build.drafts import a_case
from tests.build.papers import said_on
from tests.staff.conftest import PASSWORD, Person

#: An answer of the case.
SECRET = "Ett plank vid hamnen."

SignedIn = Callable[..., Person]


@pytest.fixture
def number(house: House, clock: FixedClock) -> str:
    with house.database.transaction() as tx:
        return a_case(tx, clock).number


def test_what_an_officer_leaves_out_is_in_neither_copy_and_is_listed_with_its_provision(
    signed_in: SignedIn, house: House, clock: FixedClock, number: str
) -> None:
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/hand-out?edition=party")
    choice = next(one for one in officer.page.css("label.choice") if SECRET in one.text())
    key = choice.css_first("input").attributes["value"] or ""

    assert officer.send({"out": [key], "password": PASSWORD}).status == 422
    assert "Skriv vilken bestämmelse som gör det hemligt." in officer.text(".summary")
    officer.send({"provision": "21 kap. 1 § OSL"})
    assert "Görs nu." in officer.text()
    Worker(house.settings, house.database, house.library, clock).run_once()
    printed, packed = _fetched(officer.go(f"/cases/{number}/hand-out"))

    with zipfile.ZipFile(io.BytesIO(packed)) as folder:
        written = folder.read("case.json").decode()
    for copy in (said_on(printed), written):
        assert "21 kap. 1 § OSL" in copy
        assert "Åsa Öberg" in copy
        assert SECRET not in copy


def test_nothing_is_handed_out_by_a_browser_left_open_and_the_journal_says_who_for_whom_and_how_much(
    signed_in: SignedIn, house: House, number: str
) -> None:
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/hand-out?edition=public")

    assert officer.send({"why": "Begäran med e-post"}).status == 422
    officer.send({"why": "Begäran med e-post", "password": PASSWORD})

    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        (entry,) = (one for one in journal.of_case(tx, case.id, case.key) if one.kind == "handed_out")
    assert isinstance(entry.content, dict)
    assert (entry.content["reader"], entry.why, entry.shared) == ("public", "Begäran med e-post", False)
    assert int(str(entry.content["withheld"])) > 0
    assert "Lämnade ut ärendet" in officer.go(f"/cases/{number}").text("main")


def test_a_copy_holds_no_earlier_copy(signed_in: SignedIn, house: House, clock: FixedClock, number: str) -> None:
    officer, worker = signed_in(Role.CASE_OFFICER), Worker(house.settings, house.database, house.library, clock)
    for _ in range(2):
        officer.go(f"/cases/{number}/hand-out?edition=unit").send({"password": PASSWORD})
        worker.run_once()

    _, packed = _fetched(officer.go(f"/cases/{number}/hand-out"))

    with zipfile.ZipFile(io.BytesIO(packed)) as folder:
        assert not [name for name in folder.namelist() if name.endswith(".zip")]


def _fetched(officer: Person) -> tuple[bytes, bytes]:
    links = [a.attributes["href"] or "" for a in officer.page.css("main ul.timeline a")]
    return officer.client.get(links[0]).get_data(), officer.client.get(links[1]).get_data()
