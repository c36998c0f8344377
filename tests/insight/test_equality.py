"""The monitor finds the gaps that are there, is silent where there are none, and never points at a person."""

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.definitions.model import Monitor, Span
from eservices.insight.equality import (
    FEWEST_TOLD,
    Comparison,
    Group,
    Limit,
    Verdict,
    by_group,
    comparisons,
    held_together,
    outcomes,
    phase_gaps,
    pooled,
    shares,
    shares_beside,
    spread,
    use_of_steps,
)
from eservices.insight.measures import CaseTimes, Filling, Measure
from eservices.insight.periods import Period
from eservices.insight.report import _figures, as_csv
from eservices.insight.waiting import Wait
from eservices.values import Channel

_RECEIVED = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
_NO_LIMIT = Monitor(gap_percent=0)


def a_case(
    days: float,
    channel: Channel = Channel.WEB,
    *,
    over: bool = True,
    outcome: str | None = None,
    phases: dict[str, float] | None = None,
) -> CaseTimes:
    return CaseTimes("bygglov", channel, _RECEIVED, {Measure.SETTLED: Wait(days, over)}, outcome, 0, phases or {})


def a_channel(chance: random.Random, channel: Channel, amount: int, *, longer: float = 1.0) -> Iterator[CaseTimes]:
    """Times to decision as they are: log-normal, half of them done in twenty days."""
    for _ in range(amount):
        yield a_case(20 * longer * math.exp(chance.gauss(0, 0.4)), channel)


def a_period(seed: int, amount: int, longer: float) -> list[CaseTimes]:
    chance = random.Random(seed)
    return [
        *a_channel(chance, Channel.WEB, amount),
        *a_channel(chance, Channel.PHONE, amount, longer=longer),
    ]


def the_comparison(cases: list[CaseTimes], monitor: Monitor = _NO_LIMIT) -> Comparison:
    (one,) = comparisons(by_group(cases), monitor, [Measure.SETTLED])
    return one


def test_a_planted_gap_of_a_fifth_is_found_and_without_one_hardly_ever_an_alarm_is_raised():
    def alarms(longer: float) -> int:
        return sum(the_comparison(a_period(seed, 300, longer)).verdict is Verdict.LONGER for seed in range(200))

    assert alarms(1.2) >= 190
    assert alarms(1.0) <= 18


def test_what_few_cases_of_one_service_cannot_tell_fifteen_services_together_can():
    alone, together, falsely = 0, 0, 0
    for seed in range(100):
        services = [(by_group(a_period(1000 * seed + place, 20, 1.2)), _NO_LIMIT) for place in range(15)]
        even = [(by_group(a_period(5000 * seed + place, 20, 1.0)), _NO_LIMIT) for place in range(15)]
        alone += the_comparison(a_period(seed, 20, 1.2)).verdict is Verdict.LONGER
        together += _lower(services) > 1
        falsely += _lower(even) > 1

    assert alone < 60
    assert together >= 95
    assert falsely <= 9


def _lower(services: list[tuple[object, Monitor]]) -> float:
    gap = pooled(services, Measure.SETTLED, Group.PHONE).gap  # type: ignore[arg-type]
    assert gap is not None
    return gap.low


def test_a_gap_within_the_limit_is_no_alarm_and_one_that_cannot_be_told_is_said_to_be_so():
    cases = a_period(1, 300, 1.15)

    assert the_comparison(cases).verdict is Verdict.LONGER
    assert the_comparison(cases, Monitor(gap_percent=40)).verdict is Verdict.ALIKE
    assert the_comparison(cases, Monitor(gap_percent=8)).verdict is Verdict.UNSETTLED
    assert the_comparison(a_period(1, 9, 3.0)).verdict is Verdict.TOO_FEW


def test_a_channel_whose_cases_still_wait_is_not_taken_for_a_quick_one():
    web = [a_case(day, Channel.WEB) for day in range(10, 50)]
    phone = [a_case(day, Channel.PHONE) for day in range(10, 30)]
    stuck = [a_case(90, Channel.PHONE, over=False) for _ in range(20)]

    assert the_comparison([*web, *phone]).verdict is Verdict.SHORTER
    assert the_comparison([*web, *phone, *stuck]).verdict is Verdict.LONGER


