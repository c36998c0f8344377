"""Whoever carries the disk away carries nothing that can be read."""

from collections.abc import Callable
from pathlib import Path

from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from tests.security.conftest import token_of
from tests.staff.conftest import Person


def test_nothing_that_a_person_said_lies_readable_in_database_or_files(
    signed_in: Callable[..., Person],
    handed_in: Callable[..., tuple[str, str]],
    house: House,
    case_of: Callable[[str], Case],
    tmp_path: Path,
):
    number, code = handed_in(name="Kanarie Kanariesson", message="kanariefågeln sjunger")
    officer, agent = signed_in(Role.CASE_OFFICER).client, signed_in(Role.CONTACT_AGENT).client
    sent = {"csrf_token": token_of(officer, "/staff/account"), "row_version": str(case_of(number).row_version)}
    officer.post(f"/cases/{number}/note", data={**sent, "body": "kanarienotering"})
    officer.post(f"/cases/{number}/message", data={**sent, "subject": "kanarieämne", "body": "kanariebrev"})
    officer.get("/cases/?q=Kanariesson")
    agent.get("/contact-centre/new?channel=phone&caller=0304601000")
    agent.post(
        f"/contact-centre/cases/{number}/look",
        data={"csrf_token": token_of(agent, "/contact-centre/"), "why": "kanarieskäl"},
    )
    house.database.dispose()
    lying = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert number.encode() in lying, "the case was not written where we look"
    for word in ("kanarie", "19850709", "0304601000", "0304-60 10 00", code, code.replace("-", "")):
        for written in (word, word.title(), word.upper()):
            assert written.encode() not in lying, word
