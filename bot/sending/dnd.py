"""Slack's do-not-disturb: asked of Slack just before the clock writes to somebody."""

from datetime import timedelta

import structlog

from bot.kit import Kit
from bot.sending.manners import too_fast
from bot.slack import Declined, SlackTrouble

log = structlog.get_logger()
Hours = tuple[float, float]  # from, until: by Slack's clock, in seconds since 1970
NEVER: Hours = (0.0, 0.0)
FRESH_FOR, PATIENCE = 180.0, 3.0  # seconds that an answer holds, and that it may take
A_DAY = 86_400.0


def left(kit: Kit, user: str) -> timedelta:
    """How long somebody still wants no notifications; nothing where they do, and where Slack doesn't say.

    What has been on for a day and stays on for another is nobody's night: then a message waits in Slack, which rings
    for nobody. Raises Declined where Slack wants to be asked later.
    """
    now = kit.slack.now().timestamp()
    begins, ends = _hours(kit, user, now)
    is_night = begins <= now < ends and (now - begins < A_DAY or ends - now <= A_DAY)
    return timedelta(seconds=min(ends - now, 2 * A_DAY)) if is_night else timedelta()


def _hours(kit: Kit, user: str, now: float) -> Hours:
    """The hours without notifications that are on or come next, as Slack told them at most a few minutes ago."""
    told_at, told = kit.dnd.get(user, (0.0, NEVER))
    if not 0.0 <= now - told_at < FRESH_FOR:
        told = _ask(kit, user)
        kit.dnd[user] = now, told
    return told


def _ask(kit: Kit, user: str) -> Hours:
    try:
        answer = kit.slack.call("dnd.info", user=user, timeout=PATIENCE)
        return float(answer["next_dnd_start_ts"]), float(answer["next_dnd_end_ts"])
    except SlackTrouble as trouble:
        if isinstance(trouble, Declined) and too_fast(trouble):
            raise
        log.info("dnd.not_told", reason=str(trouble))
    except (KeyError, TypeError, ValueError) as strange:
        log.info("dnd.not_told", reason=type(strange).__name__)
    return NEVER
