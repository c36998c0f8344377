"""The rows of files: kept, found, removed, handed in, scanned, converted, swept. Never commits."""

import datetime as dt
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, text, update

from eservices.attachments import folder
from eservices.attachments.model import Attachment, Limits, Missing, Received, Refused, State, Work
from eservices.attachments.tables import REFUSED_UNTOLD, attachments
from eservices.storage.database import Database, Transaction
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.values import new_id

_row = attachments.c
_REMOVED = State.REMOVED.value
_ADD = Prepared(insert(attachments))
_CHANGE = Prepared(update(attachments).where(_row.id == bindparam("b_id")))
_CHANGE_IF_SAME = Prepared(
    update(attachments).where(_row.id == bindparam("b_id"), _row.stored_as == bindparam("b_stored_as"))
)
_BY_ID = Prepared(select(attachments).where(_row.id == bindparam("attachment_id"), _row.state != _REMOVED))
_OF_DRAFT = Prepared(
    select(attachments).where(_row.draft_id == bindparam("draft_id"), _row.state != _REMOVED).order_by(_row.id)
)
_OF_SUBMISSION = Prepared(
    select(attachments)
    .where(_row.submission_id == bindparam("submission_id"), _row.state != _REMOVED)
    .order_by(_row.id)
)
_OF_CASE = Prepared(
    select(attachments).where(_row.case_id == bindparam("case_id"), _row.state != _REMOVED).order_by(_row.id)
)
_SAME = Prepared(
    select(attachments).where(
        _row.draft_id == bindparam("draft_id"),
        _row.question == bindparam("question"),
        _row.item == bindparam("item"),
        _row.digest == bindparam("digest"),
    )
)
_HOW_MANY = Prepared(
    select(func.count()).where(
        _row.draft_id == bindparam("draft_id"), _row.question == bindparam("question"), _row.item == bindparam("item")
    )
)
_MADE = Prepared(
    select(attachments).where(
        _row.case_id == bindparam("case_id"),
        _row.submission_id.is_not_distinct_from(bindparam("submission_id")),
        _row.question == bindparam("question"),
        _row.draft_id.is_(None),
        _row.message_id.is_(None),
        _row.state != _REMOVED,
    )
)
_LOOSE = Prepared(
    select(_row.id, _row.stored_as).where(_row.draft_id == bindparam("draft_id"), _row.submission_id.is_(None))
)
_ONE_LOOSE = Prepared(
    select(_row.stored_as).where(
        _row.id == bindparam("attachment_id"), _row.draft_id == bindparam("draft_id"), _row.submission_id.is_(None)
    )
)
_DELETE = Prepared(delete(attachments).where(_row.id == bindparam("attachment_id")))
_WAITING = Prepared(
    select(attachments).where(_row.state == bindparam("state")).order_by(_row.uploaded_at).limit(bindparam("most"))
)

_UNTOLD = Prepared(select(_row.case_id, _row.id).where(text(REFUSED_UNTOLD)).order_by(_row.id).limit(bindparam("most")))
_TOLD = Prepared(
    update(attachments).where(_row.id == bindparam("b_id"), text(REFUSED_UNTOLD)).values(reason=_row.reason + "_told")
)

_DAY = 86_400


def keep(
    tx: Transaction,
    received: Received,
    *,
    draft_id: str,
    question: str,
    item: int = 0,
    key: DataKey,
    limits: Limits,
    now: dt.datetime,
    scanning: bool,
) -> Attachment:
    """Add a file to a draft, whose row the caller has locked. `scanning`: nobody opens it until the scanner has.

    The same bytes for the same question again are the file that is there already. Raises `Refused`
    (too_many_files); the received file is removed in both cases.
    """
    digest = tx.keys.digest("file", received.sha256)
    same = tx.row(_SAME, draft_id=draft_id, question=question, item=item, digest=digest)
    if same is not None:
        folder.discard(received)
        return _attachment(same, key)
    if tx.value(_HOW_MANY, draft_id=draft_id, question=question, item=item) >= limits.max_files:
        folder.discard(received)
        raise Refused("too_many_files", {"maximum": limits.max_files})
    where = {"draft_id": draft_id, "question": question, "item": item}
    return _added(tx, received, key=key, now=now, state=_first_state(received, scanning=scanning), where=where)


def keep_for_case(
    tx: Transaction,
    received: Received,
    *,
    case_id: str,
    key: DataKey,
    now: dt.datetime,
    scanning: bool,
    question: str = "",
    submission_id: str | None = None,
    message_id: str | None = None,
) -> Attachment:
    """Add a file to a case: with a message, or to what was handed in on paper."""
    where = {"case_id": case_id, "submission_id": submission_id, "message_id": message_id, "question": question}
    return _added(tx, received, key=key, now=now, state=_first_state(received, scanning=scanning), where=where)


