"""A tool that finds nothing proves nothing until it has found what was planted."""

from pathlib import Path

from tests.browser.axe import violations
from tests.browser.person import Person

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
