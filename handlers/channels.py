"""What Slack tells us of channels: letters that waited for one go out when it is back, also under another id."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session, col, select, update

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
    app.event("channel_id_changed")(has_another_id)


def is_back(ack: Ack, body: Body, kit: Kit) -> None:
    """An archived channel is open again."""
    ack()
    with kit.store.transaction() as session:
        inbox.count(session, body, kit.now())
        channel = session.exec(Channel.in_slack(str(body["event"]["channel"]))).first()
        if channel is None:
            return
        _try_again(session, channel, kit)


def has_another_id(ack: Ack, body: Body, kit: Kit) -> None:
    """A channel was shared with another workspace, or no longer is: Slack gives it a new id and forgets the old one."""
    ack()
    event = body["event"]
    old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
    with kit.store.transaction() as session:
        inbox.count(session, body, kit.now())
        channel = session.exec(Channel.in_slack(old)).first()
        if channel is None:
            return
        channel.slack_id = new
        session.add(channel)
        session.exec(update(Letter).where(col(Letter.channel) == old).values(channel=new))
        session.flush()
        _try_again(session, channel, kit)


def _try_again(session: Session, channel: Channel, kit: Kit) -> None:
    channel.retry_at = None  # and the channel job goes on at once
    session.add(channel)
    addresses = [f"channel:{channel.id}", f"team:{channel.team_id}"]
    for letter in session.exec(select(Letter).where(Letter.state == outbox.PARKED, col(Letter.to).in_(addresses))):
        outbox.try_again(session, letter, kit.now())
