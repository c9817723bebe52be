"""Run charts as people get them: the finding in a sentence, alt text, the same as text, and the picture."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bot import charts
from bot.charts import Chart
from bot.domain.runcharts import Rephase, Rules, Values, phases
from bot.drawing import run_charts

N = None
BETTER = [41, 38, 44, 40, 36, 43, 45, N, 52, 58, 55, 61, 63, 60, 66, 71, 68, 74]
CHANCE = [1, 1, 9, 9] * 5
SERIES, GOOD, LOOK, CHANGE = ("#4f6f8f", "#0b7a6f", "#96600a", "#4d4f9e")


CAN_TELL = "Anhøj rules can tell a signal from chance. Those on the median don't count."
NEW = ", 11 of them after the baseline."


def months(count: int) -> list[str]:
    return [charts.label(f"{2025 + row // 12}-{row % 12 + 1:02}") for row in range(count)]


def chart(values: Values, *, rules: Rules = "anhoej", baseline: int | None = None, **more: Any) -> Chart:
    """A chart of percentages, that are to rise."""
    rephased = more.pop("rephased", [])
    found = phases(values, rules=rules, baseline=baseline, rephased=rephased)
    told = {"title": "Offered within 3 days", "unit": "percent", "direction": "up", "labels": months(len(values))}
    return Chart(values=values, phases=found, **{**told, **more})


def a_year_and_a_half(**more: Any) -> Chart:
    """A chart with everything in it."""
    told: dict[str, Any] = {
        "whose": "Alder & Main", "goal": 85, "sizes": [8 if row == 2 else 30 for row in range(18)],
        "notes": [(6, "One warm call"), (8, "Walk-in block")], "gaps": {7: "no cases this month"},
    }  # fmt: skip
    return chart(BETTER, baseline=6, **{**told, **more})


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (
            a_year_and_a_half(),
            f"Signal of improvement by the Anhøj rules: 12 points in a row above the median of 40.5%{NEW}",
        ),
        (
            a_year_and_a_half(direction="down"),
            f"Worth a look by the Anhøj rules: 12 points in a row above the median of 40.5%{NEW}",
        ),
        (
            a_year_and_a_half(direction=None),
            f"A signal by the Anhøj rules: 12 points in a row above the median of 40.5%{NEW}",
        ),
        (
            chart([*[9, 9, 9, 1, 1, 1] * 4], direction="down"),
            "A signal by the Anhøj rules: it crosses the median only 7 times, where chance usually makes 8 or more.",
        ),
        (
            chart([1, 9] * 12, rules="perla", direction="hold"),
            "Worth a look by the Perla rules: it crosses the median 23 times, where chance usually makes 16 or fewer.",
        ),
        (
            chart([5, 1, 9, 1, 9, 1, 9, 2, 8, 3, 4, 5, 6, 7], rules="perla", unit="days", direction="hold"),
            "Worth a look by the Perla rules: 5 points in a row rising.",
        ),
        (
            chart([*[9] * 9, *[1] * 5, 9, *[1] * 5], direction="down"),
            "Signal of improvement by the Anhøj rules: 9 points in a row above the median of 5% at first, lower since.",
        ),
        (
            chart(CHANCE),
            "The Anhøj rules see no signal yet: so far they can't tell this from chance around a median of 5%.",
        ),
        (
            chart([1, 9, 1, 9]),
            f"Early days: at least 6 more points are needed before the {CAN_TELL}",
        ),
        (
            chart([*[1, 9] * 4, 9], baseline=2),
            f"Early days: at least 1 more point is needed before the {CAN_TELL}",
        ),
        (chart([N, N]), "Nothing is in yet."),
    ],
)
def test_the_finding_is_one_plain_sentence_that_names_the_rules(drawn: Chart, said: str) -> None:
    assert charts.sentence(drawn) == said


def test_alt_text_states_the_finding_and_all_that_is_drawn() -> None:
    assert charts.alt(a_year_and_a_half()) == (
        "Run chart of Offered within 3 days, Alder & Main, Jan 2025 to Jun 2026. "
        f"Signal of improvement by the Anhøj rules: 12 points in a row above the median of 40.5%{NEW} "
        "Latest: 74% in Jun 2026. Median: 40.5%, of Jan 2025 to Jun 2025. Goal: 85%. 17 of 18 have a number. "
        "Jul 2025: One warm call. Sep 2025: Walk-in block."
    )


def test_alt_text_is_never_longer_than_slack_takes() -> None:
    told = charts.alt(a_year_and_a_half(notes=[(3, "word " * 200)] * 3))

    assert len(told) == 1000
    assert told.endswith("…")


def test_the_whole_chart_is_there_as_text() -> None:
    drawn = chart([41, 38, 40, N, 40, 52], baseline=3, whose="Alder", goal=85, sizes=[9, 30, 30, N, 30, 30],
                  notes=[(4, "One warm call")], gaps={3: "no cases this month"},
                  remarks={5: "Snow closed a clinic"})  # fmt: skip

    assert charts.text(drawn).splitlines() == [
        "Offered within 3 days – Alder",
        f"Early days: at least 7 more points are needed before the {CAN_TELL}",
        "Median: 40%, of Jan 2025 to Mar 2025. Goal: 85%.",
        "",
        "Jan 2025        41%, above the median, of 9",
        "Feb 2025        38%, below the median",
        "Mar 2025        40%, on the median",
        "Apr 2025  no cases this month",
        "May 2025        40%, on the median, One warm call",
        "Jun 2025        52%, above the median, “Snow closed a clinic”",
    ]


def test_a_new_median_is_told_with_who_drew_it_and_why() -> None:
    drawn = chart([*[1, 9] * 6, *[50, 60] * 6], rephased=[Rephase(12, "We kept the walk-in block")])

    told = charts.alt(drawn)

    assert "Median: 5%. Median from Jan 2026 on: 55%, of Jan 2026 to Dec 2026 (We kept the walk-in block)." in told
    assert "median 5% until Dec 2025" in charts.key(drawn)
    assert "Jan 2026        50%, below the median, new median: We kept the walk-in block" in charts.text(drawn)
    assert charts.sentence(drawn).startswith("The Anhøj rules see no signal yet since Jan 2026: ")
    assert "in the signal" in charts.text(a_year_and_a_half())


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-01", "Jan 2026"),
        ("2026-12-01", "Dec 2026"),
        ("2026-13", "2026-13"),
        ("2026-01-15", "2026-01-15"),
        ("", ""),
    ],
)
def test_months_are_written_as_people_write_them(written: str, told: str) -> None:
    assert charts.label(written) == told


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(41.25, "percent", "41.2%"), (1.0, "days", "1 day"), (9.5, "days", "9.5 days"), (12345.6, "count", "12,346"),
     (0.4123, None, "0.412"), (-3.0, None, "-3")],
)  # fmt: skip
def test_numbers_are_written_as_people_say_them(value: float, unit: charts.Unit | None, told: str) -> None:
    assert chart([1.0], unit=unit).shown(value) == told


@pytest.mark.parametrize(
    ("drawn", "seen", "not_seen"),
    [
        pytest.param(a_year_and_a_half(), GOOD, [LOOK, CHANGE], id="improvement"),
        pytest.param(a_year_and_a_half(direction="down"), LOOK, [GOOD, CHANGE], id="worth a look"),
        pytest.param(a_year_and_a_half(direction=None), CHANGE, [GOOD, LOOK], id="a signal of no direction"),
        pytest.param(chart(CHANCE), SERIES, [GOOD, LOOK, CHANGE], id="chance"),
    ],
)
def test_the_picture_is_as_wide_as_a_phone_shows_well_and_marks_what_a_signal_means(
    drawn: Chart, seen: str, not_seen: list[str]
) -> None:
    pixels = look(run_charts.png(drawn))

    assert pixels.shape[1] == 1080
    assert 800 < pixels.shape[0] < 1400
    assert covered(pixels, seen) > 500
    assert [covered(pixels, color) for color in not_seen] == [0] * len(not_seen)
    red, green, blue = (pixels[..., channel].astype(int) for channel in range(3))
    assert not np.any(red - np.maximum(green, blue) > 90), "nothing is red"


def test_the_words_of_whoever_drew_a_new_median_stand_in_the_picture_like_a_test() -> None:
    rephased = chart([*[1, 9] * 6, *[50, 60] * 6], rephased=[Rephase(12, "We kept the walk-in block")])
    tried = chart(rephased.values, notes=[(12, "One warm call")])

    assert rephased.events == [(12, "new median: We kept the walk-in block")]
    assert look(run_charts.png(rephased)).shape == look(run_charts.png(tried)).shape
    assert look(run_charts.png(rephased)).shape > look(run_charts.png(replace(tried, notes=()))).shape


def test_no_line_is_drawn_over_a_missing_month() -> None:
    whole, gap = (look(run_charts.png(chart(values))) for values in ([20, 40, 60], [20, N, 60]))

    assert bluish(whole) > 2 * bluish(gap) > 0


def test_a_month_of_few_people_is_drawn_hollow_and_the_picture_says_so() -> None:
    few = chart([20, 40, 60], sizes=[9, 9, 9])

    hollow, full = (covered(look(run_charts.png(one)), SERIES) for one in (few, replace(few, sizes=[10, 10, 10])))

    assert hollow < 0.8 * full
    assert "hollow: of fewer than 10" in charts.key(few)


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(chart([N], title="", labels=[""]), id="nothing at all"),
        pytest.param(chart([5] * 3, goal=5), id="all on one line"),
        pytest.param(chart([*[-1e9, 1e-9] * 100, 1e9], unit="count"), id="many months, far apart"),
        pytest.param(chart([1, 2], title="🌱 $\\frac{$", whose="日本\n\x07"), id="strange letters"),
        pytest.param(
            chart([1e-9, 2e-9], title="W" * 500, labels=["v" * 99] * 2, notes=[(1, "note " * 50)] * 9), id="long"
        ),
    ],
)
def test_whatever_people_write_a_picture_comes_of_it(drawn: Chart) -> None:
    assert look(run_charts.png(drawn)).shape[1] == 1080


def test_pictures_drawn_at_once_are_those_drawn_one_by_one() -> None:
    several = [chart([1, 2, 3]), chart([3, N, 1], title="Another")]
    alone = [run_charts.png(one) for one in several]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run_charts.png, several)) == alone


def look(picture: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The pixels of a picture: rows, columns, red green blue."""
    from matplotlib.image import imread

    seen: np.ndarray[Any, np.dtype[np.uint8]] = (imread(io.BytesIO(picture))[..., :3] * 255).round().astype(np.uint8)
    return seen


def covered(pixels: np.ndarray[Any, np.dtype[np.uint8]], color: str) -> int:
    """How many pixels have exactly this color."""
    wanted = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    return int(np.all(pixels == wanted, axis=-1).sum())


def bluish(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> int:
    """How many pixels have the color of the points or of the lines between them."""
    red, blue = pixels[..., 0].astype(int), pixels[..., 2].astype(int)
    return int((blue - red > 30).sum())
