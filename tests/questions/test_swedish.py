"""Who somebody is, which organisation, which property, which account."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personnummer import personnummer

from eservices.questions.base import BadSetting
from eservices.questions.swedish import luhn, read_personal_number
from tests.questions.asking import SV, TODAY, a, codes, value

PERSON = a("personal_number")


@pytest.mark.parametrize(
    "typed",
    [
        "19850709-9805",
        "850709-9805",
        "19850709 9805",
        "198507099805",
        "8507099805",
        "1985 07 09 98 05",
        "1985-07-09-9805",
        "19850709–9805",
        "19850709−9805",
        "\u200b19850709\u00a0-\u00a09805\ufeff",
        "\u202a19850709-9805\u202c",
        "１９８５０７０９－９８０５",
        "١٩٨٥٠٧٠٩-٩٨٠٥",
    ],
)
def test_a_personal_number_is_read_however_it_is_written(typed):
    assert value(PERSON, typed) == "19850709-9805"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("850709+9805", "18850709-9805"),
        ("140101-2396", "20140101-2396"),
        ("20140101-2396", "20140101-2396"),
        ("920229-2380", "19920229-2380"),
        ("701063-2391", "19701063-2391"),
        ("19701063-2391", "19701063-2391"),
        ("260161-2381", "20260161-2381"),
        ("640823-3234", "19640823-3234"),
    ],
)
def test_the_century_is_the_latest_that_has_been(typed, kept):
    assert value(PERSON, typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("19850709-9806", "not_a_personal_number"),
        ("19850732-9805", "not_a_personal_number"),
        ("19930229-2380", "not_a_personal_number"),
        ("850709-980", "personal_number_digits"),
        ("1985", "personal_number_digits"),
        ("19850709-980X", "personal_number_digits"),
        ("inget", "personal_number_digits"),
        ("000000-0000", "not_a_personal_number"),
        ("20260161+2381", "born_in_future"),
    ],
)
def test_a_number_that_is_nobodys_is_asked_for_again(typed, code):
    today = dt.date(2025, 6, 1) if code == "born_in_future" else TODAY

    assert codes(PERSON, typed, today=today) == (code,)


def test_nobody_is_born_in_the_future():
    before, on = dt.date(2013, 12, 31), dt.date(2014, 1, 1)

    assert codes(PERSON, "20140101-2396", today=before) == ("born_in_future",)
    assert codes(PERSON, "20140101-2396", today=on) == ()
    assert value(PERSON, "140101-2396", today=on) == "20140101-2396"
    assert value(PERSON, "140101-2396", today=before) == "19140101-2396"


def with_check_digit(nine: str) -> str:
    return next(nine + str(digit) for digit in range(10) if luhn(nine + str(digit)))


@given(st.dates(dt.date(1850, 1, 1), dt.date(2026, 11, 24)), st.integers(1, 999), st.sampled_from([0, 60]))
def test_an_independent_judge_agrees(born, serial, coordination):
    eight = f"{born.year}{born.month:02}{born.day + coordination:02}"
    ten = with_check_digit(f"{eight[2:]}{serial:03}")
    number = f"{eight}-{ten[-4:]}"

    assert read_personal_number(number, TODAY) == number
    assert personnummer.valid(number)
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    assert read_personal_number(wrong, TODAY) is None
    assert not personnummer.valid(wrong)


@given(st.dates(dt.date(1927, 1, 1), dt.date(2026, 11, 24)), st.integers(1, 999))
def test_ten_digits_find_back_to_twelve(born, serial):
    eight = born.strftime("%Y%m%d")
    number = f"{eight}-{with_check_digit(f'{eight[2:]}{serial:03}')[-4:]}"

    assert read_personal_number(number[2:], TODAY) == number


@pytest.mark.parametrize("eight", ["19700060", "19701060", "19700083"])
def test_a_coordination_number_may_lack_the_day_or_the_month_of_birth(eight):
    number = f"{eight}-{with_check_digit(f'{eight[2:]}239')[-4:]}"

    assert value(PERSON, number) == number
    assert value(PERSON, number[2:]) == number


def test_who_has_no_number_says_so_with_one_click():
    assert value(PERSON, "", none="yes") == "none"
    assert value(PERSON, "none") == "none"
    assert codes(PERSON, "19850709-9805", none="yes") == ("number_or_none",)
    assert PERSON.show("none", SV) == "Har inget svenskt personnummer"
    assert PERSON.index_form("none") == ""
    assert PERSON.controls("none") == {"": "", "-none": "yes"}
    assert a("personal_number", none=False).parts == ("",)
    assert codes(a("personal_number", none=False), "none") == ("personal_number_digits",)


def test_a_personal_number_is_masked_and_said_in_pairs():
    assert PERSON.mask("19850709-9805", SV) == "19850709-••••"
    assert PERSON.say("19850709-9805", SV) == "19 85 07 09, 98 05"
    assert PERSON.index_form("19850709-9805") == "198507099805"
    assert PERSON.default_sensitivity == "personal"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("212000-1306", "212000-1306"),
        ("2120001306", "212000-1306"),
        ("16 212000-1306", "212000-1306"),
        ("162120001306", "212000-1306"),
        ("212000 1306", "212000-1306"),
        ("850709-9805", "19850709-9805"),
    ],
)
def test_an_organisation_number_is_read_however_it_is_written(typed, kept):
    assert value(a("organisation_number"), typed) == kept


@pytest.mark.parametrize("typed", ["212000-1307", "21200-1306", "Kommunen", "112000-1306"])
def test_what_is_no_organisations_number_is_asked_for_again(typed):
    assert codes(a("organisation_number"), typed) == ("not_an_organisation_number",)


def test_a_sole_trader_has_the_owners_number_where_that_is_right():
    strict = a("organisation_number", sole_trader=False)

    assert codes(strict, "850709-9805") == ("not_an_organisation_number",)
    assert codes(a("organisation_number"), "20140101-2396", today=dt.date(2013, 1, 1)) == ("born_in_future",)
    assert strict.say("212000-1306", SV) == "21 20 00, 13 06"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Tjörn Höviksnäs 1:23", "TJÖRN HÖVIKSNÄS 1:23"),
        ("höviksnäs  1 : 23", "HÖVIKSNÄS 1:23"),
        ("Exempelby s:4", "EXEMPELBY S:4"),
        ("Exempelstad Alen 3", "EXEMPELSTAD ALEN 3"),
        ("Exempelby GA:2", "EXEMPELBY GA:2"),
    ],
)
def test_a_property_is_read_however_it_is_written(typed, kept):
    assert value(a("property_designation"), typed) == kept


@pytest.mark.parametrize("typed", ["1:23", "Höviksnäs", "den gula stugan", "Höviksnäs 1:"])
def test_what_is_no_property_is_asked_for_again(typed):
    assert codes(a("property_designation"), typed) == ("not_a_property",)


def test_a_property_is_said_with_its_colon():
    assert a("property_designation").say("TJÖRN HÖVIKSNÄS 1:23", SV) == "Tjörn Höviksnäs 1 kolon 23"


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        ({"kind": "bankgiro", "number": "991-2346"}, {"kind": "bankgiro", "number": "991-2346"}),
        ({"kind": "bankgiro", "number": "9912346"}, {"kind": "bankgiro", "number": "991-2346"}),
        ({"kind": "plusgiro", "number": "1 23 45 67"}, "not_a_giro-number"),
        ({"kind": "plusgiro", "number": "18"}, {"kind": "plusgiro", "number": "1-8"}),
        ({"kind": "bankgiro", "number": "991-2345"}, "not_a_giro-number"),
        ({"kind": "account", "clearing": "8327-9", "number": "123 456"}, None),
        ({"kind": "account", "number": "123456"}, "clearing_missing-clearing"),
        ({"kind": "account", "clearing": "12", "number": "123456"}, "not_an_account-clearing"),
        ({"kind": "account", "clearing": "5000", "number": "1234567890123"}, "not_an_account-number"),
        ({"kind": "account", "clearing": "5000"}, "account_number_missing-number"),
        ({"number": "991-2346"}, "account_kind_missing-kind"),
        ({"kind": "swish", "number": "991-2346"}, "account_kind_missing-kind"),
    ],
)
def test_an_account_is_read_by_its_kind(parts, kept):
    question = a("bank_account")

    if isinstance(kept, str):
        assert codes(question, **parts) == (kept,)
    else:
        assert value(question, **parts) == (kept or {"kind": "account", "clearing": "83279", "number": "123456"})


def test_an_account_is_shown_said_and_masked():
    question = a("bank_account")

    assert question.show({"kind": "bankgiro", "number": "991-2346"}, SV) == "Bankgiro 991-2346"
    assert question.say({"kind": "account", "clearing": "83279", "number": "123456"}, SV) == (
        "Bankkonto, 8 32 79, 12 34 56"
    )
    assert question.mask({"kind": "bankgiro", "number": "991-2346"}, SV) == "Bankgiro ••••"
    assert a("bank_account", kinds=["bankgiro"]).parts == ("-number",)
    assert value(a("bank_account", kinds=["bankgiro"]), number="991-2346") == {"kind": "bankgiro", "number": "991-2346"}
    with pytest.raises(BadSetting):
        a("bank_account", kinds=["swish"])
