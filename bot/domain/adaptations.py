"""How a team does a change idea where it is: its own words beside those of the change package."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from bot.domain import activity
from bot.domain.changes import ChangeIdea
from bot.domain.teams import Team

MOST = 1000  # characters


class Adaptation(SQLModel, table=True):
    """One team's way of doing one idea; empty words are one that was taken back or taken down."""

    __table_args__ = (UniqueConstraint("idea_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    idea_id: int = Field(foreign_key="changeidea.id")
    team_id: int = Field(foreign_key="team.id")
    words: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    version: int = 1


def of_idea(session: Session, idea: ChangeIdea) -> list[tuple[Adaptation, Team]]:
    """What teams wrote, the newest first."""
    told = select(Adaptation, Team).join(Team).where(Adaptation.idea_id == idea.id, Adaptation.words != "")
    return list(session.exec(told.order_by(col(Adaptation.at).desc(), col(Adaptation.id).desc())))


def of_team(session: Session, idea: ChangeIdea, team: Team) -> Adaptation | None:
    """A team's own, or None where it never wrote one."""
    theirs = select(Adaptation).where(Adaptation.idea_id == idea.id, Adaptation.team_id == team.id)
    return session.exec(theirs).first()


def tell(session: Session, idea: ChangeIdea, team: Team, words: str, *, by: int, now: datetime) -> Adaptation:
    """Write a team's way down, over what it wrote before; it is an act of the team where there are words."""
    told = of_team(session, idea, team)
    if told is None:
        told = Adaptation(idea_id=idea.id or 0, team_id=team.id or 0, words=words, person_id=by, at=now)
    else:
        told.words, told.person_id, told.at, told.version = words, by, now, told.version + 1
    session.add(told)
    session.flush()
    if words:
        activity.record(session, "idea.adapted", team=team.id or 0, person=by, subject=f"change:{idea.id}", now=now)
    return told


def purge(session: Session, told: Adaptation) -> None:
    """Remove its words for good."""
    told.words, told.version = "", told.version + 1
    session.add(told)
