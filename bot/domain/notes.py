"""What a coordinator wrote to people about a call or session, in their own name."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

MOST = 1200  # characters


class Note(SQLModel, table=True):
    """One message; whom it went to stands in its letters."""

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    person_id: int = Field(foreign_key="person.id")
    words: str
    at: datetime
    purged_at: datetime | None = None


def purge(session: Session, note: Note, now: datetime) -> None:
    """Remove its words for good."""
    note.words, note.purged_at = "", now
    session.add(note)
