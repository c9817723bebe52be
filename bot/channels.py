"""One channel of a collaborative made ready: created or adopted, its topic set, its people invited, its card owed.

Each step is written down before the next, and each may be repeated: wherever a process is killed, the next one goes on.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bot import invitations, outbox, roster
from bot.domain import seats, team_facts
from bot.domain.collaboratives import Collaborative, Workspace
from bot.domain.people import Person
from bot.domain.teams import Channel
from bot.kit import Kit
from bot.sending import manners
from bot.slack import Declined

PRIVATE_ELSEWHERE = (
    "A private channel of this name exists, and Allteach isn't in it. Invite Allteach there, and it goes on at once; "
    "or choose another name in the collaborative file."
)
ARCHIVED = "An archived channel has this name. Unarchive it, or choose another name in the collaborative file."
FACULTY_IS_PUBLIC = (
    "This channel is public, and faculty's alerts are private. Make it private, "
    "or choose another name in the collaborative file."
)
PROBLEMS = {
    "restricted_action": "This workspace doesn't let apps do that. Create the channel by hand and invite Allteach, "
    "or ask an admin to allow it.",
    "invalid_name": "Slack doesn't take this name. Choose another in the collaborative file.",
    "missing_scope": "The app lacks a permission for this. Install it again from its manifest.",
    "is_archived": "The channel is archived. Unarchive it, and it goes on.",
    "channel_not_found": "Slack doesn't show Allteach this channel any more. Invite Allteach to it again.",
    "not_in_channel": "Allteach isn't in this channel any more. Invite it again.",
    "channels_limit_exceeded": "The workspace has as many channels as it may have. Archive some, and it goes on.",
}


class Stuck(Exception):
    """A person has to see to this channel; `str(error)` is what stands in the way and how to mend it."""


class Names:
    """The workspace's channels by name, read at most once a round and only where a name is taken."""

    def __init__(self, kit: Kit) -> None:
        """Nothing is read yet."""
        self._kit = kit
        self._found: dict[str, dict[str, Any]] | None = None

    def get(self, name: str) -> dict[str, Any] | None:
        """The channel of that name, if Slack shows it to us."""
        if self._found is None:
            self._found = {str(one["name"]): one for one in self._pages()}
        return self._found.get(name)

    def _pages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = manners.call(
                self._kit, "conversations.list", types="public_channel,private_channel", limit=1000, cursor=cursor
            )
            found += page["channels"]
            cursor = page.get("response_metadata", {}).get("next_cursor") or None
            if cursor is None:
                return found


def make_ready(kit: Kit, workspace: Workspace, channel_id: int, names: Names) -> None:
    """Take every step that is still to be taken. Raises Stuck; SlackTrouble where Slack isn't there or asks to wait."""
    try:
        channel, people = _as_it_is(kit, channel_id)
        if channel.slack_id is None:
            _arrive(kit, workspace, channel, names)
            channel, people = _as_it_is(kit, channel_id)
        _set_topic(kit, channel)
        _owe_card(kit, channel_id)
        invitations.invite(kit, workspace, channel, people)
        if channel.problem:
            change(kit, channel_id, lambda _session, row: setattr(row, "problem", ""))
    except Declined as refusal:
        if manners.too_fast(refusal):
            raise
        raise Stuck(_in_words(refusal)) from None


def wants_card(collaborative: Collaborative, channel: Channel) -> bool:
    """In a channel that had members before us, the card waits for the launch."""
    return channel.team_id is not None and (collaborative.launched_at is not None or not channel.had_members)


def owe_card(session: Session, channel: Channel, now: datetime) -> None:
    """Owe the team card, which stays pinned."""
    outbox.pin(session, "teams/card", key=card_key(channel), to=card_key(channel), now=now, team=channel.team_id or 0)


def card_key(channel: Channel) -> str:
    """The occasion of a team's card, which is also its address."""
    return f"team:{channel.team_id}"


def _as_it_is(kit: Kit, channel_id: int) -> tuple[Channel, list[Person]]:
    """The channel, and whom to invite to it now."""
    with kit.store.reading() as session:
        channel = session.get_one(Channel, channel_id)
        collaborative = session.get_one(Collaborative, channel.collaborative_id)
        return channel, seats.unseated(session, collaborative, [channel], datetime.now(UTC))[channel_id]


def _arrive(kit: Kit, workspace: Workspace, channel: Channel, names: Names) -> None:
    try:
        made = manners.call(kit, "conversations.create", name=channel.name, is_private=channel.private)["channel"]
        _arrived(kit, channel, made, had_members=False)
    except Declined as refusal:
        if refusal.error != "name_taken":
            raise
        _adopt(kit, workspace, channel, names)


def _adopt(kit: Kit, workspace: Workspace, channel: Channel, names: Names) -> None:
    """The name is in use: take that channel where we may, and say what stands in the way where we may not."""
    found = names.get(channel.name)
    if found is None:
        raise Stuck(PRIVATE_ELSEWHERE)
    if found.get("is_archived"):
        raise Stuck(ARCHIVED)
    if channel.purpose == "faculty" and not found.get("is_private"):
        raise Stuck(FACULTY_IS_PUBLIC)
    if not found.get("is_member"):
        manners.call(kit, "conversations.join", channel=found["id"])
    others = [member for member in invitations.members(kit, str(found["id"])) if member != workspace.bot_user]
    roster.recognize_members(kit, others, shared=bool(found.get("is_ext_shared")))
    ours = found.get("creator") == workspace.bot_user  # made in a round that didn't live to write it down
    _arrived(kit, channel, found, had_members=bool(others) and not ours)


def _arrived(kit: Kit, channel: Channel, made: dict[str, Any], *, had_members: bool) -> None:
    def note(session: Session, row: Channel) -> None:
        row.slack_id, row.had_members, row.problem, row.retry_at = made["id"], had_members, "", None
        row.private = bool(made.get("is_private", row.private))
        outbox.address_known(session, f"channel:{row.id}")
        if row.team_id:
            outbox.address_known(session, card_key(row))

    change(kit, channel.id or 0, note)


def _set_topic(kit: Kit, channel: Channel) -> None:
    with kit.store.reading() as session:
        topic = team_facts.topic(session, channel)
    if channel.topic_set != topic:
        manners.call(kit, "conversations.setTopic", channel=channel.slack_id, topic=topic)
        change(kit, channel.id or 0, lambda _session, row: setattr(row, "topic_set", topic))


def _owe_card(kit: Kit, channel_id: int) -> None:
    with kit.store.reading() as session:
        channel = session.get_one(Channel, channel_id)
        wanted = wants_card(session.get_one(Collaborative, channel.collaborative_id), channel)
        if not wanted or outbox.of_key(session, card_key(channel)):
            return
    with kit.store.transaction() as session:
        owe_card(session, channel, kit.now())


def change(kit: Kit, channel_id: int, how: Callable[[Session, Channel], object]) -> None:
    """Write one step down."""
    with kit.store.transaction() as session:
        row = session.get_one(Channel, channel_id)
        how(session, row)
        session.add(row)


def _in_words(refusal: Declined) -> str:
    for error, sentence in PROBLEMS.items():
        if refusal.error.startswith(error):
            return sentence
    return f"Slack said no ({refusal.error}). Please look at the channel in Slack."
