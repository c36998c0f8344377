"""What `make access` found, for the accessibility statement: `build/access.json`, test by test.

A plugin of pytest (`-p tests.browser.results`). Each test belongs to one check; a check that was not run, or whose
control did not find what was planted, is written down as that and never as passed.
"""

import datetime as dt
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import eservices
from tests.browser import axe, engines

ROOT = Path(__file__).resolve().parent.parent.parent
WRITTEN = ROOT / "build" / "access.json"

#: What each test is a part of, by its file, and by its name where a file holds several.
CHECKS: Mapping[str, str] = {
    "test_pairs.py::test_no_pair_shuts_anybody_out": "axe",
    "test_pairs.py::test_pages_from_right_to_left_are_the_others_in_a_mirror": "mirror",
    "test_pairs.py::test_numbers_in_a_right_to_left_page_keep_their_own_direction": "mirror",
    "test_pairs.py::test_a_box_on_the_wrong_side_is_noticed": "control",
    "test_pairs.py::test_planted_faults_are_caught": "control",
    "test_pages.py::test_no_page_of_a_service_shuts_anybody_out": "axe",
    "test_pages.py::test_no_page_around_the_services_shuts_anybody_out": "axe",
    "test_pages.py::test_no_page_of_staff_shuts_anybody_out": "axe_staff",
    "test_pages.py::test_the_figures_of_equal_service_shut_nobody_out": "axe_staff",
    "test_agent_pages.py::test_no_page_of_practising_shuts_a_resident_out": "axe",
    "test_agent_pages.py": "axe_staff",
    "test_register.py": "axe_staff",
    "test_agent_calls.py": "keyboard",
    "test_keying.py": "keyboard",
    "test_officer_afternoon.py": "keyboard",
    "test_ways.py::test_a_service_is_handed_in_by_keyboard_alone": "keyboard",
    "test_ways.py::test_a_service_is_handed_in_without_javascript": "no_scripts",
    "test_engines.py::test_the_markup_of_every_page_is_as_the_standard_has_it": "nu",
    "test_engines.py::test_the_markup_of_every_page_of_staff_is_too": "nu",
    "test_engines.py::test_another_engine_finds_nothing": "ibm",
    "test_engines.py::test_a_screen_reader_says_each_question_with_its_control": "screen_reader",
    "test_engines.py::test_larger_and_roomier_text_is_all_there": "text_size",
    "test_engines.py::test_the_focus_is_always_seen_and_goes_as_one_reads": "focus",
    "test_engines.py::test_every_ink_has_contrast_enough": "contrast",
    "test_engines.py::test_every_colour_of_the_style_sheet": "contrast",
    "test_engines.py": "control",
    "test_control.py": "control",
    "test_looks.py::test_what_one_presses_is_large_enough": "target_size",
    "test_looks.py::test_in_colours_of_the_readers_own": "forced_colours",
    "test_looks.py::test_nothing_moves_and_nothing_sounds": "still",
    "test_looks.py": "control",
    "test_known_faults.py": "known_faults",
    "test_tags.py::test_a_fault_that_is_planted": "control",
    "test_tags.py::test_a_document_without_tags": "control",
    "documents/": "documents",
}

_EVERY = 15
_looks = 0


def looked(times: int = 1) -> None:
    """Something has been looked at in the test that is running."""
    global _looks  # noqa: PLW0603  one test at a time
    _looks += times


def check_of(node: str) -> str:
    """The check a test is a part of, by its address; nothing where it proves nothing of a page."""
    return next((check for place, check in CHECKS.items() if place in node), "")


def pytest_runtest_setup() -> None:
    global _looks  # noqa: PLW0603
    _looks = 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    report.user_properties.append(("looks", _looks))
    parameters: Mapping[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    report.user_properties.append(("language", str(parameters.get("language", "sv"))))
    return report


class _Collected:
    """What the tests said, as they were done, in whichever process; written down every now and then, for a long run may
    be broken off."""

    def __init__(self, *, whole: bool, only_listed: bool) -> None:
        self.whole = whole
        self.written_at = 0.0
        kept = read()
        self.wanted: dict[str, str] = {} if whole else kept.get("wanted", {})
        self.tests: dict[str, Any] = {} if whole and not only_listed else kept.get("tests", {})

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._wants(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._wants([item.nodeid for item in session.items])

    def _wants(self, ids: list[str]) -> None:
        if self.whole and ids:
            nodes = [node.partition("@")[0] for node in ids]
            self.wanted = {node: check_of(node) for node in nodes if check_of(node)}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        node = report.nodeid.partition("@")[0]
        check = check_of(node)
        if not check or (report.when != "call" and report.passed):
            return
        said = dict(report.user_properties)
        self.tests[node] = {
            "check": check,
            "language": said["language"],
            "outcome": report.outcome,
            "looks": said["looks"],
            "seconds": round(report.duration, 1),
            "day": dt.datetime.now(dt.UTC).date().isoformat(),
            "said": [] if report.passed else _lines(report)[:20],
        }
        if time.monotonic() - self.written_at > _EVERY:
            self.write()

    def pytest_sessionfinish(self) -> None:
        if self.tests:
            self.write()

    def write(self) -> None:
        """Keep it, with the release and the engines that made it."""
        words = ["git", "rev-parse", "--short", "HEAD"]
        commit = subprocess.run(words, cwd=ROOT, capture_output=True, text=True).stdout.strip()
        said = {
            "release": eservices.__version__,
            "commit": commit,
            "engines": {"axe": axe.VERSION, **engines.versions()},
            "wanted": self.wanted,
            "tests": self.tests,
        }
        WRITTEN.parent.mkdir(exist_ok=True)
        WRITTEN.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
        self.written_at = time.monotonic()


def read() -> dict[str, Any]:
    """The result kept last, or nothing."""
    found: dict[str, Any] = json.loads(WRITTEN.read_text("utf-8")) if WRITTEN.exists() else {}
    return found


def _lines(report: pytest.TestReport) -> list[str]:
    """What is wrong, or why it was not run, a line each."""
    if isinstance(report.longrepr, tuple):
        return [str(report.longrepr[2])]
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(crash.message if crash else report.longrepr).removeprefix("AssertionError: ")
    return [line for line in message.splitlines() if line.strip() and not line.startswith("assert ")] or ["failed"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        whole = not config.option.keyword and not config.option.markexpr
        collected = _Collected(whole=whole, only_listed=config.option.collectonly)
        config.pluginmanager.register(collected, "what was found")
