"""Lists by due date, the same for every channel, and finding one case among all."""

import datetime as dt

import pytest

from eservices.calendars import FixedClock
from eservices.cases import acts, queue
from eservices.cases.queue import UNASSIGNED, Filters
from eservices.intake import assisted
from eservices.intake.submit import submit
from eservices.storage.database import Transaction
from eservices.submissions.model import Assisted
from eservices.values import Channel
from tests.build.drafts import a_case, a_complete_draft, a_member_of_staff, a_submission, acting
from tests.build.service import a_service, what, who


def numbers(rows: "tuple[queue.QueueRow, ...] | list[queue.QueueRow]") -> list[str]:
    return [row.number for row in rows]


def test_the_queue_is_in_due_order_and_pages_without_gaps_or_doubles(tx: Transaction, clock: FixedClock):
    made = []
    for _ in range(7):
        made.append(a_case(tx, clock))
        clock.move(dt.timedelta(hours=7))
    in_order = [case.number for case in sorted(made, key=lambda case: (case.due_at, case.id))]

    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = queue.page(tx, Filters(units=("park",)), now=clock.now(), after=cursor, limit=3)
        seen.extend(numbers(page.rows))
        if page.next is None:
            break
        cursor = page.next

    assert seen == in_order


def test_a_phone_case_stands_where_a_web_case_of_the_same_moment_stands(tx: Transaction, clock: FixedClock):
    agent = a_member_of_staff(tx, clock)
    web = a_case(tx, clock)
    draft = a_complete_draft(tx, clock, channel=Channel.PHONE, assisted_by=agent.id, assisted=Assisted())
    submit(tx, draft.id, assisted.handed_in(draft, agent, now=clock.now()), clock)

    rows = queue.page(tx, Filters(), now=clock.now()).rows

    assert {row.due_at for row in rows} == {web.due_at}
    assert {row.channel for row in rows} == {Channel.WEB, Channel.PHONE}


def test_officers_see_the_units_they_may_and_no_others(tx: Transaction, clock: FixedClock):
    park = a_case(tx, clock)
    harbour = a_case(tx, clock, a_service("brygga", unit="hamn"))
    now = clock.now()

    assert numbers(queue.page(tx, Filters(units=("park",)), now=now).rows) == [park.number]
    assert numbers(queue.page(tx, Filters(units=()), now=now).rows) == []
    assert set(numbers(queue.page(tx, Filters(), now=now).rows)) == {park.number, harbour.number}
    assert queue.find(tx, park.number, units=("hamn",)) == []
    assert queue.find(tx, "Öberg", units=("hamn",))[0].number == harbour.number


def test_filters_narrow_the_list(tx: Transaction, clock: FixedClock):
    officer = a_member_of_staff(tx, clock)
    first, second = a_case(tx, clock), a_case(tx, clock, a_service("bänk"))
    acts.claim(tx, first.id, actor=acting(officer), expected=1, now=clock.now())
    now = clock.now()

    def shown(**filters: object) -> list[str]:
        return numbers(queue.page(tx, Filters(**filters), now=now).rows)  # type: ignore[arg-type]

    assert shown(officer=officer.id) == [first.number]
    assert shown(officer=UNASSIGNED) == [second.number]
    assert shown(service="bänk") == [second.number]
    assert shown(status="registered") == [first.number]
    assert shown(channel=Channel.PHONE) == []
    assert shown(overdue=True) == []
    assert len(shown(due_until=first.due_at)) == 2
    assert shown(since=now + dt.timedelta(seconds=1)) == []
    found = queue.facets(tx, Filters())
    assert found.services == ("bänk", "klotterplank")
    assert found.officers == ((officer.id, officer.name),)
    clock.move(dt.timedelta(days=30))
    assert len(queue.page(tx, Filters(overdue=True), now=clock.now()).rows) == 2


