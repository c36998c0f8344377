"""Paper that comes back: opened by its mark, keyed in as it lies there, registered whatever it says."""

import datetime as dt
import io
from collections.abc import Callable

import pytest

from eservices import attachments
from eservices.calendars import FixedClock
from eservices.cases import filing, registry
from eservices.cases.model import Case
from eservices.contact_centre import queue
from eservices.definitions.model import Required, Service
from eservices.identity.people import Role
from eservices.intake.submit import SCAN, submit
from eservices.journey.form_mark import form_mark
from eservices.journey.path import Spot, degree, walk
from eservices.journey.script import numbering, say
from eservices.journey.summary import summary
from eservices.language import words
from eservices.submissions import drafts, pinned
from eservices.submissions import store as submissions
from eservices.submissions.model import HandedIn, Submission
from eservices.values import Channel
from eservices.web.house import House
from tests.bench.robot import Answers
from tests.build.walker import Walker, origins, plain
from tests.conftest import ROOT
from tests.staff.conftest import BERTH, FAULT, Person

SignedIn = Callable[..., Person]
CaseOf = Callable[[str], Case]

SERVICES = sorted(
    path.stem for path in (ROOT / "forms").glob("*.yaml") if "." not in path.stem and path.stem != "municipality"
)
CAME: Answers = {
    "received_on-day": "23", "received_on-month": "november", "received_on-year": "2026", "arrived_how": "post",
}  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _mark(house: House, service: str, language: str = "sv") -> str:
    return str(form_mark(service, house.library.services[service].version, language))


def _open(agent: Person, mark: str) -> Person:
    return agent.go("/contact-centre/paper").send({"mark": mark})


def _submission(house: House, case: Case) -> Submission:
    with house.database.read() as tx:
        return submissions.of_case(tx, case.id)[0]


@pytest.mark.parametrize("service_id", SERVICES)
def test_every_service_keyed_in_from_paper_is_what_the_web_hands_in(
    service_id: str, signed_in: SignedIn, case_of: CaseOf, house: House, clock: FixedClock
) -> None:
    service = house.library.services[service_id]
    walker = Walker(service, 3, clock.today())
    given = walker.fill(origins(Channel.WEB, clock.now()))
    everything = tuple(declaration.id for declaration in service.declarations)
    with house.database.transaction() as tx:
        draft = drafts.start(tx, service, language="sv", channel=Channel.WEB, now=clock.now())
        drafts.keep(tx, draft, given, now=clock.now())
        on_the_web = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now(), declared=everything), clock)

    agent = _open(signed_in(Role.CONTACT_AGENT), _mark(house, service_id)).send(CAME)
    _key_in(agent, walker, service)
    agent.send(dict.fromkeys(everything, "yes"))

    on_paper = _submission(house, case_of(agent.text("#reference")))
    assert plain(on_paper.answers) == plain(on_the_web.answers)
    assert (on_paper.missing, on_paper.declared, on_paper.language) == (on_the_web.missing, everything, "sv")
    assert (on_paper.version, on_paper.kind) == (on_the_web.version, on_the_web.kind)
    assert on_paper.channel == "paper"
    assert on_paper.entered_by is not None
    assert on_paper.identity_basis == "stated"
    assert (on_paper.arrived_on, on_paper.arrived_how) == (dt.date(2026, 11, 23), "post")
    assert on_paper.received_on == dt.date(2026, 11, 20), "by post on a Monday counts from Friday"


