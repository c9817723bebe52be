"""Series and limits with known answers: of qicharts2 and runcharter for R, and of published tables."""

import json
from itertools import combinations, groupby
from math import comb
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from bot.domain import runchart_limits as limits
from bot.domain import runchart_tables as tables
from bot.domain.runcharts import Phase, Rephase, Values, judge, phases, sustained

ANSWERS = Path(__file__).parent / "runchart_vectors"
# The fewest and the most runs by useful points in table 1 of Perla, Provost & Murray (2011), after Swed & Eisenhart
# (1943), and where the exact limits are others.
PUBLISHED = {
    10: (3, 9), 11: (3, 10), 12: (3, 11), 13: (4, 11), 14: (4, 12), 15: (5, 12), 16: (5, 13), 17: (5, 13),
    18: (6, 14), 19: (6, 15), 20: (6, 16), 21: (7, 16), 22: (7, 17), 23: (7, 17), 24: (8, 18), 25: (8, 18),
    26: (9, 19), 27: (10, 19), 28: (10, 20), 29: (10, 20), 30: (11, 21), 31: (11, 22), 32: (11, 23),
    33: (12, 23), 34: (12, 24), 35: (12, 24), 36: (13, 25), 37: (13, 25), 38: (14, 26), 39: (14, 26),
    40: (15, 27), 41: (15, 27), 42: (16, 28), 43: (16, 28), 44: (17, 29), 45: (17, 30), 46: (17, 31),
    47: (18, 31), 48: (18, 32), 49: (19, 32), 50: (19, 33), 51: (20, 33), 52: (20, 34), 53: (21, 34),
    54: (21, 35), 55: (22, 35), 56: (22, 36), 57: (23, 36), 58: (23, 37), 59: (24, 38), 60: (24, 38),
}  # fmt: skip
EXACT_DIFFERS = {
    11: (4, 9), 12: (4, 10), 17: (6, 13), 20: (7, 15), 22: (8, 16), 23: (8, 17), 25: (9, 18), 29: (10, 21),
    32: (12, 22), 35: (13, 24), 37: (14, 25), 41: (15, 28), 43: (16, 29), 53: (20, 35), 55: (21, 36),
    57: (22, 37), 59: (23, 38),
}  # fmt: skip


