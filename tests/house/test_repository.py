"""What stands in the repository, and what must not."""

import re
import subprocess

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
    for lock in ("requirements.txt", "requirements-test.txt"):
        lines = (ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()

        assert lines, lock
        assert [line for line in lines if line and not line.startswith("#") and "--hash=sha256:" not in line] == []


def test_running_installs_no_tools_for_testing():
    running = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()}

    assert running & {"pytest", "selenium", "hypothesis", "ruff", "mypy", "axe-selenium-python"} == set()


def test_no_python_knows_a_service_or_its_questions():
    """A new service is a new file in forms/: the package may not know any of them by name."""
    words = re.compile(r"(?<![\w.-])(" + "|".join(sorted(_names_of_services_and_questions())) + r")(?![\w-])")
    quoted = re.compile(r"""["']([a-z][a-z0-9_]*)["']""")
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "eservices").rglob("*.py")
        for name in quoted.findall(path.read_text("utf-8"))
        if words.fullmatch(name)
    ]

    assert found == []


#: Question ids that are also plain words of the model (a party has a name and a phone whoever asks for them).
_WORDS_OF_THE_MODEL = {
    "name", "email", "phone", "address", "personal_number", "message", "contact_preference", "kind", "place", "property",
    "reply", "photo", "object", "action", "interval", "reason", "street", "number", "text", "description", "owner", "size",
    "applicant_kind", "period", "length", "last_day", "location", "child", "school", "what", "why", "area", "start", "until", "from_date", "to_date", "title", "purpose",
}  # fmt: skip


def _names_of_services_and_questions() -> set[str]:
    names: set[str] = set()
    for path in (ROOT / "forms").glob("*.yaml"):
        content = yaml.safe_load(path.read_text("utf-8"))
        if "service" not in content or "steps" not in content:
            continue
        names.add(content["service"])
        for step in content["steps"]:
            questions = (step.get("group") or step).get("questions") or {}
            # An id of one plain word (months, reason) cannot be told from the word.
            names |= {question for question in questions if "_" in question}
    return names - _WORDS_OF_THE_MODEL