@pytest.mark.parametrize("service_id", SERVICES)
def test_a_blank_or_unreadable_paper_is_registered_and_lists_what_to_ask(
    service_id: str, signed_in: SignedIn, case_of: CaseOf, house: House, clock: FixedClock
) -> None:
    agent = _open(signed_in(Role.CONTACT_AGENT), _mark(house, service_id))

    agent.send(CAME, button="go=unreadable").send()

    handed_in = _submission(house, case_of(agent.text("#reference")))
    given = handed_in.answers.given
    assert all(answer.value is None and answer.state == "blank" for answer in given.values()), "nothing is guessed"
    here = walk(house.library.services[service_id], handed_in.answers)
    needed = {place for place, question, lookup in here.places() if degree(question, lookup) is Required.TRUE}
    assert needed <= set(handed_in.missing)
    with house.database.read() as tx:
        asking = [row.need for row in queue.work(tx, now=clock.now()).rows]
    assert asking == (["ask_missing"] if needed else []), "a question to ask"


def test_a_form_of_an_earlier_version_opens_as_it_was_printed(
    signed_in: SignedIn, case_of: CaseOf, house: House, clock: FixedClock
) -> None:
    from tests.build.definition import DEFINITION, service

    old = service(DEFINITION)
    with house.database.transaction() as tx:
        pinned.keep(tx, old, "en", clock.now())
    agent = signed_in(Role.CONTACT_AGENT)

    _open(agent, form_mark(old.id, old.version, "en").on_page(2).code)
    agent.send(CAME)

    assert "Var ska planket stå?" in agent.text()
    agent.send({"place": "Torget", "paint": "brush", "name": "Åsa Öberg"})
    agent.journey({"name": "Åsa Öberg", "way": "phone", "phone": "0304-60 10 10"})
    handed_in = _submission(house, case_of(agent.text("#reference")))
    assert (handed_in.version, handed_in.language) == (old.version, "en")


def test_a_mark_that_nobody_knows_is_said_and_the_paper_can_be_opened_without(
    signed_in: SignedIn, house: House
) -> None:
    agent = signed_in(Role.CONTACT_AGENT)

    for typed in ("batplats ffffffff sv", "klotter", ""):
        assert _open(agent, typed).status == 422
    agent.send({"service": "batplats", "language": "uk"}, form="/without-mark")

    assert agent.address.endswith("/paper")
    assert _mark(house, "batplats", "uk") in agent.text()


def test_a_paper_is_never_received_later_than_today_and_both_days_are_kept(
    signed_in: SignedIn, case_of: CaseOf, house: House, clock: FixedClock
) -> None:
    agent = _open(signed_in(Role.CONTACT_AGENT), _mark(house, "batplats"))
    tomorrow = clock.today() + dt.timedelta(days=1)

    agent.send({**CAME, "received_on-day": str(tomorrow.day), "received_on-month": str(tomorrow.month)})
    assert agent.status == 422
    assert "kan inte ha kommit senare än i dag" in agent.text(".summary")
    agent.send({**CAME, "arrived_how": "box"})

    assert "fredag 20 november" in agent.text(), "the day that counts is told while the paper is keyed in"
    assert "22 § förvaltningslagen" in agent.text() or "räknar på samma sätt" in agent.text()
    agent.journey(BERTH)
    handed_in = _submission(house, case_of(agent.text("#reference")))
    assert (handed_in.arrived_on, handed_in.arrived_how) == (dt.date(2026, 11, 23), "box")
    assert (handed_in.received_at.date(), handed_in.received_on) == (dt.date(2026, 11, 20), dt.date(2026, 11, 20))