def test_a_service_may_state_its_limit_as_days():
    web = [a_case(10 + day % 3) for day in range(60)]
    later = [a_case(13 + day % 3, Channel.COUNTER) for day in range(60)]

    assert the_comparison([*web, *later], Monitor(gap=Span(2, "days"))).verdict is Verdict.LONGER
    assert the_comparison([*web, *later], Monitor(gap=Span(1, "weeks"))).verdict is Verdict.ALIKE
    assert Limit.of(Monitor(), Measure.RECEIPT) == Limit(days=1.0)


def test_a_gap_without_any_spread_is_a_gap_all_the_same():
    web = [a_case(10) for _ in range(20)]

    assert the_comparison([*web, *(a_case(20, Channel.PAPER) for _ in range(20))]).verdict is Verdict.LONGER
    assert the_comparison([*web, *(a_case(10, Channel.PAPER) for _ in range(20))]).verdict is Verdict.ALIKE


def test_the_more_is_compared_the_wider_the_intervals():
    assert [round(held_together(amount), 4) for amount in (0, 1, 2, 10)] == [0.95, 0.95, 0.975, 0.995]
    chance = random.Random(3)
    web = list(a_channel(chance, Channel.WEB, 100))
    phone = list(a_channel(chance, Channel.PHONE, 100))
    paper = list(a_channel(chance, Channel.PAPER, 100))

    alone = the_comparison([*web, *phone])
    among = next(
        one
        for one in comparisons(by_group([*web, *phone, *paper]), _NO_LIMIT, [Measure.SETTLED])
        if one.group is Group.PHONE
    )

    assert alone.gap is not None
    assert among.gap is not None
    assert among.gap.low < alone.gap.low < alone.gap.high < among.gap.high


def test_what_machines_report_is_nobodys_wait():
    assert by_group([a_case(1, Channel.SENSOR), a_case(1, Channel.API)]) == {}


def test_those_without_the_web_are_also_compared_all_together_but_not_one_channel_twice():
    assert set(by_group([a_case(1), a_case(1, Channel.PHONE)])) == {Group.WEB, Group.PHONE}
    mixed = by_group([a_case(1), a_case(1, Channel.PHONE), a_case(1, Channel.EMAIL)])
    assert len(mixed[Group.ASSISTED]) == 2


@pytest.mark.parametrize(
    ("phone", "paper", "counter", "whole", "volumes_told"),
    [
        (12, 1, 0, False, {Group.PHONE: 12, Group.PAPER: None}),  # the whole less those who rang is one person
        (30, 6, 3, False, {Group.PHONE: 30, Group.PAPER: 6, Group.COUNTER: None}),
        (12, 9, 3, True, {Group.PHONE: 12, Group.PAPER: None, Group.COUNTER: None}),
        (12, 11, 0, True, {Group.PHONE: 12, Group.PAPER: 11}),
    ],
)
def test_nobody_is_found_by_taking_what_is_told_away_from_what_is_told_together(
    phone: int, paper: int, counter: int, whole: bool, volumes_told: dict[Group, int | None]
):
    by_channel = ((Channel.WEB, 20), (Channel.PHONE, phone), (Channel.PAPER, paper), (Channel.COUNTER, counter))
    cases = [a_case(day, channel) for channel, many in by_channel for day in range(1, many + 1)]

    figures = _figures("bygglov", cases, _NO_LIMIT, Period.read("2026-Q4"))

    told = {group for measure, group in figures.spreads if measure is Measure.SETTLED}
    compared = {one.group for one in figures.comparisons if one.measure is Measure.SETTLED}
    assert (Group.ASSISTED in told, Group.ASSISTED in compared) == (whole, whole)
    assert {Group.WEB, Group.PHONE} <= told
    assert figures.volumes == {Group.WEB: 20, **volumes_told}


