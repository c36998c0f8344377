"""What is looked at before a release: the code by bandit, the dependencies by known faults, and a list of them all.

    python3 .ci/release_check.py [code] [parts] [faults]      without a word: all three

The tools lie in an environment of their own, locked in requirements-release.txt. Exits with 1 when something was found,
and with 2 when the known faults could not be asked for: a check that was not made is not a check that was passed.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-release.txt"
TOOLS = Path(os.environ.get("RELEASE_TOOLS", ROOT / ".venv" / "release"))
PARTS = ROOT / "build" / "sbom.cdx.json"

#: A release whose faults everybody knows: whoever finds none in it has asked nobody.
KNOWN_TO_BE_FAULTY = "jinja2==2.11.2"

FOUND, NOT_CHECKED = 1, 2


def prepare() -> None:
    """The tools as they are locked."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = TOOLS / ".lock"
    if "RELEASE_TOOLS" in os.environ or (stamp.is_file() and stamp.read_text() == digest):
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(TOOLS)], check=True)
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    stamp.write_text(digest)


def code() -> int:
    """What bandit finds beyond what somebody has looked at."""
    accepted: Counter[tuple[str, str]] = Counter()
    for line in (ROOT / ".ci" / "bandit-accepted.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            test, file, many, _why = line.split(" ", 3)
            accepted[test, file] = int(many)
    said = json.loads(_run("bandit", "-q", "-r", "eservices", "-f", "json").stdout)
    if said["errors"]:
        print("code: bandit could not read", said["errors"])
        return FOUND
    left, news = accepted.copy(), []
    for found in said["results"]:
        key = (found["test_id"], found["filename"])
        if left[key]:
            left[key] -= 1
        else:
            news.append(f"{found['filename']}:{found['line_number']}: {found['test_id']} {found['issue_text']}")
    gone = [f"{test} {file}" for (test, file), many in left.items() if many]
    print(*news, sep="\n", end="\n" if news else "")
    print(*(f"no longer there, take it off the list: {each}" for each in gone), sep="\n", end="\n" if gone else "")
    print(f"code: {len(said['results'])} findings looked at before, {len(news)} new")
    return FOUND if news or gone else 0


def parts() -> int:
    """The list of all parts with their digests, as CycloneDX; the same bytes for the same lock."""
    PARTS.parent.mkdir(exist_ok=True)
    made = _run(
        "cyclonedx-py", "requirements", "requirements.txt", "--pyproject", "pyproject.toml", "--output-reproducible",
        "--of", "JSON", "--sv", "1.6", "-o", str(PARTS),
    )  # fmt: skip
    if made.returncode:
        print(made.stderr)
        return FOUND
    listed = {part["name"].lower() for part in json.loads(PARTS.read_text("utf-8"))["components"]}
    locked = {line.split("==")[0].lower() for line in _lines("requirements.txt") if "==" in line}
    missing = sorted(locked - listed)
    print(f"parts: {len(listed)} in {PARTS.relative_to(ROOT)}", *(f"missing: {name}" for name in missing), sep="\n")
    return FOUND if missing else 0


def faults() -> int:
    """Known faults of what is locked; said to be unchecked when a release with known faults is found faultless."""
    control = _audit("-r", "/dev/stdin", "--no-deps", "--disable-pip", given=KNOWN_TO_BE_FAULTY)
    if control is None or not _vulnerable(control):
        print("faults: NOT CHECKED, no advisories could be reached")
        return NOT_CHECKED
    locked = _audit("-r", "requirements.txt", "--require-hashes", "--disable-pip")
    if locked is None:
        print("faults: NOT CHECKED, no advisories could be reached")
        return NOT_CHECKED
    skipped = [str(part["name"]) for part in locked["dependencies"] if "skip_reason" in part]
    if skipped:
        print("faults: NOT CHECKED,", ", ".join(skipped))
    found = _vulnerable(locked)
    print(*found, f"faults: {len(locked['dependencies'])} parts asked for, {len(found)} with known faults", sep="\n")
    return FOUND if found else NOT_CHECKED if skipped else 0


def _audit(*words: str, given: str = "") -> dict[str, list[dict[str, object]]] | None:
    asked = _run("pip-audit", "--progress-spinner", "off", "-f", "json", *words, given=given)
    try:
        said: dict[str, list[dict[str, object]]] = json.loads(asked.stdout)
    except ValueError:
        return None
    return said


def _vulnerable(said: dict[str, list[dict[str, object]]]) -> list[str]:
    return [
        f"{part['name']} {part.get('version')}: {', '.join(fault['id'] for fault in part['vulns'])}"
        for part in said["dependencies"]
        if part.get("vulns")
    ]


def _lines(name: str) -> list[str]:
    return (ROOT / name).read_text("utf-8").splitlines()


def _run(tool: str, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(TOOLS / "bin" / tool), *words]
    return subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    checks = {"code": code, "parts": parts, "faults": faults}
    prepare()
    sys.exit(max(checks[word]() for word in sys.argv[1:] or checks))
