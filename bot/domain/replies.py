"""What other teams and faculty reply to a question, and which reply helped."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, select

from bot.domain import activity
from bot.domain.questions import ANSWERED, MOST, OPEN, PEERS, Question
from bot.errors import Gone


class Reply(SQLModel, table=True):
    """One answer by somebody of another team or, without a team, of the staff."""

    id: int | None = Field(default=None, primary_key=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    person_id: int = Field(foreign_key="person.id")
    text: str
    at: datetime
    helped_at: datetime | None = None
    helped_by: int | None = Field(default=None, foreign_key="person.id")  # who said that it did
    purged_at: datetime | None = None


class Told(SQLModel):
    """The form for an answer."""

    answer: str = Field(min_length=1, max_length=MOST)


class Helped(SQLModel):
    """The form for an answer that somebody wrote in the thread."""

    person: str = Field(min_length=1)  # as Slack knows them
    answer: str = Field(min_length=1, max_length=MOST)


def give(session: Session, asked: Question, text: str, *, by: int, team: int | None, now: datetime) -> Reply:
    """Answer it; for a team that is an act of giving, in the ledger."""
    reply = Reply(question_id=asked.id or 0, team_id=team, person_id=by, text=text, at=now)
    session.add(reply)
    session.flush()
    if team:
        subject = f"question:{asked.id}"
        activity.record(session, "question.answered", team=team, person=by, subject=subject, now=now)
    return reply


def of(session: Session, question_id: int | None) -> list[Reply]:
    """What was replied, in order."""
    given = select(Reply).where(Reply.question_id == question_id, alive())
    return list(session.exec(given.order_by(col(Reply.id))))


def that_helped(session: Session, question_id: int | None) -> Reply | None:
    """The one reply that whoever asked took."""
    found = select(Reply).where(Reply.question_id == question_id, col(Reply.helped_at).is_not(None), alive())
    return session.exec(found).first()


def accept(session: Session, asked: Question, reply: Reply, *, by: int, now: datetime) -> None:
    """This helped: the question is answered. Raises Gone where it already was."""
    if asked.state == ANSWERED:
        raise Gone("Your team has said already which answer helped. It stands on the question's card.")
    reply.helped_at, reply.helped_by = now, by
    asked.state, asked.answered_at = ANSWERED, now
    session.add(reply)
    session.add(asked)


def is_awaited(session: Session, asked: Question) -> bool:
    """Whether nobody has answered, as far as the record tells."""
    if asked.state != OPEN or asked.purged_at:
        return False
    return asked.to != PEERS or not of(session, asked.id)


def purge(session: Session, reply: Reply, now: datetime) -> None:
    """Remove its words for good."""
    reply.text, reply.purged_at = "", now
    session.add(reply)


def alive() -> ColumnElement[bool]:
    """Only those that weren't taken down."""
    return col(Reply.purged_at).is_(None)