def test_closed_cases_are_out_of_the_way_but_not_gone(tx: Transaction, clock: FixedClock):
    officer = a_member_of_staff(tx, clock)
    case = a_case(tx, clock)
    acts.close(tx, case.id, actor=acting(officer), expected=1, now=clock.now())

    assert queue.count(tx, Filters(), now=clock.now()) == 0
    assert queue.count(tx, Filters(open=False), now=clock.now()) == 1
    assert numbers(queue.find(tx, case.number)) == [case.number]


@pytest.mark.parametrize(
    "typed",
    [
        "{number}",
        " {lower} ",
        "{bare}",
        "Åsa Öberg",
        "oberg åsa",
        "öberg",
        "OBERG",
        "Ohberg",
        "asa.oberg@example.se",
        "0304-60 10 00",
        "+46 304 601000",
        "19850709-9805",
        "850709-9805",
        "Tjörn Höviksnäs 1:23",
    ],
)
def test_a_case_is_found_by_whatever_somebody_knows_of_it(tx: Transaction, clock: FixedClock, typed: str):
    service = a_service(steps=(who(personal_number=True), what()))
    case = a_case(tx, clock, service, changes={"personal_number": "19850709-9805"})
    a_case(tx, clock, changes={"name": "Bo Lind", "email": "bo@example.se", "phone": None, "property": None})
    text = typed.format(number=case.number, lower=case.number.lower(), bare=case.number.replace("-", " "))

    assert numbers(queue.find(tx, text)) == [case.number]


@pytest.mark.parametrize("typed", ["", "   ", "Åsa Lind", "2026-00000", "Obergson", "%", "bo@example.se", "x" * 5000])
def test_what_fits_nobody_finds_nothing(tx: Transaction, clock: FixedClock, typed: str):
    a_case(tx, clock)

    assert queue.find(tx, typed) == []


def test_the_name_as_written_comes_before_the_one_that_only_sounds_like_it(tx: Transaction, clock: FixedClock):
    exact = a_case(tx, clock, changes={"name": "Per Karlsson"})
    alike = a_case(tx, clock, changes={"name": "Per Carlsson"})

    assert numbers(queue.find(tx, "karlsson per")) == [exact.number, alike.number]
    assert numbers(queue.find(tx, "carlsson")) == [alike.number, exact.number]


def test_names_and_numbers_cannot_be_read_out_of_the_index(tx: Transaction, clock: FixedClock):
    from sqlalchemy import text

    a_submission(tx, clock)

    stored = str(tx.execute(text("SELECT * FROM case_keys")).all())

    assert "oberg" not in stored
    assert "46304601000" not in stored


@pytest.mark.parametrize("cursor", [None, "", "nonsense", "20261124T090000000000-", "2-2", "'; --"])
def test_a_cursor_nobody_gave_out_begins_at_the_top(tx: Transaction, clock: FixedClock, cursor: str | None):
    case = a_case(tx, clock)

    assert numbers(queue.page(tx, Filters(), now=clock.now(), after=cursor).rows) == [case.number]


def test_as_many_promised_calls_are_counted_as_the_list_has_each_case_once(tx: Transaction, clock: FixedClock):
    officer = acting(a_member_of_staff(tx, clock))
    rung = [a_case(tx, clock, changes={"contact": "phone"}) for _ in range(3)]
    a_case(tx, clock)
    for case in (*rung, rung[0]):
        acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body="Vi ringer.")
    acts.close(tx, rung[1].id, actor=officer, expected=2, now=clock.now())

    for filters in (
        Filters(calls=True),
        Filters(undelivered=True),
        Filters(calls=True, units=(rung[0].unit,), for_staff=officer.staff_id),
        Filters(calls=True, units=("none",)),
        Filters(calls=True, open=None),
    ):
        listed = numbers(queue.page(tx, filters, now=clock.now()).rows)
        assert queue.count(tx, filters, now=clock.now()) == len(listed) == len(set(listed))
    assert len(numbers(queue.page(tx, Filters(calls=True), now=clock.now()).rows)) == 2
