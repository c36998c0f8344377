"""Rules beyond the shape: what contradicts itself, what nobody reaches, what the law would notice."""

import pytest

from eservices.definitions.complaints import SENTENCES
from eservices.definitions.lint import readability
from eservices.definitions.load import read_content
from eservices.definitions.municipality import Board, ContactCentre, Municipality, Unit
from tests.build.definition import DEFINITION, read, with_steps


def codes(text: str) -> set[str]:
    return {complaint.code for complaint in read(text).complaints}


def test_a_definition_that_is_right_has_nothing_to_tell() -> None:
    assert codes(DEFINITION) == set()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("appeal: laglighetsprovning", "appeal: forvaltningsbesvar", "appeal_does_not_fit"),
        ("languages: [sv, en]", "languages: [en]", "without_swedish"),
        ("label: Skiss", "label: Skiss för {place} av {height}", "quote_on_same_page"),
        ("title: Planket", "title: Planket vid {name}", "later_quote"),
        ("type: location", "type: location\n        index: property", "index_does_not_fit"),
        ("type: location", "type: location\n        sensitivity: sensitive", "sensitive_full_view"),
        ("type: location", "type: location\n        sensitivity: sensitive\n        audience: public", "sensitive_to_all"),
        ("klassa: \"4.7\"", "klassa: \"4.7\"\n  personal_number_because: Avtal", "reason_without_personal_number"),
        ("brush: Pensel", "Spray: Pensel", "clashing_option"),
        ("theme: fritid", "theme: fritid\nanonymous: true", None),
        ("label: Skiss", "label: Skiss <b>i färg</b>", "html_in_text"),
        ("label: Skiss", "label: Skiss } på papper", "lone_brace"),
        ("label: Skiss", "label: Skiss enligt [reglerna](https://example.se)", "marks_in_text"),
        ("label: Skiss", "label: Skiss **i färg**", "marks_in_text"),
        ("label: Skiss", "label: Skiss * eller foto, se https://example.se", None),
        ("owner: Park", "next:\n  - Du får svar\n    Vi ringer dig\nowner: Park", "hyphen_missing"),
        ("type: location", "type: yes_no\n        protects: ja", "protects_nothing"),
        ("type: location", "type: yes_no\n        protects: yes", "protected_is_asked"),
        ("type: text", "type: text\n        prefill: person.name", None),
        ("type: location", "type: location\n        prefill: person.address", "prefill_does_not_fit"),
        ("type: checkboxes", "type: checkboxes\n        prefill: person.needs", None),
        ("title: Planket", "title: Planket\n    when:\n      paint: spray", "later_question"),
        ("        when:\n          way: email", "        required: false", "detail_not_required"),
        ("status: active", "status: active\nlife:\n  active_from: 2027-01-01\n  closed_from: 2026-01-01", "dates_out_of_order"),
    ],
)  # fmt: skip
def test_a_rule_speaks_when_it_is_broken_and_only_then(old: str, new: str, code: str | None) -> None:
    assert codes(DEFINITION.replace(old, new, 1)) == ({code} if code else set())


PERIOD = """\
      period:
        label: När står det där?
        type: date_range
      wash:
        label: När tvättas det?
        type: date
        min: period.from
        max: period.to + 7 days
"""


def test_a_day_lies_within_a_period_that_says_which_of_its_ends_is_meant() -> None:
    assert codes(DEFINITION + PERIOD) == set()
    assert codes(DEFINITION + PERIOD.replace("period.from", "period")) == {"period_has_two_ends"}
    assert codes(DEFINITION + PERIOD.replace("period.from", "height.from")) == {"limit_does_not_fit"}
    assert codes(DEFINITION + PERIOD.replace("period.from", "perod.from")) == {"limit_not_known"}


def test_a_period_that_sets_a_limit_comes_before_and_is_one_period() -> None:
    period, _, wash = PERIOD.partition("      wash:")
    later = DEFINITION + "      wash:" + wash + period
    in_group = (
        DEFINITION
        + "  - step: days\n    title: Dagarna\n    group:\n      min: 1\n      item: Tid {n}\n      questions:\n"
        + "".join(f"    {line}\n" for line in period.splitlines())
        + "  - step: after\n    title: Efter\n    questions:\n      wash:"
        + wash
    )

    assert codes(later) == {"limit_not_known"}
    assert codes(in_group) == {"limit_does_not_fit"}


