"""Names are found in whatever letters and order somebody types them, numbers in whatever form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.cases.index_keys import keys_of_person, one_line, phone_form, sound_of, words_of


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Oleksandr", "Олександр"),
        ("Carlsson", "Karlsson"),
        ("Carlson", "Karlsson"),
        ("Mohammed", "Muhammad"),
        ("محمد", "Mohamed"),
        ("Христина", "Khrystyna"),
        ("Шевченко", "Shevchenko"),
        ("Viktor", "Wiktor"),
        ("Cecilia", "Sesilia"),
        ("Schmidt", "Smit"),
        ("Åsa", "Asa"),
        ("Bjørn", "Björn"),
        ("Zetterström", "Setterström"),
    ],
)
def test_names_that_sound_alike_are_found_by_each_other(written: str, searched: str):
    assert [sound_of(word) for word in words_of(written)] == [sound_of(word) for word in words_of(searched)]


@pytest.mark.parametrize(
    ("one", "other"), [("Anna", "Åke"), ("Berg", "Borg Lind"), ("Karlsson", "Larsson"), ("Nilsson", "Olsson")]
)
def test_names_that_people_hear_as_different_stay_apart(one: str, other: str):
    assert [sound_of(word) for word in words_of(one)] != [sound_of(word) for word in words_of(other)]


def test_each_word_of_a_name_is_a_key_and_a_double_name_also_as_one():
    assert words_of("O'Brien-Åström (født 李)") == ("o", "brien", "astrom", "fodt", "李", "obrienastrom")
    assert set(words_of("Anna-Karin Öberg")) == {"anna", "karin", "oberg", "annakarin"}


@pytest.mark.parametrize("written", ["0304-60 10 00", "+46 304 60 10 00", "0046304601000", "(0304) 601000"])
def test_a_phone_number_is_one_key_however_it_is_written(written: str):
    assert phone_form(written) == "46304601000"


def test_a_place_is_compared_without_case_accents_and_signs():
    assert one_line("Tjörn  HÖVIKSNÄS 1:23") == one_line("tjorn höviksnäs 1 23")


def test_nothing_written_gives_no_keys():
    assert list(keys_of_person(name="", personal_number="", phone="", email="")) == []


@given(st.text(max_size=200))
def test_any_name_gives_few_and_short_keys(name: str):
    words = words_of(name)

    assert len(words) <= 12
    assert all(sound_of(word) for word in words)
