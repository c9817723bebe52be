"""Who of faculty scores which teams: their coach or, of those without one, whoever advises all."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from bot.domain import seats
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Team

STAND_IN = ("improvement_advisor", "chair", "faculty", "director")  # in this order, of teams without a coach


def at_work(session: Session, collaborative: Collaborative) -> list[Team]:
    """The teams that are scored: those that are in the collaborative; one that pauses is, and isn't asked meanwhile."""
    here = select(Team).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    return sorted(session.exec(here), key=lambda team: (team.name, team.id or 0))  # as pages of the form go on by name


def of(session: Session, collaborative: Collaborative, teams: Iterable[Team]) -> dict[int, list[Team]]:
    """By person the teams that are theirs to score; a team that nobody can score is nobody's."""
    theirs: dict[int, list[Team]] = {}
    other = _stand_in(session, collaborative)
    for team in teams:
        person = (seats.coach(session, team) if team.coach_id else None) or other
        if person:
            theirs.setdefault(person, []).append(team)
    return theirs


def _stand_in(session: Session, collaborative: Collaborative) -> int | None:
    staff = select(Membership).join(Person).where(
        Membership.collaborative_id == collaborative.id, col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None), col(Person.workspace).is_not(None),
    )  # fmt: skip
    here = list(session.exec(staff.order_by(col(Membership.id))))
    return next((one.person_id for role in STAND_IN for one in here if role in one.roles), None)
