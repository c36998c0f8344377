"""The register has the four facts of all that came and went, and no name that may be secret; what it said stays."""

import datetime as dt
from typing import Any

import pytest

from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, filing, marks, protecting, registry, store
from eservices.cases.filing import Mail
from eservices.cases.model import Case, NotAllowed, Outcome
from eservices.cases.registry import Correction, Registered
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.values import Channel
from tests.build.drafts import a_case, a_member_of_staff, acting
from tests.build.service import a_service


def lines_of(tx: Transaction, day: dt.date, **how: Any) -> tuple[Registered, ...]:
    return registry.register_of(tx, day, **how).lines


def by(tx: Transaction, case: Case, clock: FixedClock, officer: Actor) -> dict[str, Any]:
    return {"actor": officer, "expected": store.lock(tx, case.id).row_version, "now": clock.now()}


def test_what_came_and_what_went_stands_with_day_number_person_and_matter(tx: Transaction, clock: FixedClock) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    clock.move(dt.timedelta(hours=1))
    acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body="…")
    clock.move(dt.timedelta(hours=1))
    deciding.decide(tx, case.id, **by(tx, case, clock, officer), outcome=Outcome.GRANTED, reasons="-", law="2 kap.")

    lines = lines_of(tx, clock.today())

    assert [(line.direction, line.kind, line.number, line.who) for line in lines] == [
        ("in", "submitted", case.number, "Åsa Öberg"),
        ("out", "message", case.number, "Åsa Öberg"),
        ("out", "decision", case.number, "Åsa Öberg"),
    ]
    assert {line.what for line in lines} == {"Ansök om klotterplank"}
    assert lines_of(tx, clock.today() - dt.timedelta(days=1)) == ()
    assert lines_of(tx, clock.today(), units=("annan",)) == ()


def test_a_day_with_much_is_read_page_by_page_and_each_line_once(tx: Transaction, clock: FixedClock) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    for _ in range(4):
        acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body="…")  # one moment holds them all

    seen, after = [], ""
    for _ in range(4):
        page = registry.register_of(tx, clock.today(), after=after, most=2)
        seen += [line.line for line in page.lines]
        after = page.next
        if not after:
            break

    assert len(seen) == len(set(seen)) == 5
    assert set(seen) == {line.line for line in lines_of(tx, clock.today())}


def test_who_may_be_secret_is_left_out_and_the_line_stays(tx: Transaction, clock: FixedClock) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    hidden = a_case(tx, clock, a_service(view="existence_only"))
    protected, marked = a_case(tx, clock), a_case(tx, clock)
    protecting.protect(tx, protected.id, actor=officer, now=clock.now(), why="beslut")
    marks.mark(tx, marked.id, **by(tx, marked, clock, officer), provision="26 kap. 1 § OSL", why="-")
    for case in (hidden, protected, marked):
        mail = Mail(Channel.PAPER, "Om en granne", clock.today(), "post", clock.today(), sender="Grannen Gun")
        filing.file_mail(tx, case.id, mail, actor=officer, now=clock.now())
        said = Correction("Åsa Öberg", "", None, "felskrivet")
        registry.correct(tx, case.id, f"case:{case.id}", said, **by(tx, case, clock, officer))

    lines = lines_of(tx, clock.today())

    assert {line.number for line in lines} == {hidden.number, protected.number, marked.number}
    assert {line.who for line in lines} | {said.who for line in lines for said in line.corrections} == {""}


def test_mail_that_is_filed_stands_on_the_day_it_counts_from_with_who_sent_it(
    tx: Transaction, clock: FixedClock
) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    friday = clock.today() - dt.timedelta(days=4)
    mail = Mail(Channel.PAPER, "Synpunkter från en granne", clock.today(), "post", friday, sender="Gun Granne")
    filed = filing.file_mail(tx, case.id, mail, actor=officer, now=clock.now())

    (line,) = lines_of(tx, friday)

    assert (line.line, line.kind, line.who) == (f"message:{filed.id}", "letter", "Gun Granne")
    assert filing.of_case(tx, case)[filed.id].received_on == friday
    tomorrow = Mail(Channel.EMAIL, "-", clock.today() + dt.timedelta(days=1), "handed_in", clock.today())
    with pytest.raises(NotAllowed):
        filing.file_mail(tx, case.id, tomorrow, actor=officer, now=clock.now())


def test_a_corrected_line_keeps_what_it_said_with_who_when_and_why(tx: Transaction, clock: FixedClock) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    line = f"case:{case.id}"
    registry.correct(tx, case.id, line, Correction("Åsa Berg", "", None, "gift"), **by(tx, case, clock, officer))
    clock.move(dt.timedelta(minutes=5))
    registry.correct(tx, case.id, line, Correction("", "Mur", clock.today(), "fel"), **by(tx, case, clock, officer))

    (shown,) = lines_of(tx, clock.today())

    assert (shown.who, shown.what) == ("Åsa Öberg", "Ansök om klotterplank")
    assert [(said.who, said.what, said.why, said.by) for said in shown.corrections] == [
        ("Åsa Berg", "", "gift", "Bo Handläggare"),
        ("", "Mur", "fel", "Bo Handläggare"),
    ]
    other = a_case(tx, clock)
    with pytest.raises(NotAllowed):
        registry.correct(tx, other.id, line, Correction("X", "", None, "-"), **by(tx, other, clock, officer))


def test_delegated_decisions_are_listed_for_the_board_in_full_and_without_names_for_all(
    tx: Transaction, clock: FixedClock
) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    deciding.decide(
        tx, case.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(),
        outcome=Outcome.GRANTED, reasons="-", law="2 kap.",
    )  # fmt: skip
    period = {"since": clock.today(), "until": clock.today()}

    (full,) = registry.delegated(tx, case.board, **period, published=False)
    (published,) = registry.delegated(tx, case.board, **period, published=True)

    assert (full.who, full.delegate, full.decided_by, full.law) == (
        "Åsa Öberg", "Delegation 1", "Bo Handläggare", "2 kap.",
    )  # fmt: skip
    assert (published.who, published.title, published.law) == ("", "Ansök om klotterplank", "2 kap.")
    assert registry.delegated(tx, "annan", **period, published=False) == []
    assert registry.delegated(tx, case.board, **period, published=False, units=("annan",)) == []


def test_of_a_secret_case_the_published_list_says_the_number_and_no_more(tx: Transaction, clock: FixedClock) -> None:
    officer = acting(a_member_of_staff(tx, clock))
    case = a_case(tx, clock)
    deciding.decide(tx, case.id, **by(tx, case, clock, officer), outcome=Outcome.GRANTED, reasons="-", law="2 kap.")
    protecting.protect(tx, case.id, actor=officer, now=clock.now(), why="beslut")
    period = {"since": clock.today(), "until": clock.today()}

    (full,) = registry.delegated(tx, case.board, **period, published=False)
    (published,) = registry.delegated(tx, case.board, **period, published=True)

    assert (full.outcome, full.who, full.secret) == (Outcome.GRANTED, "", True)
    assert (published.number, published.secret) == (case.number, True)
    told = (published.title, published.outcome, published.delegate, published.law, published.decided_by, published.who)
    assert told == ("", None, "", "", "", "")