def known(pattern: str) -> list[Any]:
    """Series with known answers, one parameter each."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(ANSWERS.glob(pattern))]
    return [pytest.param(one, id=one["id"]) for one in read]


def parts(one: dict[str, Any]) -> list[tuple[Values, int | None, dict[str, Any]]]:
    """The stretches of a known series that have a median of their own: values, baseline, answers."""
    frozen = one["baseline"]["n"] if one["baseline"]["kind"] == "first" else None
    told = one["expected_parts"] or [one["expected"]]
    return [(one["series"][part["first"] - 1 : part["last"]], frozen, part) for part in told]


@pytest.mark.parametrize("one", known("qic_*.json"))
def test_the_anhoej_rules_give_the_known_answers(one: dict[str, Any]) -> None:
    for values, baseline, answers in parts(one):
        found = judge(values, baseline=baseline)

        assert found.median == answers["median"]
        assert found.n_useful == answers["n_useful"]
        assert (found.longest_run, found.longest_run_limit) == (answers["longest_run"], answers["longest_run_max"])
        assert (found.crossings, found.crossings_limit) == (answers["crossings"], answers["crossings_min"])
        assert found.signal is answers["anhoej_signal"]


@pytest.mark.parametrize("one", known("qic_*.json"))
def test_perlas_rules_give_the_known_answers(one: dict[str, Any]) -> None:
    for values, baseline, answers in parts(one):
        perla = answers["perla"]
        outside = perla["too_few_runs"] or perla["too_many_runs"]
        (phase,) = phases(values, rules="perla", baseline=baseline)

        assert phase.finding.shift is perla["shift6"]
        assert phase.finding.trend is perla["trend5"]
        assert phase.finding.crossings + 1 == perla["n_runs"]
        assert (phase.sides.count(1), phase.sides.count(-1)) == (perla["n_above"], perla["n_below"])
        assert phase.finding.signal is (perla["shift6"] or perla["trend5"] or outside)
        for rule, points in (("run", perla["shift6_points"]), ("trend", perla["trend5_points"])):
            assert {row + 1 for mark in phase.marks if mark.rule == rule for row in mark.rows} == set(points)


@pytest.mark.parametrize("one", known("shewhart_*.json"))
def test_around_a_mean_that_is_given_runs_are_counted_the_same(one: dict[str, Any]) -> None:
    answers = one["expected"]
    for _, part in groupby(range(len(one["series"])), key=lambda row: (one["part"] or [1] * (row + 1))[row]):
        rows = list(part)
        table = np.array([[one["series"][row] for row in rows]], dtype=float)
        found = tables.judged_around(np.array([answers["cl"][rows[0]]]), table, rules="anhoej")

        for row in rows:
            assert found.n_useful[0] == answers["n_useful"][row]
            assert found.longest_run[0] == answers["longest_run"][row]
            assert found.crossings[0] == answers["crossings"][row]
            assert bool(found.signal[0]) is answers["runs_signal"][row]


@pytest.mark.parametrize("one", known("runcharter_*.json"))
@pytest.mark.parametrize(("side", "looking"), [("both", (1, -1)), ("above", (1,)), ("below", (-1,))])
def test_a_new_median_is_worth_a_question_after_nine_in_a_row(
    one: dict[str, Any], side: str, looking: tuple[int, ...]
) -> None:
    values, months = one["series"], one["x"]
    begin, *later = one["expected"][side]
    rephased: list[Rephase] = []

    while found := sorted(filter(None, (sustained(_latest(values, rephased), toward) for toward in looking))):
        rows, told = found[0], later[len(rephased)]
        assert median(values[row] for row in rows) == told["median"]
        assert (months[rows[0]], months[rows[-1]]) == (told["start_date"], told["end_date"])
        rephased.append(Rephase(rows[0], "We kept it up.", rows[-1] - rows[0] + 1))

    assert len(rephased) == len(later)
    assert phases(values, baseline=9, rephased=rephased)[0].finding.median == begin["median"]


def test_the_limits_are_the_known_ones() -> None:
    told = json.loads((ANSWERS / "limits_tables.json").read_text(encoding="utf-8"))

    for row in told["anhoej"]:
        found = (limits.longest_run(row["n"]), limits.fewest_crossings(row["n"]))
        assert found == (row["longest_run_max"], row["crossings_min"]), row
    for row in told["runs"]:
        assert limits.usual_runs(row["n"]) == (row["crit_low_5pct"] + 1, row["crit_high_5pct"] - 1), row


def test_one_in_forty_makes_the_published_table_of_runs_or_differs_from_it_by_one() -> None:
    exact = {useful: limits.usual_runs(useful, one_in=40) for useful in PUBLISHED}

    assert {useful: limit for useful, limit in exact.items() if limit != PUBLISHED[useful]} == EXACT_DIFFERS
    for useful, limit in exact.items():
        assert limit
        assert all(abs(ours - theirs) <= 1 for ours, theirs in zip(limit, PUBLISHED[useful], strict=True))


@pytest.mark.parametrize("useful", [10, 11])
def test_the_limits_of_runs_are_those_of_every_possible_order(useful: int) -> None:
    above = useful // 2
    orders = [[place in chosen for place in range(useful)] for chosen in combinations(range(useful), above)]
    runs = [sum(1 for _ in groupby(order)) for order in orders]

    for one_in in (20, 40):
        usual = limits.usual_runs(useful, one_in)

        assert usual
        assert len(orders) == comb(useful, above)
        assert (
            sum(each < usual[0] for each in runs) * one_in
            <= len(orders)
            < sum(each <= usual[0] for each in runs) * one_in
        )
        assert (
            sum(each > usual[1] for each in runs) * one_in
            <= len(orders)
            < sum(each >= usual[1] for each in runs) * one_in
        )


def _latest(values: Values, rephased: list[Rephase]) -> Phase:
    return phases(values, baseline=9, rephased=rephased)[-1]
