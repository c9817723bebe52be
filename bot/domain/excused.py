"""Months of numbers that fell due while a team paused, was closed or was away as a whole: nobody counts them.

What is settled there is the one rule (`expected`); a month whose time isn't over yet is looked at by the same.
"""

from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bot.domain import expected, submissions
from bot.domain.expected import DATA, OPEN, Expected
from bot.domain.submissions import EXCUSED, EXPECTED, MISSING, Owed, Submission
from bot.domain.teams import Team
from bot.statements import query


def owed(session: Session, team: Team, today: date) -> list[Owed]:
    """What a team owes by now, with what is open of excused months as excused: for whoever counts."""
    months = periods(session, team, today)
    every = submissions.owed(session, team, today)
    return [
        replace(one, status=EXCUSED) if one.period in months and one.status in (EXPECTED, MISSING) else one
        for one in every
    ]


def periods(session: Session, team: Team, today: date) -> set[date]:
    """The months that are excused."""
    return {
        period
        for period, outcome, due in _asked(session, team.id, today)
        if outcome == expected.EXCUSED or not expected.at_work(session, team, due)
    }


@query
def _asked(team: int | None, today: date) -> Select[date, str, date]:
    """The months that fell due of which nothing came, as far as they may be excused."""
    rows = select(col(Submission.period), col(Expected.outcome), col(Expected.due)).join(
        Submission, (col(Submission.id) == Expected.source) & (Expected.kind == DATA)
    )
    return rows.where(
        Expected.team_id == team, col(Expected.outcome).in_((expected.EXCUSED, OPEN)), col(Expected.due) <= today
    )
