"""What a call's card, the team card and Home show of who is there."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.domain import attendance, event_facts, pulse, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.teams import GONE, Team

Values = dict[str, Any]


def on_card(session: Session, date: Meeting | None, now: datetime) -> Values:
    """Whether *I'm here* stands on the card of a date, and who is there by team; teams that aren't are not named."""
    if date is None:
        return {"open": False, "line": "", "teams": "", "worth": False, "worth_line": ""}
    return {
        "open": attendance.is_open(date, now),
        "line": line(session, date),
        "teams": _teams(session, attendance.present(session, date).teams),
        "worth": pulse.is_open(date, now),
        "worth_line": worth(session, date),
    }


def on_now(session: Session, team: Team, now: datetime) -> Values | None:
    """The date of a team that one is at, or was just now; None where there is none."""
    if team.status in GONE:
        return None
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    near = attendance.on_now(session, collaborative, now, max(attendance.CLOSES, pulse.OPEN))
    theirs = [one for one in near if one.event.is_for(team.id)]
    dates = sorted(theirs, key=lambda one: (not attendance.is_open(one, now), one.known_as))
    if not dates:
        return None
    there = attendance.present(session, dates[0]).teams.get(team.id or 0, set())
    names = [one.name for one in rsvps.members(session, team.id or 0) if one.id in there and one.name]
    is_on = attendance.is_open(dates[0], now)
    said = f"Here: {rsvp_facts.named(names)}." if names else "Who of you is here?" if is_on else ""
    return {
        "title": dates[0].event.title,
        "which": event_facts.key(dates[0]),
        "stands": said,
        "open": is_on,
        "worth": pulse.is_open(dates[0], now),
    }


def line(session: Session, date: Meeting) -> str:
    """Here: 7 of 12 teams, 15 people: of all that are enrolled, and a team that pauses stays one of them."""
    there = attendance.present(session, date)
    if not there.teams and not there.staff:
        return ""
    teams = rsvps.asked(session, date.event)
    people = f", {event_facts.counted(len(there.people), 'person', 'people')}" if there.people else ""
    here = sum(one.id in there.teams for one in teams)
    return f"Here: {here} of {event_facts.counted(len(teams), 'team')}{people}."


def worth(session: Session, date: Meeting) -> str:
    """Worth the time, from 1 to 5: 3 said 4, 2 said 5."""
    said = [f"{count} said {score}" for score, count in pulse.counts(session, date).items() if count]
    return f"Worth the time, from 1 to 5: {', '.join(said)}." if said else ""


def _teams(session: Session, there: dict[int, set[int]]) -> str:
    """Alder & Main (2), Prairie Bend."""
    found = sorted((session.get_one(Team, row).name, len(people)) for row, people in there.items())
    return ", ".join(f"{name} ({count})" if count else name for name, count in found)
