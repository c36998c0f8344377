"""axe-core, newest engine, injected by axe-selenium-python: every rule of WCAG 2.2 A and AA and of best practice."""

import json
from pathlib import Path

from axe_selenium_python import Axe
from selenium.webdriver import Chrome

ENGINE = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
VERSION = "4.14.1"
_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


def violations(driver: Chrome) -> list[str]:
    """What axe finds on the page as it is shown now: rule, place and why, a line each."""
    engine = Axe(driver, script_url=str(ENGINE))
    engine.inject()
    results = engine.run(options=json.dumps(_OPTIONS))
    assert results["testEngine"]["version"] == VERSION, "an old engine misses faults that the new one finds"
    return [
        f"{found['id']}: {node['target']} {node.get('failureSummary', '').splitlines()[-1:]}"
        for found in results["violations"]
        for node in found["nodes"]
    ]
