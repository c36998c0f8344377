"""Cases for tests of disposal: one that has a row wherever a row can belong to a case, and one that is merely over."""

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select, update

from eservices import attachments, deliveries, outbox, schema
from eservices.attachments.tables import attachments as attachments_table
from eservices.calendars import Clock
from eservices.cases import acts, appealing, deciding, store
from eservices.cases.deciding import Grounds
from eservices.cases.model import Case, Outcome
from eservices.cases.tables import appeals
from eservices.contact_centre import calls
from eservices.definitions.model import Retention, Service, Span
from eservices.identity.people import Actor
from eservices.identity.tables import staff
from eservices.intake.submit import submit
from eservices.journey.answers import Answers
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn
from eservices.values import Channel
from tests.attachments.files import ANY, PDF
from tests.build.drafts import a_complete_draft, a_member_of_staff, a_submission, acting, answers
from tests.build.service import a_service
from tests.storage.rows import a_row

#: What the person says in every place where something can be said.
CANARY = "Kanariefågel"

TWO_YEARS = Retention(Span(2, "years"), "closed", "delete", "Dokumenthanteringsplan 4.7")
FOR_EVER = Retention(None, "closed", "archive", "Dokumenthanteringsplan 1.1")

#: Rows of these are not a case's, whatever they point at.
NOT_OF_CASES = {
    "cases", "drafts", "data_keys", "definitions", "definition_texts", "journal_entries", "journal_days", "staff",
    "disposals", "disposed_cases",
}  # fmt: skip


def a_service_kept(plan: Retention = TWO_YEARS, **more: Any) -> Service:
    service = a_service(**more)
    told = repr((service.version, plan))
    return replace(service, version=f"{abs(hash(told)):064x}"[-64:], legal=replace(service.legal, retention=plan))


def a_finished_case(tx: Transaction, clock: Clock, service: Service | None = None) -> Case:
    """Decided in nothing, closed, and everybody has got what was for them."""
    submission = a_submission(tx, clock, service or a_service_kept())
    case = store.lock(tx, submission.case_id)
    officer = acting(a_member_of_staff(tx, clock))
    case = acts.close(tx, case.id, actor=officer, expected=case.row_version, now=clock.now())
    all_arrived(tx, case, clock.now())
    return case


def all_arrived(tx: Transaction, case: Case, now: dt.datetime) -> None:
    tx.execute(
        update(deliveries.deliveries)
        .where(deliveries.deliveries.c.case_id == case.id)
        .values(reached_at=now, evidence="confirmed", needs_person=False)
    )
    tx.execute(update(outbox.outbox).where(outbox.outbox.c.case_id == case.id).values(acknowledged_at=now))


def a_full_case(tx: Transaction, clock: Clock, service: Service, files_dir: Path) -> Case:
    """A case that has gone through a lot, is over, and speaks in every table that a case can speak in."""
    draft = a_complete_draft(tx, clock, service, changes={"wish": CANARY, "name": f"{CANARY} Öberg"})
    received = attachments.receive(files_dir, io.BytesIO(PDF), name=f"{CANARY}.pdf", key=draft.key, limits=ANY)
    file = attachments.keep(
        tx, received, draft_id=draft.id, question="drawing", key=draft.key, limits=ANY, now=clock.now(),
        scanning=False,
    )  # fmt: skip
    given = answers({"drawing": {"ids": [file.id], "later": False}}, at=clock.now())
    drafts.keep(tx, drafts.lock(tx, draft.id), Answers({**draft.answers.given, **given.given}), now=clock.now())
    submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)
    person = a_member_of_staff(tx, clock)
    officer, case = acting(person), store.lock(tx, submission.case_id)
    acts.note(tx, case.id, actor=officer, now=clock.now(), body=CANARY)
    acts.message(tx, case.id, actor=officer, now=clock.now(), subject=CANARY, body=CANARY)
    acts.receive_message(tx, case.id, actor=Actor.resident(), now=clock.now(), body=CANARY)
    call = calls.start(tx, staff_id=person.id, now=clock.now(), channel=Channel.PHONE, caller="070-1740605")
    call = calls.note_submission(tx, call, case_id=case.id, submission_id=submission.id)
    calls.end(tx, call, resolution="answered", now=clock.now(), about=CANARY)
    decide(tx, case, officer, clock)
    appealing.receive(
        tx, case.id, actor=Actor.resident(), now=clock.now(), on=clock.today(), body=CANARY,
        party_id=store.parties_of(tx, case)[0].id,
    )  # fmt: skip
    tx.execute(update(appeals).values(state="late", settled_at=clock.now()))
    case = store.lock(tx, case.id)
    case = acts.close(tx, case.id, actor=officer, expected=case.row_version, now=clock.now(), why=CANARY)
    fill_every_table(tx, case, clock)
    tx.execute(update(attachments_table).where(attachments_table.c.case_id == case.id).values(state="ready"))
    all_arrived(tx, case, clock.now())
    acts.note(tx, case.id, actor=officer, now=clock.now() + dt.timedelta(minutes=1), body=CANARY)
    return case


def fill_every_table(tx: Transaction, case: Case, clock: Clock) -> None:
    """A row in every table that can point at a case and where nobody has said anything yet."""
    now, party = clock.now(), store.parties_of(tx, case)[0]
    done: dict[str, dict[str, Any]] = {
        "signatures": {"state": "confirmed"},
        "enquiries": {"kind": "hearing", "state": "answered"},
        "proposals": {"settled_at": now},
        "transfers": {"settled_at": now},
        "retention_holds": {"released_at": now},
        "case_staff": {"relation": "watches"},
        "contact_items": {"kind": "quick", "state": "done"},
        "spoken_acts": {"kind": "appeal", "confirmed_how": "paper"},
    }
    known = {"cases": case.id, "parties": party.id, "definitions": case.version, "data_keys": case.key.id}
    known["staff"] = rows_of(tx, staff)[0]["id"]
    for table in schema.metadata.sorted_tables:
        pointers = {key.parent.name: key.column.table.name for key in table.foreign_keys}
        if table.name in NOT_OF_CASES or not set(pointers.values()) & (
            set(known) - {"definitions", "data_keys", "staff"}
        ):
            continue
        if "case_id" in table.c:
            here = tx.execute(select(table).where(table.c.case_id == case.id)).first()
        else:
            here = tx.execute(select(table)).first()
        if here is None:
            given = {column: known[parent] for column, parent in pointers.items() if parent in known}
            a_row(tx, table, **{**given, **done.get(table.name, {})})
            here = tx.execute(select(table).where(*(table.c[name] == value for name, value in given.items()))).first()
        if "id" in table.c and here is not None:
            known[table.name] = here.id


def decide(tx: Transaction, case: Case, officer: Actor, clock: Clock) -> None:
    deciding.decide(
        tx, case.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(),
        outcome=Outcome.REFUSED, reasons=CANARY, law="PBL", grounds=Grounds(waiver=CANARY),
    )  # fmt: skip


def rows_of(tx: Transaction, table: Table) -> list[dict[str, Any]]:
    return sorted((dict(row._mapping) for row in tx.execute(select(table))), key=lambda row: repr(sorted(row.items())))


def everything(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
    return {table.name: rows_of(tx, table) for table in schema.metadata.sorted_tables}
