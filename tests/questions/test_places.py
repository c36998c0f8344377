"""Where post reaches somebody, and where something is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.questions.coordinates import Point, from_sweref, read_point
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


# ---- coordinates -----------------------------------------------------------------------------------------------------

PLACE = a("location")
BY_THE_BRIDGE = {"text": "Vid bron", "latitude": "57.99670", "longitude": "11.54800"}


@pytest.mark.parametrize(
    "typed",
    [
        "57.9967, 11.5480",
        "57,9967 11,5480",
        "57,9967, 11,5480",
        "57,9967,11,5480",
        "57.9967 / 11.548",
        "11.5480, 57.9967",
        "N 57.9967° E 11.5480°",
        "Lat: 57.9967 Long: 11.5480 (WGS84)",
        "57°59'48.12\"N 11°32'52.8\"E",
        "57° 59.802' N, 11° 32.88' Ö",
    ],
)
def test_a_point_is_read_as_people_have_it(typed):
    assert value(PLACE, "Vid bron", coordinates=typed) == BY_THE_BRIDGE


@pytest.mark.parametrize(
    "typed", ["6432123, 301456", "301456 6432123", "6 432 123 N, 301 456 E", "N=6432123; E=301456"]
)
def test_a_point_in_the_national_grid_is_read(typed):
    found = value(PLACE, "Vid bron", coordinates=f"{typed} SWEREF 99 TM")

    assert found == {"text": "Vid bron", "latitude": "57.98632", "longitude": "11.64150"}


@pytest.mark.parametrize(
    ("north", "east", "latitude", "longitude"),
    [
        (6097106.672, 356083.438, 55, 12.75),
        (6095048.642, 452024.069, 55, 14.25),
        (6319636.937, 363331.554, 57, 12.75),
        (6548757.206, 758410.519, 59, 19.5),
        (6768593.345, 702745.127, 61, 18.75),
    ],
)
def test_the_national_grid_agrees_with_the_published_control_points(north, east, latitude, longitude):
    found = from_sweref(north, east)

    assert (found.latitude, found.longitude) == pytest.approx((latitude, longitude), abs=1e-8)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("59.3 norr", "not_coordinates-coordinates"),
        ("57, 11", "not_coordinates-coordinates"),
        ("57.9967S, 11.5480W", "not_coordinates-coordinates"),
        ("48.8566, 2.3522", "not_in_sweden-coordinates"),
        ("57.9967, 57.9967", "not_in_sweden-coordinates"),
        ("0.00000, 0.00000", "not_in_sweden-coordinates"),
    ],
)
def test_a_slip_in_coordinates_is_told_beside_them(typed, code):
    assert codes(PLACE, "Vid bron", coordinates=typed) == (code,)


def test_coordinates_never_stand_instead_of_words_and_are_never_asked_for():
    assert codes(PLACE, "", coordinates="57.9967, 11.5480") == ("place_in_words",)
    assert codes(PLACE, "Vid bron", coordinates="") == ()
    assert value(a("location", coordinates=False), "Vid bron", coordinates="57.9967, 11.5480") == "Vid bron"


def test_coordinates_among_the_words_are_understood_and_other_numbers_left_alone():
    assert value(PLACE, "57.9967, 11.5480")["latitude"] == "57.99670"
    assert value(PLACE, "Storgatan 57, 11 tr") == "Storgatan 57, 11 tr"
    assert value(PLACE, "48.8566, 2.3522") == "48.8566, 2.3522"


@given(st.floats(55.0, 69.0), st.floats(10.6, 24.1))
def test_with_a_point_and_without_a_place_is_compared_found_and_quoted_alike(latitude, longitude):
    typed = "{}, {}".format(*Point(latitude, longitude).written())

    found = value(PLACE, "Vid bron", coordinates=typed)

    for way in (PLACE.comparable, PLACE.index_form, lambda it: PLACE.quote(it, SV), lambda it: PLACE.say(it, SV)):
        assert way(found) == way("Vid bron") == "Vid bron"
    assert PLACE.show(found, SV) == f"Vid bron ({typed})"
    assert PLACE.controls(found) == {"": "Vid bron", "-coordinates": typed}
    assert PLACE.controls("Vid bron") == {"": "Vid bron", "-coordinates": ""}


@given(st.text(max_size=100))
def test_any_text_is_a_point_or_none(typed):
    found = read_point(typed)

    assert found is None or isinstance(found, Point)
