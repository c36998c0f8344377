"""The reference of the form language: its examples are read, and nothing of the language is missing from it."""

import datetime as dt
import re
from pathlib import Path

import pytest

from eservices.definitions import grammar
from eservices.definitions.conditions import OPERATORS
from eservices.definitions.lint import RESERVED
from eservices.definitions.load import read_service
from eservices.definitions.municipality import SHAPE, read_municipality
from eservices.definitions.shape import Key, Keys, Named, Several, Shape
from eservices.journey.checking import check
from eservices.questions.faults import FAULTS
from eservices.questions.files import FILE_KINDS
from eservices.questions.kinds import KINDS
from eservices.questions.numbers import MEASURES

REFERENCE = (Path(__file__).resolve().parent.parent.parent / "docs" / "form-language.md").read_text(encoding="utf-8")
EXAMPLES = [(kind, text) for kind, text in re.findall(r"```yaml (\w+)\n(.*?)```", REFERENCE, re.DOTALL)]
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def example(kind: str) -> str:
    return next(text for name, text in EXAMPLES if name == kind)


DEFINITION = example("definition")
HEADER = DEFINITION[: DEFINITION.index("steps:\n")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "pickup.yaml").write_text(example("block"), encoding="utf-8")
    (tmp_path / "municipality.yaml").write_text(example("municipality"), encoding="utf-8")
    return tmp_path


def whole(kind: str, text: str) -> str:
    """A definition around a piece of one."""
    match kind:
        case "steps":
            return HEADER + text
        case "questions":
            inside = "".join(f"      {line}" if line.strip() else line for line in text.splitlines(keepends=True))
            return f"{HEADER}steps:\n  - step: page\n    title: Sidan\n    questions:\n{inside}"
        case "routing":
            start, end = DEFINITION.index("routing:\n"), DEFINITION.index("steps:\n")
            return DEFINITION[:start] + text + DEFINITION[end:]
        case _:
            return text


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_the_reference_is_read_without_a_complaint(folder: Path, number: int) -> None:
    kind, text = EXAMPLES[number]
    path = folder / "bokvagn.yaml"
    if kind in {"block", "municipality"}:
        assert read_municipality(folder / "municipality.yaml")[1] == ()
        return
    if kind == "tests":
        path.write_text(DEFINITION, encoding="utf-8")
        (folder / "bokvagn.tests.yaml").write_text(text, encoding="utf-8")
    else:
        path.write_text(whole(kind, text), encoding="utf-8")

    report = check([path], NOW)

    unknown = {"unknown_unit"} if kind == "routing" else set()
    assert [c.printed("en") for c in report.complaints if c.code not in unknown] == []
    assert report.tests == (3 if kind == "tests" else 0)


def test_the_reference_names_everything_there_is() -> None:
    named = set(re.findall(r"`([^`\n]+)`", REFERENCE))
    words = {word for name in named for word in re.split(r"[^a-z_0-9-]+", name)} | set(
        re.findall(r"[a-z_][a-z_0-9]*(?=:)", "\n".join(text for _, text in EXAMPLES))
    )
    for where, keys in (("header", grammar.HEADER), ("step", grammar.STEP), ("question", grammar.QUESTION),
                        ("municipality", SHAPE.keys), ("tests", grammar.TESTS.keys), ("block", grammar.BLOCK.keys)):  # fmt: skip
        for key in _all_keys(keys):
            assert key in words, f"{where}: {key}"
    for name, kind in KINDS.items():
        assert f"`{name}`" in REFERENCE
        assert set(kind.settings) <= words, name
    assert set(OPERATORS) <= words
    assert words >= RESERVED
    assert set(grammar.SAMPLES) <= words
    assert set(grammar.PUBLIC_KINDS) <= words


def test_the_first_example_is_a_service_that_works(tmp_path: Path) -> None:
    path = tmp_path / "bokvagn.yaml"
    path.write_text(DEFINITION, encoding="utf-8")

    found = read_service(path).service

    assert found is not None
    assert [step.id for step in found.steps] == ["visit", "person"]


def _all_keys(keys: dict[str, Key] | object) -> set[str]:
    assert isinstance(keys, dict)
    found = set(keys)
    for key in keys.values():
        found |= _keys_of(key.shape)
    return found


def _keys_of(shape: Shape) -> set[str]:
    if isinstance(shape, grammar.Group):
        return _all_keys(dict(grammar.GROUP))
    if isinstance(shape, Keys):
        return _all_keys(dict(shape.keys))
    if isinstance(shape, Named | Several):
        return _keys_of(shape.item)
    return set()


def test_every_code_that_a_test_may_name_is_listed() -> None:
    of_files_sent = {code for code in FAULTS if code.startswith("file_")}  # no test sends a file
    listed = set(re.findall(r"`([a-z_]+)`", REFERENCE))

    assert set(FAULTS) - of_files_sent - {"asked_later", "stopped", "not_declared"} <= listed
    assert set(MEASURES) <= set(re.findall(r"`(\w+)`", REFERENCE))
    assert set(FILE_KINDS) <= listed
