"""A call or session as a file for people's calendars (RFC 5545), sent as an invitation or its end (RFC 5546)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vRecur
from icalendar import Event as Entry

from bot import times
from bot.domain import ics_zones, recurrence
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange, Meeting

MAKER = "-//Allteach//Calls and sessions//EN"
AGENDA = "Its agenda stands on its card in Slack."  # what is reported there can't be taken out of calendars
NOBODY = "invalid:nomail"  # as calendars write it where there is no address to answer to


def written(
    collaborative: Collaborative, date: Meeting, changed: Mapping[datetime, EventChange], now: datetime
) -> bytes:
    """The file of one date: the whole series as it stands by now or, where the date is canceled, that it is.

    A series that takes place no more is told of as a whole: without its dates to come, or canceled if it had no other.
    `changed` holds what was changed about the event's dates, by the start that its rule gives.
    """
    zone, event = ZoneInfo(collaborative.timezone), date.event
    planned = list(recurrence.all_starts(event.starts, event.repeats, collaborative.timezone))
    is_single = len(planned) == 1
    each = [_days(one, event, zone) for one in ([date.starts] if is_single and date.starts else planned)]
    canceled = [one for one in planned if one in changed and changed[one].starts is None]
    if canceled == planned and (is_single or event.ended_at):
        return _file("CANCEL", each, zone, [_series(collaborative, date, each, now, "CANCELLED")])
    if date.starts is None and not event.ended_at:
        days = [(one, one) for one in _days(date.planned, event, zone)]
        return _file("CANCEL", each, zone, [_single(collaborative, date, *day, now, "CANCELLED") for day in days])
    series = _series(collaborative, date, each, now, "CONFIRMED")
    if is_single:
        return _file("REQUEST", each, zone, [series])
    if canceled:
        series.add("exdate", [day.astimezone(zone) for one in canceled for day in _days(one, event, zone)])
    moved = [(one, to) for one in planned if one in changed and (to := changed[one].starts) and to != one]
    days = [day for one, to in moved for day in zip(_days(one, event, zone), _days(to, event, zone), strict=True)]
    return _file(
        "REQUEST", each, zone, [series, *(_single(collaborative, date, *day, now, "CONFIRMED") for day in days)]
    )


def _days(start: datetime, event: Event, zone: ZoneInfo) -> list[datetime]:
    """When each day of one date begins: all at the same hour; one where it goes through a night, or is a single day."""
    first = start.astimezone(zone)
    return [times.at(first.date() + timedelta(days=day), first.time(), zone.key) for day in range(_count(event, zone))]


def _count(event: Event, zone: ZoneInfo) -> int:
    """How many days a date has."""
    if event.ends is None:
        return 1
    first, last = event.starts.astimezone(zone), event.ends.astimezone(zone)
    return (last.date() - first.date()).days + 1 if last.time() > first.time() else 1


def _lasts(date: Meeting, zone: ZoneInfo) -> timedelta:
    """How long it takes, of several days each of them."""
    return date.lasts if (count := _count(date.event, zone)) == 1 else date.lasts - timedelta(days=count - 1)


def _file(method: str, each: Sequence[Sequence[datetime]], zone: ZoneInfo, entries: Sequence[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(ics_zones.written(zone, each[0][0], each[-1][-1]))
    for entry in entries:
        calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _entry(collaborative: Collaborative, date: Meeting, starts: datetime, now: datetime) -> Entry:
    """What every entry of an event says alike, from that start on."""
    event, zone = date.event, ZoneInfo(collaborative.timezone)
    entry = Entry()
    entry.add("uid", f"{event.uid}@allteach")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", now)
    entry.add("summary", event.title)
    entry.add("dtstart", starts.astimezone(zone))
    entry.add("dtend", (starts + _lasts(date, zone)).astimezone(zone))
    entry.add("organizer", _somebody(collaborative.name))
    entry.add("attendee", _somebody(f"Everybody of {collaborative.name}", CUTYPE="GROUP", RSVP="FALSE"))
    if about := [f"Join: {event.join_url}"] * bool(event.join_url) + [AGENDA] * bool(event.agenda):
        entry.add("description", "\n".join(about))
    if event.join_url:
        entry.add("location", event.join_url)
        entry.add("url", event.join_url)
    return entry


def _series(
    collaborative: Collaborative, date: Meeting, each: Sequence[Sequence[datetime]], now: datetime, status: str
) -> Entry:  # fmt: skip
    """The event as a whole."""
    series = _entry(collaborative, date, each[0][0], now)
    series.add("status", status)
    _repeat(series, date.event, each, ZoneInfo(collaborative.timezone))
    return series


def _repeat(entry: Entry, event: Event, each: Sequence[Sequence[datetime]], zone: ZoneInfo) -> None:
    """By its rule, which ends where ours does; by its days where no reader could get them from the rule."""
    local = [day.astimezone(zone) for days in each for day in days]
    if len(local) == 1:
        return
    if len({one.time() for one in local}) > 1:
        entry.add("rdate", local[1:])
    elif len(each) == 1:
        entry.add("rrule", {"FREQ": "DAILY", "COUNT": len(local)})
    elif len(local) == len(each) and _is_one_rule(event, zone):
        entry.add("rrule", vRecur.from_ical(recurrence.until(event.repeats, each[-1][0])))
    else:
        entry.add("rdate", local[1:])


def _is_one_rule(event: Event, zone: ZoneInfo) -> bool:
    """Whether a reader gets every date from the rule, the first one too."""
    return recurrence.THEN not in event.repeats and recurrence.gives(event.starts, event.repeats, zone.key)


def _single(
    collaborative: Collaborative, date: Meeting, planned: datetime, to: datetime, now: datetime, status: str
) -> Entry:  # fmt: skip
    """One day of a series, at the time it has or had."""
    entry = _entry(collaborative, date, to, now)
    entry.add("status", status)
    entry.add("recurrence-id", planned.astimezone(ZoneInfo(collaborative.timezone)))
    return entry


def _somebody(name: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(NOBODY)
    address.params.update({"CN": name, **parameters})
    return address
