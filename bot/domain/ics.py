"""A call or session as a file for people's calendars (RFC 5545), sent as an invitation or its end (RFC 5546)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vRecur
from icalendar import Event as Entry

from bot.domain import ics_zones, recurrence
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange, Meeting

MAKER = "-//Allteach//Calls and sessions//EN"
NOBODY = "invalid:nomail"  # as calendars write it where there is no address to answer to


def written(
    collaborative: Collaborative, date: Meeting, changed: Mapping[datetime, EventChange], now: datetime
) -> bytes:
    """The file of one date: the whole series as it stands by now or, where the date is canceled, that it is.

    A series that takes place no more is told of as a whole: without its dates to come, or canceled if it had no other.
    `changed` holds what was changed about the event's dates, by the start that its rule gives.
    """
    zone, event = ZoneInfo(collaborative.timezone), date.event
    starts = list(recurrence.all_starts(event.starts, event.repeats, collaborative.timezone))
    if event.ended_at and all(one in changed and changed[one].starts is None for one in starts):
        whole = _entry(collaborative, date, event.starts, now)
        whole.add("status", "CANCELLED")
        _repeat(whole, event, starts, zone)
        return _file("CANCEL", starts, zone, [whole])
    if date.starts is None and not event.ended_at:
        canceled = _entry(collaborative, date, date.planned, now)
        canceled.add("status", "CANCELLED")
        if len(starts) > 1:
            canceled.add("recurrence-id", date.planned.astimezone(zone))
        return _file("CANCEL", starts, zone, [canceled])
    series = _entry(collaborative, date, event.starts, now)
    series.add("status", "CONFIRMED")
    _repeat(series, event, starts, zone)
    gone = [one.astimezone(zone) for one in starts if one in changed and changed[one].starts is None]
    if gone:
        series.add("exdate", gone)
    moved = [(one, to) for one in starts if one in changed and (to := changed[one].starts) and to != one]
    if len(starts) == 1:
        return _file("REQUEST", starts, zone, [_moved(series, to, date, zone) for _, to in moved] or [series])
    return _file("REQUEST", starts, zone, [series, *(_single(collaborative, date, *one, now) for one in moved)])


def _file(method: str, starts: Sequence[datetime], zone: ZoneInfo, entries: Sequence[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(ics_zones.written(zone, starts[0], starts[-1]))
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
    entry.add("dtend", (starts + date.lasts).astimezone(zone))
    entry.add("organizer", _somebody(collaborative.name))
    entry.add("attendee", _somebody(f"Everybody of {collaborative.name}", CUTYPE="GROUP", RSVP="FALSE"))
    if event.join_url:
        entry.add("location", event.join_url)
        entry.add("url", event.join_url)
        entry.add("description", f"Join: {event.join_url}")
    return entry


def _repeat(entry: Entry, event: Event, starts: Sequence[datetime], zone: ZoneInfo) -> None:
    """By its rule, which ends where ours does; by its dates where no reader could get them from the rule."""
    if len(starts) == 1:
        return
    local = [one.astimezone(zone) for one in starts]
    is_one_rule = recurrence.THEN not in event.repeats and recurrence.gives(event.starts, event.repeats, zone.key)
    if is_one_rule and len({one.time() for one in local}) == 1:
        entry.add("rrule", vRecur.from_ical(recurrence.until(event.repeats, starts[-1])))
    else:
        entry.add("rdate", local[1:])


def _moved(entry: Entry, to: datetime, date: Meeting, zone: ZoneInfo) -> Entry:
    """The only date of an event, at its other time."""
    for name, at in (("dtstart", to), ("dtend", to + date.lasts)):
        del entry[name]
        entry.add(name, at.astimezone(zone))
    return entry


def _single(collaborative: Collaborative, date: Meeting, planned: datetime, to: datetime, now: datetime) -> Entry:
    """One date of a series, at its other time."""
    entry = _entry(collaborative, date, to, now)
    entry.add("status", "CONFIRMED")
    entry.add("recurrence-id", planned.astimezone(ZoneInfo(collaborative.timezone)))
    return entry


def _somebody(name: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(NOBODY)
    address.params.update({"CN": name, **parameters})
    return address
