"""A real browser against a real server: Chromium, gunicorn with the demo's data, and axe's newest engine."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.browser.person import Person
from tests.servers import ROOT, Server, free_port, gunicorn, prepare
from tests.staff.conftest import a_browser, handed_in, house, signed_in

__all__ = ["a_browser", "handed_in", "house", "signed_in"]

pytestmark = pytest.mark.browser

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--window-size=1280,1400",
    "--lang=sv",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser and one server for all of them: xdist keeps them in one process. `make access` takes two."""
    for number, item in enumerate(item for item in items if "tests/browser" in str(item.path)):
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group(f"browser {number % 2}" if everything() else "browser"))


@pytest.fixture(autouse=True)
def _no_outside_network() -> None:
    """The browser speaks to this machine only, by its flags."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo municipality under gunicorn, with the worker beside it."""
    folder, port = tmp_path_factory.mktemp("browser"), free_port()
    environment = prepare(folder / "data", port)
    with (
        (folder / "worker.log").open("wb") as log,
        gunicorn(environment, port, folder / "web.log", workers=2) as running,
        subprocess.Popen(
            [sys.executable, "-m", "eservices", "worker"], env=environment, cwd=ROOT, stdout=log, stderr=log
        ) as worker,
    ):
        yield running
        worker.terminate()
        worker.wait(20)


@contextmanager
def _driver(*flags: str, scripts: bool = True) -> Iterator[webdriver.Chrome]:
    """A browser with a home of its own, of which nothing is left when it ends."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
    with tempfile.TemporaryDirectory(prefix="eservices-chromium-", ignore_cleanup_errors=True) as home:
        for flag in (*_FLAGS, *flags, f"--user-data-dir={home}/profile"):
            options.add_argument(flag)
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        own = {"HOME": home, "XDG_CONFIG_HOME": f"{home}/config", "XDG_CACHE_HOME": f"{home}/cache"}
        program = shutil.which("chromedriver") or "/usr/bin/chromedriver"
        driver = webdriver.Chrome(options=options, service=Service(program, env={**os.environ, **own}))
        # Whoever looks at a page has it before them: axe opens a window beside it, and does not always give it back.
        driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
        try:
            yield driver
        finally:
            driver.quit()


def _needs_chromium() -> None:
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        pytest.skip("there is no Chromium on this machine")


@pytest.fixture(scope="session")
def chromium() -> Iterator[webdriver.Chrome]:
    _needs_chromium()
    with _driver() as driver:
        driver.set_script_timeout(60)
        yield driver


@pytest.fixture
def person(chromium: webdriver.Chrome, server: Server) -> Person:
    """Somebody at a browser with nothing remembered, on a wide light screen."""
    chromium.delete_all_cookies()
    made = Person(chromium, server.url)
    made.look_through(theme="light", width=1280)
    return made


@pytest.fixture
def person_without_scripts(server: Server) -> Iterator[Person]:
    """Somebody whose browser runs no JavaScript."""
    _needs_chromium()
    with _driver(scripts=False) as driver:
        yield Person(driver, server.url)


def everything() -> bool:
    """Whether the whole grid is wanted (`make access`), or the cover that the suite holds."""
    return os.environ.get("ACCESS") == "all"
