"""Rows of files: never without their bytes, never twice, handed in with the right submission, swept when nobody's."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from eservices import attachments
from eservices.attachments import Attachment, Limits, Missing, Received, Refused, State, pictures
from eservices.attachments.tables import attachments as table
from eservices.storage.database import Database, Transaction
from eservices.storage.keys import make_key, open_key
from eservices.storage.sealing import DataKey
from eservices.submissions.tables import drafts
from tests.attachments import files
from tests.storage.rows import NOW, a_case, a_draft, a_submission

_LIMITS = Limits(kinds=files.ANY.kinds, max_bytes=10_000_000, max_files=2)


def test_a_file_is_in_its_draft_and_opens_with_its_own_name(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)

    kept = _keep(tx, tmp_path, draft_id, key, files.PDF, name="Åsas ritning.pdf")

    assert attachments.of_draft(tx, draft_id, key) == [kept]
    assert (kept.name, kept.media_type, kept.state) == ("Åsas ritning.pdf", "application/pdf", State.READY)
    assert b"".join(attachments.open_for_reading(tmp_path, kept, key)) == files.PDF
    assert attachments.names(tx, [kept.id, "unknown"], key) == {kept.id: "Åsas ritning.pdf"}
    assert "ritning" not in str(tx.execute(select(table)).one())


def test_the_same_upload_again_is_the_file_that_is_there(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)

    first = _keep(tx, tmp_path, draft_id, key, files.PDF, name="a.pdf")
    again = _keep(tx, tmp_path, draft_id, key, files.PDF, name="b.pdf")
    elsewhere = _keep(tx, tmp_path, draft_id, key, files.PDF, question="other")

    assert again == first
    assert elsewhere.id != first.id
    assert _on_disk(tmp_path) == {first.stored_as, elsewhere.stored_as}


def test_one_upload_sent_by_many_retries_at_once_is_one_file(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        draft_id, key = a_draft(tx)

    def send(_: int) -> str:
        received = _receive(tmp_path, key, files.PDF)
        with database.transaction() as tx:
            tx.execute(select(drafts.c.id).where(drafts.c.id == draft_id).with_for_update())
            own = open_key(tx, key.id)
            return attachments.keep(
                tx, received, draft_id=draft_id, question="files", key=own, limits=_LIMITS, now=NOW, scanning=False
            ).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(send, range(16)))

    assert len(ids) == 1
    assert len(_on_disk(tmp_path)) == 1


def test_no_more_files_than_the_question_takes(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    for number in range(2):
        _keep(tx, tmp_path, draft_id, key, files.PDF + bytes([number]))

    with pytest.raises(Refused) as caught:
        _keep(tx, tmp_path, draft_id, key, files.PDF + b"third")

    assert (caught.value.code, caught.value.facts) == ("too_many_files", {"maximum": 2})
    assert len(_on_disk(tmp_path)) == 2
    assert _keep(tx, tmp_path, draft_id, key, files.PDF + b"third", item=2)


def test_no_row_is_written_for_bytes_that_are_not_there(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    received = _receive(tmp_path, key, files.PDF)
    attachments.discard(received)

    with pytest.raises(Missing):
        attachments.keep(
            tx, received, draft_id=draft_id, question="files", key=key, limits=_LIMITS, now=NOW, scanning=False
        )

    assert attachments.of_draft(tx, draft_id, key) == []


def test_a_transaction_that_fails_leaves_a_file_without_a_row_and_the_sweep_takes_it(
    database: Database, tmp_path: Path
) -> None:
    with database.transaction() as tx:
        draft_id, key = a_draft(tx)
        kept = _keep(tx, tmp_path, draft_id, key, files.PDF)

    def fail() -> None:
        with database.transaction() as tx:
            _keep(tx, tmp_path, draft_id, key, files.RTF, name="brev.rtf")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert len(_on_disk(tmp_path)) == 2
    assert attachments.sweep(database, tmp_path) == 0  # it may be an upload that is under way
    _age(tmp_path)
    assert attachments.sweep(database, tmp_path) == 1
    assert _on_disk(tmp_path) == {kept.stored_as}
    assert attachments.lost(database, tmp_path) == []
    attachments.erase(tmp_path, kept.stored_as)
    assert attachments.lost(database, tmp_path) == [kept.id]


def test_a_file_is_taken_out_of_its_own_draft_only_and_can_come_back(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    other_id, _ = a_draft(tx)
    kept = _keep(tx, tmp_path, draft_id, key, files.PDF)

    assert attachments.remove(tx, kept.id, draft_id=other_id) is None
    assert attachments.remove(tx, kept.id, draft_id=draft_id) == kept.stored_as
    attachments.erase(tmp_path, kept.stored_as)
    assert attachments.remove(tx, kept.id, draft_id=draft_id) is None

    assert _keep(tx, tmp_path, draft_id, key, files.PDF).id != kept.id


def test_another_draft_s_key_finds_nothing(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    kept = _keep(tx, tmp_path, draft_id, key, files.PDF)
    stranger = make_key(tx, NOW)

    assert attachments.get(tx, kept.id, key) == kept
    assert attachments.get(tx, kept.id, stranger) is None
    assert attachments.names(tx, [kept.id], stranger) == {}


def test_only_the_files_that_visible_answers_name_are_handed_in(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    shown = _keep(tx, tmp_path, draft_id, key, files.PDF, question="shown")
    hidden = _keep(tx, tmp_path, draft_id, key, files.PDF, question="hidden")
    foreign_draft, foreign_key = a_draft(tx)
    foreign = _keep(tx, tmp_path, foreign_draft, foreign_key, files.PDF)
    case_id, _ = a_case(tx)
    submission_id = a_submission(tx, case_id=case_id)

    assert attachments.attach_to_submission(tx, draft_id, submission_id=submission_id, case_id=case_id, ids=[]) == 0
    handed_in = attachments.attach_to_submission(
        tx, draft_id, submission_id=submission_id, case_id=case_id, ids=[shown.id, foreign.id]
    )

    assert handed_in == 1
    assert [each.id for each in attachments.of_submission(tx, submission_id, key)] == [shown.id]
    assert [each.id for each in attachments.of_case(tx, case_id, key)] == [shown.id]
    assert attachments.remove(tx, shown.id, draft_id=draft_id) is None  # what was sent stays
    assert attachments.remove_all(tx, draft_id) == [hidden.stored_as]


def test_a_document_of_the_house_is_made_once(tx: Transaction, tmp_path: Path) -> None:
    case_id, key = a_case(tx)
    submission_id = a_submission(tx, case_id=case_id)

    def make(content: bytes) -> Attachment:
        made = attachments.receive_made(tmp_path, content, name="Kvitto.pdf", media_type="application/pdf", key=key)
        return attachments.keep_made(
            tx, made, case_id=case_id, submission_id=submission_id, question="receipt", key=key, now=NOW
        )

    first, again = make(files.PDF), make(files.PDF + b"again")

    assert again == first
    assert first.may_be_opened
    assert _on_disk(tmp_path) == {first.stored_as}


def test_nothing_in_quarantine_is_opened_until_the_scanner_has_said_clean(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    clean = _keep(tx, tmp_path, draft_id, key, files.PDF, scanning=True)
    infected = _keep(tx, tmp_path, draft_id, key, files.PDF, question="b", scanning=True)
    photo = _keep(tx, tmp_path, draft_id, key, _PHOTO, question="c", name="x.jpg", scanning=True)
    for each in (clean, infected, photo):
        with pytest.raises(ValueError, match="may not be opened"):
            attachments.open_for_reading(tmp_path, each, key)

    work = {each.attachment_id: each for each in attachments.to_scan(tx, 10)}
    assert set(work) == {clean.id, infected.id, photo.id}
    attachments.scanned(tx, work[clean.id], clean=True)
    attachments.scanned(tx, work[infected.id], clean=False)
    attachments.scanned(tx, work[photo.id], clean=True)

    found = {each.id: each for each in attachments.of_draft(tx, draft_id, key)}
    assert found[clean.id].may_be_opened
    assert (found[infected.id].state, found[infected.id].reason) == (State.REFUSED, "infected")
    assert found[photo.id].state is State.CONVERTING
    assert attachments.to_scan(tx, 10) == []


def test_an_infected_file_s_bytes_are_swept_and_its_row_stays(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.transaction() as tx:
        draft_id, key = a_draft(tx)
        kept = _keep(tx, tmp_path, draft_id, key, files.PDF, scanning=True)
        attachments.scanned(tx, attachments.to_scan(tx, 1)[0], clean=False)
    _age(tmp_path)

    assert attachments.sweep(sqlite_database, tmp_path) == 1

    with sqlite_database.read() as tx:
        assert [each.id for each in attachments.of_draft(tx, draft_id, key)] == [kept.id]
    assert attachments.lost(sqlite_database, tmp_path) == []


def test_a_converted_photo_takes_the_place_of_what_was_sent(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    kept = _keep(tx, tmp_path, draft_id, key, files.a_picture("HEIF", place=True), name="IMG_1.HEIC")
    assert kept.state is State.CONVERTING

    work = attachments.to_convert(tx, 10)[0]
    made = pictures.clean(tmp_path, work, kept.name, key)
    assert attachments.converted(tx, work, made, key) == kept.stored_as

    after = attachments.get(tx, kept.id, key)
    assert after is not None
    assert (after.name, after.media_type, after.state) == ("IMG_1.jpg", "image/jpeg", State.READY)
    assert b"".join(attachments.open_for_reading(tmp_path, after, key)).startswith(b"\xff\xd8\xff")
    assert attachments.to_convert(tx, 10) == []
    # the telephone sends the same photo again
    assert _keep(tx, tmp_path, draft_id, key, files.a_picture("HEIF", place=True), name="IMG_1.HEIC").id == kept.id


def test_a_photo_removed_while_it_was_converted_stays_removed(tx: Transaction, tmp_path: Path) -> None:
    draft_id, key = a_draft(tx)
    kept = _keep(tx, tmp_path, draft_id, key, _PHOTO, name="x.jpg")
    work = attachments.to_convert(tx, 10)[0]
    made = pictures.clean(tmp_path, work, kept.name, key)

    attachments.remove(tx, kept.id, draft_id=draft_id)

    assert attachments.converted(tx, work, made, key) == made.stored_as  # to be erased
    assert attachments.of_draft(tx, draft_id, key) == []


def test_a_picture_that_nobody_can_read_is_refused_and_its_bytes_are_kept(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.transaction() as tx:
        draft_id, key = a_draft(tx)
        kept = _keep(tx, tmp_path, draft_id, key, _PHOTO[:200], name="x.jpg")
        work = attachments.to_convert(tx, 1)[0]
        with pytest.raises(pictures.UnreadablePicture):
            pictures.clean(tmp_path, work, kept.name, key)
        assert attachments.converted(tx, work, None, key) is None
        after = attachments.get(tx, kept.id, key)
    _age(tmp_path)

    assert after is not None
    assert (after.state, after.reason) == (State.REFUSED, "unreadable")
    assert attachments.sweep(sqlite_database, tmp_path) == 0


_PHOTO = files.a_picture("JPEG", place=True)


def _receive(folder: Path, key: DataKey, content: bytes, name: str = "a.pdf") -> Received:
    return attachments.receive(folder, io.BytesIO(content), name=name, key=key, limits=_LIMITS)


def _keep(
    tx: Transaction,
    folder: Path,
    draft_id: str,
    key: DataKey,
    content: bytes,
    *,
    name: str = "a.pdf",
    question: str = "files",
    item: int = 0,
    scanning: bool = False,
) -> Attachment:
    return attachments.keep(
        tx,
        _receive(folder, key, content, name),
        draft_id=draft_id,
        question=question,
        item=item,
        key=key,
        limits=_LIMITS,
        now=NOW,
        scanning=scanning,
    )


def _on_disk(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file() and len(path.name) == 64}


def _age(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