@pytest.mark.parametrize(("untold", "counted"), [(0, True), (1, False), (4, False), (5, True)])
def test_who_was_told_nothing_is_not_found_by_taking_those_who_were_away_from_all(untold: int, counted: bool):
    """A case that was closed without a decision has nobody who waits to be told of it."""

    def cases(channel: Channel, without: int) -> list[CaseTimes]:
        waited = [a_case(day, channel) for day in range(1, 31)]
        told_of = [replace(one, waits={**one.waits, Measure.INFORMED: Wait(40)}) for one in waited[without:]]
        return [*waited[:without], *told_of]

    everybody = [*cases(Channel.WEB, 0), *cases(Channel.PHONE, untold), *cases(Channel.PAPER, 8)]
    figures = _figures("bygglov", everybody, _NO_LIMIT, Period.read("2026-Q4"))

    sizes = {key: found.size for key, found in figures.spreads.items()}
    assert sizes[Measure.SETTLED, Group.PHONE] == 30
    assert sizes[Measure.INFORMED, Group.WEB] == 30
    assert sizes[Measure.INFORMED, Group.PAPER] == 22
    assert sizes[Measure.INFORMED, Group.PHONE] == (30 - untold if counted else None)
    assert sizes[Measure.INFORMED, Group.ASSISTED] == (52 - untold if counted else None), "nor by way of all together"
    for one in [one for one in figures.comparisons if one.measure in {Measure.SETTLED, Measure.INFORMED}]:
        assert one.size == sizes[one.measure, one.group]
        assert one.web == 30
        assert one.gap is not None, "how long they wait is told all the same"
    together = pooled([(by_group(everybody), _NO_LIMIT)], Measure.INFORMED, Group.ASSISTED)
    assert together.size == (52 - untold if counted else None)
    number = str(30 - untold)
    assert f"informed,phone,{number if counted else ''}," in as_csv([figures], Period.read("2026-Q4"))


def test_no_small_part_of_a_channel_is_found_by_taking_the_others_away_from_all_together():
    def cases(channel: Channel, granted: int, refused: int) -> list[CaseTimes]:
        return [a_case(1, channel, outcome=one) for one in ["granted"] * granted + ["refused"] * refused]

    few = by_group([*cases(Channel.PHONE, 20, 20), *cases(Channel.PAPER, 18, 2)])
    many = by_group([*cases(Channel.PHONE, 20, 20), *cases(Channel.PAPER, 18, 9)])

    assert set(shares_beside(few, outcomes)) == {Group.PHONE, Group.PAPER}
    assert shares_beside(many, outcomes)[Group.ASSISTED].parts == {"granted": 38, "refused": 29}


def test_the_phase_that_makes_the_difference_comes_first():
    web = [a_case(10, phases={"registered": 2, "in_progress": 8}) for _ in range(10)]
    paper = [a_case(16, Channel.PAPER, phases={"registered": 7.5, "in_progress": 8.5}) for _ in range(10)]

    first, second = phase_gaps(by_group([*web, *paper]), Group.PAPER)

    assert (first.phase, first.gap) == ("registered", 5.5)
    assert (second.phase, second.gap) == ("in_progress", 0.5)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1))
def test_no_small_number_is_told_nor_found_by_subtraction(counts: dict[str, int]):
    found = shares(counts)

    assert all(part is None or part == 0 or part >= FEWEST_TOLD for part in found.parts.values())
    hidden = [name for name, part in found.parts.items() if part is None]
    if found.whole is None:
        assert set(hidden) == set(counts)
    elif hidden:
        assert len(hidden) > 1 or len([part for part in counts.values() if part]) == 1
        rest = found.whole - sum(part or 0 for part in found.parts.values())
        assert rest >= FEWEST_TOLD


def test_outcomes_that_would_point_at_somebody_are_left_out():
    cases = [*(a_case(5, outcome="granted") for _ in range(20)), a_case(5, outcome="refused")]

    assert outcomes(cases).parts == {"granted": None, "refused": None}
    assert outcomes(cases[:20]).parts == {"granted": 20}


@pytest.mark.parametrize(("amount", "told"), [(9, False), (10, True)])
def test_a_median_of_few_is_nobodys_business(amount: int, told: bool):
    assert (spread([a_case(day + 1) for day in range(amount)], Measure.SETTLED) is not None) is told


def test_where_people_stop_is_counted_in_the_order_of_the_form():
    def a_try(*seen: str, sent: bool) -> Filling:
        return Filling("bygglov", Channel.WEB, sent, seen, frozenset(seen), 5)

    tries = [
        *(a_try("boat", "you", "check", sent=True) for _ in range(12)),
        *(a_try("boat", "you", sent=False) for _ in range(8)),
    ]

    assert [(one.step, one.seen, one.ended_here) for one in use_of_steps(tries, ["boat", "more", "you", "check"])] == [
        ("boat", 100, 0),
        ("you", 100, 40),
        ("check", 60, 0),
    ]
    assert use_of_steps(tries[:9], ["boat"]) == []
