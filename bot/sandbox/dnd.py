"""Do-not-disturb: the hours in which a person wants no notifications, every night or for as long as they say."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox import asks, turning
from bot.sandbox.arguments import Arguments
from bot.sandbox.asks import Refused
from bot.sandbox.things import User
from bot.sandbox.world import World

Json = dict[str, Any]
Window = tuple[datetime, datetime]
NINE = time(9)
A_DAY = timedelta(days=1)


def info(world: World, person: User) -> Json:
    """dnd.info, as anybody else sees it: the window that is on or comes next. Slack shows a pause as such a window."""
    window = _window(person, world.clock.now())
    starts, ends = (int(instant.timestamp()) for instant in window) if window else (1, 1)
    return {"ok": True, "dnd_enabled": window is not None, "next_dnd_start_ts": starts, "next_dnd_end_ts": ends}


async def pause(world: World, person: User, arguments: Arguments) -> Json:
    """Pause notifications `for` a while that the page offers, or `until` an instant."""
    now = world.clock.now()
    if arguments.given("until"):
        ends = turning.instant(arguments.text("until"))
    elif arguments.text("for") in PAUSES:
        ends = PAUSES[arguments.text("for")](now.astimezone(ZoneInfo(person.tz))).astimezone(UTC)
    else:
        raise Refused(f'Say "until", an instant, or "for", one of: {", ".join(PAUSES)}.')
    person.paused = (now, ends)
    world.touch()
    return await asks.heard(world, None)


async def resume(world: World, person: User, arguments: Arguments) -> Json:
    """Have notifications again."""
    person.paused = None
    world.touch()
    return await asks.heard(world, None)


def paused_until(person: User, now: datetime) -> str:
    """Until when this person has paused notifications; empty where they haven't."""
    return person.paused[1].isoformat() if person.paused and _is_on(person.paused, now) else ""


def _window(person: User, now: datetime) -> Window | None:
    """What is on now, a pause before the night; else the night to come."""
    night = _night(person, now)
    if person.paused and _is_on(person.paused, now):
        starts, ends = person.paused
        return (starts, max(ends, night[1])) if night and _is_on(night, ends) else person.paused
    return night


def _night(person: User, now: datetime) -> Window | None:
    """The nightly hours (`22:00-08:00`, where they are) that are on, or the next ones."""
    if not person.dnd:
        return None
    begins, _, ends = person.dnd.partition("-")
    start, end = time.fromisoformat(begins), time.fromisoformat(ends)
    zone = ZoneInfo(person.tz)
    today = now.astimezone(zone).date()
    for day in (today - A_DAY, today, today + A_DAY):
        over = day if start < end else day + A_DAY
        night = datetime.combine(day, start, zone).astimezone(UTC), datetime.combine(over, end, zone).astimezone(UTC)
        if now < night[1]:
            return night
    return None


def _is_on(window: Window, now: datetime) -> bool:
    return window[0] <= now < window[1]


PAUSES: dict[str, Callable[[datetime], datetime]] = {
    "an hour": lambda local: local + timedelta(hours=1),
    "until tomorrow": lambda local: datetime.combine(local.date() + A_DAY, NINE, local.tzinfo),
    "until next week": lambda local: datetime.combine(
        local.date() + timedelta(days=7 - local.weekday()), NINE, local.tzinfo
    ),
}
