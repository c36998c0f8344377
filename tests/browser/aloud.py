"""What the browser tells a screen reader of the page before somebody: names, descriptions and states as it works them
out itself, by the accessibility tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selenium.webdriver import Chrome


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one control, and of the group it stands in."""

    id: str
    role: str
    name: str
    description: str
    invalid: bool
    #: the name and the description of the group around it
    group: str
    about_the_group: str

    @property
    def everything(self) -> str:
        """All that is read when somebody comes to it from outside the group."""
        return f"{self.group} {self.about_the_group} {self.name} {self.description}"


def controls(driver: Chrome, within: str = "main form[method=post]:not([data-secondary])") -> list[Told]:
    """Every control in this part of the page that is shown now, as it is told."""
    root = driver.execute_cdp_cmd("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    marked: list[tuple[str, bool]] = driver.execute_script(_MARK, within)
    found = []
    for number, (id_, grouped) in enumerate(marked):
        own = _node(driver, root, f"[data-told='{number}']")
        group = _node(driver, root, f"fieldset:has([data-told='{number}'])", last=True) if grouped else {}
        invalid = {prop["name"]: prop["value"].get("value") for prop in own.get("properties", ())}.get("invalid")
        found.append(
            Told(id_, _said(own, "role"), _said(own, "name"), _said(own, "description"), invalid not in {None, "false"},
                 _said(group, "name"), _said(group, "description"))
        )  # fmt: skip
    return found


_MARK = """return [...document.querySelectorAll(arguments[0] + ' :is(input:not([type=hidden]),select,textarea,button)')]
    .filter(e => e.checkVisibility()).map((e, number) => { e.dataset.told = number; return [e.id, !!e.closest('fieldset')] })"""


def _node(driver: Chrome, root: int, selector: str, *, last: bool = False) -> Mapping[str, Any]:
    """The node of the tree for the element (or the innermost of several), without what is around it."""
    nodes = driver.execute_cdp_cmd("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
    asked = {"nodeId": nodes[-1 if last else 0], "fetchRelatives": False}
    node: Mapping[str, Any] = driver.execute_cdp_cmd("Accessibility.getPartialAXTree", asked)["nodes"][0]
    return node


def _said(node: Mapping[str, Any], what: str) -> str:
    return " ".join(str(node.get(what, {}).get("value", "")).split())
