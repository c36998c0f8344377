"""Every page of the contact centre that no whole call leads past, in each of its states, under axe; and nothing overflows.

Also what stands around a call: lists, letters, news to bring, what was left, the end of a call, and practising.
"""

import json
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from eservices.calendars import SystemClock
from eservices.cases import acts, store
from eservices.cases.model import Case
from eservices.identity.people import Actor
from eservices.settings import Settings
from eservices.storage.database import Database
from tests.bench.robot import Visit, filled
from tests.browser.inspecting import Inspector
from tests.browser.person import Answers, Person
from tests.build.handed_in import ANSWERS, answers_without_browser
from tests.servers import Server, settings_of

BERTH: Answers = json.loads((ANSWERS / "batplats.json").read_text("utf-8"))
BY_LETTER = {
    "contact_preference": "letter",
    "address-street": "Strandvägen 3",
    "address-postal_code": "471 99",
    "address-city": "Exempelby",
}
BY_PHONE = {"contact_preference": "phone", "phone": "0701740605"}


def test_no_page_around_a_call_shuts_anybody_out(person: Person, server: Server) -> None:
    _news_for(server, {"contact_preference": "letter", **BY_LETTER})
    number = _news_for(server, BY_PHONE)
    desk = _Desk(person, Inspector(person, "sv"))
    desk.sign_in()

    for path in (
        "/contact-centre/",
        "/contact-centre/shortcuts",
        "/contact-centre/questions",
        "/contact-centre/letters",
    ):
        desk.see(path)
    for view in desk.links("/contact-centre/?view="):
        desk.see(view)
    desk.go("/contact-centre/shortcuts").send("/shortcuts", button="on").see("/contact-centre/")
    desk.go("/contact-centre/shortcuts").send("/shortcuts", button="off")
    desk.go("/contact-centre/questions").send("/questions").look("a question without words")
    desk.send("/questions", {"question": "När byts bryggan i Rönnäng?"}).look("a question asked")
    desk.go("/contact-centre/letters").untick("letter").send("/letters", button="posted").look("no letter chosen")
    desk.go("/contact-centre/letters").send("/letters", button="posted").look("letters posted")
    desk.send("/came-back", {"mark": "klotter"}).look("a mark that no letter has")
    desk.go("/contact-centre/").send("/quick", {"resolution": "will_call_back"}).look("ring back, without a number")

    desk.see(f"/contact-centre/cases/{number}")
    desk.go("/contact-centre/")
    for path in desk.links("/contact-centre/deliveries/")[:1]:
        desk.see(path)
        desk.send(path).look("news, and nothing said of it")
        desk.send(path, {"did": "no_answer", "note": "Signaler gick fram."}).look("news, tried")

    desk.verdict()


def test_no_page_of_a_call_that_goes_otherwise_shuts_anybody_out(person: Person, server: Server) -> None:
    code = _begun_on_the_web(server)
    desk = _Desk(person, Inspector(person, "sv"))
    desk.sign_in()

    desk.go("/contact-centre/").send("/contact-centre/new", {"caller": "0701740605"}).look("how they reach us")
    desk.send("/channel").look("how they reach us, not said")
    desk.send("/channel", {"channel": "phone"}).send("/identity").look("who it is, not said")
    desk.send("/identity", {"identity_basis": "stated"}).look("what it is about")
    desk.send("/service").look("what it is about, not said")
    desk.send("/code", {"code": "AAA-AAA"}).look("a code that nobody has")
    desk.send("/call-back", {"back-phone": "", "back-on": "i går"}).look("ring back, with what cannot be")
    desk.send("/end").look("how it went, not said")
    desk.person.fill_in({})
    desk.send("/choose", {"look-for": "finns inte"}).look("a case that is not there")
    desk.send("/code", {"code": code}).look("one answer with the code")
    desk.send("/code", {"name": "Någon Annan"}).look("a wrong answer with the code")
    desk.send("/code", BERTH).look("a draft of the web")
    desk.go(desk.call + "/closing").look("how to close")
    desk.send("/hand-back", {"give-by": "said"}).look("handed back")
    desk.send("/end")

    desk.go("/contact-centre/new?channel=phone&service=felanmalan").send("/identity", {"identity_basis": "stated"})
    desk.send("", {"object": "water", "danger": "yes"}).look("a service that stops")
    left = desk.call
    desk.go("/contact-centre/?view=drafts&whose=all").look("what was left")
    for path in desk.links("/contact-centre/drafts/")[:1]:
        desk.see(path)
    desk.go(f"{left}/choose").send("/end", {"resolution": "cancelled"})

    desk.go("/contact-centre/").send("/contact-centre/new", {}, within="practice").send(
        "/channel", {"channel": "phone"}
    )
    desk.look("practice")
    desk.verdict()


