"""How many teams of a collaborative have sent their newest numbers, of how many that were asked for them."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlmodel import Session, col, select

from bot.domain import excused
from bot.domain.activity import Act
from bot.domain.collaboratives import Collaborative
from bot.domain.digest import Numbers
from bot.domain.expected import DATA, EXCUSED, MET, OPEN, Expected
from bot.domain.submissions import Submission
from bot.domain.teams import Team

SENT_BEFORE = timedelta(days=45)  # a month's day, when its numbers may come in already


def of(session: Session, here: Collaborative, teams: Mapping[int, Team], today: date) -> Numbers | None:
    """Of the newest month whose day has come; what is excused isn't counted, nor are teams that left."""
    newest = select(col(Submission.period), col(Submission.due)).join(Team).where(
        Team.collaborative_id == here.id, Submission.due <= today
    )  # fmt: skip
    last = session.exec(newest.order_by(col(Submission.due).desc()).limit(1)).first()
    if last is None:
        return None
    period, due = last
    earliest = due - SENT_BEFORE
    monday = earliest - timedelta(days=earliest.weekday())
    filed = select(Act.id).where(
        Act.team_id == Expected.team_id, col(Act.week) >= monday, Act.kind == "data.filed",
        Act.subject == f"data:{period:%Y-%m}",
    )  # fmt: skip
    asked = select(col(Expected.team_id), col(Expected.outcome), col(Expected.due), filed.exists()).join(
        Submission, (col(Submission.id) == Expected.source) & (Expected.kind == DATA)
    ).where(
        Submission.period == period, col(Submission.due) > earliest, Expected.outcome != EXCUSED,
        col(Submission.team_id).in_(select(Team.id).where(Team.collaborative_id == here.id)),
    )  # fmt: skip
    every = [row for row in session.exec(asked) if row[0] in teams]
    open_ones = {team for team, outcome, _, later in every if outcome == OPEN and not later}
    months = excused.of_teams(session, [teams[team] for team in open_ones])
    told = [
        outcome == MET or later
        for team, outcome, its_day, later in every
        if team not in open_ones or (its_day <= today and period not in months.get(team, {}))
    ]
    return Numbers(period=period, is_in=sum(told), of=len(told)) if told else None
