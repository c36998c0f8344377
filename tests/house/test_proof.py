"""The page of proof names instruments that exist, and none is left out."""

import re

from tests.conftest import ROOT

TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}

_COMMAND = re.compile(r"`(?:[A-Z]+=\S+ )*make ([a-z][a-z-]*)|^make ([a-z][a-z-]*)", re.MULTILINE)


def test_every_make_target_that_a_page_names_exists():
    named = {(page, one or other) for page, text in PAGES.items() for one, other in _COMMAND.findall(text)}

    assert {(page, target) for page, target in named if target not in TARGETS} == set()
    assert len(named) > len(TARGETS), "the commands were looked for, and found"


def test_every_make_target_is_told_of():
    told = PAGES["docs/proof.md"] + PAGES["README.md"]

    assert {target for target in TARGETS if f"make {target}" not in told} == set(), (
        "what does it prove, and at what cost?"
    )


def test_every_file_that_the_page_of_proof_names_exists():
    named = set(re.findall(r"`((?:tests|docs|\.ci)/[\w./-]*)", PAGES["docs/proof.md"]))

    assert {place for place in named if not (ROOT / place).exists()} == set()
    assert named
