"""Who comes in where: another unit, another case, another role, another code."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eservices import attachments
from eservices.attachments.tables import attachments as files_table
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from tests.security.conftest import token_of
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]

#: Everything that can be asked of a case at its unit: method, the end of the address.
ASKED = [
    ("GET", ""), ("POST", "/look"), ("GET", "/reveal"), ("POST", "/reveal"), ("POST", "/claim"), ("POST", "/release"),
    ("GET", "/note"), ("POST", "/note"), ("GET", "/message"), ("POST", "/message"), ("GET", "/status"),
    ("POST", "/status"), ("GET", "/decision"), ("POST", "/decision"), ("GET", "/close"), ("POST", "/close"),
    ("GET", f"/files/{'0' * 32}"),
]  # fmt: skip
FORM = {"row_version": "1", "why": "nyfiken bara", "body": "x", "subject": "y", "go": "decide", "outcome": "granted"}

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 17 + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def _ask(person: Person, method: str, path: str) -> TestResponse:
    data = {"csrf_token": token_of(person.client, "/staff/account"), **FORM} if method == "POST" else None
    return person.client.open(path, method=method, data=data)


def test_a_case_of_another_unit_is_told_apart_from_no_case_by_nothing(
    signed_in: SignedIn, handed_in: HandedIn, case_of: Callable[[str], Case]
):
    number, _ = handed_in()
    version = case_of(number).row_version
    officer = signed_in(Role.CASE_OFFICER, "some_other_unit")
    for method, ending in ASKED:
        theirs = _ask(officer, method, f"/cases/{number}{ending}")
        nobodys = _ask(officer, method, f"/cases/2026-00000{ending}")
        assert theirs.status_code == nobodys.status_code == 404, f"{method} {ending}"
        assert theirs.get_data(as_text=True) == nobodys.get_data(as_text=True)
    assert case_of(number).row_version == version


@pytest.mark.parametrize("query", ["", "?view=unassigned", "?q=Maj", "?q=19850709-9805", "?service=batplats"])
def test_lists_and_searches_end_at_the_unit(signed_in: SignedIn, handed_in: HandedIn, query: str):
    number, _ = handed_in()
    officer = signed_in(Role.CASE_OFFICER, "some_other_unit").go(f"/cases/{query}")
    assert officer.status == 200
    assert number not in officer.text()
    assert "Maj Sjögren" not in officer.text()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REGISTRAR, Role.ADMIN, Role.CONTACT_AGENT])
def test_only_officers_work_on_cases(signed_in: SignedIn, handed_in: HandedIn, role: Role):
    number, _ = handed_in()
    person = signed_in(role)
    for ending in ("claim", "release", "note", "message", "status", "decision", "close"):
        assert _ask(person, "POST", f"/cases/{number}/{ending}").status_code == 403, ending


def test_a_file_and_a_code_open_their_own_case_and_no_other(
    app: Flask, signed_in: SignedIn, handed_in: HandedIn, house: House, case_of: Callable[[str], Case]
):
    (mine, my_code), (theirs, their_code) = handed_in(), handed_in(name="Bo Annan")
    me, them = app.test_client(), app.test_client()
    for client, number, code in ((me, mine, my_code), (them, theirs, their_code)):
        token = token_of(client, "/sv/case")
        client.post("/sv/case", data={"csrf_token": token, "number": number, "code": code})
        assert client.get(f"/sv/case/{number}").status_code == 200
    sent = {"csrf_token": token_of(me, f"/sv/case/{mine}"), "document": [(io.BytesIO(PNG), "a.png")]}
    assert me.post(f"/sv/case/{mine}/document", data=sent).status_code == 303
    with house.database.transaction() as tx:
        case = case_of(mine)
        file = next(f for f in attachments.of_case(tx, case.id, case.key) if f.question == "document")
        tx.execute(files_table.update().values(state="ready", conversion=None))

    assert me.get(f"/sv/case/{mine}/files/{file.id}").status_code == 200
    assert them.get(f"/sv/case/{theirs}/files/{file.id}").status_code == 404
    assert them.get(f"/sv/case/{mine}/files/{file.id}").status_code == 404
    assert them.get(f"/sv/case/{mine}").headers["Location"] == "/sv/case"
    assert signed_in(Role.CASE_OFFICER).client.get(f"/cases/{theirs}/files/{file.id}").status_code == 404


def test_a_pass_that_somebody_wrote_themselves_opens_nothing(app: Flask, handed_in: HandedIn):
    number, code = handed_in()
    client = app.test_client()
    client.post("/sv/case", data={"csrf_token": token_of(client, "/sv/case"), "number": number, "code": code})
    cookie = client.get_cookie("case")
    assert cookie is not None
    for forged in (cookie.value[:-2] + "AA", cookie.value[2:], "", "x", "ÅÄÖ", cookie.value * 2):
        other = app.test_client()
        other.set_cookie("case", forged)
        assert other.get(f"/sv/case/{number}").status_code == 303, forged[:10]
