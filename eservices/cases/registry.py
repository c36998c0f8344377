"""The register as the law wants it (OSL 5:2), and the list of delegated decisions for a board (KL 6:40).

Four facts of each case and each document that came or went: the day, the number, from or to whom, and what it is about,
in few words. Who it is about is left out where that may be secret; such a line is still there. The register is not kept
beside the cases but read out of them, so that nothing can stand in one and not in the other. A line that says something
wrong is corrected by what is written next to it; what it said before stays.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, insert, literal, literal_column, null, select

from eservices.attachments.tables import attachments
from eservices.calendars import day_of, end_of_day, start_of_day
from eservices.cases import store
from eservices.cases.changing import change, locked, note_entry
from eservices.cases.filing import about_of, sender_of
from eservices.cases.marks import IS_MARKED
from eservices.cases.model import Case, CaseId, DecisionKind, MadeBy, NotAllowed, Outcome
from eservices.cases.tables import (
    cases,
    decisions,
    filed_mail,
    messages,
    parties,
    register_corrections,
)
from eservices.identity.people import Actor
from eservices.identity.tables import staff
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.submissions.tables import submissions
from eservices.values import new_id

#: A page of the register holds no more than this, and a list of decisions no more than that.
MOST = 500
MOST_DECISIONS = 5_000


@dataclass(frozen=True, slots=True)
class Correction:
    """What a line should say. Blank: as it says itself."""

    who: str
    what: str
    on: dt.date | None
    why: str
    by: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """One line of the register. `who` is empty where it may be secret: whoever asks gets that judged.

    `line` names what it is made of, so that it can be corrected; `kind` is a code: what came or went.
    """

    line: str
    at: dt.datetime
    number: str
    registry_number: str
    direction: str  #: in, out
    who: str
    what: str
    kind: str
    unit: str
    secret: bool
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Lines in the order things came and went; `next` is where the next page begins, or empty."""

    lines: tuple[Registered, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Delegated:
    """One decision that somebody made for the board.

    `secret`: who and what may not be told to everybody. In the version that is published nobody is named, and of a
    secret one only the number stands.
    """

    decided_on: dt.date
    number: str
    registry_number: str
    title: str
    outcome: Outcome | None
    kind: DecisionKind
    delegate: str
    law: str
    decided_by: str
    who: str
    unit: str
    secret: bool


_SHOWN = (
    cases.c.id,
    cases.c.number,
    cases.c.registry_number,
    cases.c.title,
    cases.c.unit,
    cases.c.protected,
    cases.c.restricted,
    cases.c.contact_view,
    cases.c.disposed_at,
    IS_MARKED.label("marked"),
    cases.c.key_id,
    cases.c.sealed,
    *stored_keys.WRAPPED,
)

#: Who a document is from or to, where that is not who the case is about.
_NOBODY_ELSE = (
    null().label("party_id"),
    null().label("party_sealed"),
    null().label("mail_id"),
    null().label("mail_sealed"),
)


def _lines(of: str, row_id: Any, at: Any, direction: Any, kind: Any, *who: Any) -> Select[Any]:
    return select(
        *_SHOWN,
        literal(of).label("of"),
        row_id.label("row_id"),
        at.label("at"),
        direction.label("direction"),
        kind.label("kind"),
        *(who or _NOBODY_ELSE),
    ).join(data_keys, data_keys.c.id == cases.c.key_id)


@dataclass(frozen=True, slots=True)
class _Source:
    """What some lines are made of: the table, the query, and the column by whose moment they are put."""

    table: Table
    query: Select[Any]
    at: ColumnElement[Any]


_SOURCES = {
    "case": _Source(
        cases,
        _lines("case", cases.c.id, cases.c.received_at, literal("in"), literal("submitted")),
        cases.c.received_at,
    ),
    "submission": _Source(
        submissions,
        _lines("submission", submissions.c.id, submissions.c.received_at, literal("in"), submissions.c.kind)
        .join(submissions, submissions.c.case_id == cases.c.id)
        .where(literal_column("submissions.kind <> 'initial'")),
        submissions.c.received_at,
    ),
    "message": _Source(
        messages,
        _lines(
            "message", messages.c.id, messages.c.sent_at, messages.c.direction, messages.c.kind,
            messages.c.party_id.label("party_id"), parties.c.sealed.label("party_sealed"),
            filed_mail.c.message_id.label("mail_id"), filed_mail.c.sealed.label("mail_sealed"),
        )
        .join(messages, messages.c.case_id == cases.c.id)
        .join(parties, parties.c.id == messages.c.party_id, isouter=True)
        .join(filed_mail, filed_mail.c.message_id == messages.c.id, isouter=True),
        messages.c.sent_at,
    ),
    "document": _Source(
        attachments,
        _lines("document", attachments.c.id, attachments.c.uploaded_at, literal("in"), literal("document"))
        .join(attachments, attachments.c.case_id == cases.c.id)
        .where(literal_column("attachments.question = 'document'"), attachments.c.state != "removed"),
        attachments.c.uploaded_at,
    ),
    "decision": _Source(
        decisions,
        _lines("decision", decisions.c.id, decisions.c.decided_at, literal("out"), decisions.c.kind)
        .join(decisions, decisions.c.case_id == cases.c.id),
        decisions.c.decided_at,
    ),
}  # fmt: skip

_DECIDED = (
    select(
        *_SHOWN,
        decisions.c.id.label("decision_id"),
        decisions.c.sealed.label("decision_sealed"),
        decisions.c.decided_at.label("at"),
        decisions.c.outcome,
        decisions.c.kind,
        decisions.c.delegate,
        staff.c.name.label("decided_by"),
    )
    .join(cases, cases.c.id == decisions.c.case_id)
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .join(staff, staff.c.id == decisions.c.decided_by)
    .where(decisions.c.made_by == MadeBy.DELEGATE.value)
    .order_by(decisions.c.decided_at, decisions.c.id)
    .limit(MOST_DECISIONS)
)

_CORRECT = Prepared(insert(register_corrections))


def register_of(
    tx: Transaction,
    day: dt.date,
    *,
    units: Sequence[str] | None = None,
    after: str = "",
    most: int = MOST,
) -> RegisterPage:
    """What came and went on a day, in the order it did. `after` is where the page before ended."""
    begins, begun = _read_cursor(after) or (start_of_day(day), "")
    rows: list[Any] = []
    for source in _SOURCES.values():
        wanted = source.query.where(source.at >= max(begins, start_of_day(day)), source.at <= end_of_day(day))
        if units is not None:
            wanted = wanted.where(_is_of(units))
        # One moment may hold several lines: those that the page before has shown are read once more and passed over.
        rows += tx.execute(wanted.order_by(source.at).limit(2 * most)).all()
    found = sorted(rows, key=lambda row: (row.at, _name_of(row)))
    found = [row for row in found if (row.at, _name_of(row)) > (begins, begun)] if begun else found
    shown = found[:most]
    corrected = _corrections(tx, shown)
    lines = tuple(_line(tx, row, corrected.get(_name_of(row), ())) for row in shown)
    last = lines[-1] if len(found) > most else None
    return RegisterPage(lines, f"{last.at.isoformat()}|{last.line}" if last else "")


def line_of(tx: Transaction, case: Case, line: str) -> Registered | None:
    """One line of a case's, as it stands now; None where the case has no such line."""
    of, _, row_id = line.partition(":")
    source = _SOURCES.get(of)
    if source is None:
        return None
    row = tx.execute(source.query.where(cases.c.id == case.id, source.table.c.id == row_id)).first()
    return None if row is None else _line(tx, row, _corrections(tx, [row]).get(line, ()))


def corrections_of(tx: Transaction, case: Case) -> list[tuple[str, Correction]]:
    """Every correction of a line of this case's, with the line, the oldest first."""
    query = (
        select(register_corrections, staff.c.name.label("by"))
        .join(staff, staff.c.id == register_corrections.c.corrected_by)
        .where(register_corrections.c.case_id == case.id)
        .order_by(register_corrections.c.corrected_at, register_corrections.c.id)
    )
    return [(row.line, _correction(case.key, row)) for row in tx.execute(query)]


def correct(
    tx: Transaction,
    case_id: CaseId,
    line: str,
    said: Correction,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
) -> Case:
    """Write beside a line what it should say, and why. What it said stays to be read. Raises `NotAllowed`."""
    case = locked(tx, case_id, expected)
    if actor.staff_id is None or line_of(tx, case, line) is None:
        raise NotAllowed("correct the register", case.status)
    row_id = new_id()
    content = {"who": said.who, "what": said.what, "on": said.on.isoformat() if said.on else None, "why": said.why}
    row = {
        "id": row_id,
        "case_id": case.id,
        "line": line,
        "corrected_by": actor.staff_id,
        "corrected_at": now,
        "sealed": case.key.seal(content, place=_place(row_id)),
    }
    tx.run(_CORRECT, row)
    after = change(tx, case)
    note_entry(tx, after, actor, "register_corrected", now, why=said.why)
    return after


def delegated(
    tx: Transaction,
    board: str,
    *,
    since: dt.date,
    until: dt.date,
    published: bool,
    units: Sequence[str] | None = None,
) -> list[Delegated]:
    """The decisions made for a board in a period, to be reported to it; or as everybody may read them."""
    query = _DECIDED.where(
        cases.c.board == board,
        decisions.c.decided_at >= start_of_day(since),
        decisions.c.decided_at <= end_of_day(until),
    )
    if units is not None:
        query = query.where(_is_of(units))
    return [_delegated(tx, row, published=published) for row in tx.execute(query)]


def _is_of(units: Sequence[str]) -> ColumnElement[bool]:
    """Of these units. Asked so that no database begins with a unit's cases, of which there are many, for one day's."""
    return func.coalesce(cases.c.unit, "").in_(units)


def _delegated(tx: Transaction, row: Any, *, published: bool) -> Delegated:
    secret = _is_secret(row)
    day, number, registry_number = day_of(row.at), row.number, row.registry_number or ""
    if published and secret:
        kind = DecisionKind(row.kind)
        return Delegated(day, number, registry_number, "", None, kind, "", "", "", "", row.unit, secret=True)
    key = _key_of(tx, row)
    return Delegated(
        decided_on=day,
        number=number,
        registry_number=registry_number,
        title=row.title,
        outcome=Outcome(row.outcome),
        kind=DecisionKind(row.kind),
        delegate=row.delegate,
        law=store.opened_decision(key, row.decision_id, row.decision_sealed)["law"] if key is not None else "",
        decided_by=row.decided_by,
        who="" if published else _about(row, key),
        unit=row.unit,
        secret=secret,
    )


def _name_of(row: Any) -> str:
    return f"{row.of}:{row.row_id}"


def _read_cursor(text: str) -> tuple[dt.datetime, str] | None:
    at, _, line = text.partition("|")
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, line) if moment.tzinfo is not None and line else None


