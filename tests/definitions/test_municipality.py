"""The municipality's file: what it takes, and what it refuses."""

from pathlib import Path

from eservices.definitions.municipality import Municipality, contrast, dialled, read_municipality

WRITTEN = """\
name: Testby kommun
contact_centre:
  name: Kundcenter
  phone: 0300-10 00 00
  hours:
    mon-fri: 8.00-16.30
units:
  park:
    name: Parkenheten
    board: tekniska
    phone: 0300-10 00 01
boards:
  tekniska:
    name: Tekniska nämnden
accent:
  light: "#0b5268"
  on_light: "#ffffff"
"""


def read(folder: Path, text: str) -> tuple[Municipality | None, list[str]]:
    path = folder / "municipality.yaml"
    path.write_text(text, encoding="utf-8")
    found, complaints = read_municipality(path)
    return found, [complaint.code for complaint in complaints]


def test_a_municipality_is_read(tmp_path: Path) -> None:
    found, complaints = read(tmp_path, WRITTEN)

    assert complaints == []
    assert found is not None
    assert found.units["park"].phone_e164 == "+46300100001"
    assert found.facts["municipality.units.park.name"] == "Parkenheten"
    assert found.facts["municipality.phone"] == "0300-10 00 00"


def test_mistakes_are_told(tmp_path: Path) -> None:
    assert read(tmp_path, WRITTEN.replace("phone: 0300-10 00 00", "fone: 1"))[1] == ["unknown_key"]
    assert read(tmp_path, WRITTEN.replace("mon-fri", "man-fre"))[1] == ["not_hours"]
    assert read(tmp_path, WRITTEN.replace("board: tekniska", "board: teknisk"))[1] == ["unknown_board"]
    assert read(tmp_path, WRITTEN.replace("#ffffff", "#336677"))[1] == ["too_little_contrast"]
    assert read(tmp_path, WRITTEN.replace('"#0b5268"', "blå"))[1] == ["not_a_color"]
    assert read(tmp_path, WRITTEN.replace("contact_centre:", "kontakt:"))[1] == ["missing_key", "unknown_key"]


def test_numbers_are_dialled_from_anywhere() -> None:
    assert dialled("0304-60 10 10") == "+46304601010"
    assert dialled("112") == "112"
    assert dialled("+47 22 00 00 00") == "+4722000000"


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff")) == 21
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")