def test_what_cannot_be_read_as_an_answer_is_a_blank_with_what_stands_there(
    signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    agent = _open(signed_in(Role.CONTACT_AGENT), _mark(house, "batplats")).send(CAME)
    scrawl = {**BERTH, "length": "sex ungefär", "width": "99"}
    agent.send(scrawl).send(scrawl)
    assert agent.status == 422

    agent.send(scrawl, button="go=leave")
    assert agent.status == 200
    agent.journey(scrawl)

    handed_in = _submission(house, case_of(agent.text("#reference")))
    lines = {
        line.place[0]: line
        for section in summary(
            walk(house.library.services["batplats"], handed_in.answers),
            house.library.texts(house.library.services["batplats"], "sv"),
            words("sv"),
        )
        for line in section.lines
    }
    assert (lines["length"].value, lines["length"].state, lines["length"].written) == ("", "blank", "sex ungefär")
    assert ("length", None) in handed_in.missing


def test_the_scanned_paper_lies_with_the_case_and_can_hold_what_is_enclosed(
    signed_in: SignedIn, case_of: CaseOf, house: House
) -> None:
    agent = _open(signed_in(Role.CONTACT_AGENT), _mark(house, "felanmalan"))
    _upload(agent, {**CAME}, "scan", "blankett.pdf")
    assert "blankett.pdf" in agent.text()

    agent.journey({**FAULT, "photo-in_scan": "yes"})

    case = case_of(agent.text("#reference"))
    handed_in = _submission(house, case)
    with house.database.read() as tx:
        files = attachments.of_submission(tx, handed_in.id, case.key)
    (scan,) = (file for file in files if file.question == SCAN)
    assert scan.name == "blankett.pdf"
    assert handed_in.answers.value("photo") == {"ids": [scan.id], "later": False}
    officer = signed_in(Role.CASE_OFFICER, case.unit).go(f"/cases/{case.number}")
    assert officer.texts(f"a[href$='{scan.id}']") == ["blankett.pdf"] * 2, "at the head, and where it answers"
    assert "Kom med posten måndag 23 november 2026." in officer.text()
    assert "Räknas som inkommet fredag 20 november 2026." in officer.text()
    assert ("photo", None) not in handed_in.missing


def test_what_hangs_on_a_blank_can_be_keyed_in_and_is_told_not_to_count_yet(signed_in: SignedIn, house: House) -> None:
    agent = _open(signed_in(Role.CONTACT_AGENT), _mark(house, "sophamtning")).send(CAME)
    seen = []
    for _ in range(20):
        if agent.address.endswith("/check"):
            break
        seen.append(agent.address.rpartition("/steps/")[2].partition("/")[0])
        agent.send({"bin_size": "l190"} if seen[-1] == "bin" else {})

    assert agent.address.endswith("/check")
    steps = [step.id for step in house.library.services["sophamtning"].steps]
    assert list(dict.fromkeys(seen)) == steps, "the paper's own order, with all that may apply"
    assert "räknas inte än" in agent.text()


def test_the_number_on_a_cover_sheet_brings_a_late_document_to_its_case(
    signed_in: SignedIn, handed_in: Callable[..., tuple[str, str]], case_of: CaseOf, house: House
) -> None:
    number, _ = handed_in()
    agent = _open(signed_in(Role.CONTACT_AGENT), f" {number.lower()} ")
    assert agent.address == f"/contact-centre/paper/{number}"
    assert agent.send(CAME).status == 422, "nothing came"

    page, address = agent.page, agent.address
    _upload(agent, {**CAME}, "document", "intyg.pdf")
    agent.page, agent.address = page, address
    _upload(agent, {**CAME}, "document", "intyg.pdf")  # the connection was lost

    assert agent.address == "/contact-centre/paper"
    assert number in agent.text("[role=status]")
    case = case_of(number)
    with house.database.read() as tx:
        names = [file.name for file in attachments.of_case(tx, case.id, case.key)]
        (filed,) = filing.of_case(tx, case).values()
        (line,) = [one for one in registry.register_of(tx, dt.date(2026, 11, 20)).lines if one.kind == "document"]
    assert "intyg.pdf" in names
    assert (filed.arrived_on, filed.received_on) == (dt.date(2026, 11, 23), dt.date(2026, 11, 20))
    assert (line.number, line.who) == (number, "Maj Sjögren"), "on the day that counts, not when it was keyed in"


def test_a_late_paper_that_nobody_scanned_stands_in_the_register_too(
    signed_in: SignedIn, handed_in: Callable[..., tuple[str, str]], house: House
) -> None:
    number, _ = handed_in()
    agent = _open(signed_in(Role.CONTACT_AGENT), number)

    agent.send({**CAME, "about": "En pärm med ritningar, hos registratorn"})

    registrar = signed_in(Role.REGISTRAR).go("/cases/register?day=2026-11-20")
    assert number in registrar.text("tbody")
    assert "En pärm med ritningar, hos registratorn" in registrar.text("tbody")
    assert "Handling på papper" in registrar.text("tbody")


def test_a_keyed_in_paper_leads_to_the_next_one_and_makes_work_only_where_something_is_to_be_asked(
    signed_in: SignedIn, house: House, clock: FixedClock
) -> None:
    agent = _open(signed_in(Role.CONTACT_AGENT), _mark(house, "batplats")).send(CAME)
    agent.journey({**BERTH, "contact_preference": "email", "email": "maj@example.se"})
    number = agent.text("#reference")

    agent.send(form="/paper/done")

    assert agent.address == "/contact-centre/paper"
    assert number in agent.text("[role=status]")
    with house.database.read() as tx:
        assert queue.count_work(tx, now=clock.now()) == 0


def _key_in(agent: Person, walker: Walker, service: Service) -> None:
    """Page after page as it stands on the paper, until everything can be compared."""
    last = dict(walker.pages)
    items = {}
    for spot in last:
        if spot.item is not None:
            items.setdefault(spot.step, set()).add(spot.item)
    for _ in range(80):
        if agent.address.endswith("/check"):
            return
        assert agent.status == 200, f"{agent.status} at {agent.address}: {agent.text('main .summary')}"
        step, _, item = agent.address.rpartition("/steps/")[2].partition("/")
        group = service.step(step).group  # type: ignore[union-attr]
        if group is None or item:
            agent.send(last.get(Spot(step, int(item) if item else None), {}))
        else:
            written = len(agent.texts("dl.answers .chg"))
            agent.send({f"{step}-more": "yes" if written < len(items.get(step, ())) else "no"})
    raise AssertionError(f"no end, last {agent.address}")


def _upload(agent: Person, answers: Answers, control: str, name: str) -> None:
    form = next(node for node in agent.page.css("main form") if node.css_first(f"[name={control}]") is not None)
    hidden = {each.attributes["name"]: each.attributes["value"] for each in form.css("input[type=hidden]")}
    data = {**hidden, **answers, control: (io.BytesIO(PDF), name)}
    response = agent.client.post(agent.address, data=data, content_type="multipart/form-data", follow_redirects=True)
    agent._shown(response)


@pytest.mark.parametrize("service_id", SERVICES)
def test_a_call_sheet_has_every_question_in_both_languages(service_id: str, signed_in: SignedIn, house: House) -> None:
    agent = signed_in(Role.CONTACT_AGENT)
    service = house.library.services[service_id]
    asked = [str(number) for number in range(1, len(numbering(service)) + 1)]

    for language, turned in (("ar", "rtl"), ("fi", "ltr")):
        agent.go(f"/contact-centre/services/{service_id}/call-sheet?language={language}")

        assert agent.status == 200
        assert agent.texts("tbody th") == asked, "the numbers of the paper"
        rows = agent.page.css("tbody tr")
        assert all(row.css("td[lang]")[0].text(strip=True) and row.css("td[lang]")[1].text(strip=True) for row in rows)
        assert {cell.attributes["dir"] for cell in agent.page.css(f"td[lang={language}]")} == {turned}
        assert "{" not in agent.text()


def test_what_is_read_aloud_stands_beside_in_the_language_of_the_caller(signed_in: SignedIn, house: House) -> None:
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/new?channel=phone&service=batplats")
    agent.send({"identity_basis": "stated", "news-language": "ar"})
    texts = house.library.texts(house.library.services["batplats"], "ar")
    wanted = say(house.library.services["batplats"].questions["name"], texts, words("ar"))

    assert "Vad heter du i för- och efternamn?" in agent.texts("p.say")
    assert wanted in agent.texts("p.say[lang=ar][dir=rtl]")
