"""What is measured on a page beside the engines: how large what one presses is, colours of the reader's own, that nothing
moves or sounds; and that the ways of looking are worth something."""

import re
from collections.abc import Iterator, Mapping

import pytest
import tinycss2
from flask import Flask

from eservices.calendars import FixedClock
from tests.browser import results
from tests.browser.inspecting import NARROW, WIDE
from tests.browser.person import KeyboardPerson, Person
from tests.browser.test_engines import LOOKED_AT, dress, whole
from tests.browser.test_pairs import LIBRARY, kinds_of, pages_of
from tests.conftest import ROOT

STATIC = ROOT / "eservices" / "web" / "static"
STYLES = {path.name: path.read_text("utf-8") for path in sorted(STATIC.glob("*.css"))}


@pytest.fixture
def pages(app: Flask, clock: FixedClock) -> Mapping[str, str]:
    """Two of each kind of page of each service, by what they are."""
    return {
        f"{name} {kind} {number}": html
        for name in LOOKED_AT
        for kind, those in pages_of(app, clock, name, "sv", set(kinds_of(LIBRARY.services[name]))).items()
        for number, html in enumerate(those[:2])
    }


# ---- what one presses ------------------------------------------------------------------------------------------------

#: Boxes and buttons of residents are made for a thumb; a link in a line is as high as the line's own room (WCAG 2.5.8).
_THUMB, _LEAST = 44, 24
_SMALL = """const [thumb, least] = arguments;
return [...document.querySelectorAll('a[href],button,summary,input:not([type=hidden]),select,textarea')]
  .filter(e => e.checkVisibility() && !e.matches('.skip')).flatMap(e => {
    const touched = e.matches('[type=radio],[type=checkbox]') ? e.closest('label') || e : e;
    const boxes = [...touched.getClientRects()], high = Math.max(...boxes.map(b => b.height)), wide = Math.max(...boxes.map(b => b.width));
    const wanted = e.matches('main :is(.btn,input,select,textarea)') ? thumb : least;
    return high < wanted - .5 || wide < least ? [`${e.tagName} ${e.id || touched.textContent.trim().slice(0, 40)}: ${wide.toFixed()} × ${high.toFixed()}`] : [] })"""


def too_small(person: Person, html: str) -> list[str]:
    person.read(html)
    results.looked()
    found: list[str] = person.driver.execute_script(_SMALL, _THUMB, _LEAST)
    return found


def test_what_one_presses_is_large_enough_for_a_thumb(person: Person, pages: Mapping[str, str]) -> None:
    person.look_through(theme="light", width=NARROW)

    small = [f"{name}: {fault}" for name, html in pages.items() for fault in too_small(person, html)]

    assert not small, "\n".join(small)
    page = pages[next(name for name in pages if " step " in name)]
    assert too_small(person, page.replace("</main>", '<a href="/">x</a></main>', 1))


# ---- colours of the reader's own -------------------------------------------------------------------------------------

#: What bounds a control, or tells one from another, must be a line or a system colour: grounds and shadows are gone.
_UNSEEN = """const faults = [], name = e => e.tagName + ' ' + (e.id || e.textContent.trim().slice(0, 40));
const page = getComputedStyle(document.body).backgroundColor;
const line = s => s.borderBlockEndStyle !== 'none' && parseFloat(s.borderBlockEndWidth) > 0 && s.borderBlockEndColor !== page;
for (const e of document.querySelectorAll('main :is(.btn:not(.plain),input:not([type=hidden],[type=radio],[type=checkbox]),select,textarea)')) {
  if (e.checkVisibility() && !line(getComputedStyle(e))) faults.push(name(e) + ' has no edge') }
for (const e of document.querySelectorAll('.choice:has(:checked)')) {
  if (getComputedStyle(e).outlineStyle === 'none' && !e.matches('.lone')) faults.push(name(e) + ' does not show that it is chosen') }
for (const e of document.querySelectorAll('.summary, .note')) {
  if (!line(getComputedStyle(e))) faults.push(name(e) + ' is not set off') }
const first = document.querySelector('main .btn:not(.second,.plain)'), second = document.querySelector('main .btn.second');
if (first && second && getComputedStyle(first).backgroundColor === getComputedStyle(second).backgroundColor)
  faults.push('the button that goes on looks like the others');
return faults"""


