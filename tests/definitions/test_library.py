"""The definitions of a folder, kept ready while people edit them."""

import shutil
from pathlib import Path

import pytest

from eservices.definitions.library import Library
from eservices.definitions.texts import easy_as_it_stands, extract_texts, said, speak_for
from tests.build.definition import DEFINITION as ELSEWHERE

#: The small service, with a board and a unit that the demo municipality has.
DEFINITION = ELSEWHERE.replace("board: tekniska", "board: samhallsbyggnadsnamnden").replace("unit: park", "unit: hamn")
FORMS = Path(__file__).resolve().parent.parent.parent / "forms"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FORMS, tmp_path / "forms")
    (tmp_path / "forms" / "klotterplank.yaml").write_text(DEFINITION, encoding="utf-8")
    return tmp_path / "forms"


@pytest.fixture(autouse=True)
def _the_demo_municipality_speaks_again() -> object:
    yield
    speak_for(Library((FORMS,)).municipality)


def edit(path: Path, text: str) -> None:
    """Write so that the change is seen even within one tick of the clock of the file system."""
    path.write_text(text, encoding="utf-8")


def test_a_new_file_is_served_without_a_restart(folder: Path) -> None:
    library = Library((folder,), every=0)
    assert library.service("klotterplank") is not None
    edit(folder / "skateramp.yaml", DEFINITION.replace("service: klotterplank", "service: skateramp"))

    found = library.service("skateramp")

    assert found is not None
    (folder / "skateramp.yaml").unlink()
    assert library.service("skateramp") is None


@pytest.mark.parametrize("restart", [False, True])
def test_a_broken_edit_keeps_the_last_good_version_and_tells_what_is_wrong(
    folder: Path, tmp_path: Path, restart: bool
) -> None:
    library = Library((folder,), tmp_path / "cache", every=0)
    good = library.service("klotterplank")
    assert good is not None
    edit(folder / "klotterplank.yaml", DEFINITION.replace("paint: spray", "pain: spray"))

    if restart:
        library = Library((folder,), tmp_path / "cache", every=0)

    assert library.service("klotterplank") == good
    assert [c.code for c in library.complaints] == ["unknown_question"]
    edit(folder / "klotterplank.yaml", DEFINITION.replace("label: Namn", "label: Vad heter du?"))
    mended = library.service("klotterplank")
    assert mended is not None
    assert mended.version != good.version
    assert library.complaints == ()


def test_a_changed_block_changes_the_services_that_use_it(folder: Path) -> None:
    library = Library((folder,), every=0)
    before = {service.id: service.version for service in library.services.values()}
    block = folder / "blocks" / "applicant.yaml"

    edit(block, block.read_text(encoding="utf-8").replace("label: Namn", "label: Vad heter du?", 1))

    changed = {service.id for service in library.services.values() if service.version != before[service.id]}
    assert "batplats" in changed
    assert "klotterplank" not in changed


def test_what_the_cache_holds_is_what_the_files_say(folder: Path, tmp_path: Path) -> None:
    first = Library((folder,), tmp_path / "cache")

    second = Library((folder,), tmp_path / "cache")

    assert dict(second.services) == dict(first.services)
    assert second.complaints == first.complaints


def test_a_spoilt_cache_costs_time_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "definitions.json").write_text('{"x": 3', encoding="utf-8")

    assert "klotterplank" in Library((folder,), tmp_path / "cache").services


def test_two_services_of_one_name_are_told(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "more"
    other.mkdir()
    edit(other / "klotterplank.yaml", DEFINITION.replace("label: Namn", "label: Vad heter du?"))

    library = Library((folder, other))

    assert [c.code for c in library.complaints] == ["service_twice"]
    assert library.services["klotterplank"].questions["name"].label.sv == "Namn"


def test_search_forgives_spelling_and_knows_everyday_words(library: Library) -> None:
    def found(query: str, language: str = "sv") -> list[str]:
        return list(library.search(query, language).fitting)

    assert found("båtplats")[:1] == ["batplats"]
    assert found("BÅTPLATZ")[:1] == ["batplats"]
    assert found("båt hamn")[:1] == ["batplats"]
    assert found("soptunna")[:1] == ["sophamtning"]
    assert found("lampa")[:1] == ["felanmalan"]
    assert found("sopor båt flygplan") == []
    assert found("  ") == []


def test_texts_quote_the_municipality_and_leave_slips_standing(library: Library) -> None:
    service = library.services["sophamtning"]
    texts = library.texts(service, "sv")
    phone = library.municipality.contact_centre.phone

    stop = texts.get(service.stops[0].text)

    assert phone in stop
    assert texts is library.texts(service, "sv")
    slip = type(service.title)("x", "Ring {municipality.fone} eller {0} {} {n}")
    assert texts.get(slip, n=3) == "Ring {municipality.fone} eller {0} {} 3"


def test_easy_swedish_stands_in_the_definition(library: Library) -> None:
    service = library.services["batplats"]
    easy = library.texts(service, "sv-x-lattlast")
    question = service.questions["length"]

    assert easy.get(question.label) == question.label.easy != question.label.sv
    assert easy.get(service.legal.personal_number_because or service.title)


def test_every_text_is_extracted_once_under_its_address(library: Library) -> None:
    for service in library.services.values():
        addresses = [context for context, _ in extract_texts(service)]
        assert len(addresses) == len(set(addresses))
        assert all(address.startswith(f"{service.id}:") for address in addresses)


def test_the_municipality_says_when_it_can_be_called(library: Library) -> None:
    centre = library.municipality.contact_centre

    assert centre.phone_e164.startswith("+46")
    assert centre.hours.days
    assert library.municipality.unit("ingen_sådan").phone == centre.phone
    sentence, translated = said(library.municipality, "emergency.text", "sv")
    assert sentence
    assert translated


@pytest.mark.parametrize(
    ("text", "easy"),
    [
        ("Var ligger brunnen?", True),
        ("Vilken skola går {child_name} i?", True),
        ("Vilket telefonnummer har ägaren?", True),
        ("Fastighetens adress", False),
        ("Finns det någon dricksvattenbrunn nära?", False),
        ("Hur ordnar du vatten, toaletter och sopor?", False),
        ("Varför går det inte att åka tåg eller buss med någon annan?", False),
    ],
)
def test_a_short_question_of_common_words_is_easy_as_it_stands(text: str, easy: bool) -> None:
    assert easy_as_it_stands(text) is easy
