"""Faults that e-services are known for, each a test by its name: those the makers of another builder list themselves,
those that paid audits found in a third, and the four that the municipality's statement of today admits.

Each finds its fault where it is planted. What stands elsewhere is not done again here: the errors and hints of every
control by its markup in tests/web/test_controls.py, whole journeys by keyboard in test_ways.py, the way and the ring of
the focus on every page in test_engines.py, text and contrast there too.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from eservices.calendars import FixedClock
from eservices.settings import Settings
from eservices.web import create_app
from tests.browser import results
from tests.browser.aloud import Told, controls
from tests.browser.conftest import everything
from tests.browser.inspecting import NARROW, WIDE
from tests.browser.person import Answers, KeyboardPerson, Person
from tests.browser.test_engines import NO_RING, lost_by_keyboard
from tests.browser.test_pairs import pages_of
from tests.conftest import ROOT
from tests.journeys.person import Person as Reader
from tests.pages import InspectingClient
from tests.servers import Server
from tests.web.test_controls import ASKED, WRITTEN

ANSWERS = Path(__file__).resolve().parent / "answers"
TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if path.parent.name != "documents"
}
STYLES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "eservices/web/static").glob("*.css"))}


# ---- a question of every type ----------------------------------------------------------------------------------------


@pytest.fixture
def reader(settings: Settings, clock: FixedClock, tmp_path: Path) -> Reader:
    """Somebody before a page with a question of every type that may be left; the next page has those one must answer."""
    header, _, rest = (ROOT / "forms" / "batplats.yaml").read_text().partition("\nsteps:\n")
    header = "\n".join(line for line in header.splitlines() if "samples" not in line)
    text = header.replace("service: batplats", "service: kontroller") + "\nsteps:\n"
    for step, optional in (("free", "\n        required: false"), ("needed", "")):
        text += f"  - step: {step}\n    title: Alla frågor\n    questions:"
        for name in ASKED:
            written = WRITTEN[name][0]
            extra = written if written.startswith("\n") or not written else f"\n        {written}"
            text += f"\n      {step}_{name}:\n        label: Frågan {name}\n        hint: Så gör du med {name}."
            text += f"\n        type: {name}{extra}{optional}"
        text += "\n"
    declaration = rest[rest.index("\ndeclaration:") :] if "\ndeclaration:" in rest else ""
    (tmp_path / "kontroller.yaml").write_text(text + declaration)
    app = create_app(replace(settings, forms_dirs=(tmp_path, *settings.forms_dirs)), clock)
    app.test_client_class = InspectingClient
    return Reader(app.test_client()).go("/sv/services/kontroller").press()


WRONG = {f"needed_{name}{part}": text for name in ASKED for part, text in (WRITTEN[name][1] or {}).items()}


def told_of(person: Person, html: str) -> dict[str, list[Told]]:
    """What is told of the controls of each type of question."""
    results.looked()
    person.read(html)
    person.driver.execute_script("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    found = controls(person.driver)
    return {
        name: [told for told in found if re.fullmatch(rf"(needed|free)_{name}(-.*)?", told.id)] or [] for name in ASKED
    }


def untold(of: dict[str, list[Told]], word: str) -> list[str]:
    """The types of question of which a listener does not hear this, with any of their controls."""
    return [name for name, those in of.items() if not any(word.format(name=name) in told.everything for told in those)]


def test_every_type_of_question_is_told_by_its_name_and_its_hint(person: Person, reader: Reader) -> None:
    of = told_of(person, reader.press().page.html or "")

    assert not untold(of, "Frågan {name}")
    assert not untold(of, "Så gör du med {name}.")
    assert not [told for those in of.values() for told in those if not told.name]


def test_the_error_of_every_type_of_question_is_told_with_it(person: Person, reader: Reader) -> None:
    """Radio buttons and checkboxes too: their error belongs to the group, and is heard on the way into it."""
    reader.press().press(WRONG)

    of = told_of(person, reader.page.html or "")

    assert reader.status == 422
    assert not untold(of, "Fel: ")
    assert not [name for name, those in of.items() if not any(told.invalid for told in those)]
    for name in ("radio", "checkboxes", "yes_no"):
        assert all("Fel: " in told.about_the_group for told in of[name]), name


def test_a_name_a_hint_or_an_error_that_is_not_told_is_noticed(person: Person, reader: Reader) -> None:
    html = reader.press().press(WRONG).page.html or ""

    nameless = told_of(person, html.replace('<label for="needed_email"', "<label", 1))
    untied = told_of(person, html.replace(' aria-describedby="needed_radio-hint needed_radio-error"', "", 1))

    assert untold(nameless, "Frågan {name}") == ["email"]
    assert untold(untied, "Så gör du med {name}.") == untold(untied, "Fel: ") == ["radio"]


def test_whoever_listens_hears_which_questions_may_be_left(person: Person, reader: Reader) -> None:
    """One of the four of today's statement. One must answer unless the question itself says in words that one may not
    have to: no asterisk, no colour, and nothing that only some readers read."""
    free = reader.page.html or ""
    needed = reader.press().page.html or ""

    assert not untold(told_of(person, free), "(frivilligt)")
    assert untold(told_of(person, needed), "(frivilligt)") == ASKED
    only_a_star = re.sub(r'<span class="opt">[^<]*</span>', "*", free)
    assert untold(told_of(person, only_a_star), "(frivilligt)") == ASKED


def test_what_is_wrong_is_read_as_words_and_no_sign_is_read_as_a_letter(person: Person, reader: Reader) -> None:
    """One of the four of today's statement. No style sheet writes anything, and every picture is named or passed by."""
    assert not [name for name, text in STYLES.items() if _WRITES.search(text)]
    assert _WRITES.search('.late::before{content:"⚠"}')

    html = reader.press().press(WRONG).page.html or ""
    assert not _unnamed_pictures(html)
    assert _unnamed_pictures(html.replace("</h2>", "<svg></svg></h2>", 1))
    assert not _unnamed_pictures("".join(TEMPLATES.values()))
    linked = [(link.attributes["href"] or "")[1:] for link in LexborHTMLParser(html).css("main .summary a")]
    heard = {told.id: told.everything for those in told_of(person, html).values() for told in those}
    assert len(linked) >= len(ASKED)
    assert not [control for control in linked if "Fel: " not in heard[control]]


