"""The same answers on the web in Swedish, on the web in English, by an agent for a caller, and with a hand-over halfway
give the same record: stored answers, due date, place in the queue and receipt. Over random answers, not one example.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eservices.cases import receipt as receipts
from eservices.cases import store
from eservices.identity.people import Role
from eservices.submissions import store as submissions
from eservices.web.house import House
from tests.bench.robot import primary_form
from tests.staff.conftest import Person

BY_PHONE = {"channel": "phone", "identity_basis": "stated", "receipt_by": "none", "consent": "yes"}

#: What people write: any script, marks and signs; no control characters, which no keyboard makes.
_WRITTEN = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" -'’"), min_size=1, max_size=30
).filter(lambda text: any(sign.isalnum() for sign in text))
_METRES = st.integers(10, 95).map(lambda tenths: f"{tenths // 10},{tenths % 10}")
_HARBOURS = ["skarhamn", "ronnang", "klovedal", "myggenas"]


@st.composite
def _berths(draw: st.DrawFn) -> dict[str, Any]:
    """The answers of somebody who wants a berth, as they type them."""
    boat, preference = (
        draw(st.sampled_from(["motor", "sail", "row", "other"])),
        draw(st.sampled_from(["phone", "letter"])),
    )
    return {
        "name": draw(_WRITTEN),
        "personal_number": draw(st.sampled_from(["19850709-9805", "850113-9995", "19920229 2380", "197010632391"])),
        "contact_preference": preference,
        "phone": "0304-60 10 00",
        "address-street": "Kroksdalsvägen 1",
        "address-postal_code": draw(st.sampled_from(["471 80", "47180"])),
        "address-city": "Skärhamn",
        "boat_type": boat,
        "registration": "SFC-1234",
        "length": draw(_METRES),
        "width": draw(_METRES),
        "draught": draw(st.sampled_from(["", "0,8", "1.2"])),
        "harbours": draw(st.lists(st.sampled_from(_HARBOURS), min_size=1, unique=True)),
        "from_date-day": "1",
        "from_date-month": draw(st.sampled_from(["5", "05"])),
        "from_date-year": "2099",
        "message": draw(st.sampled_from(["", "Gärna nära rampen.\nTack.", "🌊 عربي"])),
        "truthful": "yes",
    }


def _record(house: House, number: str) -> dict[str, Any]:
    """Everything that must not depend on the way the answers came."""
    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        submission = submissions.of_case(tx, case.id)[0]
        receipt = receipts.receipt_of(tx, submission.id).to_json()
    own = {"submission_id", "case_id", "party_id", "number", "code", "word", "channel", "language"}
    return {
        "answers": {place: (answer.value, answer.state) for place, answer in submission.answers.given.items()},
        "dropped": submission.dropped,
        "missing": submission.missing,
        "place in the queue": (case.unit, case.due_at, case.received_on),
        "status": case.status,
        "receipt": {name: told for name, told in receipt.items() if name not in own},
    }


@settings(max_examples=8)
@given(answers=_berths(), pages=st.integers(1, 2))
def test_whatever_the_way_the_record_is_the_same(
    answers: dict[str, Any],
    pages: int,
    signed_in: Callable[..., Person],
    a_browser: Callable[[], Person],
    house: House,
) -> None:
    swedish = a_browser().go("/sv/services/batplats").journey(answers)
    english = a_browser().go("/en/services/batplats").journey(answers)
    agent = signed_in(Role.CONTACT_AGENT, name="agent")
    by_phone = agent.go("/contact-centre/new?channel=phone&service=batplats").journey({**BY_PHONE, **answers})
    records = [_record(house, person.text("#reference")) for person in (swedish, english, by_phone)]

    resident = a_browser().go("/sv/services/batplats")
    for _ in range(pages + 1):
        resident.send(answers)
    code = resident.text("#continue-code")
    agent.go("/contact-centre/new?channel=phone").send(BY_PHONE).send({"code": code}, form="/code")
    proof = primary_form(agent.page)
    if proof is not None and (proof.attributes.get("action") or "").endswith("/code"):
        agent.send(answers)
    agent.journey({**BY_PHONE, **answers})
    records.append(_record(house, agent.text("#reference")))

    assert records[1] == records[0], "English gives the same as Swedish"
    assert records[2] == records[0], "the telephone gives the same as the web"
    assert records[3] == records[0], "a hand-over halfway gives the same as staying"
