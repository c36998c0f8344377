"""axe-core, newest engine, injected by axe-selenium-python: every rule of WCAG 2.2 A and AA and of best practice."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from axe_selenium_python import Axe
from selenium.webdriver import Chrome

ENGINE = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
VERSION = "4.14.1"
ALL: Mapping[str, object] = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: All that can differ between two themes of one page: they change colours and nothing else (test_looks.py holds it).
COLOURS: Mapping[str, object] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def violations(driver: Chrome, rules: Mapping[str, object] = ALL) -> list[str]:
    """What axe finds on the page as it is shown now: rule, place and why, a line each."""
    engine = Axe(driver, script_url=str(ENGINE))
    if not driver.execute_script("return !!window.axe"):
        engine.inject()
    results = engine.run(options=json.dumps({"runOnly": rules, "resultTypes": ["violations"]}))
    assert results["testEngine"]["version"] == VERSION, "an old engine misses faults that the new one finds"
    return [
        f"{found['id']}: {node['target']} {node.get('failureSummary', '').splitlines()[-1:]}"
        for found in results["violations"]
        for node in found["nodes"]
    ]


def rules_of(found: Sequence[str]) -> set[str]:
    """The rules that these lines name."""
    return {line.partition(":")[0] for line in found}
