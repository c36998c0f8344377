"""Yes and no, one of several, several of several, several in order."""

from decimal import Decimal

import pytest

from eservices.language import words
from eservices.questions.base import BadSetting
from tests.questions.asking import SV, a, codes, raw, read, value

LABELS = SV.with_options({"syd": "Syd", "nord": "Nord", "annan": "Annan", "ingen": "Ingen av dem"})


def test_yes_and_no_are_the_same_in_every_language_and_as_yaml_writes_them():
    question = a("yes_no", unknown=False)

    assert [value(question, typed) for typed in ("yes", "no", "true", "false", "Ja", " nej ")] == [
        "yes",
        "no",
        "yes",
        "no",
        "yes",
        "no",
    ]
    assert codes(question, "unknown") == ("not_yes_or_no",)
    assert value(a("yes_no", unknown="yes"), "unknown") == "unknown"
    assert (question.show("yes", SV), a("yes_no").show("unknown", SV)) == ("Ja", "Vet inte")
    assert list(a("yes_no").option_labels) == ["yes", "no", "unknown"]


def test_a_condition_on_yes_or_no_knows_only_the_answers_there_are():
    assert a("yes_no").operand("is", True) == "yes"
    assert a("yes_no").operand("one_of", ["no", "unknown"]) == ("no", "unknown")
    with pytest.raises(BadSetting):
        a("yes_no", unknown=False).operand("is", "unknown")
    with pytest.raises(BadSetting):
        a("yes_no").operand("contains", "yes")


@pytest.mark.parametrize("name", ["radio", "select"])
def test_only_an_option_can_be_chosen(name):
    question = a(name, ("syd", "nord"))

    assert value(question, "nord") == "nord"
    assert codes(question, "Nord") == ("not_an_option",)
    assert codes(question, "<script>") == ("not_an_option",)
    assert question.check("borttagen", None) != ()
    assert question.show("nord", LABELS) == "Nord"
    assert question.comparable("nord") == "nord"
    assert question.operand("one_of", ["syd"]) == ("syd",)
    with pytest.raises(BadSetting):
        question.operand("is", "väst")


def test_several_are_kept_in_the_definitions_order():
    question = a("checkboxes", ("syd", "nord", "annan"), min=2)

    assert value(question, "annan", "syd", "annan") == ["syd", "annan"]
    assert codes(question, "syd") == ("too_few_choices",)
    assert codes(a("checkboxes", ("syd", "nord"), max=1), "syd", "nord") == ("too_many_choices",)
    assert codes(question, "syd", "väst") == ("not_an_option",)
    assert question.show(["syd", "nord", "annan"], LABELS) == "Syd, Nord och Annan"
    assert question.comparable(["syd"]) == ("syd",)
    assert question.operand("contains", "nord") == "nord"
    assert question.operand("at_least", 2) == 2


def test_none_of_these_stands_alone():
    question = a("checkboxes", ("syd", "nord", "ingen"), exclusive="ingen", min=2)

    assert value(question, "ingen") == ["ingen"]
    assert codes(question, "syd", "ingen") == ("exclusive_choice",)


def test_other_is_said_in_words_and_compared_by_its_key():
    one, several = a("radio", ("syd", "annan"), other="annan"), a("checkboxes", ("syd", "annan"), other="annan")

    assert value(one, "annan", other=" Väst\u200b ") == {"chosen": "annan", "other": "Väst"}
    assert value(several, "annan", "syd", other="Väst") == {"chosen": ["syd", "annan"], "other": "Väst"}
    assert codes(one, "annan") == ("other_missing-other",)
    assert codes(several, "annan", other="x" * 201) == ("other_too_long-other",)
    assert value(one, "syd", other="kvarglömt") == "syd"
    assert one.comparable({"chosen": "annan", "other": "Väst"}) == "annan"
    assert one.chosen({"chosen": "annan", "other": "Väst"}) == one.chosen("annan") == ("annan",)
    assert several.chosen({"chosen": ["syd", "annan"], "other": "Väst"}) == ("syd", "annan")
    assert one.show({"chosen": "annan", "other": "Väst"}, LABELS) == "Annan: Väst"
    assert several.show({"chosen": ["syd", "annan"], "other": "Väst"}, LABELS) == "Syd och Annan: Väst"
    assert (a("radio", ("a", "b"), other="a").parts, a("select").parts) == (("", "-other"), ("",))


def test_wishes_are_kept_in_the_persons_order_without_gaps():
    question = a("ranked", ("syd", "nord", "annan"), places=3, min=2)

    assert question.parts == ("-1", "-2", "-3")
    assert read(question, **{"1": "annan", "3": "syd"}) == (["annan", "syd"], ())
    assert codes(question, **{"1": "annan", "2": "annan"}) == ("chosen_twice-2",)
    assert codes(question, **{"2": "väst"}) == ("not_an_option-2",)
    assert codes(question, **{"1": "syd"}) == ("too_few_choices-2",)
    assert question.check(["syd", "nord", "annan", "syd"], None) != ()
    assert question.show(["annan", "syd"], LABELS) == "1. Annan, 2. Syd"
    assert a("ranked", ("a", "b"), places=5).parts == ("-1", "-2")


@pytest.mark.parametrize(
    ("name", "options", "settings", "key"),
    [
        ("radio", (), {}, "options"),
        ("select", ("a",), {}, "options"),
        ("checkboxes", (), {}, "options"),
        ("ranked", ("a",), {"places": 2}, "options"),
        ("radio", ("a", "b"), {"other": "c"}, "other"),
        ("checkboxes", ("a", "b"), {"exclusive": ["c"]}, "exclusive"),
        ("checkboxes", ("a", "b"), {"min": 3, "max": 2}, "max"),
        ("ranked", ("a", "b"), {"min": 3}, "min"),
        ("yes_no", (), {"unknown": "kanske"}, "unknown"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(name, options, settings, key):
    from eservices.questions.kinds import make

    with pytest.raises(BadSetting) as refused:
        make(name, settings, options)
    assert refused.value.key == key


def test_answers_do_not_depend_on_the_language_of_the_page():
    assert a("yes_no").show("yes", words("en").with_options({"yes": "ignored"})) in {"Yes", "Ja"}
    assert value(a("yes_no"), "yes") == "yes"
    assert raw("a", "b")[""] == ["a", "b"]
    assert isinstance(a("integer").comparable(3), Decimal)
