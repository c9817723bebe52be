"""A measure of one team month by month, as the record stands: what its run chart is drawn from."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from sqlmodel import Session, col, select

from bot import times
from bot.domain import measures, medians, points
from bot.domain.entries import NO_CASES, VALUE
from bot.domain.measures import Measure
from bot.domain.pdsa import Cycle, alive
from bot.domain.points import Point
from bot.domain.runcharts import Direction
from bot.domain.teams import Team

Unit = Literal["percent", "days", "rate", "count"]
MOST_MONTHS = 60  # to choose from


@dataclass(frozen=True)
class Series:
    """A measure of one team month by month, from the first filed to the last; None where there is no number."""

    measure: int
    code: str
    name: str
    unit: Unit
    shape: str
    direction: Direction
    goal: float | None
    baseline_points: int | None
    months: tuple[date, ...]
    values: tuple[float | None, ...]
    sizes: tuple[float | None, ...]
    states: tuple[str, ...]  # empty where nothing was filed
    early: tuple[bool, ...]  # told before the month was over
    notes: tuple[str, ...]
    cycles: tuple[tuple[date, str], ...]
    rephased: tuple[tuple[date, str], ...]


def of(session: Session, team_id: int, measure_id: int, *, stratum: str = "", level: str = "", until: date) -> Series:
    """A team's series as it stands, whatever the order in which it was filed and corrected."""
    measure, team = session.get_one(Measure, measure_id), session.get_one(Team, team_id)
    told = {one.month: one for one in points.of_series(session, team_id, measure_id, stratum=stratum, level=level)}
    known = [month for month in told if month <= until]
    months = measures.every(min(known), max(known)) if known else ()
    rows = [told.get(month) for month in months]
    return Series(
        measure=measure_id, code=measure.code, name=measure.name, unit=cast(Unit, measure.unit), shape=measure.shape,
        direction=cast(Direction, measure.direction), goal=measure.goal,
        baseline_points=measure.baseline_months or None, months=months,
        values=tuple(row.value if row and row.state == VALUE else None for row in rows),
        sizes=tuple(_size(row) for row in rows),
        states=tuple(row.state if row else "" for row in rows),
        early=tuple(row is not None and points.is_early(session, row, team.timezone) for row in rows),
        notes=tuple(row.note if row else "" for row in rows),
        cycles=_cycles(session, team, measure_id),
        rephased=tuple((one.month, one.annotation) for one in medians.of(session, team_id, measure_id)),
    )  # fmt: skip


def open_to_a_median(series: Series) -> list[date]:
    """The months from which one can be drawn, the newest first: those with a number that have one before them."""
    told = [month for month, value in zip(series.months, series.values, strict=True) if value is not None]
    taken = {month for month, _ in series.rephased}
    return [month for month in reversed(told[1:]) if month not in taken][:MOST_MONTHS]


def _size(row: Point | None) -> float | None:
    return None if row is None else 0.0 if row.state == NO_CASES else row.denominator


def _cycles(session: Session, team: Team, measure_id: int) -> tuple[tuple[date, str], ...]:
    """The team's tests that were to move this measure, by the day on which they ran or are to run."""
    linked = select(Cycle).where(Cycle.team_id == team.id, Cycle.measure_id == measure_id, alive())
    return tuple(
        (times.local_day(one.ran_at, team.timezone) if one.ran_at else one.due, f"Cycle {one.number}: {one.change}")
        for one in session.exec(linked.order_by(col(Cycle.number)))
    )
