"""A team's whole set of run charts: on one page, in one alt text, and as text."""

import io
from typing import Any

import pytest
from PIL import Image

from bot import charts
from bot.cards import chart_sets
from bot.cards.chart_sets import ChartSet
from bot.charts import Chart
from bot.domain.runcharts import Values, phases
from bot.drawing import chart_pages

BETTER = [41, 38, 40, 36, 42, 44, None, 52, 58, 55, 61, 60]


def chart(title: str, values: Values = BETTER, **more: Any) -> Chart:
    labels = [charts.label(f"2025-{row + 1:02}") for row in range(len(values))]
    told: dict[str, Any] = {"unit": "percent", "direction": "up", **more}
    return Chart(title=title, labels=labels, values=values, phases=phases(values, baseline=6), **told)


def size(picture: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(picture)).size


def test_one_alt_text_tells_every_finding() -> None:
    shown = ChartSet("Alder & Main", [chart("Offered"), chart("Seen", [3, 4]), chart("Joy", [None])])

    assert chart_sets.alt(shown) == (
        "3 run charts of Alder & Main, by the Anhøj rules. Offered: signal of improvement, 60% in Dec 2025. "
        "Seen: early days, 4% in Feb 2025. Joy: nothing is in yet."
    )


def test_the_alt_text_of_eight_long_ones_is_no_longer_than_slack_takes() -> None:
    assert len(chart_sets.alt(ChartSet("W" * 80, [chart("W" * 300)] * 8))) == 1000


def test_the_set_is_there_as_text() -> None:
    shown = ChartSet("Alder & Main", [chart("Offered", [3, 4]), chart("Seen", [5])])

    assert chart_sets.text(shown) == "\n\n\n".join(charts.text(one) for one in shown.charts)


def test_a_page_is_as_wide_as_a_phone_shows_well_and_two_stand_beside_each_other() -> None:
    pages = [chart_pages.png(ChartSet("Alder & Main", [chart("Offered")] * count)) for count in (1, 2, 3)]
    (wide, one), (_, two), (_, three) = map(size, pages)

    assert wide == 1080
    assert one == two < three


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(chart("", [None]), id="nothing at all"),
        pytest.param(chart("🌱 $\\frac{$", [5, 5], goal=5, notes=[(0, "x")]), id="strange letters, all on one line"),
        pytest.param(chart("W" * 500, [1e-9, 1e9], unit="count", sizes=[3, 4]), id="long, and far apart"),
    ],
)
def test_whatever_people_write_a_page_comes_of_it(drawn: Chart) -> None:
    assert size(chart_pages.png(ChartSet("日本\n\x07", [drawn])))[0] == 1080
