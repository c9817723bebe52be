"""From an address on a letter ("team:3", "person:12", "channel:4", "home:12") to a place in Slack."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain import hours
from bot.domain.collaboratives import Collaborative, Workspace
from bot.domain.hours import UNKNOWN_ZONE
from bot.domain.people import Membership, Person
from bot.domain.seats import COORDINATING
from bot.domain.teams import Channel, Team
from bot.statements import Prepared, query, table


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
    found = (_OF_TEAM if kind == "team" else _OF_CHANNEL).rows(session, row=row)
    return next((Place(channel, zone) for channel, zone in found), Place(channel=None, zone=UNKNOWN_ZONE))


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
        return set(_of_person(session, row))
    found = session.get(Team, row) if kind == "team" else session.get(Channel, row)
    return {found.collaborative_id} if found else set()


def _person(session: Session, row: int, *, home: bool) -> Place:
    person = session.get(Person, row)
    if person is None:
        return Place(channel=None, zone=UNKNOWN_ZONE)
    if home:
        installed = _installed(session, person.workspace).first()
        user = person.slack_user if installed else None
        return Place(channel=user, zone=hours.zone(session, person), user=user, home=True)
    known = person.slack_user if person.workspace else None
    return Place(channel=person.dm_channel, zone=hours.zone(session, person), user=known)


@query
def _of_person(row: int) -> SelectOfScalar[int]:
    return select(Membership.collaborative_id).where(Membership.person_id == row, col(Membership.left_at).is_(None))


@query
def _installed(workspace: str | None) -> SelectOfScalar[str]:
    return select(Workspace.id).where(Workspace.id == workspace)


_CHANNEL, _TEAM = table(Channel), table(Team)
_ZONE = func.coalesce(_TEAM.c.timezone, table(Collaborative).c.timezone).label("zone")
_PLACE = select(_CHANNEL.c.slack_id, _ZONE).select_from(
    _CHANNEL.join(table(Collaborative)).outerjoin(_TEAM, _TEAM.c.id == _CHANNEL.c.team_id)
)
_OF_TEAM = Prepared(_PLACE.where(_CHANNEL.c.team_id == bindparam("row")))
_OF_CHANNEL = Prepared(_PLACE.where(_CHANNEL.c.id == bindparam("row")))
