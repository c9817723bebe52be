"""An event of the calendar is changed as a whole: what that does to its dates, and which of them people knew.

A date that was announced keeps its card and its answers: it is moved or canceled by itself, and stays where it is if
the new rhythm has it too. Those that nobody was told of yet follow the new rhythm, behind the old one in its rule.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain import calendar_files, event_changes, event_plans, events, recurrence
from bot.domain.collaboratives import Collaborative
from bot.domain.event_plans import Plan
from bot.domain.events import Changes, Event, EventChange, Meeting

WORDS = ("title", "kind", "join_url", "agenda", "host_team_id", "hosts_in_turn", "presenters")


@dataclass(frozen=True)
class Rearranged:
    """What becomes of the dates of an event."""

    moves: list[tuple[Meeting, datetime | None]]  # dates that were announced, and their new start; None: canceled
    unknown: list[tuple[Meeting, datetime | None]]  # the same of dates before the last of these, which nobody knew of
    starts: datetime  # the event's own from now on
    repeats: str  # and its rule, with the new rhythm behind the old one where that has dates to keep


def rearranged(
    event: Event, changed: Changes, zone: str, plan: Plan | None, *, announced: Collection[datetime], now: datetime
) -> Rearranged:
    """What a plan makes of its dates to come; without a plan it takes place no more.

    `announced` are the dates, as planned, of which people were told.
    """
    dates = list(events.meetings(event, changed, zone))
    new = [one for one in recurrence.all_starts(plan.starts, plan.repeats, zone) if one > now] if plan else []
    if plan and new in ([one.planned for one in dates if one.planned > now], _stand(dates, now)):
        return unmoved(event)
    kept = [one for one in dates if one.known_as <= now or one.planned in announced]
    if plan and not kept:
        return Rearranged([], [], plan.starts, plan.repeats)
    if plan and _only_its_end_changes(event, plan, zone, kept, new, now):
        return Rearranged([], [], event.starts, plan.repeats)
    last = kept[-1].planned if kept else event.starts
    ahead = [one for one in dates if one.planned <= last and one.known_as > now and one.starts]
    to = _paired(ahead, new)
    repeats = recurrence.until(event.repeats, last) if last > event.starts else ""
    for first, rule in _rest(plan, [one for one in new if one not in to], new):
        repeats = recurrence.then(repeats, first, rule)
    moved = [(one, start) for one, start in zip(ahead, to, strict=True) if one.starts != start]
    told, unknown = ([move for move in moved if (move[0].planned in announced) is known] for known in (True, False))
    return Rearranged(told, unknown, event.starts, repeats)


def unmoved(event: Event) -> Rearranged:
    """All its dates stay as they are."""
    return Rearranged([], [], event.starts, event.repeats)


def becoming(event: Event, changed: Changes, zone: str, found: Rearranged) -> dict[datetime, datetime | None]:
    """By its planned start when each date takes place once this is so; None: it is canceled."""
    theirs = {planned: one.starts for planned, one in changed.get(event.id or 0, {}).items()}
    theirs |= {one.planned: start for one, start in (*found.moves, *found.unknown)}
    return {one: theirs.get(one, one) for one in recurrence.all_starts(found.starts, found.repeats, zone)}


def edit(
    session: Session, collaborative: Collaborative, event: Event, plan: Plan, found: Rearranged, *, by: int,
    now: datetime,
) -> None:  # fmt: skip
    """The event is as planned from now on."""
    values = event_plans.columns(plan, collaborative.timezone)
    length = timedelta(minutes=values["minutes"])
    values |= {"starts": found.starts, "repeats": found.repeats}
    values["ends"] = found.starts + length if values["ends"] else None
    before = event.starts, event.minutes, event.repeats
    for name, value in values.items():
        setattr(event, name, value)
    event.ended_at = None
    for one, starts in found.unknown:
        event_changes.change(session, one, starts, words="", by=by, now=now)
    _note(session, event, by, now)
    if (event.starts, event.minutes, event.repeats) != before:
        calendar_files.renew(session, event, now)


def end(
    session: Session, event: Event, found: Rearranged, *, about: datetime | None, words: str, by: int, now: datetime
) -> list[EventChange]:
    """It takes place no more after what is kept of it, and no date to come does; returns those that people hear of.

    Of what nobody knew of the first date is kept, and canceled without a word: an event always has one. The words are
    those of the one date that the word of it is about, so that they can be taken down there.
    """
    told, _ = [
        [
            event_changes.change(session, one, starts, words=words if one.planned == about else "", by=by, now=now)
            for one, starts in moves
        ]
        for moves in (found.moves, found.unknown)
    ]
    event.repeats, event.ended_at = found.repeats, now
    _note(session, event, by, now)
    calendar_files.end(session, event, [one.planned for one, _ in (*found.moves, *found.unknown)])
    return told


def differs(event: Event, plan: Plan, zone: str) -> list[str]:
    """The names of what is new about it, but for its dates."""
    values = event_plans.columns(plan, zone)
    names = [name for name in WORDS if getattr(event, name) != values[name]]
    return [*names, *(["minutes"] if event.minutes != values["minutes"] else [])]


def _note(session: Session, event: Event, by: int, now: datetime) -> None:
    event.sequence, event.edited_by, event.edited_at = event.sequence + 1, by, now
    session.add(event)
    session.flush()


def _only_its_end_changes(
    event: Event, plan: Plan, zone: str, kept: list[Meeting], new: list[datetime], now: datetime
) -> bool:
    """Whether the same rhythm goes on longer or ends sooner, with every date that is to be kept."""
    stretched = list(recurrence.all_starts(event.starts, plan.repeats, zone))
    return [one for one in stretched if one > now] == new and {one.planned for one in kept} <= {*stretched}


def _stand(dates: list[Meeting], now: datetime) -> list[datetime]:
    """When its dates to come take place, wherever they were moved."""
    return sorted(one.starts for one in dates if one.starts and one.starts > now)


def _paired(ahead: list[Meeting], new: list[datetime]) -> list[datetime | None]:
    """For each date its new start: its own where the new rhythm has that, else one in order between those that stay."""
    stays = [start if (start := one.planned) in new else None for one in ahead]
    free, last = [one for one in new if one not in stays], None
    to: list[datetime | None] = []
    for place, stay in enumerate(stays):
        until = next((one for one in stays[place:] if one), None)
        fits = [one for one in free if (last is None or one > last) and (until is None or one < until)]
        to.append(stay or next(iter(fits), None))
        last = to[-1] or last
    return to


def _rest(plan: Plan | None, left: list[datetime], new: list[datetime]) -> list[tuple[datetime, str]]:
    """The dates that are left: single ones, then what the rule gives to its end; each rhythm with its first date."""
    if plan is None or not left:
        return []
    same = [old == one for old, one in zip(reversed(left), reversed(new), strict=False)]
    run = same.index(False) if False in same else len(same)
    single, tail = left[: len(left) - run], left[len(left) - run :]
    rule = recurrence.until(plan.repeats, tail[-1]) if plan.repeats and tail else ""
    return [*((one, "") for one in single), *([(tail[0], rule)] if tail else [])]
