"""Where post reaches somebody, and where something is."""

import pytest

from tests.questions.asking import SV, a, codes, value

ADDRESS = a("postal_address")


@pytest.mark.parametrize("typed", ["47180", "471 80", "471\u00a080", "SE-471 80", "S-47180", "se 471 80", "４７１８０"])
def test_a_swedish_postal_code_gets_one_form(typed):
    found = value(ADDRESS, street="Kroksvägen 1", postal_code=typed, city="Skärhamn")

    assert found == {"street": "Kroksvägen 1", "postal_code": "471 80", "city": "Skärhamn"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"street": "Kroksvägen 1"}, ("postal_code_missing-postal_code", "city_missing-city")),
        ({"postal_code": "471 80", "city": "Skärhamn"}, ("street_missing-street",)),
        ({"street": "A 1", "postal_code": "4718", "city": "B"}, ("not_a_postal_code-postal_code",)),
        ({"street": "A 1", "postal_code": "071 80", "city": "B"}, ("not_a_postal_code-postal_code",)),
        ({"street": "A 1", "postal_code": "SW1A 1AA", "city": "London"}, ("not_a_postal_code-postal_code",)),
        ({"country": "Finland"}, ("street_missing-street", "city_missing-city")),
        ({"street": "x" * 121, "postal_code": "471 80", "city": "B"}, ("too_long-street",)),
    ],
)
def test_the_part_that_is_wrong_is_pointed_at(parts, expected):
    assert codes(ADDRESS, **parts) == expected


@pytest.mark.parametrize("postal_code", ["SW1A 1AA", "00100", "D02 AF30", ""])
def test_an_address_abroad_is_no_dead_end(postal_code):
    found = value(ADDRESS, street="1 High St", postal_code=postal_code, city="Town", country="Irland")

    assert found == {"street": "1 High St", "postal_code": postal_code, "city": "Town", "country": "Irland"}
    assert ADDRESS.show(found, SV).endswith("Town, Irland")


@pytest.mark.parametrize("country", ["Sverige", "SWEDEN", "السويد"])
def test_sweden_is_not_abroad(country):
    found = value(ADDRESS, street="Kroksvägen 1", postal_code="47180", city="Skärhamn", country=country)

    assert found == {"street": "Kroksvägen 1", "postal_code": "471 80", "city": "Skärhamn"}


def test_an_address_is_shown_on_one_line():
    found = {"street": "c/o Berg, Kroksvägen 1", "postal_code": "471 80", "city": "Skärhamn"}

    assert ADDRESS.show(found, SV) == "c/o Berg, Kroksvägen 1, 471 80 Skärhamn"
    assert ADDRESS.controls(None) == dict.fromkeys(ADDRESS.parts, "")


def test_a_location_is_the_persons_own_words():
    assert value(a("location"), "Vid bryggan,\nbakom kiosken") == "Vid bryggan, bakom kiosken"
    assert codes(a("location", max_length=5), "Vid bryggan") == ("too_long",)
