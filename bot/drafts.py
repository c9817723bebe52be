"""Half-written forms, kept so that words are never lost; the guard has looked at every word before it gets here."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, delete, or_, select

from bot.statements import Prepared, Upsert, table

NEW, WORDS = "new", "words"  # a form opened empty, and one opened with somebody's words ("words:C1:177.5")


class Draft(SQLModel, table=True):
    """What a person had typed into a form about a subject ("new", "cycle:7")."""

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
_DISCARD = Prepared(
    delete(table(Draft)).where(
        _DRAFTS.person_id == bindparam("person"), _DRAFTS.form == bindparam("of"), _DRAFTS.subject == bindparam("about")
    )
)


def keep(session: Session, *, person: int, form: str, subject: str, fields: dict[str, Any], now: datetime) -> None:
    """Save what stands in the form now, in place of what stood there before."""
    _KEEP(session, person_id=person, form=form, subject=subject, fields=fields, saved_at=now)


def kept(session: Session, *, person: int, form: str, subject: str) -> dict[str, Any]:
    """The fields of the draft, or nothing."""
    mine = select(Draft).where(Draft.person_id == person, Draft.form == form, Draft.subject == subject)
    draft = session.exec(mine).first()
    return draft.fields if draft else {}


def newest(session: Session, *, person: int, form: str) -> Draft | None:
    """The draft of a new record that was written last, whether its form was opened empty or with words in it."""
    fresh = or_(col(Draft.subject) == NEW, col(Draft.subject).startswith(f"{WORDS}:", autoescape=True))
    mine = select(Draft).where(Draft.person_id == person, Draft.form == form, fresh)
    return session.exec(mine.order_by(col(Draft.saved_at).desc(), col(Draft.id).desc()).limit(1)).first()


def discard(session: Session, *, person: int, form: str, subject: str) -> None:
    """The form was sent, or its subject is gone."""
    _DISCARD(session, person=person, of=form, about=subject)


def discard_about(session: Session, subject: str) -> None:
    """Drop everybody's drafts about a subject."""
    session.exec(delete(Draft).where(col(Draft.subject) == subject))


def discard_below(session: Session, subject: str) -> None:
    """Drop everybody's drafts about all that is part of a subject (`subject:…`)."""
    session.exec(delete(Draft).where(col(Draft.subject).startswith(f"{subject}:", autoescape=True)))


def strike(session: Session, subject: str, boxes: Collection[str]) -> None:
    """Take what stands in these boxes out of everybody's drafts about all that is part of a subject."""
    for draft in session.exec(select(Draft).where(col(Draft.subject).startswith(f"{subject}:", autoescape=True))):
        draft.fields = {name: words for name, words in draft.fields.items() if name not in boxes}
        session.add(draft)


def forget(session: Session, before: datetime) -> None:
    """Drop what nobody came back to."""
    session.exec(delete(Draft).where(col(Draft.saved_at) < before))
