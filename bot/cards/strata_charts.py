"""What people get of a measure told apart by a stratum: a team its own, faculty all teams together, no small counts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from bot import access, charts, times
from bot.access import Actor
from bot.cards import measure_words, pooled_charts, series_charts, stratified_charts
from bot.cards.stratified_charts import StratifiedChart
from bot.charts import Chart
from bot.domain import group_names, pooled_series, runcharts, series, strata
from bot.domain.measures import Measure
from bot.domain.pooled_series import Month
from bot.domain.runcharts import Rephase
from bot.domain.strata import Level, Stratum
from bot.domain.teams import Team
from bot.kit import Kit
from bot.sending.pictures import Wanted

Values = dict[str, Any]
Rephased = Sequence[tuple[date, str]]  # from which month on there is a new median, and why
HIDDEN = "not shown: a count of 1 to 10 people could be read or worked out"
OWN = "For the team, its coach and the improvement advisor: what is of few people is in it."


def asked(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What somebody who asked for it gets; None where there is nothing, or nothing for them any more."""
    measure, actor = session.get(Measure, about["measure"]), access.of_person(session, about["person"])
    team = session.get(Team, about["team"]) if about["team"] else None
    if measure is None or actor is None or (about["team"] and team is None):
        return None
    if not may_read(actor, measure, team):
        return None
    shown = of(session, actor, measure, team, about["stratum"], kit)
    if shown is None:
        return None
    told = group_names.in_stratum(session, measure.id, shown.stratum, team.id) if team else []
    corrected = measure_words.corrections(session, team, told) if team else []
    return values(measure, team, about["stratum"], shown, corrected[:1])


def may_read(actor: Actor, measure: Measure, team: Team | None) -> bool:
    """Whether somebody may see a team's groups, or with no team those of all teams together."""
    act = "strata.read" if team else "measures.pool"
    return actor.may(act, collaborative=measure.collaborative_id, team=team)


def of(
    session: Session, actor: Actor, measure: Measure, team: Team | None, number: int, kit: Kit
) -> StratifiedChart | None:
    """The charts of a measure's stratum of that number; None where there is nothing to show."""
    name = strata.named(measure, number)
    if name is None:
        return None
    if team is None:
        return _of_all_teams(session, actor, measure, name, pooled_charts.of(session, measure, kit))
    return of_team(session, team, measure, name, times.local_day(kit.now(), team.timezone))


def of_team(session: Session, team: Team, measure: Measure, name: str, until: date) -> StratifiedChart | None:
    """A team's own, all counts in it."""
    told = strata.of_team(session, team.id or 0, measure, name, until)
    if told is None:
        return None
    whole = series.of(session, team.id or 0, measure.id or 0, until=until)
    everybody = dict(zip(whole.months, whole.values, strict=True))
    return stratified(measure, told, team.name, everybody, whole.rephased)


def offered(session: Session, team: Team, measure: Measure, until: date) -> list[tuple[int, str, str]]:
    """The strata of which a team has numbers: each its number, its name, and what its levels say together."""
    found = (of_team(session, team, measure, name, until) for name in measure.strata)
    return [(strata.number_of(one.stratum), one.stratum, stratified_charts.gap(one)) for one in found if one]


def stratified(
    measure: Measure, told: Stratum, whose: str, everybody: Mapping[date, float | None], rephased: Rephased = ()
) -> StratifiedChart:
    """The charts of what is known, those of few people and months included; `everybody` by month.

    A new median that a person drew (`rephased`) tells that the work is another from that month on. That holds for each
    group, so each gets one of its own from there; whether it gained as much as the others is what one wants to see.
    """
    baseline = sum(month in told.months for month in sorted(everybody)[: measure.baseline_months])
    return StratifiedChart(
        measure=f"{measure.code} {measure.name}",
        stratum=told.name,
        whose=whose,
        levels=[_level(measure, told, level, baseline, rephased) for level in told.levels],
        everybody=[everybody.get(month) for month in told.months],
    )


def values(
    measure: Measure, team: Team | None, number: int, shown: StratifiedChart, corrected: Sequence[str] = ()
) -> Values:
    """What the message prints."""
    of_whom = f"team:{team.id}" if team else f"pooled:{measure.collaborative_id}"
    pictures = [
        Wanted(f"{of_whom}:measure:{measure.id}:stratum:{number}:{page}", one, stratified_charts.alt(one))
        for page, one in enumerate(stratified_charts.pages(shown), 1)
    ]
    return {
        "measure": measure,
        "team": team,
        "number": number,
        "stratum": shown.stratum,
        "whose": shown.whose,
        "said": stratified_charts.gap(shown),
        "lines": [*stratified_charts.findings(shown), *stratified_charts.medians(shown)],
        "rules": shown.rules,
        "corrected": [f"Corrected: {one}" for one in corrected],
        "who_sees": OWN if team else _hidden(shown),
        "pictures": pictures,
    }


def _of_all_teams(
    session: Session, actor: Actor, measure: Measure, name: str, told: list[Month]
) -> StratifiedChart | None:
    found = strata.of_all_teams(session, measure, name, told, pooled_charts.own_teams(session, actor, measure, told))
    if found is None:
        return None
    everybody = {one.month: pooled_series.number(measure, one) for one in told}
    return stratified(measure, found, pooled_charts.WHOSE, everybody)


def _level(measure: Measure, told: Stratum, level: Level, baseline: int, rephased: Rephased) -> Chart:
    """One level's run chart; its median is of the measure's baseline where it has numbers of these months."""
    medians = _medians(told, level, rephased)
    until = medians[0].at if medians else len(level.values)
    first = baseline if baseline < until and _any(level.values[:baseline]) else 0
    return Chart(
        title=level.name,
        labels=[charts.label(month.isoformat()) for month in told.months],
        values=level.values,
        sizes=level.sizes,
        phases=runcharts.phases(level.values, baseline=first or None, rephased=medians),
        unit=series_charts.unit(measure),
        direction=series_charts.direction(measure),
        goal=measure.goal,
        gaps={row: HIDDEN for row, month in enumerate(told.months) if month in told.hidden},
    )


def _medians(told: Stratum, level: Level, rephased: Rephased) -> list[Rephase]:
    """The new medians that a level can have: those with a number of its own on both sides."""
    rows = {month: row for row, month in enumerate(told.months)}
    drawn = [Rephase(rows[month], why) for month, why in rephased if rows.get(month)]
    kept: list[Rephase] = []
    for one, after in zip(drawn, [*(each.at for each in drawn[1:]), None], strict=False):
        before = kept[-1].at if kept else 0
        if _any(level.values[before : one.at]) and _any(level.values[one.at : after]):
            kept.append(one)
    return kept


def _any(values: Sequence[float | None]) -> bool:
    return any(one is not None for one in values)


def _hidden(shown: StratifiedChart) -> str:
    """How many months aren't shown, and why."""
    count = len({row for level in shown.levels for row in level.gaps})
    months = f"{count} month{' is' if count == 1 else 's are'} hidden whole" if count else "no month had to be hidden"
    return f"Sums over sums of all teams. Where a count of 1 to 10 people could be read or worked out, {months}."
