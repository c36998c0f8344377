"""The author's guide: every example in it works, and editors are given the language as it is."""

import datetime as dt
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from eservices.definitions.load import definition_files
from eservices.definitions.model import Service
from eservices.definitions.schema import json_schema
from eservices.journey.checking import check
from tests.build.definition import DEFINITION as ANY

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = (ROOT / "docs" / "authors-guide.md").read_text(encoding="utf-8")
UNTHOUGHT = (ROOT / "docs" / "a-service-nobody-has-thought-of.md").read_text(encoding="utf-8")
EXAMPLES = [(kind, text) for kind, text in re.findall(r"```yaml (\w+)\n(.*?)```", GUIDE + UNTHOUGHT, re.DOTALL)]
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def example(kind: str) -> str:
    return next(text for name, text in EXAMPLES if name == kind)


def whole(kind: str, text: str) -> str:
    """The definition of the guide with a piece of the guide in it."""
    service = example("definition")
    if kind == "steps":
        return service[: service.index("steps:\n")] + text
    if kind == "questions":
        inside = "".join(f"      {line}" if line.strip() else line for line in text.splitlines(keepends=True))
        return service.replace(
            "  - step: person\n", f"  - step: more\n    title: Mer\n    questions:\n{inside}\n  - step: person\n"
        )
    return service


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_the_guide_works(tmp_path: Path, number: int) -> None:
    kind, text = EXAMPLES[number]
    (tmp_path / "municipality.yaml").write_text(example("municipality"), encoding="utf-8")
    (tmp_path / "lana_slap.yaml").write_text(whole(kind, text), encoding="utf-8")
    if kind in {"tests", "definition"}:
        tests = text if kind == "tests" else example("tests")
        (tmp_path / "lana_slap.tests.yaml").write_text(tests, encoding="utf-8")

    report = check([tmp_path], NOW)

    assert report.lines() == []
    assert report.tests == (tests.count("- name:") if kind in {"tests", "definition"} else 0)


def test_the_guide_ends_with_a_service_that_may_be_published(tmp_path: Path) -> None:
    (tmp_path / "municipality.yaml").write_text(example("municipality"), encoding="utf-8")
    (tmp_path / "lana_slap.yaml").write_text(example("definition"), encoding="utf-8")
    (tmp_path / "lana_slap.tests.yaml").write_text(example("tests"), encoding="utf-8")

    report = check([tmp_path], NOW, publish=True)

    assert not report.failed, report.lines()
    assert {complaint.code for complaint in report.complaints} <= {"spoken_by_itself", "not_for_publishing"}


def test_every_unseen_service_has_its_line_about_what_the_language_learned() -> None:
    unseen = definition_files(ROOT / "tests" / "definitions" / "unseen")
    learned = UNTHOUGHT.partition("## Vad språket har lärt sig")[2]

    assert learned.count("\n| ") == len(unseen) + 1  # and a heading


def test_editors_are_given_the_language_as_it_is() -> None:
    kept = json.loads((ROOT / "docs" / "form-language.schema.json").read_text(encoding="utf-8"))
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))

    assert kept == json_schema(), "run: eservices schema > docs/form-language.schema.json"
    assert [ROOT / path for path in settings["yaml.schemas"]] == [ROOT / "docs" / "form-language.schema.json"]


@pytest.mark.parametrize(
    "path", definition_files(ROOT / "tests" / "definitions" / "unseen"), ids=lambda path: path.stem
)
def test_an_editor_underlines_nothing_that_is_right(path: Path) -> None:
    class Plain(yaml.SafeLoader):
        """Days and yes stay texts, as the form language has it."""

    Plain.yaml_implicit_resolvers = {
        sign: [(tag, exp) for tag, exp in found if tag not in {"tag:yaml.org,2002:timestamp"}]
        for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    wrong = list(jsonschema.Draft202012Validator(json_schema()).iter_errors(yaml.load(path.read_text(), Plain)))

    assert [error.json_path for error in wrong] == []


def test_what_is_missing_is_named_exactly(tmp_path: Path) -> None:
    def no_paper(service: Service, language: str) -> str:
        return f"{service.id} {language}: det finns ingen skrivare"

    untried = "        when:\n          name: Bo\n"
    (tmp_path / "klotterplank.yaml").write_text(
        f"{ANY}      fee:\n        label: Avgift\n        type: money\n{untried}", "utf-8"
    )
    (tmp_path / "klotterplank.tests.yaml").write_text(
        "service: klotterplank\ntests:\n  - name: Åsa\n    answers: {name: Åsa}\n    expect: {errors: {}}\n", "utf-8"
    )

    report = check([tmp_path / "klotterplank.yaml"], NOW, publish=True, paper_form=no_paper)
    thought = check([tmp_path / "klotterplank.yaml"], NOW, coverage=True)

    told = [complaint.sentence("sv") for complaint in report.complaints if complaint.severity == "error"]
    assert "Inget prov når frågan `fee`." in told
    assert any("ingen skrivare" in sentence for sentence in told)
    assert report.failed
    assert not thought.failed
    assert [c.sentence("sv") for c in thought.complaints if c.code == "not_reached"][-1:] == [
        "Inget prov når frågan `fee`."
    ]
