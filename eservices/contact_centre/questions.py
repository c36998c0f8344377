"""What an agent asks a unit: once. The answer serves every later caller, until the day its owner has given it.

Question and answer are about how things are, not about anybody: no names. They lie sealed all the same.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, update

from eservices import journal
from eservices.contact_centre.tables import unit_questions
from eservices.identity.people import Actor
from eservices.identity.tables import staff
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys, make_key
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.values import new_id


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """`owner` has answered and answers for it, to the end of `good_until`."""

    id: str
    unit: str
    service: str | None
    question: str
    answer: str
    asked_at: dt.datetime
    due_at: dt.datetime
    owner: str
    answered_at: dt.datetime | None
    good_until: dt.date | None
    key: DataKey

    def holds(self, today: dt.date) -> bool:
        """Whether the answer may be given today."""
        return self.answered_at is not None and self.good_until is not None and today <= self.good_until


class UnknownQuestion(Exception):
    """There is no question with this id, or it has been withdrawn."""


_FOUND = (
    select(unit_questions, staff.c.name.label("answered_by"), *stored_keys.WRAPPED)
    .join(data_keys, data_keys.c.id == unit_questions.c.key_id)
    .join(staff, staff.c.id == unit_questions.c.owner_id, isouter=True)
    .where(unit_questions.c.state != "withdrawn")
)
_LOCK = Prepared(_FOUND.where(unit_questions.c.id == bindparam("id")).with_for_update(of=unit_questions))
_INSERT = Prepared(insert(unit_questions))
_UPDATE = Prepared(update(unit_questions).where(unit_questions.c.id == bindparam("b_id")))


def ask(
    tx: Transaction,
    *,
    unit: str,
    service: str | None,
    question: str,
    actor: Actor,
    due_at: dt.datetime,
    now: dt.datetime,
) -> str:
    """Ask the unit. Whoever asks the same once more is shown this one first. Gives its id."""
    question_id, key = new_id(), make_key(tx, now)
    tx.run(
        _INSERT,
        {
            "id": question_id,
            "unit": unit,
            "service": service,
            "state": "asked",
            "asked_by": actor.staff_id,
            "asked_at": now,
            "due_at": due_at,
            "key_id": key.id,
            "sealed": key.seal({"question": question, "answer": ""}, place=_place(question_id)),
        },
    )
    journal.write(tx, actor=actor, kind="unit_asked", at=now, content={"question": question_id, "unit": unit})
    return question_id


def answer(
    tx: Transaction, question_id: str, said: str, *, good_until: dt.date, actor: Actor, now: dt.datetime
) -> UnitQuestion:
    """The unit answers, or answers anew; who does so is its owner from now on. Raises `UnknownQuestion`."""
    found = tx.row(_LOCK, id=question_id)
    if found is None:
        raise UnknownQuestion(question_id)
    asked = _question(tx, found)
    content = {"question": asked.question, "answer": said}
    values = {
        "state": "answered",
        "owner_id": actor.staff_id,
        "answered_at": now,
        "good_until": good_until,
        "sealed": asked.key.seal(content, place=_place(question_id)),
        "row_version": found.row_version + 1,
    }
    tx.run(_UPDATE, {"b_id": question_id, **values})
    journal.write(tx, actor=actor, kind="unit_answered", at=now, content={"question": question_id})
    return _question(tx, tx.row(_LOCK, id=question_id))


def known(tx: Transaction, today: dt.date, *, service: str | None = None, limit: int = 100) -> list[UnitQuestion]:
    """The answers that hold today, the newest first; with a service, those about it and about nothing special."""
    wanted: list[ColumnElement[bool]] = [unit_questions.c.state == "answered", unit_questions.c.good_until >= today]
    if service is not None:
        wanted.append(or_(unit_questions.c.service == service, unit_questions.c.service.is_(None)))
    query = _FOUND.where(*wanted).order_by(unit_questions.c.answered_at.desc()).limit(limit)
    return [_question(tx, row) for row in tx.execute(query)]


def waiting(
    tx: Transaction, today: dt.date, *, units: Sequence[str] | None = None, limit: int = 100
) -> list[UnitQuestion]:
    """What these units have to answer (None: all), by last day; an answer whose time is over waits for a new one."""
    query = _FOUND.where(or_(unit_questions.c.state == "asked", unit_questions.c.good_until < today))
    if units is not None:
        query = query.where(unit_questions.c.unit.in_(units))
    return [_question(tx, row) for row in tx.execute(query.order_by(unit_questions.c.due_at).limit(limit))]


def _place(question_id: str) -> str:
    return f"unit_questions.sealed:{question_id}"


def _question(tx: Transaction, row: Any) -> UnitQuestion:
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    content = key.unseal(row.sealed, place=_place(row.id))
    return UnitQuestion(
        id=row.id,
        unit=row.unit,
        service=row.service,
        question=content["question"],
        answer=content["answer"],
        asked_at=row.asked_at,
        due_at=row.due_at,
        owner=row.answered_by or "",
        answered_at=row.answered_at,
        good_until=row.good_until,
        key=key,
    )
