"""Every clock of a case in one table: what starts it, how long it runs, by which law, what may stop it, what it does.

`RULES` is the only place that says it. Opening a case, asking for a supplement, deciding and the worker all read it,
and so do the pages that explain a clock. Where the law of the regime does not reach, the municipality behaves the same
and calls it a promise, never a right.

A period that the law sets for somebody to do something ends on a weekday (lag 1930:173 2 §): `moves`. The six months of
FL 12 § are no such period: they open a right, and a right is not put off because the day before it is a Saturday.
Pure: says when, and does nothing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eservices.calendars import (
    OpeningHours,
    add_working_hours,
    day_of,
    due_day,
    end_of_day,
    next_closing,
    plain_last_day,
    start_of_day,
)
from eservices.cases.model import CaseClock, ClockKind
from eservices.definitions.model import Span
from eservices.values import Json, new_id

#: A source that is no law: what the municipality has promised of itself.
PROMISE = "promise"

_FL, _KL, _PRIVATE = "forvaltningslag", "kommunallag", "private_law"
_EVERYWHERE = (_FL, _KL, _PRIVATE)

#: From these shares of the time a clock is shown as soon and as close, in per cent.
SOON, CLOSE = 60, 90

#: The whole time, in per cent.
_ALL = 100

_SECOND = dt.timedelta(seconds=1)


class Start(StrEnum):
    """What a clock runs from."""

    HANDED_OVER = "handed_over"  #: the moment the resident gave it to us
    RECEIVED = "received"  #: the day it counts as received (FL 22 §)
    ASKED = "asked"  #: the day we asked somebody
    REQUESTED = "requested"  #: the day a written request, or an appeal, counts as received
    DELIVERED = "delivered"  #: the day the party got the decision (FL 44 §)
    ANNOUNCED = "announced"  #: the day the minutes were announced on the notice board (KL 13:5)
    DECIDED = "decided"


class ClockAct(StrEnum):
    """What the worker does when a clock has come so far; each is done once for each clock."""

    REGISTER = "register"  #: enter it in the register, before the day is over
    LOOK_AHEAD = "look_ahead"  #: does the forecast pass the promise?
    DRAFT_DELAY_NOTICE = "draft_delay_notice"  #: it has been passed (FL 11 §)
    TELL_OF_RIGHT = "tell_of_right"  #: the resident may now ask for a decision
    WARN_OF_REQUEST = "warn_of_request"
    REQUEST_OVERDUE = "request_overdue"
    REMIND = "remind"  #: the resident, of what we have asked for
    TIME_OUT = "time_out"  #: back to the officer, with a proposal
    BECOME_FINAL = "become_final"
    REMIND_OF_RENEWAL = "remind_of_renewal"
    END = "end"  #: what was granted is over


@dataclass(frozen=True, slots=True)
class Timed:
    """Something to do when so many per cent of the time have passed. After the last, what comes before is pointless."""

    act: ClockAct
    at: int = _ALL


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One row of the table."""

    kind: ClockKind
    starts: Start
    #: How long it runs; None where the service or the officer says.
    span: Span | None
    #: Regime -> the law or promise it comes from; a regime that is not here has no such clock.
    sources: Mapping[str, str]
    #: Whether it may stand still while the resident has something to do. What the law sets never may.
    may_pause: bool = False
    #: Whether a last day that is no working day moves to the next (lag 1930:173 2 §).
    moves: bool = True
    #: Whether it ends for everybody at the contact centre's next closing, so that a message left on the last evening
    #: counts whatever the channel.
    until_closing: bool = False
    #: Whether it is for the resident to keep, and not for us.
    theirs: bool = False
    acts: tuple[Timed, ...] = ()


def _in_all(source: str) -> Mapping[str, str]:
    return dict.fromkeys(_EVERYWHERE, source)


def _by_law(paragraph: str) -> Mapping[str, str]:
    """The law where it reaches, and the same as a promise elsewhere."""
    return {_FL: paragraph, _KL: PROMISE, _PRIVATE: PROMISE}


