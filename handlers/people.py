"""People come, change and go: they are matched when Slack shows them, and welcomed once the collaborative runs."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import inbox, launch, roster
from bot.domain import seats
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What Slack tells us."""
    app.event("team_join")(came)
    app.event("user_change")(came)
    app.event("member_joined_channel")(joined)


def came(ack: Ack, body: Body, kit: Kit) -> None:
    """Somebody is new in the workspace, or changed their profile."""
    ack()
    user = body["event"]["user"]
    if isinstance(user, dict):
        with kit.store.transaction() as session:
            _note(session, body, user, None, kit)
    else:  # handed in again from the record, which kept only the id
        kit.after_ack(_ask_and_note, kit, body, str(user), None)


def joined(ack: Ack, body: Body, kit: Kit) -> None:
    """Somebody came into a channel: who they are has to be asked after the ack; we ourselves may have been invited."""
    ack()
    event = body["event"]
    with kit.store.transaction() as session:
        known = session.exec(
            select(Person).where(Person.slack_user == str(event["user"]), col(Person.workspace).is_not(None))
        ).first()
        if known:
            inbox.count(session, body, kit.now())
            _seated(session, known, str(event["channel"]), kit)
            return
        inbox.note(session, body, datetime.now(UTC))
    kit.after_ack(_ask_and_note, kit, body, str(event["user"]), str(event["channel"]))


def _ask_and_note(kit: Kit, body: Body, user_id: str, channel: str | None) -> None:
    user = kit.slack.call("users.info", user=user_id)["user"]
    with kit.store.transaction() as session:
        workspace = roster.workspace(session)
        if workspace and user_id == workspace.bot_user:
            inbox.count(session, body, kit.now())
            _look_again(session)
            return
        _note(session, body, user, channel, kit)


def _note(session: Session, body: Body, user: dict[str, Any], channel: str | None, kit: Kit) -> None:
    inbox.count(session, body, kit.now())
    person = roster.recognize(session, user, kit.now())
    if person is None:
        return
    if channel:
        _seated(session, person, channel, kit)
    theirs = select(Membership.collaborative_id).where(Membership.person_id == person.id).distinct()
    for collaborative in session.exec(select(Collaborative).where(col(Collaborative.id).in_(theirs))):
        if collaborative.launched_at:
            launch.welcome_all(session, collaborative, kit.now())


def _seated(session: Session, person: Person, channel: str, kit: Kit) -> None:
    found = session.exec(Channel.in_slack(channel)).first()
    if found:
        seat = seats.seat(session, found, person)
        seat.invited_at, seat.problem = seat.invited_at or kit.now(), ""
        session.add(seat)


def _look_again(session: Session) -> None:
    """Somebody invited the bot: channels that waited for that go on at once."""
    for channel in session.exec(select(Channel).where(Channel.problem != "")):
        channel.retry_at = None
        session.add(channel)
