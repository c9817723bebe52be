"""What a coordinator holds back: a message, or what a day's message asks for their collaborative and no other."""

from datetime import datetime

from sqlmodel import Session

from bot import outbox
from bot.domain import asks
from bot.domain.teams import Team
from bot.outbox import Letter

PART = ":held:"  # in the key of a letter that is no more than a part of a day's message


def hold(session: Session, letter: Letter, collaborative: int, now: datetime) -> Letter:
    """Speak of nothing that it says for that collaborative; returns the held letter.

    What it asks for another one goes at its hour: then the letter that is held is one of its own.
    """
    lines = asks.lines(session, letter.key)
    ours = [put for put, ask in lines if session.get_one(Team, ask.team_id).collaborative_id == collaborative]
    held = letter if len(ours) == len(lines) else _part(session, letter, collaborative, now)
    for put in ours:
        put.letter = held.key
        session.add(put)
    outbox.hold(held)
    session.flush()
    asks.hold(session, held.key)
    return held


def release(session: Session, letter: Letter) -> None:
    """It may be spoken of after all: at its hour; a part comes with the day's message, or the next it has room in."""
    asks.release(session, letter.key)
    if PART not in letter.key:
        outbox.release(session, letter)
        return
    for put, _ in asks.lines(session, letter.key):
        session.delete(put)
    session.delete(letter)


def _part(session: Session, letter: Letter, collaborative: int, now: datetime) -> Letter:
    key = f"{letter.key}{PART}{collaborative}"
    part = outbox.of_key(session, key) or Letter(
        **letter.model_dump(exclude={"id", "key", "written_at"}), key=key, written_at=now
    )
    session.add(part)
    return part