_TABLE = (
    ClockRule(ClockKind.ACKNOWLEDGE, Start.HANDED_OVER, Span(0, "days"), _in_all(PROMISE)),
    ClockRule(
        ClockKind.REGISTER,
        Start.RECEIVED,
        Span(1, "working_days"),
        _in_all("OSL 5:1"),
        acts=(Timed(ClockAct.REGISTER, CLOSE),),
    ),
    ClockRule(ClockKind.FIRST_CONTACT, Start.HANDED_OVER, None, _in_all(PROMISE)),
    ClockRule(
        ClockKind.PROMISED,
        Start.HANDED_OVER,
        None,
        _in_all(PROMISE),
        may_pause=True,
        acts=(Timed(ClockAct.LOOK_AHEAD, CLOSE), Timed(ClockAct.DRAFT_DELAY_NOTICE)),
    ),
    ClockRule(ClockKind.BY_LAW, Start.RECEIVED, None, _in_all("law")),
    ClockRule(
        ClockKind.SIX_MONTHS,
        Start.RECEIVED,
        Span(6, "months"),
        {_FL: "FL 12 §"},
        moves=False,
        acts=(Timed(ClockAct.TELL_OF_RIGHT),),
    ),
    ClockRule(
        ClockKind.DELAY_REQUEST,
        Start.REQUESTED,
        Span(4, "weeks"),
        {_FL: "FL 12 §"},
        acts=(Timed(ClockAct.WARN_OF_REQUEST, SOON), Timed(ClockAct.REQUEST_OVERDUE)),
    ),
    ClockRule(
        ClockKind.SUPPLEMENT,
        Start.ASKED,
        Span(14, "days"),
        _by_law("FL 20 §"),
        until_closing=True,
        theirs=True,
        acts=(Timed(ClockAct.REMIND, 50), Timed(ClockAct.TIME_OUT)),
    ),
    ClockRule(
        ClockKind.HEARING,
        Start.ASKED,
        Span(14, "days"),
        _by_law("FL 25 §"),
        until_closing=True,
        theirs=True,
        acts=(Timed(ClockAct.REMIND, 50), Timed(ClockAct.TIME_OUT)),
    ),
    ClockRule(
        ClockKind.REFERRAL,
        Start.ASKED,
        Span(3, "weeks"),
        _by_law("FL 26 §"),
        acts=(Timed(ClockAct.TIME_OUT),),
    ),
    ClockRule(
        ClockKind.APPEAL,
        Start.DELIVERED,
        Span(3, "weeks"),
        {_FL: "FL 44 §", _KL: "KL 13:5"},
        until_closing=True,
        theirs=True,
        acts=(Timed(ClockAct.BECOME_FINAL),),
    ),
    # "Skyndsamt": a week from the day it came in, as a rule, unless something special stands in the way.
    ClockRule(ClockKind.JUDGE_APPEAL, Start.REQUESTED, Span(1, "weeks"), {_FL: "FL 46 §"}),
    ClockRule(
        ClockKind.VALIDITY,
        Start.DECIDED,
        None,
        _in_all(PROMISE),
        moves=False,
        theirs=True,
        acts=(Timed(ClockAct.REMIND_OF_RENEWAL), Timed(ClockAct.END)),
    ),
)

RULES: Mapping[ClockKind, ClockRule] = {row.kind: row for row in _TABLE}

if missing := set(ClockKind) - set(RULES):
    raise RuntimeError(f"clocks without a rule: {sorted(missing)}")


def begin(
    kind: ClockKind,
    regime: str,
    *,
    at: dt.datetime,
    on: dt.date,
    hours: OpeningHours,
    span: Span | None = None,
    last_day: dt.date | None = None,
    about: str | None = None,
    by_law: str = "",
    remind_on: dt.date | None = None,
) -> CaseClock | None:
    """A clock that starts: at the moment `at`, which the law counts as the day `on`. None where the regime has none.

    `span` is what the service promises or the officer gives, `by_law` the rule where the service's own law sets it.
    `last_day` overrules the span with a day that somebody has been told.
    """
    rule = RULES[kind]
    if regime not in rule.sources:
        return None
    length = span or rule.span or Span(0, "days")
    due_at = end_of_day(last_day) if last_day is not None else ends(kind, length, at=at, on=on, hours=hours)
    written: dict[str, Json] = {"amount": length.amount, "unit": length.unit, "may_pause": rule.may_pause}
    if remind_on is not None:
        written["remind_on"] = remind_on.isoformat()
    clock = CaseClock(new_id(), kind, by_law or rule.sources[regime], written, at, due_at, about=about)
    return clock.planned(next_act(clock, hours))


