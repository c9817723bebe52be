"""`allteach tick`: everything due at one instant, once; or, rehearsed, what would be said to whom and why."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Any

from sqlmodel import Session, col, select

from bot import app, outbox, roster
from bot.commands import rehearsing
from bot.domain.collaboratives import Collaborative
from bot.errors import BotError
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import asking
from bot.running import Running
from bot.settings import Settings
from jobs import broadcasts as broadcasts_job
from jobs import calls as calls_job
from jobs import channels as channel_job
from jobs import checkins as checkins_job
from jobs import digest as digest_job
from jobs import late as late_job
from jobs import people as people_job
from jobs import polls as polls_job
from jobs import scores as scores_job
from jobs import team_reports as team_reports_job
from jobs import weekly as weekly_job

PLANS = (
    channel_job.plan_in, checkins_job.plan_in, calls_job.plan_in, polls_job.plan_in, scores_job.plan_in,
    asking.plan_in, weekly_job.plan_in, broadcasts_job.plan_in, digest_job.plan_in, team_reports_job.plan_in,
)  # fmt: skip
LONGEST_WAIT = 120.0  # seconds that Slack may ask us to wait before we leave the rest to the next tick


@dataclass(frozen=True)
class Left:
    """What Slack kept from being settled."""

    letters: int
    channels: int

    def __str__(self) -> str:
        """For the operator; empty when nothing is left."""
        counted = [(self.letters, "letter"), (self.channels, "channel")]
        parts = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counted if count]
        return (
            f"{' and '.join(parts)} could not be settled with Slack. Run it again once Slack answers." if parts else ""
        )


def rehearsing_at(settings: Settings, at: datetime | None) -> Settings:
    """The settings with the clock at `at`."""
    return settings if at is None else settings.model_copy(update={"clock": at})


def must_not_tell_the_future(settings: Settings, at: datetime | None) -> None:
    """Raises BotError where a tick would tell the real Slack what is still to come."""
    settings.must_have_tokens("SLACK_BOT_TOKEN")
    settings.must_not_rehearse()
    if at is not None and at > datetime.now(UTC) and settings.talks_to_slack_itself:
        raise BotError("This instant is still to come, and slack.com is no place to rehearse. Use --dry-run.")


def settled(kit: Kit, at: datetime | None) -> Left:
    """Plan and post everything due at the instant, or now; says what Slack kept from being settled."""
    if at is not None:
        kit.now = lambda: at  # it stands still, so that nothing comes due while we are at it
    kit.executor.shutdown()
    kit.executor = AtOnce()
    bot = Running(kit)
    bot.identify()
    with kit.store.transaction() as session:
        channel_job.try_all_again(session)
        roster.look_for_people_again(session)
    while True:
        app.tick(kit)
        answered = bot.sender.drain()
        late_job.tell(kit)
        waits = [wait for wait in (people_job.match(kit), channel_job.advance(kit)) if wait is not None]
        with kit.store.reading() as session:
            more = _more_due(session, kit.now())
        if not answered or not (waits or more) or max(waits, default=0.0) > LONGEST_WAIT:
            break
        Event().wait(min(waits, default=0.0))
    with kit.store.reading() as session:
        return Left(outbox.unsettled(session), _unfinished(session))


def rehearsed(settings: Settings) -> Iterator[dict[str, Any]]:
    """What would be said; nothing is called and nothing is written."""
    return rehearsing.lines(settings, PLANS)


def instant(text: str) -> datetime:
    """An instant with its offset; raises BotError for a naive one."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BotError(f"“{text}” is no instant. Write it as 2026-02-02T09:00-05:00.") from None
    if len(text) <= len("2026-02-10"):
        raise BotError(f"“{text}” is a day. Give the hour too, with its offset: {text}T09:00-05:00.")
    if read.tzinfo is None:
        raise BotError(f"“{text}” has no offset, so it could be any of 24 hours. Write it as {text}-05:00 or {text}Z.")
    return read.astimezone(UTC)


class AtOnce(ThreadPoolExecutor):
    """Does what it is handed before it returns: one tick leaves nothing running."""

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Do it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*arguments, **named))
        except Exception as error:  # noqa: BLE001  # whoever asks the future is told
            future.set_exception(error)
        return future


def _more_due(session: Session, now: datetime) -> bool:
    waiting = select(Letter.id).where(
        Letter.state == outbox.PENDING, Letter.due <= now, col(Letter.not_before).is_(None)
    )
    return session.exec(waiting.limit(1)).first() is not None


def _unfinished(session: Session) -> int:
    """Channels that could go on now and didn't: only Slack's silence or pace keeps those."""
    found = session.exec(select(Collaborative)).all()
    return sum(len(channel_job.unfinished(session, one)) for one in found)
