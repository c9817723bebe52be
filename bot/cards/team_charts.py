"""A team's run charts as its messages show them: one with its finding, or all that have a number on one page."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import access, charts, outbox, times
from bot.cards import chart_sets, measure_words, strata_charts
from bot.cards.chart_letters import REPORTS
from bot.cards.chart_sets import ChartSet
from bot.charts import Chart
from bot.domain import measures, runcharts, sponsors
from bot.domain.measures import Measure
from bot.domain.sponsors import OnePager
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import pictures
from bot.sending.pictures import Wanted

Values = dict[str, Any]
Charted = tuple[Measure, Chart]
TEXT = "sponsors/text"  # what the charts of a month say, in words to forward
MESSAGES = (
    "charts/one", "charts/page", "strata/chart", "measures/month", "measures/look", *REPORTS, TEXT,
)  # show charts  # fmt: skip


def every(session: Session, team: Team, until: date) -> list[Charted]:
    """The charts of all measures of which the team has a number, in the measures' order."""
    return of(session, team, [(one, until) for one in measures.all_of(session, team.collaborative_id)])


def of(session: Session, team: Team, told: Iterable[tuple[Measure, date]]) -> list[Charted]:
    """The charts of these measures, each up to a month; those without a number have none."""
    charted = [(measure, measure_words.chart(session, team, measure, until)) for measure, until in told]
    return [(measure, chart) for measure, chart in charted if chart]


def one_asked(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What somebody who asked for a chart gets; None where there is nothing, or nothing for them any more."""
    team, measure = session.get(Team, about["team"]), session.get(Measure, about["measure"])
    if team is None or measure is None or not _may(session, "measures.read", team, about):
        return None
    today = times.local_day(kit.now(), team.timezone)
    chart = measure_words.chart(session, team, measure, today)
    if chart is None:
        return None
    strata = strata_charts.offered(session, team, measure, today) if _may(session, "strata.read", team, about) else []
    writes = has_a_median_to_replace(chart) and _may(session, "measures.write", team, about)
    return one(team, measure, chart, strata, writes=writes)


def all_asked(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The same for all of a team's charts."""
    team = session.get(Team, about["team"])
    if team is None or not _may(session, "measures.read", team, about):
        return None
    charted = every(session, team, times.local_day(kit.now(), team.timezone))
    writes = any(has_a_median_to_replace(chart) for _, chart in charted)
    return all_of(team, charted, writes=writes and _may(session, "measures.write", team, about)) if charted else None


def one(team: Team, measure: Measure, chart: Chart, strata: list[tuple[int, str, str]], *, writes: bool) -> Values:
    """What a message with one chart prints; `writes` is whether its reader may draw a new median."""
    return {
        "team": team,
        "measure": measure,
        "said": charts.sentence(chart),
        "shift": shift(chart),
        "strata": strata,
        "writes": writes,
        "picture": picture(team, chart, measure),
    }


def has_a_median_to_replace(chart: Chart) -> bool:
    """Whether a change looks there to stay, or a person drew a median before, which can be taken back."""
    return chart.latest.first > 0 or since_shift(chart) is not None


def shift(chart: Chart) -> str:
    """Whether a change looks there to stay, in words, since then a person may want a new median; else empty."""
    since = since_shift(chart)
    if since is None:
        return ""
    return (
        f"Since {chart.labels[since]}, {runcharts.SUSTAINED} points in a row or more are on one side of the median. "
        "If what changed is there to stay, the months since then can have a median of their own. No rule draws it: "
        "a person of the team decides, and says why."
    )


def since_shift(chart: Chart) -> int | None:
    """The row from which on a change looks there to stay, or None."""
    if not chart.latest.finding.signal:
        return None
    found = [rows for toward in (1, -1) if (rows := runcharts.sustained(chart.latest, toward))]
    return max(rows[0] for rows in found) if found else None


def all_of(team: Team, charted: list[Charted], *, writes: bool) -> Values:
    """What a message with all of them prints; `writes` is whether its reader may draw a new median."""
    return {
        "team": team,
        "writes": writes,
        "lines": [f"{chart.title}: {chart_sets.finding(chart)}." for _, chart in charted],
        "rules": charted[0][1].rules,
        "pictures": pages(team, [chart for _, chart in charted]),
    }


def picture(team: Team, chart: Chart, measure: Measure) -> Wanted:
    """The picture of one chart."""
    return Wanted(f"team:{team.id}:measure:{measure.id}", chart, charts.alt(chart))


def pages(team: Team, shown: list[Chart]) -> list[Wanted]:
    """The pictures of many: a page for every eight."""
    sets = [
        ChartSet(team.name, tuple(shown[first : first + chart_sets.MOST]))
        for first in range(0, len(shown), chart_sets.MOST)
    ]
    return [Wanted(f"team:{team.id}:page:{page}", one, chart_sets.alt(one)) for page, one in enumerate(sets, 1)]


def draw_anew(session: Session, team_id: int, now: datetime) -> None:
    """Words on the team's charts were taken down: wherever they stand they are shown without them."""
    pictures.condemn(session, f"team:{team_id}")
    take_back_printed(session, sponsors.since(session, team_id))
    show_again(session, team_id, now)


def take_back_printed(session: Session, pages: Iterable[OnePager]) -> None:
    """The files to print that were made of these pages go: what they show was taken down."""
    for page in pages:
        pictures.condemn(session, f"onepager:{page.id}")


def show_again(session: Session, team_id: int, now: datetime) -> None:
    """Something on the team's charts changed: wherever they stand they follow."""
    months = set(session.exec(select(Submission.id).where(Submission.team_id == team_id)))
    shown = session.exec(select(Letter).where(col(Letter.message).in_(MESSAGES))).all()
    theirs = [one for one in shown if one.about.get("team") == team_id or one.about.get("submission") in months]
    outbox.say_again(session, *(one.key for one in theirs), now=now)


def in_channel(team: Team, charted: list[Charted]) -> list[Wanted]:
    """The pictures that a channel is shown: that of one measure, or all of several on a page.

    What is worth a look is drawn there as a signal and no more: it is asked about in private.
    """
    calm = [
        (measure, replace(chart, direction=None) if chart.meaning == "look" else chart) for measure, chart in charted
    ]
    if len(calm) == 1:
        return [picture(team, calm[0][1], calm[0][0])]
    return pages(team, [chart for _, chart in calm])


def _may(session: Session, act: str, team: Team, about: Mapping[str, int]) -> bool:
    actor = access.of_person(session, about["person"])
    return actor is not None and actor.may(act, collaborative=team.collaborative_id, team=team)
