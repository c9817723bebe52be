"""The calls and sessions to come, as `/calls` and All actions list them for whoever looks: each with its next date."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import times
from bot.access import Actor
from bot.cards import event_forms
from bot.domain import event_facts, events, people, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import TOGETHER, Changes, Event, Meeting

Values = dict[str, Any]
MOST = 30  # events in one window


def shown(session: Session, actor: Actor, collaborative: Collaborative, now: datetime) -> Values:
    """Whatever is to come, the next one first, with what they may do about it."""
    rows = session.exec(select(Event).where(Event.collaborative_id == collaborative.id).order_by(col(Event.id)))
    may = actor.may("events.change", collaborative=collaborative.id or 0)
    own = () if may else people.own_teams(session, actor.id, collaborative.id or 0)
    changed, zone = events.changes(session, collaborative.id), collaborative.timezone
    every = [ahead for event in rows if event.is_for(*own) and (ahead := _ahead(event, changed, zone, now))]
    coming = sorted(every, key=lambda ahead: ahead[0].known_as)
    answers = may_answer(session, actor, collaborative)
    return {
        "collaborative": collaborative,
        "may": may,
        "listed": [_line(session, actor, ahead, zone, answers=answers) for ahead in coming[:MOST]],
        "more": max(len(coming) - MOST, 0),
    }


def may_answer(session: Session, actor: Actor, collaborative: Collaborative) -> bool:
    """Whether they may say that they come: for a team of theirs, or for themselves where they are in none."""
    place = collaborative.id or 0
    theirs = rsvps.teams_of(session, actor.id, place)
    if theirs:
        return any(actor.may("call.answer", collaborative=place, team=team) for team in theirs)
    return actor.may("call.attend", collaborative=place)


def _ahead(event: Event, changed: Changes, zone: str, now: datetime) -> list[Meeting]:
    """Its dates to come, the earliest first."""
    dates = [one for one in events.meetings(event, changed, zone) if one.starts and one.starts > now]
    return sorted(dates, key=lambda one: one.known_as)


def _line(session: Session, actor: Actor, ahead: Sequence[Meeting], zone: str, *, answers: bool) -> Values:
    following, event = ahead[0], ahead[0].event
    row = rsvps.counting(session, following, actor.id) if events.is_asked(event) else None
    lasts = rsvp_facts.lasts(following.lasts)
    return {
        "id": event.id,
        "title": event.title,
        "kind": rsvp_facts.KINDS[event.kind],
        "lasts": lasts,
        "rhythm": event_forms.rhythm(ahead, zone),
        "whose": event_forms.whose(session, event),
        "next": following.known_as,
        "until": "" if lasts else times.day(times.local_day(following.known_as + following.lasts, zone)),
        "says": rsvp_facts.says(row) if row else "",
        "join_url": event.join_url,
        "which": event_facts.key(following) if answers and events.is_asked(event) else "",
        "together": event.kind in TOGETHER,
        "many": len(ahead) > 1,
    }
