"""The run chart of all teams together, as faculty get it: of how many teams, with what may mislead told in words."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot import access, charts, times
from bot.cards import measure_words, moment_cards
from bot.charts import Chart
from bot.domain import months, pooled_series, runcharts
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure
from bot.domain.pooled_series import Month
from bot.domain.small_cells import Cell
from bot.kit import Kit
from bot.sending.pictures import Wanted

Values = dict[str, Any]
HIDDEN = "not shown: of too few people or teams"
HIDDEN_STRATUM = "not shown, since a count of 1 to 10 people could be read or worked out."
WHOSE = "All teams together"


def asked(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What somebody who asked for it gets; None where there is nothing, or nothing for them any more."""
    measure, actor = session.get(Measure, about["measure"]), access.of_person(session, about["person"])
    if measure is None or actor is None or not actor.may("measures.pool", collaborative=measure.collaborative_id):
        return None
    told = of(session, measure, kit)
    chart = drawn(measure, told)
    if chart is None:
        return None
    strata = pooled_series.strata(session, measure, told[-1])
    return shown(measure, chart, told, strata, moment_cards.kept(session, measure))


def of(session: Session, measure: Measure, kit: Kit) -> list[Month]:
    """The months of all teams together, up to today."""
    collaborative = session.get_one(Collaborative, measure.collaborative_id)
    return pooled_series.of(session, measure, times.local_day(kit.now(), collaborative.timezone))


def shown(
    measure: Measure,
    chart: Chart,
    told: list[Month],
    strata: Mapping[str, Mapping[str, Cell]],
    seen: list[tuple[int, str]],
) -> Values:
    """What the message prints."""
    wanted = Wanted(f"pooled:{measure.collaborative_id}:measure:{measure.id}", chart, charts.alt(chart))
    return {
        "measure": measure,
        "said": charts.sentence(chart),
        "teams": _sent(told[-1]),
        "warnings": warnings(measure, told),
        "strata": [(name, _levels(measure, strata.get(name))) for name in measure.strata],
        "seen": seen,
        "picture": wanted,
    }


def drawn(measure: Measure, told: list[Month]) -> Chart | None:
    """The chart of what may be shown; None where nothing is."""
    values = [pooled_series.value(measure, one.cell) for one in told]
    if not any(value is not None for value in values):
        return None
    first = measure.baseline_months
    baseline = first if first < len(values) and any(value is not None for value in values[:first]) else None
    newest = told[-1]
    return Chart(
        title=f"{measure.code} {measure.name}",
        whose=f"{WHOSE}, {len(newest.teams)} of {newest.counting} teams in {months.called(newest.month)}",
        labels=[charts.label(one.month.isoformat()) for one in told],
        values=values,
        phases=runcharts.phases(values, baseline=baseline),
        unit=_UNITS.get(measure.unit),
        direction=_DIRECTIONS.get(measure.direction),
        goal=measure.goal,
        gaps={row: HIDDEN for row, one in enumerate(told) if one.teams and one.cell is None},
    )


def text(measure: Measure, chart: Chart, told: list[Month]) -> str:
    """The chart as lines of text, with how many teams each month is of."""
    of_teams = [f"{charts.label(one.month.isoformat())}  {len(one.teams)} of {one.counting} teams" for one in told]
    return "\n".join([charts.text(chart), "", *warnings(measure, told), "", *of_teams])


def warnings(measure: Measure, told: list[Month]) -> list[str]:
    """What may mislead in the newest month: few teams, or others than the month before."""
    newest, before = told[-1], told[-2] if told[1:] else None
    called = months.called(newest.month)
    few = [f"Fewer than 80% of the teams that count it have sent {called}, so the rest may change it."]
    return [*(few if newest.is_thin else []), *([_mix(measure, newest, before)] if _differ(newest, before) else [])]


def _differ(newest: Month, before: Month | None) -> bool:
    return before is not None and newest.teams != before.teams


def _mix(measure: Measure, newest: Month, before: Month | None) -> str:
    """Who is new and who isn't in, and how the same teams went."""
    earlier = before.teams if before else frozenset()
    told = f"The mix of teams changed since the month before: {len(newest.teams - earlier)} more sent it, "
    told += f"{len(earlier - newest.teams)} did then and not now."
    if newest.same is None:
        return told
    then, now = (measure_words.value(measure, pooled_series.value(measure, cell) or 0.0) for cell in newest.same)
    return f"{told} The {len(newest.teams & earlier)} teams in both months went from {then} to {now}."


def _sent(newest: Month) -> str:
    hidden = "" if newest.cell else " Their sum isn't shown: it is of too few people or teams."
    return f"{len(newest.teams)} of {newest.counting} teams sent {months.called(newest.month)}.{hidden}"


def _levels(measure: Measure, levels: Mapping[str, Cell] | None) -> str:
    if levels is None:
        return HIDDEN_STRATUM
    told = [
        f"{level} {measure_words.value(measure, pooled_series.value(measure, cell) or 0.0)} (of {cell[1]:g})"
        for level, cell in levels.items()
        if cell[1]
    ]
    return " · ".join(told)


_UNITS: Mapping[str, charts.Unit] = {"percent": "percent", "days": "days", "rate": "rate", "count": "count"}
_DIRECTIONS: Mapping[str, runcharts.Direction] = {"up": "up", "down": "down", "hold": "hold"}
