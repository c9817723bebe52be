"""What coach and faculty wrote about an alert; that there was one, and what was done, stays."""

from sqlmodel import Session

from bot import access, outbox
from bot.access import Actor
from bot.cards import alert_cards
from bot.domain import alerts
from bot.domain.alerts import Alert
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_words(session: Session, actor: Actor, alert: Alert | None, kit: Kit) -> int:
    """The notes go, and the card is shown without them."""
    if alert is None:
        raise Gone("This alert isn't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, alert.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    author = alerts.purge(session, alert)
    if author is None:
        raise BotError("Nobody wrote anything about this alert, so there is nothing to take down.")
    outbox.say_again(session, alert_cards.key(alert), now=kit.now())
    about = {"team": alert.team_id, "alert": alert.id or 0, "author": author}
    return receipts.write(session, actor, alert_cards.key(alert), author, team.collaborative_id, about, kit)
