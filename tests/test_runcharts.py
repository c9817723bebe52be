"""Run-chart rules: tables of cases made by hand, and what must hold for any series."""

from dataclasses import asdict, replace
from itertools import groupby, zip_longest
from math import isclose, nan
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import runchart_limits as limits
from bot.domain import runchart_tables as tables
from bot.domain.runcharts import Rephase, Rules, Values, judge, meaning, phases, sustained

RULES: tuple[Rules, ...] = ("anhoej", "perla")
L, H = [1.0], [9.0]  # low, high


@pytest.mark.parametrize("useful", range(10))
def test_nine_useful_points_have_no_limits(useful: int) -> None:
    assert (limits.longest_run(useful), limits.fewest_crossings(useful), limits.usual_runs(useful)) == (None,) * 3


@pytest.mark.parametrize(
    ("values", "found"),
    [
        pytest.param([None], {"median": None, "n_useful": 0, "longest_run": 0}, id="nothing is in"),
        pytest.param([4], {"median": 4, "n_useful": 0, "crossings": 0}, id="one point is its own median"),
        pytest.param([5] * 20, {"median": 5, "n_useful": 0, "trend": False, "signal": False}, id="all the same"),
        pytest.param([1, 9] * 4 + [1], {"n_useful": 4, "longest_run": 4, "signal": False}, id="ties with the median"),
        pytest.param([3, None, 9, None, 4, 8], {"median": 6, "n_useful": 4, "crossings": 3}, id="missing is not zero"),
        pytest.param([1, 1, 1, 5, 1, 1, 1, *H * 7], {"longest_run": 7, "shift": True}, id="a run goes over the median"),
        pytest.param([1, 1, 1, None, 1, 1, 1, *H * 6], {"longest_run": 6, "shift": True}, id="a run goes over a gap"),
        pytest.param([*L * 5, 9, 1, *H * 5], {"longest_run": 5, "shift": False}, id="a point across breaks it"),
        pytest.param([1, 2, 3, 4, 5], {"trend": True, "signal": False}, id="five rise"),
        pytest.param([1, 2, 3, 4], {"trend": False}, id="four are no trend"),
        pytest.param([1, 2, 2, 3, 3, 3, 4], {"trend": False}, id="equal neighbors count once"),
        pytest.param([1, 2, 2, 3, None, 3, 4, 5], {"trend": True}, id="neither ties nor gaps break a trend"),
        pytest.param([5, 4, 3, 2, 1], {"trend": True}, id="five fall"),
        pytest.param([1, 2, 3, 2, 3, 4], {"trend": False}, id="a turn ends it"),
        pytest.param([*L * 4, *H * 4], {"longest_run_limit": None, "crossings_limit": None}, id="too few"),
        pytest.param([*L * 5, *H * 5], {"longest_run_limit": 6, "crossings_limit": 2, "signal": True}, id="ten"),
        pytest.param([*H * 3, *L * 7, *H * 3, 1, 9, 9], {"longest_run": 7, "crossings": 4, "signal": False}, id="fine"),
        pytest.param([9, *L * 9, *[9, 9, 1] * 3, *H * 5], {"crossings": 8, "signal": True}, id="only the run"),
        pytest.param([*[1, 1, 1, 9, 9, 9] * 4], {"crossings": 7, "signal": True}, id="only crossings"),
        pytest.param([0.1, 0.2, 0.15, 0.1, 0.2], {"median": 0.15, "n_useful": 4}, id="decimals"),
    ],
)  # fmt: skip
def test_the_rules_on_series_made_by_hand(values: Values, found: dict[str, Any]) -> None:
    whole = asdict(judge(values))

    assert {name: whole[name] for name in found} == found


