"""People find what they need by their own words, in their own language, spelt as it comes."""

import dataclasses
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from eservices.definitions.library import Library
from tests.bench.weight import packed
from tests.journeys.person import Person

ROOT = Path(__file__).resolve().parents[2]

#: language -> what somebody writes in the search -> the service that must come first
WORDS = {
    "sv": {
        "sopor": "sophamtning", "soptunna": "sophamtning", "soptunnan": "sophamtning", "sopkärlen": "sophamtning",
        "hämta sopor": "sophamtning", "SOPTUNA": "sophamtning", "avfal": "sophamtning", "avgift": "sophamtning",
        "kompostera": "sophamtning", "färdtjänst": "fardtjanst", "fardtjanst": "fardtjanst", "taxi": "fardtjanst",
        "fädtjänst": "fardtjanst", "dagis": "forskola", "dagisplats": "forskola", "barnomsorgen": "forskola",
        "förskolla": "forskola", "dagmama": "forskola", "skolskjuts": "skolskjuts", "skolskuts": "skolskjuts",
        "skolbussen": "skolskjuts", "båt": "batplats", "båtplats": "batplats", "batplats": "batplats",
        "båtplatz": "batplats", "brygga": "batplats", "segelbåten": "batplats", "kamin": "eldstad",
        "kaminer": "eldstad", "skorstenen": "eldstad", "braskamin": "eldstad", "trekammarbrunn": "avlopp",
        "toalett": "avlopp", "infiltrasjon": "avlopp", "restaurang": "livsmedel", "resturang": "livsmedel",
        "foodtruck": "livsmedel", "cafe": "livsmedel", "uteservering": "offentlig_plats",
        "loppmarknad": "offentlig_plats", "lampa": "felanmalan", "gatlampan": "felanmalan",
        "hål i vägen": "felanmalan", "snöröjning": "felanmalan", "klotter": "felanmalan", "klaga": "synpunkt",
        "klagomol": "synpunkt", "tycka till": "synpunkt", "rullstolsramp": "bostadsanpassning",
        "trösklar": "bostadsanpassning", "handikapparkering": "parkeringstillstand",
        "parkeringstilstånd": "parkeringstillstand", "protokoll": "allman_handling",
        "allmän handling": "allman_handling", "jag vill ha en båtplats": "batplats",
    },
    "en": {
        "garbage": "sophamtning", "rubbish bin": "sophamtning", "trash": "sophamtning", "boat": "batplats",
        "mooring": "batplats", "harbor": "batplats", "nursery": "forskola", "kindergarden": "forskola",
        "day care": "forskola", "school bus": "skolskjuts", "taxi": "fardtjanst", "pothole": "felanmalan",
        "street lights": "felanmalan", "restaurant": "livsmedel", "restaurent": "livsmedel", "food truck": "livsmedel",
        "fireplace": "eldstad", "complaint": "synpunkt", "complain": "synpunkt", "disabled parking": "parkeringstillstand",
        "septic tank": "avlopp", "ramp": "bostadsanpassning", "flea market": "offentlig_plats",
    },
    "ar": {
        "قمامة": "sophamtning", "القمامة": "sophamtning", "نفايات": "sophamtning", "روضة": "forskola",
        "حضانة": "forskola", "تاكسي": "fardtjanst", "مطعم": "livsmedel", "المطعم": "livsmedel", "شكوى": "synpunkt",
        "قارب": "batplats", "حافلة المدرسة": "skolskjuts",
    },
    "fi": {
        "roskat": "sophamtning", "roska-astia": "sophamtning", "päiväkoti": "forskola", "paivakoti": "forskola",
        "taksi": "fardtjanst", "venepaikka": "batplats", "ravintola": "livsmedel", "katuvalo": "felanmalan",
        "valitus": "synpunkt", "koulukuljetus": "skolskjuts", "koulubussi": "skolskjuts",
    },
    "uk": {
        "сміття": "sophamtning", "садок": "forskola", "дитячий садок": "forskola", "таксі": "fardtjanst",
        "ресторан": "livsmedel", "човен": "batplats", "скарга": "synpunkt", "шкільний автобус": "skolskjuts",
        "паркування": "parkeringstillstand", "яма на дорозі": "felanmalan",
    },
}  # fmt: skip
TABLE = [(language, word, service) for language, words in WORDS.items() for word, service in words.items()]


def test_everyday_words_of_five_languages_find_their_service_first(library: Library) -> None:
    assert len(TABLE) >= 60
    wrong = [
        (language, word, found)
        for language, word, service in TABLE
        if service in library.services and (found := library.search(word, language).fitting[:1]) != (service,)
    ]
    assert wrong == []


