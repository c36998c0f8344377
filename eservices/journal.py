"""The journal: every act on a case, and every look at a person's data by staff. It only grows.

Each entry is a link of a chain: it bears the digest of the one before it, so that an entry that was changed, taken out
or put in between shows. A case has a chain of its own, and so has each staff account for each day (for what concerns
no case: a search, an export of a queue); one chain for all would make every writer wait for every other. What is
personal in an entry is sealed with the case's key, in a staff chain with a key of that chain. Once the key is
destroyed the chain can still be verified, as the digest is taken over the sealed form.

The head of a chain is read from its newest entry, not kept in the case: that costs one index look-up where a head kept
in the case would cost an UPDATE, and nothing at all for the transaction that opens the case.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    insert,
    select,
)

from eservices.calendars import day_of, start_of_day
from eservices.identity.people import Actor, ActorKind
from eservices.identity.tables import staff
from eservices.storage.columns import Digest, Id, Sealed, UtcTime
from eservices.storage.database import Transaction, metadata
from eservices.storage.keys import WRAPPED, data_keys, make_key, open_key, opened
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.values import Channel, Json, new_id

#: Triggers refuse UPDATE and DELETE on both engines.
journal_entries = Table(
    "journal_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chain", String(60), nullable=False, comment="case:<id>, staff:<id>:<day>, system:<day>"),
    Column("position", Integer, nullable=False),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("at", UtcTime, nullable=False),
    Column("actor_kind", String(12), nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id")),
    Column("channel", String(20), nullable=False),
    Column("kind", String(40), nullable=False, comment="past tense: submitted, claimed, viewed, decided …"),
    Column("shared", Boolean, nullable=False, comment="the resident sees it too"),
    Column("reasoned", Boolean, nullable=False, comment="whether a reason was given"),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("sealed", Sealed, nullable=False, comment="why, and the personal content"),
    Column("previous", Digest, nullable=False),
    Column("digest", Digest, nullable=False),
    UniqueConstraint("chain", "position"),
    Index("ix_journal_entries_staff_id_at", "staff_id", "at"),
    Index("ix_journal_entries_at", "at"),
)

#: One digest a day over the heads of all chains, to be kept outside.
journal_days = Table(
    "journal_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("heads", Integer, nullable=False),
    Column("digest", Digest, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

#: What the first entry of a chain bears as the digest of the one before it.
BEGINNING = "0" * 64

_PLACE = "journal_entries.sealed"

_entry = journal_entries.c
_ADD = Prepared(insert(journal_entries))
_HEAD = Prepared(
    select(_entry.position, _entry.digest, _entry.key_id, *WRAPPED)
    .join(data_keys, data_keys.c.id == _entry.key_id)
    .where(_entry.chain == bindparam("chain"))
    .order_by(_entry.position.desc())
    .limit(1)
)
_ALONE = Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("chain"), 0))))
_CHAIN = Prepared(select(journal_entries).where(_entry.chain == bindparam("chain")).order_by(_entry.position))
_NAMED = (
    select(journal_entries, staff.c.name.label("staff_name"))
    .outerjoin(staff, staff.c.id == _entry.staff_id)
    .where(_entry.chain == bindparam("chain"))
    .order_by(_entry.position)
)
_ALL_NAMED = Prepared(_NAMED)
_SHARED_NAMED = Prepared(_NAMED.where(_entry.shared))
_LOOKS_NAMED = Prepared(_NAMED.where(_entry.kind == "viewed"))
_REASONED_LOOKS = Prepared(
    _NAMED.where(
        _entry.staff_id == bindparam("staff_id"),
        _entry.kind == "viewed",
        _entry.reasoned,
        _entry.at > bindparam("after"),
    )
)
_heads = (
    select(_entry.chain, func.max(_entry.position).label("position"))
    .where(_entry.at >= bindparam("start"), _entry.at < bindparam("end"))
    .group_by(_entry.chain)
    .subquery()
)
_HEADS_OF_DAY = Prepared(
    select(_entry.chain, _entry.position, _entry.digest)
    .join(_heads, and_(_entry.chain == _heads.c.chain, _entry.position == _heads.c.position))
    .order_by(_entry.chain)
)
_CHAINS = Prepared(select(_entry.chain).distinct().order_by(_entry.chain))
_DAYS = Prepared(select(journal_days.c.day).order_by(journal_days.c.day))
_DAY = Prepared(select(journal_days).where(journal_days.c.day == bindparam("day")))
_DAY_BEFORE = Prepared(
    select(journal_days.c.day, journal_days.c.digest)
    .where(journal_days.c.day < bindparam("day"))
    .order_by(journal_days.c.day.desc())
    .limit(1)
)
_ADD_DAY = Prepared(insert(journal_days))
_FIRST_MOMENT = Prepared(select(func.min(_entry.at)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One entry to be written: who did what, when, and why. `shared`: the resident sees it too."""

    actor: Actor
    kind: str
    at: dt.datetime
    shared: bool = False
    why: str = ""
    content: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, read back and opened."""

    id: str
    position: int
    at: dt.datetime
    actor_kind: ActorKind
    staff_id: str | None
    staff_name: str
    channel: Channel
    kind: str
    shared: bool
    why: str
    content: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a chain: whole, or the first position at which it does not hold."""

    entries: int
    broken_at: int | None = None

    @property
    def whole(self) -> bool:
        return self.broken_at is None


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole journal gone through: how much there was, and in a sentence each what does not hold."""

    entries: int
    chains: int
    days: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayDigest:
    """One day of the journal in one line, to be kept where nobody of the house can change it."""

    day: dt.date
    heads: int
    digest: str


def write(
    tx: Transaction,
    *,
    actor: Actor,
    kind: str,
    at: dt.datetime,
    key: DataKey | None = None,
    case_id: str | None = None,
    shared: bool = False,
    why: str = "",
    content: Mapping[str, Json] | None = None,
    first: bool = False,
) -> None:
    """Write one entry: in the case's chain under its key, or in the actor's chain of the day under that chain's own.

    `first` saves looking for the head: only for the transaction that has made the case.
    """
    note = Note(actor=actor, kind=kind, at=at, shared=shared, why=why, content=content)
    if case_id is None:
        _write_outside_cases(tx, note)
    elif key is None:
        raise ValueError("an entry of a case is sealed with the case's key")
    else:
        write_many(tx, [note], case_id=case_id, key=key, first=first)


def write_look(
    tx: Transaction,
    *,
    actor: Actor,
    at: dt.datetime,
    what: str,
    why: str = "",
    key: DataKey | None = None,
    case_id: str | None = None,
    content: Mapping[str, Json] | None = None,
) -> None:
    """Write that somebody looked: `what` is case, search, file, export … Commit it before the page is shown."""
    said = {"what": what, **(content or {})}
    write(tx, actor=actor, kind="viewed", at=at, key=key, case_id=case_id, why=why, content=said)


def write_many(tx: Transaction, notes: Sequence[Note], *, case_id: str, key: DataKey, first: bool = False) -> None:
    """Write several entries of one case, in their order, in one statement."""
    chain = f"case:{case_id}"
    position, previous = 0, BEGINNING
    if not first:
        head = _head(tx, chain)
        if head is not None:
            position, previous = head.position, head.digest
    _append(tx, notes, chain=chain, case_id=case_id, key=key, position=position, previous=previous)


def of_case(tx: Transaction, case_id: str, key: DataKey, *, shared_only: bool = False) -> list[Entry]:
    """The entries of a case in their order; with `shared_only` those that the resident sees too."""
    rows = tx.rows(_SHARED_NAMED if shared_only else _ALL_NAMED, chain=f"case:{case_id}")
    return [_entry_of(row, key) for row in rows]


def of_staff(tx: Transaction, staff_id: str, day: dt.date) -> list[Entry]:
    """What a member of staff did on a day that concerned no single case. Raises `Unreadable` once it is disposed of."""
    rows = tx.rows(_ALL_NAMED, chain=f"staff:{staff_id}:{day.isoformat()}")
    if not rows:
        return []
    key = open_key(tx, rows[0].key_id)
    return [_entry_of(row, key) for row in rows]


def who_looked(tx: Transaction, case_id: str, key: DataKey) -> list[Entry]:
    """Every look at a case, for the resident who asks and for the manager who follows up."""
    return [_entry_of(row, key) for row in tx.rows(_LOOKS_NAMED, chain=f"case:{case_id}")]


def reasoned_looks(tx: Transaction, case_id: str, key: DataKey, *, staff_id: str, after: dt.datetime) -> list[Entry]:
    """The looks at a case for which this person has had a reason since then."""
    rows = tx.rows(_REASONED_LOOKS, chain=f"case:{case_id}", staff_id=staff_id, after=after)
    return [_entry_of(row, key) for row in rows]


def verify_case(tx: Transaction, case_id: str) -> Verdict:
    """Whether the chain of a case is whole. No key is needed."""
    return verify(tx, f"case:{case_id}")


def verify(tx: Transaction, chain: str) -> Verdict:
    """Whether each entry is the one that was written, and follows the one before it.

    Entries taken from the end leave a whole chain; `verify_day` finds those.
    """
    position, previous = 0, BEGINNING
    for row in tx.rows(_CHAIN, chain=chain):
        position += 1
        if row.position != position or row.previous != previous or row.digest != digest_of(row._asdict()):
            return Verdict(position, broken_at=position)
        previous = row.digest
    return Verdict(position)


def digest_of_day(tx: Transaction, day: dt.date, now: dt.datetime) -> DayDigest:
    """The digest over the heads of all chains that grew on `day`, and the digest before it; made once and kept.

    Make it when the day is over: what is written into a day afterwards makes `verify_day` fail.
    """
    kept = tx.row(_DAY, day=day)
    if kept is not None:
        return DayDigest(day, kept.heads, kept.digest)
    made = _computed(tx, day)
    tx.run(_ADD_DAY, {"day": day, "heads": made.heads, "digest": made.digest, "made_at": now})
    return made


def verify_day(tx: Transaction, day: dt.date) -> bool:
    """Whether the journal still gives the digest that was kept for `day`. False too when none was kept."""
    kept = tx.row(_DAY, day=day)
    return kept is not None and _computed(tx, day).digest == kept.digest


def verify_everything(tx: Transaction) -> Whole:
    """Every chain, link by link, and every day that has a digest. Reads the whole journal: minutes in a large house."""
    entries, broken = 0, []
    chains = [row.chain for row in tx.rows(_CHAINS)]
    for chain in chains:
        verdict = verify(tx, chain)
        entries += verdict.entries
        if not verdict.whole:
            broken.append(f"The chain {chain} does not hold at entry {verdict.broken_at}.")
    days = [row.day for row in tx.rows(_DAYS)]
    broken += [f"The journal does not give the digest of {day}." for day in days if not verify_day(tx, day)]
    return Whole(entries, len(chains), len(days), tuple(broken))


def days_without_digest(tx: Transaction, before: dt.date) -> list[dt.date]:
    """The days that are over and have no digest yet, oldest first."""
    newest = tx.row(_DAY_BEFORE, day=before)
    if newest is not None:
        start = newest.day + dt.timedelta(days=1)
    else:
        first = tx.value(_FIRST_MOMENT)
        if first is None:
            return []
        start = day_of(first)
    return [start + dt.timedelta(days=ahead) for ahead in range((before - start).days)]


def _write_outside_cases(tx: Transaction, note: Note) -> None:
    day = day_of(note.at).isoformat()
    chain = f"staff:{note.actor.staff_id}:{day}" if note.actor.staff_id else f"{note.actor.kind}:{day}"
    head = _head(tx, chain)
    if head is None:
        key = make_key(tx, note.at)
        _append(tx, [note], chain=chain, case_id=None, key=key, position=0, previous=BEGINNING)
    else:
        key = opened(tx, head.key_id, head.ring_id, head.wrapped)
        _append(tx, [note], chain=chain, case_id=None, key=key, position=head.position, previous=head.digest)


def _head(tx: Transaction, chain: str) -> Any:
    """The newest entry of a chain; nobody else appends to it until this transaction ends."""
    if tx.dialect == "postgresql":  # SQLite's writer is alone already
        tx.row(_ALONE, chain=chain)
    return tx.row(_HEAD, chain=chain)


def _append(
    tx: Transaction,
    notes: Sequence[Note],
    *,
    chain: str,
    case_id: str | None,
    key: DataKey,
    position: int,
    previous: str,
) -> None:
    rows: list[dict[str, Any]] = []
    for note in notes:
        position += 1
        entry_id = new_id()
        content = {"why": note.why, "content": dict(note.content or {})}
        row: dict[str, Any] = {
            "id": entry_id,
            "chain": chain,
            "position": position,
            "case_id": case_id,
            "at": note.at,
            "actor_kind": note.actor.kind.value,
            "staff_id": note.actor.staff_id,
            "channel": note.actor.channel.value,
            "kind": note.kind,
            "shared": note.shared,
            "reasoned": bool(note.why),
            "key_id": key.id,
            "sealed": key.seal(content, place=f"{_PLACE}:{entry_id}"),
            "previous": previous,
        }
        previous = row["digest"] = digest_of(row)
        rows.append(row)
    tx.run(_ADD, rows if len(rows) > 1 else rows[0])


def digest_of(row: Mapping[str, Any]) -> str:
    """The digest of an entry over everything it says, and the digest before it."""
    fields = [
        row["previous"], row["chain"], row["position"], row["id"], row["case_id"],
        row["at"].astimezone(dt.UTC).isoformat(timespec="microseconds"), row["actor_kind"], row["staff_id"],
        row["channel"], row["kind"], bool(row["shared"]), bool(row["reasoned"]), row["key_id"],
        hashlib.sha256(row["sealed"]).hexdigest(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def _computed(tx: Transaction, day: dt.date) -> DayDigest:
    before = tx.row(_DAY_BEFORE, day=day)
    running = hashlib.sha256(f"{day.isoformat()} {before.digest if before else BEGINNING}\n".encode())
    heads = 0
    for line in _lines(tx, day):
        running.update(line)
        heads += 1
    return DayDigest(day, heads, running.hexdigest())


def _lines(tx: Transaction, day: dt.date) -> Iterator[bytes]:
    rows = tx.rows(_HEADS_OF_DAY, start=start_of_day(day), end=start_of_day(day + dt.timedelta(days=1)))
    for row in sorted(rows, key=lambda row: row.chain):  # not by the engine's own idea of an alphabet
        yield f"{row.chain} {row.position} {row.digest}\n".encode()


def _entry_of(row: Any, key: DataKey) -> Entry:
    opened_content = key.unseal(row.sealed, place=f"{_PLACE}:{row.id}")
    return Entry(
        id=row.id,
        position=row.position,
        at=row.at,
        actor_kind=ActorKind(row.actor_kind),
        staff_id=row.staff_id,
        staff_name=row.staff_name or "",
        channel=Channel(row.channel),
        kind=row.kind,
        shared=row.shared,
        why=opened_content["why"],
        content=opened_content["content"],
    )
