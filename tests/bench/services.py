"""Folders of definitions to measure with: few or many of them, and a service that asks few or many questions."""

import shutil
from pathlib import Path

from tests.servers import ROOT

_SAMPLE = ROOT / "forms" / "batplats.yaml"
_ON_A_PAGE = 10


def folder_with(folder: Path, count: int) -> Path:
    """`count` definitions; the sample is one of them."""
    folder.mkdir()
    shutil.copytree(ROOT / "forms" / "blocks", folder / "blocks")
    shutil.copy(ROOT / "forms" / "municipality.yaml", folder)
    shutil.copy(_SAMPLE, folder)
    source = _SAMPLE.read_text("utf-8")
    for number in range(count - 1):
        made_up = source.replace("service: batplats", f"service: made_up_{number}", 1)
        (folder / f"made_up_{number}.yaml").write_text(made_up, "utf-8")
    return folder


def folder_asking(folder: Path, *counts: int) -> Path:
    """The services `asking_5`, `asking_200` …: six questions about the applicant, the others ten to a page."""
    folder_with(folder, 1)
    source = _SAMPLE.read_text("utf-8")
    head, rest = source.split("\nsteps:\n", 1)
    tail = rest[rest.index("\nrequirements:") :]
    for count in counts:
        steps = ["\nsteps:", "  - step: applicant", "    use: applicant"]
        for number in range(count - 6):
            if number % _ON_A_PAGE == 0:
                page = number // _ON_A_PAGE + 1
                steps += [f"  - step: page_{page}", f"    title: Sida {page}", "    questions:"]
            steps += [f"      {name(number)}:", f"        label: Fråga {number}", "        type: text"]
            steps += ["        max_length: 40"]
        text = head.replace("service: batplats", f"service: asking_{count}", 1) + "\n".join(steps) + "\n" + tail
        (folder / f"asking_{count}.yaml").write_text(text, "utf-8")
    return folder


def name(number: int) -> str:
    """What the question with this number is called."""
    return f"question_{number}"
