"""Markup in every field that takes text, of every service and of every act: it is text on every page, PDF and export.

The fields are found on the pages themselves, and the pages on the application's own map, so that a new field or page is
tried without being named here. Where a field refuses the markup, the page that says so has been looked at too.
"""

import json
import re
import subprocess
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from eservices import attachments, cli
from eservices.cases.model import Case
from eservices.commands import at_hand, people
from eservices.identity.people import Role
from eservices.web import pages
from eservices.web.forms import asking
from eservices.web.house import House
from eservices.worker.loop import Worker
from tests.bench.robot import Answers, primary_form
from tests.build.handed_in import SERVICES, answers_without_browser
from tests.pages import InspectingClient
from tests.security.conftest import token_of
from tests.staff.conftest import PASSWORD, Person

SignedIn = Callable[..., Person]
CaseOf = Callable[[str], Case]

#: Out of an attribute, out of an element, a script that runs, a template, and short enough for any field.
MARKUP = "\"'></p><img src=x onerror=alert(1)>{{7919*10007}}"
_SHOWN = "<img src=x onerror=alert(1)>"
_TYPED = {"text", "search", "email", "tel", ""}

BY_LETTER = {
    "contact_preference": "letter", "address-street": "Bergsvägen 4", "address-postal_code": "471 99",
    "address-city": "Exempelby",
}  # fmt: skip

#: Acts after which there is less to see and do: they come last, or end the walk.
_LAST = ("hand-over", "transfer", "decision", "batch", "close", "withdraw", "restrict", "protect")


def leaks(html: str) -> list[str]:
    """Where on a page the markup has become markup."""
    page = LexborHTMLParser(html)
    found = [f"an element: {node.html}" for node in page.css("[onerror], img[src=x]")]
    found += ["a template was run"] if "79245433" in html else []
    found += [f"a link: {node.html}" for node in page.css("[href^='javascript' i]")]
    return found


class Hostile(Person):
    """Somebody who types markup wherever anything can be typed, and looks at each page for it."""

    def __init__(self, client: InspectingClient):
        super().__init__(client)
        self.taken: set[str] = set()
        self.shown = 0

    @classmethod
    def instead_of(cls, person: Person) -> "Hostile":
        """At the same browser, signed in as the person is."""
        return cls(person.client)

    def go(self, address: str) -> "Hostile":
        super().go(address)
        return self

    def _shown(self, response: TestResponse) -> "Hostile":
        super()._shown(response)
        html = response.get_data(as_text=True)
        assert not leaks(html), f"{response.request.path}: {leaks(html)}"
        body = self.page.body
        self.shown += body is not None and _SHOWN in body.text()
        return self

    def fill_in(self, given: Answers) -> "Hostile":
        """The form that goes on, with markup in each text; what is refused is filled in as anybody would."""
        form = primary_form(self.page)
        assert form is not None
        fields = dict.fromkeys(_typed(form), MARKUP)
        self.send({**given, **fields})
        for _ in range(6):
            if self.status != 422:
                self.taken |= set(fields)
                return self
            wrong = [(a.attributes["href"] or "")[1:].split("-")[0] for a in self.page.css(".summary a[href^='#']")]
            fields = {name: MARKUP for name in fields if not any(name.split("-")[0] == each for each in wrong)}
            again = primary_form(self.page)
            assert again is not None
            blank = {name: "" for name in _typed(again) if name not in given}
            self.send({**blank, **given, **fields})
        raise AssertionError(f"{self.address} takes nothing: {self.text('.summary')}")

    def walk(self, given: Answers) -> "Hostile":
        """All pages of a service."""
        for _ in range(80):
            if primary_form(self.page) is None:
                return self
            self.fill_in(given)
            assert self.status == 200, f"{self.status} at {self.address}"
        raise AssertionError(f"no end at {self.address}")


def _typed(form: LexborNode) -> Iterator[str]:
    for node in form.css("textarea[name], input[name]"):
        if node.tag == "textarea" or (node.attributes.get("type") or "").lower() in _TYPED:
            yield node.attributes["name"] or ""


def test_markup_in_every_answer_of_every_service_is_text_on_all_pages_and_in_no_mail(
    a_browser: Callable[[], Person], signed_in: SignedIn, house: House
):
    officer = Hostile.instead_of(signed_in(Role.CASE_OFFICER))
    agent = Hostile.instead_of(signed_in(Role.CONTACT_AGENT))
    taken: dict[str, set[str]] = {}
    numbers = []
    for service in SERVICES:
        resident = Hostile.instead_of(a_browser())
        resident.go(f"/sv/services/{service}").walk(answers_without_browser(service))
        number, code = resident.text("#reference"), resident.text("#case-code")
        taken[service] = resident.taken
        numbers.append(number)
        resident.go("/sv/case").send({"number": number, "code": code})
        assert resident.address == f"/sv/case/{number}"
        for ending in ("", "/message", "/decision", "/answers"):
            officer.go(f"/cases/{number}{ending}")
        sent = {"csrf_token": token_of(agent.client, "/contact-centre/"), "why": "Personen ringde"}
        agent.client.post(f"/contact-centre/cases/{number}/look", data=sent)
        agent.go(f"/contact-centre/cases/{number}")
    for page in ("/cases/", f"/cases/?q={MARKUP}"):
        officer.go(page)
    for page in ("/contact-centre/", f"/contact-centre/?q={MARKUP}"):
        agent.go(page)

    assert all(taken.values()), "each service has a field that takes it"
    assert sum(map(len, taken.values())) > 2 * len(SERVICES)
    assert officer.shown >= len(SERVICES)
    assert agent.shown
    _no_answer_in_any_mail(house, numbers)


