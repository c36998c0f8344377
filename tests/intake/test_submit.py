"""The handing-in: what is written, for whom, and what is refused."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, text

from eservices import attachments, deliveries, journal
from eservices.calendars import FixedClock
from eservices.cases import store as cases
from eservices.cases.model import ClockKind, Public, Status
from eservices.cases.receipt import Receipt, receipt_of
from eservices.contact_centre.tables import contact_items
from eservices.definitions.conditions import Compare
from eservices.definitions.model import Required
from eservices.deliveries import Evidence
from eservices.intake import assisted
from eservices.intake.submit import NotReady, PracticeOnly, submit
from eservices.outbox import outbox
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts, store
from eservices.submissions.model import Assisted, HandedIn, Needs, ReceiptBy
from eservices.values import Channel, ContactMethod, IdentityBasis, Json
from tests.build.drafts import (
    STREET,
    a_case,
    a_complete_draft,
    a_draft,
    a_member_of_staff,
    a_submission,
    all_answers,
    answers,
)
from tests.build.service import a_question, a_service, a_step, who


def how_many(tx: Transaction, table: str) -> int:
    number: int = tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    return number


def test_handing_in_makes_a_submission_a_case_and_a_quiet_contact_item(tx: Transaction, clock: FixedClock):
    submission = a_submission(tx, clock)

    case = cases.by_id(tx, submission.case_id)
    assert case is not None
    assert codes.read_case_number(case.number) == case.number
    assert (case.unit, case.status, case.public_status) == ("park", Status.RECEIVED, Public.SUBMITTED)
    assert case.received_at == clock.now()
    assert case.name == "Åsa Öberg"
    item = tx.execute(select(contact_items)).one()
    assert (item.kind, item.case_id, item.submission_id, item.quiet) == ("submitted", case.id, submission.id, True)
    assert store.get(tx, submission.id) == submission
    (entry,) = journal.of_case(tx, case.id, case.key)
    assert (entry.kind, entry.shared) == ("submitted", True)


def test_handing_in_twice_gives_the_same_receipt_and_one_case(tx: Transaction, clock: FixedClock):
    draft = a_complete_draft(tx, clock)

    first = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)
    clock.move(dt.timedelta(minutes=5))
    second = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    assert second == first
    assert receipt_of(tx, first.id) == receipt_of(tx, second.id)
    assert how_many(tx, "cases") == how_many(tx, "contact_items") == how_many(tx, "submissions") == 1


def test_what_remains_is_told_and_nothing_is_written(tx: Transaction, clock: FixedClock):
    service = a_service(declarations=("truthful",))
    draft = a_draft(tx, clock, service, answers=all_answers(service, {"name": "Åsa Öberg"}, at=clock.now()))

    with pytest.raises(NotReady) as refused:
        submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    remaining = {(problem.code, problem.question) for problem in refused.value.remaining}
    assert {("required", "contact"), ("required", "wish"), ("not_declared", "truthful")} == remaining
    assert how_many(tx, "cases") == 0


def test_what_was_promised_for_later_is_missing_and_stops_nobody(tx: Transaction, clock: FixedClock):
    submission = a_submission(tx, clock)

    assert submission.missing == (("drawing", None),)
    case = cases.by_id(tx, submission.case_id)
    assert case is not None
    assert case.missing == 1


def test_what_no_longer_applies_is_not_handed_in(tx: Transaction, clock: FixedClock):
    boat = a_question("motor", when=Compare("kind", "is", "motor"))
    kind = a_question("kind", "radio", options=("motor", "sail"))
    service = a_service(steps=(who(), a_step("boat", kind, boat)))
    changes = {"kind": "sail", "motor": "50 hästar"}

    submission = a_submission(tx, clock, service, changes=changes)

    assert ("motor", None) not in submission.answers.given
    assert submission.dropped == (("motor", None),)


def test_practice_is_never_handed_in(tx: Transaction, clock: FixedClock):
    draft = a_complete_draft(tx, clock, practice=True)

    with pytest.raises(PracticeOnly):
        submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)


@pytest.mark.parametrize(
    ("regime", "clocks"),
    [
        ("forvaltningslag", {"acknowledge", "register", "first_contact", "promised", "six_months"}),
        ("kommunallag", {"acknowledge", "register", "first_contact", "promised"}),
        ("private_law", {"acknowledge", "register", "first_contact", "promised"}),
    ],
)
def test_the_clocks_follow_the_regime(tx: Transaction, clock: FixedClock, regime: str, clocks: set[str]):
    case = a_case(tx, clock, a_service(regime=regime))

    running = {running.kind: running for running in cases.clocks_of(tx, case)}

    assert {kind.value for kind in running} == clocks
    assert running[ClockKind.PROMISED].due_at == case.due_at
    assert running[ClockKind.PROMISED].may_pause
    if "six_months" in clocks:
        assert not running[ClockKind.SIX_MONTHS].may_pause


class TestReceipt:
    """Who gets the receipt how."""

    def test_on_the_web_it_is_mailed_to_those_who_want_mail(self, tx: Transaction, clock: FixedClock):
        case = a_case(tx, clock)

        rows = tx.execute(select(outbox.c.kind, outbox.c.target, outbox.c.delivery_id)).all()
        (delivery,) = deliveries.of_case(tx, case.id)

        assert {(row.kind, row.target) for row in rows} == {("receipt", "email"), ("receipt", "document")}
        assert (delivery.method, delivery.needs_person, delivery.reached_at) == (ContactMethod.EMAIL, False, None)
        assert deliveries.reached(tx, delivery.id, Evidence.SENT, clock.now())

    @pytest.mark.parametrize("way", ["phone", "letter"])
    def test_on_the_web_it_stands_on_the_page_and_is_nobodys_task(self, tx: Transaction, clock: FixedClock, way: str):
        case = a_case(tx, clock, changes={"contact": way, "address": STREET})

        (delivery,) = deliveries.of_case(tx, case.id)

        assert not delivery.is_work
        assert delivery.evidence is Evidence.HANDED_OVER

    @pytest.mark.parametrize(
        ("wish", "method", "is_work"),
        [
            (ReceiptBy.EMAIL, ContactMethod.EMAIL, False),
            (ReceiptBy.LETTER, ContactMethod.LETTER, True),
            (ReceiptBy.PHONE, ContactMethod.PHONE, False),  # read out while the caller is still there
            (ReceiptBy.IN_HAND, ContactMethod.OWN_PAGES, False),
            (ReceiptBy.NONE, ContactMethod.OWN_PAGES, False),
        ],
    )
    def test_a_caller_gets_it_by_the_way_chosen(
        self, tx: Transaction, clock: FixedClock, wish: ReceiptBy, method: ContactMethod, is_work: bool
    ):
        agent = a_member_of_staff(tx, clock)
        told = Assisted(receipt_by=wish)
        draft = a_complete_draft(
            tx,
            clock,
            changes={"address": STREET},
            channel=Channel.PHONE,
            assisted_by=agent.id,
            assisted=told,
        )

        submission = submit(tx, draft.id, assisted.handed_in(draft, agent, now=clock.now()), clock)

        (delivery,) = deliveries.of_case(tx, submission.case_id)
        assert (delivery.method, delivery.is_work) == (method, is_work)

    def test_it_can_be_written_down_and_read_back(self, tx: Transaction, clock: FixedClock):
        receipt = receipt_of(tx, a_submission(tx, clock).id)

        assert Receipt.from_json(receipt.to_json()) == receipt

    def test_the_mail_carries_the_same_facts_as_the_page(self, tx: Transaction, clock: FixedClock):
        submission = a_submission(tx, clock)
        case = cases.by_id(tx, submission.case_id)
        assert case is not None

        for row in tx.execute(select(outbox)):
            payload = case.key.unseal(row.sealed, place=f"outbox.sealed:{row.id}")
            assert Receipt.from_json(payload) == receipt_of(tx, submission.id)

    def test_it_says_the_promised_day_also_after_the_clock_stood_still(self, tx: Transaction, clock: FixedClock):
        from eservices.cases import acts

        officer = a_member_of_staff(tx, clock)
        submission = a_submission(tx, clock)
        first = receipt_of(tx, submission.id)
        from tests.build.drafts import acting

        acts.claim(tx, submission.case_id, actor=acting(officer), expected=1, now=clock.now())
        assert receipt_of(tx, submission.id) == first


class TestAssisted:
    """An agent's entry says who, how and when, and never pretends to be the resident's."""

    def test_the_agent_is_who_entered_it_and_the_caller_is_the_applicant(self, tx: Transaction, clock: FixedClock):
        agent = a_member_of_staff(tx, clock, "Ina Kundcenter")
        told = Assisted(IdentityBasis.KNOWN_BY_CALLBACK, helper="Dotter", needs=Needs(slow_pace=True))
        draft = a_complete_draft(tx, clock, channel=Channel.PHONE, assisted_by=agent.id, assisted=told)

        submission = submit(tx, draft.id, assisted.handed_in(draft, agent, now=clock.now()), clock)

        case_file = cases.whole(tx, receipt_of(tx, submission.id).number)
        assert case_file is not None
        assert (submission.channel, submission.entered_by) == (Channel.PHONE, agent.id)
        assert submission.identity_basis is IdentityBasis.KNOWN_BY_CALLBACK
        assert case_file.applicant.name == "Åsa Öberg"
        assert case_file.applicant.needs == Needs(slow_pace=True)
        (entry,) = journal.of_case(tx, case_file.case.id, case_file.case.key)
        assert (entry.staff_id, entry.channel) == (agent.id, Channel.PHONE)

    def test_a_paper_is_registered_with_its_blanks_as_what_is_missing(self, tx: Transaction, clock: FixedClock):
        agent = a_member_of_staff(tx, clock)
        service = a_service(declarations=("truthful",))
        told = Assisted(arrived_on=dt.date(2026, 11, 23), arrived_how="post")
        draft = a_draft(
            tx,
            clock,
            service,
            channel=Channel.PAPER,
            assisted_by=agent.id,
            assisted=told,
            answers=all_answers(service, {"name": "Åsa Öberg"}, at=clock.now(), channel=Channel.PAPER),
        )

        submission = submit(tx, draft.id, assisted.handed_in(draft, agent, now=clock.now()), clock)

        assert {place[0] for place in submission.missing} == {"contact", "wish", "drawing"}
        assert submission.received_on == dt.date(2026, 11, 20)  # posted over a weekend: the Friday before
        assert submission.received_at.date() == dt.date(2026, 11, 20)

    def test_a_paper_left_earlier_is_due_earlier(self, tx: Transaction, clock: FixedClock):
        agent = a_member_of_staff(tx, clock)

        def due(arrived_on: dt.date) -> dt.datetime:
            told = Assisted(arrived_on=arrived_on, arrived_how="handed_in")
            draft = a_complete_draft(tx, clock, channel=Channel.PAPER, assisted_by=agent.id, assisted=told)
            submission = submit(tx, draft.id, assisted.handed_in(draft, agent, now=clock.now()), clock)
            case = cases.by_id(tx, submission.case_id)
            assert case is not None
            return case.due_at

        assert due(dt.date(2026, 11, 23)) == due(dt.date(2026, 11, 24)) - dt.timedelta(days=1)

    def test_nothing_can_have_come_tomorrow(self, tx: Transaction, clock: FixedClock):
        agent = a_member_of_staff(tx, clock)
        told = Assisted(arrived_on=dt.date(2026, 11, 25))
        draft = a_draft(tx, clock, channel=Channel.PAPER, assisted_by=agent.id, assisted=told)

        with pytest.raises(assisted.InTheFuture):
            assisted.handed_in(draft, agent, now=clock.now())

    @pytest.mark.parametrize(
        ("how", "arrived_on", "counts_from"),
        [
            ("handed_in", dt.date(2026, 11, 24), dt.date(2026, 11, 24)),
            ("post", dt.date(2026, 11, 24), dt.date(2026, 11, 23)),
            ("post", dt.date(2026, 11, 23), dt.date(2026, 11, 20)),  # Monday: Friday
            ("box", dt.date(2026, 12, 28), dt.date(2026, 12, 23)),  # over Christmas
            ("post", dt.date(2027, 1, 7), dt.date(2027, 1, 5)),  # over Epiphany
            ("handed_in", dt.date(2026, 11, 22), dt.date(2026, 11, 22)),  # a Sunday is a day too
        ],
    )
    def test_the_legal_day_of_a_paper(self, how: str, arrived_on: dt.date, counts_from: dt.date):
        assert assisted.legal_day(how, arrived_on) == counts_from

    def test_missing_things_wake_the_contact_centre_only_for_those_no_mail_reaches(
        self, tx: Transaction, clock: FixedClock
    ):
        agent = a_member_of_staff(tx, clock)
        told = Assisted(arrived_on=dt.date(2026, 11, 24), arrived_how="handed_in", receipt_by=ReceiptBy.NONE)
        for contact in ("phone", "email"):
            draft = a_complete_draft(
                tx,
                clock,
                changes={"contact": contact, "wish": None},
                channel=Channel.PAPER,
                assisted_by=agent.id,
                assisted=told,
            )
            submit(tx, draft.id, assisted.handed_in(draft, agent, now=clock.now()), clock)

        awake = tx.execute(select(contact_items.c.need).where(~contact_items.c.quiet)).scalars().all()
        assert awake == ["ask_missing"]


def test_files_go_with_what_can_be_seen_and_those_of_hidden_questions_go_away(
    tx: Transaction, clock: FixedClock, tmp_path: Path
):
    shown = a_question("drawing", "file", required=Required.EXPECTED)
    hidden = a_question("photo", "file", required=Required.EXPECTED, when=Compare("name", "is", "Ingen"))
    service = a_service(steps=(who(), a_step("files", shown, hidden)))
    draft = a_complete_draft(tx, clock, service)
    limits = attachments.Limits(kinds=frozenset({"txt"}), max_bytes=1000, max_files=3)
    ids: dict[str, Json] = {}
    for question in ("drawing", "photo"):
        received = attachments.receive(
            tmp_path, BytesIO(question.encode()), name=f"{question}.txt", key=draft.key, limits=limits
        )
        kept = attachments.keep(
            tx,
            received,
            draft_id=draft.id,
            question=question,
            key=draft.key,
            limits=limits,
            now=clock.now(),
            scanning=False,
        )
        ids[question] = {"ids": [kept.id], "later": False}
    given = draft.answers.with_answers(answers(ids, at=clock.now()).given)
    drafts.keep(tx, draft, given, now=clock.now())

    submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    assert [found.question for found in attachments.of_submission(tx, submission.id, draft.key)] == ["drawing"]
    assert attachments.of_draft(tx, draft.id, draft.key) == [] or all(
        found.submission_id for found in attachments.of_draft(tx, draft.id, draft.key)
    )
    assert how_many(tx, "attachments") == 1


def test_what_was_told_on_the_telephone_yesterday_counts_from_yesterday(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock)
    told = Assisted(arrived_on=dt.date(2026, 11, 23), receipt_by=ReceiptBy.NONE)
    draft = a_complete_draft(tx, clock, channel=Channel.PHONE, assisted_by=agent.id, assisted=told)

    submission = submit(tx, draft.id, assisted.handed_in(draft, agent, now=clock.now()), clock)

    assert submission.received_on == dt.date(2026, 11, 23)
    assert submission.received_at < submission.recorded_at


def test_a_draft_that_is_gone_cannot_be_handed_in(tx: Transaction, clock: FixedClock):
    draft = a_complete_draft(tx, clock)
    drafts.cancel(tx, draft, clock.now())

    with pytest.raises(drafts.Gone):
        submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)