def _line(tx: Transaction, row: Any, corrections: Sequence[Correction]) -> Registered:
    who, secret = _who(tx, row), _is_secret(row)
    return Registered(
        line=_name_of(row),
        at=row.at,
        number=row.number,
        registry_number=row.registry_number or "",
        direction=row.direction,
        who=who,
        what=_what(tx, row),
        kind=row.kind,
        unit=row.unit,
        secret=secret,
        corrections=tuple(_without_who(one) if secret else one for one in corrections),
    )


def _what(tx: Transaction, row: Any) -> str:
    """What the case is about, and of a letter that was put with it, what that is; less where it may be secret."""
    if row.mail_sealed is None or _is_secret(row) or (key := _key_of(tx, row)) is None:
        title: str = row.title
        return title
    about = about_of(key, row.mail_id, row.mail_sealed)
    return f"{row.title}. {about}" if about else row.title


def _without_who(said: Correction) -> Correction:
    return Correction("", said.what, said.on, said.why, said.by, said.at)


def _is_secret(row: Any) -> bool:
    return bool(
        row.protected
        or row.restricted
        or row.marked
        or row.contact_view in {"existence_only", "by_reference_only"}
        or row.disposed_at is not None
    )


def _key_of(tx: Transaction, row: Any) -> DataKey | None:
    """The key of the case; None where all that it said is gone."""
    return None if row.wrapped is None else stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)


