"""Creating or adopting the channels a collaborative asks for, step by step, so that a restart goes on where it stopped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, or_, select

from bot import outbox, roster
from bot.domain import seats
from bot.domain.collaboratives import Collaborative, Workspace
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.slack import Declined, SlackTrouble

log = structlog.get_logger()
SOON, LATER = timedelta(minutes=1), timedelta(hours=1)
PROGRESS_GAP = timedelta(seconds=15)
PROBLEMS = {
    "restricted_action": "This workspace doesn't let apps create channels. Create it by hand and invite Allteach to it.",
    "name_taken": "A private channel of this name exists, and Allteach isn't in it. Invite Allteach there, or choose another name.",
    "invalid_name_specials": "Slack doesn't take this name. Please choose another in the collaborative file.",
    "missing_scope": "The app lacks a permission for this. Install it again from its manifest.",
}
SEAT_PROBLEMS = {
    "user_is_restricted": "A guest whom only an admin can add. Please ask an admin to add them to the channel.",
    "ura_max_channels": "A single-channel guest who is in another channel already. An admin can make them a multi-channel guest.",
    "user_not_found": "From another workspace: share the channel with theirs through Slack Connect.",
    "cant_invite": "Slack doesn't let us add this person. Please add them by hand.",
}
FACULTY_IS_PUBLIC = "This channel is public, and faculty's alerts are private. Make it private, or choose another name."


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(advance, "interval", seconds=3, args=[kit], id="channels.advance")


def advance(kit: Kit) -> None:
    """Take each channel as far as it goes now; Slack's "not so fast" ends this round, and the next goes on."""
    with kit.store.reading() as session:
        workspace = roster.workspace(session)
        unfinished = _unfinished(session)
    if workspace is None:
        return
    for channel in unfinished:
        try:
            _advance(kit, workspace, channel)
        except Declined as refusal:
            if refusal.error in ("ratelimited", "rate_limited"):
                _put_off(kit, channel, timedelta(seconds=refusal.retry_after or 60), "")
                return
            problem = PROBLEMS.get(
                refusal.error, f"Slack said no ({refusal.error}). Please look at the channel in Slack."
            )
            _put_off(kit, channel, SOON, problem)
        except SlackTrouble as trouble:
            log.warning("channel.no_answer", channel=channel, reason=str(trouble))
            return


def _unfinished(session: Session) -> list[int]:
    """The channels something is still to be done for."""
    now = datetime.now(UTC)
    found: list[int] = []
    for collaborative in session.exec(select(Collaborative)):
        due = or_(col(Channel.retry_at).is_(None), col(Channel.retry_at) <= now)
        channels = session.exec(
            select(Channel).where(Channel.collaborative_id == collaborative.id, due).order_by(col(Channel.id))
        ).all()
        missing = seats.unseated(session, collaborative, channels, now)
        written = set(
            session.exec(
                select(Letter.key).where(col(Letter.key).in_([f"team:{channel.team_id}" for channel in channels]))
            )
        )
        found += [
            channel.id or 0
            for channel in channels
            if channel.slack_id is None
            or missing[channel.id or 0]
            or not channel.topic_set
            or (_wants_card(collaborative, channel) and f"team:{channel.team_id}" not in written)
        ]
    return found


def _wants_card(collaborative: Collaborative, channel: Channel) -> bool:
    """In a channel that had members before us, the card waits for the launch."""
    return channel.team_id is not None and (collaborative.launched_at is not None or not channel.had_members)


def _advance(kit: Kit, workspace: Workspace, channel_id: int) -> None:
    with kit.store.reading() as session:
        channel = session.get_one(Channel, channel_id)
        collaborative = session.get_one(Collaborative, channel.collaborative_id)
        topic = _topic(session, collaborative, channel)
        has_card = outbox.of_key(session, f"team:{channel.team_id}") is not None
        people = seats.unseated(session, collaborative, [channel], datetime.now(UTC))[channel_id]
    if channel.slack_id is None:
        _create(kit, workspace, channel)
        return _advance(kit, workspace, channel_id)
    if not channel.topic_set:
        kit.slack.call("conversations.setTopic", channel=channel.slack_id, topic=topic)
        _set(kit, channel_id, lambda session, row: setattr(row, "topic_set", topic))
    if not has_card and _wants_card(collaborative, channel):
        _set(kit, channel_id, lambda session, row: _post_card(session, row, kit.now()))
    return _invite(kit, workspace, channel, people)


def _create(kit: Kit, workspace: Workspace, channel: Channel) -> None:
    try:
        made = kit.slack.call("conversations.create", name=channel.name, is_private=channel.private)["channel"]
        _arrived(kit, channel, made, had_members=False)
    except Declined as refusal:
        if refusal.error != "name_taken":
            raise
        _adopt(kit, workspace, channel, refusal)


def _adopt(kit: Kit, workspace: Workspace, channel: Channel, taken: Declined) -> None:
    """The name is in use: take that channel where we may, and say what stands in the way where we may not."""
    found = _find(kit, channel.name)
    if found is None:
        raise taken
    if channel.purpose == "faculty" and not found.get("is_private"):
        raise _Refused(FACULTY_IS_PUBLIC)
    if not found.get("is_member"):
        kit.slack.call("conversations.join", channel=found["id"])
    members = kit.slack.call("conversations.members", channel=found["id"], limit=10)["members"]
    others = [member for member in members if member != workspace.bot_user]
    for member in others:
        _recognize(kit, member)
    _arrived(kit, channel, found, had_members=bool(others) and found.get("creator") != workspace.bot_user)


