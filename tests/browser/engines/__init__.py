"""What looks at a page beside axe: IBM's engine, the Nu Html Checker and a virtual screen reader.

They are large and slow, so `make access` installs and runs them, and the suite does not.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from selenium.webdriver import Chrome

_MODULES = Path(__file__).resolve().parent / "node_modules"
_IBM = _MODULES / "accessibility-checker-engine" / "ace.js"
_NU = _MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
_PACKAGES = {"ibm": "accessibility-checker-engine", "nu": "vnu-jar", "reader": "@guidepup/virtual-screen-reader"}
_READER = _MODULES / "@guidepup" / "virtual-screen-reader" / "lib" / "esm" / "index.browser.js"

#: What IBM's engine calls a fault and we do not: the rule, the piece of the page, and why.
_NO_FAULTS = {
    ("aria_content_in_landmark", 'class="skip"'): "the link past the header stands before all landmarks, as it should",
    (
        "element_tabbable_role_valid",
        'class="scroll"',
    ): "what scrolls must be reached by keyboard, says axe, and so do we",
}

#: It takes text for screen readers alone, and what lies folded, for hidden: here both are shown.
_CHECK = """const done = arguments[0];
document.querySelectorAll('details').forEach(folded => { folded.open = true });
document.querySelectorAll('.sr').forEach(spoken => spoken.classList.remove('sr'));
new window.ace.Checker().check(document, ['WCAG_2_2']).then(report => done(report.results
  .filter(found => found.value[1] === 'FAIL')
  .map(found => [found.ruleId, found.path.dom, found.message, found.snippet])), wrong => done([['engine', '', String(wrong), '']]))"""

_READ = """const done = arguments[0];
(async () => {
  const reader = window.eservicesReader;
  await reader.start({container: document.body});
  for (let step = 0; step < 3000 && (await reader.lastSpokenPhrase()) !== 'end of document'; step++) await reader.next();
  const said = await reader.spokenPhraseLog();
  await reader.stop();
  return said;
})().then(done, wrong => done(['failed: ' + wrong]))"""


def missing() -> str:
    """Why the engines cannot be run here, or nothing."""
    if not all(path.exists() for path in (_IBM, _NU, _READER)):
        return "the engines are installed by `make access`"
    return "" if shutil.which("java") else "there is no Java on this machine"


def versions() -> Mapping[str, str]:
    """Which release of each engine is here."""
    told = {name: _MODULES / package / "package.json" for name, package in _PACKAGES.items()}
    return {name: json.loads(path.read_text("utf-8"))["version"] for name, path in told.items() if path.exists()}


def ibm(driver: Chrome) -> list[str]:
    """What IBM's engine finds against WCAG 2.2 A and AA on the page as it is shown now; what it only wonders about is
    for people to judge."""
    driver.execute_script(_ibm())
    found = driver.execute_async_script(_CHECK)
    return [
        f"{rule}: {place} {message} {snippet}"
        for rule, place, message, snippet in found
        if not any(rule == known and piece in snippet for known, piece in _NO_FAULTS)
    ]


def nu(pages: Mapping[str, str], folder: Path) -> list[str]:
    """What the Nu Html Checker finds in these pages, by their names."""
    names, folder = {}, folder / "pages"
    folder.mkdir()
    for number, (name, html) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(html, "utf-8")
        names[path.name] = name
    done = subprocess.run(
        [
            "java",
            "-Xss8m",
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-jar",
            str(_NU),
            "--format",
            "json",
            "--exit-zero-always",
            str(folder),
        ],
        capture_output=True,
        text=True,
        timeout=1200,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        check=True,
    )
    return [
        f"{names[message['url'].rpartition('/')[2]]}: {message['message']} {message.get('extract', '')!r}"
        for message in json.loads(done.stderr)["messages"]
        if message["type"] == "error" or message.get("subType") == "warning"
    ]


def spoken(driver: Chrome) -> list[str]:
    """What a screen reader says of the page as it is shown now, from its top to its end, a phrase each."""
    driver.execute_script(_reader())
    said: list[str] = driver.execute_async_script(_READ)
    assert said[-1] == "end of document", said[-3:]
    return said


@cache
def _ibm() -> str:
    return f"if (!window.ace) {{ {_IBM.read_text('utf-8')}; window.ace = ace }}"


@cache
def _reader() -> str:
    """The screen reader as a plain script: our pages allow no others from outside."""
    code = re.sub(
        r"export\{[\w$]+ as Virtual,([\w$]+) as virtual\}",
        lambda found: f"window.eservicesReader = {found[1]};",
        _READER.read_text("utf-8"),
    )
    return f"if (!window.eservicesReader) (() => {{ {code}\n}})()"