def ends(kind: ClockKind, span: Span, *, at: dt.datetime, on: dt.date, hours: OpeningHours) -> dt.datetime:
    """The last moment of a period: the end of its last day in Stockholm, or a moment where it runs in working hours."""
    if span.unit == "working_hours":
        return add_working_hours(at, span.amount, hours)
    if span.amount == 0:
        return at
    if span.unit == "working_days" or RULES[kind].moves:
        return end_of_day(due_day(span, on))
    return end_of_day(plain_last_day(on, span.amount, span.unit))


def share(clock: CaseClock, now: dt.datetime) -> int:
    """How much of its time has passed, in whole per cent begun from below: 59.99 is 59. Time it stood still is none."""
    until = clock.paused_at or now
    whole = (clock.due_at - clock.started_at - _stood_still(clock)).total_seconds()
    if whole <= 0:
        return _ALL if until > clock.due_at else 0
    passed = (until - clock.started_at - _stood_still(clock)).total_seconds()
    return max(0, int(_ALL * passed / whole))


def level(clock: CaseClock, now: dt.datetime) -> str:
    """How near it is: `late`, `close` from 90 per cent, `soon` from 60, or nothing worth a colour."""
    if clock.met_at is not None or clock.paused_at is not None:
        return ""
    if now > clock.due_at:
        return "late"
    passed = share(clock, now)
    return "close" if passed >= CLOSE else "soon" if passed >= SOON else ""


def ends_for_everybody(clock: CaseClock, hours: OpeningHours) -> dt.datetime:
    """The moment after which it is too late, in every channel alike."""
    return next_closing(clock.due_at, hours) if RULES[clock.kind].until_closing else clock.due_at


def when(clock: CaseClock, timed: Timed, hours: OpeningHours) -> dt.datetime:
    """The moment at which something is to be done for a clock. Reminders go out while somebody answers the phone."""
    if timed.act is ClockAct.REMIND_OF_RENEWAL:
        return hours.next_open(start_of_day(dt.date.fromisoformat(clock.rule["remind_on"])))
    if timed.at >= _ALL:
        return ends_for_everybody(clock, hours) + _SECOND  # the last second is still in time
    whole = clock.due_at - clock.started_at - _stood_still(clock)
    moment = clock.started_at + _stood_still(clock) + whole * timed.at / _ALL
    return hours.next_open(moment) if timed.act is ClockAct.REMIND else moment


def left_to_do(clock: CaseClock) -> Iterator[Timed]:
    """What the worker has not done for it yet. Nothing once it is met, and nothing while it stands still."""
    if clock.met_at is None and clock.paused_at is None:
        for timed in RULES[clock.kind].acts:
            for_nobody = timed.act is ClockAct.REMIND_OF_RENEWAL and "remind_on" not in clock.rule
            if timed.act not in clock.acted and not for_nobody:
                yield timed


def next_act(clock: CaseClock, hours: OpeningHours) -> dt.datetime | None:
    """When the worker has to look at it next."""
    return min((when(clock, timed, hours) for timed in left_to_do(clock)), default=None)


def due_acts(clock: CaseClock, now: dt.datetime, hours: OpeningHours) -> tuple[tuple[Timed, ...], tuple[Timed, ...]]:
    """What is to be done now, and what has been overtaken meanwhile: after a standstill nobody is reminded of a time
    that is over."""
    due = [timed for timed in left_to_do(clock) if when(clock, timed, hours) <= now]
    over = [timed for timed in due if timed.act is ClockAct.REMIND and any(one.at >= _ALL for one in due)]
    return tuple(timed for timed in due if timed not in over), tuple(over)


def longer_by_pause(due_at: dt.datetime, paused_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The new last moment of a clock that has stood still: as many days later as it stood, ending on a working day.

    Whole days are counted, not hours: so a change to or from daylight saving neither gives nor takes a day.
    """
    stood = day_of(now) - day_of(paused_at)
    return end_of_day(due_day(Span(0, "working_days"), day_of(due_at) + stood))


def _stood_still(clock: CaseClock) -> dt.timedelta:
    """How long it has stood still before now, as the days it was given back."""
    found = dt.timedelta()
    for start, end, _ in clock.pauses:
        found += dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)
    return found
