"""Dates at one time: two calls at the same hour can't both be come to, so whoever plans one is told of the other."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import times
from bot.domain import event_facts, events
from bot.domain.collaboratives import Collaborative

A_FORTNIGHT = timedelta(days=14)  # the longest that a date lasts
MOST = 3  # named


def words(
    session: Session, collaborative: Collaborative, starts: Sequence[datetime], lasts: timedelta, besides: int | None,
    teams: Collection[int],
) -> str:  # fmt: skip
    """What else takes place for any of these teams, or for anybody, while one of these dates does; empty for nothing.

    Dates of the event `besides` are left out.
    """
    if not starts:
        return ""
    near = events.between(session, collaborative, min(starts) - A_FORTNIGHT, max(starts) + lasts)
    found = [
        one
        for one in near
        if one.starts and one.event.id != besides and one.event.is_for(*teams)
        and any(one.starts < start + lasts and start < one.starts + one.lasts for start in starts)
    ]  # fmt: skip
    named = [f"{one.event.title}, {times.words(one.known_as, collaborative.timezone)}" for one in found[:MOST]]
    more = f"; and {event_facts.counted(len(found) - MOST, 'more date')}" if len(found) > MOST else ""
    return f"At the same time takes place: {'; '.join(named)}{more}." if found else ""
