"""What the team card, the welcome and the progress of the channels say: facts from the record, in words."""

from typing import Any

from sqlmodel import Session, col, select

from bot.domain import pdsa, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Team

ROLES = {
    "team_lead": "team lead", "data_lead": "data lead", "senior_leader": "senior leader", "tech_expert": "technical expert",
    "lived_experience": "team member", "member": "team member",
}  # fmt: skip
ESSENTIAL = ("team_lead", "data_lead", "senior_leader")  # NICHQ's and IHI's: leadership, day-to-day work, data


def card(session: Session, team: Team) -> dict[str, Any]:
    """Aim, population, seats and open cycles of a team; lived experience isn't shown unless people say so themselves."""
    members = _members(session, team)
    filled = {role for membership, _ in members for role in membership.roles}
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    return {
        "team": team,
        "aim": team.aim or collaborative.aim,
        "members": [_line(membership, person) for membership, person in members][:15],
        "open_seats": [ROLES[role] for role in ESSENTIAL if role not in filled],
        "coach": pdsa_facts.name_of(session, team.coach_id) if team.coach_id else "",
        "cycles": pdsa_facts.lines(pdsa.open_of_team(session, team.id or 0)),
        "only_one": len(members) == 1,
    }


def place(session: Session, person: Person, collaborative: Collaborative) -> dict[str, Any]:
    """Where the welcome sends a person: their team and its channel, or the staff's."""
    mine = select(Membership).where(
        Membership.person_id == person.id,
        Membership.collaborative_id == collaborative.id,
        col(Membership.left_at).is_(None),
    )
    memberships = list(session.exec(mine.order_by(col(Membership.team_id))))
    team_id = next((membership.team_id for membership in memberships if membership.team_id), None)
    team = session.get(Team, team_id) if team_id else None
    where = Channel.team_id == team_id if team_id else Channel.purpose == "faculty"
    channel = session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id, where)).first()
    return {
        "team": team.name if team else "",
        "team_id": team.id if team else 0,
        "channel": channel.slack_id if channel else None,
    }


def progress(session: Session, collaborative: Collaborative) -> dict[str, Any]:
    """How many channels are ready, and what stands in the way of the others."""
    channels = list(
        session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id).order_by(col(Channel.id)))
    )
    return {
        "collaborative": collaborative,
        "ready": sum(channel.slack_id is not None for channel in channels),
        "all": len(channels),
        "in_the_way": [channel for channel in channels if channel.problem][:20],
        "launched": collaborative.launched_at is not None,
    }


def _members(session: Session, team: Team) -> list[tuple[Membership, Person]]:
    here = (
        select(Membership, Person).join(Person).where(Membership.team_id == team.id, col(Membership.left_at).is_(None))
    )
    return list(session.exec(here.order_by(col(Membership.id))))


def _line(membership: Membership, person: Person) -> str:
    name = person.name or "somebody who hasn't joined yet"
    if membership.own_words:
        return f"{name}: {membership.own_words}"
    return f"{name}, {', '.join(dict.fromkeys(ROLES.get(role, role) for role in membership.roles)) or 'team member'}"
