"""Whatever a case holds stands in the house's own edition of it, or on the list of what is left out, with why."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from eservices import journal, schema
from eservices.calendars import FixedClock
from eservices.cases import acts, appealing, asking, belonging, filing, marks, registry, store, transferring
from eservices.cases.asking import Said
from eservices.cases.corrections import Flag
from eservices.cases.enquiries import Consequence
from eservices.cases.filing import Mail
from eservices.cases.model import Case
from eservices.cases.registry import Correction
from eservices.documents.case_beside import LEFT_OUT
from eservices.documents.case_file import Reader, gather
from eservices.identity.people import Actor
from eservices.intake.hours import OFFICE_HOURS
from eservices.language import words
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.values import Channel
from tests.build.drafts import a_case, a_member_of_staff, acting
from tests.records.cases import decide

#: Table -> the part of the export in which its rows stand.
STANDS_IN = {
    "attachments": "files",
    "appeals": "appeals",
    "case_phases": "phases",
    "case_staff": "staff",
    "clocks": "clocks",
    "confidentiality_marks": "confidentiality",
    "decisions": "decisions",
    "deliveries": "deliveries",
    "enquiries": "enquiries",
    "filed_mail": "messages",
    "journal_entries": "journal",
    "messages": "messages",
    "parties": "parties",
    "register_corrections": "register_corrections",
    "signatures": "signatures",
    "spoken_acts": "spoken",
    "submissions": "submissions",
    "transfers": "transfers",
}

#: What is not one row each: some of it stands in another part.
NOT_COUNTED = {"filed_mail", "attachments", "submissions"}


def a_case_of_much(tx: Transaction, clock: FixedClock) -> Case:
    """A case with something in (nearly) every part."""
    person = a_member_of_staff(tx, clock)
    officer, now = acting(person), clock.now()
    case = acts.claim(tx, a_case(tx, clock).id, actor=officer, expected=1, now=now)
    service, party = pinned.service(tx, case.version), store.parties_of(tx, case)[0]

    def version() -> int:
        return store.lock(tx, case.id).row_version

    acts.note(tx, case.id, actor=officer, now=now, body="Bara för oss.")
    acts.message(tx, case.id, actor=officer, now=now, subject="Hej", body="Vi tittar på det.")
    belonging.watch(tx, case, actor=officer, now=now, watches=True)
    marks.mark(tx, case.id, actor=officer, expected=version(), now=now, provision="26 kap. 1 § OSL", why="hälsa")
    transferring.ask(tx, case.id, actor=officer, expected=version(), now=now, system="diariet")
    asking.ask_for_supplement(
        tx, case.id, actor=officer, expected=version(), now=now, hours=OFFICE_HOURS, asked=service, items=["Ritning"],
        consequence=Consequence.DISMISS, last_day=dt.date(2026, 12, 8), said=Said("Komplettera", ("Skicka.",)),
        flag=Flag(("wish", None), "wish", "Stämmer det?"),
    )  # fmt: skip
    asking.refer(
        tx, case.id, actor=officer, expected=version(), now=now, hours=OFFICE_HOURS, last_day=dt.date(2026, 12, 8),
        to="Gatuenheten", question="Får planket stå där?",
    )  # fmt: skip
    filing.file_mail(
        tx, case.id, Mail(Channel.PAPER, "En granne", clock.today(), "post", clock.today(), sender="Gun Granne"),
        actor=officer, now=now,
    )  # fmt: skip
    registry.correct(
        tx, case.id, f"case:{case.id}", Correction("", "Plank", None, "fel ord"), actor=officer, expected=version(),
        now=now,
    )  # fmt: skip
    decide(tx, case, officer, clock)
    appealing.receive(
        tx, case.id, actor=Actor.resident(), now=now, on=clock.today(), body="Jag vill ha planket.", party_id=party.id
    )
    return store.lock(tx, case.id)


def test_every_table_of_a_case_stands_in_the_export_or_on_the_list_of_what_is_left_out_with_why() -> None:
    of_cases = {
        table.name
        for table in schema.metadata.sorted_tables
        if any(key.column.table.name == "cases" for key in table.foreign_keys)
    }
    assert of_cases <= set(STANDS_IN) | set(LEFT_OUT), "a new table is exported, or it is said why not"
    assert not set(STANDS_IN) & set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_as_many_stand_in_the_houses_edition_as_there_are_rows(tx: Transaction, clock: FixedClock) -> None:
    case = a_case_of_much(tx, clock)
    data = gather(tx, case, Reader.UNIT, words("sv")).data

    rows = {
        name: tx.execute(select(func.count()).select_from(table).where(table.c.case_id == case.id)).scalar_one()
        for name, table in schema.metadata.tables.items()
        if name in set(STANDS_IN) - NOT_COUNTED
    }
    assert {name: len(data[STANDS_IN[name]]) for name in rows} == rows
    empty = {name for name, count in rows.items() if not count}
    assert empty <= {"signatures", "spoken_acts"}, "the case has something in every other part"
    assert "Gun Granne" in {one.get("sender") for one in data["messages"]}


def test_every_entry_of_the_journal_stands_in_it_with_all_it_says(tx: Transaction, clock: FixedClock) -> None:
    case = a_case_of_much(tx, clock)
    told = gather(tx, case, Reader.UNIT, words("sv")).data["journal"]
    entries = journal.of_case(tx, case.id, case.key)
    assert [(one["kind"], one["content"], one["why"]) for one in told] == [
        (entry.kind, entry.content, entry.why) for entry in entries
    ]
    assert len({entry.kind for entry in entries}) > 10


def test_what_is_the_houses_own_and_what_others_wrote_stays_inside(tx: Transaction, clock: FixedClock) -> None:
    case = a_case_of_much(tx, clock)
    mine: dict[str, Any] = dict(gather(tx, case, Reader.PARTY, words("sv")).data)
    assert "Jag vill ha planket." in str(mine["appeals"])
    assert "Får planket stå där?" not in str(mine), "a referral is the unit's own work until it is answered"
    assert not {"staff", "register_corrections", "related"} & set(mine)
    for reader in (Reader.COUNTERPART, Reader.PUBLIC):
        theirs = gather(tx, case, reader, words("sv"))
        for secret in ("Jag vill ha planket.", "Får planket stå där?", "Stämmer det?", "Gun Granne"):
            assert secret not in str(theirs.data)
        assert {"appeal", "enquiry"} <= {one.sort for one in theirs.withheld}
