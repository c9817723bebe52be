"""The list of what a team prepares before a date: one living card in each team's channel."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import edits
from bot.domain import event_facts, hours, preparations, rsvps
from bot.domain.events import Event, Meeting
from bot.domain.preparations import Task
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
NOTICE = timedelta(days=14)
WHY = "a session comes up for which teams prepare something"


def prefix(event: int, planned: datetime) -> str:
    """The occasion: a date for which teams prepare something."""
    return f"prepare:{event}:{event_facts.stamp(planned)}"


def key(event: int, planned: datetime, team: int | None) -> str:
    """The same of one team."""
    return f"{prefix(event, planned)}:{team}"


def follow(session: Session, date: Meeting, tasks: list[Task], now: datetime) -> None:
    """Each team's card comes two weeks before at its nine o'clock, or at its next; one that is there is edited.

    Nothing is to be prepared for a date that is canceled: what waits is forgotten until it is put back.
    """
    event, teams = date.event.id or 0, rsvps.asked(session, date.event)
    if not tasks:
        return outbox.recall(session, prefix(event, date.planned), now)
    keys = {key(event, date.planned, team.id): team for team in teams}
    edits.anew(session, keys)
    there = edits.said(session, keys)
    for occasion, team in keys.items():
        if occasion in there:  # the task that it was said about may be on the list no more
            about = {"task": tasks[0].id or 0, "team": team.id or 0}
            outbox.say(session, "preparations/card", key=occasion, to=f"team:{team.id}", now=now, **about)
        elif date.starts is None:
            outbox.unplan(session, occasion)
        else:
            plan(session, date, tasks[0], team, now)
    return None


def plan(session: Session, date: Meeting, first: Task, team: Team, now: datetime) -> None:
    """The card of one team, at its hour."""
    outbox.plan(
        session, "preparations/card", key=key(date.event.id or 0, date.planned, team.id), to=f"team:{team.id}",
        at=_hour(session, date, team, now), why=WHY, until=date.known_as, now=now, task=first.id or 0,
        team=team.id or 0,
    )  # fmt: skip


def is_soon(date: Meeting, zone: str, now: datetime) -> bool:
    """Whether the two weeks before it have begun."""
    return times.local_day(date.known_as, zone) - NOTICE <= times.local_day(now, zone)


def lacking(session: Session, collaborative: int, dates: Iterable[Meeting]) -> Iterator[tuple[Meeting, Task, Team]]:
    """The teams that came after a list was written, each with the first thing on it."""
    first = preparations.firsts(session, collaborative)
    for date in dates:
        task = first.get((date.event.id or 0, date.planned))
        if task is None:
            continue
        teams = {key(task.event_id, task.planned, team.id): team for team in rsvps.asked(session, date.event)}
        there = set(session.exec(select(Letter.key).where(col(Letter.key).in_(teams))))
        yield from ((date, task, team) for occasion, team in teams.items() if occasion not in there)


def card(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What it prints; None where nothing is to be prepared any more, or the team has left.

    It stays where it is said; a list that nobody has read yet isn't posted for a date that is over or canceled.
    """
    first, team = session.get(Task, about["task"]), session.get_one(Team, about["team"])
    if first is None or team.status in GONE:
        return None
    event, date = session.get_one(Event, first.event_id), rsvps.meeting(session, first.event_id, first.planned)
    over = date is None or date.starts is None or date.known_as <= kit.now()
    if over and not edits.said(session, [key(first.event_id, first.planned, team.id)]):
        return None
    found = preparations.of_date(session, first.event_id, first.planned)
    done = preparations.done(session, found)
    lines = [{"id": one.id, "words": one.words, "done": team.id in done[one.id or 0]} for one in found]
    return {
        "team": team,
        "title": event.title,
        "known_as": date.known_as if date else first.planned,
        "tasks": lines,
        "over": over,
    }


def _hour(session: Session, date: Meeting, team: Team, now: datetime) -> datetime:
    """Nine o'clock where the team is, two weeks before, or on its next day of work; now, where that has struck."""
    working = hours.of_team(session, team)
    today = times.local_day(now, working.zone)
    return max(working.on(max(times.local_day(date.known_as, working.zone) - NOTICE, today)), now)
