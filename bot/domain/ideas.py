"""Ideas that teams share with each other, who took them, and to whom the same had come."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select

from bot.domain import activity
from bot.domain.teams import GONE, Team
from bot.errors import Gone
from bot.statements import index_of_some

WORKED, DID_NOT_WORK = "worked", "did_not_work"
KINDS = {WORKED: "It worked, or in part", DID_NOT_WORK: "It didn't work"}
ASKED = {WORKED: "Yes, or in part", DID_NOT_WORK: "No, and that's worth knowing"}
CONTACT = {"yes": "Others may write to me about it"}
MOST_TITLE = 120
MOST = 2000  # characters of each answer
WORDS = ("title", "what", "took", "happened", "snag", "asked")


class Idea(SQLModel, table=True):
    """What a team did and found, told so that others can try it; what didn't work is as welcome."""

    __table_args__ = (
        index_of_some(
            "idea_by_message", "collaborative_id", "permalink", unique=True,
            where="permalink <> '' AND withdrawn_at IS NULL AND purged_at IS NULL",
        ),
        index_of_some(
            "idea_by_cycle", "cycle_id", unique=True,
            where="cycle_id IS NOT NULL AND withdrawn_at IS NULL AND purged_at IS NULL",
        ),
        index_of_some("idea_by_origin", "origin_id", where="origin_id IS NOT NULL"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id", index=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    kind: str = WORKED
    title: str  # short: what one would call it
    what: str  # what we did
    took: str = ""  # what it took
    happened: str = ""
    snag: str = ""  # what didn't work
    asked: str = ""  # who was asked, who might be left out
    driver_id: int | None = Field(default=None, foreign_key="driver.id")
    change_idea_id: int | None = Field(default=None, foreign_key="changeidea.id")
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")  # the finished cycle that it came from
    origin_id: int | None = Field(default=None, foreign_key="idea.id")  # the idea that it adapts
    contact: bool = True  # others may write to whoever shared it
    permalink: str = ""  # of the Slack message that it came from
    author_id: int | None = Field(default=None, foreign_key="person.id")  # who wrote that message
    said_at: datetime | None = None  # when it was written
    version: int = 1
    shared_at: datetime
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    purged_at: datetime | None = None


class IdeaChange(SQLModel, table=True):
    """What one edit changed: field → [before, after]. Purged with the idea's text."""

    id: int | None = Field(default=None, primary_key=True)
    idea_id: int = Field(foreign_key="idea.id", index=True)
    version: int
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    fields: dict[str, list[Any]] = Field(default_factory=dict, sa_type=JSON)


class Steal(SQLModel, table=True):
    """A team took an idea and tests it; what became of it is its cycle's decision."""

    __table_args__ = (UniqueConstraint("idea_id", "team_id"), UniqueConstraint("cycle_id"))

    id: int | None = Field(default=None, primary_key=True)
    idea_id: int = Field(foreign_key="idea.id")
    team_id: int = Field(foreign_key="team.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    cycle_id: int = Field(foreign_key="cycle.id")
    at: datetime


class Support(SQLModel, table=True):
    """A team that had come to the same added theirs to an idea, in words of its own if it wished."""

    __table_args__ = (UniqueConstraint("idea_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    idea_id: int = Field(foreign_key="idea.id")
    team_id: int = Field(foreign_key="team.id")
    person_id: int = Field(foreign_key="person.id")
    words: str = ""
    at: datetime


def share(session: Session, idea: Idea) -> None:
    """Write it, and its act of the team."""
    session.add(idea)
    session.flush()
    activity.record(
        session, "idea.shared", team=idea.team_id, person=idea.person_id, subject=subject(idea), now=idea.shared_at
    )


def get(session: Session, idea_id: int) -> Idea:
    """The idea as it is now. Raises Gone where it was withdrawn or taken down."""
    idea = session.get(Idea, idea_id)
    if idea is None:
        raise Gone("This idea isn't in the record any more.")
    if idea.purged_at:
        raise Gone("This idea was taken down because it may have held patient details.")
    if idea.withdrawn_at:
        raise Gone("This idea was taken back by the team that shared it.")
    return idea


def of_cycle(session: Session, cycle_id: int | None) -> Idea | None:
    """What was shared from a cycle, as long as it stands."""
    return session.exec(select(Idea).where(Idea.cycle_id == cycle_id, alive())).first()


def of_message(session: Session, collaborative_id: int, permalink: str) -> Idea | None:
    """What was shared from a message, as long as it stands."""
    same = (Idea.collaborative_id == collaborative_id, Idea.permalink == permalink)
    return session.exec(select(Idea).where(*same, alive())).first()


def of_person(session: Session, person_id: int) -> list[Idea]:
    """What somebody shared, as long as it stands."""
    return list(session.exec(select(Idea).where(Idea.person_id == person_id, alive())))


def of_gone_teams(session: Session, collaborative_id: int) -> list[Idea]:
    """What teams shared that have left since."""
    gone = select(Team.id).where(Team.collaborative_id == collaborative_id, col(Team.status).in_(GONE))
    return list(session.exec(select(Idea).where(col(Idea.team_id).in_(gone), alive())))


def alive() -> ColumnElement[bool]:
    """Ideas that are neither taken back nor taken down."""
    return col(Idea.withdrawn_at).is_(None) & col(Idea.purged_at).is_(None)


def words(idea: Idea) -> str:
    """All that a search looks through."""
    return "\n".join(text for name in WORDS if (text := getattr(idea, name)))


def steals(session: Session, idea_id: int | None) -> list[Steal]:
    """Who took it, in order."""
    return list(session.exec(select(Steal).where(Steal.idea_id == idea_id).order_by(col(Steal.at), col(Steal.id))))


def supports(session: Session, idea_id: int | None) -> list[Support]:
    """Who added theirs, in order."""
    return list(session.exec(select(Support).where(Support.idea_id == idea_id).order_by(col(Support.id))))


def subject(idea: Idea) -> str:
    """What an act, a draft or the trail is about."""
    return f"idea:{idea.id}"
