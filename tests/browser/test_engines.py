"""What axe does not see: two more engines, a screen reader's words, twice the text, more room between, and the way of the
focus. `make access` looks at every kind of page of every service and at every page of staff.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from eservices.calendars import FixedClock
from eservices.definitions.municipality import contrast
from eservices.identity.people import Role
from eservices.language import LANGUAGES
from tests.browser import engines, results
from tests.browser.conftest import everything
from tests.browser.person import Person as AtBrowser
from tests.browser.test_pairs import LIBRARY, SERVICES, kinds_of, pages_of
from tests.conftest import ROOT
from tests.staff.conftest import Person as AtWork

#: A page by what it is called.
Pages = Mapping[str, str]

whole = pytest.mark.skipif(not everything(), reason="`make access` runs it: it takes more than a suite has")

_ROOMS: Mapping[str, Role] = {
    "/contact-centre/": Role.CONTACT_AGENT,
    "/cases/": Role.CASE_OFFICER,
    "/cases/register": Role.REGISTRAR,
    "/cases/mail": Role.REGISTRAR,
    "/cases/transfers": Role.REGISTRAR,
    "/cases/delegated": Role.MANAGER,
    "/insight/": Role.MANAGER,
    "/staff/running": Role.ADMIN,
    "/staff/account": Role.CASE_OFFICER,
}


@pytest.fixture
def engine() -> None:
    if why := engines.missing():
        pytest.skip(why)


@pytest.fixture
def staff_pages(signed_in: Callable[..., AtWork], handed_in: Callable[..., tuple[str, str]]) -> Pages:
    """Every page that staff can come to by links from their rooms, with one case in them."""
    number = handed_in()[0]
    found: dict[str, str] = {}
    for room, role in _ROOMS.items():
        person = signed_in(role, name=f"e_{role.value}_{len(found)}")
        left = [room, f"{room}?q={number}", f"{room}{number}"] if room in {"/cases/", "/contact-centre/"} else [room]
        while left:
            path = left.pop()
            if path in found or sum(_shape(path) == _shape(other) for other in found) > 1:
                continue
            answer = person.client.get(path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            found[path] = answer.get_data(as_text=True)
            left += [link for link in _links(found[path]) if link.startswith(room) and link not in found]
    return found


def _shape(path: str) -> str:
    """The address without what tells one case, list or person from another: two of a shape are enough."""
    return re.sub(r"[^/]*\d[^/]*", "1", path.partition("?")[0]) + ("?" if "?" in path else "")


def _links(html: str) -> Iterator[str]:
    for link in LexborHTMLParser(html).css("main a[href], nav a[href]"):
        yield (link.attributes["href"] or "").partition("#")[0]


def pages_in(app: Flask, clock: FixedClock, language: str) -> Pages:
    """Every page of one way through each service, in this language."""
    found: dict[str, str] = {}
    for name in SERVICES:
        for kind, those in pages_of(app, clock, name, language, set(kinds_of(LIBRARY.services[name]))).items():
            found |= {f"{name} {kind} {number} {language}": html for number, html in enumerate(those)}
    return found


@whole
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_markup_of_every_page_is_as_the_standard_has_it(
    app: Flask, clock: FixedClock, tmp_path: Path, engine: None, language: str
) -> None:
    pages = pages_in(app, clock, language)
    results.looked(len(pages))
    faults = engines.nu(pages, tmp_path)

    assert not faults, "\n".join(faults)


@whole
def test_the_markup_of_every_page_of_staff_is_too(staff_pages: Pages, tmp_path: Path, engine: None) -> None:
    assert len(staff_pages) > 40
    results.looked(len(staff_pages))
    faults = engines.nu(staff_pages, tmp_path)

    assert not faults, "\n".join(faults)


@whole
@pytest.mark.parametrize("language", ["sv", "ar"])
def test_another_engine_finds_nothing_either(
    person: AtBrowser, app: Flask, clock: FixedClock, engine: None, language: str
) -> None:
    faults = []
    for name, html in _two_of_each(pages_in(app, clock, language)).items():
        person.read(html)
        results.looked()
        faults += [f"{name}: {fault}" for fault in engines.ibm(person.driver)]

    assert not faults, "\n".join(faults)


@whole
def test_another_engine_finds_nothing_on_the_pages_of_staff(
    person: AtBrowser, staff_pages: Pages, engine: None
) -> None:
    faults = []
    for name, html in staff_pages.items():
        person.read(html)
        results.looked()
        faults += [f"{name}: {fault}" for fault in engines.ibm(person.driver)]

    assert not faults, "\n".join(faults)


def _two_of_each(pages: Pages) -> Pages:
    """The first two pages of each kind of each service."""
    return {name: html for name, html in pages.items() if name.split()[2] in {"0", "1"}}


# ---- what is read aloud ----------------------------------------------------------------------------------------------

#: How the screen reader calls what one answers with.
_CONTROL = re.compile(r"^(textbox|radio|checkbox|combobox|spinbutton|button|link)\b")


@whole
@pytest.mark.parametrize("language", ["sv", "ar"])
def test_a_screen_reader_says_each_question_with_its_control(
    person: AtBrowser, app: Flask, clock: FixedClock, engine: None, language: str
) -> None:
    faults = []
    for name, html in _two_of_each(pages_in(app, clock, language)).items():
        person.read(html)
        results.looked()
        faults += [
            f"{name}: {fault}"
            for fault in _unsaid(html, person.driver.execute_script(_LABELS), engines.spoken(person.driver))
        ]

    assert not faults, "\n".join(faults)


#: The labels that are shown just now, and not those of questions that wait for an answer to another.
_LABELS = """return [...document.querySelectorAll('main form[method=post]:not([data-secondary]) label[for]')]
    .filter(label => label.checkVisibility()).map(label => label.textContent.replace(/\\s+/g, ' ').trim())"""


def _unsaid(html: str, shown: list[str], said: list[str]) -> Iterator[str]:
    """What somebody who listens does not get to know of a page that shows these labels."""
    page = LexborHTMLParser(html)
    headings = [phrase for phrase in said if phrase.startswith("heading, ") and phrase.endswith(", level 1")]
    if len(headings) != 1:
        yield f"{len(headings)} headings of the first level"
    yield from (f"no name: {phrase!r}" for phrase in said if _CONTROL.match(phrase) and "," not in phrase)
    for words in shown:
        if not any(words in phrase for phrase in said if _CONTROL.match(phrase)):
            yield f"no control says its label {words!r}"
    for control in page.css("main [aria-invalid=true][aria-describedby]"):
        for place in (control.attributes["aria-describedby"] or "").split():
            told = page.css_first(f"#{place}")
            words = " ".join(told.text().split()) if told is not None else place
            if not any(words in " ".join(phrase.split()) for phrase in said):
                yield f"nothing says {words!r}"


# ---- larger text, more room, and the focus ---------------------------------------------------------------------------

#: Whoever sets these in their browser sees everything still (WCAG 1.4.12).
_ROOMY = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""

_TWICE = "html { font-size: 200% !important }"

_CUT_OFF = """return [...document.querySelectorAll('main *, header *, footer *')].filter(e =>
    e.offsetParent && e.childElementCount === 0 && e.textContent.trim() && getComputedStyle(e).overflow !== 'visible'
    && !e.closest('.sr') && !e.matches('textarea,input,select') && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 4)
    && e.clientWidth > 1).map(e => e.tagName + ': ' + e.textContent.trim().slice(0, 60))"""


def dress(person: AtBrowser, style: str) -> None:
    """Put a style of one's own on the page, as readers may."""
    person.driver.execute_script(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]);"
        "document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]",
        style,
    )


