"""What follows whatever is taken down: the trail has it, and its author and the coordinators hear of it."""

from datetime import datetime

from sqlmodel import Session

from bot import audit, outbox, store
from bot.access import Actor
from bot.audit import Audit
from bot.domain import seats
from bot.domain.collaboratives import Collaborative
from bot.kit import Kit


def write(
    session: Session,
    actor: Actor,
    subject: str,
    author: int | None,
    collaborative: int,
    about: dict[str, int],
    kit: Kit,
) -> int:
    """The trail has it, and the author and the coordinators hear of it."""
    store.after_commit(session, kit.store.wipe)
    line = audit.note(session, "privacy.purged", by=actor.id, subject=subject, now=kit.now())
    session.flush()
    if author:
        outbox.say(
            session, "privacy/author", key=f"purged:{line.id}:author", to=f"person:{author}", now=kit.now(), cycle=0,
            receipt=line.id or 0, **about,
        )  # fmt: skip
    tell_coordinators(session, actor, line, kit.now(), collaborative, **about)
    return line.id or 0


def tell_coordinators(
    session: Session, actor: Actor, line: Audit, now: datetime, collaborative: int, **about: int
) -> None:
    """Each coordinator hears what was reported; without a cycle or a team it is a message that isn't ours."""
    session.flush()
    for person in seats.coordinators(session, session.get_one(Collaborative, collaborative)):
        outbox.say(
            session, "privacy/coordinator", key=f"purged:{line.id}:coordinator:{person}", to=f"person:{person}",
            now=now, receipt=line.id or 0, person=actor.id, **{"cycle": 0, "team": 0, **about},
        )  # fmt: skip
