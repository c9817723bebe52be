"""The calendar of a collaborative: one card for everybody, pinned, with each session and the calls that follow it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from bot import outbox, times
from bot.domain import events, hours, phases, rsvp_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, Meeting
from bot.domain.teams import Channel
from bot.kit import Kit

A_WORKING_DAY = timedelta(hours=9)
MOST = 24  # dates on one card


def key(collaborative: int) -> str:
    """The occasion: there is one for each collaborative."""
    return f"calendar:{collaborative}"


def say(session: Session, collaborative: Collaborative, now: datetime) -> None:
    """Post the card where everybody reads, or bring it up to date; nothing before the launch."""
    everyone = select(Channel.id).where(Channel.collaborative_id == collaborative.id, Channel.purpose == "everyone")
    channel = session.exec(everyone).first()
    if channel and collaborative.launched_at:
        outbox.pin(
            session, "events/calendar", key=key(collaborative.id or 0), to=f"channel:{channel}", now=now,
            collaborative=collaborative.id or 0,
        )  # fmt: skip


def is_behind(session: Session, collaborative: Collaborative, now: datetime) -> bool:
    """Whether it is to be posted, or was said before a file changed anything, or before a date was over."""
    letter = outbox.of_key(session, key(collaborative.id or 0))
    if letter is None:
        ours = select(Event.id).where(Event.collaborative_id == collaborative.id)
        return _is_at_work(session, collaborative, now) and session.exec(ours.limit(1)).first() is not None
    if not letter.ts or letter.state != outbox.SENT:
        return False
    ended = (one.known_as + one.lasts for one in _dates(session, collaborative))
    return letter.due < collaborative.loaded_at <= now or any(letter.due < end <= now for end in ended)


def card(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """Every date by its phase; what is over is told in short, and the next one stands out."""
    collaborative = session.get(Collaborative, about["collaborative"])
    if collaborative is None:
        return None
    now, zone = kit.now(), collaborative.timezone
    dates = _dates(session, collaborative)
    ahead = [one for one in dates if one.starts and not one.is_over(now)]
    shown = ahead[:MOST]
    return {
        "collaborative": collaborative,
        "phases": [
            {"name": phase.name, "lines": [_line(one, shown[0], zone) for one in phase.dates]}
            for phase in phases.stretches(dates, shown)
        ],
        "over": sum(1 for one in dates if one.starts and one.is_over(now)),
        "more": len(ahead) - len(shown),
        "next": _line(shown[0], None, zone) if shown else "",
    }


def _is_at_work(session: Session, collaborative: Collaborative, now: datetime) -> bool:
    """Whether it is after nine of a working day, and not yet evening: nobody is woken by a calendar."""
    today = times.local_day(now, collaborative.timezone)
    return timedelta() <= now - hours.of_staff(session, collaborative).on(today) < A_WORKING_DAY


def _dates(session: Session, collaborative: Collaborative) -> list[Meeting]:
    changed = events.changes(session, collaborative.id)
    rows = session.exec(select(Event).where(Event.collaborative_id == collaborative.id))
    shared = [one for one in rows if not one.team_ids]  # those of some teams stand on their cards alone
    every = [one for event in shared for one in events.meetings(event, changed, collaborative.timezone)]
    return sorted(every, key=lambda one: (one.known_as, one.event.id or 0))


def _line(one: Meeting, next_: Meeting | None, zone: str) -> dict[str, Any]:
    took = rsvp_facts.lasts(one.lasts)
    last = times.day(times.local_day(one.known_as + one.lasts, zone)) if not took else ""
    return {
        "title": one.event.title,
        "kind": "" if one.event.title.casefold() == (kind := rsvp_facts.KINDS[one.event.kind]).casefold() else kind,
        "starts": one.known_as,
        "last": last,
        "moved": bool(one.change),
        "next": one is next_,
    }
