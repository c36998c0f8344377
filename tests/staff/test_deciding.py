"""A decision from the officer's page to the resident's: heard, signed, printed, appealed, renewed."""

import datetime as dt
import io
from collections.abc import Callable

import pikepdf
import pytest

from eservices.calendars import FixedClock
from eservices.cases import deciding, store
from eservices.cases.model import Case
from eservices.documents import apart
from eservices.identity.people import Role
from eservices.web.house import House
from eservices.worker.loop import Worker
from tests.bench.robot import filled, primary_form
from tests.build.drafts import a_case
from tests.build.papers import said_on
from tests.staff.conftest import PASSWORD, Person
from tests.staff.test_second_factor import turned_on

SignedIn = Callable[..., Person]
CaseOf = Callable[[str], Case]
Browser = Callable[[], Person]

REFUSAL = {"outcome": "refused", "reasons": "Planket skymmer sikten.", "text": "Du får inte sätta upp planket."}


def _opened(house: House, clock: FixedClock) -> tuple[str, str]:
    with house.database.transaction() as tx:
        case = a_case(tx, clock)
        return case.number, store.parties_of(tx, case)[0].code


def test_a_refusal_waits_for_a_hearing_or_a_reason_and_is_read_short_lines_first(
    signed_in: SignedIn, house: House, clock: FixedClock, a_browser: Browser
) -> None:
    number, code = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    assert officer.send(REFUSAL).status == 422
    assert "Låt personen yttra sig först" in officer.text(".summary")

    officer.send({"waiver": "Inga uppgifter från någon annan.", "plain": "Du får inte planket.\nDu kan överklaga."})
    assert "Det här läser Åsa Öberg" in officer.text()
    officer.send({"password": PASSWORD})
    assert "Beslutet är oförändrat sedan det skrevs under." in officer.text()
    assert "Det här saknas" not in officer.text(), "it was decided on what there was"
    listed = officer.go("/cases/").text("table")
    assert "Avsluta när ingen kan överklaga" in listed
    assert "Anslå beslutet" not in listed, "nothing is to be done by any day"
    officer.go(f"/cases/{number}")
    (appeal,) = [
        told for told in officer.texts("section[aria-labelledby=clocks] div") if told.startswith("Överklaga senast")
    ]
    assert "Har inte börjat" in appeal, "no last day is named before the decision has got there"

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    shown = resident.text()
    assert shown.index("Du får inte planket.") < shown.index("Planket skymmer sikten.")
    resident.go(f"/sv/case/{number}/appeal").send({"body": "Sikten är fri, kom och se."})
    assert "Vi har fått ditt överklagande" in resident.text()
    assert "Du får svar senast" not in resident.text(), "the promise was of the application"
    assert not resident.page.css(f'a[href="/sv/case/{number}/appeal"]'), "whoever has appealed is not asked to again"
    assert resident.go(f"/sv/case/{number}/appeal").status == 404

    officer.go(f"/cases/{number}/appeal")
    assert "Sikten är fri, kom och se." in officer.text()
    officer.send({"state": "forwarded", "why": "Kom i tid"})
    assert "Skickat vidare till den som prövar" in officer.text()


def test_who_decides_is_told_that_what_was_asked_for_may_still_come(
    signed_in: SignedIn, handed_in: Callable[..., tuple[str, str]]
) -> None:
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    assert "Den tiden är inte slut" not in officer.text()

    officer.go(f"/cases/{number}/supplement").send({"documents": "En skiss"}).send(button="go=decide")

    assert "Den tiden är inte slut" in officer.go(f"/cases/{number}/decision").text()


def test_the_decision_is_printed_and_lies_with_the_case_for_its_party(
    signed_in: SignedIn, house: House, clock: FixedClock, a_browser: Browser
) -> None:
    number, code = _opened(house, clock)
    signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision").send(
        {"outcome": "granted", "reasons": "Platsen passar."}
    ).send({"password": PASSWORD})

    Worker(house.settings, house.database, house.library, clock).run_once()

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    link = next(a for a in resident.page.css("main a") if a.text() == "Beslutet som pdf")
    printed = resident.client.get(link.attributes["href"] or "").get_data()
    with pikepdf.open(io.BytesIO(printed)) as document:
        assert document.Root.Lang == "sv"
        assert document.Root.MarkInfo.Marked
        assert str(document.docinfo.get("/Title", "")).startswith(f"Beslut {number}")


