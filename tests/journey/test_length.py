"""Definitions stay short enough for one person to read and explain, and the figures are told by a command."""

from pathlib import Path

from click.testing import CliRunner

from eservices.cli import main
from eservices.definitions.library import Library
from eservices.definitions.load import definition_files
from eservices.journey.length import lengths, table
from tests.conftest import ROOT

FORMS = ROOT / "forms"


def test_a_typical_service_is_under_two_hundred_lines(library: Library) -> None:
    found = list(lengths(definition_files(FORMS), library.services))

    assert {one.service for one in found} == set(library.services)
    assert sum(one.lines < 200 for one in found) >= len(found) * 3 / 4
    assert max(one.lines for one in found) < 300
    assert all(one.lines_per_question <= 25 for one in found)


def test_blank_lines_and_comments_are_not_counted(tmp_path: Path, library: Library) -> None:
    text = (FORMS / "batplats.yaml").read_text("utf-8")
    padded = tmp_path / "batplats.yaml"
    padded.write_text("# hej\n\n" + text, "utf-8")

    assert list(lengths([padded], library.services)) == list(lengths([FORMS / "batplats.yaml"], library.services))


def test_the_command_prints_a_line_for_each_service_and_the_whole(library: Library) -> None:
    said = CliRunner().invoke(main, ["check", str(FORMS / "batplats.yaml"), "--summary", "--language", "en"])

    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["lines", "batplats", "all"]
    assert list(table([])) == lines[:1]
