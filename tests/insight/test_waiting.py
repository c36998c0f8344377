"""The figures agree with an independent computation, and behave as figures about waiting must."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st

from eservices.insight.waiting import Wait, Waits, difference, horizon, pooled_ratio, ratio, student

waits = st.lists(
    st.builds(Wait, st.floats(0.1, 400).map(lambda time: round(time, 1)), st.booleans()), min_size=2, max_size=60
)
ended = st.lists(st.floats(0.1, 400), min_size=2, max_size=60)
many = st.lists(st.floats(0.1, 400), min_size=6, max_size=60)


def _of(times: list[float]) -> Waits:
    return Waits(Wait(time) for time in times)


@given(waits)
def test_the_share_that_still_waits_is_that_of_scipy(given_waits: list[Wait]):
    data = scipy.stats.CensoredData(
        uncensored=[wait.time for wait in given_waits if wait.over],
        right=[wait.time for wait in given_waits if not wait.over],
    )
    theirs = scipy.stats.ecdf(data).sf
    ours = Waits(given_waits)

    for time in {wait.time for wait in given_waits}:
        assert ours.still_waiting(time) == pytest.approx(float(theirs.evaluate(time)), abs=1e-9)


@given(waits)
def test_the_restricted_mean_is_the_area_under_the_curve_of_scipy(given_waits: list[Wait]):
    ours = Waits(given_waits)
    until = min(ours.known_until, ours.longest)
    data = scipy.stats.CensoredData(
        uncensored=[wait.time for wait in given_waits if wait.over],
        right=[wait.time for wait in given_waits if not wait.over],
    )
    theirs = scipy.stats.ecdf(data).sf
    marks = np.unique(np.concatenate([[0.0, until], theirs.quantiles[theirs.quantiles < until]]))
    area = float(np.sum(theirs.evaluate(marks[:-1]) * np.diff(marks)))

    assert ours.mean(until)[0] == pytest.approx(area, rel=1e-9, abs=1e-9)


@given(ended)
def test_when_nobody_waits_any_more_mean_and_error_are_the_plain_ones(times: list[float]):
    mean, variance = _of(times).mean(max(times))

    assert mean == pytest.approx(float(np.mean(times)))
    assert variance == pytest.approx(float(np.var(times, ddof=1)) / len(times), abs=1e-9)


@given(many, many)
def test_the_difference_is_the_one_of_welch(times: list[float], others: list[float]):
    assume(min(np.std(times), np.std(others)) > 0.01)
    ours = difference(_of(times), _of(others))
    theirs = scipy.stats.ttest_ind(times, others, equal_var=False).confidence_interval(0.95)

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=0.01, abs=0.1)


@pytest.mark.parametrize("freedom", [5, 8, 20, 38, 300])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_the_quantile_is_that_of_student(level: float, freedom: float):
    assert student(level, freedom) == pytest.approx(float(scipy.stats.t.ppf((1 + level) / 2, freedom)), rel=2e-3)


@given(ended, st.floats(0.2, 5))
def test_waiting_so_many_times_as_long_is_found_as_such(times: list[float], factor: float):
    assume(np.std(times) > 0.01)
    found = ratio(_of([time * factor for time in times]), _of(times))

    assert found is not None
    assert found.estimate == pytest.approx(factor)
    assert found.low < factor < found.high


@given(waits, waits)
def test_turning_the_comparison_round_turns_the_answer_round(group: list[Wait], reference: list[Wait]):
    one, other = ratio(Waits(group), Waits(reference)), ratio(Waits(reference), Waits(group))

    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.estimate == pytest.approx(1 / other.estimate)
        assert one.low == pytest.approx(1 / other.high)


def test_a_case_that_waits_still_makes_a_group_slower_and_never_quicker():
    done = [Wait(float(day)) for day in range(1, 11)]
    with_pending = Waits([*done, *(Wait(12.0, over=False) for _ in range(5))])

    assert with_pending.mean(10)[0] > Waits(done).mean(10)[0]
    assert with_pending.quantile(0.9) is None, "nine of ten are not done yet"
    assert Waits(done).quantile(0.9) == 9


def test_groups_are_compared_no_further_than_both_are_known():
    young = Waits([Wait(1), Wait(2), Wait(5, over=False)])
    old = Waits([Wait(1), Wait(30)])

    assert horizon(young, old) == 5
    assert horizon(old, old) == 30


def test_one_pair_pooled_is_that_pair_and_pairs_that_agree_narrow_the_interval():
    pair = (_of([3, 4, 5, 7, 9, 4]), _of([2, 3, 4, 6, 8, 3]))
    alone, pooled = ratio(*pair), pooled_ratio([pair])
    many = pooled_ratio([pair] * 15)

    assert pooled == alone
    assert many.estimate == pytest.approx(alone.estimate)
    assert math.log(many.high / many.low) < math.log(alone.high / alone.low) / 3


def test_pooling_compares_each_service_with_itself():
    """More callers in the slow service is no gap, as long as each service treats both alike (Simpson's paradox)."""
    quick, slow = [1.0, 1.1, 0.9, 1.2], [20.0, 22.0, 18.0, 24.0]
    pooled = pooled_ratio([(_of(quick), _of(quick * 10)), (_of(slow * 10), _of(slow))])
    crude = ratio(_of(quick + slow * 10), _of(quick * 10 + slow))

    assert pooled is not None
    assert crude is not None
    assert pooled.estimate == pytest.approx(1)
    assert crude.estimate > 3
