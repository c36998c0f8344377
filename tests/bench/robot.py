"""A resident without JavaScript: fills in a service from its start page to its receipt over HTTP, as a browser would.

On each page it takes the first POST form in `<main>` that is not `data-secondary`, fills in the controls it knows an
answer to, presses the first submit button and follows where that leads. A page without such a form is the end.
"""

import http.client
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import psutil
from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Control name -> what to write, or the option(s) to choose; TICK ticks a lone checkbox.
Answers = Mapping[str, str | Sequence[str]]
TICK = "__check__"
_MOST_PAGES = 80
_REDIRECTS = {301, 302, 303, 307, 308}


class Refused(Exception):
    """A page said no: its status and what it said."""


@dataclass
class Visit:
    """One resident's way through: every address with its milliseconds and bytes, and the last page."""

    base: str
    answers: Answers
    language: str = "sv"
    cookies: dict[str, str] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)
    pages: list[tuple[str, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        where = urlsplit(self.base)
        self._origin = f"{where.scheme}://{where.netloc}"
        self._connection = http.client.HTTPConnection(where.hostname or "127.0.0.1", where.port, timeout=30)

    def journey(self, path: str) -> LexborHTMLParser:
        """From the start page at `path` to the page where nothing is left to send. Raises `Refused`."""
        path, page = self.follow("GET", path)
        for _ in range(_MOST_PAGES):
            form = primary_form(page)
            if form is None:
                return page
            target = urljoin(path, form.attributes.get("action") or path)
            path, page = self.follow("POST", target, urlencode(filled(form, self.answers)))
        raise Refused(f"no end after {_MOST_PAGES} pages, last {path}")

    def follow(self, method: str, path: str, body: str | None = None) -> tuple[str, LexborHTMLParser]:
        """Ask, and go where redirects lead; gives the last address and its page."""
        for _ in range(6):
            status, location, content = self.ask(method, path, body)
            if status not in _REDIRECTS:
                break
            where = urlsplit(urljoin(path, location))
            path, method, body = where.path + (f"?{where.query}" if where.query else ""), "GET", None
        page = LexborHTMLParser(content)
        if status != 200:
            said = page.css_first("main [role=alert]") or page.css_first("h1")
            raise Refused(f"{status} at {path}: {said.text(strip=True)[:200] if said else content[:200]!r}")
        return path, page

    def ask(self, method: str, path: str, body: str | None) -> tuple[int, str, bytes]:
        """One request on the kept connection."""
        headers = {"Accept": "text/html", "Accept-Language": self.language}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin,
                        "Sec-Fetch-Site": "same-origin"}  # fmt: skip
        began = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # the server closed an idle connection
            self._connection.close()
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        content = response.read()
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        self.pages.append((method, path, len(content)))
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return response.status, response.getheader("Location") or "", content

    def close(self) -> None:
        self._connection.close()


def primary_form(page: LexborHTMLParser) -> LexborNode | None:
    """The form that goes on: the first POST form in main that is not secondary."""
    for form in page.css("main form"):
        if (form.attributes.get("method") or "get").lower() == "post" and "data-secondary" not in form.attributes:
            return form
    return None


def filled(form: LexborNode, answers: Answers) -> list[tuple[str, str]]:
    """What a browser would send: known answers written in, everything else as the page had it, the first button."""
    sent: list[tuple[str, str]] = []
    for control in form.css("input,select,textarea"):
        name = control.attributes.get("name")
        kind = (control.attributes.get("type") or "text").lower() if control.tag == "input" else control.tag
        if name and kind not in {"submit", "button", "file", "image"} and "disabled" not in control.attributes:
            sent.extend((name, value) for value in _values(control, kind, answers.get(name)))
    button = next((b for b in form.css("button") if (b.attributes.get("type") or "submit") == "submit"), None)
    if button is not None and button.attributes.get("name"):
        sent.append((button.attributes["name"] or "", button.attributes.get("value") or ""))
    return sent


def _values(control: LexborNode, kind: str, answer: str | Sequence[str] | None) -> list[str]:
    wanted = [answer] if isinstance(answer, str) else list(answer or ())
    if kind in {"radio", "checkbox"}:
        value = control.attributes.get("value") or "on"
        chosen = value in wanted or wanted == [TICK] or (not wanted and "checked" in control.attributes)
        return [value] if chosen else []
    if kind == "select":
        options = [option.attributes.get("value") or "" for option in control.css("option")]
        first = [option.attributes.get("value") or "" for option in control.css("option[selected]")] or options[:1]
        return [value for value in wanted if value in options] or first
    if kind == "hidden":
        return [control.attributes.get("value") or ""]
    return wanted[:1] or [control.attributes.get("value") or (control.text() if kind == "textarea" else "")]


@dataclass(frozen=True)
class Figures:
    """What a run of many journeys gave. CPU is the whole process tree of the server's."""

    journeys: int
    errors: tuple[str, ...]
    requests_per_journey: float
    bytes_per_journey: float
    cpu_ms_per_journey: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    journeys_per_second: float


def run(
    url: str, answers: Answers, *, journeys: int, at_once: int = 1, pid: int | None = None, warm: int = 5
) -> Figures:
    """Many residents, `at_once` of them at the same time, after some to warm up. `pid` is the server's master."""
    path = urlsplit(url).path
    for _ in range(warm):
        visit = Visit(url, answers)
        visit.journey(path)
        visit.close()
    left, lock, visits, errors = iter(range(journeys)), threading.Lock(), [], []

    def resident() -> None:
        while True:
            with lock:
                if next(left, None) is None:
                    return
            visit = Visit(url, answers)
            try:
                visit.journey(path)
            except (Refused, OSError, http.client.HTTPException) as error:
                errors.append(repr(error)[:300])
            visit.close()
            visits.append(visit)

    before, began = cpu_seconds(pid), time.perf_counter()
    threads = [threading.Thread(target=resident) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed, cpu = time.perf_counter() - began, cpu_seconds(pid) - before
    times = sorted(one for visit in visits for one in visit.milliseconds)
    return Figures(
        journeys=journeys,
        errors=tuple(errors),
        requests_per_journey=len(times) / journeys,
        bytes_per_journey=sum(size for visit in visits for _, _, size in visit.pages) / journeys,
        cpu_ms_per_journey=cpu * 1000 / journeys,
        p50_ms=_part(times, 0.50),
        p95_ms=_part(times, 0.95),
        p99_ms=_part(times, 0.99),
        journeys_per_second=journeys / elapsed,
    )


def _part(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0


def cpu_seconds(pid: int | None) -> float:
    """User and system time of a process and its children."""
    if pid is None:
        return 0.0
    total = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            spent = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += spent.user + spent.system
    return total


def read_answers(path: Path) -> Answers:
    """The answers of a resident, from a JSON file."""
    answers: Answers = json.loads(path.read_text("utf-8"))
    return answers
