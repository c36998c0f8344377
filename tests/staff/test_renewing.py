"""What was granted for a time is renewed by one answer: reminded of, prefilled as corrected, known to the new case."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eservices import journal
from eservices.calendars import FixedClock
from eservices.cases import store, ticking
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.submissions import drafts
from eservices.web.house import House
from tests.staff.conftest import PASSWORD, Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]
Browser = Callable[[], Person]

_KEPT = json.loads((Path(__file__).parents[1] / "browser" / "answers" / "parkeringstillstand.json").read_text("utf-8"))
PERMIT = {
    **{name: given for name, given in _KEPT.items() if not name.startswith(("representative", "power", "mandate"))},
    "acting": "self",
    "truthful": "yes",
}


@pytest.fixture
def granted(
    signed_in: SignedIn, handed_in: HandedIn, a_browser: Browser, house: House, clock: FixedClock
) -> tuple[str, str]:
    """A permit for three years, one of whose answers was corrected before it was decided; told that it is soon over."""
    number, code = handed_in("parkeringstillstand", PERMIT)
    officer = signed_in(Role.CASE_OFFICER)
    officer.go(f"/cases/{number}/answers/why_not_alone/flag")
    officer.send({"wonders": "Kan du berätta mer?", "last_day": "2026-12-20"}).send(button="go=decide")
    resident = a_browser().go("/sv/case").send({"number": number, "code": code}).send(form="/supplement")
    resident.send({"why_not_alone": "Jag ramlar, också med rollator."}).send()
    officer.go(f"/cases/{number}/decision").send(
        {
            "outcome": "granted",
            "reasons": "Svårt att gå.",
            "valid_until": "2029-11-30",
            "conditions": "Du ska vara med.",
        }
    )
    officer.send({"password": PASSWORD})
    clock.set(dt.datetime(2029, 10, 2, 9, 0, tzinfo=dt.UTC))
    with house.database.transaction() as tx:
        for clock_id, case_id in ticking.due_clocks(tx, clock.now()):
            hours = house.library.municipality.contact_centre.hours
            ticking.tick(tx, clock_id, case_id, now=clock.now(), hours=hours)
    return number, code


def test_it_is_renewed_by_one_answer_with_the_answers_as_they_were_corrected(
    granted: tuple[str, str], a_browser: Browser, signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    number, code = granted
    holder = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert "Snart dags att förnya" in holder.text(), "they have been told in time"

    holder.send(form="/renew")
    assert holder.address.endswith("/check"), "nothing but the last word is asked"
    assert "Jag ramlar, också med rollator." in holder.text()
    assert "Jag ramlar lätt." not in holder.text()
    holder.send({"truthful": "yes"})
    new = holder.text("#reference")

    case = case_of(new)
    with house.database.read() as tx:
        assert (
            store.file_of(tx, case).submissions[0].answers.value("why_not_alone") == "Jag ramlar, också med rollator."
        )
        kinds = [entry.kind for entry in journal.of_case(tx, case_of(number).id, case_of(number).key)]
    assert kinds.count("renewal_near") == 1
    assert kinds[-1] == "renewed"
    shown = signed_in(Role.CASE_OFFICER, case.unit).go(f"/cases/{new}").text(".note")
    assert number in shown
    assert "Du ska vara med." in shown, "whoever decides reads what was decided last time"
    assert "30 november 2029" in shown


def test_whoever_calls_renews_in_the_call_and_nothing_sensitive_is_shown_to_the_agent(
    granted: tuple[str, str], signed_in: SignedIn, house: House
) -> None:
    number, _ = granted
    agent = signed_in(Role.CONTACT_AGENT)

    agent.go("/contact-centre/new?channel=phone&caller=0313900605").send({"identity_basis": "stated"})
    assert "Det personen har gäller till och med 30 november 2029" in agent.text(f"#waits-{number}")
    agent.send(form="/renew")

    assert agent.status == 200
    assert "ramlar" not in agent.text()
    with house.database.read() as tx:
        (draft,) = drafts.unfinished(tx)
    assert draft.renews == number


def test_what_was_refused_or_lasts_for_ever_is_not_renewed(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, a_browser: Browser
) -> None:
    number, code = handed_in("parkeringstillstand", PERMIT)
    officer = signed_in(Role.CASE_OFFICER, case_of(number).unit).go(f"/cases/{number}/decision")
    officer.send({"outcome": "refused", "reasons": "Går bra.", "waiver": "Inget nytt.", "valid_until": ""})
    officer.send({"password": PASSWORD})

    holder = a_browser().go("/sv/case").send({"number": number, "code": code})

    assert "Det här" in holder.text()
    assert holder.form("/renew") is None
