"""What is looked at before a release says what it found, and never calls a check passed that was not made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _check(tools: Path, what: str, **scripts: str) -> subprocess.CompletedProcess[str]:
    """One check, with tools that say what a test wants them to say."""
    (tools / "bin").mkdir(parents=True)
    for name, says in scripts.items():
        tool = tools / "bin" / name.replace("_", "-")
        tool.write_text(f"#!{sys.executable}\nimport json, sys\n{says}\n")
        tool.chmod(0o755)
    return subprocess.run(
        [sys.executable, ROOT / ".ci" / "release_check.py", what],
        env={**os.environ, "RELEASE_TOOLS": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )


_PARTS = {"dependencies": [{"name": "flask", "version": "3", "vulns": []}]}
_KNOWN = {"dependencies": [{"name": "jinja2", "version": "2.11.2", "vulns": [{"id": "PYSEC-1"}]}]}
_SKIPPED = {"dependencies": [{"name": "jinja2", "skip_reason": "not found"}]}


@pytest.mark.parametrize(
    ("control", "locked", "status", "said"),
    [
        (_KNOWN, _PARTS, 0, "1 parts asked for, 0 with known faults"),
        (_KNOWN, _KNOWN, 1, "PYSEC-1"),
        (_KNOWN, _SKIPPED, 2, "NOT CHECKED, jinja2"),
        (_SKIPPED, _PARTS, 2, "NOT CHECKED, no advisories"),
        (_PARTS, _PARTS, 2, "NOT CHECKED, no advisories"),
    ],
    ids=["clean", "found", "one skipped", "nothing reached", "said to be clean"],
)
def test_an_audit_that_reached_no_advisories_says_so(
    tmp_path: Path, control: object, locked: object, status: int, said: str
):
    answers = f"print(json.dumps({control!r} if 'stdin' in ' '.join(sys.argv) else {locked!r}))"
    ran = _check(tmp_path, "faults", pip_audit=answers)

    assert said in ran.stdout, ran.stderr
    assert ran.returncode == status


def test_an_audit_that_broke_is_not_one_that_passed(tmp_path: Path):
    assert _check(tmp_path, "faults", pip_audit="sys.exit('no network')").returncode == 2


def test_a_finding_that_nobody_has_looked_at_is_told(tmp_path: Path):
    news = {"test_id": "B602", "filename": "eservices/x.py", "line_number": 3, "issue_text": "a shell"}
    accepted = [
        line.split(" ")[:3]
        for line in (ROOT / ".ci" / "bandit-accepted.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    known = [
        {"test_id": test, "filename": file, "line_number": 1, "issue_text": ""}
        for test, file, many in accepted
        for _ in range(int(many))
    ]
    said = json.dumps({"errors": [], "results": known})
    assert _check(tmp_path / "known", "code", bandit=f"print({said!r})").returncode == 0

    more = json.dumps({"errors": [], "results": [*known, news]})
    ran = _check(tmp_path / "more", "code", bandit=f"print({more!r})")

    assert ran.returncode == 1
    assert "eservices/x.py:3: B602" in ran.stdout
