"""Agents take the answers of those who must sign; officers see where each stands."""

from collections.abc import Callable

import pytest

from eservices.calendars import FixedClock
from eservices.cases import signing
from eservices.cases import store as cases
from eservices.cases.model import Case, Party, Status
from eservices.cases.signing import SignatureState
from eservices.identity.people import Role
from eservices.intake.submit import submit
from eservices.submissions import drafts
from eservices.submissions import store as submissions
from eservices.submissions.model import HandedIn
from eservices.values import Channel, IdentityBasis
from eservices.web.house import House
from tests.build.drafts import a_draft
from tests.build.signed import BO, CANARY, EVA, a_shared_service, shared_answers
from tests.staff.conftest import Person


@pytest.fixture
def asked(house: House, clock: FixedClock) -> tuple[Case, dict[str, Party]]:
    """Åsa has handed in, and Bo and Eva have been asked."""
    with house.database.transaction() as tx:
        draft = a_draft(tx, clock, a_shared_service())
        kept = drafts.keep(tx, draft, shared_answers(clock.now(), BO, EVA), now=clock.now())
        submission = submit(tx, kept.id, HandedIn.on_the_web(at=clock.now()), clock)
        case = cases.by_id(tx, submission.case_id)
        assert case is not None
        return case, {party.name: party for party in cases.parties_of(tx, case)}


def test_an_agent_takes_a_yes_by_phone_with_the_code_and_how_it_is_known_who_it_is(
    signed_in: Callable[..., Person], house: House, asked: tuple[Case, dict[str, Party]]
):
    case, parties = asked
    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/sign")

    agent.send({"number": case.number, "code": parties["Bo Ek"].code})
    assert "Bo Ek" in agent.text()
    assert "190 liter" in agent.text()
    assert CANARY not in agent.text()
    assert agent.send({"answer": "yes"}).status == 422
    assert agent.send({"answer": "yes", "basis": "known_by_callback"}).status == 200

    with house.database.read() as tx:
        states = {one.party_id: one for one in signing.of_case(tx, case)}
        said = submissions.get(tx, states[parties["Bo Ek"].id].submission_id or "")
    assert states[parties["Bo Ek"].id].state is SignatureState.CONFIRMED
    assert (said.channel, said.identity_basis) == (Channel.PHONE, IdentityBasis.KNOWN_BY_CALLBACK)
    assert said.entered_by is not None


def test_a_wrong_code_shows_an_agent_nothing(signed_in: Callable[..., Person], asked: tuple[Case, dict[str, Party]]):
    case, parties = asked

    agent = signed_in(Role.CONTACT_AGENT).go("/contact-centre/sign")
    agent.send({"number": case.number, "code": parties["Åsa Öberg"].code})

    assert agent.status == 422
    assert "Åsa" not in agent.text()


def test_one_whose_letter_comes_back_is_given_up_with_the_reason_and_the_officer_reads_it(
    signed_in: Callable[..., Person], house: House, asked: tuple[Case, dict[str, Party]]
):
    case, parties = asked
    agent = signed_in(Role.CONTACT_AGENT)
    page = f"/contact-centre/cases/{case.number}"
    agent.go(page).send({"why": "Brevet till en granne kom tillbaka"})
    assert "Eva Ask : Har inte svarat än" in agent.text()

    for name in ("Eva Ask", "Bo Ek"):
        agent.go(f"{page}/sign/{parties[name].id}")
        agent.send({"answer": "unreachable", "reason": "Brevet kom tillbaka."})
    assert agent.address == page

    with house.database.read() as tx:
        after = cases.by_id(tx, case.id)
    assert after is not None
    assert after.status == Status.RECEIVED
    officer = signed_in(Role.CASE_OFFICER).go(f"/cases/{case.number}")
    assert "Eva Ask : Gick inte att nå" in officer.text()
    assert "Brevet kom tillbaka." in officer.text()


def test_without_a_reason_to_look_the_case_is_asked_for_first(
    signed_in: Callable[..., Person], asked: tuple[Case, dict[str, Party]]
):
    case, parties = asked

    agent = signed_in(Role.CONTACT_AGENT).go(f"/contact-centre/cases/{case.number}/sign/{parties['Bo Ek'].id}")

    assert agent.address == f"/contact-centre/cases/{case.number}"
    assert "Bo Ek" not in agent.text()
