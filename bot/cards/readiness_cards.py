"""What coordinators see around a call: its dates, and what can be done about each."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import times
from bot.cards import attendance_words, readiness_lines
from bot.domain import attendance, event_changes, event_facts, events, expected, rolls
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting

Values = dict[str, Any]
LATELY = timedelta(days=14)
MOST_PAST, MOST_COMING = 6, 6
MOST_LINES = 20


def dates(session: Session, collaborative: Collaborative, now: datetime) -> Values:
    """The dates around now, the newest of those that began first, then those to come."""
    begun = [one for one in events.between(session, collaborative, now - LATELY, now) if one.starts]
    begun.sort(key=lambda one: one.known_as, reverse=True)
    ahead = [one for one in event_changes.coming(session, collaborative, now, MOST_COMING) if one.starts]
    shown = [*begun[:MOST_PAST], *ahead]
    return {"collaborative": collaborative, "dates": [_line(session, one, collaborative, now) for one in shown]}


def one(session: Session, date: Meeting, collaborative: Collaborative, now: datetime) -> Values:
    """Everything there is to know before it begins, line by line."""
    return {
        "which": event_facts.key(date),
        "title": date.event.title,
        "when": times.words(date.known_as, collaborative.timezone),
        "lines": readiness_lines.of(session, date)[:MOST_LINES],
        "open": date.starts is not None and not date.is_over(now),
    }


def _line(session: Session, date: Meeting, collaborative: Collaborative, now: datetime) -> Values:
    return {
        "which": event_facts.key(date),
        "title": date.event.title,
        "when": times.words(date.known_as, collaborative.timezone),
        "stands": " ".join(filter(None, (attendance_words.line(session, date), _roll(session, date, now)))),
        "rolls": not attendance.is_early(date, now),
        "begun": date.known_as <= now,
        "over": date.is_over(now),
    }


def _roll(session: Session, date: Meeting, now: datetime) -> str:
    """That nobody called it yet, where teams count as not having been there once somebody did."""
    waits = date.known_as <= now and date.event.kind in expected.EXPECTED_CALLS
    return "The roll isn't called yet." if waits and not rolls.is_called(session, date.event.id, date.planned) else ""
