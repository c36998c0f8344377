"""Officers' lists: what is due next, counts that stop at a thousand, and finding one case among a million.

A row has just the columns a list shows. Lists are paged by the last row seen, never by counting rows off, so the
thousandth page costs what the first does.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    false,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from eservices.cases import belonging, store
from eservices.cases.index_keys import IndexKey, digits_of, one_line, phone_form, sound_of, words_of
from eservices.cases.model import NO_LONGER_DUE, WAITING_FOR_RESIDENT, Public, Status
from eservices.cases.tables import case_keys, cases, proposals
from eservices.deliveries import deliveries
from eservices.identity.tables import staff
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.submissions import codes
from eservices.values import Channel, ContactMethod

#: Counting stops here; a page writes "1 000+".
COUNTED = 1001

#: So many cases are looked at for what the menus may offer.
_FACETS_FROM = 1000

#: So many of the newest cases of one place are listed.
_AT_ONE_PLACE = 1_000

#: States in which the unit has nothing to do before somebody else has.
WAITING_FOR_OTHERS = frozenset({*WAITING_FOR_RESIDENT, Status.HEARING, Status.REFERRED})

#: Written out, since a partial index is found by the condition's own words.
_COMPLETED = f"'{Status.SUPPLEMENT_RECEIVED.value}'"

#: `Filters.officer` for cases that nobody has claimed.
UNASSIGNED = "-"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases a list shows. `units` None: all of them; an empty tuple: none."""

    units: tuple[str, ...] | None = None
    service: str | None = None
    status: str | None = None
    channel: Channel | None = None
    language: str | None = None
    officer: str | None = None  #: an account's id, or `UNASSIGNED`
    overdue: bool = False
    due_until: dt.datetime | None = None
    since: dt.datetime | None = None  #: received from then on
    until: dt.datetime | None = None  #: received before then
    open: bool | None = True  #: None: closed ones too
    for_staff: str | None = None  #: whose list it is: without the cases they are kept from
    watched_by: str | None = None
    waiting: bool = False  #: for the resident, or for somebody we have asked
    ready: bool = False  #: something has come, or a step lies ready: it can be gone on with now
    calls: bool = False  #: a call is promised and has not got through
    undelivered: bool = False  #: news that has not arrived
    at: tuple[str, ...] | None = None  #: the cases of a place or a property, from `cases_at`


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case as a list shows it."""

    id: str
    number: str
    service: str
    title: str
    unit: str
    status: str
    public_status: Public
    channel: Channel
    language: str
    officer_id: str | None
    officer_name: str | None
    name: str
    contact_view: str
    protected: bool
    received_at: dt.datetime
    received_on: dt.date
    due_at: dt.datetime
    missing: int
    open: bool
    restricted: bool = False
    row_version: int = 0

    @property
    def is_due(self) -> bool:
        """Whether anything is to be done by a day."""
        return self.due_at < NO_LONGER_DUE


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and what to ask for the next ones with (None: these were the last)."""

    rows: tuple[QueueRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Facets:
    """What the filters of a list may offer: only what there is."""

    services: tuple[str, ...]
    statuses: tuple[str, ...]
    channels: tuple[Channel, ...]
    languages: tuple[str, ...]
    officers: tuple[tuple[str, str], ...]


_COLUMNS = (
    cases.c.id,
    cases.c.number,
    cases.c.service,
    cases.c.title,
    cases.c.unit,
    cases.c.status,
    cases.c.public_status,
    cases.c.channel,
    cases.c.language,
    cases.c.officer_id,
    staff.c.name.label("officer_name"),
    cases.c.contact_view,
    cases.c.protected,
    cases.c.key_id,
    cases.c.sealed,
    cases.c.received_at,
    cases.c.received_on,
    cases.c.due_at,
    cases.c.missing,
    cases.c.open,
    cases.c.restricted,
    cases.c.row_version,
    *stored_keys.WRAPPED,
)
_ROWS = (
    select(*_COLUMNS)
    .select_from(cases)
    .join(data_keys, data_keys.c.id == cases.c.key_id)
    .join(staff, staff.c.id == cases.c.officer_id, isouter=True)
)


def page(tx: Transaction, filters: Filters, *, now: dt.datetime, after: str | None = None, limit: int = 50) -> Page:
    """The next cases by due date, the same for every channel. A cursor nobody has given out begins at the top."""
    seen = read_cursor(after)
    conditions = _conditions(filters, now)
    if seen is not None:
        conditions.append(tuple_(cases.c.due_at, cases.c.id) > tuple_(*seen))
    rows = rows_of(tx, _in_due_order(filters.units, conditions, limit + 1))
    more = len(rows) > limit
    return Page(tuple(rows[:limit]), cursor(rows[limit - 1].due_at, rows[limit - 1].id) if more else None)


def count(tx: Transaction, filters: Filters, *, now: dt.datetime) -> int:
    """How many there are, counted up to `COUNTED`."""
    if filters.calls or filters.undelivered:
        some = _with_news(filters, now).limit(COUNTED).subquery()
    else:
        wanted = [*_of_units(filters.units), *_conditions(filters, now)]
        some = select(cases.c.id).where(*wanted).limit(COUNTED).subquery()
    found: int = tx.execute(select(func.count()).select_from(some)).scalar_one()
    return found


def cases_at(tx: Transaction, text: str) -> tuple[str, ...]:
    """The cases at a place or a property, however its letters and spaces are written; the newest thousand.

    They are looked up first: within a list by due date the database would walk through all cases to find these few.
    """
    form = one_line(text[:200])
    if not form:
        return ()
    digests = [store.key_digest(tx.keys, IndexKey(kind, form)) for kind in ("property", "place")]
    return tuple({row.case_id for row in tx.execute(newest_by_key(digests, _AT_ONE_PLACE))})


def newest_by_key(digests: Sequence[str], most: int, *conditions: ColumnElement[bool]) -> CompoundSelect[Any]:
    """A query for `case_id` and `digest`: the newest cases of each of these keys, so many of each.

    Identifiers grow with time, and one key is asked for at a time: so the index gives its newest first and stops.
    """
    newest = [
        select(case_keys.c.case_id, case_keys.c.digest)
        .where(case_keys.c.digest == digest, *conditions)
        .order_by(case_keys.c.case_id.desc())
        .limit(most)
        .subquery()
        for digest in digests
    ]
    return union_all(*(select(one) for one in newest))


def facets(tx: Transaction, filters: Filters) -> Facets:
    """What the menus beside a list may offer, among the open cases of these units."""
    wanted = [*_of_units(filters.units), *_conditions(Filters(open=filters.open), None)]
    some = (
        select(cases.c.service, cases.c.status, cases.c.channel, cases.c.language, cases.c.officer_id)
        .where(*wanted)
        .limit(_FACETS_FROM)
        .subquery()
    )
    rows = tx.execute(
        select(some, staff.c.name).join(staff, staff.c.id == some.c.officer_id, isouter=True).distinct()
    ).all()
    return Facets(
        tuple(sorted({row.service for row in rows})),
        tuple(sorted({row.status for row in rows})),
        tuple(sorted({Channel(row.channel) for row in rows})),
        tuple(sorted({row.language for row in rows})),
        tuple(sorted({(row.officer_id, row.name) for row in rows if row.officer_id}, key=lambda officer: officer[1])),
    )


def find(
    tx: Transaction,
    text: str,
    *,
    units: Sequence[str] | None = None,
    by_person: bool = True,
    limit: int = 50,
) -> list[QueueRow]:
    """The cases that somebody may mean: by number, or by whole words of a name in any order.

    Registry number, personal number, phone, e-mail address, place and property are understood too. Names as written
    come before names that only sound alike; the newest first. `units` None: all. Without `by_person` only numbers of
    cases are looked for. Cases whose existence must not show by name are the caller's to leave out.
    """
    text = text.strip()[:200]
    number = codes.read_case_number(text)
    conditions = [cases.c.registry_number == text]
    if number is not None:
        conditions.append(cases.c.number == number)
    found = rows_of(tx, _ROWS.where(or_(*conditions), *_of_units(units)).limit(limit)) if text else []
    if found or not by_person or not text:
        return found
    return _found_by_keys(tx, text, units, limit)


def found_by(
    tx: Transaction, keys: Iterable[IndexKey], *, units: Sequence[str] | None = None, limit: int = 50
) -> list[QueueRow]:
    """The cases of these units that all of these keys lead to, the newest first."""
    digests = [store.key_digest(tx.keys, key) for key in keys]
    if not digests:
        return []
    rarest, *others = sorted(digests, key=lambda digest: _how_common(tx, digest)) if len(digests) > 1 else digests
    ids = select(case_keys.c.case_id).where(case_keys.c.digest == rarest)
    # Scalar subqueries on purpose: a database that joins here collects every Andersson before it sorts them.
    for digest in others:
        other = case_keys.alias()
        also = select(other.c.case_id).where(other.c.digest == digest, other.c.case_id == case_keys.c.case_id)
        ids = ids.where(also.scalar_subquery().is_not(None))
    if units is not None:
        unit = select(cases.c.unit).where(cases.c.id == case_keys.c.case_id)
        ids = ids.where(unit.scalar_subquery().in_(units))
    # Identifiers grow with time, so that the index gives the newest first and stops.
    chosen = ids.order_by(case_keys.c.case_id.desc()).limit(limit).subquery()
    return rows_of(tx, _ROWS.join(chosen, chosen.c.case_id == cases.c.id).order_by(cases.c.id.desc()))


def _how_common(tx: Transaction, digest: str) -> int:
    some = select(case_keys.c.case_id).where(case_keys.c.digest == digest).limit(COUNTED).subquery()
    found: int = tx.execute(select(func.count()).select_from(some)).scalar_one()
    return found


def rows_of(tx: Transaction, query: Select[Any]) -> list[QueueRow]:
    """Rows of a query over `_COLUMNS`, with the name opened."""
    return [row_of(tx, row) for row in tx.execute(query)]


def base_query() -> Select[Any]:
    """The columns of a list, for lists of other rooms."""
    return _ROWS


def cursor(moment: dt.datetime, row_id: str) -> str:
    """Where a page ended: fit for an address, and telling nothing that the page did not."""
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}-{row_id}"


