"""A series takes place no more: what is shown before that is said, and the one word of it that everybody gets."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot import times
from bot.cards import call_cards, event_audience, event_moves, event_news
from bot.cards.event_audience import Audience, News, Told
from bot.domain import event_edits, event_facts, events
from bot.domain.collaboratives import Collaborative
from bot.domain.event_edits import Rearranged
from bot.domain.events import Event, EventChange, Meeting
from bot.kit import Kit

SHOWN = 6  # dates in the window
NOBODY_KNOWS = "Nobody is told, since nobody was told of any of its dates yet."


@dataclass(frozen=True)
class Ending:
    """What becomes of an event that takes place no more."""

    collaborative: Collaborative
    event: Event
    ahead: list[Meeting]  # its dates to come, the earliest first
    told: list[Meeting]  # those that people know of and, where they know of any, the next one
    found: Rearranged


def of(session: Session, collaborative: Collaborative, event: Event, now: datetime) -> Ending:
    """As things are now."""
    changed, zone = events.changes(session, collaborative.id), collaborative.timezone
    dates = (one for one in events.meetings(event, changed, zone) if one.starts and one.starts > now)
    ahead = sorted(dates, key=lambda one: one.known_as)
    known = event_moves.announced(session, event)
    known |= {one.planned for one in ahead[:1] if known}
    found = event_edits.rearranged(event, changed, zone, None, announced=known, now=now)
    return Ending(collaborative, event, ahead, [one for one in ahead if one.planned in known], found)


def audience(session: Session, ending: Ending, by: int, kit: Kit) -> Audience:
    """Everybody who is to hear of any of its dates, each once."""
    if not ending.told:
        return Audience([], [], [], [])
    each = [
        event_audience.audience(session, News(ending.collaborative, one, Told(one.starts, None)), by, kit)
        for one in ending.told
    ]
    return event_audience.together(each, Told(ending.told[0].starts, None))


def reach(session: Session, ending: Ending, found: Audience, now: datetime) -> list[str]:
    """Whom it reaches and when, in sentences."""
    if not ending.told:
        return [NOBODY_KNOWS]
    first = ending.told[0]
    return event_news.reach(session, News(ending.collaborative, first, Told(first.starts, None)), found, now)


def dates(ending: Ending) -> list[str]:
    """The next of them, and how many more."""
    zone, more = ending.collaborative.timezone, len(ending.ahead) - SHOWN
    shown = [times.words(one.known_as, zone) for one in ending.ahead[:SHOWN]]
    if more <= 0:
        return shown
    last = times.day(times.local_day(ending.ahead[-1].known_as, zone))
    return [*shown, f"and {event_facts.counted(more, 'date')} more, the last on {last}"]


def end(session: Session, ending: Ending, found: Audience, *, words: str, by: int, kit: Kit) -> None:
    """It is so from now on: one word of it goes to each of them, and all that shows its dates follows."""
    about = ending.told[0].planned if ending.told else None
    canceled = event_edits.end(session, ending.event, ending.found, about=about, words=words, by=by, now=kit.now())
    changes = {one.planned: one for one in canceled}
    for meeting in ending.told:
        _tell(session, ending, meeting, changes[meeting.planned], found, kit)
    event_moves.follow(session, ending.collaborative, ending.event, kit)


def _tell(
    session: Session, ending: Ending, meeting: Meeting, change: EventChange, found: Audience, kit: Kit
) -> None:  # fmt: skip
    """The word is about the first of its dates; what waits to be said of another date is forgotten."""
    if meeting is ending.told[0]:
        last = event_facts.stamp(ending.ahead[-1].known_as)
        event_news.tell(session, change, found, at_night=False, kit=kit, ends=len(ending.ahead), last=last)
    else:
        event_news.supersede(session, change, kit.now())
    call_cards.follow(session, replace(meeting, change=change), kit)
