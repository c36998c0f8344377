"""The registrar's pages at a real browser: each under axe, light and dark, wide and narrow."""

from selenium.webdriver.common.by import By

from tests.browser.inspecting import Inspector
from tests.browser.person import Person
from tests.browser.test_pages import answers_of, sign_in


def test_no_page_of_the_registrar_shuts_anybody_out(person: Person) -> None:
    inspector = Inspector(person, "sv")
    person.journey("/sv/services/batplats", answers_of("batplats"))
    number = person.text_of("reference")
    person.driver.delete_all_cookies()
    sign_in(person, "registrar")

    person.go_to(f"/cases/mail?q={number}")
    inspector.look("find a case for mail")
    person.follow(person.driver.find_element(By.CSS_SELECTOR, "td a[href$='/mail']"))
    person.press()
    inspector.look("mail with errors")
    person.fill_in({"about": "Om rampen", "how": "email", "body": "Den är hal."})
    person.press()
    assert "handläggaren ser den" in person.driver.find_element(By.TAG_NAME, "main").text
    person.go_to(f"/cases/{number}/transfer")
    person.fill_in({"system": "Ecos", "how": "ask"})
    person.press()
    for path in (f"/cases/{number}/transfer", f"/cases/{number}/transfer-sheet", "/cases/transfers"):
        person.go_to(path)
        inspector.look(path)
    person.go_to("/cases/register")
    person.follow(person.driver.find_elements(By.CSS_SELECTOR, "td a[href*='/register/']")[-1])
    person.fill_in({"who": "Någon annan", "why": "Felskrivet"})
    person.press()
    inspector.look("the register with a corrected line")
    person.go_to("/cases/delegated?since=2020-01-01&version=published")
    inspector.look("decisions to publish")

    inspector.verdict()