def keep_made(
    tx: Transaction,
    received: Received,
    *,
    case_id: str,
    key: DataKey,
    now: dt.datetime,
    question: str,
    submission_id: str | None = None,
) -> Attachment:
    """Add a document that the house has made, ready at once; made again, the first one stays and is returned."""
    made = tx.rows(_MADE, case_id=case_id, submission_id=submission_id, question=question)
    if made:
        folder.discard(received)
        return _attachment(made[0], key)
    where = {"case_id": case_id, "submission_id": submission_id, "question": question}
    return _added(tx, received, key=key, now=now, state=State.READY, where=where)


def of_draft(tx: Transaction, draft_id: str, key: DataKey) -> list[Attachment]:
    """The files of a draft in the order they came."""
    return [_attachment(row, key) for row in tx.rows(_OF_DRAFT, draft_id=draft_id)]


def of_submission(tx: Transaction, submission_id: str, key: DataKey) -> list[Attachment]:
    """The files handed in with a submission, and the documents made for it."""
    return [_attachment(row, key) for row in tx.rows(_OF_SUBMISSION, submission_id=submission_id)]


def of_case(tx: Transaction, case_id: str, key: DataKey) -> list[Attachment]:
    """All files of a case."""
    return [_attachment(row, key) for row in tx.rows(_OF_CASE, case_id=case_id)]


def get(tx: Transaction, attachment_id: str, key: DataKey) -> Attachment | None:
    """One file, if this key is its own; None otherwise, so that nobody learns that it is there."""
    row = tx.row(_BY_ID, attachment_id=attachment_id)
    return _attachment(row, key) if row is not None and row.key_id == key.id else None


def names(tx: Transaction, ids: Collection[str], key: DataKey) -> dict[str, str]:
    """The names behind ids, for summaries; files of another key and removed ones are left out."""
    if not ids:
        return {}
    rows = tx.execute(
        select(_row.id, _row.sealed).where(_row.id.in_(ids), _row.key_id == key.id, _row.state != _REMOVED)
    )
    return {row.id: _name(row, key) for row in rows}


def remove(tx: Transaction, attachment_id: str, *, draft_id: str) -> str | None:
    """Take a file out of a draft that has not been sent; None when there is none such.

    The answer is the name under which the bytes lie: `erase` them after the commit, or the sweep does within a day.
    """
    stored_as: str | None = tx.value(_ONE_LOOSE, attachment_id=attachment_id, draft_id=draft_id)
    if stored_as is not None:
        tx.run(_DELETE, {"attachment_id": attachment_id})
    return stored_as


def remove_all(tx: Transaction, draft_id: str) -> list[str]:
    """Take out everything of a draft that was not handed in: when it is cancelled, has expired, or was sent without."""
    rows = tx.rows(_LOOSE, draft_id=draft_id)
    tx.run(_DELETE, [{"attachment_id": row.id} for row in rows])
    return [row.stored_as for row in rows]


def attach_to_submission(
    tx: Transaction, draft_id: str, *, submission_id: str, case_id: str, ids: Collection[str]
) -> int:
    """Hand in the files `ids` of a draft with its submission; how many there were.

    `ids` are those that the visible answers name: the file of a hidden question stays behind with the draft.
    """
    if not ids:
        return 0
    query = (
        update(attachments)
        .where(_row.id.in_(ids), _row.draft_id == draft_id, _row.submission_id.is_(None))
        .values(submission_id=submission_id, case_id=case_id)
    )
    return tx.execute(query).rowcount


def open_for_reading(files_dir: Path, attachment: Attachment, key: DataKey) -> Iterator[bytes]:
    """The bytes, piece by piece. Raises `Missing`, `Unreadable`, and `ValueError` for one that may not be opened."""
    if not attachment.may_be_opened:
        raise ValueError("this file may not be opened")
    return folder.read(files_dir, attachment.stored_as, key)


def to_scan(tx: Transaction, limit: int) -> list[Work]:
    """Files that wait for the scanner, the oldest first."""
    return [_work(row) for row in tx.rows(_WAITING, state=State.QUARANTINED.value, most=limit)]


def scanned(tx: Transaction, work: Work, *, clean: bool) -> None:
    """What the scanner said. Only a clear "clean" lets the file on; one that is not is never opened."""
    if not clean:
        tx.run(_CHANGE, {"b_id": work.attachment_id, "state": State.REFUSED.value, "reason": "infected"})
        return
    following = State.CONVERTING if work.conversion else State.READY
    tx.run(_CHANGE, {"b_id": work.attachment_id, "state": following.value})


def refused_untold(tx: Transaction, limit: int) -> list[tuple[str, str]]:
    """Case and id of files that were handed in and refused afterwards, of which nobody has been told."""
    return [(row.case_id, row.id) for row in tx.rows(_UNTOLD, most=limit)]


