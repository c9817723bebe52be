"""The list of what a team prepares before a date: one living card in each team's channel."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import outbox, times
from bot.cards import edits
from bot.domain import event_facts, hours, preparations, rsvps
from bot.domain.events import Event, Meeting
from bot.domain.preparations import Task
from bot.domain.teams import GONE, Team
from bot.kit import Kit

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
    """Each team's card comes two weeks before at its nine o'clock, or at its next; one that is there is edited."""
    event, teams = date.event.id or 0, rsvps.at_work(session, date.event.collaborative_id)
    if not tasks:
        return outbox.recall(session, prefix(event, date.planned), now)
    edits.anew(session, [key(event, date.planned, team.id) for team in teams])
    for team in teams:
        working = hours.of_team(session, team)
        today = times.local_day(now, working.zone)
        first = max(times.local_day(date.known_as, working.zone) - NOTICE, today)
        at = working.on(first)
        outbox.plan(
            session, "preparations/card", key=key(event, date.planned, team.id), to=f"team:{team.id}",
            at=at if at > now else now, why=WHY, until=date.known_as, now=now, task=tasks[0].id or 0,
            team=team.id or 0,
        )  # fmt: skip
    cards = edits.said(session, [key(event, date.planned, team.id) for team in teams])
    outbox.say_again(session, *cards, now=now)
    return None


def card(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What it prints; None where nothing is to be prepared any more, or the team has left."""
    first, team = session.get(Task, about["task"]), session.get_one(Team, about["team"])
    if first is None or team.status in GONE:
        return None
    found = preparations.of_date(session, first.event_id, first.planned)
    done = preparations.done(session, found)
    event, date = session.get_one(Event, first.event_id), rsvps.meeting(session, first.event_id, first.planned)
    lines = [{"id": one.id, "words": one.words, "done": team.id in done[one.id or 0]} for one in found]
    return {
        "team": team,
        "title": event.title,
        "known_as": date.known_as if date else first.planned,
        "tasks": lines,
        "over": date is None or date.starts is None or date.known_as <= kit.now(),
    }
