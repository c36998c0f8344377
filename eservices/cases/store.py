"""Cases and what belongs to them, in and out of the database. Never commits."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_unless_there  # compiles for SQLite too

from eservices import deliveries
from eservices.cases.index_keys import IndexKey
from eservices.cases.model import (
    Case,
    CaseClock,
    CaseId,
    ClockKind,
    Decision,
    DecisionKind,
    Direction,
    MadeBy,
    Message,
    Outcome,
    Part,
    Party,
    Public,
)
from eservices.cases.tables import case_keys, cases, clocks, decisions, messages, parties
from eservices.deliveries import Delivery
from eservices.journey.answers import AnswerState, Place
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey, KeyRing
from eservices.submissions import store as submissions_store
from eservices.submissions.model import Needs, Submission
from eservices.values import Channel, ContactMethod, IdentityBasis, Json

# Of what has been disposed of nothing is left to open: nobody finds it, and no act reaches it.
_FOUND = (
    select(cases, *stored_keys.WRAPPED)
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .where(cases.c.disposed_at.is_(None))
)
_BY_ID = Prepared(_FOUND.where(cases.c.id == bindparam("id")))
_BY_NUMBER = Prepared(_FOUND.where(cases.c.number == bindparam("number")))
_LOCK = Prepared(_FOUND.where(cases.c.id == bindparam("id")).with_for_update(of=cases))
_ADD = Prepared(insert_unless_there(cases).on_conflict_do_nothing(index_elements=[cases.c.number]))
_UPDATE = Prepared(update(cases).where(cases.c.id == bindparam("b_id")))
_NUMBERS_OF_YEAR = Prepared(
    select(func.count()).select_from(
        select(cases.c.id)
        .where(
            cases.c.number >= bindparam("first"),
            cases.c.number < bindparam("after"),
            func.length(cases.c.number) == bindparam("length"),
        )
        .limit(bindparam("most"))
        .subquery()
    )
)

_BY_REGISTRY_NUMBER = Prepared(
    select(cases.c.id).where(
        cases.c.registry_number == bindparam("registry_number"), cases.c.id != bindparam("other_than")
    )
)

_ADD_PARTY = Prepared(insert(parties))
_PARTIES = Prepared(select(parties).where(parties.c.case_id == bindparam("case_id")).order_by(parties.c.id))

_CHANGE_PARTY = Prepared(update(parties).where(parties.c.id == bindparam("b_id")))

_ADD_KEYS = Prepared(insert_unless_there(case_keys).on_conflict_do_nothing())

_ADD_CLOCKS = Prepared(insert(clocks))
_UPDATE_CLOCK = Prepared(update(clocks).where(clocks.c.id == bindparam("b_id")))
_CLOCKS = Prepared(
    select(clocks).where(clocks.c.case_id == bindparam("case_id")).order_by(clocks.c.due_at, clocks.c.id)
)
_CLOCKS_TO_ACT_ON = Prepared(
    select(clocks.c.id, clocks.c.case_id)
    .where(clocks.c.next_act_at <= bindparam("now"))
    .order_by(clocks.c.next_act_at)
    .limit(bindparam("most"))
)

_ADD_MESSAGE = Prepared(insert(messages))
_MESSAGES = Prepared(
    select(messages).where(messages.c.case_id == bindparam("case_id")).order_by(messages.c.sent_at, messages.c.id)
)
_READ_MESSAGES = Prepared(
    update(messages)
    .where(
        messages.c.case_id == bindparam("b_case_id"),
        messages.c.direction == bindparam("b_direction"),
        messages.c.read_at.is_(None),
    )
    .values(read_at=bindparam("read_at"))
)

_ADD_DECISION = Prepared(insert(decisions))
_ANNOUNCED = Prepared(update(decisions).where(decisions.c.id == bindparam("b_id")))
_DECISIONS = Prepared(
    select(decisions).where(decisions.c.case_id == bindparam("case_id")).order_by(decisions.c.revision)
)


class UnknownCase(Exception):
    """There is no case with this id."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that belongs to it, for a page. Files and journal are read where they are shown."""

    case: Case
    parties: tuple[Party, ...]
    clocks: tuple[CaseClock, ...]
    messages: tuple[Message, ...]
    decisions: tuple[Decision, ...]
    submissions: tuple[Submission, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def applicant(self) -> Party:
        return self.parties[0]

    @property
    def missing(self) -> tuple[Place, ...]:
        """What was expected from the beginning and has not come with any supplement since; nothing, once the case is
        decided on what there was."""
        return () if self.case.decided_at is not None else still_missing(self.submissions)


def by_id(tx: Transaction, case_id: CaseId) -> Case | None:
    row = tx.row(_BY_ID, id=case_id)
    return None if row is None else _case(tx, row)


def by_number(tx: Transaction, number: str) -> Case | None:
    """The case with this number, as `codes.read_case_number` gives it."""
    row = tx.row(_BY_NUMBER, number=number)
    return None if row is None else _case(tx, row)


def lock(tx: Transaction, case_id: CaseId) -> Case:
    """The case as it is now, and nobody else changes it before this transaction ends. Raises `UnknownCase`."""
    row = tx.row(_LOCK, id=case_id)
    if row is None:
        raise UnknownCase(case_id)
    return _case(tx, row)


def whole(tx: Transaction, number: str) -> CaseFile | None:
    """The case with all that belongs to it."""
    case = by_number(tx, number)
    return None if case is None else file_of(tx, case)


def file_of(tx: Transaction, case: Case) -> CaseFile:
    """All that belongs to a case that has been read."""
    return CaseFile(
        case,
        tuple(parties_of(tx, case)),
        tuple(clocks_of(tx, case)),
        tuple(messages_of(tx, case)),
        tuple(decisions_of(tx, case)),
        tuple(submissions_store.of_case(tx, case.id)),
        tuple(deliveries.of_case(tx, case.id)),
    )


def add(tx: Transaction, case: Case) -> bool:
    """Write a new case. False, and nothing written, when its number is taken."""
    return bool(
        tx.run(
            _ADD,
            {
                "id": case.id,
                "number": case.number,
                "service": case.service,
                "version": case.version,
                "title": case.title,
                "board": case.board,
                "unit": case.unit,
                "regime": case.regime,
                "status": case.status,
                "public_status": case.public_status.value,
                "open": case.open,
                "contact_queue": case.contact_queue,
                "contact_view": case.contact_view,
                "channel": case.channel.value,
                "language": case.language,
                "restricted": case.restricted,
                "protected": case.protected,
                "key_id": case.key.id,
                "sealed": case.key.seal({"name": case.name}, place=place_of(case.id)),
                "received_at": case.received_at,
                "received_on": case.received_on,
                "due_at": case.due_at,
                "opened_at": case.opened_at,
                "missing": case.missing,
            },
        )
    )


def change(tx: Transaction, case: Case, values: Mapping[str, Any]) -> None:
    """Write new values of a locked case, and count its row version up."""
    tx.run(_UPDATE, {"b_id": case.id, "row_version": case.row_version + 1, **values})


def has_registry_number(tx: Transaction, registry_number: str, *, other_than: CaseId) -> bool:
    """Whether another case goes by this number in a board's own register."""
    return tx.row(_BY_REGISTRY_NUMBER, registry_number=registry_number, other_than=other_than) is not None


def numbers_used(tx: Transaction, year: int, *, signs: int, most: int) -> int:
    """How many case numbers of this length the year has used, counted up to `most`."""
    length = len(f"{year}-") + signs + 1
    count: int = tx.value(_NUMBERS_OF_YEAR, first=f"{year}-", after=f"{year + 1}-", length=length, most=most)
    return count


def add_party(tx: Transaction, case: Case, party: Party) -> None:
    tx.run(
        _ADD_PARTY,
        {
            "id": party.id,
            "case_id": case.id,
            "role": party.role,
            "kind": party.kind,
            "language": party.language,
            "contact_method": party.method.value,
            "identity_basis": party.identity_basis.value,
            "protected": party.protected,
            "code_digest": follow_digest(tx.keys, case.number, party.code),
            "sealed": _sealed_party(case.key, party),
        },
    )


def change_party(tx: Transaction, case: Case, party: Party) -> None:
    """Write how a party is reached now; its code and its role stay. The case is locked."""
    values = {"contact_method": party.method.value, "language": party.language}
    tx.run(_CHANGE_PARTY, {"b_id": party.id, **values, "sealed": _sealed_party(case.key, party)})


def parties_of(tx: Transaction, case: Case) -> list[Party]:
    """The parties of a case; first the one who gets the news: representative, else guardian, else applicant."""
    found = [party_of(case.key, row) for row in tx.rows(_PARTIES, case_id=case.id)]
    return sorted(found, key=lambda party: _ORDER.get(party.role, len(_ORDER)))  # ids of one moment have no order


def methods_of(tx: Transaction, case_ids: Iterable[CaseId]) -> dict[CaseId, ContactMethod]:
    """How the party of each of these cases is reached who gets the news."""
    wanted = list(case_ids)
    if not wanted:
        return {}
    columns = (parties.c.case_id, parties.c.role, parties.c.contact_method)
    rows = tx.execute(select(*columns).where(parties.c.case_id.in_(wanted))).all()
    last_first = sorted(rows, key=lambda row: _ORDER.get(row.role, len(_ORDER)), reverse=True)
    return {row.case_id: ContactMethod(row.contact_method) for row in last_first}


#: Role -> whose turn it is to be told.
_ORDER = {"representative": 0, "guardian": 1, "applicant": 2}


def party_of(key: DataKey, row: Any) -> Party:
    """A row of `parties`, opened with its case's key."""
    content = opened_party(key, row.id, row.sealed)
    return Party(
        id=row.id,
        role=row.role,
        kind=row.kind,
        language=row.language,
        method=ContactMethod(row.contact_method),
        identity_basis=IdentityBasis(row.identity_basis),
        protected=row.protected,
        name=content["name"],
        personal_number=content["personal_number"],
        email=content["email"],
        phone=content["phone"],
        address=content["address"],
        code=content["code"],
        needs=Needs.from_json(content["needs"]),
        helper=content["helper"],
        consent=content["consent"],
    )


def opened_party(key: DataKey, party_id: str, sealed: bytes) -> Mapping[str, Any]:
    """The sealed content of a party, of a row that another query has brought along."""
    content: Mapping[str, Any] = key.unseal(sealed, place=_party_place(party_id))
    return content


def add_index_keys(tx: Transaction, case_id: CaseId, found_by: Iterable[IndexKey]) -> None:
    """Let the case be found by these, through their keyed digests."""
    rows = {key_digest(tx.keys, key): key.kind for key in found_by}
    if rows:
        tx.run(_ADD_KEYS, [{"digest": digest, "case_id": case_id, "kind": kind} for digest, kind in rows.items()])


def key_digest(keys: KeyRing, key: IndexKey) -> str:
    return keys.digest(key.kind, key.form)[:32]


def follow_digest(keys: KeyRing, number: str, code: str) -> str:
    """Under which a party's code is found: only together with the number of its case."""
    return keys.digest("follow code", f"{number}\x00{code}")


def add_clocks(tx: Transaction, case_id: CaseId, running: Sequence[CaseClock]) -> None:
    tx.run(
        _ADD_CLOCKS,
        [
            {
                "id": clock.id,
                "case_id": case_id,
                "kind": clock.kind.value,
                "source": clock.source,
                "rule": dict(clock.rule),
                "started_at": clock.started_at,
                "due_at": clock.due_at,
                "pauses": [],
                "acted": list(clock.acted),
                "paused_at": clock.paused_at,
                "met_at": clock.met_at,
                "next_act_at": clock.next_act_at,
                "about": clock.about,
            }
            for clock in running
        ],
    )


def change_clock(tx: Transaction, clock_id: str, values: Mapping[str, Any]) -> None:
    tx.run(_UPDATE_CLOCK, {"b_id": clock_id, **values})


def clocks_of(tx: Transaction, case: Case) -> list[CaseClock]:
    """The clocks of a case, the next due first."""
    return [_clock(row) for row in tx.rows(_CLOCKS, case_id=case.id)]


def clocks_to_act_on(tx: Transaction, now: dt.datetime, most: int) -> list[tuple[str, CaseId]]:
    """Clock and case, of those for which something may be to do by now."""
    return [(row.id, row.case_id) for row in tx.rows(_CLOCKS_TO_ACT_ON, now=now, most=most)]


def _clock(row: Any) -> CaseClock:
    return CaseClock(
        id=row.id,
        kind=ClockKind(row.kind),
        source=row.source,
        rule=row.rule,
        started_at=row.started_at,
        due_at=row.due_at,
        paused_at=row.paused_at,
        pauses=tuple((start, end, reason) for start, end, reason in row.pauses),
        met_at=row.met_at,
        acted=tuple(row.acted),
        next_act_at=row.next_act_at,
        about=row.about,
    )


def add_message(tx: Transaction, case: Case, message: Message) -> None:
    content = {"subject": message.subject, "body": message.body}
    tx.run(
        _ADD_MESSAGE,
        {
            "id": message.id,
            "case_id": case.id,
            "party_id": message.party_id,
            "direction": message.direction.value,
            "kind": message.kind,
            "channel": message.channel.value,
            "staff_id": message.staff_id,
            "sent_at": message.sent_at,
            "sealed": case.key.seal(content, place=_message_place(message.id)),
        },
    )


def messages_of(tx: Transaction, case: Case) -> list[Message]:
    """Messages both ways, the oldest first."""
    found = []
    for row in tx.rows(_MESSAGES, case_id=case.id):
        content = case.key.unseal(row.sealed, place=_message_place(row.id))
        found.append(
            Message(
                row.id,
                Direction(row.direction),
                row.kind,
                Channel(row.channel),
                row.party_id,
                row.staff_id,
                row.sent_at,
                row.read_at,
                content["subject"],
                content["body"],
            )
        )
    return found


def note_messages_read(tx: Transaction, case_id: CaseId, direction: Direction, at: dt.datetime) -> None:
    """Everything in this direction has now been read by whom it was for."""
    tx.run(_READ_MESSAGES, {"b_case_id": case_id, "b_direction": direction.value, "read_at": at})


def add_decision(tx: Transaction, case: Case, decision: Decision) -> None:
    content = {
        "reasons": decision.reasons,
        "law": decision.law,
        "text": decision.text,
        "plain": list(decision.plain),
        "parts": [[part.what, part.outcome.value] for part in decision.parts],
        "conditions": decision.conditions,
        "took_part": decision.took_part,
        "waiver": decision.waiver,
        "party": decision.party_id,
        "about": decision.about,
    }
    tx.run(
        _ADD_DECISION,
        {
            "id": decision.id,
            "case_id": case.id,
            "revision": decision.revision,
            "kind": decision.kind.value,
            "outcome": decision.outcome.value,
            "made_by": decision.made_by.value,
            "delegate": decision.delegate,
            "meeting_on": decision.meeting_on,
            "paragraph": decision.paragraph or None,
            "appeal_route": decision.appeal_route,
            "decided_by": decision.decided_by,
            "decided_at": decision.decided_at,
            "valid_until": decision.valid_until,
            "digest": decision.digest,
            "sealed": case.key.seal(content, place=_decision_place(decision.id)),
        },
    )


def note_announced(tx: Transaction, decision_id: str, on: dt.date) -> None:
    tx.run(_ANNOUNCED, {"b_id": decision_id, "announced_on": on})


def decisions_of(tx: Transaction, case: Case) -> list[Decision]:
    """The decision and its later versions, the first first."""
    return [decision_of(case.key, row) for row in tx.rows(_DECISIONS, case_id=case.id)]


def decision_of(key: DataKey, row: Any) -> Decision:
    """A row of `decisions`, opened with its case's key."""
    content = key.unseal(row.sealed, place=_decision_place(row.id))
    return Decision(
        id=row.id,
        revision=row.revision,
        outcome=Outcome(row.outcome),
        reasons=content["reasons"],
        law=content["law"],
        delegate=row.delegate,
        appeal_route=row.appeal_route,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        valid_until=row.valid_until,
        digest=row.digest,
        kind=DecisionKind(row.kind),
        made_by=MadeBy(row.made_by),
        meeting_on=row.meeting_on,
        paragraph=row.paragraph or "",
        text=content.get("text", ""),
        plain=tuple(content.get("plain", ())),
        parts=tuple(Part(what, Outcome(outcome)) for what, outcome in content.get("parts", ())),
        conditions=content.get("conditions", ""),
        took_part=content.get("took_part", ""),
        waiver=content.get("waiver", ""),
        party_id=content.get("party"),
        about=content.get("about", ""),
        announced_on=row.announced_on,
    )


def still_missing(submissions: Sequence[Submission]) -> tuple[Place, ...]:
    """What the first submission lacked, without what later ones have brought."""
    if not submissions:
        return ()
    brought = brought_by(submissions[1:])
    return tuple(place for place in submissions[0].missing if place not in brought)


def brought_by(submissions: Iterable[Submission]) -> set[Place]:
    """What these answer; a file that is promised has not come."""
    return {
        place
        for one in submissions
        for place, answer in one.answers.given.items()
        if answer.state is AnswerState.ANSWERED and not _put_off(answer.value)
    }


def _put_off(value: Json) -> bool:
    """A file that is promised and has not come."""
    return isinstance(value, dict) and not value.get("ids") and bool(value.get("later"))


def opened_decision(key: DataKey, decision_id: str, sealed: bytes) -> Mapping[str, Any]:
    """The sealed content of a decision, of a row that another query has brought along."""
    content: Mapping[str, Any] = key.unseal(sealed, place=_decision_place(decision_id))
    return content


def place_of(case_id: CaseId) -> str:
    """Where a case's own sealed content lies: what a list shows."""
    return f"cases.sealed:{case_id}"


def _party_place(party_id: str) -> str:
    return f"parties.sealed:{party_id}"


def _message_place(message_id: str) -> str:
    return f"messages.sealed:{message_id}"


def _decision_place(decision_id: str) -> str:
    return f"decisions.sealed:{decision_id}"


def _sealed_party(key: DataKey, party: Party) -> bytes:
    content = {
        "name": party.name,
        "personal_number": party.personal_number,
        "email": party.email,
        "phone": party.phone,
        "address": dict(party.address),
        "code": party.code,
        "needs": party.needs.to_json(),
        "helper": party.helper,
        "consent": party.consent,
    }
    return key.seal(content, place=_party_place(party.id))


def _case(tx: Transaction, row: Any) -> Case:
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    return Case(
        id=row.id,
        number=row.number,
        registry_number=row.registry_number,
        service=row.service,
        version=row.version,
        title=row.title,
        board=row.board,
        unit=row.unit,
        regime=row.regime,
        status=row.status,
        public_status=Public(row.public_status),
        open=row.open,
        contact_queue=row.contact_queue,
        contact_view=row.contact_view,
        channel=Channel(row.channel),
        language=row.language,
        officer_id=row.officer_id,
        restricted=row.restricted,
        protected=row.protected,
        key=key,
        name=key.unseal(row.sealed, place=place_of(row.id))["name"],
        received_at=row.received_at,
        received_on=row.received_on,
        due_at=row.due_at,
        opened_at=row.opened_at,
        decided_at=row.decided_at,
        closed_at=row.closed_at,
        missing=row.missing,
        row_version=row.row_version,
        forecast_on=row.forecast_on,
    )