def told(tx: Transaction, attachment_id: str) -> bool:
    """Write that the people concerned are told; False when they have been told already."""
    return bool(tx.run(_TOLD, {"b_id": attachment_id}))


def to_convert(tx: Transaction, limit: int) -> list[Work]:
    """Photos that wait for the worker, the oldest first. Two workers may take the same: `converted` settles it."""
    return [_work(row) for row in tx.rows(_WAITING, state=State.CONVERTING.value, most=limit)]


def converted(tx: Transaction, work: Work, received: Received | None, key: DataKey) -> str | None:
    """Put the cleaned picture in the place of what was sent; `received` is None when nobody can read the picture.

    The id stays, so every answer that names the file still does. The answer is the name of the bytes to `erase` after
    the commit: the old ones, or the new ones when the file has been removed, or converted by another worker, meanwhile.
    """
    if received is None:
        tx.run(_CHANGE, {"b_id": work.attachment_id, "state": State.REFUSED.value, "reason": "unreadable"})
        return None
    change = {
        "b_id": work.attachment_id, "b_stored_as": work.stored_as, "state": State.READY.value, "conversion": None,
        "stored_as": received.stored_as, "media_type": received.media_type, "size_bytes": received.size_bytes,
        "sealed": key.seal(received.name, place=f"attachments.sealed:{work.attachment_id}"),
    }  # fmt: skip
    return work.stored_as if tx.run(_CHANGE_IF_SAME, change) else received.stored_as


def sweep(database: Database, files_dir: Path, *, older_than: int = _DAY) -> int:
    """Erase files that no row names, or only one that was removed or infected, once a day old; how many there were.

    Their age is the file's own, by this machine's clock: an upload that is under way is never taken for one that broke
    off.
    """
    horizon = time.time() - older_than
    erased = 0
    for batch in _batches(files_dir, horizon):
        with database.read() as tx:
            named = {
                row.stored_as
                for row in tx.execute(
                    select(_row.stored_as).where(
                        _row.stored_as.in_([path.name for path in batch]),
                        _row.state != _REMOVED,
                        _row.reason.is_distinct_from("infected"),
                    )
                )
            }
        for path in batch:
            if path.name not in named:
                path.unlink(missing_ok=True)
                erased += 1
    return erased


def lost(database: Database, files_dir: Path) -> list[str]:
    """The ids of files whose row is there and whose bytes are not. There must never be one; operations ask."""
    with database.read() as tx:
        rows = tx.execute(
            select(_row.id, _row.stored_as).where(_row.state != _REMOVED, _row.reason.is_distinct_from("infected"))
        )
        return [row.id for row in rows if not folder.path_of(files_dir, row.stored_as).exists()]


def _batches(files_dir: Path, horizon: float) -> Iterator[list[Path]]:
    for each in sorted(files_dir.glob("??")) if files_dir.is_dir() else ():
        old = [path for path in each.iterdir() if path.stat().st_mtime < horizon]
        for start in range(0, len(old), 500):
            yield old[start : start + 500]


def _first_state(received: Received, *, scanning: bool) -> State:
    if scanning:
        return State.QUARANTINED
    return State.CONVERTING if received.conversion else State.READY


def _added(
    tx: Transaction, received: Received, *, key: DataKey, now: dt.datetime, state: State, where: dict[str, Any]
) -> Attachment:
    attachment_id = new_id()
    row = {
        "id": attachment_id, "draft_id": None, "submission_id": None, "case_id": None, "message_id": None, "item": 0,
        "key_id": key.id, "sealed": key.seal(received.name, place=f"attachments.sealed:{attachment_id}"),
        "media_type": received.media_type, "size_bytes": received.size_bytes,
        "digest": tx.keys.digest("file", received.sha256),
        "stored_as": received.stored_as, "state": state.value, "conversion": received.conversion, "uploaded_at": now,
    } | where  # fmt: skip
    if not received.path.exists():
        raise Missing(received.stored_as)
    tx.run(_ADD, row)
    return Attachment(
        attachment_id, row["draft_id"], row["submission_id"], row["case_id"], row["message_id"], row["question"],
        row["item"], key.id, received.name, received.media_type, received.size_bytes, received.stored_as, state, None,
        now,
    )  # fmt: skip


def _attachment(row: Any, key: DataKey) -> Attachment:
    return Attachment(
        row.id, row.draft_id, row.submission_id, row.case_id, row.message_id, row.question, row.item, row.key_id,
        _name(row, key), row.media_type, row.size_bytes, row.stored_as, State(row.state), row.reason, row.uploaded_at,
    )  # fmt: skip


def _name(row: Any, key: DataKey) -> str:
    name: str = key.unseal(row.sealed, place=f"attachments.sealed:{row.id}")
    return name


def _work(row: Any) -> Work:
    return Work(row.id, row.stored_as, row.key_id, row.media_type, row.conversion)
