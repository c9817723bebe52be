"""When a person may be asked: their own hour and days, their team's pause and days off, and their time off."""

from dataclasses import replace

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import absences, events
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Team
from bot.statements import query

UNKNOWN_ZONE = "UTC"


def of_person(session: Session, person: Person, team: Team | None = None) -> times.Hours:
    """The hours of somebody who is asked for a team, or, where none is named, written to about anything."""
    working = at_work(session, person, team)
    return replace(working, off={*working.off, *absences.days(session, person.id or 0)})


def at_work(session: Session, person: Person, team: Team | None = None) -> times.Hours:
    """The same as if they were never away; the pause and the days off are those of the team, or of their first one."""
    team = team or _first_team(session, person)
    if team:
        return at_own_hour(person, of_team(session, team))
    here = session.get(Collaborative, _where(session, person))
    working = of_staff(session, here) if here else times.Hours(UNKNOWN_ZONE)
    return at_own_hour(person, replace(working, zone=zone(session, person)))


def at_own_hour(person: Person, working: times.Hours) -> times.Hours:
    """The hours of somebody among people who work by those: where, when and on which days they are written to."""
    return replace(
        working,
        zone=_known(person.timezone, working.zone),
        hour=person.asked_at or times.NINE,
        days=times.WEEKDAYS if person.asked_on is None else frozenset(person.asked_on),
    )


def of_staff(session: Session, collaborative: Collaborative) -> times.Hours:
    """When whoever is in no team may be written to, and the channel for everybody: not on days of a session."""
    together = events.days_together(session, collaborative.id)
    zone = _known(collaborative.timezone, UNKNOWN_ZONE)
    return times.Hours(zone=zone, off=together | {*collaborative.holidays}, sessions=together)


def of_team(session: Session, team: Team) -> times.Hours:
    """When a team's channel may be asked anything: at nine on its working days, and not while it pauses."""
    together = events.days_together(session, team.collaborative_id)
    return times.Hours(
        zone=_known(team.timezone, UNKNOWN_ZONE),
        off=holidays(session, team) | together,
        sessions=together,
        resumes=team.status_until if team.status not in GONE else None,
    )


def zone(session: Session, person: Person) -> str:
    """Where somebody's day is told: by their Slack profile, else as in their team, else as in their collaborative."""
    team = None if _known(person.timezone, "") else _first_team(session, person)
    own = _known(person.timezone, team.timezone if team else "")
    if own:
        return own
    collaborative = session.get(Collaborative, _where(session, person))
    return collaborative.timezone if collaborative else UNKNOWN_ZONE


def days_off(session: Session, team: Team) -> frozenset[str]:
    """The ISO dates on which a team is asked nothing: its holidays, and days on which everybody is at a session."""
    return holidays(session, team) | events.days_together(session, team.collaborative_id)


def holidays(session: Session, team: Team) -> frozenset[str]:
    """The ISO dates on which a team doesn't work: public ones where it is, its own, and the collaborative's."""
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    return times.public_holidays(team.region) | {*collaborative.holidays, *team.holidays}


def _first_team(session: Session, person: Person) -> Team | None:
    """The one that somebody is longest in, of those at work where there are any."""
    return _their_teams(session, person.id).first()


def _where(session: Session, person: Person) -> int:
    """The row of the collaborative that somebody is in, the first of several; 0 where there is none."""
    return _their_collaboratives(session, person.id).first() or 0


def _known(own: str | None, fallback: str) -> str:
    """A zone that this machine doesn't know tells no hour: the fallback's does."""
    return own if own and own in times.zones() else fallback


@query
def _their_teams(person: int | None) -> SelectOfScalar[Team]:
    theirs = select(Team).join(Membership, col(Membership.team_id) == Team.id)
    here = theirs.where(Membership.person_id == person, col(Membership.left_at).is_(None))
    return here.order_by(col(Team.status).in_(GONE), col(Membership.id)).limit(1)


@query
def _their_collaboratives(person: int | None) -> SelectOfScalar[int]:
    here = select(Membership.collaborative_id).where(Membership.person_id == person)
    return here.where(col(Membership.left_at).is_(None)).order_by(col(Membership.id)).limit(1)
