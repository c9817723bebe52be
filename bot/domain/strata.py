"""A measure told apart by a stratum (“language”), level by level and month by month: of one team, and of all together.

A team sees its own counts. Of all teams together a month of a stratum is shown whole or not at all, so that no count
of 1 to 10 people can be read in it or worked out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from sqlmodel import Session, col, select

from bot.domain import measures, pooled_series, small_cells
from bot.domain.entries import VALUE
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.pooled_series import Month
from bot.domain.small_cells import Cell

Levels = dict[str, Cell]  # of one month: “Spanish” → 4 of 12
Told = Mapping[int, Levels]  # the same of several teams


@dataclass(frozen=True)
class Level:
    """One level of a stratum; None where a month has no number of it."""

    name: str
    values: tuple[float | None, ...]
    sizes: tuple[float | None, ...] = ()  # empty for single values, which don't say of how many they are


@dataclass(frozen=True)
class Stratum:
    """What is known of every level, the largest first, in the same months."""

    name: str
    months: tuple[date, ...]
    levels: tuple[Level, ...]
    hidden: frozenset[date] = frozenset()  # the months in which a small count could be read or worked out


def number_of(name: str) -> int:
    """What buttons and letters call a stratum, which hold numbers only: the same wherever it stands in a list."""
    return 1 + crc32(name.casefold().encode()) % 999_999_998


def named(measure: Measure, number: int) -> str | None:
    """The measure's stratum of that number; None where it has none any more."""
    return next((name for name in measure.strata if number_of(name) == number), None)


def of_team(session: Session, team_id: int, measure: Measure, name: str, until: date) -> Stratum | None:
    """A stratum as its team knows it, from its first month to its last; None where it has none."""
    told = select(Point).where(
        Point.team_id == team_id, Point.measure_id == measure.id, Point.stratum == name, Point.month <= until,
        Point.state == VALUE,
    )  # fmt: skip
    found = list(session.exec(told.order_by(col(Point.month), col(Point.id))))
    if not found:
        return None
    months = measures.every(found[0].month, found[-1].month)
    if measure.shape == "value":
        return Stratum(name, months, _single(found, months))
    told_then = [
        total([{one.level: pooled_series.cell(one)} for one in found if one.month == month]) for month in months
    ]
    return Stratum(name, months, _levels(measure, told_then))


def sent(session: Session, measure: Measure) -> set[str]:
    """The strata by which any team ever sent numbers of a measure."""
    told = select(Point.stratum).where(Point.measure_id == measure.id, Point.stratum != "", Point.state == VALUE)
    return set(session.exec(told.distinct()))


def of_all_teams(
    session: Session, measure: Measure, name: str, told: Sequence[Month], own: Collection[int]
) -> Stratum | None:
    """The same of all teams together, as far as it may be shown to somebody who sees the counts of their `own` teams.

    None where nothing of it may be shown.
    """
    every = pooled_months(session, measure, told, own)
    shown = [by_stratum.get(name, {}) for by_stratum in every]
    if not any(shown):
        return None
    hidden = frozenset(one.month for one, levels in zip(told, shown, strict=True) if levels is None)
    return Stratum(name, tuple(one.month for one in told), _levels(measure, [one or {} for one in shown]), hidden)


def pooled_months(
    session: Session, measure: Measure, told: Sequence[Month], own: Collection[int]
) -> list[dict[str, Levels | None]]:
    """Every month's strata that were told: the sums of all teams, or None where they can't be shown."""
    filed: dict[date, list[Point]] = defaultdict(list)
    if told and measure.shape != "value":
        for one in pooled_series.filed(session, measure, told[-1].month):
            filed[one.month].append(one)
    return [_month(filed[one.month], one, own) for one in told]


def may_be_shown(told: Told, wholes: Mapping[int, Cell], own: Collection[int]) -> bool:
    """Whether the sums of one stratum's levels give nothing away, beside the sum of all whom the teams counted.

    Neither to somebody who knows nothing else, nor to one who knows the counts of their own teams and takes them off.
    """
    others = wholes.keys() - {*own}
    return all(
        small_cells.may_be_shown(
            {"": total(levels for team, levels in told.items() if team in these)},
            pooled_series.total(wholes[team] for team in these),
        )
        for these in (wholes.keys(), others)
        if told.keys() & {*these}
    )


def total(told: Iterable[Levels]) -> Levels:
    """The sums of these level by level; one that is written in small letters elsewhere is the same."""
    names: dict[str, str] = {}
    sums: Levels = {}
    for levels in told:
        for name, cell in levels.items():
            known = names.setdefault(name.casefold(), name)
            sums[known] = pooled_series.total([sums.get(known, (0, 0)), cell])
    return sums


def _month(filed: Sequence[Point], month: Month, own: Collection[int]) -> dict[str, Levels | None]:
    """One month by its strata; nothing beside a total that is hidden itself."""
    wholes = {one.team_id: pooled_series.cell(one) for one in filed if not one.stratum and one.team_id in month.teams}
    by_stratum: dict[str, dict[int, Levels]] = defaultdict(lambda: defaultdict(dict))
    for one in filed:
        if one.stratum and one.team_id in month.teams:
            by_stratum[one.stratum][one.team_id][one.level] = pooled_series.cell(one)
    shown = month.cell is not None
    return {
        name: total(told.values()) if shown and may_be_shown(told, wholes, own) else None
        for name, told in by_stratum.items()
    }


def _levels(measure: Measure, told: Sequence[Levels]) -> tuple[Level, ...]:
    """Every level that is ever told, month by month, the one of most people first."""
    alike = total(told)
    spelled = {name.casefold(): name for name in alike}
    cells = [{spelled[name.casefold()]: cell for name, cell in total([month]).items()} for month in told]
    first = sorted(alike, key=lambda name: (-alike[name][1], name.casefold()))
    return tuple(
        Level(
            name,
            tuple(pooled_series.value(measure, month.get(name)) for month in cells),
            tuple(month[name][1] if name in month else None for month in cells),
        )
        for name in first
    )


def _single(found: Sequence[Point], months: Sequence[date]) -> tuple[Level, ...]:
    names: dict[str, str] = {}
    values: dict[tuple[str, date], float | None] = {}
    for one in found:
        values[names.setdefault(one.level.casefold(), one.level), one.month] = one.value
    return tuple(Level(name, tuple(values.get((name, month)) for month in months)) for name in sorted(names.values()))