def _who(tx: Transaction, row: Any) -> str:
    if _is_secret(row) or (key := _key_of(tx, row)) is None:
        return ""
    if row.party_sealed is not None:
        name: str = store.opened_party(key, row.party_id, row.party_sealed)["name"]
        return name
    if row.mail_sealed is not None:
        return sender_of(key, row.mail_id, row.mail_sealed)
    return _about(row, key)


def _about(row: Any, key: DataKey | None) -> str:
    if key is None or _is_secret(row):
        return ""
    name: str = key.unseal(row.sealed, place=store.place_of(row.id))["name"]
    return name


def _corrections(tx: Transaction, rows: Sequence[Any]) -> dict[str, tuple[Correction, ...]]:
    """Line -> its corrections, the oldest first."""
    by_id = {row.id: row for row in rows}
    if not by_id:
        return {}
    query = (
        select(register_corrections, staff.c.name.label("by"))
        .join(staff, staff.c.id == register_corrections.c.corrected_by)
        .where(register_corrections.c.case_id.in_(by_id))
        .order_by(register_corrections.c.corrected_at, register_corrections.c.id)
    )
    found: dict[str, tuple[Correction, ...]] = {}
    for said in tx.execute(query):
        key = _key_of(tx, by_id[said.case_id])
        if key is not None:
            found[said.line] = (*found.get(said.line, ()), _correction(key, said))
    return found


def _correction(key: DataKey, row: Any) -> Correction:
    content = key.unseal(row.sealed, place=_place(row.id))
    on = dt.date.fromisoformat(content["on"]) if content["on"] else None
    return Correction(content["who"], content["what"], on, content["why"], row.by, row.corrected_at)


def _place(correction_id: str) -> str:
    return f"register_corrections.sealed:{correction_id}"
