"""A resident at a browser without JavaScript, over the test client: reads a page, fills it in, presses, follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from tests.bench.robot import filled, primary_form

ANSWERS = Path(__file__).resolve().parent.parent / "browser" / "answers"
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass
class Person:
    """What a person does, named by what it is; each act gives the page one lands on."""

    client: FlaskClient
    path: str = "/"
    status: int = 0
    page: LexborHTMLParser = field(default_factory=lambda: LexborHTMLParser(""))
    visited: list[str] = field(default_factory=list)

    def go(self, path: str) -> "Person":
        """Open an address."""
        return self._follow(self.client.get(path), path)

    def press(
        self, answers: Mapping[str, str | Sequence[str]] | None = None, *, button: tuple[str, str] | None = None
    ) -> "Person":
        """Fill in the page's primary form and press its first button, or the named one."""
        form = self.form
        sent = filled(form, answers or {})
        return self.send([*sent, *([button] if button else [])])

    def press_secondary(self, number: int = 0, answers: Mapping[str, str] | None = None) -> "Person":
        """Press one of the page's secondary forms."""
        form = self.page.css("main form[data-secondary]")[number]
        return self.send(filled(form, answers or {}), urljoin(self.path, form.attributes.get("action") or self.path))

    def send(self, fields: Sequence[tuple[str, str]] | Mapping[str, str], path: str | None = None) -> "Person":
        """Post these fields as a form."""
        target = path or urljoin(self.path, self._action())
        response = self.client.post(target, data=urlencode(fields), content_type="application/x-www-form-urlencoded")
        return self._follow(response, target)

    def journey(self, service: str, answers: Mapping[str, str | Sequence[str]], language: str = "sv") -> "Person":
        """From the start page to the page where nothing is left to send."""
        self.go(f"/{language}/services/{service}")
        for _ in range(60):
            if primary_form(self.page) is None:
                return self
            self.press(answers)
            assert self.status == 200, f"{self.status} at {self.path}: {self.errors}"
        raise AssertionError(f"no end: {self.visited[-5:]}")

    def until(
        self, ending: str, service: str, answers: Mapping[str, str | Sequence[str]], language: str = "sv"
    ) -> "Person":
        """From the start page to the page whose address ends like that."""
        self.go(f"/{language}/services/{service}")
        for _ in range(60):
            if urlsplit(self.path).path.endswith(ending):
                return self
            self.press(answers)
            assert self.status == 200, f"{self.status} at {self.path}: {self.errors}"
        raise AssertionError(f"never came to {ending}: {self.visited[-5:]}")

    @property
    def form(self) -> LexborNode:
        form = primary_form(self.page)
        assert form is not None, f"{self.path} has nothing to send"
        return form

    @property
    def token(self) -> str:
        return self.page.css_first("main input[name=csrf_token]").attributes["value"] or ""

    @property
    def heading(self) -> str:
        return self.page.css_first("h1").text(strip=True)

    @property
    def errors(self) -> list[str]:
        return [link.text(strip=True) for link in self.page.css("main [role=alert] a")]

    @property
    def text(self) -> str:
        return " ".join(self.page.css_first("body").text(separator=" ").split())

    def read(self, element: str) -> str:
        """The text of the element with this id."""
        found = self.page.css_first(f"#{element}")
        return found.text(strip=True) if found is not None else ""

    def value(self, control: str) -> str:
        """What stands in a control."""
        node = self.page.css_first(f"[name='{control}']")
        assert node is not None, f"{self.path} has no {control}"
        return (node.text() if node.tag == "textarea" else node.attributes.get("value")) or ""

    def chosen(self, control: str) -> list[str]:
        """Which choices are ticked."""
        return [n.attributes.get("value") or "" for n in self.page.css(f"[name='{control}'][checked]")]

    def _action(self) -> str:
        form = primary_form(self.page)
        return (form.attributes.get("action") if form is not None else None) or self.path

    def _follow(self, response: TestResponse, path: str) -> "Person":
        for _ in range(6):
            self.visited.append(path)
            if response.status_code not in _REDIRECTS:
                break
            path = urljoin(path, response.headers["Location"])
            response = self.client.get(path)
        self.path, self.status = path, response.status_code
        self.page = LexborHTMLParser(response.get_data())
        return self
