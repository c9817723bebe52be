"""Who belongs in which channel, and who has been invited."""

from sqlmodel import Session, col, select

from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Seat, Team

COORDINATING = {"coordinator", "director"}


def wanted(session: Session, collaborative: Collaborative, channel: Channel) -> list[Person]:
    """Everybody who belongs in the channel now: before launch its coordinators and nobody else."""
    current = select(Membership).where(
        Membership.collaborative_id == collaborative.id, col(Membership.left_at).is_(None)
    )  # fmt: skip
    memberships = session.exec(current.order_by(col(Membership.id))).all()
    team = session.get(Team, channel.team_id) if channel.team_id else None
    ids = dict.fromkeys(
        membership.person_id for membership in memberships if _belongs(membership, channel, launched=bool(collaborative.launched_at))
    )
    if team and team.coach_id and collaborative.launched_at:
        ids[team.coach_id] = None
    return [session.get_one(Person, person_id) for person_id in ids]


def seat(session: Session, channel: Channel, person: Person) -> Seat:
    """The person's seat in the channel, made where there is none yet."""
    found = session.exec(select(Seat).where(Seat.channel_id == channel.id, Seat.person_id == person.id)).first()
    return found or Seat(channel_id=channel.id or 0, person_id=person.id or 0)


def _belongs(membership: Membership, channel: Channel, *, launched: bool) -> bool:
    is_staff = membership.team_id is None
    if not launched:
        return is_staff and bool(COORDINATING & set(membership.roles))
    if channel.purpose == "faculty":
        return is_staff
    if channel.purpose == "team":
        return is_staff or membership.team_id == channel.team_id
    return True
