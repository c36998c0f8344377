"""A whole call for each service the municipality offers, from the telephony's address to the receipt; and the same
person on the web: one record, but for the channel, who wrote it down, and how we know who it is.
"""

from collections.abc import Callable

import pytest

from eservices.cases import store
from eservices.identity.people import Role
from eservices.submissions import store as submissions
from eservices.submissions.model import Submission
from eservices.web.house import House
from tests.bench.robot import Answers
from tests.build.handed_in import SERVICES, answers_without_browser, record_of
from tests.staff.conftest import Person

IN_THE_CALL: Answers = {"channel": "phone", "identity_basis": "stated", "receipt_by": "phone", "consent": "yes"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_gives_the_record_that_the_web_gives(
    service: str, signed_in: Callable[..., Person], a_browser: Callable[[], Person], house: House
) -> None:
    given = answers_without_browser(service)
    agent = signed_in(Role.CONTACT_AGENT, name="agent")

    agent.go(f"/contact-centre/new?channel=phone&caller=0701740605&service={service}")
    by_phone = _handed_in(house, agent.journey({**given, **IN_THE_CALL}, most=80))
    on_the_web = _handed_in(house, a_browser().go(f"/sv/services/{service}").journey(given, most=80))

    assert record_of(by_phone) == record_of(on_the_web)
    assert (by_phone.channel, on_the_web.channel) == ("phone", "web")
    assert (by_phone.entered_by is not None, on_the_web.entered_by) == (True, None)


def test_every_service_that_is_offered_has_somebody_to_ask_for_it(house: House) -> None:
    offered = {one.id for one in house.library.services.values() if one.status in {"active", "pilot"}}

    assert offered - set(SERVICES) == set(), "write what somebody answers, into tests/browser/answers"


def _handed_in(house: House, person: Person) -> Submission:
    number = person.text("#reference")
    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None, f"no receipt at {person.address}: {person.text()[:400]}"
        return submissions.of_case(tx, case.id)[0]
