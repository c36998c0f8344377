"""Every type, asked for every aspect; and what people really type into all of them."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eservices.language import LANGUAGES, words
from eservices.questions.base import BadSetting, Fault, QuestionType, Raw, Setting
from eservices.questions.faults import FAULTS, sentence
from eservices.questions.kinds import KINDS, OPERATORS, _registered, kind, make, names
from eservices.questions.text import Text
from tests.conftest import ROOT
from tests.questions.asking import EXAMPLES, SV, TODAY, a, raw

#: What is right for each type, as typed: (controls, the value it becomes).
RIGHT: Mapping[str, list[tuple[Raw, object]]] = {
    "text": [(raw(" Anna  O'Brien-Åström (född 李) "), "Anna O'Brien-Åström (född 李)")],
    "textarea": [(raw("Hej\r\n\r\nDå \U0001f6a4  \n"), "Hej\n\nDå \U0001f6a4")],
    "email": [(raw("Anna.Berg@Exempel.SE"), "Anna.Berg@exempel.se")],
    "phone": [(raw("0304-60 10 10"), "+46304601010")],
    "integer": [(raw("14 dagar"), 14)],
    "decimal": [(raw("6,50 m"), "6.5")],
    "money": [(raw("1 250:-"), "1250"), (raw("99,50 kr"), "99.5")],
    "date": [(raw(day="15", month="april", year="2027"), "2027-04-15")],
    "date_range": [
        (
            raw(**{"from-day": "1", "from-month": "6", "from-year": "2027", "to-day": "2027-08-31"}),
            {"from": "2027-06-01", "to": "2027-08-31"},
        )
    ],
    "time": [(raw("kl. 8.30"), "08:30")],
    "yes_no": [(raw("unknown"), "unknown"), (raw("no"), "no")],
    "radio": [(raw("motor"), "motor"), (raw("annan", other="Kajak"), {"chosen": "annan", "other": "Kajak"})],
    "checkboxes": [
        (raw("nord", "syd"), ["syd", "nord"]),
        (raw("annan", other="Väst"), {"chosen": ["annan"], "other": "Väst"}),
        (raw("ingen"), ["ingen"]),
    ],
    "select": [(raw("b"), "b")],
    "ranked": [({"-1": ["tre"], "-2": [""], "-3": ["ett"]}, ["tre", "ett"])],
    "personal_number": [(raw("850709-9805"), "19850709-9805"), (raw("", none="yes"), "none")],
    "organisation_number": [(raw("2120001306"), "212000-1306")],
    "postal_address": [
        (
            raw(street="Exempelgatan 1", postal_code="SE-47180", city="Skärhamn"),
            {"street": "Exempelgatan 1", "postal_code": "471 80", "city": "Skärhamn"},
        ),
        (
            raw(street="1 High St", postal_code="SW1A 1AA", city="London", country="England"),
            {"street": "1 High St", "postal_code": "SW1A 1AA", "city": "London", "country": "England"},
        ),
    ],
    "property_designation": [(raw("Tjörn Höviksnäs 1 : 23"), "TJÖRN HÖVIKSNÄS 1:23")],
    "bank_account": [
        (raw(kind="bankgiro", number="991-2346"), {"kind": "bankgiro", "number": "991-2346"}),
        (
            raw(kind="account", clearing="8327-9", number="123 456 789-0"),
            {"kind": "account", "clearing": "83279", "number": "1234567890"},
        ),
    ],
    "location": [
        (raw("Vid bryggan,\tbakom kiosken"), "Vid bryggan, bakom kiosken"),
        (
            raw("Vid bryggan", coordinates="57.9967, 11.5480"),
            {"text": "Vid bryggan", "latitude": "57.99670", "longitude": "11.54800"},
        ),
    ],
    "file": [(raw(later="yes"), {"ids": [], "later": True})],
    "signature": [(raw("yes"), "confirm")],
    "computed": [],
    "info": [],
}

ALL = pytest.mark.parametrize("name", names())
ALL_RIGHT = pytest.mark.parametrize(
    ("name", "typed", "value"), [(name, typed, value) for name, cases in RIGHT.items() for typed, value in cases]
)

#: What browsers, phones, word processors and attackers put into a box.
NASTY = [
    "NaN",
    "sNaN",
    "Infinity",
    "-inf",
    "1e999999",
    "9" * 400,
    "0x1f",
    "1_000",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\ud83d",
    "a\udfffb",
    "\u202e1985",
    "\u200b",
    "\ufeff",
    "\u3164",
    "²",
    "½",
    "١٢٣",
    "１２３",
    "\u2212" * 5,
    "--",
    "<script>alert(1)</script>",
    "{label.__class__}",
    "%s%n",
    "none",
    "0000-00-00",
    "999999999999",
    "190001010000",
    "000000-0000",
    "+",
    "+0",
    "@",
    "a@",
    "\u2028",
]
TYPED = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(), max_size=30),
    st.text("0123456789 -+.,:/'\xa0", max_size=16),
    st.text(st.characters(categories=["Cs", "Cf", "Cc", "Nd", "No", "Zs"]), max_size=12),
)


@ALL
def test_a_type_knows_all_its_aspects(name):
    question = a(name)

    assert question.name == name
    assert question.why.endswith(".")
    assert question.asks == bool(question.parts)
    assert question.operators <= OPERATORS
    assert "answered" in question.operators or name == "info"
    assert question.default_required in {"true", "expected"}
    assert question.default_sensitivity in {"normal", "personal"}
    assert len(question.required_texts) == 2
    assert set(question.part_labels) <= {*question.parts, "-from", "-to"}
    assert set(question.autocomplete) <= set(question.parts)
    for setting in question.settings.values():
        assert setting.why.endswith(".")
        jsonschema.Draft202012Validator.check_schema(setting.schema())
    jsonschema.Draft202012Validator.check_schema(question.json_schema())


@ALL
def test_blank_is_no_answer_and_no_fault(name):
    question = a(name)

    for nothing in ({}, {part: [] for part in question.parts}, {part: [" \u200b\xa0"] for part in question.parts}):
        parsed = question.parse(nothing, TODAY)
        assert (parsed.value, parsed.faults) == (None, ())


@ALL_RIGHT
def test_what_people_write_becomes_one_normal_form(name, typed, value):
    question = a(name)

    parsed = question.parse(typed, TODAY)

    assert (parsed.value, parsed.faults) == (value, ())
    assert question.check(parsed.value, TODAY) == ()
    assert json.loads(json.dumps(parsed.value)) == parsed.value
    jsonschema.validate(parsed.value, question.json_schema())


@ALL_RIGHT
def test_a_value_can_be_shown_said_masked_found_and_typed_again(name, typed, value):
    question = a(name)

    again = question.parse(back(question, value), TODAY)

    assert again.value == value
    assert set(question.controls(value)) <= set(question.parts)
    for tag in LANGUAGES:
        here = words(tag)
        assert question.show(value, here).strip()
        assert question.say(value, here).strip()
        assert question.mask(value, here).strip()
    assert "\n" not in question.index_form(value)
    assert set(question.chosen(value)) <= set(getattr(question, "options", ()))
    assert question.operators == {"answered"} or hash(question.comparable(value)) is not None


@pytest.mark.parametrize("name", ["text", "textarea", "phone", "location", "postal_address", "bank_account"])
def test_a_mask_gives_nothing_away(name):
    for _, value in RIGHT[name]:
        masked = a(name).mask(value, SV)

        assert "••••" in masked
        assert a(name).show(value, SV)[:6] not in masked or name == "bank_account"


@ALL
@given(data=st.data())
def test_reading_never_breaks_and_never_changes_on_the_second_reading(name, data):
    question = a(name)
    typed = {part: data.draw(st.lists(TYPED, max_size=2)) for part in question.parts}

    parsed = question.parse(typed, TODAY)

    assert bool(parsed.faults) + (parsed.value is not None) <= 1
    faults = parsed.faults
    if parsed.value is not None:
        json.dumps(parsed.value).encode()
        str(parsed.value).encode()
        faults = question.check(parsed.value, TODAY)
        assert question.parse(back(question, parsed.value), TODAY).value == parsed.value
        question.show(parsed.value, SV)
        question.say(parsed.value, SV)
        question.comparable(parsed.value)
        if not faults:
            jsonschema.validate(parsed.value, question.json_schema())
    for fault in faults:
        assert fault.code in question.codes
        assert fault.part in question.parts
        assert FAULTS[fault.code].facts <= set(fault.facts)
        assert "{" not in sentence(fault, "Ett svar", SV, question=question)


@ALL
@given(st.text(st.characters(), max_size=20))
@example("imorgon")
def test_a_value_that_could_not_be_read_still_stands_in_its_controls(name, written):
    question = a(name)

    controls = question.controls(written)

    assert set(controls) <= set(question.parts)


@ALL
def test_a_type_is_made_from_what_its_author_wrote(name):
    settings, options = EXAMPLES[name]

    assert make(name, settings, options) == make(name, dict(settings), list(options))
    with pytest.raises(BadSetting) as refused:
        make(name, {**settings, "lable": "x"}, options)
    assert (refused.value.key, refused.value.code) == ("lable", "unknown_setting")
    assert refused.value.facts["known"] == tuple(kind(name).settings)


def test_there_is_an_example_of_every_type():
    assert set(EXAMPLES) == set(RIGHT) == set(KINDS)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": "text"}, "taken"),
        ({"name": "Fel namn"}, "no name"),
        ({"name": "ny", "settings": {"fel": Setting("text", "Why.")}}, "differ"),
        ({"name": "ny", "operators": frozenset({"liknar"})}, "operators"),
        ({"name": "ny", "codes": frozenset({"okand"})}, "without a sentence"),
    ],
)
def test_a_type_that_breaks_the_rules_stops_the_program(change, complaint):
    strange = type("Strange", (Text,), change)

    with pytest.raises(TypeError, match=complaint):
        _registered([Text, strange])


def test_a_setting_of_an_unknown_kind_stops_the_program():
    @dataclass(frozen=True, kw_only=True)
    class Strange(Text):
        name: ClassVar[str] = "strange"
        settings: ClassVar[Mapping[str, Setting]] = {**Text.settings, "colour": Setting("colour", "Why.")}
        colour: str = ""

    with pytest.raises(TypeError, match="unknown kinds"):
        _registered([Strange])


def test_a_day_that_was_right_when_answered_is_not_judged_by_a_later_one():
    question = a("date", min="today")

    assert question.check("2026-11-24", dt.date(2026, 11, 24)) == ()
    assert question.check("2026-11-24", dt.date(2026, 11, 25)) == (
        Fault("too_early", "-day", {"minimum": dt.date(2026, 11, 25)}),
    )


def back(question: QuestionType, value: object) -> Raw:
    """A value as its page sends it back untouched."""
    controls = question.controls(value)
    return {part: text if isinstance(text, list) else [text] for part, text in controls.items()}


def test_no_room_above_looks_at_the_name_of_a_type_to_know_what_to_do():
    looks = re.compile(r"type\.name (==|!=|in|not in) ")
    rooms = ("web", "documents", "submissions", "cases", "contact_centre", "intake", "worker", "records", "journey")

    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in rooms
        for path in (ROOT / "eservices" / room).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if looks.search(line)
    ]

    assert found == [], "what a type is good for stands at the type: add an attribute to QuestionType"


@ALL
def test_a_type_that_tells_who_somebody_is_tells_where_they_are_too(name):
    """Of a protected person no counterpart sees either; who they are leads to where they are."""
    assert a(name).tells_where or not a(name).tells_who
    assert (a(name).fact in {"email", "phone", "address", "personal_number"}) <= a(name).tells_who
    assert not (a(name).tells_who and a(name).impersonal)
