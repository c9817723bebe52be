"""What Slack tells us of channels: letters that waited for one go out when it is back."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import col, select

from bot import inbox, outbox
from bot.domain.teams import Channel
from bot.kit import Kit
from bot.outbox import Letter
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What Slack tells us."""
    app.event("channel_unarchive")(is_back)
    app.event("group_unarchive")(is_back)


def is_back(ack: Ack, body: Body, kit: Kit) -> None:
    """An archived channel is open again."""
    ack()
    with kit.store.transaction() as session:
        inbox.count(session, body, kit.now())
        channel = session.exec(Channel.in_slack(str(body["event"]["channel"]))).first()
        if channel is None:
            return
        addresses = [f"channel:{channel.id}", f"team:{channel.team_id}"]
        for letter in session.exec(select(Letter).where(Letter.state == outbox.PARKED, col(Letter.to).in_(addresses))):
            outbox.try_again(session, letter, kit.now())
