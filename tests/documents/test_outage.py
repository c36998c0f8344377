"""When nothing of ours answers, people still find the telephone, the hours and the forms."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from eservices.definitions.library import Library
from eservices.documents.outage import write
from eservices.documents.rendering import Press
from eservices.language import LANGUAGES
from tests.conftest import ROOT


def test_a_page_for_each_language_needs_nothing_from_us(library: Library, tmp_path: Path) -> None:
    written = write(tmp_path, library, Press(ROOT / "templates"), only=["batplats"])

    assert {path.stem for path in written if path.suffix == ".html"} == set(LANGUAGES)
    for language in LANGUAGES:
        source = (tmp_path / f"{language}.html").read_text("utf-8")
        page = LexborHTMLParser(source)
        assert library.municipality.contact_centre.phone_e164 in source
        assert page.css("h1")
        assert not page.css("script, link, img, [src]")
        for link in page.css("a"):
            address = str(link.attributes["href"])
            assert address.startswith("tel:") or (tmp_path / address).is_file(), address


def test_it_lists_only_what_is_away(library: Library, tmp_path: Path) -> None:
    write(tmp_path, library, Press(ROOT / "templates"), only=["batplats"])

    page = LexborHTMLParser((tmp_path / "sv.html").read_text("utf-8"))

    assert [node.text() for node in page.css("a[href$='.pdf']")] == ["Ansök om båtplats"]
    assert (tmp_path / "paper" / "batplats-sv.pdf").read_bytes().startswith(b"%PDF")
