"""Whether the channels get the same: each compared with the web, with an interval, a limit and an honest verdict.

Several comparisons are made for a service at once, and some gap would turn up by chance alone. Their intervals hold
together: each is made at 1 - 0.05/m for m comparisons (Bonferroni; Dunn 1961). An alarm is an interval that lies
wholly beyond the limit. What the interval does not settle is not settled. Pure.

Callers are other people than those who use the web, with other matters; a gap is a question to the unit, no proof.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from eservices.definitions.model import Monitor
from eservices.insight.measures import CaseTimes, Filling, Measure
from eservices.insight.waiting import Gap, Wait, Waits, difference, pooled_ratio, ratio
from eservices.values import Channel

_T = TypeVar("_T")

#: The intervals of one service and period hold together at this level.
LEVEL = 0.95

#: On each side; fewer say nothing about a difference.
FEWEST_COMPARED = 10

#: Fewer than this and a number could point at a person: it is not told, not even as a rest of a sum.
FEWEST_TOLD = 5

#: A median of fewer would nearly be somebody's own time.
FEWEST_FOR_MEDIAN = 10

#: Where a service names no limit of its own: a tenth longer, or a day for what takes hours.
USUAL_PERCENT, USUAL_DAYS = 10, 1.0

#: What is compared as so many times as long, and what as so much longer: no ratio can be made with the nought of a
#: receipt that stands on the page at once.
_AS_RATIO = frozenset({Measure.SETTLED, Measure.INFORMED})


class Group(StrEnum):
    """Who is compared: the channels that residents choose, and all but the web together."""

    WEB = "web"
    ASSISTED = "assisted"  #: everybody who did not use the web
    PHONE = "phone"
    COUNTER = "counter"
    PAPER = "paper"
    OTHER = "other"


_GROUP: Mapping[Channel, Group] = {
    Channel.WEB: Group.WEB,
    Channel.PHONE: Group.PHONE,
    Channel.COUNTER: Group.COUNTER,
    Channel.PAPER: Group.PAPER,
    Channel.EMAIL: Group.OTHER,
    Channel.CHAT: Group.OTHER,
    Channel.SOCIAL_MEDIA: Group.OTHER,
}

#: Machines send these: nobody waits at the other end.
_NOBODY_WAITS = frozenset({Channel.API, Channel.SENSOR})


class Verdict(StrEnum):
    LONGER = "longer"  #: an alarm: they wait longer than the limit allows
    SHORTER = "shorter"  #: those who use the web wait longer than the limit allows
    ALIKE = "alike"  #: any gap is within the limit
    UNSETTLED = "unsettled"  #: cannot be said yet
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Limit:
    """The gap from which on it is an alarm: a share, or days."""

    percent: float | None = None
    days: float | None = None

    @classmethod
    def of(cls, monitor: Monitor, measure: Measure) -> "Limit":
        """The service's own limit where it fits the measure, else the usual one."""
        if monitor.gap is not None:
            return cls(days=_in_days(monitor.gap.amount, monitor.gap.unit))
        if measure in _AS_RATIO:
            return cls(percent=USUAL_PERCENT if monitor.gap_percent is None else monitor.gap_percent)
        return cls(days=USUAL_DAYS)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group beside the web, in one measure."""

    measure: Measure
    group: Group
    size: int | None  #: None where it may not be told
    web: int | None
    limit: Limit
    gap: Gap | None
    verdict: Verdict

    @property
    def as_ratio(self) -> bool:
        return self.limit.percent is not None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long a group waits: by when a tenth, a quarter, half, … are done. None is not known yet, or not told."""

    size: int | None
    quantiles: Mapping[float, float | None]
    curve: tuple[tuple[float, float], ...]  #: after so many days so great a share is done


