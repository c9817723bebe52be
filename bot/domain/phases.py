"""Where a collaborative stands between its pre-work and what comes after it, by the sessions in its calendar."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from bot import times
from bot.domain import events
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.events import TOGETHER, Event, Meeting
from bot.statements import once_a_look

PHASES = {
    "planning": "planning",
    "prework": "pre-work",
    "ls1": "learning session 1",
    "ap1": "action period 1",
    "ls2": "learning session 2",
    "ap2": "action period 2",
    "ls3": "learning session 3",
    "ap3": "action period 3",
    "congress": "the congress",
    "sustain": "the time after it",
}
NUMBER = re.compile(r"\b(?:LS|learning session) ?([1-9])\b", re.IGNORECASE)
MOST = 3  # learning sessions that have a name of their own; more are parts of the last


@dataclass
class Stretch:
    """What a session begins, with the dates up to the next one."""

    name: str
    dates: list[Meeting] = field(default_factory=list)


@once_a_look
def of(session: Session, collaborative: Collaborative, now: datetime) -> str:
    """The phase of that moment: one of PHASES."""
    today = times.local_day(now, collaborative.timezone)
    if is_over(collaborative, today):
        return "sustain"
    if collaborative.starts and today < collaborative.starts:
        return "planning"
    begun = [one for one in _sessions(session, collaborative) if one.starts and _day(one, collaborative) <= today]
    if not begun:
        return "prework"
    last, number = begun[-1], max(1, min(_numbers(_sessions(session, collaborative))[len(begun) - 1], MOST))
    lasts = _last_day(last, collaborative) >= today
    if last.event.kind == "congress":
        return "congress" if lasts else "sustain"
    return f"{'ls' if lasts else 'ap'}{number}"


def sessions(session: Session, collaborative: Collaborative) -> list[tuple[date, date, str]]:
    """First day, last day and kind of every learning session and the congress that takes place, the earliest first."""
    return [
        (_day(one, collaborative), _last_day(one, collaborative), one.event.kind)
        for one in _sessions(session, collaborative)
        if one.starts
    ]


def stretches(dates: Iterable[Meeting], shown: Collection[Meeting]) -> list[Stretch]:
    """Those that have dates to show, those that are over too counted; a session without a number has its title."""
    every, told = list(dates), set(map(id, shown))
    opening = [one for one in every if one.event.kind in TOGETHER and one.starts]
    numbers, found = dict(zip(map(id, opening), _numbers(opening), strict=True)), [Stretch("Before the first session")]
    numbered = any(map(_number, opening))
    for one in every:
        if id(one) in numbers:
            title = one.event.title if numbered and not _number(one) else f"Learning session {numbers[id(one)]}"
            is_session = one.event.kind == "session"
            found.append(Stretch(f"{title} and the action period after it" if is_session else "Congress"))
        if id(one) in told:
            found[-1].dates.append(one)
    return [one for one in found if one.dates]


def _numbers(sessions: Sequence[Meeting]) -> list[int]:
    """Which learning session each is or comes after: by the numbers in their titles or, without any, by counting."""
    numbered, found, last = any(map(_number, sessions)), [], 0
    for one in sessions:
        last = (_number(one) or last) if numbered else last + (one.event.kind == "session")
        found.append(last)
    return found


def _number(one: Meeting) -> int:
    """The 2 of “LS2: mid-point”, or of “Learning session 2”; 0 where its title has none, as that of LS1b."""
    told = NUMBER.search(one.event.title) if one.event.kind == "session" else None
    return int(told[1]) if told else 0


def _sessions(session: Session, collaborative: Collaborative) -> list[Meeting]:
    """Learning sessions and the congress of all teams, the earliest first."""
    rows = select(Event).where(Event.collaborative_id == collaborative.id, col(Event.kind).in_(TOGETHER))
    changed = events.changes(session, collaborative.id)
    shared = [one for one in session.exec(rows) if not one.team_ids]
    every = [one for event in shared for one in events.meetings(event, changed, collaborative.timezone)]
    return sorted(every, key=lambda one: one.known_as)


def _day(meeting: Meeting, collaborative: Collaborative) -> date:
    return times.local_day(meeting.known_as, collaborative.timezone)


def _last_day(meeting: Meeting, collaborative: Collaborative) -> date:
    return times.local_day(meeting.known_as + meeting.lasts - timedelta(microseconds=1), collaborative.timezone)
