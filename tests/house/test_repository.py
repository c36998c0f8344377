"""What stands in the repository, and what must not."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

#: Written in parts, so that this file does not contain what it looks for.
_FORBIDDEN = {
    "a machine's path": re.compile(r"(^|[\s\"'(=:])/(wo" + r"rk|ro" + r"ot|home)/[a-z]"),
    "a package registry's host": re.compile(r"pypi\.o" + r"rg|python" + r"hosted|registry\.npm" + r"js|npmmir" + "ror"),
    "an index address": re.compile(r"--(extra-)?index" + '-url|"resolved"' + ': *"http'),
    "unfinished work": re.compile(r"\b(TO" + "DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + "Error"),
}


def tracked() -> list[str]:
    """Every text file in the repository."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    return [name for name in listed if name and not name.endswith((".png", ".jpg", ".heic", ".pdf", ".ico", ".woff2"))]


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_the_repository_speaks_of_the_project_alone(what: str):
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in tracked()
        if (ROOT / name).is_file() and name != "LICENSE"
        for number, line in enumerate((ROOT / name).read_text("utf-8", "replace").split("\n"), start=1)
        if _FORBIDDEN[what].search(line)
    ]

    assert not found, f"{what}:\n" + "\n".join(found)


def test_every_dependency_is_locked_with_hashes():
    for lock in ("requirements.txt", "requirements-test.txt", "requirements-release.txt"):
        lines = (ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()

        assert lines, lock
        assert [line for line in lines if line and not line.startswith("#") and "--hash=sha256:" not in line] == []


def test_running_installs_no_tools_for_testing():
    running = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()}

    assert running & {"pytest", "selenium", "hypothesis", "ruff", "mypy", "axe-selenium-python"} == set()


def test_the_package_knows_no_service_and_none_of_its_questions():
    """A new service is a new file in forms/: neither code nor page may know one of them by name."""
    names = _names_of_services_and_questions()
    files = [path for folder in ("eservices", "templates") for path in (ROOT / folder).rglob("*") if _is_read(path)]

    assert len(names) > 100
    assert len(files) > 200
    assert [
        f"{path.relative_to(ROOT)}: {name}" for path in files for name in _known(path.read_text("utf-8"), names)
    ] == []


@pytest.mark.parametrize(
    "planted", ['if service.id == "batplats":', "{% if question == 'boat_type' %}", "answers['guardian_reason']"]
)
def test_a_place_that_knew_one_would_be_found(planted: str):
    assert _known(planted, _names_of_services_and_questions())


#: Ids that are also words of the model: a party has a personal number, a clock a last day, whoever asks for them. The
#: service that `eservices new` begins asks how it may reach people.
_WORDS_OF_THE_MODEL = {"personal_number", "last_day", "contact_preference"}


def _known(text: str, names: set[str]) -> set[str]:
    return names & set(re.findall(r"(?<![\w.-])[a-z][a-z0-9_]+(?![\w-])", text))


def _is_read(path: Path) -> bool:
    return path.suffix in {".py", ".html", ".js", ".css", ".txt", ".svg"}


def _names_of_services_and_questions() -> set[str]:
    names: set[str] = set()
    for path in [*(ROOT / "forms").glob("*.yaml"), *(ROOT / "forms" / "blocks").glob("*.yaml")]:
        content = yaml.safe_load(path.read_text("utf-8"))
        if "tests" in content:
            continue
        names |= {content["service"]} if "service" in content else set()
        for step in content.get("steps", [content]):
            questions = (step.get("group") or step).get("questions") or {}
            # An id of one plain word (months, reason) cannot be told from the word.
            names |= {question for question in questions if "_" in question}
    return names - _WORDS_OF_THE_MODEL
