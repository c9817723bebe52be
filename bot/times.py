"""A person's nine o'clock, working days and quiet hours, in any IANA zone; pure, the moment is an argument.

A local time that a change of clocks skips is pushed past the gap; of one that exists twice the first counts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

NINE, MIDNIGHT = time(9), time(0)
WEEKDAYS = frozenset({0, 1, 2, 3, 4})  # Monday is 0
A_DAY = timedelta(days=1)
A_YEAR = 366  # days; a list of holidays that leaves no day to work is a slip of somebody's pen
YEARS = range(2020, 2040)
Quiet = tuple[time, time] | None  # from, until (local); None means no quiet hours


@dataclass(frozen=True)
class Hours:
    """When somebody is asked: at `hour` where they are, on their days, and never in their quiet hours.

    `off` holds the ISO dates on which nobody asks them anything: holidays, days on which they are away, and those on
    which everybody is at a session, which are in `sessions` too. Before the day `resumes` (the end of their team's
    pause) they aren't asked either.
    """

    zone: str
    hour: time = NINE
    days: frozenset[int] = WEEKDAYS
    off: Collection[str] = ()
    sessions: Collection[str] = ()
    resumes: date | None = None

    def on(self, day: date) -> datetime:
        """The instant of their hour on that day, or on the next one on which they may be asked."""
        return at(self.day(day), self.hour, self.zone)

    def day(self, day: date) -> date:
        """That day, or the next one on which they may be asked."""
        return _nearest(max(day, self.resumes or day), A_DAY, self.off, self.days)

    def later(self, day: date, count: int) -> date:
        """The day so many of their days after that one."""
        for _ in range(count):
            day = self.day(day + A_DAY)
        return day

    def a_day_later(self, instant: datetime) -> datetime:
        """24 working hours on: the same time of their next day; what comes on a day off counts from their next hour."""
        today = local_day(instant, self.zone)
        if self.day(today) != today:
            return at(self.later(self.day(today), 1), self.hour, self.zone)
        return at(self.later(today, 1), instant.astimezone(_zone(self.zone)).time(), self.zone)

    def before(self, day: date) -> datetime:
        """The instant of their hour on the last of their days before that day, wherever their team's pause lies."""
        return at(_nearest(day - A_DAY, -A_DAY, self.off, self.days), self.hour, self.zone)


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
    return _nearest(day, A_DAY, holidays, WEEKDAYS)


def working_days_after(day: date, count: int, holidays: Collection[str] = ()) -> date:
    """The working day that comes so many of them after a day."""
    for _ in range(count):
        day = working_day(day + timedelta(days=1), holidays)
    return day


@cache
def public_holidays(region: str) -> frozenset[str]:
    """The ISO dates of the public holidays of a country (`US`) or a part of one (`US-IL`); none where it names neither.

    They are those of the `holidays` package, from 2020 to 2039.
    """
    import holidays  # a twentieth of a second that only those pay who name a region

    country, _, part = region.partition("-")
    try:
        known = holidays.country_holidays(country, subdiv=part or None, years=YEARS)
    except NotImplementedError:
        return frozenset()
    return frozenset(day.isoformat() for day in known)


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
    local = instant.astimezone(_zone(zone))
    hour, end = local.time(), quiet[1]
    if not within(hour, quiet):
        return None
    day = local.date() + A_DAY if hour >= end else local.date()
    return at(day, end, zone)


def within(hour: time, quiet: tuple[time, time]) -> bool:
    """Whether a local hour lies in these quiet hours, which may go over midnight."""
    start, end = quiet
    return start <= hour < end if start <= end else hour >= start or hour < end


def day(value: date) -> str:
    """A calendar date in words, the same everywhere: 'Tue 3 Feb 2026'."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def short_day(value: date) -> str:
    """The same of a day that is near, for a button: 'Tue 3 Feb'."""
    return f"{value:%a} {value.day} {value:%b}"


def coming(instant: datetime, now: datetime, zone: str) -> str:
    """When something is said to somebody who is there, at the end of a sentence: “now”, or at which hour of theirs."""
    if instant <= now:
        return "now"
    local = instant.astimezone(_zone(zone))
    hour = f"at {local.hour % 12 or 12}:{local:%M %p} where they are"
    return hour if local.date() == local_day(now, zone) else f"on {day(local.date())} {hour}"


def words(instant: datetime, zone: str = "UTC") -> str:
    """An instant for a sentence that can't carry Slack's own date format; the zone is named."""
    local = instant.astimezone(_zone(zone))
    return f"{local:%a} {local.day} {local:%b} {hour(local.time())} {local:%Z}"


def dated(instant: datetime, zone: str) -> str:
    """The same with its year."""
    local = instant.astimezone(_zone(zone))
    return f"{day(local.date())} {hour(local.time())} {local:%Z}"


def near(instant: datetime, zone: str, now: datetime) -> str:
    """The same, with its year only where that isn't the one in which it is read."""
    is_of_this_year = instant.astimezone(_zone(zone)).year == now.astimezone(_zone(zone)).year
    return words(instant, zone) if is_of_this_year else dated(instant, zone)


def clock(instant: datetime, zone: str) -> str:
    """The hour of an instant where the zone is."""
    return hour(instant.astimezone(_zone(zone)).time())


def hour(value: time) -> str:
    """An hour as Slack shows it to readers in the United States: 3:00 PM."""
    return f"{value.hour % 12 or 12}:{value:%M} {'AM' if value.hour < 12 else 'PM'}"


def _nearest(day: date, step: timedelta, off: Collection[str], days: Collection[int]) -> date:
    """The first day, step by step, that is one of `days` and not off; the day itself where a year has none."""
    for count in range(A_YEAR):
        candidate = day + count * step
        if candidate.weekday() in days and candidate.isoformat() not in off:
            return candidate
    return day


def _zone(name: str) -> ZoneInfo:
    """The zone, or UTC where this machine doesn't know it: a strange one in the record silences nobody."""
    return ZoneInfo(name if name in zones() else "UTC")
