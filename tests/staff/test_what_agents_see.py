"""Each service shows agents what its board has allowed, and nothing more: a table over all services, read from the
definition files as they were written."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.settings import Settings
from eservices.submissions import store as submissions
from eservices.web.house import House
from tests.build.handed_in import SERVICES, answers_without_browser
from tests.conftest import ROOT
from tests.staff.conftest import BERTH, Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]

#: Who may read an answer beside the unit, and what is never read out of the house where the work is done.
FOR_AGENTS, MASKED = {"contact_centre", "public"}, {"sensitive", "confidential"}
IN_THE_CALL = {"identity_basis": "known_by_callback", "receipt_by": "none", "consent": "yes"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_agent_reads_what_the_board_has_allowed_and_no_more(
    service: str, signed_in: SignedIn, handed_in: HandedIn, case_of: Callable[[str], Case], house: House
) -> None:
    number, _ = handed_in(service, answers_without_browser(service))
    agent = signed_in(Role.CONTACT_AGENT, name="agent")
    asked = agent.go(f"/contact-centre/cases/{number}")
    assert "Svaren" not in asked.text("main"), "outside a call a reason comes first"

    page = agent.send({"why": "Personen ringer om ärendet"})

    case, told = case_of(number), page.text("main")
    view = yaml.safe_load((ROOT / "forms" / f"{service}.yaml").read_text())["routing"]["contact_centre"]["view"]
    assert case.contact_view == view
    questions = house.library.services[service].questions
    with house.database.read() as tx:
        answers = submissions.of_case(tx, case.id)[0].answers.given
    long_enough = {
        place[0]: str(answer.value)
        for place, answer in answers.items()
        if isinstance(answer.value, str) and len(answer.value) > 5 and questions[place[0]].type.free
    }
    for question_id, value in long_enough.items():
        question = questions[question_id]
        may = view == "full" and question.audience in FOR_AGENTS and question.sensitivity not in MASKED
        shown = " ".join(value.split()) in page.text("section[aria-labelledby=answers]")
        assert shown is may, (question_id, question.audience.value, question.sensitivity.value)
    assert house.library.services[service].routing.unit in house.library.municipality.units
    assert "Meddelanden" not in told


NARROWED = {
    # what is seen of: title, person, that there are answers, what was agreed to, the status
    "full": (True, True, True, True, True),
    "summary": (True, True, True, True, True),
    "existence_only": (True, False, False, False, True),
    "by_reference_only": (False, False, False, False, False),
}


class TestTheFourViews:
    """One case taken down by telephone by a helper with a mandate, seen through each window."""

    @pytest.fixture(params=NARROWED)
    def view(self, request: pytest.FixtureRequest) -> str:
        found: str = request.param
        return found

    @pytest.fixture
    def settings(self, settings: Settings, tmp_path: Path, view: str) -> Settings:
        text = (ROOT / "forms" / "batplats.yaml").read_text()
        folder = tmp_path / "forms"
        folder.mkdir()
        (folder / "inblick.yaml").write_text(
            text.replace("service: batplats", "service: inblick").replace("view: full", f"view: {view}")
        )
        return replace(settings, forms_dirs=(folder, *settings.forms_dirs))

    def test_each_shows_what_it_says(self, view: str, signed_in: SignedIn, case_of: Callable[[str], Case]) -> None:
        agent = signed_in(Role.CONTACT_AGENT, name="one")
        spoken_for: dict[str, Any] = {"speaks_as": "relative", "helper-name": "Inger Sjögren", "mandate": "stated"}
        agent.go("/contact-centre/new?channel=phone&service=inblick").journey({**BERTH, **IN_THE_CALL, **spoken_for})
        number = agent.text("#reference")
        colleague = signed_in(Role.CONTACT_AGENT, name="two")

        page = colleague.go(f"/contact-centre/cases/{number}").send({"why": "Personen ringer om ärendet"})

        title, person, answered, agreed, status = NARROWED[view]
        told = page.text("main")
        assert page.status == 200
        assert ("båtplats" in told.lower()) is title
        assert ("Maj Sjögren" in told) is person
        assert bool(page.page.css("section[aria-labelledby=answers] dt")) is answered
        assert ("Inger Sjögren" in told, "Sa ja till det här" in told) == (agreed, agreed)
        assert bool(page.page.css("#now")) is status
        assert ("SFC-1234" in told) is (view == "full")
        by_name = colleague.go("/contact-centre/?q=Sjögren").text("main table")
        assert (number in by_name) is (view != "by_reference_only")
        assert ("Maj" in by_name) is person
