"""Months of numbers that fell due while a team paused, was closed or was away as a whole: nobody counts them.

What is settled there is the one rule (`expected`); a month whose time isn't over yet is looked at by the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bot import times
from bot.domain import engagement_days, engagement_scope, expected, submissions
from bot.domain.expected import DATA, OPEN, Expected
from bot.domain.submissions import EXCUSED, EXPECTED, MISSING, Owed, Submission
from bot.domain.teams import Team
from bot.statements import query

Months = Mapping[date, date]  # the excused ones of a team, each with its due date


def owed(session: Session, team: Team, today: date) -> list[Owed]:
    """What a team owes by now, with what is open of excused months as excused: for whoever counts."""
    return marked(submissions.owed(session, team, today), of_team(session, team), today)


def marked(asked: Iterable[Owed], months: Months, today: date) -> list[Owed]:
    """The same of what is known, by the months that are: they are excused from their day on."""
    return [
        replace(one, status=EXCUSED)
        if one.status in (EXPECTED, MISSING) and months.get(one.period, date.max) <= today
        else one
        for one in asked
    ]


def of_team(session: Session, team: Team) -> Months:
    """The months of one team."""
    return of_teams(session, [team]).get(team.id or 0, {})


def of_teams(session: Session, teams: Sequence[Team]) -> dict[int, Months]:
    """Those of several, by their rows, asked for all of them together; who has none is left out."""
    every = _asked(session, [team.id for team in teams]).all()
    days = [due for _, _, outcome, due in every if outcome == OPEN]
    open_ones = {row for row, _, outcome, _ in every if outcome == OPEN}
    off = _off(session, [team for team in teams if team.id in open_ones], days)
    found: dict[int, dict[date, date]] = defaultdict(dict)
    for row, period, outcome, due in every:
        if outcome == expected.EXCUSED or due in off.get(row, ()):
            found[row][period] = due
    return {**found}


def _off(session: Session, teams: Sequence[Team], days: Iterable[date]) -> Mapping[int, Collection[date]]:
    """The days, from the first of these on, on which nobody of a team was at work, as `expected` has it."""
    if not teams:
        return {}
    scope = engagement_scope.of(session, teams)
    return engagement_days.off(session, scope, engagement_days.members(session, scope), min(days) - times.A_DAY)


@query
def _asked(teams: Sequence[int | None]) -> Select[int, date, str, date]:
    """The months of which nothing came in time, as far as they may be excused."""
    rows = select(col(Expected.team_id), col(Submission.period), col(Expected.outcome), col(Expected.due)).join(
        Submission, (col(Submission.id) == Expected.source) & (Expected.kind == DATA)
    )
    return rows.where(col(Expected.team_id).in_(teams), col(Expected.outcome).in_((expected.EXCUSED, OPEN)))