_WRITES = re.compile(r"""content:\s*(["'])(?!\1)""")


def _unnamed_pictures(html: str) -> list[str]:
    pictures = LexborHTMLParser(html).css("svg, img")
    return [
        (picture.html or "")[:80]
        for picture in pictures
        if picture.attributes.get("aria-hidden") != "true"
        and picture.attributes.get("role") != "img"
        and "alt" not in picture.attributes
    ]


# ---- places, lists, rows ---------------------------------------------------------------------------------------------


def test_a_place_is_given_by_keyboard_without_any_map(person: Person, server: Server) -> None:
    """In words, or by where the device is, or by coordinates: one tabs there, and what happens is said in words."""
    person.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["geolocation"]})
    here = {"latitude": 58.0105, "longitude": 11.5521, "accuracy": 5}
    person.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", here)
    somebody = KeyboardPerson(person.driver, server.url)
    _until(somebody, "felanmalan", "[id=location]")

    somebody.reach("Koordinater, om du har dem")
    somebody.type(Keys.ENTER)
    somebody.reach("Fyll i platsen där jag är")
    somebody.type(Keys.ENTER)
    status = somebody.driver.find_element(By.CSS_SELECTOR, "main [role=status]")

    assert _soon(lambda: status.text == "Platsen är ifylld.")
    assert somebody.driver.find_element(By.ID, "location-coordinates").get_attribute("value") == "58.01050, 11.55210"
    assert not somebody.driver.find_elements(By.CSS_SELECTOR, "canvas, iframe, object, [draggable=true]")


