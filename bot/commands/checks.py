"""What the doctor finds in the record: channels, people and letters that need a person, each with the way on."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from bot import outbox
from bot.domain import seats, team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.domain.teams import Channel, Team
from bot.outbox import Letter
from bot.slack import Slack, SlackTrouble

OK, NEEDS_YOU, CANT_TELL = "ok", "needs you", "can't tell"
MOST = 20  # lines of one kind
WELCOMED_LATER = (
    "Invite them to the workspace, or mend their address in the collaborative file; then they are welcomed."
)


@dataclass(frozen=True)
class Finding:
    """One line of the answer."""

    state: str
    about: str
    sentence: str

    def __str__(self) -> str:
        """The line."""
        return f"{self.state:<10}  {self.about:<8}  {self.sentence}"


Findings = Iterator[Finding]


def channels(session: Session, slack: Slack | None) -> Findings:
    """What stands in a channel's way, and which are out of reach; without `slack`, only the record tells."""
    ours = list(session.exec(select(Channel).order_by(col(Channel.id))))
    stuck = [Finding(NEEDS_YOU, "channels", f"#{one.name}: {one.problem}") for one in ours if one.problem]
    made = [one for one in ours if one.slack_id]
    found = [*stuck, *(_out_of_reach(made, slack) if made and slack else ())]
    yield from found or [Finding(OK, "channels", _how_far(made, ours))]


def people(session: Session) -> Findings:
    """Whom Slack hasn't shown us although it was asked, and whom it keeps out of a channel."""
    found: list[Finding] = []
    unasked = 0
    for collaborative in session.exec(select(Collaborative).order_by(col(Collaborative.id))):
        waited_for = seats.waited_for(session, collaborative)
        unasked += sum(person.looked_for_at is None for person in waited_for)
        unseen = some([team_facts.called(person) for person in waited_for if person.looked_for_at])
        if unseen:
            found.append(Finding(NEEDS_YOU, "people", f"Not seen in Slack yet: {unseen}. {WELCOMED_LATER}"))
        for seat, person, channel in seats.refused(session, collaborative)[:MOST]:
            kept_out = f"{team_facts.called(person)} isn't in #{channel.name} yet. {seat.problem}"
            found.append(Finding(NEEDS_YOU, "people", kept_out))
    everybody = session.exec(select(func.count()).select_from(Person)).one()
    rest = f" {unasked} are still to be looked for: `allteach run` does it." if unasked else ""
    yield from found or [Finding(OK, "people", f"{everybody - unasked} are within reach.{rest}")]


def letters(session: Session) -> Findings:
    """What Slack didn't take: until somebody mends what stood in the way, it waits."""
    parked = outbox.parked(session)
    for letter in parked[:MOST]:
        sentence = f"Not delivered: {letter.message} to {_addressee(session, letter)}. {letter.problem}"
        yield Finding(NEEDS_YOU, "letters", f"{sentence} Try again is in a coordinator's Home.")
    if len(parked) > MOST:
        yield Finding(NEEDS_YOU, "letters", f"{len(parked) - MOST} more are not delivered.")
    if not parked:
        delivered = session.exec(select(func.count()).where(Letter.state == outbox.SENT)).one()
        doubtful = outbox.unsettled(session)
        rest = f" {doubtful} are on their way, or are being looked up in Slack." if doubtful else ""
        yield Finding(OK, "letters", f"{delivered} are delivered, and none waits for a person.{rest}")


def to_come(channels: list[Channel]) -> str:
    """The channels that Slack doesn't have yet and nothing stands in the way of, by name; empty where there is none."""
    return some([f"#{one.name}" for one in channels if not one.slack_id and not one.problem])


def some(names: list[str]) -> str:
    """As many names as one can read, and how many there are beyond."""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _how_far(made: list[Channel], wanted: list[Channel]) -> str:
    if not wanted:
        return "No collaborative is loaded yet: `allteach collaborative load FILE` does it."
    waiting = to_come(wanted)
    rest = f" Still to come: {waiting}; `allteach run` makes them." if waiting else ""
    return f"{len(made)} of {len(wanted)} are ready.{rest}"


def _out_of_reach(made: list[Channel], slack: Slack) -> Findings:
    try:
        reached = _member_of(slack)
    except SlackTrouble as trouble:
        later = f"Slack didn't say which channels Allteach is in ({trouble}). Ask again in a minute."
        yield Finding(CANT_TELL, "channels", later)
        return
    for channel in made:
        if channel.slack_id not in reached and not channel.problem:
            gone = f"#{channel.name} is archived, or Allteach isn't in it any more."
            yield Finding(NEEDS_YOU, "channels", f"{gone} Unarchive it, or invite Allteach again.")


def _member_of(slack: Slack) -> set[str]:
    reached: set[str] = set()
    kinds, cursor = "public_channel,private_channel", None
    while True:
        page = slack.call("users.conversations", types=kinds, exclude_archived=True, limit=200, cursor=cursor)
        reached |= {str(channel["id"]) for channel in page["channels"]}
        cursor = page.get("response_metadata", {}).get("next_cursor") or None
        if cursor is None:
            return reached


def _addressee(session: Session, letter: Letter) -> str:
    """Whom or where a letter is for, by name."""
    kind, _, row = letter.to.partition(":")
    if kind == "team":
        return session.get_one(Team, int(row)).name
    if kind == "channel":
        return f"#{session.get_one(Channel, int(row)).name}"
    return team_facts.called(session.get_one(Person, int(row)))
