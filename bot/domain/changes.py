"""The change package: drivers of the aim and the change ideas that teams may test, as they are by now."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select

WORDS = ("name", "evidence", "tips", "links")  # what a version of an idea holds


class Driver(SQLModel, table=True):
    """What has to move for the aim to move; a secondary driver has a parent."""

    __table_args__ = (UniqueConstraint("collaborative_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    parent_id: int | None = Field(default=None, foreign_key="driver.id")
    name: str
    position: int = 0


class ChangeIdea(SQLModel, table=True):
    """Something a team could try, with what is known about it."""

    __table_args__ = (UniqueConstraint("driver_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    driver_id: int = Field(foreign_key="driver.id")
    code: str = ""
    name: str
    evidence: str = ""
    tips: list[str] = Field(default_factory=list, sa_type=JSON)
    links: list[str] = Field(default_factory=list, sa_type=JSON)  # where its attachments are
    position: int = 0
    version: int = 1


class IdeaVersion(SQLModel, table=True):
    """What an idea of the change package said from some moment on; without a person a collaborative file had it so."""

    __tablename__ = "idea_version"
    __table_args__ = (UniqueConstraint("idea_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    idea_id: int = Field(foreign_key="changeidea.id")
    version: int
    words: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


def drivers(session: Session, collaborative_id: int) -> list[Driver]:
    """The drivers, each secondary one after the one it is of, in the file's order."""
    every = select(Driver).where(Driver.collaborative_id == collaborative_id)
    rows = session.exec(every.order_by(col(Driver.position), col(Driver.id))).all()
    return [*_under(None, rows)]


def ideas(session: Session, collaborative_id: int) -> list[tuple[Driver, ChangeIdea]]:
    """Every idea with its driver, driver by driver."""
    rows = session.exec(
        select(ChangeIdea)
        .join(Driver)
        .where(Driver.collaborative_id == collaborative_id)
        .order_by(col(ChangeIdea.position), col(ChangeIdea.id))
    ).all()
    return [(one, idea) for one in drivers(session, collaborative_id) for idea in rows if idea.driver_id == one.id]


def add(session: Session, driver: Driver, words: dict[str, Any], *, by: int, now: datetime) -> ChangeIdea:
    """A new idea at the end of its driver's."""
    last = max((one.position for _, one in ideas(session, driver.collaborative_id)), default=-1)
    idea = ChangeIdea(driver_id=driver.id or 0, position=last + 1, **words)
    session.add(idea)
    session.flush()
    _note(session, idea, by, now)
    return idea


def change(session: Session, idea: ChangeIdea, words: dict[str, Any], *, by: int | None, now: datetime) -> list[str]:
    """Set the words of an idea; returns the names of those that are others now. What stood before stays a version."""
    others = [name for name, said in words.items() if getattr(idea, name) != said]
    if others and not versions(session, idea):
        _note(session, idea, None, now)
    for name in others:
        setattr(idea, name, words[name])
    if others:
        idea.version += 1
        session.add(idea)
        _note(session, idea, by, now)
    return others


def versions(session: Session, idea: ChangeIdea) -> list[IdeaVersion]:
    """Every version, the newest first; none where nobody ever changed it."""
    known = select(IdeaVersion).where(IdeaVersion.idea_id == idea.id)
    return list(session.exec(known.order_by(col(IdeaVersion.version).desc())))


def first_names(session: Session, ideas: Iterable[ChangeIdea]) -> dict[int | None, str]:
    """What ideas were called before anybody changed them, by their rows; only those that somebody changed."""
    rows = [idea.id for idea in ideas if idea.version > 1]
    first = select(IdeaVersion).where(col(IdeaVersion.idea_id).in_(rows), IdeaVersion.version == 1)
    return {one.idea_id: one.words["name"] for one in session.exec(first)}


def _note(session: Session, idea: ChangeIdea, by: int | None, now: datetime) -> None:
    words = {name: getattr(idea, name) for name in WORDS}
    session.add(IdeaVersion(idea_id=idea.id or 0, version=idea.version, words=words, person_id=by, at=now))
    session.flush()


def _under(parent: int | None, rows: Sequence[Driver]) -> Iterator[Driver]:
    for row in rows:
        if row.parent_id == parent:
            yield row
            yield from _under(row.id, rows)
