"""Who belongs in which channel, and who has been invited."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Channel, Seat, Team
from bot.statements import once_a_look, query

COORDINATING = frozenset({"coordinator", "director"})
COMMON = ("everyone", "share", "shoutouts")  # the channels all teams share; guests of one channel do without


def unseated(
    session: Session, collaborative: Collaborative, channels: Sequence[Channel], now: datetime
) -> dict[int, list[Person]]:
    """Whom to invite now, by channel: who belongs there, is known in Slack, and isn't seated or refused a moment ago.

    Before launch that is its coordinators and nobody else, and of a team that has left it is nobody.
    """
    teams = {team.id: team for team in _teams(session, collaborative)}
    gone = {row for row, team in teams.items() if team.status in GONE}
    belong = _everybody(session, collaborative.id)
    members = [(membership, person) for membership, person in belong if membership.team_id not in gone]
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
    return list(_places(session, team.id))


def coordinators(session: Session, collaborative: Collaborative) -> list[int]:
    """The rows of those who coordinate the collaborative or direct it."""
    staff = _staff(session, collaborative.id)
    return [membership.person_id for membership in staff if COORDINATING & set(membership.roles)]


def steers_as(session: Session, collaborative: Collaborative, person_id: int) -> str:
    """What one of them is called: the director where they don't coordinate too."""
    theirs = select(Membership).where(
        Membership.collaborative_id == collaborative.id, Membership.person_id == person_id,
        col(Membership.team_id).is_(None), col(Membership.left_at).is_(None),
    )  # fmt: skip
    roles = {role for membership in session.exec(theirs) for role in membership.roles}
    return "coordinator" if "coordinator" in roles else "director"


def does(session: Session, collaborative: Collaborative, person_id: int) -> str:
    """What one of them does there, in a word: directs it, where they don't coordinate too."""
    directs = person_id in coordinators(session, collaborative) and (
        steers_as(session, collaborative, person_id) == "director"
    )
    return "directs" if directs else "coordinates"


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
    return list(_refused(session, collaborative.id))


def waited_for(session: Session, collaborative: Collaborative) -> list[Person]:
    """People of the collaborative whom Slack hasn't shown us yet."""
    return list(_waited_for(session, collaborative.id))


def seat(session: Session, channel: Channel, person: Person) -> Seat:
    """The person's seat in the channel, made where there is none yet."""
    return _seat(session, channel.id, person.id).first() or Seat(channel_id=channel.id or 0, person_id=person.id or 0)


def _taken(session: Session, channels: Sequence[Channel], now: datetime) -> set[tuple[int | None, int | None]]:
    rows = _seats(session, [channel.id for channel in channels])
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


@query
def _everybody(collaborative: int | None) -> Select[Membership, Person]:
    """Whoever is in it and known in Slack, whoever is longest in it first."""
    here = select(Membership, Person).join(Person).where(
        Membership.collaborative_id == collaborative, col(Membership.left_at).is_(None),
        col(Person.workspace).is_not(None),
    )  # fmt: skip
    return here.order_by(col(Membership.id))


@once_a_look
def _teams(session: Session, collaborative: Collaborative) -> list[Team]:
    return list(_every_team(session, collaborative.id))


@query
def _every_team(collaborative: int | None) -> SelectOfScalar[Team]:
    return select(Team).where(Team.collaborative_id == collaborative)


@query
def _places(team: int | None) -> Select[Person, Membership]:
    here = select(Person, Membership).join(Membership).where(
        Membership.team_id == team, col(Membership.left_at).is_(None), col(Person.workspace).is_not(None)
    )  # fmt: skip
    return here.order_by(col(Membership.id))


@query
def _staff(collaborative: int | None) -> SelectOfScalar[Membership]:
    staff = select(Membership).where(
        Membership.collaborative_id == collaborative, col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None),
    )  # fmt: skip
    return staff.order_by(col(Membership.id))


@query
def _refused(collaborative: int | None) -> Select[Seat, Person, Channel]:
    stuck = select(Seat, Person, Channel).join(Person).join(Channel).where(
        Channel.collaborative_id == collaborative, Seat.problem != ""
    )  # fmt: skip
    return stuck.order_by(col(Channel.id), col(Person.id))


@query
def _waited_for(collaborative: int | None) -> SelectOfScalar[Person]:
    here = select(Membership.person_id).where(
        Membership.collaborative_id == collaborative, col(Membership.left_at).is_(None)
    )
    pending = select(Person).where(col(Person.id).in_(here), col(Person.workspace).is_(None))
    return pending.order_by(col(Person.id))


@query
def _seat(channel: int | None, person: int | None) -> SelectOfScalar[Seat]:
    return select(Seat).where(Seat.channel_id == channel, Seat.person_id == person)


@query
def _seats(channels: Sequence[int | None]) -> SelectOfScalar[Seat]:
    return select(Seat).where(col(Seat.channel_id).in_(channels))
