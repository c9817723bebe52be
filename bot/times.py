"""A person's nine o'clock, working days and quiet hours, in any IANA zone; pure, the moment is an argument."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

NINE = time(9)
Quiet = tuple[time, time] | None  # from, until (local); None means no quiet hours


@cache
def zones() -> frozenset[str]:
    """The names of the IANA time zones this machine knows."""
    return frozenset(available_timezones())


def at(day: date, hour: time, zone: str) -> datetime:
    """The instant of a wall time: pushed past a gap in spring, the first of two in autumn."""
    return datetime.combine(day, hour, tzinfo=_zone(zone)).replace(fold=0).astimezone(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar date of an instant where the zone is."""
    return instant.astimezone(_zone(zone)).date()


def working_day(day: date, holidays: Collection[str] = ()) -> date:
    """The day itself, or the next one that is neither Saturday, Sunday nor one of the ISO dates in `holidays`."""
    while day.weekday() >= 5 or day.isoformat() in holidays:
        day += timedelta(days=1)
    return day


def span(hours: str) -> Quiet:
    """Quiet hours as a collaborative file writes them: `20:00-07:00`, or `off`."""
    if hours == "off":
        return None
    start, _, end = hours.partition("-")
    return time.fromisoformat(start.zfill(5)), time.fromisoformat(end.zfill(5))


def quiet_until(instant: datetime, zone: str, quiet: Quiet) -> datetime | None:
    """When the quiet hours around `instant` end, or None outside them."""
    if quiet is None:
        return None
    start, end = quiet
    local = instant.astimezone(_zone(zone))
    hour = local.time()
    inside = start <= hour < end if start <= end else hour >= start or hour < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if hour >= end else local.date()
    return at(day, end, zone)


def words(instant: datetime, zone: str = "UTC") -> str:
    """An instant for a sentence that can't carry Slack's own date format; the zone is named."""
    local = instant.astimezone(_zone(zone))
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M} {local:%Z}"


def _zone(name: str) -> ZoneInfo:
    """The zone, or UTC where this machine doesn't know it: a strange one in the record silences nobody."""
    return ZoneInfo(name if name in zones() else "UTC")
