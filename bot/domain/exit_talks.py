"""The talk with a team that leaves: what it says in parting, read by its coach, faculty and the director alone."""

from datetime import date, datetime

from pydantic import BaseModel
from pydantic import Field as Limited
from sqlmodel import Field, Session, SQLModel, select

MOST = 2000  # characters of one answer
DOORS = {
    "open": "Yes, write to us when something starts again", "later": "Perhaps, in half a year", "no": "Please don't",
}  # fmt: skip
QUESTIONS = {
    "gained": "What did you gain from being here?",
    "hindered": "What made it hard to go on?",
    "better": "What could we have done differently, or sooner?",
    "keep": "What goes on at your place, and who looks after it?",
}


class Told(BaseModel):
    """What the form holds."""

    held_on: date
    with_whom: str = Limited(default="", max_length=150)
    gained: str = Limited(default="", max_length=MOST)
    hindered: str = Limited(default="", max_length=MOST)
    better: str = Limited(default="", max_length=MOST)
    keep: str = Limited(default="", max_length=MOST)
    door: str = ""


class ExitTalk(SQLModel, table=True):
    """What was said about one end of a team's time; one talk for each."""

    __tablename__ = "exit_talk"

    id: int | None = Field(default=None, primary_key=True)
    ending_id: int = Field(foreign_key="ending.id", unique=True)
    held_on: date
    with_whom: str = ""
    gained: str = ""
    hindered: str = ""
    better: str = ""
    keep: str = ""
    door: str = ""  # one of DOORS, or nothing
    version: int = 1  # raised with each change
    person_id: int = Field(foreign_key="person.id")  # who wrote it last
    at: datetime
    purged_at: datetime | None = None


def of(session: Session, ending_id: int | None) -> ExitTalk | None:
    """The talk about an end; None where none was noted."""
    return session.exec(select(ExitTalk).where(ExitTalk.ending_id == ending_id)).first()


def write(session: Session, ending_id: int, told: Told, *, by: int, now: datetime) -> ExitTalk:
    """Note it, or write it anew."""
    talk = of(session, ending_id)
    if talk is None:
        talk = ExitTalk(ending_id=ending_id, held_on=told.held_on, person_id=by, at=now, version=0)
    for name, value in told.model_dump().items():
        setattr(talk, name, value)
    talk.version, talk.person_id, talk.at, talk.purged_at = talk.version + 1, by, now, None
    session.add(talk)
    session.flush()
    return talk


def purge(session: Session, talk: ExitTalk, now: datetime) -> int:
    """Remove everything that was written; that there was a talk stays. Returns who wrote it."""
    for name in ("with_whom", *QUESTIONS):
        setattr(talk, name, "")
    talk.version, talk.purged_at = talk.version + 1, now  # a form that is open still has the words
    session.add(talk)
    return talk.person_id
