"""`allteach tick`: everything due at one instant, once; or, rehearsed, what would be said to whom and why."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import addresses, app, outbox, times, voice
from bot.errors import BotError
from bot.kit import Kit
from bot.outbox import Letter
from bot.running import Running
from bot.settings import Settings
from jobs import pdsa as pdsa_job


def rehearsing(settings: Settings, at: datetime | None, *, dry_run: bool) -> Settings:
    """The settings with the clock standing at `at`; raises BotError where that would tell the real Slack of it."""
    if not dry_run:
        settings.must_not_rehearse()
    if at is None:
        return settings
    if at > datetime.now(UTC) and settings.talks_to_slack_itself and not dry_run:
        raise BotError("This instant is still to come, and slack.com is no place to rehearse. Use --dry-run.")
    return settings.model_copy(update={"clock": at})


def settled(kit: Kit) -> int:
    """Plan and post everything due at the kit's instant; returns how many letters Slack kept from being settled."""
    bot = Running(kit)
    bot.identify()
    while True:
        app.tick(kit)
        answered = bot.sender.drain()
        with kit.store.reading() as session:
            if not answered or not _more_due(session, kit.now()):
                return outbox.unsettled(session)


def rehearsed(kit: Kit) -> Iterator[dict[str, Any]]:
    """What would be said, in the order of its hour; nothing is called and nothing is written."""
    with kit.store.rehearsal() as session:
        pdsa_job.plan_in(session, kit)
        session.flush()
        due = select(Letter).where(Letter.state == outbox.PENDING, Letter.due <= kit.now())
        for letter in session.exec(due.order_by(col(Letter.due), col(Letter.id))):
            place = addresses.resolve(session, letter.to)
            if letter.clock and times.quiet_until(kit.now(), place.zone, kit.settings.quiet_hours):
                continue
            values = voice.gather(session, letter.message, letter.about, kit)
            if values is not None:
                yield _line(letter, kit.templates.render(letter.message, values))


def instant(text: str) -> datetime:
    """An instant with its offset; raises BotError for a naive one."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BotError(f"“{text}” is no instant. Write it as 2026-02-02T09:00-05:00.") from None
    if read.tzinfo is None:
        raise BotError(f"“{text}” has no offset, so it could be any of 24 hours. Write it as {text}-05:00 or {text}Z.")
    return read.astimezone(UTC)


def _line(letter: Letter, content: dict[str, Any]) -> dict[str, Any]:
    text = content.get("text") or json.dumps(content.get("blocks", []))
    return {
        "key": letter.key, "message": letter.message, "to": letter.to, "due": letter.due.isoformat(), "text": text,
        "why": letter.why or "something a person did",
    }  # fmt: skip


def _more_due(session: Session, now: datetime) -> bool:
    waiting = select(Letter.id).where(
        Letter.state == outbox.PENDING, Letter.due <= now, col(Letter.not_before).is_(None)
    )
    return session.exec(waiting.limit(1)).first() is not None
