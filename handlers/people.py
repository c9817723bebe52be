"""People come, change and go: they are matched when Slack shows them, and welcomed once the collaborative runs."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import inbox, launch, outbox, roster
from bot.cards import idea_cards
from bot.domain import ideas, seats
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel
from bot.kit import Kit
from bot.routes import Registrar
from bot.sending import manners

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What Slack tells us."""
    app.event("team_join")(came)
    app.event("user_change")(came)
    app.event("member_joined_channel")(joined)


def came(ack: Ack, body: Body, kit: Kit) -> None:
    """Somebody is new in the workspace, or changed their profile; most of them are none of ours, and write nothing."""
    ack()
    user = body["event"]["user"]
    if not isinstance(user, dict):  # handed in again from the record, which kept only the id
        kit.after_ack(_ask_and_note, kit, body, str(user), None)
        return
    with kit.store.reading() as session:
        ours = roster.looked_for(session, user)
    if ours:
        with kit.store.transaction() as session:
            _note(session, body, user, None, kit)


def joined(ack: Ack, body: Body, kit: Kit) -> None:
    """Somebody came into a channel: we ourselves, somebody known, or somebody we have to ask for after the ack."""
    ack()
    user, channel = str(body["event"]["user"]), str(body["event"]["channel"])
    with kit.store.transaction() as session:
        if _is_us(session, user):
            inbox.count(session, body, kit.now())
            _try_stuck_channels_again(session)
            return
        known = select(Person).where(Person.slack_user == user, col(Person.workspace).is_not(None))
        if person := session.exec(known).first():
            inbox.count(session, body, kit.now())
            _seated(session, person, channel, kit)
            return
        if not session.exec(select(Person.id).where(col(Person.workspace).is_(None)).limit(1)).first():
            inbox.count(session, body, kit.now())
            return
        inbox.note(session, body, datetime.now(UTC))
    kit.after_ack(_ask_and_note, kit, body, user, channel)


def _ask_and_note(kit: Kit, body: Body, user_id: str, channel: str | None) -> None:
    user = manners.call(kit, "users.info", user=user_id)["user"]
    with kit.store.transaction() as session:
        _note(session, body, user, channel, kit)


def _note(session: Session, body: Body, user: dict[str, Any], channel: str | None, kit: Kit) -> None:
    inbox.count(session, body, kit.now())
    if user.get("deleted"):
        _gone(session, user, kit)
        return
    person = roster.recognize(session, user, kit.now())
    if person is None:
        return
    if channel:
        _seated(session, person, channel, kit)
    theirs = select(Membership.collaborative_id).where(Membership.person_id == person.id).distinct()
    for collaborative in session.exec(select(Collaborative).where(col(Collaborative.id).in_(theirs))):
        if collaborative.launched_at:
            launch.welcome_all(session, collaborative, kit.now())


def _gone(session: Session, user: dict[str, Any], kit: Kit) -> None:
    """Their account was switched off: they have left every team they were in."""
    who = select(Person.id).where(Person.workspace == str(user.get("team_id")), Person.slack_user == str(user["id"]))
    theirs = select(Membership).where(col(Membership.person_id).in_(who), col(Membership.left_at).is_(None))
    for membership in session.exec(theirs):
        membership.left_at = kit.now()
        session.add(membership)
        outbox.say_again(session, f"team:{membership.team_id}", f"home:{membership.person_id}", now=kit.now())
        idea_cards.show_again(session, kit.now(), of=ideas.of_person(session, membership.person_id))


def _is_us(session: Session, user: str) -> bool:
    workspace = roster.workspace(session)
    return workspace is not None and user == workspace.bot_user


def _seated(session: Session, person: Person, channel: str, kit: Kit) -> None:
    found = session.exec(Channel.in_slack(channel)).first()
    if found:
        seat = seats.seat(session, found, person)
        seat.invited_at, seat.problem, seat.retry_at = seat.invited_at or kit.now(), "", None
        session.add(seat)


def _try_stuck_channels_again(session: Session) -> None:
    """Somebody invited the bot: channels that waited for that go on at once."""
    for channel in session.exec(select(Channel).where(Channel.problem != "")):
        channel.retry_at = None
        session.add(channel)
