"""A call or session in words: what it is, how long it takes, who comes, and how one team stands to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import event_facts, events, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, Meeting
from bot.domain.rsvps import Rsvp, Said, Tally
from bot.domain.teams import Team

KINDS = {
    "call": "Action-period call",
    "session": "Learning session",
    "coaching": "Coaching",
    "office_hours": "Office hours",
    "congress": "Congress",
}
MOST_PEOPLE = 8  # named in one line
COME_IF_YOU_LIKE = "Come if you like: nobody is counted on."
NOBODY_YET = "Nobody has said yet whether they're coming."


def has_words(event: Event) -> bool:
    """Whether anybody wrote of it: what was taken down is called by its kind, and its row where two were at once."""
    kind = KINDS[event.kind]
    return bool(event.agenda) or event.title not in (kind, f"{kind} {event.id}")


def tally(found: Tally) -> str:
    """Coming: 7 of 12 teams. What all of its people can't is counted, and no such team named."""
    if not found.coming and not found.cannot:
        return f"Coming: no team has said yet, of {event_facts.counted(found.teams, 'team')}."
    cannot = f" {event_facts.counted(found.cannot, 'team')} can't." if found.cannot else ""
    return f"Coming: {len(found.coming)} of {event_facts.counted(found.teams, 'team')}.{cannot}"


def counts(found: Tally) -> str:
    """The same at the beginning of a sentence that names the date: 7 of 12 teams are coming."""
    coming = len(found.coming)
    return f"{coming or 'none'} of {event_facts.counted(found.teams, 'team')} {'are' if coming > 1 else 'is'} coming"


def who(found: Tally) -> list[str]:
    """A line for each team that comes, by its people."""
    return [f"{team}: {named(people)}" for team, people in found.coming]


def stands(said: Iterable[Said]) -> str:
    """How one team stands."""
    told = list(said)
    coming, cannot = ([one.name for one in told if one.coming is comes] for comes in (True, False))
    if not told:
        return NOBODY_YET
    if not coming:
        return f"{named(cannot)} can't, and nobody has said yet that they're coming."
    comes = f"{named(coming)} {'comes' if len(coming) == 1 else 'come'}."
    return f"{comes} {named(cannot)} can't." if cannot else comes


def stand_to(date: Meeting, said: Iterable[Said]) -> str:
    """The same of a date: where one drops in, nobody is waited for."""
    told = list(said)
    return COME_IF_YOU_LIKE if not told and date.event.kind in events.DROP_IN else stands(told)


def says(row: Rsvp) -> str:
    """What one person's answer is, told to them."""
    if not row.coming:
        return "You said that you can't."
    return "You said that you're coming." if row.by_id == row.person_id else "You're counted as coming."


def lasts(took: timedelta) -> str:
    """45 minutes, 1 hour, 2 hours 30 minutes; empty for what takes days and has an end to be told."""
    hours, minutes = divmod(round(took.total_seconds() / 60), 60)
    if hours >= 24:
        return ""
    told = [(hours, "hour"), (minutes, "minute")]
    return " ".join(event_facts.counted(count, noun) for count, noun in told if count)


def next_call(session: Session, team: Team, now: datetime) -> dict[str, Any] | None:
    """The next date of a team's collaborative, and how the team stands to it; None where none is known."""
    date = events.next_meeting(session, session.get_one(Collaborative, team.collaborative_id), [team.id or 0], now)
    if date is None:
        return None
    told = stand_to(date, rsvps.of_team(session, date, team.id or 0))
    return {
        "title": date.event.title,
        "starts": date.starts,
        "which": event_facts.key(date),
        "stands": told,
        "asks": events.is_asked(date.event),
        "together": date.event.kind in events.TOGETHER,
    }


def named(people: Sequence[str]) -> str:
    """A, B and C; of many the first, and how many more, which are two at least."""
    shown, more = list(people[: MOST_PEOPLE + 1]), len(people) - MOST_PEOPLE
    last = shown.pop()
    if more > 1:
        last = f"{more} more"
    return f"{', '.join(shown)} and {last}" if shown else last


def of(date: Meeting, zone: str) -> str:
    """A date in the middle of a sentence."""
    return f"{date.event.title} of {times.words(date.known_as, zone)}"
