"""Several officers at one queue: by unit and place, who else has a case open, and pictures without saving them."""

import datetime as dt
import io
from collections.abc import Callable

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from tests.staff.conftest import FAULT, WASTE, Person
from tests.web.test_files import picture

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]
Browser = Callable[[], Person]


def test_a_queue_is_narrowed_to_a_unit_and_to_a_place_and_the_search_is_written_down(
    signed_in: SignedIn, handed_in: HandedIn, house: House
) -> None:
    berth, bin_at = handed_in()[0], handed_in("sophamtning", WASTE)[0]
    fault = handed_in("felanmalan", {**FAULT, "location": "bergsvägen  4"})[0]
    officer = signed_in(Role.CASE_OFFICER)

    assert officer.go("/cases/?unit=hamn").texts("tbody th") == [berth]
    assert set(officer.go("/cases/?place=Bergsvägen 4").texts("tbody th")) == {bin_at, fault}
    assert officer.go("/cases/?place=EXEMPEL STRAND 1:23&unit=avfall").texts("tbody th") == [bin_at]
    assert officer.go("/cases/?place=Någon annanstans").texts("tbody th") == []
    assert officer.page.css_first("#place").attributes["value"] == "Någon annanstans"
    only = signed_in(Role.CASE_OFFICER, "hamn")
    assert not only.go("/cases/").page.css("select[name=unit]"), "whoever has one unit chooses none"
    assert only.go("/cases/?unit=avfall").texts("tbody th") == [berth], "no other unit opens by its address"


def test_somebody_else_at_the_case_is_told_of_for_a_quarter_of_an_hour(
    signed_in: SignedIn, handed_in: HandedIn, clock: FixedClock
) -> None:
    number, _ = handed_in()
    first = signed_in(Role.CASE_OFFICER, "hamn", name="forsta").go(f"/cases/{number}")
    assert "Någon annan" not in first.text()

    second = signed_in(Role.CASE_OFFICER, "hamn", name="andra").go(f"/cases/{number}")
    assert "Någon annan har öppnat ärendet nyss: Kim Forsta" in second.text()
    clock.move(dt.timedelta(minutes=16))
    assert "Någon annan" not in second.go(f"/cases/{number}").text()


def test_a_picture_is_looked_at_on_the_page_and_the_look_is_written_down(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, a_browser: Browser, house: House
) -> None:
    number, code = handed_in()
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    token = resident.page.css_first("form[action$='/document'] [name=csrf_token]").attributes["value"]
    sent = {"csrf_token": token, "document": (io.BytesIO(picture()), "bryggan.png")}
    resident.client.post(f"/sv/case/{number}/document", data=sent, content_type="multipart/form-data")

    officer = signed_in(Role.CASE_OFFICER, "hamn").go(f"/cases/{number}")
    assert "bryggan.png" in officer.text("#documents ~ ul")
    shown = officer.page.css_first("details img")
    assert shown is not None
    answer = officer.client.get(shown.attributes["src"])
    assert answer.mimetype == "image/png"
    with house.database.read() as tx:
        case = case_of(number)
        looks = [entry.content.get("file") for entry in journal.of_case(tx, case.id, case.key)]
    assert looks.count("bryggan.png") == 1