QUANTILES = (0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Shares:
    """A whole and its parts, where parts that would point at somebody are None."""

    whole: int | None
    parts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class PhaseGap:
    """Days a case stands in one state on the average, in the group and on the web."""

    phase: str
    group: float
    web: float

    @property
    def gap(self) -> float:
        return self.group - self.web


@dataclass(frozen=True, slots=True)
class StepUse:
    """One page of the form, in whole per cent of those who began: who saw it, and for whom it was the last."""

    step: str
    seen: int
    ended_here: int


def group_of(channel: Channel) -> Group | None:
    """None for what machines send."""
    return None if channel in _NOBODY_WAITS else _GROUP[channel]


def by_group(cases: Iterable[CaseTimes]) -> Mapping[Group, Sequence[CaseTimes]]:
    """The cases of each group, everybody but the web together as well. Groups without a case are left out."""
    return _by_group(cases, lambda case: case.channel)


def fillings_by_group(fillings: Iterable[Filling]) -> Mapping[Group, Sequence[Filling]]:
    return _by_group(fillings, lambda filling: filling.channel)


def _by_group(things: Iterable[_T], channel: Callable[[_T], Channel]) -> Mapping[Group, Sequence[_T]]:
    found: dict[Group, list[_T]] = {}
    for thing in things:
        if (group := group_of(channel(thing))) is not None:
            found.setdefault(group, []).append(thing)
    apart = [group for group in found if group is not Group.WEB]
    if len(apart) > 1:  # one alone would be compared twice
        found[Group.ASSISTED] = [thing for group in apart for thing in found[group]]
    return {group: found[group] for group in Group if group in found}


def waits_of(cases: Iterable[CaseTimes], measure: Measure) -> Waits | None:
    """How long these cases wait for one thing; None where it is not waited for."""
    waits = [case.waits[measure] for case in cases if measure in case.waits]
    return Waits(waits) if any(wait.over for wait in waits) else None


def together(groups: Mapping[Group, Sequence[CaseTimes]], measure: Measure) -> bool:
    """Whether everybody but the web may be told together, beside each group that is told by itself.

    What those leave of it, taken away from the whole, must be nobody or enough not to be somebody's own time.
    """
    sizes = [sum(measure in case.waits for case in cases) for cases in _apart(groups).values()]
    rest = sum(size for size in sizes if size < FEWEST_FOR_MEDIAN)
    return any(sizes) and (rest == 0 or rest >= FEWEST_FOR_MEDIAN)


def count_told(groups: Mapping[Group, Sequence[CaseTimes]], group: Group, measure: Measure) -> bool:
    """Whether it may be told how many of a group wait for this.

    How many there are in all is told elsewhere. Those who do not wait for it, because nothing was decided that they
    could be told of, must be nobody or enough.
    """
    of_group = _apart(groups).values() if group is Group.ASSISTED else [groups.get(group, ())]
    return all(told(sum(measure not in case.waits for case in cases)) is not None for cases in of_group)


def volumes(groups: Mapping[Group, Sequence[CaseTimes]], *, with_whole: bool) -> Mapping[Group, int | None]:
    """How many came in each way; `with_whole` where all but the web are told together somewhere, so that no small
    number can be found by taking the others away from that."""
    counts: dict[Group, int] = {group: len(cases) for group, cases in groups.items() if group is not Group.ASSISTED}
    counted: dict[Group, int | None] = {group: told(count) for group, count in counts.items()}
    if with_whole:
        parts = shares({group.value: counts[group] for group in _apart(groups)}).parts
        counted.update((Group(name), count) for name, count in parts.items())
    return counted


def _apart(groups: Mapping[Group, Sequence[CaseTimes]]) -> Mapping[Group, Sequence[CaseTimes]]:
    """The groups that all but the web are made of."""
    return {group: cases for group, cases in groups.items() if group not in {Group.WEB, Group.ASSISTED}}


def comparisons(
    groups: Mapping[Group, Sequence[CaseTimes]], monitor: Monitor, measures: Iterable[Measure] = tuple(Measure)
) -> list[Comparison]:
    """Every group beside the web in every measure, with intervals that hold together."""
    pairs = [
        (measure, group, waits_of(cases, measure), waits_of(groups.get(Group.WEB, ()), measure))
        for measure in measures
        for group, cases in groups.items()
        if group is not Group.WEB and (group is not Group.ASSISTED or together(groups, measure))
    ]
    level = held_together(sum(_can_be_compared(waits, web) for _, _, waits, web in pairs))
    found = [
        compare(waits, web, Limit.of(monitor, measure), level, measure=measure, group=group)
        for measure, group, waits, web in pairs
    ]
    return [_without_counts(one, [groups]) for one in found]


def _without_counts(one: Comparison, services: Iterable[Mapping[Group, Sequence[CaseTimes]]]) -> Comparison:
    """The comparison with those counts alone that may be told, for each of these services."""
    services = list(services)
    size = one.size if all(count_told(groups, one.group, one.measure) for groups in services) else None
    web = one.web if all(count_told(groups, Group.WEB, one.measure) for groups in services) else None
    return replace(one, size=size, web=web)


def held_together(amount: int) -> float:
    """The level of each of so many intervals that are to hold together."""
    return 1 - (1 - LEVEL) / max(amount, 1)


def _can_be_compared(waits: Waits | None, web: Waits | None) -> bool:
    return waits is not None and web is not None and min(waits.ended, web.ended) >= FEWEST_COMPARED


def compare(
    waits: Waits | None, web: Waits | None, limit: Limit, level: float, *, measure: Measure, group: Group
) -> Comparison:
    """One group beside the web, judged by the limit."""
    gap = None
    if waits is not None and web is not None and _can_be_compared(waits, web):
        gap = ratio(waits, web, level) if limit.percent is not None else difference(waits, web, level)
    sizes = (waits.size if waits else 0, web.size if web else 0)
    return Comparison(measure, group, *sizes, limit, gap, _verdict(waits, web, gap, limit))


def pooled(
    services: Iterable[tuple[Mapping[Group, Sequence[CaseTimes]], Monitor]], measure: Measure, group: Group
) -> Comparison:
    """One comparison over several services, each within itself: for a municipality with few cases of each.

    The limit is the usual one. Only measures that are compared as a ratio can be pooled: a day means one thing for a
    fault in a street lamp and another for a house.
    """
    pairs = []
    services = list(services)
    for groups, _ in services:
        waits, web = waits_of(groups.get(group, ()), measure), waits_of(groups.get(Group.WEB, ()), measure)
        if waits is not None and web is not None:
            pairs.append((waits, web))
    limit = Limit(percent=USUAL_PERCENT)
    sizes = (sum(waits.size for waits, _ in pairs), sum(web.size for _, web in pairs))
    enough = min(sum(waits.ended for waits, _ in pairs), sum(web.ended for _, web in pairs)) >= FEWEST_COMPARED
    gap = pooled_ratio(pairs, LEVEL) if enough else None
    found = Comparison(measure, group, *sizes, limit, gap, _judged(gap, limit) if gap else Verdict.TOO_FEW)
    return _without_counts(found, [groups for groups, _ in services])


def _verdict(waits: Waits | None, web: Waits | None, gap: Gap | None, limit: Limit) -> Verdict:
    if not _can_be_compared(waits, web):
        return Verdict.TOO_FEW
    return Verdict.UNSETTLED if gap is None else _judged(gap, limit)


def _judged(gap: Gap, limit: Limit) -> Verdict:
    if limit.percent is not None:
        longest = 1 + limit.percent / 100
        shortest = 1 / longest
    else:
        longest = limit.days or 0.0
        shortest = -longest
    if gap.low > longest:
        return Verdict.LONGER
    if gap.high < shortest:
        return Verdict.SHORTER
    return Verdict.ALIKE if shortest <= gap.low and gap.high <= longest else Verdict.UNSETTLED


def spread(cases: Sequence[CaseTimes], measure: Measure) -> Spread | None:
    """How long a group waits; None where that would nearly be somebody's own time."""
    waits = waits_of(cases, measure)
    if waits is None or waits.size < FEWEST_FOR_MEDIAN:
        return None
    return Spread(waits.size, {share: waits.quantile(share) for share in QUANTILES}, _curve(waits))


def _curve(waits: Waits) -> tuple[tuple[float, float], ...]:
    """Twenty points of the way from nobody to where the data end."""
    end = min(waits.known_until, waits.longest)
    marks = [end * step / _POINTS for step in range(_POINTS + 1)]
    return tuple((mark, 1 - waits.still_waiting(mark)) for mark in marks)


_POINTS = 20


def phase_gaps(groups: Mapping[Group, Sequence[CaseTimes]], group: Group) -> list[PhaseGap]:
    """Where the time goes: days in each public state until settled, the state with the widest gap first."""
    cases, web = groups.get(group, ()), groups.get(Group.WEB, ())
    if min(len(cases), len(web)) < FEWEST_FOR_MEDIAN:
        return []
    phases = {phase for case in (*cases, *web) for phase in case.phases}
    found = [PhaseGap(phase, _mean_days(cases, phase), _mean_days(web, phase)) for phase in phases]
    return sorted(found, key=lambda one: (-one.gap, one.phase))


def _mean_days(cases: Sequence[CaseTimes], phase: str) -> float:
    return sum(case.phases.get(phase, 0.0) for case in cases) / len(cases)


def told(count: int) -> int | None:
    """A count that may be told; nought may, for it is nobody."""
    return None if 0 < count < FEWEST_TOLD else count


def shares(counts: Mapping[str, int]) -> Shares:
    """The parts of a whole, so that no small part can be found by taking the others away from it.

    Where one part alone is hidden, or the hidden ones together are still few, the next smallest is hidden too.
    """
    whole = sum(counts.values())
    if told(whole) is None:
        return Shares(None, dict.fromkeys(counts))
    parts = {name: told(count) for name, count in counts.items()}
    rest = sorted((name for name in counts if parts[name]), key=lambda name: counts[name])
    while (hidden := [name for name in counts if parts[name] is None]) and rest:
        if len(hidden) > 1 and sum(counts[name] for name in hidden) >= FEWEST_TOLD:
            break
        parts[rest.pop(0)] = None
    return Shares(whole, parts)


def shares_beside(
    groups: Mapping[Group, Sequence[CaseTimes]], of: Callable[[Sequence[CaseTimes]], Shares]
) -> Mapping[Group, Shares]:
    """The parts of each group; of all but the web together only where no part of a group is hidden."""
    found = {group: of(cases) for group, cases in groups.items()}
    hidden = any(
        count is None for group in _apart(groups) for count in (found[group].whole, *found[group].parts.values())
    )
    return {group: one for group, one in found.items() if not (hidden and group is Group.ASSISTED)}


def outcomes(cases: Iterable[CaseTimes]) -> Shares:
    """How the decided cases were decided."""
    return shares(Counter(case.outcome for case in cases if case.outcome is not None))


def asked_to_complete(cases: Sequence[CaseTimes]) -> Shares:
    """How many were asked for something more."""
    asked = sum(case.supplements > 0 for case in cases)
    return shares({"asked": asked, "not_asked": len(cases) - asked})


def minutes_to_fill_in(fillings: Iterable[Filling]) -> float | None:
    """The median of those who sent; None where that would nearly be somebody's own time."""
    sent = [filling.minutes for filling in fillings if filling.sent and filling.passed]
    return Waits(Wait(one) for one in sent).quantile(0.5) if len(sent) >= FEWEST_FOR_MEDIAN else None


def use_of_steps(fillings: Sequence[Filling], order: Sequence[str]) -> list[StepUse]:
    """Each page in the order of the form; nothing where few have begun."""
    begun = [filling for filling in fillings if filling.seen]
    if len(begun) < FEWEST_FOR_MEDIAN:
        return []
    seen = Counter(step for filling in begun for step in filling.seen)
    last = Counter(filling.seen[-1] for filling in begun if not filling.sent)
    per_cent = 100 / len(begun)
    return [StepUse(step, round(seen[step] * per_cent), round(last[step] * per_cent)) for step in order if seen[step]]


def _in_days(amount: int, unit: str) -> float:
    return amount * _DAYS_OF.get(unit, 1.0)


#: A limit need not be exact: a working day is counted as a day, a month as thirty.
_DAYS_OF: Mapping[str, float] = {"hours": 1 / 24, "working_hours": 1 / 8, "weeks": 7, "months": 30}
