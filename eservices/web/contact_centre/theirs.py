"""What stands beside the call of a person we know: have we got it, what happens now, and what do we wait for.

In the public words, one sentence to read out at a time, so that no question of that kind needs another page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from eservices.cases import appealing, delays, spoken, store
from eservices.cases.model import MAY_BE_WITHDRAWN, Case, Party, standing
from eservices.cases.queue import QueueRow
from eservices.contact_centre import calls, case_view
from eservices.contact_centre.calls import Call
from eservices.contact_centre.case_view import AgentView, View
from eservices.naming import SPOKEN
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.values import Channel
from eservices.web.contact_centre.awaiting import Awaited, awaited
from eservices.web.contact_centre.case import NEXT, is_waited_for, news_to_bring
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.staff.telling import needs_of, tell

#: So many are told at once; of the others there is a link.
_TOLD = 3


@dataclass(frozen=True, slots=True)
class ToWrite:
    """What the person may say now, with the last day to confirm; and what waits for their hand."""

    may_say: tuple[tuple[str, str, str], ...] = ()  #: kind, its name, by when
    waits: tuple[tuple[str, str, str], ...] = ()  #: id, its name, by when
    at_counter: bool = False

    def __bool__(self) -> bool:
        return bool(self.may_say or self.waits)


@dataclass(frozen=True, slots=True)
class TheirCase:
    """A case of the person in the call. `says` is read out; `waits` is all that we need from them."""

    number: str
    title: str
    status: str
    says: tuple[str, ...] = ()
    waits: Awaited | None = None
    news: tuple[tuple[str, str], ...] = ()
    phone: str = ""
    in_call: bool = False
    hears: bool = False  #: whether what the person says is taken down for whoever handles it
    may_withdraw: bool = False
    to_write: ToWrite = field(default_factory=ToWrite)  #: what takes writing, and can be taken down


@dataclass(frozen=True, slots=True)
class Theirs:
    """The cases of the person in the call, and what they have needed before to understand and be understood."""

    told: tuple[TheirCase, ...] = ()
    others: tuple[QueueRow, ...] = ()
    needs: tuple[str, ...] = ()


def theirs(tx: Transaction, call: Call) -> Theirs:
    """Nothing before it has been recorded how we know who it is. What runs comes first, and what the call is about."""
    if not call.is_identified:
        return Theirs()
    rows = calls.cases_of_caller(tx, call)
    rows = sorted(rows, key=lambda row: (row.id != call.case_id, not row.open))
    about = store.by_id(tx, call.case_id) if call.case_id else None
    known = [about] if about is not None else []
    for row in rows[:_TOLD]:
        case = store.by_id(tx, row.id)
        if case is not None and case.id != call.case_id:
            known.append(case)
    told, needs = [], dict[str, None]()
    for case in known[:_TOLD]:
        file = store.file_of(tx, case)
        view = case_view.see(file, pinned.service(tx, case.version))
        told.append(_told(tx, call, view, in_call=case.id == call.case_id))
        if view.parties:
            needs |= dict.fromkeys(needs_of(view.parties[0].needs))
    shown = {one.number for one in told}
    return Theirs(tuple(told), tuple(row for row in rows if row.number not in shown), tuple(needs))


def _told(tx: Transaction, call: Call, view: AgentView, *, in_call: bool) -> TheirCase:
    case, telling = view.case, tell()
    unit = house().library.municipality.units.get(view.unit)
    open_view = view.view in {View.FULL, View.SUMMARY} and not case.protected
    return TheirCase(
        number=case.number,
        title=view.title or plain("Ärende"),
        status=telling.public(view.public_status) if view.view is not View.BY_REFERENCE_ONLY else "",
        says=(*_says(case, view), *(_must_be_written(tx, case) if view.view is View.FULL and open_view else ())),
        waits=awaited(tx, call, view),
        news=tuple(news_to_bring(view.deliveries)) if open_view else (),
        phone="" if open_view or unit is None else unit.phone,
        in_call=in_call,
        hears=open_view and case.open and call.channel is not Channel.PAPER,
        to_write=to_write(tx, call, view),
        may_withdraw=standing(case.status, pinned.service(tx, case.version).own_states) in MAY_BE_WITHDRAWN,
    )


def _says(case: Case, view: AgentView) -> Iterator[str]:
    """Have you got my application? What happens now?"""
    telling = tell()
    if view.view is View.BY_REFERENCE_ONLY or case.protected:
        yield plain("Ärendet finns hos oss. Jag kopplar dig till dem som kan svara.")
        return
    yield plain("Ja, vi fick det {day}.", day=words().day(case.received_on))
    if view.view is View.EXISTENCE_ONLY:
        yield plain("{unit} berättar hur det går. Jag kopplar dig dit.", unit=telling.unit(case.unit))
        return
    yield plain(NEXT[view.public_status])
    if is_waited_for(view):
        yield plain("Du får svar senast {day}.", day=telling.day_of(case.due_at))


def _must_be_written(tx: Transaction, case: Case) -> Iterator[str]:
    """What the law wants in writing: how it is done, and by when. The words are the person's own, so are the hands."""
    if may_be := appealing.appealable(store.decisions_of(tx, case)):
        last = appealing.last_day(tx, case, may_be[0])
        by = plain("Sista dag är {day}.", day=last) if last else ""
        yield plain(
            "Ett överklagande ska vara skriftligt: på ärendets sida, med e-post eller brev. {by}", by=by
        ).strip()
    if delays.may_ask_for_decision(tx, case, house().clock.now()):
        yield plain("Att begära att vi avgör ärendet ska vara skriftligt: på ärendets sida, med e-post eller brev.")


def to_write(tx: Transaction, call: Call, view: AgentView) -> ToWrite:
    """Nothing where the contact centre may not know what the matter is about, or where somebody is protected."""
    case, party = view.case, first_party(view)
    if view.view not in {View.FULL, View.SUMMARY} or case.protected or party is None or call.channel is Channel.PAPER:
        return ToWrite()
    now = house().clock.now()

    def told() -> Iterator[tuple[str, str, str]]:
        for kind in spoken.may_be_said(tx, case, party, now):
            yield kind.value, plain(SPOKEN[kind]), words().day(spoken.confirm_by(tx, case, party, kind, now))

    waits = spoken.waiting_for(tx, case, party.id)
    return ToWrite(
        tuple(told()),
        tuple((one.id, plain(SPOKEN[one.kind]), words().day(one.last_day)) for one in waits),
        at_counter=call.channel is Channel.COUNTER,
    )


def first_party(view: AgentView) -> Party | None:
    """Whoever the case is about, where the contact centre may know who that is."""
    return next(iter(view.parties), None)