def too_large(person: AtBrowser, html: str, style: str, width: int) -> list[str]:
    """What is cut off or pushed out of the page once the reader has set this style."""
    person.look_through(theme="light", width=width)
    person.read(html)
    results.looked()
    dress(person, style)
    wide = person.driver.execute_script("return document.documentElement.scrollWidth")
    found: list[str] = person.driver.execute_script(_CUT_OFF)
    return [*found, *([f"the page is {wide} pixels wide"] if wide > width else [])]


#: The suite looks at one service in these ways, `make access` at all.
LOOKED_AT = SERVICES if everything() else ["batplats"]


@pytest.mark.parametrize(
    ("style", "width"), [(_TWICE, 1280), (_ROOMY, 320), *([(_ROOMY, 1280)] if everything() else [])]
)
def test_larger_and_roomier_text_is_all_there(
    person: AtBrowser, app: Flask, clock: FixedClock, style: str, width: int
) -> None:
    """Text twice as large (WCAG 1.4.4), and with more room between lines, words and letters (1.4.12)."""
    faults = []
    for language in ("sv", "ar") if everything() else ("sv",):
        for name in LOOKED_AT:
            kinds = set(kinds_of(LIBRARY.services[name]))
            for kind, those in pages_of(app, clock, name, language, kinds).items():
                faults += [f"{name} {kind} {language}: {fault}" for fault in too_large(person, those[0], style, width)]

    assert not faults, "\n".join(faults)