def _no_answer_in_any_mail(house: House, numbers: list[str]) -> None:
    Worker(house.settings, house.database, house.library, house.clock).run_once()
    mails = list((house.settings.data_dir / "mail").glob("*.eml"))
    assert mails
    for mail in mails:
        message = message_from_bytes(mail.read_bytes(), policy=policy.default)
        assert not message.defects
        said = "".join(str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text")
        assert "onerror" not in said + str(message["Subject"]) + str(message["To"])
        assert [number for number in numbers if number in said]


def test_markup_in_every_act_is_text_in_the_case_its_paper_and_its_export(
    a_browser: Callable[[], Person], signed_in: SignedIn, house: House, case_of: CaseOf, tmp_path: Path
):
    resident = Hostile.instead_of(a_browser())
    resident.go("/sv/services/batplats").walk({**answers_without_browser("batplats"), **BY_LETTER})
    app = resident.client.application
    number, code = resident.text("#reference"), resident.text("#case-code")
    officer = Hostile.instead_of(signed_in(Role.CASE_OFFICER))
    done = 0
    for ending in _acts(app):
        officer.go(f"/cases/{number}{ending}")
        if officer.status == 200 and primary_form(officer.page) is not None:
            done += _acted(officer)
    assert done >= 6, "so many acts took what was written"
    for ending in _pages(app):
        officer.go(f"/cases/{number}{ending}")
    assert officer.shown > done
    resident.go("/sv/case").send({"number": number, "code": code})
    assert resident.address == f"/sv/case/{number}"
    _on_paper(house, case_of(number))
    _exported(house, case_of(number), tmp_path)


def _acted(officer: Hostile) -> bool:
    """Whether the act was done with markup in all its texts: first, as far as it goes, and confirmed where asked."""
    before = officer.address
    form = primary_form(officer.page)
    assert form is not None
    given = {"password": PASSWORD, "valid_until": "2099-01-01", "date": "2026-12-24"}
    fields = dict.fromkeys(_typed(form), MARKUP)
    officer.send({**_first_choices(form), **fields, **given})
    if officer.status == 200 and officer.address == before and officer.page.css_first("button[value=decide]"):
        officer.send(given)
    return officer.status == 200 and officer.address != before


def _first_choices(form: LexborNode) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for node in form.css("input[type=radio]"):
        chosen.setdefault(node.attributes["name"] or "", node.attributes.get("value") or "")
    return chosen


def _endings(app: Flask, method: str) -> list[str]:
    prefix = "/cases/<casenumber:number>"
    return [
        rule.rule.removeprefix(prefix)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(prefix) and method in (rule.methods or ()) and set(rule.arguments) == {"number"}
    ]


def _pages(app: Flask) -> list[str]:
    return _endings(app, "GET")


def _acts(app: Flask) -> list[str]:
    both = set(_endings(app, "GET")) & set(_endings(app, "POST"))
    return sorted(both, key=lambda ending: (any(late in ending for late in _LAST), ending))


def _on_paper(house: House, case: Case) -> None:
    """What the worker prints, receipt, letters and decision, says it letter by letter."""
    Worker(house.settings, house.database, house.library, house.clock).run_once()
    with house.database.read() as tx:
        papers = [file for file in attachments.of_case(tx, case.id, case.key) if file.media_type == "application/pdf"]
    said = [
        _read(b"".join(attachments.open_for_reading(house.settings.files_dir, paper, case.key))) for paper in papers
    ]
    assert len(said) > 1
    assert sum(_SHOWN.replace(" ", "") in each for each in said) > 1


def _read(pdf: bytes) -> str:
    """The text of a PDF without any space: lines are broken anywhere."""
    assert b"/JavaScript" not in pdf
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", read.stdout.decode())


def _exported(house: House, case: Case, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        for module in (at_hand, people):
            patched.setattr(module, "read_settings", lambda: house.settings)
        ran = CliRunner().invoke(cli.main, ["export-case", case.number, "--out", str(tmp_path / "out")])
    assert ran.exit_code == 0, ran.output
    pdf, packed = (next((tmp_path / "out").glob(f"*.{ending}")) for ending in ("pdf", "zip"))
    assert _SHOWN.replace(" ", "") in _read(pdf.read_bytes())
    with zipfile.ZipFile(packed) as archive:
        assert all(not name.startswith("/") and ".." not in name for name in archive.namelist())
        told = [json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")]
    assert MARKUP in _strings(told)


def _strings(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_strings, value.values()), set())
    if isinstance(value, list):
        return set().union(*map(_strings, value), set())
    return {value} if isinstance(value, str) else set()


def test_a_page_that_forgot_to_escape_would_be_seen(
    app: Flask, a_browser: Callable[[], Person], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app.jinja_env, "bytecode_cache", None)
    monkeypatch.setattr(app.jinja_env, "autoescape", False)
    # What is written so must not be kept for others.
    monkeypatch.setattr(pages, "_standing", pages._standing.__wrapped__)
    monkeypatch.setattr(asking, "_told", OrderedDict())
    resident = Hostile.instead_of(a_browser()).go("/sv/services/batplats")
    with pytest.raises(AssertionError, match="an element"):
        resident.walk(answers_without_browser("batplats"))
