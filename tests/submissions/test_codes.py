"""Codes survive handwriting, typing and the telephone, and a slip is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.submissions import codes

WRITTEN = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SPOKEN = "0123456789AFHJKMPQRWXYZ"


def test_a_continue_code_is_written_in_two_groups_of_three():
    for _ in range(200):
        code = codes.new_continue_code()

        assert len(code) == 7
        assert code[3] == "-"
        assert set(code) - {"-"} <= set(WRITTEN)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{bare}", "{spaced}", "kod {spaced}"])
def test_a_code_is_read_the_way_people_type_it(typed: str):
    code = codes.new_continue_code()
    while not code[0].isdigit():  # so that the word before it cannot be taken for a part of it
        code = codes.new_continue_code()
    written = typed.format(code, lower=code.lower(), bare=code.replace("-", ""), spaced=" ".join(code))

    read = codes.read_continue_code(written)

    assert read == (None if "kod" in typed else code)


def test_letters_that_look_like_digits_are_read_as_digits():
    code = next(code for code in iter(codes.new_continue_code, None) if "0" in code and "1" in code)

    assert codes.read_continue_code(code.replace("0", "o").replace("1", "l")) == code
    assert codes.read_continue_code(code.replace("0", "O").replace("1", "I")) == code


def test_a_letter_misheard_on_the_telephone_is_read_as_the_one_there_is():
    number = next(number for number in iter(lambda: codes.new_case_number(2026, signs=4), None) if "P" in number)

    for heard in "BDT":
        assert codes.read_case_number(number.replace("P", heard)) == number


@given(st.data())
def test_one_wrong_sign_is_always_noticed(data: st.DataObject):
    code = codes.new_continue_code()
    position = data.draw(st.sampled_from([0, 1, 2, 4, 5, 6]))
    other = data.draw(st.sampled_from(sorted(set(WRITTEN) - {code[position]})))

    assert codes.read_continue_code(code[:position] + other + code[position + 1 :]) is None


@given(st.data())
def test_one_wrong_sign_in_a_case_number_is_always_noticed(data: st.DataObject):
    number = codes.new_case_number(2026, signs=data.draw(st.sampled_from([4, 5])))
    position = data.draw(st.integers(0, len(number) - 1).filter(lambda place: number[place] != "-"))
    alphabet = "0123456789" if position < 4 else SPOKEN
    other = data.draw(st.sampled_from(sorted(set(alphabet) - {number[position]})))

    assert codes.read_case_number(number[:position] + other + number[position + 1 :]) is None


@given(st.integers(0, 4))
def test_two_signs_that_change_places_are_always_noticed(position: int):
    code = codes.new_continue_code().replace("-", "")
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]

    assert swapped == code or codes.read_continue_code(swapped) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_a_code_or_nothing(typed: str):
    for read in (codes.read_continue_code, codes.read_follow_code, codes.read_case_number):
        found = read(typed)
        assert found is None or read(found) == found


def test_a_case_number_names_its_year_and_nothing_else():
    number = codes.new_case_number(2026, signs=4)

    assert number.startswith("2026-")
    assert len(number) == len("2026-7K4P3")
    assert codes.read_case_number(f" {number.lower()} ") == number
    assert codes.read_case_number(number.replace("-", " ")) == number


def test_a_number_is_read_aloud_in_small_groups():
    assert codes.spoken("2026-7K4P3") == "2 0 2 6, 7 K 4, P 3"
    assert codes.spoken("4KF-7PQ") == "4 K F, 7 P Q"
