"""What a reader of another language meets: a foot that is honest, Swedish that says it is Swedish, and their answers."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eservices import language, translating
from eservices.definitions.library import Library
from eservices.language import folder_name
from tests.conftest import ROOT
from tests.journeys.person import Person

PHONE = "0304-60 10 10"


@pytest.fixture(autouse=True)
def _catalogues_are_read_anew() -> Iterator[None]:
    yield
    language.forget()


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en", "No native speaker has read it"),
        ("fi", "Kukaan äidinkielinen"),
        ("uk", "не перевіряв носій мови"),
        ("ar", "لغتهم الأم"),
    ],
)
def test_the_foot_says_that_nobody_who_grew_up_with_the_language_has_read_the_translation(
    client: FlaskClient, tag: str, said: str
) -> None:
    for path in (f"/{tag}/", f"/{tag}/services/batplats", f"/{tag}/case", f"/{tag}/no-such-page"):
        foot = Person(client).go(path).page.css_first("footer").text().replace("\u00a0", " ")

        assert said in foot, path
        assert PHONE in foot.partition(said)[2], path


@pytest.mark.parametrize("tag", ["sv", "sv-x-lattlast"])
def test_swedish_needs_no_such_words(client: FlaskClient, tag: str) -> None:
    assert "modersmål" not in Person(client).go(f"/{tag}/").text


@pytest.mark.parametrize(("tag", "said"), [("en", "There is no such page"), ("ar", "الصفحة غير موجودة")])
def test_an_error_is_told_in_the_language_of_the_reader(client: FlaskClient, tag: str, said: str) -> None:
    page = Person(client).go(f"/{tag}/no-such-page").page

    assert page.css_first("h1").text() == said
    assert said in page.css_first("title").text()
    assert "Adressen" not in page.css_first("main").text()


def test_a_text_whose_source_has_changed_is_shown_in_swedish_and_says_so_everywhere(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Person(client).go("/uk/services/synpunkt").heading
    library = _with_another_title("synpunkt", "Lämna en synpunkt, ett klagomål eller ett tack", tmp_path / "forms")
    _bring_up_to("uk", library, tmp_path / "translations", monkeypatch)
    app.extensions["eservices"].library = library

    page = Person(client).go("/uk/services/synpunkt").page

    heading = page.css_first("h1 [lang=sv]")
    assert heading is not None
    assert heading.text() == "Lämna en synpunkt, ett klagomål eller ett tack" != before
    assert page.css_first("title").attributes["lang"] == "sv"
    assert page.css_first("html").attributes["lang"] == "uk"
    assert "лише шведською" in page.css_first("main").text() or "тільки шведською" in page.css_first("main").text()


def test_whoever_changes_language_on_a_page_keeps_the_page_and_what_was_typed(client: FlaskClient) -> None:
    person = Person(client).until("/opinion", "synpunkt", {"kind": "idea", "area": "street", "name": "Åsa"})

    person.press({"opinion_text": "Belysningen är trasig"}, button=("go", "language:ar"))

    assert person.path == "/ar/services/synpunkt/opinion"
    assert person.value("opinion_text") == "Belysningen är trasig"
    menu = {link.attributes["hreflang"]: link.attributes["href"] for link in person.page.css(".menu a")}
    assert menu["fi"] == "/fi/services/synpunkt/opinion"


def _with_another_title(service: str, title: str, folder: Path) -> Library:
    shutil.copytree(ROOT / "forms", folder)
    file = folder / f"{service}.yaml"
    lines = [f"title: {title}" if line.startswith("title: ") else line for line in file.read_text("utf-8").splitlines()]
    file.write_text("\n".join(lines), encoding="utf-8")
    return Library((folder,))


def _bring_up_to(tag: str, library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a translator's round does when a text has changed, in a copy of the catalogues."""
    shutil.copytree(ROOT / "translations" / folder_name(tag), folder / folder_name(tag))
    nothing = folder / "nothing"
    nothing.mkdir()
    texts = translating.extract(nothing, nothing, library)
    translating.update(folder, {translating.SERVICES: texts[translating.SERVICES]})
    changed = (folder / folder_name(tag) / "LC_MESSAGES" / "services.po").read_text("utf-8")
    assert "#, fuzzy" in changed
    monkeypatch.setattr(language, "translations_folder", lambda: folder)
    language.forget()