def unseen_in_forced_colours(person: Person, html: str, style: str = "") -> list[str]:
    person.look_through(theme="forced", width=NARROW)
    person.read(html)
    results.looked()
    dress(person, style)
    found: list[str] = person.driver.execute_script(_UNSEEN)
    return found


def test_in_colours_of_the_readers_own_every_control_and_every_state_is_seen(
    person: Person, pages: Mapping[str, str]
) -> None:
    unseen = [f"{name}: {fault}" for name, html in pages.items() for fault in unseen_in_forced_colours(person, html)]

    assert not unseen, "\n".join(unseen)
    page = pages[next(name for name in pages if " step " in name)]
    assert unseen_in_forced_colours(person, page, ".btn { border: 0 !important }")


def test_a_theme_changes_colours_and_nothing_else() -> None:
    """So that an engine need not go by every rule again in each of them."""
    for name, text in STYLES.items():
        assert not _more_than_colours(text), f"{name}: {_more_than_colours(text)}"
    assert _more_than_colours("@media (prefers-color-scheme:dark){p{font-size:2rem}}") == ["font-size"]


_OF_COLOUR = re.compile(
    r"--[\w-]+|color-scheme|color|background|fill|stroke|border[\w-]*|outline[\w-]*|forced-color-adjust"
)


def _more_than_colours(text: str) -> list[str]:
    return [declared for declared in _of_themes(text) if not _OF_COLOUR.fullmatch(declared)]


def _of_themes(text: str) -> Iterator[str]:
    """What is declared for one theme alone."""
    for block in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        asked = tinycss2.serialize(block.prelude) if block.type == "at-rule" else ""
        if "prefers-color-scheme" in asked or "forced-colors" in asked:
            for rule in tinycss2.parse_rule_list(block.content, skip_comments=True, skip_whitespace=True):
                for declared in tinycss2.parse_blocks_contents(rule.content):
                    if declared.type == "declaration":
                        yield declared.name


# ---- nothing moves, nothing sounds -----------------------------------------------------------------------------------

_RESTLESS = "video, audio, marquee, blink, object, embed, iframe, canvas, [autoplay], meta[http-equiv=refresh i]"
_MOVING = """return [...document.querySelectorAll(arguments[0])].map(e => e.tagName)
  .concat(document.getAnimations().map(a => 'animation ' + (a.animationName || a.transitionProperty)))"""


def restless(person: Person, html: str) -> list[str]:
    person.read(html)
    results.looked()
    found: list[str] = person.driver.execute_script(_MOVING, _RESTLESS)
    return found


def test_nothing_moves_and_nothing_sounds(person: Person, pages: Mapping[str, str]) -> None:
    """Nothing blinks, plays, scrolls by itself or goes away by itself, so that nobody needs to stop it, hear it or hurry."""
    person.look_through(theme="light", width=WIDE)

    moved = [f"{name}: {fault}" for name, html in pages.items() for fault in restless(person, html)]

    assert not moved, "\n".join(moved)
    templates = {str(path): path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")}
    assert not [
        name for name, text in templates.items() if re.search(r"<(?:video|audio|marquee|meta http-equiv)", text)
    ]
    assert not [name for name, text in STYLES.items() if re.search(r"@keyframes|animation", text)]
    assert restless(person, next(iter(pages.values())).replace("</main>", "<audio autoplay></audio></main>", 1))


# ---- are the ways of going worth something ---------------------------------------------------------------------------


def test_a_page_that_wants_a_mouse_stops_who_has_none(person: Person, pages: Mapping[str, str]) -> None:
    somebody = KeyboardPerson(person.driver, person.base)
    page = pages[next(name for name in pages if " step " in name)]

    somebody.read(page.replace("<button", '<button tabindex="-1"'))

    with pytest.raises(AssertionError, match="never reached by Tab"):
        somebody.through_the_page({}, most=40)


@whole
def test_whoever_has_no_scripts_has_none(person_without_scripts: Person) -> None:
    person_without_scripts.driver.get("data:text/html,<title>still</title><script>document.title = 'ran'</script>")

    assert person_without_scripts.driver.title == "still"
