"""A case goes out whole to those who may have it, and with its gaps named to those who may not."""

import io
import json
import re
import zipfile

import pikepdf

from eservices.calendars import FixedClock
from eservices.cases import acts, deciding, protecting, store
from eservices.cases.model import Case, Outcome
from eservices.definitions.library import Library
from eservices.documents.case_file import Exported, Reader, archive, gather
from eservices.documents.case_print import case_pdf
from eservices.documents.letterhead import letterhead
from eservices.documents.rendering import Press
from eservices.language import words
from eservices.settings import house_folder
from eservices.storage.database import Transaction
from tests.build.drafts import a_case, a_member_of_staff, acting
from tests.build.papers import said_on
from tests.documents.test_documents import structure


def a_worked_case(tx: Transaction, clock: FixedClock) -> Case:
    officer = acting(a_member_of_staff(tx, clock))
    case = acts.claim(tx, a_case(tx, clock).id, actor=officer, expected=1, now=clock.now())
    acts.note(tx, case.id, actor=officer, now=clock.now(), body="Bara för oss.")
    acts.message(tx, case.id, actor=officer, now=clock.now(), subject="Hej", body="Vi tittar på det.")
    return deciding.decide(
        tx, case.id, actor=officer, expected=store.lock(tx, case.id).row_version, now=clock.now(),
        outcome=Outcome.GRANTED, reasons="Platsen passar.", law="",
    )  # fmt: skip


def said(exported: Exported) -> str:
    with zipfile.ZipFile(io.BytesIO(archive(exported, lambda _: [b""]))) as folder:
        content = folder.read("case.json").decode()
    json.loads(content)
    return content


def test_a_party_gets_the_case_without_working_papers_and_the_gap_is_named(tx: Transaction, clock: FixedClock):
    case = a_worked_case(tx, clock)

    exported = gather(tx, case, Reader.PARTY, words("sv"))

    told = said(exported)
    assert "Ett plank vid hamnen." in told
    assert "Vi tittar på det." in told
    assert "Platsen passar." in told
    assert "Bara för oss." not in told
    assert {one.because for one in exported.withheld} == {"working_paper"}


def test_the_public_gets_no_person_and_every_gap_is_named(tx: Transaction, clock: FixedClock):
    case = a_worked_case(tx, clock)

    exported = gather(tx, case, Reader.PUBLIC, words("sv"))

    told = said(exported)
    for secret in ("Åsa", "asa.oberg", "+46304601000", "Ett plank vid hamnen.", "Vi tittar på det."):
        assert secret not in told
    assert {"personal", "audience", "message", "working_paper"} <= {one.because for one in exported.withheld}
    assert "Platsen passar." in told


def test_no_code_that_opens_the_case_is_in_any_export_and_a_protected_person_is_not_reached_by_it(
    tx: Transaction, clock: FixedClock
):
    case = a_worked_case(tx, clock)
    officer = acting(a_member_of_staff(tx, clock, "Eva"))
    case = protecting.protect(tx, case.id, actor=officer, now=clock.now(), why="beslut")
    code = store.parties_of(tx, case)[0].code

    for reader in Reader:
        told = said(gather(tx, case, reader, words("sv")))
        assert code not in told
        contact = [party.get("phone", "") for party in json.loads(told)["parties"]]
        assert not any(contact), "where a protected person is reached stands in no export"
    assert "asa.oberg" not in said(gather(tx, case, Reader.PUBLIC, words("sv")))


def test_the_printed_case_is_tagged_in_its_language_with_headings_to_move_by(
    tx: Transaction, clock: FixedClock, library: Library
):
    swedish = words("sv")
    exported = gather(tx, a_worked_case(tx, clock), Reader.PARTY, swedish)

    head = letterhead(library.municipality, swedish)
    printed = case_pdf(Press(house_folder("templates")), head, exported, swedish, unit="Hamn", day="25 november 2026")

    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        assert pdf.Root.MarkInfo.Marked
    tags = structure(printed)
    assert tags.count("H1") == 1
    assert tags.count("H2") >= 3
    assert tags.count("TH") > tags.count("Table")
    said = said_on(printed)
    assert not re.findall(r"\b[a-z]+_[a-z]+\b", said), "codes are for machines"
    for told in ("Sökande", "Bifall", "Skrev till den sökande", "Journalen: Anteckning", "Intern anteckning"):
        assert told in said
