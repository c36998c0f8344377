"""Every pair of service, language, kind of page, theme and width under axe, and right-to-left pages in the mirror.

The pages are filled in over the test client, which is quick, and looked at in the browser. `make access` looks at every
page of every service in every language, theme and width, not only at the pairs.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from eservices.calendars import FixedClock
from eservices.definitions.conditions import Compare
from eservices.definitions.library import Library
from eservices.definitions.model import Service
from eservices.language import LANGUAGES
from tests.browser.conftest import everything
from tests.browser.inspecting import faults_in
from tests.browser.person import Person as AtBrowser
from tests.build.walker import CannotFill, Walker
from tests.build.walking import Way
from tests.conftest import ROOT
from tests.journeys.person import Person

LIBRARY = Library((ROOT / "forms",))
SERVICES = [service.id for service in LIBRARY.services.values() if service.status != "draft"]
KINDS = ("start", "step", "error", "item", "group", "check", "receipt", "stop", "closed")
THEMES, WIDTHS = ("light", "dark", "forced"), (1280, 320)
_SEEDS = range(1, 9)

#: One look: service, language, kind of page, theme, width.
Look = tuple[str, str, str, str, int]


def kinds_of(service: Service) -> tuple[str, ...]:
    """The kinds of page that a service has."""
    if service.status == "closed":
        return ("closed",)
    groups = any(step.group is not None for step in service.steps)
    stops = any(_led_to_by(stop.when) for stop in service.stops)
    return (
        "start",
        "step",
        "error",
        "check",
        "receipt",
        *(("item", "group") if groups else ()),
        *(("stop",) if stops else ()),
    )


def possible() -> list[Look]:
    return [
        (name, language, kind, theme, width)
        for name in SERVICES
        for language, kind, theme, width in itertools.product(
            LANGUAGES, kinds_of(LIBRARY.services[name]), THEMES, WIDTHS
        )
    ]


def pairs_of(look: Sequence[object]) -> set[tuple[tuple[int, object], ...]]:
    return set(itertools.combinations(enumerate(look), 2))


@cache
def cover() -> tuple[Look, ...]:
    """Few looks in which every two things that can meet do meet."""
    everywhere = possible()
    left = set().union(*(pairs_of(look) for look in everywhere))
    chosen: list[Look] = []
    while left:
        best = max(everywhere, key=lambda look: len(pairs_of(look) & left))
        left -= pairs_of(best)
        chosen.append(best)
    return tuple(sorted(chosen))


def test_every_two_things_that_can_meet_are_looked_at_together() -> None:
    met = set().union(*(pairs_of(look) for look in cover()))

    assert met == set().union(*(pairs_of(look) for look in possible()))
    assert len(cover()) < 160
    assert {kind for _, _, kind, _, _ in cover()} == set(KINDS)


#: The suite goes through all services of a language at once; `make access` one by one, so that two browsers share them.
_TOGETHER = [(name,) for name in SERVICES] if everything() else [tuple(SERVICES)]


@pytest.mark.parametrize("names", _TOGETHER, ids=lambda names: names[0] if len(names) == 1 else "all")
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pair_shuts_anybody_out(
    person: AtBrowser, app: Flask, clock: FixedClock, language: str, names: Sequence[str]
) -> None:
    wanted: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for name, spoken, kind, theme, width in possible() if everything() else cover():
        if spoken == language and name in names:
            wanted.setdefault((name, kind), []).append((theme, width))
    faults = []
    for name in dict.fromkeys(name for name, _ in wanted):
        pages = pages_of(app, clock, name, language, {kind for other, kind in wanted if other == name})
        for kind in pages.keys() & {kind for other, kind in wanted if other == name}:
            for html in pages[kind] if everything() else pages[kind][:1]:
                faults += [f"{name} {kind} {fault}" for fault in looked_at(person, html, wanted[name, kind])]
        lacking = {kind for other, kind in wanted if other == name} - pages.keys()
        assert not lacking, f"{name} has no {lacking} in {language}"
    person.look_through(theme="light", width=1280)

    assert not faults, "\n".join(dict.fromkeys(faults))


def looked_at(person: AtBrowser, html: str, ways: Iterable[tuple[str, int]]) -> list[str]:
    """What is wrong with a page in these combinations of theme and width."""
    person.read(html)
    return list(faults_in(person, ways))


def pages_of(app: Flask, clock: FixedClock, name: str, language: str, kinds: set[str]) -> Mapping[str, list[str]]:
    """Pages of these kinds, as somebody meets them who fills in the service in this language."""
    service: Service = app.extensions["eservices"].library.services[name]
    found: dict[str, list[str]] = {}

    def keep(path: str, page: LexborHTMLParser) -> None:
        kind = _kind(service, path, page)
        found.setdefault(kind, []).append(page.html or "")

    if "closed" in kinds:
        found["closed"] = [Person(app.test_client()).go(f"/{language}/services/{service.id}").page.html or ""]
        return found
    start = f"/{language}/services/{service.id}"
    for seed in _SEEDS:
        if kinds - {"stop"} <= found.keys():
            break
        Way(Person(app.test_client()), service, Walker(service, seed, clock.today()), keep, stumbling=True).go(start)
    for stop, seed in itertools.product(service.stops, _SEEDS):
        if kinds <= found.keys():
            break
        instead = _led_to_by(stop.when)
        if instead:
            way = Way(Person(app.test_client()), service, Walker(service, seed, clock.today()), keep, instead=instead)
            try:
                way.go(start)
            except (AssertionError, CannotFill):  # not everybody is led there
                continue
    return found


def _led_to_by(condition: object) -> Mapping[str, str]:
    """The one answer that leads to the page, where one does."""
    if isinstance(condition, Compare) and condition.operator == "is" and isinstance(condition.operand, str):
        return {condition.question: condition.operand}
    return {}


def _kind(service: Service, path: str, page: LexborHTMLParser) -> str:
    last = path.partition("?")[0].rsplit("/", 2)[1:]
    if page.css_first("#stop") is not None:
        return "stop"
    if page.css_first("main [role=alert]") is not None:
        return "error"
    if last[1].isdecimal():
        return "item"
    if last[1] in {"check", "receipt"}:
        return last[1]
    step = service.step(last[1])
    if step is None:
        return "start"
    return "group" if step.group is not None else "step"


# ---- the mirror ------------------------------------------------------------------------------------------------------

#: Every box and every line of text in it, from both edges of the page. Pieces of another direction are left out inside.
_BOXES = """const page = document.documentElement.clientWidth;
  const own = e => e.closest('svg,bdi,[dir]:not(html),input,textarea,select,.tel,.call,.ref');
  return [...document.querySelectorAll('body *')].filter(e => e.offsetParent && !e.closest('svg,details:not([open]) > :not(summary)')
      && !(own(e) && own(e) !== e) && getComputedStyle(e).display !== 'inline').map(e => {
    const r = e.getBoundingClientRect();
    return [e.tagName + '.' + (e.className || e.id || ''), r.left, page - r.right, r.width] })"""


def out_of_mirror(person: AtBrowser, html: str, width: int) -> list[str]:
    """The boxes of a right-to-left page that do not stand where they would in a mirror of the left-to-right one."""
    person.look_through(theme="light", width=width)
    person.read(html)
    right_to_left = person.driver.execute_script(_BOXES)
    person.driver.execute_script("document.documentElement.dir = 'ltr'")
    left_to_right = person.driver.execute_script(_BOXES)
    assert len(right_to_left) == len(left_to_right) > 0
    return [
        f"{name}: {from_right:.0f} from the right, {left:.0f} from the left in the mirror"
        for (name, _, from_right, wide), (_, left, _, wide_there) in zip(right_to_left, left_to_right, strict=True)
        if abs(from_right - left) > 2 and abs(wide - wide_there) <= 2
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_from_right_to_left_are_the_others_in_a_mirror(
    person: AtBrowser, app: Flask, clock: FixedClock, width: int
) -> None:
    """Measured for every kind of page, to two pixels; axe does not notice when a box stands on the wrong side."""
    wrong = []
    for name in ("sophamtning",):
        pages = pages_of(app, clock, name, "ar", set(kinds_of(LIBRARY.services[name])))
        for kind, those in pages.items():
            wrong += [f"{name} {kind}: {fault}" for fault in out_of_mirror(person, those[0], width)]

    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_a_box_on_the_wrong_side_is_noticed(person: AtBrowser, app: Flask, clock: FixedClock) -> None:
    pages = pages_of(app, clock, "batplats", "ar", {"step"})

    planted = pages["step"][0].replace("<h1", '<p id="planted"><b class="btn">١</b></p><h1', 1)
    person.read(planted)
    person.driver.execute_script("document.getElementById('planted').style.marginLeft = '40px'")
    boxes = person.driver.execute_script(_BOXES)
    person.driver.execute_script("document.documentElement.dir = 'ltr'")
    mirrored = person.driver.execute_script(_BOXES)

    assert any(abs(one[2] - other[1]) > 2 for one, other in zip(boxes, mirrored, strict=True))


def test_numbers_in_a_right_to_left_page_keep_their_own_direction(app: Flask, clock: FixedClock) -> None:
    """Telephone numbers, codes and numbers of cases stand in a piece of their own, or in isolating signs."""
    pages = pages_of(app, clock, "batplats", "ar", {"start", "step", "check", "receipt"})
    phone = LIBRARY.municipality.phone

    for kind, those in pages.items():
        page = LexborHTMLParser(those[0])
        for node in page.css("body *"):
            text = "".join(child.text_content or "" for child in node.iter(include_text=True) if child.tag == "-text")
            if phone in text:
                alone = node.tag == "bdi" or node.attributes.get("dir") == "ltr" or f"\u2068{phone}\u2069" in text
                assert alone, f"{kind}: {text.strip()[:80]}"


def test_planted_faults_are_caught(person: AtBrowser, app: Flask, clock: FixedClock) -> None:
    page = pages_of(app, clock, "batplats", "sv", {"step"})["step"][0]

    for planted, rule in (
        (page.replace("<label", "<span").replace("</label", "</span"), "label"),
        (page.replace('lang="sv"', "", 1), "html-has-lang"),
        (page.replace("</main>", '<p><img src="/static/icon.svg"></p></main>', 1), "image-alt"),
    ):
        assert any(f": {rule}:" in fault for fault in looked_at(person, planted, [("light", 1280)])), rule
    wide = page.replace("</main>", '<pre style="width:2000px">x</pre><table width="2000"><tr><td>x</table></main>', 1)
    assert any("pixels wide" in fault for fault in looked_at(person, wide, [("light", 320)]))
