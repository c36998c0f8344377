"""An officer's afternoon by keyboard alone, with an eye on each page: one refused and heard first, one granted.

The first asks for a letter, answers what is missing over the telephone, is heard, is refused, gets the decision in an
envelope, and appeals when it is too late. The second is granted for a time, is told when it is nearly over, and renews
with one answer. Between the parts the calendar moves on.
"""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from eservices.calendars import clock
from eservices.cases import appealing, store
from eservices.cases.appealing import AppealState
from eservices.cases.model import Case, Decision, DecisionKind, Status
from eservices.definitions.library import Library
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.submissions import store as submissions
from eservices.worker.loop import Worker
from tests.bench.robot import Answers, Visit
from tests.browser.conftest import everything
from tests.browser.inspecting import NARROW, WIDE, Inspector
from tests.browser.person import KeyboardPerson
from tests.build.handed_in import answers_without_browser
from tests.servers import free_port, gunicorn, prepare

SERVICE = "fardtjanst"
TUESDAY = dt.datetime(2026, 3, 3, 12, 0, tzinfo=dt.UTC)
THE_LETTER_IS_THERE = TUESDAY + dt.timedelta(days=14)
LATE = TUESDAY + dt.timedelta(days=60)
NEARLY_OVER = TUESDAY + dt.timedelta(days=2 * 365 - 50)

LOCAL: Answers = {**answers_without_browser(SERVICE), "kind": "local", "bus_alone": "never"}
BY_LETTER: Answers = {
    **LOCAL,
    "name": "Maj Sjögren",
    "personal_number": "19850709-9805",
    "contact_preference": "letter",
    "phone": "070-174 06 05",
    "address-street": "Strandvägen 3",
    "address-postal_code": "471 99",
    "address-city": "Exempelby",
}
BY_MAIL: Answers = {**LOCAL, "contact_preference": "email", "email": "inger@example.se", "contact_needs": []}


class House:
    """One municipality on one database, opened at the moment a part of the story takes place."""

    def __init__(self, folder: Path):
        self.port = free_port()
        self.environment = prepare(folder / "data", self.port)
        self.folder = folder
        self.settings = Settings.from_environment(self.environment)
        self.database = Database.of(self.settings)

    @contextmanager
    def at(self, moment: dt.datetime) -> Iterator[str]:
        self.moment = moment
        environment = {**self.environment, "ESERVICES_NOW": moment.isoformat()}
        with gunicorn(environment, self.port, self.folder / "web.log", workers=1) as running:
            yield running.url

    def worker_goes_round(self) -> None:
        """All that the worker sends, prints and looks after by now."""
        library = Library(self.settings.forms_dirs)
        Worker(self.settings, self.database, library, clock(self.moment)).run_once()

    def case(self, number: str) -> Case:
        with self.database.read() as tx:
            case = store.by_number(tx, number)
        assert case is not None
        return case


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.database.dispose()


class Afternoon(KeyboardPerson):
    """Somebody at the keyboard whose every page is looked at, in light and wide or dark and narrow in turn."""

    def __init__(self, driver: Chrome, base: str):
        super().__init__(driver, base)
        driver.delete_all_cookies()
        self.look_through(theme="light", width=WIDE)
        self.inspector = Inspector(self, "sv")
        self.seen = 0

    def signs_in(self, who: str) -> None:
        self.driver.delete_all_cookies()
        self.go_to("/staff/login")
        self.through_the_page({"username": who, "password": "demo"})

    def looks(self) -> None:
        self.seen += 1
        if everything():
            self.inspector.look()
        elif self.seen % 2:
            self.inspector.look_at("light", WIDE)
        else:
            self.inspector.look_at("dark", NARROW)
            self.look_through(theme="light", width=WIDE)
        _keep_picture(self.driver, self.path)

    def does(self, act: str, written: Answers) -> None:
        """An act on the case, from the case's page back to it; where it is shown once more, it is looked at there."""
        self.go_by(act)
        self.looks()
        self.through_the_page(written)
        if "done=" not in self.path:
            self.looks()
            self.through_the_page(written)


