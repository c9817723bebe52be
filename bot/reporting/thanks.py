"""A shout-out: every copy of it goes."""

from sqlmodel import Session

from bot.access import Actor
from bot.cards import shoutout_cards
from bot.domain import shoutouts
from bot.domain.shoutouts import Shoutout
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_shoutout(session: Session, actor: Actor, shoutout: Shoutout | None, kit: Kit) -> int:
    """Every copy goes, and the weekly posts are said without it."""
    if shoutout is None:
        raise Gone("This shout-out isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=shoutout.collaborative_id)
    if shoutout.purged_at or not shoutout.words:
        raise BotError("This shout-out has already been taken down.")
    shoutouts.purge(session, shoutout, kit.now())
    shoutout_cards.withdraw(session, shoutout, kit.now())
    about = {"shoutout": shoutout.id or 0, "author": shoutout.person_id, "place": shoutout.collaborative_id}
    about |= {"team": shoutout.team_id} if shoutout.team_id else {}
    return receipts.write(
        session, actor, shoutouts.subject(shoutout), shoutout.person_id, shoutout.collaborative_id, about, kit
    )
