"""Pictures of the figures, as places in a drawing. Each stands beside a table that says the same in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eservices.insight.equality import Comparison, Group, Spread

#: The drawing of a gap, in units of its view box.
GAP_WIDTH = 240
_MARGIN = 8


@dataclass(frozen=True, slots=True)
class GapMark:
    """A gap as a dot with its interval, beside the line of no gap and the line of the limit."""

    low: float
    dot: float
    high: float
    even: float
    limit: float


@dataclass(frozen=True, slots=True)
class Curve:
    """How the share that is done grows, as the points of a line; the name stands at its end."""

    group: Group
    points: str
    end: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curves:
    width: int
    height: int
    lines: tuple[Curve, ...]
    days: tuple[tuple[float, int], ...]  #: marks on the axis of time
    shares: tuple[tuple[float, int], ...]  #: marks on the axis of shares, in per cent


def gap_marks(comparisons: Sequence[Comparison]) -> Mapping[Comparison, GapMark]:
    """The gaps of one measure on one scale, so that they can be compared by eye."""
    drawn = [one for one in comparisons if one.gap is not None]
    if not drawn:
        return {}
    ends = [value for one in drawn for value in _ends(one)]
    low, high = min(ends), max(ends)
    scale = (GAP_WIDTH - 2 * _MARGIN) / ((high - low) or 1)

    def place(value: float) -> float:
        return round(_MARGIN + (value - low) * scale, 1)

    return {one: GapMark(*(place(value) for value in (*_interval(one), _even(one), _limit(one)))) for one in drawn}


def _scaled(one: Comparison, value: float) -> float:
    return math.log(max(value, 1e-6)) if one.as_ratio else value


def _interval(one: Comparison) -> tuple[float, float, float]:
    assert one.gap is not None  # noqa: S101 - only those with a gap are drawn
    return _scaled(one, one.gap.low), _scaled(one, one.gap.estimate), _scaled(one, one.gap.high)


def _even(one: Comparison) -> float:
    return _scaled(one, 1.0 if one.as_ratio else 0.0)


def _limit(one: Comparison) -> float:
    return _scaled(one, 1 + (one.limit.percent or 0) / 100 if one.as_ratio else one.limit.days or 0.0)


def _ends(one: Comparison) -> tuple[float, ...]:
    return (*_interval(one), _even(one), _limit(one))


_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _RIGHT, _TOP = 700, 260, 48, 32, 180, 12


def curves(spreads: Mapping[Group, Spread]) -> Curves | None:
    """How quickly each group is done, on one scale; None where nothing may be told."""
    if not spreads:
        return None
    longest = max(days for spread in spreads.values() for days, _ in spread.curve) or 1.0
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def at(days: float, share: float) -> tuple[float, float]:
        return round(_LEFT + days / longest * wide, 1), round(_TOP + (1 - share) * tall, 1)

    lines = []
    for group, spread in spreads.items():
        points = [at(days, share) for days, share in spread.curve]
        lines.append(Curve(group, " ".join(f"{x},{y}" for x, y in points), points[-1]))
    step = _round_step(longest)
    marks = [step * n for n in range(int(longest / step) + 1)]
    return Curves(
        _WIDTH,
        _HEIGHT,
        tuple(_apart(lines)),
        tuple((at(days, 0)[0], round(days)) for days in marks),
        tuple((at(0, share / 100)[1], share) for share in (0, 25, 50, 75, 100)),
    )


#: How close two names may stand.
_LINE = 16


def _apart(lines: Sequence[Curve]) -> list[Curve]:
    """The names at the ends moved apart, so that each can be read."""
    placed: list[Curve] = []
    lowest = -math.inf
    for line in sorted(lines, key=lambda one: one.end[1]):
        y = max(line.end[1], lowest + _LINE)
        lowest = y
        placed.append(Curve(line.group, line.points, (line.end[0], y)))
    return placed


def _round_step(longest: float) -> float:
    """One, two or five of a power of ten, for some five marks."""
    rough = longest / 5
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1
    return max(next(step * power for step in (1, 2, 5, 10) if step * power >= rough), 1)
