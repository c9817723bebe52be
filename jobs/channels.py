"""The channels of a collaborative, taken as far as they go at each tick, and their progress told to coordinators."""

import zlib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot import channels, home, outbox, roster
from bot.channels import Names, Stuck
from bot.domain import seats, team_facts
from bot.domain.collaboratives import Collaborative, Workspace
from bot.domain.teams import Channel, Seat
from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import manners
from bot.slack import Declined, SlackTrouble
from bot.statements import query

log = structlog.get_logger()
LOOK_AGAIN = timedelta(minutes=5)  # an invitation of the bot goes on at once; this is for what Slack doesn't tell
PROGRESS_GAP = timedelta(seconds=15)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(advance, "interval", seconds=3, args=[kit], id="channels.advance")


def advance(kit: Kit) -> float | None:
    """Take each channel as far as it goes; returns the seconds until Slack's pace lets one go on, if it holds any."""
    with kit.store.reading() as session:
        workspace = roster.workspace(session)
        found = _every(session).all()
        todo = {one.id or 0: unfinished(session, one) for one in found}
        untold = [one.id or 0 for one in found if todo[one.id or 0] or _stale(session, one)]
    waits: list[float] = []
    if workspace:
        waits = _take_on(kit, workspace, todo)
    for collaborative in untold:
        _tell_progress(kit, collaborative)
    return min(waits, default=None)


def unfinished(session: Session, collaborative: Collaborative) -> list[int]:
    """The channels something is still to be done for, and may be tried now."""
    now = datetime.now(UTC)
    rows = _may_be_tried(session, collaborative.id, now).all()
    missing = seats.unseated(session, collaborative, rows, now)
    keys = [channels.card_key(channel) for channel in rows if channel.team_id]
    written = set(_written(session, keys)) if keys else set()
    return [
        channel.id or 0
        for channel in rows
        if channel.slack_id is None
        or missing[channel.id or 0]
        or channel.topic_set != team_facts.topic(session, channel)
        or (channels.wants_card(collaborative, channel) and channels.card_key(channel) not in written)
    ]


def try_all_again(session: Session) -> None:
    """Whatever stood in the way may be mended: try every channel and every seat at once."""
    session.exec(update(Channel).where(col(Channel.retry_at).is_not(None)).values(retry_at=None))
    session.exec(update(Seat).where(col(Seat.problem) != "").values(retry_at=None))


def plan_in(session: Session, kit: Kit) -> None:
    """What would be said once Slack has done its part, for a rehearsal: the cards of the teams, and the progress."""
    for collaborative in _every(session).all():
        rows = session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id)).all()
        for channel in rows:
            if channels.wants_card(collaborative, channel) and not outbox.of_key(session, channels.card_key(channel)):
                channels.owe_card(session, channel, kit.now())
        if any(channel.slack_id is None for channel in rows):
            _owe_progress(session, collaborative, kit.now())


def _take_on(kit: Kit, workspace: Workspace, todo: dict[int, list[int]]) -> list[float]:
    """One round; Slack's "not so fast" holds up one kind of call only, its silence ends the round."""
    names, waits = Names(kit), []
    for collaborative, ids in todo.items():
        for channel in ids:
            try:
                channels.make_ready(kit, workspace, channel, names)
            except Stuck as problem:
                _put_off(kit, channel, str(problem))
            except Declined as later:
                waits.append(later.retry_after or manners.A_MINUTE)
            except SlackTrouble as trouble:
                log.warning("channel.no_answer", channel=channel, reason=str(trouble))
                return waits
            _tell_progress(kit, collaborative)
    return waits


def _put_off(kit: Kit, channel_id: int, problem: str) -> None:
    def note(_session: Session, row: Channel) -> None:
        row.retry_at, row.problem = datetime.now(UTC) + LOOK_AGAIN, problem

    channels.change(kit, channel_id, note)


def _tell_progress(kit: Kit, collaborative_id: int) -> None:
    """One message per coordinator, edited as things move: at most once in fifteen seconds, and at the end at once."""
    with kit.store.reading() as session:
        collaborative = session.get_one(Collaborative, collaborative_id)
        stale = _stale(session, collaborative)
    if stale:
        with kit.store.transaction() as session:
            _owe_progress(session, collaborative, kit.now())


def _stale(session: Session, collaborative: Collaborative) -> bool:
    told = team_facts.progress(session, collaborative)
    if not told["all"] or not (told["ready"] or told["in_the_way"]):
        return False
    as_of, real = _fingerprint(told), datetime.now(UTC)
    for person in seats.coordinators(session, collaborative):
        letter = outbox.of_key(session, _key(collaborative, person))
        if letter is None:
            return True
        rested = letter.sent_at is None or real - letter.sent_at > PROGRESS_GAP or told["ready"] == told["all"]
        if letter.about["as_of"] != as_of and rested:
            return True
    return False


def _owe_progress(session: Session, collaborative: Collaborative, now: datetime) -> None:
    as_of = _fingerprint(team_facts.progress(session, collaborative))
    coordinators = seats.coordinators(session, collaborative)
    home.refresh(session, coordinators, now)
    for person in coordinators:
        key, about = _key(collaborative, person), {"collaborative": collaborative.id or 0, "as_of": as_of}
        outbox.say(session, "channels/progress", key=key, to=f"person:{person}", now=now, **about)


def _key(collaborative: Collaborative, person: int) -> str:
    return f"channels:{collaborative.id}:{person}"


def _fingerprint(told: dict[str, Any]) -> int:
    """A number that changes with what the message says."""
    stuck = [(channel.name, channel.problem) for channel in told["in_the_way"]]
    said = [told[name] for name in ("ready", "all", "kept_out", "waited_for", "more_waited_for", "launched")]
    return zlib.crc32(repr([stuck, *said]).encode())


@query
def _every() -> SelectOfScalar[Collaborative]:
    return select(Collaborative).order_by(col(Collaborative.id))


@query
def _may_be_tried(collaborative: int | None, now: datetime) -> SelectOfScalar[Channel]:
    due = or_(col(Channel.retry_at).is_(None), col(Channel.retry_at) <= now)
    return select(Channel).where(Channel.collaborative_id == collaborative, due).order_by(col(Channel.id))


@query
def _written(keys: Collection[str]) -> SelectOfScalar[str]:
    return select(Letter.key).where(col(Letter.key).in_(keys))
