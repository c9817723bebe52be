"""The model behind *are they still with us*: its published figures, and what it can never say."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.domain import bgbb
from bot.domain.bgbb import DEFAULT, Histories, Prior

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "engagement_vectors" / "bgbb_vectors.json").read_text(encoding="utf-8")
)
MANY = (20, 100, 700)  # due dates, more than anybody has


def history(met: int, last: int, due: int) -> Histories:
    return Histories(*(np.array([one]) for one in (met, last, due)))


def donors() -> Histories:
    rows = [row for row in PUBLISHED["data"] for _ in range(row["weights"])]
    return Histories(*(np.array([row[name] for row in rows]) for name in ("frequency", "recency", "periods")))


def test_its_published_likelihood_and_fit_come_out() -> None:
    published = PUBLISHED["published"]
    prior = Prior(*(published[name] for name in ("alpha", "beta", "gamma", "delta")))

    fitted = bgbb.fit(donors(), spread=math.inf)

    assert bgbb.log_likelihood(donors(), prior).sum() == pytest.approx(published["loglik"], abs=0.05)
    assert fitted == pytest.approx(prior, abs=0.001)
    assert fitted == pytest.approx(list(PUBLISHED["fitted_here"].values()), abs=0.0002)


def test_its_published_chances_come_out() -> None:
    for row in PUBLISHED["vectors"]:
        told, prior = history(row["x"], row["tx"], row["n"]), Prior(*row["params"])

        assert bgbb.nothing_met(told, row["m"], prior)[0] == pytest.approx(row["p_silent"], abs=1e-6), row
        assert bgbb.still_with_us(told, prior)[0] == pytest.approx(row["p_alive"], abs=1e-6), row

    fitted = Prior(*PUBLISHED["fitted_here"].values())
    for row in PUBLISHED["p_alive_next"]:
        told = history(row["x"], row["tx"], row["n"])
        goes_on = (fitted.delta + row["n"]) / (fitted.gamma + fitted.delta + row["n"])

        assert bgbb.still_with_us(told, fitted)[0] * goes_on == pytest.approx(row["p_alive_next"], abs=1e-4), row


def test_a_held_fit_strays_from_the_default_only_as_far_as_there_is_history() -> None:
    few = Histories.of([[True, True, False, True]])

    assert bgbb.fit(few) == pytest.approx(DEFAULT, rel=0.35)
    assert bgbb.fit(Histories.of([])) == pytest.approx(DEFAULT, rel=1e-4)
    assert bgbb.fit(donors()).delta < DEFAULT.delta / 3


def test_a_longer_silence_and_a_longer_wait_only_make_it_likelier_or_less_likely_as_they_should() -> None:
    silence = [bgbb.nothing_met(history(10, 10, 10 + quiet), 8)[0] for quiet in range(12)]
    waits = (
        bgbb.nothing_met(history(10, 10, 12), 0)[0],
        *(bgbb.nothing_met(history(10, 10, 12), wait)[0] for wait in range(1, 12)),
    )

    assert silence == sorted(silence)
    assert list(waits) == sorted(waits, reverse=True)
    assert waits[0] == 1
    assert all(0 <= bgbb.still_with_us(history(due, due, due))[0] <= 1 for due in MANY)
    assert np.isfinite(bgbb.log_likelihood(history(0, 0, MANY[-1]), DEFAULT)).all()


def test_what_a_stream_tells_begins_after_its_first_met_date_and_is_of_the_latest_26() -> None:
    streams = [
        [],
        [False, False],
        [False, True],
        [True, True, False],
        [True, *[False] * 3, True],
        [True] * 40 + [False],
    ]

    told = Histories.of(streams)

    assert list(zip(told.met.tolist(), told.last.tolist(), told.due.tolist(), strict=True)) == [
        (0, 0, 0), (0, 0, 0), (0, 0, 0), (1, 1, 2), (1, 4, 4), (25, 25, 26),
    ]  # fmt: skip