def test_text_that_is_cut_off_is_noticed(person: AtBrowser, app: Flask, clock: FixedClock) -> None:
    page = pages_of(app, clock, "batplats", "sv", {"step"})["step"][0]
    planted = page.replace("</main>", '<p id="planted">Lång text som inte får plats</p></main>', 1)

    found = too_large(person, planted, "#planted { width: 5em; height: 1em; overflow: hidden }", 1280)

    assert any("Lång text" in fault for fault in found)


_FOCUS = """const e = document.activeElement, s = getComputedStyle(e), r = e.getClientRects()[0] || e.getBoundingClientRect();
const seen = x => x && (x === e || e.contains(x) || x.contains(e) || (e.labels && [...e.labels].some(l => l.contains(x))));
const inside = seen(document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height / 2, 20)));
const all = [...document.querySelectorAll('*')];
return e === document.body ? null : {place: all.indexOf(e), name: e.tagName + ' ' + (e.id || e.name || e.textContent.trim().slice(0, 30)),
  ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none', inside}"""


NO_RING = "* { outline: 0 !important; box-shadow: none !important }"


def lost_by_keyboard(
    person: AtBrowser, html: str, width: int, *, theme: str = "light", height: int = 800, style: str = ""
) -> list[str]:
    """Where the focus cannot be seen, or jumps back, on the way through a page with the tab key."""
    person.look_through(theme=theme, width=width, height=height)
    person.read(html)
    results.looked()
    dress(person, style)
    person.driver.execute_script("document.querySelector('a, button').focus()")
    faults: list[str] = []
    order: list[int] = [person.driver.execute_script(_FOCUS)["place"]]
    while len(order) < 200:
        ActionChains(person.driver, duration=0).send_keys(Keys.TAB).perform()
        here = person.driver.execute_script(_FOCUS)
        if here is None or here["place"] == order[0]:
            return faults
        if here["place"] < order[-1]:
            faults.append(f"{here['name']} comes after what stands below it")
        faults += [f"{here['name']} shows no focus"] if not here["ring"] else []
        faults += [f"{here['name']} is hidden while it has the focus"] if not here["inside"] else []
        order.append(here["place"])
    return [*faults, "there is no end"]


#: A small screen, and an ordinary one at 400 %: as narrow, and so low that whatever sticks to an edge covers half of it.
_SCREENS = [(320, 256), *([(320, 800), (1280, 800)] if everything() else [])]


@pytest.mark.parametrize(("width", "height"), _SCREENS)
def test_the_focus_is_always_seen_and_goes_as_one_reads(
    person: AtBrowser, app: Flask, clock: FixedClock, width: int, height: int
) -> None:
    faults = []
    for name in LOOKED_AT:
        for kind, those in pages_of(app, clock, name, "sv", set(kinds_of(LIBRARY.services[name]))).items():
            faults += [f"{name} {kind}: {fault}" for fault in lost_by_keyboard(person, those[0], width, height=height)]

    assert not faults, "\n".join(faults)


def test_a_focus_that_is_lost_is_noticed(person: AtBrowser, app: Flask, clock: FixedClock) -> None:
    page = pages_of(app, clock, "batplats", "sv", {"step"})["step"][0]
    planted = page.replace("</main>", '<button class="btn" tabindex="2">Sist</button></main>', 1)
    planted = planted.replace('class="skip"', 'class="skip" tabindex="1"', 1)

    covering = page.replace("</main>", '<div class="bottom"><div class="deep"><br><br><br><br></div></div></main>', 1)
    stuck = ".bottom { position: fixed; inset: 40% 0 0 0; z-index: 9; background: Canvas }"

    assert any("comes after" in fault for fault in lost_by_keyboard(person, planted, 1280))
    assert any("is hidden" in fault for fault in lost_by_keyboard(person, covering, 320, height=256, style=stuck))
    assert any("no focus" in fault for fault in lost_by_keyboard(person, page, 320, style=NO_RING))


