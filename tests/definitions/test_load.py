"""Reading: what comes out of a definition, and that it comes out the same from what is stored of it."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from eservices.definitions.conditions import All, AnyOf, Compare, Not
from eservices.definitions.load import definition_files, read_service, service_from_content
from eservices.definitions.model import Required, Sensitivity, Service, Span
from eservices.definitions.municipality import read_municipality
from eservices.definitions.schema import json_schema
from tests.build.definition import DEFINITION, HEADER, read, service, with_steps

FORMS = Path(__file__).resolve().parent.parent.parent / "forms"
REAL = {path.stem: path for path in definition_files(FORMS)}


@pytest.mark.parametrize("name", REAL)
def test_the_stored_content_alone_gives_the_same_service(name: str) -> None:
    municipality, _ = read_municipality(FORMS / "municipality.yaml")
    written = read_service(REAL[name], municipality=municipality).service
    assert written is not None

    # A store may change the order of keys, and gives new objects.
    stored = json.loads(json.dumps(dict(written.content), sort_keys=True))

    assert service_from_content(stored) == written


def test_content_that_no_definition_has_is_refused() -> None:
    for content in (
        {},
        {"steps": []},
        {"steps": [{"step": "a", "questions": [{"id": "x", "type": "text"}]}]},
        {"steps": 3},
    ):
        with pytest.raises(ValueError, match="not the content"):
            service_from_content(content)  # type: ignore[arg-type]


def test_the_version_follows_the_content_and_nothing_else() -> None:
    first = service().version

    assert service("# En kommentar\n" + DEFINITION.replace("\n", "\n\n")).version == first
    assert service(DEFINITION.replace("label: Namn", "label: Vad heter du?")).version != first


def test_a_condition_says_what_it_compares_with() -> None:
    def when(written: str) -> object:
        lines = "\n".join("          " + line for line in written.split("\n"))
        return service(DEFINITION.replace("          paint: spray", lines)).questions["mask"].when

    assert when("paint: spray") == Compare("paint", "is", "spray")
    assert when("paint: [spray, brush]") == Compare("paint", "one_of", ("spray", "brush"))
    assert when("colours: red") == Compare("colours", "contains", "red")
    assert when("colours: [red, blue]") == AnyOf(
        (Compare("colours", "contains", "red"), Compare("colours", "contains", "blue"))
    )
    assert when("paint: spray\ncolours: red") == All(
        (Compare("paint", "is", "spray"), Compare("colours", "contains", "red"))
    )
    assert when("not:\n  paint: spray") == Not(Compare("paint", "is", "spray"))
    assert when("any:\n  - paint: spray\n  - place:\n      answered: false") == AnyOf(
        (Compare("paint", "is", "spray"), Compare("place", "answered", False))
    )
    bounds = when("height:\n  at_least: 1.5\n  less_than: 3")
    assert isinstance(bounds, All)
    assert [(part.operator, str(part.operand)) for part in bounds.parts if isinstance(part, Compare)] == [
        ("at_least", "1.5"),
        ("less_than", "3"),
    ]


def test_what_is_not_written_has_its_usual_value() -> None:
    questions = service().questions

    assert questions["place"].required is Required.TRUE
    assert questions["sketch"].required is Required.EXPECTED
    assert questions["place"].sensitivity is Sensitivity.NORMAL
    assert service().routing.decide_within == Span(10, "working_days")


def test_the_kind_of_applicant_is_asked_only_where_a_condition_needs_it() -> None:
    needed = DEFINITION.replace("paint: spray", "applicant_kind: company")

    assert "applicant_kind" not in service().questions
    assert next(iter(service(needed).questions)) == "applicant_kind"
    assert service(needed).questions["applicant_kind"].preselected == "person"


def test_a_whole_header_is_carried() -> None:
    more = """\
status: pilot
life:
  pilot_from: 2026-01-01
  active_from: 2026-06-01
  share: 20
opening:
  opens: 2026-03-01
  closes: 2026-04-30