def test_no_page_of_practising_shuts_a_resident_out(person: Person) -> None:
    inspector = Inspector(person, "sv")
    person.go_to("/sv/services/synpunkt")
    inspector.look()
    person.follow(person.driver.find_element(By.CSS_SELECTOR, "button[value=practice]"))
    answers: Answers = json.loads((ANSWERS / "synpunkt.json").read_text("utf-8"))
    inspector.look("the first page of a practice")
    while person.has_something_to_send():
        person.fill_in(answers)
        person.press()
    inspector.look()
    person.go_to("/sv/services/synpunkt")

    inspector.verdict()


class _Desk:
    """An agent at a browser who sends one form or another, and looks at what comes."""

    def __init__(self, person: Person, inspector: Inspector):
        self.person, self.inspector = person, inspector

    def sign_in(self) -> None:
        self.person.go_to("/staff/login")
        self.person.fill_in({"username": "agent", "password": "demo"})
        self.person.press()

    @property
    def call(self) -> str:
        return "/".join(self.person.path.split("/")[:4])

    def go(self, path: str) -> "_Desk":
        self.person.go_to(path)
        return self

    def see(self, path: str) -> "_Desk":
        return self.go(path).look()

    def look(self, where: str = "") -> "_Desk":
        self.inspector.look(f"{where} at {self.person.path}" if where else "")
        return self

    def links(self, prefix: str) -> list[str]:
        """Where the page leads below an address, each once."""
        found = self.person.driver.find_elements(By.CSS_SELECTOR, f"main a[href^='{prefix}']")
        return list(dict.fromkeys(link.get_dom_attribute("href") for link in found))

    def untick(self, name: str) -> "_Desk":
        for box in self.person.driver.find_elements(By.CSS_SELECTOR, f"input[name={name}]:checked"):
            box.click()
        return self

    def send(self, ending: str, answers: Answers | None = None, *, button: str = "", within: str = "") -> "_Desk":
        """Fill in the form whose address ends so (the one with `within` among its fields), and press its button."""
        form = self._form(ending, within)
        for folded in form.find_elements(By.XPATH, "ancestor::details[not(@open)]"):
            folded.find_element(By.TAG_NAME, "summary").click()
        for control in form.find_elements(By.CSS_SELECTOR, "input,select,textarea"):
            if control.is_displayed() or control.get_attribute("type") in {"radio", "checkbox"}:
                self.person._fill(control, answers or {})
        wanted = f"button[value={button}]" if button else "button:not([type=button])"
        self.person.follow(form.find_element(By.CSS_SELECTOR, wanted))
        return self

    def _form(self, ending: str, within: str) -> WebElement:
        for form in self.person.driver.find_elements(By.CSS_SELECTOR, "main form"):
            action = form.get_dom_attribute("action") or ""
            named = not within or form.find_elements(By.CSS_SELECTOR, f"[name={within}]")
            if action.endswith(ending) and named:
                return form
        raise AssertionError(f"{self.person.path} has no form for {ending}")

    def verdict(self) -> None:
        self.inspector.verdict()


def _news_for(server: Server, ways: Mapping[str, str]) -> str:
    """Somebody has handed in, and an officer has written to them; the number of their case."""
    visit = Visit(server.url, {**answers_without_browser("batplats"), **ways})
    receipt = visit.journey("/sv/services/batplats").css_first("#reference")
    visit.close()
    assert receipt is not None
    settings = Settings.from_environment(settings_of(server.log.parent / "data", urlsplit(server.url).port or 0))
    database = Database.of(settings)
    with database.transaction() as tx:
        case = store.by_number(tx, receipt.text(strip=True))
        assert isinstance(case, Case)
        expected, now = case.row_version, SystemClock().now()
        said = {"subject": "Din plats", "body": "Vi behöver veta hur djupt båten går.\n\nRing eller skriv."}
        acts.message(tx, case.id, actor=Actor.system(), expected=expected, now=now, **said)
    database.dispose()
    return case.number


def _begun_on_the_web(server: Server) -> str:
    """The code of an application that somebody has begun at home."""
    visit = Visit(server.url, answers_without_browser("batplats"))
    path, page = visit.follow("GET", "/sv/services/batplats")
    for _ in range(2):
        form = page.css_first("main form")
        assert form is not None

        path, page = visit.follow("POST", path, urlencode(filled(form, visit.answers)))
    code = page.css_first("#continue-code")
    visit.close()
    assert code is not None
    return code.text(strip=True)
