"""Documentation that is not true is worse than none: what it lists is compared with what there is."""

from click import Group
from click.testing import CliRunner

from eservices.cli import main
from eservices.settings import described
from tests.conftest import ROOT


def test_every_setting_is_described_for_whoever_runs_it():
    text = (ROOT / "docs" / "running.md").read_text("utf-8")

    missing = [name for name, *_ in described() if f"`{name}`" not in text]

    assert missing == []


def test_every_command_has_help_and_is_named_in_the_documentation():
    text = (ROOT / "docs" / "running.md").read_text("utf-8") + (ROOT / "README.md").read_text("utf-8")
    commands = list(_commands(main, ""))

    for words in commands:
        shown = CliRunner().invoke(main, [*words.split(), "--help"])
        assert shown.exit_code == 0, words
        assert len(shown.output.split("\n")) > 3, f"{words} has no help"
        assert f"eservices {words}" in text, f"eservices {words} is not in the documentation"


def test_every_record_of_a_decision_is_in_the_list():
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")

    assert [
        path.name for path in folder.glob("*.md") if path.name != "README.md" and f"({path.name})" not in listed
    ] == []


def _commands(group: Group, before: str) -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        words = f"{before} {name}".strip()
        found += _commands(command, words) if isinstance(command, Group) else [words]
    return found
