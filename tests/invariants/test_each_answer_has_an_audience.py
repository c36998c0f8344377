"""What was answered is read by those it is meant for: in no table, mail or list does it stand open for others."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from eservices import schema
from eservices.calendars import FixedClock
from eservices.cases import acts, store
from eservices.contact_centre import case_view
from eservices.contact_centre import queue as contact_queue
from eservices.definitions.model import Audience, Sensitivity
from eservices.outbox import outbox
from eservices.storage.database import Database, Transaction
from tests.build.drafts import STREET, a_case, a_draft, a_member_of_staff, acting, answers
from tests.build.service import a_question, a_service, a_step, who

CANARY = "Kanariefågelsång"
PEOPLE = ("Zebedeus", "Öhrngren")


def a_full_case(tx: Transaction, clock: FixedClock) -> Any:
    """Personal things in every place that has room for them."""
    service = a_service(steps=(who(personal_number=True), a_step("more", a_question("secret", index="place"))))
    case = a_case(
        tx,
        clock,
        service,
        changes={
            "name": " ".join(PEOPLE),
            "personal_number": "19850709-9805",
            "email": "zebedeus@example.se",
            "address": STREET,
            "secret": CANARY,
        },
    )
    a_draft(tx, clock, service, answers=answers({"secret": CANARY, "name": PEOPLE[0]}, at=clock.now()))
    officer = acting(a_member_of_staff(tx, clock, "Bo"))
    acts.message(tx, case.id, actor=officer, now=clock.now(), subject=CANARY, body=CANARY)
    acts.note(tx, case.id, actor=officer, now=clock.now(), body=CANARY)
    acts.receive_message(tx, case.id, actor=officer, now=clock.now(), body=CANARY)
    return case


def test_nothing_personal_can_be_read_out_of_the_tables(database: Database, clock: FixedClock):
    with database.transaction() as tx:
        a_full_case(tx, clock)
        tables = [table.name for table in schema.metadata.sorted_tables if table.name != "definitions"]
        stored = {name: str(tx.execute(text(f"SELECT * FROM {name}")).all()).lower() for name in tables}

    for personal in (CANARY, *PEOPLE, "850709", "46304601000", "zebedeus@example", "hamngatan"):
        assert [name for name, rows in stored.items() if personal.lower() in rows] == []


def test_nothing_personal_lies_in_the_files_of_the_database(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
):
    with sqlite_database.transaction() as tx:
        a_full_case(tx, clock)

    for file in tmp_path.glob("eservices.db*"):
        content = file.read_bytes()
        for personal in (CANARY, *PEOPLE, "850709", "304601000"):
            assert personal.encode() not in content


def test_no_mail_holds_an_answer(tx: Transaction, clock: FixedClock):
    case = a_full_case(tx, clock)

    for row in tx.execute(select(outbox)):
        payload = str(case.key.unseal(row.sealed, place=f"outbox.sealed:{row.id}"))
        assert CANARY not in payload
        assert "850709" not in payload


@pytest.mark.parametrize("audience", [Audience.SELF, Audience.CO_PARTY, Audience.UNIT])
def test_what_is_meant_for_others_never_reaches_the_contact_centre(
    tx: Transaction, clock: FixedClock, audience: Audience
):
    service = a_service(steps=(who(), a_step("more", a_question("secret", audience=audience))))
    case = a_case(tx, clock, service, changes={"secret": CANARY})

    seen = case_view.see(store.file_of(tx, case), service)

    assert CANARY not in str(seen.answers)
    assert ("secret", None) in seen.masked


@pytest.mark.parametrize("sensitivity", [Sensitivity.SENSITIVE, Sensitivity.CONFIDENTIAL])
def test_what_is_sensitive_is_only_known_of_outside_the_unit(
    tx: Transaction, clock: FixedClock, sensitivity: Sensitivity
):
    service = a_service(steps=(who(), a_step("more", a_question("secret", sensitivity=sensitivity))))
    case = a_case(tx, clock, service, changes={"secret": CANARY})

    seen = case_view.see(store.file_of(tx, case), service)

    assert CANARY not in str(seen.answers)
    assert CANARY not in str(contact_queue.incoming(tx))


def test_of_a_protected_person_the_contact_centre_learns_neither_name_nor_place(tx: Transaction, clock: FixedClock):
    service = a_service(steps=(who(), a_step("more", a_question("secret"))))
    case = a_case(tx, clock, service, changes={"secret": CANARY, "contact": "phone"})
    officer = acting(a_member_of_staff(tx, clock, "Bo"))
    acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body=CANARY)
    tx.execute(text("UPDATE cases SET protected = :yes"), {"yes": True})

    case_file = store.whole(tx, case.number)
    assert case_file is not None
    seen = case_view.see(case_file, service)

    shown = str((seen.parties, seen.answers, seen.messages, seen.decisions))
    lists = str(
        (contact_queue.incoming(tx), contact_queue.work(tx, now=clock.now()), contact_queue.find(tx, case.number))
    )
    for personal in (CANARY, "Öberg", "46304601000"):
        assert personal not in shown
        assert personal not in lists
    assert contact_queue.find(tx, "Öberg") == []
