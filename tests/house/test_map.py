"""The map of the house names what stands there, and every room of it."""

import re

from tests.conftest import ROOT

_PLACE = re.compile(r"`([a-z_]+(?:/[a-z_]+)*(?:/|\.py))`")
_ELSEWHERE = ("forms/", "templates/", "tests/")


def test_every_place_on_the_map_is_there():
    missing = [place for place in _places() if not (_base(place) / place).exists()]

    assert missing == [], "docs/house.md names what has moved or gone: correct the map"


def test_every_room_is_on_the_map():
    rooms = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "eservices").iterdir()
        if (path / "__init__.py").exists() or (path.suffix == ".py" and not path.name.startswith("_"))
    }

    assert rooms - set(_places()) == set(), "docs/house.md lacks a room: what is it for?"


def _places() -> list[str]:
    return _PLACE.findall((ROOT / "docs" / "house.md").read_text("utf-8"))


def _base(place: str):
    return ROOT if place.startswith(_ELSEWHERE) else ROOT / "eservices"