one_case: true
validity:
  lasts: 3 years
  renew_before: 2 months
representatives: [guardian, proxy]
anonymous: true
identification: stated
monitor:
  gap_percent: 20
  gap: 3 working days
states:
  inspected:
    label: Besiktigat
    public: in_progress
samples: [cost, klassa]
requirements:
  consent:
    text: Ägaren behöver säga ja.
    when:
      paint: spray
submit: Skicka
next:
  - Du får ett nummer.
stops:
  - stop: no_spray
    when:
      colours: blue
    title: Det går inte
    text: Ring {municipality.phone}.
    easy_read: Ring oss.
    emergency: true
"""
    text = (DEFINITION + more).replace("status: active\n", "")

    found = service(text)

    assert (found.status, found.life.share, str(found.life.active_from)) == ("pilot", 20, "2026-06-01")
    assert found.opening is not None
    assert str(found.opening.closes) == "2026-04-30"
    assert found.validity is not None
    assert found.validity.lasts == Span(3, "years")
    assert found.one_case
    assert found.anonymous
    assert found.representatives == ("guardian", "proxy")
    assert found.own_states == {"inspected": "in_progress"}
    assert found.monitor.gap == Span(3, "working_days")
    assert found.stops[0].emergency
    assert found.stops[0].text.easy == "Ring oss."
    assert found.requirements[0].when == Compare("paint", "is", "spray")


# ---- blocks ----------------------------------------------------------------------------------------------------------

BLOCK = """\
block: who
title: Vem är du?
questions:
  name:
    label: Namn
    hint: För- och efternamn.
    type: text
  born:
    label: Födelsedag
    type: date
  shoe:
    label: Skostorlek
    type: integer
"""
USING = """\
steps:
  - step: person
    use: who
"""


def from_folder(folder: Path, steps: str) -> Service:
    (folder / "blocks").mkdir(exist_ok=True)
    (folder / "blocks" / "who.yaml").write_text(BLOCK, encoding="utf-8")
    path = folder / "klotterplank.yaml"
    path.write_text(with_steps(steps), encoding="utf-8")
    loaded = read_service(path)
    assert loaded.service is not None, [complaint.printed() for complaint in loaded.complaints]
    return loaded.service


def test_a_block_brings_its_title_and_all_its_questions(tmp_path: Path) -> None:
    found = from_folder(tmp_path, USING)

    assert found.steps[0].title.sv == "Vem är du?"
    assert list(found.questions) == ["name", "born", "shoe"]
    assert "use" not in json.dumps(found.content)


def test_a_step_changes_adds_and_leaves_out_questions_of_a_block(tmp_path: Path) -> None:
    steps = (
        USING
        + """\
    title: Om dig
    without: [shoe]
    questions:
      nick:
        label: Smeknamn
        type: text
      name:
        label: Vad heter du?
        hint:
"""
    )
    found = from_folder(tmp_path, steps)

    assert found.steps[0].title.sv == "Om dig"
    assert list(found.questions) == ["name", "born", "nick"]
    assert found.questions["name"].label.sv == "Vad heter du?"
    assert found.questions["name"].hint is None


def test_a_step_takes_in_only_what_it_names_however_the_block_grows(tmp_path: Path) -> None:
    assert list(from_folder(tmp_path, USING + "    only: [shoe, name]\n").questions) == ["name", "shoe"]

    def told(more: str) -> set[str]:
        (tmp_path / "klotterplank.yaml").write_text(with_steps(USING + more), encoding="utf-8")
        return {complaint.code for complaint in read_service(tmp_path / "klotterplank.yaml").complaints}

    assert told("    only: [shoes]\n") >= {"only_unknown"}
    assert told("    only: [shoe]\n    without: [name]\n") == {"only_and_without"}


def test_a_group_asks_the_questions_of_a_block_for_each(tmp_path: Path) -> None:
    group = """\
steps:
  - step: runners
    title: Löparna
    group:
      min: 1
      item: Löpare {n}
      use: who
      without: [born]
      questions:
        name:
          label: Löparens namn
        club:
          label: Klubb
          type: text
