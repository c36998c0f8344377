"""When nothing of ours answers, people still find the telephone, the hours and the forms."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from eservices.definitions.library import Library
from eservices.documents.outage import REFUSED, write
from eservices.documents.rendering import Press
from eservices.language import LANGUAGES, words
from tests.conftest import ROOT


def test_a_page_for_each_language_needs_nothing_from_us(library: Library, tmp_path: Path) -> None:
    written = write(tmp_path, library, Press(ROOT / "templates"), only=["batplats"])

    pages = [path for path in written if path.suffix == ".html"]
    folders = (tmp_path, *(tmp_path / name for name in REFUSED))
    assert set(pages) == {folder / f"{language}.html" for folder in folders for language in LANGUAGES}
    for path in pages:
        source = path.read_text("utf-8")
        page = LexborHTMLParser(source)
        assert library.municipality.contact_centre.phone_e164 in source
        assert page.css("h1")
        assert not page.css("script, link, img, [src]")
        for link in page.css("a"):
            address = str(link.attributes["href"])
            assert address.startswith("tel:") or (path.parent / address).is_file(), address


def test_what_was_refused_is_said_in_its_language_with_how_to_go_on_and_nothing_of_an_outage(
    library: Library, tmp_path: Path
) -> None:
    write(tmp_path, library, Press(ROOT / "templates"), only=["batplats"])

    for name, refused in REFUSED.items():
        for language in LANGUAGES:
            page = LexborHTMLParser((tmp_path / name / f"{language}.html").read_text("utf-8"))
            said = words(language)
            assert [node.text() for node in page.css("h1")] == [str(said(refused.title))]
            assert str(said(refused.text)) in [node.text() for node in page.css("p")]
            assert page.css("a[href^='tel:']")
            assert not page.css("a[href$='.pdf']")
            assert str(said("E-tjänsterna är inte igång just nu")) not in page.html


def test_it_lists_only_what_is_away(library: Library, tmp_path: Path) -> None:
    write(tmp_path, library, Press(ROOT / "templates"), only=["batplats"])

    page = LexborHTMLParser((tmp_path / "sv.html").read_text("utf-8"))

    assert [node.text() for node in page.css("a[href$='.pdf']")] == ["Ansök om båtplats"]
    assert (tmp_path / "paper" / "batplats-sv.pdf").read_bytes().startswith(b"%PDF")
