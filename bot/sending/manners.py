"""Calls to Slack outside the sender: what Slack asked us to wait with isn't called before its time, by any process."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.kit import Kit
from bot.sending.gates import Gate
from bot.slack import Declined

TOO_FAST = frozenset({"ratelimited", "rate_limited"})
A_MINUTE = 60.0


def call(kit: Kit, method: str, **arguments: Any) -> dict[str, Any]:
    """Slack's answer. Raises SlackTrouble; `too_fast` tells of a Declined whether it only means *later*."""
    with kit.store.reading() as session:
        gate = session.get(Gate, _name(method))
    wait = (gate.whole_at - datetime.now(UTC)).total_seconds() if gate else 0.0
    if wait > 0:
        raise Declined("ratelimited", wait)
    try:
        return kit.slack.call(method, **arguments)
    except Declined as refusal:
        if too_fast(refusal):
            _close(kit, method, refusal.retry_after or A_MINUTE)
        raise


def too_fast(refusal: Declined) -> bool:
    """Whether Slack only asks us to come back later."""
    return refusal.error in TOO_FAST


def _close(kit: Kit, method: str, wait: float) -> None:
    until = datetime.now(UTC) + timedelta(seconds=wait)
    with kit.store.transaction() as session:
        gate = session.get(Gate, _name(method)) or Gate(name=_name(method), whole_at=until)
        gate.whole_at = until
        session.add(gate)


def _name(method: str) -> str:
    return f"call:{method}"
