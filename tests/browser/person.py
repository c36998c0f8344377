"""What a person does at a browser: read, write, choose, press, look. Finds things as a page offers them."""

import time
from collections.abc import Mapping, Sequence

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

Answers = Mapping[str, str | Sequence[str]]
TICK = "__check__"

#: The form that goes on.
PRIMARY = "main form[method=post]:not([data-secondary])"
#: A page is looked at once it has been painted anew.
_TWO_FRAMES = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
#: Not before the style sheets are there.
_STYLED = """const done = arguments[0], wait = () =>
  [...document.querySelectorAll('link[rel=stylesheet]')].every(l => l.sheet) ? done() : setTimeout(wait, 5); wait()"""
#: Whether an element shows that it has the focus, and what the browser says of that. Nothing has it: nothing to show.
_FOCUS = """const marked = e => { const s = getComputedStyle(e);
  return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' };
const e = arguments[0], label = e.closest('label'), ring = marked(e) || (!!label && marked(label));
return {seen: e === document.body || (document.hasFocus() && ring), ring, window: document.hasFocus(),
  focus: e.matches(':focus'), visible: e.matches(':focus-visible')}"""
_WRITTEN = {"text", "email", "tel", "search", "password", "number", "url"}


class Person:
    """Somebody with a browser, on the site at `base`."""

    def __init__(self, driver: Chrome, base: str):
        self.driver = driver
        self.base = base

    def go_to(self, path: str) -> None:
        self.driver.get(self.base + path)

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.base).partition("#")[0]

    @property
    def heading(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def text_of(self, element_id: str) -> str:
        return self.driver.find_element(By.ID, element_id).text

    def look_through(self, *, theme: str, width: int, height: int = 1200) -> None:
        """A screen of this width, with the device set to this theme: light, dark, or colours of the reader's own."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {
                "features": [
                    {"name": "prefers-color-scheme", "value": "light" if theme == "forced" else theme},
                    {"name": "forced-colors", "value": "active" if theme == "forced" else "none"},
                    {"name": "prefers-reduced-motion", "value": "reduce"},
                ]
            },
        )
        self.driver.execute_async_script(_TWO_FRAMES)

    def read(self, html: str) -> None:
        """Look at a page that somebody else was given."""
        self.go_to("/healthz")
        frame = self.driver.execute_cdp_cmd("Page.getFrameTree", {})["frameTree"]["frame"]["id"]
        self.driver.execute_cdp_cmd("Page.setDocumentContent", {"frameId": frame, "html": html})
        self.driver.execute_async_script(_STYLED)
        self.driver.execute_async_script(_TWO_FRAMES)

    def has_something_to_send(self) -> bool:
        return bool(self.driver.find_elements(By.CSS_SELECTOR, PRIMARY))

    def fill_in(self, answers: Answers) -> None:
        """Write what is known into the primary form, as one does with mouse and keyboard."""
        for control in self.driver.find_elements(By.CSS_SELECTOR, f"{PRIMARY} :is(input,select,textarea)"):
            self._fill(control, answers)

    def press(self) -> None:
        """Press the first button of the primary form, and wait for the next page."""
        self.follow(self.driver.find_element(By.CSS_SELECTOR, f"{PRIMARY} button:not([type=button])"))

    def follow(self, element: WebElement) -> None:
        """Click something that leads to another page."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        element.click()
        self._wait_for_the_page_after(page)

    def _wait_for_the_page_after(self, page: WebElement) -> None:
        """Until the next page is here to its last part: whoever reads too early reads half a page."""
        waiting = WebDriverWait(self.driver, 20, ignored_exceptions=(WebDriverException,))
        waiting.until(lambda _: _gone(page))
        waiting.until(lambda driver: driver.find_elements(By.TAG_NAME, "footer"))

    def journey(self, start: str, answers: Answers, *, most: int = 60) -> list[str]:
        """From a start page until nothing is left to send; gives the path of every page on the way."""
        self.go_to(start)
        seen = [self.path]
        for _ in range(most):
            if not self.has_something_to_send():
                return seen
            self.fill_in(answers)
            self.press()
            seen.append(self.path)
        raise AssertionError(f"no end after {most} pages: {seen[-3:]}")

    def _fill(self, control: WebElement, answers: Answers) -> None:
        name, kind = control.get_attribute("name") or "", control.get_attribute("type") or control.tag_name
        answer = answers.get(name)
        if answer is None or not control.is_enabled():
            return
        wanted = [answer] if isinstance(answer, str) else list(answer)
        if kind in {"radio", "checkbox"}:
            should = control.get_attribute("value") in wanted or wanted == [TICK]
            if should != control.is_selected() and (should or kind == "checkbox"):
                control.click()
        elif control.tag_name == "select":
            for option in control.find_elements(By.TAG_NAME, "option"):
                if option.get_attribute("value") in wanted:
                    option.click()
        elif kind == "file":
            control.send_keys("\n".join(wanted))
        elif (kind in _WRITTEN or control.tag_name == "textarea") and control.is_displayed():
            control.clear()
            control.send_keys(wanted[0])


class KeyboardPerson(Person):
    """The same person with a broken mouse: Tab, arrows, Space, Enter and letters only."""

    #: So many seconds the focus may take to be seen.
    patience = 10.0

    def journey(self, start: str, answers: Answers, *, most: int = 60) -> list[str]:
        self.go_to(start)
        seen = [self.path]
        for _ in range(most):
            if not self.has_something_to_send():
                return seen
            self.through_the_page(answers)
            seen.append(self.path)
        raise AssertionError(f"no end after {most} pages: {seen[-3:]}")

    def through_the_page(self, answers: Answers, *, most: int = 120) -> None:
        """Tab from control to control, answer what one lands on, and press Enter on the button that goes on."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        done: set[str] = set()
        begun = self._in_primary(self.driver.switch_to.active_element)  # the page has put the focus there itself
        for _ in range(most):
            if not begun:
                self.type(Keys.TAB)
            begun = False
            here = self.driver.switch_to.active_element
            self._see_the_focus(here)
            if not self._in_primary(here):
                continue
            if here.tag_name == "button":
                self.type(Keys.ENTER)
                self._wait_for_the_page_after(page)
                return
            self._answer(here, answers, done)
        raise AssertionError("the button that goes on was never reached by Tab")

    def go_by(self, said: str) -> None:
        """Tab to the link or button whose words begin so, press Enter, and wait for the page it leads to."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        self.reach(said)
        self.type(Keys.ENTER)
        self._wait_for_the_page_after(page)

    def reach(self, said: str, *, most: int = 250) -> None:
        """Tab until the focus is on what is called so, seeing all the way where the focus is."""
        for _ in range(most):
            self.type(Keys.TAB)
            here = self.driver.switch_to.active_element
            self._see_the_focus(here)
            if self._called(here).startswith(said):
                return
        raise AssertionError(f"{said!r} was never reached by Tab on {self.path}")

    def _called(self, element: WebElement) -> str:
        called: str = self.driver.execute_script(
            """const e = arguments[0], l = e.labels && e.labels[0];
               return (e.getAttribute('aria-label') || (l || e).textContent || '').trim()""",
            element,
        )
        return called

    def type(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def _answer(self, here: WebElement, answers: Answers, done: set[str]) -> None:
        name, kind = here.get_attribute("name") or "", here.get_attribute("type") or here.tag_name
        answer = answers.get(name)
        if answer is None:
            return
        wanted = [answer] if isinstance(answer, str) else list(answer)
        if kind == "radio":
            self._choose(here, wanted[0], name, done)
        elif kind == "checkbox":
            if (here.get_attribute("value") in wanted or wanted == [TICK]) != here.is_selected():
                self.type(Keys.SPACE)
        elif here.tag_name == "select":
            label = self.driver.execute_script(
                "return [...arguments[0].options].find(o => o.value === arguments[1])?.text", here, wanted[0]
            )
            self.type(label or "")
        elif kind in _WRITTEN or here.tag_name == "textarea":
            ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
            self.type(wanted[0] or Keys.DELETE)

    def _choose(self, here: WebElement, wanted: str, name: str, done: set[str]) -> None:
        if name in done:
            return
        done.add(name)
        self.type(Keys.SPACE)
        for _ in range(30):
            if self.driver.switch_to.active_element.get_attribute("value") == wanted:
                return
            self.type(Keys.ARROW_DOWN)
        raise AssertionError(f"{wanted} is not among the choices of {name}")

    def _in_primary(self, element: WebElement) -> bool:
        found: bool = self.driver.execute_script(
            "const f = document.querySelector(arguments[1]); return !!f && f.contains(arguments[0])", element, PRIMARY
        )
        return found

    def _see_the_focus(self, element: WebElement) -> None:
        """The element with the focus shows it, by an outline or a shadow, itself or around it; or it says what is so.

        A window that comes to the front late gets the focus late: that is waited for, for as long as there is patience.
        """
        until = time.monotonic() + self.patience
        while not (state := self.driver.execute_script(_FOCUS, element))["seen"] and time.monotonic() < until:
            time.sleep(0.05)
        assert state["seen"], f"nobody sees that {element.get_attribute('outerHTML')[:120]} has the focus: {state}"


def _gone(page: WebElement) -> bool:
    try:
        page.is_enabled()
    except WebDriverException:  # stale, or between two pages
        return True
    return False