@pytest.mark.parametrize(
    ("values", "baseline", "found"),
    [
        pytest.param([1, 2, 3, *H * 3], None, {"median": 6, "longest_run": 3}, id="all rows"),
        pytest.param([1, 2, 3, *H * 3], 3, {"median": 2, "longest_run": 4, "n_useful": 5}, id="frozen and extended"),
        pytest.param([1, None, 3, *H * 3], 3, {"median": 2, "n_useful": 5}, id="it counts rows, empty ones too"),
        pytest.param([1, *H * 8], 2, {"n_useful": 9, "shift": True, "signal": False}, id="too few to signal"),
        pytest.param([None, None, 3], 2, {"median": None, "n_useful": 0, "signal": False}, id="a baseline of nothing"),
        pytest.param([0.1, 0.2, 0.15], 2, {"n_useful": 2}, id="typed as the median, on the median"),
    ],
)  # fmt: skip
def test_a_baseline_is_frozen_and_extended(values: Values, baseline: int | None, found: dict[str, Any]) -> None:
    whole = asdict(judge(values, baseline=baseline))

    assert {name: whole[name] for name in (*found, "baseline")} == {**found, "baseline": baseline}


def test_one_rule_set_at_a_time_makes_the_signal() -> None:
    trending = [3, 9, 1, 8, 2, 3.5, 4, 6, 7, 1, 9, 2, 8]
    swinging = [1, 9] * 12

    by_name = {rules: (judge(trending, rules=rules).signal, judge(swinging, rules=rules).signal) for rules in RULES}

    assert by_name == {"anhoej": (False, False), "perla": (True, True)}


@pytest.mark.parametrize(("lows", "highs", "signal"), [([3, 3, 2, 2], [4, 3, 3], False), ([4, 3, 3], [4, 3, 3], True)])
def test_six_runs_of_twenty_points_are_too_few_by_perlas_rules_and_seven_are_not(
    lows: list[int], highs: list[int], signal: bool
) -> None:
    runs = [[*L * low, *H * high] for low, high in zip_longest(lows, highs, fillvalue=0)]

    found = judge([value for run in runs for value in run], rules="perla")

    assert (found.n_useful, found.shift, found.trend, found.signal) == (20, False, False, signal)


def test_nobody_is_asked_about_a_new_median_for_what_the_old_one_was_drawn_from() -> None:
    (phase,) = phases([*L * 10, *H * 10, 1, 9, 1, 9], baseline=20)

    assert (sustained(phase, 1), sustained(phase, -1)) == ((), ())


def test_a_new_median_is_drawn_only_with_a_word_about_why() -> None:
    values = [*L * 12, *H * 12]

    before, after = phases(values, rephased=[Rephase(12, "We changed the form.", baseline=6)])

    assert (before.finding.median, before.finding.n_useful, before.end) == (1, 0, 12)
    assert (after.finding.median, after.finding.baseline, after.first, after.end) == (9, 6, 12, 24)
    assert after.why == "We changed the form."
    with pytest.raises(ValueError, match="why"):
        Rephase(12, " ")
    for impossible in ([0], [24], [12, 12], [12, 6]):
        with pytest.raises(ValueError, match="at least one row"):
            phases(values, rephased=[Rephase(at, "We changed it.") for at in impossible])


@pytest.mark.parametrize(
    ("values", "baseline", "rules", "told"),
    [
        ([*L * 5, *H * 4], None, "anhoej", ("early", "early", "early", "early")),
        ([1, 9] * 10, None, "anhoej", ("none", "none", "none", "none")),
        ([*L * 8, *H * 8], None, "anhoej", ("improvement", "look", "look", "change")),
        ([*H * 8, *L * 8], None, "anhoej", ("look", "improvement", "look", "change")),
        ([1, 9, 1, 9, 1, 9, *L * 9], 6, "anhoej", ("look", "improvement", "look", "change")),
        ([*H * 9, *L * 5, 9, *L * 5], None, "anhoej", ("look", "improvement", "look", "change")),  # the run is the past
        ([1, 9, 2, 8, 1, 9, 2, 8, 3, 4, 6, 7, 8, 1], None, "perla", ("improvement", "look", "look", "change")),
        ([1, 9] * 12, None, "perla", ("change", "change", "look", "change")),  # it swings, and points nowhere
        (
            [8, 9, 7, 8, 9, 1, 9, 1, 2, 3, 4, 5],
            None,
            "perla",
            ("improvement", "look", "look", "change"),
        ),  # a trend is news
        ([*H * 5, *L * 9, *H * 4, 1, 9, 9, 1, 9, 9], 18, "anhoej", ("improvement", "look", "look", "change")),
        ([1, *H * 7, 1, *H * 3, *L * 3, *H * 4, 1, 1, *H * 3], 2, "anhoej", ("look", "improvement", "look", "change")),
    ],
)
def test_a_signal_means_what_the_measure_is_to_do(
    values: Values, baseline: int | None, rules: Rules, told: tuple[str, ...]
) -> None:
    (phase,) = phases(values, baseline=baseline, rules=rules)

    assert tuple(meaning(phase, direction) for direction in ("up", "down", "hold", None)) == told


