"""A broadcast: every copy of it goes."""

from sqlmodel import Session

from bot import drafts, outbox
from bot.access import Actor
from bot.cards import broadcast_cards, broadcast_copies
from bot.cards.broadcast_forms import FORM
from bot.domain import broadcasts
from bot.domain.broadcasts import Broadcast
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_broadcast(session: Session, actor: Actor, broadcast: Broadcast | None, kit: Kit) -> int:
    """Its words go from the record and from every channel, sent or not, and so do the tests of it."""
    if broadcast is None:
        raise Gone("This broadcast isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=broadcast.collaborative_id)
    if broadcast.purged_at:
        raise BotError("This broadcast has already been taken down.")
    broadcasts.purge(session, broadcast, kit.now())
    broadcast_copies.recall(session, broadcast, kit.now())
    outbox.recall(session, f"trial:{broadcast.id}", kit.now())
    broadcast_cards.show_anew(session, broadcast, kit.now())
    drafts.discard(session, person=broadcast.person_id, form=FORM, subject=drafts.NEW)
    about = {"broadcast": broadcast.id or 0, "author": broadcast.person_id, "place": broadcast.collaborative_id}
    where = broadcast.collaborative_id
    return receipts.write(session, actor, f"broadcast:{broadcast.id}", broadcast.person_id, where, about, kit)
