"""Shout-outs: once the ten minutes are over in which their giver can take one back, the button for it goes."""

from datetime import timedelta

from apscheduler.schedulers.base import BaseScheduler

from bot.cards import shoutout_cards
from bot.kit import Kit

LATELY = timedelta(days=1)  # what is older has been seen to, or was given before there was this


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(close, "interval", minutes=1, args=[kit], id="shoutouts.close")


def close(kit: Kit) -> None:
    """Say to each giver anew where their shout-out stands, without the way back."""
    with kit.store.reading() as session:
        found = shoutout_cards.past_undo(session, kit.now() - LATELY, kit.now())
    if not found:
        return
    with kit.store.transaction() as session:
        for shoutout in shoutout_cards.past_undo(session, kit.now() - LATELY, kit.now()):
            shoutout_cards.say_without_undo(session, shoutout, kit.now())