"""
    found = from_folder(tmp_path, group)

    assert [question.label.sv for question in found.steps[0].asked] == ["Löparens namn", "Skostorlek", "Klubb"]
    assert "use" not in json.dumps(found.content)
    (tmp_path / "klotterplank.yaml").write_text(with_steps(group.replace("use: who", "only: [shoe]")), encoding="utf-8")
    assert "misplaced_key" in {c.code for c in read_service(tmp_path / "klotterplank.yaml").complaints}


def test_a_fault_has_its_authors_own_words_by_its_code() -> None:
    born = "      born:\n        label: Född\n        type: date\n        max: today\n        error:\n          "

    own = service(DEFINITION + born + "required: Vi behöver åldern.\n          too_late:\n            text: Inte än.\n")
    alone = service(DEFINITION + born.replace("error:\n          ", "error: Vi behöver åldern.\n"))

    assert {code: text.sv for code, text in own.questions["born"].errors} == {
        "required": "Vi behöver åldern.",
        "too_late": "Inte än.",
    }
    assert [(code, text.key) for code, text in alone.questions["born"].errors] == [("required", "person.born.error")]
    wrong = read(DEFINITION + born + "too_lat: Inte än.\n").complaints
    assert "`too_late`" in next(c for c in wrong if c.code == "unknown_error").sentence("sv")


def test_a_mistake_in_a_block_is_told_where_it_stands(tmp_path: Path) -> None:
    from_folder(tmp_path, USING)
    (tmp_path / "blocks" / "who.yaml").write_text(BLOCK.replace("type: date", "type: dat"), encoding="utf-8")

    loaded = read_service(tmp_path / "klotterplank.yaml")

    assert loaded.service is None
    assert (str(tmp_path / "blocks" / "who.yaml"), 10) in {(c.file, c.line) for c in loaded.complaints}


def test_a_block_of_another_folder_is_found_and_the_list_of_blocks_is_told(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    own.mkdir(), shared.mkdir()
    from_folder(shared, USING)
    path = own / "klotterplank.yaml"
    path.write_text(with_steps(USING), encoding="utf-8")

    alone, together = read_service(path), read_service(path, [shared])

    assert together.service is not None
    assert [c.code for c in alone.complaints] == ["unknown_block"]
    path.write_text(with_steps(USING.replace("use: who", "use: whom")), encoding="utf-8")
    assert "`who`" in read_service(path, [shared]).complaints[0].sentence("sv")


def test_a_file_with_another_name_than_its_service_is_served_and_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "annan.yaml"
    path.write_text(DEFINITION, encoding="utf-8")

    loaded = read_service(path)

    assert loaded.service is not None
    assert [c.code for c in loaded.complaints] == ["wrong_file_name"]


# ---- the schema ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REAL)
def test_what_the_loader_takes_the_schema_takes(name: str) -> None:
    """Editors complete by the schema: it may not scold what the platform serves."""
    jsonschema.Draft202012Validator(json_schema()).validate(_as_core_yaml(REAL[name].read_text(encoding="utf-8")))


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for old, new in (("label: Namn", "lable: Namn"), ("type: location", "type: locaton"), ("theme: fritid\n", "")):
        assert read(DEFINITION.replace(old, new)).service is None
        assert not validator.is_valid(_as_core_yaml(DEFINITION.replace(old, new)))
    assert validator.is_valid(_as_core_yaml(HEADER + DEFINITION.removeprefix(HEADER)))


def _as_core_yaml(text: str) -> object:
    """As an editor reads it: YAML 1.2, where `no` is a text."""

    class Core(yaml.SafeLoader):
        """Knows numbers and null; what is true or false is added below."""

    found = yaml.SafeLoader.yaml_implicit_resolvers.items()
    Core.yaml_implicit_resolvers = {
        key: [(tag, pattern) for tag, pattern in known if not tag.endswith((":bool", ":timestamp"))]
        for key, known in found
    }
    Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
    return yaml.load(text, Core)
