"""A resident and an agent press send at the same moment, in one application, on each engine: neither answer is lost."""

import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from eservices.identity.people import Role
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.storage.sealing import KeyRing
from tests.conftest import empty
from tests.staff.conftest import BERTH, Person

ROUNDS = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, settings: Settings, keys: KeyRing, tmp_path: Path) -> Settings:
    """The same house on each engine."""
    if request.param == "sqlite":
        return settings
    url: str = request.getfixturevalue("postgres_url")
    database = Database(url, keys)
    empty(database)
    database.dispose()
    return dataclasses.replace(settings, database_url=url)


def test_two_who_send_at_once_lose_nothing(signed_in: Callable[..., Person], a_browser: Callable[[], Person]) -> None:
    resident, agent = a_browser(), signed_in(Role.CONTACT_AGENT, name="agent")
    resident.go("/sv/services/batplats")
    while not resident.address.endswith("/check"):
        resident.send(BERTH)
    code = resident.text("#continue-code")
    agent.go("/contact-centre/new?channel=phone").send({"identity_basis": "stated"})
    base = agent.address.removesuffix("/choose")
    agent.send({"code": code}, form="/code").send(BERTH)

    for number in range(ROUNDS):
        # Two pages: each keeps what was written on it.
        resident.go("/sv/services/batplats/boat?change")
        agent.go(f"{base}/steps/berth?change")
        _at_once((resident, {"registration": f"SFC-{number}"}), (agent, {"message": f"Hälsning {number}"}))
        assert (resident.status, agent.status) == (200, 200)
        assert _written(resident, "boat", "registration") == f"SFC-{number}"
        assert _written(resident, "berth", "message") == f"Hälsning {number}"
        # One page and one question: one of them is told, and nothing is replaced before that.
        resident.go("/sv/services/batplats/applicant?change")
        agent.go(f"{base}/steps/applicant?change")
        _at_once((resident, {"name": f"Maj {number}"}), (agent, {"name": f"Inga {number}"}))
        assert sorted((resident.status, agent.status)) == [200, 409]
        kept = f"Maj {number}" if resident.status == 200 else f"Inga {number}"
        assert _written(resident, "applicant", "name") == kept


def _at_once(*people: tuple[Person, dict[str, str]]) -> None:
    begin = threading.Barrier(len(people))

    def press(person: Person, answers: dict[str, str]) -> None:
        begin.wait(10)
        person.send(answers)

    threads = [threading.Thread(target=press, args=one) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def _written(resident: Person, step: str, control: str) -> str:
    """What another of the resident's tabs says now."""
    node = Person(resident.client).go(f"/sv/services/batplats/{step}?change").page.css_first(f"[name={control}]")
    assert node is not None
    return (node.attributes.get("value") or node.text()).strip()
