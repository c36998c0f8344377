"""What a clock brings about when its time has come: once, in the order it was due, and also after a standstill.

A clock is locked with its case, so two workers that look at the same one act one after the other, and the second finds
it done. What was overtaken while nobody looked is noted as such and not done late.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from eservices.calendars import OpeningHours, day_of
from eservices.cases import appealing, asking, clocks, delays, enquiries, proposals, store
from eservices.cases.changing import note_entry, party_of, registered, tell, write_message
from eservices.cases.clocks import ClockAct
from eservices.cases.model import Case, CaseClock, CaseId, ClockKind, Status
from eservices.cases.proposals import Proposed
from eservices.identity.people import Actor
from eservices.language import N_
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.values import Json

#: How soon it is looked again whether a decision has reached everybody.
_LOOK_AGAIN = dt.timedelta(hours=12)


def due_clocks(tx: Transaction, now: dt.datetime, most: int = 100) -> Sequence[tuple[str, CaseId]]:
    """Clock and case, of those that somebody has to look at by now, the longest waiting first."""
    return store.clocks_to_act_on(tx, now, most)


def tick(tx: Transaction, clock_id: str, case_id: CaseId, *, now: dt.datetime, hours: OpeningHours) -> int:
    """Do what is due for one clock, and plan when it is looked at next. Gives how many things were done."""
    case = store.lock(tx, case_id)
    clock = _clock(tx, case, clock_id)
    if clock is None:
        return 0
    if clock.kind is ClockKind.APPEAL and clock.met_at is None:
        started = appealing.find_start(tx, case, clock, hours)
        if started is None:  # somebody has not got the decision yet: nobody's time has begun
            put_off(tx, clock_id, now + _LOOK_AGAIN)
            return 0
        clock = started
    to_do, overtaken = clocks.due_acts(clock, now, hours)
    done = [timed.act.value for timed in overtaken]
    for timed in to_do:
        _ACTS[timed.act](tx, case, clock, now)
        done.append(timed.act.value)
        case = store.lock(tx, case_id)  # an act may have changed it
    clock = _clock(tx, case, clock_id) or clock
    acted = (*clock.acted, *done)
    planned = clocks.next_act(clock.with_acted(acted), hours)
    store.change_clock(tx, clock.id, {"acted": list(acted), "next_act_at": planned})
    return len(to_do)


def put_off(tx: Transaction, clock_id: str, until: dt.datetime) -> None:
    """Look at it again later: something went wrong, and others shall not wait for it."""
    store.change_clock(tx, clock_id, {"next_act_at": until})


def _clock(tx: Transaction, case: Case, clock_id: str) -> CaseClock | None:
    return next((clock for clock in store.clocks_of(tx, case) if clock.id == clock_id), None)


def _register(tx: Transaction, case: Case, _clock: CaseClock, now: dt.datetime) -> None:
    """Nobody has entered it in the register and the day is nearly over: then it is entered by itself (OSL 5:1)."""
    if case.status == Status.RECEIVED:
        registered(tx, case, Actor.system(), now)


def _look_ahead(tx: Transaction, case: Case, _clock: CaseClock, now: dt.datetime) -> None:
    delays.look_ahead(tx, case, now)


def _draft_delay_notice(tx: Transaction, case: Case, _clock: CaseClock, now: dt.datetime) -> None:
    if case.open:
        delays.look_ahead(tx, case, now, passed=True)


def _tell_of_right(tx: Transaction, case: Case, _clock: CaseClock, now: dt.datetime) -> None:
    if delays.may_ask_for_decision(tx, case, now):
        note_entry(tx, case, Actor.system(), "may_ask_for_decision", now, shared=True)


def _note_request(tx: Transaction, case: Case, clock: CaseClock, now: dt.datetime) -> None:
    kind = "request_overdue" if now > clock.due_at else "request_due_soon"
    note_entry(tx, case, Actor.system(), kind, now)
    proposals.propose(tx, case, Proposed.ANSWER_REQUEST, now=now)


def _remind(tx: Transaction, case: Case, clock: CaseClock, now: dt.datetime) -> None:
    if clock.about is not None:
        asking.remind(tx, case, enquiries.get(tx, case, clock.about), now)


def _time_out(tx: Transaction, case: Case, clock: CaseClock, now: dt.datetime) -> None:
    if clock.about is not None:
        asking.time_out(tx, case, enquiries.get(tx, case, clock.about), now)


def _become_final(tx: Transaction, case: Case, clock: CaseClock, now: dt.datetime) -> None:
    """It can be appealed no more: the decision stands, and the case can be closed where nothing else is appealable."""
    content: dict[str, Json] = {"decision": clock.about}
    note_entry(tx, case, Actor.system(), "became_final", now, shared=True, content=content)
    store.change_clock(tx, clock.id, {"met_at": clock.due_at})
    if case.status == Status.DECIDED and appealing.hinders_closing(tx, case) is None:
        proposals.propose(tx, case, Proposed.CLOSE, now=now)


def _remind_of_renewal(tx: Transaction, case: Case, clock: CaseClock, now: dt.datetime) -> None:
    """Tell the holder in good time, in their language and by the way they asked for."""
    party = party_of(tx, case, None)
    words = words_of(party.language)
    subject = words(N_("Snart dags att förnya"))
    paragraphs = [
        words(N_("Det du fick gäller till och med {day}."), day=words.day(day_of(clock.due_at))),
        words(
            N_("Vill du ha det längre? Förnya på ärendets sida, ring oss eller skicka ett papper, innan det går ut.")
        ),
    ]
    system, body = Actor.system(), "\n\n".join(paragraphs)
    sent = write_message(tx, case, party, system, now, kind="renewal", subject=subject, body=body)
    tell(tx, case, party, "renewal", now, message_id=sent.id, subject=subject, paragraphs=paragraphs)
    note_entry(tx, case, system, "renewal_near", now, shared=True, content={"decision": clock.about})


def _end(tx: Transaction, case: Case, clock: CaseClock, now: dt.datetime) -> None:
    note_entry(tx, case, Actor.system(), "validity_over", now, shared=True, content={"decision": clock.about})
    store.change_clock(tx, clock.id, {"met_at": clock.due_at})


_ACTS: Mapping[ClockAct, Callable[[Transaction, Case, CaseClock, dt.datetime], None]] = {
    ClockAct.REGISTER: _register,
    ClockAct.LOOK_AHEAD: _look_ahead,
    ClockAct.DRAFT_DELAY_NOTICE: _draft_delay_notice,
    ClockAct.TELL_OF_RIGHT: _tell_of_right,
    ClockAct.WARN_OF_REQUEST: _note_request,
    ClockAct.REQUEST_OVERDUE: _note_request,
    ClockAct.REMIND: _remind,
    ClockAct.TIME_OUT: _time_out,
    ClockAct.BECOME_FINAL: _become_final,
    ClockAct.REMIND_OF_RENEWAL: _remind_of_renewal,
    ClockAct.END: _end,
}

if missing := {timed.act for rule in clocks.RULES.values() for timed in rule.acts} - set(_ACTS):
    raise RuntimeError(f"acts of clocks that nobody does: {sorted(missing)}")
