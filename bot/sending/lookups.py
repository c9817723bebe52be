"""Letters whose outcome nobody saw are looked for in Slack by their mark, before anything is said again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import outcomes, ready
from bot.sending.manners import TOO_FAST
from bot.sending.ready import Terms
from bot.sending.refusals import WORKSPACE
from bot.slack import Declined, SlackTrouble
from bot.store import real_time

log = structlog.get_logger()
A_DAY = timedelta(days=1)  # how far before the claim we read: our clock may have been wrong when it was made
A_MINUTE, LONGEST_WAIT = timedelta(minutes=1), timedelta(seconds=30)
PAGE = 200
NOT_READABLE = (
    "Nobody saw whether this arrived, and Slack doesn't let Allteach look ({error}). It looks again by itself. "
    "Is Allteach in the channel, with all its permissions?"
)
Place = tuple[str | None, str | None]  # a channel, and a thread in it


def settle(kit: Kit, terms: Terms) -> tuple[int, int]:
    """Look for every letter whose time has come; how many were settled, and how many readings came to nothing."""
    with kit.store.reading() as session:
        if not ready.any_to_settle(session, real_time(session)):
            return 0, 0
    with kit.store.transaction() as session:
        outcomes.expire(session, terms)
        session.flush()
        doubtful = ready.doubtful(session, real_time(session))
    by_place: dict[Place, list[Letter]] = defaultdict(list)
    for letter in doubtful:
        by_place[letter.channel, letter.thread_ts].append(letter)
    settled, readings_in_vain = 0, 0
    while by_place:
        place, letters = by_place.popitem()
        try:
            seen = _marks(kit, place, letters)
        except SlackTrouble as trouble:
            log.warning("letters.not_looked_up", letters=[letter.id for letter in letters], reason=str(trouble))
            readings_in_vain += 1
            if _not_now(trouble):
                letters += [letter for others in by_place.values() for letter in others]
                by_place.clear()
            with kit.store.transaction() as session:
                outcomes.look_for_letters_later(session, letters, _wait(trouble, terms), _problem(trouble))
            continue
        with kit.store.transaction() as session:
            single = [outcomes.looked_up(session, letter, seen[letter.mark], terms) for letter in letters]
        log.info("letters.looked_up", letters=[letter.id for letter in letters], found=sum(map(bool, seen.values())))
        if not all(single):
            log.error("letter.doubled", channel=place[0])
        settled += len(letters)
    return settled, readings_in_vain


def _marks(kit: Kit, place: Place, letters: Sequence[Letter]) -> dict[str, list[str]]:
    """Each letter's mark with the times of our messages that carry it; only a reading to the end proves absence."""
    channel, thread = place
    seen: dict[str, list[str]] = {letter.mark: [] for letter in letters}
    if channel is None:
        return seen  # not even the conversation was opened
    oldest = min(letter.claimed_at or kit.slack.now() for letter in letters) - A_DAY
    asked: dict[str, Any] = {"channel": channel, "ts": thread, "oldest": f"{oldest.timestamp():.6f}", "limit": PAGE}
    method = "conversations.replies" if thread else "conversations.history"
    cursor: str | None = None
    while True:
        page = kit.slack.call(method, include_all_metadata=True, cursor=cursor, **asked)
        for message in page["messages"]:
            mark = message.get("metadata", {}).get("event_payload", {}).get("key")
            if message.get("bot_id") and mark in seen and message["ts"] not in seen[mark]:
                seen[mark].append(str(message["ts"]))
        cursor = page.get("response_metadata", {}).get("next_cursor") or None
        if cursor is None:
            return seen


def _not_now(trouble: SlackTrouble) -> bool:
    """Whether it would be the same for every other channel."""
    return not isinstance(trouble, Declined) or trouble.error in TOO_FAST | WORKSPACE


def _wait(trouble: SlackTrouble, terms: Terms) -> timedelta:
    if isinstance(trouble, Declined):
        return timedelta(seconds=trouble.retry_after) if trouble.retry_after else A_MINUTE
    return min(LONGEST_WAIT, timedelta(seconds=terms.settle))


def _problem(trouble: SlackTrouble) -> str:
    return "" if _not_now(trouble) else NOT_READABLE.format(error=trouble)