def test_a_long_list_is_a_list_of_the_browsers_own(person: Person, reader: Reader) -> None:
    """A list that one searches by typing is what screen readers stumble over; here it is the browser's own, which finds
    by the first letters, and nothing is built of roles."""
    (told,) = told_of(person, reader.page.html or "")["select"]
    assert (told.role, told.name.partition(" (")[0]) == ("combobox", "Frågan select")
    assert not [name for name, text in {**TEMPLATES, **_scripts()}.items() if _BUILT.search(text)]
    assert _BUILT.search('<input role="combobox" aria-controls="hits">')

    person.driver.execute_script("document.getElementById('free_select').focus()")
    KeyboardPerson(person.driver, person.base).type("Tr")

    assert person.driver.execute_script("return document.getElementById('free_select').value") == "c"


_BUILT = re.compile(
    r"""<datalist|role=["']?(?:combobox|listbox|option|menu|grid|tree|slider)\b|aria-activedescendant"""
)


def _scripts() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (ROOT / "eservices/web/static").glob("*.js")}


def test_no_table_is_there_for_the_look_of_it() -> None:
    """Every table is data: it says what it is about, and its rows and columns have heads. Pages are laid out by styles."""
    tables = [(name, table) for name, text in TEMPLATES.items() for table in _tables(text)]

    assert len(tables) > 10
    assert not [name for name, table in tables if not _is_data(table)]
    assert not [name for name, text in TEMPLATES.items() if re.search(r"<(?:font|center|frameset|marquee)\b", text)]
    assert not _is_data("<table><tr><td>Namn</td><td><input></td></tr></table>")


def _tables(text: str) -> list[str]:
    return re.findall(r"<table\b.*?</table>", text, re.DOTALL)


def _is_data(table: str) -> bool:
    named = re.match(r"<table[^>]* aria-labelledby=|<table[^>]*>\s*<caption\b", table)
    return bool(named) and bool(re.search(r"<th\b[^>]*\bscope=", table)) and 'role="presentation"' not in table


def test_nobody_is_asked_to_read_signs_in_a_picture(client: InspectingClient) -> None:
    """What keeps robots out is limits and sealed forms; nobody must see, hear or solve anything."""
    for address in ("/sv/services/batplats", "/sv/continue", "/sv/case", "/staff/login", "/sv/services/tillganglighet"):
        assert not _puzzles(client.get(address).get_data(as_text=True)), address
    assert not [name for name, text in {**TEMPLATES, **_scripts()}.items() if "captcha" in text.lower()]
    assert _puzzles('<main><form><img src="/signs.png" alt=""><input name="signs"></form></main>')


def _puzzles(html: str) -> list[str]:
    return [node.html or "" for node in LexborHTMLParser(html).css("main form :is(img, canvas, audio, iframe, object)")]


def test_a_row_more_is_a_page_that_says_which_row_it_is(person: Person, server: Server) -> None:
    """By keyboard alone: one more, its own heading, and beside each row which one is changed or removed."""
    somebody = KeyboardPerson(person.driver, server.url)
    answers = _until(somebody, "bostadsanpassning", "[name=measure]")
    first = somebody.driver.title
    somebody.through_the_page(answers)
    somebody.through_the_page({"measures-more": "yes"})
    assert somebody.driver.title != first, "the second row says that it is the second"
    somebody.through_the_page({**answers, "measure": "Sätt upp en ramp"})

    rows = [told for told in controls(somebody.driver, "main") if told.name.startswith("Ta bort")]
    said = [row.name for row in rows]
    assert len(set(said)) == len(said) == 2
    somebody.go_by(said[0])
    left = somebody.driver.find_element(By.TAG_NAME, "main").text
    assert "Sätt upp en ramp" in left
    assert "Ta bort tröskeln" not in left


def test_a_send_that_fails_says_why_where_the_focus_lands(person: Person, reader: Reader) -> None:
    """The title says it, the focus is on what is wrong and not at the top, and one press leads to the question."""
    html = reader.press().press(WRONG).page.html or ""

    assert _lands(person, html) == ""
    results.looked()
    person.driver.find_element(By.CSS_SELECTOR, ".summary a[href='#needed_radio']").send_keys(Keys.ENTER)
    assert person.driver.switch_to.active_element.get_attribute("name") == "needed_radio"
    assert _lands(person, html.replace(" autofocus", "")) == "the focus is at the top"
    assert _lands(person, html.replace('aria-labelledby="wrong"', "").replace("<h2", "<p")) == "nothing says why"
    assert _lands(person, html.replace("<title>Fel: ", "<title>")) == "the title does not say it"


