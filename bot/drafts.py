"""Half-written forms, kept so that words are never lost; the guard has looked at every word before it gets here."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, delete, select

from bot.statements import Upsert, table


class Draft(SQLModel, table=True):
    """What a person had typed into a form about a subject ("team:3", "cycle:7")."""

    __table_args__ = (UniqueConstraint("person_id", "form", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    form: str
    subject: str
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    saved_at: datetime


_DRAFTS = table(Draft).c
_KEEP = Upsert(
    Draft, "person_id", "form", "subject", changes=lambda new: {"fields": new.fields, "saved_at": new.saved_at}
)
_DISCARD = delete(table(Draft)).where(
    _DRAFTS.person_id == bindparam("person"), _DRAFTS.form == bindparam("of"), _DRAFTS.subject == bindparam("about")
)


def keep(session: Session, *, person: int, form: str, subject: str, fields: dict[str, Any], now: datetime) -> None:
    """Save what stands in the form now, in place of what stood there before."""
    _KEEP(session, person_id=person, form=form, subject=subject, fields=fields, saved_at=now)


def kept(session: Session, *, person: int, form: str, subject: str) -> dict[str, Any]:
    """The fields of the draft, or nothing."""
    mine = select(Draft).where(Draft.person_id == person, Draft.form == form, Draft.subject == subject)
    draft = session.exec(mine).first()
    return draft.fields if draft else {}


def discard(session: Session, *, person: int, form: str, subject: str) -> None:
    """The form was sent, or its subject is gone."""
    session.connection().execute(_DISCARD, {"person": person, "of": form, "about": subject})


def discard_about(session: Session, subject: str) -> None:
    """Drop everybody's drafts about a subject."""
    session.exec(delete(Draft).where(col(Draft.subject) == subject))
