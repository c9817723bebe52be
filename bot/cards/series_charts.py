"""From a team's series in the record to its run chart."""

from collections.abc import Mapping

from bot import charts
from bot.charts import Chart, Unit
from bot.domain import runcharts
from bot.domain.entries import NO_CASES, NOT_AVAILABLE
from bot.domain.measures import Measure
from bot.domain.runcharts import Direction, Rephase, Rules
from bot.domain.series import Series

GAPS = {NO_CASES: "no cases this month", NOT_AVAILABLE: "not available yet"}


def of(series: Series, *, whose: str = "", rules: Rules = "anhoej") -> Chart | None:
    """The chart of what is in; None where nothing is."""
    if not any(value is not None for value in series.values):
        return None
    rows = {month: row for row, month in enumerate(series.months)}
    rephased = [Rephase(rows[month], why) for month, why in series.rephased if rows.get(month)]
    first = rephased[0].at if rephased else len(series.months)
    baseline = series.baseline_points if series.baseline_points and series.baseline_points < first else None
    return Chart(
        title=f"{series.code} {series.name}",
        labels=[charts.label(month.isoformat()) for month in series.months],
        values=series.values,
        sizes=series.sizes if series.shape != "value" else (),
        phases=runcharts.phases(series.values, rules=rules, baseline=baseline, rephased=rephased),
        whose=whose,
        unit=series.unit,
        direction=series.direction,
        goal=series.goal,
        notes=[(rows[day.replace(day=1)], words) for day, words in series.cycles if day.replace(day=1) in rows],
        gaps={row: GAPS[state] for row, state in enumerate(series.states) if state in GAPS},
        early=[row for row, early in enumerate(series.early) if early and series.values[row] is not None],
        remarks={row: note for row, note in enumerate(series.notes) if note},
    )


def unit(measure: Measure) -> Unit | None:
    """In what it counts; None for what charts have no word for."""
    return _UNITS.get(measure.unit)


def direction(measure: Measure) -> Direction | None:
    """Which way is better."""
    return _DIRECTIONS.get(measure.direction)


_UNITS: Mapping[str, Unit] = {"percent": "percent", "days": "days", "rate": "rate", "count": "count"}
_DIRECTIONS: Mapping[str, Direction] = {"up": "up", "down": "down", "hold": "hold"}
