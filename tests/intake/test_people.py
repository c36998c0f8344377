"""Who the case is about, who acts for them, and who gets the news."""

import dataclasses

from eservices import deliveries, journal
from eservices.calendars import FixedClock
from eservices.cases import deciding, following, queue
from eservices.cases import store as cases
from eservices.cases.model import Case, Outcome
from eservices.cases.receipt import receipt_of
from eservices.definitions.model import Required
from eservices.intake.submit import submit
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn, Needs
from eservices.values import ContactMethod, Json
from tests.build.drafts import ASA, a_case, a_draft, a_member_of_staff, acting, all_answers
from tests.build.service import a_question, a_service, a_step, what, who

CHILD = a_step("child", a_question("child_name", prefill="child.name", required=Required.FALSE))
PROXY = a_step(
    "proxy",
    a_question("proxy_name", prefill="representative.name", required=Required.FALSE),
    a_question("proxy_email", "email", prefill="representative.email", required=Required.FALSE),
)


def handed_in(tx: Transaction, clock: FixedClock, changes: dict[str, Json]) -> tuple[Case, str]:
    service = a_service("skjuts", steps=(CHILD, PROXY, who(), what()))
    values = {key: value for key, value in {**ASA, **changes}.items() if key in service.questions}
    draft = drafts.keep(tx, a_draft(tx, clock, service), all_answers(service, values, at=clock.now()), now=clock.now())
    submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)
    case = cases.by_id(tx, submission.case_id)
    assert case is not None
    return case, submission.id


def test_the_guardian_gets_the_news_of_a_childs_case_which_bears_the_childs_name(tx: Transaction, clock: FixedClock):
    case, submission = handed_in(tx, clock, {"child_name": "Li Öberg"})

    guardian, child = cases.parties_of(tx, case)

    assert case.name == "Li Öberg"
    assert (guardian.role, guardian.name, guardian.email) == ("guardian", "Åsa Öberg", "asa.oberg@example.se")
    assert (child.role, child.method) == ("child", ContactMethod.OWN_PAGES)
    assert receipt_of(tx, submission).party_id == guardian.id
    assert receipt_of(tx, submission).about == "Li Öberg"
    assert following.follow(tx, case.number, guardian.code) is not None
    assert following.follow(tx, case.number, child.code) is None
    for name in ("Li Öberg", "Åsa Öberg"):
        assert [row.number for row in queue.find(tx, name)] == [case.number]


def test_a_second_case_of_one_person_is_taken_and_the_officer_told_of_the_first(tx: Transaction, clock: FixedClock):
    steps = (who(personal_number=True), what())
    service = dataclasses.replace(a_service("en", steps=steps), one_case=True)
    numbered: dict[str, Json] = {"personal_number": "19850709-9805"}

    first = a_case(tx, clock, service, changes=numbered)
    second = a_case(tx, clock, service, changes=numbered)

    told = [entry for entry in journal.of_case(tx, second.id, second.key) if entry.kind == "runs_beside"]
    assert [entry.content["numbers"] for entry in told] == [[first.number]]
    assert not any(entry.shared for entry in told)
    assert not any(entry.kind == "runs_beside" for entry in journal.of_case(tx, first.id, first.key))


def test_a_representative_gets_the_news_and_the_case_bears_the_applicants_name(tx: Transaction, clock: FixedClock):
    proxy: dict[str, Json] = {"proxy_name": "Ulf Ek", "proxy_email": "ulf.ek@example.se"}
    case, submission = handed_in(tx, clock, {**proxy, "email": None, "phone": None})

    representative, applicant = (one for one in cases.parties_of(tx, case) if one.role != "child")

    assert case.name == "Åsa Öberg"
    assert (representative.role, representative.email) == ("representative", "ulf.ek@example.se")
    assert (applicant.role, applicant.email) == ("applicant", "")
    assert receipt_of(tx, submission).code == representative.code
    officer = acting(a_member_of_staff(tx, clock))
    deciding.decide(
        tx, case.id, actor=officer, expected=case.row_version, now=clock.now(), outcome=Outcome.GRANTED,
        reasons="Ja.", law="§ 1",
    )  # fmt: skip
    told = {one.party_id for one in deliveries.of_case(tx, case.id)}
    assert told == {representative.id}


def test_what_somebody_says_they_need_is_kept_with_them_beside_what_an_agent_was_told(
    tx: Transaction, clock: FixedClock
):
    wishes = a_question("wishes", "checkboxes", options=("large_print", "relay"), prefill="person.needs")
    service = a_service("tal", steps=(a_step("talk", wishes), who(), what()))
    values: dict[str, Json] = {**ASA, "wishes": ["large_print", "relay"]}
    draft = drafts.keep(tx, a_draft(tx, clock, service), all_answers(service, values, at=clock.now()), now=clock.now())

    handed = dataclasses.replace(HandedIn.on_the_web(at=clock.now()), needs=Needs(slow_pace=True))
    submission = submit(tx, draft.id, handed, clock)

    [party] = cases.parties_of(tx, cases.by_id(tx, submission.case_id) or a_case(tx, clock))
    assert party.needs == Needs(large_print=True, slow_pace=True, other="Relay")
