"""The run chart of all teams together, as faculty get it: of how many teams, with what may mislead told in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot import access, charts, times
from bot.access import Actor
from bot.cards import measure_words, moment_cards, series_charts
from bot.charts import Chart
from bot.domain import months, pooled_series, runcharts, strata
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure
from bot.domain.pooled_series import Month
from bot.domain.strata import Levels
from bot.kit import Kit
from bot.sending.pictures import Wanted

Values = dict[str, Any]
HIDDEN = "not shown: of too few people or teams"
HIDDEN_STRATUM = "not shown, since a count of 1 to 10 people could be read or worked out."
WHOSE = "All teams together"
SUMS = "Sums over sums, never a mean of percents."
ASKED = "The teams of a month are those that were asked for it: not who paused then, does without it or had no cases."
SINGLE = (
    "Single values don't add up, and a mean of them would count a small team like a large one. So each month shows the "
    "middle team (the median over the teams), and shaded, from the lowest team to the highest."
)


def asked(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What somebody who asked for it gets; None where there is nothing, or nothing for them any more."""
    measure, actor = session.get(Measure, about["measure"]), access.of_person(session, about["person"])
    if measure is None or actor is None or not actor.may("measures.pool", collaborative=measure.collaborative_id):
        return None
    told = of(session, measure, kit)
    chart = drawn(measure, told)
    if chart is None:
        return None
    (newest,) = strata.pooled_months(session, measure, told[-1:], own_teams(session, actor, measure, told[-1:]))
    values = shown(measure, chart, told, newest, moment_cards.kept(session, measure))
    sent = strata.sent(session, measure)
    return {**values, "strata": [one for one in values["strata"] if one[1] in sent]}


def of(session: Session, measure: Measure, kit: Kit) -> list[Month]:
    """The months of all teams together, up to today."""
    collaborative = session.get_one(Collaborative, measure.collaborative_id)
    return pooled_series.of(session, measure, times.local_day(kit.now(), collaborative.timezone))


def own_teams(session: Session, actor: Actor, measure: Measure, told: Sequence[Month]) -> set[int]:
    """The teams whose small counts somebody sees anyway."""
    sent = {team for month in told for team in month.teams}
    return {
        row
        for row in sent
        if actor.may("strata.read", collaborative=measure.collaborative_id, team=access.brief_of(session, row))
    }


def shown(
    measure: Measure,
    chart: Chart,
    told: list[Month],
    newest: Mapping[str, Levels | None],
    seen: list[tuple[int, str]],
) -> Values:
    """What the message prints; `newest` are the strata of the newest month."""
    wanted = Wanted(f"pooled:{measure.collaborative_id}:measure:{measure.id}", chart, charts.alt(chart))
    return {
        "measure": measure,
        "said": charts.sentence(chart),
        "teams": _sent(measure, told[-1]),
        "warnings": warnings(measure, told),
        "strata": _strata(measure, newest),
        "how": f"{SINGLE if measure.shape == 'value' else SUMS} {ASKED}",
        "seen": seen,
        "picture": wanted,
    }


def drawn(measure: Measure, told: list[Month]) -> Chart | None:
    """The chart of what may be shown; None where nothing is."""
    values = [pooled_series.number(measure, one) for one in told]
    if not any(value is not None for value in values):
        return None
    first = measure.baseline_months
    baseline = first if first < len(values) and any(value is not None for value in values[:first]) else None
    newest = told[-1]
    whose = "The middle team" if measure.shape == "value" else WHOSE
    return Chart(
        title=f"{measure.code} {measure.name}",
        whose=f"{whose}, {len(newest.teams)} of {newest.counting} teams in {months.called(newest.month)}",
        labels=[charts.label(one.month.isoformat()) for one in told],
        values=values,
        phases=runcharts.phases(values, baseline=baseline),
        unit=series_charts.unit(measure),
        direction=series_charts.direction(measure),
        goal=measure.goal,
        gaps={row: HIDDEN for row, one in enumerate(told) if one.teams and not one.is_shown},
        spread=[(one.spread.lowest, one.spread.highest) if one.spread else None for one in told]
        if measure.shape == "value"
        else (),
    )


def text(measure: Measure, chart: Chart, told: list[Month]) -> str:
    """The chart as lines of text, with how many teams each month is of."""
    of_teams = [f"{charts.label(one.month.isoformat())}  {len(one.teams)} of {one.counting} teams" for one in told]
    return "\n".join([charts.text(chart), "", *warnings(measure, told), "", ASKED, *of_teams])


def warnings(measure: Measure, told: list[Month]) -> list[str]:
    """What may mislead in the newest month: few teams, or others than the month before."""
    newest, before = told[-1], told[-2] if told[1:] else None
    called = months.called(newest.month)
    few = [f"Fewer than 80% of the teams that were asked for it have sent {called}, so the rest may change it."]
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


def _sent(measure: Measure, newest: Month) -> str:
    sent = f"{len(newest.teams)} of the {newest.counting} teams asked for it sent {months.called(newest.month)}."
    if newest.spread:
        ends = (measure_words.value(measure, one) for one in (newest.spread.lowest, newest.spread.highest))
        middle = measure_words.value(measure, newest.spread.middle)
        return f"{sent} The middle one is at {middle}, all of them from {' to '.join(ends)}."
    hidden = " What they come to isn't shown: it is of too few people or teams."
    return f"{sent}{'' if newest.is_shown else hidden}"


def _strata(measure: Measure, newest: Mapping[str, Levels | None]) -> list[tuple[int, str, str]]:
    """Each stratum's number, name and newest month; of single values none, since they hide of how many they are."""
    if measure.shape == "value":
        return []
    return [
        (
            strata.number_of(name),
            name,
            _levels(measure, newest[name]) if name in newest else "nobody has sent this month by group yet.",
        )
        for name in measure.strata
    ]


def _levels(measure: Measure, levels: Levels | None) -> str:
    if levels is None:
        return HIDDEN_STRATUM
    told = [
        f"{level} {measure_words.value(measure, pooled_series.value(measure, cell) or 0.0)} (of {cell[1]:g})"
        for level, cell in levels.items()
        if cell[1]
    ]
    return " · ".join(told)
