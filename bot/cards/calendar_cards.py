"""The calendar of a collaborative: one card for everybody, pinned, with each session and the calls that follow it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlmodel import Session, select

from bot import outbox, times
from bot.cards import event_forms
from bot.domain import events, hours, phases, rsvp_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import TOGETHER, Event, Meeting
from bot.domain.teams import Channel
from bot.kit import Kit

A_WORKING_DAY = timedelta(hours=9)
MOST = 40  # lines on one card, besides sessions and the congress
OFTEN = 4  # dates of one call in a phase have a line each; more are told in one


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
    """Every date by its phase; what is over and what comes often is told in short, and the next one stands out."""
    collaborative = session.get(Collaborative, about["collaborative"])
    if collaborative is None:
        return None
    now, zone = kit.now(), collaborative.timezone
    dates = _dates(session, collaborative)
    ahead = [one for one in dates if one.starts and not one.is_over(now)]
    stretches = [(one.name, _lines(one.dates, zone)) for one in phases.stretches(dates, ahead)]
    first = next((one for _, lines in stretches for one in lines), None)
    beyond = [one for _, lines in stretches for one in lines if not one["together"]][MOST:]
    shown = [(name, [one for one in lines if one not in beyond]) for name, lines in stretches]
    return {
        "collaborative": collaborative,
        "phases": [{"name": name, "lines": lines} for name, lines in shown if lines],
        "over": sum(1 for one in dates if one.starts and one.is_over(now)),
        "more": sum(one["dates"] for one in beyond),
        "next": first or "",
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


def _lines(dates: Sequence[Meeting], zone: str) -> list[dict[str, Any]]:
    """A line for each date; one for all of a call that comes often, where its first one stands."""
    lines: list[dict[str, Any]] = []
    for _, group in groupby(sorted(dates, key=_event), key=_event):
        every = list(group)
        if every[0].event.kind in TOGETHER or len(every) <= OFTEN:
            lines += [_line(one, zone) for one in every]
        else:
            lines.append({**_line(every[0], zone), "dates": len(every), "rhythm": event_forms.rhythm(every, zone)})
    return sorted(lines, key=lambda one: one["starts"])


def _event(one: Meeting) -> int:
    return one.event.id or 0


def _line(one: Meeting, zone: str) -> dict[str, Any]:
    took = rsvp_facts.lasts(one.lasts)
    last = times.day(times.local_day(one.known_as + one.lasts, zone)) if not took else ""
    return {
        "title": one.event.title,
        "kind": "" if one.event.title.casefold() == (kind := rsvp_facts.KINDS[one.event.kind]).casefold() else kind,
        "starts": one.known_as,
        "last": last,
        "moved": bool(one.change),
        "together": one.event.kind in TOGETHER,
        "dates": 1,
        "rhythm": "",
    }
