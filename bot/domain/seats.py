"""Who belongs in which channel, and who has been invited."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Seat, Team

COORDINATING = frozenset({"coordinator", "director"})
COMMON = ("everyone", "share", "shoutouts")  # the channels all teams share; guests of one channel do without


def unseated(
    session: Session, collaborative: Collaborative, channels: Sequence[Channel], now: datetime
) -> dict[int, list[Person]]:
    """Whom to invite now, by channel: who belongs there, is known in Slack, and isn't seated or refused a moment ago.

    Before launch that is its coordinators and nobody else.
    """
    belong = select(Membership, Person).join(Person).where(
        Membership.collaborative_id == collaborative.id,
        col(Membership.left_at).is_(None),
        col(Person.workspace).is_not(None),
    )  # fmt: skip
    members = session.exec(belong.order_by(col(Membership.id))).all()
    teams = {team.id: team for team in session.exec(select(Team).where(Team.collaborative_id == collaborative.id))}
    taken = _taken(session, channels, now)
    missing: dict[int, list[Person]] = {}
    for channel in channels:
        coach = teams[channel.team_id].coach_id if channel.team_id in teams and collaborative.launched_at else None
        wanted = {
            person.id: person
            for membership, person in members
            if person.id == coach or _belongs(membership, channel, launched=bool(collaborative.launched_at))
        }
        missing[channel.id or 0] = [person for row, person in wanted.items() if (channel.id, row) not in taken]
    return missing


def members(session: Session, team: Team) -> list[Person]:
    """The people of a team whom Slack knows, whoever is longest in it first."""
    return [person for person, _ in places(session, team)]


def places(session: Session, team: Team) -> list[tuple[Person, Membership]]:
    """The same, each with what they are in the team."""
    here = select(Person, Membership).join(Membership).where(
        Membership.team_id == team.id, col(Membership.left_at).is_(None), col(Person.workspace).is_not(None)
    )  # fmt: skip
    return list(session.exec(here.order_by(col(Membership.id))))


def coordinators(session: Session, collaborative: Collaborative) -> list[int]:
    """The rows of those who coordinate the collaborative or direct it."""
    staff = select(Membership).where(
        Membership.collaborative_id == collaborative.id,
        col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None),
    )
    here = session.exec(staff.order_by(col(Membership.id)))
    return [membership.person_id for membership in here if COORDINATING & set(membership.roles)]


def steers_as(session: Session, collaborative: Collaborative, person_id: int) -> str:
    """What one of them is called: the director where they don't coordinate too."""
    theirs = select(Membership).where(
        Membership.collaborative_id == collaborative.id, Membership.person_id == person_id,
        col(Membership.team_id).is_(None), col(Membership.left_at).is_(None),
    )  # fmt: skip
    roles = {role for membership in session.exec(theirs) for role in membership.roles}
    return "coordinator" if "coordinator" in roles else "director"


def coach(session: Session, team: Team) -> int | None:
    """The team's coach, as long as they are in the collaborative and in Slack."""
    here = select(Person.id).join(Membership).where(
        Person.id == team.coach_id,
        Membership.collaborative_id == team.collaborative_id,
        col(Membership.left_at).is_(None),
        col(Person.workspace).is_not(None),
    )  # fmt: skip
    return session.exec(here).first()


def refused(session: Session, collaborative: Collaborative) -> list[tuple[Seat, Person, Channel]]:
    """Whom Slack kept out of a channel they belong in, and why."""
    stuck = select(Seat, Person, Channel).join(Person).join(Channel).where(
        Channel.collaborative_id == collaborative.id, Seat.problem != ""
    )  # fmt: skip
    return list(session.exec(stuck.order_by(col(Channel.id), col(Person.id))))


def waited_for(session: Session, collaborative: Collaborative) -> list[Person]:
    """People of the collaborative whom Slack hasn't shown us yet."""
    here = select(Membership.person_id).where(
        Membership.collaborative_id == collaborative.id, col(Membership.left_at).is_(None)
    )
    pending = select(Person).where(col(Person.id).in_(here), col(Person.workspace).is_(None))
    return list(session.exec(pending.order_by(col(Person.id))))


def seat(session: Session, channel: Channel, person: Person) -> Seat:
    """The person's seat in the channel, made where there is none yet."""
    found = session.exec(select(Seat).where(Seat.channel_id == channel.id, Seat.person_id == person.id)).first()
    return found or Seat(channel_id=channel.id or 0, person_id=person.id or 0)


def _taken(session: Session, channels: Sequence[Channel], now: datetime) -> set[tuple[int | None, int | None]]:
    rows = session.exec(select(Seat).where(col(Seat.channel_id).in_([channel.id for channel in channels])))
    return {(row.channel_id, row.person_id) for row in rows if row.invited_at or (row.retry_at and row.retry_at > now)}


def _belongs(membership: Membership, channel: Channel, *, launched: bool) -> bool:
    is_staff = membership.team_id is None
    if not launched:
        return is_staff and bool(COORDINATING & set(membership.roles))
    if channel.purpose == "faculty":
        return is_staff
    if channel.purpose == "team":
        return is_staff or membership.team_id == channel.team_id
    return True