def test_a_personal_number_says_whose_it_is_where_others_do() -> None:
    asked = (
        DEFINITION.replace("label: Namn", "prefill: person.name\n        label: Namn").replace(
            'klassa: "4.7"', 'klassa: "4.7"\n  personal_number_because: Avtal'
        )
        + "      dead:\n        label: Personnummer\n        type: personal_number\n"
    )

    assert codes(asked) == {"whose_is_it"}
    assert codes(asked + "        prefill: somebody_else\n") == codes(
        asked + "        prefill: person.personal_number\n"
    )
    assert codes(asked + "        prefill: somebody_else\n") == set()


def test_what_a_cosigner_reads_tells_no_answer() -> None:
    asked = DEFINITION + "    cosigners:\n      name: name\n      reach: [email]\n      text: Säger du ja {}.\n"

    assert codes(asked.format("får planket stå")) == set()
    assert codes(asked.format("står planket vid {place}")) == {"unknown_quote"}


def test_whoever_may_be_anonymous_is_not_asked_who_they_are() -> None:
    text = DEFINITION.replace("theme: fritid", "theme: fritid\nanonymous: true")

    assert "anonymous_but_asked" in codes(text.replace("label: Namn\n", "label: Namn\n        prefill: person.name\n"))


CHAIN = """\
steps:
  - step: one
    title: Ett
    questions:
      a:
        label: Välj
        type: radio
        options:
          x: X
          y: Y
      b:
        label: Hur många?
        type: integer
        max: 9
        when:
          a: x
  - step: two
    title: Två
    when:
      {step}
    questions:
      c:
        label: Något mer?
        type: text
        when:
          {question}
"""


@pytest.mark.parametrize(
    ("step", "question", "possible"),
    [
        ("a: x", "a: x", True),
        ("a: x", "a: y", False),  # the step is not there then
        ("a: x", "not:\n            a: x", False),
        ("a: [x, y]", "b:\n            at_least: 3", True),
        ("a: y", "b:\n            at_least: 3", False),  # b is asked of those who chose x
        ("a: y", "b:\n            answered: false", True),
        ("a: x", "b:\n            more_than: 9", False),
        ("a: x", "b:\n            at_least: 5\n            less_than: 5", False),
        ("a: x", "any:\n            - b:\n                more_than: 9\n            - a: x", True),
        ("all:\n        - a:\n            answered: true\n        - not:\n            a: [x, y]", "a: x", False),
        ("all:\n        - a:\n            answered: true\n        - not:\n            a: y", "a: x", True),
        ("not:\n        any:\n          - a: x\n          - a: y", "a: x", False),
    ],
)
def test_what_can_never_happen_is_found_through_chains_of_conditions(step: str, question: str, possible: bool) -> None:
    found = codes(with_steps(CHAIN.format(step=step, question=question)))

    assert ("never_holds" not in found) is possible
    assert found <= {"never_holds", "unreachable"}


def test_a_question_in_a_group_is_not_one_answer_outside_it() -> None:
    steps = """\
steps:
  - step: guests
    title: Gäster
    group:
      item: Gäst {n}
      questions:
        age:
          label: Ålder
          type: integer
  - step: rest
    title: Resten
    questions:
      cake:
        label: Vill ni ha tårta?
        type: yes_no
        when:
          WHEN
"""
    assert codes(with_steps(steps.replace("WHEN", "age: 5"))) == {"inside_group"}
    assert codes(with_steps(steps.replace("WHEN", "guests:\n            at_least: 2"))) == set()


def test_a_group_is_counted_only_after_it() -> None:
    steps = """\
steps:
  - step: guests
    title: Gäster
    group:
      item: Gäst {n}
      questions:
        age:
          label: Ålder
          type: integer
          when:
            guests:
              at_least: 1
"""
    assert codes(with_steps(steps)) == {"later_question"}


def test_computed_values_reckon_with_numbers_that_came_before() -> None:
    value = """\
      total:
        label: Summa
        type: computed
        value:
          sum: [height, {other}]
"""
    text = DEFINITION.replace("      mask:\n", value + "      mask:\n")

    assert codes(text.replace("{other}", "height")) == set()
    assert codes(text.replace("{other}", "paint")) == {"part_is_no_number"}
    assert codes(text.replace("{other}", "name")) == {"unknown_part"}


