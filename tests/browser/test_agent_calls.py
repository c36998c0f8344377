"""Whole calls by keyboard alone, with an eye on each page: from the telephony's address to the receipt.

What is stored is what the same person gets who uses the web, but for the channel, who wrote it down, and how we know
who it is.
"""

import json
from urllib.parse import urlsplit

import pytest

from eservices.cases import store
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.submissions import store as submissions
from eservices.submissions.model import Submission
from eservices.values import Channel, IdentityBasis
from tests.bench.robot import Visit
from tests.browser.conftest import everything
from tests.browser.inspecting import Inspector
from tests.browser.person import Answers, KeyboardPerson, Person
from tests.build.handed_in import ANSWERS, SERVICES, record_of
from tests.servers import Server, settings_of

#: In the suite three, all by `make access`.
CALLED_ABOUT = SERVICES if everything() else ["batplats", "felanmalan", "synpunkt"]

CALLER = "0701740605"
IN_THE_CALL = {"identity_basis": "known_by_callback", "receipt_by": "phone", "consent": "yes"}


@pytest.mark.parametrize("service", CALLED_ABOUT)
def test_a_call_is_taken_from_the_first_ring_to_the_receipt_by_keyboard_alone(
    person: Person, server: Server, service: str
):
    given: Answers = json.loads((ANSWERS / f"{service}.json").read_text("utf-8"))
    agent = KeyboardPerson(person.driver, server.url)
    agent.go_to("/staff/login")
    agent.through_the_page({"username": "agent", "password": "demo"})
    inspector = Inspector(agent, "sv")

    agent.go_to(f"/contact-centre/new?channel=phone&caller={CALLER}&service={service}")
    seen = [agent.path]
    for _ in range(40):
        inspector.look()
        if agent.path.endswith("/receipt"):
            break
        agent.through_the_page({**given, **IN_THE_CALL})
        seen.append(agent.path)

    by_phone = _handed_in(server, agent.text_of("reference"))
    on_the_web = _on_the_web(server, service, given)
    assert [path.rsplit("/", 1)[1] for path in (seen[0], *seen[-3:])] == ["identity", "closing", "check", "receipt"]
    assert not any(CALLER in path for path in seen), "no address carries the caller's number"
    assert record_of(by_phone) == record_of(on_the_web)
    assert (by_phone.channel, on_the_web.channel) == (Channel.PHONE, Channel.WEB)
    assert (bool(by_phone.entered_by), bool(on_the_web.entered_by)) == (True, False)
    assert by_phone.identity_basis is IdentityBasis.KNOWN_BY_CALLBACK
    inspector.verdict()


def _on_the_web(server: Server, service: str, given: Answers) -> Submission:
    visit = Visit(server.url, given)
    receipt = visit.journey(f"/sv/services/{service}").css_first("#reference")
    visit.close()
    assert receipt is not None
    return _handed_in(server, receipt.text(strip=True))


def _handed_in(server: Server, number: str) -> Submission:
    settings = Settings.from_environment(settings_of(server.log.parent / "data", urlsplit(server.url).port or 0))
    database = Database.of(settings)
    with database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        found = submissions.of_case(tx, case.id)[0]
    database.dispose()
    return found
