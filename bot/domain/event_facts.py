"""What is told of dates that change, in words: the dates to choose from, whom a change reaches, and when."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import times
from bot.domain import pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange, Meeting

A_MENU = 100  # choices of one group
LONGEST = 75  # characters of one choice in a menu
MOST_ZONES = 8
MOST_NAMED = 8
WHATS = {"moved": "Moved to another day or time", "canceled": "Canceled"}
SHORT_NOTICE = "it is at short notice"
NOBODY = "Nobody has to be told: whoever would be has heard nothing else."


def choices(meetings: Iterable[Meeting], zone: str) -> list[tuple[str, str]]:
    """The dates as a menu has them, with the year of those that aren't in that of the first."""
    shown = list(meetings)
    return [(key(one), _choice(one, zone, shown[0].known_as)) for one in shown]


def by_month(meetings: Iterable[Meeting], zone: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same in groups, for a menu of many: a name, and the dates of that month."""
    shown = list(meetings)
    groups: dict[str, list[tuple[str, str]]] = {}
    for one, choice in zip(shown, choices(shown, zone), strict=True):
        groups.setdefault(f"{times.local_day(one.known_as, zone):%B %Y}", []).append(choice)
    return [(name, dates[at : at + A_MENU]) for name, dates in groups.items() for at in range(0, len(dates), A_MENU)]


def key(meeting: Meeting) -> str:
    """How a menu names a date: its event's row, and the start that the event's rule gives."""
    return f"{meeting.event.id}:{stamp(meeting.planned)}"


def stamp(instant: datetime | None) -> int:
    """A start as forms and letters carry it: seconds since 1970; 0 for a date that is canceled."""
    return int(instant.timestamp()) if instant else 0


def start(stamped: int) -> datetime | None:
    """The start that a stamp stands for; None for a date that is canceled."""
    return at(stamped) if stamped else None


def at(stamped: int) -> datetime:
    """The same of a start that was planned, which is always there."""
    return datetime.fromtimestamp(stamped, UTC)


def in_zones(instant: datetime, zones: Iterable[str], now: datetime) -> list[str]:
    """A start as it is read where people are: each wall time once, from east to west."""
    offsets = {times.near(instant, zone, now): instant.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones}
    told = sorted(offsets, key=lambda words: (offsets[words], words), reverse=True)
    return told if len(told) <= MOST_ZONES else [*told[:MOST_ZONES], f"and in {len(told) - MOST_ZONES} more time zones"]


def whom(people: int, told: int, teams: int, channels: int, *, why: str = SHORT_NOTICE) -> str:
    """Whom it reaches and how: `told` of the people by a message of their own, and why."""
    if not channels and not told:
        return NOBODY
    reached = counted(people, "person", "people") + (f" in {counted(teams, 'team')}" if teams else "")
    if not told:
        return (
            f"It is posted in {counted(channels, 'channel')}, where {reached} {'reads' if people == 1 else 'read'} it."
        )
    personally = (
        f"{reached if told == people else f'{told} of {reached}'} {'gets' if told == 1 else 'get'} it in a message"
    )
    posted = f"; it is posted in {counted(channels, 'channel')} too" if channels else ""
    return f"{personally}, since {why}{posted}."


def when(noun: str, instants: list[tuple[datetime, str]], now: datetime, *, late: Sequence[str]) -> str:
    """When so many get it, with the zone each is in, and by name who gets it too late; empty where there are none."""
    later = sorted(one for one in instants if one[0] > now)
    if not instants:
        return ""
    if not later:
        return f"{noun}: {'at once' if len(instants) == 1 else f'all {len(instants)} at once'}."
    told = f"{len(later)} once their night, time off or pause is over, the last on {times.words(*later[-1])}"
    at_once = f"{len(instants) - len(later)} at once, " if len(instants) > len(later) else ""
    begun = f" For {_named(late)} that is after it would have begun: please tell them yourself." if late else ""
    return f"{noun}: {at_once}{told}.{begun}"


def away(names: Sequence[str]) -> str:
    """Who hears nothing, since they are back too late; empty where there is nobody."""
    if not names:
        return ""
    are = counted(len(names), "person is away or pauses", "people are away or pause")
    return f"{are} for all of that time, and not told: {_named(names)}."


def heard_otherwise(count: int, was: str) -> str:
    """What so many people and channels read who last heard of another date, or that there is none."""
    whom = f"{count} of them"
    if was:
        return f"{whom} last heard of {was}, and read of a change from that."
    return f"{whom} last heard that it is canceled, and read that it takes place after all."


def asleep(count: int, people: int) -> str:
    """How many it is night for."""
    return f"It is night for {count} of {counted(people, 'person', 'people')}."


def at_night(people: int) -> str:
    """What came of sending it at night too."""
    return f"It goes out now, also at night, to {counted(people, 'person', 'people')} and their channels."


def changer(session: Session, event: Event) -> str:
    """Who changed an event last, by name."""
    return pdsa_facts.name_of(session, event.edited_by) if event.edited_by else "Somebody"


def collaborative_of(session: Session, change: EventChange) -> Collaborative:
    """Whose date it is."""
    return session.get_one(Collaborative, session.get_one(Event, change.event_id).collaborative_id)


def stands(meeting: Meeting, zone: str, now: datetime) -> str:
    """How a date stands, in a sentence."""
    title, told = meeting.event.title, times.near(meeting.known_as, zone, now)
    return f"{title} is on {told} now." if meeting.starts else f"{title} of {told} is canceled."


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def counted(count: int, one: str, many: str = "") -> str:
    """1 person, 2 people, no people."""
    return f"{count or 'no'} {one if count == 1 else many or f'{one}s'}"


def _choice(meeting: Meeting, zone: str, now: datetime) -> str:
    """Title and date within what a menu takes; the title gives way."""
    told = times.near(meeting.known_as, zone, now)
    if meeting.starts is None:
        told = f"{told}, canceled"
    elif meeting.starts != meeting.planned:
        told = f"{told}, moved from {_planned(meeting, zone)}"
    room = LONGEST - len(told) - 3
    title = meeting.event.title
    return f"{title if len(title) <= room else f'{title[: room - 1].rstrip()}…'} · {told}"


def _planned(meeting: Meeting, zone: str) -> str:
    """When it was to be: the day, or the hour where the day is the same."""
    day = times.local_day(meeting.planned, zone)
    same = times.local_day(meeting.known_as, zone) == day
    return times.clock(meeting.planned, zone) if same else times.day(day)
