"""The one thing the numbers of a month don't show, in a team's own words, and what stood there before."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

MOST = 500  # characters


class Story(SQLModel, table=True):
    """What a team adds to a month's numbers; a later one takes the place of an earlier one, which is kept."""

    __table_args__ = (UniqueConstraint("team_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    month: date  # the reporting period
    person_id: int = Field(foreign_key="person.id")
    words: str
    at: datetime


class StoryChange(SQLModel, table=True):
    """Words that made room for others or were taken away: whose they were, and who changed them."""

    __tablename__ = "story_change"

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    month: date
    author_id: int = Field(foreign_key="person.id")
    words: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime


def of_month(session: Session, team_id: int | None, month: date) -> Story | None:
    """What a team told beside a month's numbers, or None."""
    return session.exec(select(Story).where(Story.team_id == team_id, Story.month == month)).first()


def tell(session: Session, *, team: int, month: date, words: str, by: int, now: datetime) -> None:
    """Write it, in place of what stood there, which is kept; empty words take it away."""
    story = of_month(session, team, month)
    if words == (story.words if story else ""):
        return
    if story:
        session.add(
            StoryChange(
                team_id=team, month=month, author_id=story.person_id, words=story.words, person_id=by, at=now
            )
        )  # fmt: skip
    if story and not words:
        session.delete(story)
    elif story is None:
        session.add(Story(team_id=team, month=month, person_id=by, words=words, at=now))
    else:
        story.words, story.person_id, story.at = words, by, now
        session.add(story)


def before(session: Session, team_id: int | None, months: Collection[date]) -> list[StoryChange]:
    """What stood beside the numbers of these months before, the newest first."""
    theirs = select(StoryChange).where(StoryChange.team_id == team_id, col(StoryChange.month).in_(months))
    return list(session.exec(theirs.order_by(col(StoryChange.id).desc())))


def purge(session: Session, team_id: int | None, month: date) -> list[int]:
    """Remove every word of it for good; whose they were."""
    story = of_month(session, team_id, month)
    authors = [story.person_id] if story else []
    if story:
        session.delete(story)
    for change in before(session, team_id, [month]):
        authors.append(change.author_id)
        session.delete(change)
    return authors