def _recognize(kit: Kit, user_id: str) -> None:
    """Somebody already in an adopted channel may be one we look for: people of other workspaces show up only there."""
    user = kit.slack.call("users.info", user=user_id)["user"]
    with kit.store.transaction() as session:
        roster.recognize(session, user, kit.now())


class _Refused(Declined):
    """A channel we won't take; the sentence is the coordinator's."""


def _find(kit: Kit, name: str) -> dict[str, Any] | None:
    cursor = None
    while True:
        page = kit.slack.call(
            "conversations.list",
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=200,
            cursor=cursor,
        )
        found: dict[str, Any] | None = next((one for one in page["channels"] if one["name"] == name), None)
        cursor = page.get("response_metadata", {}).get("next_cursor") or None
        if found or cursor is None:
            return found


def _arrived(kit: Kit, channel: Channel, made: dict[str, Any], *, had_members: bool) -> None:
    def note(session: Session, row: Channel) -> None:
        row.slack_id, row.had_members, row.problem, row.retry_at = made["id"], had_members, "", None
        row.private = bool(made.get("is_private", row.private))
        outbox.address_known(session, f"channel:{row.id}")
        if row.team_id:
            outbox.address_known(session, f"team:{row.team_id}")
        _tell_progress(session, row.collaborative_id, kit.now())

    _set(kit, channel.id or 0, note)


def _post_card(session: Session, channel: Channel, now: datetime) -> None:
    address = f"team:{channel.team_id}"
    outbox.pin(session, "teams/card", key=address, to=address, now=now, team=channel.team_id or 0)


def _invite(kit: Kit, workspace: Workspace, channel: Channel, people: list[Person]) -> None:
    """Invite whoever isn't seated yet: all in one call, or one by one where Slack refuses one."""
    if not people:
        return
    ours = [person for person in people if person.workspace == workspace.id]
    one_by_one = len(ours) == 1 or (ours and _refused_together(kit, channel, ours))
    problems = {person.id: _invite_one(kit, channel, person) if one_by_one else "" for person in ours}
    with kit.store.transaction() as session:
        for person in people:
            _seat(session, channel, person, problems.get(person.id, SEAT_PROBLEMS["user_not_found"]), kit.now())


def _refused_together(kit: Kit, channel: Channel, people: list[Person]) -> bool:
    try:
        kit.slack.call(
            "conversations.invite",
            channel=channel.slack_id,
            users=",".join(str(one.slack_user) for one in people[:100]),
        )
    except Declined as refusal:
        if refusal.error in ("ratelimited", "rate_limited"):
            raise
        return True
    return len(people) > 100


def _invite_one(kit: Kit, channel: Channel, person: Person) -> str:
    try:
        kit.slack.call("conversations.invite", channel=channel.slack_id, users=person.slack_user)
    except Declined as refusal:
        if refusal.error in ("ratelimited", "rate_limited"):
            raise
        if refusal.error not in ("already_in_channel", "cant_invite_self"):
            return SEAT_PROBLEMS.get(refusal.error, f"Slack said no ({refusal.error}). Please add them by hand.")
    return ""


def _seat(session: Session, channel: Channel, person: Person, problem: str, now: datetime) -> None:
    seat = seats.seat(session, channel, person)
    seat.problem, seat.invited_at = problem, None if problem else now
    seat.retry_at = datetime.now(UTC) + LATER if problem else None
    session.add(seat)


def _topic(session: Session, collaborative: Collaborative, channel: Channel) -> str:
    if channel.purpose == "team" and channel.team_id:
        team = session.get_one(Team, channel.team_id)
        focus = f" · for {team.population_of_focus}" if team.population_of_focus else ""
        return f"{team.name} in {collaborative.name}{focus} · no patient details, please"[:250]
    purpose = {
        "everyone": "news for all teams",
        "share": "share openly, steal shamelessly, credit generously",
        "shoutouts": "thank each other here",
        "faculty": "faculty only",
    }[channel.purpose]
    return f"{collaborative.name}: {purpose} · no patient details, please"[:250]


def _tell_progress(session: Session, collaborative_id: int, now: datetime) -> None:
    """One message per coordinator, edited as the channels come; at most one edit in fifteen seconds until the last."""
    waiting = select(Channel.id).where(Channel.collaborative_id == collaborative_id, col(Channel.slack_id).is_(None))
    last = session.exec(waiting).first() is None
    staff = select(Membership).where(Membership.collaborative_id == collaborative_id, col(Membership.team_id).is_(None))
    for membership in session.exec(staff):
        if not seats.COORDINATING & set(membership.roles):
            continue
        key = f"channels:{collaborative_id}:{membership.person_id}"
        before = outbox.of_key(session, key)
        if last or before is None or before.sent_at is None or datetime.now(UTC) - before.sent_at > PROGRESS_GAP:
            outbox.say(
                session,
                "channels/progress",
                key=key,
                to=f"person:{membership.person_id}",
                now=now,
                collaborative=collaborative_id,
            )


def _put_off(kit: Kit, channel_id: int, wait: timedelta, problem: str) -> None:
    def note(session: Session, row: Channel) -> None:
        changed = problem != row.problem
        row.retry_at, row.problem = datetime.now(UTC) + wait, problem
        if changed and problem:
            _tell_progress(session, row.collaborative_id, kit.now())

    _set(kit, channel_id, note)


def _set(kit: Kit, channel_id: int, change: Callable[[Session, Channel], object]) -> None:
    with kit.store.transaction() as session:
        row = session.get_one(Channel, channel_id)
        change(session, row)
        session.add(row)
