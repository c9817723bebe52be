"""Half-written forms, kept so that words are never lost; the guard has looked at every word before it gets here."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, delete, select


class Draft(SQLModel, table=True):
    """What a person had typed into a form about a subject ("team:3", "cycle:7")."""

    __table_args__ = (UniqueConstraint("person_id", "form", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    form: str
    subject: str
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    saved_at: datetime


def keep(session: Session, *, person: int, form: str, subject: str, fields: dict[str, Any], now: datetime) -> None:
    """Save what stands in the form now, in place of what stood there before."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    draft = Draft(person_id=person, form=form, subject=subject, fields=fields, saved_at=now)
    statement = insert(Draft).values(draft.model_dump(exclude={"id"}))
    new = {"fields": statement.excluded.fields, "saved_at": statement.excluded.saved_at}
    session.execute(statement.on_conflict_do_update(index_elements=["person_id", "form", "subject"], set_=new))


def kept(session: Session, *, person: int, form: str, subject: str) -> dict[str, Any]:
    """The fields of the draft, or nothing."""
    mine = select(Draft).where(Draft.person_id == person, Draft.form == form, Draft.subject == subject)
    draft = session.exec(mine).first()
    return draft.fields if draft else {}


def discard(session: Session, *, person: int, form: str, subject: str) -> None:
    """The form was sent, or its subject is gone."""
    session.exec(
        delete(Draft).where(col(Draft.person_id) == person, col(Draft.form) == form, col(Draft.subject) == subject)
    )


def discard_about(session: Session, subject: str) -> None:
    """Drop everybody's drafts about a subject."""
    session.exec(delete(Draft).where(col(Draft.subject) == subject))
