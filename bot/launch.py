"""Launching a collaborative: until then nobody but its coordinators hears from the bot; then each person once."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot import audit, outbox
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel


@dataclass(frozen=True)
class Preview:
    """Who gets what when the collaborative is launched."""

    welcomed: list[Person]
    waiting: list[Person]  # not seen in Slack yet: welcomed when they are
    channels: list[Channel]
    not_ready: list[Channel]


def preview(session: Session, collaborative: Collaborative) -> Preview:
    """What pressing Launch would do now."""
    people = members(session, collaborative)
    channels = list(
        session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id).order_by(col(Channel.id)))
    )
    return Preview(
        welcomed=[person for person in people if person.workspace],
        waiting=[person for person in people if not person.workspace],
        channels=channels,
        not_ready=[channel for channel in channels if channel.slack_id is None],
    )


def launch(session: Session, collaborative: Collaborative, *, by: int | None, now: datetime) -> bool:
    """Launch it, once; False where it was launched before. People are invited by the channel job, and welcomed here."""
    if collaborative.launched_at:
        return False
    collaborative.launched_at, collaborative.launched_by = now, by
    session.add(collaborative)
    audit.note(session, "collaborative.launched", by=by, subject=f"collaborative:{collaborative.id}", now=now)
    welcome_all(session, collaborative, now)
    return True


def welcome_all(session: Session, collaborative: Collaborative, now: datetime) -> None:
    """Owe each person their one welcome; who was welcomed before is not welcomed again."""
    for person in members(session, collaborative):
        outbox.say_once(
            session, "people/welcome", key=f"welcome:{collaborative.id}:{person.id}", to=f"person:{person.id}", now=now,
            person=person.id or 0, collaborative=collaborative.id or 0,
        )  # fmt: skip


def members(session: Session, collaborative: Collaborative) -> list[Person]:
    """Everybody who is in the collaborative now, each once."""
    current = select(Person).join(Membership).where(
        Membership.collaborative_id == collaborative.id, col(Membership.left_at).is_(None)
    )  # fmt: skip
    return list(session.exec(current.distinct().order_by(col(Person.id))))


def unwelcomed(session: Session, collaborative: Collaborative) -> bool:
    """Whether somebody in a launched collaborative has no welcome yet."""
    keys = {f"welcome:{collaborative.id}:{person.id}" for person in members(session, collaborative)}
    written = session.exec(
        select(outbox.Letter.key).where(col(outbox.Letter.key).startswith(f"welcome:{collaborative.id}:"))
    )
    return bool(keys - set(written))
