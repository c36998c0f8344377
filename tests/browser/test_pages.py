"""Every page that there is under axe, in two languages, light and dark, wide and narrow; and nothing overflows.

The suite looks at each page in two of the four combinations of theme and width (the other two in the other language);
`make access` looks at all of them.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.browser.conftest import everything
from tests.browser.inspecting import GRID, Inspector
from tests.browser.person import PRIMARY, Answers, Person

ANSWERS = Path(__file__).resolve().parent / "answers"
LANGUAGES = ("sv", "en", "ar", "fi", "uk", "sv-x-lattlast") if everything() else ("sv",)
#: One service is typed in by hand in every language, the others by `make access` in Swedish: test_pairs.py looks at the
#: same pages of all of them in all languages.
TYPED_IN = [("batplats", language) for language in LANGUAGES] + [
    (path.stem, "sv") for path in sorted(ANSWERS.glob("*.json")) if everything() and path.stem != "batplats"
]


def answers_of(service: str) -> Answers:
    found: Answers = json.loads((ANSWERS / f"{service}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize(("service", "language"), TYPED_IN)
def test_no_page_of_a_service_shuts_anybody_out(person: Person, service: str, language: str):
    """Start, each step empty, with its errors, and filled in; check with its errors; receipt; the case."""
    inspector = Inspector(person, language)
    person.go_to(f"/{language}/services/{service}")
    for number in itertools.count():
        inspector.look()
        if not person.has_something_to_send():
            break
        assert number < 60, "no end"
        before = person.path
        if number:  # not on the start page: there is nothing to get wrong there
            person.press()
            if person.path == before and person.driver.find_elements(By.CSS_SELECTOR, "[role=alert]"):
                inspector.look(f"{before} with errors")
            elif person.path != before:
                continue
        person.fill_in(answers_of(service))
        person.press()
    number_and_code = person.text_of("reference"), person.text_of("case-code")
    follow_case(person, language, *number_and_code)
    inspector.look(f"/{language}/case, followed")

    inspector.verdict()


def follow_case(person: Person, language: str, number: str, code: str) -> None:
    person.go_to(f"/{language}/case")
    person.fill_in({"number": number, "code": code})
    person.press()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_around_the_services_shuts_anybody_out(person: Person, language: str):
    inspector = Inspector(person, language)
    for path in (
        "/",
        "/?by=life",
        "/?by=name",
        "/?theme=skola",
        "/?q=b%C3%A5t",
        "/?q=finnsinte",
        "/continue",
        "/case",
        "/accessibility",
        "/services/finns_inte",
    ):
        person.go_to(f"/{language}{path}")
        inspector.look()
    for path in ("/continue", "/case"):
        person.go_to(f"/{language}{path}")
        person.fill_in({"code": "AAA-AAA", "number": "2026-AAAAA"})
        person.press()
        inspector.look(f"{path} with a wrong code")

    inspector.verdict()


def sign_in(person: Person, username: str) -> None:
    person.go_to("/staff/login")
    person.fill_in({"username": username, "password": "demo"})
    person.press()


def pages_within(person: Person, prefix: str) -> Iterator[str]:
    """The addresses that a page links to below a prefix, each once, in order."""
    links = [link.get_attribute("href") or "" for link in person.driver.find_elements(By.CSS_SELECTOR, "main a[href]")]
    seen: dict[str, None] = {}
    for link in links:
        path = link.removeprefix(person.base).partition("#")[0]
        if path.startswith(prefix):
            seen.setdefault(path, None)
    yield from seen


@pytest.mark.parametrize("language", ["sv", "en"] if everything() else ["sv"])
@pytest.mark.parametrize(("username", "room"), [("agent", "/contact-centre/"), ("officer", "/cases/")])
def test_no_page_of_staff_shuts_anybody_out(person: Person, username: str, room: str, language: str):
    """The way in, the queue, what it links to, and one case with everything one can do to it."""
    inspector = Inspector(person, language)
    person.journey("/sv/services/batplats", answers_of("batplats"))
    number = person.text_of("reference")
    person.driver.delete_all_cookies()
    person.go_to("/staff/login")
    inspector.look()
    person.fill_in({"username": username, "password": "wrong"})
    person.press()
    inspector.look("/staff/login with a wrong password")
    sign_in(person, username)
    set_language(person, language)
    person.go_to(room)
    inspector.look()
    person.go_to(f"{room}?q={number}")
    inspector.look()
    person.follow(person.driver.find_element(By.LINK_TEXT, number))
    inspector.look(f"{room} a case")
    for path in list(pages_within(person, room))[:12]:
        person.go_to(path)
        inspector.look(path)

    inspector.verdict()


def set_language(person: Person, language: str) -> None:
    """Staff choose their language where their pages offer it."""
    for button in person.driver.find_elements(
        By.CSS_SELECTOR, f"form[action$='/staff/language'] button[value={language}]"
    ):
        person.follow(button)
        return


def test_the_figures_of_equal_service_shut_nobody_out(person: Person):
    inspector = Inspector(person, "sv")
    sign_in(person, "manager")
    for path in ("/insight/", "/insight/services/batplats", "/sv/equal-service"):
        person.go_to(path)
        for theme, width in GRID:
            inspector.look_at(theme, width, path)

    inspector.verdict()


def test_a_form_page_has_one_way_on(person: Person):
    person.go_to("/sv/services/batplats")

    assert len(person.driver.find_elements(By.CSS_SELECTOR, PRIMARY)) == 1