def _lands(person: Person, html: str) -> str:
    """What somebody who listens misses right after a page was refused."""
    person.read(html)
    here = person.driver.switch_to.active_element
    if here.tag_name == "body":
        return "the focus is at the top"
    if not re.search(r"\d+ saker behöver rättas|En sak behöver rättas", here.accessible_name):
        return "nothing says why"
    return "" if person.driver.title.startswith("Fel: ") else "the title does not say it"


# ---- the way of the focus --------------------------------------------------------------------------------------------

_STATIONS = """const all = [...document.querySelectorAll('*')], groups = new Set();
return all.map((e, place) => [e, place]).filter(([e]) => e.matches('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]')
    && !e.disabled && e.checkVisibility({visibilityProperty: true})
    && !(e.type === 'radio' && (groups.has(e.name) || !groups.add(e.name))))
  .map(([e, place]) => [place, e.type === 'radio' ? 'radio ' + e.name : e.tagName + ' ' + (e.id || e.textContent.trim().slice(0, 40))])"""

_HERE = """const e = document.activeElement;
return e === document.body ? null : e.type === 'radio' ? 'radio ' + e.name : [...document.querySelectorAll('*')].indexOf(e)"""


def passed_over(person: Person, html: str, width: int) -> list[str]:
    """What one could press or write in, in the menu or in the service, and never comes to by the tab key."""
    person.look_through(theme="light", width=width)
    person.read(html)
    results.looked()
    stations: list[tuple[int, str]] = person.driver.execute_script(_STATIONS)
    person.driver.execute_script("document.activeElement.blur(); window.getSelection().removeAllRanges()")
    somebody, reached = KeyboardPerson(person.driver, person.base), set()
    for _ in range(2 * len(stations) + 4):
        somebody.type(Keys.TAB)
        here = person.driver.execute_script(_HERE)
        if here in reached:
            break
        reached.add(here)
    return [name for place, name in stations if place not in reached and name not in reached]


@pytest.mark.parametrize("width", [NARROW, *([WIDE] if everything() else [])])
def test_the_tab_key_passes_by_no_part_of_the_menu_nor_of_the_service(
    person: Person, app: Flask, clock: FixedClock, width: int
) -> None:
    """One of the four of today's statement."""
    pages = pages_of(app, clock, "fardtjanst", "sv", {"start", "step", "error", "check"})
    missed = [
        f"{kind}: {name}"
        for kind, those in pages.items()
        for html in those[:2]
        for name in passed_over(person, html, width)
    ]

    assert not missed, "\n".join(missed)
    page = pages["step"][0]
    assert passed_over(person, page.replace('<li><a href="/sv/case"', '<li><a tabindex="-1" href="/sv/case"', 1), width)


@pytest.mark.parametrize("theme", ["light", "dark", "forced"])
def test_one_always_sees_where_the_focus_is(person: Person, app: Flask, clock: FixedClock, theme: str) -> None:
    """One of the four of today's statement."""
    page = pages_of(app, clock, "batplats", "sv", {"error"})["error"][0]

    assert not lost_by_keyboard(person, page, NARROW, theme=theme)
    assert lost_by_keyboard(person, page, NARROW, theme=theme, style=NO_RING)


# ---- getting there ---------------------------------------------------------------------------------------------------


def _until(somebody: KeyboardPerson, service: str, selector: str) -> Answers:
    """Fill in a service by keyboard until a page has this control; gives the answers."""
    answers: Answers = json.loads((ANSWERS / f"{service}.json").read_text("utf-8"))
    somebody.go_to(f"/sv/services/{service}")
    for _ in range(20):
        if somebody.driver.find_elements(By.CSS_SELECTOR, selector):
            return answers
        somebody.through_the_page(answers)
    raise AssertionError(f"no {selector} on the way")


def _soon(holds: Callable[[], bool]) -> bool:
    return bool(WebDriverWait(None, 10).until(lambda _: holds()))