NUMBERS = st.integers(-9, 9).map(float) | st.floats(-1000, 1000, allow_nan=False).filter(lambda x: abs(x) > 1e-3)
SERIES = st.lists(NUMBERS | st.none(), min_size=1, max_size=30)
few = settings(max_examples=40)


@few
@given(SERIES, st.sampled_from(RULES), st.integers(1, 30) | st.none())
def test_upside_down_all_is_the_same(values: list[float | None], rules: Rules, baseline: int | None) -> None:
    (found,) = phases(values, rules=rules, baseline=baseline)
    (mirrored,) = phases([None if value is None else -value for value in values], rules=rules, baseline=baseline)

    back = None if mirrored.finding.median is None else -mirrored.finding.median
    assert replace(mirrored.finding, median=back) == found.finding
    assert mirrored.toward == -found.toward
    assert meaning(mirrored, "down") == meaning(found, "up")


@few
@given(SERIES, st.sampled_from(RULES))
def test_backwards_the_counts_are_the_same(values: list[float | None], rules: Rules) -> None:
    assert judge(values[::-1], rules=rules) == judge(values, rules=rules)


@few
@given(SERIES, st.data())
def test_a_point_on_the_median_changes_nothing_useful(values: list[float | None], drawn: st.DataObject) -> None:
    before = judge(values)
    place = drawn.draw(st.integers(0, len(values)))

    after = judge([*values[:place], before.median, *values[place:]])

    assert replace(after, trend=before.trend) == before


@few
@given(SERIES, st.data(), st.sampled_from(RULES))
def test_a_missing_month_changes_nothing(values: list[float | None], drawn: st.DataObject, rules: Rules) -> None:
    place = drawn.draw(st.integers(0, len(values)))

    assert judge([*values[:place], None, *values[place:]], rules=rules) == judge(values, rules=rules)


@few
@given(SERIES, st.sampled_from(RULES), st.integers(1, 30) | st.none())
def test_the_counts_are_those_one_makes_with_a_pencil(
    values: list[float | None], rules: Rules, baseline: int | None
) -> None:
    inside = [value for value in values[:baseline] if value is not None]
    line = median(inside) if inside else nan
    sides = [value > line for value in values if value is not None and not isclose(value, line, rel_tol=1e-12)]
    sides = sides if inside else []
    runs = [len(list(run)) for _, run in groupby(sides)]
    found = judge(values, rules=rules, baseline=baseline)

    assert found.median == (pytest.approx(line, rel=1e-12) if inside else None)
    assert (found.n_useful, found.longest_run, found.crossings) == (
        len(sides), max(runs, default=0), max(len(runs) - 1, 0),
    )  # fmt: skip
    assert found.shift is (found.longest_run >= 6)
    assert not (found.signal and found.n_useful < 10)


@few
@given(
    st.lists(st.lists(NUMBERS | st.none(), min_size=12, max_size=12), min_size=1, max_size=8), st.sampled_from(RULES)
)
def test_many_series_at_once_are_judged_like_each_by_itself(series: list[list[float | None]], rules: Rules) -> None:
    together = tables.judged(np.array(series, dtype=float), rules=rules, baseline=6)

    for number, values in enumerate(series):
        alone = asdict(judge(values, rules=rules, baseline=6))
        for name, found in vars(together).items():
            assert found[number] == alone[name] or (np.isnan(found[number]) and alone[name] is None)