def read_cursor(text: str | None) -> tuple[dt.datetime, str] | None:
    """What `cursor` wrote; None for anything else."""
    if not text:
        return None
    moment, _, row_id = text.partition("-")
    try:
        return dt.datetime.strptime(moment, "%Y%m%dT%H%M%S%f").replace(tzinfo=dt.UTC), row_id[:32]
    except ValueError:
        return None


def _in_due_order(units: Sequence[str] | None, conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[Any]:
    """The first cases by due time. Each unit's own are read off the index in order and then merged.

    One condition over several units would make the database collect and sort everything they have.
    """
    scopes = [()] if units is None else [(cases.c.unit == unit,) for unit in units] or [(false(),)]
    firsts = [
        select(cases.c.id, cases.c.due_at)
        .where(*scope, *conditions)
        .order_by(cases.c.due_at, cases.c.id)
        .limit(limit)
        .subquery()
        for scope in scopes
    ]
    merged = union_all(*(select(first) for first in firsts)).subquery()
    chosen = select(merged).order_by(merged.c.due_at, merged.c.id).limit(limit).subquery()
    return _ROWS.join(chosen, chosen.c.id == cases.c.id).order_by(cases.c.due_at, cases.c.id)


def _found_by_keys(tx: Transaction, text: str, units: Sequence[str] | None, limit: int) -> list[QueueRow]:
    found: dict[str, QueueRow] = {}
    for keys in _readings(text):
        if len(found) < limit:
            for row in found_by(tx, keys, units=units, limit=limit):
                found.setdefault(row.id, row)
    return list(found.values())[:limit]


def _readings(text: str) -> list[list[IndexKey]]:
    """What may be meant, the most exact first; each is a set of keys that must all fit."""
    digits = digits_of(text)
    readings: list[list[IndexKey]] = []
    if "@" in text:
        return [[IndexKey("email", text.lower())]]
    if digits and not any(sign.isalpha() for sign in text):
        readings.extend([[IndexKey("personal_number", number)] for number in _with_century(digits)])
        readings.append([IndexKey("phone", phone_form(text))])
        return readings
    words = words_of(text)
    if words and not digits:
        readings.append([IndexKey("name", word) for word in words])
        readings.append([IndexKey("sound", sound_of(word)) for word in words])
    form = one_line(text)
    if form:
        readings.extend([[IndexKey(kind, form)] for kind in ("property", "place")])
    return readings


def _with_century(digits: str) -> list[str]:
    """A personal number with twelve digits, or both readings of one with ten."""
    if len(digits) == len("8507099805"):
        return [f"19{digits}", f"20{digits}"]
    return [digits]


def _of_units(units: Sequence[str] | None) -> list[ColumnElement[bool]]:
    return [] if units is None else [cases.c.unit.in_(units)]


def _conditions(filters: Filters, now: dt.datetime | None) -> list[ColumnElement[bool]]:
    """All that is asked for but the units."""
    same = (
        (cases.c.open, filters.open),
        (cases.c.service, filters.service),
        (cases.c.status, filters.status),
        (cases.c.channel, filters.channel),
        (cases.c.language, filters.language),
    )
    wanted = [column == value for column, value in same if value is not None]
    if filters.officer == UNASSIGNED:
        wanted.append(cases.c.officer_id.is_(None))
    elif filters.officer is not None:
        wanted.append(cases.c.officer_id == filters.officer)
    return [*wanted, *_of_time(filters, now), *_of_work(filters)]


def _of_time(filters: Filters, now: dt.datetime | None) -> Iterator[ColumnElement[bool]]:
    if filters.overdue and now is not None:
        yield cases.c.due_at < now
    if filters.due_until is not None:
        yield cases.c.due_at <= filters.due_until
    if filters.since is not None:
        yield cases.c.received_at >= filters.since
    if filters.until is not None:
        yield cases.c.received_at < filters.until


def _of_work(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """Whose list it is, and what is to be done in it."""
    if filters.for_staff is not None:
        yield belonging.may_be_listed_for(filters.for_staff)
    if filters.watched_by is not None:
        yield belonging.is_watched_by(filters.watched_by)
    if filters.waiting:
        yield cases.c.status.in_(sorted(WAITING_FOR_OTHERS))
    if filters.ready:
        # A union of two short lists: an OR would have the database look at every open case.
        completed = select(cases.c.id).where(cases.c.open, cases.c.status == literal_column(_COMPLETED))
        lying = select(proposals.c.case_id).where(proposals.c.settled_at.is_(None))
        yield cases.c.id.in_(union(completed, lying).subquery().select())
    if filters.calls:
        yield cases.c.id.in_(_news_on_its_way().where(deliveries.c.method == ContactMethod.PHONE.value))
    if filters.at is not None:
        yield cases.c.id.in_(filters.at)
    if filters.undelivered:
        yield cases.c.id.in_(_news_on_its_way())


def _with_news(filters: Filters, now: dt.datetime | None) -> Select[Any]:
    """The cases of a list of those with news on its way, in no order, found from the news.

    A scalar subquery on purpose: where news is rare a database that joins walks through every case to meet it.
    """
    news = _news_on_its_way()
    if filters.calls:
        news = news.where(deliveries.c.method == ContactMethod.PHONE.value)
    others = replace(filters, calls=False, undelivered=False)
    wanted = [*_of_units(filters.units), *_conditions(others, now)]
    listed = select(cases.c.id).where(cases.c.id == deliveries.c.case_id, *wanted)
    return news.where(listed.scalar_subquery().is_not(None)).group_by(deliveries.c.case_id)


def _news_on_its_way() -> Select[Any]:
    """The cases with news that has neither arrived nor been taken back."""
    return select(deliveries.c.case_id).where(deliveries.c.reached_at.is_(None), deliveries.c.cancelled_at.is_(None))


def row_of(tx: Transaction, row: Any) -> QueueRow:
    """A row of a query over `_COLUMNS`, with the name opened."""
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    return QueueRow(
        id=row.id,
        number=row.number,
        service=row.service,
        title=row.title,
        unit=row.unit,
        status=row.status,
        public_status=Public(row.public_status),
        channel=Channel(row.channel),
        language=row.language,
        officer_id=row.officer_id,
        officer_name=row.officer_name,
        name=key.unseal(row.sealed, place=store.place_of(row.id))["name"],
        contact_view=row.contact_view,
        protected=row.protected,
        received_at=row.received_at,
        received_on=row.received_on,
        due_at=row.due_at,
        missing=row.missing,
        open=row.open,
        restricted=row.restricted,
        row_version=row.row_version,
    )
