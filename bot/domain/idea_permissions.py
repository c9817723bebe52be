"""Who wrote a message is asked before it is shared as an idea: only where it stands is kept, never its words."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, select

from bot.domain import pdsa_facts
from bot.errors import BotError

ASKED, YES, NO = "asked", "yes", "no"


class Permission(SQLModel, table=True):
    """Somebody would like to see another person's message shared; its author says whether, once."""

    __table_args__ = (UniqueConstraint("collaborative_id", "permalink"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    permalink: str
    said_at: datetime
    author_id: int = Field(foreign_key="person.id")
    asked_by: int = Field(foreign_key="person.id")
    state: str = ASKED
    asked_at: datetime
    answered_at: datetime | None = None


def ask(session: Session, wanted: Permission) -> Permission:
    """Keep that its author is asked. Raises BotError, with how it stands, where they were asked before."""
    same = (Permission.collaborative_id == wanted.collaborative_id, Permission.permalink == wanted.permalink)
    before = session.exec(select(Permission).where(*same)).first()
    if before:
        author = pdsa_facts.name_of(session, before.author_id)
        raise BotError(STANDS[before.state].format(author=author))
    session.add(wanted)
    session.flush()
    return wanted


def answer(session: Session, asked: Permission, state: str, now: datetime) -> None:
    """Its author said so."""
    asked.state, asked.answered_at = state, now
    session.add(asked)


STANDS = {
    ASKED: "{author} has been asked already, and hasn't answered yet. With their yes the idea shows in the channel "
    "where teams share.",
    YES: "This one is shared already: {author} did, in the channel where teams share.",
    NO: "{author} would rather leave this message where it stands. Is there something of your own to share?",
}
