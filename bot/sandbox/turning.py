"""Turning the practice clock: to any instant, or a step ahead by the calendar of a zone.

Where an app lives by the clock, what lies between is lived through in its order; else the clock is there at once.
An app that is busy is waited for, and one that can't go on keeps the clock where it is.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.clock import NOTICED
from bot.sandbox.world import World

Json = dict[str, Any]
NINE = time(9)
AN_HOUR, A_DAY, A_WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
zones = cache(available_timezones)


async def turn(world: World, arguments: Arguments) -> Json:
    """Go to that moment, or a step later; time runs on from there. Answers once the clock stands there."""
    await arrive(world, set_out(world, arguments))
    return {"ok": True, "now": world.clock.now().isoformat(), "trouble": world.clock.trouble}


def set_out(world: World, arguments: Arguments) -> datetime:
    """Begin to go there, and return where; somebody has to `arrive` then."""
    if world.clock.to:
        raise Refusal(f"The clock is on its way to {world.clock.to.isoformat()}. Turn it once it stands.", status=409)
    if arguments.given("now") == arguments.given("step"):
        raise Refusal(f'Say "now", an instant, or "step", one of: {", ".join(STEPS)}.', status=400)
    to = instant(arguments.text("now")) if arguments.given("now") else _after_step(world.clock.now(), arguments)
    if world.clock.followed and not world.down and to > world.clock.now() + NOTICED:
        world.clock.set_out(to)
    else:
        world.clock.turn(to)
    world.touch()
    return to


async def arrive(world: World, to: datetime) -> None:
    """Live through what lies between; an app that says nothing for too long is waited for no longer."""
    clock, patience, busy = world.clock, world.limits.turn_seconds, world.limits.busy_seconds
    while clock.to and clock is world.clock and not world.closed:
        seen = world.version
        await world.change(seen, min(patience, busy))
        if world.down or (world.version == seen and clock.silent >= patience):
            clock.go_alone(to)
            world.touch()
        elif clock.waiting >= busy:
            clock.stop()
            world.touch()


def heard(world: World, *, at: int, due: int) -> None:
    """An app that lives by the clock says when it next has something to do: until then nothing keeps a turn."""
    if world.clock.go_on(at, due):
        world.touch()


def instant(text: str) -> datetime:
    """An instant with its offset; anything else is refused."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text!r} is not an instant such as 2026-03-02T09:00:00+00:00.", status=400) from None
    if read.tzinfo is None:
        raise Refusal(f"{text!r} needs an offset, such as +00:00.", status=400)
    return read


def _after_step(now: datetime, arguments: Arguments) -> datetime:
    """A day or a week later the wall shows the same hour, also where clocks were changed; an hour is an hour."""
    step, zone = arguments.text("step"), arguments.text("zone")
    if step not in STEPS:
        raise Refusal(f"The clock takes no step {step!r}. There is: {', '.join(STEPS)}.", status=400)
    if step == "monday" and not zone:
        raise Refusal('Whose Monday? Say "zone", such as America/New_York.', status=400)
    if zone and zone not in zones():
        raise Refusal(f"{zone!r} is not a time zone such as America/New_York.", status=400)
    try:
        return STEPS[step](now.astimezone(ZoneInfo(zone or "UTC"))).astimezone(UTC)
    except OverflowError:
        raise Refusal("The calendar ends here. Turn the clock back with an instant.", status=400) from None


def _next_monday(local: datetime) -> datetime:
    """Nine o'clock of the next Monday: today's, as long as it is still to come."""
    day = local.date() - timedelta(days=local.weekday())
    nine = datetime.combine(day, NINE, tzinfo=local.tzinfo)
    return nine if nine > local else nine + A_WEEK


STEPS: dict[str, Callable[[datetime], datetime]] = {
    "monday": _next_monday,
    "hour": lambda local: local.astimezone(UTC) + AN_HOUR,
    "day": lambda local: local + A_DAY,
    "week": lambda local: local + A_WEEK,
}
