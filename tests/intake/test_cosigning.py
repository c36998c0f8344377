"""Those who must sign too: asked at once, shown only their part, free to say no, and never waited for in vain."""

import datetime as dt

from eservices import deliveries, journal
from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, following, signing
from eservices.cases import store as cases
from eservices.cases.model import Case, ClockKind, Outcome, Party, Public, Status
from eservices.cases.signing import Signature, SignatureState
from eservices.identity.people import Actor
from eservices.intake import cosigning
from eservices.intake.submit import submit
from eservices.storage.database import Transaction
from eservices.submissions import drafts, store
from eservices.submissions.model import HandedIn, Submission, SubmissionKind
from eservices.values import ContactMethod, IdentityBasis, Json
from tests.build.drafts import a_draft, a_member_of_staff, acting
from tests.build.signed import BO, EVA, IDA, a_shared_service, shared_answers


def handed_in(tx: Transaction, clock: FixedClock, *neighbours: dict[str, Json]) -> Submission:
    draft = a_draft(tx, clock, a_shared_service())
    kept = drafts.keep(tx, draft, shared_answers(clock.now(), *neighbours), now=clock.now())
    return submit(tx, kept.id, HandedIn.on_the_web(at=clock.now()), clock)


def the_case(tx: Transaction, submission: Submission) -> Case:
    case = cases.by_id(tx, submission.case_id)
    assert case is not None
    return case


def party(tx: Transaction, case: Case, name: str) -> Party:
    return next(one for one in cases.parties_of(tx, case) if one.name == name)


def says(tx: Transaction, case: Case, name: str, clock: FixedClock, *, yes: bool = True, why: str = "") -> Signature:
    return cosigning.answer(
        tx,
        case.id,
        party(tx, case, name).id,
        confirmed=yes,
        reason=why,
        actor=Actor.resident(),
        identity=IdentityBasis.STATED,
        language="sv",
        now=clock.now(),
    )


def test_the_case_starts_at_the_first_submit_and_waits_for_those_who_must_sign(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, BO, EVA, IDA))

    assert (case.status, case.public_status) == (Status.AWAITING_SIGNATURES, Public.AWAITING_SIGNATURE)
    assert case.received_at == clock.now()
    assert cases.parties_of(tx, case)[0].name == "Åsa Öberg"
    asked = signing.of_case(tx, case)
    assert [(one.state, one.item) for one in asked] == [(SignatureState.ASKED, 1), (SignatureState.ASKED, 2)]
    sent = {one.party_id: one.method for one in deliveries.of_case(tx, case.id) if one.kind == "signature"}
    assert sent == {
        party(tx, case, "Bo Ek").id: ContactMethod.EMAIL,
        party(tx, case, "Eva Ask").id: ContactMethod.LETTER,
    }
    assert len({one.code for one in cases.parties_of(tx, case)}) == 3


def test_the_promised_time_stands_still_meanwhile_and_the_legal_one_does_not(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, BO))
    promised = case.due_at
    clock.move(dt.timedelta(days=5))

    says(tx, case, "Bo Ek", clock)

    after = cases.lock(tx, case.id)
    clocks = {one.kind: one for one in cases.clocks_of(tx, after)}
    assert after.due_at > promised
    assert clocks[ClockKind.PROMISED].paused_at is None
    assert clocks[ClockKind.SIX_MONTHS].pauses == ()


def test_the_case_goes_on_by_itself_when_the_last_has_answered(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, BO, EVA))

    says(tx, case, "Bo Ek", clock)
    assert cases.lock(tx, case.id).status == Status.AWAITING_SIGNATURES
    says(tx, case, "Eva Ask", clock, yes=False, why="Vi har inte plats.")

    assert cases.lock(tx, case.id).status == Status.RECEIVED
    states = [(one.state, one.reason) for one in signing.of_case(tx, case)]
    assert states == [(SignatureState.CONFIRMED, ""), (SignatureState.REFUSED, "Vi har inte plats.")]
    kinds = [one.kind for one in store.of_case(tx, case.id)]
    assert kinds == [SubmissionKind.INITIAL, SubmissionKind.SIGNATURE, SubmissionKind.SIGNATURE]
    assert not any(one.is_work for one in deliveries.of_case(tx, case.id) if one.kind == "signature")
    assert journal.verify_case(tx, case.id).whole


def test_answering_twice_gives_the_first_answer_and_one_submission(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, BO))

    says(tx, case, "Bo Ek", clock)
    again = says(tx, case, "Bo Ek", clock, yes=False, why="Nej.")

    assert again.state is SignatureState.CONFIRMED
    assert len(store.of_case(tx, case.id)) == 2


def test_one_who_cannot_be_reached_is_never_waited_for(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, IDA))
    assert case.status == Status.RECEIVED
    nowhere: dict[str, Json] = {"neighbour_name": "Ulf Ny", "neighbour_signs": "yes"}
    other = the_case(tx, handed_in(tx, clock, nowhere))
    assert other.status == Status.RECEIVED
    assert [one.state for one in signing.of_case(tx, other)] == [SignatureState.UNREACHABLE]
    third = the_case(tx, handed_in(tx, clock, EVA))
    agent = acting(a_member_of_staff(tx, clock))

    eva = party(tx, third, "Eva Ask").id
    cosigning.give_up(tx, third.id, eva, reason="Brevet kom tillbaka.", actor=agent, now=clock.now())

    assert cases.lock(tx, third.id).status == Status.RECEIVED
    assert says(tx, third, "Eva Ask", clock).state is SignatureState.CONFIRMED  # she may still answer


def test_whoever_does_not_answer_is_reminded_once_by_the_same_way(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, BO, EVA))
    says(tx, case, "Bo Ek", clock)
    assert cosigning.remind(tx, clock.now()) == 0

    clock.move(dt.timedelta(days=7))

    assert (cosigning.remind(tx, clock.now()), cosigning.remind(tx, clock.now())) == (1, 0)
    letters = [one for one in deliveries.of_case(tx, case.id) if one.party_id == party(tx, case, "Eva Ask").id]
    assert [one.method for one in letters] == [ContactMethod.LETTER, ContactMethod.LETTER]


def test_the_code_of_a_cosigner_follows_no_case_and_gets_no_decision(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, BO))
    bo = party(tx, case, "Bo Ek")

    assert following.follow(tx, case.number, bo.code) is None
    assert following.followed(tx, case.id, bo.id) is None
    assert signing.code_opens(tx, case.number, bo.code) == (case.id, bo.id)
    assert signing.code_opens(tx, case.number, party(tx, case, "Åsa Öberg").code) is None

    officer = acting(a_member_of_staff(tx, clock))
    deciding.decide(
        tx, case.id, actor=officer, expected=case.row_version, now=clock.now(), outcome=Outcome.GRANTED,
        reasons="Ja.", law="§ 1",
    )  # fmt: skip
    told = [one.party_id for one in deliveries.of_case(tx, case.id) if one.kind == "decision"]
    assert told == [party(tx, case, "Åsa Öberg").id]


def test_an_officer_who_takes_the_case_meanwhile_has_registered_it(tx: Transaction, clock: FixedClock):
    case = the_case(tx, handed_in(tx, clock, BO))
    officer = acting(a_member_of_staff(tx, clock))

    acts.claim(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())
    says(tx, case, "Bo Ek", clock)

    after = cases.lock(tx, case.id)
    assert after.status == Status.UNDER_REVIEW
    assert next(one for one in cases.clocks_of(tx, after) if one.kind is ClockKind.REGISTER).met_at is not None
