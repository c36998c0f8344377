"""Numbers as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.language import LANGUAGES, words
from eservices.questions.base import BadSetting
from eservices.questions.faults import sentence
from eservices.questions.numbers import MEASURES
from tests.questions.asking import SV, TODAY, a, codes, value

LENGTH = a("decimal", measure="meter", min=0, max=2000)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("6,5", "6.5"),
        ("6.5", "6.5"),
        ("6,50 m", "6.5"),
        ("6.50m", "6.5"),
        ("6,5 meter", "6.5"),
        ("650 cm", "6.5"),
        ("6500 mm.", "6.5"),
        ("ca 20 m", "20"),
        ("Cirka 20", "20"),
        ("ungefär 6,5 meter", "6.5"),
        ("~20", "20"),
        ("حوالي ٢٠", "20"),
        ("1 200", "1200"),
        ("1\u00a0200,5", "1200.5"),
        ("1\u202f200", "1200"),
        ("1'200", "1200"),
        ("1.200,50", "1200.5"),
        ("1,200.50", "1200.5"),
        ("6.125", "6.125"),
        ("007", "7"),
        (",5", "0.5"),
        ("+6", "6"),
        ("６，５", "6.5"),
        ("٦٫٥", "6.5"),
        ("6\u200b,5", "6.5"),
        ("0,0", "0"),
        ("-0", "0"),
    ],
)
def test_a_decimal_is_read_the_way_people_write_it(typed, kept):
    assert value(LENGTH, typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "1e5",
        "1e999999",
        "0x10",
        "6,5,5",
        "1 2",
        "12 00",
        "sex",
        "6 kg",
        "6-7",
        "ca",
        "ca ca 6",
        "cab 6",
        "6²",
        "½",
        "6\x006 fot",
        "1" * 40,
        ",",
        "- ",
        "1_000",
    ],
)
def test_what_is_no_number_is_asked_for_again(typed):
    assert codes(LENGTH, typed) == ("not_a_number_in",)
    assert codes(a("decimal", min=0), typed.replace("6 kg", "kg")) == ("not_a_number",)


def test_a_decimal_keeps_to_its_limits():
    assert codes(a("decimal", min=1, max=40), "0,99") == ("too_small",)
    assert codes(a("decimal", min=1, max=40), "40,01") == ("too_large",)
    assert codes(a("decimal", decimals=2), "1,234") == ("too_many_decimals",)
    assert codes(a("decimal", max=5), "−1") == ("too_small",)
    assert codes(a("decimal", min=-10), "−1") == ()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("3", 3), ("3 st", None), ("1 200", 1200), ("3,0", 3), ("3,5", None), ("-3", None), ("tre", None)],
)
def test_a_whole_number_is_whole(typed, kept):
    found = value(a("integer", max=10**6), typed) if kept is not None else codes(a("integer", max=10**6), typed)

    assert found in (kept, ("not_a_whole_number",), ("too_small",))
    assert (kept is None) == isinstance(found, tuple)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1250", "1250"),
        ("1 250 kr", "1250"),
        ("1 250:-", "1250"),
        ("1 250,-", "1250"),
        ("1.250,50", "1250.5"),
        ("SEK 1250", None),
        ("99,5", "99.5"),
        ("1,234,567", "1234567"),
    ],
)
def test_money_is_read_the_way_people_write_it(typed, kept):
    if kept is None:
        assert codes(a("money"), typed) == ("not_an_amount",)
    else:
        assert value(a("money"), typed) == kept


def test_an_amount_that_means_two_things_is_never_guessed():
    assert codes(a("money"), "1.250") == ("ambiguous_amount",)
    assert codes(a("money"), "1,250") == ("ambiguous_amount",)
    assert codes(a("money"), "0,255") == ("too_many_ore",)
    assert codes(a("money", max=100), "101") == ("amount_too_large",)
    assert codes(a("money", min=100), "99") == ("amount_too_small",)


def test_numbers_are_shown_with_comma_space_and_measure():
    assert LENGTH.show("1234.5", SV) == "1\u00a0234,5\u00a0meter"
    assert a("money").show("1250", SV) == "1\u00a0250\u00a0kr"
    assert a("money").show("-1250.5", SV) == "−1\u00a0250,50\u00a0kr"
    assert a("integer", measure="dagar").show(14, SV) == "14\u00a0dagar"
    assert LENGTH.controls("6.5") == {"": "6,5"}
    assert (LENGTH.measure_text, a("money").measure_text, a("decimal", min=0).measure_text) == ("meter", "kronor", "")


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from([",", "."]))
def test_every_decimal_survives_being_typed(number, mark):
    typed = format(number, "f").replace(".", mark)

    kept = value(a("decimal", min=-(10**9)), typed)

    assert Decimal(str(kept)) == number


@given(st.integers(0, 10**12), st.sampled_from(["\u00a0", "\u202f", " ", "'"]))
def test_thousands_may_be_grouped_by_any_space(number, space):
    assert value(a("integer", min=0), f"{number:,}".replace(",", space)) == number


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_number_can_be_typed_as_it_is_shown(name, tag):
    question = a("decimal", measure=name, min=0)

    shown = words(tag).number(Decimal("1234.5")) if tag != "uk" else "1234,5"

    assert value(question, f"{shown} {MEASURES[name].label}") == "1234.5"


def test_an_example_is_always_right():
    for settings in (
        {"min": 1, "max": 40},
        {"min": 7},
        {"min": 100, "max": 300},
        {"max": 3},
        {"example": 12, "max": 50},
    ):
        for name in ("integer", "decimal", "money"):
            question = a(name, **settings)
            example = str(question._example())
            assert codes(question, example if name == "decimal" else example.split(".", maxsplit=1)[0]) == ()


@pytest.mark.parametrize(
    ("value_", "answers", "result"),
    [
        ({"count": "grannar", "plus": 1}, {"grannar": 2}, 3),
        ({"count": "hamnar"}, {"hamnar": ("syd", "nord")}, 2),
        ({"sum": ["a", "b"]}, {"a": Decimal("1.5"), "b": Decimal("2.5")}, 4),
        ({"sum": ["a", "b"]}, {"a": Decimal("1.5")}, Decimal("1.5")),
        ({"sum": ["a", "b"]}, {}, None),
        ({"sum": "kostnad"}, {"kostnad": (Decimal(100), Decimal(50), None)}, 150),
        ({"difference": ["a", "b"]}, {"a": Decimal(5), "b": Decimal(7)}, -2),
        ({"difference": ["a", "b"]}, {"a": Decimal(5)}, None),
        ({"sum": ["a"], "times": 12, "plus": -1}, {"a": Decimal("0.5")}, 5),
    ],
)
def test_a_computed_value_follows_its_answers(value_, answers, result):
    assert a("computed", value=value_).evaluate(answers.get) == result


def test_a_computed_value_counts_both_days():
    from datetime import date

    start, end = date(2026, 12, 24), date(2027, 1, 6)

    assert a("computed", value={"days_between": ["a", "b"]}).evaluate({"a": start, "b": end}.get) == 14
    assert a("computed", value={"days_between": "period"}).evaluate({"period": (start, end)}.get) == 14
    assert a("computed", value={"days_between": ["a", "b"]}).evaluate({"a": start}.get) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"plus": 1},
        {"sum": []},
        {"sum": ["a"], "count": "b"},
        {"difference": ["a"]},
        {"count": ["a", "b"]},
        {"sum": ["a"], "minus": 1},
        {"sum": ["a"], "plus": "mycket"},
        {"sum": [1]},
        "a + b",
    ],
)
def test_a_computation_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadSetting) as refused:
        a("computed", value=wrong)
    assert refused.value.key == "value"


def test_a_computed_value_is_shown_and_never_asked():
    households = a("computed", value={"count": "grannar", "plus": 1})

    assert (households.asks, households.parts, households.refers_to) == (False, (), ("grannar",))
    assert households.show(3, SV) == "3"
    assert a("computed", value={"sum": ["a"]}, measure="kronor").show("12.5", SV) == "12,50\u00a0kr"
    assert households.operand("at_least", 3) == Decimal(3)


@pytest.mark.parametrize(
    ("name", "settings", "key"),
    [
        ("decimal", {"min": 5, "max": 1}, "min"),
        ("decimal", {"measure": "fot"}, "measure"),
        ("decimal", {"min": "noll kronor"}, "min"),
        ("decimal", {"decimals": -1}, "decimals"),
        ("integer", {"max": 2.5}, "max"),
        ("money", {"max": True}, "max"),
    ],
)
def test_limits_that_cannot_be_are_refused(name, settings, key):
    with pytest.raises(BadSetting) as refused:
        a(name, **settings)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [("ar", 3, "3 أمتار"), ("ar", 20, "20 مترًا"), ("ar", 100, "100 متر"), ("ar", 1, "1 متر"),
     ("fi", 20, "20 metriä"), ("uk", 2, "2 метри"), ("uk", 20, "20 метрів"), ("en", 1, "1 metre"),
     ("sv", 20, "20 meter"), ("sv-x-lattlast", 1, "1 meter")],
)  # fmt: skip
def test_a_measure_is_bent_as_the_number_before_it_wants(language: str, number: int, said: str) -> None:
    shown = a("integer", measure="meter").show(number, words(language))

    assert shown.replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_limit_bends_its_measure_too() -> None:
    kind = a("integer", measure="meter", max=20)
    fault = kind.check(21, TODAY)[0]

    assert "20\N{NO-BREAK SPACE}مترًا" in sentence(fault, "", words("ar"))


def test_every_digit_stays_where_a_measure_is_bent() -> None:
    shown = a("decimal", measure="meter").show("1234.567891", words("uk"))

    assert shown.startswith(words("uk").number(Decimal("1234.567891")))
    assert shown.count("метра") == 1
