"""When a person may be asked: their own hour and days, their team's pause and holidays, and their time off."""

from sqlmodel import Session

from bot import times
from bot.domain import absences
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.domain.teams import Team


def of_person(session: Session, person: Person, team: Team) -> times.Hours:
    """The hours of somebody who is asked for a team; without a zone of their own they live in the team's."""
    return times.Hours(
        zone=person.timezone or team.timezone,
        hour=person.asked_at or times.NINE,
        days=times.WEEKDAYS if person.asked_on is None else frozenset(person.asked_on),
        off=holidays(session, team) | absences.days(session, person.id or 0),
        resumes=team.status_until if team.status == "paused" else None,
    )


def holidays(session: Session, team: Team) -> frozenset[str]:
    """The ISO dates on which a team doesn't work: public ones where it is, its own, and the collaborative's."""
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    return times.public_holidays(team.region) | {*collaborative.holidays, *team.holidays}