def test_an_officer_works_a_whole_afternoon_by_keyboard(chromium: Chrome, house: House):
    with house.at(TUESDAY) as url:
        refused, granted = _handed_in(url, BY_LETTER), _handed_in(url, BY_MAIL)
        house.worker_goes_round()
        person = Afternoon(chromium, url)

        _asks_for_more(person, refused)
        _answers_on_the_telephone(person, refused)
        assert house.case(refused).status == Status.SUPPLEMENT_RECEIVED
        _hears_and_refuses(person, refused)
        house.worker_goes_round()
        _posts_the_letters(person)
        _grants(person, granted)
        house.worker_goes_round()
    person.inspector.verdict()

    with house.at(THE_LETTER_IS_THERE) as url:
        house.worker_goes_round()
        agent = Afternoon(chromium, url)
        _hears_that_the_letter_has_come(agent, refused)
    agent.inspector.verdict()

    with house.at(LATE) as url:
        house.worker_goes_round()
        late = Afternoon(chromium, url)
        _dismisses_what_came_late(late, refused)
        assert _appeal(house, refused).state is AppealState.LATE
        assert _decided_last(house, refused).kind is DecisionKind.DISMISSED_APPEAL
        house.worker_goes_round()
        _hands_out_the_case(late, refused)
    late.inspector.verdict()

    with house.at(NEARLY_OVER) as url:
        house.worker_goes_round()
        holder = Afternoon(chromium, url)
        anew = _renews(holder, house, granted)
        with house.database.read() as tx:
            before, after = (submissions.of_case(tx, house.case(one).id)[0] for one in (granted, anew))
    holder.inspector.verdict()
    assert {place: given.value for place, given in after.answers.given.items() if place[0] == "difficulty"} == {
        place: given.value for place, given in before.answers.given.items() if place[0] == "difficulty"
    }


def _handed_in(url: str, answers: Answers) -> str:
    visit = Visit(url, answers)
    receipt = visit.journey(f"/sv/services/{SERVICE}").css_first("#reference")
    visit.close()
    assert receipt is not None
    return receipt.text(strip=True)


def _asks_for_more(officer: Afternoon, number: str) -> None:
    officer.signs_in("officer")
    officer.looks()
    officer.go_by(number)
    officer.looks()
    officer.go_by("Ta ärendet")
    officer.looks()
    officer.go_by("Be om komplettering")
    officer.looks()
    officer.through_the_page({"items": [], "questions": "Vilken hållplats ligger närmast?"})
    officer.looks()
    assert "Läkarutlåtande" not in officer.driver.find_element(By.TAG_NAME, "main").text, "what was unticked stays so"
    officer.through_the_page({})
    officer.looks()


def _answers_on_the_telephone(agent: Afternoon, number: str) -> None:
    agent.signs_in("agent")
    agent.go_to("/contact-centre/new?" + urlencode({"channel": "phone", "caller": "0701740605"}))
    for _ in range(8):
        if agent.path.endswith("/choose"):
            break
        agent.through_the_page({"identity_basis": "known_by_callback"})
    agent.looks()
    agent.go_by("Ta svaren nu")
    for _ in range(12):
        agent.looks()
        if agent.path.endswith("/receipt"):
            break
        agent.through_the_page({"asked_for_1": "Norra hamnen, två kilometer bort.", "consent": "yes"})


def _hears_and_refuses(officer: Afternoon, number: str) -> None:
    officer.signs_in("officer")
    officer.go_to(f"/cases/{number}")
    officer.does("Låt någon yttra sig", {"material": "Hållplatsen vid hamnen har låggolv och sittplats."})
    officer.looks()
    officer.go_by("Svaret har kommit: Yttrande")
    officer.looks()
    officer.through_the_page({"answer": "Ringde. Hen tycker att hållplatsen ligger för långt bort."})
    officer.does("Skriv beslut", REFUSAL)
    officer.looks()


