"""What must hold on every page, whoever reads it: a test that touches a page proves it for that page.

`inspect` says what is wrong in sentences; the client fixture calls it for every HTML answer.
"""

from collections import Counter
from collections.abc import Iterator

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

_LABELLED = {"input", "select", "textarea"}
_NEEDS_NO_LABEL = {"hidden", "submit", "button", "image"}


def inspect(html: str, *, phone: str = "") -> list[str]:
    """Everything on the page that breaks a promise to its readers; an empty list is a good page."""
    return list(_faults(LexborHTMLParser(html), phone))


def _faults(page: LexborHTMLParser, phone: str) -> Iterator[str]:
    root = page.css_first("html")
    if not root.attributes.get("lang"):
        yield "the page does not say which language it is in"
    if root.attributes.get("dir") not in {"ltr", "rtl"}:
        yield "the page does not say its direction"
    title = page.css_first("title")
    if title is None or not title.text(strip=True):
        yield "the page has no title"
    if (count := len(page.css("h1"))) != 1:
        yield f"the page has {count} h1"
    if (count := len(page.css("main"))) != 1:
        yield f"the page has {count} main"
    if phone and phone not in page.text():
        yield "the page does not show how to reach the contact centre"
    primary = [
        form
        for form in page.css("main form")
        if (form.attributes.get("method") or "").lower() == "post" and "data-secondary" not in form.attributes
    ]
    if len(primary) > 1:
        yield f"the page has {len(primary)} primary forms"
    yield from _inline(page)
    yield from _ids(page)
    yield from _controls(page)


def _inline(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("[style]"):
        yield f"<{node.tag}> has an inline style"
    if page.css("style"):
        yield "the page has a style element"
    for node in page.css("script:not([src])"):
        if (node.attributes.get("type") or "") != "application/json":
            yield "the page has an inline script"
    for node in page.css("[onclick],[onsubmit],[onload],[onchange]"):
        yield f"<{node.tag}> has an inline handler"


def _ids(page: LexborHTMLParser) -> Iterator[str]:
    counted = Counter(node.attributes.get("id") for node in page.css("[id]"))
    for found, times in counted.items():
        if times > 1:
            yield f"the id {found} stands {times} times"
    for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for node in page.css(f"[{name}]"):
            for wanted in (node.attributes.get(name) or "").split():
                if wanted not in counted:
                    yield f"{name}={wanted} points at nothing"


def _controls(page: LexborHTMLParser) -> Iterator[str]:
    labels = {label.attributes.get("for") for label in page.css("label[for]")}
    for node in page.css("input,select,textarea"):
        if node.tag in _LABELLED and (node.attributes.get("type") or "text") not in _NEEDS_NO_LABEL:
            named = node.attributes.get("aria-label") or node.attributes.get("aria-labelledby")
            if not named and node.attributes.get("id") not in labels and not _inside(node, "label"):
                yield f"the control {node.attributes.get('name')} has no label"
    for node in page.css("button,a[href]"):
        if not node.text(strip=True) and not node.attributes.get("aria-label"):
            yield f"a {node.tag} has no name: {node.html}"
    for node in page.css("fieldset"):
        if node.css_first("legend") is None:
            yield "a fieldset has no legend"


def _inside(node: LexborNode, tag: str) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == tag:
            return True
        parent = parent.parent
    return False


class InspectingClient(FlaskClient):
    """A test client that looks at every HTML page it is given, and fails with a sentence."""

    phone = ""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        response: TestResponse = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
            faults = inspect(response.get_data(as_text=True), phone=self.phone)
            assert not faults, f"{response.request.method} {response.request.path}: " + "; ".join(faults)
        return response
