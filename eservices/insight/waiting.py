"""How long people wait, while some are still waiting: distributions, restricted means, and gaps with their intervals.

A case that is not settled yet is no missing value: it has waited at least so long. Leaving it out would make a slow
channel look quick. The distribution is therefore the estimator of Kaplan and Meier (1958); a gap between two groups is
the difference, or the ratio, of their restricted mean waiting times (Royston and Parmar 2013; the variance by
Greenwood 1926, for the ratio by the delta method on its logarithm, as in Uno et al. 2014), with a quantile of Student's
t in place of the normal one because groups may be small. Pure: no database, no clock. Times are in one unit, whichever.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one case waited; `over` is False for one that waits still (or was taken back) after `time`."""

    time: float
    over: bool = True


class Waits:
    """The waiting times of one group. At least one."""

    def __init__(self, waits: Iterable[Wait]):
        # At the same moment an end comes before a loss from sight, by the convention of Kaplan and Meier.
        ordered = sorted(waits, key=lambda wait: (wait.time, not wait.over))
        if not ordered:
            raise ValueError("nobody waited")
        self.size = len(ordered)
        self.ended = sum(wait.over for wait in ordered)
        self.longest = ordered[-1].time
        self._last_is_an_end = ordered[-1].over
        self._times: list[float] = []  #: when somebody's wait ended
        self._left: list[float] = []  #: the share that still waits after that
        self._ends: list[tuple[int, int]] = []  #: how many ended then, of how many that waited
        share, waiting = 1.0, self.size
        for time, group in groupby(ordered, key=lambda wait: wait.time):
            here = list(group)
            if ends := sum(wait.over for wait in here):
                share *= 1 - ends / waiting
                self._times.append(time)
                self._left.append(share)
                self._ends.append((ends, waiting))
            waiting -= len(here)

    @property
    def known_until(self) -> float:
        """How far the data say anything: without end where all waits are over."""
        return math.inf if self._last_is_an_end else self.longest

    def still_waiting(self, time: float) -> float:
        """The share that waits longer than `time`."""
        reached = bisect_right(self._times, time)
        return self._left[reached - 1] if reached else 1.0

    def quantile(self, share: float) -> float | None:
        """The time by which `share` of the waits are over; None while that is not known."""
        limit = 1 - share + 1e-12
        return next((time for time, left in zip(self._times, self._left, strict=True) if left <= limit), None)

    def mean(self, until: float) -> tuple[float, float]:
        """The mean wait when each counts at most `until`, and the variance of that mean."""
        area, steps = self._areas(until)
        greenwood = sum(
            right**2 * ends / (waiting * (waiting - ends))
            for right, (ends, waiting) in zip(steps, self._ends, strict=False)
            if waiting > ends
        )
        all_ends = self.ended
        corrected = greenwood * all_ends / (all_ends - 1) if all_ends > 1 else greenwood
        return area, corrected

    def _areas(self, until: float) -> tuple[float, list[float]]:
        """The area under the curve up to `until`, and the part of it to the right of each end."""
        times = [time for time in self._times if time < until]
        marks = [0.0, *times, until]
        heights = [1.0, *self._left[: len(times)]]
        parts = [height * (after - before) for height, (before, after) in zip(heights, pairwise(marks), strict=True)]
        right, so_far = [], 0.0
        for part in reversed(parts[1:]):
            so_far += part
            right.append(so_far)
        return parts[0] + so_far, right[::-1]


@dataclass(frozen=True, slots=True)
class Gap:
    """How much longer one group waits than the other, with the interval at the level that was asked for.

    As a ratio 1.2 is a fifth longer; as a difference the unit is that of the times.
    """

    estimate: float
    low: float
    high: float
    until: float  #: each wait counts at most so long, in both groups


def horizon(*groups: Waits) -> float:
    """How far all groups can be compared: what each knows, and no further than the longest wait."""
    return min(*(group.known_until for group in groups), max(group.longest for group in groups))


def difference(group: Waits, reference: Waits, level: float = 0.95) -> Gap:
    """How much longer `group` waits, in the unit of the times."""
    until = horizon(group, reference)
    mean, variance = group.mean(until)
    other_mean, other_variance = reference.mean(until)
    freedom = _freedom(group, variance, reference, other_variance)
    reach = student(level, freedom) * math.sqrt(variance + other_variance)
    estimate = mean - other_mean
    return Gap(estimate, estimate - reach, estimate + reach, until)


@dataclass(frozen=True, slots=True)
class _LogRatio:
    estimate: float
    variance: float
    freedom: float
    weight: float
    until: float


def ratio(group: Waits, reference: Waits, level: float = 0.95) -> Gap | None:
    """How many times as long `group` waits; None where that has no meaning, because one does not wait at all."""
    found = _log_ratio(group, reference)
    return None if found is None else _as_gap([found], level)


def pooled_ratio(strata: Sequence[tuple[Waits, Waits]], level: float = 0.95) -> Gap | None:
    """One ratio over several pairs of groups (services, periods), each compared within itself.

    The logarithms are weighted by n·m/(n+m) as Cochran (1954) does, which depends on the sizes and not on what was
    found. Pairs with fewer than two ended waits on a side have no say.
    """
    found = [one for pair in strata if (one := _log_ratio(*pair)) is not None]
    return _as_gap(found, level) if found else None


#: A spread needs two.
_FEWEST_ENDED = 2


def _log_ratio(group: Waits, reference: Waits) -> _LogRatio | None:
    if min(group.ended, reference.ended) < _FEWEST_ENDED:
        return None
    until = horizon(group, reference)
    mean, variance = group.mean(until)
    other_mean, other_variance = reference.mean(until)
    if mean <= 0 or other_mean <= 0:
        return None
    share, other_share = variance / mean**2, other_variance / other_mean**2
    return _LogRatio(
        math.log(mean / other_mean),
        share + other_share,
        _freedom(group, share, reference, other_share),
        group.size * reference.size / (group.size + reference.size),
        until,
    )


def _as_gap(found: Sequence[_LogRatio], level: float) -> Gap:
    weight = sum(one.weight for one in found)
    estimate = sum(one.weight * one.estimate for one in found) / weight
    parts = [(one.weight / weight) ** 2 * one.variance for one in found]
    variance = sum(parts)
    spread = sum(part**2 / one.freedom for part, one in zip(parts, found, strict=True))
    freedom = variance**2 / spread if spread else math.inf
    reach = student(level, freedom) * math.sqrt(variance)
    return Gap(
        math.exp(estimate), math.exp(estimate - reach), math.exp(estimate + reach), max(one.until for one in found)
    )


def _freedom(group: Waits, variance: float, reference: Waits, other_variance: float) -> float:
    """Degrees of freedom by Welch (1947) and Satterthwaite (1946)."""
    parts = variance**2 / max(group.ended - 1, 1) + other_variance**2 / max(reference.ended - 1, 1)
    return (variance + other_variance) ** 2 / parts if parts else math.inf  # all waited alike: nothing to be unsure of


def student(level: float, freedom: float) -> float:
    """The two-sided quantile of Student's t: nine tenths of it lie within `student(0.9, …)` of nought.

    By the expansion of Fisher and Cornish (1960); good to a thousandth from four degrees of freedom on.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * freedom**4)
    )
