"""What people write is text wherever it is shown: no page, no header, no direction of reading is theirs to change."""

import io
from collections.abc import Callable, Iterator
from urllib.parse import quote

from flask import Flask
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import select

from eservices import attachments
from eservices.attachments.tables import attachments as files_table
from eservices.cases.model import Case
from eservices.deliveries import deliveries
from eservices.identity.people import Role
from eservices.web.house import House
from tests.security.conftest import token_of
from tests.security.test_doors import PNG
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]

HOSTILE = "\"'></textarea></script><img src=x onerror=alert(1)>{{7919*10007}}{0}%s&lt;b&gt;javascript:alert(1)"
TURNED = "\u202ebaklänges"


def _pages(
    app: Flask, signed_in: SignedIn, house: House, followed: tuple[str, str], q: str
) -> Iterator[tuple[str, str]]:
    """Every page on which words of residents or of staff about this case are shown."""
    number, code = followed
    officer, agent, resident = signed_in(Role.CASE_OFFICER), signed_in(Role.CONTACT_AGENT), app.test_client()
    for ending in ("", "/message", "/note", "/status", "/decision", "/close", "/reveal"):
        yield _page(officer.client, f"/cases/{number}{ending}")
    yield _page(officer.client, "/cases/")
    yield _page(officer.client, f"/cases/?q={quote(q)}")
    agent.client.post(
        f"/contact-centre/cases/{number}/look",
        data={"csrf_token": token_of(agent.client, "/contact-centre/"), "why": "Personen ringde"},
    )
    with house.database.read() as tx:
        tasks = list(tx.execute(select(deliveries.c.id).where(deliveries.c.needs_person)).scalars())
    assert tasks, "somebody who wants to be called makes a task"
    for path in ("", "?view=incoming", f"?q={quote(q)}", f"cases/{number}", *(f"deliveries/{task}" for task in tasks)):
        yield _page(agent.client, f"/contact-centre/{path}")
    resident.post("/sv/case", data={"csrf_token": token_of(resident, "/sv/case"), "number": number, "code": code})
    yield _page(resident, f"/sv/case/{number}")


def _page(client, path: str) -> tuple[str, str]:
    response = client.get(path)
    assert response.status_code == 200, path
    return path, response.get_data(as_text=True)


def _write_about(signed_in: SignedIn, case: Case, text: str) -> None:
    """An officer notes and writes the same to the applicant."""
    officer = signed_in(Role.CASE_OFFICER).client
    token = token_of(officer, "/staff/account")
    for act, fields in (("note", {"body": text}), ("message", {"body": text, "subject": text[:60]})):
        sent = {"csrf_token": token, "row_version": str(case.row_version), **fields}
        assert officer.post(f"/cases/{case.number}/{act}", data=sent).status_code == 303


def test_what_somebody_writes_is_never_markup(
    app: Flask, signed_in: SignedIn, handed_in: HandedIn, house: House, case_of: Callable[[str], Case]
):
    number, code = handed_in(name=HOSTILE[:110], message=HOSTILE)
    _write_about(signed_in, case_of(number), HOSTILE)
    shown = 0
    for path, html in _pages(app, signed_in, house, (number, code), HOSTILE):
        page = LexborHTMLParser(html)
        assert not page.css("[onerror], img[src=x]"), path
        assert "79245433" not in html, path
        assert not [a for a in page.css("[href]") if (a.attributes["href"] or "").startswith("javascript")], path
        shown += "onerror=alert(1)" in (page.body.text() if page.body else "")
    assert shown >= 8, "the text must have been shown, or nothing was tried"


def test_a_turned_direction_of_reading_ends_with_the_words_that_turned_it(
    app: Flask, signed_in: SignedIn, handed_in: HandedIn, house: House, case_of: Callable[[str], Case]
):
    """Answers lose such signs when they are read; what staff write, and what was stored before, is fenced in."""
    number, code = handed_in(message=TURNED)
    _write_about(signed_in, case_of(number), TURNED)
    for path, html in _pages(app, signed_in, house, (number, code), "Maj"):
        for node in LexborHTMLParser(html).css("body *"):
            if "\u202e" in _own_text(node):
                assert _is_fenced(node), f"<{node.tag}> on {path}"


def _own_text(node: LexborNode) -> str:
    return "".join(child.text_content or "" for child in node.iter(include_text=True) if child.tag == "-text")


def _is_fenced(node: LexborNode | None) -> bool:
    while node is not None:
        if node.tag in {"bdi", "textarea"} or node.attributes.get("dir") == "auto":
            return True
        node = node.parent
    return False


def test_the_fence_would_be_missed_where_it_is_not():
    bare = LexborHTMLParser(f"<body><p>{TURNED}</p><bdi>{TURNED}</bdi></body>")
    found = [node.tag for node in bare.css("body *") if "\u202e" in _own_text(node) and not _is_fenced(node)]
    assert found == ["p"]


def test_a_file_is_saved_under_a_harmless_name_and_never_runs_with_our_pages(
    app: Flask, signed_in: SignedIn, handed_in: HandedIn, house: House, case_of: Callable[[str], Case]
):
    number, code = handed_in()
    resident = app.test_client()
    token = token_of(resident, "/sv/case")
    resident.post("/sv/case", data={"csrf_token": token, "number": number, "code": code})
    names = [
        'a"\r\nX-Evil: 1.png',
        "<svg onload=alert(1)>.png",
        "\u202egnp.exe.png",
        "../../../../etc/passwd.png",
        'å";filename=x.html;.png',
        "con:|?*.png",
    ]
    for number_of, name in enumerate(names):
        sent = {"csrf_token": token, "document": [(io.BytesIO(PNG + bytes([number_of])), name)]}
        assert resident.post(f"/sv/case/{number}/document", data=sent).status_code == 303
    case = case_of(number)
    with house.database.transaction() as tx:
        tx.execute(files_table.update().values(state="ready", conversion=None))
        kept = [f for f in attachments.of_case(tx, case.id, case.key) if f.question == "document"]
    assert len(kept) == len(names)
    officer = signed_in(Role.CASE_OFFICER).client
    for file in kept:
        assert not set(file.name) & set("/\\\r\n\u202e")
        for client, path in ((officer, "/cases/"), (resident, "/sv/case/")):
            answer = client.get(f"{path}{number}/files/{file.id}")
            said = answer.headers["Content-Disposition"]
            assert answer.status_code == 200
            assert said.startswith("attachment;")
            assert "\r" not in said
            assert "\n" not in said
            assert "X-Evil" not in answer.headers
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.mimetype == "image/png"