REFUSAL: Answers = {
    "outcome": "refused",
    "text": "Ansökan om färdtjänst avslås.",
    "reasons": "Bussen vid hamnen har låggolv, och du har berättat att du kan åka när någon är med.",
    "law": "7 § lagen (1997:736) om färdtjänst",
    "plain": "Du får inte färdtjänst.\nDu kan åka buss när någon är med.",
    "password": "demo",
}


def _posts_the_letters(agent: Afternoon) -> None:
    agent.signs_in("agent")
    agent.looks()
    agent.go_by("Brev att posta")
    agent.looks()
    said = agent.driver.find_element(By.TAG_NAME, "main").text
    assert "Posta beslutet" in said
    assert "1 brev att posta." in said, "what has been answered is not posted any more"
    agent.go_by("De valda är postade")
    agent.looks()


def _hears_that_the_letter_has_come(agent: Afternoon, number: str) -> None:
    agent.signs_in("agent")
    agent.go_by(number)
    agent.looks()
    agent.through_the_page({"did": "confirmed"})


def _grants(officer: Afternoon, number: str) -> None:
    officer.signs_in("officer")
    officer.go_to(f"/cases/{number}")
    officer.go_by("Ta ärendet")
    officer.does("Skriv beslut", {"outcome": "granted", "reasons": "Du kan inte åka buss själv.", "password": "demo"})
    officer.looks()


def _dismisses_what_came_late(officer: Afternoon, number: str) -> None:
    """By a decision of its own: the days stand in its reasons already."""
    officer.signs_in("officer")
    officer.go_to(f"/cases/{number}")
    officer.does("Ta emot överklagande", {"body": "Jag vill att beslutet ändras. Hållplatsen ligger för långt bort."})
    officer.looks()
    officer.go_by("Pröva överklagandet")
    officer.looks()
    officer.through_the_page({"state": "late"})
    officer.looks()
    officer.through_the_page({"plain": "Ditt överklagande kom in för sent."})
    officer.looks()
    said = officer.driver.find_element(By.TAG_NAME, "main").text
    assert "Vi prövar inte ditt överklagande, för det kom in för sent." in said
    officer.through_the_page({"password": "demo"})
    officer.looks()


def _hands_out_the_case(officer: Afternoon, number: str) -> None:
    """To whoever has asked for official documents: seen through, signed, and on its way."""
    officer.go_to(f"/cases/{number}/hand-out?edition=public")
    officer.looks()
    officer.through_the_page({"password": "demo"})
    officer.looks()
    assert "Görs nu." in officer.driver.find_element(By.TAG_NAME, "main").text


def _appeal(house: House, number: str) -> appealing.Appeal:
    with house.database.read() as tx:
        return appealing.of_case(tx, house.case(number))[0]


def _decided_last(house: House, number: str) -> Decision:
    with house.database.read() as tx:
        return store.decisions_of(tx, house.case(number))[-1]


def _renews(holder: Afternoon, house: House, number: str) -> str:
    with house.database.read() as tx:
        code = store.parties_of(tx, house.case(number))[0].code
    holder.go_to("/sv/case")
    holder.through_the_page({"number": number, "code": code})
    holder.looks()
    holder.go_by("Förnya")
    assert holder.path.endswith("/check"), "whoever has nothing new to tell only confirms"
    holder.looks()
    holder.through_the_page({"truthful": "__check__"})
    holder.looks()
    return holder.text_of("reference")


def _keep_picture(driver: Chrome, path: str) -> None:
    """With PICTURES set to a folder, what each page looked like, in order."""
    if folder := os.environ.get("PICTURES"):
        number = len(list(Path(folder).glob("*.png"))) + 1
        driver.save_screenshot(str(Path(folder) / f"{number:02}{path.partition('?')[0].replace('/', '-')}.png"))