def test_the_paper_can_be_seen_before_it_is_signed_and_is_the_one_that_is_printed_but_for_that_line(
    signed_in: SignedIn, house: House, clock: FixedClock, case_of: CaseOf, a_browser: Browser
) -> None:
    number, code = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    said = {"outcome": "granted", "reasons": "Platsen passar.", "plain": "Du får planket."}
    officer.send(said)
    review = {name: value for name, value in filled(primary_form(officer.page), {}) if name != "go"}
    seen = officer.client.post(f"/cases/{number}/decision", data={**review, "go": "print"})
    assert seen.mimetype == "application/pdf"
    assert "no-store" in seen.headers["Cache-Control"]
    before = said_on(seen.get_data())
    assert "Förhandsvisning. Beslutet är inte fattat." in before
    assert case_of(number).decided_at is None

    officer.send({"password": PASSWORD})
    Worker(house.settings, house.database, house.library, clock).run_once()
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    link = next(a for a in resident.page.css("main a") if a.text() == "Beslutet som pdf")
    printed = said_on(resident.client.get(link.attributes["href"] or "").get_data())

    start = printed.index("Beslutet är undertecknat")
    signed_line = printed[start : printed.index(".", printed.index("Kontrollsumma")) + 1]
    assert printed.replace(signed_line, "") == before.replace("Förhandsvisning. Beslutet är inte fattat.", "")