def test_facts_of_the_municipality_must_be_there() -> None:
    municipality = Municipality(
        "Testby", ContactCentre("Kundcenter", "0300-10 00 00"),
        boards={"tekniska": Board("tekniska", "Tekniska nämnden")}, units={"park": Unit("park", "Parkenheten")},
    )  # fmt: skip
    text = DEFINITION.replace("label: Skiss", "label: Skiss till {municipality.units.park.name} på {municipality.fone}")

    found = [c.code for c in read_content(text.encode(), "x", None, municipality).complaints]
    elsewhere = read_content(
        text.replace("unit: park", "unit: pork").replace("board: tekniska", "board: teknisk").encode(),
        "x",
        None,
        municipality,
    )

    assert found == ["unknown_fact"]
    assert {c.code for c in elsewhere.complaints} == {"unknown_unit", "unknown_board", "unknown_fact"}
    assert elsewhere.service is not None, "the contact centre's details stand in for an unknown unit"


def test_a_theme_that_the_municipality_does_not_have_is_told_with_those_it_has() -> None:
    municipality = Municipality(
        "Testby", ContactCentre("Kundcenter", "0300-10 00 00"),
        boards={"tekniska": Board("tekniska", "Tekniska nämnden")}, units={"park": Unit("park", "Parkenheten")},
        themes={"bygga": "Bygga och bo", "skola": "Skola"}, life_events={"flyttar": "Du flyttar"},
    )  # fmt: skip
    text = DEFINITION.replace("theme: fritid", "theme: fritid\nlife_events: [flytar]")

    theme, event = read_content(text.encode(), "x", None, municipality).complaints

    assert theme.severity == event.severity == "warning", "the service is served all the same, under Övrigt"
    assert theme.line == text[: text.index("theme:")].count("\n") + 1
    assert "Det finns `bygga`, `skola`." in theme.sentence("sv")
    meant = read_content(text.replace("theme: fritid", "theme: ovrigt").encode(), "x", None, municipality)
    assert [one.code for one in meant.complaints] == [event.code], "that is how a new one begins"
    assert "Did you mean `flyttar`?" in event.sentence("en")


def test_hard_texts_are_pointed_out_and_plain_ones_are_not() -> None:
    plain = "Du kan söka en plats för din båt här. Det tar ungefär fem minuter. Ring oss om du undrar något."
    hard = (
        "Ansökningsförfarandet förutsätter fullständiga fastighetsrättsliga dokumentationsunderlag, vilka "
        "tillhandahålls genom fastighetsägarens försorg i enlighet med gällande renhållningsföreskrifter."
    )

    assert (readability(plain) or 0) < 30
    assert (readability(hard) or 0) > 60
    assert "hard_to_read" in codes(DEFINITION.replace("Ansök om ett plank att måla på.", hard))


def test_every_sentence_can_be_said() -> None:
    """Each code is used somewhere, and its two sentences name the same facts."""
    import re
    from pathlib import Path

    import eservices

    package = Path(eservices.__file__).parent
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("definitions", "journey") for path in (package / room).glob("*.py") if path.name != "complaints.py"
    )  # fmt: skip
    for code, (swedish, english) in SENTENCES.items():
        assert f'"{code}"' in source, code
        facts = [
            {name.removesuffix("_en") for name in re.findall(r"(?<!\{)\{(\w+)\}", text)} for text in (swedish, english)
        ]
        assert facts[0] == facts[1], code


def test_what_a_service_does_not_say_of_the_contact_centre_is_as_the_municipality_says() -> None:
    silent = DEFINITION.replace("    queue: allman\n", "").replace("    mandate: Beslut 1\n", "")
    centre = ContactCentre("Kundcenter", "0300-10 00 00", queue="kustort", mandate="Beslut 9")

    found = read_content(silent.encode(), "klotterplank.yaml", municipality=Municipality("Exempelby", centre))
    alone = read_content(silent.encode(), "klotterplank.yaml")

    assert found.service is not None
    assert (found.service.routing.queue, found.service.routing.mandate) == ("kustort", "Beslut 9")
    assert found.service.content["routing"]["contact_centre"]["mandate"] == "Beslut 9", "the version holds it"
    assert [one.code for one in alone.complaints if one.severity == "error"] == ["missing_key", "missing_key"]
