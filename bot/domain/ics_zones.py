"""A time zone as calendar files carry it: its clocks change by a yearly rule, or by dates where none fits."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from bot.domain.recurrence import WEEKDAYS

A_DAY = timedelta(days=1)
LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001  # a wall time, as all of these are


def written(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The zone from one instant to another; beyond it the yearly rules go on."""
    found = Timezone()
    found.add("tzid", zone.key)
    onsets: dict[tuple[timedelta, timedelta, str, bool], list[datetime]] = defaultdict(list)
    changes = list(_changes(zone, first, last))
    if not changes or changes[0] > first:
        own = _offset(first, zone)
        onsets[own, own, _name(first, zone), False] = [LONG_AGO]
    for change in changes:
        before = _offset(change - timedelta(seconds=1), zone)
        local = (change + before).replace(tzinfo=None)  # by the clocks that are about to be changed
        onsets[before, _offset(change, zone), _name(change, zone), _is_summer(change, zone)].append(local)
    for (before, after, name, summer), local_times in onsets.items():
        kind = TimezoneDaylight() if summer else TimezoneStandard()
        kind.add("dtstart", local_times[0])
        kind.add("tzoffsetfrom", before)
        kind.add("tzoffsetto", after)
        kind.add("tzname", name)
        _repeat(kind, local_times)
        found.add_component(kind)
    return found


def _repeat(kind: TimezoneDaylight | TimezoneStandard, onsets: list[datetime]) -> None:
    """Every year on the same weekday of the same month, where it was so each time."""
    if len(onsets) == 1:
        return
    last = all(one.day + 7 > monthrange(one.year, one.month)[1] for one in onsets)
    places = {(one.month, one.weekday(), one.time(), -1 if last else (one.day - 1) // 7 + 1) for one in onsets}
    yearly = all(later.year == one.year + 1 for one, later in pairwise(onsets))
    if len(places) == 1 and yearly:
        ((month, weekday, _, nth),) = places
        kind.add("rrule", vRecur.from_ical(f"FREQ=YEARLY;BYMONTH={month};BYDAY={nth}{WEEKDAYS[weekday]}"))
    else:
        kind.add("rdate", onsets[1:])


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The instants at which the clocks are changed, to the minute."""
    day = (first - timedelta(days=366)).replace(minute=0, second=0, microsecond=0)
    while day < last + timedelta(days=366):
        if _offset(day, zone) != _offset(day + A_DAY, zone):
            yield _between(zone, day, day + A_DAY)
        day += A_DAY


def _between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(minutes=1):
        middle = (before + (after - before) / 2).replace(second=0, microsecond=0)
        before, after = (middle, after) if _offset(middle, zone) == _offset(before, zone) else (before, middle)
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _name(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).tzname() or zone.key


def _is_summer(instant: datetime, zone: ZoneInfo) -> bool:
    return bool(instant.astimezone(zone).dst())