def test_who_asks_to_see_the_paper_while_others_print_is_told_to_try_again_and_holds_nobody_up(
    signed_in: SignedIn, house: House, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    officer.send({"outcome": "granted", "reasons": "Platsen passar."})
    review = {name: value for name, value in filled(primary_form(officer.page), {}) if name != "go"}
    monkeypatch.setattr(apart, "_PATIENCE", 0.01)

    with apart._ONE:
        answer = officer.client.post(f"/cases/{number}/decision", data={**review, "go": "print"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_phrase_to_start_from_comes_with_its_outcome_and_law(
    signed_in: SignedIn, house: House, clock: FixedClock
) -> None:
    number, _ = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    link = next(a for a in officer.page.css("aside a, .card a, main a") if "incomplete" in (a.attributes["href"] or ""))

    officer.go(link.attributes["href"] or "")

    assert officer.page.css_first("input[value=dismissed]").attributes.get("checked", "no") != "no"
    assert "går ansökan inte att pröva" in officer.text("textarea[name=reasons]")


def test_an_appeal_that_came_on_paper_too_late_ends_in_a_signed_decision_that_can_be_appealed(
    signed_in: SignedIn, house: House, clock: FixedClock, case_of: CaseOf, a_browser: Browser
) -> None:
    number, code = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")
    officer.send({**REFUSAL, "waiver": "Inget nytt"}).send({"password": PASSWORD})
    a_browser().go("/sv/case").send({"number": number, "code": code})  # the decision is opened, so the time begins
    clock.move(dt.timedelta(days=30))

    officer = signed_in(Role.CASE_OFFICER, name="annan").go(f"/cases/{number}/appeal")
    officer.send({"on": clock.today().isoformat(), "body": "Jag vill överklaga."})
    officer.go(f"/cases/{number}/appeal")
    assert "Kom för sent. Sista dag var 15 december 2026." in officer.text()
    officer.send({"state": "late"})
    assert case_of(number).status == "appealed", "nothing is decided yet"
    assert "Sista dag att överklaga var 15 december 2026." in officer.text("textarea[name=reasons]")

    officer.send()
    assert "Vi prövar inte ditt överklagande, för det kom in för sent." in officer.text("main")
    assert officer.send().status == 422, "signed as all decisions are"
    officer.send({"password": PASSWORD})

    assert case_of(number).status == "decided"
    assert "Avvisat genom ett beslut, kom för sent" in officer.text()
    assert "Planket skymmer sikten." in officer.text(), "and the first stands as it was"
    Worker(house.settings, house.database, house.library, clock).run_once()

    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    said = _printed_last(resident)
    for sentence in (
        "Beslut att avvisa överklagandet",
        "Gäller överklagandet av beslutet 24 november 2026, som står kvar.",
        "Då prövas bara om överklagandet kom in i tid, inte själva saken.",
        "förvaltningsrätten",
    ):
        assert sentence in said
    resident.go(f"/sv/case/{number}/appeal").send({"body": "Jag var sjuk."})
    officer.go(f"/cases/{number}/appeal")
    assert "Beslut att avvisa överklagandet" in officer.text(), "what is appealed now is the dismissal"
    assert "Vi ändrar själva beslutet" not in officer.text()


def _printed_last(resident: Person) -> str:
    """What the newest document of a decision says, of those that lie on the party's page."""
    links = [a.attributes["href"] or "" for a in resident.page.css("main a") if a.text().startswith("Beslutet som pdf")]
    return max((said_on(resident.client.get(link).get_data()) for link in links), key=lambda said: "avvisa" in said)


def test_a_reply_to_start_from_is_in_the_case_s_words(signed_in: SignedIn, house: House, clock: FixedClock) -> None:
    number, _ = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/message?phrase=received")

    assert f"ditt ärende {number}" in officer.text("textarea[name=body]")
    officer.send()
    assert f"ditt ärende {number}" in officer.text("main")


def test_whoever_has_a_code_from_an_app_signs_with_it_too(
    signed_in: SignedIn, house: House, clock: FixedClock, case_of: CaseOf
) -> None:
    number, _ = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER)
    codes = turned_on(officer, house)
    clock.move(dt.timedelta(minutes=10))
    officer.go(f"/cases/{number}/decision").send({"outcome": "granted", "reasons": "Platsen passar."})

    assert officer.send({"password": PASSWORD}).status == 422
    assert "Lösenordet eller koden stämmer inte." in officer.text(".summary")
    assert case_of(number).decided_at is None

    officer.send({"password": PASSWORD, "code": codes[0]})
    assert case_of(number).decided_at is not None


def test_what_nobody_gets_lasts_until_no_day(signed_in: SignedIn, house: House, clock: FixedClock) -> None:
    number, _ = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision")

    officer.send({**REFUSAL, "waiver": "Inget nytt", "valid_until": "2028-11-24"})

    assert "Gäller till och med" not in officer.text("main")
    officer.send({"password": PASSWORD})
    assert "24 november 2028" not in officer.text("main")


def test_a_correction_is_a_new_version_printed_by_itself_and_the_first_stays_as_it_was_signed(
    signed_in: SignedIn, house: House, clock: FixedClock, case_of: CaseOf, a_browser: Browser
) -> None:
    number, code = _opened(house, clock)
    worker = Worker(house.settings, house.database, house.library, clock)
    first = {
        "outcome": "partly_granted", "reasons": "Platsen passar delvis.", "waiver": "Inga uppgifter från någon annan.",
        "parts": "Plank mot gatan: ja\nPlank mot grannen: nej", "conditions": "Högst 1,2 meter.",
        "valid_until": "2028-11-24",
    }  # fmt: skip
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/decision").send(first).send({"password": PASSWORD})
    worker.run_once()
    clock.move(dt.timedelta(days=2))

    officer = signed_in(Role.CASE_OFFICER, name="annan").go(f"/cases/{number}/decision")
    assert officer.send().status == 422, "it is said whether it is corrected or changed"
    officer.send({"kind": "correction", "conditions": "Högst 1,4 meter."}).send({"password": PASSWORD})
    worker.run_once()

    with house.database.read() as tx:
        before, after = store.decisions_of(tx, case_of(number))
    assert (before.conditions, after.conditions) == ("Högst 1,2 meter.", "Högst 1,4 meter.")
    assert all(deciding.is_as_signed(one, number) for one in (before, after))
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    assert resident.text().index("Högst 1,4 meter.") < resident.text().index("(gäller inte längre)")
    links = [a.attributes["href"] or "" for a in resident.page.css("main a") if "Beslutet som pdf" in a.text()]
    papers = [said_on(resident.client.get(link).get_data()) for link in links]
    corrected = next(paper for paper in papers if "Rättelse av beslut" in paper)
    for told in (
        "Rättar beslutet 24 november 2026.", "Högst 1,4 meter.", "Plank mot gatan Ja", "Plank mot grannen Nej",
        "Beslutet gäller till och med 24 november 2028.",
    ):  # fmt: skip
        assert told in corrected
    assert any("Högst 1,2 meter." in paper for paper in papers), "what was decided first can still be read"


def test_a_request_for_a_decision_is_refused_on_its_own_page_signed_and_told_and_the_case_goes_on(
    signed_in: SignedIn, house: House, clock: FixedClock, case_of: CaseOf, a_browser: Browser
) -> None:
    number, code = _opened(house, clock)
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{number}/request")
    assert officer.page.css_first("textarea[name=reasons]") is None, "nobody has asked"
    clock.move(dt.timedelta(days=190))
    resident = a_browser().go("/sv/case").send({"number": number, "code": code})
    resident.go(f"/sv/case/{number}/ask-for-decision").send()

    officer = signed_in(Role.CASE_OFFICER, name="annan").go(f"/cases/{number}/request")
    officer.send({"reasons": "Vi väntar på ett yttrande."})
    assert "Vi avslår din begäran om att ärendet ska avgöras nu." in officer.text()
    officer.send({"password": PASSWORD})

    assert case_of(number).decided_at is None
    resident.go(f"/sv/case/{number}")
    assert "Vi avslog din begäran att avgöra ärendet nu" in resident.text()
    assert "Då prövas bara om vi ska avgöra ärendet nu, inte själva saken." in resident.text()
