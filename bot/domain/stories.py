"""The one thing the numbers of a month don't show, in a team's own words."""

from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, select

MOST = 500  # characters


class Story(SQLModel, table=True):
    """What a team adds to a month's numbers; a later one takes the place of an earlier one."""

    __table_args__ = (UniqueConstraint("team_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    month: date  # the reporting period
    person_id: int = Field(foreign_key="person.id")
    words: str
    at: datetime


def of_month(session: Session, team_id: int | None, month: date) -> Story | None:
    """What a team told beside a month's numbers, or None."""
    return session.exec(select(Story).where(Story.team_id == team_id, Story.month == month)).first()


def tell(session: Session, *, team: int, month: date, words: str, by: int, now: datetime) -> None:
    """Write it, in place of what stood there; empty words take it away."""
    story = of_month(session, team, month)
    if not words:
        if story:
            session.delete(story)
        return
    if story is None:
        story = Story(team_id=team, month=month, person_id=by, words=words, at=now)
    elif story.words != words:
        story.words, story.person_id, story.at = words, by, now
    session.add(story)
