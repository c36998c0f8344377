"""Where the contact centre sees a summary, it tells truly what was asked and filled in, and no answer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eservices.identity.people import Role
from eservices.settings import Settings
from tests.conftest import ROOT
from tests.staff.conftest import WASTE, Person


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """An installation where one service shows the contact centre a summary alone."""
    text = (ROOT / "forms" / "sophamtning.yaml").read_text()
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "sammanfattad.yaml").write_text(
        text.replace("service: sophamtning", "service: sammanfattad").replace("view: full", "view: summary")
    )
    return replace(settings, forms_dirs=(folder, *settings.forms_dirs))


@pytest.fixture
def lines(handed_in: Callable[..., tuple[str, str]], signed_in: Callable[..., Person]) -> dict[str, str]:
    """What an agent reads of a case: label -> what stands beside it, and the headings."""
    number, _ = handed_in("sammanfattad", {**WASTE, "neighbour_agrees": "no", "neighbour_reason": "Vem som betalar"})
    agent = signed_in(Role.CONTACT_AGENT, name="agent")
    agent.go(f"/contact-centre/cases/{number}").send({"why": "Personen ringer om ärendet"})
    assert agent.status == 200
    section = agent.page.css_first("section[aria-labelledby='answers']")
    told = {dt.text(strip=True): dt.parent.css_first("dd").text(strip=True) for dt in section.css("dt")}
    return told | {h3.text(strip=True): "" for h3 in section.css("h3")}


def test_what_was_left_blank_is_not_said_to_be_filled_in(lines: dict[str, str]) -> None:
    assert lines["Grannens namn"] == "Ifyllt. Bara enheten ser svaret."
    assert lines["Grannens telefonnummer"] == "Inget svar"
    assert "Skickas senare" in lines.values()


def test_follow_up_questions_and_items_of_a_group_are_there(lines: dict[str, str]) -> None:
    assert lines["Vad återstår att komma överens om?"] == "Ifyllt. Bara enheten ser svaret."
    assert "Granne 1" in lines


def test_no_answer_is_told(lines: dict[str, str]) -> None:
    told = " ".join([*lines, *lines.values()])
    for answer in ("Inger Hansson", "Bergsvägen", "Vem som betalar", "EXEMPEL STRAND"):
        assert answer not in told
