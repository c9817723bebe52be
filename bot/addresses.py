"""From an address on a letter ("team:3", "person:12", "channel:4", "home:12") to a place in Slack."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.domain.collaboratives import Collaborative, Workspace
from bot.domain.people import Membership, Person
from bot.domain.seats import COORDINATING
from bot.domain.teams import Channel, Team

UNKNOWN_ZONE = "UTC"


@dataclass(frozen=True)
class Place:
    """Where a letter goes; `channel` is None while Slack doesn't know it, `zone` is whose night it would be."""

    channel: str | None
    zone: str
    user: str | None = None
    home: bool = False


def resolve(session: Session, to: str) -> Place:
    """Look the address up as the record knows it now."""
    kind, _, number = to.partition(":")
    row = int(number)
    if kind in ("person", "home"):
        return _person(session, row, home=kind == "home")
    if kind == "team":
        found = session.exec(select(Channel).where(Channel.team_id == row)).first()
    else:
        found = session.get(Channel, row)
    return Place(channel=found.slack_id if found else None, zone=_zone(session, found))


def coordinators(session: Session, to: str) -> list[int]:
    """The people who steer the collaborative that the address belongs to: whom a letter's trouble is shown to."""
    here = collaboratives(session, to)
    staff = select(Membership).where(
        col(Membership.collaborative_id).in_(here), col(Membership.team_id).is_(None), col(Membership.left_at).is_(None)
    )
    return sorted({one.person_id for one in session.exec(staff) if COORDINATING & set(one.roles)})


def collaboratives(session: Session, to: str) -> set[int]:
    """Which collaboratives an address belongs to: a channel has one, a person may be in several."""
    kind, _, number = to.partition(":")
    row = int(number)
    if kind in ("person", "home"):
        theirs = select(Membership.collaborative_id).where(
            Membership.person_id == row, col(Membership.left_at).is_(None)
        )
        return set(session.exec(theirs))
    found = session.get(Team, row) if kind == "team" else session.get(Channel, row)
    return {found.collaborative_id} if found else set()


def _person(session: Session, row: int, *, home: bool) -> Place:
    person = session.get(Person, row)
    if person is None:
        return Place(channel=None, zone=UNKNOWN_ZONE)
    if home:
        installed = session.exec(select(Workspace.id).where(Workspace.id == person.workspace)).first()
        user = person.slack_user if installed else None
        return Place(channel=user, zone=person.timezone or UNKNOWN_ZONE, user=user, home=True)
    known = person.slack_user if person.workspace else None
    return Place(channel=person.dm_channel, zone=person.timezone or UNKNOWN_ZONE, user=known)


def _zone(session: Session, channel: Channel | None) -> str:
    if channel is None:
        return UNKNOWN_ZONE
    team = session.get(Team, channel.team_id) if channel.team_id else None
    if team:
        return team.timezone
    collaborative = session.get(Collaborative, channel.collaborative_id)
    return collaborative.timezone if collaborative else UNKNOWN_ZONE