@pytest.mark.parametrize("word", ["garbage", "сміття", "قمامة", "roskat"])
def test_a_word_of_one_language_is_understood_on_the_page_of_another(library: Library, word: str) -> None:
    assert library.search(word, "sv").fitting[:1] == ("sophamtning",)


def test_what_nothing_fits_says_so_and_who_helps_and_guesses(client: FlaskClient, library: Library) -> None:
    person = Person(client).go("/sv/?q=sopor+och+trombonlektioner")

    assert "Ingen e-tjänst passar" in person.text
    assert library.municipality.phone in " ".join(person.text.split())
    guesses = [link.attributes["href"] for link in person.page.css("ul.svc a")]
    assert guesses[0] == "/sv/services/sophamtning"
    assert len(guesses) <= 3


def test_nonsense_finds_nothing_and_breaks_nothing(client: FlaskClient) -> None:
    for nonsense in ("%22%3E%3Cscript%3E", "...", "a" * 900, "%F0%9F%99%82", "%D8%A7%D9%84"):
        person = Person(client).go(f"/sv/?q={nonsense}")
        assert person.status == 200
        assert "<script>" not in (person.page.html or "")


def test_every_offered_service_stands_in_every_order_of_the_catalogue(client: FlaskClient, library: Library) -> None:
    offered = {f"/sv/services/{service.id}" for service in library.services.values() if service.status == "active"}

    for order in ("", "?by=life", "?by=name"):
        person = Person(client).go(f"/sv/{order}")
        assert {link.attributes["href"] for link in person.page.css("ul.svc a")} == offered, order
    assert Person(client).go("/sv/?by=colour").status == 404


def test_each_subject_and_life_event_has_a_page_of_its_own(client: FlaskClient, library: Library) -> None:
    for kind, names in (("theme", library.municipality.themes), ("life", library.municipality.life_events)):
        for name, title in names.items():
            person = Person(client).go(f"/sv/?{kind}={name}")
            assert person.status == 200, name
            assert title in [heading.text() for heading in person.page.css("h2")]
    assert Person(client).go("/sv/?theme=nothing").status == 404


def test_services_belong_to_subjects_and_life_events_that_have_a_heading(library: Library) -> None:
    house = library.municipality
    for service in library.services.values():
        assert service.theme in house.themes, service.id
        assert set(service.life_events) <= set(house.life_events), service.id


def test_a_closed_service_is_found_only_as_what_came_instead(client: FlaskClient, library: Library) -> None:
    closed = [one for one in library.services.values() if one.status == "closed" and one.life.replaced_by]
    assert closed
    for old in closed:
        person = Person(client).go("/sv/?q=" + old.title.sv.split()[-1])
        links = [link.attributes["href"] for link in person.page.css("ul.svc a")]
        assert f"/sv/services/{old.life.replaced_by}" in links
        assert f"/sv/services/{old.id}" not in links
        assert f"Ersätter {old.title.sv}" in person.text


def test_the_catalogue_is_light_with_two_hundred_services_too(tmp_path: Path, client: FlaskClient) -> None:
    """The first visit stays within ten kilobytes and four files, whatever the order."""
    style = packed((ROOT / "eservices" / "web" / "static" / "app.css").read_bytes())
    crowd(tmp_path)
    library = client.application.extensions["eservices"].library
    client.application.extensions["eservices"] = dataclasses.replace(
        client.application.extensions["eservices"], library=Library((tmp_path,))
    )

    for order in ("", "?by=life", "?by=name", "?theme=fritid"):
        page = client.get(f"/sv/{order}")
        assert page.status_code == 200
        assert packed(page.data) + style + 300 <= 10_000, order
    assert library is not client.application.extensions["eservices"].library


def crowd(folder: Path) -> None:
    """Two hundred different services."""
    shutil.copytree(ROOT / "forms", folder, dirs_exist_ok=True)
    text = (ROOT / "forms" / "batplats.yaml").read_text("utf-8")
    places = ("allmän", "bred", "central", "delad", "egen", "fri", "grund", "hel", "inre", "jämn")
    things = ("bastu", "cykel", "damm", "eka", "fyr", "grotta", "hamn", "idé", "jolle", "kaj", "lada", "mast", "nock",
              "odling", "park", "ramp", "sal", "tält", "ugn", "vägg")  # fmt: skip
    for n in range(185):
        name = f"tjanst_{n:03}"
        title = f"Ansök om {places[n % 10]} {things[n // 10]}"
        made = text.replace("service: batplats", f"service: {name}").replace(
            "title: Ansök om båtplats", f"title: {title}"
        )
        made = made.replace("keywords: [båt,", f"keywords: [{things[n // 10]} {places[n % 10]}, båt,")
        (folder / f"{name}.yaml").write_text(
            made.replace("theme: fritid", f"theme: {('fritid', 'trafik')[n % 2]}"), "utf-8"
        )
