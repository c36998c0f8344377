"""A tool that finds nothing proves nothing until it has found what was planted."""

from pathlib import Path

import pytest

from tests.browser.axe import violations
from tests.browser.person import KeyboardPerson, Person
from tests.servers import Server

_PLANTED = """<!doctype html><html><head><meta charset="utf-8"><title></title></head><body>
<div><h3>Rubrik</h3><input name="namn"><img src="x.png"><p style="color:#bbb;background:#fff">Svag text</p>
<a href="#"></a><button></button><table><tr><th></th></tr></table></div></body></html>"""


def test_axe_finds_the_faults_that_were_planted(person: Person, tmp_path: Path):
    page = tmp_path / "planted.html"
    page.write_text(_PLANTED, "utf-8")

    person.driver.get(page.as_uri())

    found = {line.partition(":")[0] for line in violations(person.driver)}
    assert {
        "html-has-lang",
        "document-title",
        "label",
        "image-alt",
        "color-contrast",
        "link-name",
        "button-name",
    } <= found


@pytest.mark.parametrize("begun", [True, False])
def test_a_page_that_does_not_show_the_focus_is_noticed_by_keyboard(person: Person, server: Server, begun: bool):
    """Whether the page has put the focus there itself, or somebody comes by the tab key."""
    agent = KeyboardPerson(person.driver, server.url)
    agent.patience = 1
    agent.go_to("/staff/login")
    if begun:
        agent.driver.execute_script("document.querySelector('main form input:not([type=hidden])').focus()")
    agent.driver.execute_script(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); document.adoptedStyleSheets.push(sheet)",
        "* { outline: 0 !important; box-shadow: none !important }",
    )

    with pytest.raises(AssertionError, match="nobody sees"):
        agent.through_the_page({"username": "agent", "password": "demo"})
