"""The form in which a call or session is planned or changed: what stands in it, and what it was understood to mean."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from bot import times
from bot.domain import event_edits, event_facts, event_oddities, event_repeats, events, recurrence, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.event_edits import Rearranged
from bot.domain.event_plans import MOST_PRESENTERS, Plan
from bot.domain.events import DROP_IN, Event, Meeting
from bot.domain.teams import Team
from bot.planning import announcing

Values = dict[str, Any]
NOBODY, IN_TURN = "none", "turn"
A_MENU = 100
ASKED = "Each team is asked a week before whether somebody comes, and everybody is reminded as they chose."
DROPPED_IN = "Nobody is asked whether they come; everybody who wants reminders gets one the day before."
SHOWN = 6  # of the next dates, before anything is saved
DATING = ("kind", "day", "at", "minutes", "last_day", "repeats", "until", "rule")  # boxes that decide when it is
STARTING = ("day", "at", "repeats", "until", "rule")  # those that decide when each date begins
WHOLE = {"title": "its title", "kind": "what it is", "minutes": "how long it lasts", "join_url": "the link",
         "agenda": "the agenda", "host_team_id": "who hosts it"}  # fmt: skip


def mark(filled_in: Mapping[str, Any]) -> str:
    """A mark of the boxes that decide when it is: saved is only what was shown."""
    deciding = json.dumps([filled_in.get(name) for name in DATING])
    return hashlib.sha256(deciding.encode()).hexdigest()[:16]


def keeps_dates(
    session: Session, collaborative: Collaborative, event: Event, filled_in: Mapping[str, Any], now: datetime
) -> bool:  # fmt: skip
    """Whether each box that decides when its dates begin says what the form opens with, so that all stay."""
    opened = _filled(session, collaborative, event, now)
    return all(str(filled_in.get(name, "")) == opened[name] for name in STARTING)


def form(session: Session, collaborative: Collaborative, event: Event | None, meta: Values, now: datetime) -> Values:
    """What the form shows, of an event or empty."""
    return {
        "collaborative": collaborative,
        "event": event.id if event else 0,
        "kinds": rsvp_facts.KINDS,
        "repeats": event_repeats.CHOICES,
        "hosts": _hosts(session, collaborative),
        "presenters": {str(count): event_facts.counted(count, "team") for count in range(MOST_PRESENTERS + 1)},
        "form": _filled(session, collaborative, event, now),
        "understood": None,
        "meta": json.dumps(meta),
    }


def understood(
    session: Session, collaborative: Collaborative, plan: Plan, event: Event | None, found: Rearranged | None,
    announced: Collection[datetime], now: datetime,
) -> Values:  # fmt: skip
    """The next dates as they were understood, what may be odd about them, and what becomes of known ones.

    `announced` are the dates, as planned, of which people were told.
    """
    zone = collaborative.timezone
    planned = [one for one in recurrence.all_starts(plan.starts, plan.repeats, zone) if one > now]
    becoming: dict[datetime, datetime | None] = {one: one for one in planned}
    if event and found:
        becoming = event_edits.becoming(event, events.changes(session, collaborative.id), zone, found)
    starts = sorted(one for one in becoming.values() if one and one > now)
    canceled = [one for one in planned if becoming.get(one, one) is None]
    is_known = bool(starts) and any(becoming.get(one) == starts[0] for one in announced)
    teams = select(Team.timezone).where(Team.collaborative_id == collaborative.id).distinct()
    zones = {zone, *(one for one in session.exec(teams) if one in times.zones())}
    ends = plan.ends(zone)
    return {
        "rhythm": event_repeats.words(plan.repeats, plan.starts, zone),
        "dates": [times.dated(one, zone) for one in starts[:SHOWN]],
        "more": _more(starts, zone),
        "until": _daily(plan, zone) if ends else f"lasts {rsvp_facts.lasts(timedelta(minutes=plan.minutes))}",
        "follows": [] if is_known else _follows(session, collaborative, plan, event, starts, now),
        "zones": event_facts.in_zones(starts[0], zones, now) if starts else [],
        "remarks": [*_canceled(canceled, zone), *_remarks(session, collaborative, plan, starts, event)],
        "moves": [_move(one, start, zone) for one, start in found.moves] if found else [],
    }


def _remarks(
    session: Session, collaborative: Collaborative, plan: Plan, starts: Sequence[datetime], event: Event | None
) -> list[str]:  # fmt: skip
    """What somebody may not have meant."""
    ends = plan.ends(collaborative.timezone)
    lasts = (ends or plan.starts + timedelta(minutes=plan.minutes)) - plan.starts
    return event_oddities.found(session, collaborative, starts, lasts, event, _whom(plan, event))


def _whom(plan: Plan, event: Event | None) -> Sequence[int]:
    """The teams that it is for; none for all."""
    return event.team_ids if event else plan.teams


def _canceled(dates: Sequence[datetime], zone: str) -> list[str]:
    """Those that the rhythm has too, but somebody canceled one by one before."""
    if not dates:
        return []
    named = rsvp_facts.named([times.day(times.local_day(one, zone)) for one in dates])
    stay, them = ("stays", "it") if len(dates) == 1 else ("stay", "them")
    return [f"{named} {stay} canceled; Move or cancel a date puts {them} back."]


def _daily(plan: Plan, zone: str) -> str:
    """Of several days, the hours of each and the last one."""
    stops = plan.starts + timedelta(minutes=plan.minutes)
    hours = f"{times.clock(plan.starts, zone)} to {times.clock(stops, zone)}"
    return f"each day from {hours}, the last on {times.day(plan.last_day)}" if plan.last_day else ""


def _follows(
    session: Session, collaborative: Collaborative, plan: Plan, event: Event | None, starts: Sequence[datetime],
    now: datetime,
) -> list[str]:  # fmt: skip
    """Who hears of the first of its dates, and when."""
    if not starts or announcing.is_after_all(collaborative, starts[0]):
        return []
    card = announcing.words(session, collaborative, starts[0], now)
    places = "its teams, in their channels" if _whom(plan, event) else "everybody, in the channel for all"
    return [f"{card} It reaches {places}.", DROPPED_IN if plan.kind in DROP_IN else ASKED]


def _more(starts: Sequence[datetime], zone: str) -> str:
    beyond = len(starts) - SHOWN
    if beyond <= 0:
        return ""
    return f"and {event_facts.counted(beyond, 'date')} more, the last on {times.day(times.local_day(starts[-1], zone))}"


def _move(meeting: Meeting, start: datetime | None, zone: str) -> str:
    was = times.words(meeting.known_as, zone)
    return f"{was} moves to {times.words(start, zone)}" if start else f"{was} is canceled"


def _filled(session: Session, collaborative: Collaborative, event: Event | None, now: datetime) -> Values:
    """What stands in the boxes: of a series its next date, so that a change is of what is to come."""
    end = collaborative.ends.isoformat() if collaborative.ends else ""
    if event is None:
        empty = dict.fromkeys(("title", "day", "last_day", "rule", "join_url", "agenda"), "")
        return {**empty, "kind": "call", "at": "12:00", "minutes": "60", "repeats": "once", "until": end,
                "host": NOBODY, "presenters": "0"}  # fmt: skip
    zone = collaborative.timezone
    next_ = _next(session, event, zone, now)
    meeting, choice = Meeting(event, next_), event_repeats.chosen(event.repeats, next_, zone)
    *_, last = recurrence.all_starts(event.starts, event.repeats, zone)
    first, last_day = times.local_day(next_, zone), times.local_day(next_ + meeting.lasts, zone)
    begins, stops = next_.astimezone(ZoneInfo(zone)), (next_ + meeting.lasts).astimezone(ZoneInfo(zone))
    daily = (stops.hour - begins.hour) * 60 + stops.minute - begins.minute
    several = event.ends is not None and last_day > first
    return {
        "title": event.title, "kind": event.kind, "day": first.isoformat(), "at": f"{begins:%H:%M}",
        "minutes": str(daily if several else event.minutes), "last_day": last_day.isoformat() if several else "",
        "repeats": choice, "until": times.local_day(last, zone).isoformat() if event.repeats else end,
        "rule": recurrence.rhythms(event.starts, event.repeats)[-1][1] if choice == "rule" else "",
        "join_url": event.join_url, "agenda": event.agenda,
        "host": IN_TURN if event.hosts_in_turn else str(event.host_team_id or NOBODY),
        "presenters": str(event.presenters),
    }  # fmt: skip


def _next(session: Session, event: Event, zone: str, now: datetime) -> datetime:
    """The start of the next date by its rule; where the rhythm changed, as it was moved to that."""
    dates = events.meetings(event, events.changes(session, event.collaborative_id), zone)
    starts = (one.starts if recurrence.THEN in event.repeats else one.planned for one in dates)
    return min((one for one in starts if one and one > now), default=event.starts)


def _hosts(session: Session, collaborative: Collaborative) -> list[tuple[str, list[tuple[str, str]]]]:
    """Nobody, teams in turn, or a team; a menu takes a hundred, and as many groups of these."""
    teams = sorted(rsvps.at_work(session, collaborative.id or 0), key=lambda team: team.name.casefold())
    named = [(str(team.id), team.name[:75]) for team in teams]
    parts = [named[first : first + A_MENU] for first in range(0, len(named), A_MENU)]
    groups = [(f"{part[0][1][:30]} to {part[-1][1][:30]}" if len(parts) > 1 else "A team", part) for part in parts]
    return [("All of them", [(NOBODY, "Nobody in particular"), (IN_TURN, "Teams in turn, one each time")]), *groups]


def changed(names: Sequence[str]) -> int:
    """What is new about an event, as a letter carries it."""
    return sum(1 << place for place, name in enumerate(WHOLE) if name in names)


def told(mask: int) -> list[str]:
    """The same in words."""
    return [words for place, words in enumerate(WHOLE.values()) if mask >> place & 1]


def whose(session: Session, event: Event) -> str:
    """The teams that it is for by their names; empty where it is for all."""
    return rsvp_facts.named([one.name for one in rsvps.asked(session, event)] or ["no team"]) if event.team_ids else ""


def rhythm(ahead: Sequence[Meeting], zone: str) -> str:
    """How often an event takes place; where all its dates to come were moved, its rule says nothing of them."""
    event = ahead[0].event
    if len(ahead) > 1 and all(one.starts != one.planned for one in ahead):
        last = max(one.known_as for one in ahead)
        return f"{len(ahead)} dates, the last on {times.day(times.local_day(last, zone))}"
    return event_repeats.words(event.repeats, event.starts, zone)