# ---- colours ---------------------------------------------------------------------------------------------------------

_GROUNDS = ("bg", "surface", "sunk", "soft")
#: What is written on what, by the names of the style sheet; text needs 4.5, what only bounds a control 3 (WCAG 1.4.3, 1.4.11).
_PAIRS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("ink", (*_GROUNDS, "error-soft", "ok-soft", "warn-soft"), 4.5),
    ("dim", _GROUNDS, 4.5),
    ("accent", ("bg", "surface", "sunk"), 4.5),
    ("on-accent", ("accent",), 4.5),
    ("error", ("bg", "surface", "error-soft"), 4.5),
    ("ok", ("bg", "surface", "ok-soft"), 4.5),
    ("warn", ("bg", "surface", "warn-soft"), 4.5),
    ("on-sea", ("sea",), 4.5),
    ("on-sea-dim", ("sea",), 4.5),
    ("edge", ("bg", "surface", "sunk"), 3),
    ("ring", ("bg", "surface", "sunk"), 3),
)

_COLOURS = """const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true}), probe = document.createElement('i');
document.body.append(probe);
return Object.fromEntries(arguments[0].map(name => {
  probe.style.color = `var(--${name})`;
  c.clearRect(0, 0, 1, 1); c.fillStyle = getComputedStyle(probe).color; c.fillRect(0, 0, 1, 1);
  return [name, '#' + [...c.getImageData(0, 0, 1, 1).data].slice(0, 3).map(n => n.toString(16).padStart(2, '0')).join('')];
}))"""


#: Nothing is written in these, and nothing is known by them alone: hairlines, the drawn sea, the inside of the ring.
_FOR_THE_EYE = {"line", "sky", "sea-2", "lichen", "ring-in"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_ink_has_contrast_enough_on_every_ground_it_is_used_on(person: AtBrowser, theme: str) -> None:
    person.go_to("/sv/")
    person.look_through(theme=theme, width=1280)

    weak = too_weak(person)

    assert not weak, "\n".join(weak)
    dress(person, ":root:root:root { --dim: #8a9499 }")
    assert any(fault.startswith("dim on") for fault in too_weak(person))


def too_weak(person: AtBrowser) -> list[str]:
    """The pairs of ink and ground that are too like each other, as the browser shows them now."""
    names = sorted({name for ink, grounds, _ in _PAIRS for name in (ink, *grounds)})
    shown = person.driver.execute_script(_COLOURS, names)
    assert len(set(shown.values())) > len(_GROUNDS), "the names are those of the style sheet"
    results.looked(sum(len(grounds) for _, grounds, _ in _PAIRS))
    return [
        f"{ink} on {ground}: {contrast(shown[ink], shown[ground]):.2f}"
        for ink, grounds, least in _PAIRS
        for ground in grounds
        if contrast(shown[ink], shown[ground]) < least
    ]


def test_every_colour_of_the_style_sheet_is_an_ink_or_a_ground_that_is_computed() -> None:
    named = {name for ink, grounds, _ in _PAIRS for name in (ink, *grounds)}
    written = (ROOT / "eservices" / "web" / "static" / "app.css").read_text("utf-8")

    assert set(re.findall(r"--([\w-]+):(?:#|color-mix)", written)) <= named | _FOR_THE_EYE


# ---- the engines themselves ------------------------------------------------------------------------------------------

_PLANTED = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Prov</title></head><body><main><h1>Prov</h1>
<form method="post"><input name="namn"><img src="x.png"><p id="a">Ett</p><p id="a">Två</p><button></button></form></main>
</body></html>"""


@whole
def test_each_engine_finds_what_was_planted(person: AtBrowser, tmp_path: Path, engine: None) -> None:
    person.read(_PLANTED)

    by_ibm = {fault.partition(":")[0] for fault in engines.ibm(person.driver)}
    by_nu = "\n".join(engines.nu({"planted": _PLANTED}, tmp_path))
    unsaid = "\n".join(_unsaid(_PLANTED, ["Namn"], engines.spoken(person.driver)))

    assert {"input_label_exists", "img_alt_valid"} <= by_ibm
    assert "Duplicate ID" in by_nu
    assert "no name" in unsaid
    assert "no control says its label" in unsaid
