"""Inviting people into a channel, and noting for whom it can't be done and how it could."""

from datetime import UTC, datetime, timedelta

from bot.domain import seats
from bot.domain.collaboratives import Workspace
from bot.domain.people import Person
from bot.domain.seats import COMMON
from bot.domain.teams import Channel
from bot.kit import Kit
from bot.sending import manners
from bot.slack import Declined

AT_ONCE = 100  # Slack's most in one call
LATER, A_DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = "From another workspace: share the channel with theirs through Slack Connect."
PROBLEMS = {
    "user_is_restricted": "A guest whom only an admin can add. Please ask an admin to add them to the channel.",
    "ura_max_channels": "A single-channel guest of another channel. An admin can make them a multi-channel guest.",
    "user_not_found": "Slack doesn't know this account any more. Please look at the person in Slack.",
    "user_disabled": "This account is switched off in Slack. An admin can switch it on again.",
    "user_team_not_in_channel": ELSEWHERE,
    "cant_invite": "Slack doesn't let us add this person. Please add them by hand.",
    "no_user": "Slack doesn't know this account any more. Please look at the person in Slack.",
}
SEATED = frozenset({"already_in_channel", "cant_invite_self"})


def invite(kit: Kit, workspace: Workspace, channel: Channel, people: list[Person]) -> None:
    """Invite whoever isn't seated yet. Raises Declined for what is wrong with the channel rather than with a person."""
    _look_for(kit, channel, [person for person in people if person.workspace != workspace.id])
    ours = [person for person in people if person.workspace == workspace.id]
    for first in range(0, len(ours), AT_ONCE):
        _invite_some(kit, channel, ours[first : first + AT_ONCE])


def members(kit: Kit, channel: str) -> list[str]:
    """Everybody who is in a channel, the bot included."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = manners.call(kit, "conversations.members", channel=channel, limit=200, cursor=cursor)
        found += page["members"]
        cursor = page.get("response_metadata", {}).get("next_cursor") or None
        if cursor is None:
            return found


def _look_for(kit: Kit, channel: Channel, people: list[Person]) -> None:
    """People of another workspace can't be invited: they come with a channel that is shared, or do without."""
    if not people:
        return
    inside = set() if channel.purpose in COMMON else set(members(kit, str(channel.slack_id)))
    _note(kit, channel, {person.id or 0: "" if person.slack_user in inside else ELSEWHERE for person in people})


def _invite_some(kit: Kit, channel: Channel, people: list[Person]) -> None:
    """All in one call; whomever Slack names as the reason of its no is noted, and the others are asked in again."""
    while people:
        try:
            users = ",".join(str(person.slack_user) for person in people)
            manners.call(kit, "conversations.invite", channel=channel.slack_id, users=users)
        except Declined as refusal:
            refused = _refused(refusal, people)
            if not refused:
                return _invite_each(kit, channel, people, refusal)
            _note(kit, channel, refused)
            people = [person for person in people if person.id not in refused]
            continue
        return _note(kit, channel, dict.fromkeys(_rows(people), ""))


def _invite_each(kit: Kit, channel: Channel, people: list[Person], refusal: Declined) -> None:
    """Slack named nobody: it may be one of them, or the channel."""
    if len(people) == 1 or manners.too_fast(refusal):
        raise refusal
    for person in people:
        _invite_some(kit, channel, [person])


def _refused(refusal: Declined, people: list[Person]) -> dict[int, str]:
    """Row → what stands in the way, empty for somebody who is in there already."""
    named = {str(one.get("user")): str(one.get("error")) for one in refusal.answer.get("errors", ())}
    if not named and len(people) == 1:
        named = {str(people[0].slack_user): refusal.error}
    by_user = {str(person.slack_user): person.id or 0 for person in people}
    return {by_user[user]: _in_words(error) for user, error in named.items() if user in by_user and _personal(error)}


def _personal(error: str) -> bool:
    return error in SEATED or error in PROBLEMS


def _in_words(error: str) -> str:
    return "" if error in SEATED else PROBLEMS[error]


def _note(kit: Kit, channel: Channel, problems: dict[int, str]) -> None:
    """Write down who is seated now; a guest or a visitor who can't be in a common channel is no problem."""
    if not problems:
        return
    real = datetime.now(UTC)
    with kit.store.transaction() as session:
        for row, problem in problems.items():
            seat = seats.seat(session, channel, session.get_one(Person, row))
            optional = channel.purpose in COMMON and problem in (ELSEWHERE, PROBLEMS["ura_max_channels"])
            seat.problem = "" if optional else problem
            seat.invited_at = None if problem else kit.now()
            seat.retry_at = real + (A_DAY if optional else LATER) if problem else None
            session.add(seat)


def _rows(people: list[Person]) -> list[int]:
    return [person.id or 0 for person in people]
